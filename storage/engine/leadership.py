"""Being the only one of all processes that does something, and noticing when that is over. What is then done is for the caller."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from io import BufferedWriter
from pathlib import Path

from sqlalchemy import TextClause, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine.engines import Engines, wait_for_writers, whereabouts

_TRY_LOCK = text("SELECT pg_try_advisory_lock(hashtextextended(:lock, 0)), pg_backend_pid()")
_UNLOCK = text("SELECT pg_advisory_unlock(hashtextextended(:lock, 0))")
# pg_locks shows a 64-bit key in two halves: https://www.postgresql.org/docs/current/view-pg-locks.html
_IS_HELD: TextClause = text(
    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND pid = :pid "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND (classid::bigint << 32) | objid::bigint = hashtextextended(:lock, 0))"
)


@dataclass(frozen=True, slots=True)
class Leadership:
    """Whether we were made leader (as a truth value), and by `holds` whether we still are."""

    _lock: str | None = None
    _pid: int = 0
    _file: BufferedWriter | None = None

    def __bool__(self) -> bool:
        """Tell whether we became leader; True for ever, even after the server forgot us."""
        return self._lock is not None

    async def holds(self, connection: AsyncConnection) -> bool:
        """Tell, at the beginning of a writing transaction, whether it may still write as the leader; holds until it is committed.

        PostgreSQL drops our lock with the session that took it, and that may die without our noticing. A successor, before it begins,
        waits for the writers that were let through here.
        """
        if self._lock is None:
            return False
        if self._file is not None:
            return _is_in_place(self._file)
        await wait_for_writers(connection)
        return bool(await connection.scalar(_IS_HELD, {"pid": self._pid, "lock": self._lock}))


@asynccontextmanager
async def lead(engines: Engines, name: str) -> AsyncIterator[Leadership]:
    """Take the leadership called `name` if nobody else has it; never waits for who has it, but for who writes.

    SQLite: a lock on a file beside the database, which the system drops when the process dies.
    PostgreSQL: an advisory lock, which the server drops when the connection ends; then nothing is left to give back at the end.
    """
    if engines.path is not None:
        with _lock_file(engines.path.with_name(f"{engines.path.name}.{name}.lock")) as file:
            yield Leadership(None if file is None else name, 0, file)
        return
    async with engines.writer.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        lock = f"slugline {name}"
        held, pid = (await connection.execute(_TRY_LOCK, {"lock": lock})).one()
        if not held:
            yield Leadership()
            return
        try:
            async with engines.writer.begin() as barrier:
                await wait_for_writers(barrier)
            yield Leadership(lock, pid)
        finally:
            await asyncio.shield(_give_back(connection, lock))


async def _give_back(connection: AsyncConnection, lock: str) -> None:
    """Unlock; a session in which that fails has ended, or must end so that the lock goes with it."""
    try:
        await connection.execute(_UNLOCK, {"lock": lock})
    except DBAPIError:
        await connection.invalidate()


@contextmanager
def _lock_file(path: Path) -> Iterator[BufferedWriter | None]:
    """Lock `path` for this process; the file stays, because removing it would let two processes lock two files of one name."""
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield file


def _is_in_place(file: BufferedWriter) -> bool:
    """Tell whether a locked file is still the one that others would lock: somebody may have removed it."""
    status = os.fstat(file.fileno())
    try:
        return whereabouts(Path(file.name)) == (status.st_dev, status.st_ino)
    except OSError:  # gone, or out of reach: others may have another by now
        return False
