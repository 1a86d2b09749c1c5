"""The HTTP door's manners: turns and pauses for each host, holds that hosts ask for, and nobody waiting for somebody else's host."""

import asyncio
import tracemalloc
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hostile_server import Answer, Asked, HostileServer, clock, door_settings, reply
from hypothesis import given
from hypothesis import strategies as st

from bot.core.feeds.feed import Failed, Failure, Fetched
from bot.sources.fetch import Door
from bot.sources.hosts import Hosts

FEED = b"<rss></rss>"


def key(server: HostileServer) -> str:
    return f"127.0.0.1:{server.port}"


async def test_a_host_is_asked_by_one_at_a_time_with_a_pause() -> None:
    """FAULTS row 22."""
    running = most = 0

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.02)
        running -= 1
        writer.write(reply(FEED, Connection="close"))

    settings = door_settings(per_host=1, host_pause_seconds=0.1)
    async with HostileServer({"/feed": answer}) as server, Door(settings, clock=clock) as door:
        assert all(isinstance(fetch, Fetched) for fetch in await asyncio.gather(*(door.get(server.url("/feed")) for _ in range(4))))
        assert door.busy_hosts() == {key(server)}  # it rests
        times = [asked.at for asked in server.asked]
        await asyncio.sleep(0.15)
        assert door.busy_hosts() == frozenset()
    assert most == 1
    assert all(later - earlier >= 0.1 for earlier, later in pairwise(times))


async def test_two_at_a_time_are_two() -> None:
    started = asyncio.Semaphore(0)
    together = asyncio.Event()

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        started.release()
        await together.wait()
        writer.write(reply(FEED, Connection="close"))

    async with HostileServer({"/feed": answer}) as server, Door(door_settings(per_host=2), clock=clock) as door:
        gets = [asyncio.create_task(door.get(server.url("/feed"))) for _ in range(3)]
        await started.acquire()
        await started.acquire()
        assert len(server.asked) == 2
        assert door.busy_hosts() == {key(server)}
        together.set()
        await asyncio.gather(*gets)
        assert len(server.asked) == 3


async def test_a_longer_pause_can_be_asked_for() -> None:
    settings = door_settings(per_host=1)
    async with HostileServer({"/page": reply(FEED)}) as server, Door(settings, clock=clock) as door:
        await door.get(server.url("/page"), pause=0.3)
        await door.get(server.url("/page"))
    assert server.asked[1].at - server.asked[0].at >= 0.3


async def test_five_thousand_feeds_of_one_host_do_not_delay_another_host() -> None:
    """FAULTS row 22; nor does waiting for a turn count as time that the host took."""
    settings = door_settings(per_host=1, host_pause_seconds=0.05, timeout_seconds=3)
    async with (
        HostileServer({"/feed": reply(FEED)}) as crowded,
        HostileServer({"/feed": reply(FEED)}) as other,
        Door(settings, clock=clock) as door,
        asyncio.TaskGroup() as tasks,
    ):
        waiting = [tasks.create_task(door.get(crowded.url("/feed"))) for _ in range(5000)]
        await asyncio.sleep(0)
        assert isinstance(await door.get(other.url("/feed")), Fetched)
        assert sum(task.done() for task in waiting) < 500
        await waiting[69]  # 3.5 s later: longer than the time-out
        assert all(isinstance(task.result(), Fetched) for task in waiting if task.done())
        for task in waiting:
            task.cancel()


