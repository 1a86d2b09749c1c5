"""Announce: from events that changed to deliveries: alerts that become cards, edits of cards, answers to them.

What deserves a message is decided in `telling.{significance,posts}`. What is queued, what the ledger says and how far the history
was read are written in one transaction: a change is announced once, however often this is killed.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import Final

import structlog

from bot.core.chats.chat import CardState, ChatId, Subscription, Told
from bot.core.chats.delivery import DeliveryKind
from bot.core.errors import SluglineError, UsageError
from bot.core.message_text import message_of
from bot.core.model import EventId
from bot.core.telling.digest import together
from bot.core.telling.posts import Post, last_edit
from bot.core.telling.significance import cooled, threshold
from bot.pipeline.audience import Alert, Audience, Listening, Scene, alerts, looked_at
from bot.pipeline.collect import Clock
from bot.pipeline.posting import write_down
from bot.pipeline.window import Filters
from storage.chats import chats, mutes, subscriptions
from storage.delivery import announced, cards, deliveries, ledger
from storage.engine.database import Connection, Database
from storage.engine.engines import wait_for_writers
from storage.news import events, news

log = structlog.get_logger(__name__)

TOGETHER: Final = 100
"""Changes looked at in one step."""

RECALLED: Final = 500
"""Events that are looked at for alerts once when the program starts, the best told of those in time to break: what was held back in a
cool-down. Guess: 500 take about a second."""

WAITED: Final = timedelta(days=2)
"""No pause and no quiet hours are longer: of what changed in this time, all that somebody has a card of, or follows, is looked at then."""

SURELY_WAITING: Final = timedelta(minutes=2)
"""What is to leave later than in this time is not being sent while something is added to it. Guess; a step takes seconds."""

AGAIN: Final = timedelta(minutes=10)
"""What waits is looked at this often, though it waits for longer: quiet hours and cool-downs may have been changed meanwhile."""

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
    alerts: int = 0

    def __add__(self, other: "Announced") -> "Announced":
        return Announced(
            events=self.events + other.events,
            cards=self.cards + other.cards,
            edits=self.edits + other.edits,
            replies=self.replies + other.replies,
            alerts=self.alerts + other.alerts,
        )


class Announcements:
    """Tells chats what happens to events, change by change."""

    def __init__(self, database: Database, clock: Clock, *, together: int = WRITTEN_TOGETHER, recalled: int = RECALLED) -> None:
        self._database = database
        self._clock = clock
        self._together = together
        self._recalled = recalled
        self._filters = Filters()
        self._texts: frozenset[str] = frozenset()
        self._misunderstood: set[str] = set()
        # When events are to be looked at again, None until it is known what was left waiting by who ran before.
        self._again: dict[EventId, datetime] | None = None

    async def run(self) -> Announced:
        """Announce all that changed since the last time. Raises StorageUnavailable; what was queued by then stays queued."""
        if self._again is None:
            await self._recall()
        total = Announced()
        while (done := await self._next()) is not None:
            total += done
        return total + await self._look_again()

    async def _recall(self) -> None:
        """Have all looked at again of which something may wait."""
        now = self._clock()
        async with self._database.read() as connection:
            ids = await _concerned(connection, await events.top(connection, now - WAITED, None))
            listening = await subscriptions.breaking(connection)
            for within in {threshold(subscription).within for subscription, _ in listening}:
                ids += await events.top(connection, now - within, self._recalled)
            self._again = dict.fromkeys(ids, now)

    async def _look_again(self) -> Announced:
        """Tell what had to wait for a pause, a cool-down or quiet hours to end, though nothing more happened."""
        again, total, now = self._again or {}, Announced(), self._clock()
        due = [event_id for event_id, at in again.items() if at <= now]
        for begin in range(0, len(due), TOGETHER):
            ids = due[begin : begin + TOGETHER]
            try:
                total += replace(await self._tell(ids), events=0)
            except SluglineError:
                raise
            except Exception:
                log.exception("Some events cannot be looked at again; the others are.", event_ids=ids)
                self._looked(ids, {})
        return total

    def _looked(self, ids: Sequence[EventId], later: Mapping[EventId, datetime]) -> None:
        """Note that events were looked at, and which of them are to be looked at again, when."""
        again, soon = self._again if self._again is not None else {}, self._clock() + AGAIN
        for event_id in ids:
            again.pop(event_id, None)
        again.update({event_id: min(at, soon) for event_id, at in later.items()})
        self._again = again

    async def _next(self) -> Announced | None:
        """Announce the next few changes; None when there is none. One that cannot be announced stops no other."""
        try:
            return await self._step(TOGETHER)
        except SluglineError:
            raise
        except Exception:
            log.exception("Some changes cannot be announced together; they are one by one.")
        total = Announced()
        for _ in range(TOGETHER):
            async with self._database.read() as connection:
                after = await announced.position(connection)
            try:
                done = await self._step(1)
            except SluglineError:
                raise
            except Exception:
                log.exception("A change cannot be announced; the others are.", event_ids=await self._pass_over(after))
            else:
                if done is None:
                    break
                total += done
        return total

    async def _pass_over(self, after: int) -> list[EventId]:
        """Leave out the change that follows this place in the history, for good, and name its event."""
        async with self._database.write() as connection:
            ids, position = await announced.changed(connection, after, 1)
            await announced.advance(connection, position)
        return ids

    async def _step(self, most: int) -> Announced | None:
        """Announce the next changes; None when there is none."""
        async with self._database.read() as connection:
            after = await announced.position(connection)
            ids, position = await announced.changed(connection, after, most)
            if position == after:
                return None
        return await self._tell(ids, (after, position))

    async def _tell(self, ids: Sequence[EventId], read: tuple[int, int] | None = None) -> Announced:
        """Tell what there is to tell about these events; `read` says from where to where history was read, None when it was not."""
        async with self._database.read() as connection:
            listening = await subscriptions.breaking(connection)
            found = await events.load(connection, ids if listening else await _concerned(connection, ids))
            backlog = await news.backlog(connection, [event.id for event in found])
        now = self._clock()
        asked = await asyncio.to_thread(self._understood, listening)
        scene = await asyncio.to_thread(looked_at, found, backlog, self._filters)
        breaking = await asyncio.to_thread(alerts, scene, asked, now)
        done, telling = Announced(events=len(found)), _Telling(scene, breaking, now, self._together)
        is_last = False
        while not is_last:
            async with self._database.write() as connection:
                await wait_for_writers(connection)
                if read and await announced.position(connection) != read[0]:
                    self._looked(ids, dict.fromkeys(ids, now))
                    return done  # Another process was faster; what has to wait may have to wait here.
                posts = await telling.next(connection)
                await _queue(connection, posts, now)
                # Whoever has room left has nothing more to say.
                is_last = len(posts) < self._together
                if is_last and read:
                    await announced.advance(connection, read[1])
            kinds = [post.kind for post in posts]
            done += Announced(
                cards=kinds.count(DeliveryKind.CARD),
                edits=kinds.count(DeliveryKind.EDIT),
                replies=kinds.count(DeliveryKind.REPLY),
                alerts=kinds.count(DeliveryKind.ALERT),
            )
        self._looked(ids, telling.later)
        return done

    def _understood(self, listening: Listening) -> Listening:
        """Take in the filters, where one was added or changed, and give those whose filter says something."""
        texts = frozenset(subscription.filter for subscription, _ in listening)
        if texts != self._texts:
            self._texts, self._filters, self._misunderstood = texts, Filters(), set()
            for text in sorted(texts):
                try:
                    self._filters.add(text)
                except UsageError:
                    self._misunderstood.add(text)
                    log.exception("A filter cannot be understood; who has it is told of nothing that breaks.", filter=text[:100])
        return [(subscription, chat) for subscription, chat in listening if subscription.filter not in self._misunderstood]


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
        # What would last for longer than a cool-down does began before the clock was set back.
        self._cooling = {
            each.id: each.due_at for each, _, _ in breaking if each.due_at is not None and now < each.due_at <= cooled(each, now)
        }
        self.later: dict[EventId, datetime] = {}

    async def next(self, connection: Connection) -> list[Post]:
        """Decide about the next part, from what the chats have and know at this moment."""
        ids = sorted(self._scene)
        merges = await cards.follow_merges(connection, ids, self._now)
        self._absorbing |= {(kept.chat_id, kept.event_id) for kept, _ in merges}
        posts = [last_edit(gone, self._scene[kept.event_id].sight) for kept, gone in merges]
        audience = await self._audience(connection, ids)
        posts += islice(chain(audience.about_cards(), audience.about_held(), audience.to_followers()), self._together)
        for alert in self._breaking:
            if len(posts) >= self._together:
                break
            subscription = alert[0]
            if told := audience.to_listener(alert, self._cooling.get(subscription.id)):
                posts += told
                await self._cool(connection, subscription)
        for event_id, at in audience.later.items():
            self.later[event_id] = min(at, self.later.get(event_id, at))
        return posts

    async def _audience(self, connection: Connection, ids: Sequence[EventId]) -> Audience:
        open_cards = await cards.of_events(connection, ids)
        follows = await mutes.followers(connection, ids)
        held = await deliveries.gathered_about(connection, ids, self._now + SURELY_WAITING)
        alerted = {chat_id for chat_id, _ in held} | {chat.id for _, chat, _ in self._breaking}
        chat_ids = alerted | {card.chat_id for card in open_cards} | {follow.chat_id for follow in follows}
        about = {follow.event_id for follow in follows} | {event_id for _, _, event_id in self._breaking}
        about |= {event_id for _, event_id in held} | {card.event_id for card in open_cards}
        told = await ledger.told_of_all(connection, sorted(about))
        served = await chats.awake(connection, sorted(chat_ids))
        return Audience(
            scene=self._scene,
            chats=served,
            muted=await mutes.of(connection, sorted(served), self._now),
            followed=frozenset((follow.chat_id, follow.event_id) for follow in follows),
            told=told,
            cards=[_informed(card, told.get((card.chat_id, card.event_id))) for card in open_cards],
            absorbing=frozenset(self._absorbing),
            held=held,
            now=self._now,
        )

    async def _cool(self, connection: Connection, subscription: Subscription) -> None:
        """Tell a subscription nothing more for a while; what somebody has just changed in it stays changed."""
        until = cooled(subscription, self._now)
        latest = await subscriptions.get(connection, subscription.id)
        if latest is not None and until > self._now:
            self._cooling[subscription.id] = until
            await subscriptions.save(connection, replace(latest, due_at=until))


def _informed(card: CardState, told: Told | None) -> CardState:
    """Let a card count from what its chat was told since, by a digest."""
    is_later = told is not None and told.revision > card.told.revision and told.at > card.told.at
    return replace(card, told=told) if told is not None and is_later else card


async def _queue(connection: Connection, posts: Sequence[Post], now: datetime) -> None:
    """Write down what is to be sent, and what the chats know by it."""
    # Of an edit and an answer to the same card the answer comes later, and knows the edit.
    latest = {(post.chat_id, post.event_id): post.card for post in posts if post.card is not None}
    await cards.save_all(connection, list(latest.values()))
    await write_down(connection, await _gathered(connection, posts, now), now)


async def _gathered(connection: Connection, posts: Sequence[Post], now: datetime) -> list[Post]:
    """Let alerts that wait for the end of quiet hours be one message for each chat."""
    chat_ids = {post.chat_id for post in posts if post.kind is DeliveryKind.ALERT}
    waiting = await deliveries.gathering(connection, chat_ids, now + SURELY_WAITING)
    standing = {chat_id: (key, message_of(message)) for chat_id, (key, message) in waiting.items()}
    last: dict[ChatId, int] = {}
    made = list(posts)
    for place, post in enumerate(posts):
        if post.kind is DeliveryKind.ALERT:
            key, earlier = standing.get(post.chat_id, (post.key, None))
            made[place] = replace(post, key=key, message=together(earlier, post.message))
            standing[post.chat_id] = key, made[place].message
            last[post.chat_id] = place
    # Of several under one key the first is queued, so each says all.
    whole = {chat_id: made[place].message for chat_id, place in last.items()}
    return [replace(post, message=whole[post.chat_id]) if post.kind is DeliveryKind.ALERT else post for post in made]
