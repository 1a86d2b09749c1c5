"""Whom this installation does not answer, as rows: people and chats of each platform. Who may ban whom is decided in `bot.commands`."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine.engines import wait_for_writers
from storage.schema.ban_tables import bans
from storage.schema.rows import Values, storable


@dataclass(frozen=True, slots=True, kw_only=True)
class Ban:
    """One who is not answered: `subject` is the platform's id of a person or of a chat."""

    platform: str
    subject: str
    created_at: datetime


async def add(connection: AsyncConnection, ban: Ban) -> bool:
    """Ban somebody; gives whether that is new."""
    await wait_for_writers(connection)
    if (await connection.execute(select(bans).where(_is(ban.platform, ban.subject)))).first() is not None:
        return False
    await connection.execute(bans.insert(), [_key(ban.platform, ban.subject) | {"created_at": ban.created_at}])
    return True


async def remove(connection: AsyncConnection, platform: str, subject: str) -> bool:
    """Answer somebody again; gives whether they were banned."""
    await wait_for_writers(connection)
    return (await connection.execute(delete(bans).where(_is(platform, subject)))).rowcount > 0


async def everybody(connection: AsyncConnection) -> list[Ban]:
    """Give all who are banned, the newest first."""
    rows = await connection.execute(select(bans).order_by(bans.c.created_at.desc(), bans.c.platform, bans.c.subject))
    return [Ban(platform=row.platform, subject=row.subject, created_at=row.created_at) for row in rows]


def _is(platform: str, subject: str) -> ColumnElement[bool]:
    return and_(*(bans.c[name] == value for name, value in _key(platform, subject).items()))


def _key(platform: str, subject: str) -> Values:
    return {"platform": storable(platform), "subject": storable(subject)}
