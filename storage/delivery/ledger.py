"""The ledger: which events a chat was told of, and how they stood then. What that means for a digest is decided in `telling.ledger`."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chats.chat import ChatId, DeliveryId, Told
from bot.core.model import EventId
from storage.engine.chunks import chunks
from storage.schema.chat_tables import ledger
from storage.schema.rows import Values, storable
from storage.schema.tables import events


async def tell(connection: AsyncConnection, chat_id: ChatId, told: Sequence[Told], delivery_id: DeliveryId | None) -> None:
    """Write down what a chat is told; belongs into the transaction that queues the delivery that tells it.

    `delivery_id` is None when it is told already, as the answer to a command is.
    """
    await tell_all(connection, [(chat_id, each, delivery_id) for each in told])


async def tell_all(connection: AsyncConnection, tellings: Sequence[tuple[ChatId, Told, DeliveryId | None]]) -> None:
    """Write down what chats are told, each telling with its delivery, as `tell` does; the events are living ones.

    What they were told of events that were merged into these counts as told again with them.
    """
    for chunk in chunks(tellings):
        rows = [_values(each) | {"chat_id": chat_id, "delivery_id": delivery_id} for chat_id, each, delivery_id in chunk]
        await connection.execute(ledger.insert(), rows)
    for events_told in chunks({each.event_id for _, each, _ in tellings}):
        absorbed = select(events.c.id, events.c.merged_into).where(events.c.merged_into.in_(events_told))
        survivors = {row.id: row.merged_into for row in await connection.execute(absorbed)}
        if survivors:
            await _cover(connection, survivors, {(chat_id, each.event_id) for chat_id, each, _ in tellings})


async def _cover(connection: AsyncConnection, survivors: Mapping[int, int], told_of: Collection[tuple[int, int]]) -> None:
    """Let the newest telling of a survivor stand for what the same chat was told of the events that it absorbed."""
    chat_ids = {chat_id for chat_id, _ in told_of}
    for chunk in chunks(chat_ids):
        uncovered = select(ledger.c.id, ledger.c.chat_id, ledger.c.event_id).where(
            ledger.c.chat_id.in_(chunk), ledger.c.event_id.in_({*survivors, *survivors.values()}), ledger.c.covered_by.is_(None)
        )
        rows = (await connection.execute(uncovered.order_by(ledger.c.id))).all()
        newest = {(row.chat_id, row.event_id): row.id for row in rows if row.event_id not in survivors}
        covered = [
            {"covered": row.id, "by": newest[row.chat_id, survivors[row.event_id]]}
            for row in rows
            if row.event_id in survivors and (row.chat_id, survivors[row.event_id]) in told_of
        ]
        if covered:
            await connection.execute(update(ledger).where(ledger.c.id == bindparam("covered")).values(covered_by=bindparam("by")), covered)


async def untell(connection: AsyncConnection, delivery_ids: Sequence[int]) -> None:
    """Take back what these deliveries would have told."""
    for chunk in chunks(delivery_ids):
        await _take_back(connection, await connection.scalars(select(ledger.c.id).where(ledger.c.delivery_id.in_(chunk))))


async def untell_since(connection: AsyncConnection, times: Mapping[int, datetime]) -> None:
    """Take back what deliveries would have told after these times: what was told before may have arrived."""
    for delivery_id, at in times.items():
        later = select(ledger.c.id).where(ledger.c.delivery_id == delivery_id, ledger.c.at > at)
        await _take_back(connection, await connection.scalars(later))


async def _take_back(connection: AsyncConnection, ids: Iterable[int]) -> None:
    for rows in chunks(ids):
        await connection.execute(update(ledger).where(ledger.c.covered_by.in_(rows)).values(covered_by=None))
        await connection.execute(delete(ledger).where(ledger.c.id.in_(rows)))


async def told(connection: AsyncConnection, chat_id: ChatId, event_ids: Iterable[EventId]) -> dict[EventId, Told]:
    """Give what a chat was last told of each of these events; events that it was told nothing of are left out.

    What it was told of events that were merged counts for the survivor until that is told again: reports are added up, because no article
    is in two events. Outlets are not: they may be the same, and of none was it told that more of them report one event than of the best.
    The newest telling gives the headline. The revision is then the one that was told under the survivor's own name, 0 if there is none.
    """
    found = await _told_of(connection, event_ids, ledger.c.chat_id == chat_id)
    return {event_id: each for (_, event_id), each in found.items()}


async def told_of_all(connection: AsyncConnection, event_ids: Iterable[EventId]) -> dict[tuple[ChatId, EventId], Told]:
    """Give what all chats were last told of these events, as `told` does."""
    return await _told_of(connection, event_ids)


async def _told_of(
    connection: AsyncConnection, event_ids: Iterable[EventId], *conditions: ColumnElement[bool]
) -> dict[tuple[ChatId, EventId], Told]:
    found: dict[tuple[ChatId, EventId], Told] = {}
    for chunk in chunks(event_ids):
        family = await _family(connection, chunk)
        newest: dict[tuple[int, int], Told] = {}
        rows = select(ledger).where(ledger.c.event_id.in_(family), ledger.c.covered_by.is_(None), *conditions).order_by(ledger.c.id)
        for row in (await connection.execute(rows)).mappings():
            newest[row["chat_id"], row["event_id"]] = _told(row)
        by_survivor: dict[tuple[int, int], list[Told]] = {}
        for (chat_id, event_id), each in newest.items():
            by_survivor.setdefault((chat_id, family[event_id]), []).append(each)
        asked: dict[int, list[EventId]] = {}
        for event_id in chunk:
            asked.setdefault(family.get(event_id, event_id), []).append(event_id)
        for (chat_id, survivor), tellings in by_survivor.items():
            found |= {(ChatId(chat_id), event_id): _sum(event_id, tellings) for event_id in asked[survivor]}
    return found


async def _family(connection: AsyncConnection, event_ids: Sequence[EventId]) -> dict[int, int]:
    """Give the events that are these today, each with its survivor."""
    survivor = func.coalesce(events.c.merged_into, events.c.id)
    family = {row.id: row.survivor for row in await connection.execute(_survivors(survivor).where(events.c.id.in_(event_ids)))}
    absorbed = _survivors(survivor).where(events.c.merged_into.in_(set(family.values())))
    return family | {id_: id_ for id_ in family.values()} | {row.id: row.survivor for row in await connection.execute(absorbed)}


def _survivors(survivor: Any) -> Select[Any]:
    return select(events.c.id, survivor.label("survivor"))


def _sum(event_id: EventId, tellings: Sequence[Told]) -> Told:
    """Add up what was told of an event under all its names."""
    newest = max(tellings, key=lambda each: each.at)
    return replace(
        newest,
        event_id=event_id,
        revision=next((each.revision for each in tellings if each.event_id == event_id), 0),
        outlets=max(each.outlets for each in tellings),
        reports=sum(each.reports for each in tellings),
    )


async def since(connection: AsyncConnection, chat_id: ChatId, at: datetime) -> list[Told]:
    """Give what a chat was told at that time or later, oldest first; events under the names they had then."""
    rows = select(ledger).where(ledger.c.chat_id == chat_id, ledger.c.at >= at).order_by(ledger.c.at, ledger.c.id)
    return [_told(row) for row in (await connection.execute(rows)).mappings()]


def told_json(told: Told) -> str:
    """Write what was told as JSON can keep it."""
    return json.dumps(_values(told) | {"at": told.at.isoformat()}, ensure_ascii=False, separators=(",", ":"))


def told_of_json(text: str) -> Told:
    """Read what `told_json` wrote."""
    values = json.loads(text)
    return _told(values | {"at": datetime.fromisoformat(values["at"])})


def _values(told: Told) -> Values:
    return {
        "event_id": told.event_id,
        "revision": told.revision,
        "at": told.at,
        "outlets": told.outlets,
        "reports": told.reports,
        "headline": storable(told.headline),
    }


def _told(values: Mapping[Any, Any]) -> Told:
    return Told(
        event_id=EventId(values["event_id"]),
        revision=values["revision"],
        at=values["at"],
        outlets=values["outlets"],
        reports=values["reports"],
        headline=values["headline"],
    )
