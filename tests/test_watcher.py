"""The loop that watches feeds: it checks what is due by itself, groups what came, tells the operator once, and outlives what fails."""

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from feed_server import FeedServer, Item, Served, rss
from hypothesis import given
from hypothesis import strategies as st
from real_time import Logged, clock, soon, warnings

from bot.core.allowance import Allowance
from bot.core.feeds.feed import Listed, Notice, NoticeKind
from bot.core.grouping.grouper import GroupingSettings
from bot.core.model import SourceId
from bot.parts import robot_rules
from bot.pipeline.bounded import Bounded
from bot.pipeline.feeds import CheckSettings, FeedChecks
from bot.pipeline.group import Grouping
from bot.pipeline.pages import PageFetches, PageReader
from bot.sources.addresses import host_key
from bot.sources.fetch import Door, DoorSettings
from bot.sources.worker import Worker
from bot.watcher import TOLD_TOGETHER, Watcher
from storage.engine.database import Database
from storage.feeds import feeds, notices
from storage.news import articles, events

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@asynccontextmanager
async def watching(database: Database, worker: Worker, timeout_seconds: float = 1) -> AsyncIterator[Watcher]:
    settings = DoorSettings(version="0", allow_networks=(ip_network("127.0.0.0/8"),), host_pause_seconds=0, timeout_seconds=timeout_seconds)

    async with Door(settings, clock=clock) as door, Grouping(database, GroupingSettings(), clock) as grouping:
        checking = FeedChecks(database, door, worker, CheckSettings(timeout=timedelta(seconds=1)), clock)
        pages = PageFetches(database, PageReader(door=door, worker=worker, robots=robot_rules(database, door, worker, clock)), clock)
        short = timedelta(seconds=0.1)
        watcher = Watcher(database, checking, pages, grouping, clock, look=short, retry=short)
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(watcher.run())
            yield watcher
            running.cancel()


async def add(database: Database, address: str) -> SourceId:
    async with database.write() as connection:
        added = await feeds.add(connection, [(Listed(url=address, title=""), host_key(address))], clock(), first_check=lambda _: clock())
    return added.ids[0]


async def ask_again(database: Database) -> None:
    async with database.write() as connection:
        await feeds.check_now(connection, None, clock())


def has_grouped(database: Database, count: int) -> Callable[[], Awaitable[bool]]:
    async def is_so() -> bool:
        async with database.read() as connection:
            return await events.count(connection) == count and not await articles.count_ungrouped(connection)

    return is_so


def story(title: str) -> Item:
    return Item(
        title=title, text=f"{title}. The council of {title.split(maxsplit=1)[0]} said so after hours of debate on Monday.", guid=title
    )


async def test_a_feed_that_is_added_meanwhile_is_checked_and_grouped_and_so_is_what_comes_later(database: Database) -> None:
    async with Worker() as worker, FeedServer() as server, watching(database, worker) as watcher:
        server.feeds["/feed"] = Served(rss([story("Quillon bridge opens")]))
        await add(database, server.url("/feed"))
        watcher.wake()
        await soon(has_grouped(database, 1))
        server.feeds["/feed"].body = rss([story("Orlik ferry aground"), story("Quillon bridge opens")])
        await ask_again(database)
        await soon(has_grouped(database, 2))
    assert len(server.feeds["/feed"].asked) == 2


@SQLITE
async def test_notices_are_told_once_and_many_of_them_in_few_lines(database: Database, logged: Logged) -> None:
    async with Worker() as worker, FeedServer() as server:
        source = await add(database, server.url("/gone"))
        many = TOLD_TOGETHER + 5
        said = [Notice(kind=NoticeKind.FAILING, source_id=source, text=f"Feed {number} does not work.") for number in range(many)]
        async with database.write() as connection:
            await notices.tell(connection, said, clock())
        for _ in range(2):

            async def is_told() -> bool:
                async with database.read() as connection:
                    return not await notices.untold(connection)

            async with watching(database, worker):
                await soon(is_told)
    told = [entry for entry in logged if entry["event"] == "About a feed:"]
    assert [entry["reason"] for entry in told] == [f"Feed {number} does not work." for number in range(TOLD_TOGETHER)]
    assert [entry["reason"][:7] for entry in logged if entry["event"] == "About other feeds:"] == ["there a"]


@SQLITE
async def test_a_notice_is_told_while_feeds_are_still_being_checked(database: Database, logged: Logged) -> None:
    async with Worker() as worker, FeedServer() as server:
        server.feeds["/slow"] = Served(silent=True)
        source = await add(database, server.url("/slow"))

        async with watching(database, worker, timeout_seconds=60):
            await soon(lambda: bool(server.feeds["/slow"].asked))
            async with database.write() as connection:
                await notices.tell(connection, [Notice(kind=NoticeKind.FAILING, source_id=source, text="It does not work.")], clock())
            await soon(lambda: "About a feed:" in warnings(logged))
    assert len(server.feeds["/slow"].asked) == 1
    assert [entry["reason"] for entry in logged if entry["event"] == "About a feed:"] == ["It does not work."]


