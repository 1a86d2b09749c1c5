"""`make bench`: the cost of reading what a report says, beside merely cutting the same reports into words, and of an event made of many.

python tests/bench_understanding.py [--real FILE …] [--repeat 60]
"""

import argparse
import platform
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.core.event import Overview, overview
from bot.core.model import Article, ArticleId, Content, Event, EventId, SourceId
from bot.core.reading.account import account
from bot.core.reading.credits import credits_in
from bot.core.reading.figures import figures_in
from bot.core.reading.passages import passages
from bot.core.reading.statuses import statuses_in
from bot.core.telling.card import event_card
from bot.core.text.terms import terms_of
from bot.core.understanding.changes import changes
from bot.core.understanding.matters import matters
from bot.core.understanding.origins import origins
from bot.evaluation.labelled import load
from bot.sources.parsing.parse import parse_article

SEEDS = Path(__file__).parent.parent / "seeds"
LATER = datetime(2026, 11, 22, tzinfo=UTC)
REPORTS = 60


def of_seeds(repeat: int) -> list[Content]:
    """The articles of our seeds, again and again, each time with another number so that nothing is remembered."""
    read = [parse_article(path.read_bytes(), path.name) for path in sorted(SEEDS.glob("*.txt"))]
    found = [content for content in read if isinstance(content, Content)]
    return [replace(content, text=f"{content.text}\n\nThis is number {number}.") for number in range(repeat) for content in found]


def spent(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def measure(name: str, contents: Sequence[Content]) -> None:
    """Print how many reports a second each step reads, on one core."""
    count = len(contents)
    words = spent(lambda: [terms_of(content.title, content.text) for content in contents])
    told = [passages(content) for content in contents]
    steps = {
        "words only (baseline)": words,
        "passages": spent(lambda: [passages(content) for content in contents]),
        "figures": spent(lambda: [figures_in(content, each) for content, each in zip(contents, told, strict=True)]),
        "credits": spent(lambda: [credits_in(content, each) for content, each in zip(contents, told, strict=True)]),
        "states": spent(lambda: [statuses_in(content, each) for content, each in zip(contents, told, strict=True)]),
    }
    account.cache_clear()
    steps["all together"] = spent(lambda: [account(content) for content in contents])
    characters = sum(len(content.text) for content in contents) / count
    print(f"{name}: {count:,} reports of {characters:,.0f} characters")
    for step, seconds in steps.items():
        print(f"  {step:24} {count / seconds:9,.0f} a second  {seconds / words:6.2f} of the baseline")


def of_event(contents: Sequence[Content]) -> Overview:
    """One event of many reports; that they tell different things makes it the harder."""
    articles = tuple(
        Article(id=ArticleId(number), source_id=SourceId(1), content=content, received_at=LATER)
        for number, content in enumerate(contents[:REPORTS], 1)
    )
    return overview(Event(id=EventId(1), opened_at=LATER, updated_at=LATER, revision=1, articles=articles))


def measure_event(contents: Sequence[Content]) -> None:
    """Print how long it takes to hold the reports of one event against each other, and to draw its card."""
    account.cache_clear()
    event = of_event(contents)
    steps: dict[str, Callable[[Overview], object]] = {"matters": matters, "origins": origins, "changes": changes, "card": event_card}
    for step, work in steps.items():
        print(f"  event of {len(event.ordered)}: {step:12} {1_000 * spent(partial(work, event)):7.0f} ms")
    again = of_event(contents)
    print(f"  the same, read before:    {1_000 * spent(lambda: event_card(again)):7.0f} ms for its card")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", nargs="+", type=Path, default=[], metavar="FILE", help="labelled sets, JSON lines")
    parser.add_argument("--repeat", type=int, default=60)
    options = parser.parse_args()
    print(f"Python {platform.python_version()}")
    seeds = of_seeds(options.repeat)
    measure("seeds", seeds)
    measure_event(seeds)
    for file in options.real:
        contents = [one.article.content for one in load(file) if one.article.content.text]
        measure(file.stem, contents[:1_000])
        measure_event(contents)
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB at the peak")


if __name__ == "__main__":
    main()
