"""Words weighed by how rare they are among the events so far: frequencies, and the unit vectors made with them."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import mul
from typing import Final, TypeAlias

from bot.core.text.terms import Marks, Terms

Vector: TypeAlias = dict[str, float]
"""Weights by word, of Euclidean length 1 unless empty."""

PSEUDO_EVENTS: Final = 100
"""Events assumed to have been seen at the start, none with any word: in a new store every word is rare, and stays comparable.
Measured leave-one-family-out: 100 against 500 gives 0.3 to 0.8 points of macro BCubed F1."""

TITLE_WEIGHT: Final = 3
"""A word of the title counts like this many of the body. Measured: 1/3/6 are equal within 0.15 points of BCubed F1."""

KEPT_WORDS: Final = 80
HEAVIEST: Final = 20
"""Words by which candidates are looked up."""

VOCABULARY: Final = 1_000_000
"""Words that are counted, about 120 MB. Guess: a million articles have more, but most of those occur once."""

_TABLED: Final = 64
_OFTEN: Final = (0.0, *(1 + math.log(count) for count in range(1, _TABLED)))


class Frequencies:
    """In how many events each word has occurred.

    Events are counted, not articles: otherwise a story of hundreds of reports makes its own words look common.
    """

    def __init__(self) -> None:
        self._events = 0
        self._words: dict[str, int] = {}
        self._new: list[str] = []
        self._opened = 0

    def open_event(self) -> None:
        """Count an event."""
        self._events += 1
        self._opened += 1

    def add(self, words: Sequence[str]) -> None:
        """Count words that are new to their event."""
        counts = self._words
        for word in words:
            counts[word] = counts.get(word, 0) + 1
        self._new += words

    def of(self, word: str) -> int:
        """In how many events the word has occurred."""
        return self._words.get(word, 0)

    def learn(self, events: int, words: Mapping[str, int]) -> None:
        """Take in what storage has counted."""
        self._events += events
        for word, count in words.items():
            self._words[word] = self._words.get(word, 0) + count

    def changes(self) -> tuple[int, dict[str, int]]:
        """Give the events and words that were counted since the last call."""
        changes = self._opened, dict(Counter(self._new))
        self._opened, self._new = 0, []
        return changes

    def everything(self) -> tuple[int, dict[str, int]]:
        """Give all that was counted; above `VOCABULARY` words all counts are halved before, which lets go of the rarest."""
        if len(self._words) > VOCABULARY:
            self._events //= 2
            self._words = {word: count // 2 for word, count in self._words.items() if count > 1}
        self.changes()
        return self._events, self._words

    def weigh(self, counts: Mapping[str, int]) -> Vector:
        """Weigh words that occur so often in a text, from 1 time on: (1 + ln tf) x inverse event frequency, in nats."""
        known, total, log = self._words.get, self._events + PSEUDO_EVENTS, math.log
        return {
            word: log(total / (known(word, 0) + 0.5)) * (_OFTEN[count] if count < _TABLED else 1 + log(count))
            for word, count in counts.items()
        }


@dataclass(frozen=True, slots=True)
class Vectors:
    """One article as grouping compares it.

    `words` are in order of weight, `title` holds the rarity of the title's words, `heaviest` the first of `words`, `every` all words.
    `hours` is the time of publication in hours since 1970, None when unknown; `day` says that only the day is known. `length` is the words
    that were read.
    """

    words: Vector
    title: Mapping[str, float]
    heaviest: tuple[str, ...]
    every: tuple[str, ...]
    marks: Marks
    length: int
    hours: float | None
    day: bool
    outlet: str | None


def vectors(terms: Terms, frequencies: Frequencies, *, hours: float | None, day: bool, outlet: str | None) -> Vectors:
    """Weigh the words of one article: (1 + ln tf) x rarity."""
    counts = dict(terms.body)
    for word, count in terms.title.items():
        counts[word] = counts.get(word, 0) + TITLE_WEIGHT * count
    raw = strongest(frequencies.weigh(counts), KEPT_WORDS)
    scale = norm(raw) or 1.0
    return Vectors(
        words={word: weight / scale for word, weight in raw.items()},
        title=frequencies.weigh(dict.fromkeys(terms.title, 1)),
        heaviest=tuple(islice(raw, HEAVIEST)),
        every=tuple(counts),
        marks=terms.marks,
        length=terms.length,
        hours=hours,
        day=day,
        outlet=outlet,
    )


def strongest(vector: Mapping[str, float], keep: int) -> Vector:
    """Keep the heaviest words, heaviest first; equal weights are ordered by the word, so that every machine keeps the same."""
    least = sorted(vector.values(), reverse=True)[keep - 1] if len(vector) > keep else -math.inf
    # Two plain sorts, the second stable, take a third of the time of one by pairs.
    words = sorted(word for word, weight in vector.items() if weight >= least)
    words.sort(key=vector.__getitem__, reverse=True)
    return {word: vector[word] for word in words[:keep]}


def norm(vector: Mapping[str, float]) -> float:
    """Euclidean length."""
    weights = vector.values()
    return math.sqrt(sum(map(mul, weights, weights)))


def dot(left: Mapping[str, float], right: Mapping[str, float]) -> float:
    """Inner product; the cosine when both are of length 1.

    Summed exactly (fsum), because the order of a set's words differs from one run to the next, and the sum must not.
    """
    common = left.keys() & right.keys()
    return math.fsum(map(mul, map(left.__getitem__, common), map(right.__getitem__, common)))
