"""Why decisions were wrong, counted: where precision and recall go. Single errors are listed in `errors`."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.core.grouping.decision import Joined, Opened
from bot.core.model import EventId
from bot.evaluation.online import Considered, Run, Step

BELOW: Final = "below the threshold"
LOST: Final = "another event won"
TOO_EAGER: Final = "joined although nothing of its own event was there"
COPY: Final = "taken for a copy of another event's report"
MERGE: Final = "two events merged"
AHEAD: Final = "nothing of its own event was there yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """How many articles one cause kept from their own event, how many of these a merge brought back, how many it put with strangers."""

    name: str
    kept_apart: int
    brought_back: int
    put_together: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VetoCount:
    """How often a veto kept an article out of an event that it would have joined by score: of a strange one, and of its own."""

    name: str
    right: int
    wrong: int


def causes(run: Run, counted: Sequence[bool], merged: int) -> tuple[Cause, ...]:
    """Count why articles missed their own event or came among strangers, commonest first; each wrong decision counts once.

    `merged` is how many articles wrong merges put with strangers.
    """
    main = _main_parts(run)
    kept, back, together = Counter[str](), Counter[str](), Counter[str]()
    for place, step in enumerate(run.steps):
        name = cause(step)
        if name is None or not counted[place]:
            continue
        if step.own is not None:
            kept[name] += 1
            back[name] += run.predicted[place] == main[run.gold[place]]
        if isinstance(step.change, Joined):
            together[name] += 1
    if merged:
        together[MERGE] += merged
    names = sorted(kept.keys() | together.keys(), key=lambda name: (-kept[name] - together[name], name))
    return tuple(Cause(name=name, kept_apart=kept[name], brought_back=back[name], put_together=together[name]) for name in names)


def veto_counts(run: Run, counted: Sequence[bool]) -> tuple[VetoCount, ...]:
    """Count what each veto decided: candidates that it kept out although they reached the threshold."""
    right, wrong = Counter[str](), Counter[str]()
    for place, step in enumerate(run.steps):
        for one in step.considered if counted[place] else ():
            if one.veto is not None and one.score >= step.change.evidence.threshold:
                (wrong if one.is_right else right)[one.veto] += 1
    return tuple(VetoCount(name=name, right=right[name], wrong=wrong[name]) for name in sorted(right.keys() | wrong.keys()))


def cause(step: Step) -> str | None:
    """Say in words why a decision was wrong; None when it was right."""
    if step.is_right:
        return None
    match step.change:
        case Joined(copy_of=None):
            return TOO_EAGER if step.own is None else LOST
        case Joined():
            return COPY
        case Opened(apart=True):
            return f"set apart: {step.change.evidence.veto}"
        case Opened():
            return why_not(step)


def why_not(step: Step) -> str:
    """Say why the event that the article belonged into was not chosen."""
    own = own_of(step)
    if own is None:
        return step.missing or AHEAD
    return f"veto: {own.veto}" if own.veto else BELOW


def own_of(step: Step) -> Considered | None:
    """Give what was measured against the event that the article belonged into; None when it was not compared."""
    return next((one for one in step.considered if one.event_id == step.own), None)


def _main_parts(run: Run) -> dict[str, EventId]:
    """Give the event that holds most articles of each gold event; of equals the oldest."""
    parts: defaultdict[str, Counter[EventId]] = defaultdict(Counter)
    for gold, event in zip(run.gold, run.predicted, strict=True):
        parts[gold][event] += 1
    return {gold: _largest(counts.items()) for gold, counts in parts.items()}


def _largest(counts: Iterable[tuple[EventId, int]]) -> EventId:
    return max(counts, key=lambda item: (item[1], -item[0]))[0]
