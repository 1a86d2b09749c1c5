"""`make bench`: thousands of feeds over loopback, first and again, beside `reader` (PyPI) updating the same server in the same run.

Server, Slugline and reader each have a process of their own; what is printed of memory is the whole of Slugline, its workers included.
Slugline is imported where it is used, because its workers import this module again.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench_feed_server import CHANGED_SHARE, ENTRIES, NEWS, feed_url

if TYPE_CHECKING:
    from bot.config import Settings
    from storage.engine.database import Database

ROUNDS: Final = (("first", "validators", 0), ("304", "validators", 0), ("same body", "plain", 0), ("changed", "validators", 1))
"""What is measured: its name, how the server answers, and which feeds have news."""


@contextmanager
def served(feeds: int) -> Iterator[int]:
    """Start the server, give its port, and end it."""
    here = Path(__file__).parent
    environment = os.environ | {"PYTHONPATH": f"{here}{os.pathsep}{here.parent}"}
    command = [sys.executable, str(here / "bench_feed_server.py"), str(feeds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        assert server.stdout is not None
        try:
            yield int(server.stdout.readline())
        finally:
            server.kill()


def tell(port: int, mode: str, turn: int) -> None:
    """Have the server answer in another way from now on."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/control/{mode}/{turn}") as answer:
        answer.read()


def with_reader(feeds: int, port: int, directory: str) -> dict[str, float]:
    """Seconds that reader takes for each round; with one thread, because more were no faster (36.6 against 34.7 feeds/s)."""
    from reader import make_reader

    reader = make_reader(f"{directory}/reader.db")
    for number in range(feeds):
        reader.add_feed(feed_url(number, port))
    seconds = {}
    for name, mode, turn in ROUNDS:
        tell(port, mode, turn)
        started = time.perf_counter()
        reader.update_feeds(scheduled=False)
        seconds[name] = time.perf_counter() - started
    entries = reader.get_entry_counts().total
    changed = sum(number % CHANGED_SHARE == 1 for number in range(feeds))
    assert entries == feeds * ENTRIES + changed * NEWS, entries
    reader.close()
    return seconds


def clock() -> datetime:
    """The time of day."""
    return datetime.now(UTC)


class Probe:
    """How late the event loop is, and how much memory the process and its workers hold, looked at every 5 ms and every 0.2 s."""

    def __init__(self) -> None:
        self.late: list[float] = []
        self.memory = 0.0

    async def watch(self) -> None:
        """Look until cancelled."""
        loop = asyncio.get_running_loop()
        for look in range(sys.maxsize):
            due = loop.time() + 0.005
            await asyncio.sleep(0.005)
            self.late.append(loop.time() - due)
            if look % 40 == 0:
                self.memory = max(self.memory, resident())

    def lag(self) -> float:
        """The 99th percentile of how late it was since the last call, in milliseconds."""
        late, self.late = self.late, []
        return 1000 * statistics.quantiles(late, n=100)[98]


def resident() -> float:
    """Megabytes of real memory held by this process and its children, pages that they share counted once."""
    total = 0
    for process in (os.getpid(), *(child.pid for child in multiprocessing.active_children())):
        with suppress(OSError):
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def settings(url: str) -> "Settings":
    """What an operator would set for feeds on loopback: that they may be asked at all, and without a pause between."""
    from bot.config import Settings

    asked = {"allow_networks": ["127.0.0.0/8"], "checks_per_minute": 1_000_000, "concurrency": 64, "host_pause_seconds": 0}
    return Settings.model_validate({"storage": {"url": url}, "feeds": asked, "grouping": {"languages": False}})


