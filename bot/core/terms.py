"""Words, names and numbers of a text in the form in which articles are compared; no weights and no decisions here."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.core.stopwords import STOPWORDS

BODY_WORDS: Final = 250
"""Words of the body that count. Measured on the development sets by macro BCubed F1: 60/120/250/500 = 89.1/90.4/90.8/91.1."""

TITLE_WORDS: Final = 60
"""Words of the title that count; longer ones are texts that slipped into the title."""

# One token: a number with its separators, a Chinese, Japanese or Thai character (these scripts write no spaces), or a word.
_TOKEN: Final = re.compile(
    r"(?P<number>\d{1,3}(?:[,.  ]\d{3})+(?!\d)|\d+(?:[.,]\d+)?)"
    r"|(?P<character>[぀-ヿ㐀-䶿一-鿿฀-๿])"
    r"|(?P<word>[^\W\d_]+(?:['’ʼ][^\W\d_]+)?)"
    r"|(?P<stop>[.!?:;。！？\n|•]+)"
)
_POSSESSIVE: Final = re.compile(r"['’ʼ]s?$")
_SEPARATOR: Final = re.compile(r"[,.  ](?=\d{3}(?!\d))")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Terms:
    """What one article says, counted.

    `title` and `body` map normal words to how often they occur; `names` are capitalised words inside sentences and their pairs;
    `numbers` are written without separators, years left out. `words` is the length of the part that was read.
    """

    title: Counter[str]
    body: Counter[str]
    names: frozenset[str]
    numbers: frozenset[str]
    words: int


@lru_cache(maxsize=200_000)
def normal(word: str) -> str:
    """Fold case, possessive and plural, and the usual ways to end a Slavic name in Latin letters (Zelensky, Zelenskyy, Zelenskiy)."""
    folded = _POSSESSIVE.sub("", word.casefold())
    if len(folded) > 3 and folded.isascii():
        if folded.endswith("ies"):
            return folded[:-3] + "y"
        if folded.endswith("s") and not folded.endswith(("ss", "us", "is")):
            return folded[:-1]
        if folded.endswith(("iy", "yy", "ij")):
            return folded[:-2] + "y"
    return folded


def terms_of(title: str, text: str) -> Terms:
    """Count the words, names and numbers of a headline and the first `BODY_WORDS` words of its text."""
    head, body = _count(title, limit=TITLE_WORDS), _count(text, limit=BODY_WORDS)
    names = body.names if _is_title_case(title) else body.names | head.names
    return Terms(head.counts, body.counts, frozenset(names), frozenset(head.numbers | body.numbers), head.length + body.length)


def _count(text: str, *, limit: int) -> "_Tally":
    tally = _Tally()
    # A word is on average under ten characters: what lies far beyond the limit is not even looked at.
    for token in _TOKEN.finditer(text, 0, limit * 24):
        kind = token.lastgroup
        if kind == "stop":
            tally.end_sentence()
            continue
        if tally.length == limit:
            break
        if kind == "word":
            tally.word(token.group())
        elif kind == "number":
            tally.number(token.group())
        else:
            tally.character(token.group())
    return tally


class _Tally:
    """What was counted up to here, and how the text went on."""

    __slots__ = ("_character", "_name", "_sentence_starts", "counts", "length", "names", "numbers")

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.names: set[str] = set()
        self.numbers: set[str] = set()
        self.length = 0
        self._sentence_starts = True
        self._name = self._character = ""

    def end_sentence(self) -> None:
        self._sentence_starts = True
        self._name = self._character = ""

    def word(self, raw: str) -> None:
        word = normal(raw)
        name = ""
        if word not in STOPWORDS:
            if len(word) > 1:
                self.counts[word] += 1
            if raw[0].isupper():
                name = word
                if not self._sentence_starts:
                    self.names.add(word)
                    if self._name:
                        self.names.add(f"{self._name} {word}")
        self._step(name=name)

    def number(self, raw: str) -> None:
        number = _SEPARATOR.sub("", raw).replace(",", ".")
        self.counts[number] += 1
        if not _YEAR.fullmatch(number):
            self.numbers.add(number)
        self._step()

    def character(self, raw: str) -> None:
        self.counts[raw] += 1
        if self._character:
            self.counts[self._character + raw] += 1
        self._step(character=raw)

    def _step(self, *, name: str = "", character: str = "") -> None:
        self.length += 1
        self._sentence_starts = False
        self._name, self._character = name, character


def _is_title_case(title: str) -> bool:
    """Tell whether a headline capitalises every word, so that capitals say nothing about names."""
    words = [word for word in title.split() if len(word) > 3 and word[0].isalpha()]
    return len(words) > 2 and sum(word[0].isupper() for word in words) > 0.7 * len(words)
