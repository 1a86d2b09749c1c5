"""What went wrong in a placed stream, each error with the evidence that led to it; causes are named in `causes`."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.core.grouping.decision import Contribution, Joined
from bot.core.model import EventId
from bot.evaluation.causes import AHEAD, cause, own_of, why_not
from bot.evaluation.online import Run

REASONS: Final = 3
"""How many features of a decision are listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongJoin:
    """An article that joined an event which then mostly told something else, with what spoke for it and where it belonged.

    `joined` is the first headline of that event. `score` is None for a copy. `hours` is how far apart article and event were, None
    when either has no time. `own` says why its own event was not chosen, `own_score` what that scored, None when it was not compared.
    """

    article: str
    title: str
    gold: str
    joined: str
    joined_gold: str
    score: float | None
    hours: float | None
    reasons: tuple[Contribution, ...]
    shared: tuple[str, ...]
    rival: str | None
    rival_score: float | None
    own: str
    own_score: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongMerge:
    """Two events that mostly told different things when they became one; `score` and `threshold` as the merge gives them."""

    survivor: str
    survivor_gold: str
    survivor_size: int
    absorbed: str
    absorbed_gold: str
    absorbed_size: int
    score: float
    threshold: float
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the events into which a gold event fell: its articles of that gold event, the first of them, and why that one did not join.

    `score` is what it reached against the event it belonged into, `hours` how far apart they were; None when they were not compared.
    """

    articles: int
    article: str
    title: str
    cause: str
    score: float | None
    hours: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """A gold event that was told as several events, in the order in which they began."""

    gold: str
    title: str
    parts: tuple[Part, ...]


def wrong_joins(run: Run, counted: Sequence[bool]) -> tuple[WrongJoin, ...]:
    """List joins of a strange event, surest first; copies, which have no score, stand at the head."""
    openers = _openers(run)
    found = []
    for place in range(len(run.steps)):
        change = run.steps[place].change
        if isinstance(change, Joined) and not run.steps[place].is_right and counted[place]:
            found.append(_wrong_join(run, place, change, openers))
    return tuple(sorted(found, key=lambda join: (-(2.0 if join.score is None else join.score), join.article)))


def wrong_merges(run: Run, counted: Sequence[bool]) -> tuple[WrongMerge, ...]:
    """List merges of events that told different things, by how many articles the smaller side had."""
    openers = _openers(run)
    events = {run.predicted[place] for place in range(len(run.steps)) if counted[place]}
    ends = _ends(run)
    found = [
        WrongMerge(
            survivor=_title(run, openers[merge.change.survivor]),
            survivor_gold=merge.survivor_gold,
            survivor_size=merge.sizes[0],
            absorbed=_title(run, openers[merge.change.absorbed]),
            absorbed_gold=merge.absorbed_gold,
            absorbed_size=merge.sizes[1],
            score=merge.change.evidence.score or 0.0,
            threshold=merge.change.evidence.threshold,
            shared=merge.change.evidence.shared,
        )
        for merge in run.merges
        if not merge.is_right and ends[merge.change.survivor] in events
    ]
    return tuple(sorted(found, key=lambda merge: (-min(merge.survivor_size, merge.absorbed_size), merge.survivor, merge.absorbed)))


def fragments(run: Run, counted: Sequence[bool]) -> tuple[Fragment, ...]:
    """List gold events in several parts, those first of which most articles lie outside the largest part."""
    places: defaultdict[str, defaultdict[EventId, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, gold in enumerate(run.gold):
        if counted[place]:
            places[gold][run.predicted[place]].append(place)
    split = [
        Fragment(
            gold=gold,
            title=_title(run, next(iter(parts.values()))[0]),
            parts=tuple(_part(run, part) for part in parts.values()),
        )
        for gold, parts in places.items()
        if len(parts) > 1
    ]
    return tuple(sorted(split, key=lambda one: (max(sizes := [part.articles for part in one.parts]) - sum(sizes), one.gold)))


def welded(run: Run, counted: Sequence[bool]) -> tuple[tuple[str, ...], ...]:
    """Give the gold events that share one event, for each such event with a counted article, largest first."""
    labels: defaultdict[EventId, Counter[str]] = defaultdict(Counter)
    for gold, event in zip(run.gold, run.predicted, strict=True):
        labels[event][gold] += 1
    shown = {event for event, is_counted in zip(run.predicted, counted, strict=True) if is_counted}
    mixed = [(-count.total(), tuple(sorted(count))) for event, count in labels.items() if event in shown and len(count) > 1]
    return tuple(names for _, names in sorted(mixed))


def _wrong_join(run: Run, place: int, change: Joined, openers: dict[EventId, int]) -> WrongJoin:
    step, labelled, evidence = run.steps[place], run.stream[place], change.evidence
    is_copy = change.copy_of is not None
    chosen = next((one for one in step.considered if one.event_id == change.event_id), None)
    own = own_of(step)
    if step.own is None:
        why = AHEAD
    elif is_copy:
        why = "not compared"
    else:
        why = "scored less" if own is not None and own.veto is None else why_not(step)
    return WrongJoin(
        article=labelled.key,
        title=labelled.article.content.title,
        gold=labelled.event,
        joined=_title(run, openers[change.event_id]),
        joined_gold=step.joined_gold or "",
        score=None if is_copy else evidence.score,
        hours=chosen.hours if chosen else None,
        reasons=evidence.contributions[:REASONS],
        shared=evidence.shared,
        rival=_title(run, openers[evidence.rival]) if evidence.rival is not None else None,
        rival_score=evidence.rival_score,
        own=why,
        own_score=own.score if own else None,
    )


def _part(run: Run, places: Sequence[int]) -> Part:
    first = places[0]
    step = run.steps[first]
    own = own_of(step)
    return Part(
        articles=len(places),
        article=run.stream[first].key,
        title=_title(run, first),
        cause=cause(step) or AHEAD,
        score=own.score if own else None,
        hours=own.hours if own else None,
    )


def _title(run: Run, place: int) -> str:
    return run.stream[place].article.content.title


def _openers(run: Run) -> dict[EventId, int]:
    """Give the place of the first article of each event."""
    first: dict[EventId, int] = {}
    for place, step in enumerate(run.steps):
        first.setdefault(step.change.event_id, place)
    return first


def _ends(run: Run) -> dict[EventId, EventId]:
    """Give what each event is called at the end."""
    return {step.change.event_id: end for step, end in zip(run.steps, run.predicted, strict=True)}
