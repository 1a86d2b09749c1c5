"""The live events in memory and the inverted index that finds candidates; what a match is worth is decided elsewhere."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import nlargest
from itertools import islice
from typing import Final

from bot.core.grouping.meaning import Meaning
from bot.core.grouping.vectors import Vector, Vectors, dot, norm, strongest
from bot.core.model import EventId

KEPT_TERMS: Final = 200
PRUNED_ABOVE: Final = 400
"""A centroid above this many words is cut to its `KEPT_TERMS` heaviest."""

INDEXED_TERMS: Final = 40
"""Heaviest words by which an event is found."""

FIRST_MEMBERS: Final = 2
MEMBERS: Final = 6
"""Articles kept whole for comparison: the first two and the latest four."""

LONG_LIST: Final = 300
ENOUGH_LISTS: Final = 6
ENOUGH_FOUND: Final = 300
MOST_FOUND: Final = 600
"""The rarest words are looked up first. Once `ENOUGH_LISTS` were read, a word of more events than `LONG_LIST` finds nothing new, nor does
any once the rarer ones gave `ENOUGH_FOUND` entries; no word but the rarest brings them above `MOST_FOUND`. That keeps the cost from
growing with the number of live events. Measured with 300/600, 500/1,000 and 1,000/2,000: macro BCubed F1 86.55/86.54/86.54; of headlines
about one of 50,000 invented events 96.2/96.5/96.5 % have the right one among the candidates; against 15,000 events of full texts, where
none is missed, looking takes 285/358/410 µs."""

EXACT: Final = 16
"""How many of the best by indexed weight are compared exactly. Measured with 24/16/12: macro BCubed F1 86.44/86.44/86.42, and a sixth of
the time is saved. Leaving out events too far in time before, not after, they are counted: 86.4/86.3 (it moves what counts as noise)."""

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
    """Sums over the articles of one event. Copies add nothing to it; a report that is folded later keeps what it added.

    `words` and `names` are never changed in place: an event of one article shares them with it. `let_go` are words of articles that are
    not among the `members`. `meaning` is None where only words are compared.
    """

    __slots__ = ("cosines_at_joining", "heaviest", "id", "length", "let_go", "meaning", "members", "names", "norm", "size", "span", "words")

    def __init__(self, event_id: EventId) -> None:
        self.id = event_id
        self.size = 0
        self.words: Vector = {}
        self.norm = 0.0
        self.names: frozenset[str] = frozenset()
        self.length = 0
        self.span: Span | None = None
        self.members: list[Vectors] = []
        self.heaviest: tuple[str, ...] = ()
        self.cosines_at_joining = 0.0
        self.let_go: set[str] | frozenset[str] = frozenset()
        self.meaning: Meaning | None = None

    @property
    def cohesion(self) -> float:
        """Mean cosine of the articles when they joined; 0 for a single one."""
        return self.cosines_at_joining / (self.size - 1) if self.size > 1 else 0.0

    @property
    def seen(self) -> set[str]:
        """All words of all articles that ever were in the event: those that are kept whole need no second list of theirs."""
        return set(self.let_go).union(*(member.every for member in self.members))

    def add(self, article: Vectors) -> list[str]:
        """Take an article in, and give its words that are new to the event. The outcome depends on the order, which storage keeps."""
        kept: set[str] = set().union(*(member.every for member in self.members))
        new = [word for word in article.every if word not in kept and word not in self.let_go]
        if self.size:
            self.cosines_at_joining += self.cosine(article)
        self._sum(article.words)
        self.size += 1
        self.length += article.length
        self._name(article.marks.names)
        if article.hours is not None:
            self._reach(Span(article.hours, article.hours, article.day))
        self.members.append(article)
        if len(self.members) > MEMBERS:
            self.count(self.members.pop(FIRST_MEMBERS).every)
        return new

    def count(self, words: Iterable[str]) -> None:
        """Take words for seen whichever articles are kept."""
        if isinstance(self.let_go, frozenset):
            self.let_go = set(self.let_go)
        self.let_go.update(words)

    def absorb(self, other: "LiveEvent") -> None:
        """Take in all of another event."""
        self._sum(other.words)
        self.cosines_at_joining += other.cosines_at_joining
        self.size += other.size
        self.length += other.length
        self._name(other.names)
        self.count(other.seen)
        if other.span is not None:
            self._reach(other.span)
        if other.meaning is not None:
            self.meaning = other.meaning if self.meaning is None else self.meaning + other.meaning
        both = self.members + other.members
        if len(both) > MEMBERS:
            for member in both[MEMBERS // 2 : MEMBERS // 2 - MEMBERS]:
                self.count(member.every)
            both = both[: MEMBERS // 2] + both[MEMBERS // 2 - MEMBERS :]
        self.members = both

    def cosine(self, article: Vectors) -> float:
        """Cosine between the article and the sum of the event's articles."""
        return dot(article.words, self.words) / self.norm if self.norm else 0.0

    def distance_hours(self, article: Vectors) -> float | None:
        """Hours between the article and the nearest end of the event's span, 0 inside it; None when either has no time."""
        return None if article.hours is None or self.span is None else self.span.distance(article.hours)

    def _sum(self, words: Vector) -> None:
        if self.words:
            total = self.words.copy()
            before = total.get
            for word, weight in words.items():
                total[word] = before(word, 0.0) + weight
            # Weights only grow: what was not among the heaviest and is not in the article cannot be among them now.
            near = {word: total[word] for word in (*self.heaviest, *words)}
            self.words = strongest(total, KEPT_TERMS) if len(total) > PRUNED_ABOVE else total
        else:
            self.words = near = words
        self.norm = norm(self.words)
        self.heaviest = tuple(strongest(near, INDEXED_TERMS))

    def _name(self, names: frozenset[str]) -> None:
        if not names <= self.names:
            self.names = self.names | names if self.names else names

    def _reach(self, other: Span) -> None:
        mine = self.span or other
        self.span = Span(min(mine.first, other.first), max(mine.last, other.last), mine.day and other.day)


