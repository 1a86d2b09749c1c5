"""Which time zone a person means, and the zone behind a stored name; the tables are in `zone_places`, what pages print in `zones`."""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final
from zoneinfo import ZoneInfo

from bot.core.chats.zone_places import AMBIGUOUS, PLACES
from bot.core.errors import UsageError
from bot.core.phrase import phrase
from bot.core.text.words import folded

LONGEST: Final = 60
"""Characters of a name that are looked at; the longest that is known has 42."""

EAST: Final = 14 * 60
WEST: Final = -12 * 60
"""Minutes between which offsets of inhabited places lie (tz database)."""

NEAR: Final = 0.75
"""How alike (difflib's ratio) a known name must be to be suggested: "Amstredam" and "Los Angelos" are 0.89 and more. Guess."""

_SAMPLES: Final = tuple(datetime(2026, month, 1, tzinfo=UTC) for month in range(1, 13))
"""When two zones of one country are compared: those that agree at all of these are one choice to a reader. Any year of today's rules."""

_CONTINENTS: Final = frozenset({"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Europe", "Indian", "Pacific"})
_BETWEEN: Final = re.compile(r"[\s_\-/.,()]+")
_OFFSET: Final = re.compile(r"(?:utc|gmt)?\s*([+\-−–])\s*(\d{1,2})(?::?(\d{2})|[.,](\d{1,2}))?")
_FIXED: Final = re.compile(r"UTC([+-])(\d\d):(\d\d)")
_MINUTES: Final = {"": 0, "00": 0, "15": 15, "30": 30, "45": 45}
_DECIMALS: Final = {"0": 0, "25": 15, "5": 30, "75": 45} | _MINUTES
_TIME: Final = re.compile(r"\s+(?:local )?(?:standard |summer |daylight )?time(?: ?zone)?$|\s+timezone$")


def find_zone(text: str) -> list[str]:
    """Tell which zones a person may mean, as IANA names or offsets ("UTC+03:00"), the likeliest first: one is certain, none is unknown.

    Understood are IANA names, cities, countries and regions in English, offsets ("UTC+3", "gmt-3:30", "+5.5"), abbreviations, and a
    place with its country ("Paris, Texas"). An abbreviation means the place that uses it, summer and winter: nobody who says EST wants
    the digest an hour off from March.
    """
    text = " ".join(text.split())
    if not text or len(text) > LONGEST:
        return []
    offset = _offset(text.casefold())
    if offset is not None:
        return [offset]
    return _distinct(_meant(text) or _meant(_TIME.sub("", text.casefold())) or _placed(text))


def near_zones(text: str, most: int = 5) -> list[str]:
    """Suggest zones for a name that is not known, the most alike first; none of them is certain. Takes some 10 ms."""
    close = difflib.get_close_matches(_key(text[:LONGEST]), _tables().by_key, n=most, cutoff=NEAR)
    return list(dict.fromkeys(zone for key in close for zone in _distinct(_tables().by_key[key])))[:most]


@cache
def tz(name: str) -> tzinfo:
    """Give the zone behind a name that `find_zone` gave, or any IANA name. Raises UsageError."""
    fixed = _FIXED.fullmatch(name)
    if fixed:
        offset = timedelta(hours=int(fixed[2]), minutes=int(fixed[3]))
        if offset < timedelta(days=1):
            return timezone(offset if fixed[1] == "+" else -offset)
    if name == "UTC":
        return UTC
    if name not in _tables().names:
        told = phrase("no time zone is called {name!r}: give a name such as Europe/Berlin, a city, or an offset such as UTC+3", name=name)
        raise UsageError(told)
    return ZoneInfo(name)


def _offset(text: str) -> str | None:
    """Read an offset from UTC, and write it as it is stored."""
    found = _OFFSET.fullmatch(text)
    if found is None:
        return None
    rest = _DECIMALS.get(found[4]) if found[4] else _MINUTES.get(found[3] or "")
    if rest is None:
        return None
    minutes = int(found[2]) * 60 + rest
    return _fixed(minutes if found[1] == "+" else -minutes)


def _fixed(minutes: int) -> str | None:
    if not WEST <= minutes <= EAST:
        return None
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '-'}{hours:02}:{rest:02}" if minutes else "UTC"


def _meant(text: str) -> tuple[str, ...]:
    """Look a name up as it stands: an IANA name first, for its hyphens and signs mean something."""
    exact = _tables().exact.get(text.casefold().replace(" ", "_"))
    return (exact,) if exact else _tables().by_key.get(_key(text), ())


