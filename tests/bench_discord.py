"""How soon Discord is answered where much is stored: what is offered while somebody types, and commands, beside a bare read.

python tests/bench_discord.py [--stored 100000] [--times 100]
"""

import argparse
import asyncio
import itertools
import logging
import platform
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial

import structlog
from bench_grouping import HEADLINE, START, STORED_TOGETHER, News, _store
from bench_reingest import Clock
from discord_chat import Chatting, chatting

from bot.core.grouping.grouper import GroupingSettings
from bot.pipeline.reapply import Reapplying
from storage.engine.database import Database
from storage.news import events

TYPED = (
    ("news event", "event", ("", "ha", "strike in", "no such words at all")),
    ("sources feed", "feed", ("", "a", "example")),
    ("timezone", "zone", ("", "k", "kyiv", "new york", "+5")),
    ("filter", "filter", ("", "+harbour outlet:d", "outlet:desk")),
)
"""Commands with an option that is completed, and what somebody types there."""

ASKED: tuple[tuple[str, dict[str, str]], ...] = (
    ("news latest", {}),
    ("news search", {"words": "strike"}),
    ("news event", {"event": "1"}),
    ("sources list", {}),
)

out = sys.stdout.write


async def filled(database: Database, number: int) -> None:
    """Store and group so many invented headlines."""
    stream = News(1, HEADLINE).stream(3_000)
    async with Reapplying(database, GroupingSettings(), Clock()) as grouping:
        for start in range(0, number, STORED_TOGETHER):
            await _store(database, list(itertools.islice(stream, min(STORED_TOGETHER, number - start))))
            await grouping.run()


async def timed(name: str, baseline: float | None, times: int, step: Callable[[], Awaitable[object]]) -> float:
    """Do something again and again and print the seconds it takes, one after the other; gives the middle."""
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        await step()
        seconds.append(time.perf_counter() - began)
    seconds.sort()
    middle, late = seconds[len(seconds) // 2], seconds[-1 - len(seconds) // 100]
    ratio = 1.0 if baseline is None else middle / baseline
    out(f"{name:44} {middle * 1000:8.1f} {late * 1000:8.1f} {seconds[-1] * 1000:8.1f} {ratio:8.1f}\n")
    return middle


async def measured(database: Database, here: Chatting, times: int) -> None:
    """Print how long each takes, with all that the library and the virtual Discord do."""

    async def read() -> object:
        async with database.read() as connection:
            return await events.load(connection, await events.latest(connection, 25))

    out(f"{'':44} {'p50, ms':>8} {'p99, ms':>8} {'max, ms':>8} {'ratio':>8}\n")
    baseline = await timed("a bare read of the 25 newest events", None, times, read)
    for name, option, words in TYPED:
        for typed in words:
            await timed(f"/{name} {option}: {typed!r}", baseline, times, partial(here.boss.autocomplete, here.channel, name, option, typed))
    for name, options in ASKED:
        await timed(f"/{name}", baseline, times, partial(here.boss.slash, here.channel, name, **options))


async def run(stored: int, times: int) -> None:
    """Fill a database and ask."""
    with tempfile.TemporaryDirectory() as directory:
        database = await Database.open(f"sqlite+aiosqlite:///{directory}/bench.db", now=START)
        await filled(database, stored)
        async with chatting(database) as here:
            await measured(database, here, times)
        await database.close()


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stored", type=int, default=100_000, help="invented articles that are known")
    parser.add_argument("--times", type=int, default=50, help="how often each is asked")
    chosen = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    out(f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {chosen.stored:,} articles\n")
    asyncio.run(run(chosen.stored, chosen.times))


if __name__ == "__main__":
    main()
