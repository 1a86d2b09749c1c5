"""One step of a reingest as changes of events, worked out on the events as they are now; which steps there are is for `reingest`."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Final, TypeAlias

from bot.core.grouping.correction import parting
from bot.core.grouping.decision import Change, Evidence, Merged, Moved, Parted, ReingestId, Revised
from bot.core.grouping.reingest import Move, Step
from bot.core.model import Article, ArticleId, Event, EventId

REGROUPED: Final = "grouped anew by a reingest"
"""What stands in the evidence of events that a reingest makes one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """Articles that leave an event under a new number; what has that number becomes part of `into`, None when it stays an event."""

    source: EventId
    event_id: EventId
    articles: tuple[Article, ...]
    into: EventId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A step as changes: the `partings` come first, then chats are told nothing new of what left, then come the `unions`.

    `events` are those that are involved, as they are afterwards, and `apart` the articles in them that nothing is compared with.
    """

    leaving: tuple[Leaving, ...]
    partings: tuple[Change, ...]
    unions: tuple[Change, ...]
    events: tuple[Event, ...]
    apart: frozenset[ArticleId]


def still_due(step: Step, living: Sequence[Event], waiting: Collection[ArticleId]) -> list[Move]:
    """Give the moves of articles that are where they were when it was planned, as they were; `waiting` ones have changed since."""
    there = {(article.id, event.id, article.revision) for event in living for article in event.articles if article.id not in waiting}
    return [move for move in step.moves if (move.article_id, move.source, move.revision) in there]


def outcome(
    step: Step,
    moves: Sequence[Move],
    living: Sequence[Event],
    next_event: EventId,
    reingest: ReingestId,
    *,
    revised: Collection[ArticleId] = (),
    waiting: Collection[ArticleId] = (),
) -> Outcome:
    """Work out what a step does to its events as they are now, with the moves that are still due; new events are numbered from the next.

    What came meanwhile stays, or goes along with an event that becomes part of another; `waiting` articles are decided about anyway.
    """
    working = _Working(step, moves, living, next_event, reingest)
    return Outcome(
        leaving=working.leaving(),
        partings=tuple(working.partings()),
        unions=(*working.unions(), *working.revisions(revised, waiting)),
        events=working.events,
        apart=frozenset(move.article_id for move in moves if move.apart),
    )


Way: TypeAlias = tuple[EventId, int]
"""From which event, and where to, as a move says it."""


@dataclass(slots=True)
class _Working:
    step: Step
    moves: Sequence[Move]
    living: Sequence[Event]
    next_event: EventId
    reingest: ReingestId
    events: tuple[Event, ...] = ()
    _going: Mapping[ArticleId, Move] = field(default_factory=dict)
    _united: Mapping[EventId, EventId] = field(default_factory=dict)
    _named: dict[int, EventId] = field(default_factory=dict)
    _ways: dict[Way, tuple[EventId, list[ArticleId]]] = field(default_factory=dict)
    _placed: Mapping[ArticleId, tuple[EventId, Article]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._going = {move.article_id: move for move in self.moves}
        due = {(move.source, move.target) for move in self.moves}
        self._united = {absorbed: survivor for absorbed, survivor in self.step.absorbed if (absorbed, survivor) in due}
        numbers = count(self.next_event)
        for move in self.moves:
            way = move.source, move.target
            if move.target == move.source or self._united.get(move.source) == move.target:
                continue
            if way not in self._ways:
                self._ways[way] = EventId(next(numbers)), []
                if move.target < 0:
                    self._named.setdefault(move.target, self._ways[way][0])
            self._ways[way][1].append(move.article_id)
        self.events = self._afterwards()
        self._placed = {article.id: (event.id, article) for event in self.events for article in event.articles}

    def _afterwards(self) -> tuple[Event, ...]:
        filled: defaultdict[EventId, list[Article]] = defaultdict(list)
        for event in self.living:
            for article in event.articles:
                move = self._going.get(article.id)
                if move is None:
                    filled[self._united.get(event.id, event.id)].append(article)
                else:
                    filled[self._called(move.target)].append(replace(article, copy_of=move.copy_of))
        known = {event.id: event for event in self.living}
        return tuple(_whole(known.get(event_id, self.living[0]), event_id, filled[event_id]) for event_id in sorted(filled))

    def _called(self, target: int) -> EventId:
        return self._named[target] if target < 0 else EventId(target)

    def leaving(self) -> tuple[Leaving, ...]:
        return tuple(
            Leaving(source=source, event_id=number, articles=tuple(self._placed[id_][1] for id_ in ids), into=self._into(target, number))
            for (source, target), (number, ids) in self._ways.items()
        )

    def _into(self, target: int, number: EventId) -> EventId | None:
        return None if self._named.get(target) == number else self._called(target)

    def partings(self) -> list[Change]:
        changes: list[Change] = []
        for (source, _), (number, ids) in self._ways.items():
            changes.append(Parted(event_id=number, source=source, reingest=self.reingest))
            for article_id in ids:
                article = self._placed[article_id][1]
                moved = Moved(
                    event_id=number,
                    source=source,
                    article_id=article_id,
                    revision=article.revision,
                    copy_of=article.copy_of,
                    reingest=self.reingest,
                    apart=self._going[article_id].apart,
                )
                changes.append(moved)
        return changes

    def unions(self) -> list[Change]:
        pairs = [(into, number) for (_, target), (number, _) in self._ways.items() if (into := self._into(target, number)) is not None]
        gone = self._gone()
        left = [event.id for event in self.living if any(article.id not in gone for article in event.articles)]
        pairs += [(self._united[event_id], event_id) for event_id in left if event_id in self._united]
        because = Evidence(threshold=0.0, veto=REGROUPED)
        return [Merged(survivor=survivor, absorbed=absorbed, evidence=because, reingest=self.reingest) for survivor, absorbed in pairs]

    def revisions(self, revised: Collection[ArticleId], waiting: Collection[ArticleId]) -> list[Change]:
        """Say what is new of articles that left no event: what they say, or whether they are copies."""
        gone = self._gone()
        before = {article.id: article.copy_of for event in self.living for article in event.articles}
        changes: list[Change] = []
        for article_id, (event_id, article) in sorted(self._placed.items()):
            is_other = article.copy_of != before[article_id] and article_id not in waiting
            if article_id not in gone and (is_other or article_id in revised):
                apart = article_id in self._going and self._going[article_id].apart
                changes.append(
                    Revised(event_id=event_id, article_id=article_id, revision=article.revision, copy_of=article.copy_of, apart=apart)
                )
        return changes

    def _gone(self) -> set[ArticleId]:
        return {article_id for _, ids in self._ways.values() for article_id in ids}


def _whole(like: Event, event_id: EventId, articles: Sequence[Article]) -> Event:
    """Make an event of these articles, in which none is a copy of one that is elsewhere."""
    event = replace(like, id=event_id, articles=tuple(sorted(articles, key=lambda article: article.id)))
    return replace(event, articles=parting(event, {article.id for article in articles}).leaving)
