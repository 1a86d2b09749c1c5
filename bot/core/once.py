"""What follows from an event, worked out once for each overview of it and forgotten with it; nothing is worked out here."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import finalize

from bot.core.event import Overview

_T = TypeVar("_T")


def once(work_out: Callable[[Overview], _T]) -> Callable[[Overview], _T]:
    """Remember what a function gives for an overview as long as somebody has that overview."""
    known: dict[int, _T] = {}

    @wraps(work_out)
    def remembered(event: Overview) -> _T:
        key = id(event)
        if key not in known:
            known[key] = work_out(event)
            finalize(event, known.pop, key, None).atexit = False
        return known[key]

    return remembered
