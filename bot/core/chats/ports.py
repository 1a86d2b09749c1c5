"""What delivery and a platform say to each other: what goes out, what can become of it, which limits hold; nothing is sent here.

An outcome says what to do next, not what happened on the wire:

    Sent            it arrived; remember the message's id
    NotModified     an edit that would have changed nothing: as good as sent
    NotSent         it certainly did not arrive: send it again, soon
    Ambiguous       it may have arrived: send it again where the platform recognises the nonce, else once
    RetryLater      the platform wants to be left alone for a while, in this chat or altogether
    MessageGone     the message to edit is not there any more
    ChatMoved       the chat has another address now: everything that waits for it goes there
    ChatGone        we are not allowed into the chat any more: pause it, keep its settings
    Rejected        the platform read it and does not take it as it is
    Stopped         the platform does not work with us at all: send nothing more, tell the operator
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeAlias

from bot.core.chats.chat import Address, ChatKind, DeliveryId, Reader
from bot.core.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a platform takes. All topics of a chat share its limits; None means that there is none of the kind.

    `per_chat_seconds` lie at least between two messages to one chat; a group or channel takes `per_group_minute` messages in any minute,
    the platform `overall_second` in any second. `edits_count` says whether an edit counts like a message. `at_once` messages are under
    way at the same time at most: so many a kill of the program leaves in doubt.
    """

    per_chat_seconds: float = 1.0
    per_group_minute: int | None = 20
    overall_second: int | None = 30
    edits_count: bool = True
    at_once: int = 1


UNLIMITED = Limits(per_chat_seconds=0.0, per_group_minute=None, overall_second=None, edits_count=False)
"""What a platform that is ourselves (the terminal) takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message on its way: a new one, or, with `edits`, the new content of the message that has this id.

    `delivery_id` is None for an answer to somebody who waits for it, which is nowhere written down. `reader` is for whom it is written out.
    `reply_to` is the id of the message that it answers. `nonce` is the same whenever the same thing is sent again, and never another's; at
    most 25 characters. `continues` is, for a later part of a message, the id of the message whose post or thread it belongs into.
    `doubtful_since` is set when it may be in the chat already: it was first tried after that. `is_plain` asks for no formatting at all,
    because the platform could not read it with; `is_short` for as much as certainly fits, because the platform found it too long.
    """

    delivery_id: DeliveryId | None
    address: Address
    kind: ChatKind
    reader: Reader
    message: Message
    nonce: str
    reply_to: str | None = None
    edits: str | None = None
    continues: str | None = None
    doubtful_since: datetime | None = None
    is_silent: bool = False
    is_plain: bool = False
    is_short: bool = False


class Rejection(StrEnum):
    """Why a platform does not take a message that reached it."""

    FORMAT = "format"  # it cannot read the formatting: plain text may go
    TOO_LONG = "too long"
    TOPIC = "topic"  # the topic is closed or deleted
    RIGHTS = "rights"  # a right is missing that somebody in the chat can give
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """It arrived; `message_id` is what an edit or a reply has to name."""

    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """The message reads so already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """It never reached the platform: no connection, no name, no room."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguous:
    """It left here, and nobody knows whether it arrived: cut off, timed out, an error of the platform's own."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryLater:
    """It did not arrive; nothing may be sent for `after`: to this chat, or to none (`is_overall`)."""

    after: timedelta
    reason: str
    is_overall: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageGone:
    """The message that was to be edited or answered was deleted, or is too old to be touched."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMoved:
    """Nothing arrived: the chat is found at another address."""

    address: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatGone:
    """Blocked, kicked, deleted."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """It did not arrive, and will not as it is; `reason` is a sentence for people and names the right or topic that is concerned."""

    why: Rejection
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """Nothing arrives any more, whatever it is: the token is refused, or another program uses it."""

    reason: str


Outcome: TypeAlias = Sent | NotModified | NotSent | Ambiguous | RetryLater | MessageGone | ChatMoved | ChatGone | Rejected | Stopped


class Platform(Protocol):
    """Where chats live."""

    @property
    def name(self) -> str:
        """What the addresses of its chats begin with."""
        ...

    @property
    def limits(self) -> Limits:
        """How much it takes."""
        ...

    @property
    def deduplicates(self) -> bool:
        """Whether what may be there already can be sent again without being shown twice."""
        ...

    def parts(self, message: Message, reader: Reader) -> tuple[Message, ...]:
        """Cut a message into what fits into one of the platform's, at least one; the same for the same reader always at the same places."""
        ...

    async def is_reachable(self) -> bool:
        """Ask it something that changes nothing, within a time-out: whether it answers us at present."""
        ...

    async def deliver(self, outgoing: Outgoing) -> Outcome:
        """Send or edit one message that fits, within a time-out; raises for nothing that the platform or the line does."""
        ...
