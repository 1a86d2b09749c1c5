"""Words, names and numbers of a text in the form in which articles are compared; no weights and no decisions here."""

import re
from collections import Counter
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final

from bot.core.stopwords import STOPWORDS

BODY_WORDS: Final = 250
"""Words of the body that count. Measured on the development sets by macro BCubed F1: 60/120/250/500 = 89.1/90.4/90.8/91.1."""

TITLE_WORDS: Final = 60
"""Words of the title that count; longer ones are texts that slipped into the title."""

LEAD_WORDS: Final = 40
"""Words at the start of the body, ends of sentences included, in which news says who and where. Guess."""

# One token: a number with its separators, a Chinese, Japanese or Thai character (these scripts write no spaces), a word, or the end of a
# sentence. No group, because `findall` without groups is twice as fast; what a token is says its first character.
_TOKEN: Final = re.compile(
    r"\d{1,3}(?:[,.\u00a0\u202f]\d{3})+(?!\d)|\d+(?:[.,]\d+)?"
    r"|[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u0e00-\u0e7f]"
    r"|[^\W\d_]+(?:['’ʼ][^\W\d_]+)?"
    r"|[.!?:;。！？\n|•]+"
)
_UNSPACED: Final = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u0e00-\u0e7f]")
_POSSESSIVE: Final = re.compile(r"['’ʼ]s?$")
_ENDINGS: Final = (
    ("ingly", ""),
    ("edly", ""),
    ("ings", ""),
    ("ing", ""),
    ("ied", "y"),
    ("ed", ""),
    ("ly", ""),
    ("ment", ""),
    ("ers", ""),
    ("er", ""),
)
_SEPARATOR: Final = re.compile(r"[,.\u00a0\u202f](?=\d{3}(?!\d))")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Marks:
    """By what a text can be told from another in the same words.

    `names` are capitalised words inside sentences, `lead` those of them in the title and the first `LEAD_WORDS` words; `numbers` are
    written without separators, years left out.
    """

    names: frozenset[str]
    lead: frozenset[str]
    numbers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Terms:
    """What one article says: `title` and `body` map normal words to how often they occur; `length` is the words that were read."""

    title: Counter[str]
    body: Counter[str]
    marks: Marks
    length: int


@lru_cache(maxsize=200_000)
def normal(word: str) -> str:
    """Fold case, possessive, the usual ways to end a Slavic name in Latin letters (Zelensky, Zelenskyy, Zelenskiy), and English endings.

    The endings are cut without a dictionary; captured, captures and capturing meet, at the price of a few words that should not.
    Measured leave-one-family-out: without the cutting of -ed, -ing … 0.6 points of macro BCubed F1 less.
    """
    folded = _POSSESSIVE.sub("", word.casefold())
    if not folded.isascii() or len(folded) < 4:
        return folded
    if folded.endswith("ies"):
        folded = folded[:-3] + "y"
    elif folded.endswith("s") and not folded.endswith(("ss", "us", "is")):
        folded = folded[:-1]
    elif folded.endswith(("iy", "yy", "ij")):
        folded = folded[:-2] + "y"
    return _stem(folded)


def _stem(word: str) -> str:
    if len(word) > 5:
        for ending, instead in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= 4:
                word = word[: -len(ending)] + instead
                break
        if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "lsz":
            word = word[:-1]
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


def terms_of(title: str, text: str) -> Terms:
    """Count the words, names and numbers of a headline and the first `BODY_WORDS` words of its text."""
    head, body = _count(title, limit=TITLE_WORDS), _count(text, limit=BODY_WORDS)
    names, lead = dict(body.names), {name for name, place in body.names.items() if place < LEAD_WORDS}
    if not _is_title_case(title):
        names.update(head.names)
        lead.update(head.names)
    # In a title that capitalises everything, only what the text itself calls a name is one.
    lead.update(name for name in head.counts if name in body.names)
    marks = Marks(frozenset(names), frozenset(lead), frozenset(head.numbers | body.numbers))
    return Terms(head.counts, body.counts, marks, head.length + body.length)


class _Kind(Enum):
    WORD = 1
    NAME = 2
    COMMON = 3
    NUMBER = 4
    CHARACTER = 5
    STOP = 6


@lru_cache(maxsize=200_000)
def _read(token: str) -> tuple[_Kind, str]:
    """Tell what a token is, and its normal form."""
    first = token[0]
    if first.isdecimal():
        return _Kind.NUMBER, _SEPARATOR.sub("", token).replace(",", ".")
    if not first.isalpha():
        return _Kind.STOP, ""
    if _UNSPACED.match(first):
        return _Kind.CHARACTER, token
    word = normal(token)
    if word in STOPWORDS or len(word) < 2:
        return _Kind.COMMON, word
    return _Kind.NAME if first.isupper() else _Kind.WORD, word


@dataclass(slots=True)
class _Counted:
    """What was counted; `names` map to the place of their first word."""

    counts: Counter[str]
    names: dict[str, int]
    numbers: set[str]
    length: int


def _count(text: str, *, limit: int) -> _Counted:
    # A word is on average under ten characters: what lies far beyond the limit is not even looked at.
    tokens = [_read(token) for token in _TOKEN.findall(text, 0, limit * 24)]
    stops = [place for place, (kind, _) in enumerate(tokens) if kind is _Kind.STOP]
    words = len(tokens) - len(stops)
    if words > limit:
        tokens = _first(tokens, limit)
    # What stands for a sentence's end before the first word.
    before = _Kind.STOP
    form = ""
    pairs: list[str] = []
    names: dict[str, int] = {}
    for place, (kind, value) in enumerate(tokens):
        if kind is _Kind.NAME and before is not _Kind.STOP:
            names.setdefault(value, place)
        elif kind is _Kind.CHARACTER and before is _Kind.CHARACTER:
            pairs.append(form + value)
        before, form = kind, value
    numbers = {value for kind, value in tokens if kind is _Kind.NUMBER and not _YEAR.fullmatch(value)}
    counts = Counter(value for kind, value in tokens if kind not in _UNCOUNTED)
    counts.update(pairs)
    return _Counted(counts, names, numbers, min(words, limit))


_UNCOUNTED: Final = frozenset({_Kind.STOP, _Kind.COMMON})


def _first(tokens: list[tuple[_Kind, str]], limit: int) -> list[tuple[_Kind, str]]:
    """Cut after so many words, not counting the ends of sentences."""
    words = 0
    for place, (kind, _) in enumerate(tokens):
        if kind is not _Kind.STOP:
            words += 1
            if words > limit:
                return tokens[:place]
    return tokens


def _is_title_case(title: str) -> bool:
    """Tell whether a headline capitalises every word, so that capitals say nothing about names."""
    words = [word for word in title.split() if len(word) > 3 and word[0].isalpha()]
    return len(words) > 2 and sum(word[0].isupper() for word in words) > 0.7 * len(words)
