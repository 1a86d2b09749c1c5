"""`slugline eval events`: the online protocol over labelled sets, its scores, and the errors a person should read."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.core.decision import Evidence, Joined, Merged, Opened
from bot.core.grouping import Grouper, GroupingSettings
from bot.core.model import EventId
from bot.evaluation.labelled import Labelled
from bot.evaluation.metrics import Score, bcubed, pairwise

WORST = 10
BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongJoin:
    """An article that joined an event of which most articles tell something else, with what spoke for it."""

    article: str
    title: str
    gold: str
    joined: str
    score: float
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """A gold event that was told as several events: how many articles fell into each, largest first."""

    gold: str
    title: str
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Calibration: of the best candidates with a score in this range, how many were right (their event's majority is the gold event)."""

    low: float
    high: float
    candidates: int
    right: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EventScores:
    """How one set came out; `rate` in articles per second on one core, from parsed article to decision."""

    name: str
    articles: int
    gold_events: int
    predicted_events: int
    bcubed: Score
    pairwise: Score
    rate: float
    wrong_joins: tuple[WrongJoin, ...]
    fragments: tuple[Fragment, ...]
    calibration: tuple[Bin, ...]


@dataclass(slots=True)
class _Placed:
    event: EventId
    evidence: Evidence | None
    best_was_right: bool | None


def evaluate_events(name: str, stream: Sequence[Labelled], settings: GroupingSettings, advance: Callable[[], None]) -> EventScores:
    """Place each article when it arrives, in one pass, and read the memberships at the end; `advance` is called after each article."""
    started = time.perf_counter()
    placed = place(stream, settings, advance)
    seconds = time.perf_counter() - started
    gold = [labelled.event for labelled in stream]
    predicted = [one.event for one in placed]
    return EventScores(
        name=name,
        articles=len(stream),
        gold_events=len(set(gold)),
        predicted_events=len(set(predicted)),
        bcubed=bcubed(gold, predicted),
        pairwise=pairwise(gold, predicted),
        rate=len(stream) / seconds if seconds else 0.0,
        wrong_joins=_wrong_joins(stream, placed),
        fragments=_fragments(stream, placed),
        calibration=_calibration(placed),
    )


def place(stream: Sequence[Labelled], settings: GroupingSettings, advance: Callable[[], None]) -> list[_Placed]:
    """Run the grouper over a stream; the result has the final event of each article, in the order of the stream."""
    grouper = Grouper(settings, EventId(1))
    placed: list[_Placed] = []
    merged: dict[EventId, EventId] = {}
    labels: defaultdict[EventId, Counter[str]] = defaultdict(Counter)
    for labelled in stream:
        for change in grouper.place(labelled.article):
            if isinstance(change, Opened | Joined):
                right = _best_was_right(change, labelled.event, labels)
                labels[change.event_id][labelled.event] += 1
                placed.append(_Placed(change.event_id, change.evidence, right))
            elif isinstance(change, Merged):
                merged[change.absorbed] = change.survivor
                labels[change.survivor] += labels.pop(change.absorbed)
        advance()
    for one in placed:
        while one.event in merged:
            one.event = merged[one.event]
    return placed


def _best_was_right(change: Opened | Joined, gold: str, labels: dict[EventId, Counter[str]]) -> bool | None:
    """Tell whether the best candidate was the right event; None when there was no candidate or the article is a copy."""
    best = change.event_id if isinstance(change, Joined) else change.evidence.rival
    if best is None or not change.evidence.contributions:
        return None
    return labels[best].most_common(1)[0][0] == gold


def _wrong_joins(stream: Sequence[Labelled], placed: Sequence[_Placed]) -> tuple[WrongJoin, ...]:
    members: defaultdict[EventId, Counter[str]] = defaultdict(Counter)
    for labelled, one in zip(stream, placed, strict=True):
        members[one.event][labelled.event] += 1
    titles = {labelled.event: labelled.article.content.title for labelled in reversed(stream)}
    wrong = []
    for labelled, one in zip(stream, placed, strict=True):
        majority = members[one.event].most_common(1)[0][0]
        if majority != labelled.event and one.evidence is not None:
            wrong.append(
                WrongJoin(
                    article=labelled.key,
                    title=labelled.article.content.title,
                    gold=labelled.event,
                    joined=titles[majority],
                    score=one.evidence.score or 0.0,
                    shared=one.evidence.shared,
                )
            )
    return tuple(sorted(wrong, key=lambda join: (-join.score, join.article))[:WORST])


def _fragments(stream: Sequence[Labelled], placed: Sequence[_Placed]) -> tuple[Fragment, ...]:
    parts: defaultdict[str, Counter[EventId]] = defaultdict(Counter)
    titles: dict[str, str] = {}
    for labelled, one in zip(stream, placed, strict=True):
        parts[labelled.event][one.event] += 1
        titles.setdefault(labelled.event, labelled.article.content.title)
    split = [
        Fragment(gold=gold, title=titles[gold], parts=tuple(count for _, count in counts.most_common()))
        for gold, counts in parts.items()
        if len(counts) > 1
    ]
    return tuple(sorted(split, key=lambda fragment: (fragment.parts[0] - sum(fragment.parts), fragment.gold))[:WORST])


def _calibration(placed: Sequence[_Placed]) -> tuple[Bin, ...]:
    judged = [(one.evidence.score or 0.0, one.best_was_right) for one in placed if one.evidence and one.best_was_right is not None]
    bins = []
    for number in range(BINS):
        low, high = number / BINS, (number + 1) / BINS
        inside = [right for score, right in judged if low <= score < high or (number == BINS - 1 and score == high)]
        bins.append(Bin(low=low, high=high, candidates=len(inside), right=sum(inside) / len(inside) if inside else 0.0))
    return tuple(bins)
