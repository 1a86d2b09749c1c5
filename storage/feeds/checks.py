"""The round of checking feeds, as rows: which ones are due, how they stand afterwards, which hosts are left alone until when."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, bindparam, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.feeds.feed import FeedState
from bot.core.model import SourceId
from storage.engine.chunks import chunks
from storage.engine.engines import upsert, wait_for_writers
from storage.feeds.feeds import EVERY, state_of
from storage.feeds.turns import first_due
from storage.schema.rows import Values, optional, storable
from storage.schema.tables import DUE, feeds, host_holds, sources

LONGEST_ADDRESS: Final = 2_000
"""Characters of an address to which a feed may move: PostgreSQL's index, in which each is once, holds 2,700 bytes of one."""

_CHECKED: Final = (
    "host",
    "site",
    "etag",
    "last_modified",
    "body_digest",
    "fresh_for",
    "checked_at",
    "baselined_at",
    "news_at",
    "failures",
    "failing_since",
    "failure",
    "told",
    "gone_since",
    "ended_at",
    "moved_to",
    "moved_since",
    "moved_times",
    "next_check_at",
)
_SAVE: Final = update(feeds).where(feeds.c.source_id == bindparam("saved")).values({name: bindparam(f"new_{name}") for name in _CHECKED})
_SAVE_SOURCE: Final = (
    update(sources)
    .where(sources.c.id == bindparam("saved"))
    .values(
        location=bindparam("new_location"),
        name=bindparam("new_name"),
        last_error=bindparam("new_last_error"),
        last_success_at=func.coalesce(bindparam("new_success", type_=sources.c.last_success_at.type), sources.c.last_success_at),
    )
)


async def claim(
    connection: AsyncConnection, now: datetime, *, limit: int, per_host: int, busy: Collection[str], lease: timedelta
) -> list[FeedState]:
    """Take at most `limit` feeds that are due, of each host at most `per_host`, and put off their next check by `lease`.

    Hosts that are held or `busy` are passed over; the order is that of `first_due`. Who dies while checking loses nothing: the feeds are
    due again after the lease. Feeds that another process is about to take are passed over too.
    """
    first = first_due(feeds.c.source_id, feeds.c.host, feeds.c.next_check_at, now, limit=limit, per_host=per_host, busy=busy)
    order = {source_id: place for place, source_id in enumerate(await connection.scalars(first))}
    found: list[FeedState] = []
    for chunk in chunks(list(order)):
        # Once more the condition: another process may have taken it in between.
        still = EVERY.where(feeds.c.source_id.in_(chunk), feeds.c.next_check_at <= now)
        rows = (await connection.execute(still.with_for_update(of=feeds, skip_locked=True))).all()
        if rows:
            taken = update(feeds).where(feeds.c.source_id.in_([row.source_id for row in rows]))
            await connection.execute(taken.values(next_check_at=now + lease))
        found += (state_of(row) for row in rows)
    return sorted(found, key=lambda state: order[state.source_id])


async def pull_in(connection: AsyncConnection, now: datetime, *, furthest: timedelta) -> None:
    """Make due what is put off for longer than ever is right, and end such holds: a clock was wrong; forget holds that are over."""
    await wait_for_writers(connection)
    await connection.execute(update(feeds).where(feeds.c.next_check_at > now + furthest, DUE).values(next_check_at=now))
    await connection.execute(delete(host_holds).where(or_(host_holds.c.until <= now, host_holds.c.until > now + furthest)))


async def next_due(connection: AsyncConnection, *, unheld_at: datetime | None = None) -> datetime | None:
    """Give when the next check is due, on whatever host, or on one that is not held at `unheld_at`; None when no feed is to be checked."""
    soonest = select(feeds.c.next_check_at).where(DUE).order_by(feeds.c.next_check_at).limit(1)
    if unheld_at is not None:
        soonest = soonest.where(feeds.c.host.not_in(select(host_holds.c.host).where(host_holds.c.until > unheld_at)))
    due: datetime | None = await connection.scalar(soonest)
    return due


