"""What every command is given and gives back, whatever the platform; no command lives here."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from ipaddress import IPv4Network, IPv6Network
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from bot.core.chats.chat import Address, Chat, ChatId, ChatKind, DigestId, Reader, Subscription
from bot.core.feeds.feed import FullText
from bot.core.message import Action, Message, Paragraph, Text
from bot.core.phrase import joined, phrase
from bot.core.telling.digest_settings import DigestSettings
from storage.engine.database import Database

# What loads a second's worth of libraries is not loaded for its name alone: most commands use none of it.
if TYPE_CHECKING:
    from bot.core.grouping.reingest import Reingest, Scope
    from bot.core.telling.digest import Digest
    from bot.core.understanding.chart import Chart
    from bot.sources.fetch import Door
    from bot.sources.worker import Worker


def _nothing() -> None:
    """Wake nobody: no watcher runs in this program."""


def _no_outage() -> datetime | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDesk:
    """What commands about feeds may use beside the database.

    `most` is how many feeds there may be, `full_text` what a new one gets, `checks_per_minute` how fast the first checks of an import
    follow each other, `read_seconds` how long a file may take to be read. `wake` tells a watcher of this program that something is due.
    `check_due` is there where no watcher runs: it asks what is due, stores and groups what came, and returns. `outage` says since when
    our own line has been out, None while it is not.
    """

    door: "Door"
    worker: "Worker"
    most: int = 20_000
    full_text: FullText = FullText.FEED
    allow_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    checks_per_minute: int = 600
    read_seconds: float = 30.0
    wake: Callable[[], None] = _nothing
    check_due: Callable[[], Awaitable[None]] | None = None
    outage: Callable[[], datetime | None] = _no_outage


def _none_stopped() -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingDesk:
    """What commands about what chats are told may use beside the database.

    `preview` composes the digest that a subscription would be told now and tells nobody, `told` gives one as it was told, the newest
    unless it is named. `wake` tells whoever sends in this program that something may go, `stopped` the platforms that take nothing
    more, each with the reason.
    """

    preview: Callable[[Subscription, Chat], Awaitable["Digest"]]
    told: Callable[[ChatId, DigestId | None], Awaitable["Digest | None"]]
    wake: Callable[[], None] = _nothing
    stopped: Callable[[], Mapping[str, str]] = _none_stopped


class Planner(Protocol):
    """Works out what ingesting a scope again would change, and keeps the plan unless `is_dry`; None while another one is under way.

    `expect` is told how much more there is to do, `advance` how much more is done.
    """

    def __call__(
        self, scope: "Scope", *, who: str, chat: str, is_dry: bool, expect: Callable[[int], None], advance: Callable[[int], None]
    ) -> Awaitable["Reingest | None"]:
        """Raise SluglineError when it cannot be done now."""


class Draw(Protocol):
    """Draws a chart as PNG and says in sentences, in the reader's language, what is to be seen in it."""

    def __call__(self, chart: "Chart", reader: Reader) -> Awaitable[tuple[bytes, str]]:
        """Raise SluglineError when it cannot be drawn now; nothing else depends on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What commands may use: the database, and settings as plain values.

    `digest_window` is how far `/digest` looks back when nobody says, `zone` the zone of a chat that has not chosen one, `language` (ISO
    639-1) what the terminal speaks until somebody there chooses, None where it was not said. `feeds` is None
    where nothing can be fetched, `telling` where no subscribed digest can be composed. `correct` does what admins asked for, unless another
    process is the one that groups; None where nobody groups. `reingest` is None where no files are read.
    `draw` is None where nobody looks at pictures.
    """

    database: Database
    version: str
    digest: DigestSettings = field(default_factory=DigestSettings)
    digest_window: timedelta = timedelta(hours=24)
    zone: str = "UTC"
    language: str | None = None
    feeds: FeedDesk | None = None
    telling: TellingDesk | None = None
    correct: Callable[[], Awaitable[object]] | None = None
    reingest: Planner | None = None
    draw: Draw | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that came with a request: its name without folders, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file that goes with an answer: a name fit for any file system, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The chat in which somebody types, as its platform describes it; `language` is ISO 639-1, None where the platform does not say."""

    address: Address
    kind: ChatKind
    name: str
    language: str | None = None


TERMINAL: Final = Place(address=Address(platform="terminal", chat="me"), kind=ChatKind.TERMINAL, name="Terminal")
"""The one chat of whoever sits at this machine, whether in a conversation or with `slugline ask`."""


SETTINGS: Final = Action(phrase("Settings"), "/settings")
"""Offered wherever somebody may want to be served otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guild:
    """A server that a chat is part of: the platform's id of it, and whether who asks runs all of it.

    `uncallable` are the ids of its roles that would not hear of it if a message of ours in this chat called them.
    """

    id: str
    is_run: bool
    uncallable: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One line that a person typed, when (aware, UTC) and where.

    `is_admin` says whether that person may change this installation, `runs_chat` whether the settings of this chat. `person` is the
    platform's id of who it is, empty when that is not known. `guild` is None where chats are part of no server. `is_guest` says that the
    bot is no member of the chat: somebody brought it along, for whom it answers.
    """

    text: str
    now: datetime
    attachment: Attachment | None = None
    is_admin: bool = True
    runs_chat: bool = True
    place: Place = TERMINAL
    person: str = ""
    guild: Guild | None = None
    is_guest: bool = False


Progress: TypeAlias = Callable[[int, int], None]
"""Told by work: how many steps are done, of how many."""

Work: TypeAlias = Callable[[Progress], Awaitable["Answer"]]
"""What is still to be done after an answer; gives the answer that follows it. Raises SluglineError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person is shown, and the same as data: `facts` is a frozen dataclass, a tuple of them, or None.

    `failed` is true when the question was not understood or names nothing that exists; `misused` only in the first case. `document` is
    to be handed over with it. `work`, where there is some, is for the platform to run: beside the conversation, or to the end. `chart`
    shows the same again: a picture follows the text, which never waits for it; the terminal draws it in letters. `is_picture` says that the
    picture was asked for, so that whoever pressed a button gets it too; without it, what a button shows in place has none.
    """

    message: Message
    facts: object = None
    failed: bool = False
    misused: bool = False
    document: Document | None = None
    work: Work | None = None
    chart: "Chart | None" = None
    is_picture: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request taken apart: what follows the name of the command, whole and as words."""

    rest: str
    now: datetime
    attachment: Attachment | None = None
    is_admin: bool = True
    runs_chat: bool = True
    place: Place = TERMINAL
    person: str = ""
    guild: Guild | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """The rest, split at white space."""
        return tuple(self.rest.split())


