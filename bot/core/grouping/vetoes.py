"""What keeps an article out of an event whatever the score: the same words about other people, places or days."""

from collections.abc import Mapping
from typing import Final

from bot.core.grouping.live import LiveEvent
from bot.core.grouping.vectors import Vectors, dot, norm
from bot.core.text.terms import Marks

NAMES_TO_TELL: Final = 4
"""An article and an event that give at least this many names each and share none tell of other people and places. Of reports of one
event 0 % (ecbplus) to 2.4 % (gva) are such; two earthquakes told in other words often are."""

FULL_TEXT: Final = 40
"""Words from which the names of a text say where and who; headlines leave them out. Guess."""

MISSING: Final = 0.5
"""Two texts in the same wording are twins of one template when each lacks more than this share of the names in the other's lead. Guess."""

COPIED_NAMES: Final = 0.3
"""Of the names of the text that gives fewer, a copy has at least this share. Measured on 1,033 texts made to tell of other names and 5,000
made copies: 6 instead of 23 of the former are taken for copies, 97.8 instead of 98.1 % of the latter."""

TEMPLATE_WORDS: Final = 0.5
"""Cosine from which two articles may be filled in from one template. Guess."""

REPEATED_HOURS: Final = 48.0
"""After so much silence the same words in a headline announce the next of their kind: weather, prices, a column. Measured: 0.1 points of
macro BCubed F1 more on headlines, nothing elsewhere."""

SERIES_HOURS: Final = 20.0
SERIES_TITLE: Final = 0.5
SERIES_WORDS: Final = 0.5
SERIES_NUMBERS: Final = 0.6
NUMBERS_TO_TELL: Final = 3
"""Notes of one outlet at least `SERIES_HOURS` apart, this alike by cosine in title and words, giving at least `NUMBERS_TO_TELL` numbers
each and with at most `SERIES_NUMBERS` of them in common, are issues of a series. Guesses; they keep weekly price notes apart."""


def veto(article: Vectors, event: LiveEvent) -> str | None:
    """Say in words why the article cannot tell this event; None when it can."""
    if min(article.length, event.length / event.size) >= FULL_TEXT and strangers(article.marks.names, event.names):
        return "no name in common"
    if (event.distance_hours(article) or 0.0) >= REPEATED_HOURS and any(
        article.title.keys() == member.title.keys() for member in event.members
    ):
        return "the same headline days later"
    if any(_is_series(article, member) for member in event.members):
        return "the same outlet's regular note with other numbers"
    return None


def strangers(left: frozenset[str] | set[str], right: frozenset[str] | set[str]) -> bool:
    """Tell whether both give many names and share none."""
    return min(len(left), len(right)) >= NAMES_TO_TELL and left.isdisjoint(right)


def are_twins(left: Marks, right: Marks) -> bool:
    """Tell whether two texts in the same wording tell of other people and places: one template, two happenings.

    What stands in a lead counts, wherever the other text has it: stock phrases deep in both ("Pacific Ring of Fire") are no agreement,
    and a copy with a new lead still has its names somewhere in the original.
    """
    return _lacks(left.lead, right.names) and _lacks(right.lead, left.names)


def are_twin_events(left: LiveEvent, right: LiveEvent) -> bool:
    """Tell whether a report of one event is the twin of one of the other: the same words about other people and places."""
    pairs = ((one, other) for one in left.members for other in right.members)
    return any(are_twins(one.marks, other.marks) and dot(one.words, other.words) >= TEMPLATE_WORDS for one, other in pairs)


def same_names(left: Marks, right: Marks) -> bool:
    """Tell whether the names allow two texts to be one: enough of those of the text that gives fewer stand in the other."""
    return len(left.names & right.names) >= COPIED_NAMES * min(len(left.names), len(right.names))


def same_numbers(left: Marks, right: Marks) -> bool:
    """Tell whether the numbers allow two texts to be one: few, or mostly the same."""
    smaller = min(len(left.numbers), len(right.numbers))
    return smaller < NUMBERS_TO_TELL or 2 * len(left.numbers & right.numbers) >= smaller


def _lacks(lead: frozenset[str], names: frozenset[str]) -> bool:
    return bool(lead) and len(lead - names) > MISSING * len(lead)


def _is_series(left: Vectors, right: Vectors) -> bool:
    """Tell whether one outlet said nearly the same on another day with other numbers: prices, results, rankings, quarterly reports."""
    if left.outlet != right.outlet or left.hours is None or right.hours is None or abs(left.hours - right.hours) < SERIES_HOURS:
        return False
    one, two = left.marks.numbers, right.marks.numbers
    smaller = min(len(one), len(two))
    if smaller < NUMBERS_TO_TELL or len(one & two) > SERIES_NUMBERS * smaller:
        return False
    return _cosine(left.title, right.title) >= SERIES_TITLE and dot(left.words, right.words) >= SERIES_WORDS


def _cosine(left: Mapping[str, float], right: Mapping[str, float]) -> float:
    return dot(left, right) / ((norm(left) * norm(right)) or 1.0)