# FAULTS row 33.
@SQLITE
async def test_a_database_that_is_locked_for_a_while_is_told_once_and_made_up_for(database: Database, logged: Logged) -> None:
    async with Worker() as worker, FeedServer() as server:
        server.feeds["/feed"] = Served(rss([story("Quillon bridge opens")]))
        await add(database, server.url("/feed"))
        other = sqlite3.connect(str(database._engines.path), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        async with watching(database, worker):
            await soon(lambda: "No feeds are checked for now." in warnings(logged))
            await asyncio.sleep(1)
            assert warnings(logged).count("No feeds are checked for now.") == 1
            other.close()
            await soon(has_grouped(database, 1))
            await soon(lambda: "Feeds are checked again." in warnings(logged))


@SQLITE
async def test_without_a_process_to_read_with_the_rest_goes_on(database: Database, logged: Logged) -> None:
    closed = Worker()
    await closed.__aexit__(None, None, None)
    async with FeedServer() as server, watching(database, closed):
        server.feeds["/feed"] = Served(rss([story("Quillon bridge opens")]))
        await add(database, server.url("/feed"))
        await soon(lambda: "No feeds are checked for now." in warnings(logged))
        missing = await add(database, server.url("/missing", host=2))

        async def is_judged() -> bool:
            async with database.read() as connection:
                state = await feeds.get(connection, missing)
            return state is not None and state.failures == 1

        await soon(is_judged)
    assert warnings(logged).count("No feeds are checked for now.") == 1


async def test_without_a_terminal_it_asks_once_or_serves_until_it_is_told_to_end(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    async with FeedServer() as server:
        server.feeds["/feed"] = Served(rss([story("Quillon bridge opens")]))
        environment = os.environ | {
            "SLUGLINE_FEEDS__ALLOW_NETWORKS": "127.0.0.0/8",
            "SLUGLINE_GROUPING__LANGUAGES": "false",
            "SLUGLINE_LOG__LEVEL": "info",
            "PYTHONPATH": str(Path(__file__).parent.parent),
        }
        command = [sys.executable, "-m", "bot"]
        first = await asyncio.create_subprocess_exec(
            *command, "sources", "add", server.url("/feed"), cwd=tmp_path, env=environment, stdout=asyncio.subprocess.PIPE
        )
        assert b"Quillon Courier" in (await first.communicate())[0]
        once = [story("Vel fire put out"), story("Quillon bridge opens")]
        server.feeds["/feed"].body = rss(once)
        connection = sqlite3.connect(tmp_path / "slugline.db")
        connection.execute("UPDATE feeds SET next_check_at = 0")
        connection.commit()
        second = await asyncio.create_subprocess_exec(*command, "run", cwd=tmp_path, env=environment, stdout=asyncio.subprocess.PIPE)
        assert b"Vel fire put out" in (await second.communicate())[0]
        server.feeds["/feed"].body = rss([story("Orlik ferry aground"), *once])
        connection.execute("UPDATE feeds SET next_check_at = 0")
        connection.commit()
        service = await asyncio.create_subprocess_exec(
            *command, "run", "--headless", cwd=tmp_path, env=environment, stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
        )

        await soon(lambda: connection.execute("SELECT count(*) FROM articles WHERE event_id IS NOT NULL").fetchone() == (3,))
        service.send_signal(signal.SIGTERM)
        _, log = await service.communicate()
        connection.close()
    assert service.returncode == 0, log.decode()
    assert "Slugline is running." in log.decode()
    assert "Slugline has ended." in log.decode()
    assert "Traceback" not in log.decode()


def test_so_many_may_begin_in_a_minute_and_no_wave_of_them_at_once() -> None:
    allowance = Allowance(600)
    begun = []
    for tick in range(1201):
        left = allowance.left(100 + tick / 10)
        allowance.spend(left)
        begun.append(left)
    assert begun[0] == 50
    assert sum(begun) == pytest.approx(50 + 1200, abs=2)
    assert max(begun[1:]) <= 2
    assert 0 <= allowance.wait <= 0.1
    slow = Allowance(1)
    assert slow.left(0) == 1
    slow.spend(1)
    assert (slow.left(0), round(slow.wait)) == (0, 60)


@given(st.lists(st.integers(0, 50), max_size=60), st.integers(1, 60), st.integers(1, 7), st.integers(1, 60))
async def test_a_bounded_queue_keeps_the_order_and_its_bounds(sizes: list[int], most: int, batch: int, batch_size: int) -> None:
    queue: Bounded[int] = Bounded(lambda size: size, most=most, batch=batch, batch_size=batch_size)
    held = 0

    async def put() -> None:
        nonlocal held
        for size in sizes:
            await queue.put(size)
            held += size

    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        tasks.create_task(put())
        taken: list[int] = []
        while len(taken) < len(sizes):
            await asyncio.sleep(0)
            together = await queue.take()
            assert held <= max(most, *sizes)
            held -= sum(together)
            taken += together
            assert len(together) <= batch
            assert len(together) == 1 or sum(together) <= batch_size
    assert taken == sizes
