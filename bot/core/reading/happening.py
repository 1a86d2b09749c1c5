"""On which day it happened, as each report says in its first sentences; silence rather than a day that may be another one's."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Final

from bot.core.model import Content, Precision
from bot.core.reading.passages import Passage, is_english, place
from bot.core.text.dateline import without_dateline
from bot.core.text.past_tense import past_verbs

LEAD: Final = 1
"""Position of the last sentence that is read: further down reports tell of other days. Guess."""

LONG_BEFORE: Final = timedelta(days=10)
"""A day that lies further back is of something else: a report of an arrest that recalls the deed. Guess."""

AHEAD: Final = timedelta(days=1)
"""Where it is still evening, a report of tomorrow's date tells of today."""

LAST: Final = 5
"""Days back to the weekday that is meant; one of six days ago is as often that of tomorrow."""

NEAR: Final = 10
"""Words on either side of a day, within its clause, among which stands what happened then. Guess."""

BEFORE: Final = 200
"""Characters before a day in which stands what is told of it. Guess."""

MOST: Final = 10
"""Days of one sentence that are tried: more stand in a table. Guess."""

FEWEST: Final = 6
"""Words of a sentence that tells something: shorter ones are the times of pages."""

_WEEKDAYS: Final = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH: Final = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?"
    r"|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_ORDINAL: Final = r"(?P<{}>[0-3]?[0-9])(?:st|nd|rd|th)?(?![\w:%])"
_NAMED: Final = re.compile(
    r"(?<![\w-])(?:[Oo]n )?(?:(?:[Ll]ate|[Ee]arly) (?:on )?)?(?:"
    rf"(?P<weekday>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)(?:,? (?P<month3>{_MONTH}) {_ORDINAL.format('day3')})?"
    rf"|(?P<month1>{_MONTH}) {_ORDINAL.format('day1')}|{_ORDINAL.format('day2')} (?P<month2>{_MONTH})"
    r")(?:,? (?P<year>(?:19|20)[0-9]{2}))?(?: (?:morning|afternoon|evening|night))?(?![\w'’-])"
)
# What is said, planned or bounded by a day did not happen on it.
_NOT_THEN: Final = re.compile(
    r"(?<!\w)(?:said|says?|told|tells|announce[ds]?|report(?:ed|s)?|confirm(?:ed|s)?|state[ds]?|claim(?:ed|s)?|wrote|added|posted|published|updated"
    r"|release[ds]?|statement|conference|interview|briefing)(?: [\w’'-]+){0,3} ?$"
    r"|(?<!\w)(?:updated|posted|published|modified)(?!\w).{0,40}$"
    r"|(?<!\w)(?:taken|pictured|seen|remain(?:s|ed)?|still|wait(?:s|ing|ed))(?!\w)[^.;,]*$"
    r"|(?<!\w)to (?!(?:the|an?|his|her|its|their)(?!\w))[a-z]+(?: [\w’'-]+){0,4} ?$"
    r"|(?<!\w)(?:will|would|plans?|planned|scheduled|expected|due|set|ahead|upcoming|next)(?!\w)[^.;]*$"
    r"|(?<!\w)(?:until|till|by|before|after|since|from|through|last|every|each|recent|between|and|to|of|or|than|as|the|for|a) ?$",
    re.IGNORECASE,
)
_BOUNDS: Final = re.compile(r"[,;:“”\"()]|(?<!\w)(?:after|before|when|while|who|which|that)(?!\w)")
_TELLING: Final = frozenset("was were had did said told reported announced confirmed made took put set came went".split())
"""What any two sentences may have in common."""

