"""How people type what a chat wants to hear of; the filter as a value is in `filter_terms`, what it matches is decided in `matching`.

    either = every { OR every }
    every  = group { AND group }
    group  = clause { clause }
    clause = [ + | - | NOT ] term
    term   = word | word* | "a phrase" | /regex/ | outlet:x | outlet:"X" | min:3 | lang:en | ( either )

In a group everything with + is needed, everything with - excludes, and of the rest one is enough, each kind for itself: of the words and
expressions one, of the outlets one, of the languages one. So `+kyiv drone missile -sport lang:en lang:uk` reads as it looks. AND, OR and
NOT are operators in any case of letters; in quotes they are words.
"""

import difflib
import re
from collections.abc import Callable
from typing import Final

from bot.core.chats.filter_terms import (
    BARE,
    FIELD,
    OPERATORS,
    SEPARATORS,
    SIGNS,
    Clause,
    Either,
    Every,
    Filter,
    Group,
    Language,
    Outlet,
    Part,
    Pattern,
    Reports,
    Sign,
    Term,
    Words,
)
from bot.core.errors import UsageError
from bot.core.phrase import phrase
from bot.core.text.literal import row_of
from bot.core.text.patterns import LONGEST_PATTERN, compiled

__all__ = ["Filter", "parse"]

LONGEST: Final = 200_000
"""Characters of a filter: room for the most words at twice the length that words have."""

MOST_TERMS: Final = 10_000
"""Words and other terms of a filter; so many are read in 0.3 s."""

MOST_PATTERNS: Final = 10
"""Regular expressions of a filter, each of which takes time by itself for every event. Guess."""

LONGEST_WORDS: Final = 100
MOST_WORDS: Final = 20
"""Characters, and words, of a phrase: longer ones are sentences, which no other report repeats. They also bound how many phrases can end
at one word of a text."""

DEEPEST: Final = 20
"""Brackets inside brackets. Guess."""

MOST_REPORTS: Final = 1_000

_QUOTES: Final = {'"': '"', "“": "”“", "”": "”", "„": "“”", "«": "»", "»": "«"}
"""What closes a quotation; telephones turn straight quotation marks into these."""

_PATTERN: Final = re.compile(rf"/((?:[^/\\]|\\.)*)/i?(?=[\s){SEPARATORS}]|$)", re.DOTALL)
_WITHOUT_QUOTES: Final = dict.fromkeys(map(ord, _QUOTES), " ")
_OPERATOR: Final = re.compile(rf'({"|".join(sorted(OPERATORS))})(?=[\s()"“”„«»{SEPARATORS}]|$)', re.IGNORECASE)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_INVISIBLE: Final = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
"""Marks of direction and halves of characters, which no reader sees and no database stores."""

_BETWEEN: Final = re.compile(rf"[\s{SEPARATORS}]+")
_LANGUAGE: Final = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]+)*", re.IGNORECASE | re.ASCII)


def parse(text: str) -> Filter:
    """Read a filter; empty text is the filter that lets everything through. Raises UsageError, which names the place."""
    if len(text) > LONGEST:
        raise UsageError(phrase("This filter has {count:,} characters; {most:,} are read.", count=len(text), most=LONGEST))
    text = _INVISIBLE.sub("", _CONTROL.sub(" ", text))
    return _Reader(text).read() if _BETWEEN.sub("", text) else Filter()


