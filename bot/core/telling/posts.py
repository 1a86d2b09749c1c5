"""What a chat is to be sent about one event, and when: its card, new content for it, an answer to it. Nothing is queued here."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.core.chats.chat import CardState, Chat, ChatId, Told
from bot.core.chats.delivery import DeliveryKind
from bot.core.chats.quiet import ends
from bot.core.event import Overview
from bot.core.message import Message
from bot.core.model import ArticleId, EventId
from bot.core.telling.card import event_card, fingerprint, merged_card, reply, updated
from bot.core.telling.digest import gathered
from bot.core.telling.ledger import Developing, classify, grown, told_now
from bot.core.telling.significance import PAUSE, Gate, significance, told_why

EDIT_PAUSE: Final = timedelta(seconds=60)
"""Between two edits of a card: what changes meanwhile goes into one. Edits count against a group's 20 messages a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A message about an event for one chat, and the card as it is once this is queued, None when it stays as it is.

    `told` is what the chat knows afterwards, None where nothing calls it to the screen: edits are silent. `key` names it for ever.
    """

    chat_id: ChatId
    event_id: EventId
    kind: DeliveryKind
    message: Message
    key: str
    card: CardState | None = None
    told: Told | None = None
    not_before: datetime | None = None


class Sight:
    """An event as all chats see it, so that what is the same for many is written once; `backlog` names articles that were old."""

    def __init__(self, event: Overview, backlog: Collection[ArticleId] = frozenset()) -> None:
        self.event = event
        self.backlog = backlog
        self._cards: dict[str, Message] = {}
        self._content = ""

    def card(self, changed: str = "") -> Message:
        """Write the card; milliseconds for the first one, the others differ in their last line."""
        self._cards = self._cards or {"": event_card(self.event)}
        if changed not in self._cards:
            card = self._cards[""]
            self._cards[changed] = replace(card, blocks=(*card.blocks[:-1], updated(self.event, changed)))
        return self._cards[changed]

    @property
    def content(self) -> str:
        """What tells this card from one that shows something else."""
        self._content = self._content or fingerprint(self.card())
        return self._content


def first_card(sight: Sight, chat: Chat, now: datetime) -> Post:
    """Tell a chat of an event; in quiet hours, when they are over."""
    event, not_before = sight.event, _after_quiet(chat, now)
    told = told_now(event, now)
    card = CardState(
        chat_id=chat.id,
        event_id=event.id,
        revision=event.event.revision,
        content=sight.content,
        told=told,
        shown_at=not_before or now,
    )
    return _post(DeliveryKind.CARD, card, sight.card(), told=told, not_before=not_before)


def held_alert(sight: Sight, chat: Chat, now: datetime) -> Post | None:
    """Tell a chat in quiet hours of an event, together with all else that breaks until they are over; None when it is not quiet.

    The message is what there is to say of this event; it goes with what waits already. No card: who wants one asks for the event.
    """
    not_before = _after_quiet(chat, now)
    if not_before is None:
        return None
    event = sight.event
    key = f"{DeliveryKind.ALERT.value}:{chat.id}:{event.id}:{event.event.revision}"
    told, message = told_now(event, now), gathered(event)
    return Post(chat_id=chat.id, event_id=event.id, kind=DeliveryKind.ALERT, message=message, key=key, told=told, not_before=not_before)


def last_edit(card: CardState, into: Sight) -> Post:
    """Let a card say that its event is part of another, of which the chat has a card too."""
    return Post(
        chat_id=card.chat_id,
        event_id=card.event_id,
        kind=DeliveryKind.EDIT,
        message=merged_card(card.event_id, into.event),
        key=f"merged:{card.chat_id}:{card.event_id}:{into.event.id}:{into.event.event.revision}",
    )


def refreshed(card: CardState, sight: Sight, now: datetime) -> Post | None:
    """Bring a card up to date; None when it shows what it would show. Edits of one card lie `EDIT_PAUSE` apart.

    A card that has not arrived yet is all that its chat will have been told.
    """
    event = sight.event
    if card.content == sight.content:
        return None
    # What waits is replaced where it waits; what was shown rests for a while.
    shown_at = card.shown_at if card.shown_at > now else max(now, card.shown_at + EDIT_PAUSE)
    after = replace(card, revision=event.event.revision, content=sight.content, shown_at=shown_at)
    if card.message_id is None:
        told = told_now(event, now)
        return _post(DeliveryKind.EDIT, replace(after, told=told), sight.card(), told=told, not_before=shown_at)
    news = classify(event, card.told, sight.backlog)
    message = sight.card(grown(news.delta) if isinstance(news, Developing) else "")
    return _post(DeliveryKind.EDIT, after, message, not_before=shown_at)


def awaited(told: Told, sight: Sight, chat: Chat, gate: Gate, now: datetime) -> datetime | None:
    """Say when what has come is to be told though nothing more comes: after the pause or the quiet hours; None when not, or now."""
    is_due = significance(sight.event, told, gate, now, backlog=sight.backlog) is not None
    soon = now if is_due else max(now, told.at + PAUSE)
    at = ends(chat.quiet, chat.zone, soon)
    return at if at > now and significance(sight.event, told, gate, at, backlog=sight.backlog) else None


def answered(card: CardState, sight: Sight, chat: Chat, gate: Gate, now: datetime, *, absorbed: bool = False) -> Post | None:
    """Answer a card when what happened deserves it; `absorbed` as in `significance`.

    In quiet hours nothing is answered but a merge: one answer in the morning tells what came in a night.
    """
    event = sight.event
    why = significance(event, card.told, gate, now, absorbed=absorbed, backlog=sight.backlog)
    if why is None or (not absorbed and awaited(card.told, sight, chat, gate, now)):
        return None
    told = told_now(event, now)
    after = replace(card, revision=event.event.revision, told=told, replied_at=now)
    message = reply(event, told_why(why, event, card.told, sight.backlog))
    return _post(DeliveryKind.REPLY, after, message, told=told, not_before=_after_quiet(chat, now))


def _post(kind: DeliveryKind, card: CardState, message: Message, *, told: Told | None = None, not_before: datetime | None) -> Post:
    key = f"{kind.value}:{card.chat_id}:{card.event_id}:{card.revision}"
    return Post(
        chat_id=card.chat_id, event_id=card.event_id, kind=kind, message=message, key=key, card=card, told=told, not_before=not_before
    )


def _after_quiet(chat: Chat, now: datetime) -> datetime | None:
    until = ends(chat.quiet, chat.zone, now)
    return until if until > now else None
