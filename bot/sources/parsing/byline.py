"""Who wrote and who published: bylines, desk lines and agency credits; the names are known to `core.outlets`."""

import re
from dataclasses import dataclass
from typing import Final

from bot.core.outlets import agency_of, is_section, known_outlet, normal_outlet, sounds_like_outlet
from bot.sources.parsing.desk_line import DeskLine, desk_line

_BY: Final = re.compile(
    r"\W*(?:(?:written |reported |story |text |words |article )?by|von|par|por|di|door|av|af|przez|author|autor(?:a|e|in)?|auteur"
    r"|автор|reporter|reporting by)\b\s?:?\s*(.{2,150})$",
    re.IGNORECASE,
)
_LIST: Final = re.compile(r"\s*(?:[,;|/•·]|\s[–—-]\s|\band\b|&|\bund\b|\bet\b|\by\b|\be\b|\bwith\b|\bfor\b|\bи\b|\bта\b|\bin\b|\bat\b)\s*")
_PERSON: Final = re.compile(
    r"[^\W\d_a-z][\w.'’ʼ\-]*(?: (?:de|da|di|del|der|den|van|von|la|le|el|al|bin|ben|dos|du|ter|zu)\b)*(?: [^\W\d_a-z][\w.'’ʼ\-]*){1,4}"
)
_NOT_PERSON: Final = re.compile(
    r"\b(?:desk|staff|team|news|newsroom|editors?|reporters?|correspondents?|agenc(?:y|ies)|bureau|updated|published|posted|last"
    r"|press|media|redaktion|service|"
    r"january|february|march|april|june|july|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday"
    r"|saturday|sunday|"
    r"am|pm|ist|gmt|utc|image|photo|credit|getty|min|read|share|university|minister|president)\b",
    re.IGNORECASE,
)
_DESK: Final = re.compile(
    r"\W*(?:by\s+)?([^\W\d_][\w .'’&\-]{1,40}?)\s+(?:(?:web|news|online|digital)\s+)?(?:desk|bureau|newsroom|staff)\s*(?:[|,•·–—-]|$"
    r"|(?=updated|created|published))",
    re.IGNORECASE,
)
_CITY_CREDIT: Final = re.compile(r"\W*([^,|/()]{2,40})\s*[,|/]\s*[A-ZÀ-Þ][\w .'\-À-ɏ]{1,40}$")
_TAIL: Final = re.compile(
    r"\W*(?:source|quelle|fuente|fonte|источник|джерело|with material from)?\s?:?\s*[(\[©]{0,2}\s?([^()\[\]]{2,40}?)\s?[)\]]?\.?$",
    re.IGNORECASE,
)
_COPYRIGHT: Final = re.compile(
    r"(?:©|\(c\)|copyright)\s*(?:©|\(c\))?\s*(?:\d{4}(?:\s?[-–]\s?\d{4})?)?,?\s*(?:by )?([^\W\d_][\w .'’&\-]{1,40}?)(?:[.,|(]"
    r"|\s(?:all|ltd|llc|inc|gmbh|limited)\b|\s\d{4}|$)",
    re.IGNORECASE,
)


@dataclass(slots=True, kw_only=True)
class Credits:
    """What the lines of a page said so far; the first that says something keeps its place."""

    outlet: str | None = None
    agency: str | None = None
    author: str | None = None


def read_head(line: str, noted: Credits) -> bool:
    """Take what a line between title and text says; true when the line is a byline or desk line, and therefore no text."""
    if len(line) > 200:
        return False
    timed = desk_line(line)
    if timed and _desk(timed, noted):
        return True
    desk = _DESK.match(line)
    if desk and not _PERSON.fullmatch(desk[1] + " x"):
        _credit(desk[1].strip(), noted, is_outlet=True)
        return True
    by = _BY.match(line)
    if by:
        return _byline(by[1], noted)
    agency = agency_of(line) if len(line) <= 40 else None
    if agency is None:
        city = _CITY_CREDIT.match(line)
        agency = agency_of(city[1]) if city else None
    if agency:
        noted.agency = noted.agency or agency
        return True
    return False


def read_tail(line: str, noted: Credits) -> bool:
    """Take what a line behind the text says: `(AFP)`, `Source: Reuters`, `© 2024 The Paper`; true when it is such a line."""
    if len(line) > 160:
        return False
    found = _TAIL.match(line) if len(line) <= 60 else None
    agency = agency_of(found[1]) if found else None
    if agency:
        noted.agency = noted.agency or agency
        return True
    owner = owner_of(line)
    if owner and agency_of(owner):
        noted.agency = noted.agency or agency_of(owner)
    return owner is not None


def owner_of(line: str) -> str | None:
    """Whom a copyright line names, None when it is none."""
    rights = _COPYRIGHT.search(line[:200])
    return rights[1].strip() if rights else None


def author_of(value: str, noted: Credits) -> None:
    """Take an author field: agencies and outlets in it are no authors."""
    by = _BY.match(value)
    parts = [part.strip(" .,") for part in _LIST.split(by[1] if by else value) if part.strip(" .,")]
    people = []
    for part in parts:
        if agency_of(part):
            noted.agency = noted.agency or agency_of(part)
        elif known_outlet(part):
            noted.outlet = noted.outlet or known_outlet(part)
        elif not part.startswith(("http", "@")) and not _NOT_PERSON.search(part):
            people.append(part)
    if people and noted.author is None:
        noted.author = ", ".join(dict.fromkeys(people))[:200]


def _desk(line: DeskLine, noted: Credits) -> bool:
    """Take the names of a desk line: who sounds like a publisher is one, people are authors, and a name all alone is the outlet's."""
    # `New Delhi, Harbour News Bureau` is one part of two names.
    names = [name.strip() for part in line.names for name in re.split(r"[,/]", part) if name.strip()]
    sure = [name for name in names if sounds_like_outlet(name)]
    if not sure and not line.labelled:
        return False
    for name in sure:
        _credit(name, noted, is_outlet=True)
    others = [part for part in line.names if not any(name in part for name in sure) and not is_section(part)]
    for part in others:
        by = _BY.match(part)
        if by:
            _byline(by[1], noted)
        elif sure and _PERSON.fullmatch(part) and not _NOT_PERSON.search(part):
            noted.author = noted.author or part
    if not sure and len(others) == 1 and "," not in others[0] and not _BY.match(others[0]):
        _credit(others[0], noted, is_outlet=True)
    return True


def _byline(value: str, noted: Credits) -> bool:
    """Take the names behind `By`; false when they are not names, so that `By noon the river had risen` stays text."""
    parts = [part.strip(" .,:|") for part in _LIST.split(value) if part.strip(" .,:|")]
    people: list[str] = []
    known = False
    for part in parts:
        if agency_of(part):
            noted.agency, known = noted.agency or agency_of(part), True
        elif known_outlet(part):
            noted.outlet, known = noted.outlet or known_outlet(part), True
        elif _PERSON.fullmatch(part) and not _NOT_PERSON.search(part):
            people.append(part)
        elif _NOT_PERSON.search(part) and len(part) < 60:
            known = True
    if people and noted.author is None:
        noted.author = ", ".join(dict.fromkeys(people))[:200]
    return known or bool(people)


def _credit(name: str, noted: Credits, *, is_outlet: bool) -> None:
    agency = agency_of(name)
    if agency:
        noted.agency = noted.agency or agency
    elif is_outlet and name.casefold() not in {"web", "news", "online", "the", "our", "digital", "city", "sports", "business", "foreign"}:
        noted.outlet = noted.outlet or normal_outlet(name)
