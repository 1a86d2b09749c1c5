"""Articles as they are stored: recording what was read from files, and giving articles to grouping. Membership in events: `events`."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import Article, ArticleId, Reading, SourceId
from storage import words
from storage.arrivals import Arrivals, look_up
from storage.engines import upsert, wait_for_writers
from storage.rows import article_of
from storage.tables import WAITING, article_revisions, articles, event_history, files

# Readings per round of statements. Articles of 2 kB a second of processor time, means of four runs on busy cores: 4,300 by 100,
# 5,800 by 500, 6,000 by 1,000; a larger round keeps the event loop for longer.
BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """How many readings were what."""

    new: int = 0
    revised: int = 0
    same: int = 0
    refused: int = 0


async def record(connection: AsyncConnection, source_id: SourceId, readings: Sequence[tuple[Reading, str]], now: datetime) -> Recorded:
    """Write down what files held; with each reading the identity of its content (a digest of the recovered words), "" if it was refused.

    The same content is one article, whatever its file is called and however often it comes. A file that now says something else revises
    its article, unless another file still holds that article. A refused file keeps the article it held. All that is written belongs to
    the caller's transaction: all or nothing, and doing it again changes nothing.
    """
    await wait_for_writers(connection)
    new = revised = same = refused = 0
    start = 0
    while start < len(readings):
        batch = readings[start : start + BATCH]
        arrivals = await look_up(connection, source_id, batch, now)
        for reading, identity in batch:
            if not arrivals.take(reading, identity):
                break
            start += 1
        await _write(connection, arrivals)
        new += len(arrivals.inserted)
        revised += len(arrivals.revised)
        same += arrivals.same
        refused += arrivals.refused
    return Recorded(new=new, revised=revised, same=same, refused=refused)


async def _write(connection: AsyncConnection, arrivals: Arrivals) -> None:
    """Write one batch: what is replaced is kept first."""
    if arrivals.revised:
        await words.forget(connection, arrivals.revised)
        shared = [column.name for column in articles.c if column.name in article_revisions.c and column.name != "revision"]
        kept = select(
            articles.c.id,
            articles.c.revision,
            literal(arrivals.now, article_revisions.c.replaced_at.type),
            *(articles.c[name] for name in shared),
        ).where(articles.c.id.in_(arrivals.revised))
        await connection.execute(article_revisions.insert().from_select(["article_id", "revision", "replaced_at", *shared], kept))
        changes: dict[str, BindParameter[object]] = {name: bindparam(f"new_{name}") for name in shared}
        await connection.execute(
            update(articles).where(articles.c.id == bindparam("changed_id")).values(revision=articles.c.revision + 1, **changes),
            [{"changed_id": row["id"], **{f"new_{name}": row[name] for name in shared}} for row in arrivals.revised.values()],
        )
    if arrivals.inserted:
        await connection.execute(articles.insert(), arrivals.inserted)
    await words.index(connection, [*arrivals.revised.values(), *arrivals.inserted])
    await upsert(connection, files, list(arrivals.seen.values()))


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


async def arrived(connection: AsyncConnection, since: datetime) -> int:
    """Count the articles that came since then and have an event."""
    new = select(func.count()).select_from(articles).where(articles.c.received_at >= since, articles.c.event_id.is_not(None))
    return (await connection.scalar(new)) or 0


async def grouped(connection: AsyncConnection) -> AsyncIterator[Article]:
    """Give every article that has an event and waits for no new decision, in the order of the decisions, a few hundred at a time."""
    decided = (
        select(event_history.c.article_id, func.max(event_history.c.id).label("place"))
        .where(event_history.c.what.in_(("opened", "joined", "revised")))
        .group_by(event_history.c.article_id)
        .subquery()
    )
    statement = (
        select(articles)
        .join(decided, decided.c.article_id == articles.c.id)
        .where(articles.c.event_id.is_not(None), ~WAITING)
        .order_by(decided.c.place)
        .execution_options(yield_per=BATCH)
    )
    async for row in await connection.stream(statement):
        yield article_of(row)
