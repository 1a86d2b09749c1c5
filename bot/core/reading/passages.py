"""The sentences of one report with their places, their days and whether they tell of the past; no facts are read here."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice, pairwise, takewhile
from typing import Final

from bot.core.model import Content
from bot.core.reading.background_words import FUNCTION_WORDS, HISTORY, HISTORY_HINTS, LINKS, MONTHS_OF_YEAR, OPENS_HISTORY
from bot.core.reading.creoles import is_creole
from bot.core.text.dates import FIRST_YEAR, mentions, yearless_days
from bot.core.text.months import MONTHS
from bot.core.text.sentences import sentence_spans

READ: Final = 60_000
"""Characters of a text that are looked at: about 10,000 words, longer than any report of the development sets but live blogs."""

TITLE_READ: Final = 1_000
"""Characters of a title that are looked at; longer ones are texts that slipped into the title. Guess."""

LONG_BEFORE: Final = timedelta(days=300)
"""How long before the report a day belongs to an earlier happening. Guess."""

LEAD: Final = 0
"""Position of the last sentence that is never background: a report begins with its own happening. Guess."""

BEFORE_REPORT: Final = timedelta(days=7)
"""How long before the report a day below a subheading tells of history. Guess."""

LEAST_HEADING_WORDS, MOST_HEADING_WORDS = 3, 14
"""Words of a paragraph without a full stop that can be a subheading. Guess."""

HEADING_CHARACTERS: Final = 120
"""A longer paragraph is no subheading. Guess."""

BEFORE_HEADING: Final = 2
"""Paragraphs that stand before the first subheading at least. Guess."""

BELOW_HEADING: Final = 2
"""Paragraphs below a subheading that tell what its part is about. Guess."""

DISTANT_MONTHS: Final = 2
"""A report of December that says "in October" tells of the past, one that says "in November" perhaps of its own happening. Guess."""

BEFORE_DAY, BEHIND_DAY, WINDOW = 14, 18, 30
"""Characters before a number and behind it in which a month stands beside it, and behind it in which all of a date stands."""

YEAR_DIGITS: Final = 4
"""Digits of the longest number in a date."""

MOST_WINDOWS: Final = 4
"""Numbers of one sentence that are tried as a date. Guess."""

FUNCTION_SHARE: Final = 0.18
"""Share of English function words from which a text of unknown language is read as English. Guess."""

SAMPLE: Final = 600
"""Characters of a text of unknown language by which it is known. Guess."""

SCRAP_WORDS: Final = 4
"""A line of so many words without a full stop is no sentence. Guess."""

_BREAK: Final = re.compile(r"\n[^\S\n]*+\n\s*+")
_WORD: Final = re.compile(r"[^\W\d_]++")
_STOPPED: Final = tuple('.!?…:;,"”’»)')
_ENDED: Final = tuple('.!?…”"’»)')
_NO_HEADING: Final = re.compile(
    r"https?:|[@|©#]|\.(?:com|co|org)|^(?:Read|Share|Sign|Follow|Watch|Click|Enlarge|More|See|Please|Updated|Photo)(?![\w])|:"
)
_MONTH_OF_YEAR: Final = re.compile(
    r"(?<!\w)(?<![0-9] )(?:January|February|March|April|May|June|July|August|September|October|November|December) (?:19|20)[0-9]{2}(?![\w])"
)
_HISTORY: Final = re.compile(rf"\b(?:{'|'.join(HISTORY)})\b", re.IGNORECASE)
_OPENS_HISTORY: Final = re.compile(rf"(?:{'|'.join(OPENS_HISTORY)})(?!\w)", re.IGNORECASE)
_YEAR: Final = re.compile(r"\b(?:[Ii]n|[Ss]ince|[Ff]rom|[Uu]ntil|[Bb]y|[Dd]uring|[A-Z][a-z]{2,8}\.?,?) ((?:19|20)\d\d)(?![\w%]|[,.\-]\d)")
# "The bridge, built 40 years ago, collapsed", "said the mayor, who was elected last year": an aside in which nothing is counted.
_ASIDE: Final = re.compile(
    r", (?:who|which|whose|[a-z]+ed|built|made|sworn|begun|held|born)"
    r"(?: (?:[0-9]{1,3} (?:years?|months?|decades?)|(?:19|20)[0-9]{2}"
    r"|(?!killed|killing|died|dead|deaths?|wounded|injured|shot|[0-9])[^\s,;]+)){1,14}"
    r"(?=,|[.!]?$)"
)
_PAST_YEAR: Final = re.compile(
    r"(?<![\w])(?:(?:[Ii]n|[Ss]ince|[Uu]ntil|[Dd]uring) ((?:19|20)\d\d)(?![\w%]|[,.\-]\d)"
    r"|(?:[Aa]n?|[Tt]he|[Ii]ts|[Tt]heir) ((?:19|20)\d\d) [a-z])"
)
_BARE_MONTH: Final = re.compile(
    r"(?<![\w])(?:[Ii]n|[Ss]ince|[Ll]ast|[Ff]rom|the) (?:early |late |mid-)?"
    r"(January|February|March|April|May|June|July|August|September|October|November|December)(?! [0-9]|['’\w])"
)
_OF_NOW: Final = re.compile(r"(?<![\w])(?:this (?:week|month|morning|afternoon|weekend)|today|now|[A-Z][a-z]{2,5}day|yesterday)(?![\w])")
_DIGITS: Final = re.compile(r"[0-9]++")
_JOINTS: Final = str.maketrans(".,-–—/", "      ")
_SEPARATORS: Final = ("-", "/", ".")
_YEARS: Final = ("年", "년", " 年", " 년")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One sentence of a report, or its title.

    `start` and `end` are offsets into the text or, `in_title`, into the title; `text` is that slice with white space folded to single
    blanks. `position` counts the sentences of the text from 0, short lines without a full stop left out, and is -1 for the title;
    `paragraph` counts from 0. `is_background` when it tells of an earlier or another happening, or of how things stand in general, and
    `recalls` also when only an aside in it does. `day` is the first day that it names, one without a year resolved against the time of the
    report; None when it names none. `times` are the places of what is over and of what is of now where the sentence names both: what
    is counted beside the one is past, beside the other not.
    """

    start: int
    end: int
    text: str
    in_title: bool
    position: int
    paragraph: int
    is_background: bool
    recalls: bool
    day: date | None
    times: tuple[tuple[int, bool], ...] = ()


