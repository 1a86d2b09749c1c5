"""What the operator is to be told about sources, once: written with what it is about, marked when it was said."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.feeds.feed import Notice, NoticeKind
from bot.core.model import SourceId
from storage.engine.engines import wait_for_writers
from storage.schema.rows import storable
from storage.schema.tables import UNTOLD, notices, sources

Told: TypeAlias = tuple[int, datetime, Notice]
"""A notice with its number, and when it was written."""


async def tell(connection: AsyncConnection, said: Sequence[Notice], now: datetime) -> None:
    """Write notices down; belongs into the transaction of what they tell."""
    if said:
        rows = [{"at": now, "kind": notice.kind.value, "source_id": notice.source_id, "text": storable(notice.text)} for notice in said]
        await connection.execute(notices.insert(), rows)


async def untold(connection: AsyncConnection) -> list[Told]:
    """Give what the operator was not told yet, oldest first."""
    rows = await connection.execute(select(notices).where(UNTOLD).order_by(notices.c.id))
    return [(row.id, row.at, _notice(row)) for row in rows]


async def told(connection: AsyncConnection, ids: Sequence[int], now: datetime) -> None:
    """Note that the operator was told."""
    if ids:
        await wait_for_writers(connection)
        await connection.execute(update(notices).where(notices.c.id.in_(ids), UNTOLD).values(told_at=now))


async def recent(connection: AsyncConnection, limit: int) -> list[tuple[datetime, Notice, str]]:
    """Give the newest notices, told or not, newest first, each with its time and the name of its source."""
    newest = select(notices, sources.c.name).join(sources, sources.c.id == notices.c.source_id).order_by(notices.c.id.desc())
    return [(row.at, _notice(row), row.name) for row in await connection.execute(newest.limit(limit))]


def _notice(row: Row[Any]) -> Notice:
    return Notice(kind=NoticeKind(row.kind), source_id=SourceId(row.source_id), text=row.text)
