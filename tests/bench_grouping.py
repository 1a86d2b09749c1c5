"""`make bench`: the cost of deciding about one article against ever more live events, beside merely cutting the same articles into words."""

import argparse
import asyncio
import hashlib
import itertools
import multiprocessing
import os
import platform
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench_ingest import SYLLABLES

from bot.core.grouping.chosen import LIVE_EVENTS
from bot.core.grouping.decision import Joined, Opened
from bot.core.grouping.grouper import Grouper, GroupingSettings
from bot.core.grouping.identity import identity
from bot.core.model import Article, ArticleId, Content, DateOrigin, EventId, Precision, Reading, SourceId, Stamp
from bot.core.text.terms import terms_of
from bot.evaluation.labelled import load
from bot.pipeline.group import PLACED_TOGETHER, Grouping
from bot.pipeline.remember import leave_uncollected, restore
from storage.engine.database import Database
from storage.feeds import sources
from storage.news import articles

START = datetime(2026, 3, 1, tzinfo=UTC)
LANGUAGE, NAMES, TOPICS, TOPIC_WORDS = 20_000, 15_000, 100, 150
"""Words of the language and names of people and places, both used as often as Zipf says, and words of one subject (football, courts …)."""

EVENT_NAMES, EVENT_WORDS = 9, 16
"""By what the reports of one event are alike. With these numbers an article meets about as many events in the index as one of as many
real ones does (`--real` prints both)."""

FULL_TEXT, HEADLINE = 350, 0
MEASURED = 1_000
STORED_TOGETHER = 2_000


