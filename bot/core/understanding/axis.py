"""Where the marks of an axis of time or of numbers stand; nothing is written or drawn here."""

from datetime import datetime, time, timedelta
from typing import Final

_STEPS: Final = (
    *(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 15, 30)),
    *(timedelta(hours=hours) for hours in (1, 2, 3, 6, 12)),
    *(timedelta(days=days) for days in (1, 2, 3, 5, 7, 14, 30, 60, 90, 180, 365)),
)


def ticks(begin: datetime, end: datetime, most: int) -> list[datetime]:
    """Give at most `most` (at least 2) round naive times from `begin` to `end`, evenly apart and closest together."""
    span = max(end - begin, timedelta(minutes=1))
    step = next((step for step in _STEPS if span / step < most), None) or timedelta(days=365 * (span // timedelta(days=365 * most) + 1))
    midnight = datetime.combine(begin.date(), time())
    if step > timedelta(days=1):
        # The same days whatever the begin is, so that a picture drawn an hour later has not moved.
        midnight -= timedelta(days=midnight.toordinal() % step.days) if midnight.toordinal() > step.days else timedelta()
    first = midnight + step * -(-(begin - midnight) // step)
    found = []
    while first <= end:
        found.append(first)
        try:
            first += step
        except OverflowError:
            break
    return found


def is_day(at: datetime) -> bool:
    """Tell whether a mark begins a day, so that the day is to be named there and not the hour."""
    return at.time() == time()
