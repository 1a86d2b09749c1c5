"""Every error that Slugline raises on purpose, grouped by what the caller does about it.

    SluglineError
    ├── ConfigurationError    say which key is wrong and stop (exit code 2)
    ├── UsageError            say how the command is used (exit code 2; in a chat: an answer)
    ├── SourceError           mark the source as failing, go on with the others
    ├── StorageError          the database cannot be used: say why and stop (exit code 1)
    │   ├── NewerDatabase     written by a newer Slugline: upgrade the program or restore a backup
    │   └── BrokenDatabase    not a database, or damaged: restore a backup
    └── StorageUnavailable    full, read-only or locked: stop taking in, answer from what is stored, try again

Messages name their subject (which file, which key, which chat), say what was expected and what to do next.
"""


class SluglineError(Exception):
    """Anything that goes wrong in a way that Slugline can explain."""

    @property
    def told(self) -> str:
        """Give the message; `str` would forget that it is a phrase, which can be said in another language."""
        return self.args[0] if self.args and isinstance(self.args[0], str) else str(self)


class ConfigurationError(SluglineError):
    """The configuration cannot be used as it is."""


class UsageError(SluglineError):
    """A command was given words that it does not understand."""


class SourceError(SluglineError):
    """A source cannot be read now."""


class StorageError(SluglineError):
    """The database cannot be used until somebody does something."""


class NewerDatabase(StorageError):
    """The database has migrations that this program does not know."""


class BrokenDatabase(StorageError):
    """The database is damaged, or is no database at all."""


class StorageUnavailable(SluglineError):
    """The database cannot be written (or read) at the moment; the same call may succeed later."""