class News:
    """An endless invented news stream; the same seed tells the same news."""

    def __init__(self, seed: int, words: int) -> None:
        self._random = random.Random(seed)
        self._length = words
        self._language, self._names = self._vocabulary(LANGUAGE), [name.capitalize() for name in self._vocabulary(NAMES)]
        self._often = list(itertools.accumulate(1 / (rank + 3) for rank in range(LANGUAGE)))
        self._known = list(itertools.accumulate(1 / (rank + 5) for rank in range(NAMES)))
        self._topics = [self._random.sample(self._language[100:], TOPIC_WORDS) for _ in range(TOPICS)]
        self._events: list[tuple[list[str], list[str], list[str]]] = []
        self._articles = 0

    def _vocabulary(self, size: int) -> list[str]:
        draw = self._random
        return list(dict.fromkeys("".join(draw.choices(SYLLABLES, k=draw.randint(2, 5))) for _ in range(3 * size)))[:size]

    def open(self) -> tuple[int, Article]:
        """Tell a new event: its number, from 1, and its first article."""
        draw = self._random
        topic = draw.choice(self._topics)
        names = draw.choices(self._names, cum_weights=self._known, k=EVENT_NAMES)
        self._events.append((names, draw.sample(topic, EVENT_WORDS), topic))
        return len(self._events), self.report(len(self._events))

    def report(self, event: int) -> Article:
        """Tell an event once more."""
        draw = self._random
        names, words, topic = self._events[event - 1]
        title = [*draw.sample(names[:5], 3), *draw.sample(words[:5], 3), *draw.choices(topic, k=1)]
        title += draw.choices(self._language, cum_weights=self._often, k=2)
        draw.shuffle(title)
        sentences = []
        for _ in range(self._length // 20):
            sentence = draw.choices(self._language, cum_weights=self._often, k=12) + draw.choices(topic, k=3)
            sentence += draw.sample(names, 2) + draw.sample(words, 3)
            draw.shuffle(sentence)
            sentences.append(f"{sentence[0].capitalize()} {' '.join(sentence[1:])} {draw.randint(2, 300)}.")
        self._articles += 1
        at = Stamp(at=START + timedelta(minutes=draw.randint(0, 13 * 1440)), precision=Precision.MINUTE, origin=DateOrigin.FIELD)
        content = Content(title=" ".join(title), titled=True, text=" ".join(sentences), outlet=f"Desk {draw.randint(1, 60)}", published=at)
        return Article(id=ArticleId(self._articles), source_id=SourceId(1), content=content, received_at=START)

    def stream(self, events: int) -> Iterator[Article]:
        """Tell news of which half is about a random one of the last so many events."""
        while True:
            if self._events and self._random.random() < 0.5:
                yield self.report(self._random.randint(max(1, len(self._events) - events + 1), len(self._events)))
            else:
                yield self.open()[1]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one article costs against so many live events: articles per second of processor time, and how many only cut into words."""

    events: int
    rate: float
    terms: float
    memory: float
    joined: float


def measure(events: int, words: int, seed: int = 1) -> Cost:
    """Fill a grouper with `events` events of one article, then time `MEASURED` decisions."""
    news = News(seed, words)
    before = resident()
    grouper = Grouper(GroupingSettings(), EventId(events + 1))
    for filled in range(1, events + 1):
        number, article = news.open()
        grouper.replay(replace(article, event_id=EventId(number)))
        if filled % PLACED_TOGETHER == 0:
            grouper.settle(events)
            leave_uncollected()
    memory = resident() - before
    stream = list(itertools.islice(news.stream(events), MEASURED))
    started = time.process_time()
    changes = [grouper.place(article) for article in stream]
    seconds = time.process_time() - started
    joined = sum(isinstance(change[0], Joined) for change in changes) / len(changes)
    return Cost(events, len(stream) / seconds, terms_rate(stream), memory / events, joined)


async def measure_stored(articles_stored: int, live_events: int, directory: str, report: Callable[[int, float, float], None]) -> float:
    """Group headlines through a database with a bounded memory, reporting every tenth; gives the seconds that the next start takes."""
    settings = GroupingSettings(live_events=live_events)
    stream = News(1, HEADLINE).stream(live_events)
    database = await Database.open(f"sqlite+aiosqlite:///{directory}/bench.db", now=START)
    async with Grouping(database, settings, lambda: START) as grouping:
        for tenth in range(1, 11):
            seconds = 0.0
            for start in range(0, articles_stored // 10, STORED_TOGETHER):
                await _store(database, list(itertools.islice(stream, min(STORED_TOGETHER, articles_stored // 10 - start))))
                started = time.process_time()
                await grouping.run()
                seconds += time.process_time() - started
            report(articles_stored * tenth // 10, articles_stored / 10 / seconds, resident())
    async with database.leader("grouping") as leadership:
        started = time.process_time()
        await restore(database, settings, leadership)
        seconds = time.process_time() - started
    await database.close()
    return seconds


async def _store(database: Database, batch: Sequence[Article]) -> None:
    readings: list[tuple[Reading, str]] = []
    for article in batch:
        digest = hashlib.sha256(repr(article.content).encode()).hexdigest()
        said = Reading(path=f"{article.id}.txt", size=1, mtime_ns=1, digest=digest, result=article.content)
        readings.append((said, identity(article.content)))
    async with database.write() as connection:
        await articles.record(connection, await sources.ensure_folder(connection, "/bench", "bench", START), readings, START)


def terms_rate(stream: Sequence[Article]) -> float:
    """Articles cut into words in a second of processor time."""
    started = time.process_time()
    for article in stream:
        terms_of(article.content.title, article.content.text)
    return len(stream) / (time.process_time() - started)


def measure_real(files: Sequence[Path]) -> Cost:
    """Place the articles of labelled sets one after the other, in their order of arrival."""
    stream = [labelled.article for file in files for labelled in load(file)]
    stream = [replace(article, id=ArticleId(number)) for number, article in enumerate(stream, 1)]
    before = resident()
    grouper = Grouper(GroupingSettings(), EventId(1))
    started = time.process_time()
    changes = [grouper.place(article) for article in stream]
    seconds = time.process_time() - started
    opened = sum(isinstance(change[0], Opened) for change in changes)
    return Cost(opened, len(stream) / seconds, terms_rate(stream), (resident() - before) / opened, 1 - opened / len(stream))


def resident() -> float:
    """Kilobytes of memory in use now."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024


def row(name: str, cost: Cost) -> str:
    """Write one line of the table."""
    return f"{name:24} {cost.events:9,} {cost.rate:10.0f} {cost.rate / cost.terms:10.2f} {cost.memory:12.1f} {cost.joined:8.0%}\n"


def main() -> None:
    """Run the benchmark and print one row for each number of live events."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, nargs="*", default=[1_000, 3_000, 10_000, 100_000])
    parser.add_argument("--stored", type=int, default=0, help="headlines to group through a database (thousands), in bounded memory")
    parser.add_argument("--live-events", type=int, default=LIVE_EVENTS, help="events kept in memory meanwhile")
    parser.add_argument("--real", type=Path, nargs="*", default=[], help="labelled sets (JSON lines) to place one after the other")
    chosen = parser.parse_args()
    out = sys.stdout.write
    out(f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores; processor time\n")
    out(f"{'':24} {'events':>9} {'articles/s':>10} {'of words':>10} {'kB an event':>12} {'joined':>8}\n")
    # Each in a process of its own: what Python does not give back would be counted twice.
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), max_tasks_per_child=1) as pool:
        for name, words in (("full text", FULL_TEXT), ("headlines", HEADLINE)):
            for events in chosen.events:
                out(row(name, pool.submit(measure, events, words).result()))
        if chosen.real:
            out(row("real", pool.submit(measure_real, chosen.real).result()))
    if chosen.stored:
        out(f"\nheadlines through storage, {chosen.live_events:,} events in memory\n")
        out(f"{'':24} {'stored':>9} {'articles/s':>10} {'memory, MB':>10}\n")
        with tempfile.TemporaryDirectory() as directory:

            def report(stored: int, rate: float, memory: float) -> None:
                out(f"{'':24} {stored:9,} {rate:10.0f} {memory / 1024:10.0f}\n")
                sys.stdout.flush()

            seconds = asyncio.run(measure_stored(chosen.stored, chosen.live_events, directory, report))
            size = sum(path.stat().st_size for path in Path(directory).iterdir()) / 2**20
        out(f"a start takes {seconds:.1f} s; the database {size:.0f} MB\n")


if __name__ == "__main__":
    main()
