"""The same sets placed several times: at other thresholds, in other orders, one language at a time; each trial says what changed."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from math import fsum
from typing import Final

from bot.core.grouping.grouper import GroupingSettings
from bot.evaluation.events import EventScores, scores_of
from bot.evaluation.labelled import Labelled
from bot.evaluation.metrics import Score, bcubed, mean, pairwise
from bot.evaluation.online import place_in_order
from bot.evaluation.streams import by_language, shuffled

THRESHOLDS: Final = (0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8)
"""Where the frontier is drawn, besides the threshold in use."""

ENOUGH: Final = 50
"""Articles from which a language counts in the mean over languages. Guess: a handful of headlines would weigh like a thousand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What one threshold gave; `rate` in articles per second."""

    threshold: float
    bcubed: Score
    pairwise: Score
    predicted_events: int
    rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """One set at each threshold, lowest first."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shuffles:
    """One set in several orders: BCubed F1 in its own order and in each other, and the largest difference.

    `moved` is, for each order, how many articles share their event with other articles than before; `agreement` is the BCubed F1 of
    the events against those of the set's own order. `is_dated` is false when most articles have no day to be shuffled within.
    """

    name: str
    articles: int
    is_dated: bool
    in_order: float
    shuffled: tuple[float, ...]
    change: float
    moved: tuple[int, ...]
    agreement: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Languages:
    """One set with all its languages mixed, then each by itself, and the means over the languages of `ENOUGH` articles."""

    name: str
    mixed: EventScores
    single: tuple[EventScores, ...]
    mean_bcubed: Score
    mean_pairwise: Score


def frontier(name: str, stream: Sequence[Labelled], settings: GroupingSettings, advance: Callable[[], None]) -> Frontier:
    """Place a set at each of the thresholds."""
    return Frontier(name=name, points=tuple(_point(stream, replace(settings, threshold=one), advance) for one in thresholds(settings)))


def thresholds(settings: GroupingSettings) -> list[float]:
    """Give the thresholds of a frontier, with the one in use among them."""
    return sorted({*THRESHOLDS, settings.threshold})


def _point(stream: Sequence[Labelled], settings: GroupingSettings, advance: Callable[[], None]) -> Point:
    run = place_in_order(stream, settings, advance)
    return Point(
        threshold=settings.threshold,
        bcubed=bcubed(run.gold, run.predicted),
        pairwise=pairwise(run.gold, run.predicted),
        predicted_events=len(set(run.predicted)),
        rate=run.rate,
    )


def mean_frontier(frontiers: Sequence[Frontier]) -> Frontier:
    """Average the sets at each threshold; events are summed, and the rate is the harmonic mean."""
    points = tuple(
        Point(
            threshold=same[0].threshold,
            bcubed=mean([point.bcubed for point in same]),
            pairwise=mean([point.pairwise for point in same]),
            predicted_events=sum(point.predicted_events for point in same),
            rate=len(same) / fsum(1 / point.rate for point in same) if all(point.rate for point in same) else 0.0,
        )
        for same in zip(*(one.points for one in frontiers), strict=True)
    )
    return Frontier(name="mean", points=points)


def shuffles(name: str, stream: Sequence[Labelled], orders: int, settings: GroupingSettings, advance: Callable[[], None]) -> Shuffles:
    """Place a set in its own order and in others."""
    before = place_in_order(stream, settings, advance)
    in_order = bcubed(before.gold, before.predicted).f1
    found, moved, agreement = [], [], []
    for number in range(1, orders + 1):
        changed, order = shuffled(stream, number)
        after = place_in_order(changed, settings, advance)
        found.append(bcubed(after.gold, after.predicted).f1)
        events = [event for _, event in sorted(zip(order, after.predicted, strict=True))]
        moved.append(other_mates(before.predicted, events))
        agreement.append(bcubed(before.predicted, events).f1)
    dated = sum(1 for one in stream if one.article.content.published)
    return Shuffles(
        name=name,
        articles=len(stream),
        is_dated=2 * dated > len(stream),
        in_order=in_order,
        shuffled=tuple(found),
        change=max((abs(one - in_order) for one in found), default=0.0),
        moved=tuple(moved),
        agreement=tuple(agreement),
    )


def mean_shuffles(several: Sequence[Shuffles]) -> Shuffles:
    """Average the sets in each order; articles are summed."""
    in_order = fsum(one.in_order for one in several) / len(several)
    found = [fsum(same) / len(several) for same in zip(*(one.shuffled for one in several), strict=True)]
    return Shuffles(
        name="mean",
        articles=sum(one.articles for one in several),
        is_dated=all(one.is_dated for one in several),
        in_order=in_order,
        shuffled=tuple(found),
        change=max((abs(one - in_order) for one in found), default=0.0),
        moved=tuple(sum(same) for same in zip(*(one.moved for one in several), strict=True)),
        agreement=tuple(fsum(same) / len(several) for same in zip(*(one.agreement for one in several), strict=True)),
    )


def other_mates(before: Sequence[Hashable], after: Sequence[Hashable]) -> int:
    """Count the items that share their cluster with other items than before."""
    kept = set(_clusters(before))
    return sum(len(cluster) for cluster in _clusters(after) if cluster not in kept)


def _clusters(labels: Sequence[Hashable]) -> list[frozenset[int]]:
    members: defaultdict[Hashable, list[int]] = defaultdict(list)
    for place, label in enumerate(labels):
        members[label].append(place)
    return [frozenset(places) for places in members.values()]


def languages(name: str, stream: Sequence[Labelled], settings: GroupingSettings, advance: Callable[[], None]) -> Languages:
    """Place a set with its languages mixed, so that gold events span them, then each language as a stream of its own."""
    mixed = scores_of(name, place_in_order(stream, settings, advance))
    single = tuple(scores_of(code, place_in_order(part, settings, advance)) for code, part in by_language(stream).items())
    enough = [one for one in single if one.articles >= ENOUGH]
    return Languages(
        name=name,
        mixed=mixed,
        single=single,
        mean_bcubed=mean([one.bcubed for one in enough]),
        mean_pairwise=mean([one.pairwise for one in enough]),
    )
