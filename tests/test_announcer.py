"""The loops that tell: they write what is due and announce what changed by themselves, and outlive what fails."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from fake_platform import FakePlatform
from real_time import Logged, clock, soon, warnings
from telling_samples import Newsroom

from bot.announcer import Announcer
from bot.core.chats.chat import Repeat
from bot.core.chats.ports import Platform
from bot.pipeline.announce import Announcements
from bot.pipeline.deliver import Deliveries
from bot.pipeline.digests import Digests
from storage.chats import subscriptions
from storage.engine.database import Database

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SHORT = timedelta(seconds=0.1)


@asynccontextmanager
async def telling(database: Database, *platforms: Platform) -> AsyncIterator[Announcer]:
    deliveries = Deliveries(database, platforms, clock, look=SHORT)
    announcer = Announcer(Announcements(database, clock), Digests(database, clock), deliveries, look=SHORT, retry=SHORT)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(announcer.run())
        yield announcer
        running.cancel()


async def test_what_is_due_and_what_breaks_is_sent_by_itself(database: Database) -> None:
    platform = FakePlatform(name="terminal")
    room = Newsroom(database, now=clock() - timedelta(days=1))
    chat = await room.chat()
    await room.subscribe(chat, at=room.now.hour * 60 + room.now.minute)  # due at this minute of yesterday and of today
    await room.subscribe(chat, Repeat.BREAKING, min_reports=2)
    room.now = clock()
    await room.report(1, "A", "An otter swims")
    async with telling(database, platform) as announcer:
        shown = platform.chats["me"]
        await soon(lambda: len(shown.texts) == 1)
        assert "An otter swims" in shown.texts[0]
        await room.report(2, "B", "A gull sings", times=2)
        await soon(lambda: len(shown.texts) == 2)
        assert "A gull sings" in shown.texts[1]
        async with database.write() as connection:
            daily, _ = await subscriptions.of(connection, chat.id)
            await subscriptions.save(connection, replace(daily, due_at=clock(), last_date=None))
        await announcer.tick()
        await asyncio.sleep(0.5)
        assert len(shown.texts) == 2  # One digest a date, whoever asks.


# FAULTS row 33.
@SQLITE
async def test_a_database_that_is_locked_for_a_while_is_told_once_and_made_up_for(database: Database, logged: Logged) -> None:
    platform = FakePlatform(name="terminal")
    room = Newsroom(database, now=clock())
    await room.subscribe(await room.chat(), Repeat.BREAKING, min_reports=1)
    await room.report(1, "A")
    other = sqlite3.connect(str(database._engines.path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    async with telling(database, platform):
        await soon(lambda: "Changes are not announced for now." in warnings(logged))
        await asyncio.sleep(1)
        assert warnings(logged).count("Changes are not announced for now.") == 1
        other.close()
        await soon(lambda: len(platform.chats["me"].texts) == 1)
        await soon(lambda: "Changes are announced again." in warnings(logged))


async def test_without_a_platform_everything_is_written_down_and_waits(database: Database) -> None:
    room = Newsroom(database, now=clock())
    await room.subscribe(await room.chat(), Repeat.BREAKING, min_reports=1)
    async with telling(database):
        await room.report(1, "A")

        async def waits() -> bool:
            return len(await room.queued()) == 1

        await soon(waits)
        await asyncio.sleep(3 * SHORT.total_seconds())
    assert len(await room.queued()) == 1
