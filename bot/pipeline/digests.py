"""Digests: from subscriptions that are due to deliveries; what is shown is decided in `telling.digest`, when, in `chats.schedule`.

What a chat is told, that it was told, and when it is told next are written in one transaction: a digest is there once, or not yet.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

import structlog

from bot.core.chats.chat import Chat, ChatId, DigestId, Mute, Repeat, Subscription, SubscriptionId, Told, WhenEmpty
from bot.core.chats.delivery import DeliveryKind, NewDelivery
from bot.core.chats.quiet import ends, is_quiet
from bot.core.chats.schedule import catch_up, instant
from bot.core.chats.zone_names import tz
from bot.core.errors import StorageError, StorageUnavailable, UsageError
from bot.core.event import Overview, overview
from bot.core.message_text import message_json
from bot.core.model import EventId
from bot.core.telling.digest import Digest, Hidden, arrange, compose
from bot.core.telling.digest_settings import DigestSettings
from bot.core.telling.ledger import told_now
from bot.pipeline.collect import Clock
from bot.pipeline.remember import FAULTS
from bot.pipeline.window import Filters, Window
from storage.chats import chats, mutes, subscriptions
from storage.delivery import deliveries, digests, ledger
from storage.delivery.digests import Receipt
from storage.engine.database import Connection, Database
from storage.engine.engines import wait_for_writers
from storage.news import events, news

log = structlog.get_logger(__name__)

TOGETHER: Final = 20_000
"""Subscriptions asked for at once, so that what they share is read once; each is told in a transaction of its own."""

FIRST_SPAN: Final = timedelta(days=1)
FIRST_SPAN_OF_WEEKLY: Final = timedelta(days=7)
"""How far a first digest looks back from when it is due."""

FORGOTTEN: Final = timedelta(days=8)
"""A chat whose last digest lies further back is told what a new one is: who comes back from a journey wants the news of today."""

TRIES: Final = 3
"""How often a digest is composed when the chat is told something else meanwhile, before it is left for the next time."""

AGAIN: Final = timedelta(minutes=10)
"""When a digest that could not be composed is tried again: what is wrong with a chat seldom mends itself. Guess."""


FAILED: Final = "A digest cannot be written; the others are."
"""What the operator is told of a subscription that cannot be served."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A digest that was not told yet: the local date that it belongs to, what it shows, and what the chat had been told of that.

    `after` is the line of history at which its window begins.
    """

    day: date
    digest: Digest
    told: Mapping[EventId, Told]
    window: Window
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What one run did: digests that were written down, of them those with nothing new, and chats that could not be served."""

    digests: int = 0
    empty: int = 0
    failed: int = 0

    def __add__(self, other: "Served") -> "Served":
        return Served(digests=self.digests + other.digests, empty=self.empty + other.empty, failed=self.failed + other.failed)