async def test_a_redirect_to_a_crowded_host_gives_up_instead_of_standing_in_line() -> None:
    """FAULTS rows 7 and 22: feeds of many hosts that lead to one slow host would keep all who ask waiting for it."""

    is_asked = asyncio.Event()

    async def never(asked: Asked, writer: asyncio.StreamWriter) -> None:
        is_asked.set()
        await asyncio.sleep(60)

    settings = replace(door_settings(per_host=1), redirect_wait_seconds=0.1)
    async with HostileServer({"/slow": never}, host="0.0.0.0") as server, Door(settings, clock=clock) as door, asyncio.TaskGroup() as tasks:
        slow = server.url("/slow", host="127.0.0.2")
        server.answers["/leads"] = reply(b"", 302, Location=slow)
        first = tasks.create_task(door.get(slow))
        await is_asked.wait()
        failed = await door.get(server.url("/leads", host="127.0.0.3"))
        assert isinstance(failed, Failed)
        assert (failed.kind, failed.host, failed.retry_after) == (Failure.HELD, f"127.0.0.2:{server.port}", None)
        assert server.paths() == ["/slow", "/leads"]
        first.cancel()


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("7200", timedelta(hours=2)),
        ("Sun, 22 Nov 2026 13:00:00 GMT", timedelta(hours=1)),
        ("1000000000", timedelta(hours=24)),
        ("-5", timedelta(0)),
        ("0", timedelta(0)),
        ("soon", None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_a_host_is_left_alone_for_as_long_as_it_asks(status: int, value: str, wait: timedelta | None) -> None:
    """FAULTS row 20: the whole host, and nothing is sent meanwhile."""
    answers: dict[str, Answer] = {"/busy": reply(b"slow", status, Retry_After=value), "/feed": reply(FEED)}
    async with HostileServer(answers) as server, Door(door_settings(), clock=clock) as door:
        failed = await door.get(server.url("/busy"))
        assert isinstance(failed, Failed)
        assert (failed.kind, failed.status, failed.retry_after) == (Failure.UNAVAILABLE, status, wait)
        following = await door.get(server.url("/feed"))
        if wait:
            assert isinstance(following, Failed)
            assert (following.kind, following.host) == (Failure.HELD, key(server))
            assert following.retry_after is not None
            assert wait - timedelta(minutes=1) < following.retry_after <= wait
            assert server.paths() == ["/busy"]
        else:
            assert isinstance(following, Fetched)


async def test_only_a_host_that_is_busy_can_ask_to_be_left_alone() -> None:
    answers: dict[str, Answer] = {"/moved": reply(status=301, Location="/feed", Retry_After="60"), "/feed": reply(FEED, Retry_After="60")}
    answers |= {"/404": reply(status=404, Retry_After="60"), "/500": reply(status=500, Retry_After="60")}
    async with HostileServer(answers) as server, Door(door_settings(), clock=clock) as door:
        for path in ("/404", "/500", "/moved"):
            fetch = await door.get(server.url(path))
            assert not isinstance(fetch, Failed) or fetch.retry_after is None
        assert isinstance(await door.get(server.url("/feed")), Fetched)


async def test_those_who_wait_for_a_host_are_sent_away_when_it_asks_to_be_left_alone() -> None:
    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.1)
        writer.write(reply(status=429, Retry_After="600", Connection="close"))

    async with HostileServer({"/feed": answer}) as server, Door(door_settings(per_host=1, host_pause_seconds=0.2), clock=clock) as door:
        fetches = await asyncio.gather(*(door.get(server.url("/feed")) for _ in range(500)))
    kinds = [fetch.kind for fetch in fetches if isinstance(fetch, Failed)]
    assert kinds == [Failure.UNAVAILABLE] + 499 * [Failure.HELD]
    assert len(server.asked) == 1


async def test_a_redirect_to_a_host_that_is_held_is_not_followed() -> None:
    async with HostileServer({"/feed": reply(FEED)}) as server, Door(door_settings(), clock=clock) as door:
        server.answers["/moved"] = reply(status=302, Location=server.url("/feed", "localhost"))
        door.hold(f"localhost:{server.port}", 600)
        fetch = await door.get(server.url("/moved"))
        assert isinstance(fetch, Failed)
        assert (fetch.kind, fetch.host) == (Failure.HELD, f"localhost:{server.port}")
        assert door.busy_hosts() == frozenset()
        assert server.paths() == ["/moved"]


