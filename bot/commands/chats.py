"""The chat that a command came from, and what of it follows when its clock changes; what each command does with it stands beside."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.commands.desk import Call, Desk, Place
from bot.core.chats.chat import Chat, ChatKind, Reader, Repeat, Subscription
from bot.core.chats.quiet import ends
from bot.core.chats.schedule import next_due
from bot.core.phrase import phrase
from bot.languages import spoken
from storage.chats import chats, guilds, subscriptions
from storage.delivery import deliveries
from storage.engine.database import Connection
from storage.engine.engines import wait_for_writers

DAYS: Final = (
    phrase("Monday"),
    phrase("Tuesday"),
    phrase("Wednesday"),
    phrase("Thursday"),
    phrase("Friday"),
    phrase("Saturday"),
    phrase("Sunday"),
)


async def written_chat(connection: Connection, desk: Desk, call: Call) -> Chat:
    """Give the chat, made on first use, in a transaction that nobody else writes beside."""
    await wait_for_writers(connection)
    place = call.place
    if (found := await chats.find(connection, place.address)) is not None:
        return found
    made = await chats.ensure(
        connection, place.address, kind=place.kind, name=place.name, zone=desk.zone, now=call.now, language=place.language
    )
    begins = await beginning(connection, call)
    if begins is None:
        return made
    made = replace(made, zone=begins.zone, language=begins.language or made.language, quiet=begins.quiet)
    await chats.save(connection, made)
    return made


async def beginning(connection: Connection, call: Call) -> guilds.Beginning | None:
    """Give what new channels and subscriptions of the server begin with; None where nobody has said, or where no server is."""
    return None if call.guild is None else (await guilds.get(connection, call.place.address.platform, call.guild.id)).beginning


async def found_chat(desk: Desk, place: Place) -> Chat | None:
    """Give the chat as it is stored, None while nothing is stored of it."""
    async with desk.database.read() as connection:
        return await chats.find(connection, place.address)


async def subscribed(desk: Desk, place: Place) -> tuple[Chat | None, list[Subscription]]:
    """Give the chat, and what it has subscribed to."""
    async with desk.database.read() as connection:
        chat = await chats.find(connection, place.address)
        return chat, [] if chat is None else await subscriptions.of(connection, chat.id)


def reader_of(desk: Desk, place: Place, chat: Chat | None) -> Reader:
    """Say for whom an answer is written out: whoever reads in that chat, None while nothing is stored of it."""
    if chat is None:
        return Reader(zone=desk.zone, language=place.language)
    return replace(chat.reader, language=chat.language or place.language)


def language_of(desk: Desk, place: Place, chat: Chat | None) -> str:
    """Say which of the languages that Slugline speaks a chat is answered in."""
    usual = desk.language if place.kind is ChatKind.TERMINAL else None
    return spoken((chat.language if chat else None) or place.language or usual)


async def save_clock(connection: Connection, chat: Chat, now: datetime) -> None:
    """Write the zone and quiet hours of a chat down, with what follows: when its digests are due, and until when what is held waits.

    A local date that has had its digest has no second one, whatever the zone becomes; a digest that is owed already stays owed.
    """
    await chats.save(connection, chat)
    for each in await subscriptions.of(connection, chat.id):
        if each.repeat is not Repeat.BREAKING and (each.due_at is None or each.due_at > now):
            await subscriptions.save(connection, rescheduled(each, chat.zone, now))
    await deliveries.hold(connection, chat.id, ends(chat.quiet, chat.zone, now), now)


def wake(desk: Desk) -> None:
    """Let what was held go, if it may now."""
    if desk.telling is not None:
        desk.telling.wake()


def rescheduled(subscription: Subscription, zone: str, now: datetime) -> Subscription:
    """Say when a digest is due next on the clock of a zone."""
    at = subscription.at or 0
    due_at, _ = next_due(subscription.repeat, at, subscription.weekday, zone, after=now, last_date=subscription.last_date)
    return replace(subscription, due_at=due_at)


def clock(minutes: int) -> str:
    """Write minutes of a day as people read them: 07:30."""
    return f"{minutes // 60:02}:{minutes % 60:02}"