async def save(connection: AsyncConnection, results: Sequence[tuple[FeedState, datetime]]) -> frozenset[SourceId]:
    """Write how feeds stand after a check, and when the next is due; paused and removed ones stay unscheduled; each feed once.

    What a person decides about a feed (full text, category) is not written: a check under way takes nothing back. Gives the feeds whose
    new address another feed has already, or had, or which is too long: they keep the one they had, but everything else is written.
    """
    if not results:
        return frozenset()
    await wait_for_writers(connection)
    refused: set[SourceId] = set()
    for chunk in chunks(results):
        stored = await connection.execute(
            select(
                sources.c.id,
                sources.c.location,
                sources.c.name,
                feeds.c.host,
                or_(sources.c.paused_at.is_not(None), sources.c.removed_at.is_not(None)).label("off"),
            )
            .join(feeds, feeds.c.source_id == sources.c.id)
            .where(sources.c.id.in_([state.source_id for state, _ in chunk]))
        )
        there = {row.id: row for row in stored}
        states = [(state, next_check_at) for state, next_check_at in chunk if state.source_id in there]
        moving = {state.source_id: storable(state.url) for state, _ in states if storable(state.url) != there[state.source_id].location}
        staying = await _taken(connection, moving)
        refused |= staying
        if states:
            await connection.execute(
                _SAVE,
                [
                    _values(state, next_check_at, there[state.source_id], stays=state.source_id in staying)
                    for state, next_check_at in states
                ],
            )
            await connection.execute(
                _SAVE_SOURCE, [_source_values(state, there[state.source_id], stays=state.source_id in staying) for state, _ in states]
            )
    return frozenset(refused)


async def _taken(connection: AsyncConnection, moving: Mapping[SourceId, str]) -> set[SourceId]:
    """Give the feeds that cannot have the address they moved to."""
    if not moving:
        return set()
    there = await connection.scalars(select(sources.c.location).where(sources.c.kind == "feed", sources.c.location.in_(moving.values())))
    occupied = set(there)
    taken: set[SourceId] = set()
    for source_id, address in moving.items():
        if address in occupied or len(address) > LONGEST_ADDRESS:
            taken.add(source_id)
        occupied.add(address)
    return taken


def _values(state: FeedState, next_check_at: datetime, stored: Row[Any], *, stays: bool) -> Values:
    """Write a state as the parameters of `_SAVE`."""
    return {
        "saved": state.source_id,
        "new_host": stored.host if stays else storable(state.host),
        "new_site": optional(state.site),
        "new_etag": optional(state.etag),
        "new_last_modified": optional(state.last_modified),
        "new_body_digest": state.body_digest,
        "new_fresh_for": state.fresh_for,
        "new_checked_at": state.checked_at,
        "new_baselined_at": state.baselined_at,
        "new_news_at": state.news_at,
        "new_failures": state.failures,
        "new_failing_since": state.failing_since,
        "new_failure": None if state.failure is None else state.failure.value,
        "new_told": state.is_told,
        "new_gone_since": state.gone_since,
        "new_ended_at": state.ended_at,
        "new_moved_to": optional(state.moved_to),
        "new_moved_since": state.moved_since,
        "new_moved_times": state.moved_times,
        "new_next_check_at": None if stored.off else next_check_at,
    }


def _source_values(state: FeedState, stored: Row[Any], *, stays: bool) -> Values:
    """Write a state as the parameters of `_SAVE_SOURCE`: the last success is the last check without a failure."""
    return {
        "saved": state.source_id,
        "new_location": stored.location if stays else storable(state.url),
        "new_name": storable(state.name) or stored.name,
        "new_last_error": optional(state.last_error),
        "new_success": state.checked_at if state.failures == 0 else None,
    }


async def hold(connection: AsyncConnection, host: str, until: datetime, reason: str) -> None:
    """Leave a host alone until then; `reason` is a sentence for people. A longer hold that is there already stays."""
    await wait_for_writers(connection)
    there = await connection.scalar(select(host_holds.c.until).where(host_holds.c.host == storable(host)))
    if there is None or there < until:
        await upsert(connection, host_holds, [{"host": storable(host), "until": until, "reason": storable(reason)}])


async def held(connection: AsyncConnection, now: datetime) -> dict[str, datetime]:
    """Give the hosts that are left alone, and until when."""
    rows = await connection.execute(select(host_holds.c.host, host_holds.c.until).where(host_holds.c.until > now))
    return {row.host: row.until for row in rows}
