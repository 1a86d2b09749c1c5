"""Chats with messages that wait for them, for the tests of what delivers them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from fake_platform import said
from sqlalchemy import select, text

from bot.core.chats.chat import Address, Chat, ChatId, ChatKind
from bot.core.chats.delivery import DeliveryKind, DeliveryState, DeliveryTotals, NewDelivery
from bot.core.message import Message
from bot.core.message_text import message_json
from storage.chats import chats
from storage.delivery import deliveries, outbox
from storage.engine.database import Connection, Database
from storage.schema.chat_tables import chats as table


async def chat(database: Database, name: str, now: datetime, *, kind: ChatKind = ChatKind.PRIVATE, thread: str = "") -> Chat:
    async with database.write() as connection:
        return await chats.ensure(
            connection, Address(platform="fake", chat=name, thread=thread), kind=kind, name=f"Chat {name}", zone="Europe/Kyiv", now=now
        )


async def many_chats(connection: Connection, names: Sequence[tuple[str, ChatKind]], now: datetime) -> list[Chat]:
    """Make chats faster than one by one."""
    first = await chats.ensure(connection, Address(platform="fake", chat=names[0][0]), kind=names[0][1], name="", zone="UTC", now=now)
    row = (await connection.execute(select(table).where(table.c.id == first.id))).one()._asdict()
    others = [row | {"id": first.id + number, "chat": name, "kind": kind.value} for number, (name, kind) in enumerate(names)][1:]
    await connection.execute(table.insert(), others)
    return [
        replace(first, id=ChatId(first.id + number), address=replace(first.address, chat=name), kind=kind)
        for number, (name, kind) in enumerate(names)
    ]


async def queue(database: Database, chat: Chat, now: datetime, *messages: str | Message) -> None:
    """Queue notices for a chat; the text is the key."""
    async with database.write() as connection:
        await deliveries.queue(connection, [notice(chat, message) for message in messages], now)


def notice(chat: Chat, message: str | Message, *, key: str | None = None) -> NewDelivery:
    message = said(message) if isinstance(message, str) else message
    written = message_json(message)
    return NewDelivery(chat_id=chat.id, kind=DeliveryKind.NOTICE, message=written, key=f"{chat.id} {key or written}")


async def totals(database: Database) -> DeliveryTotals:
    async with database.read() as connection:
        return await outbox.counts(connection)


async def states(connection: Connection) -> list[DeliveryState]:
    """The states of all deliveries, oldest first."""
    return [DeliveryState(state) for state in await connection.scalars(text("SELECT state FROM deliveries ORDER BY id"))]


async def all_states(database: Database) -> Sequence[DeliveryState]:
    async with database.read() as connection:
        return await states(connection)
