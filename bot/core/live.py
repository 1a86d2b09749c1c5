"""The live events in memory and the inverted index that finds candidates; what a match is worth is decided elsewhere."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from bot.core.model import EventId
from bot.core.vectors import Vector, Vectors, dot, norm, strongest

KEPT_TERMS: Final = 200
PRUNED_ABOVE: Final = 400
"""A centroid above this many terms is cut to its `KEPT_TERMS` heaviest."""

INDEXED_TERMS: Final = 40
"""Heaviest terms by which an event is found."""

CORE_TERMS: Final = 15
"""Heaviest terms that make the core of an event."""

FIRST_MEMBERS: Final = 2
MEMBERS: Final = 8
"""Articles kept whole for comparison: the first two and the latest six."""

LONG_LIST: Final = 300
ENOUGH_LISTS: Final = 6
"""A term of more events than `LONG_LIST` finds nothing new once `ENOUGH_LISTS` rarer ones were read."""

EXACT: Final = 24
"""How many of the best by indexed weight are compared exactly."""

CANDIDATES: Final = 6
LOWEST_COSINE: Final = 0.04
LOWEST_SHARE: Final = 0.3
"""Candidates below `LOWEST_COSINE`, or below this share of the best cosine, are dropped."""

WINDOW_HOURS: Final = 14 * 24
"""Dated articles further apart are never one event. Measured: 3/7/14/30 days = 90.5/90.8/90.9/90.8 macro BCubed F1."""


class LiveEvent:
    """Sums over the articles of one event. Copies add nothing to it."""

    def __init__(self, event_id: EventId) -> None:
        self.id = event_id
        self.size = 0
        self.words: Vector = {}
        self.title: Vector = {}
        self.names: Vector = {}
        self.words_norm = self.title_norm = self.names_norm = 0.0
        self.numbers: Counter[str] = Counter()
        self.outlets: set[str] = set()
        self.length = 0
        self.cohesion = 0.0
        self.first_hours: float | None = None
        self.last_hours: float | None = None
        self.members: list[Vectors] = []
        self.heaviest: tuple[str, ...] = ()

    def add(self, article: Vectors) -> None:
        """Take an article in. The outcome depends on the order of the calls, which storage keeps."""
        if self.size:
            self.cohesion += self.cosine(article)
        for source, target in ((article.words, self.words), (article.title, self.title), (article.names, self.names)):
            for term, weight in source.items():
                target[term] = target.get(term, 0.0) + weight
            if len(target) > PRUNED_ABOVE:
                kept = strongest(target, KEPT_TERMS)
                target.clear()
                target.update(kept)
        self.words_norm, self.title_norm, self.names_norm = norm(self.words), norm(self.title), norm(self.names)
        self.size += 1
        self.numbers.update(article.numbers)
        self.length += article.length
        if article.outlet:
            self.outlets.add(article.outlet)
        if article.hours is not None:
            self.first_hours = article.hours if self.first_hours is None else min(self.first_hours, article.hours)
            self.last_hours = article.hours if self.last_hours is None else max(self.last_hours, article.hours)
        self.members.append(article)
        if len(self.members) > MEMBERS:
            del self.members[FIRST_MEMBERS]
        self.heaviest = tuple(strongest(self.words, INDEXED_TERMS))

    def cosine(self, article: Vectors) -> float:
        """Cosine between the article and the sum of the event's articles."""
        return dot(article.words, self.words) / self.words_norm if self.words_norm else 0.0

    def distance_hours(self, article: Vectors) -> float | None:
        """Hours between the article and the nearest end of the event's span, 0 inside it; None when either has no time."""
        if article.hours is None or self.first_hours is None or self.last_hours is None:
            return None
        return max(article.hours - self.last_hours, self.first_hours - article.hours, 0.0)


class LiveIndex:
    """All live events by id, and by the terms that weigh most in them."""

    def __init__(self) -> None:
        self._events: dict[EventId, LiveEvent] = {}
        self._postings: defaultdict[str, dict[EventId, float]] = defaultdict(dict)

    def __len__(self) -> int:
        return len(self._events)

    def __iter__(self) -> Iterator[LiveEvent]:
        return iter(self._events.values())

    def get(self, event_id: EventId) -> LiveEvent | None:
        """Give an event, or None when it is not live."""
        return self._events.get(event_id)

    def add(self, event_id: EventId, article: Vectors) -> None:
        """Put an article into an event, which is made if it is not there yet."""
        event = self._events.setdefault(event_id, LiveEvent(event_id))
        before = event.heaviest
        event.add(article)
        for term in before:
            del self._postings[term][event_id]
        for term in event.heaviest:
            self._postings[term][event_id] = event.words[term] / event.words_norm

    def remove(self, event_id: EventId) -> None:
        """Forget an event, if it was live."""
        event = self._events.pop(event_id, None)
        for term in event.heaviest if event else ():
            del self._postings[term][event_id]

    def candidates(self, article: Vectors) -> list[tuple[float, LiveEvent]]:
        """Find the events nearest in words, with their cosine: highest first, then oldest id."""
        weights: defaultdict[EventId, float] = defaultdict(float)
        lists = sorted((len(postings), term) for term in article.heaviest if (postings := self._postings.get(term)))
        for read, (length, term) in enumerate(lists):
            if length > LONG_LIST and read >= ENOUGH_LISTS:
                break
            weight = article.words[term]
            for event_id, other in self._postings[term].items():
                weights[event_id] += weight * other
        best = sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:EXACT]
        found = [(event.cosine(article), event) for event_id, _ in best if _in_window(event := self._events[event_id], article)]
        found.sort(key=lambda item: (-item[0], item[1].id))
        lowest = max(LOWEST_COSINE, LOWEST_SHARE * found[0][0]) if found else 0.0
        return [item for item in found[:CANDIDATES] if item[0] >= lowest]


def _in_window(event: LiveEvent, article: Vectors) -> bool:
    distance = event.distance_hours(article)
    return distance is None or distance <= WINDOW_HOURS
