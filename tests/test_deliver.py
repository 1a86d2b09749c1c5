"""Delivering on a clock that jumps: what arrives, when, in which order, and what nobody else has to wait for."""

import asyncio
import random
from collections import defaultdict
from datetime import timedelta

import pytest
from conftest import NOW
from delivery_samples import chat, many_chats, notice, queue, totals
from fake_platform import FakePlatform, said
from rate_windows import exceeded
from thoroughness import some
from virtual_time import TimelessDatabase, clock, run_with

from bot.core.chats.chat import ChatKind
from bot.core.chats.ports import Limits, RetryLater
from bot.pipeline.deliver import Deliveries
from storage.delivery import deliveries

TELEGRAM = Limits()


def times_of(platform: FakePlatform) -> dict[str, list[float]]:
    """When calls for each chat arrived."""
    times: dict[str, list[float]] = defaultdict(list)
    for at, outgoing in platform.calls:
        times[outgoing.address.chat].append(at)
    return times


def check_limits(platform: FakePlatform) -> None:
    """Look into every window there is."""
    overall, kinds = [at for at, _ in platform.calls], {outgoing.address.chat: outgoing.kind for _, outgoing in platform.calls}
    assert not exceeded(overall, most=platform.limits.overall_second or len(overall), span=1.0)
    for name, times in times_of(platform).items():
        assert not exceeded(times, most=1, span=platform.limits.per_chat_seconds)
        if kinds[name] is not ChatKind.PRIVATE:
            assert not exceeded(times, most=platform.limits.per_group_minute or len(times), span=60.0)


@pytest.mark.parametrize(("at_once", "takes"), [(1, 0.0), (30, 0.02)], ids=["one after the other, at once", "many at once, 20 ms each"])
def test_a_digest_for_many_chats_takes_as_long_as_the_limits_make_it(database_url: str, at_once: int, takes: float) -> None:
    platform = FakePlatform(limits=Limits(at_once=at_once), takes=lambda: takes)
    # All of them where it is fast; the bound is one for each message.
    many = some(10_000 if at_once > 1 and database_url.startswith("sqlite") else 1_000)

    async def main(database: TimelessDatabase) -> float:
        async with database.write() as connection:
            kinds = [ChatKind.PRIVATE, ChatKind.GROUP]
            everyone = await many_chats(connection, [(f"{number}", kinds[number % 2]) for number in range(many)], NOW)
            await deliveries.queue(connection, [notice(one, "the digest") for one in everyone], clock())
        began = asyncio.get_running_loop().time()
        await Deliveries(database, [platform], clock).send_due()
        assert (await totals(database)).queued == 0
        return asyncio.get_running_loop().time() - began

    took = run_with(database_url, main)
    assert len(platform.arrived()) == many
    assert all(texts == ["the digest"] for texts in platform.arrived().values())
    check_limits(platform)
    assert took <= 1.05 * many / 30


def test_limits_hold_for_groups_with_topics_private_chats_and_edits_however_long_each_call_takes(database_url: str) -> None:
    """Every window of a simulated platform is looked into, with calls of 0 to 0.4 s of which it counts the middle."""
    dice = random.Random(5)
    platform = FakePlatform(limits=Limits(per_group_minute=6, overall_second=4, at_once=8), takes=lambda: dice.uniform(0, 0.4))

    async def main(database: TimelessDatabase) -> None:
        for name in ("p1", "p2", "p3", "p4"):
            await queue(database, await chat(database, name, NOW), clock(), *(f"{number}" for number in range(12)))
        for thread in ("", "7", "8"):
            group = await chat(database, "group", NOW, kind=ChatKind.GROUP, thread=thread)
            await queue(database, group, clock(), *(f"{thread} {number}" for number in range(6)))
        await Deliveries(database, [platform], clock).send_due()

    run_with(database_url, main)
    check_limits(platform)
    arrived = platform.arrived()
    assert [arrived[f"p{number}"] for number in (1, 2, 3, 4)] == [[f"{number}" for number in range(12)]] * 4
    for thread in ("", "7", "8"):
        shown = [shown.texts[0] for shown in platform.chats["group"].shown if shown.thread == thread]
        assert shown == [f"{thread} {number}" for number in range(6)]


def test_limits_hold_across_a_restart(database_url: str) -> None:
    """A group that took 20 messages before the restart takes the next when the first of them is a minute old."""
    platform = FakePlatform(limits=TELEGRAM)

    async def main(database: TimelessDatabase) -> None:
        group = await chat(database, "group", NOW, kind=ChatKind.GROUP)
        await queue(database, group, clock(), *(f"{number}" for number in range(25)))
        for _ in range(50):
            sending = asyncio.create_task(Deliveries(database, [platform], clock).run())
            await asyncio.sleep(1.7)
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    run_with(database_url, main)
    assert platform.arrived()["group"] == [f"{number}" for number in range(25)]
    check_limits(platform)


def test_a_chat_that_wants_to_be_left_alone_for_an_hour_delays_nobody_else(database_url: str) -> None:
    """Row 26, to the second, and in order."""
    platform = FakePlatform(limits=TELEGRAM)
    platform.scripts["flooded"].append(RetryLater(after=timedelta(hours=1), reason="429: retry after 3600"))

    async def main(database: TimelessDatabase) -> None:
        flooded = await chat(database, "flooded", NOW)
        others = [await chat(database, f"other {number}", NOW) for number in range(5)]
        for one in (flooded, *others):
            await queue(database, one, clock(), "1", "2", "3")
        sending = asyncio.create_task(Deliveries(database, [platform], clock, look=timedelta(minutes=2)).run())
        await asyncio.sleep(3700)
        assert (await totals(database)).queued == 0
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)

    run_with(database_url, main)
    assert all(texts == ["1", "2", "3"] for texts in platform.arrived().values())
    times = times_of(platform)
    first, *rest = times.pop("flooded")
    assert [round(at - first, 3) for at in rest] == pytest.approx([3600, 3601, 3602], abs=1)
    assert rest[0] - first >= 3600
    assert all(of_other[-1] - first < 3 for of_other in times.values())


