"""What a database driver's complaint means for Slugline: the one place where foreign errors become ours. Raises nothing by itself."""

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, TimeoutError as PoolTimeout

from bot.core.errors import BrokenDatabase, ConfigurationError, SluglineError, StorageUnavailable

RESTORE = "Stop Slugline, move this database away and put the newest backup in its place"

# SQLite's result codes (https://www.sqlite.org/rescode.html), by the beginning of their names.
_SQLITE = (
    ("SQLITE_FULL", "the disk is full; free some space"),
    ("SQLITE_READONLY", "it cannot be written; check the rights of the file and its folder, and that nobody moved it"),
    ("SQLITE_BUSY", "another program holds it locked; close that program"),
    ("SQLITE_LOCKED", "another connection holds it locked; wait for it"),
    ("SQLITE_CANTOPEN", "it cannot be opened; check the path and the rights of the folder"),
    ("SQLITE_IOERR", "the disk reports an error; check the disk and its free space"),
    ("SQLITE_PERM", "access is denied; check the rights of the file"),
    ("SQLITE_NOMEM", "there is not enough memory"),
)
_SQLITE_BROKEN = ("SQLITE_CORRUPT", "SQLITE_NOTADB")

# PostgreSQL's error codes (its documentation, appendix A), by the beginning.
_POSTGRESQL = (
    ("53100", "its disk is full; free some space"),
    ("53", "it is out of resources; free memory or connections"),
    ("25006", "it only allows reading; make it writable again"),
    ("55P03", "a lock was not granted in time; find who holds it"),
    ("40", "another transaction was in the way"),
    ("57P", "it is shutting down or starting"),
    ("57014", "it took too long and was cancelled"),
    ("58", "it reports a fault of its machine; check its log and disk"),
    ("08", "the connection broke; check that the server runs"),
)
_POSTGRESQL_BROKEN = ("XX001", "XX002")
_POSTGRESQL_SETTINGS = (
    ("28", "user name or password are refused; check storage.url"),
    ("3D000", "there is no database of this name; create it, or correct storage.url"),
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
    if name.startswith(_SQLITE_BROKEN):
        return BrokenDatabase(f"{subject} is damaged or is not a Slugline database ({error}). {RESTORE}.")
    for beginning, meaning in _SQLITE:
        if name.startswith(beginning):
            return StorageUnavailable(f"{subject}: {meaning}.")
    state = str(getattr(error, "sqlstate", None) or getattr(error.__cause__, "sqlstate", None) or "")
    if state.startswith(_POSTGRESQL_BROKEN):
        return BrokenDatabase(f"{subject} is damaged ({error}). Restore the newest backup.")
    for beginning, meaning in _POSTGRESQL_SETTINGS:
        if state.startswith(beginning):
            return ConfigurationError(f"{subject}: {meaning}.")
    for beginning, meaning in _POSTGRESQL:
        if state.startswith(beginning):
            return StorageUnavailable(f"{subject}: {meaning}.")
    if isinstance(error, OSError):  # asyncpg lets the refusal of a connection through as it is
        return StorageUnavailable(f"{subject} cannot be reached ({error.strerror or error}); check that the server runs.")
    return None


def _of_connection(error: DBAPIError, subject: str) -> SluglineError | None:
    """Recognise a lost connection for which the driver had no code."""
    if error.connection_invalidated or (isinstance(error, InterfaceError | OperationalError) and "clos" in str(error.orig)):
        return StorageUnavailable(f"{subject}: the connection broke; check that the server runs.")
    return None
