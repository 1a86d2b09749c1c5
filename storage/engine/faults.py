"""What a database driver's complaint means for Slugline: the one place where foreign errors become ours. Raises nothing by itself."""

from typing import TypeAlias

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.core.errors import BrokenDatabase, ConfigurationError, SluglineError, StorageUnavailable

RESTORE = (
    "Stop Slugline, move this database and the files of its name that end in -wal and -shm away, and put the newest backup in its place"
)

# What an error code that begins so means: our error, and what to tell the operator after the name of the database.
Meanings: TypeAlias = tuple[tuple[str, type[SluglineError], str], ...]

# SQLite's result codes by name: https://www.sqlite.org/rescode.html
_SQLITE: Meanings = (
    ("SQLITE_CORRUPT", BrokenDatabase, f" is damaged. {RESTORE}."),
    ("SQLITE_NOTADB", BrokenDatabase, f" is damaged, or no database of Slugline. {RESTORE}."),
    ("SQLITE_FULL", StorageUnavailable, ": the disk is full; free some space."),
    ("SQLITE_READONLY", StorageUnavailable, ": it cannot be written; check the rights of the file and of its folder."),
    ("SQLITE_BUSY", StorageUnavailable, ": another program holds it locked; close that program."),
    ("SQLITE_LOCKED", StorageUnavailable, ": another connection holds it locked; wait for it."),
    ("SQLITE_CANTOPEN", StorageUnavailable, ": it cannot be opened; check the path and the rights of the folder."),
    ("SQLITE_IOERR", StorageUnavailable, ": the disk reports an error; check the disk and its free space."),
    ("SQLITE_PERM", StorageUnavailable, ": access is denied; check the rights of the file."),
    ("SQLITE_NOMEM", StorageUnavailable, ": there is not enough memory."),
)

# PostgreSQL's error codes: its documentation, appendix A. Longer beginnings first.
_POSTGRESQL: Meanings = (
    ("XX001", BrokenDatabase, " is damaged. Restore the newest backup."),
    ("XX002", BrokenDatabase, " is damaged. Restore the newest backup."),
    ("28", ConfigurationError, ": user name or password are refused; check storage.url."),
    ("3D000", ConfigurationError, ": there is no database of this name; create it, or correct storage.url."),
    ("53100", StorageUnavailable, ": its disk is full; free some space."),
    ("53", StorageUnavailable, ": it is out of resources; free memory or connections."),
    ("25006", StorageUnavailable, ": it only allows reading; make it writable again."),
    ("55P03", StorageUnavailable, ": a lock was not granted in time; find who holds it."),
    ("40", StorageUnavailable, ": another transaction was in the way; the same request may succeed later."),
    ("57P", StorageUnavailable, ": it is shutting down or starting; check that the server runs."),
    ("57014", StorageUnavailable, ": it took too long and was cancelled."),
    ("58", StorageUnavailable, ": it reports a fault of its machine; check its log and disk."),
    ("08", StorageUnavailable, ": the connection broke; check that the server runs."),
)


def translated(error: Exception, subject: str) -> SluglineError | None:
    """Give the Slugline error that `error` stands for, None when it is a mistake in our own statements.

    `subject` names the database as the operator knows it: the file, or the server's address without the password.
    """
    if isinstance(error, PoolTimeout):
        return StorageUnavailable(f"{subject}: all connections are in use; the same request may succeed later.")
    if isinstance(error, DBAPIError) and error.orig is not None:
        return _of_driver(error.orig, subject) or _of_connection(error, subject)
    return _of_driver(error, subject)


def _of_driver(error: BaseException, subject: str) -> SluglineError | None:
    """Read the codes that sqlite3 and asyncpg put on their exceptions; asyncpg's own may be the cause of what SQLAlchemy shows."""
    name = str(getattr(error, "sqlite_errorname", None) or "")
    state = str(getattr(error, "sqlstate", None) or getattr(error.__cause__, "sqlstate", None) or "")
    for code, meanings in ((name, _SQLITE), (state, _POSTGRESQL)):
        for beginning, kind, meaning in meanings:
            if code.startswith(beginning):
                return kind(subject + meaning)
    if isinstance(error, OSError):  # asyncpg lets the refusal of a connection through as it is
        return StorageUnavailable(f"{subject} cannot be reached ({error.strerror or error}); check that it is there and runs.")
    return None


def _of_connection(error: DBAPIError, subject: str) -> SluglineError | None:
    """Recognise a lost connection for which the driver had no code."""
    if error.connection_invalidated or (isinstance(error, InterfaceError | OperationalError) and "clos" in str(error.orig)):
        return StorageUnavailable(f"{subject}: the connection broke; check that the server runs.")
    return None
