"""How far the announcer has come in the history of events, and what happened since."""

from typing import Final

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import EventId
from storage.engine.engines import upsert, wait_for_writers
from storage.schema.chat_tables import cursors
from storage.schema.tables import SURVIVOR, event_history, events

_NAME: Final = "announced"


async def position(connection: AsyncConnection) -> int:
    """Give the last row of the history that the announcer has seen, 0 before the first."""
    return await connection.scalar(select(cursors.c.position).where(cursors.c.name == _NAME)) or 0


async def advance(connection: AsyncConnection, to: int) -> None:
    """Note that the announcer has seen the history up to this row; it never goes back."""
    await wait_for_writers(connection)
    moved = update(cursors).where(cursors.c.name == _NAME, cursors.c.position < to).values(position=to)
    if not (await connection.execute(moved)).rowcount and not await position(connection):
        await upsert(connection, cursors, [{"name": _NAME, "position": to}])


async def changed(connection: AsyncConnection, after: int, limit: int) -> tuple[list[EventId], int]:
    """Give the events that something happened to after this row, in at most `limit` rows of history, and the last of these rows.

    Events are named as they are called today, each once, in the order in which it first happened.
    """
    rows = (
        await connection.execute(
            select(event_history.c.id, SURVIVOR.label("event_id"))
            .join(events, events.c.id == event_history.c.event_id)
            .where(event_history.c.id > after)
            .order_by(event_history.c.id)
            .limit(limit)
        )
    ).all()
    return list(dict.fromkeys(EventId(row.event_id) for row in rows)), rows[-1].id if rows else after
