"""A Slugline that checks feeds of our own on loopback, for tests of the pipeline: its clock only moves when a test moves it."""

import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest_asyncio
from conftest import NOW
from feed_server import FeedServer, Item, Names
from sqlalchemy import select

from bot.core.feeds.feed import FeedState, FullText, Listed, NoticeKind
from bot.core.model import SourceId
from bot.pipeline.feeds import CheckSettings, FeedChecks
from bot.pipeline.settle import Checked
from bot.sources.addresses import host_key
from bot.sources.fetch import Door, DoorSettings
from bot.sources.worker import Worker
from storage.engine.database import Database
from storage.feeds import feeds, notices
from storage.schema.tables import articles

HOUR = timedelta(hours=1)
FAST = CheckSettings(checks_per_minute=1_000_000, timeout=timedelta(seconds=1))


@dataclass
class Station:
    """A Slugline that checks feeds, with a clock that only moves when a test moves it."""

    database: Database
    server: FeedServer
    worker: Worker
    door: Door
    settings: CheckSettings
    now: Any = NOW
    checks: FeedChecks = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def clock(self) -> Any:
        return self.now

    def restart(self) -> None:
        """Forget what is only in memory."""
        self.checks = FeedChecks(self.database, self.door, self.worker, self.settings, self.clock, dice=random.Random(7).random)

    async def add(self, *addresses: str, full_text: FullText = FullText.FEED) -> list[SourceId]:
        listed = [(Listed(url=address, title=""), host_key(address)) for address in addresses]
        async with self.database.write() as connection:
            added = await feeds.add(connection, listed, self.now, first_check=lambda _: self.now, full_text=full_text)
        return list(added.ids)

    async def check(self, after: timedelta = timedelta()) -> Checked:
        """Let time pass, and check what is due then."""
        self.now += after
        return await self.checks.run()

    async def ask_again(self, after: timedelta = HOUR) -> Checked:
        """Let time pass, and check every feed that is not paused."""
        self.now += after
        async with self.database.write() as connection:
            await feeds.check_now(connection, None, self.now)
        return await self.checks.run()

    async def state(self, source_id: SourceId) -> FeedState:
        async with self.database.read() as connection:
            found = await feeds.get(connection, source_id)
        assert found is not None
        return found

    async def stored(self) -> dict[str, bool]:
        """The titles of all articles, and whether they are back-catalogue."""
        async with self.database.read() as connection:
            rows = (await connection.execute(select(articles.c.title, articles.c.backlog).order_by(articles.c.id))).all()
        titles = [row.title for row in rows]
        assert len(titles) == len(set(titles))
        return {row.title: row.backlog for row in rows}

    async def told(self) -> list[tuple[NoticeKind, SourceId]]:
        async with self.database.read() as connection:
            return [(notice.kind, notice.source_id) for _, _, notice in await notices.untold(connection)]

    def is_out(self) -> bool:
        return self.checks.out_since is not None

    def asked(self, path: str) -> int:
        served = self.server.feeds.get(path)
        return 0 if served is None else len(served.asked)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def one_worker() -> AsyncIterator[Worker]:
    """One for all tests of a file: it takes a second to start."""
    async with Worker() as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def one_database(database_url: str) -> AsyncIterator[Database]:
    """An open database for a test, in the loop of the worker; a transaction that is killed has the time to be rolled back."""
    opened = await Database.open(database_url, now=NOW, busy_timeout=5)
    yield opened
    await opened.close()


def door_of(clock: Callable[[], Any], **more: Any) -> Door:
    settings = DoorSettings(version="0", allow_networks=(ip_network("127.0.0.0/8"),), host_pause_seconds=0, timeout_seconds=1)
    return Door(replace(settings, **more), clock=clock, resolver=Names())


@asynccontextmanager
async def station(database: Database, worker: Worker, settings: CheckSettings = FAST, **door: Any) -> AsyncIterator[Station]:
    async with FeedServer() as server, door_of(lambda: NOW, **door) as opened:
        yield Station(database, server, worker, opened, settings)


def items(*titles: str) -> list[Item]:
    return [
        Item(title=title, text=f"{title}: the council of Quillon said so on Monday, after hours of debate.", guid=title) for title in titles
    ]
