"""Group: from stored articles to events; what belongs together is decided in `grouping.grouper`, corrections are done in `corrections`."""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final, Self

import structlog

from bot.core.grouping.copies import CONTAINMENT, containment, sketch
from bot.core.grouping.correction import Correction
from bot.core.grouping.decision import Change
from bot.core.grouping.grouper import Grouper, GroupingSettings
from bot.core.grouping.memory import Memory, fingerprint
from bot.core.model import Article, ArticleId
from bot.core.phrase import phrase
from bot.pipeline.collect import Advance, Clock
from bot.pipeline.corrections import Office, correct
from bot.pipeline.record import record
from bot.pipeline.remember import FAULTS, leave_uncollected, restore, wake, wake_for
from storage.correcting import corrections
from storage.engine.database import Connection, Database
from storage.engine.leadership import Leadership
from storage.news import articles, events, memories

log = structlog.get_logger(__name__)

PLACED_TOGETHER: Final = 200
"""Articles grouped between two writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """What one run of grouping did; `elsewhere` says that another process is the grouper and will do it."""

    articles: int = 0
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a batch, and what is to be remembered of it."""

    changes: list[Change]
    memory: Memory


class Grouping:
    """The one grouper of an installation: leads as long as it is open, and remembers the live events meanwhile."""

    def __init__(self, database: Database, settings: GroupingSettings, clock: Clock) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock
        self._holding = AsyncExitStack()
        self._leadership = Leadership()
        self._grouper: Grouper | None = None
        self._has_quiet = False
        self._fingerprint = ""
        self._faulty: set[ArticleId] = set()
        self._running = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._step_down()

    async def run(self, *, expect: Advance = lambda _: None, advance: Advance = lambda _: None) -> Grouped:
        """Do what admins asked for, and give every waiting article its event; when another process is the grouper, leave that to it.

        Who comes meanwhile waits.
        """
        async with self._running:
            return await self._run(expect, advance)

    async def _run(self, expect: Advance, advance: Advance) -> Grouped:
        if not self._leadership:
            self._leadership = await self._holding.enter_async_context(self._database.leader("grouping"))
            if not self._leadership:
                await self._step_down()
                return Grouped(elsewhere=True)
        placed = 0
        try:
            while await self._corrected() and (batch := await self._waiting()):
                if not placed:
                    expect(await self._count_waiting())
                done = await self._place(batch)
                if done is None:
                    return Grouped(articles=placed, elsewhere=True)
                placed += done
                advance(done)
        except BaseException:
            # Memory may be ahead of what was written, and a lost connection takes the leadership with it: the next run starts anew.
            await self._step_down()
            raise
        return Grouped(articles=placed, elsewhere=not self._leadership)

    async def _corrected(self) -> bool:
        """Do the corrections that wait; False when another process has become the grouper meanwhile."""
        while (asked := await self._asked()) is not None:
            if (grouper := await self._led()) is None:
                return False
            try:
                async with self._database.write() as connection:
                    if not await self._leads(connection):
                        return False
                    office = Office(
                        connection=connection,
                        database=self._database,
                        grouper=grouper,
                        live_events=self._settings.live_events,
                        fingerprint=self._fingerprint,
                        now=self._clock(),
                    )
                    await correct(office, asked)
            except FAULTS:
                log.exception("A correction cannot be done; what else was asked for is.", correction=asked.id)
                self._grouper = None
                async with self._database.write() as connection:
                    await corrections.refused(connection, asked.id, self._clock(), phrase("It could not be done: the log says why."))
                continue
            self._has_quiet = True  # What was let go meanwhile is to be looked for; looking in vain costs one read.
        return True

    async def _asked(self) -> Correction | None:
        async with self._database.read() as connection:
            return await corrections.next_asked(connection)

    async def _led(self) -> Grouper | None:
        """Give what groups; None when another process has become the grouper meanwhile."""
        self._grouper = self._grouper or await self._restored()
        if self._grouper is None:
            await self._step_down()
        return self._grouper

    async def _leads(self, connection: Connection) -> bool:
        """Tell, in the transaction that writes, whether this is still the process that groups."""
        is_led = await self._leadership.holds(connection)
        if not is_led:
            await self._step_down()
        return is_led

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

    async def _place(self, batch: Sequence[Article]) -> int | None:
        """Decide about a batch and write it down; None when another process has become the grouper meanwhile, and nothing was written.

        When an article cannot be compared, memory may have taken it in by half: nothing is written, and the batch comes again.
        """
        if (grouper := await self._led()) is None:
            return None
        if self._has_quiet:
            await wake_for(self._database, grouper, batch)
        homes = {home for article in batch if (home := grouper.home(article.id)) is not None}
        await wake(self._database, grouper, homes)
        # After that: an event that a revision left empty would be woken as it was before.
        again = await self._reconsidered(grouper, batch)
        # A decision takes about a millisecond: in a thread, the loop goes on answering.
        decided = await asyncio.to_thread(_decided, grouper, [*again, *batch], self._faulty, self._settings.live_events)
        if not isinstance(decided, Decided):
            self._faulty.add(decided)
            self._grouper = None
            return 0
        async with self._database.write() as connection:
            if not await self._leads(connection):
                return None
            await record(connection, decided.changes, decided.memory, self._fingerprint, self._clock())
        self._has_quiet |= any(decided.memory.quiet.values())
        self._faulty.difference_update(article.id for article in batch)
        return len(batch)

    async def _restored(self) -> Grouper | None:
        self._fingerprint = fingerprint()
        grouper = await restore(self._database, self._settings, self._leadership)
        async with self._database.read() as connection:
            self._has_quiet = await memories.has_quiet(connection)
            if grouper is not None:
                grouper.bind(await corrections.bonds(connection))
        return grouper

    async def _reconsidered(self, grouper: Grouper, batch: Sequence[Article]) -> list[Article]:
        """Take revised articles out of their events, and give the copies of their old texts, which now have to stand for themselves."""
        revised = {article.id: article.event_id for article in batch if article.event_id is not None}
        if not revised:
            return []
        async with self._database.read() as connection:
            changed = await events.load(connection, sorted(set(filter(None, revised.values()))))
        texts = {article.id: sketch(article.content.text, article.content.title) for article in batch if article.id in revised}
        copies = [
            article
            for event in changed
            for article in event.articles
            if article.copy_of in texts
            and article.id not in revised
            and containment(sketch(article.content.text, article.content.title), texts[article.copy_of]) < CONTAINMENT
        ]
        again = frozenset([*revised, *(article.id for article in copies)])
        await wake(self._database, grouper, [event.id for event in changed])
        for event in changed:
            grouper.refill(event, again)
        return copies


def _decided(grouper: Grouper, batch: Sequence[Article], faulty: Collection[ArticleId], live_events: int) -> Decided | ArticleId:
    """Decide about a batch; gives the first article that cannot be compared and is not known to be `faulty`."""
    changes: list[Change] = []
    for article in batch:
        if article.id in faulty:
            changes += grouper.set_apart(article, "it could not be compared: the log says why")
            continue
        try:
            changes += grouper.place(article)
        except FAULTS:
            log.exception("An article could not be compared; it has an event of its own.", article=article.id, file=article.file)
            return article.id
    memory = grouper.settle(live_events)
    if len(batch) >= PLACED_TOGETHER:
        leave_uncollected()
    return Decided(changes, memory)
