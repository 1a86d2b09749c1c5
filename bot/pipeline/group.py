"""Group: from stored articles to events; what belongs together is decided in `core.grouping`."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final, Self

import structlog

from bot.core.copies import CONTAINMENT, containment, sketch
from bot.core.decision import Change, Merged
from bot.core.event import summarise
from bot.core.grouping import Grouper, GroupingSettings
from bot.core.model import Article, EventId
from bot.pipeline.collect import Advance, Clock
from storage import articles, events
from storage.database import Connection, Database
from storage.decisions import decisions
from storage.leadership import Leadership

log = structlog.get_logger(__name__)

PLACED_TOGETHER: Final = 200
"""Articles grouped between two writes."""

FAULTS: Final = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""What a mistake of ours in comparing one article raises: that article is set apart, and the others go on."""


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
        self._holding = AsyncExitStack()
        self._leadership = Leadership()
        self._grouper: Grouper | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._step_down()

    async def run(self, *, expect: Advance = lambda _: None, advance: Advance = lambda _: None) -> Grouped:
        """Give every waiting article its event; when another process is the grouper, leave them to it."""
        if not self._leadership:
            self._leadership = await self._holding.enter_async_context(self._database.leader("grouping"))
            if not self._leadership:
                await self._step_down()
                return Grouped(elsewhere=True)
        placed = 0
        try:
            while batch := await self._waiting():
                if not placed:
                    expect(await self._count_waiting())
                if not await self._place(batch):
                    return Grouped(articles=placed, elsewhere=True)
                placed += len(batch)
                advance(len(batch))
        except BaseException:
            # Memory may be ahead of what was written, and a lost connection takes the leadership with it: the next run starts anew.
            await self._step_down()
            raise
        return Grouped(articles=placed)

    async def _step_down(self) -> None:
        self._grouper = None
        self._leadership = Leadership()
        await self._holding.aclose()

    async def _waiting(self) -> list[Article]:
        async with self._database.read() as connection:
            return await articles.ungrouped(connection, PLACED_TOGETHER)

    async def _count_waiting(self) -> int:
        async with self._database.read() as connection:
            return await articles.count_ungrouped(connection)

    async def _place(self, batch: Sequence[Article]) -> bool:
        """Decide about a batch and write it down; False when another process has become the grouper meanwhile, and nothing was written."""
        if self._grouper is None:
            self._grouper = await restore(self._database, self._settings)
        grouper = self._grouper
        batch = [*await self._reconsidered(grouper, batch), *batch]
        # A decision takes about a millisecond: in a thread, the loop goes on answering.
        changes, sound = await asyncio.to_thread(_decided, grouper, batch)
        async with self._database.write() as connection:
            if not await self._leadership.holds(connection):
                await self._step_down()
                return False
            await events.apply(connection, changes, self._clock())
            await _summarise(connection, sorted({change.survivor if isinstance(change, Merged) else change.event_id for change in changes}))
        if not sound:
            self._grouper = None
        return True

    async def _reconsidered(self, grouper: Grouper, batch: Sequence[Article]) -> list[Article]:
        """Take revised articles out of their events, and give the copies of their old texts, which now have to stand for themselves."""
        revised = {article.id: article.event_id for article in batch if article.event_id is not None}
        if not revised:
            return []
        async with self._database.read() as connection:
            changed = await events.load(connection, sorted(set(filter(None, revised.values()))))
        texts = {article.id: sketch(article.content.text) for article in batch if article.id in revised}
        copies = [
            article
            for event in changed
            for article in event.articles
            if article.copy_of in texts
            and article.id not in revised
            and containment(sketch(article.content.text), texts[article.copy_of]) < CONTAINMENT
        ]
        again = frozenset([*revised, *(article.id for article in copies)])
        for event in changed:
            grouper.refill(event, again)
        return copies


def _decided(grouper: Grouper, batch: Sequence[Article]) -> tuple[list[Change], bool]:
    """Decide about a batch, or up to the first article that cannot be compared: memory may have taken it in by half and is not sound."""
    changes: list[Change] = []
    for article in batch:
        try:
            changes += grouper.place(article)
        except FAULTS:
            log.exception("An article could not be compared; it has an event of its own.", article=article.id, file=article.file)
            return [*changes, *grouper.set_apart(article, "it could not be compared: the log says why")], False
    return changes, True


async def _summarise(connection: Connection, touched: Sequence[EventId]) -> None:
    await events.summarise(connection, [summarise(event) for event in await events.load(connection, touched) if event.articles])


async def restore(database: Database, settings: GroupingSettings) -> Grouper:
    """Make the grouper's memory anew from the decisions that were stored."""
    async with database.read() as connection:
        grouper = Grouper(settings, await events.next_id(connection))
        async for step in decisions(connection):
            grouper.replay(step)
            await asyncio.sleep(0)  # Each step takes about a millisecond: the loop goes on answering between them.
    return grouper
