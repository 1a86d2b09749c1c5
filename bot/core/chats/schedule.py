"""When a digest is due: times of day, their instants in a zone, the next one and the one that was missed; hours of peace are in `quiet`.

A digest belongs to a local date, not to an instant: whatever the clocks do, a date that a zone has is due once, and one that it leaves
out (Samoa had no 30 December 2011) never.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from bot.core.chats.chat import Repeat, Subscription
from bot.core.chats.zone_names import tz

DAY: Final = 24 * 60
"""Minutes of a day on the wall."""

_CLOCK: Final = re.compile(
    r"(?P<hour>\d{1,2})(?:(?::|\.|h|(?<=\d\d)(?=\d\d))(?P<minute>\d\d))?\s*(?P<half>[ap]\.?m\.?)?(?:(?<=\d)\s*(?:h|uhr|o'clock|o’clock))?",
    re.IGNORECASE,
)
_WORDS: Final = {"noon": 12 * 60, "midday": 12 * 60, "midnight": 0}
_STEP: Final = timedelta(days=1)


def clock_time(text: str) -> int | None:
    """Read a time of day ("8", "08:00", "8.30", "0830", "8:15 pm", "20h30", "noon") as minutes; 24:00 is midnight; None is no time."""
    text = text.strip()
    if text.casefold() in _WORDS:
        return _WORDS[text.casefold()]
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    minutes = hour * 60 + minute
    return minutes % DAY if minute < 60 and minutes <= DAY else None


def instant(day: date, minutes: int, zone: tzinfo) -> datetime:
    """Give the instant of a minute of a local day, in UTC: the first of a repeated one, the next that there is instead of a skipped one."""
    wall = datetime.combine(day, time(minutes // 60, minutes % 60), zone)
    before, after = wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)
    # Where clocks go forward, the two readings of a time in the gap (PEP 495) lie on either side of the change, the earlier reading later.
    return before if before <= after else _change(after, before, zone)


def next_due(repeat: Repeat, at: int, weekday: int | None, zone: str, *, after: datetime, last_date: date | None) -> tuple[datetime, date]:
    """Tell when a digest is due next, strictly after `after`, and the local date that it belongs to, later than `last_date`.

    `at` is minutes of the local day; `weekday` counts for a weekly one alone. Breaking news is never due: ValueError.
    """
    clock = tz(zone)
    day = after.astimezone(clock).date()
    if last_date is not None:
        day = max(day, last_date + _STEP)
    while not (_is_day(repeat, weekday, day) and _exists(day, clock) and instant(day, at, clock) > after):
        day += _STEP
    return instant(day, at, clock), day


def catch_up(subscription: Subscription, zone: str, now: datetime) -> tuple[date | None, datetime] | None:
    """Tell what a subscription is owed now: None while nothing is due, else the local date of one digest and when the next is due.

    However long nobody asked, one digest is owed: that of the last date whose time has come. The date is None when that one has had its
    digest (the clock was wrong, zone or time have just been changed): then only the next time is to be stored.
    """
    if subscription.at is None or subscription.due_at is None or now < subscription.due_at:
        return None
    clock = tz(zone)
    day = now.astimezone(clock).date()
    while not (
        _is_day(subscription.repeat, subscription.weekday, day) and _exists(day, clock) and instant(day, subscription.at, clock) <= now
    ):
        day -= _STEP
    told = subscription.last_date
    last_date = day if told is None else max(day, told)
    due_at, _ = next_due(subscription.repeat, subscription.at, subscription.weekday, zone, after=now, last_date=last_date)
    return day if last_date != told else None, due_at


def _is_day(repeat: Repeat, weekday: int | None, day: date) -> bool:
    """Tell whether a digest belongs to this day of the week."""
    match repeat:
        case Repeat.DAILY:
            return True
        case Repeat.WEEKDAYS:
            return day.weekday() < 5
        case Repeat.WEEKLY:
            return day.weekday() == (weekday or 0)
        case Repeat.BREAKING:
            raise ValueError("breaking news has no time of day")


def _exists(day: date, zone: tzinfo) -> bool:
    """Tell whether a zone has this date: its first minute, or the one after a gap at midnight, is still of it."""
    return instant(day, 0, zone).astimezone(zone).date() == day


def _change(low: datetime, high: datetime, zone: tzinfo) -> datetime:
    """Find the first minute after `low`, up to `high`, that has the offset of `high`; the offset changes once between them."""
    offset = high.astimezone(zone).utcoffset()
    minutes = int((high - low) / timedelta(minutes=1))
    earlier, later = 0, minutes
    while later - earlier > 1:
        middle = (earlier + later) // 2
        if (low + timedelta(minutes=middle)).astimezone(zone).utcoffset() == offset:
            later = middle
        else:
            earlier = middle
    return low + timedelta(minutes=later)
