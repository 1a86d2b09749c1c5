"""What an article says, counted: words, names and numbers of its title and text; no weights and no decisions here."""

import re
from collections import Counter
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from bot.core.text.cyrillic import Reading, reading_of
from bot.core.text.segmentation import characters_per_word, grams, is_run, number, pieces, tokens
from bot.core.text.stopwords import STOPWORDS
from bot.core.text.weekdays import ALSO_NAMES, WEEKDAYS
from bot.core.text.words import folded, normal, spoken

__all__ = ["Marks", "Terms", "normal", "terms_of", "words_of"]

BODY_WORDS: Final = 250
"""Words of the body that count. Measured on the development sets by macro BCubed F1: 60/120/250/500 = 89.1/90.4/90.8/91.1."""

TITLE_WORDS: Final = 60
"""Words of the title that count; longer ones are texts that slipped into the title."""

LEAD_WORDS: Final = 40
"""Words at the start of the body in which news says who and where. Guess."""

USUAL_CHARACTERS: Final = 9
MOST_CHARACTERS: Final = 24
"""Characters of a word with what stands around it: so many are read first, and so many when they were too few. The first is above the
average of every language; what lies beyond the second is not even looked at."""

REMEMBERED: Final = 100_000
LONGEST_REMEMBERED: Final = 32
MOST_TOKENS_REMEMBERED: Final = 4
"""At most this many different pieces of text, none longer or of more tokens than that, are remembered with what they mean, for each way to
read Cyrillic. Running text repeats them: 97 % are known already on the development sets. A full memory (26 MB of news, at worst 75 MB of
nonsense) starts again."""

LONGEST_WORD: Final = 60
"""Letters of a word that are read; no language writes longer ones."""

_YEAR: Final = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Marks:
    """By what a text can be told from another in the same words.

    `names` are capitalised words inside sentences, `lead` those in the title, or else in the first `LEAD_WORDS` words; `numbers` are
    written without separators, years left out; `weekdays` are the days of the week that are named, 0 for Monday.
    """

    names: frozenset[str]
    lead: frozenset[str]
    numbers: frozenset[str]
    weekdays: frozenset[int]


@dataclass(frozen=True, slots=True)
class Terms:
    """What one article says: `title` and `body` map normal words to how often they occur; `length` is the words that were read."""

    title: Counter[str]
    body: Counter[str]
    marks: Marks
    length: int


def terms_of(title: str, text: str) -> Terms:
    """Count the words, names and numbers of a headline and the first `BODY_WORDS` words of its text."""
    title = title[: TITLE_WORDS * MOST_CHARACTERS]
    remembered = _PIECES[reading_of(title + text[: TITLE_WORDS * MOST_CHARACTERS])]
    head, body = _count(title, TITLE_WORDS, remembered), _count(text, BODY_WORDS, remembered)
    names = set(body.names)
    # In a title that capitalises everything, only what the text itself calls a name is one.
    lead = {name for name in head.counts if name in body.names}
    if not _is_title_case(title):
        names.update(head.names)
        lead.update(head.names)
    lead = lead or {name for name, place in body.names.items() if place <= LEAD_WORDS}
    marks = Marks(frozenset(names), frozenset(lead), frozenset(head.numbers | body.numbers), frozenset(head.weekdays | body.weekdays))
    return Terms(head.counts, body.counts, marks, head.length + body.length)


def words_of(text: str) -> frozenset[str]:
    """Give the words and numbers of a text of any length as `terms_of` counts them, each once."""
    return frozenset(_count(text, len(text), _PIECES[reading_of(text)]).counts)


class _Kind(Enum):
    WORD = 1
    NAME = 2
    COMMON = 3
    NUMBER = 4
    RUN = 5
    STOP = 6
    DAY = 7


_Token: TypeAlias = tuple[_Kind, str]


