"""Pages of articles whose feed only teases: which are wanted, when to try them, what went wrong. The text that came: `entries`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import ArticleId, SourceId
from storage.engine.engines import upsert, wait_for_writers
from storage.feeds.turns import first_due
from storage.schema.rows import storable
from storage.schema.tables import page_fetches


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFetch:
    """A page that is wanted for an article; `tries` counts those that failed."""

    article_id: ArticleId
    source_id: SourceId
    url: str
    host: str
    tries: int


async def want(connection: AsyncConnection, pages: Sequence[PageFetch], now: datetime) -> None:
    """Want pages from now on; one that was wanted already begins anew. Each article once."""
    rows = [
        {
            "article_id": page.article_id,
            "source_id": page.source_id,
            "url": storable(page.url),
            "host": storable(page.host),
            "next_try_at": now,
            "tries": page.tries,
            "reason": None,
        }
        for page in pages
    ]
    await upsert(connection, page_fetches, rows)


async def claim(
    connection: AsyncConnection, now: datetime, *, limit: int, per_host: int, busy: Collection[str], lease: timedelta
) -> list[PageFetch]:
    """Take at most `limit` pages that are due, like `checks.claim`: fair between hosts, without those that are held or `busy`."""
    wanted = page_fetches.c
    first = first_due(wanted.article_id, wanted.host, wanted.next_try_at, now, limit=limit, per_host=per_host, busy=busy)
    order = {article_id: place for place, article_id in enumerate(await connection.scalars(first))}
    still = select(page_fetches).where(page_fetches.c.article_id.in_(order), page_fetches.c.next_try_at <= now)
    rows = (await connection.execute(still.with_for_update(skip_locked=True))).all()
    if rows:
        taken = update(page_fetches).where(page_fetches.c.article_id.in_([row.article_id for row in rows]))
        await connection.execute(taken.values(next_try_at=now + lease))
    return [
        PageFetch(article_id=ArticleId(row.article_id), source_id=SourceId(row.source_id), url=row.url, host=row.host, tries=row.tries)
        for row in sorted(rows, key=lambda row: order[row.article_id])
    ]


async def next_due(connection: AsyncConnection) -> datetime | None:
    """Give when the next page is due, on whatever host; None when none is wanted."""
    due: datetime | None = await connection.scalar(select(func.min(page_fetches.c.next_try_at)))
    return due


async def count(connection: AsyncConnection) -> int:
    """Count the articles whose page is still to be fetched."""
    return await connection.scalar(select(func.count()).select_from(page_fetches)) or 0


async def done(connection: AsyncConnection, article_id: ArticleId) -> None:
    """Want this page no more: it came, or was given up."""
    await wait_for_writers(connection)
    await connection.execute(delete(page_fetches).where(page_fetches.c.article_id == article_id))


async def later(connection: AsyncConnection, article_id: ArticleId, at: datetime, reason: str) -> None:
    """Try once more then; `reason` is a sentence for people."""
    await wait_for_writers(connection)
    failed = update(page_fetches).where(page_fetches.c.article_id == article_id)
    await connection.execute(failed.values(next_try_at=at, tries=page_fetches.c.tries + 1, reason=storable(reason)))