def _placed(text: str) -> tuple[str, ...]:
    """Look up "a place, where it is"; a place that is not known there has one of the zones that there are."""
    place, comma, where = text.rpartition(",")
    if not comma:
        return ()
    here, there = _meant(place), _meant(where)
    clocks = {_clock(zone) for zone in there}
    return tuple(zone for zone in here if _clock(zone) in clocks) or there or here


def _key(text: str) -> str:
    """The form in which names are compared: without case, accents and signs between words."""
    words = _BETWEEN.split(text.replace("&", " and ").replace("'", "").replace("’", ""))
    return " ".join("st" if word == "saint" else word for word in map(folded, filter(None, words)))


def _distinct(zones: Iterable[str]) -> list[str]:
    """Leave out zones whose clocks agree with those of an earlier one: Germany has two in the tz database and one on its clocks."""
    kept: dict[tuple[timedelta | None, ...], str] = {}
    for zone in zones:
        kept.setdefault(_clock(zone), zone)
    return list(kept.values())


def _clock(zone: str) -> tuple[timedelta | None, ...]:
    return tuple(at.astimezone(tz(zone)).utcoffset() for at in _SAMPLES)


@dataclass(frozen=True, slots=True)
class _Tables:
    """Every IANA name; what a name with a slash in it stands for; and what people's names, as `_key` gives them, stand for."""

    names: frozenset[str]
    exact: dict[str, str]
    by_key: dict[str, tuple[str, ...]]


@cache
def _tables() -> _Tables:
    """Read the tz database's own tables, once, as `zoneinfo` reads its zones: from the package that pins its version."""
    folder = files("tzdata")
    names = frozenset((folder / "zones").read_text("utf-8").split()) - {"Factory"}
    links = {new: old for kind, old, new in _rows(folder / "zoneinfo" / "tzdata.zi", " ", 3) if kind == "L"}
    tab = [(code, zone) for code, _, zone in _rows(folder / "zoneinfo" / "zone.tab", "\t", 3)]
    current = {zone for _, zone in tab}
    modern = {name: name if name in current else _settled(links.get(name, name)) for name in names}

    by_country = defaultdict(list)
    for code, zone in tab:
        by_country[code].append(zone)
    by_key: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    # The later table wins: "Iceland" as a country beats the link of that name, which leads to Abidjan.
    for name, zone in modern.items():
        if "/" not in name:
            by_key[_key(name)] = (zone,)
    countries: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for code, country in _rows(folder / "zoneinfo" / "iso3166.tab", "\t", 2):
        for key in _country_keys(country):
            countries[key] += tuple(by_country[code])
    by_key |= countries
    for name, zone in sorted(modern.items(), key=lambda pair: (pair[0] in current, pair)):
        if "/" in name and not name.startswith("Etc/"):
            by_key[_key(name)] = (zone,)
            # What US/Central and Brazil/West end in are no cities.
            if name in current or name.partition("/")[0] in _CONTINENTS:
                by_key[_key(name.rpartition("/")[2])] = (zone,)
    by_key |= {_key(place): (zone,) for zone, places in _lines(PLACES) for place in places}
    by_key |= {_key(place): tuple(zones) for place, zones in _lines(AMBIGUOUS)}
    return _Tables(names, {name.casefold(): zone for name, zone in modern.items() if "/" in name}, dict(by_key))


def _settled(name: str) -> str:
    """Write what is no place as an offset; the names of Etc count westwards (POSIX), which no reader expects."""
    if name in {"Etc/UTC", "Etc/GMT"}:
        return "UTC"
    offset = name.removeprefix("Etc/GMT")
    return _fixed(-int(offset) * 60) or name if offset != name else name


def _country_keys(country: str) -> set[str]:
    """Korea (South) is also Korea and South Korea."""
    name, _, more = country.partition(" (")
    return {_key(country), _key(name), _key(f"{more.rstrip(')')} {name}")}


def _rows(table: Traversable, separator: str, columns: int) -> list[list[str]]:
    """Give the first columns of a table of the tz database that has comments."""
    text = table.read_text("utf-8")
    rows = (line.split(separator)[:columns] for line in text.splitlines() if not line.startswith("#"))
    return [row for row in rows if len(row) == columns]


def _lines(table: str) -> list[tuple[str, list[str]]]:
    """Read a table of `zone_places`; a line that begins with a blank continues the one before."""
    pairs = (line.split(": ") for line in table.strip().replace("\n ", " ").splitlines())
    return [(name, [item.strip() for item in items.split(",")]) for name, items in pairs]
