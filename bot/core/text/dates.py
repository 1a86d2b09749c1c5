"""Dates as people and machines write them, read from a string; which part of a page may be believed is decided in `sources`.

Rules that no format settles, written down once:

- A time of day counts only with a zone or an offset beside it; without one the mention is a day.
- `03-04-2025` is day first, as in most of the world, unless the zone beside it is American or `month_first` says that the page
  writes the month first. With dots it is always day first.
- A day that does not exist, or lies outside the years 1900 to 2100, is no date.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final

from bot.core.text.months import MONTHS, PLAIN
from bot.core.text.zones import AMERICAN, ZONE, zone_of

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2100
FIRST_MILLISECOND: Final = 631_152_000_000
"""Milliseconds of Unix time at the beginning of 1990, before the Web; smaller numbers are seconds: 253402297200 is the end of the year
9999, with which a program says that it knows no date, and not a day of 1978."""

READ: Final = 20_000
"""Characters of a string that are looked at; no article's date stands further down, and a hostile text costs no more than a long one."""

_NAMES: Final = "|".join(sorted(MONTHS, key=len, reverse=True))
_PLAIN_NAMES: Final = "|".join(sorted(PLAIN, key=len, reverse=True))
_ORDINAL: Final = r"(?:st|nd|rd|th|er|º|ª|-?го|-?е|\.)?"
_YEAR: Final = r"(?:19|20|21)\d\d"
_DATE: Final = re.compile(
    r"(?<![\w/.\-])(?:"
    rf"(?P<y1>{_YEAR})(?P<s1>[-/.])(?P<m1>\d{{1,2}})(?P=s1)(?P<d1>\d{{1,2}})"
    rf"|(?P<y2>{_YEAR})[ ]?[年년][ ]?(?P<m2>\d{{1,2}})[ ]?[月월][ ]?(?P<d2>\d{{1,2}})[ ]?[日일]"
    rf"|(?P<a>\d{{1,2}})(?P<s3>[-/.])[ ]?(?P<b>\d{{1,2}})(?P=s3)[ ]?(?P<y3>{_YEAR})"
    rf"|(?P<d4>\d{{1,2}}){_ORDINAL}[ \-]{{0,2}}(?:de |of )?(?P<m4>{_NAMES})\.?(?![^\W\d_]),?[ \-]{{0,2}}(?:de |del )?(?P<y4>{_YEAR})"
    rf"|(?P<m5>{_NAMES})\.?[ ](?P<d5>\d{{1,2}}){_ORDINAL},?[ ](?P<y5>{_YEAR})"
    rf"|(?P<y6>{_YEAR})[ ,]{{1,2}}(?P<m6>{_NAMES})\.?[ ](?P<d6>\d{{1,2}}){_ORDINAL}"
    r")(?!\d|[-/.]\d|[.,]\d{3})",
    re.IGNORECASE,
)
_CLOCK: Final = (
    r"(?P<h>\d{1,2})(?:[:.h](?P<min>\d{2})(?::\d{2}(?:[.,]\d{1,9})?)?[ ]?"
    r"(?P<half>[aApP]\.?[mM]\b\.?)?|[ ]?(?P<half2>[aApP]\.?[mM]\b\.?))"
)
_TIME_AFTER: Final = re.compile(
    r"(?:T|[ ]?[,|\-–—•·(]?[ ]?(?:at |um |à |às |a las |alle |klo |kl\.? |в |о )?)"
    rf"{_CLOCK}(?:[ ]?(?:Uhr|hrs|hours|h)\b)?(?:[ ]?\(?(?P<zone>{ZONE}))?"
)
_TIME_BEFORE: Final = re.compile(
    rf"(?<![\d:.]){_CLOCK}(?:[ ]?(?:Uhr|hrs|hours|h)\b)?(?:[ ]?\(?(?P<zone>{ZONE})\)?)[ ]?(?:[,|\-–—•·]|on)?[ ]?$"
)
_COMPACT: Final = re.compile(rf"(?P<y>{_YEAR})(?P<m>\d\d)(?P<d>\d\d)(?:T?(?P<h>\d\d)(?P<min>\d\d)(?:\d\d)?(?P<zone>Z|[+\-]\d\d:?\d\d)?)?")
_URL_DATE: Final = re.compile(
    rf"[/_\-.=](?:(?P<y>{_YEAR})(?P<s>[/\-_.])(?P<m>\d{{1,2}}|[a-z]{{3,9}})(?P=s)(?P<d>\d{{1,2}})|(?P<y2>20\d\d)(?P<m2>\d\d)(?P<d2>\d\d))(?![\d])",
    re.IGNORECASE,
)
_YEARLESS: Final = re.compile(
    r"(?<![\w/.\-])(?:"
    rf"(?P<d1>\d{{1,2}})(?:{_ORDINAL}[ ]?[-–—/][ ]?(?P<e1>\d{{1,2}}))?{_ORDINAL}[ ]?(?:de |of )?(?P<m1>{_PLAIN_NAMES})\.?(?![^\W\d_])"
    rf"|(?-i:(?![a-zа-яёіїєґ]))(?P<m2>{_PLAIN_NAMES})\.?"
    rf"[ ](?P<d2>\d{{1,2}}){_ORDINAL}(?:[ ]?[-–—/][ ]?(?P<e2>\d{{1,2}}){_ORDINAL})?(?![^\W_]|[.,]\d{{3}})"
    rf")(?!,?[ ](?:de |del )?{_YEAR}(?![\d,.]\d))",
    re.IGNORECASE,
)
# Month names that are also ordinary English words: only a capital tells them apart.
_WORDS: Final = frozenset({"may", "march", "mar", "mars", "dec", "mart"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One full date in a string: its `day`, and `at` (aware, UTC) when a time of day with a zone stands beside it.

    `start` and `end` bound what was read. `month_first` is true or false when the figures prove how the writer orders them.
    """

    day: date
    at: datetime | None
    start: int
    end: int
    month_first: bool | None = None


def mentions(text: str, *, month_first: bool | None = None) -> Iterator[Mention]:
    """All full dates of a string in order of appearance; see the rules above for what figures such as `03-04-2025` mean."""
    for found in _DATE.finditer(text, 0, READ):
        clock = _clock(text, found)
        zone_name = clock["zone"] if clock else None
        american = zone_name in AMERICAN if zone_name else bool(month_first)
        day, proof = _day(found, month_first=american)
        if day is None:
            continue
        at = _moment(day, clock) if clock else None
        end = max(found.end(), clock.end() if clock and clock.start() >= found.end() else 0)
        start = min(found.start(), clock.start()) if clock else found.start()
        yield Mention(day=day, at=at, start=start, end=end, month_first=proof)


def field_date(value: str | float) -> tuple[date, datetime | None] | None:
    """What a field that must be a date says: ISO 8601, RFC 2822, Unix time in seconds or milliseconds, or a date as people write it."""
    if isinstance(value, str):
        text = value.strip()[:100]
        if re.fullmatch(r"\d{9,13}(?:\.\d{1,6})?", text):
            return _unix(float(text))
        compact = _COMPACT.fullmatch(text)
        if compact:
            day = _valid(compact["y"], compact["m"], compact["d"])
            return None if day is None else (day, _moment(day, compact) if compact["h"] else None)
        internet = _rfc2822(text)
        if internet:
            return internet
        first = next(mentions(text), None)
        return (first.day, first.at) if first else None
    return _unix(value)


def url_date(url: str) -> date | None:
    """The day in the path of an address: `/2024/12/27/`, `/2024-12-27-`, `/2024/dec/27/` or `/20241227`."""
    for found in _URL_DATE.finditer(url[:4000]):
        month = found["m"] or found["m2"]
        number = month if month.isdigit() else str(MONTHS.get(month.casefold(), 0))
        day = _valid(found["y"] or found["y2"], number, found["d"] or found["d2"])
        if day:
            return day
    return None


def yearless_days(text: str) -> tuple[tuple[int, int], ...]:
    """(month, day) of every day that is named without a year, in order of appearance: `26 December`, `On Dec. 26th`, `December 14-15`."""
    days: list[tuple[int, int]] = []
    for found in _YEARLESS.finditer(text, 0, READ):
        name = found["m1"] or found["m2"]
        if name in _WORDS:
            continue
        month = MONTHS[name.casefold()]
        figures = (found["d1"] or found["d2"], found["e1"] or found["e2"])
        days.extend((month, int(figure)) for figure in figures if figure and _valid("2000", str(month), figure))
    return tuple(days)


def _clock(text: str, found: re.Match[str]) -> re.Match[str] | None:
    after = _TIME_AFTER.match(text, found.end(), found.end() + 60)
    if after:
        return after
    return _TIME_BEFORE.search(text, max(0, found.start() - 30), found.start())


def _day(found: re.Match[str], *, month_first: bool) -> tuple[date | None, bool | None]:
    """The day of a match of `_DATE`, and whether its figures prove the order in which the writer puts them."""
    if found["y3"]:
        day, month = found["a"], found["b"]
        if found["s3"] == ".":
            return _valid(found["y3"], month, day), None
        if int(day) > 12 or int(month) > 12:
            swapped = int(month) > 12
            return (_valid(found["y3"], day, month) if swapped else _valid(found["y3"], month, day)), swapped
        return (_valid(found["y3"], day, month) if month_first else _valid(found["y3"], month, day)), None
    for form in ("1", "2", "4", "5", "6"):
        if found["y" + form]:
            month = found["m" + form]
            number = month if month.isdigit() else str(MONTHS[month.casefold()])
            return _valid(found["y" + form], number, found["d" + form]), None
    return None, None


def _moment(day: date, clock: re.Match[str]) -> datetime | None:
    named = clock.groupdict()
    zone = zone_of(named["zone"]) if named["zone"] else None
    if zone is None:
        return None
    hour, minute = int(named["h"]), int(named["min"] or 0)
    half = named.get("half") or named.get("half2")
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    if hour > 23 or minute > 59:
        return None
    return datetime.combine(day, time(hour, minute), zone).astimezone(UTC)


@lru_cache(maxsize=4096)
def _valid(year: str, month: str, day: str) -> date | None:
    try:
        result = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return result if FIRST_YEAR <= result.year <= LAST_YEAR else None


def _rfc2822(text: str) -> tuple[date, datetime | None] | None:
    if "," not in text[:12] and not re.match(r"\d{1,2} [A-Za-z]{3} \d{4} \d", text):
        return None
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    if not FIRST_YEAR < at.year < LAST_YEAR:
        return None
    if at.tzinfo is None or not re.search(r"(?:[+\-]\d{4}|[A-Z])\)?$", text):
        return at.date(), None
    return at.date(), at.astimezone(UTC).replace(second=0, microsecond=0)


def _unix(value: float) -> tuple[date, datetime | None] | None:
    seconds = value / 1000 if abs(value) >= FIRST_MILLISECOND else value
    if not 0 < seconds < 4_102_444_800:
        return None
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return at.date(), at.replace(second=0, microsecond=0)
