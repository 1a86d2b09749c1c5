"""How much came on each of the last days: articles, reports among them, events that began; back-catalogue, no news, is left out."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any, Final

from sqlalchemy import BigInteger, Column, ColumnElement, case, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema.tables import articles, events

_QUARTER: Final = 900_000_000
"""Microseconds of a quarter of an hour: every zone of today is so many of them away from UTC, so that days can be put together of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What came on a day."""

    articles: int
    reports: int
    events: int


async def by_day(connection: AsyncConnection, since: datetime, zone: tzinfo) -> dict[date, Came]:
    """Count what arrived at `since` or later for each day of a zone; a day on which nothing came is absent.

    One pass over an index of the articles and one over the events; the days are put together here, because SQL knows no zones.
    """
    came = _quarter(articles.c.received_at)
    is_report = func.sum(case((articles.c.copy_of.is_(None), 1), else_=0))
    arrived = (
        select(came.label("quarter"), func.count().label("articles"), is_report.label("reports"))
        .where(articles.c.received_at >= since, ~articles.c.backlog)
        .group_by(came)
    )
    began = _quarter(events.c.opened_at)
    opened = (
        select(began.label("quarter"), func.count().label("events"))
        .where(events.c.opened_at >= since, events.c.merged_into.is_(None))
        .group_by(began)
    )
    all_articles, all_reports, all_events = Counter[date](), Counter[date](), Counter[date]()
    for row in await connection.execute(arrived):
        day = _day(row.quarter, zone)
        all_articles[day] += row.articles
        all_reports[day] += row.reports
    for row in await connection.execute(opened):
        all_events[_day(row.quarter, zone)] += row.events
    days = all_articles.keys() | all_events.keys()
    return {day: Came(articles=all_articles[day], reports=all_reports[day], events=all_events[day]) for day in days}


def _quarter(column: Column[Any]) -> ColumnElement[int]:
    return type_coerce(column, BigInteger) // _QUARTER


def _day(quarter: int, zone: tzinfo) -> date:
    return datetime.fromtimestamp(quarter * _QUARTER // 1_000_000, UTC).astimezone(zone).date()
