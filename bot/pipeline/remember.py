"""The grouper's memory out of storage: at a start, when quiet events may be told again, and made anew by another program version."""

import asyncio
import gc
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Final

import structlog

from bot.core.grouping.decision import Merged
from bot.core.grouping.grouper import Grouper, GroupingSettings
from bot.core.grouping.memory import fingerprint
from bot.core.grouping.state import sought
from bot.core.model import Article, EventId
from storage.engine.database import Database
from storage.engine.leadership import Leadership
from storage.news import events, memories
from storage.news.decisions import Step, decisions

log = structlog.get_logger(__name__)

FAULTS: Final = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""What a mistake of ours in comparing one article raises: that article is set apart, and the others go on."""

REPLAYED_TOGETHER: Final = 500
"""Decisions taken in between two writes when memory is made anew."""

WOKEN_TOGETHER: Final = 50
"""Events taken in before the loop may go on answering: some milliseconds."""


async def restore(database: Database, settings: GroupingSettings, leadership: Leadership) -> Grouper | None:
    """Give the grouper its memory as it was when the last batch was written; None when another process leads meanwhile.

    Memory that was written by a program that read texts differently is first made anew from the stored decisions.
    """
    grouper = await _restored(database, settings)
    if grouper is None and await _rebuild(database, settings, leadership):
        grouper = await _restored(database, settings)
    return grouper


async def _restored(database: Database, settings: GroupingSettings) -> Grouper | None:
    """Read what is live; None when it cannot be compared with what this program makes of texts."""
    async with database.read() as connection:
        next_id = await events.next_id(connection)
        counted = await memories.counted(connection)
        if next_id > 1 and {each.fingerprint for each in counted} != {fingerprint()}:
            return None
        grouper = Grouper(settings, next_id)
        for each in counted:
            grouper.learn(each.events, each.counts)
            await asyncio.sleep(0)
        number = 0
        async for one in memories.awake(connection):
            grouper.wake(one.event_id, one.state, one.reports)
            number += 1
            if number % WOKEN_TOGETHER == 0:
                await asyncio.sleep(0)
    grouper.begin()
    leave_uncollected()
    return grouper


async def _rebuild(database: Database, settings: GroupingSettings, leadership: Leadership) -> bool:
    """Replay all decisions, page by page, in bounded memory; begins again when it was interrupted. False when no longer leading."""
    async with database.write() as connection:
        if not await leadership.holds(connection):
            return False
        await memories.clear(connection)
    log.info("The memory of grouping is made anew from the stored decisions.")
    grouper = Grouper(settings, EventId(1))
    page: list[Step] = []
    async with database.read() as connection:
        async for step in decisions(connection):
            page.append(step)
            if len(page) == REPLAYED_TOGETHER:
                if not await _replay(database, grouper, settings, leadership, page):
                    return False
                page = []
    if not await _replay(database, grouper, settings, leadership, page):
        return False
    async with database.write() as connection:
        await memories.finish(connection, fingerprint())
    return True


async def _replay(database: Database, grouper: Grouper, settings: GroupingSettings, leadership: Leadership, page: Sequence[Step]) -> bool:
    await wake(database, grouper, _mentioned(page))
    await asyncio.to_thread(_taken_in, grouper, page)
    memory = await asyncio.to_thread(grouper.settle, settings.live_events)
    async with database.write() as connection:
        if not await leadership.holds(connection):
            return False
        await memories.write(connection, memory, memories.UNFINISHED)
    return True


def _taken_in(grouper: Grouper, page: Iterable[Step]) -> None:
    for step in page:
        grouper.replay(step)
    leave_uncollected()


def _mentioned(page: Iterable[Step]) -> set[EventId]:
    ids: set[EventId] = set()
    for step in page:
        match step:
            case Merged():
                ids |= {step.survivor, step.absorbed}
            case Article() if step.event_id is not None:
                ids.add(step.event_id)
    return ids


async def wake(database: Database, grouper: Grouper, ids: Iterable[EventId]) -> None:
    """Have these events in memory, as far as anything is remembered of them."""
    asleep = {event_id for event_id in ids if not grouper.is_live(event_id)}
    if not asleep:
        return
    async with database.read() as connection:
        found = await memories.load(connection, asleep)
    await asyncio.to_thread(_woken, grouper, found)


def _woken(grouper: Grouper, found: Iterable[memories.Remembered]) -> None:
    for one in found:
        grouper.wake(one.event_id, one.state, one.reports)


async def wake_for(database: Database, grouper: Grouper, batch: Sequence[Article]) -> None:
    """Have the quiet events in memory that a batch may be about."""
    asked = await asyncio.to_thread(_asked, grouper, batch)
    async with database.read() as connection:
        found = await memories.found_by(connection, frozenset().union(*asked))
    await wake(database, grouper, sought(asked, [one for one in found if not grouper.is_live(one[1])]))


def _asked(grouper: Grouper, batch: Iterable[Article]) -> list[frozenset[str]]:
    """Give for each article by which words to look; none for one that cannot be compared, which will show when its turn comes."""
    asked = []
    for article in batch:
        with suppress(*FAULTS):
            asked.append(grouper.ask(article))
    return asked


def leave_uncollected() -> None:
    """Have Python's collector of cycles pass over all there is by now: the live state has none, and goes when nobody refers to it.

    Measured: with 50,000 events in memory, one full pass holds up the whole process for 0.6 s.
    """
    gc.collect(1)
    gc.freeze()
