"""The door to the database: opening, the two kinds of transaction, leadership, closing. No statement about articles or events."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Self, TypeAlias

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.core.errors import StorageUnavailable
from storage.engine import engines, upgrade
from storage.engine.faults import translated
from storage.engine.leadership import Leadership, lead

Connection: TypeAlias = AsyncConnection

BUSY_TIMEOUT = 5.0  # seconds; guess: longer than any batch of ours, shorter than the patience of somebody who asks for the latest news

CLOSING = 5.0  # seconds that somebody who wants to go waits for a database to be closed; guess: beyond that, a server does not answer


class Database:
    """An open database; make one with `open`, and close it."""

    def __init__(self, opened: engines.Engines) -> None:
        self._engines = opened
        self._writing = asyncio.Lock()
        self._file: tuple[int, int] | None = None

    @classmethod
    async def open(cls, url: str, *, now: datetime, busy_timeout: float = BUSY_TIMEOUT, briefly: bool = False) -> Self:
        """Open the database at `url`, making it and bringing its schema up to date where necessary; ":memory:" lasts for this run.

        `now` is the time to write beside what a migration changes; `busy_timeout` (seconds) is how long SQLite waits for other programs.
        `briefly` is for who asks once and closes: a SQLite file on a full or read-only disk is then read as it lies.

        Raises:
            ConfigurationError: the URL names no database that can be used.
            NewerDatabase: a newer Slugline wrote it.
            BrokenDatabase: it is damaged, cut off, or no database of Slugline.
            StorageUnavailable: full, read-only, locked, or out of reach; the same call may succeed later.
        """
        database = cls(engines.connect(url, busy_timeout=busy_timeout))
        try:
            try:
                await database._check(now)
            except StorageUnavailable:
                lying = engines.as_it_lies(database._engines) if briefly else None
                if lying is None:
                    raise
                # What is stored can be answered from all the same; writing goes on being refused until the disk allows it.
                await database._engines.reader.dispose()
                database._engines = lying
                await database._check(now)
        except BaseException:
            await database.close()
            raise
        return database

    async def _check(self, now: datetime) -> None:
        """Look whether the file is whole and the schema ours; only a schema that is not needs the writing door."""
        path = self._engines.path
        try:
            if path is not None:
                engines.check_file(path)
            if path is None or (path.exists() and path.stat().st_size):
                async with self.read() as connection:
                    current = await upgrade.is_current(connection, self.subject)
                    await engines.check_pages(connection, self._engines)
            else:
                current = False
            if not current:
                async with self.write() as connection:
                    await upgrade.upgrade(connection, self.subject, now=now)
            if path is not None:
                self._file = engines.whereabouts(path)
        except OSError as error:
            raise self._unreachable(error) from error

    @property
    def engine_name(self) -> str:
        """Which engine this is: "sqlite" or "postgresql"."""
        return self._engines.writer.dialect.name

    @property
    def subject(self) -> str:
        """What to call this database in a message: its file, or its address without the password."""
        return self._engines.subject

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that sees one moment of the database, waits for no writer, and cannot write."""
        async with self._transaction(self._engines.reader) as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Open the one transaction that writes; committed at the end, rolled back by any exception. Do not open one inside another."""
        async with self._writing:
            self._check_in_place()
            async with self._transaction(self._engines.writer) as connection:
                yield connection

    def _check_in_place(self) -> None:
        """Refuse to write into a file that nobody will find again: SQLite goes on writing when its file was moved or removed."""
        path = self._engines.path
        if path is None or self._file is None:
            return
        try:
            in_place = engines.whereabouts(path) == self._file
        except OSError as error:
            raise StorageUnavailable(f"{self.subject} is gone ({error.strerror}); put it back, or start Slugline again.") from error
        if not in_place:
            raise StorageUnavailable(f"{self.subject} was replaced by another file; start Slugline again.")

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        """Begin, hand over, end: the one place where what a driver complains about becomes our error."""
        transaction = engine.begin()
        try:
            connection = await transaction.__aenter__()
        except (DBAPIError, PoolTimeout, OSError) as error:
            raise self._unreachable(error) from error
        try:
            yield connection
        except BaseException as error:
            await transaction.__aexit__(type(error), error, error.__traceback__)
            if isinstance(error, DBAPIError | PoolTimeout) and (ours := translated(error, self.subject)) is not None:
                raise ours from error
            raise
        try:
            await transaction.__aexit__(None, None, None)
        except DBAPIError as error:
            raise self._unreachable(error) from error

    def _unreachable(self, error: Exception) -> Exception:
        """Give our error for one of a driver, the driver's own if it means nothing to us."""
        return translated(error, self.subject) or error

    @asynccontextmanager
    async def leader(self, name: str) -> AsyncIterator[Leadership]:
        """Try to be the only one of all processes that does `name` (a short word); what it yields is false if somebody else does.

        A leader asks `holds` at the beginning of each transaction that it writes as the leader, and goes when the answer is no. Do not
        open this inside a writing transaction: a new leader waits for writers. Leaving is no error even when the connection that made us
        leader is dead.
        """
        leading = lead(self._engines, name)
        try:
            leadership = await leading.__aenter__()
        except (DBAPIError, PoolTimeout, OSError) as error:
            raise self._unreachable(error) from error
        try:
            yield leadership
        finally:
            await leading.__aexit__(None, None, None)

    async def close(self) -> None:
        """Let go of all connections; SQLite then folds its log into the file.

        Whoever is cancelled meanwhile, as by Ctrl-C, goes when that is done: a pool that is stopped half-way forgets the rest of its
        connections, open as they are.
        """
        closing = asyncio.ensure_future(engines.dispose(self._engines, CLOSING))
        try:
            await asyncio.shield(closing)
        except asyncio.CancelledError:
            await asyncio.wait([closing], timeout=CLOSING)
            raise
