"""Why a chat got to hear of an event, or did not: from its ledger and the receipts of its digests, and from what it wants now.

What it wants is compared by what decides when it is told; nothing is decided here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.commands.events import spelled
from bot.core.chats.chat import Address, Chat, Mute, Repeat, Subscription
from bot.core.chats.delivery import DeliveryKind, DeliveryState
from bot.core.chats.filters import parse
from bot.core.chats.matching import Subject, reason
from bot.core.chats.quiet import ends
from bot.core.chats.subject import mentions, subject_of
from bot.core.errors import UsageError
from bot.core.event import Overview
from bot.core.message import Line, Moment, Text
from bot.core.model import ArticleId, EventId
from bot.core.phrase import phrase
from bot.core.telling.significance import is_breaking, threshold
from storage.chats import chats, mutes, subscriptions
from storage.delivery.tellings import LeftOut, Telling, left_out, tellings
from storage.engine.database import Connection
from storage.news import events, news

TOLD: Final = 5
"""Tellings that are named, the newest."""

DIGESTS: Final = 30
"""Digests of the chat that are looked through, the newest: a month of daily ones."""

LEFT_OUT: Final = 3
"""Digests that left it out that are named, the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What is stored of a chat and an event; `chat` is None for one that never wanted anything."""

    chat: Chat | None
    told: Sequence[Telling] = ()
    left_out: Sequence[LeftOut] = ()
    subscriptions: Sequence[Subscription] = ()
    muted: Sequence[Mute] = ()
    is_followed: bool = False
    backlog: frozenset[ArticleId] = frozenset()


async def account(connection: Connection, address: Address, event_id: EventId, now: datetime) -> Account:
    """Read what is stored of a chat and a living event."""
    chat = await chats.find(connection, address)
    if chat is None:
        return Account(chat=None)
    names = await events.names(connection, event_id)
    return Account(
        chat=chat,
        told=await tellings(connection, chat.id, names, TOLD),
        left_out=(await left_out(connection, chat.id, names, DIGESTS))[:LEFT_OUT],
        subscriptions=await subscriptions.of(connection, chat.id),
        muted=(await mutes.of(connection, [chat.id], now)).get(chat.id, ()),
        is_followed=event_id in (await mutes.followed(connection, [chat.id])).get(chat.id, frozenset()),
        backlog=await news.backlog(connection, [event_id]),
    )


def told_why(found: Account, event: Overview, now: datetime) -> tuple[Line, ...]:
    """Say what this chat was told and why, or why not; milliseconds, and more for hostile filters."""
    told = (line for each in found.told for line in _telling(each))
    return (*told, *map(_left_out, found.left_out), *_wants(found, event, now))


def _left_out(each: LeftOut) -> Line:
    return (Moment(each.at), Text(phrase("  left out by digest {number}: {reason}", number=each.digest, reason=each.reason)))


def _wants(found: Account, event: Overview, now: datetime) -> Iterator[Line]:
    """Say what stands between an event and a chat today."""
    chat = found.chat
    if chat is None or not (found.subscriptions or found.is_followed):
        yield (Text(phrase("This chat has no subscription and does not follow it: /subscribe or /follow {event}.", event=event.id)),)
    if chat is None:
        return
    yield from _service(chat, now)
    subject = subject_of(event)
    muted = [mute for mute in found.muted if mute.event_id == event.id or (mute.word and mentions(subject, mute.word))]
    yield from map(_muted, muted)
    if found.is_followed and not muted:
        yield (Text(phrase("This chat follows it: every new report is told.")),)
    if found.subscriptions and all(article.id in found.backlog for article in event.ordered):
        yield (Text(phrase("All its articles were old when they came: that is no news for anybody.")),)
    for subscription in found.subscriptions:
        yield from _wanted(subscription, found, event, subject, now)


def _service(chat: Chat, now: datetime) -> Iterator[Line]:
    """Say why nothing is sent, or not now."""
    if chat.stopped_at is not None:
        yield (Text(phrase("Nothing is sent here since /stop; /start goes on.")),)
    elif chat.paused_at is not None:
        yield (Text(phrase("Nothing is sent here: {reason}", reason=chat.paused_reason)),)
    quiet = ends(chat.quiet, chat.zone, now)
    if quiet > now:
        yield (Text(phrase("Quiet hours hold back what breaks until ")), Moment(quiet))


_WAYS: Final[Mapping[DeliveryKind, str]] = {
    DeliveryKind.CARD: phrase("  told at once, by its card"),
    DeliveryKind.EDIT: phrase("  told by an edit of its card"),
    DeliveryKind.REPLY: phrase("  told by an answer to its card"),
    DeliveryKind.ALERT: phrase("  told with what broke in quiet hours"),
    DeliveryKind.NOTICE: phrase("  told"),
}

_TROUBLES: Final[Mapping[DeliveryState, str]] = {
    DeliveryState.AMBIGUOUS: phrase("; it may not have arrived"),
    DeliveryState.DEAD: phrase("; the platform did not take it"),
}


def _telling(each: Telling) -> Iterator[Line]:
    if each.reports == 0 and each.kind is None:
        yield (Moment(each.at), Text(phrase("  not told: it was only put in order")))
        return
    way = phrase("  told") if each.kind is None else _WAYS.get(each.kind, "")
    if each.digest is not None:
        way = phrase("  told by digest {number}", number=each.digest)
    line: Line = (Moment(each.at), Text(way))
    if each.due_at is not None and each.due_at > each.at:
        line = (*line, Text(phrase("; it waits until ")), Moment(each.due_at))
    elif each.state is not None and each.state in _TROUBLES:
        line = (*line, Text(_TROUBLES[each.state]))
    yield line


def _muted(mute: Mute) -> Line:
    named = phrase("It is muted here") if mute.word is None else phrase("It is muted here by the word “{word}”", word=mute.word)
    return (Text(named), Text(phrase("  until ")), Moment(mute.until)) if mute.until else (Text(named),)


def _wanted(subscription: Subscription, found: Account, event: Overview, subject: Subject, now: datetime) -> Iterator[Line]:
    """Say what stands between an event and one subscription, or when that one speaks next."""
    number = subscription.id
    try:
        lacking = reason(parse(subscription.filter), subject)
    except UsageError as error:
        lacking = error.told
    if lacking:
        yield (Text(phrase("Subscription {number} does not want it: {reason}", number=number, reason=lacking)),)
    elif subscription.repeat is not Repeat.BREAKING:
        if subscription.due_at is not None and not found.told:
            yield (Text(phrase("Subscription {number} speaks next ", number=number)), Moment(subscription.due_at))
    elif not is_breaking(event, asked := threshold(subscription), now, backlog=found.backlog):
        told = phrase(
            "Subscription {number} tells at once what has {reports} new reports within {span}; it has not, now.",
            number=number,
            reports=asked.reports,
            span=spelled(asked.within),
        )
        yield (Text(told),)
    elif subscription.due_at is not None and subscription.due_at > now:
        yield (
            Text(phrase("Subscription {number} has just told of another event, and pauses until ", number=number)),
            Moment(subscription.due_at),
        )
