"""Watching the feeds while Slugline runs: loops that check them, fetch pages, group what came and tell the operator; no step is made here.

What fails is told when it begins and when it ends, and tried again; one loop that fails stops no other.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Final

import structlog

from bot.core.errors import SluglineError
from bot.loops import RETRY, Loop, keep
from bot.pipeline.collect import Clock
from bot.pipeline.feeds import FeedChecks
from bot.pipeline.group import Grouping
from bot.pipeline.pages import PageFetches
from storage.engine.database import Database
from storage.feeds import notices

log = structlog.get_logger(__name__)

LOOK: Final = timedelta(seconds=1)
"""How often it is looked for due feeds: another process may have added some. One read of an index."""

TOLD_TOGETHER: Final = 10
"""Notices that are told one by one; of more only the number, for they have a place of their own (/errors)."""


class Watcher:
    """Keeps checking what is due, and never stops because a feed, the workers or the database fail for a while."""

    def __init__(
        self,
        database: Database,
        feeds: FeedChecks,
        pages: PageFetches,
        grouping: Grouping,
        clock: Clock,
        *,
        look: timedelta = LOOK,
        retry: timedelta = RETRY,
    ) -> None:
        self._database = database
        self._feeds = feeds
        self._pages = pages
        self._grouping = grouping
        self._clock = clock
        self._look = look
        self._due = asyncio.Event()
        self._arrived = asyncio.Event()
        self._loops = (
            Loop(self._check, stopped="No feeds are checked for now.", works="Feeds are checked again.", retry=retry),
            Loop(self._fetch, stopped="No pages are fetched for now.", works="Pages are fetched again.", retry=retry),
            Loop(
                self._group, stopped="What feeds brought is not grouped for now.", works="What feeds bring is grouped again.", retry=retry
            ),
            Loop(self._tell, stopped="Notices about feeds are not told for now.", works="Notices about feeds are told again.", retry=retry),
        )

    def wake(self) -> None:
        """Look for due feeds at once."""
        self._due.set()

    async def run(self) -> None:
        """Watch until cancelled. Raises StorageError when the database cannot be used any more."""
        await keep(*self._loops)

    async def _check(self) -> None:
        self._due.clear()
        await self._feeds.run(arrived=self._arrived.set)
        with suppress(TimeoutError):
            async with asyncio.timeout(self._look.total_seconds()):
                await self._due.wait()

    async def _fetch(self) -> None:
        # While our line is out, a page would use up its tries.
        if self._feeds.out_since is None:
            await self._pages.run(arrived=self._arrived.set)
        await asyncio.sleep(self._look.total_seconds())

    async def _group(self) -> None:
        await self._arrived.wait()
        self._arrived.clear()
        try:
            if (await self._grouping.run()).elsewhere:
                # As in `intake`: a leader whose connection died has its place back at once, if nobody else has taken it.
                await self._grouping.run()
        except SluglineError:
            self._arrived.set()
            raise

    async def _tell(self) -> None:
        """Tell what was written down for the operator, once; beside the checks, which never end while a host has more feeds than turns."""
        await asyncio.sleep(self._look.total_seconds())
        async with self._database.read() as connection:
            untold = await notices.untold(connection)
        if not untold:
            return
        for _, _, notice in untold[:TOLD_TOGETHER]:
            log.warning("About a feed:", reason=notice.text, kind=notice.kind.value, source=notice.source_id)
        if len(untold) > TOLD_TOGETHER:
            log.warning("About other feeds:", reason=f"there are {len(untold) - TOLD_TOGETHER} more notices; /errors lists the newest.")
        async with self._database.write() as connection:
            await notices.told(connection, [number for number, _, _ in untold], self._clock())