class Digests:
    """Writes the digests that are due; a chat that cannot be served stops no other."""

    def __init__(self, database: Database, clock: Clock, settings: DigestSettings | None = None) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings or DigestSettings()
        self._failed: dict[SubscriptionId, datetime] = {}

    async def run(self) -> Served:
        """Tell every chat whose time has come, once. Raises StorageUnavailable; what was told by then stays told."""
        now = self._clock()
        served = Served()
        resting = {id_ for id_, until in self._failed.items() if until > now}
        async with self._database.read() as connection:
            due = await subscriptions.due(connection, now, TOGETHER + len(resting))
            due = [(subscription, chat) for subscription, chat in due if subscription.id not in resting]
            if not due:
                return served
            until = await news.position(connection)
            muted = await mutes.of(connection, sorted({chat.id for _, chat in due}), now)
        round_ = _Round(self._database, self._settings, now, until, muted)
        understood = await asyncio.to_thread(lambda: [pair for pair in due if self._is_understood(round_, pair[0])])
        served += Served(failed=len(due) - len(understood))
        for subscription, chat in understood:
            try:
                served += await self._serve(round_, subscription, chat)
                self._failed.pop(subscription.id, None)
            except (StorageError, StorageUnavailable):
                raise
            except Exception:
                log.exception(FAILED, subscription=subscription.id, chat=subscription.chat_id)
                self._failed[subscription.id] = now + AGAIN
                served += Served(failed=1)
        return served

    async def preview(self, subscription: Subscription, chat: Chat) -> Digest:
        """Compose the digest that a chat would be told now, and tell nobody. Raises UsageError when its filter or zone is none."""
        now = self._clock()
        async with self._database.read() as connection:
            until = await news.position(connection)
            muted = await mutes.of(connection, [chat.id], now)
        round_ = _Round(self._database, self._settings, now, until, muted)
        await asyncio.to_thread(round_.filters.add, subscription.filter)
        return (await round_.compose(subscription, chat, now.date())).digest

    async def told(self, chat_id: ChatId, number: DigestId | None = None) -> Digest | None:
        """Give a digest as it was told, the newest unless one is named, with what it left out and why; None when the chat had none.

        Its events are as they are today, all that it told among the `shown`; those that became part of another are not listed any more.
        """
        async with self._database.read() as connection:
            kept = await digests.receipt(connection, chat_id, number)
            if kept is None:
                return None
            found = await events.load(connection, [*kept.shown, *(event_id for event_id, _ in kept.hidden)])
        seen = {event.id: event for event in await asyncio.to_thread(lambda: [overview(event) for event in found if event.articles])}
        return Digest(
            since=kept.since,
            until=kept.until,
            articles=kept.articles,
            events=kept.events,
            backlog=kept.backlog,
            shown=tuple(seen[event_id] for event_id in kept.shown if event_id in seen),
            hidden=tuple(Hidden(event=seen[event_id], reason=reason) for event_id, reason in kept.hidden if event_id in seen),
        )

    def _is_understood(self, round_: "_Round", subscription: Subscription) -> bool:
        """Take the filter in: all of them are compared at once."""
        try:
            round_.filters.add(subscription.filter)
        except (UsageError, *FAULTS):
            log.exception(FAILED, subscription=subscription.id, chat=subscription.chat_id)
            self._failed[subscription.id] = round_.now + AGAIN
            return False
        return True

    async def _serve(self, round_: "_Round", subscription: Subscription, chat: Chat) -> Served:
        owed = catch_up(subscription, chat.zone, round_.now)
        if owed is None:
            return Served()
        day, due_at = owed
        following = replace(subscription, due_at=due_at)
        for _ in range(TRIES):
            composed = None if day is None else await round_.compose(subscription, chat, day)
            async with self._database.write() as connection:
                await wait_for_writers(connection)
                if (await subscriptions.get(connection, subscription.id), await chats.get(connection, chat.id)) != (subscription, chat):
                    return Served()  # Somebody has just changed it: it is looked at anew the next time, if it is still due then.
                if composed is None:
                    await subscriptions.save(connection, following)
                    return Served()
                if not await _is_still_so(connection, chat.id, composed):
                    continue
                is_opened = await _tell(connection, round_, following, chat, composed)
                return Served(digests=int(is_opened), empty=int(is_opened and not composed.digest.told))
        return Served()


