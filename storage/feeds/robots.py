"""What sites allow robots to read, kept as it was fetched; what it means is read in `sources.robots`."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.feeds.robots_text import RobotsText
from storage.engine.engines import upsert, wait_for_writers
from storage.schema.rows import storable
from storage.schema.tables import robots


async def load(connection: AsyncConnection, origin: str) -> RobotsText | None:
    """Give the robots.txt of an origin, however old; None when it was never fetched."""
    row = (await connection.execute(select(robots).where(robots.c.origin == storable(origin)))).one_or_none()
    return None if row is None else RobotsText(text=row.text, fetched_at=row.fetched_at, expires_at=row.expires_at)


async def save(connection: AsyncConnection, origin: str, text: str, fetched_at: datetime, expires_at: datetime) -> None:
    """Keep the robots.txt of an origin in place of the one before."""
    await wait_for_writers(connection)
    row = {"origin": storable(origin), "text": storable(text), "fetched_at": fetched_at, "expires_at": expires_at}
    await upsert(connection, robots, [row])
