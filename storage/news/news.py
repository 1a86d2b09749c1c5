"""What came between two points of the events' history, and what of it was old already: the window of a digest. Nothing is written here.

A window lies between two numbers of `event_history`, not between two times: those are given in the order of commits, so that nothing falls
between two windows when a clock jumps, or when what was received before a digest finds its event after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import ArticleId, EventId
from storage.engine.chunks import chunks
from storage.schema.tables import articles, event_history, events

_ARRIVED = ("opened", "joined")  # of core.decision: an article found its event


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An event as it is today, and what came to it: all that was no back-catalogue, and what of that were reports."""

    event_id: EventId
    articles: int
    reports: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """What came in a window: the events to which news came, the best told first, and how much came that was old already."""

    events: tuple[Arrival, ...]
    backlog: int

    @property
    def articles(self) -> int:
        """How many articles came that were no back-catalogue."""
        return sum(arrival.articles for arrival in self.events)


async def position(connection: AsyncConnection) -> int:
    """Give the number of the newest line of history, 0 before the first."""
    return await connection.scalar(select(func.max(event_history.c.id))) or 0


async def position_at(connection: AsyncConnection, at: datetime) -> int:
    """Give the number after which everything came that living events met at `at` or later."""
    later = (
        select(func.min(event_history.c.id))
        .join(events, events.c.id == event_history.c.event_id)
        .where(events.c.updated_at >= at, event_history.c.at >= at)
    )
    first = await connection.scalar(later)
    return await position(connection) if first is None else first - 1


async def arrivals(connection: AsyncConnection, after: int, until: int) -> Arrivals:
    """Count what found its event after the line `after` of history and up to the line `until`; merged events count as their survivor.

    The events come in the order of the reports that came, then of all their reports, then of their numbers.
    """
    came = select(event_history.c.article_id).where(
        event_history.c.id > after, event_history.c.id <= until, event_history.c.what.in_(_ARRIVED)
    )
    news = case((~articles.c.backlog, 1), else_=0)
    reports = func.sum(case((articles.c.copy_of.is_(None), news), else_=0))
    statement = (
        select(
            articles.c.event_id,
            func.sum(news).label("articles"),
            reports.label("reports"),
            (func.count() - func.sum(news)).label("backlog"),
        )
        .join(events, events.c.id == articles.c.event_id)
        .where(articles.c.id.in_(came))
        .group_by(articles.c.event_id, events.c.reports)
        .order_by(reports.desc(), events.c.reports.desc(), articles.c.event_id)
    )
    rows = (await connection.execute(statement)).all()
    return Arrivals(
        events=tuple(Arrival(event_id=EventId(row.event_id), articles=row.articles, reports=row.reports) for row in rows if row.articles),
        backlog=sum(row.backlog for row in rows),
    )


async def backlog(connection: AsyncConnection, event_ids: Sequence[EventId]) -> frozenset[ArticleId]:
    """Name the articles of living events that were old when they came."""
    found: set[ArticleId] = set()
    for chunk in chunks(event_ids):
        found.update(
            map(ArticleId, await connection.scalars(select(articles.c.id).where(articles.c.event_id.in_(chunk), articles.c.backlog)))
        )
    return frozenset(found)
