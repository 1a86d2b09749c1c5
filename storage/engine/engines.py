"""Where SQLite and PostgreSQL differ, one function each: connecting, upsert, waiting for other writers.

Full text, where they differ most, is in `words`; leadership in `leadership`.
"""

import asyncio
import sqlite3
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote

import aiosqlite
from sqlalchemy import Connection, Table, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.core.errors import BrokenDatabase, ConfigurationError, StorageUnavailable
from storage.engine.faults import RESTORE

EXAMPLES = "sqlite+aiosqlite:///slugline.db or postgresql+asyncpg://user:password@host/database"

# What may stand behind the question mark of a PostgreSQL address, and the values it may have: host and port are those of a socket,
# ssl is https://www.postgresql.org/docs/current/libpq-ssl.html
OPTIONS: Mapping[str, tuple[str, ...]] = {
    "host": (),
    "port": (),
    "ssl": ("prefer", "disable", "allow", "require", "verify-ca", "verify-full"),
}

# One lock for everything in a PostgreSQL database that only one transaction may do at a time: number chosen once, never changed.
WRITERS = 0x51061
MIGRATION = 0x51062

# Bytes up to which a start looks at every page: measured at 1.2 GB/s, so that a start stays under 30 ms.
CHECKED_SIZE = 16 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Engines:
    """Two doors to one database; `subject` is what an operator calls it, `path` the file of SQLite, None for PostgreSQL.

    `connections` are those to a file that are open, whoever has them: a pool forgets what a cancelled task still holds when it is disposed.
    """

    reader: AsyncEngine
    writer: AsyncEngine
    subject: str
    path: Path | None
    cleanup: ExitStack
    connections: set["_Connection"] = field(default_factory=set)


