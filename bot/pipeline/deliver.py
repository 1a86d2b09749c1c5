"""Deliver: from what was written down to what has arrived, to every platform at once; one platform is served in `sender`.

What is queued, and in which words, stands elsewhere.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.core.chats.ports import Outcome, Outgoing, Platform
from bot.core.task_failures import first_failure
from bot.pipeline.collect import Clock
from bot.pipeline.sender import LEASE, LOOK, Sender
from storage.engine.database import Database


class Deliveries:
    """Sends what is queued for these platforms, as long as no other process does."""

    def __init__(
        self,
        database: Database,
        platforms: Sequence[Platform],
        clock: Clock,
        *,
        look: timedelta = LOOK,
        lease: timedelta = LEASE,
    ) -> None:
        self._senders = [Sender(database, platform, clock, look=look, lease=lease) for platform in platforms]
        self._named = {sender.name: sender for sender in self._senders}

    @property
    def stopped(self) -> Mapping[str, str]:
        """The platforms to which nothing is sent any more until Slugline is started again, each with the reason."""
        return {sender.name: sender.stopped for sender in self._senders if sender.stopped is not None}

    async def answer(self, outgoing: Outgoing) -> Outcome:
        """Send an answer to somebody who waits for it, before all that is queued."""
        return await self._named[outgoing.address.platform].answers.send(outgoing)

    def wake(self) -> None:
        """Look at once for what was queued."""
        for sender in self._senders:
            sender.wake()

    async def run(self) -> None:
        """Send until cancelled; what is under way then is waited for.

        Raises:
            StorageUnavailable: nothing can be claimed or written down. What has arrived meanwhile is remembered for the next call.
        """
        await self._each(until_idle=False)

    async def send_due(self) -> None:
        """Send what may go now, waiting for our own limits but for nobody else. Raises what `run` raises."""
        await self._each(until_idle=True)

    async def _each(self, *, until_idle: bool) -> None:
        with first_failure():
            async with asyncio.TaskGroup() as tasks:
                for sender in self._senders:
                    tasks.create_task(sender.run(until_idle=until_idle))
