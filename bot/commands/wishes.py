"""What somebody wants who types /subscribe: words become a repeat, a time, a zone and a filter; nothing is stored here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.commands.chats import DAYS
from bot.commands.events import span_of
from bot.core.chats.chat import Repeat
from bot.core.chats.filters import MOST_REPORTS, parse
from bot.core.chats.schedule import clock_time
from bot.core.chats.zone_names import find_zone, near_zones
from bot.core.errors import UsageError
from bot.core.phrase import phrase
from bot.core.wording import shortened

USUAL_TIME: Final = 8 * 60
"""When a digest comes if nobody says: 08:00. Guess."""

LONGEST_TIME: Final = 2
LONGEST_ZONE: Final = 4
"""Words that a time ("8:15 pm") and a zone ("Ho Chi Minh City") may have."""

SHORTEST_PLACE: Final = 5
"""Letters of a place in small letters, at least: "art" and "cat" are abbreviations of zones, too, and words to filter by. Guess."""

SHORTEST, LONGEST_SPAN = timedelta(minutes=1), timedelta(days=31)
"""What `within` and `cooldown` of breaking news may be. Guess: less is noise, more is a digest."""

_ENDINGS: Final = frozenset({"off", "none", "stop"})
_MISPLACED: Final = re.compile(r"\d{1,2}:\d\d|(?:within|cooldown):.*")
_REPEATS: Final = {
    "daily": Repeat.DAILY,
    "everyday": Repeat.DAILY,
    "weekdays": Repeat.WEEKDAYS,
    "weekly": Repeat.WEEKLY,
    "breaking": Repeat.BREAKING,
}
_CERTAIN: Final = re.compile(r".*[/\d].*|(?i:utc|gmt)|[A-Z]{1,4}T")
"""Europe/Kyiv, UTC+3, CEST: what nobody would look for in the news."""

_WEEKDAYS: Final = {form: number for number, day in enumerate(DAYS) for form in (day.casefold(), f"{day.casefold()}s", day[:3].casefold())}

_ABOUT: Final = "about"
"""What may stand before a filter, so that nothing of it is taken for a time or a zone: "daily about 18 nations"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was understood; `is_usual_time` says that nobody said when.

    `zones` are those that may be meant by `zone_text`, none when no zone was said.

    `before` and `after` are what stood before and behind the zone, so that the line can be said again with another. `is_place` says that
    `zone_text` is what news may be about as well, `is_doubtful` that this is as likely as a zone.
    """

    repeat: Repeat
    at: int | None = None
    is_usual_time: bool = False
    weekday: int | None = None
    zones: tuple[str, ...] = ()
    zone_text: str = ""
    is_place: bool = False
    is_doubtful: bool = False
    before: str = ""
    after: str = ""
    filter: str = ""
    min_reports: int | None = None
    within: timedelta | None = None
    cooldown: timedelta | None = None


def wish_of(text: str) -> Wish:
    """Read what stands behind /subscribe. A filter may take 0.3 s: not on the event loop.

    Raises:
        UsageError: the filter cannot be understood, or a threshold is none.
    """
    words = text.split()
    if text.casefold().strip() in _ENDINGS:
        raise UsageError(phrase("/unsubscribe ends a subscription, /stop everything."))
    repeat, weekday, taken = _repeat(words)
    if repeat is Repeat.BREAKING:
        return _breaking(words[taken:], text)
    at, more = _time(words[taken:])
    taken += more
    if repeat is None and at is not None:
        # "08:00 weekdays" and "6pm friday" are said as often as the other way round.
        repeat, weekday, more = _repeat(words[taken:])
        taken += more
    if repeat is Repeat.BREAKING:
        raise UsageError(phrase("What breaks comes when it breaks, at no time of day: /subscribe breaking"))
    zones, length = _zone_behind_in(words[taken:])
    is_certain = bool(zones)
    if is_certain:
        taken += 1
    elif at is not None and words[taken : taken + 1] != [_ABOUT]:
        zones, length = _zone(words[taken:])
    after = rest = _behind(text, taken + length)
    if words[taken + length : taken + length + 1] == [_ABOUT]:
        rest = _behind(text, taken + length + 1) or rest
    _check_filter(rest)
    zone_text = " ".join(words[taken : taken + length])
    is_place = bool(zones) and not is_certain and not _CERTAIN.fullmatch(zone_text)
    return Wish(
        repeat=repeat or Repeat.DAILY,
        at=USUAL_TIME if at is None else at,
        is_usual_time=at is None,
        weekday=weekday,
        zones=zones,
        zone_text=zone_text,
        is_place=is_place,
        # "08:00 ukraine drones" wants news of drones in Ukraine, not all times of the chat moved to Kyiv.
        is_doubtful=is_place and bool(rest or "," in zone_text or (zone_text.islower() and len(zone_text) < SHORTEST_PLACE)),
        before=" ".join(words[:taken]),
        after=after,
        filter=str(parse(rest)),
    )


def _behind(text: str, number: int) -> str:
    """Give what follows so many words, as it was typed."""
    parts = text.split(maxsplit=number)
    return parts[number] if len(parts) > number else ""


def _repeat(words: Sequence[str]) -> tuple[Repeat | None, int | None, int]:
    """Read how often it is to come, None when that is not said; gives the day of the week and how many words that took."""
    said = [word.casefold() for word in words[:3]]
    skipped = 1 if said[:1] == ["every"] else 0
    first = said[skipped] if len(said) > skipped else ""
    if first in _WEEKDAYS:
        return Repeat.WEEKLY, _WEEKDAYS[first], skipped + 1
    repeat = Repeat.DAILY if skipped and first == "day" else _REPEATS.get(first) if not skipped else None
    if repeat is not Repeat.WEEKLY:
        return repeat, None, 0 if repeat is None else skipped + 1
    skipped = 2 if said[1:2] == ["on"] else 1
    day = _WEEKDAYS.get(said[skipped]) if len(said) > skipped else None
    if day is None:
        raise UsageError(phrase("Weekly on which day? For example: /subscribe weekly friday 18:00"))
    return Repeat.WEEKLY, day, skipped + 1


def _check_filter(text: str) -> None:
    """Refuse a time or a threshold among the words to filter by: no news would ever be told."""
    for word in text.casefold().split():
        if _MISPLACED.fullmatch(word):
            told = phrase(
                "{word} cannot stand here. First how often, then the time, the zone, the filter: /subscribe weekdays 07:30 Kyiv – or the "
                "thresholds, then the filter: /subscribe breaking within:2h +harbour",
                word=shortened(word, 20),
            )
            raise UsageError(told)


def _time(words: Sequence[str]) -> tuple[int | None, int]:
    """Read a time of day; gives how many words that took."""
    skipped = 1 if [word.casefold() for word in words[:1]] == ["at"] else 0
    for length in range(min(LONGEST_TIME, len(words) - skipped), 0, -1):
        at = clock_time(" ".join(words[skipped : skipped + length]))
        if at is not None:
            return at, skipped + length
    if words and words[0][0].isdecimal() and ":" in words[0]:
        raise UsageError(phrase("{word} is no time of day: write it like 07:30.", word=shortened(words[0], 20)))
    return None, 0


def _zone(words: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """Read a zone, the longest name that there is; what has a slash or an offset and is none is a slip, not a word to filter by."""
    for length in range(min(LONGEST_ZONE, len(words)), 0, -1):
        name = " ".join(words[:length])
        zones = find_zone(name)
        _, comma, where = name.rpartition(",")
        # Behind a comma `find_zone` lets pass what it does not know; here that is what somebody wants to read about.
        if zones and (not comma or find_zone(where)):
            return tuple(zones), length
    if words and "/" in words[0][1:-1] and words[0][0].isalpha() and ":" not in words[0]:
        near, place = ", ".join(near_zones(words[0])), shortened(words[0], 40)
        none = phrase("There is no zone {place}.", place=place)
        raise UsageError(phrase("There is no zone {place}. Near: {zones}.", place=place, zones=near) if near else none)
    return (), 0


def _zone_behind_in(words: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """Read a zone that is said to be one, as in "in Kyiv"; gives how many words it has behind the first."""
    if words[:1] == ["in"]:
        for length in range(min(LONGEST_ZONE, len(words) - 1), 0, -1):
            if zones := find_zone(" ".join(words[1 : 1 + length])):
                return tuple(zones), length
    return (), 0


def _breaking(words: Sequence[str], text: str) -> Wish:
    """Read thresholds, which stand before the filter."""
    enough: int | None = None
    spans: dict[str, timedelta] = {}
    taken = 0
    for word in words:
        name, colon, value = word.casefold().partition(":")
        if not colon or name not in {"min", "within", "cooldown"}:
            break
        if name == "min":
            enough = least(value)
        else:
            spans[name] = _span(name, value)
        taken += 1
    rest = _behind(text, 1 + taken)
    _check_filter(rest)
    filter_ = str(parse(rest))
    return Wish(repeat=Repeat.BREAKING, filter=filter_, min_reports=enough, within=spans.get("within"), cooldown=spans.get("cooldown"))


def least(text: str) -> int:
    """Read how many reports are enough.

    Raises:
        UsageError: it is no number of reports.
    """
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0
    if not 1 <= number <= MOST_REPORTS:
        raise UsageError(
            phrase("“{text}” is no number of reports: say one from 1 to {most:,}.", text=shortened(text, 20), most=MOST_REPORTS)
        )
    return number


def _span(name: str, text: str) -> timedelta:
    span = span_of(text)
    if not SHORTEST <= span <= LONGEST_SPAN:
        raise UsageError(phrase("{name}: takes a span from 1m to 31d.", name=name))
    return span
