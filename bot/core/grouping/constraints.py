"""What admins decided about pairs of articles: together or apart, whatever a score says; who asked for it, and when, is kept elsewhere."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NewType

from bot.core.model import ArticleId, EventId

CorrectionId = NewType("CorrectionId", int)

KEPT_APART: Final = "kept apart by an admin"
KEPT_TOGETHER: Final = "kept together by an admin"
"""What stands in the evidence of a decision that a constraint took, whatever the score."""


class Bond(StrEnum):
    """What holds between two articles."""

    TOGETHER = "together"
    APART = "apart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """Two articles that are in one event, or never are, because of a correction."""

    correction: CorrectionId
    bond: Bond
    one: ArticleId
    other: ArticleId


class Constraints:
    """The constraints that hold. Being together passes on: of three, two pairs that are together make the third one so.

    So what is apart from an article is apart from all that are together with it.
    """

    def __init__(self, constraints: Iterable[Constraint] = ()) -> None:
        self._links: defaultdict[ArticleId, list[Constraint]] = defaultdict(list)
        self._parted: defaultdict[ArticleId, list[Constraint]] = defaultdict(list)
        for each in constraints:
            by_article = self._links if each.bond is Bond.TOGETHER else self._parted
            by_article[each.one].append(each)
            by_article[each.other].append(each)
        self._groups: dict[ArticleId, frozenset[ArticleId]] = {}
        for article in self._links:
            if article not in self._groups:
                group = frozenset(self._reached(article))
                self._groups.update(dict.fromkeys(group, group))

    def __bool__(self) -> bool:
        return bool(self._links or self._parted)

    def __contains__(self, article: ArticleId) -> bool:
        return article in self._links or article in self._parted

    @property
    def articles(self) -> frozenset[ArticleId]:
        """All articles of which anything is said."""
        return frozenset([*self._links, *self._parted])

    def together(self, article: ArticleId) -> frozenset[ArticleId]:
        """Give the articles that belong into the event of this one, itself left out."""
        return self._group(article) - {article}

    def apart(self, article: ArticleId) -> frozenset[ArticleId]:
        """Give the articles that are never in the event of this one."""
        if not self._parted:
            return frozenset()
        opposite = (_opposite(each, mine) for mine in self._group(article) for each in self._parted.get(mine, ()))
        return frozenset().union(*(self._group(other) for other in opposite))

    def contradiction(self, bond: Bond, pairs: Iterable[tuple[ArticleId, ArticleId]]) -> Constraint | None:
        """Give the newest constraint that stands against having these pairs together, or apart; None when nothing does.

        Of constraints that follow from each other it is enough to take back one.
        """
        found: list[Constraint] = []
        for one, other in pairs:
            if bond is Bond.TOGETHER:
                mine, others = self._group(one), self._group(other)
                found += [each for article in mine for each in self._parted.get(article, ()) if _opposite(each, article) in others]
            elif other in self._group(one):
                found += self._reached(one)[other]
        return max(found, key=lambda each: each.correction, default=None)

    def _group(self, article: ArticleId) -> frozenset[ArticleId]:
        return self._groups.get(article) or frozenset([article])

    def _reached(self, article: ArticleId) -> dict[ArticleId, tuple[Constraint, ...]]:
        """Give all articles that are together with this one, itself too, each with the links of the shortest way there."""
        ways: dict[ArticleId, tuple[Constraint, ...]] = {article: ()}
        waiting = deque([article])
        while waiting:
            here = waiting.popleft()
            for link in self._links.get(here, ()):
                there = _opposite(link, here)
                if there not in ways:
                    ways[there] = (*ways[here], link)
                    waiting.append(there)
        return ways


def _opposite(constraint: Constraint, article: ArticleId) -> ArticleId:
    return constraint.other if constraint.one == article else constraint.one


class Bonds:
    """The constraints as grouping needs them: with the event in which each article is today of which they speak."""

    def __init__(self, constraints: Constraints | None = None, homes: Mapping[ArticleId, EventId] | None = None) -> None:
        self._constraints = constraints or Constraints()
        self._homes: dict[ArticleId, EventId] = {}
        self._housed: defaultdict[EventId, set[ArticleId]] = defaultdict(set)
        for article, event_id in (homes or {}).items():
            self.put(article, event_id)

    def __bool__(self) -> bool:
        return bool(self._constraints)

    def put(self, article: ArticleId, event_id: EventId) -> None:
        """Note that an article is in an event from now on; nothing is noted of those of which no constraint speaks."""
        if article in self._constraints:
            self.lift(article)
            self._homes[article] = event_id
            self._housed[event_id].add(article)

    def lift(self, article: ArticleId) -> None:
        """Note that an article is in no event until it is decided again."""
        before = self._homes.pop(article, None)
        if before is not None:
            self._housed[before].discard(article)

    def merge(self, survivor: EventId, absorbed: EventId) -> None:
        """Note that two events have become one."""
        for article in self._housed.pop(absorbed, ()):
            self._homes[article] = survivor
            self._housed[survivor].add(article)

    def home(self, article: ArticleId) -> EventId | None:
        """Give the event into which an article belongs whatever its score: that of most it is together with, of equals the oldest."""
        if article not in self._constraints:
            return None
        homes = Counter(self._homes[other] for other in self._constraints.together(article) if other in self._homes)
        return min(homes, key=lambda event_id: (-homes[event_id], event_id), default=None)

    def barred(self, articles: Iterable[ArticleId]) -> frozenset[EventId]:
        """Give the events in which none of these articles may be."""
        return frozenset(
            self._homes[other]
            for article in articles
            if article in self._constraints
            for other in self._constraints.apart(article)
            if other in self._homes
        )

    def barred_with(self, event_id: EventId) -> frozenset[EventId]:
        """Give the events with which this one may not become one."""
        housed = self._housed.get(event_id)
        return self.barred(housed) if housed else frozenset()
