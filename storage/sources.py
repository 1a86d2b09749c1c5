"""Where articles come from, as rows: registering a folder, how its last scan went, and its health for `/sources`."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import Outlet, SourceHealth, SourceId
from storage.engines import wait_for_writers
from storage.tables import articles, events, files, sources


async def find(connection: AsyncConnection, location: str) -> SourceId | None:
    """Give the id of the folder at `location` (an absolute path), None if it was never added; reads only."""
    found = await connection.scalar(select(sources.c.id).where(sources.c.kind == "folder", sources.c.location == location))
    return None if found is None else SourceId(found)


async def ensure_folder(connection: AsyncConnection, location: str, name: str, now: datetime) -> SourceId:
    """Give the id of the folder at `location` (an absolute path), adding it if it is new and renaming it if `name` changed.

    It waits for other writers even when nothing is to be written: where that matters, ask `find` first.
    """
    await wait_for_writers(connection)
    found = select(sources.c.id, sources.c.name).where(sources.c.kind == "folder", sources.c.location == location)
    known = (await connection.execute(found)).one_or_none()
    if known is None:
        new = sources.insert().values(kind="folder", location=location, name=name, added_at=now).returning(sources.c.id)
        return SourceId((await connection.execute(new)).scalar_one())
    if known.name != name:
        await connection.execute(update(sources).where(sources.c.id == known.id).values(name=name))
    return SourceId(known.id)


async def succeeded(connection: AsyncConnection, source_id: SourceId, now: datetime) -> None:
    """Note that a scan went well."""
    await connection.execute(update(sources).where(sources.c.id == source_id).values(last_success_at=now, last_error=None))


async def failed(connection: AsyncConnection, source_id: SourceId, reason: str) -> None:
    """Note that a scan failed; `reason` is a sentence for people. The time of the last success stays."""
    await connection.execute(update(sources).where(sources.c.id == source_id).values(last_error=reason))


async def health(connection: AsyncConnection) -> list[SourceHealth]:
    """Give every source with its outlets, in the order they were added; outlets with the most articles first."""
    refused = (
        select(files.c.source_id, func.count().label("refused"))
        .where(files.c.refused_since.is_not(None))
        .group_by(files.c.source_id)
        .subquery()
    )
    every_source = select(sources, func.coalesce(refused.c.refused, 0).label("refused")).outerjoin(
        refused, refused.c.source_id == sources.c.id
    )
    # An event that only one outlet tells has no first reporter worth counting.
    was_first = and_(events.c.first_article_id == articles.c.id, events.c.merged_into.is_(None), events.c.outlets >= 2)
    every_outlet = (
        select(
            articles.c.source_id,
            articles.c.outlet,
            func.count().label("articles"),
            func.count(articles.c.copy_of).label("copies"),
            func.count(events.c.id).label("first"),
            func.min(articles.c.received_at).label("first_at"),
        )
        .outerjoin(events, was_first)
        .group_by(articles.c.source_id, articles.c.outlet)
    )
    outlets: dict[int, list[Row[tuple[object, ...]]]] = defaultdict(list)
    for row in await connection.execute(every_outlet):
        outlets[row.source_id].append(row)
    return [_health(row, outlets[row.id]) for row in await connection.execute(every_source.order_by(sources.c.id))]


def _health(source: Row[tuple[object, ...]], rows: Sequence[Row[tuple[object, ...]]]) -> SourceHealth:
    """Add up the outlets of one source."""
    return SourceHealth(
        id=SourceId(source.id),
        kind=source.kind,
        name=source.name,
        location=source.location,
        articles=sum(row.articles for row in rows),
        copies=sum(row.copies for row in rows),
        first=sum(row.first for row in rows),
        refused=source.refused,
        first_at=min((row.first_at for row in rows), default=None),
        last_success_at=source.last_success_at,
        last_error=source.last_error,
        outlets=tuple(
            Outlet(name=row.outlet, articles=row.articles, copies=row.copies, first=row.first)
            for row in sorted(rows, key=lambda row: (-row.articles, row.outlet is None, row.outlet or ""))
        ),
    )
