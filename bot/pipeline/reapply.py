"""Reapply: a plan of reingesting carried out on the live tables, by the leader of grouping, between two batches of articles.

Each transaction takes a few steps and leaves events, history, memories, ledger and cards whole; how far it is stands in the same tables.
Killed at any instruction, it goes on where it was; what changed since the plan was made stays as it is. Nobody is told anything: cards are
edited, and the announcer passes over what was only put in order.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import accumulate
from typing import Final

import structlog

from bot.core.event import overview, summarise
from bot.core.grouping.decision import Evidence, Opened
from bot.core.grouping.grouper import Grouper
from bot.core.grouping.memory import Memory
from bot.core.grouping.regrouping import Leaving, Outcome, outcome, still_due
from bot.core.grouping.reingest import Reingest, ReingestState
from bot.core.model import Article, Event
from bot.core.telling.ledger import told_now
from bot.pipeline.group import Grouping
from bot.pipeline.refresh import hush, refresh
from bot.pipeline.remember import FAULTS, wake
from storage.correcting import partings, regroupings, reingests
from storage.correcting.reingests import DueStep
from storage.delivery import announced
from storage.engine.database import Connection
from storage.news import articles, events, memories, news

log = structlog.get_logger(__name__)

MOVED_TOGETHER: Final = 200
"""Articles moved in one transaction, about, in which nobody else writes: as many as are grouped in one."""

STEPS_TOGETHER: Final = 50

CORRECTED: Final = "an admin has merged or split events since it was planned"
FAILED: Final = "it could not be carried out: the log says why"


class Reapplying(Grouping):
    """The grouping of the live tables, which carries out a reingest before it looks at new articles."""

    async def _waiting(self) -> list[Article]:
        is_other = False
        while (found := await self._to_apply()) is not None:
            is_other = True
            if not await self._carry_out(*found):
                return []
        if is_other:
            # The next number of an event, and what constraints say of the old ones, are read anew.
            self._grouper = None
        return await super()._waiting()

    async def _to_apply(self) -> tuple[Reingest, list[DueStep]] | None:
        async with self._database.read() as connection:
            found = await reingests.applying(connection)
            if found is None:
                return None
            due = await reingests.next_steps(connection, found.id, STEPS_TOGETHER)
        moved = accumulate(len(each.step.moves) for each in due)
        return found, [each for each, before in zip(due, (0, *moved), strict=False) if before < MOVED_TOGETHER]

    async def _carry_out(self, reingest: Reingest, due: Sequence[DueStep]) -> bool:
        """Take a few steps, all or none; False when another process has become the grouper meanwhile."""
        if (grouper := await self._led()) is None:
            return False
        try:
            async with self._database.write() as connection:
                if not await self._leads(connection):
                    return False
                await self._take(connection, grouper, reingest, due)
        except FAULTS:
            log.exception("A reingest cannot be carried out; what was done of it stays.", reingest=reingest.id)
            self._grouper = None
            async with self._database.write() as connection:
                await reingests.cancel(connection, reingest.id, self._clock(), who="", reason=FAILED)
        return True

    async def _take(self, connection: Connection, grouper: Grouper, reingest: Reingest, due: Sequence[DueStep]) -> None:
        now = self._clock()
        today = await reingests.get(connection, reingest.id)
        if today is None or today.state is not ReingestState.APPLYING:
            return
        if await reingests.last_correction(connection) != today.corrected:
            await reingests.cancel(connection, reingest.id, now, who="", reason=CORRECTED)
            return
        before = await news.position(connection)
        nothing_waits = await announced.position(connection) == before
        for each in due:
            left, edits = await self._step(connection, grouper, reingest, each, now)
            await reingests.step_done(connection, reingest.id, each.number, left=left, edits=edits)
        if nothing_waits:
            await announced.advance(connection, await news.position(connection))
        if not await reingests.next_steps(connection, reingest.id, 1):
            await reingests.done(connection, reingest.id, now)
            log.info("A reingest was applied.", reingest=reingest.id, steps=today.steps)

    async def _step(self, connection: Connection, grouper: Grouper, reingest: Reingest, due: DueStep, now: datetime) -> tuple[int, int]:
        """Take one step; gives how many articles were left where they are, and how many cards are edited."""
        ids = due.step.events
        living = await events.load(connection, ids)
        if [event.id for event in living] != ids:
            return len(due.step.moves), 0
        waiting = await regroupings.waiting(connection, ids)
        moves = still_due(due.step, living, waiting)
        left = len(due.step.moves) - len(moves)
        if not moves:
            return left, 0
        said = {move.article_id: due.contents[move.article_id] for move in moves if move.article_id in due.contents}
        taken = await regroupings.holders(connection, [values["identity"] for values in said.values()])
        revised = frozenset(id_ for id_, values in said.items() if taken.get(values["identity"], id_) == id_)
        if revised:
            await articles.write_contents(connection, [], {id_: {"id": id_, **said[id_]} for id_ in revised}, now)
            living = await events.load(connection, ids)
        next_event = await events.next_id(connection)
        made = await asyncio.to_thread(outcome, due.step, moves, living, next_event, reingest.id, revised=revised, waiting=waiting)
        await wake(self._database, grouper, ids)
        memory = await asyncio.to_thread(_remembered, grouper, living, made, self._settings.live_events)
        await events.apply(connection, made.partings, now)
        for each in made.leaving:
            await _tell_nothing_new(connection, each, now)
        await events.apply(connection, made.unions, now)
        await memories.write(connection, memory, self._fingerprint)
        there = [event.id for event in made.events]
        after = await events.load(connection, there)
        await events.summarise(connection, await asyncio.to_thread(lambda: [summarise(event) for event in after]))
        await hush(connection, living, after, now)
        return left, await refresh(connection, there, now)


def _remembered(grouper: Grouper, living: Sequence[Event], made: Outcome, live_events: int) -> Memory:
    """Make the memory of the events anew; what is not compared with anything stays so."""
    for event in living:
        grouper.refill(event, frozenset(article.id for article in event.articles))
    for event in made.events:
        for article in event.articles:
            if article.id in made.apart:
                unknown = Evidence(threshold=0.0)
                grouper.replay(Opened(event_id=event.id, article_id=article.id, revision=article.revision, evidence=unknown, apart=True))
            else:
                grouper.replay(replace(article, event_id=event.id))
    return grouper.settle(live_events)


async def _tell_nothing_new(connection: Connection, each: Leaving, now: datetime) -> None:
    """Let those who were told of an event count as told of what left it; who follows it follows that too, where it is an event."""
    left, stays = await events.load(connection, [each.event_id]), await events.load(connection, [each.source])
    left_now, stays_now = await asyncio.to_thread(lambda: tuple(told_now(overview(event), now) for event in (*left, *stays)))
    gone = [article.received_at for article in each.articles if article.copy_of is None]
    await partings.part_tellings(connection, each.source, left_now, stays_now, gone)
    if each.into is None:
        await partings.copy_wishes(connection, each.source, left_now, now)
