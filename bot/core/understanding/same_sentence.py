"""Whether two sentences tell of the same: by their words, by the past happening that they recall, or by whose share they count."""

import re
from functools import lru_cache
from typing import Final

from bot.core.text.terms import words_of

REMEMBERED: Final = 1_000
"""Sentences whose words are kept while they are compared: more than one report has."""

ALIKE: Final = 0.5
"""Share of the words of the shorter of two sentences that both need for their sums of money, or their measures, to be the same. Guess."""

SHARED_NAMES: Final = 2
"""Names that two sentences have in common when they recall the same happening and tell no year. Guess."""

REACH: Final = 120
"""Characters before a number in which stands whose share it is, and behind it. Guess."""

SHARED_OUT: Final = frozenset("seat seats vote votes ballots mandates delegates electors medals goals points runs wickets".split())
"""What several share out among themselves, so that each has a number of its own."""

_YEAR: Final = re.compile(r"(?<![\w$€£.,])(?:19|20)[0-9]{2}(?![\w%])")
_NAME: Final = re.compile(r"(?<![\w.])[A-Z][\w’'-]+")
_OWNER: Final = re.compile(r"(?<!\w)[A-Z][\w’'-]*(?: (?:[A-Z][\w’'-]*|of|and|the|de))*")
_OWNED: Final = re.compile(r"[^,;:.()]{0,40}? (?:for|to|by) (?:the )?([A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*)")
_NO_NAMES: Final = frozenset("the a an in on at it its of and de as for with after party election elections parliament".split())


def are_alike(one: str, other: str) -> bool:
    """Tell whether two sentences have more than half of the words of the shorter one in common."""
    mine, theirs = _words(one), _words(other)
    return len(mine & theirs) > ALIKE * min(len(mine), len(theirs))


def same_past(one: str, other: str) -> bool:
    """Tell whether two sentences recall the same happening: they name a year in common, or no two different ones but the same names."""
    (years, names), (others, theirs) = _past(one), _past(other)
    if years and others:
        return not years.isdisjoint(others)
    return len(names & theirs) >= SHARED_NAMES or are_alike(one, other)


def same_owner(one: str, other: str, said: tuple[str, str]) -> bool:
    """Tell whether what two sentences count, in the words `said`, is the share of the same one; who names none must be alike in all."""
    mine, theirs = _owner(one, said[0]), _owner(other, said[1])
    return not mine.isdisjoint(theirs) if mine or theirs else are_alike(one, other)


@lru_cache(maxsize=REMEMBERED)
def _words(sentence: str) -> frozenset[str]:
    return words_of(sentence)


@lru_cache(maxsize=REMEMBERED)
def _past(sentence: str) -> tuple[frozenset[str], frozenset[str]]:
    names = (_POSSESSIVE.sub("", name.group()).casefold() for name in _NAME.finditer(sentence, 1))
    return frozenset(_YEAR.findall(sentence)), frozenset(name.removesuffix("s") for name in names)


_POSSESSIVE: Final = re.compile(r"[’']s?$")


@lru_cache(maxsize=REMEMBERED)
def _owner(sentence: str, said: str) -> frozenset[str]:
    at = max(sentence.find(said), 0)
    behind = _OWNED.match(sentence, at + len(said), at + len(said) + REACH)
    clause = re.split(r"[,;:()] | and | while | but ", sentence[max(0, at - REACH) : at])[-1]
    named = [behind[1]] if behind else _OWNER.findall(clause)[-1:]
    return frozenset(word for name in named for word in name.casefold().split() if word not in _NO_NAMES)
