"""Queues and shares: order in each chat, nobody slowed by another, nobody beyond their share. FAULTS row 43."""

import asyncio
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from virtual_time import VirtualLoop

from bot.platforms.telegram import crowd
from bot.platforms.telegram.crowd import Crowd, Share

ARRIVALS = st.lists(st.tuples(st.integers(0, 4), st.floats(0, 5), st.floats(0, 2)), max_size=60)
"""Chat, how long its answer takes, and how long it is until the next one arrives."""


@given(ARRIVALS)
def test_each_chat_is_answered_in_order_whatever_others_take(arrivals: list[tuple[int, float, float]]) -> None:
    """And no chat waits for another: each answer ends as if its chat were the only one."""
    ended: dict[int, list[tuple[int, float]]] = defaultdict(list)
    expected: dict[int, list[tuple[int, float]]] = defaultdict(list)
    free_at: dict[int, float] = defaultdict(float)

    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as tasks:
            queues = Crowd(tasks.create_task)
            for number, (chat, seconds, pause) in enumerate(arrivals):

                async def step(chat: int = chat, number: int = number, seconds: float = seconds) -> None:
                    await asyncio.sleep(seconds)
                    ended[chat].append((number, loop.time()))

                free_at[chat] = max(free_at[chat], loop.time()) + seconds
                expected[chat].append((number, free_at[chat]))
                queues.put(chat, step, may_be_dropped=False)
                await asyncio.sleep(pause)

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(scenario())
    for chat, answers in expected.items():
        assert [number for number, _ in ended[chat]] == [number for number, _ in answers]
        assert [at for _, at in ended[chat]] == pytest.approx([at for _, at in answers], abs=1e-3)


async def test_a_chat_that_asks_too_much_at_once_is_not_answered_beyond_its_queue() -> None:
    done: list[int] = []
    start = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        queues = Crowd(tasks.create_task)
        for number in range(100):

            async def step(number: int = number) -> None:
                await start.wait()
                done.append(number)

            queues.put("group", step)

        async def wait() -> None:
            await start.wait()

        queues.put("group", wait, may_be_dropped=False)
        start.set()
    assert done == list(range(crowd.MOST_IN_A_CHAT))


async def test_when_far_too_much_waits_telegram_is_left_to_keep_the_rest() -> None:
    start = asyncio.Event()

    async def step() -> None:
        await start.wait()

    async with asyncio.TaskGroup() as tasks:
        queues = Crowd(tasks.create_task)
        for _ in range(crowd.MOST_WAITING + 1):  # of which one is being answered
            await asyncio.wait_for(queues.has_room(), 1)
            queues.put("one chat", step, may_be_dropped=False)
            await asyncio.sleep(0)
        waiting = tasks.create_task(queues.has_room())
        await asyncio.sleep(0)
        queues.put("another", step, may_be_dropped=False)
        await asyncio.sleep(0)
        assert not waiting.done()
        start.set()
        await asyncio.wait_for(waiting, 10)


@given(st.lists(st.floats(0, 3), max_size=80), st.integers(1, 12), st.sampled_from([0.5, 1.0, 3.0]))
def test_nobody_is_answered_beyond_their_share_and_nobody_within_it_is_refused(gaps: list[float], burst: int, rate: float) -> None:
    """Against a bucket that is filled drop by drop."""
    share = Share(burst=burst, per_second=rate)
    left, at = float(burst), 0.0
    for number, gap in enumerate(gaps):
        at += gap
        left = min(float(burst), left + gap * rate)
        taken = share.takes("ada", at)
        if abs(left - 1) > 1e-3:
            assert taken is (left >= 1)
        left -= 1 if taken else 0
        assert share.takes(f"somebody else {number}", at)


def test_who_has_their_whole_share_again_is_forgotten() -> None:
    share = Share(burst=10, per_second=1)
    for person in range(50_000):
        assert share.takes(person, person / 100)
    assert len(share._full_at) < 2 * crowd.MOST_REMEMBERED
