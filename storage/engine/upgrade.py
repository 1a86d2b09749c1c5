"""Bringing the schema up to date: is it ours, older, newer, or no schema of Slugline at all. What changes is in `migrations/versions`."""

from datetime import datetime
from importlib import import_module

from sqlalchemy import inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.errors import BrokenDatabase
from storage.engine.engines import MIGRATION, wait_for_writers
from storage.engine.faults import RESTORE

# The name of the last migration, so that a start with nothing to do need not import Alembic (0.2 s); a test compares it with the folder.
NEWEST = "0010"


async def is_current(connection: AsyncConnection, subject: str) -> bool:
    """Tell whether nothing is to be done.

    Raises:
        BrokenDatabase: there are tables, but they are not Slugline's.
    """
    return await _version(connection, subject) == NEWEST


async def upgrade(connection: AsyncConnection, subject: str, *, now: datetime) -> None:
    """Apply the migrations that are missing, all or none of them; `now` is for those that write times.

    Raises:
        NewerDatabase: it has a migration that this program does not know.
        BrokenDatabase: there are tables, but they are not Slugline's.
    """
    await wait_for_writers(connection, MIGRATION)
    version = await _version(connection, subject)  # again: another process may have been faster
    if version != NEWEST:
        # Alembic takes a while to import, and is only needed when there is something to do.
        await connection.run_sync(import_module("storage.engine.migrate").apply, version, NEWEST, subject, now)


async def _version(connection: AsyncConnection, subject: str) -> str | None:
    """Read the name of the last migration, None for an empty database."""
    names = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
    if not names:
        return None
    if "alembic_version" not in names:
        raise BrokenDatabase(f"{subject} belongs to another program (it has the table {min(names)}). Correct storage.url.")
    version = await connection.scalar(text("SELECT version_num FROM alembic_version"))
    if version is None:
        raise BrokenDatabase(f"{subject} does not say which schema it has. {RESTORE}.")
    return str(version)
