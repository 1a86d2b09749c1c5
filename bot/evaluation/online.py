"""The online protocol: each article placed when it arrives, in one pass, and each decision judged by the gold of what came before it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import thread_time
from typing import Final

from bot.core.grouping.decision import Folded, Joined, Merged, Opened
from bot.core.grouping.grouper import Candidate, Grouper, GroupingSettings
from bot.core.grouping.live import WINDOW_HOURS
from bot.core.grouping.reports import Known
from bot.core.grouping.state import Incoming
from bot.core.model import ArticleId, EventId
from bot.evaluation.labelled import Labelled

FEW_WORDS: Final = "no candidate: not among the nearest in words"
OUT_OF_TIME: Final = f"no candidate: more than {WINDOW_HOURS / 24:.0f} days apart"
NOT_LIVE: Final = "no candidate: its own event takes no articles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """One event that an article was compared with: its score (0 to 1), its veto, and the hours to its nearest end then.

    `is_right` when most of the event's articles told the gold event of the article at that time.
    """

    event_id: EventId
    score: float
    veto: str | None
    hours: float | None
    is_right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One decision as it was taken, judged by the gold known then.

    `own` is the event that the article belonged into: of those mostly about its gold event, the one with most of its articles; None
    when there was none. `missing` says why `own` was not among the `considered`. `joined_gold` is what the event that it joined mostly
    told before. `is_right` when that is its gold event, or when it opened an event where there was none to belong into.
    """

    change: Opened | Joined
    considered: tuple[Considered, ...]
    own: EventId | None
    missing: str | None
    joined_gold: str | None
    is_right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeStep:
    """A merge as it was decided: what most articles of both sides told, and how many they were."""

    change: Merged
    survivor_gold: str
    absorbed_gold: str
    sizes: tuple[int, int]

    @property
    def is_right(self) -> bool:
        """Tell whether both mostly told the same."""
        return self.survivor_gold == self.absorbed_gold


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stream that was placed: decisions and final events in its order; `seconds` of the processor were spent on deciding."""

    stream: Sequence[Labelled]
    steps: tuple[Step, ...]
    merges: tuple[MergeStep, ...]
    predicted: tuple[EventId, ...]
    is_report: tuple[bool, ...]
    seconds: float

    @property
    def gold(self) -> list[str]:
        """The gold event of each article."""
        return [one.event for one in self.stream]

    @property
    def rate(self) -> float:
        """Articles per second on one core, from parsed article to decision."""
        return len(self.stream) / self.seconds if self.seconds else 0.0


class Observed(Grouper):
    """A grouper that remembers which events it compared its last article with, and decides nothing differently."""

    def __init__(self, settings: GroupingSettings) -> None:
        super().__init__(settings, EventId(1))
        self.own: EventId | None = None
        self.missing: str | None = None
        self.considered: list[tuple[Candidate, float | None]] = []

    def expect(self, own: EventId | None) -> None:
        """Say into which event the next article belongs."""
        self.own, self.missing, self.considered = own, None, []

    def _candidates(self, incoming: Incoming, likely: Sequence[tuple[float, Known, ArticleId]]) -> list[Candidate]:
        found = super()._candidates(incoming, likely)
        # Noted now, because the event that is joined stretches to the time of the article.
        self.considered = [(one, one.event.distance_hours(incoming.vectors)) for one in found]
        if self.own is not None and all(one.event.id != self.own for one in found):
            own = self._events.get(self.own)
            if own is None:
                self.missing = NOT_LIVE
            else:
                self.missing = OUT_OF_TIME if (own.distance_hours(incoming.vectors) or 0.0) > WINDOW_HOURS else FEW_WORDS
        return found


class Book:
    """What the gold says about the events so far."""

    def __init__(self) -> None:
        self._labels: defaultdict[EventId, Counter[str]] = defaultdict(Counter)
        self._homes: defaultdict[str, Counter[EventId]] = defaultdict(Counter)

    def majority(self, event_id: EventId) -> str | None:
        """Give the gold event that most articles of an event tell; of equals the one it told first."""
        return next((label for label, _ in self._labels[event_id].most_common(1)), None)

    def own(self, gold: str) -> EventId | None:
        """Give the event that articles of a gold event belong into, if there is one."""
        homes = [(count, -event_id) for event_id, count in self._homes[gold].items() if self.majority(event_id) == gold]
        return EventId(-max(homes)[1]) if homes else None

    def add(self, event_id: EventId, gold: str) -> None:
        """Note that an article was put into an event."""
        self._labels[event_id][gold] += 1
        self._homes[gold][event_id] += 1

    def merge(self, change: Merged) -> MergeStep:
        """Note a merge."""
        kept, gone = self._labels[change.survivor], self._labels.pop(change.absorbed, Counter())
        step = MergeStep(
            change=change,
            survivor_gold=self.majority(change.survivor) or "",
            absorbed_gold=next((label for label, _ in gone.most_common(1)), ""),
            sizes=(kept.total(), gone.total()),
        )
        kept.update(gone)
        for label in gone:
            self._homes[label][change.survivor] += self._homes[label].pop(change.absorbed)
        return step


def place_in_order(stream: Sequence[Labelled], settings: GroupingSettings, advance: Callable[[], None]) -> Run:
    """Run a grouper over a stream whose article ids are their places, and read the memberships at the end; `advance` after each article."""
    grouper, book = Observed(settings), Book()
    steps: list[Step] = []
    merges: list[MergeStep] = []
    copies: set[ArticleId] = set()
    absorbed: dict[EventId, EventId] = {}
    seconds = 0.0
    for labelled in stream:
        grouper.expect(book.own(labelled.event))
        started = thread_time()
        changes = grouper.place(labelled.article)
        seconds += thread_time() - started
        for change in changes:
            if isinstance(change, Opened | Joined):
                steps.append(_step(change, grouper, book, labelled.event))
                book.add(change.event_id, labelled.event)
            elif isinstance(change, Merged):
                merges.append(book.merge(change))
                absorbed[change.absorbed] = change.survivor
            if isinstance(change, Folded) or (isinstance(change, Joined) and change.copy_of is not None):
                copies.add(change.article_id)
        advance()
    return Run(
        stream=stream,
        steps=tuple(steps),
        merges=tuple(merges),
        predicted=tuple(final(step.change.event_id, absorbed) for step in steps),
        is_report=tuple(labelled.article.id not in copies for labelled in stream),
        seconds=seconds,
    )


def final(event_id: EventId, absorbed: dict[EventId, EventId]) -> EventId:
    """Follow an event through the merges to the one that survived."""
    while event_id in absorbed:
        event_id = absorbed[event_id]
    return event_id


def _step(change: Opened | Joined, grouper: Observed, book: Book, gold: str) -> Step:
    joined_gold = book.majority(change.event_id) if isinstance(change, Joined) else None
    is_right = grouper.own is None if isinstance(change, Opened) else joined_gold == gold
    considered = tuple(
        Considered(
            event_id=one.event.id,
            score=one.probability,
            veto=one.veto,
            hours=hours,
            is_right=book.majority(one.event.id) == gold,
        )
        for one, hours in grouper.considered
    )
    return Step(
        change=change,
        considered=considered,
        own=grouper.own,
        missing=grouper.missing,
        joined_gold=joined_gold,
        is_right=is_right,
    )
