"""A chat, what it subscribed to and what it has been told: values only; when, for whom and in which words is decided elsewhere."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NewType

from bot.core.model import EventId

ChatId = NewType("ChatId", int)
SubscriptionId = NewType("SubscriptionId", int)
DigestId = NewType("DigestId", int)
DeliveryId = NewType("DeliveryId", int)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a platform puts a message: "terminal"/"me", "telegram"/"-100123"/"17"; `thread` is empty without a topic or thread."""

    platform: str
    chat: str
    thread: str = ""


class ChatKind(StrEnum):
    """What a chat is on its platform; groups and channels have limits of their own."""

    PRIVATE = "private"
    GROUP = "group"
    CHANNEL = "channel"
    TERMINAL = "terminal"


class WhenEmpty(StrEnum):
    """What a digest does that has nothing new to tell."""

    LINE = "line"
    SILENCE = "silence"


class Replies(StrEnum):
    """Which changes of a card are worth a message of their own."""

    ALL = "all"
    SIGNIFICANT = "significant"
    NONE = "none"


class Repeat(StrEnum):
    """When a subscription speaks: at a time of the local day, or whenever something breaks."""

    DAILY = "daily"
    WEEKDAYS = "weekdays"
    WEEKLY = "weekly"
    BREAKING = "breaking"


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which a chat is left in peace: minutes of the local day, from `start` until before `end`, across midnight when start > end.

    Equal ends mean none: a slip of the finger never silences a chat for ever.
    """

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """For whom a message is written out: in whose zone and language; fields as in `Chat`."""

    zone: str
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A destination with its settings.

    `zone` is an IANA name or a fixed offset ("UTC+03:00"); `language` is ISO 639-1, None while the platform has not said.
    `paused_at` and `paused_reason` are set while the platform refuses it (blocked, kicked), `stopped_at` once its people said /stop; both
    None while it is served. Settings and subscriptions outlive either.
    """

    id: ChatId
    address: Address
    kind: ChatKind
    name: str
    zone: str
    created_at: datetime
    language: str | None = None
    quiet: Quiet | None = None
    when_empty: WhenEmpty = WhenEmpty.LINE
    replies: Replies = Replies.SIGNIFICANT
    paused_at: datetime | None = None
    paused_reason: str | None = None
    stopped_at: datetime | None = None

    @property
    def reader(self) -> Reader:
        """Who reads what is written here."""
        return Reader(zone=self.zone, language=self.language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What a chat asked for.

    `at` is minutes of the local day and None for breaking, `weekday` 0 for Monday and None but for weekly. `filter` is the normal form of
    a `filters.Filter`, empty for everything. `min_reports`, `within` and `cooldown` are breaking's, None for the others. `due_at` is when
    the next digest is due; for breaking the end of its cool-down, None before the first alert. `last_date` is the local date of its last
    digest and `seen` the row of the events' history up to which that one accounts, None before the first.
    """

    id: SubscriptionId
    chat_id: ChatId
    repeat: Repeat
    created_at: datetime
    at: int | None = None
    weekday: int | None = None
    filter: str = ""
    min_reports: int | None = None
    within: timedelta | None = None
    cooldown: timedelta | None = None
    due_at: datetime | None = None
    last_date: date | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A row of the ledger: what a chat was last told of an event, and how it stood then."""

    event_id: EventId
    revision: int
    at: datetime
    outlets: int
    reports: int
    headline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardState:
    """The card of an event in a chat as it was last queued.

    `message_id` is None until the platform has said that it arrived. `content` is a fingerprint of what is shown, to queue no edit that
    changes nothing, `shown_at` when that was due. `replied_at` is None before the first reply to it.
    """

    chat_id: ChatId
    event_id: EventId
    revision: int
    content: str
    told: Told
    shown_at: datetime
    message_id: str | None = None
    replied_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Follow:
    """A chat wants to hear of every significant change of an event."""

    chat_id: ChatId
    event_id: EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """A chat does not want to hear of an event, or of what contains a word; exactly one of the two. `until` is None for ever."""

    chat_id: ChatId
    event_id: EventId | None = None
    word: str | None = None
    until: datetime | None = None
