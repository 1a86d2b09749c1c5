"""Whom an English report credits for what it tells, sentence by sentence; which reports share an origin is decided in `origins`.

A source is found by the grammar of crediting ("X said", "said X", "according to X", "told X", "via the Telegram channel X"), its sort by
the words for it, and a bare surname by the name and office under which the report introduced it.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Final

from bot.core.model import Content
from bot.core.reading.credit import Credit, CreditKind
from bot.core.reading.credit_grammar import ARTICLES, CAPITAL, Named, named_in
from bot.core.reading.credit_words import COUNTRY, kind_of
from bot.core.reading.passages import Passage, is_english, place

MOST_IN_SENTENCE: Final = 6
"""Sources of one sentence. Guess: more stand in lists, not in sentences."""

_CARRIERS: Final = frozenset((CreditKind.AGENCY, CreditKind.OUTLET))
_SAME: Final = re.compile(
    r"(?:This|That|It|The (?:information|news|report)) (?:is|was|has been|were) (?:first )?(?:reported|announced"
    r"|confirmed|stated|said|written)\b"
)
"""A sentence that only says who told what the one before told."""

_ACRONYM: Final = re.compile(r"((?:[A-Z][\w’'-]+ (?:of |and |for |the )?){1,6}[A-Z]?[\w’'-]*) ?\(([A-Z]{2,6})\)")
_SHORT: Final = re.compile(r"\([A-Z]{2,6}\)")
_POSSESSIVE: Final = re.compile(r"[’'ʼ]s?$")
_SKY: Final = re.compile(r"(?:s[’'ʼ]?k)(?:iy|yy|yi|ij|y|i)$")
_TITLE: Final = (
    r"(?:President|Prime Minister|Premier|Minister|Secretary|Secretary of State|Attorney General|Governor|Gov\.|Mayor|Senator|Sen\.|Rep\."
    r"|Congressman|Congresswoman|Speaker|Judge|Justice|Sheriff|Chief|Sgt\.|Lt\.|Capt\.|Captain|Lieutenant|Sergeant|Detective|Officer|Deputy"
    r"|Trooper|Coroner|Commander|General|Gen\.|Maj\.|Col\.|Colonel|Chancellor|King|Queen|Ambassador|Commissioner|Prosecutor"
    r"|District Attorney|DA|[Ss]pokesman|[Ss]pokeswoman|[Ss]pokesperson|[Dd]irector|PM|lawmaker|Superintendent|Marshal|Inspector|Constable)"
)
_OFFICE: Final = re.compile(rf"(?<!\w){_TITLE} (?P<name>{CAPITAL}[\w’'-]+(?: (?:{CAPITAL}\.|{CAPITAL}[\w’'-]+)){{0,2}})")
_INSIDE: Final = re.compile(rf"(?<=[\w,’”\"] ){CAPITAL}[\w’'-]+")
"""Capitalised words that begin no sentence: names."""

_FULL: Final = re.compile(rf"(?<![\w.]){CAPITAL}[\w’'-]+ (?:{CAPITAL}\. )?{CAPITAL}[\w’'-]+")


def credits_in(content: Content, told: Sequence[Passage]) -> tuple[Credit, ...]:
    """Find the sources of a report in order of place, a byline's agency first; none in a report that is not in English."""
    if not is_english(content):
        return _byline(content)
    met = _Met(content)
    found: list[Credit] = []
    for passage in told:
        source = content.title if passage.in_title else content.text
        found.extend(met.credits(passage, source, named_in(passage)))
    found = _carried(met.resolved(found))
    return (*_byline(content, found), *found)


def _carried(found: Sequence[Credit]) -> list[Credit]:
    """Say from whom a carrier has what it tells, where the sentence before or behind says it: "This is reported by Yonhap"."""
    result = []
    for index, credit in enumerate(found):
        one = credit
        if one.kind in _CARRIERS and not one.source and one.passage is not None:
            told = (
                _origin_before(found[:index], one.passage)
                if _SAME.match(one.passage.text)
                else _channel_behind(found[index + 1 :], one.passage)
            )
            one = replace(one, source=told) if told and told != one.key else one
        result.append(one)
    return result


def _origin_before(found: Sequence[Credit], passage: Passage) -> str:
    for one in reversed(found):
        if one.passage is not None and one.passage.position == passage.position - 1:
            return one.key
    return ""


def _channel_behind(found: Sequence[Credit], passage: Passage) -> str:
    for one in found:
        if one.passage is None or one.passage.position > passage.position + 1:
            break
        if one.kind is CreditKind.CHANNEL:
            return one.key
    return ""


def _byline(content: Content, found: Sequence[Credit] = ()) -> tuple[Credit, ...]:
    if not content.agency:
        return ()
    source = next((one.key for one in found if one.source == "" and one.kind is not CreditKind.AGENCY), "")
    return (Credit(kind=CreditKind.AGENCY, name=content.agency, key=key_of(content.agency), source=source),)