class _Reader:
    """A text and how far it has been read."""

    def __init__(self, text: str) -> None:
        self._text, self._place = text, 0
        self._depth = self._terms = self._patterns = 0

    def read(self) -> Filter:
        """Read all of it."""
        root = self._either()
        if self._place < len(self._text):
            raise self._trouble(phrase("this bracket closes nothing"))
        return Filter(root)

    def _either(self) -> Part:
        return self._joined("or", Either, lambda: self._joined("and", Every, self._group))

    def _joined(self, operator: str, join: Callable[[tuple[Part, ...]], Part], read: Callable[[], Part]) -> Part:
        parts = [read()]
        while self._operator() == operator:
            self._place += len(operator)
            parts.append(read())
        return join(tuple(parts)) if len(parts) > 1 else parts[0]

    def _group(self) -> Part:
        clauses: list[Clause] = []
        while self._operator() not in {"and", "or"} and not self._at_end() and self._text[self._place] != ")":
            clauses.append(self._clause())
        if not clauses:
            raise self._trouble(phrase("a word is missing"))
        return clauses[0].part if len(clauses) == 1 and clauses[0].sign is Sign.WELCOME else Group(tuple(clauses))

    def _clause(self) -> Clause:
        if self._operator() == "not":
            self._place += len("not")
            self._at_end()
            return Clause(Sign.EXCLUDED, self._term())
        sign = Sign.WELCOME
        if self._text[self._place] in SIGNS:
            sign = Sign.NEEDED if self._text[self._place] == "+" else Sign.EXCLUDED
            self._place += 1
        return Clause(sign, self._term())

    def _term(self) -> Part:
        start = self._text[self._place : self._place + 1]
        if not start or start.isspace() or start in SEPARATORS + SIGNS + ")" or self._operator():
            raise self._trouble(phrase("a word is missing"))
        if start == "(":
            return self._bracket()
        self._terms += 1
        if self._terms > MOST_TERMS:
            raise self._trouble(phrase("a filter has at most {most:,} words", most=MOST_TERMS))
        if start == "/":
            return self._pattern()
        field = FIELD.match(self._text, self._place)
        return self._field(field) if field else self._words()

    def _bracket(self) -> Part:
        opened = self._place
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._trouble(phrase("brackets may stand inside each other {deepest} deep", deepest=DEEPEST))
        self._place += 1
        inner = self._either()
        if self._at_end():
            raise self._trouble(phrase("this bracket is not closed"), opened)
        self._place += 1
        self._depth -= 1
        return inner

    def _pattern(self) -> Pattern:
        found = _PATTERN.match(self._text, self._place)
        if not found:
            raise self._trouble(phrase("this regular expression has no slash at its end, with a blank behind it"))
        self._patterns += 1
        if len(found[1]) > LONGEST_PATTERN or not found[1] or self._patterns > MOST_PATTERNS:
            raise self._trouble(
                phrase(
                    "a filter has at most {most} regular expressions of 1 to {longest:,} characters",
                    most=MOST_PATTERNS,
                    longest=LONGEST_PATTERN,
                )
            )
        try:
            compiled(found[1])
        except UsageError as error:
            raise self._trouble(error.told) from error
        self._place = found.end()
        return Pattern(found[1])

    def _field(self, field: re.Match[str]) -> Term:
        start, self._place = self._place, field.end()
        value, is_quoted = self._value(phrase("after the colon a value is missing, as in outlet:Reuters, min:3 or lang:en"), start)
        match field[1].lower():
            case "outlet":
                self._check_words(value, start)
                return Outlet(value, is_exact=is_quoted)
            case "min":
                if not (value.isascii() and value.isdigit() and len(value) < 9 and 1 <= int(value) <= MOST_REPORTS):
                    raise self._trouble(phrase("min: takes a number of reports from 1 to {most:,}", most=MOST_REPORTS), start)
                return Reports(int(value))
            case _:
                code = _LANGUAGE.fullmatch(value)
                if not code:
                    raise self._trouble(phrase("lang: takes the code of a language, such as en or uk"), start)
                return Language(code[1].lower())

    def _words(self) -> Words:
        start = self._place
        text, is_quoted = self._value(phrase("a word is missing"), start)
        if not is_quoted:
            name, colon, _ = text.partition(":")
            near = difflib.get_close_matches(name.casefold(), ("outlet", "outlets", "source", "min", "lang"), n=1, cutoff=0.8)
            if colon and near and len(name) < 12:
                raise self._trouble(phrase("{name}: is not known; there are outlet:, min: and lang:", name=name), start)
        is_start = not is_quoted and text.endswith("*")
        if is_quoted and self._text.startswith("*", self._place):
            is_start = True
            self._place += 1
        text = text if is_quoted else text.rstrip("*")
        self._check_words(text, start)
        return Words(text, is_start=is_start)

    def _value(self, missing: str, start: int) -> tuple[str, bool]:
        """Read a word, or what stands in quotation marks, and tell which it was."""
        closing = _QUOTES.get(self._text[self._place : self._place + 1])
        if closing is None:
            found = BARE.match(self._text, self._place)
            if not found:
                raise self._trouble(missing, start)
            self._place = found.end()
            return found[0], False
        end = re.compile(f"[{closing}]").search(self._text, self._place + 1)
        if not end:
            raise self._trouble(phrase("this quotation is not closed"))
        value = " ".join(self._text[self._place + 1 : end.start()].translate(_WITHOUT_QUOTES).split())
        self._place = end.end()
        return value, True

    def _check_words(self, text: str, start: int) -> None:
        row = row_of(text[: LONGEST_WORDS + 1])
        if len(text) > LONGEST_WORDS or row.count(" ") > MOST_WORDS + 1:
            told = phrase("a phrase has at most {words} words and {characters} characters", words=MOST_WORDS, characters=LONGEST_WORDS)
            raise self._trouble(told, start)
        if not row.strip():
            raise self._trouble(phrase("there is no letter or number in this to look for"), start)

    def _operator(self) -> str:
        """Tell which operator stands here, as a word by itself."""
        self._at_end()
        found = _OPERATOR.match(self._text, self._place)
        return found[1].lower() if found else ""

    def _at_end(self) -> bool:
        """Go on to what is next, and tell whether there is nothing."""
        found = _BETWEEN.match(self._text, self._place)
        self._place = found.end() if found else self._place
        return self._place >= len(self._text)

    def _trouble(self, what: str, place: int | None = None) -> UsageError:
        place = self._place if place is None else place
        rest = " ".join(self._text[place : place + 25].split())
        if not rest:
            return UsageError(phrase("At the end of the filter: {what}.", what=what))
        return UsageError(phrase("At character {number} of the filter, “{rest}”: {what}.", number=place + 1, rest=rest, what=what))
