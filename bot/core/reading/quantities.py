"""Numbers in an English sentence with their bounds and units; how one is written is read in `numerals`, what it counts in `figures`."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum, auto
from typing import Final

from bot.core.reading.figure import Kind, Qualifier
from bot.core.reading.figure_words import NOUNS
from bot.core.reading.number_words import CHANGING, LONGEST_QUALIFIER, MONTH_NAMES, OUTGROWN, QUALIFIERS, UNITS
from bot.core.reading.numerals import Atom, atoms

_UNIT: Final = re.compile(r"[ -]?(square[ -]|cubic[ -]|nautical[ -])?([A-Za-z]++(?![^\W_])|%|°[CF]?)", re.IGNORECASE)
_AN_HOUR: Final = re.compile(r" (?:per|an) hour(?![\w])")
_MAGNITUDE: Final = re.compile(r"[- ]magnitude(?![\w])", re.IGNORECASE)
_PER_CENT: Final = re.compile(r"[ -]per ?cent(?:age points?)?(?![\w])|[ -]?(?:%|percent)[ -]points?(?![\w])", re.IGNORECASE)
_OLD: Final = re.compile(r"(?: - |[- ])(year|yr|month|week|day)s?(?: - |[- ])(?:olds?|of[- ]age)(?![\w])", re.IGNORECASE)
_PER: Final = re.compile(
    r" (?:an?|per|each) (share|barrel|tonne|ton|ounce|lit(?:re|er)|gallon|pound|kilo(?:gram)?|acre|hour|day|week|month|year|person"
    r"|head|ticket|unit|bushel|night)(?![\w-])",
    re.IGNORECASE,
)
_EACH: Final = re.compile(r"(?<!\w)(?:one|the other|another|both|each) $")
# "Two men, one 17 and the other 21": one of those before, and no number of its own.
_PICKS_OUT: Final = re.compile(r" (?:(?:aged? )?[0-9]|an? |in (?:his|her|their) )")
_CLOSED: Final = re.compile(r"(?: and|,|\.|;|$)")
_AGED: Final = re.compile(r"(?:^|[^\w])(?:[Aa]ged?|[Aa]ges)(?: about| around| between)? (?:of )?$")
_NAMED: Final = re.compile(r"(?<![^\W_])([A-Za-z][\w'’.-]*+)[\"”’)]*+, $")
_PLACED: Final = re.compile(r"[,.);]| of [A-Z]| who |$")
_LISTED: Final = re.compile(r"(?:, and|,| and| or) $")
_GOES_ON: Final = re.compile(r"[,.);]|,? and [0-9]| — | – | -- |$")
_AFTER: Final = re.compile(r" or (more|so|fewer|less)(?![\w])|(\+)(?![\w])|-(plus|odd)(?![\w])")
_SINCE: Final = re.compile(r"(?:[ -]old)?,? (?:ago|earlier|later|before|after|prior|previously|since|from now)(?![\w])")
_BETWEEN: Final = re.compile(r"(?:^|[^\w])((?:anywhere )?between|(?:anywhere )?from) (?:an? )?$", re.IGNORECASE)
_TO: Final = re.compile(r" to | and | or |-to-|-or-| ?[-–—] ?")
_LAST_OF_QUALIFIERS: Final = frozenset(said.rpartition(" ")[2] for said in QUALIFIERS)
_DASHES: Final = ("-", "–", "—")
_MORE: Final = {
    "more": Qualifier.AT_LEAST,
    "+": Qualifier.AT_LEAST,
    "plus": Qualifier.AT_LEAST,
    "so": Qualifier.ABOUT,
    "odd": Qualifier.ABOUT,
    "fewer": Qualifier.AT_MOST,
    "less": Qualifier.AT_MOST,
}
_ONCE: Final = ("second", "day", "night")
_RARELY_MONEY: Final = ("krw", "zar", "brl")
_BETWEEN_QUALIFIER_AND_NUMBER: Final = ("another", "a", "an", "the", "other", "additional")
TEN: Final = 10
THOUSAND: Final = 1_000
LONGEST_LINK: Final = 5
"""Characters of the longest word that makes two numbers a range, with its blanks."""

OR_TIMES: Final = 10
"""How much larger the second of "two or three" can be. Guess."""

QUALIFIER_CHARACTERS: Final = 30
"""Characters of the longest qualifier with an article behind it."""

OLDEST: Final = 115
"""Years; a larger number between commas behind a name is no age."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One number of a sentence.

    `start` and `end` bound its words with qualifier and unit; `number` is where it begins without its qualifier. `low` and `high` as in
    `Figure`. `kind` and `unit` are what the words beside it make of it, None and empty when it counts something. `is_word` when it is spelt
    out, `looks_like_year` when only what follows can tell.
    """

    start: int
    end: int
    number: int
    low: Decimal | None
    high: Decimal | None
    qualifier: Qualifier
    kind: Kind | None
    unit: str
    is_word: bool
    looks_like_year: bool


def quantities(sentence: str) -> tuple[Quantity, ...]:
    """Find the numbers of a sentence in order; the two of a score and the first of a change ("from 10 to 20") are left out."""
    found = atoms(sentence)
    result: list[Quantity] = []
    index = 0
    while index < len(found):
        first = found[index]
        second = found[index + 1] if index + 1 < len(found) else None
        index += 1
        link = _link(sentence, first, second) if second is not None else _Link.NONE
        if link is _Link.SCORE:
            index += 1
        elif link is not _Link.CHANGE:
            is_number = not _picks_out(sentence, first)
            quantity = _quantity(sentence, first, second if link is _Link.RANGE else None) if is_number else None
            if quantity is not None and result and _is_listed_age(sentence, result[-1], quantity):
                quantity = replace(quantity, kind=Kind.AGE, unit="year")
            index += link is _Link.RANGE
            if quantity is not None:
                result.append(quantity)
    return tuple(result)


class _Link(Enum):
    NONE = auto()
    RANGE = auto()
    CHANGE = auto()
    SCORE = auto()


def _link(sentence: str, first: Atom, second: Atom) -> _Link:
    """Tell how two numbers that follow each other belong together."""
    between = sentence[first.end : second.start] if second.start - first.end <= LONGEST_LINK else ""
    if first.value is None or second.value is None:
        vague = first.value is second.value and between == " of "
        return _Link.RANGE if vague else _Link.NONE
    if between == " in " and first.value == 1:
        # One in five.
        return _Link.SCORE
    return _range(sentence, first, second, between) if _TO.fullmatch(between) else _Link.NONE


def _range(sentence: str, first: Atom, second: Atom, between: str) -> _Link:
    """Tell whether two numbers with "to", "or", "and" or a dash between them bound one."""
    framed = _BETWEEN.search(sentence, max(0, first.start - 18), first.start)
    frame = framed[1].casefold() if framed else ""
    low, high = _low(first, second), second.value or Decimal(0)
    rises = low < high and not second.looks_like_year
    if between == " and " or not rises:
        is_score = between.strip() in _DASHES
        return _Link.SCORE if is_score else _Link.RANGE if rises and "between" in frame else _Link.NONE
    if frame == "from" and not CHANGING.isdisjoint(sentence[max(0, first.start - 60) : first.start].casefold().split()):
        return _Link.CHANGE
    return _Link.RANGE if between != " or " or high <= OR_TIMES * low else _Link.NONE


def _low(first: Atom, second: Atom) -> Decimal:
    """Give the lower end of a range: "11 to 12 million" begins at 11 million."""
    if first.value is None or second.value is None:
        return Decimal(0)
    return first.value * second.scale if first.scale == 1 and first.value < second.value / second.scale else first.value


def _quantity(sentence: str, first: Atom, second: Atom | None) -> Quantity | None:
    last = second or first
    end = last.end
    qualifier, start = _before(sentence, first, second)
    more = _AFTER.match(sentence, end)
    if more:
        end = more.end()
        qualifier = _MORE[more[1] or more[2] or more[3]] if second is None else qualifier
    kind, unit, end = _measured(sentence, first, last, end)
    if kind is None and any(atom.value is not None and atom.value != int(atom.value) for atom in (first, last)):
        # Nobody counts halves.
        return None
    if kind in (None, Kind.MONEY) and any(atom.value is not None and atom.value.as_tuple().exponent == -3 for atom in (first, last)):
        # 1.000 is one in one country and a thousand in the next.
        return None
    joined = sentence[end : end + 1] == "-" and sentence[end + 1 : end + 2].isalpha()
    if joined and kind is None:
        if not sentence.startswith("-strong", end):
            return None
        end += len("-strong")
    if kind is Kind.DURATION and (_SINCE.match(sentence, end) or (unit in _ONCE and last.value == 1)):
        return None
    low, high = _bounds(first, second, qualifier)
    return Quantity(
        start=start,
        end=end,
        number=first.start,
        low=_plain(low),
        high=_plain(high),
        qualifier=qualifier,
        kind=kind,
        unit=unit,
        is_word=last.is_word,
        looks_like_year=last.looks_like_year and kind is None,
    )


def _before(sentence: str, first: Atom, second: Atom | None) -> tuple[Qualifier, int]:
    """Read the qualifier before a number, and where it begins."""
    start = first.start
    if first.value is None:
        return Qualifier.SEVERAL, start
    if second is not None:
        framed = _BETWEEN.search(sentence, max(0, start - 18), start)
        return Qualifier.BETWEEN, framed.start(1) if framed else start
    lead = sentence[max(0, start - QUALIFIER_CHARACTERS) : start]
    words = lead.casefold().split()
    if words and words[-1] in _BETWEEN_QUALIFIER_AND_NUMBER:
        return _qualified(first, start, lead, words, 1)
    return _qualified(first, start, lead, words, 0)


def _qualified(first: Atom, start: int, lead: str, words: list[str], article: int) -> tuple[Qualifier, int]:
    """Look the last words before a number up, `article` words of them left aside."""
    until = len(words) - article
    last = words[until - 1] if until else ""
    if last in OUTGROWN:
        return Qualifier.MORE_THAN, start
    over = last == "over" and first.is_word and first.value is not None and first.value <= TEN
    if last not in _LAST_OF_QUALIFIERS or over:
        # "Sued over three laws": a preposition.
        return Qualifier.EXACT, start
    for count in range(min(until, LONGEST_QUALIFIER), 0, -1):
        said = QUALIFIERS.get(" ".join(words[until - count : until]))
        if said is not None:
            return said, start - (len(lead) - len(lead.rstrip())) - len(" ".join(words[until - count :]))
    return Qualifier.EXACT, start


def _bounds(first: Atom, second: Atom | None, qualifier: Qualifier) -> tuple[Decimal | None, Decimal | None]:
    value = first.value
    if second is not None and value is not None:
        return _low(first, second), second.value
    if qualifier in (Qualifier.AT_LEAST, Qualifier.MORE_THAN):
        return value, None
    if qualifier in (Qualifier.AT_MOST, Qualifier.FEWER_THAN):
        return None, value
    return value, value


def _plain(value: Decimal | None) -> Decimal | None:
    """Write 1500000.0 as 1500000."""
    return Decimal(int(value)) if value is not None and value == int(value) else value


def _measured(sentence: str, first: Atom, last: Atom, end: int) -> tuple[Kind | None, str, int]:
    """Read the unit of a number: what it makes of it, its name, and where it ends."""
    said = _priced(sentence, first.currency or last.currency, end) if first.currency or last.currency else _said(sentence, first, end)
    if said is not None:
        return said
    written = _UNIT.match(sentence, end)
    unit = UNITS.get(written[2].casefold() if written[2][0] != "°" else "°") if written else None
    if written is None or unit is None:
        is_age = last.value is not None and 0 < last.value <= OLDEST and last.scale == 1 and _is_age(sentence, first, end)
        return (Kind.AGE, "year", end) if is_age else (None, "", end)
    kind, name = unit
    if name == "pound" and last.scale >= THOUSAND:
        kind, name = Kind.MONEY, "gbp"
    if name in _RARELY_MONEY and (last.value is None or last.value < THOUSAND):
        return None, "", end
    speed = _AN_HOUR.match(sentence, written.end()) if name in ("mile", "km") else None
    if speed:
        return kind, "mph" if name == "mile" else "km/h", speed.end()
    if kind is Kind.MONEY:
        return _priced(sentence, name, written.end())
    return kind, f"{written[1]}{name}".casefold() if written[1] else name, written.end()


def _priced(sentence: str, currency: str, end: int) -> tuple[Kind, str, int]:
    """Tell what one of something costs from a sum: "$31.50 a share"."""
    each = _PER.match(sentence, end)
    return (Kind.MONEY, f"{currency}/{each[1].casefold()}", each.end()) if each else (Kind.MONEY, currency, end)


def _said(sentence: str, first: Atom, end: int) -> tuple[Kind, str, int] | None:
    """Read the units that are more than one word: percentage points, years of age, magnitudes."""
    points = _PER_CENT.match(sentence, end)
    if points:
        return Kind.PERCENT, "points" if "point" in points.group().casefold() else "%", points.end()
    old = _OLD.match(sentence, end)
    if old:
        return Kind.AGE, old[1].casefold().replace("yr", "year"), old.end()
    magnitude = _MAGNITUDE.match(sentence, end)
    if magnitude or sentence[max(0, first.start - 13) : first.start].casefold().endswith(("magnitude ", "magnitude of ", "magnitude-")):
        return Kind.MEASURE, "magnitude", magnitude.end() if magnitude else end
    return None


def _is_listed_age(sentence: str, before: Quantity, here: Quantity) -> bool:
    """Tell whether a number goes on with a list of ages: "ages 22, 26, 29 and 37"."""
    if before.kind is not Kind.AGE or here.kind is not None or here.high is None or here.high > OLDEST:
        return False
    listed = _LISTED.fullmatch(sentence, before.end, here.start) is not None
    return listed and not sentence.startswith("old", before.end - 3) and _GOES_ON.match(sentence, here.end) is not None


def _picks_out(sentence: str, first: Atom) -> bool:
    """Tell whether "one" is the first of those whom an aside tells apart: "two men, one 17 and the other 21"."""
    is_aside = first.is_word and first.value == 1 and sentence.endswith((", ", "– ", "— ", "("), 0, first.start)
    return is_aside and sentence[first.end - 3 : first.end] == "one" and _PICKS_OUT.match(sentence, first.end) is not None


def _is_age(sentence: str, first: Atom, end: int) -> bool:
    """Tell whether a number without a unit is an age: "aged 27", "one 17 and the other 21", "both 22", or between commas behind a name."""
    if (
        sentence[first.start : first.end].isdigit()
        and _EACH.search(sentence, max(0, first.start - 12), first.start)
        and _CLOSED.match(sentence, end)
    ):
        return True
    if _AGED.search(sentence, max(0, first.start - 16), first.start):
        return True
    if first.is_word or not _PLACED.match(sentence, end):
        return False
    named = _NAMED.search(sentence, max(0, first.start - 24), first.start)
    if named is None:
        return False
    word = named[1].rstrip(".").casefold()
    return word not in MONTH_NAMES and not word.endswith("day") and (named[1][0].isupper() or NOUNS.get(word) is Kind.PEOPLE)
