"""Single numbers of an English sentence, in words or figures, with scale and currency; bounds and units are added in `quantities`.

What only looks like a number is left out: dates, times of day, ordinals, versions, names of units and roads, telephone numbers, and
whatever is put together as no number is ("10,0,0", 1e999, "−5").
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bot.core.reading.number_words import (
    ADDRESS,
    ANYWHERE,
    CURRENCY_SIGNS,
    FRACTIONS,
    MONTH_NAMES,
    NAMED_BY_NUMBER,
    SCALES,
    SMALL,
    SUFFIXES,
    TENS,
    VAGUE,
)

MOST: Final = 200
"""Numbers of one sentence that are read: more stand in a table, which is no sentence. Guess."""

MOST_DIGITS: Final = 15
"""Nothing in the news is larger. Guess."""

ANCHOR: Final = re.compile(
    r"[0-9½¼¾]|\.(?<![^ (].)(?=[0-9])|(?<![^\W_])(?:[Oo]ne|[Tt](?:wo|hree|en|welve|hirteen|hirty|wenty|housands?|rillion|ens(?= of ))"
    r"|[Ff](?:our|ive|ourteen|ifteen|orty|ifty)|[Ss](?:ix|even|ixteen|eventeen|ixty|eventy|everal|cores)|[Ee](?:ight|leven|ighteen|ighty)"
    r"|[Nn](?:ine|ineteen|inety)|[Hh](?:undreds?|alf)|[Mm]illions?|[Bb]illion|[Dd]ozens?|lakh|crore)(?![^\W_])"
)
"""Where a number can begin: what has none of these has no number."""

_NUMERAL: Final = re.compile(
    r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,5}+|[0-9]{1,2}(?:,[0-9]{2}(?=,)){1,5}+,[0-9]{3}|[0-9]{1,3}(?:[ ’'][0-9]{3}(?![0-9])){1,4}+|[0-9]{1,16}+)"
    r"(?:\.[0-9]{1,6}+)?+[½¼¾]?+|[½¼¾]"
)
_POINTED: Final = re.compile(r"\.[0-9]{1,4}+(?![0-9])")
_RUN: Final = re.compile(r"[\w.,:/’'+\-–−]*+")
_YEAR: Final = re.compile(r"(?:1[6-9]|20)[0-9]{2}")
_LETTERS: Final = re.compile(r"[A-Za-z]++")
_SCALE: Final = re.compile(r"[ -](dozen|hundred|thousand|lakh|million|crore|billion|trillion|mln|bn)(?![\w])", re.IGNORECASE)
_SIGN: Final = re.compile(r"(?:(?:US|AU?|CA?|HK|NZ|S|R)?\$|[€£¥₹₽₴₩₪₺₦]|(?<![A-Za-z])(?:USD|EUR|GBP|CHF|INR|UAH|RUB|Rs\.?)) ?$")
_CLOCK: Final = re.compile(r" ?(?:[ap]\.? ?m\b|[AP]\.?M\b|o['’]clock|GMT|UTC|hrs?\b|[ECMP][SD]?T\b)")
_NEXT_WORD: Final = re.compile(r"( and |[ -])([a-z]++)(?![^\W_])", re.IGNORECASE)
_AFTER: Final = re.compile(r"(?: of)? ([A-Za-z]++)")
_LAST_WORD: Final = re.compile(r"([^\W\d_]++\.?),? $")
_LARGE_BEFORE: Final = re.compile(r"(?:(?<=^)|(?<=\W))(an?|half an?|a half|half)[ -]$", re.IGNORECASE)
_PRONOUN: Final = re.compile(r"(?<![^\W_])(?:no|any|every|each|this|which|only)[ -]$", re.IGNORECASE)
_OF_ONE: Final = re.compile(r"(?:[ -]an?)?[ -]([A-Za-z]++)")
_HALF: Final = re.compile(r" and a half(?![\w])")
_CHAIN: Final = re.compile(r"(?<![0-9])[0-9]{1,4}[-–−/][0-9]{1,4}[-–−/][0-9]|[0-9]{3}[-–−][0-9]{4}(?![0-9])")
HUNDRED: Final = 100
THOUSAND: Final = 1_000
YEAR_DIGITS: Final = 4
_NUMBER_WORDS: Final = frozenset((*SMALL, *TENS, *SCALES))
EMERGENCY: Final = ("911", "999", "112")
_EMERGENCY_CALL: Final = re.compile(r"[ -](?:call|dispatch|operator|emergency|tape)")
_UNTIL: Final = re.compile(r" of [0-9]{1,3}(?![0-9])|[-–—][0-9]{1,2}(?![0-9])|(?: to| and|,) [0-9]{1,2}(?=[,.;]|$)")
_GLUED_UNITS: Final = frozenset("km kg kgs mph kph lb lbs ft cm gb tb gw mw kw mi".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    """One number: `start` and `end` bound it with its sign of currency and its scale.

    `value` is None when it is vague ("dozens"); `scale` is 1 when none is said. `currency` is empty without a sign. `is_word` when it is
    spelt out, `looks_like_year` when only what stands around it can tell.
    """

    start: int
    end: int
    value: Decimal | None
    scale: int
    currency: str
    is_word: bool
    looks_like_year: bool


def atoms(sentence: str) -> list[Atom]:
    """Find the numbers of a sentence in order, at most `MOST` of them."""
    found: list[Atom] = []
    anchor = ANCHOR.search(sentence)
    while anchor is not None and len(found) < MOST:
        if anchor.group()[0].isalpha():
            atom, read = _in_words(sentence, anchor)
        else:
            atom, read = _in_figures(sentence, anchor.start())
        if atom is not None:
            found.append(atom)
        anchor = ANCHOR.search(sentence, max(read, anchor.end()))
    return found


def _in_figures(sentence: str, start: int) -> tuple[Atom | None, int]:
    """Read a number in figures, and tell where to go on; None when it only looks like one."""
    written = _written(sentence, start)
    skipped = _RUN.match(sentence, start)
    over = skipped.end() if skipped else start + 1
    value = _value(written) if written else None
    if value is None:
        return None, over
    end = start + len(written)
    signed = _SIGN.search(sentence, max(0, start - 4), start)
    currency = CURRENCY_SIGNS[signed.group().strip()] if signed else ""
    if sentence.startswith(", 000", end) and not sentence[end + 5 : end + 6].isalnum():
        # A text that was cut into words once: "$200, 000".
        value, end = value * THOUSAND, end + 5
    scale, end = _suffix(sentence, end, currency)
    if scale == 0 or _CLOCK.match(sentence, end):
        return None, max(over, end)
    if scale == 1:
        scale, end = _spaced_scale(sentence, end)
    plain = written.isdigit() and scale == 1 and not currency
    until = _no_quantity(sentence, start, end, written) if plain else 0
    if until:
        return None, until
    year = plain and _YEAR.fullmatch(written) is not None
    begin = signed.start() if signed else start
    return Atom(start=begin, end=end, value=value * scale, scale=scale, currency=currency, is_word=False, looks_like_year=year), end


def _written(sentence: str, start: int) -> str:
    """Give the characters of a number; empty when it is none or only a part of something."""
    if _is_pointed(sentence, start):
        pointed = _POINTED.match(sentence, start)
        return pointed.group() if pointed else ""
    matched = _NUMERAL.match(sentence, start)
    if matched is None or _is_glued(sentence, start):
        return ""
    written = matched.group()
    if " " in written and _names(sentence, start):
        # December 26 100 people …
        written = written.partition(" ")[0]
    return "" if written[0] == "0" and written[1:2].isdigit() else written


def _no_quantity(sentence: str, start: int, end: int, written: str) -> int:
    """Tell where a date, a name or an address ends that a number belongs to; 0 for a number that stands for itself."""
    if written in EMERGENCY and _EMERGENCY_CALL.match(sentence, end):
        return end
    if _names(sentence, start, written) or _is_of_date(sentence, end, written):
        until = _UNTIL.match(sentence, end)
        return until.end() if until else end
    return end if _is_address(sentence, end) else 0


def _value(written: str) -> Decimal | None:
    fraction = FRACTIONS.get(written[-1], Decimal(0))
    digits = written.rstrip("½¼¾")
    for separator in (",", " ", "’", "'"):
        digits = digits.replace(separator, "")
    if len(digits) > MOST_DIGITS:
        return None
    return Decimal(digits) + fraction if digits else fraction


def _is_glued(sentence: str, start: int) -> bool:
    """Tell whether something at the first digit makes it a part of a word, a decimal, a date, a time or a negative number."""
    before = sentence[start - 1 : start]
    if not before or before in " (“\"'‘’[«~—–$€£¥₹₽₴₩₪₺₦":
        return before in "’'" and before != "" and sentence[start - 2 : start - 1].isalnum()
    if before in "-−":
        # Joined to a number it may be a range; joined to a word a name.
        return not sentence[start - 2 : start - 1].isdigit() and not sentence[: start - 1].endswith(("-to", *CURRENCY_SIGNS))
    return before != "," or sentence[start - 2 : start - 1].isdigit()


def _is_pointed(sentence: str, start: int) -> bool:
    """Tell whether a number begins with its decimal point: ".08 percent"."""
    return sentence[start] == "."


def _is_torn(sentence: str, end: int) -> bool:
    """Tell whether something at the last digit shows that this was no number, or not all of it."""
    after, further = sentence[end : end + 1], sentence[end + 1 : end + 2]
    if after == "/":
        return further.isdigit()
    if after in ".,:’'" and after:
        return further.isalnum() and not (after in "’'" and further == "s")
    if after in "-–−" and after:
        # 555-1234 or 2024-12-27, but not 10-12.
        return _is_chain(sentence, end)
    return after.isalnum() or (after in "_#@\\" and after != "")


def _is_chain(sentence: str, end: int) -> bool:
    start = end
    while start > 0 and end - start < 16 and (sentence[start - 1].isdigit() or sentence[start - 1] in "-–−./"):
        start -= 1
    return _CHAIN.match(sentence, start) is not None


def _suffix(sentence: str, end: int, currency: str) -> tuple[int, int]:
    """Read letters at the last digit: a scale, 1 for a unit or nothing, 0 for what makes it no number."""
    letters = _LETTERS.match(sentence, end)
    if letters is None:
        return int(not _is_torn(sentence, end)), end
    written = letters.group().casefold()
    if written in SUFFIXES and (currency or written in ANYWHERE):
        return (0 if _is_torn(sentence, letters.end()) else SUFFIXES[written]), letters.end()
    return int(written in _GLUED_UNITS and not _is_torn(sentence, letters.end())), end


def _spaced_scale(sentence: str, end: int) -> tuple[int, int]:
    """Read "million" behind a number, once."""
    said = _SCALE.match(sentence, end)
    if said is None:
        return 1, end
    word = said.group(1).casefold()
    return SCALES.get(word) or SUFFIXES[word], said.end()


def _is_of_date(sentence: str, end: int, written: str) -> bool:
    """Tell whether a month stands behind a number of one or two digits."""
    after = _AFTER.match(sentence, end) if len(written) < 3 else None
    return after is not None and after[1][0].isupper() and after[1].casefold() in MONTH_NAMES


def _names(sentence: str, start: int, written: str = "") -> bool:
    """Tell whether the word before makes a number the name of something: Highway 61, December 26, No. 5, may 2024."""
    before = _LAST_WORD.search(sentence, max(0, start - 16), start)
    if before is None or sentence.startswith(",", before.end(1)):
        return False
    word = before[1].casefold()
    if word in NAMED_BY_NUMBER:
        return True
    return word.rstrip(".") in MONTH_NAMES and (before[1][0].isupper() or len(written) == YEAR_DIGITS)


def _is_address(sentence: str, end: int) -> bool:
    """Tell whether what follows is a street: a word of streets soon after a capital, or a block."""
    words = sentence[end : end + 48].split()[:5]
    if words[:1] == ["block"] or words[:2] == ["block", "of"]:
        return True
    for word in words:
        bare = word.rstrip(",.;)").casefold()
        if not (word[0].isupper() or word[0].isdigit()):
            return False
        if bare in ADDRESS:
            return words[0] is not word or len(words) > 1
    return False


def _in_words(sentence: str, anchor: re.Match[str]) -> tuple[Atom | None, int]:
    """Read a number in words, and tell where to go on; None when a hyphen or an ordinal makes it a part of something else."""
    first = anchor.group().casefold()
    start, end = anchor.span()
    if first in VAGUE:
        return Atom(start=start, end=end, value=None, scale=1, currency="", is_word=True, looks_like_year=False), end
    if first == "half":
        return _half(sentence, start, end)
    large = _LARGE_BEFORE.search(sentence, max(0, start - 8), start) if first in SCALES else None
    if (first in SCALES and large is None) or (first == "one" and _PRONOUN.search(sentence, max(0, start - 8), start)):
        return None, end
    halved = large is not None and "half" in large[1].casefold()
    value, scale, end = _spelt(sentence, end, first, Decimal("0.5") if halved else Decimal(1))
    begin = large.start(1) if large else start
    is_joined = begin > 1 and sentence[begin - 1] in "-–−" and sentence[begin - 2].isalpha()
    if is_joined or (_names(sentence, begin) and sentence[begin].isupper()):
        return None, end
    signed = _SIGN.search(sentence, max(0, begin - 4), begin)
    currency = CURRENCY_SIGNS[signed.group().strip()] if signed else ""
    begin = signed.start() if signed else begin
    return Atom(start=begin, end=end, value=value, scale=scale, currency=currency, is_word=True, looks_like_year=False), end


def _half(sentence: str, start: int, end: int) -> tuple[Atom | None, int]:
    """Read half of what follows: "half a mile", "a half-hour"; what is half of a number is read with that number."""
    of = _OF_ONE.match(sentence, end)
    if of is None or of[1].casefold() in SCALES:
        return None, end
    return Atom(start=start, end=of.start(1) - 1, value=Decimal("0.5"), scale=1, currency="", is_word=True, looks_like_year=False), end


def _spelt(sentence: str, end: int, first: str, share: Decimal) -> tuple[Decimal, int, int]:
    """Add up the words of a number as long as they can go on; give its value, its largest scale and its end.

    `share` is the half in "half a million". `group` is what the next thousand, million … multiplies.
    """
    total, scale = Decimal(0), 1
    group = Decimal(SMALL.get(first) or TENS.get(first) or 0)
    if first in SCALES:
        scale = SCALES[first]
        total, group = (Decimal(0), share * scale) if scale <= HUNDRED else (share * scale, group)
    last = first
    while True:
        halved = _HALF.match(sentence, end) if group else None
        if halved:
            group += Decimal("0.5")
            end = halved.end()
        following = _NEXT_WORD.match(sentence, end)
        word = following[2].casefold() if following else ""
        if following is None or word not in _NUMBER_WORDS:
            return total + group, scale, end
        together, factor = "and" not in following[1], SCALES.get(word, 1)
        if 1 < factor <= HUNDRED and together and 0 < group < HUNDRED and last not in SCALES:
            group *= factor
            scale = max(scale, factor)
        elif factor > HUNDRED and together and group and (scale <= HUNDRED or factor < scale):
            total, group, scale = total + group * factor, Decimal(0), max(scale, factor)
        elif word in SMALL and last in TENS and SMALL[word] < 10 and together:
            group += SMALL[word]
        elif factor == 1 and last in SCALES and last != "dozen":
            group += SMALL.get(word) or TENS.get(word) or 0
        else:
            return total + group, scale, end
        last, end = word, following.end()
