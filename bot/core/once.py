"""What follows from an event, worked out once for each overview of it and forgotten with it; nothing is worked out here."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from bot.core.event import Overview

_T = TypeVar("_T")


def once(work_out: Callable[[Overview], _T]) -> Callable[[Overview], _T]:
    """Remember what a function gives for an overview as long as somebody has that overview."""
    known: WeakKeyDictionary[Overview, _T] = WeakKeyDictionary()

    @wraps(work_out)
    def remembered(event: Overview) -> _T:
        found = known.get(event)
        if found is None:
            found = known[event] = work_out(event)
        return found

    return remembered
