"""Where articles come from, as rows: registering a folder, how its last scan went, and its health for `/sources`."""

import asyncio
import statistics
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, CursorResult, Row, Select, and_, case, func, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.feeds.feed import FullText
from bot.core.model import Outlet, Precision, SourceHealth, SourceId
from storage.engine.engines import wait_for_writers
from storage.schema.tables import MICROSECOND, articles, events, feeds, files, sources

WEEK: Final = timedelta(days=7)
LAG_WINDOW: Final = timedelta(days=30)
"""How far back the articles of a week and the lags of a source reach."""


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


async def health(connection: AsyncConnection, now: datetime, ids: Collection[SourceId] | None = None) -> list[SourceHealth]:
    """Give these sources (None: every one, but not those that were removed) with their outlets, in the order they were added.

    Outlets with the most articles come first. Measured: 5,000 feeds with 100,000 articles take 0.6 s, one of them 4 ms.
    """
    wanted: list[ColumnElement[bool]] = [sources.c.removed_at.is_(None)]
    told: list[ColumnElement[bool]] = []
    if ids is not None:
        wanted.append(sources.c.id.in_(sorted(ids)))
        told.append(articles.c.source_id.in_(sorted(ids)))
    refused = (
        select(files.c.source_id, func.count().label("refused"))
        .where(files.c.refused_since.is_not(None))
        .group_by(files.c.source_id)
        .subquery()
    )
    every_source = (
        select(
            sources,
            *(feeds.c[name] for name in ("full_text", "category", "ended_at", "next_check_at", "failures", "failing_since")),
            func.coalesce(refused.c.refused, 0).label("refused"),
        )
        .outerjoin(refused, refused.c.source_id == sources.c.id)
        .outerjoin(feeds, feeds.c.source_id == sources.c.id)
        .where(*wanted)
        .order_by(sources.c.id)
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
            func.sum(case((and_(articles.c.received_at >= now - WEEK, ~articles.c.backlog), 1), else_=0)).label("week"),
        )
        .outerjoin(events, was_first)
        .where(*told)
        .group_by(articles.c.source_id, articles.c.outlet)
    )
    found = [await connection.execute(each) for each in (every_source, every_outlet, _shared_events(told), _median_lags(told, now))]
    # What the drivers hold by now becomes rows beside the event loop: for 5,000 feeds that takes longer than it may stand still.
    return await asyncio.to_thread(_healths, *found)


def _shared_events(told: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Select for each source in how many events it took part that at least two outlets tell, and how many no other outlet tells."""
    # Counting distinct events of each source at once, SQLite takes the order of the sources and reads every article.
    shared = (
        select(articles.c.event_id, articles.c.source_id, func.min(case((events.c.outlets >= 2, 1), else_=0)).label("shared"))
        .join(events, events.c.id == articles.c.event_id)
        .where(events.c.merged_into.is_(None), events.c.outlets >= 1, *told)
        .group_by(articles.c.event_id, articles.c.source_id)
        .subquery()
    )
    return select(
        shared.c.source_id, func.sum(shared.c.shared).label("events"), (func.count() - func.sum(shared.c.shared)).label("exclusive")
    ).group_by(shared.c.source_id)


def _median_lags(told: Sequence[ColumnElement[bool]], now: datetime) -> Select[Any]:
    """Select for each source the one or two middle lags, among events of the last days of which it is known who was first."""
    begun = (
        select(articles.c.source_id, (func.min(articles.c.published_at) - events.c.first_at).label("lag"))
        .join(events, events.c.id == articles.c.event_id)
        .where(
            events.c.merged_into.is_(None),
            events.c.outlets >= 2,
            events.c.first_article_id.is_not(None),
            events.c.first_at >= now - LAG_WINDOW,
            articles.c.published_precision == Precision.MINUTE.value,
            *told,
        )
        .group_by(articles.c.source_id, events.c.id, events.c.first_at)
        .subquery()
    )
    place = func.row_number().over(partition_by=begun.c.source_id, order_by=begun.c.lag)
    ranked = select(begun, place.label("place"), func.count().over(partition_by=begun.c.source_id).label("number")).subquery()
    return select(ranked.c.source_id, type_coerce(ranked.c.lag, BigInteger).label("lag")).where(
        ranked.c.place * 2 >= ranked.c.number, ranked.c.place * 2 <= ranked.c.number + 2
    )


def _healths(
    every_source: CursorResult[Any], every_outlet: CursorResult[Any], shared: CursorResult[Any], lags: CursorResult[Any]
) -> list[SourceHealth]:
    """Put together what was found of each source."""
    outlets: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in every_outlet:
        outlets[row.source_id].append(row)
    events_of = {row.source_id: (int(row.events), int(row.exclusive)) for row in shared}
    middle: dict[int, list[int]] = defaultdict(list)
    for row in lags:
        middle[row.source_id].append(row.lag)
    return [_health(row, outlets[row.id], events_of.get(row.id, (0, 0)), middle[row.id]) for row in every_source]


def _health(source: Row[Any], rows: Sequence[Row[Any]], told: tuple[int, int], middle: Sequence[int]) -> SourceHealth:
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
        full_text=None if source.full_text is None else FullText(source.full_text),
        category=source.category or "",
        paused_at=source.paused_at,
        ended_at=source.ended_at,
        next_check_at=source.next_check_at,
        failures=source.failures or 0,
        failing_since=source.failing_since,
        articles_week=sum(row.week for row in rows),
        events=told[0],
        exclusive=told[1],
        median_lag=max(timedelta(0), MICROSECOND * statistics.median(middle)) if middle else None,
    )
