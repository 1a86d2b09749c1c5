"""Announce: from events that changed to deliveries: alerts that become cards, edits of cards, answers to them.

What deserves a message is decided in `core.significance` and `core.posts`. What is queued, what the ledger says and how far the history
was read are written in one transaction: a change is announced once, however often this is killed.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, islice
from typing import Final

import structlog

from bot.core.chat import ChatId, Subscription, SubscriptionId
from bot.core.delivery import DeliveryKind, NewDelivery
from bot.core.errors import UsageError
from bot.core.message_text import message_json
from bot.core.model import EventId
from bot.core.posts import Post, last_edit
from bot.core.significance import cooled
from bot.pipeline.audience import Alert, Audience, Listening, Scene, alerts, looked_at
from bot.pipeline.collect import Clock
from bot.pipeline.window import Filters
from storage import announced, cards, chats, deliveries, events, ledger, mutes, news, subscriptions
from storage.database import Connection, Database
from storage.engines import wait_for_writers

log = structlog.get_logger(__name__)

TOGETHER: Final = 100
"""Changes looked at in one step."""

WRITTEN_TOGETHER: Final = 500
"""Messages written down in one transaction, about: a second in which nobody else writes (measured: 2 ms each). What tells ten thousand
chats of one event must not keep new articles waiting for half a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What one run did: events that were looked at, and what was queued because of them."""

    events: int = 0
    cards: int = 0
    edits: int = 0
    replies: int = 0

    def __add__(self, other: "Announced") -> "Announced":
        return Announced(
            events=self.events + other.events,
            cards=self.cards + other.cards,
            edits=self.edits + other.edits,
            replies=self.replies + other.replies,
        )


class Announcements:
    """Tells chats what happens to events, change by change."""

    def __init__(self, database: Database, clock: Clock, *, together: int = WRITTEN_TOGETHER) -> None:
        self._database = database
        self._clock = clock
        self._together = together
        self._filters = Filters()
        self._texts: frozenset[str] = frozenset()
        self._misunderstood: set[str] = set()

    async def run(self) -> Announced:
        """Announce all that changed since the last time. Raises StorageUnavailable; what was queued by then stays queued."""
        total = Announced()
        while (done := await self._step()) is not None:
            total += done
        return total

    async def _step(self) -> Announced | None:
        """Announce the next few changes; None when there is none."""
        async with self._database.read() as connection:
            after = await announced.position(connection)
            ids, position = await announced.changed(connection, after, TOGETHER)
            if position == after:
                return None
            listening = await subscriptions.breaking(connection)
            found = await events.load(connection, ids if listening else await _concerned(connection, ids))
            backlog = await news.backlog(connection, [event.id for event in found])
        now = self._clock()
        asked = await asyncio.to_thread(self._understood, listening, now)
        scene = await asyncio.to_thread(looked_at, found, backlog, self._filters)
        breaking = await asyncio.to_thread(alerts, scene, asked, now)
        done, telling = Announced(events=len(found)), _Telling(scene, breaking, now, self._together)
        is_last = False
        while not is_last:
            async with self._database.write() as connection:
                await wait_for_writers(connection)
                if await announced.position(connection) != after:
                    return done  # Another process was faster.
                posts = await telling.next(connection)
                await _queue(connection, posts, now)
                # Whoever has room left has nothing more to say.
                is_last = len(posts) < self._together
                if is_last:
                    await announced.advance(connection, position)
            kinds = [post.kind for post in posts]
            done += Announced(
                cards=kinds.count(DeliveryKind.CARD),
                edits=kinds.count(DeliveryKind.EDIT),
                replies=kinds.count(DeliveryKind.REPLY),
            )
        return done

    def _understood(self, listening: Listening, now: datetime) -> Listening:
        """Take in the filters, where one was added or changed, and give those who may be told of something now."""
        texts = frozenset(subscription.filter for subscription, _ in listening)
        if texts != self._texts:
            self._texts, self._filters, self._misunderstood = texts, Filters(), set()
            for text in sorted(texts):
                try:
                    self._filters.add(text)
                except UsageError:
                    self._misunderstood.add(text)
                    log.exception("A filter cannot be understood; who has it is told of nothing that breaks.", filter=text[:100])
        return [
            (subscription, chat)
            for subscription, chat in listening
            if subscription.filter not in self._misunderstood and (subscription.due_at is None or subscription.due_at <= now)
        ]


async def _concerned(connection: Connection, ids: Sequence[EventId]) -> list[EventId]:
    """Name the events that somebody has a card of, or follows: where nobody listens to what breaks, no other is looked at."""
    followed = {follow.event_id for follow in await mutes.followers(connection, ids)}
    shown = {card.event_id for card in await cards.of_events(connection, ids)}
    return sorted(followed | shown)


class _Telling:
    """Decides what is sent because of a few changes, in parts: what one part wrote down, the next finds in the tables and leaves out.

    So a part that is written twice, because the program was killed before the last one, tells nothing twice.
    """

    def __init__(self, scene: Scene, breaking: Sequence[Alert], now: datetime, together: int) -> None:
        self._together = together
        self._scene = scene
        self._breaking = breaking
        self._now = now
        self._absorbing: set[tuple[ChatId, EventId]] = set()
        self._cooling: set[SubscriptionId] = set()

    async def next(self, connection: Connection) -> list[Post]:
        """Decide about the next part, from what the chats have and know at this moment."""
        ids = sorted(self._scene)
        merges = await cards.follow_merges(connection, ids, self._now)
        self._absorbing |= {(kept.chat_id, kept.event_id) for kept, _ in merges}
        posts = [last_edit(gone, self._scene[kept.event_id].sight) for kept, gone in merges]
        audience = await self._audience(connection, ids)
        posts += islice(chain(audience.about_cards(), audience.to_followers()), self._together)
        for alert in self._breaking:
            if len(posts) >= self._together:
                break
            subscription = alert[0]
            if subscription.id not in self._cooling and (told := audience.to_listener(alert)):
                posts += told
                await self._cool(connection, subscription)
        return posts

    async def _audience(self, connection: Connection, ids: Sequence[EventId]) -> Audience:
        open_cards = await cards.of_events(connection, ids)
        follows = await mutes.followers(connection, ids)
        alerted = {chat.id for _, chat, _ in self._breaking}
        chat_ids = alerted | {card.chat_id for card in open_cards} | {follow.chat_id for follow in follows}
        about = {follow.event_id for follow in follows} | {event_id for _, _, event_id in self._breaking}
        served = await chats.awake(connection, sorted(chat_ids))
        return Audience(
            scene=self._scene,
            chats=served,
            muted=await mutes.of(connection, sorted(served), self._now),
            followed=frozenset((follow.chat_id, follow.event_id) for follow in follows),
            told=await ledger.told_of_all(connection, sorted(about)),
            cards=open_cards,
            absorbing=frozenset(self._absorbing),
            now=self._now,
        )

    async def _cool(self, connection: Connection, subscription: Subscription) -> None:
        """Tell a subscription nothing more for a while; what somebody has just changed in it stays changed."""
        until = cooled(subscription, self._now)
        latest = await subscriptions.get(connection, subscription.id)
        if latest is not None and until > self._now:
            self._cooling.add(subscription.id)
            await subscriptions.save(connection, replace(latest, due_at=until))


async def _queue(connection: Connection, posts: Sequence[Post], now: datetime) -> None:
    """Write down what is to be sent, and what the chats know by it."""
    # Of an edit and an answer to the same card the answer comes later, and knows the edit.
    latest = {(post.chat_id, post.event_id): post.card for post in posts if post.card is not None}
    await cards.save_all(connection, list(latest.values()))
    new = [
        NewDelivery(
            chat_id=post.chat_id,
            kind=post.kind,
            message=message_json(post.message),
            key=post.key,
            event_id=post.event_id,
            not_before=post.not_before,
        )
        for post in posts
    ]
    ids = await deliveries.queue(connection, new, now)
    told = [(post.chat_id, post.told, delivery_id) for post, delivery_id in zip(posts, ids, strict=True) if post.told is not None]
    await ledger.tell_all(connection, told)
