"""Group: from stored articles to events; what belongs together is decided in `core.grouping`."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final, Self

import structlog

from bot.core.decision import Merged
from bot.core.event import summarise
from bot.core.grouping import Grouper, GroupingSettings
from bot.core.model import Article, EventId
from bot.pipeline.collect import Advance, Clock
from storage import articles, events
from storage.database import Connection, Database

log = structlog.get_logger(__name__)

PLACED_TOGETHER: Final = 200
"""Articles grouped between two writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """What one run of grouping did; `elsewhere` says that another process is the grouper and will do it."""

    articles: int = 0
    elsewhere: bool = False


class Grouping:
    """The one grouper of an installation: leads as long as it is open, and remembers the live events meanwhile."""

    def __init__(self, database: Database, settings: GroupingSettings, clock: Clock) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock
        self._leading = AsyncExitStack()
        self._leads = False
        self._grouper: Grouper | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._leading.aclose()

    async def run(self, *, expect: Advance = lambda _: None, advance: Advance = lambda _: None) -> Grouped:
        """Give every waiting article its event; when another process is the grouper, leave them to it."""
        if not self._leads:
            self._leads = await self._leading.enter_async_context(self._database.leader("grouping"))
            if not self._leads:
                await self._leading.aclose()
                return Grouped(elsewhere=True)
        placed = 0
        try:
            while batch := await self._waiting():
                if not placed:
                    expect(await self._count_waiting())
                await self._place(batch)
                placed += len(batch)
                advance(len(batch))
        except BaseException:
            # Memory may be ahead of what was written: the next run starts from what storage says.
            self._grouper = None
            raise
        return Grouped(articles=placed)

    async def _waiting(self) -> list[Article]:
        async with self._database.read() as connection:
            return await articles.ungrouped(connection, PLACED_TOGETHER)

    async def _count_waiting(self) -> int:
        async with self._database.read() as connection:
            return await articles.count_ungrouped(connection)

    async def _place(self, batch: Sequence[Article]) -> None:
        if self._grouper is None:
            self._grouper = await restore(self._database, self._settings)
        grouper = self._grouper
        revised = {article.event_id for article in batch if article.event_id is not None}
        if revised:
            again = frozenset(article.id for article in batch)
            async with self._database.read() as connection:
                for event in await events.load(connection, sorted(revised)):
                    grouper.refill(event, again)
        # A decision takes about a millisecond: in a thread, the loop goes on answering.
        changes = await asyncio.to_thread(lambda: [change for article in batch for change in grouper.place(article)])
        async with self._database.write() as connection:
            await events.apply(connection, changes, self._clock())
            await _summarise(connection, sorted({change.survivor if isinstance(change, Merged) else change.event_id for change in changes}))


async def _summarise(connection: Connection, touched: Sequence[EventId]) -> None:
    await events.summarise(connection, [summarise(event) for event in await events.load(connection, touched) if event.articles])


async def restore(database: Database, settings: GroupingSettings) -> Grouper:
    """Make the grouper's memory anew from what is stored."""
    async with database.read() as connection:
        grouper = Grouper(settings, await events.next_id(connection))
        async for article in articles.grouped(connection):
            grouper.restore(article)
    return grouper
