"""Fetch pages: from articles whose feed only teases to their whole text; what is read off a page stands in `sources.page`.

A page that cannot be had is tried a few times and then left: the article keeps what its feed said. Killed at any instruction, nothing is
lost: what was claimed is due again when the lease is over.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from bot.core.errors import SluglineError
from bot.core.feeds.feed import Failed, Failure, Fetched
from bot.core.grouping.identity import identity
from bot.core.model import Content, Refused
from bot.core.task_failures import first_failure
from bot.pipeline.collect import Clock
from bot.pipeline.settle import Dice
from bot.sources.fetch import PAGE_TYPES, Door
from bot.sources.page import better, read_page
from bot.sources.robots import Robots
from bot.sources.worker import Worker
from storage.engine.database import Database
from storage.feeds import checks, entries, pages
from storage.feeds.pages import PageFetch
from storage.news import articles

log = structlog.get_logger(__name__)

TOGETHER: Final = 16
"""Pages fetched at the same time, each from another host: nobody waits for them as for a feed. Guess."""

LEASE: Final = timedelta(minutes=10)
"""Longer than a robots.txt, a page and its reading may take together."""

TRIES: Final = 3
RETRY: Final = timedelta(minutes=15)
"""How long until the second try, four times as long until the third: an hour later the news are still news. Guess."""

FINAL: Final = frozenset(
    {Failure.FORBIDDEN, Failure.GONE, Failure.MISSING, Failure.REFUSED, Failure.ROBOTS, Failure.TOO_LARGE, Failure.ENCODING}
)
"""Failures that will be the same in an hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReader:
    """How pages are fetched and read; `read_seconds` bounds the reading of one."""

    door: Door
    worker: Worker
    robots: Robots
    read_seconds: float = 10.0


class PageFetches:
    """Fetches the pages that are wanted; `dice` gives random numbers in [0, 1)."""

    def __init__(self, database: Database, reader: PageReader, clock: Clock, *, dice: Dice = random.random) -> None:
        self._database = database
        self._reader = reader
        self._clock = clock
        self._dice = dice

    async def run(self, *, patience: timedelta | None = None, arrived: Callable[[], None] = lambda: None) -> int:
        """Fetch every page that is due; gives how many articles have the text of their page now.

        `arrived` is called when an article has got more text; when the `patience` is at its end, no more pages are begun.
        Raises StorageUnavailable, and WorkerUnavailable when no page can be read; what was under way comes again.
        """
        loop = asyncio.get_running_loop()
        latest = None if patience is None else loop.time() + patience.total_seconds()
        got = 0
        while latest is None or loop.time() < latest:
            if not (claimed := await self._claim()):
                break
            better_texts = await self._fetch_all(claimed)
            got += better_texts
            if better_texts:
                arrived()
        return got

    async def _claim(self) -> list[PageFetch]:
        now = self._clock()
        async with self._database.read() as connection:
            due = await pages.next_due(connection)
        if due is None or due > now:
            return []
        busy = self._reader.door.busy_hosts()
        async with self._database.write() as connection:
            return await pages.claim(connection, now, limit=TOGETHER, per_host=1, busy=busy, lease=LEASE)

    async def _fetch_all(self, claimed: Sequence[PageFetch]) -> int:
        with first_failure():
            async with asyncio.TaskGroup() as tasks:
                done = [tasks.create_task(self._fetch(page)) for page in claimed]
        return sum(task.result() for task in done)

    async def _fetch(self, page: PageFetch) -> bool:
        """Fetch one page and write down what came of it; True when the article has more text now."""
        try:
            return await self._keep(page, await self._read(page))
        except SluglineError:
            raise
        except Exception:
            log.exception("A page could not be fetched or stored.", article=page.article_id, url=page.url)
        reason = f"{page.host}: fetching or storing it failed; the log says why"
        return await self._keep(page, Failed(kind=Failure.PROTOCOL, reason=reason, host=page.host))

    async def _keep(self, page: PageFetch, outcome: Content | Failed) -> bool:
        """Write down what came of a page; True when the article has more text now."""
        now = self._clock()
        async with self._database.write() as connection:
            if isinstance(outcome, Failed):
                if outcome.retry_after:
                    await checks.hold(connection, outcome.host, now + outcome.retry_after, outcome.reason)
                if outcome.kind not in FINAL and page.tries + 1 < TRIES:
                    wait = RETRY * 4**page.tries * (1 + self._dice())
                    await pages.later(connection, page.article_id, now + max(wait, outcome.retry_after or timedelta()), outcome.reason)
                    return False
                log.info("A page could not be had; its article keeps what the feed said.", url=page.url, reason=outcome.reason)
                await pages.done(connection, page.article_id)
                return False
            # What the article says by now: its feed may have been edited while the page was on its way.
            stored = await articles.load(connection, [page.article_id])
            content = better(stored[0].content, outcome) if stored else None
            if content is None:
                await pages.done(connection, page.article_id)
                return False
            return await entries.revise_text(connection, page.article_id, content, identity(content), now)

    async def _read(self, page: PageFetch) -> Content | Failed:
        reader = self._reader
        allowed = await reader.robots.allows(page.url)
        if isinstance(allowed, Failed):
            return allowed
        if not allowed:
            return Failed(kind=Failure.ROBOTS, reason=f"{page.host} does not want robots to fetch this page (robots.txt)", host=page.host)
        said = await reader.door.get(page.url, accept=PAGE_TYPES, pause=reader.robots.pause(page.url))
        if isinstance(said, Failed):
            return said
        if not isinstance(said, Fetched):
            return Failed(kind=Failure.PROTOCOL, reason=f"{page.host} answered 304 to a question without conditions", host=page.host)
        found = await read_page(reader.worker, said.body, said.url, said.content_type, timeout_seconds=reader.read_seconds)
        if isinstance(found, Refused):
            return Failed(kind=Failure.TOO_LARGE, reason=f"{page.host}: {found.reason}", host=page.host)
        return found
