"""`slugline eval events`: how one labelled set came out, from its scores to its single errors; the protocol itself is in `online`."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.evaluation.causes import Cause, VetoCount, causes, veto_counts
from bot.evaluation.errors import Fragment, WrongJoin, WrongMerge, fragments, welded, wrong_joins, wrong_merges
from bot.evaluation.metrics import (
    Bin,
    Corroboration,
    Interval,
    Score,
    averaged,
    bcubed_items,
    calibration,
    calibration_error,
    corroboration,
    interval,
    pairwise,
)
from bot.evaluation.online import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Of the articles whose own event was there: for how many it was among the candidates, and for how many the best of them."""

    articles: int
    found: int
    best: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """Where one article ended: its id in the set, its gold event, the number of its event, and whether it is a report or a copy there."""

    article: str
    gold: str
    event: int
    is_report: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EventScores:
    """How one set came out; `rate` in articles per second on one core, from parsed article to decision.

    `interval` is where the BCubed F1 would lie with other events of the same kind. `calibration` has one entry per range of scores,
    over the best candidates that no veto spoke against. `foreign` articles of other streams ended in events of this set.
    `welded` are the gold events that share one event. `repeated_ids` lines gave an id that another line had given.
    """

    name: str
    articles: int
    undated: int
    repeated_ids: int
    gold_events: int
    predicted_events: int
    bcubed: Score
    interval: Interval
    pairwise: Score
    rate: float
    corroboration: Corroboration
    reach: Reach
    calibration_error: float
    calibration: tuple[Bin, ...]
    foreign: int
    merges: int
    causes: tuple[Cause, ...]
    vetoes: tuple[VetoCount, ...]
    wrong_joins: tuple[WrongJoin, ...]
    wrong_merges: tuple[WrongMerge, ...]
    fragments: tuple[Fragment, ...]
    welded: tuple[tuple[str, ...], ...]
    memberships: tuple[Membership, ...] = ()


def scores_of(name: str, run: Run, counted: Sequence[bool] | None = None, *, memberships: bool = False) -> EventScores:
    """Score a stream that was placed. With `counted`, only such articles are scored: the others are the stream around them."""
    counted = counted if counted is not None else [True] * len(run.stream)
    places = [place for place, is_counted in enumerate(counted) if is_counted]
    gold, predicted = run.gold, run.predicted
    own_gold, own_events = [gold[place] for place in places], {predicted[place] for place in places}
    items = bcubed_items(gold, predicted)
    own_items = [items[place] for place in places]
    merges = wrong_merges(run, counted)
    bins = _calibration(run, places)
    reports = [place for place, is_report in enumerate(run.is_report) if is_report]
    return EventScores(
        name=name,
        articles=len(places),
        undated=sum(1 for place in places if run.stream[place].article.content.published is None),
        repeated_ids=len(places) - len({run.stream[place].key for place in places}),
        gold_events=len(set(own_gold)),
        predicted_events=len(own_events),
        bcubed=averaged(own_items),
        interval=interval(own_gold, own_items),
        pairwise=pairwise(gold, predicted, counted),
        rate=run.rate,
        corroboration=corroboration([gold[one] for one in reports], [predicted[one] for one in reports], [counted[one] for one in reports]),
        reach=_reach(run, places),
        calibration_error=calibration_error(bins),
        calibration=bins,
        foreign=sum(1 for event, is_counted in zip(predicted, counted, strict=True) if event in own_events and not is_counted),
        merges=len(run.merges),
        causes=causes(run, counted, sum(min(merge.survivor_size, merge.absorbed_size) for merge in merges)),
        vetoes=veto_counts(run, counted),
        wrong_joins=wrong_joins(run, counted),
        wrong_merges=merges,
        fragments=fragments(run, counted),
        welded=welded(run, counted),
        memberships=_memberships(run, places) if memberships else (),
    )


def _reach(run: Run, places: Sequence[int]) -> Reach:
    chances = [step for step in (run.steps[place] for place in places) if step.own is not None]
    ranked = [(step.own, sorted(step.considered, key=lambda one: (-one.score, one.event_id))) for step in chances]
    return Reach(
        articles=len(chances),
        found=sum(1 for own, considered in ranked if any(one.event_id == own for one in considered)),
        best=sum(1 for own, considered in ranked if considered and considered[0].event_id == own),
    )


def _calibration(run: Run, places: Sequence[int]) -> tuple[Bin, ...]:
    free = ([one for one in run.steps[place].considered if one.veto is None] for place in places)
    best = [max(considered, key=lambda one: (one.score, -one.event_id)) for considered in free if considered]
    return calibration([(one.score, one.is_right) for one in best])


def _memberships(run: Run, places: Sequence[int]) -> tuple[Membership, ...]:
    return tuple(
        Membership(
            article=run.stream[place].key,
            gold=run.stream[place].event,
            event=run.predicted[place],
            is_report=run.is_report[place],
        )
        for place in places
    )
