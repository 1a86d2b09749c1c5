"""A copy of a SQLite database while others write to it, and looking whether the copy is whole. Where the copy goes is for the caller."""

import asyncio
import shlex
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Final, TypeAlias
from urllib.parse import quote

from sqlalchemy import func, inspect, select
from sqlalchemy import table as named
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.errors import BrokenDatabase, SluglineError, UsageError
from storage.engine import engines, upgrade
from storage.engine.database import Database
from storage.engine.faults import RESTORE

PAGES: Final = 1_000
"""Pages copied in one step, 4 MB: between two steps it can be told how far it is, and ended. Guess."""

Reach: TypeAlias = Callable[[int, int], None]
"""Told how many pages are copied, of how many; in another thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """A copy that was found whole: its size in bytes, and some of what is in it."""

    bytes: int
    articles: int
    events: int
    chats: int


class _Ended(Exception):
    """Nobody waits for the copy any more."""


async def back_up(url: str, to: Path, *, busy_timeout: float, reach: Reach) -> BackedUp:
    """Copy the database at `url`, as it is at one moment, into the empty file `to`, and look through the copy.

    Whoever writes goes on writing; the schema stays as it is, so that a newer program can make the copy before it changes anything.

    Raises:
        ConfigurationError: the URL names no database that can be used.
        UsageError: there is nothing to copy, or a server keeps it, which has its own way: the message says which.
        BrokenDatabase: it is damaged, or of another program.
        SluglineError: the copy cannot be written.
    """
    opened = engines.connect(url, busy_timeout=busy_timeout)
    if opened.path is None:
        raise UsageError(_of_server(opened.writer.url))
    database = Database(opened)
    try:
        if not opened.path.exists():
            raise UsageError(f"There is no database {opened.path}: nothing to copy. Correct storage.url.")
        engines.check_file(opened.path)
        async with database.read() as connection:
            await upgrade.is_current(connection, database.subject)
            counts = await _counts(connection)
            if not counts:
                raise UsageError(f"{database.subject} is empty: nothing to copy.")
            await _copy(connection, to, reach)
    finally:
        await database.close()
    size = await asyncio.to_thread(_look_through, to, counts, database.subject)
    return BackedUp(bytes=size, articles=counts["articles"], events=counts["events"], chats=counts.get("chats", 0))


async def _counts(connection: AsyncConnection) -> dict[str, int]:
    """Count the rows of every table but those of the words, which nobody reads as rows."""
    names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    kept = [name for name in names if not name.startswith("article_words")]
    return {name: await connection.scalar(select(func.count()).select_from(named(name))) or 0 for name in kept}


async def _copy(connection: AsyncConnection, to: Path, reach: Reach) -> None:
    """Copy page by page what the transaction sees: as long as it is open, SQLite does not begin anew when somebody writes."""
    driver = (await connection.get_raw_connection()).driver_connection
    if driver is None:
        raise SluglineError("The connection to the database broke; the same command may succeed later.")
    ended = Event()

    def told(_: int, left: int, pages: int) -> None:
        if ended.is_set():
            raise _Ended
        reach(pages - left, pages)

    try:
        with closing(sqlite3.connect(to, check_same_thread=False)) as target:
            copying = asyncio.ensure_future(driver.backup(target, pages=PAGES, progress=told))
            try:
                await asyncio.shield(copying)
            except asyncio.CancelledError:
                # The thread that copies must be done with the file before it is closed.
                ended.set()
                with suppress(_Ended):
                    await copying
                raise
    except sqlite3.Error as error:
        raise SluglineError(f"The copy cannot be written ({error}). Check the free space there.") from error


def _look_through(copy: Path, counts: Mapping[str, int], subject: str) -> int:
    """Compare a copy with what was counted, and have SQLite check its pages; gives its size in bytes.

    Raises:
        BrokenDatabase: it is damaged; a copy of pages is so when the database is.
    """
    try:
        # Read as it lies: opened as usual, it would get a log and an index beside it.
        with closing(sqlite3.connect(f"file:{quote(str(copy))}?mode=ro&immutable=1", uri=True)) as connection:
            (complaint,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            lost = [name for name, count in counts.items() if _count(connection, name) != count]
    except sqlite3.DatabaseError as error:
        complaint, lost = str(error), []
    if lost:
        complaint = f"rows of {lost[0]} are missing from the copy"
    if complaint != "ok":
        raise BrokenDatabase(f"{subject} is damaged ({' '.join(complaint.split())}); its copy is not kept. {RESTORE}.")
    return copy.stat().st_size


def _count(connection: sqlite3.Connection, table: str) -> int:
    (count,) = connection.execute(str(select(func.count()).select_from(named(table)))).fetchone()
    return int(count)


def _of_server(url: URL) -> str:
    """Say how a server's database is copied; the password is asked for."""
    options = {"sslmode" if name == "ssl" else name: value for name, value in url.query.items()}
    address = url.set(drivername="postgresql", password=None, query=options).render_as_string()
    return (
        "A PostgreSQL server copies its databases itself, while Slugline runs: pg_dump --format=custom --file=FILE "
        f"{shlex.quote(address)}; pg_restore --dbname=ADDRESS FILE fills an empty database with it. Or: slugline export FILE."
    )
