"""The figures of an English report in order of place: numbers with what they count. What is theirs alone is read in the modules below."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from bot.core.model import Content
from bot.core.reading.claimants import claimant
from bot.core.reading.counted import Counted, Words, counted_by, words_of_sentence
from bot.core.reading.doubts import is_doubted
from bot.core.reading.fates import DETERMINERS
from bot.core.reading.figure import Figure, Kind, Qualifier
from bot.core.reading.figure_words import BENEATH, FATES, NO_COUNT, NOUNS, PART_OF, RANKS, WHOLE
from bot.core.reading.passages import LEAD, Passage, is_english, place
from bot.core.reading.past_clauses import is_of_war, is_past
from bot.core.reading.quantities import Quantity, quantities

SUMMED_WITHIN: Final = 80
"""Characters between a number of killed and one of wounded that are one statement. Guess."""

VAGUE_KINDS: Final = FATES | {Kind.TROOPS}
"""What "dozens" is worth telling of."""

LOSSES: Final = FATES - {Kind.ARRESTED}
"""Of numbers of these, side by side, the second needs no noun: "30 soldiers were killed, and three more went missing"."""

HAPPENED: Final = (LOSSES | {Kind.MONEY}) - {Kind.MISSING}
"""What is past with the day on which it happened; who is missing still is, and an arrest of today may be for what was done long ago."""

ONE: Final = Decimal(1)
TOLD_ONCE: Final = frozenset((Kind.PEOPLE, Kind.TROOPS, Kind.WEAPONS))
"""What "one" is worth telling of."""

_COORDINATORS: Final = frozenset((",", "and", "or", "plus", "another", "as", "well", "including", "&"))


def figures_in(content: Content, told: Sequence[Passage]) -> tuple[Figure, ...]:
    """Find the figures of a report in order of place, given its passages; none in a report that is not in English."""
    if not is_english(content):
        return ()
    return tuple(figure for passage in told for figure in _of_passage(content, passage))


def _of_passage(content: Content, passage: Passage) -> Iterator[Figure]:
    text = _readable(passage.text)
    found = quantities(text)
    if not found:
        return
    read = _read(text, found)
    source = content.title if passage.in_title else content.text
    figures: list[Figure] = []
    what, several, before = "", False, Kind.COUNT
    for quantity, count in zip(found, read, strict=True):
        if count.kind is None or not _is_told(text, quantity, count):
            continue
        if count.kind in VAGUE_KINDS and is_doubted(text, quantity.start):
            continue
        named = count.what if count.head not in _NAMELESS else ""
        goes_on = several and before in LOSSES and count.kind in LOSSES
        what = named or (what if goes_on else "")
        several, before = quantity.high != 1 if named else goes_on, count.kind
        is_over = count.kind in HAPPENED and _is_over(passage, quantity.number, beside=any(one.kind in LOSSES for one in figures))
        figures.append(
            Figure(
                kind=count.kind,
                qualifier=quantity.qualifier,
                low=quantity.low,
                high=quantity.high,
                what=what,
                unit=quantity.unit,
                said=passage.text[quantity.start : quantity.end],
                start=place(source, passage, quantity.start),
                end=place(source, passage, quantity.end),
                passage=replace(passage, is_background=True) if is_over else passage,
                claimant="" if count.kind is Kind.AGE else claimant(passage.text, quantity.start, quantity.end),
                is_part=count.is_part,
            )
        )
    yield from _with_sums(source, figures)


def _is_over(passage: Passage, at: int, *, beside: bool) -> bool:
    """Tell whether a number is of a time that is over, or of a whole war; in the lead of the latter only `beside` another number."""
    of_war = (passage.position > LEAD or beside) and is_of_war(passage.text, at)
    return of_war or is_past(passage.text, passage.times, at)


def _readable(sentence: str) -> str:
    """Give a sentence in capitals in small letters: there capitals name nothing."""
    small = sentence.lower()
    return small if sentence.isupper() and len(small) == len(sentence) else sentence


_NAMELESS: Final = frozenset(("others", "other", "dead", "injured", "wounded", "missing"))


def _read(sentence: str, found: Sequence[Quantity]) -> list[Counted]:
    """Tell for each number of a sentence what it counts; where a unit says so already, nothing is looked for."""
    result: list[Counted] = []
    if all(quantity.kind is not None for quantity in found):
        return [replace(_MEASURED, kind=quantity.kind) for quantity in found]
    words, ends = words_of_sentence(sentence), 0
    for index, quantity in enumerate(found):
        if quantity.kind is not None:
            result.append(replace(_MEASURED, kind=quantity.kind))
            continue
        begins = next((later.start for later in found[index + 1 :] if later.kind is None), len(sentence))
        result.append(counted_by(words, quantity, (ends, begins)))
        ends = quantity.end
    return _coordinated(words, found, result)


_MEASURED: Final = Counted(kind=None, what="", head="", end=0, has_fate=False, is_part=False, is_shared=False)


def _coordinated(words: Words, found: Sequence[Quantity], read: list[Counted]) -> list[Counted]:
    """Let numbers that stand in one row share what became of them: "five men and three women were killed"."""
    for index in range(1, len(read)):
        if _is_out_of(words, found[index - 1], found[index]):
            read[index - 1] = replace(read[index], is_part=True)
            read[index] = replace(read[index], kind=NOUNS.get(read[index].head, Kind.COUNT), has_fate=False)
        before, here = read[index - 1], read[index]
        between = words.words[before.end : words.at(found[index].start)]
        if before.kind is None or here.kind is None:
            continue
        if here.kind in BENEATH and not here.has_fate and before.kind in FATES and _is_part_of_it(words, found[index]):
            read[index] = replace(here, kind=before.kind, has_fate=True)
        if not _is_row(between):
            continue
        if here.head in RANKS and before.kind is Kind.TROOPS:
            read[index] = replace(here, kind=Kind.TROOPS, is_part=here.is_part or before.is_part)
        elif here.kind in BENEATH and not here.has_fate and before.kind in FATES:
            read[index] = replace(here, kind=before.kind, has_fate=True)
    for index in range(len(read) - 1, 0, -1):
        before, here = read[index - 1], read[index]
        between = words.words[before.end : words.at(found[index].start)]
        row = _is_row(between) and (here.is_shared or not here.is_part)
        if row and before.kind in BENEATH and not before.has_fate and here.kind in FATES:
            read[index - 1] = replace(before, kind=here.kind, has_fate=True)
    return read


def _is_out_of(words: Words, one: Quantity, other: Quantity) -> bool:
    """Tell whether a number is taken out of the next one, whose noun and fate are then its own: "10 of the 12 people were killed"."""
    between = words.words[words.at(one.end) : words.at(other.start)]
    told = Qualifier.SEVERAL not in (one.qualifier, other.qualifier)
    return told and one.kind is other.kind is None and "of" in between and _TAKES_OUT.issuperset(between)


def _is_part_of_it(words: Words, quantity: Quantity) -> bool:
    """Tell whether a number is expressly a part of the one before it: "two of them", "including two"."""
    begin, behind = words.at(quantity.start), words.at(quantity.end)
    of_them = words.words[behind : behind + 1] == ["of"] and not WHOLE.isdisjoint(words.words[behind + 1 : behind + 2])
    return of_them or not PART_OF.isdisjoint(words.words[max(0, begin - 1) : begin])


def _is_row(between: Sequence[str]) -> bool:
    """Tell whether the words between two numbers only put them in a row; a comma alone may begin something new."""
    return _COORDINATORS.issuperset(between) and any(word != "," for word in between)


def _is_told(sentence: str, quantity: Quantity, count: Counted) -> bool:
    """Tell whether a number says something: not "one of them", not a year, not what only numbers a thing."""
    if quantity.kind is not None:
        return True
    if quantity.qualifier is Qualifier.SEVERAL:
        return count.kind in VAGUE_KINDS
    if quantity.is_word and ONE in (quantity.low, quantity.high) and quantity.start == quantity.number:
        return (count.kind in FATES and (count.has_fate or not count.is_part)) or (
            count.kind in TOLD_ONCE and not count.is_part and not _SAYS.match(sentence, quantity.end)
        )
    before = sentence[: quantity.start].rstrip().rpartition(" ")[2]
    if quantity.looks_like_year:
        follows = sentence[quantity.end + 1 : quantity.end + 2]
        return count.head in NOUNS and before.casefold() not in _BEFORE_YEARS and follows.islower()
    if quantity.high == 0 or count.head in NO_COUNT:
        return False
    opens = len(before) >= quantity.start - 1 and before.casefold() in _OPENERS
    is_name = before[:1].isupper() and before.isalpha() and not opens and quantity.start == quantity.number
    return count.has_fate or count.kind is not Kind.COUNT or quantity.is_word or not is_name


_TAKES_OUT: Final = DETERMINERS | {"of", "out"}
# "One official said": a pronoun with a noun.
_SAYS: Final = re.compile(r"(?: [\w’'-]{1,20}){1,4} (?:said|says|told|tells|wrote|recalled|added|asked|noted|put)(?![\w])")
# With a capital only because a sentence begins: "Another 12 boats", but not "Ferry 12 stays".
_OPENERS: Final = DETERMINERS | frozenset(
    "in on at with of for from by to as after before among between and but or when while only just all another plus including both".split()
)
_BEFORE_YEARS: Final = frozenset(
    "in since of from until by during before after the late early mid spring summer autumn fall winter".split()
)


def _with_sums(source: str, figures: Sequence[Figure]) -> Iterator[Figure]:
    """Put behind a number of killed and one of wounded, of one statement, what both make together."""
    for index, figure in enumerate(figures):
        yield figure
        before = figures[index - 1] if index else None
        if before is not None and {before.kind, figure.kind} == {Kind.KILLED, Kind.WOUNDED} and _can_be_summed(before, figure):
            yield _sum(source, before, figure)


def _can_be_summed(one: Figure, other: Figure) -> bool:
    told = Qualifier.SEVERAL not in (one.qualifier, other.qualifier) and not one.is_part and not other.is_part
    between = one.passage.text[one.end - one.passage.start : other.start - one.passage.start]
    return told and len(between) <= SUMMED_WITHIN and ";" not in between


def _sum(source: str, one: Figure, other: Figure) -> Figure:
    low = one.low + other.low if one.low is not None and other.low is not None else None
    high = one.high + other.high if one.high is not None and other.high is not None else None
    return replace(
        one,
        kind=Kind.CASUALTIES,
        qualifier=_qualifier(one, other, low, high),
        low=low,
        high=high,
        what=one.what if one.what == other.what else "",
        said=" ".join(source[one.start : other.end].split()),
        end=other.end,
        is_sum=True,
    )


def _qualifier(one: Figure, other: Figure, low: Decimal | None, high: Decimal | None) -> Qualifier:
    if high is None:
        return Qualifier.AT_LEAST
    if low is None:
        return Qualifier.AT_MOST
    if low != high:
        return Qualifier.BETWEEN
    return Qualifier.ABOUT if Qualifier.ABOUT in (one.qualifier, other.qualifier) else Qualifier.EXACT
