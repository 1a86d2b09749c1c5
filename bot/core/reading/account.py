"""What one report says that can be held against others: its figures, credits, states and day, found once and remembered for a while."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.core.model import Content
from bot.core.reading.credit import Credit
from bot.core.reading.credits import credits_in
from bot.core.reading.figure import Figure
from bot.core.reading.figures import figures_in
from bot.core.reading.happening import Happened, happened_in
from bot.core.reading.passages import passages
from bot.core.reading.status import Status
from bot.core.reading.statuses import statuses_in

REMEMBERED: Final = 2_000
"""Reports whose accounts are kept in memory, with their texts: about 15 MB. Guess."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What one report says; `background` are its sentences that tell of the past or of how things stand."""

    figures: tuple[Figure, ...]
    credits: tuple[Credit, ...]
    statuses: tuple[Status, ...]
    happened: Happened | None
    background: frozenset[str]


@lru_cache(maxsize=REMEMBERED)
def account(content: Content) -> Account:
    """Read one report; a millisecond for a full text, so many of them not on the event loop."""
    told = passages(content)
    return Account(
        figures=figures_in(content, told),
        credits=credits_in(content, told),
        statuses=statuses_in(content, told),
        happened=happened_in(content, told),
        background=frozenset(passage.text for passage in told if passage.is_background),
    )
