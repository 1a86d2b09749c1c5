"""/ban and /allow: whom this installation does not answer; platforms ask `is_banned` before they answer anybody."""

import asyncio
import re
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

from bot.commands.desk import Answer, Call, Desk, Place, sentence
from bot.commands.facts import BanFacts
from bot.core.chats.chat import ChatKind
from bot.core.errors import UsageError
from bot.core.message import Action, Heading, Listing, Message, Moment, Paragraph, Style, Text
from bot.core.phrase import phrase
from bot.core.wording import shortened
from storage.chats import bans, chats
from storage.chats.bans import Ban
from storage.engine.database import Connection, Database

FRESH: Final = 30.0
"""Seconds for which what was read is taken for true: so long may another process that serves the same chats answer somebody banned."""

LISTED: Final = 50

_SUBJECT: Final = re.compile(r"(?:(?P<platform>[a-z]{2,20})/)?(?P<subject>-?\d{1,20})", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Known:
    """Who was banned when it was last looked: platform and id, on the clock of the event loop."""

    banned: frozenset[tuple[str, str]]
    read_at: float


_known: Final[WeakKeyDictionary[Database, _Known]] = WeakKeyDictionary()
"""What was read of each open database: a question must not cost a look at it before it is even known whether it is answered."""

_reading: Final[WeakKeyDictionary[Database, asyncio.Lock]] = WeakKeyDictionary()


async def is_banned(desk: Desk, person: str, place: Place) -> bool:
    """Say whether somebody (the platform's id, empty when nobody knows it) is not answered, or nobody in that chat is.

    Raises:
        StorageUnavailable: the database cannot be read at the moment.
    """
    platform = place.address.platform
    banned = await _banned(desk)
    return (platform, place.address.chat) in banned or (bool(person) and (platform, person) in banned)


async def _banned(desk: Desk) -> frozenset[tuple[str, str]]:
    if (known := _fresh(desk.database)) is not None:
        return known
    async with _reading.setdefault(desk.database, asyncio.Lock()):  # One looks for all who ask meanwhile.
        if (known := _fresh(desk.database)) is not None:
            return known
        read_at = asyncio.get_running_loop().time()
        async with desk.database.read() as connection:
            found = await bans.everybody(connection)
        banned = frozenset((each.platform, each.subject) for each in found)
        _known[desk.database] = _Known(banned, read_at)
        return banned


async def _forget(database: Database) -> None:
    """Look once more, also where somebody is looking just now."""
    async with _reading.setdefault(database, asyncio.Lock()):
        _known.pop(database, None)


def _fresh(database: Database) -> frozenset[tuple[str, str]] | None:
    known = _known.get(database)
    return known.banned if known is not None and 0 <= asyncio.get_running_loop().time() - known.read_at < FRESH else None


async def ban(desk: Desk, call: Call) -> Answer:
    """Answer somebody no more, or list who is not answered."""
    if not call.words:
        return await _listed(desk)
    platform, subject = _meant(call)
    if (platform, subject) in {(call.place.address.platform, call.person), (call.place.address.platform, call.place.address.chat)}:
        return sentence(phrase("That is you, or where you are."), failed=True)
    async with desk.database.write() as connection:
        is_new = await bans.add(connection, Ban(platform=platform, subject=subject, created_at=call.now))
        left = await _leave(connection, platform, subject, call) if is_new else 0
    await _forget(desk.database)
    name = f"{platform}/{subject}"
    told = phrase("{name} is not answered any more.", name=name) if is_new else phrase("{name} was banned already.", name=name)
    more = (Paragraph((Text(phrase("What was subscribed to there has stopped.")),)),) if left else ()
    actions = (Action(phrase("Allow"), f"/allow {name}"),)
    return Answer(message=Message((Paragraph((Text(told),)), *more), actions), facts=BanFacts(platform=platform, id=subject))


async def allow(desk: Desk, call: Call) -> Answer:
    """Answer somebody again."""
    if not call.words:
        raise UsageError(phrase("Whom? Say the number; /ban lists them."))
    platform, subject = _meant(call)
    async with desk.database.write() as connection:
        was = await bans.remove(connection, platform, subject)
    await _forget(desk.database)
    name = f"{platform}/{subject}"
    return sentence(phrase("{name} is answered again.", name=name) if was else phrase("{name} was not banned.", name=name))


def _meant(call: Call) -> tuple[str, str]:
    """Read whom a command is about: a number of this platform, or "telegram/123"."""
    match = _SUBJECT.fullmatch(call.rest.strip().casefold())
    if match is None:
        shown = shortened(call.rest, 40)
        raise UsageError(phrase("“{text}” is no number of a person or a chat: names change, numbers stay.", text=shown))
    platform = match["platform"] or call.place.address.platform
    if call.place.kind is ChatKind.TERMINAL and not match["platform"]:
        raise UsageError(phrase("On which platform? For example telegram/{number}", number=match["subject"]))
    return platform, match["subject"]


async def _leave(connection: Connection, platform: str, subject: str, call: Call) -> int:
    """Send nothing more to a chat, in none of its topics; gives how many of them were served."""
    there = await chats.served_at(connection, platform, subject)
    for each in there:
        await chats.stop(connection, each.id, call.now)
    return len(there)


async def _listed(desk: Desk) -> Answer:
    async with desk.database.read() as connection:
        found = await bans.everybody(connection)
    if not found:
        return sentence(phrase("Nobody is banned."), facts=())
    names = [(f"{each.platform}/{each.subject}", each.created_at) for each in found]
    items = tuple(((Text(name, Style.STRONG), Text(phrase("  since "), Style.QUIET), Moment(at)),) for name, at in names[:LISTED])
    left = len(found) - LISTED
    more = (Paragraph((Text(phrase("… and {count:,} more.", count=left), Style.QUIET),)),) if left > 0 else ()
    message = Message(
        (Heading((Text(phrase("Not answered"), Style.STRONG),)), Listing(items), *more),
        tuple(Action(phrase("Allow {name}", name=name), f"/allow {name}") for name, _ in names[:LISTED]),
    )
    return Answer(message=message, facts=tuple(BanFacts(platform=each.platform, id=each.subject) for each in found))