def passages(content: Content) -> tuple[Passage, ...]:
    """Give the title, when the report has one of its own, and the sentences of the text in order."""
    return (*_title(content), *_sentences(content))


def is_english(content: Content) -> bool:
    """Tell whether a report is in English: it says so, or nobody knows and the commonest words are; a creole of it is none."""
    if content.language not in (None, "en"):
        return False
    sample = f"{content.title[:TITLE_READ]} {content.text[:SAMPLE]}"
    if is_creole(sample):
        return False
    if content.language is not None:
        return True
    words = _WORD.findall(sample.casefold())
    return sum(word in FUNCTION_WORDS for word in words) > FUNCTION_SHARE * len(words)


def place(source: str, passage: Passage, offset: int) -> int:
    """Give the place in the source of a place in a passage, whose white space is folded."""
    if len(passage.text) == passage.end - passage.start:
        return passage.start + offset
    at = passage.start
    while source[at].isspace():
        at += 1
    for _ in range(offset):
        at += 1
        while source[at - 1].isspace() and source[at : at + 1].isspace():
            at += 1
    return at


def _title(content: Content) -> Iterator[Passage]:
    if content.titled:
        title = content.title[:TITLE_READ]
        folded = " ".join(title.split())
        day = _day(folded, _published(content))
        yield Passage(
            start=0, end=len(title), text=folded, in_title=True, position=-1, paragraph=0, is_background=False, recalls=False, day=day
        )


