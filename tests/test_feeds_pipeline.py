"""Feeds are checked against a real server on loopback: nothing is lost, nothing is said twice, nobody waits for somebody else's trouble."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from typing import Any, TypeVar, TypeVarTuple, cast

import pytest
import structlog
from conftest import NOW
from feed_server import Served, rss
from feed_station import FAST, HOUR, door_of, items, one_database, one_worker, station
from sqlalchemy import select, text

from bot.core.errors import StorageUnavailable
from bot.core.feeds.feed import Failure, Fetch, NoticeKind
from bot.sources.addresses import host_key
from bot.sources.feeds.reading import FeedBody
from bot.sources.fetch import Door, DoorSettings
from bot.sources.worker import Worker
from storage.engine.database import Database
from storage.feeds import checks
from storage.schema.tables import articles

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
pytestmark = pytest.mark.asyncio(loop_scope="module")
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
worker, database = one_worker, one_database


async def test_the_first_check_is_silent_and_what_comes_later_is_news(database: Database, worker: Worker) -> None:
    async with station(database, worker) as here:
        here.server.feeds["/feed"] = Served(rss(items("Bridge opens", "Ferry stops")))
        [source] = await here.add(here.server.url("/feed"))
        first = await here.check()
        assert (first.feeds, first.new, first.backlog) == (1, 2, 2)
        state = await here.state(source)
        assert (state.name, state.baselined_at, state.checked_at, state.failures) == ("The Quillon Courier", NOW, NOW, 0)
        assert (await here.check()).feeds == 0
        here.server.feeds["/feed"].body = rss(items("Mayor resigns", "Bridge opens", "Ferry stops"))
        second = await here.ask_again()
        assert (second.new, second.backlog) == (1, 0)
        assert await here.stored() == {"Bridge opens": True, "Ferry stops": True, "Mayor resigns": False}


# FAULTS row 19.
@SQLITE
async def test_what_has_not_changed_is_not_read_again(database: Database, worker: Worker) -> None:
    async with station(database, worker) as here:
        here.server.feeds["/304"] = Served(rss(items("Bridge opens")))
        here.server.feeds["/200"] = Served(rss(items("Ferry stops")), validators=False)
        await here.add(here.server.url("/304"), here.server.url("/200", host=2))
        await here.check()
        here.worker = Worker()
        await here.worker.__aexit__(None, None, None)  # who reads anything now fails
        here.restart()
        again = await here.ask_again()
        assert (again.feeds, again.unchanged, again.failed) == (2, 2, 0)
        assert "if-none-match" in here.server.feeds["/304"].asked[1]
        here.server.feeds["/304"].status = 304
        here.server.feeds["/304"].validators = False
        assert (await here.ask_again()).unchanged == 2


# FAULTS rows 7 and 10.
@SQLITE
async def test_a_feed_that_fails_keeps_no_other_from_being_checked(database: Database, worker: Worker) -> None:
    async with station(database, worker) as here:
        here.server.feeds |= {
            "/silent": Served(silent=True),
            "/page": Served(b"<!doctype html><html><head><title>Sign in</title></head><body><p>Please</p></body></html>"),
            "/empty": Served(b""),
            "/busy": Served(status=500),
            **{f"/feed/{number}": Served(rss(items(f"Story {number}"))) for number in range(60)},
        }
        bad = ["/silent", "/page", "/empty", "/busy", "/missing"]
        numbers = await here.add(*(here.server.url(path, host=host) for host, path in enumerate([*bad, *list(here.server.feeds)[4:]], 1)))
        checked = await here.check()
        assert (checked.feeds, checked.failed, checked.new) == (65, 5, 60)
        states = [await here.state(number) for number in numbers[:5]]
        assert [state.failure for state in states] == [
            Failure.TIMEOUT, Failure.NO_FEED, Failure.NO_FEED, Failure.UNAVAILABLE, Failure.MISSING,
        ]  # fmt: skip
        assert "Sign in" in (states[1].last_error or "")
        assert all(state.failures == 1 and state.baselined_at is None and state.body_digest is None for state in states)
        assert len(await here.stored()) == 60


# FAULTS row 20.
async def test_a_host_that_asks_for_a_rest_gets_it_for_all_its_feeds_and_over_a_restart(database: Database, worker: Worker) -> None:
    async with station(database, worker) as here:
        here.server.feeds["/one"] = Served(status=429, headers={"Retry-After": "7200"})
        here.server.feeds["/two"] = Served(rss(items("Bridge opens")))
        here.server.feeds["/other"] = Served(rss(items("Ferry stops")))
        await here.add(here.server.url("/one"), here.server.url("/two"), here.server.url("/other", host=2))
        await here.check()
        assert (here.asked("/one"), here.asked("/two"), here.asked("/other")) == (1, 0, 1)
        here.restart()
        async with door_of(here.clock) as fresh:
            here.door = fresh
            here.restart()
            await here.ask_again(after=1.9 * HOUR)
            assert (here.asked("/one"), here.asked("/two"), here.asked("/other")) == (1, 0, 2)
            here.server.feeds["/one"] = Served(rss(items("Mayor resigns")))
            here.door.hold(host_key(here.server.url("/")), 0)
            await here.check(after=0.2 * HOUR)
            assert (here.asked("/one"), here.asked("/two")) == (1, 1)
        assert set(await here.stored()) == {"Bridge opens", "Ferry stops", "Mayor resigns"}


# FAULTS row 22.
@SQLITE
async def test_thousands_of_feeds_of_one_host_do_not_delay_those_of_others(database: Database, worker: Worker) -> None:
    async with station(database, worker, host_pause_seconds=0.01) as here:
        here.server.feeds |= {f"/crowd/{number}": Served(status=404) for number in range(25)}
        here.server.feeds |= {f"/other/{number}": Served(status=404) for number in range(20)}
        await here.add(*(here.server.url(f"/crowd/{number}") for number in range(25)))
        await here.add(*(here.server.url(f"/other/{number}", host=2 + number) for number in range(20)))
        running = asyncio.create_task(here.check())
        async with asyncio.timeout(20):
            await asyncio.gather(*(here.server.feeds[f"/other/{number}"].was_asked.wait() for number in range(20)))
        assert sum(here.asked(f"/crowd/{number}") for number in range(25)) < 20
        assert (await running).feeds == 45


# FAULTS row 21.
async def test_a_feed_that_is_gone_for_good_ends_with_one_notice_and_may_come_back(database: Database, worker: Worker) -> None:
    async with station(database, worker) as here:
        here.server.feeds["/feed"] = Served(status=410)
        [source] = await here.add(here.server.url("/feed"))
        await here.check()
        assert (await here.check(after=20 * HOUR)).feeds == 0
        await here.check(after=DAY)
        assert await here.told() == [(NoticeKind.ENDED, source)]
        assert (await here.check(after=20 * DAY)).feeds == 0
        await here.check(after=20 * DAY)
        assert await here.told() == [(NoticeKind.ENDED, source)]
        here.server.feeds["/feed"] = Served(rss(items("Bridge opens")))
        await here.check(after=40 * DAY)
        assert await here.told() == [(NoticeKind.ENDED, source), (NoticeKind.RECOVERED, source)]
        assert await here.stored() == {"Bridge opens": True}


async def test_a_feed_that_moved_is_asked_there_unless_another_has_that_address(database: Database, worker: Worker) -> None:
    async with station(database, worker) as here:
        to = here.server.url("/new", host=9)
        here.server.feeds["/new"] = Served(rss(items("Bridge opens")))
        here.server.feeds["/old"] = Served(status=301, headers={"Location": to}, validators=False)
        [old] = await here.add(here.server.url("/old"))
        for _ in range(3):
            await here.ask_again(after=DAY)
        state = await here.state(old)
        assert (state.url, state.host) == (to, host_key(to))
        assert await here.told() == [(NoticeKind.MOVED, old)]
        [second] = await here.add(here.server.url("/old"))
        for _ in range(4):
            await here.ask_again(after=DAY)
        assert (await here.state(second)).url == here.server.url("/old")
        assert await here.told() == [(NoticeKind.MOVED, old)]
        assert len(await here.stored()) == 1


# FAULTS row 21.
@SQLITE
async def test_when_our_line_is_out_nobody_is_blamed_and_all_return(database: Database, worker: Worker) -> None:
    async with station(database, worker) as here:
        here.server.feeds |= {f"/{number}": Served(rss(items(f"Story {number}"))) for number in range(12)}
        sources = await here.add(*(here.server.url(f"/{number}", host=1 + number) for number in range(12)))
        await here.check()
        await here.server.stop()
        with structlog.testing.capture_logs() as logged:
            out = await here.ask_again()
            assert out.feeds == out.failed + out.excused == 12
            assert here.is_out()
            for _ in range(5):
                await here.check(after=6 * MINUTE)
        assert [(await here.state(source)).failures for source in sources] == [0] * 12
        assert [entry["log_level"] for entry in logged if "No feed is blamed" in entry["event"]] == ["warning"]
        await here.server.start()
        for number in range(12):
            here.server.feeds[f"/{number}"].body = rss(items(f"Story {number}", f"Later {number}"))
        back = await here.check(after=6 * MINUTE)
        assert (back.feeds, back.new) == (12, 12)
        assert not here.is_out()
        assert await here.told() == []


@SQLITE
async def test_a_full_disk_loses_nothing_and_keeps_no_validators_without_entries(database: Database, worker: Worker) -> None:
    async with station(database, worker) as here:
        here.server.feeds |= {f"/{number}": Served(rss(items(f"Story {number}", f"{number} more " * 500))) for number in range(30)}
        sources = await here.add(*(here.server.url(f"/{number}", host=1 + number) for number in range(30)))
        async with database.write() as connection:
            pages = await connection.scalar(text("PRAGMA page_count"))
            await connection.execute(text(f"PRAGMA max_page_count = {pages + 4}"))
        with pytest.raises(StorageUnavailable):
            await here.check()
        for source in sources:
            state = await here.state(source)
            assert (state.etag is None) == (state.baselined_at is None)
        async with database.write() as connection:
            await connection.execute(text("PRAGMA max_page_count = 1000000"))
        await here.check(after=DAY)
        assert len(await here.stored()) == 60


async def test_a_pass_killed_at_any_moment_is_made_up_for_and_stores_everything_once(database: Database, worker: Worker) -> None:
    dice = random.Random(3)
    async with station(database, worker, timeout_seconds=20) as here:  # a busy machine is no slow host
        here.server.feeds |= {f"/{number}": Served(rss(items(*(f"Story {number}.{item}" for item in range(5))))) for number in range(80)}
        sources = await here.add(*(here.server.url(f"/{number}", host=1 + number) for number in range(80)))
        for _ in range(5):
            running = asyncio.create_task(here.check())
            await asyncio.sleep(dice.random() * 0.2)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            here.now += HOUR  # the lease is over; those that were settled are due again
        await here.ask_again()
        assert len(await here.stored()) == 400
        assert all(await here.stored())
        assert {(await here.state(source)).failures for source in sources} == {0}


@SQLITE
async def test_who_has_patience_for_so_long_begins_no_more_after_it(database: Database, worker: Worker) -> None:
    slow = replace(FAST, checks_per_minute=60)
    async with station(database, worker, slow) as here:
        here.server.feeds |= {f"/{number}": Served(status=404) for number in range(50)}
        await here.add(*(here.server.url(f"/{number}", host=1 + number) for number in range(50)))
        reached: list[int] = []
        checked = await here.checks.run(patience=0.3 * SECOND, expect=reached.append, advance=lambda steps: reached.append(-steps))
        assert 1 <= checked.feeds <= 10
        assert -sum(step for step in reached if step < 0) == checked.feeds == max(reached)


@SQLITE
async def test_aliases_of_the_operator_name_outlets(database: Database, worker: Worker) -> None:
    async with station(database, worker, replace(FAST, aliases={"courier.example": "The Courier of Quillon"})) as here:
        here.server.feeds["/feed"] = Served(rss([replace(items("Bridge opens")[0], link="https://courier.example/bridge")]))
        await here.add(here.server.url("/feed"))
        await here.check()
        async with database.read() as connection:
            assert await connection.scalar(select(articles.c.outlet)) == "The Courier of Quillon"


class FaultyDoor(Door):
    """Stumbles over one path."""

    async def get(self, url: str, **more: Any) -> Fetch:
        if url.endswith("/unforeseen"):
            raise ZeroDivisionError(url)
        return await super().get(url, **more)


class FaultyWorker(Worker):
    """Gives no identities for the feed of one path: what it read cannot be stored."""

    async def run(self, function: Callable[[*Ts], T], *arguments: *Ts, timeout_seconds: float) -> T:
        results = await super().run(function, *arguments, timeout_seconds=timeout_seconds)
        assert isinstance(results, list)
        bodies = cast("Sequence[FeedBody]", next(iter(arguments)))
        spoilt = [(each[0], ()) if body.url.endswith("/unstorable") else each for body, each in zip(bodies, results, strict=True)]
        return cast("T", spoilt)


async def test_a_fault_of_ours_with_one_feed_is_no_fault_with_the_others(database: Database) -> None:
    settings = DoorSettings(version="0", allow_networks=(ip_network("127.0.0.0/8"),), host_pause_seconds=0)
    async with FaultyWorker() as faulty, station(database, faulty) as here, FaultyDoor(settings, clock=here.clock) as door:
        here.door = door
        here.restart()
        paths = ["/unforeseen", "/unstorable", *(f"/{number}" for number in range(10))]
        here.server.feeds |= {path: Served(rss(items(f"Story of {path}"))) for path in paths}
        sources = await here.add(*(here.server.url(path, host=host) for host, path in enumerate(paths, 1)))
        with structlog.testing.capture_logs() as logged:
            checked = await here.check()
        assert (checked.feeds, checked.failed, checked.new) == (12, 2, 10)
        for source in sources[:2]:
            state = await here.state(source)
            assert (state.failures, state.etag) == (1, None)
            assert "the log says why" in (state.last_error or "")
        assert {entry["url"] for entry in logged if entry["log_level"] == "error" and "url" in entry} == {
            here.server.url("/unforeseen", host=1), here.server.url("/unstorable", host=2),
        }  # fmt: skip


async def test_a_clock_that_was_years_ahead_puts_no_feed_off_for_years(database: Database, worker: Worker) -> None:
    """FAULTS row 35."""
    async with station(database, worker) as here:
        here.server.feeds["/feed"] = Served(rss(items("Ferry stops")))
        await here.add(here.server.url("/feed"))
        here.now += timedelta(days=3_000)
        await here.check()
        async with database.write() as connection:
            await checks.hold(connection, "far.example", here.now + HOUR, "It asked for an hour.")
        here.now -= timedelta(days=3_000)
        assert (await here.check()).feeds == 1
        async with database.read() as connection:
            assert await checks.held(connection, here.now) == {}
        here.now += timedelta(days=3_000)
        await here.ask_again()
        here.now -= timedelta(days=3_000)
        here.restart()
        assert (await here.check()).feeds == 1
        assert (await here.check()).feeds == 0
