"""Loops that go on beside each other while Slugline runs, and outlive what passes; what one turn does is decided elsewhere.

What fails is told when it begins and when it ends, and tried again; one loop that fails stops no other.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any, Final

from bot.core.errors import StorageUnavailable
from bot.core.task_failures import first_failure
from bot.sources.worker import WorkerError
from bot.troubles import Troubles

RETRY: Final = timedelta(seconds=5)
"""How soon it is tried again when the database cannot be written or no worker starts. Guess: soon for a person, rarely for a full disk."""


class Loop:
    """Does a step over and over. `stopped` is what the operator is told when it begins to fail, `works` when that is over."""

    def __init__(self, step: Callable[[], Awaitable[None]], *, stopped: str, works: str, retry: timedelta) -> None:
        self._step = step
        self._stopped = stopped
        self._works = works
        self._retry = retry
        self._troubles = Troubles()

    async def run(self) -> None:
        """Go on until cancelled; what may pass is told once, and the step is tried again after a while. Raises what will not pass."""
        while True:
            try:
                await self._step()
            except (StorageUnavailable, WorkerError) as error:
                self._troubles.begin(self._stopped, error, self._stopped)
                await asyncio.sleep(self._retry.total_seconds())
            else:
                self.recover()

    def recover(self) -> None:
        """Tell that it works again, if it did not; a step that has no end says so itself."""
        self._troubles.end(self._stopped, self._works)


async def first_of(*awaited: Coroutine[Any, Any, object]) -> None:
    """Wait for the first of these to be done, and cancel the others; what one of them raises is raised."""
    with first_failure():
        async with asyncio.TaskGroup() as tasks:
            begun = [tasks.create_task(each) for each in awaited]
            await asyncio.wait(begun, return_when=asyncio.FIRST_COMPLETED)
            for task in begun:
                task.cancel()


async def keep(*loops: Loop) -> None:
    """Run loops beside each other until cancelled; what ends one of them for good ends all, and is raised."""
    with first_failure():
        async with asyncio.TaskGroup() as tasks:
            for loop in loops:
                tasks.create_task(loop.run())
