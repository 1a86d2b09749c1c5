"""Whether two nouns of figures count the same; English alone, as the nouns are."""

from functools import lru_cache
from typing import Final

# Whoever is counted without saying more: as good as no noun.
_ANYBODY: Final = frozenset("people person others other life body victim individual dead death fatality casualty".split())
_SAME: Final = {
    **dict.fromkeys("troop serviceman servicemen servicemember fighter servicewomen personnel military combatant".split(), "soldier"),
    **dict.fromkeys(("cop", "policeman", "policemen"), "officer"),
    **dict.fromkeys(("men",), "man"),
    **dict.fromkeys(("gunmen",), "gunman"),
    **dict.fromkeys(("women",), "woman"),
    **dict.fromkeys(("children", "kid", "kids"), "child"),
    **dict.fromkeys(("lives",), "life"),
    **dict.fromkeys(("bodies",), "body"),
    **dict.fromkeys(("fatalities",), "fatality"),
    **dict.fromkeys(("casualties",), "casualty"),
    "persons": "person",
    "teen": "teenager",
}
"""Plurals that are not made with an s, and words that reports take for each other."""

_SOME: Final = frozenset(
    """
    man woman child boy girl teen teenager adult officer student pupil teacher worker employee civilian suspect gunman attacker shooter
    passenger bystander brother sister son daughter relative friend deputy official militant terrorist firefighter journalist tourist infant
    baby toddler youth juvenile driver pilot protester male female
    kidnapper abductor hijacker bomber assailant insurgent rebel bandit robber raider captor extremist jihadist hostage
    """.split()
)
"""Some of those whom a number without a noun counts, or who did it to them: "two children", or "two gunmen", are no other toll than
"12 killed"."""

LEAST_SHARED: Final = 2
"""Words that two nouns have in common of which neither is a part of the other: "young Orlik soldiers", "Orlik special soldiers". Guess."""


def same_noun(one: str, other: str) -> bool:
    """Tell whether two nouns may count the same: one says no more than the other, or both have much in common."""
    mine, theirs = _words(one), _words(other)
    if not (mine and theirs):
        return (mine | theirs).isdisjoint(_SOME)
    return mine <= theirs or theirs <= mine or len(mine & theirs) >= LEAST_SHARED


def some_named(noun: str) -> str:
    """Give the words of a noun that tell who of all is counted: "children" of "two Orlik children"; empty when it may be anybody."""
    return " ".join(word for word in noun.split() if _singular(word.casefold()) in _SOME)


def equal_noun(one: str, other: str) -> bool:
    """Tell whether two nouns count the same for certain: "soldiers" may be more than the "Orlik soldiers"."""
    mine, theirs = _words(one), _words(other)
    return mine == theirs or len(mine & theirs) >= LEAST_SHARED


@lru_cache(maxsize=4_000)
def _words(noun: str) -> frozenset[str]:
    words = (_singular(word) for word in noun.casefold().replace("-", " ").split())
    return frozenset(word for word in words if word not in _ANYBODY)


def _singular(word: str) -> str:
    known = _SAME.get(word)
    if known is not None:
        return known
    singular = word[:-1] if word.endswith("s") and not word.endswith("ss") else word
    return _SAME.get(singular, singular)