class _Pieces(dict[str, tuple[_Token, ...]]):
    """What pieces of text between spaces mean, remembered, in texts whose Cyrillic is read in one way."""

    def __init__(self, reading: Reading) -> None:
        super().__init__()
        self._reading = reading

    def __missing__(self, piece: str) -> tuple[_Token, ...]:
        meaning = tuple([_read(token, self._reading) for token in tokens(piece)])
        if len(piece) <= LONGEST_REMEMBERED and len(meaning) <= MOST_TOKENS_REMEMBERED:
            if len(self) >= REMEMBERED:
                self.clear()
            self[piece] = meaning
        return meaning


_PIECES: Final = {reading: _Pieces(reading) for reading in Reading}


def _read(token: str, reading: Reading) -> _Token:
    """Tell what a token is, and its normal form."""
    first = token[0]
    if first.isdecimal():
        value = number(token[:LONGEST_WORD])
        return _Kind.WORD if _YEAR.fullmatch(value) else _Kind.NUMBER, value
    if is_run(token):
        return _Kind.RUN, token
    if not first.isalnum():
        return _Kind.STOP, ""
    plain = spoken(token[:LONGEST_WORD])
    plainest = folded(plain)
    if plainest in WEEKDAYS and not (plainest in ALSO_NAMES and plain[0].isupper()):
        return _Kind.DAY, plainest
    word = "" if plainest in STOPWORDS else normal(plain, reading)
    if len(word) < 2:
        return _Kind.COMMON, ""
    return _Kind.NAME if plain[0].isupper() else _Kind.WORD, word


@dataclass(slots=True)
class _Counted:
    """What was counted; `names` map to the place of their first word, from 1."""

    counts: Counter[str]
    names: dict[str, int]
    numbers: set[str]
    weekdays: set[int]
    length: int


def _count(text: str, limit: int, remembered: _Pieces) -> _Counted:
    start = _start(text, limit * USUAL_CHARACTERS)
    counted = _count_start(start, limit, remembered)
    if counted.length < limit and len(start) < len(text):
        return _count_start(_start(text, limit * MOST_CHARACTERS), limit, remembered)
    return counted


def _start(text: str, characters: int) -> str:
    """Take so many characters, and what is left of the last word."""
    return text[: max(characters, text.find(" ", characters, characters + LONGEST_REMEMBERED))]


def _count_start(text: str, limit: int, remembered: _Pieces) -> _Counted:
    # The inner loop is most of what an article costs before it is compared: hence the local names.
    common, name, number_kind, run, stop, day = _Kind.COMMON, _Kind.NAME, _Kind.NUMBER, _Kind.RUN, _Kind.STOP, _Kind.DAY
    before, length = stop, 0
    counted: list[str] = []
    names: dict[str, int] = {}
    numbers: set[str] = set()
    weekdays: set[int] = set()
    for piece in pieces(text):
        for kind, value in remembered[piece]:
            if kind is not stop:
                if length >= limit:
                    return _Counted(Counter(counted), names, numbers, weekdays, length)
                length += 1
                if kind is run:
                    length += _count_run(value, limit - length + 1, counted) - 1
                elif kind is day:
                    weekdays.add(WEEKDAYS[value])
                elif kind is not common:
                    counted.append(value)
                    if kind is name and before is not stop:
                        names.setdefault(value, length)
                    elif kind is number_kind:
                        numbers.add(value)
            before = kind
    return _Counted(Counter(counted), names, numbers, weekdays, length)


def _count_run(run: str, limit: int, counted: list[str]) -> int:
    """Add the pieces of what counts as at most so many words, and tell how many words that are."""
    size = characters_per_word(run)
    run = run[: limit * size]
    counted += grams(run)
    return -(-len(run) // size)


def _is_title_case(title: str) -> bool:
    """Tell whether a headline capitalises every word, so that capitals say nothing about names."""
    words = [word for word in title.split() if len(word) > 3 and word[0].isalpha()]
    return len(words) > 2 and sum(word[0].isupper() for word in words) > 0.7 * len(words)
