"""Invented languages, and an encoder that understands them, for the tests of cross-language grouping."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import cache
from itertools import product
from random import Random

from grouping_samples import NOON

from bot.core.model import Article, ArticleId, Content, DateOrigin, EventId, Precision, SourceId, Stamp

LENGTH = 96

SYLLABLES = [first + last for first, last in product("bdfgklmnprstvz", "aeiou")]
BACKGROUND = tuple(" ".join("".join(Random(f"{number} {place}").choices(SYLLABLES, k=4)) for place in range(4)) for number in range(320))
"""Headlines about as many different things: after them it is known what is usual."""


SYNONYMS = {"powerful": "strong", "tremor": "earthquake", "jolts": "shakes", "velmoran": "velmora", "minster": "cathedral"}
"""Words of the first language that mean the same."""


def backwards(title: str) -> str:
    """Say it in the second language, whose words are those of the first read from the end; no two of them look alike."""
    return " ".join(word[::-1].capitalize() if word[0].isupper() else word[::-1] for word in title.split())


def hissing(title: str) -> str:
    """Say it in a third language, whose words are those of the first after a hiss."""
    return " ".join(f"ss{word}" for word in title.split())


UNSAID: Mapping[str, Callable[[str], str]] = {"en": str, "ne": lambda word: word[::-1], "ss": lambda word: word.removeprefix("ss")}


class Encoder:
    """Vectors by the words of a headline, much the same for all headlines of one language as real ones are; counts what it read."""

    def __init__(self) -> None:
        self.read = 0

    def __call__(self, title: str, language: str) -> Sequence[float] | None:
        if language not in UNSAID:
            return None
        self.read += 1
        words = [UNSAID[language](word) for word in title.casefold().split()]
        summed = [3 * value for value in _direction(f"language {language}")]
        for word in words:
            meant = _direction(SYNONYMS.get(word, word))
            summed = [one + other for one, other in zip(summed, meant, strict=True)]
        return summed


@cache
def _direction(seed: str) -> list[float]:
    random = Random(seed)
    return [random.gauss(0, 1) for _ in range(LENGTH)]


def headline(number: int, title: str, language: str | None, *, hours: float = 0, event: int | None = None) -> Article:
    """A headline of the stream, published so many hours after noon."""
    at = Stamp(at=NOON + timedelta(hours=hours), precision=Precision.MINUTE, origin=DateOrigin.FIELD)
    return Article(
        id=ArticleId(number),
        source_id=SourceId(1),
        content=Content(title=title, titled=True, text="", language=language, published=at),
        received_at=NOON,
        event_id=None if event is None else EventId(event),
    )
