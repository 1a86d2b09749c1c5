"""What every command is given and gives back, whatever the platform; no command lives here."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.core.digest import DigestSettings
from bot.core.message import Message, Paragraph, Text
from storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What commands may use: the database, and settings as plain values.

    `digest_window` is how far `/digest` looks back when nobody says.
    """

    database: Database
    version: str
    digest: DigestSettings = field(default_factory=DigestSettings)
    digest_window: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One line that a person typed, and when (aware, UTC)."""

    text: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person is shown, and the same as data: `facts` is a frozen dataclass, a tuple of them, or None.

    `failed` is true when the question was not understood or names nothing that exists; `misused` only in the first case.
    """

    message: Message
    facts: object = None
    failed: bool = False
    misused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request taken apart: what follows the name of the command, whole and as words."""

    rest: str
    now: datetime

    @property
    def words(self) -> tuple[str, ...]:
        """The rest, split at white space."""
        return tuple(self.rest.split())


Handler: TypeAlias = Callable[[Desk, Call], Awaitable[Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command: its name without the slash, how it is used, what it does in one line, in more words, and who does it."""

    name: str
    usage: str
    summary: str
    details: str
    handler: Handler


def sentence(text: str, *, facts: object = None, failed: bool = False, misused: bool = False) -> Answer:
    """Answer with one sentence."""
    return Answer(message=Message((Paragraph((Text(text),)),)), facts=facts, failed=failed, misused=misused)
