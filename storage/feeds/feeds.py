"""Feeds as they are stored: adding, finding, and what people decide about them. Checking them: `checks`; what was in them: `entries`."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.feeds.feed import Failure, FeedState, FullText, Listed
from bot.core.model import SourceId
from storage.engine.chunks import chunks
from storage.engine.engines import upsert, wait_for_writers
from storage.schema.rows import Values, optional, storable
from storage.schema.tables import DUE, feeds, page_fetches, sources

_MOST_FOUND: Final = 10  # feeds among which a person can choose
_LARGEST_ID: Final = 2**63 - 1  # people can type larger ones, which no column holds and no driver takes

_THERE: Final[tuple[ColumnElement[bool], ...]] = (sources.c.kind == "feed", sources.c.removed_at.is_(None))
EVERY: Select[Any] = (
    select(feeds, sources.c.location, sources.c.name, sources.c.last_error)
    .join(sources, sources.c.id == feeds.c.source_id)
    .where(sources.c.removed_at.is_(None))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """The feeds that were added or brought back, in the order of the list, and the addresses that were there already."""

    ids: tuple[SourceId, ...]
    known: tuple[str, ...]


async def add(
    connection: AsyncConnection,
    listed: Sequence[tuple[Listed, str]],
    now: datetime,
    *,
    first_check: Callable[[int], datetime],
    full_text: FullText = FullText.FEED,
) -> Added:
    """Add feeds, each with its host; an address that is there already, or comes again in the list, is left as it is.

    `first_check` says when the feed with the given number (0, 1, 2 … among the new ones) is asked first. A feed that was removed comes back
    with the entries that it is known to have had, and what it holds at its first check is back-catalogue again.
    """
    await wait_for_writers(connection)
    ids: list[SourceId] = []
    known: list[str] = []
    for chunk in chunks(listed):
        addresses = [storable(feed.url) for feed, _ in chunk]
        rows = await connection.execute(
            select(sources.c.location, sources.c.id, sources.c.removed_at).where(
                sources.c.kind == "feed", sources.c.location.in_(addresses)
            )
        )
        there = {row.location: row for row in rows}
        wanted: dict[str, tuple[Listed, str]] = {}
        for address, (feed, host) in zip(addresses, chunk, strict=True):
            if address in wanted or (address in there and there[address].removed_at is None):
                known.append(feed.url)
            else:
                wanted[address] = feed, host
        back = [{"back": there[address].id, "title": _name(feed)} for address, (feed, _) in wanted.items() if address in there]
        if back:
            revive = update(sources).where(sources.c.id == bindparam("back"))
            await connection.execute(
                revive.values(
                    name=bindparam("title"), added_at=now, removed_at=None, paused_at=None, last_success_at=None, last_error=None
                ),
                back,
            )
        fresh = [
            {"kind": "feed", "location": address, "name": _name(feed), "added_at": now}
            for address, (feed, _) in wanted.items()
            if address not in there
        ]
        if fresh:
            await connection.execute(sources.insert(), fresh)
        numbers = await connection.execute(
            select(sources.c.location, sources.c.id).where(sources.c.kind == "feed", sources.c.location.in_(list(wanted)))
        )
        id_of = {row.location: SourceId(row.id) for row in numbers}
        begun = [
            _beginning(id_of[address], feed, host, full_text, first_check(number))
            for number, (address, (feed, host)) in enumerate(wanted.items(), len(ids))
        ]
        await upsert(connection, feeds, begun)
        ids += (id_of[address] for address in wanted)
    return Added(ids=tuple(ids), known=tuple(known))


def _name(feed: Listed) -> str:
    return storable(feed.title) or storable(feed.url)


def _beginning(source_id: SourceId, feed: Listed, host: str, full_text: FullText, first_check: datetime) -> Values:
    """Give the row of a feed that was never asked."""
    return {
        **dict.fromkeys(column.name for column in feeds.c),
        "source_id": source_id,
        "host": storable(host),
        "site": optional(feed.site),
        "category": storable(feed.category),
        "full_text": full_text.value,
        "failures": 0,
        "told": False,
        "moved_times": 0,
        "next_check_at": first_check,
    }


async def count(connection: AsyncConnection) -> int:
    """Count the feeds, paused ones too."""
    every = select(func.count()).select_from(sources).where(sources.c.kind == "feed", sources.c.removed_at.is_(None))
    return await connection.scalar(every) or 0


async def all_states(connection: AsyncConnection) -> list[FeedState]:
    """Give every feed, in the order they were first added."""
    rows = await connection.execute(EVERY.order_by(feeds.c.source_id))
    return await asyncio.to_thread(lambda: [state_of(row) for row in rows])  # beside the event loop: 5,000 take 100 ms


async def get(connection: AsyncConnection, source_id: SourceId) -> FeedState | None:
    """Give one feed, None when there is none with this number."""
    if not 0 < source_id <= _LARGEST_ID:
        return None
    row = (await connection.execute(EVERY.where(feeds.c.source_id == source_id))).one_or_none()
    return None if row is None else state_of(row)


async def find(connection: AsyncConnection, word: str) -> list[FeedState]:
    """Give the feeds that a person means by a number ("12", "#12"), an address, a name, or a part of these; at most ten of them.

    A number means its feed or none at all; a whole address or name goes before parts of others.
    """
    word = word.strip()
    if not word:
        return []
    number = word.removeprefix("#")
    if number.isascii() and number.isdecimal():
        state = await get(connection, SourceId(int(number)))
        return [] if state is None else [state]
    word = storable(word)
    folded = word.casefold()
    rows = await _names(connection)
    found = [number for number, _, name, address in rows if folded in {name, address}]
    found = found or [number for number, _, name, address in rows if folded in name or folded in address]
    every = EVERY.where(feeds.c.source_id.in_(found[:_MOST_FOUND])).order_by(feeds.c.source_id)
    return [state_of(row) for row in await connection.execute(every)]


async def known(connection: AsyncConnection, urls: Sequence[str]) -> frozenset[str]:
    """Give those of these addresses that feeds have which are not removed."""
    found: set[str] = set()
    for chunk in chunks(urls):
        address = {storable(url): url for url in chunk}
        there = select(sources.c.location).where(*_THERE, sources.c.location.in_(address))
        found.update(address[location] for location in await connection.scalars(there))
    return frozenset(found)


async def fitting(connection: AsyncConnection, typed: str, limit: int) -> list[tuple[SourceId, str]]:
    """Give number and name of feeds that somebody may be typing: the number begins so, or name or address contain it; "" fits every one."""
    folded = storable(typed.strip().removeprefix("#")).casefold()
    found = [
        (SourceId(number), name)
        for number, name, folded_name, address in await _names(connection)
        if str(number).startswith(folded) or folded in folded_name or folded in address
    ]
    return found[:limit]


async def _names(connection: AsyncConnection) -> list[tuple[int, str, str, str]]:
    """Give number, name, folded name and folded address of every feed: SQLite's lower() knows ASCII letters only.

    Measured: 20,000 take 50 ms, most of it beside the event loop.
    """
    every = select(sources.c.id, sources.c.name, sources.c.location).where(*_THERE).order_by(sources.c.id)
    rows = await connection.execute(every)
    return await asyncio.to_thread(lambda: [(row.id, row.name, row.name.casefold(), row.location.casefold()) for row in rows])


async def pause(connection: AsyncConnection, ids: Sequence[SourceId] | None, now: datetime) -> int:
    """Ask these feeds (None: all) no more until they are resumed; gives how many were not paused before."""
    await wait_for_writers(connection)
    changed = 0
    for chosen in _chosen(ids):
        paused = update(sources).where(*chosen, sources.c.paused_at.is_(None)).values(paused_at=now)
        changed += (await connection.execute(paused)).rowcount
        await connection.execute(update(feeds).where(feeds.c.source_id.in_(select(sources.c.id).where(*chosen))).values(next_check_at=None))
    return changed


async def resume(connection: AsyncConnection, ids: Sequence[SourceId] | None, now: datetime) -> int:
    """Ask these feeds (None: all) again, from now on; gives how many were paused."""
    await wait_for_writers(connection)
    changed = 0
    for chosen in _chosen(ids):
        paused = select(sources.c.id).where(*chosen, sources.c.paused_at.is_not(None))
        await connection.execute(update(feeds).where(feeds.c.source_id.in_(paused)).values(next_check_at=now))
        resumed = update(sources).where(*chosen, sources.c.paused_at.is_not(None)).values(paused_at=None)
        changed += (await connection.execute(resumed)).rowcount
    return changed


async def check_now(connection: AsyncConnection, ids: Sequence[SourceId] | None, now: datetime) -> int:
    """Make these feeds (None: all) due; gives how many: paused ones stay unscheduled."""
    await wait_for_writers(connection)
    changed = 0
    for chosen in _chosen(ids):
        due = update(feeds).where(feeds.c.source_id.in_(select(sources.c.id).where(*chosen)), DUE).values(next_check_at=now)
        changed += (await connection.execute(due)).rowcount
    return changed


async def set_full_text(connection: AsyncConnection, ids: Sequence[SourceId] | None, full_text: FullText) -> int:
    """Say whose text the articles of these feeds (None: all) have from now on; gives how many had another's.

    Pages that were wanted are wanted no more when it is the feed's.
    """
    await wait_for_writers(connection)
    changed = 0
    for chosen in _chosen(ids):
        of_these = select(sources.c.id).where(*chosen)
        other = update(feeds).where(feeds.c.source_id.in_(of_these), feeds.c.full_text != full_text.value)
        changed += (await connection.execute(other.values(full_text=full_text.value))).rowcount
        if full_text is FullText.FEED:
            await connection.execute(delete(page_fetches).where(page_fetches.c.source_id.in_(of_these)))
    return changed


async def remove(connection: AsyncConnection, source_id: SourceId, now: datetime) -> None:
    """Ask a feed never again, and forget the pages it still wanted; what came from it stays."""
    await wait_for_writers(connection)
    await connection.execute(update(sources).where(sources.c.id == source_id, *_THERE).values(removed_at=now))
    await connection.execute(update(feeds).where(feeds.c.source_id == source_id).values(next_check_at=None))
    await connection.execute(delete(page_fetches).where(page_fetches.c.source_id == source_id))


def _chosen(ids: Sequence[SourceId] | None) -> Iterator[tuple[ColumnElement[bool], ...]]:
    """Give the conditions that together hold for these feeds, or for all, but not for removed ones."""
    if ids is None:
        yield _THERE
        return
    for chunk in chunks([id_ for id_ in ids if 0 < id_ <= _LARGEST_ID]):
        yield (sources.c.id.in_(chunk), *_THERE)


def state_of(row: Row[Any]) -> FeedState:
    """Read a row of feeds with the address, name and last error of its source."""
    return FeedState(
        source_id=SourceId(row.source_id),
        url=row.location,
        host=row.host,
        name=row.name,
        full_text=FullText(row.full_text),
        site=row.site,
        category=row.category,
        etag=row.etag,
        last_modified=row.last_modified,
        body_digest=row.body_digest,
        fresh_for=row.fresh_for,
        checked_at=row.checked_at,
        baselined_at=row.baselined_at,
        news_at=row.news_at,
        failures=row.failures,
        failing_since=row.failing_since,
        failure=None if row.failure is None else Failure(row.failure),
        last_error=row.last_error,
        is_told=row.told,
        gone_since=row.gone_since,
        ended_at=row.ended_at,
        moved_to=row.moved_to,
        moved_since=row.moved_since,
        moved_times=row.moved_times,
    )
