"""Regroup: all stored articles once more, in a database of their own, by the grouping that serves the live tables, which are only read.

They come in the order in which they first found their events, and the corrections that stand are made where they were made: so an
installation in which nothing was changed since gives the same events.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import groupby
from typing import TypeAlias

from bot.core.grouping.constraints import Bond
from bot.core.grouping.correction import parting, survivor_first, with_copies
from bot.core.grouping.decision import Change
from bot.core.grouping.grouper import Grouper, GroupingSettings
from bot.core.grouping.reingest import Standing
from bot.core.model import Article, ArticleId
from bot.pipeline.collect import Advance, Clock
from bot.pipeline.group import PLACED_TOGETHER, Grouping
from bot.pipeline.record import record
from bot.pipeline.remember import wake
from storage.correcting import corrections, regroupings
from storage.correcting.regroupings import Decreed, First
from storage.engine.database import Connection, Database
from storage.news import articles, events
from storage.schema.rows import Values

Batch: TypeAlias = tuple[ArticleId, ...]
Look: TypeAlias = Callable[[], Awaitable[None]]
"""Raises what ends the work, when somebody does not want it any more."""


async def regroup(
    database: Database,
    settings: GroupingSettings,
    among: Mapping[ArticleId, Standing],
    contents: Mapping[ArticleId, Values],
    *,
    clock: Clock,
    look: Look,
    advance: Advance = lambda _: None,
) -> dict[ArticleId, Standing]:
    """Group these articles of a database anew, some of which say something else than is stored (`contents`); gives where each is then."""
    async with database.read() as connection:
        order = [first for first in await regroupings.firsts(connection) if first.article_id in among]
        decrees = await regroupings.decreed(connection)
        has_quiet = await regroupings.highest_event(connection) > settings.live_events
    async with _scratch(clock) as scratch:
        await _fill(database, scratch, order, contents, look)
        work = await asyncio.to_thread(_in_order, order, decrees, has_quiet=has_quiet)
        async with _Regrouping(scratch, settings, clock, work, look) as grouping:
            await grouping.run(advance=advance)
        async with scratch.read() as connection:
            apart = await regroupings.set_apart(connection)
            then = await regroupings.standings(connection)
    then.update({article_id: replace(then[article_id], apart=True) for article_id in apart & then.keys()})
    return then


@asynccontextmanager
async def _scratch(clock: Clock) -> AsyncIterator[Database]:
    """Open a database that goes with the context, or with the process."""
    scratch = await Database.open("sqlite+aiosqlite:///:memory:", now=clock())
    try:
        yield scratch
    finally:
        await scratch.close()


async def _fill(database: Database, scratch: Database, order: Sequence[First], contents: Mapping[ArticleId, Values], look: Look) -> None:
    async with database.read() as connection:
        rows = await regroupings.all_sources(connection)
    async with scratch.write() as connection:
        await regroupings.fill(connection, rows, ())
    for start in range(0, len(order), PLACED_TOGETHER):
        await look()
        batch = [first.article_id for first in order[start : start + PLACED_TOGETHER]]
        async with database.read() as connection:
            stored = await regroupings.rows_of(connection, batch)
        async with scratch.write() as connection:
            await regroupings.fill(connection, (), [row | contents.get(row["id"], {}) for row in stored])


def _in_order(order: Sequence[First], decrees: Sequence[Decreed], *, has_quiet: bool) -> list[Batch | Decreed]:
    """Cut the order into batches, between which corrections come.

    Where events are quiet (`has_quiet`), into those that were decided about together: which ones are is decided between two batches.
    """
    work: list[Batch | Decreed] = []
    left = deque(decrees)
    parts = [list(part) for _, part in groupby(order, key=lambda first: (first.at if has_quiet else None, _before(first, decrees)))]
    for part in parts:
        while left and left[0].line < part[0].line:
            work.append(left.popleft())
        ids = tuple(first.article_id for first in part)
        work += [ids[start : start + PLACED_TOGETHER] for start in range(0, len(ids), PLACED_TOGETHER)]
    return [*work, *left]


def _before(first: First, decrees: Sequence[Decreed]) -> int:
    """Count the corrections that were made before an article came."""
    return sum(each.line < first.line for each in decrees)


class _Regrouping(Grouping):
    """The grouping of a scratch database: what it is to group, and what admins corrected meanwhile, is said beforehand."""

    def __init__(self, scratch: Database, settings: GroupingSettings, clock: Clock, work: Sequence[Batch | Decreed], look: Look) -> None:
        super().__init__(scratch, settings, clock)
        self._work = deque(work)
        self._look = look

    async def _waiting(self) -> list[Article]:
        await self._look()
        while self._work and isinstance(self._work[0], Decreed):
            await self._decree(self._work[0])
            self._work.popleft()
        if not self._work or isinstance(self._work[0], Decreed):
            return []
        async with self._database.read() as connection:
            return await articles.load(connection, self._work[0])

    async def _place(self, batch: Sequence[Article]) -> int | None:
        done = await super()._place(batch)
        if done:
            self._work.popleft()
        return done

    async def _decree(self, each: Decreed) -> None:
        """Do what a correction did, as far as there is something to do, and let its constraints hold from here on."""
        grouper = self._grouper = self._grouper or await self._restored()
        if grouper is None:
            return
        async with self._database.write() as connection:
            await regroupings.decree(connection, each, self._clock())
            for pair in each.pairs if each.bond is Bond.TOGETHER else each.pairs[:1]:
                if each.bond is Bond.TOGETHER:
                    await self._make_room(connection, grouper, each, pair)
                await self._record(connection, grouper, await self._changes(connection, grouper, each, pair))
            grouper.bind(await corrections.bonds(connection))
        self._has_quiet = True

    async def _record(self, connection: Connection, grouper: Grouper, changes: Sequence[Change]) -> None:
        memory = await asyncio.to_thread(grouper.settle, self._settings.live_events)
        await record(connection, changes, memory, self._fingerprint, self._clock())

    async def _make_room(self, connection: Connection, grouper: Grouper, each: Decreed, pair: tuple[ArticleId, ArticleId]) -> None:
        """Let those that belong together leave events in which, before that was said, they met what is kept apart from one of them."""
        held = await corrections.holding(connection)
        belonging, apart = held.together(pair[0]) | {pair[0]}, held.apart(pair[0])
        homes = await events.homes(connection, set(pair))
        for event in await events.load(connection, sorted(set(homes.values()))):
            there = {article.id for article in event.articles}
            made = parting(event, frozenset().union(*(with_copies(event, article_id) for article_id in belonging & there)))
            if apart & there and made.is_possible:
                await wake(self._database, grouper, [event.id])
                changes = await asyncio.to_thread(grouper.part, event, made, None, each.correction)
                await self._record(connection, grouper, changes)

    async def _changes(
        self, connection: Connection, grouper: Grouper, each: Decreed, pair: tuple[ArticleId, ArticleId]
    ) -> Sequence[Change]:
        homes = await events.homes(connection, {article_id for both in each.pairs for article_id in both})
        found = {event.id: event for event in await events.load(connection, sorted(set(homes.values())))}
        one, other = (homes.get(article_id) for article_id in pair)
        if one is None or other is None:
            return ()
        if each.bond is Bond.TOGETHER:
            if one == other:
                return ()
            await wake(self._database, grouper, [one, other])
            survivor, absorbed = survivor_first(found[one], found[other])
            return grouper.unite(survivor.id, absorbed.id, each.correction)
        if all(homes.get(there) != one for _, there in each.pairs):
            return ()
        event = found[one]
        made = parting(event, with_copies(event, pair[0]) | {article.id for article in event.articles if article.id in each.articles})
        if not made.is_possible:
            return ()
        await wake(self._database, grouper, [one])
        return await asyncio.to_thread(grouper.part, event, made, None, each.correction)
