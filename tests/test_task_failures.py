"""What the caller of a task group is told when a task of it fails."""

import asyncio

import pytest

from bot.core.task_failures import first_failure
from bot.loops import first_of


async def fail(error: Exception, after: float = 0) -> None:
    await asyncio.sleep(after)
    raise error


async def test_the_first_failure_is_raised_for_the_group_and_says_where_it_comes_from() -> None:
    async def both() -> None:
        with first_failure():
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(fail(ValueError("later"), after=60))
                tasks.create_task(fail(KeyError("quillon")))

    with pytest.raises(KeyError, match="quillon") as raised:
        await both()
    assert isinstance(raised.value.__cause__, BaseExceptionGroup)


async def test_what_is_no_group_stays_as_it_is() -> None:
    with pytest.raises(ValueError, match="alone") as raised, first_failure():
        await fail(ValueError("alone"))
    assert raised.value.__cause__ is None
    with pytest.raises(asyncio.CancelledError), first_failure():
        raise asyncio.CancelledError


async def test_without_a_failure_nothing_is_raised() -> None:
    with first_failure():
        async with asyncio.TaskGroup() as tasks:
            done = tasks.create_task(asyncio.sleep(0, "done"))
    assert done.result() == "done"


async def test_of_several_the_first_ends_the_others_and_a_failure_is_that_of_all() -> None:
    ended: list[str] = []

    async def linger() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("cancelled")

    async with asyncio.timeout(30):
        await first_of(asyncio.sleep(0), linger())
        with pytest.raises(KeyError, match="quillon"):
            await first_of(linger(), fail(KeyError("quillon")))
    assert ended == ["cancelled"] * 2