def _sentences(content: Content) -> Iterator[Passage]:
    text = content.text[:READ]
    english, published = is_english(content), _published(content)
    paragraphs = tuple(_paragraphs(text))
    history = _history(text, paragraphs, published) if english else frozenset()
    signs = _Signs(text)
    position = 0
    for number, (begin, end) in enumerate(paragraphs):
        went_before = False
        for start, stop in sentence_spans(text[begin:end]):
            folded = " ".join(text[begin + start : begin + stop].split())
            day = _day(folded, published)
            recalls = english and position > LEAD and _tells_history(folded, day, published, signs, goes_on=went_before)
            by_itself = recalls and _tells_history(_ASIDE.sub("", folded), day, published, signs, goes_on=went_before)
            times = _times(folded, published, signs, in_lead=position <= LEAD) if english and not by_itself else ()
            yield Passage(
                start=begin + start,
                end=begin + stop,
                text=folded,
                in_title=False,
                position=position,
                paragraph=number,
                is_background=number in history or by_itself,
                recalls=recalls or (position > LEAD and bool(times)),
                day=day,
                times=times,
            )
            went_before = by_itself
            position += not (english and _is_scrap(folded))


def _is_scrap(line: str) -> bool:
    """Tell whether what stands as an English sentence is none: the name of an outlet, of who wrote it, of a desk."""
    return not line.endswith(_ENDED) and line.count(" ") < SCRAP_WORDS


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    begin = 0
    for gap in _BREAK.finditer(text):
        yield begin, gap.start()
        begin = gap.end()
    yield begin, len(text)


def _published(content: Content) -> date | None:
    return content.published.at.date() if content.published else None


def _history(text: str, paragraphs: Sequence[tuple[int, int]], published: date | None) -> frozenset[int]:
    """Find the paragraphs below subheadings under which history is told: soon below them stands what is long past.

    They go on to the first paragraph that names a day of the week or the present, as only news of the happening does.
    """
    headings = [
        number
        for number, (begin, end) in enumerate(paragraphs)
        if number >= BEFORE_HEADING
        and end - begin <= HEADING_CHARACTERS
        and text.endswith(_ENDED, 0, paragraphs[number - 1][1])
        and _is_heading(text[begin:end])
    ]
    if not headings:
        return frozenset()
    signs = _Signs(text)
    found: set[int] = set()
    for heading, following in pairwise((*headings, len(paragraphs))):
        below = [" ".join(text[begin:end].split()) for begin, end in paragraphs[heading + 1 : following]]
        past = list(takewhile(lambda paragraph: not _OF_NOW.search(paragraph), below))
        if any(_is_long_past(paragraph, published, signs) for paragraph in past[:BELOW_HEADING]):
            found.update(range(heading, heading + 1 + len(past)))
    return frozenset(found)


def _is_heading(paragraph: str) -> bool:
    """Tell whether a paragraph heads what follows: a short line in mixed case that neither ends nor reads like anything else."""
    line = paragraph.strip()
    words = line.split()
    return (
        MOST_HEADING_WORDS >= len(words) >= LEAST_HEADING_WORDS
        and line[0].isupper()
        and not line.isupper()
        and not line.endswith(_STOPPED)
        and not _NO_HEADING.search(line)
    )


def _is_long_past(paragraph: str, published: date | None, signs: "_Signs") -> bool:
    if _tells_history(paragraph, None, published, signs, goes_on=False) or _MONTH_OF_YEAR.search(paragraph):
        return True
    day = _day(paragraph, published)
    return day is not None and published is not None and published - day > BEFORE_REPORT


class _Signs:
    """What a text has of the pieces by which sentences of the past are known: looking a few up in each sentence is cheap."""

    def __init__(self, text: str) -> None:
        self.history = tuple(hint for hint in HISTORY_HINTS if hint in text)
        self.months = tuple(month for month in MONTHS_OF_YEAR if month in text)


