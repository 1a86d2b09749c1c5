"""Events as they are stored: opening, filling, merging, their history, and finding them. What belongs together is decided by grouping."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.grouping.decision import Change
from bot.core.model import Article, ArticleId, Event, EventId, EventSummary, HistoryEntry
from storage.engine.chunks import chunks
from storage.engine.engines import wait_for_writers
from storage.news import words
from storage.news.changes import Plan, mentioned, plan
from storage.schema.rows import article_of
from storage.schema.tables import SURVIVOR, articles, event_history, events

_LIVE: ColumnElement[bool] = events.c.merged_into.is_(None)
NEWEST_FIRST = (events.c.last_at.desc().nulls_last(), events.c.id.desc())
_LARGEST_ID = 2**63 - 1  # people can type larger ones, which no column holds and no driver takes


async def apply(connection: AsyncConnection, changes: Sequence[Change], now: datetime) -> None:
    """Write down what grouping decided, in this order, with the evidence; the ids of opened events are chosen by the caller (`next_id`).

    Articles that are named for a merged event go to its survivor. An event whose last article went elsewhere becomes that event. Each
    change adds one to the revision of the event it touches. However many changes there are, they are about ten statements.
    """
    await wait_for_writers(connection)
    event_ids, article_ids = mentioned(changes)
    before = [
        row
        for chunk in chunks(article_ids)
        for row in await connection.execute(
            select(articles.c.id, articles.c.event_id, articles.c.grouped_revision).where(articles.c.id.in_(chunk))
        )
    ]
    previous = {row.id: row.event_id for row in before}
    living = {
        event_id: survivor
        for chunk in chunks(event_ids)
        for event_id, survivor in await connection.execute(select(events.c.id, SURVIVOR).where(events.c.id.in_(chunk)))
    }
    made = plan(changes, living, previous, now)
    if made.opened:
        fresh = {"opened_at": now, "updated_at": now, "revision": 0, "reports": 0, "copies": 0, "outlets": 0}
        await connection.execute(events.insert(), [{"id": event_id, **fresh} for event_id in made.opened])
    await _settle(connection, made)
    await _become(connection, made.close(await _emptied(connection, made)))
    await _index(connection, [row.id for row in before if row.grouped_revision is None and row.id in made.places])
    if made.touched:
        await connection.execute(
            update(events)
            .where(events.c.id == bindparam("touched"))
            .values(revision=events.c.revision + bindparam("changes"), updated_at=bindparam("now")),
            [{"touched": event_id, "changes": times, "now": now} for event_id, times in made.touched.items()],
        )
    if made.history:
        await connection.execute(event_history.insert(), made.history)


async def _settle(connection: AsyncConnection, made: Plan) -> None:
    """Move the articles: those of absorbed events all together, then those that were decided about."""
    absorbed = {event_id: made.survivor(event_id) for event_id in made.absorbed}
    if absorbed:
        await connection.execute(
            update(articles).where(articles.c.event_id == bindparam("absorbed")).values(event_id=bindparam("survivor")),
            [{"absorbed": event_id, "survivor": survivor} for event_id, survivor in absorbed.items()],
        )
        await _become(connection, absorbed)
    if made.folded:
        # In the order of the decisions: an original may itself turn out to repeat a still earlier one.
        await connection.execute(
            update(articles)
            .where(articles.c.copy_of == bindparam("folded"))
            .values(copy_of=func.nullif(bindparam("original", type_=articles.c.id.type), articles.c.id)),
            [{"folded": article_id, "original": copy_of} for article_id, copy_of in made.folded],
        )
    if made.places:
        await connection.execute(
            update(articles)
            .where(articles.c.id == bindparam("placed"))
            .values(event_id=bindparam("event"), copy_of=bindparam("copied"), grouped_revision=bindparam("grouped")),
            [
                {
                    "placed": article_id,
                    "event": made.survivor(place.event_id),
                    "copied": place.copy_of,
                    "grouped": place.revision,
                }
                for article_id, place in made.places.items()
            ],
        )


async def _become(connection: AsyncConnection, became: Mapping[int, int]) -> None:
    """Point events, and those that already pointed to them, to a living event: resolving stays one step for ever."""
    if became:
        await connection.execute(
            update(events)
            .where(or_(events.c.id == bindparam("gone"), events.c.merged_into == bindparam("gone")))
            .values(merged_into=bindparam("into")),
            [{"gone": event_id, "into": survivor} for event_id, survivor in became.items()],
        )


async def revive(connection: AsyncConnection, names: Sequence[EventId]) -> None:
    """Give an event its id back that was merged into another: the first of its `names`; the others resolve to it again.

    It has no article until some are moved, which belongs into the same transaction. A name that means another event by now is left alone.
    """
    revived, *others = names
    survivor = await connection.scalar(select(events.c.merged_into).where(events.c.id == revived))
    await connection.execute(update(events).where(events.c.id == revived).values(merged_into=None))
    for chunk in chunks(others):
        led_there = events.c.merged_into == survivor
        await connection.execute(update(events).where(events.c.id.in_(chunk), led_there).values(merged_into=revived))


async def names(connection: AsyncConnection, event_id: EventId) -> list[EventId]:
    """Give the ids that a living event has, its own first."""
    absorbed = await connection.scalars(select(events.c.id).where(events.c.merged_into == event_id).order_by(events.c.id))
    return [event_id, *map(EventId, absorbed)]


async def _index(connection: AsyncConnection, ids: Sequence[int]) -> None:
    """Make articles found that have an event for the first time."""
    for chunk in chunks(ids):
        rows = await connection.execute(
            select(articles.c.id, articles.c.title, articles.c.text, articles.c.outlet).where(articles.c.id.in_(chunk))
        )
        await words.index(connection, [dict(row) for row in rows.mappings()])


async def _emptied(connection: AsyncConnection, made: Plan) -> list[int]:
    """Find the living events that lost their last article to another event."""
    moved = (event_id for event_id, article_id in made.departed.items() if article_id in made.places)
    empty: list[int] = []
    for chunk in chunks(moved):
        inhabited = select(articles.c.id).where(articles.c.event_id == events.c.id).exists()
        empty += await connection.scalars(select(events.c.id).where(events.c.id.in_(chunk), _LIVE, ~inhabited).order_by(events.c.id))
    return empty


async def summarise(connection: AsyncConnection, summaries: Sequence[EventSummary]) -> None:
    """Write what the rows of events say about their articles; changes no revision, because it says nothing new."""
    if not summaries:
        return
    await connection.execute(
        update(events)
        .where(events.c.id == bindparam("summarised"))
        .values(
            first_article_id=bindparam("first"),
            first_at=bindparam("since"),
            last_at=bindparam("until"),
            reports=bindparam("report_count"),
            copies=bindparam("copy_count"),
            outlets=bindparam("outlet_count"),
        ),
        [
            {
                "summarised": summary.id,
                "first": summary.first_article_id,
                "since": summary.first_at,
                "until": summary.last_at,
                "report_count": summary.reports,
                "copy_count": summary.copies,
                "outlet_count": summary.outlets,
            }
            for summary in summaries
        ],
    )


async def next_id(connection: AsyncConnection) -> EventId:
    """Give the lowest id that no event has or had."""
    return EventId((await connection.scalar(select(func.max(events.c.id))) or 0) + 1)


async def resolve(connection: AsyncConnection, event_id: EventId) -> EventId | None:
    """Give the living event that `event_id` is today, None if there never was one."""
    if not 0 < event_id <= _LARGEST_ID:
        return None
    found = await connection.scalar(select(SURVIVOR).where(events.c.id == event_id))
    return None if found is None else EventId(found)


async def homes(connection: AsyncConnection, ids: Collection[ArticleId]) -> dict[ArticleId, EventId]:
    """Give the events of those of these articles that have one."""
    found: dict[ArticleId, EventId] = {}
    for chunk in chunks(ids):
        rows = await connection.execute(
            select(articles.c.id, articles.c.event_id).where(articles.c.id.in_(chunk), articles.c.event_id.is_not(None))
        )
        found.update((ArticleId(row.id), EventId(row.event_id)) for row in rows)
    return found


async def load(connection: AsyncConnection, ids: Sequence[EventId]) -> list[Event]:
    """Give events with all their articles (in order of id), in the order asked.

    A merged id gives its survivor; an event that would come twice comes once; ids that never existed are left out.
    """
    found: dict[int, Event] = {}
    for chunk in chunks(id_ for id_ in ids if 0 < id_ <= _LARGEST_ID):
        found.update(await _load(connection, chunk))
    unique = {found[id_].id: found[id_] for id_ in ids if id_ in found}
    return list(unique.values())


async def _load(connection: AsyncConnection, ids: Sequence[int]) -> dict[int, Event]:
    """Give the events for a chunk of ids, under the ids that were asked for."""
    resolved = await connection.execute(select(events.c.id, SURVIVOR.label("survivor")).where(events.c.id.in_(ids)))
    survivors = {row.id: row.survivor for row in resolved}
    alive = set(survivors.values())
    members: dict[int, list[Article]] = defaultdict(list)
    for row in await connection.execute(select(articles).where(articles.c.event_id.in_(alive)).order_by(articles.c.id)):
        members[row.event_id].append(article_of(row))
    rows = await connection.execute(
        select(events.c.id, events.c.opened_at, events.c.updated_at, events.c.revision).where(events.c.id.in_(alive))
    )
    loaded = {
        row.id: Event(
            id=EventId(row.id),
            opened_at=row.opened_at,
            updated_at=row.updated_at,
            revision=row.revision,
            articles=tuple(members[row.id]),
        )
        for row in rows
    }
    return {asked: loaded[survivor] for asked, survivor in survivors.items()}


async def latest(connection: AsyncConnection, limit: int) -> list[EventId]:
    """Give the living events with the newest news first; those without a date come last, and among equals the one opened last first."""
    statement = select(events.c.id).where(_LIVE).order_by(*NEWEST_FIRST).limit(limit)
    return [EventId(id_) for id_ in await connection.scalars(statement)]


async def top(connection: AsyncConnection, since: datetime, limit: int | None, *, news_only: bool = False) -> list[EventId]:
    """Give the events that changed here at `since` or later: most reports first, then most outlets, then newest news; all without `limit`.

    With `news_only` those to which something came since then that was no back-catalogue.
    """
    statement = (
        select(events.c.id)
        .where(*_touched(since, news_only=news_only))
        .order_by(events.c.reports.desc(), events.c.outlets.desc(), *NEWEST_FIRST)
        .limit(limit)
    )
    return [EventId(id_) for id_ in await connection.scalars(statement)]


async def touched_count(connection: AsyncConnection, since: datetime, *, news_only: bool = False) -> int:
    """Count the living events that changed here at `since` or later; `news_only` as in `top`."""
    touched = select(func.count()).select_from(events).where(*_touched(since, news_only=news_only))
    return await connection.scalar(touched) or 0


def _touched(since: datetime, *, news_only: bool) -> list[ColumnElement[bool]]:
    touched = [_LIVE, events.c.updated_at >= since]
    if news_only:
        news = select(articles.c.id).where(articles.c.event_id == events.c.id, articles.c.received_at >= since, ~articles.c.backlog)
        touched.append(news.exists())
    return touched


async def history(connection: AsyncConnection, event_id: EventId) -> list[HistoryEntry]:
    """Give the life of an event, oldest first, with the lives of the events that were merged into it; a merged id gives its survivor's.

    `detail` is JSON: opened and joined carry revision, copy_of and evidence, revised and folded revision and copy_of,
    merged absorbed and evidence, left nothing, closed continued_by. What an admin did has the number of the correction beside: merged,
    split (into), revived (source) and moved (source, revision, copy_of, apart).
    """
    survivor = await resolve(connection, event_id)
    if survivor is None:
        return []
    statement = (
        select(event_history)
        .join(events, events.c.id == event_history.c.event_id)
        .where(or_(events.c.id == survivor, events.c.merged_into == survivor))
        .order_by(event_history.c.id)
    )
    return [
        HistoryEntry(
            event_id=EventId(row.event_id),
            at=row.at,
            what=row.what,
            article_id=None if row.article_id is None else ArticleId(row.article_id),
            detail=row.detail,
        )
        for row in await connection.execute(statement)
    ]


async def count(connection: AsyncConnection) -> int:
    """Count the living events."""
    return await connection.scalar(select(func.count()).select_from(events).where(_LIVE)) or 0
