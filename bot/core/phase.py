"""How hot an event is: its phase by the rate of independent reports, held against its own past; in which colour is a platform's matter."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

YOUNG: Final = timedelta(hours=6)
"""An event whose first report is younger is breaking: it has no past yet that its rate could be held against.

Measured on the events of four or more reports of gva, og2021 and uci, looked at every half hour: breaking lasts 6 hours in the median and
9 in the worst tenth (25 the longest); an event changes its phase twice in the median, 4 to 6 times in the worst tenth (18 the most).
"""

LATELY: Final = timedelta(hours=3)
"""The stretch whose rate is held against what was before. Guess: as long as an outlet takes to follow another."""

BURST: Final = 3
"""So many reports at least, and so many times the rate of the past, make an old event break again.

With 3, a fifth of the og2021 events break again, and 15 of 344 phases last less than two hours; with 4 and 5, 8 of 317 and 11 of 315. Four
of 72 events of gva break again, and no phase of theirs is so short.
"""

SILENCE: Final = timedelta(hours=24)
"""Without a report for so long an event fades. Guess: a daily paper had its chance."""

SLOWER: Final = 1 / 4
"""Over the last `SILENCE`, below this part of the rate before it, an event fades although reports still come.

With 1/8 or 1/2 the worst tenth of the og2021 events changes its phase 6 times instead of 4.
"""


class Phase(StrEnum):
    """Where an event stands in its life."""

    BREAKING = "breaking"
    DEVELOPING = "developing"
    FADING = "fading"


def phase_of(reports: Sequence[datetime], now: datetime) -> Phase:
    """Judge by the times of the independent reports, in any order; what has none is taken for developing.

    Times after `now` come from clocks that are ahead and count as `now`.
    """
    if not reports:
        return Phase.DEVELOPING
    times = sorted(min(at, now) for at in reports)
    first, last = times[0], times[-1]
    if now - last >= SILENCE:
        return Phase.FADING
    if now - first < YOUNG:
        return Phase.BREAKING
    lately = sum(now - at < LATELY for at in times)
    if lately >= BURST and lately / LATELY.total_seconds() >= BURST * _rate(times, first, now - LATELY):
        return Phase.BREAKING
    today = sum(now - at < SILENCE for at in times)
    before = now - SILENCE
    if before - first >= SILENCE and today / SILENCE.total_seconds() < SLOWER * _rate(times, first, before):
        return Phase.FADING
    return Phase.DEVELOPING


def _rate(times: Sequence[datetime], start: datetime, end: datetime) -> float:
    """Give the reports per second from `start` to `end`, which come in this order and more than a minute apart."""
    return sum(at <= end for at in times) / (end - start).total_seconds()
