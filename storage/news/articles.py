"""Articles as they are stored: recording what was read from files, and giving articles to grouping. Membership in events: `events`."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import BindParameter, bindparam, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import Article, ArticleId, Reading, SourceId
from storage.engine.engines import upsert, wait_for_writers
from storage.news import words
from storage.news.arrivals import Arrivals, Taken, look_up
from storage.schema.rows import Values, article_of
from storage.schema.tables import WAITING, article_revisions, articles, files

# Readings per round of statements. Articles of 2 kB a second of processor time, means of four runs on busy cores: 4,300 by 100,
# 5,800 by 500, 6,000 by 1,000; a larger round keeps the event loop for longer.
# Words that Python cuts, not FTS5, have cost a quarter of that since (5,500 to 4,050 by 100).
BATCH = 500


CONTENTS = [column.name for column in articles.c if column.name in article_revisions.c and column.name != "revision"]
"""The columns that hold what an article says, and a revision keeps."""

Readings: TypeAlias = Sequence[tuple[Reading, str]]
"""What files held, each with the identity of its content (`core.grouping.identity`); "" when it was refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """How many readings were what; `held` are the paths of those that were not written down."""

    new: int = 0
    revised: int = 0
    same: int = 0
    refused: int = 0
    held: frozenset[str] = frozenset()


async def record(
    connection: AsyncConnection, source_id: SourceId, readings: Readings, now: datetime, *, hold_revisions: bool = False
) -> Recorded:
    """Write down what files held.

    The same content is one article, whatever its file is called and however often it comes. A file that now says something else revises
    its article, unless another file still holds that article: when names rotate, a story goes with its content. A file that says the same
    with another date, author or agency revises its article too. A refused file keeps the article it held.

    Whether a story lives on under another name is only known when all files were read. A look that is recorded in several calls therefore
    first gives all its readings with `hold_revisions`, then once more those whose paths were `held`; in one call this happens by itself.

    All that is written belongs to the caller's transaction: all or nothing, and doing it again changes nothing.
    """
    await wait_for_writers(connection)
    total: Counter[str] = Counter()
    held: list[tuple[Reading, str]] = []
    for look in _looks(readings):
        revisions = await _record(connection, source_id, look, now, total, revise=False)
        if hold_revisions:
            held += revisions
        else:
            await _record(connection, source_id, revisions, now, total, revise=True)
    return Recorded(
        new=total["new"],
        revised=total["revised"],
        same=total["same"],
        refused=total["refused"],
        held=frozenset(reading.path for reading, _ in held),
    )


def _looks(readings: Readings) -> Iterator[Readings]:
    """Cut readings before each path that comes again: one look at a folder meets each of its files once."""
    seen: set[str] = set()
    start = 0
    for place, (reading, _) in enumerate(readings):
        if reading.path in seen:
            yield readings[start:place]
            start = place
            seen.clear()
        seen.add(reading.path)
    yield readings[start:]


async def _record(
    connection: AsyncConnection, source_id: SourceId, readings: Readings, now: datetime, total: Counter[str], *, revise: bool
) -> list[tuple[Reading, str]]:
    """Record readings batch by batch, add to the counts in `total`, and give back what is held."""
    held = []
    start = 0
    while start < len(readings):
        batch = readings[start : start + BATCH]
        arrivals = await look_up(connection, source_id, batch, now)
        for reading, identity in batch:
            taken = arrivals.take(reading, identity, revise=revise)
            if taken is Taken.LATER:
                break
            if taken is Taken.HELD:
                held.append((reading, identity))
            start += 1
        await _write(connection, arrivals)
        total.update(new=len(arrivals.inserted), revised=len(arrivals.revised), same=arrivals.same, refused=arrivals.refused)
    return held


async def _write(connection: AsyncConnection, arrivals: Arrivals) -> None:
    """Write one batch."""
    await write_contents(connection, arrivals.inserted, arrivals.revised, arrivals.now)
    await upsert(connection, files, list(arrivals.seen.values()))


async def write_contents(connection: AsyncConnection, inserted: Sequence[Values], revised: Mapping[int, Values], now: datetime) -> None:
    """Write new articles, and what others say from now on (by id): what is replaced is kept first.

    Rows are those of `articles`, each with its id. Words are kept of grouped articles only: a search finds events.
    """
    if revised:
        worded = await words.forget(connection, revised)
        kept = select(
            articles.c.id,
            articles.c.revision,
            literal(now, article_revisions.c.replaced_at.type),
            *(articles.c[name] for name in CONTENTS),
        ).where(articles.c.id.in_(revised))
        await connection.execute(article_revisions.insert().from_select(["article_id", "revision", "replaced_at", *CONTENTS], kept))
        changes: dict[str, BindParameter[object]] = {name: bindparam(f"new_{name}") for name in CONTENTS}
        await connection.execute(
            update(articles).where(articles.c.id == bindparam("changed_id")).values(revision=articles.c.revision + 1, **changes),
            [{"changed_id": row["id"], **{f"new_{name}": row[name] for name in CONTENTS}} for row in revised.values()],
        )
        await words.index(connection, [revised[id_] for id_ in worded])
    if inserted:
        await connection.execute(articles.insert(), inserted)


async def ungrouped(connection: AsyncConnection, limit: int) -> list[Article]:
    """Give the articles that grouping has not seen in their present revision, oldest news first, those without a date last."""
    waiting = select(articles).where(WAITING).limit(limit)
    dated = waiting.where(articles.c.published_at.is_not(None)).order_by(articles.c.published_at, articles.c.id)
    found = [article_of(row) for row in await connection.execute(dated)]
    if len(found) < limit:
        undated = waiting.where(articles.c.published_at.is_(None)).order_by(articles.c.id)
        found += [article_of(row) for row in await connection.execute(undated.limit(limit - len(found)))]
    return found


async def count_ungrouped(connection: AsyncConnection) -> int:
    """Count the articles that wait for grouping."""
    return (await connection.scalar(select(func.count()).select_from(articles).where(WAITING))) or 0


async def load(connection: AsyncConnection, ids: Sequence[ArticleId]) -> list[Article]:
    """Give the articles with these ids in the order asked; ids that do not exist are left out."""
    found: dict[int, Article] = {}
    for start in range(0, len(ids), BATCH):
        rows = await connection.execute(select(articles).where(articles.c.id.in_(ids[start : start + BATCH])))
        found.update((row.id, article_of(row)) for row in rows)
    return [found[id_] for id_ in ids if id_ in found]


async def arrived(connection: AsyncConnection, since: datetime, *, news_only: bool = False) -> int:
    """Count the articles that came since then and have an event; with `news_only` without those of back-catalogues."""
    new = select(func.count()).select_from(articles).where(articles.c.received_at >= since, articles.c.event_id.is_not(None))
    if news_only:
        new = new.where(~articles.c.backlog)
    return (await connection.scalar(new)) or 0