@dataclass(frozen=True, slots=True)
class Found:
    """The events nearest to an article with their cosines, highest first; `noise` are the cosines of the third to tenth best."""

    events: tuple[tuple[float, LiveEvent], ...]
    noise: tuple[float, ...]

    def without(self, event: LiveEvent) -> "Found":
        """Leave an event out, which looks for others itself."""
        return Found(tuple(item for item in self.events if item[1] is not event), self.noise)


class LiveIndex:
    """All live events by id, and by the words that weigh most in them; what was touched last stands last.

    Since the last `forget_changes`, `touched` are the events that changed (True) or only woke, longest ago first, `gone` those removed.
    """

    def __init__(self) -> None:
        self._events: dict[EventId, LiveEvent] = {}
        self._postings: defaultdict[str, dict[EventId, float]] = defaultdict(dict)
        self.touched: dict[EventId, bool] = {}
        self.gone: dict[EventId, None] = {}

    def __len__(self) -> int:
        return len(self._events)

    def __iter__(self) -> Iterator[LiveEvent]:
        return iter(self._events.values())

    def get(self, event_id: EventId) -> LiveEvent | None:
        """Give an event, or None when it is not live."""
        return self._events.get(event_id)

    def add(self, event_id: EventId, article: Vectors) -> list[str]:
        """Put an article into an event, which is made if it is not there yet; gives its words that are new to the event."""
        event = self._touch(event_id)
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
        kept = self._touch(survivor)
        before = kept.heaviest
        kept.absorb(gone)
        self._post(kept, before)

    def count(self, event_id: EventId, words: Iterable[str]) -> None:
        """Take words for seen in a live event whichever articles it has."""
        self._touch(event_id).count(words)

    def remove(self, event_id: EventId) -> None:
        """Forget an event, if it was live."""
        if self.let_go(event_id):
            self.touched.pop(event_id, None)
            self.gone[event_id] = None

    def wake(self, event: LiveEvent) -> None:
        """Take in an event that was let go, as it was then; no other of its id may be live."""
        self._events[event.id] = event
        self.touched[event.id] = False
        self._post(event, ())

    def let_go(self, event_id: EventId) -> LiveEvent | None:
        """Have an event in memory no longer, if it was; it is not gone."""
        event = self._events.pop(event_id, None)
        if event is not None:
            self._withdraw(event_id, event.heaviest)
        return event

    def oldest(self, count: int) -> list[EventId]:
        """Name the events that were touched longest ago."""
        return list(islice(self._events, max(0, count)))

    def forget_changes(self) -> None:
        """Begin to note changes anew."""
        self.touched.clear()
        self.gone.clear()

    def _touch(self, event_id: EventId) -> LiveEvent:
        """Give an event that is about to change, made if it is not there yet, and have it stand last."""
        event = self._events.pop(event_id, None) or LiveEvent(event_id)
        self._events[event_id] = event
        self.touched.pop(event_id, None)
        self.touched[event_id] = True
        self.gone.pop(event_id, None)
        return event

    def candidates(self, article: Vectors) -> Found:
        """Find the events nearest in words and not too far in time; equal cosines are ordered by age of the event."""
        weights: defaultdict[EventId, float] = defaultdict(float)
        lists = sorted((len(postings), word) for word in article.heaviest if (postings := self._postings.get(word)))
        found = 0
        for read, (length, word) in enumerate(lists):
            if read and (found + length > MOST_FOUND or (read >= ENOUGH_LISTS and (length > LONG_LIST or found > ENOUGH_FOUND))):
                break
            found += length
            weight = article.words[word]
            for event_id, other in self._postings[word].items():
                weights[event_id] += weight * other
        near = [event for event in self._heaviest(weights, EXACT) if (event.distance_hours(article) or 0.0) <= WINDOW_HOURS]
        nearest = sorted(((event.cosine(article), event) for event in near), key=lambda item: (-item[0], item[1].id))
        lowest = max(LOWEST_COSINE, LOWEST_SHARE * nearest[0][0]) if nearest else 0.0
        return Found(tuple(item for item in nearest[:CANDIDATES] if item[0] >= lowest), tuple(cosine for cosine, _ in nearest[2:10]))

    def kindred(self, event: LiveEvent) -> list[LiveEvent]:
        """Find the events nearest in words to an event, itself left out."""
        weights: defaultdict[EventId, float] = defaultdict(float)
        lists = sorted((len(self._postings[word]), word) for word in event.heaviest[:KINDRED_WORDS])
        found = 0
        for length, word in lists:
            found += length
            if length > LONG_LIST or found > MOST_FOUND:
                break
            weight = event.words[word] / event.norm
            for event_id, other in self._postings[word].items():
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
        event_id, words, length = event.id, event.words, event.norm
        for word in event.heaviest:
            self._postings[word][event_id] = words[word] / length
        if before:
            self._withdraw(event_id, set(before).difference(event.heaviest))

    def _withdraw(self, event_id: EventId, words: Iterable[str]) -> None:
        for word in words:
            postings = self._postings[word]
            del postings[event_id]
            if not postings:
                del self._postings[word]


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
