"""A newsroom for tests of what chats are told: articles that come, chats that listen, and what is put into them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from message_reading import lines_of
from sqlalchemy import select, update
from sqlalchemy.event import listen, remove
from storage_samples import content, folder, joined, merged, opened, reading

from bot.core.chats.chat import Address, Chat, ChatId, ChatKind, Quiet, Repeat, Replies, Subscription, SubscriptionId, WhenEmpty
from bot.core.chats.delivery import Arrived, Claimed
from bot.core.chats.schedule import next_due
from bot.core.event import summarise
from bot.core.message_text import message_of
from bot.core.model import EventId
from storage.chats import chats, subscriptions
from storage.delivery import deliveries
from storage.engine.database import Connection, Database
from storage.news import articles, events
from storage.schema.chat_tables import deliveries as rows
from storage.schema.tables import articles as article_rows

EIGHT = 8 * 60
MORNING = datetime(2026, 11, 22, 8, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """What lies in the outbox or was sent: its kind, what a reader sees, when it may go, and whether it makes noise."""

    chat_id: ChatId
    kind: str
    lines: tuple[str, ...]
    at: datetime
    is_silent: bool
    actions: tuple[str, ...]


@dataclass(slots=True)
class Newsroom:
    """A database with a clock of its own."""

    database: Database
    now: datetime = MORNING - timedelta(hours=1)
    articles: int = 0
    places: dict[int, int] = field(default_factory=dict)

    def clock(self) -> datetime:
        return self.now

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    async def report(
        self,
        event: int,
        outlet: str | None = "The Harbour Post",
        title: str | None = None,
        *,
        copy_of: int | None = None,
        backlog: bool = False,
        times: int = 1,
        published: datetime | None = None,
        text: str = "",
    ) -> int:
        """Let an article come and find its event, as many `times` as asked; gives the number of the last."""
        async with self.database.write() as connection:
            changes = []
            for _ in range(times):
                self.articles += 1
                number = self.articles
                said = content(
                    f"Story {number} tells more of it. {text}",
                    title=title or f"Event {event} happens",
                    outlet=outlet,
                    published=published or self.now,
                )
                await articles.record(connection, await folder(connection), [reading(f"{number}.txt", said)], self.now)
                if backlog:
                    await connection.execute(update(article_rows).where(article_rows.c.id == number).values(backlog=True))
                is_new = event not in self.places.values()
                changes.append(opened(event, number) if is_new else joined(event, number, copy_of=copy_of))
                self.places[number] = event
            await events.apply(connection, changes, self.now)
            await self._summarise(connection, event)
        return self.articles

    async def merge(self, survivor: int, absorbed: int) -> None:
        async with self.database.write() as connection:
            await events.apply(connection, [merged(survivor, absorbed)], self.now)
            await self._summarise(connection, survivor)
        self.places = {number: survivor if event == absorbed else event for number, event in self.places.items()}

    async def _summarise(self, connection: Connection, event: int) -> None:
        await events.summarise(connection, [summarise(each) for each in await events.load(connection, [EventId(event)])])

    async def chat(
        self,
        name: str = "me",
        *,
        zone: str = "UTC",
        quiet: Quiet | None = None,
        when_empty: WhenEmpty = WhenEmpty.LINE,
        replies: Replies = Replies.SIGNIFICANT,
    ) -> Chat:
        """A chat with these settings."""
        address = Address(platform="terminal", chat=name)
        async with self.database.write() as connection:
            made = await chats.ensure(connection, address, kind=ChatKind.TERMINAL, name=name, zone=zone, now=self.now)
            await chats.save(connection, replace(made, quiet=quiet, when_empty=when_empty, replies=replies))
            kept = await chats.get(connection, made.id)
        assert kept is not None
        return kept

    async def subscribe(
        self,
        chat: Chat,
        repeat: Repeat = Repeat.DAILY,
        *,
        at: int = EIGHT,
        text: str = "",
        min_reports: int | None = None,
        within: timedelta | None = None,
        cooldown: timedelta | None = None,
    ) -> Subscription:
        """Subscribe a chat, as the command will."""
        wanted = Subscription(
            id=SubscriptionId(0),
            chat_id=chat.id,
            repeat=repeat,
            created_at=self.now,
            filter=text,
            min_reports=min_reports,
            within=within,
            cooldown=cooldown,
        )
        if repeat is not Repeat.BREAKING:
            due_at, _ = next_due(repeat, at, 0, chat.zone, after=self.now, last_date=None)
            wanted = replace(wanted, at=at, weekday=0 if repeat is Repeat.WEEKLY else None, due_at=due_at)
        async with self.database.write() as connection:
            return await subscriptions.add(connection, wanted)

    async def queued(self) -> list[Put]:
        """What waits, in the order in which it was queued."""
        async with self.database.read() as connection:
            found = await connection.execute(select(rows).where(rows.c.due_at.is_not(None)).order_by(rows.c.id))
            return [put(row.chat_id, row.kind, row.message, row.due_at, is_silent=row.is_silent) for row in found]

    async def send(self) -> list[Put]:
        """Send all that may go now, as a platform would that takes everything."""
        sent: list[Put] = []
        while True:
            async with self.database.write() as connection:
                claimed = await deliveries.claim(connection, self.now, platform="terminal", limit=100, busy=(), lease=timedelta(minutes=1))
                answers = [(each, Arrived(message_id=None if each.edits else f"m{each.id}")) for each in claimed]
                await deliveries.ack(connection, answers, self.now)
            if not claimed:
                return sent
            sent += [self._sent(each) for each in claimed]

    def _sent(self, each: Claimed) -> Put:
        return put(each.chat_id, each.kind.value, each.message, self.now, is_silent=each.is_silent)


def put(chat_id: int, kind: str, message: str, at: datetime, *, is_silent: bool) -> Put:
    read = message_of(message)
    return Put(
        chat_id=ChatId(chat_id),
        kind=str(kind),
        lines=tuple(lines_of(read, time="")),
        at=at,
        is_silent=is_silent,
        actions=tuple(action.command for action in read.actions),
    )


def night() -> Quiet:
    """From ten in the evening to seven in the morning."""
    return Quiet(22 * 60, 7 * 60)


class Killed(BaseException):
    """What a test stops a program with."""


@contextmanager
def killed_at(database: Database, number: int) -> Iterator[list[str]]:
    """Have the statement with this number, of those that write, fail; gives the statements that were begun."""
    begun: list[str] = []
    engine = database._engines.writer.sync_engine

    def before(_: object, __: object, statement: str, *___: object) -> None:
        begun.append(statement)
        if len(begun) == number:
            raise Killed(statement)

    listen(engine, "before_cursor_execute", before)
    try:
        yield begun
    finally:
        remove(engine, "before_cursor_execute", before)
