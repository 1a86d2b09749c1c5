"""The live events in memory and the inverted index that finds candidates; what a match is worth is decided elsewhere."""

import math
from collections import defaultdict
from dataclasses import dataclass
from heapq import nlargest
from typing import Final

from bot.core.model import EventId
from bot.core.vectors import Vector, Vectors, dot, norm, strongest

KEPT_TERMS: Final = 200
PRUNED_ABOVE: Final = 400
"""A centroid above this many words is cut to its `KEPT_TERMS` heaviest."""

INDEXED_TERMS: Final = 40
"""Heaviest words by which an event is found."""

CORE_TERMS: Final = 15
"""Heaviest words that make the core of an event."""

FIRST_MEMBERS: Final = 2
MEMBERS: Final = 6
"""Articles kept whole for comparison: the first two and the latest four."""

LONG_LIST: Final = 300
ENOUGH_LISTS: Final = 6
"""A word of more events than `LONG_LIST` finds nothing new once `ENOUGH_LISTS` rarer ones were read."""

EXACT: Final = 24
"""How many of the best by indexed weight are compared exactly."""

CANDIDATES: Final = 6
LOWEST_COSINE: Final = 0.04
LOWEST_SHARE: Final = 0.3
"""Candidates below `LOWEST_COSINE`, or below this share of the best cosine, are dropped."""

WINDOW_HOURS: Final = 14 * 24
"""Dated articles further apart are never one event. Measured: 3/7/14/30 days = 90.5/90.8/90.9/90.8 macro BCubed F1."""

KINDRED: Final = 4
KINDRED_WORDS: Final = 20
KINDRED_SHARE: Final = 0.08
"""At most this many events are looked at for merging, found by this many words, with at least this cosine over indexed words."""


@dataclass(frozen=True, slots=True)
class Span:
    """First and last hour (since 1970) of an event's dated articles; `day` when none of them is known better than to the day."""

    first: float
    last: float
    day: bool

    def distance(self, hours: float) -> float:
        """Hours to the nearest end, 0 inside."""
        return max(hours - self.last, self.first - hours, 0.0)