async def test_a_hold_can_be_set_and_ended_from_outside() -> None:
    async with HostileServer({"/feed": reply(FEED)}) as server, Door(door_settings(), clock=clock) as door:
        door.hold(key(server), 0.2)
        fetch = await door.get(server.url("/feed"))
        assert isinstance(fetch, Failed)
        assert fetch.kind is Failure.HELD
        assert "1 s" in fetch.reason
        await asyncio.sleep(0.25)
        assert isinstance(await door.get(server.url("/feed")), Fetched)
        door.hold(key(server), 1e12)
        fetch = await door.get(server.url("/feed"))
        assert isinstance(fetch, Failed)
        assert "23 h 59 min" in fetch.reason
        door.hold(key(server), 0)
        assert isinstance(await door.get(server.url("/feed")), Fetched)


async def test_hosts_that_nobody_asks_take_no_memory() -> None:
    hosts = Hosts(per_host=1, concurrency=8)
    for number in range(100_000):
        assert await hosts.enter(f"host{number}.example")
        hosts.leave(f"host{number}.example", 0)
    assert len(hosts) == 0
    tracemalloc.start()
    try:
        for number in range(20_000):  # four rounds of holds, each of which is over before the next one
            if number % 5_000 == 0:
                await asyncio.sleep(0.02)
            hosts.hold(f"host{number}.example", 0.001)
        assert tracemalloc.get_traced_memory()[0] < 3_000_000
    finally:
        tracemalloc.stop()


async def test_who_gives_up_or_is_sent_away_before_all_have_room_gives_the_host_back() -> None:
    hosts = Hosts(per_host=1, concurrency=1)
    assert await hosts.enter("first.example")
    tired, held = asyncio.create_task(hosts.enter("tired.example")), asyncio.create_task(hosts.enter("held.example"))
    await asyncio.sleep(0)
    assert hosts.busy() == {"first.example", "tired.example", "held.example"}
    tired.cancel()
    hosts.hold("held.example", 60)
    hosts.leave("first.example", 0)
    assert not await held
    assert tired.cancelled()
    assert hosts.busy() == frozenset()
    assert await hosts.enter("tired.example")


class Game:
    """One host, those inside it, and those who wait."""

    def __init__(self, per_host: int) -> None:
        self.hosts = Hosts(per_host=per_host, concurrency=3)
        self.per_host = per_host
        self.inside = 0
        self.waiting: list[asyncio.Task[bool]] = []

    async def play(self, step: str) -> None:
        match step:
            case "enter":
                self.waiting.append(asyncio.create_task(self.hosts.enter("a")))
            case "cancel" if self.waiting:
                self.waiting[len(self.waiting) // 2].cancel()
            case "leave" if self.inside:
                self.inside -= 1
                self.hosts.leave("a", 0)
            case "hold" | "release":
                self.hosts.hold("a", 9 if step == "hold" else 0)
            case _:
                await self.settle()

    async def settle(self) -> None:
        for _ in range(5):
            await asyncio.sleep(0)
        done = [task for task in self.waiting if task.done()]
        self.waiting = [task for task in self.waiting if not task.done()]
        self.inside += sum(not task.cancelled() and task.result() for task in done)
        assert self.inside <= self.per_host
        assert self.hosts.busy() == (frozenset({"a"}) if self.inside == self.per_host else frozenset())


@given(st.lists(st.sampled_from(["enter", "cancel", "leave", "hold", "release", "settle"]), max_size=60), st.integers(1, 3))
def test_turns_are_never_lost_and_never_too_many(steps: list[str], per_host: int) -> None:
    async def play() -> None:
        game = Game(per_host)
        for step in [*steps, "release", "settle"]:
            await game.play(step)
        while game.inside:
            await game.play("leave")
            await game.settle()
        assert not game.waiting
        assert len(game.hosts) == 0

    asyncio.run(play())
