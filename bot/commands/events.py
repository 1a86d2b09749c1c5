"""The commands that list events: /latest, /top, /search; and how all commands read numbers of events and spans of time."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.commands.desk import Answer, Call, Desk, sentence
from bot.commands.facts import event_facts
from bot.core.errors import UsageError
from bot.core.event import Overview, headline, overview
from bot.core.message import Action, Heading, Line, Listing, Message, Paragraph, Style, Text
from bot.core.model import Event, EventId
from bot.core.phrase import Phrase, joined, phrase, verbatim
from bot.core.wording import counted, outlets_line, period, shortened, titled_link
from storage.engine.database import Connection
from storage.news import events
from storage.news import search as index

LISTED: Final = 10
"""Events in a list when nobody says how many: what fits a screen."""

MOST_LISTED: Final = 50
"""Events in the longest list; beyond it a search finds faster than an eye."""

NOTHING_YET: Final = phrase(
    "There is no event yet. /addsource adds a feed; or put article files into a watched folder, or run `slugline ingest PATH`."
)

_SPANS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SPAN: Final = re.compile(r"(\d{1,4})([mhdw])", re.IGNORECASE)
_QUOTED: Final = 60
"""Characters of what a person typed that an answer repeats."""

# What every engine can hold as an id; a larger number names no event.
_HIGHEST_ID: Final = 2**31 - 1


async def latest(desk: Desk, call: Call) -> Answer:
    """List the newest events by the time of the news, all or those that contain the words."""
    number, rest = LISTED, call.rest
    if call.words and call.words[0].isdecimal():
        number, rest = how_many(call.words[0]), call.rest.split(maxsplit=1)[1] if len(call.words) > 1 else ""
    async with desk.database.read() as connection:
        ids = await (index.search(connection, rest, number) if rest else events.latest(connection, number))
        found = await events.load(connection, ids)
    if not found:
        return sentence(phrase("No event contains {words}.", words=_quoted(rest)) if rest else NOTHING_YET, facts=())
    title = phrase("Latest with {words}", words=_quoted(rest)) if rest else phrase("Latest events")
    return await asyncio.to_thread(_listed, title, found)


async def top(desk: Desk, call: Call) -> Answer:
    """List the events with the most reports among those that changed here lately."""
    numbers = [how_many(word) for word in call.words if word.isdecimal()]
    if len(numbers) > 1:
        raise UsageError(phrase("One number of events at a time."))
    number = numbers[0] if numbers else LISTED
    span = one_span([word for word in call.words if not word.isdecimal()], timedelta(hours=24))
    async with desk.database.read() as connection:
        found = await events.load(connection, await events.top(connection, call.now - span, number))
    if not found:
        return sentence(phrase("No event changed here in the last {span}. /latest shows older ones.", span=spelled(span)), facts=())
    return await asyncio.to_thread(_listed, phrase("Most reported, last {span}", span=spelled(span)), found)


async def which_event(desk: Desk, command: str) -> Answer:
    """Ask whom a command was given without a number which event is meant, and offer the newest."""
    async with desk.database.read() as connection:
        found = await events.load(connection, await events.latest(connection, LISTED))
    if not found:
        return sentence(NOTHING_YET, failed=True, misused=True)
    asked = await asyncio.to_thread(_listed, phrase("Which event? Say its number."), found, command)
    return replace(asked, facts=None, failed=True, misused=True)


async def only_event(desk: Desk, call: Call) -> Event | Answer:
    """Load the event whose number is all that a command was given; or answer that there is none.

    Raises:
        UsageError: something else was said, or more.
    """
    if len(call.words) != 1:
        raise UsageError(phrase("Which event? Say its number."))
    async with desk.database.read() as connection:
        return await find(connection, call.words[0])


async def search(desk: Desk, call: Call) -> Answer:
    """List the events that contain all the words, the newest first."""
    if not call.words:
        raise UsageError(phrase("What shall I search for?"))
    async with desk.database.read() as connection:
        found = await events.load(connection, await index.search(connection, call.rest, LISTED))
    if not found:
        told = phrase("No event contains {words}. Fewer words find more; quotes keep words together.", words=_quoted(call.rest))
        return sentence(told, facts=())
    return await asyncio.to_thread(_listed, phrase("Events with {words}", words=_quoted(call.rest)), found)


async def newest_titles(desk: Desk, limit: int, typed: str = "") -> list[tuple[EventId, str]]:
    """Give the numbers and headlines of the newest events whose number begins as typed, for a platform that completes what is being typed.

    Raises:
        StorageUnavailable: the database cannot be read at the moment.
    """
    async with desk.database.read() as connection:
        found = await events.load(connection, await events.latest(connection, limit))
    return await asyncio.to_thread(lambda: [(each.id, headline(each).content.title) for each in found if str(each.id).startswith(typed)])


async def find(connection: Connection, word: str) -> Event | Answer:
    """Load the event that a word such as 12 or #12 names, the survivor if it was merged; or answer that there is none.

    Raises:
        UsageError: the word is no number.
    """
    number = word.removeprefix("#")
    if not (number.isascii() and number.isdecimal()):
        raise UsageError(phrase("{word} is not the number of an event.", word=_quoted(word)))
    found = await events.load(connection, [EventId(int(number))]) if len(number) < 11 and int(number) <= _HIGHEST_ID else []
    if found:
        return found[0]
    highest = await events.next_id(connection) - 1
    none = phrase("There is no event {number}; the highest is {highest}.", number=shortened(number, _QUOTED), highest=highest)
    return sentence(none if highest else NOTHING_YET, failed=True)


def merged_note(word: str, found: Event) -> tuple[Paragraph, ...]:
    """Tell the reader that the event asked for has become part of another; nothing when it has not."""
    asked = int(word.removeprefix("#"))
    told = phrase("Event {number} is now part of event {other}.", number=asked, other=found.id)
    return (Paragraph((Text(told, Style.QUIET),)),) if asked != found.id else ()


def how_many(word: str) -> int:
    """Read how many events to list, at most `MOST_LISTED`.

    Raises:
        UsageError: it is zero or not a plain number.
    """
    if not word.isascii() or len(word) > 6 or int(word) == 0:
        raise UsageError(phrase("{word} is not a number of events: 1 to {most}.", word=_quoted(word), most=MOST_LISTED))
    return min(int(word), MOST_LISTED)


def span_of(word: str) -> timedelta:
    """Read a span of time such as 90m, 24h, 7d or 2w.

    Raises:
        UsageError: it is none, or zero.
    """
    match = _SPAN.fullmatch(word)
    if match is None or int(match[1]) == 0:
        raise UsageError(phrase("{word} is neither a number nor a span of time such as 24h or 7d.", word=_quoted(word)))
    return timedelta(**{_SPANS[match[2].lower()]: int(match[1])})


def one_span(words: Sequence[str], usual: timedelta) -> timedelta:
    """Read the only span among the words of a command, or take the usual one when there is none.

    Raises:
        UsageError: there are several, or the word is no span.
    """
    spans = [span_of(word) for word in words]
    if len(spans) > 1:
        raise UsageError(phrase("One span of time at a time."))
    return spans[0] if spans else usual


def spelled(span: timedelta) -> Phrase:
    """Put a span into words: 24 hours, 7 days, 90 minutes."""
    minutes = int(span.total_seconds()) // 60
    if minutes % 1440 == 0 and minutes > 1440:
        return counted(minutes // 1440, "day")
    return counted(minutes // 60, "hour") if minutes % 60 == 0 else counted(minutes, "minute")


def _listed(title: str, found: Sequence[Event], command: str = "event") -> Answer:
    seen = [overview(each) for each in found]
    return Answer(
        message=Message(
            (Heading((Text(title, Style.STRONG),)), Listing(tuple(_item(each, command) for each in seen))),
            tuple(Action(phrase("Event {number}", number=each.id), f"/{command} {each.id}") for each in seen),
        ),
        facts=tuple(event_facts(each) for each in seen),
    )


def _item(event: Overview, command: str) -> tuple[Line, ...]:
    number, told = Text(verbatim(f"/{command} {event.id}  ·  "), Style.QUIET), Text(joined("", ("  ·  ", outlets_line(event))), Style.QUIET)
    return ((titled_link(event.headline, Style.STRONG),), (number, *period(event), told))


def _quoted(words: str) -> str:
    return phrase("“{words}”", words=shortened(words, _QUOTED))