@lru_cache(maxsize=4_096)
def key_of(name: str) -> str:
    """Fold a name so that its spellings are one: no article, no marks, one ending for Slavic surnames, the stems of a body's words."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", ARTICLES.sub("", name.strip())) if not unicodedata.combining(each))
    words = [
        _POSSESSIVE.sub("", word).strip(".()")
        for word in plain.casefold().replace("’s ", " ").replace("'s ", " ").replace("ʼs ", " ").split()
    ]
    return " ".join(_SKY.sub("sky", word) for word in words if word)


class _Met:
    """Who a report has introduced: offices of surnames, and what abbreviations stand for."""

    def __init__(self, content: Content) -> None:
        text = f"{content.title}\n{content.text[:20_000]}"
        told = _ACRONYM.findall(text) if _SHORT.search(text) else ()
        self._short = {short: whole.strip() for whole, short in told if _is_short_for(short, whole)}
        self._offices: dict[str, tuple[CreditKind, str]] = {}
        self._text = text
        for match in _OFFICE.finditer(text):
            self._offices.setdefault(_surname(match["name"]), (CreditKind.OFFICIAL, match["name"]))

    def credits(self, passage: Passage, source: str, named: Sequence[Named]) -> Iterator[Credit]:
        """Make credits of the words found in one sentence; one that somebody told has it from the one before."""
        made: list[Credit] = []
        for one in named[:MOST_IN_SENTENCE]:
            kind = self._kind(one)
            if kind is None:
                continue
            start = place(source, passage, one.start)
            end = place(source, passage, one.start + len(one.words))
            name = self._short.get(one.words, one.words)
            made.append(Credit(kind=kind, name=_shown(name), key=self._key(kind, name), start=start, end=end, passage=passage))
        yield from _chained(made, [one.is_carrier for one in named])

    def resolved(self, found: Sequence[Credit]) -> list[Credit]:
        """Let the surname that a report uses later be the person that it has introduced before."""
        full = {
            _surname(one.name): one
            for one in found
            if " " in one.name and one.kind in {CreditKind.OFFICIAL, CreditKind.PERSON} and _is_person(one.name)
        }
        result = []
        for one in found:
            whole = full.get(key_of(one.name)) if " " not in one.name else None
            result.append(replace(one, kind=whole.kind, name=whole.name, key=whole.key) if whole else one)
        return result

    def _kind(self, one: Named) -> CreditKind | None:
        """Tell what sort of source this is; None when the words name nobody, or somebody who was only told something."""
        office = self._offices.get(_surname(one.words))
        if office is not None and _is_person(one.words):
            return None if one.is_carrier else office[0]
        kind = kind_of(self._short.get(one.words, one.words), one.beside)
        if kind is not None:
            return None if one.is_carrier and kind is CreditKind.OFFICIAL else kind
        last = _POSSESSIVE.sub("", one.words.split()[-1])
        if last not in self._names:
            return None
        # A single name that is nobody's surname is a paper, a site, a company: "according to Ballotpedia".
        return CreditKind.PERSON if " " in one.words or last in self._surnames else CreditKind.OUTLET

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(_INSIDE.findall(self._text))

    @cached_property
    def _surnames(self) -> frozenset[str]:
        return frozenset(name.rpartition(" ")[2] for name in _FULL.findall(self._text))

    def _key(self, kind: CreditKind, name: str) -> str:
        return _surname(name) if kind in {CreditKind.PERSON, CreditKind.OFFICIAL} and _is_person(name) else key_of(name)


def _is_short_for(short: str, whole: str) -> bool:
    return "".join(word[0] for word in re.split(r"[ -]", whole.strip()) if word[:1].isupper()).endswith(short)


def _is_person(name: str) -> bool:
    """Tell whether words may be a person's name: one to four capitalised words, no noun that names a body."""
    words = name.split()
    return (
        0 < len(words) <= 6 and "of" not in words and words[-1][:1].isupper() and not COUNTRY.fullmatch(name) and kind_of(words[-1]) is None
    )


def _surname(name: str) -> str:
    return key_of(name.rsplit(maxsplit=1)[-1]) if name.split() else ""


def _shown(name: str) -> str:
    return " ".join(ARTICLES.sub("", name).split()) or name


def _chained(made: Sequence[Credit], carried: Sequence[bool]) -> Iterator[Credit]:
    """Let an outlet, agency or channel that stands beside somebody in one sentence have it from him; a channel is the end of a chain."""
    for one in made:
        if one.kind not in _CARRIERS:
            yield one
            continue
        channel = next((other for other in made if other.kind is CreditKind.CHANNEL), None)
        told = next((other for other in made if other.kind not in _CARRIERS | {CreditKind.CHANNEL} and other.key != one.key), None)
        origin = channel or (told if any(carried) else None)
        yield replace(one, source=origin.key) if origin else one
