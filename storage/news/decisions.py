"""The decisions of grouping in the order in which they were taken, for making its memory anew; how they are written stands in `events`."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, TypeAlias

from sqlalchemy import Row, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.grouping.decision import Evidence, Folded, Merged, Opened
from bot.core.model import Article, ArticleId, EventId
from storage.schema.rows import article_of
from storage.schema.tables import WAITING, articles, event_history

Step: TypeAlias = Article | Opened | Folded | Merged
"""An article with the event and the original that it was given then, an event set apart, a fold, or a merge."""

_NOTHING = Evidence(threshold=0.0)  # what a decision rested on is not needed for taking it in again

PLACING = ("opened", "joined", "revised", "moved")
"""What history calls the decisions that say where an article is."""

_PAGE = 200  # rows in memory at a time


async def decisions(connection: AsyncConnection) -> AsyncIterator[Step]:
    """Give the decisions that still hold: of each article the last one, unless it waits for another."""
    last = (
        select(event_history.c.article_id, func.max(event_history.c.id).label("step"))
        .where(event_history.c.what.in_(PLACING))
        .group_by(event_history.c.article_id)
        .subquery()
    )
    history = event_history.c
    statement = (
        select(articles, history.what, history.event_id.label("event_then"), history.detail, history.article_id.label("about"))
        .select_from(event_history)
        .outerjoin(last, last.c.step == history.id)
        .outerjoin(articles, articles.c.id == last.c.article_id)
        .where(or_(and_(last.c.step.is_not(None), ~WAITING), history.what.in_(("folded", "merged"))))
        .order_by(history.id)
        .execution_options(yield_per=_PAGE)
    )
    async for row in await connection.stream(statement):
        yield _step(row)


def _step(row: Row[Any]) -> Step:
    detail = json.loads(row.detail)
    then = EventId(row.event_then)
    match row.what:
        case "folded":
            return Folded(event_id=then, article_id=ArticleId(row.about), revision=detail["revision"], copy_of=ArticleId(detail["copy_of"]))
        case "merged":
            return Merged(survivor=then, absorbed=EventId(detail["absorbed"]), evidence=_NOTHING)
        case _ if detail.get("apart"):
            return Opened(event_id=then, article_id=ArticleId(row.about), revision=detail["revision"], evidence=_NOTHING, apart=True)
        case _:
            copy_of = detail["copy_of"]
            return replace(article_of(row), event_id=then, copy_of=None if copy_of is None else ArticleId(copy_of))
