"""Streams made from one labelled set, so that a model cannot learn how dense, how long or how fast that set happens to be."""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.core.model import DateOrigin, Precision, Stamp
from bot.core.text.terms import terms_of
from bot.evaluation.labelled import Labelled, edited

START: Final = datetime(2015, 8, 3, tzinfo=UTC)
"""A Monday, from which simulated streams run."""

LEAD_WORDS: Final = 40
UNDATED: Final = 0.2
LARGEST: Final = 12


def streams_of(labelled: Sequence[Labelled]) -> list[Sequence[Labelled]]:
    """Give the set as it is, and re-timed; full texts also as headlines and as leads, headlines also with their largest events cut down."""
    if not any(one.article.content.text for one in labelled):
        return [
            labelled,
            _undated(_retimed(labelled, per_day=400, spread=8, seed=2), seed=2),
            _retimed(_smaller(labelled, seed=5), per_day=200, spread=6, seed=6),
        ]
    headlines = [edited(one, text="") for one in labelled if one.article.content.titled]
    leads = [edited(one, text=" ".join(one.article.content.text.split()[:LEAD_WORDS])) for one in labelled]
    return [
        labelled,
        headlines,
        _retimed(leads, per_day=300, spread=8, seed=2),
        _undated(_retimed(headlines, per_day=400, spread=5, seed=3), seed=2),
        _undated(_retimed(labelled, per_day=150, spread=10, seed=4), seed=2),
    ]


def _by_event(labelled: Iterable[Labelled]) -> dict[str, list[Labelled]]:
    events: defaultdict[str, list[Labelled]] = defaultdict(list)
    for one in labelled:
        events[one.event].append(one)
    return dict(sorted(events.items()))


def _retimed(labelled: Sequence[Labelled], *, per_day: int, spread: float, seed: int) -> list[Labelled]:
    """Have events begin at any time so that about `per_day` articles a day come, their reports after about `spread` hours.

    An event begins on the day of the week on which it did, or which its texts name most: they would contradict their dates otherwise.
    """
    rng = random.Random(seed)
    hours = len(labelled) / per_day * 24
    timed: list[tuple[float, Labelled]] = []
    events = list(_by_event(labelled).values())
    rng.shuffle(events)
    for articles in events:
        begins = rng.random() * hours
        weekday = _weekday(articles)
        if weekday is not None:
            begins += 24 * ((weekday - (START + timedelta(hours=begins)).weekday() + 3) % 7 - 3)
        rng.shuffle(articles)
        pace = spread * math.exp(rng.gauss(0, 1))
        timed += [(begins + (rng.expovariate(1 / pace) if number else 0.0), one) for number, one in enumerate(articles)]
    timed.sort(key=lambda item: item[0])
    return [
        edited(one, published=Stamp(at=START + timedelta(hours=at), precision=Precision.MINUTE, origin=DateOrigin.FIELD))
        for at, one in timed
    ]


def _weekday(articles: Sequence[Labelled]) -> int | None:
    dated = [one.article.content.published.at for one in articles if one.article.content.published]
    if dated:
        return min(dated).weekday()
    named = Counter(day for one in articles for day in terms_of(one.article.content.title, one.article.content.text).marks.weekdays)
    return min(named, key=lambda day: (-named[day], day), default=None)


def _undated(labelled: Sequence[Labelled], *, seed: int) -> list[Labelled]:
    rng = random.Random(seed)
    return [edited(one, published=None) if rng.random() < UNDATED else one for one in labelled]


def _smaller(labelled: Sequence[Labelled], *, seed: int) -> list[Labelled]:
    """Leave of each event as many reports as usual news has: few."""
    rng = random.Random(seed)
    kept: set[int] = set()
    for articles in _by_event(labelled).values():
        rng.shuffle(articles)
        kept.update(id(one) for one in articles[: rng.choice([1, 1, 2, 3, 4, 6, 10, LARGEST])])
    return [one for one in labelled if id(one) in kept]
