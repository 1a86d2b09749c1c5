"""Hours in which a chat is left in peace: whether it is now, and until when; what waits meanwhile is not known here."""

import re
from datetime import datetime, timedelta
from typing import Final

from bot.core.chats.chat import Quiet
from bot.core.chats.schedule import clock_time, instant
from bot.core.chats.zone_names import tz
from bot.core.errors import UsageError
from bot.core.phrase import phrase
from bot.core.wording import shortened

_OFF: Final = frozenset({"off", "none", "no", "never", "-"})
_TO: Final = re.compile(r"\s*(?:[-−–—]|\bto\b|\buntil\b|\btill\b)\s*", re.IGNORECASE)
_FROM: Final = re.compile(r"(?:from|between)\s+", re.IGNORECASE)


def parse(text: str) -> Quiet | None:
    """Read quiet hours ("22:00-07:00", "22-7", "from 10pm to 7am"); None for "off", and for two equal times. Raises UsageError."""
    text = text.strip()
    if text.casefold() in _OFF:
        return None
    ends = _TO.split(_FROM.sub("", text, count=1))
    start, end = (clock_time(part) for part in ends) if len(ends) == 2 else (None, None)
    if start is None or end is None:
        raise UsageError(phrase("“{text}” are no quiet hours: write two times such as 22:00-07:00, or off.", text=shortened(text, 40)))
    return Quiet(start, end) if start != end else None


def is_quiet(quiet: Quiet | None, zone: str, now: datetime) -> bool:
    """Tell whether a chat is to be left in peace now."""
    return ends(quiet, zone, now) > now


def ends(quiet: Quiet | None, zone: str, now: datetime) -> datetime:
    """Tell when the quiet that holds now is over, the same for every moment of it; `now` itself when there is none.

    Both ends are instants as digests have them, so that hours which clocks repeat are not quiet twice, with noise in between.
    """
    until = now
    if quiet is None or quiet.start == quiet.end:
        return until
    clock = tz(zone)
    today = now.astimezone(clock).date()
    # Yesterday's may last until now; where a zone leaves out a date, tomorrow's may begin when today's is over.
    for days in (-1, 0, 1):
        day = today + timedelta(days=days)
        last = day if quiet.start < quiet.end else day + timedelta(days=1)
        if instant(day, quiet.start, clock) <= until:
            until = max(until, instant(last, quiet.end, clock))
    return until