def connect(url: str, *, busy_timeout: float) -> Engines:
    """Prepare the engines for `url`; nothing is opened yet but a missing folder is made.

    Raises:
        ConfigurationError: the URL is none that Slugline can use.
        StorageUnavailable: the folder of the file cannot be made.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # the address may hold a password, and the error pieces of the address: neither is shown
        raise ConfigurationError(f"storage.url is no database address. Write {EXAMPLES}.") from None
    match parsed.drivername:
        case "sqlite+aiosqlite":
            return _connect_sqlite(parsed, busy_timeout)
        case "postgresql+asyncpg" if url.count("@") > 1:  # the end of the password would be taken for the host, and shown
            raise ConfigurationError("storage.url has more than one @; inside the name or the password write it as %40.")
        case "postgresql+asyncpg":
            return _connect_postgresql(parsed)
        case other:
            raise ConfigurationError(f"storage.url begins with {other!r}, which Slugline cannot use. Write {EXAMPLES}.")


def _connect_sqlite(url: URL, busy_timeout: float) -> Engines:
    """One writing connection and a pool of connections that cannot write: WAL lets them read while the writer writes."""
    if url.host or url.username or url.query or "\0" in (url.database or ""):
        raise ConfigurationError("storage.url names no file: write sqlite+aiosqlite:///FILE, with three slashes and without options.")
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
    connections: set[_Connection] = set()
    arguments = {"timeout": busy_timeout, "async_creator_fn": partial(_open_sqlite, connections)}
    writer = create_async_engine(url, pool_size=1, max_overflow=0, connect_args=arguments)
    reader = create_async_engine(url, pool_size=4, max_overflow=12, connect_args=arguments)
    # FULL, because what was sent cannot be read again: with NORMAL, a power cut may lose the last transactions, and a message would be sent
    # a second time. Measured: 6.1 against 5.7 ms for a claim of thirty deliveries, 6.7 against 6.2 for their acknowledgement.
    _prepare_sqlite(writer, begin="BEGIN IMMEDIATE", pragmas=("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"))
    _prepare_sqlite(reader, begin="BEGIN", pragmas=("query_only = ON",))
    return Engines(reader=reader, writer=writer, subject=f"The database {path}", path=path, cleanup=cleanup, connections=connections)


def as_it_lies(engines: Engines) -> Engines | None:
    """Give the same database with readers that need no room beside the file; None when only opening it properly shows what it holds.

    A file in WAL mode cannot be opened on a full or read-only disk, because its index is a file of its own. When nothing is left in its
    log, and nobody can write, it can be read as it lies (https://www.sqlite.org/uri.html, immutable).
    """
    path = engines.path
    if path is None or not path.is_file():
        return None
    try:
        if path.with_name(f"{path.name}-wal").stat().st_size:
            return None
    except FileNotFoundError:
        pass  # No log at all is as good as an empty one.
    address = engines.writer.url.set(database=f"file:{quote(str(path))}", query={"mode": "ro", "immutable": "1", "uri": "true"})
    reader = create_async_engine(address, connect_args={"async_creator_fn": partial(_open_sqlite, engines.connections)})
    _prepare_sqlite(reader, begin="BEGIN", pragmas=("query_only = ON",))
    return replace(engines, reader=reader)


class _Connection(aiosqlite.Connection):
    """A connection that can be stopped twice, and whose thread holds up no exit, as SQLAlchemy makes it too.

    SQLAlchemy closes the connection of a cancelled task, and when that task is cancelled once more, stops it beside. Of two stops the
    thread of the connection sees the first: whoever waited for the second would wait for ever, and hold the connection as long.
    """

    def __init__(self, connector: Callable[[], sqlite3.Connection], connections: set["_Connection"]) -> None:
        super().__init__(self._open, iter_chunk_size=64)
        self._thread = Thread(target=self._serve, args=(self._thread.run,), daemon=True)
        self._make = connector
        self._file: sqlite3.Connection | None = None
        self._connections = connections
        connections.add(self)
        self._stopped: asyncio.Future[Any] | None = None

    def _open(self) -> sqlite3.Connection:
        self._file = self._make()
        return self._file

    def _serve(self, work: Callable[[], None]) -> None:
        """Work until it is stopped; when the loop that asked is gone, nobody is left to answer, and the file is closed in silence."""
        try:
            work()
        except RuntimeError:  # which is how asyncio says that a loop is closed; what the work itself raises was caught in it
            self._close_file()

    def _close_file(self) -> None:
        if self._file is not None:
            self._file.close()

    def stop(self) -> asyncio.Future[Any] | None:
        """Close behind what is under way, once; also what was opened for a task that was cancelled meanwhile: aiosqlite forgets that."""
        if self._stopped is None:
            self._tx.put_nowait((None, self._close_file))
            self._stopped = super().stop()
            if self._stopped is not None:
                self._stopped.add_done_callback(lambda _: self._connections.discard(self))
        return self._stopped


class _File(sqlite3.Connection):
    """A connection that gives up its transaction when it closes.

    SQLite keeps a closed connection, locks and all, as long as somebody holds one of its statements (https://sqlite.org/c3ref/close.html),
    and the frames of a cancelled task do, until the garbage collector comes by: every other writer would wait in vain.
    """

    def close(self) -> None:
        """Roll back and close; what is closed already stays so."""
        try:
            with suppress(sqlite3.ProgrammingError):  # which is how it says that it is closed
                self.rollback()
        finally:
            super().close()


def _open_sqlite(connections: set[_Connection], database: str, **arguments: Any) -> _Connection:
    """Make a connection as aiosqlite does."""
    return _Connection(lambda: sqlite3.connect(database, factory=_File, **arguments), connections)


async def dispose(engines: Engines, patience: float) -> None:
    """Close every connection; for those that tasks still hold that were cancelled, wait `patience` seconds at most."""
    await engines.reader.dispose()
    await engines.writer.dispose()
    held = [stopped for connection in tuple(engines.connections) if (stopped := connection.stop()) is not None]
    if held:
        await asyncio.wait(held, timeout=patience)
    engines.cleanup.close()


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
    _check_server(url)
    writer = create_async_engine(url, pool_size=5, max_overflow=15, pool_timeout=10, connect_args={"timeout": 10})
    reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engines(
        reader=reader,
        writer=writer,
        subject=f"The database {url.render_as_string(hide_password=True)}",
        path=None,
        cleanup=ExitStack(),
    )


def _check_server(url: URL) -> None:
    """Refuse what asyncpg would only complain of when it connects, in errors of every kind.

    Raises:
        ConfigurationError: host, port or an option cannot be used.
    """
    if unknown := sorted(url.query.keys() - OPTIONS.keys()):
        raise ConfigurationError(f"storage.url has the option {unknown[0]!r}, which Slugline does not know; known: {', '.join(OPTIONS)}.")
    for option, allowed in OPTIONS.items():
        if allowed and url.query.get(option, allowed[0]) not in allowed:
            raise ConfigurationError(f"storage.url: the option {option!r} must be one of {', '.join(allowed)}.")
    try:
        _, arguments = url.get_dialect()().create_connect_args(url)
        (url.host or "").encode("idna")
    except (ArgumentError, ValueError):
        raise ConfigurationError(f"storage.url has a host or a port that no server can have. Write {EXAMPLES}.") from None
    ports = arguments.get("port", 0)
    for port in ports if isinstance(ports, list) else [ports]:
        if port is not None and not 0 <= port < 2**16:
            raise ConfigurationError(f"storage.url has the port {port}; ports are numbers up to 65535.")


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


async def read_by_index(connection: AsyncConnection) -> None:
    """Have PostgreSQL read no whole table for the rest of the transaction, in which every statement has its index.

    Until it has counted a table that grows, about a minute, it takes a list of keys for most of the rows. Measured with 30,000 entries of
    feeds that are known: 18,000 instead of 1,000 a second.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SET LOCAL enable_seqscan = off"))


async def upsert(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows, or give the columns that the rows name to those with the same primary key; no key twice in `rows`."""
    if not rows:
        return
    statement = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)
    keys = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), rows)


async def insert_new(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert the rows whose primary key is not there yet."""
    if rows:
        statement = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)
        await connection.execute(statement.on_conflict_do_nothing(), rows)
