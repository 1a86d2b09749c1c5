"""Chats as they are stored: finding them, their settings, whether they are served. Moving and forgetting them is in `chat_moves`."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chats.chat import Address, Chat, ChatId, ChatKind, Quiet, Replies, WhenEmpty
from storage.delivery.chat_queues import locked
from storage.delivery.outbox import discard
from storage.engine.chunks import chunks
from storage.engine.engines import wait_for_writers
from storage.schema.chat_tables import chats, deliveries
from storage.schema.rows import Values, optional, storable

SERVED: Final[ColumnElement[bool]] = chats.c.paused_at.is_(None) & chats.c.stopped_at.is_(None)
_LARGEST_ID: Final = 2**63 - 1


async def ensure(
    connection: AsyncConnection, address: Address, *, kind: ChatKind, name: str, zone: str, now: datetime, language: str | None = None
) -> Chat:
    """Give the chat at an address, made with these settings if there is none."""
    if (found := await find(connection, address)) is not None:
        return found
    await wait_for_writers(connection)
    if (found := await find(connection, address)) is not None:
        return found
    chat = Chat(id=ChatId(0), address=address, kind=kind, name=name, zone=zone, created_at=now, language=language)
    await connection.execute(chats.insert(), [_settings(chat) | _place(address) | {"created_at": now, "waiting": 0}])
    found = await find(connection, address)
    assert found is not None
    return found


async def get(connection: AsyncConnection, chat_id: ChatId) -> Chat | None:
    """Give a chat, None when it was forgotten."""
    if not 0 < chat_id <= _LARGEST_ID:
        return None
    return _first(await connection.execute(select(chats).where(chats.c.id == chat_id)))


async def find(connection: AsyncConnection, address: Address) -> Chat | None:
    """Give the chat at an address, None when there is none."""
    place = _place(address)
    return _first(await connection.execute(select(chats).where(*(chats.c[name] == value for name, value in place.items()))))


async def at(connection: AsyncConnection, addresses: Iterable[Address]) -> dict[Address, Chat]:
    """Give the chats at these addresses, as far as there are any."""
    wanted = {tuple(_place(each).values()): each for each in addresses}
    there = chats.c.platform.in_({platform for platform, _, _ in wanted})
    return {
        wanted[place]: chat_of(row)
        for chunk in chunks({chat for _, chat, _ in wanted})
        for row in await connection.execute(select(chats).where(there, chats.c.chat.in_(chunk)))
        if (place := (row.platform, row.chat, row.thread)) in wanted
    }


async def served_at(connection: AsyncConnection, platform: str, chat: str) -> list[Chat]:
    """Give a chat with all its topics, as far as they are served."""
    there = (chats.c.platform == storable(platform), chats.c.chat == storable(chat))
    return [chat_of(row) for row in await connection.execute(select(chats).where(*there, SERVED).order_by(chats.c.id))]


async def awake(connection: AsyncConnection, chat_ids: Sequence[ChatId]) -> dict[ChatId, Chat]:
    """Give those of the chats that are served: neither paused nor stopped."""
    return {
        ChatId(row.id): chat_of(row)
        for chunk in chunks(chat_ids)
        for row in await connection.execute(select(chats).where(chats.c.id.in_(chunk), SERVED))
    }


async def save(connection: AsyncConnection, chat: Chat) -> None:
    """Write what people and platform say about a chat; where it is and whether it is served stay as they are."""
    await wait_for_writers(connection)
    await connection.execute(update(chats).where(chats.c.id == chat.id).values(**_settings(chat)))


async def pause(connection: AsyncConnection, chat_id: ChatId, reason: str, now: datetime) -> None:
    """Send nothing more to a chat that the platform refuses; `reason` is a sentence for people.

    All that waits is dropped, with what is being sent, and counts as never told: the first digest after `resume` tells it, once.
    """
    await _leave(connection, chat_id, "the chat could not be reached", now, refused=True)
    await connection.execute(update(chats).where(chats.c.id == chat_id).values(paused_at=now, paused_reason=storable(reason)))


async def stop(connection: AsyncConnection, chat_id: ChatId, now: datetime) -> None:
    """Send nothing more to a chat whose people said /stop; all that waits is dropped, as in `pause`, but what is being sent may arrive."""
    await _leave(connection, chat_id, "the chat was stopped", now, refused=False)
    await connection.execute(update(chats).where(chats.c.id == chat_id).values(stopped_at=now))


async def resume(connection: AsyncConnection, chat_id: ChatId, now: datetime) -> None:
    """Serve a chat again, with the settings that it had; nothing that came while it was away waits for it."""
    await wait_for_writers(connection)
    rows = await locked(connection, [chat_id])
    if any(row.paused_at is not None or row.stopped_at is not None for row in rows.values()):
        await _leave(connection, chat_id, "the chat was away", now, refused=False)
        await connection.execute(update(chats).where(chats.c.id == chat_id).values(paused_at=None, paused_reason=None, stopped_at=None))


async def _leave(connection: AsyncConnection, chat_id: ChatId, reason: str, now: datetime, *, refused: bool) -> None:
    """Drop what waits for a chat, and what is being sent, which certainly did not arrive if it was `refused`."""
    await wait_for_writers(connection)
    await locked(connection, [chat_id])
    waiting = select(deliveries.c.id).where(deliveries.c.chat_id == chat_id, deliveries.c.due_at.is_not(None))
    await discard(connection, list(await connection.scalars(waiting)), reason, now, refused=refused)
    await connection.execute(update(chats).where(chats.c.id == chat_id).values(wake_at=None, held_until=None, waiting=0))


def chat_of(row: Row[Any], prefix: str = "") -> Chat:
    """Read a row of `chats`, whose columns may be called with a prefix beside those of another table."""
    read: Values = {column.name: getattr(row, prefix + column.name) for column in chats.c}
    return Chat(
        id=ChatId(read["id"]),
        address=Address(platform=read["platform"], chat=read["chat"], thread=read["thread"]),
        kind=ChatKind(read["kind"]),
        name=read["name"],
        zone=read["zone"],
        created_at=read["created_at"],
        language=read["language"],
        quiet=None if read["quiet_start"] is None else Quiet(read["quiet_start"], read["quiet_end"]),
        when_empty=WhenEmpty(read["when_empty"]),
        replies=Replies(read["replies"]),
        paused_at=read["paused_at"],
        paused_reason=read["paused_reason"],
        stopped_at=read["stopped_at"],
    )


def _first(rows: Any) -> Chat | None:
    row = rows.first()
    return None if row is None else chat_of(row)


def _place(address: Address) -> Values:
    return {"platform": storable(address.platform), "chat": storable(address.chat), "thread": storable(address.thread)}


def _settings(chat: Chat) -> Values:
    return {
        "kind": chat.kind.value,
        "name": storable(chat.name),
        "zone": storable(chat.zone),
        "language": optional(chat.language),
        "quiet_start": None if chat.quiet is None else chat.quiet.start,
        "quiet_end": None if chat.quiet is None else chat.quiet.end,
        "when_empty": chat.when_empty.value,
        "replies": chat.replies.value,
    }
