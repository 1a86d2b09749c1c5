"""`make bench`: from a folder of generated files to stored and grouped articles, beside merely reading and hashing the same files."""

import argparse
import asyncio
import hashlib
import os
import platform
import random
import resource
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.core.grouping.grouper import GroupingSettings
from bot.pipeline.collect import FolderReader, collect
from bot.pipeline.group import Grouping
from bot.sources.worker import Worker
from storage.engine.database import Database
from storage.news import events
from storage.news.totals import totals

SYLLABLES = [
    "ba",
    "ke",
    "li",
    "mo",
    "nu",
    "ra",
    "se",
    "ti",
    "vo",
    "zu",
    "dar",
    "fen",
    "gol",
    "hin",
    "jas",
    "kor",
    "lam",
    "mer",
    "nis",
    "pol",
]
REPORTS_PER_EVENT = 4
WORDS = 350


def vocabulary(size: int, rng: random.Random) -> list[str]:
    """Invent words; the same seed gives the same language."""
    return list(dict.fromkeys("".join(rng.choices(SYLLABLES, k=rng.randint(2, 4))) for _ in range(2 * size)))[:size]


def write_files(folder: Path, count: int, seed: int) -> None:
    """Write `count` articles in messy formats, four of each event, the words of the language used as often as Zipf says."""
    rng = random.Random(seed)
    language = vocabulary(20_000, rng)
    weights = [1 / rank for rank in range(1, len(language) + 1)]
    start = datetime(2026, 3, 1, tzinfo=UTC)
    for number in range(count):
        about = random.Random(f"{seed} {number // REPORTS_PER_EVENT}")
        names = [word.capitalize() for word in about.choices(language[500:], k=12)]
        at = start + timedelta(minutes=number // REPORTS_PER_EVENT * 7 + rng.randint(0, 90))
        sentences = []
        for _ in range(WORDS // 18):
            words = rng.choices(language, weights, k=14) + rng.choices(names, k=4)
            rng.shuffle(words)
            sentences.append(f"{words[0].capitalize()} {' '.join(words[1:])} {about.randint(2, 999)}.")
        title = " ".join(rng.sample(names, 4) + rng.choices(language, weights, k=3))
        paragraphs = "\n\n".join(" ".join(sentences[index : index + 3]) for index in range(0, len(sentences), 3))
        if number % 2:
            text = f" date {at:%Y-%m-%d} {paragraphs}\n"
        else:
            text = f"# {title}\n\nBy [Staff](#)\n\n{at:%B} {at.day}, {at.year}\n\n{paragraphs}\n\nOriginal url:\n\n[https://desk{number % 40}.example/{number}](#)\n"
        (folder / f"{number:06}.{'txt' if number % 2 else 'md'}").write_text(text, encoding="utf-8")


def read_and_hash(folder: Path) -> float:
    """Seconds to read and hash every file: what no program that reads them can be faster than."""
    started = time.perf_counter()
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        hashlib.sha256(Path(entry.path).read_bytes()).hexdigest()
    return time.perf_counter() - started


def clock() -> datetime:
    """The time of day."""
    return datetime.now(UTC)


async def take_in(folder: Path, url: str) -> tuple[float, float, str]:
    """Seconds to collect and to group the folder, and what came out."""
    database = await Database.open(url, now=clock())
    async with Worker() as worker, Grouping(database, GroupingSettings(), clock) as grouping:
        reader = FolderReader(worker=worker, settle=timedelta(0), limit_bytes=5_000_000, timeout_per_file=10)
        started = time.perf_counter()
        await collect(database, folder, reader, clock=clock)
        collected = time.perf_counter()
        await grouping.run()
        done = time.perf_counter()
    async with database.read() as connection:
        counts, live = await totals(connection), await events.count(connection)
    await database.close()
    return collected - started, done - collected, f"{counts.articles} articles, {live} events"


def main() -> None:
    """Run the benchmark and print one row a figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory, "articles")
        folder.mkdir()
        write_files(folder, chosen.files, seed=1)
        read_and_hash(folder)
        rows = []
        for turn in range(chosen.repeat):
            baseline = read_and_hash(folder)
            collecting, grouping, outcome = asyncio.run(take_in(folder, f"sqlite+aiosqlite:///{directory}/{turn}.db"))
            rows.append((baseline, collecting, grouping, (collecting + grouping) / baseline))
        baseline, collecting, grouping, ratio = (statistics.median(column) for column in zip(*rows, strict=True))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    out = sys.stdout.write
    out(f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores; median of {chosen.repeat}\n")
    out(f"{outcome} from {chosen.files} files\n")
    out(f"read and hash only     {chosen.files / baseline:10.0f} files/s\n")
    out(f"read, parse and store  {chosen.files / collecting:10.0f} files/s\n")
    out(f"group and store        {chosen.files / grouping:10.0f} articles/s\n")
    out(
        f"folder to grouped      {chosen.files / (collecting + grouping):10.0f} articles/s, {ratio:.0f} x the time of reading and hashing\n"
    )
    out(f"peak memory            {memory:10.0f} MB (without the reader process)\n")


if __name__ == "__main__":
    main()