Handler: TypeAlias = Callable[[Desk, Call], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Deed:
    """What a command does: a function of a module beside this one, loaded when it is first asked for."""

    module: str
    function: str

    def load(self) -> Handler:
        """Give the function."""
        handler: Handler = getattr(import_module(f"bot.commands.{self.module}"), self.function)
        return handler

    async def __call__(self, desk: Desk, call: Call) -> Answer:
        """Do it."""
        return await self.load()(desk, call)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command: its name without the slash, how it is used, what it does in one line, in more words, and who does it.

    `admin` marks what changes the installation or tells of its inside: only its admins are answered. `settles` marks what settles how the
    chat is served: in a group only those who run it are answered. `acts` marks what does something even without further words; of the
    others, those that change anything only ask until they are given some. `reads` marks what needs nothing of the desk but the database.
    `only` is the one platform that has it, empty for all.
    """

    name: str
    usage: str
    summary: str
    details: str
    handler: Deed
    admin: bool = False
    settles: bool = False
    acts: bool = False
    reads: bool = False
    only: str = ""


def refused(told: str, reason: str) -> Answer:
    """Answer that something was not done, and why: "Not added: " and a reason as the door gives it, without its full stop."""
    return sentence(joined("", (told, reason, "" if reason.endswith((".", "?")) else ".")), failed=True)


def sentence(text: str, *, facts: object = None, failed: bool = False, misused: bool = False) -> Answer:
    """Answer with one sentence."""
    return Answer(message=Message((Paragraph((Text(text),)),)), facts=facts, failed=failed, misused=misused)
