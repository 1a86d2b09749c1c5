"""What a chat wants to hear more of, and what nothing: events that it follows, events and words that it muted."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chats.chat import ChatId, Follow, Mute
from bot.core.model import EventId
from storage.engine.chunks import chunks
from storage.engine.engines import insert_new, wait_for_writers
from storage.news.events import names, resolve
from storage.schema.chat_tables import follows, mutes
from storage.schema.rows import optional
from storage.schema.tables import SURVIVOR, events


async def mute(connection: AsyncConnection, muted: Mute) -> None:
    """Mute an event or a word; a mute of the same that is there already is replaced."""
    await unmute(connection, muted)
    row = {"chat_id": muted.chat_id, "event_id": muted.event_id, "word": optional(muted.word), "until": muted.until}
    await connection.execute(mutes.insert(), [row])


async def unmute(connection: AsyncConnection, muted: Mute) -> bool:
    """Take a mute back, whenever it would have ended; gives whether there was one."""
    await wait_for_writers(connection)
    same: ColumnElement[bool]
    if muted.event_id is None:
        same = mutes.c.word == optional(muted.word)
    else:
        same = mutes.c.event_id.in_(await _names(connection, muted.event_id))
    return (await connection.execute(delete(mutes).where(mutes.c.chat_id == muted.chat_id, same))).rowcount > 0


async def of(connection: AsyncConnection, chat_ids: Iterable[ChatId], now: datetime) -> dict[ChatId, list[Mute]]:
    """Give the mutes of chats that have not ended, oldest first; events under the names they have today."""
    found: dict[ChatId, list[Mute]] = {}
    for chunk in chunks(chat_ids):
        rows = await connection.execute(
            select(mutes.c.chat_id, mutes.c.word, mutes.c.until, SURVIVOR.label("event_id"))
            .join(events, events.c.id == mutes.c.event_id, isouter=True)
            .where(mutes.c.chat_id.in_(chunk), or_(mutes.c.until.is_(None), mutes.c.until > now))
            .order_by(mutes.c.id)
        )
        for row in rows:
            event_id = None if row.event_id is None else EventId(row.event_id)
            muted = Mute(chat_id=ChatId(row.chat_id), event_id=event_id, word=row.word, until=row.until)
            found.setdefault(muted.chat_id, []).append(muted)
    return found


async def follow(connection: AsyncConnection, wanted: Follow) -> None:
    """Follow an event; doing so twice is doing so once."""
    await wait_for_writers(connection)
    await insert_new(connection, follows, [{"chat_id": wanted.chat_id, "event_id": wanted.event_id}])


async def unfollow(connection: AsyncConnection, wanted: Follow) -> bool:
    """Follow an event no more, under whichever name it was followed; gives whether it was."""
    await wait_for_writers(connection)
    called = await _names(connection, wanted.event_id)
    gone = delete(follows).where(follows.c.chat_id == wanted.chat_id, follows.c.event_id.in_(called))
    return (await connection.execute(gone)).rowcount > 0


async def _names(connection: AsyncConnection, event_id: EventId) -> list[EventId]:
    """Give the ids that an event has and had."""
    survivor = await resolve(connection, event_id)
    return [] if survivor is None else await names(connection, survivor)


async def followed(connection: AsyncConnection, chat_ids: Iterable[ChatId]) -> dict[ChatId, frozenset[EventId]]:
    """Give the events that chats follow, under the names they have today."""
    found: dict[ChatId, set[EventId]] = {}
    for chunk in chunks(chat_ids):
        rows = select(follows.c.chat_id, SURVIVOR.label("event_id")).join(events, events.c.id == follows.c.event_id)
        for row in await connection.execute(rows.where(follows.c.chat_id.in_(chunk))):
            found.setdefault(ChatId(row.chat_id), set()).add(EventId(row.event_id))
    return {chat_id: frozenset(event_ids) for chat_id, event_ids in found.items()}


async def followers(connection: AsyncConnection, event_ids: Sequence[EventId]) -> list[Follow]:
    """Give who follows these (living) events, under whichever names; each chat once for each event."""
    found: set[Follow] = set()
    for chunk in chunks(event_ids):
        rows = select(follows.c.chat_id, SURVIVOR.label("event_id")).join(events, events.c.id == follows.c.event_id)
        called = or_(events.c.id.in_(chunk), events.c.merged_into.in_(chunk))
        found |= {Follow(ChatId(row.chat_id), EventId(row.event_id)) for row in await connection.execute(rows.where(called))}
    return sorted(found, key=lambda follow: (follow.chat_id, follow.event_id))
