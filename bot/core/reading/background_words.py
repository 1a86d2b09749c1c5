"""The English words by which a sentence tells of the past or of how things stand in general; how they are used is in `passages`."""

from typing import Final

FUNCTION_WORDS: Final = frozenset(
    "the a an of to in and that is was for on with as by at from has have been were are he said it its".split()
)
"""The commonest words of English news."""

_NUMBER: Final = r"(?:\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|several|many|some|a few|a couple of)"
_SPAN: Final = r"(?:months?|years?|decades?|centur(?:y|ies))"

_MONTH: Final = "january|february|march|april|may|june|july|august|september|october|november|december"

MONTHS_OF_YEAR: Final = tuple(_MONTH.title().split("|"))

HISTORY_HINTS: Final = (
    *("reviously", "revious", "arlier", "last ", "Last ", " ago", " past", " recent", "this year", "year-to-date", "year to date"),
    *("beginning of the year", "start of the year", "very year", "ach year", "er year", "istorical", "separate", "similar", "unrelated"),
    *("annually", "on average", "latest", "one of ", "ackground", "As a reminder", "home to", "fiscal"),
)
"""Pieces of which every pattern below has one; looking for them is cheap."""

HISTORY: Final = (
    r"(?<!than )previously(?! unreported| unknown| undisclosed| unseen)",
    rf"earlier (?:this (?:month|year)|in (?:the year|{_MONTH}))",
    r"(?:had|has|have) earlier",
    r"earlier (?:revealed|reported|said|claimed|confirmed|estimated|announced|told)",
    r"last (?:month|year|summer|winter|spring|autumn|fall|decade|century)",
    rf"{_NUMBER} (?:more )?(?:months?|years?|decades?|centuries) (?:ago|earlier)",
    rf"(?:in|over|for|during|within) (?:the )?(?:past|last|recent|previous) (?:{_NUMBER} )?{_SPAN}",
    r"in recent (?:weeks|memory)",
    r"so far this year|this year alone|year[- ]to[- ]date|since the (?:start|beginning) of the year",
    r"(?:killed|died|dead|deaths?|wounded|injured|drowned|arrested|shot)(?:[^.,;]{1,50})? this year",
    r"historically|in the past(?! (?:hour|day|24 hours|few hours|week))",
    r"in a (?:separate|similar|previous|unrelated) (?:case|incident|attack|shooting|event)",
    r"(?:every|each|per) year|annually|on average",
    r"in (?:the )?fiscal (?:year )?\d{4}",
    r"is home to",
)
"""Patterns that, anywhere in a sentence, say that it tells of earlier happenings or of how things stand."""

OPENS_HISTORY: Final = (
    r"earlier,",
    r"previously,",
    r"historically,",
    r"background:",
    r"(?:it|this|that|the \w+) (?:is|was|comes|came|marks|marked) (?:just |only )?(?:the latest|one of (?:several|many))",
    r"a (?:similar|previous|separate)",
    r"as (?:a reminder|previously reported|reported earlier)",
)
"""Patterns that say so at the beginning of a sentence."""


LINKS: Final = frozenset("it they that those these then some most among both".split())
"""First words of a sentence that goes on telling of what the one before told."""
