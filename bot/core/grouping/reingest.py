"""What grouping all articles anew would change: two groupings compared, step by step; how a step is carried out stands in `regrouping`.

Nothing is grouped here. Ids stay: each new group is the living event that has most of its reports.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from bot.core.grouping.decision import ReingestId
from bot.core.model import ArticleId, EventId


class ReingestState(StrEnum):
    """How far a reingest is."""

    PLANNING = "planning"
    PLANNED = "planned"
    APPLYING = "applying"
    DONE = "done"
    CANCELLED = "cancelled"


class ScopeKind(StrEnum):
    """What is to be ingested again."""

    ALL = "all"
    SOURCE = "source"
    EVENT = "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is to be ingested again; `number` is that of the source or the event, 0 for everything."""

    kind: ScopeKind = ScopeKind.ALL
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a plan says: files that were read again and those that could not be, articles, and what becomes of the living events.

    `revised` articles say something else to today's parser. Of the events, those that are `split` lose articles, `merged` ones become part
    of another, `changed` are touched in another way, and nothing happens to the `untouched`. `cards` show events that are touched.
    """

    read: int = 0
    unread: int = 0
    revised: int = 0
    articles: int = 0
    split: int = 0
    merged: int = 0
    changed: int = 0
    untouched: int = 0
    cards: int = 0

    @property
    def is_nothing(self) -> bool:
        """Tell whether applying would do nothing."""
        return not (self.revised or self.split or self.merged or self.changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reingest:
    """One reingest: who asked for it and when, what it would do, and how far it is.

    `left` articles stayed where they were because they changed meanwhile, `edits` is how many cards were edited. `reason` says why it ended
    early, None unless it did.
    """

    id: ReingestId
    scope: Scope
    asked_at: datetime
    who: str
    state: ReingestState
    figures: Figures
    corrected: int
    steps: int = 0
    steps_done: int = 0
    left: int = 0
    edits: int = 0
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an article is in one of the groupings; `apart` when no other article may be compared with it."""

    event_id: EventId
    revision: int
    copy_of: ArticleId | None = None
    apart: bool = False


Grouped: TypeAlias = Mapping[ArticleId, Standing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What becomes of an article that is in `source` in this revision: the `target` may be the same, or new (a negative number)."""

    article_id: ArticleId
    revision: int
    source: EventId
    target: int
    copy_of: ArticleId | None
    apart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Moves that belong together, because they are about the same events; `absorbed` are events that become part of another, with that."""

    moves: tuple[Move, ...]
    absorbed: tuple[tuple[EventId, EventId], ...] = ()

    @property
    def events(self) -> list[EventId]:
        """Name the living events that are involved."""
        named = {move.source for move in self.moves} | {EventId(move.target) for move in self.moves if move.target > 0}
        return sorted(named.union(*self.absorbed))

    @property
    def counts(self) -> tuple[int, int, int]:
        """Count the living events that are split, that become part of another, and that are touched in another way."""
        absorbed = dict(self.absorbed)
        torn = {move.source for move in self.moves if move.source not in absorbed and move.target != move.source}
        return len(torn), len(absorbed), len(self.events) - len(torn) - len(absorbed)


def compare(now: Grouped, then: Grouped, revised: Collection[ArticleId] = ()) -> tuple[Step, ...]:
    """Say how one grouping becomes the other; both are of the same articles, and `revised` ones change in any case.

    Each event of `then` keeps the id of the event of `now` that has most of its reports, of equals the older; what is left gets new ids.
    """
    steps = (_step(now, then, family, revised) for family in _families(now, then))
    return tuple(step for step in steps if step is not None)


Sides: TypeAlias = tuple[dict[EventId, list[ArticleId]], dict[EventId, list[ArticleId]]]


def _families(now: Grouped, then: Grouped) -> Iterator[Sides]:
    """Give the events of both groupings that have articles in common, directly or through others, family by family."""
    events: defaultdict[EventId, list[ArticleId]] = defaultdict(list)
    groups: defaultdict[EventId, list[ArticleId]] = defaultdict(list)
    for article_id in sorted(now):
        events[now[article_id].event_id].append(article_id)
        groups[then[article_id].event_id].append(article_id)
    seen: set[EventId] = set()
    for first in sorted(events):
        if first in seen:
            continue
        family: Sides = {}, {}
        waiting = [first]
        while waiting:
            event_id = waiting.pop()
            if event_id in family[0]:
                continue
            family[0][event_id] = events[event_id]
            for group_id in {then[article_id].event_id for article_id in events[event_id]} - family[1].keys():
                family[1][group_id] = groups[group_id]
                waiting += {now[article_id].event_id for article_id in groups[group_id]}
        seen |= family[0].keys()
        yield family


def _step(now: Grouped, then: Grouped, family: Sides, revised: Collection[ArticleId]) -> Step | None:
    """Say what becomes of one family; None when nothing does."""
    events, groups = family
    target, absorbed = _kept(now, then, family)
    moves = []
    for article_id in sorted(article_id for article_ids in events.values() for article_id in article_ids):
        before, after = now[article_id], then[article_id]
        to = target[after.event_id]
        if to != before.event_id or after.copy_of != before.copy_of or article_id in revised:
            move = Move(
                article_id=article_id,
                revision=before.revision,
                source=before.event_id,
                target=to,
                copy_of=after.copy_of,
                apart=after.apart and len(groups[after.event_id]) == 1,
            )
            moves.append(move)
    return Step(moves=tuple(moves), absorbed=tuple(sorted(absorbed.items()))) if moves else None


def _kept(now: Grouped, then: Grouped, family: Sides) -> tuple[dict[EventId, int], dict[EventId, EventId]]:
    """Say which event each group goes on as (a negative number: a new one), and of the events that none goes on as what they become."""
    events, groups = family
    shared: Counter[tuple[EventId, EventId]] = Counter()
    reports: Counter[tuple[EventId, EventId]] = Counter()
    for article_id in (article_id for article_ids in events.values() for article_id in article_ids):
        pair = now[article_id].event_id, then[article_id].event_id
        shared[pair] += 1
        reports[pair] += now[article_id].copy_of is None
    ranked = sorted(shared, key=lambda pair: (-reports[pair], -shared[pair], pair[0], groups[pair[1]][0]))
    target: dict[EventId, int] = {}
    kept: set[EventId] = set()
    for event_id, group_id in ranked:
        if event_id not in kept and group_id not in target:
            kept.add(event_id)
            target[group_id] = event_id
    fresh = sorted(groups.keys() - target.keys(), key=lambda group_id: groups[group_id][0])
    target.update({group_id: -number for number, group_id in enumerate(fresh, 1)})
    absorbed: dict[EventId, EventId] = {}
    for event_id, group_id in ranked:
        # Its groups all go on as other events: one that nobody keeps would have gone on as this one.
        if event_id not in kept:
            absorbed.setdefault(event_id, EventId(target[group_id]))
    return target, absorbed
