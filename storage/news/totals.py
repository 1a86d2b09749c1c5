"""How much there is, counted for `/status`."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import Totals
from storage.schema.tables import WAITING, articles, events, files, sources


async def totals(connection: AsyncConnection) -> Totals:
    """Count everything as of one moment; events are the living ones, sources those that nobody removed."""
    counted = (
        select(
            func.count().label("articles"), func.count(articles.c.copy_of).label("copies"), func.max(articles.c.received_at).label("last")
        )
        .select_from(articles)
        .subquery()
    )
    statement = select(
        counted.c.articles,
        counted.c.copies,
        counted.c.last,
        select(func.count()).select_from(sources).where(sources.c.removed_at.is_(None)).scalar_subquery().label("sources"),
        select(func.count()).select_from(events).where(events.c.merged_into.is_(None)).scalar_subquery().label("events"),
        select(func.count()).select_from(articles).where(WAITING).scalar_subquery().label("waiting"),
        select(func.count()).select_from(files).where(files.c.refused_since.is_not(None)).scalar_subquery().label("quarantined"),
    )
    row = (await connection.execute(statement)).one()
    return Totals(
        sources=row.sources,
        articles=row.articles,
        copies=row.copies,
        events=row.events,
        waiting=row.waiting,
        quarantined=row.quarantined,
        last_arrival_at=row.last,
    )