def test_a_platform_that_wants_to_be_left_alone_is_and_loses_nothing(database_url: str) -> None:
    """Row 31: a global 429."""
    platform = FakePlatform(limits=Limits(at_once=2))

    async def main(database: TimelessDatabase) -> None:
        for number in range(6):
            await queue(database, await chat(database, f"{number}", NOW), clock(), "1", "2")
        platform.script.append(RetryLater(after=timedelta(seconds=40), reason="429, global", is_overall=True))
        sending = Deliveries(database, [platform], clock)
        await sending.send_due()
        assert (await totals(database)).queued >= 10
        await asyncio.sleep(40)
        await sending.send_due()

    run_with(database_url, main)
    assert list(platform.arrived().values()) == [["1", "2"]] * 6
    times = [at for at, _ in platform.calls]
    # At most one other was under way already.
    assert all(at - times[0] >= 40 for at in times[2:])


def test_what_another_process_queues_goes_within_a_second_and_what_is_announced_at_once(database_url: str) -> None:
    platform = FakePlatform(limits=TELEGRAM)

    async def main(database: TimelessDatabase) -> None:
        one = await chat(database, "one", NOW)
        sending = Deliveries(database, [platform], clock)
        task = asyncio.create_task(sending.run())
        await asyncio.sleep(10.3)
        await queue(database, one, clock(), "from elsewhere")
        await asyncio.sleep(1.0)
        assert platform.arrived() == {"one": ["from elsewhere"]}
        await asyncio.sleep(5.4)
        await queue(database, one, clock(), "ours")
        sending.wake()
        await asyncio.sleep(0.001)
        assert platform.arrived() == {"one": ["from elsewhere", "ours"]}
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    run_with(database_url, main)


def test_what_waits_for_an_hour_does_not_keep_what_comes_later_waiting(database_url: str) -> None:
    platform = FakePlatform(limits=TELEGRAM)
    platform.scripts["one"].append(RetryLater(after=timedelta(hours=1), reason="429"))

    async def main(database: TimelessDatabase) -> None:
        await queue(database, await chat(database, "one", NOW), clock(), "held")
        other = await chat(database, "other", NOW)
        task = asyncio.create_task(Deliveries(database, [platform], clock).run())
        await asyncio.sleep(30)
        await queue(database, other, clock(), "from elsewhere")
        await asyncio.sleep(1.1)
        assert platform.arrived() == {"other": ["from elsewhere"]}
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    run_with(database_url, main)


def test_looking_again_and_again_does_not_count_the_same_message_twice(database_url: str) -> None:
    platform = FakePlatform(limits=Limits(per_group_minute=4))

    async def main(database: TimelessDatabase) -> None:
        group = await chat(database, "group", NOW, kind=ChatKind.GROUP)
        sending = Deliveries(database, [platform], clock)
        for number in range(4):
            await queue(database, group, clock(), f"{number}")
            await sending.send_due()
            await asyncio.sleep(1)

    run_with(database_url, main)
    assert max(times_of(platform)["group"]) - min(times_of(platform)["group"]) < 4


def test_only_one_of_two_processes_sends_and_the_other_takes_over(database_url: str) -> None:
    platform = FakePlatform(limits=TELEGRAM, takes=lambda: 0.3)

    async def main(database: TimelessDatabase) -> None:
        one = await chat(database, "one", NOW)
        await queue(database, one, clock(), "1", "2", "3", "4")
        first, second = (asyncio.create_task(Deliveries(database, [platform], clock).run()) for _ in range(2))
        await asyncio.sleep(2)
        first.cancel()
        await asyncio.sleep(10)
        second.cancel()
        await asyncio.gather(first, second, return_exceptions=True)

    run_with(database_url, main)
    assert platform.arrived() == {"one": ["1", "2", "3", "4"]}
    check_limits(platform)


def test_a_long_message_comes_in_parts_in_order_with_one_sound(database_url: str) -> None:
    platform = FakePlatform(longest=10)

    async def main(database: TimelessDatabase) -> None:
        one = await chat(database, "one", NOW)
        await queue(database, one, clock(), said("a" * 9, "b" * 9, "c"), "later")
        await Deliveries(database, [platform], clock).send_due()

    run_with(database_url, main)
    assert platform.arrived() == {"one": ["a" * 9, "b" * 9, "c", "later"]}
    assert [shown.is_silent for shown in platform.chats["one"].shown] == [False, True, True, False]
    assert len({shown.nonce for shown in platform.chats["one"].shown}) == 4


def test_a_stop_waits_for_what_is_under_way(database_url: str) -> None:
    platform = FakePlatform(takes=lambda: 3.0)

    async def main(database: TimelessDatabase) -> None:
        await queue(database, await chat(database, "one", NOW), clock(), "1", "2")
        for _ in range(2):
            task = asyncio.create_task(Deliveries(database, [platform], clock).run())
            await asyncio.sleep(0.5)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        found = await totals(database)
        assert (found.queued, found.doubled, found.ambiguous) == (0, 0, 0)

    run_with(database_url, main)
    assert platform.arrived() == {"one": ["1", "2"]}