def _tells_history(sentence: str, day: date | None, published: date | None, signs: _Signs, *, goes_on: bool) -> bool:
    """Tell whether a sentence speaks of the past: in its words, by what it names, or because it goes on from one that does."""
    holds = sentence.__contains__
    if any(map(holds, signs.history)) and (_HISTORY.search(sentence) or _OPENS_HISTORY.match(sentence)):
        return True
    if published is not None:
        if day is not None and published - day > LONG_BEFORE:
            return True
        if (holds("19") or holds("20")) and _is_of_other_year(sentence, published):
            return True
        months = _BARE_MONTH.findall(sentence) if any(map(holds, signs.months)) else ()
        if any(_is_distant(MONTHS[month.casefold()], published) for month in months) and not _OF_NOW.search(sentence):
            return True
    return goes_on and sentence.partition(" ")[0].casefold() in LINKS


def _is_of_other_year(sentence: str, published: date) -> bool:
    """Tell whether a sentence names a year that is over, or a month of one; early in a year the one before is still of now."""
    is_over = any(int(year) < published.year - 1 for year in _YEAR.findall(sentence))
    is_over = is_over or any(_is_over(met[0], published) for met in _MONTH_OF_YEAR.finditer(sentence))
    is_over = is_over or any(int(one or other) < _first_of_now(published) for one, other in _PAST_YEAR.findall(sentence))
    return is_over and not _OF_NOW.search(sentence)


def _times(sentence: str, published: date | None, signs: "_Signs", *, in_lead: bool) -> tuple[tuple[int, bool], ...]:
    """Find what a sentence names of years and months that are over (True) and of now (False), in order; nothing unless it names both.

    In the lead a month without a year is none: "the shooting that left three dead in August" may be what all later reports are about.
    """
    if published is None or not ("19" in sentence or "20" in sentence or any(month in sentence for month in signs.months)):
        return ()
    over = [met.start() for met in _MONTH_OF_YEAR.finditer(sentence) if _is_over(met[0], published)]
    over += [met.start() for met in _YEAR.finditer(sentence) if int(met[1]) < published.year - 1]
    over += [met.start() for met in _PAST_YEAR.finditer(sentence) if int(met[1] or met[2]) < _first_of_now(published)]
    bare = () if in_lead else _BARE_MONTH.finditer(sentence)
    over += [met.start() for met in bare if _is_distant(MONTHS[met[1].casefold()], published)]
    now = [met.start() for met in _OF_NOW.finditer(sentence)] if over else []
    return tuple(sorted([(at, True) for at in over] + [(at, False) for at in now])) if now else ()


def _is_over(month: str, published: date) -> bool:
    name, year = month.split()
    return published.year * 12 + published.month - int(year) * 12 - MONTHS[name.casefold()] >= DISTANT_MONTHS


def _first_of_now(published: date) -> int:
    """Give the first year that is not over; early in a year the one before is still of now."""
    return published.year - (published.month <= DISTANT_MONTHS)


def _is_distant(month: int, published: date) -> bool:
    """Tell whether a month without a year lies well before the month of the report, and not soon behind it."""
    return DISTANT_MONTHS <= (published.month - month) % 12 <= 12 - DISTANT_MONTHS


def _day(sentence: str, published: date | None) -> date | None:
    """Read the first day that a sentence names; one without a year is taken as near to the time of the report as can be."""
    for window in islice(_where_days_may_be(sentence), MOST_WINDOWS):
        for mention in mentions(window):
            return mention.day
        if published is not None:
            for month, day in yearless_days(window):
                near = [found for year in (-1, 0, 1) if (found := _valid(published.year + year, month, day))]
                return min(near, key=lambda found: abs(found - published), default=None)
    return None


def _where_days_may_be(sentence: str) -> Iterator[str]:
    """Find cheaply where a number stands near the name of a month or beside another number, as in a date."""
    for digits in _DIGITS.finditer(sentence):
        start, end = digits.span()
        if end - start > YEAR_DIGITS:
            continue
        begin = max(0, start - BEFORE_DAY)
        near = sentence[begin : end + BEHIND_DAY].casefold().translate(_JOINTS).split()
        numeric = sentence.startswith(_SEPARATORS, end) and sentence[end + 1 : end + 2].isdigit()
        if numeric or sentence.startswith(_YEARS, end) or not MONTHS.keys().isdisjoint(near):
            yield sentence[begin : end + WINDOW]


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year >= FIRST_YEAR else None
    except ValueError:
        return None
