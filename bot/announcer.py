"""Telling: the loops that write digests when they are due, announce what changed, and have deliveries sent; no step is made here.

What fails is told when it begins and when it ends, and tried again; one loop that fails stops no other.
"""

import asyncio
from datetime import timedelta
from typing import Final

import structlog

from bot.core.errors import StorageUnavailable
from bot.loops import RETRY, Loop, keep
from bot.pipeline.announce import Announcements
from bot.pipeline.deliver import Deliveries
from bot.pipeline.digests import Digests

log = structlog.get_logger(__name__)

LOOK: Final = timedelta(seconds=1)
"""How often it is looked for changes: another process may group. One read of an index."""


class Announcer:
    """Keeps telling chats, and never stops because a chat, a platform or the database fails for a while."""

    def __init__(
        self,
        announcements: Announcements,
        digests: Digests,
        deliveries: Deliveries,
        *,
        look: timedelta = LOOK,
        retry: timedelta = RETRY,
    ) -> None:
        self._announcements = announcements
        self._digests = digests
        self._deliveries = deliveries
        self._look = look
        self._retry = retry
        self._due = asyncio.Event()
        self._sending = Loop(self._send, stopped="Nothing is sent for now.", works="Messages are sent again.", retry=retry)
        self._loops = (
            Loop(self._announce, stopped="Changes are not announced for now.", works="Changes are announced again.", retry=retry),
            Loop(self._write_digests, stopped="No digests are written for now.", works="Digests are written again.", retry=retry),
            self._sending,
        )

    async def tick(self) -> None:
        """Look for digests that are due; the clock calls this every minute."""
        self._due.set()

    async def run(self) -> None:
        """Tell until cancelled; begins with the digests that fell due meanwhile. Raises StorageError when the database is lost for good."""
        self._due.set()
        await keep(*self._loops)

    async def _announce(self) -> None:
        done = await self._announcements.run()
        if done.cards or done.edits or done.replies or done.alerts:
            log.info("Changes were announced.", cards=done.cards, edits=done.edits, replies=done.replies, alerts=done.alerts)
            self._deliveries.wake()
        await asyncio.sleep(self._look.total_seconds())

    async def _write_digests(self) -> None:
        await self._due.wait()
        self._due.clear()
        try:
            served = await self._digests.run()
        except StorageUnavailable:
            self._due.set()
            raise
        if served.digests or served.failed:
            log.info("Digests were written.", digests=served.digests, empty=served.empty, failed=served.failed)
            self._deliveries.wake()

    async def _send(self) -> None:
        # Sending has no end at which it could be said that it works again: that it goes on is the sign.
        works = asyncio.get_running_loop().call_later(self._retry.total_seconds(), self._sending.recover)
        try:
            await self._deliveries.run()
            await asyncio.Event().wait()  # There is no platform to send to.
        finally:
            works.cancel()