# "ORLIK, March 5 (Reuters) - ": the day of the report.
_DATED_PLACE: Final = re.compile(r"[A-Z][\w.,'’ ]{1,60}+\([^()]{2,40}+\)\s?+[-–—]{1,2}\s")
_YET_TO_COME: Final = re.compile(r",?(?: [\w’'-]+){0,6}? (?:will|would)(?!\w)")
# "On 26 December, reports emerged that"; "officials on Friday confirmed that".
_SAYING: Final = r" (?:said|says?|told|announced|confirmed|claimed|stated|wrote|reported|emerged|surfaced)(?!\w)"
_SAID_THEN: Final = re.compile(_SAYING)
_BEGUN_BY_SAYING: Final = re.compile(rf",?(?: [\w.’'-]+){{0,6}}?{_SAYING}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """A day that a report names for what it tells; `said` are its words, `start` and `end` their offsets in the text.

    `acts` are the verbs of its clause near the day, in small letters: what happened then.
    """

    day: date
    said: str
    acts: frozenset[str]
    start: int
    end: int
    passage: Passage


def happened_in(content: Content, told: Sequence[Passage], about: date | None = None) -> Happened | None:
    """Find the first day of the lead of an English report on which something happened; it takes the time of the report to know which.

    Weekdays are the last ones before the report, which may be of that very day; "today" and "yesterday" depend on where the writer was.
    For a report that does not say when it is from, `about` is the day that it is taken to be from: enough to know the year of a date.
    """
    stamp = content.published
    is_dated = stamp is not None and stamp.precision is not Precision.INFERRED
    published = stamp.at.date() if stamp is not None and is_dated else about
    if published is None or not is_english(content):
        return None
    for passage in told:
        if passage.position > LEAD:
            break
        if not passage.in_title and not passage.is_background:
            for met in _mentioned(passage.text):
                day = _day(met, published) if is_dated or met["weekday"] is None or met["day3"] else None
                if day is not None and published - LONG_BEFORE <= day <= published + AHEAD:
                    return Happened(
                        day=day,
                        said=met[0],
                        acts=_acts(passage.text, met),
                        start=place(content.text, passage, met.start()),
                        end=place(content.text, passage, met.end()),
                        passage=passage,
                    )
    return None


def _mentioned(sentence: str) -> Iterator[re.Match[str]]:
    if sentence.count(" ") < FEWEST:
        return
    dated = _DATED_PLACE.match(sentence)
    begin = dated.end() if dated else len(sentence) - len(without_dateline(sentence))
    for met in islice(_NAMED.finditer(sentence, begin), MOST):
        said_then = _BEGUN_BY_SAYING if met.start() == begin else _SAID_THEN
        before = sentence[max(begin, met.start() - BEFORE) : met.start()]
        if any(each.match(sentence, met.end()) for each in (_YET_TO_COME, said_then)) or _NOT_THEN.search(before):
            continue
        if met["weekday"] or past_verbs(sentence):  # "Demonstrators march in Orlik, May 15": beneath a picture
            yield met


def _acts(sentence: str, met: re.Match[str]) -> frozenset[str]:
    following = past_verbs(" ".join(sentence[met.end() :].split()[:1]))
    if following:  # "on Tuesday identified two who were shot": the one act is of that day
        return frozenset(following) - _TELLING
    before = _BOUNDS.split(sentence[: met.start()])[-1].split()[-NEAR:]
    behind = _BOUNDS.split(sentence[met.end() :], maxsplit=1)[0].split()[:NEAR]
    return frozenset(past_verbs(" ".join((*before, *behind)))) - _TELLING


def may_dispute(one: Happened, other: Happened) -> bool:
    """Tell whether two days are of the same act: of others, the days differ because one report tells what came before or after."""
    return not one.acts.isdisjoint(other.acts)


def _day(met: re.Match[str], published: date) -> date | None:
    """Give the day that is meant, one without a year as near to the report as can be."""
    number = met["day1"] or met["day2"] or met["day3"]
    if number is None:
        back = (published.weekday() - _WEEKDAYS.index(met["weekday"].casefold())) % 7
        return published - timedelta(days=back) if back <= LAST else None
    month = _MONTHS.index((met["month1"] or met["month2"] or met["month3"])[:3].casefold()) + 1
    years = [int(met["year"])] if met["year"] else [published.year - 1, published.year, published.year + 1]
    days = [found for year in years if (found := _valid(year, month, int(number)))]
    return min(days, key=lambda found: abs(found - published), default=None)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
