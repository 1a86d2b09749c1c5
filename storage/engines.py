"""Where SQLite and PostgreSQL differ, one function each: connecting, upsert, waiting for other writers, leadership. Full text: `words`."""

import asyncio
import fcntl
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.core.errors import BrokenDatabase, ConfigurationError, StorageUnavailable
from storage.faults import RESTORE

EXAMPLES = "sqlite+aiosqlite:///slugline.db or postgresql+asyncpg://user:password@host/database"

# One lock for everything in a PostgreSQL database that only one transaction may do at a time: number chosen once, never changed.
WRITERS = 0x51061
MIGRATION = 0x51062

# Bytes up to which a start looks at every page: measured at 1.2 GB/s, so that a start stays under 30 ms.
CHECKED_SIZE = 16 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Engines:
    """Two doors to one database; `subject` is what an operator calls it, `path` the file of SQLite, None for PostgreSQL."""

    reader: AsyncEngine
    writer: AsyncEngine
    subject: str
    path: Path | None
    cleanup: ExitStack


def connect(url: str, *, busy_timeout: float) -> Engines:
    """Prepare the engines for `url`; nothing is opened yet but a missing folder is made.

    Raises:
        ConfigurationError: the URL is none that Slugline can use.
        StorageUnavailable: the folder of the file cannot be made.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigurationError(f"storage.url is no database address: {url!r}. Write {EXAMPLES}.") from error
    match parsed.drivername:
        case "sqlite+aiosqlite":
            return _connect_sqlite(parsed, busy_timeout)
        case "postgresql+asyncpg":
            return _connect_postgresql(parsed)
        case other:
            raise ConfigurationError(f"storage.url begins with {other!r}, which Slugline cannot use. Write {EXAMPLES}.")


def _connect_sqlite(url: URL, busy_timeout: float) -> Engines:
    """One writing connection and a pool of connections that cannot write: WAL lets them read while the writer writes."""
    cleanup = ExitStack()
    if url.database in {None, "", ":memory:"}:
        # In memory there is one connection, on which readers would see half a transaction; a file for one run behaves like all others.
        path = Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="slugline-"))) / "memory.db"
    else:
        path = Path(str(url.database)).absolute()
    if path.is_dir():
        raise ConfigurationError(f"storage.url points to the folder {path}; name a file in it, for example {path / 'slugline.db'}.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageUnavailable(f"The folder {path.parent} cannot be made ({error.strerror}); make it, or correct storage.url.") from error
    url = url.set(database=str(path))
    writer = create_async_engine(url, pool_size=1, max_overflow=0, connect_args={"timeout": busy_timeout})
    reader = create_async_engine(url, pool_size=4, max_overflow=12, connect_args={"timeout": busy_timeout})
    # NORMAL may lose the last transactions when the machine loses power, never more, and never damages the file. All that is
    # stored is read again from the sources, whose `files` rows are lost together with the articles. Messages that were sent
    # cannot be read again: the transactions of an outbox will have to be FULL.
    _prepare_sqlite(writer, begin="BEGIN IMMEDIATE", pragmas=("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"))
    _prepare_sqlite(reader, begin="BEGIN", pragmas=("query_only = ON",))
    return Engines(reader=reader, writer=writer, subject=f"The database {path}", path=path, cleanup=cleanup)


def _prepare_sqlite(engine: AsyncEngine, *, begin: str, pragmas: Sequence[str]) -> None:
    """Take the beginning of transactions out of the hands of Python's sqlite3, which begins too late and never IMMEDIATE."""

    def on_connect(connection: Any, record: object) -> None:
        del record
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine.sync_engine, "connect", on_connect)
    event.listen(engine.sync_engine, "begin", on_begin)


def _connect_postgresql(url: URL) -> Engines:
    """One pool; readers get a snapshot, as they do on SQLite, and may not write."""
    writer = create_async_engine(url, pool_size=5, max_overflow=15, pool_timeout=10, connect_args={"timeout": 10})
    reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engines(
        reader=reader,
        writer=writer,
        subject=f"The database {url.render_as_string(hide_password=True)}",
        path=None,
        cleanup=ExitStack(),
    )


def check_file(path: Path) -> None:
    """Refuse a SQLite file that lost its end: SQLite itself notices missing pages, but not a last page that is only half there.

    Raises:
        BrokenDatabase: the file is not as long as it says.
    """
    wal = path.with_name(path.name + "-wal")
    if not path.exists() or (wal.exists() and wal.stat().st_size):
        return  # new; or pages of the file are still on their way from the log, and SQLite recovers by itself
    with path.open("rb") as file:
        header = file.read(100)
    if not header:
        return
    page_size = int.from_bytes(header[16:18], "big")
    page_size = 65536 if page_size == 1 else page_size
    size = path.stat().st_size
    if len(header) < 100 or not header.startswith(b"SQLite format 3\0") or not page_size or size % page_size:
        raise BrokenDatabase(f"The file {path} is cut off or is no database of Slugline ({size} bytes). {RESTORE}.")


async def check_pages(connection: AsyncConnection, engines: Engines) -> None:
    """Look through the pages of a small SQLite file; in larger ones damage is noticed when its page is read.

    Raises:
        BrokenDatabase: a page is damaged.
    """
    if engines.path is None or engines.path.stat().st_size > CHECKED_SIZE:
        return
    complaint = await connection.scalar(text("PRAGMA quick_check(1)"))
    if complaint != "ok":
        raise BrokenDatabase(f"{engines.subject} is damaged ({' '.join(str(complaint).split())}). {RESTORE}.")


def whereabouts(path: Path) -> tuple[int, int]:
    """Tell one file from another that has its name.

    Raises:
        OSError: there is no file.
    """
    found = path.stat()
    return found.st_dev, found.st_ino


async def wait_for_writers(connection: AsyncConnection, lock: int = WRITERS) -> None:
    """Let only one transaction of all processes go on from here; SQLite's BEGIN IMMEDIATE has done so already."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})


async def upsert(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows, or give the columns that the rows name to those with the same primary key; no key twice in `rows`."""
    if not rows:
        return
    statement = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)
    keys = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), rows)


@asynccontextmanager
async def lead(engines: Engines, name: str) -> AsyncIterator[bool]:
    """Hold the leadership called `name` if nobody else has it: yields whether we do; never waits.

    SQLite: a lock on a file beside the database, which the system drops when the process dies.
    PostgreSQL: an advisory lock, which the server drops when the connection ends.
    """
    if engines.path is not None:
        with _lock_file(engines.path.with_name(f"{engines.path.name}.{name}.lock")) as held:
            yield held
        return
    async with engines.writer.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        lock = {"lock": f"slugline {name}"}
        held = bool(await connection.scalar(text("SELECT pg_try_advisory_lock(hashtextextended(:lock, 0))"), lock))
        try:
            yield held
        finally:
            if held:
                await asyncio.shield(connection.execute(text("SELECT pg_advisory_unlock(hashtextextended(:lock, 0))"), lock))


@contextmanager
def _lock_file(path: Path) -> Iterator[bool]:
    """Lock `path` for this process; the file stays, because removing it would let two processes lock two files of one name."""
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
