"""The date of an entry to a stamp: how exactly the feed tells it, and whether it can be true; formats are known to `core.text.dates`."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final

from bot.core.model import DateOrigin, Precision, Stamp
from bot.core.text.dates import field_date
from bot.core.text.zones import zone_of

EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
"""Older than the Web: such dates are a computer's zero, not news."""
AHEAD: Final = timedelta(hours=1)
"""How far ahead of our clock a date may be: clocks differ, and some outlets write the time at which an embargo ends."""

_TIME: Final = re.compile(r"\d:[0-5]\d|T[0-2]\d[0-5]\d")
_CLOCK: Final = re.compile(r"(?:(?<=\d)T|\s)\d{1,2}:.*|(?<=\d)T\d.*")
_PART: Final = re.compile(r"\d+|[^\W\d_]{3,}")
_ZONE: Final = re.compile(
    r"(?:(?<=[\d\s])(?P<utc>[Zz]|UTC?|GMT)|(?P<offset>[+\-−]\d\d:?\d\d|[+\-]\d\d)|(?<![A-Za-z])(?P<name>[A-Z]{1,5}))\s*(?:\([^)]{0,40}\))?$"
)
_MIDNIGHT: Final = re.compile(r"(?<=[T\s])00:00(?::00(?:[.,]0+)?)?(?![\d:.,])")
_HALF_A_DAY: Final = timedelta(hours=12)
_LONGEST: Final = 100
# Abbreviations that both readers know and `core.text.zones` leaves to places.
_ALSO: Final = frozenset(("ET", "CT", "MT", "PT", "UT", "HAST", "HADT"))


def stamp_of(read: datetime | None, text: str, fetched_at: datetime) -> Stamp | None:
    """When an entry was published: `read` is what the reader made of `text` (empty when only the reader saw it).

    A time with a zone is exact; one without is taken for UTC and marked inferred; without a time only the day is known. None for what
    cannot be read, is older than 1990 or more than an hour ahead of `fetched_at`.
    """
    text = text[:_LONGEST]
    at, precision = _read(text, read) if text else (read, Precision.MINUTE)
    if at is None or not EARLIEST <= at <= fetched_at + AHEAD:
        return None
    return Stamp(at=at.astimezone(UTC), precision=precision, origin=DateOrigin.FIELD)


def is_readable(text: str) -> bool:
    """Whether a date as written can be read at all; fastfeedparser takes a number in the identifier for the date when it cannot."""
    text = text[:_LONGEST]
    return _exact(text) is not None or field_date(text) is not None


def looks_like_date(text: str) -> bool:
    """Whether an identifier may be taken for a date."""
    return len(text) <= _LONGEST and _marks(text)[2]


def _read(text: str, read: datetime | None) -> tuple[datetime | None, Precision]:
    is_timed, is_zoned, is_full = _marks(text)
    if not is_full:  # a library would fill in what is missing from today's date
        return None, Precision.INFERRED
    if read is None:
        read = _exact(text)
    if read is None:
        found = field_date(text)
        if found is None:
            return None, Precision.INFERRED
        day, at = found
        return (at, Precision.MINUTE) if at else (datetime(day.year, day.month, day.day, tzinfo=UTC), Precision.DAY)
    if not is_timed:
        return read.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0), Precision.DAY
    if _MIDNIGHT.search(text):
        # Who writes just that knows the day only. Twelve hours later it is that day in UTC, too, wherever the feed is.
        return (read.astimezone(UTC) + _HALF_A_DAY).replace(hour=0, minute=0, second=0, microsecond=0), Precision.DAY
    return read, Precision.MINUTE if is_zoned else Precision.INFERRED


@lru_cache(maxsize=2048)
def _marks(text: str) -> tuple[bool, bool, bool]:
    """Whether a date as written has a time of day, a zone that is known, and all of day, month and year."""
    zone = _ZONE.search(text)
    is_zoned = zone is not None and bool(zone["utc"] or zone["offset"] or zone["name"] in _ALSO or zone_of(zone["name"]))
    parts = _PART.findall(_CLOCK.sub("", text))
    figures = [part for part in parts if part.isdigit()]
    is_full = len(figures) >= 3 or (len(figures) == 2 and len(parts) > 2) or any(len(part) >= 8 for part in figures)
    return bool(_TIME.search(text)), is_zoned, is_full


def _exact(text: str) -> datetime | None:
    """A date with time and zone in the two formats that feeds should use."""
    for reader in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = reader(text)
        except ValueError:
            continue
        if found.tzinfo:
            return found
    return None
