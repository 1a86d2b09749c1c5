"""Reingesting much: time, memory and how long a command takes beside it; with --shuffle, how nearly other orders give the same events."""

import argparse
import asyncio
import itertools
import platform
import random
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench_grouping import FULL_TEXT, HEADLINE, START, STORED_TOGETHER, News, _store, resident

from bot.commands.desk import Desk, Request
from bot.commands.registry import respond
from bot.core.grouping.chosen import LIVE_EVENTS
from bot.core.grouping.grouper import GroupingSettings
from bot.core.grouping.identity import identity
from bot.core.grouping.reingest import Reingest, Scope
from bot.core.model import Article, ArticleId, Content, SourceId
from bot.evaluation.labelled import load
from bot.evaluation.metrics import bcubed
from bot.pipeline.collect import FolderReader
from bot.pipeline.reapply import Reapplying
from bot.pipeline.reingest import Reingests
from bot.sources.worker import Worker
from storage.correcting import reingests
from storage.engine.database import Database
from storage.news import events

EVERY = 0.1
"""Seconds between two commands."""

OLDER = 0.9
"""The threshold of the program that grouped before, so that there is something to apply."""

out = sys.stdout.write


class Clock:
    """Passes with every look, so that what was decided together has one time."""

    def __init__(self) -> None:
        self._now = START

    def __call__(self) -> datetime:
        self._now += timedelta(microseconds=1)
        return self._now


@asynccontextmanager
async def asked(database: Database) -> AsyncIterator[list[float]]:
    """Ask for the latest events over and over; gives the seconds that each answer took."""
    desk, seconds = Desk(database=database, version="bench"), list[float]()

    async def ask() -> None:
        while True:
            # From when it should have begun: a loop that is held up answers late, too.
            due = asyncio.get_running_loop().time() + EVERY
            await asyncio.sleep(EVERY)
            await respond(desk, Request(text="/latest 5", now=START))
            seconds.append(asyncio.get_running_loop().time() - due)

    task = asyncio.create_task(ask())
    try:
        yield seconds
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def timed(name: str, database: Database, work: Awaitable[object]) -> None:
    """Do something, and print what it took and how commands fared meanwhile."""
    started = time.perf_counter()
    async with asked(database) as answers:
        await work
    took = time.perf_counter() - started
    answers.sort()
    middle, late, last = (answers[min(len(answers) - 1, int(len(answers) * share))] * 1000 for share in (0.5, 0.99, 1.0))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    out(f"{name:24} {took:8.1f} {middle:8.0f} {late:8.0f} {last:8.0f} {resident() / 1024:8.0f} {peak:8.0f}\n")
    sys.stdout.flush()


async def stored(number: int, words: int, live_events: int, directory: str) -> None:
    """Group so many articles as an older program did, plan, apply, and plan again."""
    clock = Clock()
    database = await Database.open(f"sqlite+aiosqlite:///{directory}/bench.db", now=START)
    stream = News(1, words).stream(live_events)
    async with Reapplying(database, GroupingSettings(threshold=OLDER, live_events=live_events), clock) as grouping:
        for start in range(0, number, STORED_TOGETHER):
            await _store(database, list(itertools.islice(stream, min(STORED_TOGETHER, number - start))))
            await grouping.run()
    today = GroupingSettings(live_events=live_events)
    out(f"{'':24} {'seconds':>8} {'p50, ms':>8} {'p99, ms':>8} {'max, ms':>8} {'now, MB':>8} {'peak, MB':>8}\n")
    await timed("nothing, for comparison", database, asyncio.sleep(10))
    async with Worker() as worker, Reapplying(database, today, clock) as grouping:
        reader = FolderReader(worker=worker, settle=timedelta(0), limit_bytes=1, timeout_per_file=1.0)
        planner = Reingests(database=database, settings=today, reader=reader, clock=clock)
        for name in ("plan", "plan again"):
            await timed(name, database, planner.plan(Scope(), who="bench", chat=""))
            planned = await newest(database)
            out(f"{'':4}{planned.figures}\n")
            async with database.write() as connection:
                is_due = await reingests.apply(connection, planned.id, who="bench")
            if is_due:
                await timed("apply", database, grouping.run())
    await database.close()


async def newest(database: Database) -> Reingest:
    """Give the plan that was just made."""
    async with database.read() as connection:
        found = await reingests.newest(connection)
    if found is None:
        raise SystemExit("There is no plan.")
    return found


async def regrouped(contents: Sequence[Content], settings: GroupingSettings) -> dict[str, int]:
    """Let articles come one by one in this order, reingest, and give the event of each by what it says."""
    clock = Clock()
    database = await Database.open("sqlite+aiosqlite:///:memory:", now=START)
    async with Worker() as worker, Reapplying(database, settings, clock) as grouping:
        for place, content in enumerate(contents, 1):
            article = Article(id=ArticleId(place), source_id=SourceId(1), content=content, received_at=START)
            await _store(database, [article])
            await grouping.run()
        reader = FolderReader(worker=worker, settle=timedelta(0), limit_bytes=1, timeout_per_file=1.0)
        planned = await Reingests(database=database, settings=settings, reader=reader, clock=clock).plan(Scope(), who="", chat="")
        if planned is not None and planned.steps:
            async with database.write() as connection:
                await reingests.apply(connection, planned.id, who="")
            await grouping.run()
    async with database.read() as connection:
        found = await events.load(connection, await events.latest(connection, len(contents)))
    await database.close()
    return {identity(article.content): event.id for event in found for article in event.articles}


async def shuffled(file: Path, orders: int, most: int) -> None:
    """Print how nearly the events of other orders of arrival are those of the first, and of each other."""
    contents = [labelled.article.content for labelled in load(file)][:most]
    found = []
    for order in range(orders + 1):
        mixed = contents if not order else random.Random(order).sample(contents, len(contents))
        found.append(await regrouped(mixed, GroupingSettings()))
    scores = []
    for one, other in itertools.combinations(found, 2):
        both = sorted(one.keys() & other.keys())
        scores.append(bcubed([one[each] for each in both], [other[each] for each in both]).f1)
    against_own = min(scores[:orders])
    out(f"{file.stem:24} {len(contents):8,} {sum(scores) / len(scores):10.3f} {min(scores):10.3f} {against_own:14.3f}\n")
    sys.stdout.flush()


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stored", type=int, default=10_000, help="invented articles to reingest")
    parser.add_argument("--full-text", action="store_true", help="with texts, not headlines alone")
    parser.add_argument("--live-events", type=int, default=LIVE_EVENTS, help="events kept in memory meanwhile")
    parser.add_argument("--shuffle", type=Path, nargs="*", default=[], help="labelled sets (JSON lines) to reingest in other orders")
    parser.add_argument("--orders", type=int, default=3, help="random orders beside that of the file")
    parser.add_argument("--most", type=int, default=1_000, help="articles of each set")
    chosen = parser.parse_args()
    out(f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}\n")
    if chosen.shuffle:
        out("BCubed F1 between orders  articles       mean     lowest  to file, lowest\n")
        for file in chosen.shuffle:
            asyncio.run(shuffled(file, chosen.orders, chosen.most))
        return
    with tempfile.TemporaryDirectory() as directory:
        asyncio.run(stored(chosen.stored, FULL_TEXT if chosen.full_text else HEADLINE, chosen.live_events, directory))


if __name__ == "__main__":
    main()