async def with_slugline(feeds: int, port: int, directory: str, flat: int) -> dict[str, dict[str, float]]:
    """For each round: seconds, lag of the loop (ms), memory (MB); then grouping; then memory at the beginning and end of `flat` rounds."""
    from bot import opening, parts
    from bot.core.feeds.feed import Listed
    from bot.pipeline.remember import leave_uncollected
    from bot.sources.addresses import host_key
    from storage.feeds import feeds as storage

    chosen = settings(f"sqlite:///{directory}/slugline.db")
    measured: dict[str, dict[str, float]] = {}
    async with opening.opened(chosen, clock) as database, parts.web(database, chosen, clock) as web:
        listed = [Listed(url=feed_url(number, port), title="") for number in range(feeds)]
        async with database.write() as connection:
            await storage.add(connection, [(feed, host_key(feed.url)) for feed in listed], clock(), first_check=lambda _: clock())
        leave_uncollected()  # as the program does when it has started
        probe = Probe()
        watching = asyncio.create_task(probe.watch())

        async def round_(mode: str, turn: int) -> dict[str, float]:
            await asyncio.to_thread(tell, port, mode, turn)
            async with database.write() as connection:
                await storage.check_now(connection, None, clock())
            probe.late.clear()
            started = time.perf_counter()
            checked = await web.feeds.run()
            seconds = time.perf_counter() - started
            assert (checked.feeds, checked.failed) == (feeds, 0), checked
            return {"seconds": seconds, "lag": probe.lag(), "memory": probe.memory}

        for name, mode, turn in ROUNDS:
            measured[name] = await round_(mode, turn)
        before = resident()
        for turn in range(2, flat + 2):
            await round_("validators", turn)
        if flat:
            measured["flat"] = {"before": before, "after": resident(), "rounds": flat}
        measured["grouping"] = await _grouped(database, chosen, probe)
        watching.cancel()
    return measured


async def _grouped(database: "Database", chosen: "Settings", probe: Probe) -> dict[str, float]:
    from bot import parts
    from storage.news.totals import totals

    async with parts.grouping(database, chosen, clock) as grouping:
        started = time.perf_counter()
        done = await grouping.run()
        seconds = time.perf_counter() - started
    async with database.read() as connection:
        counts = await totals(connection)
    return {
        "seconds": seconds,
        "lag": probe.lag(),
        "memory": probe.memory,
        "articles": done.articles,
        "stored": counts.articles,
        "events": counts.events,
    }


def apart(who: str, chosen: argparse.Namespace, port: int, directory: str) -> dict[str, dict[str, float]]:
    """Measure one of the two in a process of its own."""
    words = [sys.executable, __file__, "--feeds", str(chosen.feeds), "--flat", str(chosen.flat), "--who", who, str(port), directory]
    answer = subprocess.run(words, stdout=subprocess.PIPE, check=True)
    result: dict[str, dict[str, float]] = json.loads(answer.stdout)
    return result


def main() -> None:
    """Run the benchmark and print one row a figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=2_000)
    parser.add_argument("--flat", type=int, default=0, metavar="ROUNDS", help="then so many rounds, to see whether memory grows")
    parser.add_argument("--who", nargs=3, metavar=("WHO", "PORT", "FOLDER"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    out: Callable[[str], object] = sys.stdout.write
    if chosen.who:
        from bot import logs

        logs.set_up(level="error", json=False)
        who, port, directory = chosen.who
        if who == "reader":
            out(json.dumps({name: {"seconds": took} for name, took in with_reader(chosen.feeds, int(port), directory).items()}))
        else:
            out(json.dumps(asyncio.run(with_slugline(chosen.feeds, int(port), directory, chosen.flat))))
        return
    with tempfile.TemporaryDirectory() as directory, served(chosen.feeds) as port:
        ours = apart("slugline", chosen, port, directory)
        tell(port, "validators", 0)
        theirs = apart("reader", chosen, port, directory)
    out(f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores (the server uses one of them, too)\n")
    out(f"{chosen.feeds} feeds of {ENTRIES} entries; changed: one feed in {CHANGED_SHARE} has {NEWS} new entries, the others answer 304\n")
    out(f"{'':12}{'Slugline':>14}{'reader':>14}{'ratio':>8}{'loop lag p99':>15}{'peak memory':>14}\n")
    for name, *_ in ROUNDS:
        one, other = ours[name]["seconds"], theirs[name]["seconds"]
        figures = f"{chosen.feeds / one:7.0f} feeds/s{chosen.feeds / other:7.0f} feeds/s{other / one:7.1f}x"
        out(f"{name:11}{figures}{ours[name]['lag']:12.1f} ms{ours[name]['memory']:11.0f} MB\n")
    grouped = ours["grouping"]
    rate = grouped["articles"] / grouped["seconds"]
    out(f"grouping   {rate:7.0f} articles/s, {grouped['articles']:.0f} articles to {grouped['events']:.0f} events")
    out(f"{grouped['lag']:20.1f} ms{grouped['memory']:11.0f} MB\n")
    if chosen.flat:
        out(f"memory before and after {chosen.flat} more rounds: {ours['flat']['before']:.0f} MB, {ours['flat']['after']:.0f} MB\n")


if __name__ == "__main__":
    main()