class LiveEvent:
    """Sums over the articles of one event. Copies add nothing to it; a report that is folded later keeps what it added."""

    def __init__(self, event_id: EventId) -> None:
        self.id = event_id
        self.size = 0
        self.words: Vector = {}
        self.norm = 0.0
        self.names: set[str] = set()
        self.seen: set[str] = set()
        self.length = 0
        self.span: Span | None = None
        self.members: list[Vectors] = []
        self.heaviest: tuple[str, ...] = ()
        self.cosines_at_joining = 0.0

    @property
    def cohesion(self) -> float:
        """Mean cosine of the articles when they joined; 0 for a single one."""
        return self.cosines_at_joining / (self.size - 1) if self.size > 1 else 0.0

    def add(self, article: Vectors) -> list[str]:
        """Take an article in, and give its words that are new to the event. The outcome depends on the order, which storage keeps."""
        if self.size:
            self.cosines_at_joining += self.cosine(article)
        self._sum(article.words)
        self.size += 1
        self.length += article.length
        self.names |= article.marks.names
        if article.hours is not None:
            self._reach(Span(article.hours, article.hours, article.day))
        self.members.append(article)
        if len(self.members) > MEMBERS:
            del self.members[FIRST_MEMBERS]
        new = [word for word in article.every if word not in self.seen]
        self.seen.update(new)
        return new

    def absorb(self, other: "LiveEvent") -> None:
        """Take in all of another event."""
        self._sum(other.words)
        self.cosines_at_joining += other.cosines_at_joining
        self.size += other.size
        self.length += other.length
        self.names |= other.names
        self.seen |= other.seen
        if other.span is not None:
            self._reach(other.span)
        both = self.members + other.members
        self.members = both if len(both) <= MEMBERS else both[: MEMBERS // 2] + both[-(MEMBERS - MEMBERS // 2) :]

    def cosine(self, article: Vectors) -> float:
        """Cosine between the article and the sum of the event's articles."""
        return dot(article.words, self.words) / self.norm if self.norm else 0.0

    def distance_hours(self, article: Vectors) -> float | None:
        """Hours between the article and the nearest end of the event's span, 0 inside it; None when either has no time."""
        return None if article.hours is None or self.span is None else self.span.distance(article.hours)

    def _sum(self, words: Vector) -> None:
        total = self.words
        for word, weight in words.items():
            total[word] = total.get(word, 0.0) + weight
        if len(total) > PRUNED_ABOVE:
            self.words = strongest(total, KEPT_TERMS)
        self.norm = norm(self.words)
        self.heaviest = tuple(strongest(self.words, INDEXED_TERMS))

    def _reach(self, other: Span) -> None:
        mine = self.span or other
        self.span = Span(min(mine.first, other.first), max(mine.last, other.last), mine.day and other.day)


@dataclass(frozen=True, slots=True)
class Found:
    """The events nearest to an article with their cosines, highest first; `noise` are the cosines of the third to tenth best."""

    events: tuple[tuple[float, LiveEvent], ...]
    noise: tuple[float, ...]


class LiveIndex:
    """All live events by id, and by the words that weigh most in them."""

    def __init__(self) -> None:
        self._events: dict[EventId, LiveEvent] = {}
        self._postings: defaultdict[str, dict[EventId, float]] = defaultdict(dict)

    def get(self, event_id: EventId) -> LiveEvent | None:
        """Give an event, or None when it is not live."""
        return self._events.get(event_id)

    def add(self, event_id: EventId, article: Vectors) -> list[str]:
        """Put an article into an event, which is made if it is not there yet; gives its words that are new to the event."""
        event = self._events.setdefault(event_id, LiveEvent(event_id))
        before = event.heaviest
        new = event.add(article)
        self._post(event, before)
        return new

    def merge(self, survivor: EventId, absorbed: EventId) -> None:
        """Make two events one; one that is not live, because all its articles wait to be decided again, has nothing to give."""
        gone = self._events.get(absorbed)
        if gone is None:
            return
        self.remove(absorbed)
        kept = self._events.setdefault(survivor, LiveEvent(survivor))
        before = kept.heaviest
        kept.absorb(gone)
        self._post(kept, before)

    def remove(self, event_id: EventId) -> None:
        """Forget an event, if it was live."""
        event = self._events.pop(event_id, None)
        for word in event.heaviest if event else ():
            del self._postings[word][event_id]

    def candidates(self, article: Vectors) -> Found:
        """Find the events nearest in words and not too far in time; equal cosines are ordered by age of the event."""
        weights: defaultdict[EventId, float] = defaultdict(float)
        lists = sorted((len(postings), word) for word in article.heaviest if (postings := self._postings.get(word)))
        for read, (length, word) in enumerate(lists):
            if length > LONG_LIST and read >= ENOUGH_LISTS:
                break
            weight = article.words[word]
            for event_id, other in self._postings[word].items():
                weights[event_id] += weight * other
        near = [event for event in self._heaviest(weights, EXACT) if (event.distance_hours(article) or 0.0) <= WINDOW_HOURS]
        found = sorted(((event.cosine(article), event) for event in near), key=lambda item: (-item[0], item[1].id))
        lowest = max(LOWEST_COSINE, LOWEST_SHARE * found[0][0]) if found else 0.0
        return Found(tuple(item for item in found[:CANDIDATES] if item[0] >= lowest), tuple(cosine for cosine, _ in found[2:10]))

    def kindred(self, event: LiveEvent) -> list[LiveEvent]:
        """Find the events nearest in words to an event, itself left out."""
        weights: defaultdict[EventId, float] = defaultdict(float)
        for word in event.heaviest[:KINDRED_WORDS]:
            postings = self._postings[word]
            if len(postings) <= LONG_LIST:
                weight = event.words[word] / event.norm
                for event_id, other in postings.items():
                    weights[event_id] += weight * other
        weights.pop(event.id, None)
        return self._heaviest({event_id: weight for event_id, weight in weights.items() if weight >= KINDRED_SHARE}, KINDRED)

    def _heaviest(self, weights: dict[EventId, float], most: int) -> list[LiveEvent]:
        if len(weights) > most:
            # Sorting a few of thousands: first find how much the last of them weighs.
            least = nlargest(most, weights.values())[-1]
            weights = {event_id: weight for event_id, weight in weights.items() if weight >= least}
        return [self._events[event_id] for event_id, _ in sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:most]]

    def _post(self, event: LiveEvent, before: tuple[str, ...]) -> None:
        for word in before:
            del self._postings[word][event.id]
        for word in event.heaviest:
            self._postings[word][event.id] = event.words[word] / event.norm


def alike(left: LiveEvent, right: LiveEvent) -> float:
    """Cosine between the sums of two events."""
    return dot(left.words, right.words) / (left.norm * right.norm) if left.norm and right.norm else 0.0


def apart_hours(left: Span, right: Span) -> tuple[float, float]:
    """Hours that two spans cover together, and hours of silence between them; days are at least a day long and a quarter of one apart."""
    joint = max(left.last, right.last) - min(left.first, right.first)
    gap = max(0.0, max(left.first, right.first) - min(left.last, right.last))
    return (max(joint, 24.0), max(gap, 6.0)) if left.day and right.day else (joint, gap)


def log_hours(hours: float) -> float:
    """ln(1 + hours): the difference between one hour and two counts like that between a day and two."""
    return math.log1p(hours)
