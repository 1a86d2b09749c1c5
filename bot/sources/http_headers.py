"""What the headers of an answer say, read without trusting them: pure functions from texts to values."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from bot.sources.hosts import LONGEST_HOLD

LONGEST_VALUE: Final = 1000
"""Characters of a validator or a content type that are worth keeping. Guess: an ETag is a hash."""

LONGEST_FRESHNESS: Final = timedelta(days=365)
"""RFC 9111 asks for no more; servers say ten years for files that never change."""

_SECONDS: Final = re.compile(r"([+-]?)(\d+)(?:\.\d*)?")
_MAX_AGE: Final = re.compile(r"(?:^|,)\s*max-age\s*=\s*\"?(\d+)", re.IGNORECASE)
_PRINTABLE: Final = re.compile(r"[\x20-\x7e]+")
_MANY_DIGITS: Final = 10


def clean(value: str | None) -> str | None:
    """A header that can be kept and sent back: printable ASCII and not endless; None for every other."""
    if value is None or len(value) > LONGEST_VALUE:
        return None
    value = value.strip()
    return value if _PRINTABLE.fullmatch(value) else None


def retry_after(value: str | None, *, date: str | None, now: datetime) -> timedelta | None:
    """`Retry-After` (RFC 9110, 10.2.3) within 0…24 h: seconds, or a date counted from the answer's own `Date`, else from `now`.

    None when there is none, or nothing that can be understood.
    """
    if value is None or len(value) > LONGEST_VALUE:
        return None
    if seconds := _SECONDS.fullmatch(value.strip()):
        return timedelta(0) if seconds[1] == "-" else min(_seconds(seconds[2]), LONGEST_HOLD)
    until = _date(value)
    return None if until is None else min(max(until - (_date(date) or now), timedelta(0)), LONGEST_HOLD)


def fresh_for(*, cache_control: str | None, expires: str | None, age: str | None, date: str | None, now: datetime) -> timedelta | None:
    """How long the answer stays good (RFC 9111, 4.2), within 0…365 days; None when the server does not say.

    `max-age` goes before `Expires`; no-cache and no-store say nothing about when it is worth asking again.
    """
    if cache_control is not None and (found := _MAX_AGE.search(cache_control)) is not None:
        old = _seconds(age) if age is not None and age.isascii() and age.isdecimal() else timedelta(0)
        return min(max(_seconds(found[1]) - old, timedelta(0)), LONGEST_FRESHNESS)
    if (until := _date(expires)) is None:
        return None
    return min(max(until - (_date(date) or now), timedelta(0)), LONGEST_FRESHNESS)


def _seconds(digits: str) -> timedelta:
    digits = digits.lstrip("0")
    return LONGEST_FRESHNESS if len(digits) > _MANY_DIGITS else min(timedelta(seconds=int(digits or "0")), LONGEST_FRESHNESS)


def _date(value: str | None) -> datetime | None:
    """An HTTP date; one without zone is UTC, as RFC 9110 means all of them."""
    if value is None or len(value) > LONGEST_VALUE:
        return None
    try:
        found = parsedate_to_datetime(value)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
