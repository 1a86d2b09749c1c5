"""A delivery: what is queued for a chat, what is claimed for sending, and what became of it; values only, rows: `storage.delivery`.

queued ──► sending ──► sent
  ▲           │ ├────► ambiguous   it may have arrived, and sending it once more could show it a third time
  └── retry ◄─┘ ├────► dead        the platform does not take it
                └────► dropped     nobody wants it any more
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from bot.core.chats.chat import Address, ChatId, ChatKind, DeliveryId, DigestId, Quiet, Reader
from bot.core.model import EventId


class DeliveryKind(StrEnum):
    """What a delivery is for the chat."""

    DIGEST = "digest"
    CARD = "card"
    EDIT = "edit"  # new content of a card
    REPLY = "reply"  # a message that answers a card
    ALERT = "alert"  # what broke in quiet hours, in one message
    NOTICE = "notice"


class DeliveryState(StrEnum):
    """Where a delivery stands; the last four are final until somebody at the command line says otherwise."""

    QUEUED = "queued"
    RETRY = "retry"
    SENDING = "sending"
    SENT = "sent"
    AMBIGUOUS = "ambiguous"
    DEAD = "dead"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """A message to be put into a chat.

    `message` is what `core.message_text` made of it. `key` names it for ever: a second one with the same key is not queued. Cards, edits
    and replies carry the event of their card, which is saved before they are queued. `not_before` is None for at once.
    """

    chat_id: ChatId
    kind: DeliveryKind
    message: str
    key: str
    event_id: EventId | None = None
    digest_id: DigestId | None = None
    is_silent: bool = False
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A delivery that only its claimer may send until the lease ends.

    `part` counts the parts of the message that have arrived, `attempts` how often this part was tried, this time included, `doubts` how
    often the platform left open whether it arrived. `is_doubtful` says that it may be there already. `edits` and `reply_to` are message
    ids, and so is `begun_by`, that of the first part when others follow. `claim` tells this claim from all others of the delivery.
    `quiet` and `zone` are those of its chat.
    """

    id: DeliveryId
    claim: int
    chat_id: ChatId
    address: Address
    chat_kind: ChatKind
    reader: Reader
    kind: DeliveryKind
    message: str
    created_at: datetime
    part: int
    attempts: int
    doubts: int
    is_doubtful: bool
    is_silent: bool
    event_id: EventId | None
    edits: str | None
    reply_to: str | None
    begun_by: str | None = None
    quiet: Quiet | None = None
    zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """It is in the chat; `message_id` is None when an edit changed nothing. With `more`, the next part of it is due at once."""

    message_id: str | None = None
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TryAgain:
    """It certainly did not arrive; nothing is sent to the chat before `at`."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsure:
    """It may have arrived; if it is to be sent again, then not before `at`. `deduplicates` says that sending it again does no harm."""

    at: datetime
    reason: str
    deduplicates: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """It was not tried at all; nothing is sent to the chat before `at`, None for at once. It counts as no attempt."""

    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Postponed:
    """It was not tried, and is not due before `at`; other messages of the chat may go. It counts as no attempt."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The platform does not take it; `reason` is a sentence for the operator."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardGone:
    """The message of the card is not there any more: the card ends."""

    reason: str


Verdict: TypeAlias = Arrived | TryAgain | Unsure | Released | Postponed | Failed | CardGone


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryTotals:
    """How the outbox stands: for `/status`.

    `queued` counts all that wait or are being sent, `retrying` those of them that failed before; `oldest_at` is when the oldest of them
    was queued, None without any. `ambiguous` may or may not have arrived and rest, `doubled` arrived and may be in the chat twice.
    `last_success` has the platforms that ever took something.
    """

    queued: int = 0
    retrying: int = 0
    oldest_at: datetime | None = None
    ambiguous: int = 0
    doubled: int = 0
    dead: int = 0
    last_success: Mapping[str, datetime] = field(default_factory=dict)