class _Round:
    """One moment at which digests are written: what their chats share is read once."""

    def __init__(
        self, database: Database, settings: DigestSettings, now: datetime, until: int, muted: Mapping[ChatId, Sequence[Mute]]
    ) -> None:
        self.now = now
        self.until = until
        self.filters = Filters()
        self._database = database
        self._settings = settings
        self._muted = {chat_id: [(mute, self.filters.add_word(mute.word or "")) for mute in told] for chat_id, told in muted.items()}
        self._windows: dict[int, Window] = {}
        self._firsts: dict[datetime, int] = {}

    async def compose(self, subscription: Subscription, chat: Chat, day: date) -> Composed:
        """Choose what a chat is told, and write what it will read of it."""
        since, after = await self._begin(subscription, chat)
        window = await self._window(after)
        candidates, unwanted = await window.candidates(subscription.filter)
        async with self._database.read() as connection:
            told = await ledger.told(connection, chat.id, [event.id for event in candidates])
        counts = window.counts(since, self.now)

        def arranged() -> Digest:
            excluded = self._excluded(subscription, candidates, window, unwanted)
            made = arrange(counts, candidates, settings=self._settings, told=told, excluded=excluded, backlog=window.backlog)
            compose(made, items=window.item)  # Finding sentences takes milliseconds an event: not in the transaction.
            return made

        return Composed(day=day, digest=await asyncio.to_thread(arranged), told=told, window=window, after=after)

    async def _window(self, after: int) -> Window:
        if after not in self._windows:
            async with self._database.read() as connection:
                arrivals = await news.arrivals(connection, after, self.until)
            self._windows[after] = Window(self._database, arrivals, self.filters)
        return self._windows[after]

    async def _begin(self, subscription: Subscription, chat: Chat) -> tuple[datetime, int]:
        """Tell where the window of a digest begins: as people say it, and as history counts."""
        if subscription.seen is not None and subscription.last_date is not None and subscription.at is not None:
            last = min(instant(subscription.last_date, subscription.at, tz(chat.zone)), self.now)
            if self.now - last <= FORGOTTEN:
                return last, subscription.seen
        span = FIRST_SPAN_OF_WEEKLY if subscription.repeat is Repeat.WEEKLY else FIRST_SPAN
        due_at = subscription.due_at if subscription.seen is None else None
        begin = (self.now if due_at is None or self.now - due_at > FORGOTTEN else due_at) - span
        if begin not in self._firsts:
            async with self._database.read() as connection:
                self._firsts[begin] = min(await news.position_at(connection, begin), self.until)
        return begin, self._firsts[begin]

    def _excluded(
        self, subscription: Subscription, candidates: Sequence[Overview], window: Window, unwanted: Mapping[EventId, str]
    ) -> dict[EventId, str]:
        """Say which of the candidates a chat does not want, and why."""
        excluded = dict(unwanted)
        least = subscription.min_reports or 0
        for event in candidates:
            if event.reports < least:
                excluded[event.id] = f"fewer than {least:,} reports"
            for mute, text in self._muted.get(subscription.chat_id, ()):
                if mute.event_id == event.id:
                    excluded[event.id] = "muted"
                elif text and window.matches(event.id, text):
                    excluded[event.id] = f"muted: {mute.word}"
        return excluded


async def _is_still_so(connection: Connection, chat_id: ChatId, composed: Composed) -> bool:
    """Tell whether nothing that the digest shows was told to the chat since it was composed."""
    ids = [event.id for event in composed.digest.told]
    return await ledger.told(connection, chat_id, ids) == {id_: composed.told[id_] for id_ in ids if id_ in composed.told}


async def _tell(connection: Connection, round_: _Round, following: Subscription, chat: Chat, composed: Composed) -> bool:
    """Write the digest of a local date down, unless there is one already, and when the next is due."""
    digest, day, now = composed.digest, composed.day, round_.now
    number = await digests.begin(connection, following, day, since=digest.since, until=digest.until, now=now)
    if number is None:
        await subscriptions.save(connection, replace(following, last_date=day))
        return False
    delivery_id = None
    if digest.told or chat.when_empty is WhenEmpty.LINE:
        is_silent, not_before = _when(following, chat, day, now)
        delivery = NewDelivery(
            chat_id=chat.id,
            kind=DeliveryKind.DIGEST,
            message=message_json(compose(digest, number=number, items=composed.window.item)),
            key=f"digest:{number}",
            digest_id=number,
            is_silent=is_silent,
            not_before=not_before,
        )
        (delivery_id,) = await deliveries.queue(connection, [delivery], now)
    await ledger.tell(connection, chat.id, [told_now(event, now) for event in digest.told], delivery_id)
    await digests.note(connection, number, _receipt(digest, composed.after))
    await subscriptions.save(connection, replace(following, last_date=day, seen=round_.until))
    return True


def _when(subscription: Subscription, chat: Chat, day: date, now: datetime) -> tuple[bool, datetime | None]:
    """Say whether a digest makes no noise, and what it waits for: a time that somebody chose within quiet hours is kept, silently."""
    if subscription.at is None or not is_quiet(chat.quiet, chat.zone, now):
        return False, None
    is_chosen = is_quiet(chat.quiet, chat.zone, instant(day, subscription.at, tz(chat.zone)))
    return is_chosen, None if is_chosen else ends(chat.quiet, chat.zone, now)


def _receipt(digest: Digest, after: int) -> Receipt:
    return Receipt(
        since=digest.since,
        until=digest.until,
        articles=digest.articles,
        events=digest.events,
        backlog=digest.backlog,
        shown=tuple(event.id for event in digest.told),
        hidden=tuple((hidden.event.id, hidden.reason) for hidden in digest.hidden),
        after=after,
    )
