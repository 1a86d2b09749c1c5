"""What chats were told of an event and want of it, when a correction has articles leave it; what leaves is decided elsewhere."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chats.chat import Told
from bot.core.model import EventId
from storage.delivery import cards as card_rows
from storage.delivery.ledger import told_of_all
from storage.engine.chunks import chunks
from storage.engine.engines import insert_new
from storage.news.events import names
from storage.schema.chat_tables import cards, follows, ledger, mutes
from storage.schema.rows import Values, storable
from storage.schema.tables import SURVIVOR, events


async def last_told(connection: AsyncConnection) -> int:
    """Give the number of the last row of the ledger."""
    return await connection.scalar(select(func.max(ledger.c.id))) or 0


async def living_cards(connection: AsyncConnection, event_ids: Sequence[EventId]) -> tuple[tuple[int, EventId], ...]:
    """Give the cards of these (living) events under all their names, in order of age, each with the event whose it is."""
    rows = [row for chunk in chunks(event_ids) for row in await connection.execute(shown_by(chunk))]
    return tuple(sorted((row.id, EventId(row.event_id)) for row in rows))


def shown_by(event_ids: Sequence[EventId]) -> Select[Any]:
    """Select the living cards of a chunk of living events; by their names, because cards may be a million."""
    named = or_(events.c.id.in_(event_ids), events.c.merged_into.in_(event_ids))
    return (
        select(cards.c.id, SURVIVOR.label("event_id"))
        .join(events, events.c.id == cards.c.event_id)
        .where(named, cards.c.closed_at.is_(None))
    )


async def give_back(connection: AsyncConnection, kept: Sequence[tuple[int, EventId]], between: tuple[EventId, EventId]) -> None:
    """Let cards show the event again that they showed before these two were merged, where that message is still there.

    A card that ended because the other went on lives again. Each is brought up to date when its event is next looked at.
    """
    before = {card_id: event_id for card_id, event_id in kept if event_id in between}
    for chunk in chunks(before):
        rows = (await connection.execute(select(cards).where(cards.c.id.in_(chunk), cards.c.event_id.in_(between)))).all()
        living = (row for row in rows if row.closed_at is None or row.message_id is not None)
        # Two cards of a chat change places: for a moment neither may live.
        again = [{"card": row.id, "event": before[row.id]} for row in living]
        if not again:
            continue
        resting = update(cards).where(cards.c.id.in_([row["card"] for row in again]))
        await connection.execute(resting.values(closed_at=func.coalesce(cards.c.closed_at, cards.c.shown_at)))
        taken = {
            (row.chat_id, row.event_id)
            for row in await connection.execute(
                select(cards.c.chat_id, cards.c.event_id).where(cards.c.event_id.in_(between), cards.c.closed_at.is_(None))
            )
        }
        chat_of = {row.id: row.chat_id for row in rows}
        free = [each for each in again if (chat_of[each["card"]], each["event"]) not in taken]
        if free:
            opened = update(cards).where(cards.c.id == bindparam("card")).values(event_id=bindparam("event"), closed_at=None, content="")
            await connection.execute(opened, free)


async def part_tellings(
    connection: AsyncConnection, source: EventId, left: Told, stays: Told, gone: Sequence[datetime], *, after: int = 0
) -> None:
    """Let those who were told of an event know what left it as it stands now (`left`): it is news to nobody of them.

    `stays` is how the rest stands, `gone` when the reports that left were received: of what was told of the event, as many are taken off
    as had come by then, so that what comes next counts. Only rows of the ledger `after` this one told of both.
    """
    told_of = await names(connection, source)
    newest: dict[int, Values] = {}
    for chunk in chunks(told_of):
        rows = select(ledger).where(ledger.c.event_id.in_(chunk), ledger.c.covered_by.is_(None)).order_by(ledger.c.id)
        for row in (await connection.execute(rows)).mappings():
            if row["chat_id"] not in newest or newest[row["chat_id"]]["id"] < row["id"]:
                newest[row["chat_id"]] = dict(row)
    both = [row for row in newest.values() if row["id"] > after]
    for rows_told in chunks(both):
        copies = [
            _standing(left) | {"chat_id": row["chat_id"], "event_id": left.event_id, "delivery_id": row["delivery_id"], "at": row["at"]}
            for row in rows_told
        ]
        await connection.execute(ledger.insert(), copies)
        less = [
            {"row": row["id"], "fewer": _fewer(row["reports"], row["at"], gone), "other_outlets": _outlets(row["outlets"], stays)}
            for row in rows_told
        ]
        corrected = update(ledger).where(ledger.c.id == bindparam("row"))
        await connection.execute(corrected.values(reports=bindparam("fewer"), outlets=bindparam("other_outlets")), less)
    await _inform_cards(connection, [source, left.event_id], {row["chat_id"] for row in both})


async def join_tellings(connection: AsyncConnection, joined: EventId, whole: Told, *, copies: int) -> None:
    """Let what chats were told of an event that has come back into another count with what they were told of that one.

    `whole` is how that one stands now. So many `copies` were reports of their own meanwhile, and are counted no more.
    """
    standing = (ledger.c.covered_by.is_(None), ledger.c.event_id.in_([joined, whole.event_id]))
    newest: dict[tuple[int, int], Values] = {}
    back: list[Values] = []
    for row in (await connection.execute(select(ledger).where(*standing).order_by(ledger.c.id))).mappings():
        newest[row["chat_id"], row["event_id"]] = dict(row)
        if row["event_id"] == joined:
            back.append(dict(row))
    counts = [
        {
            "row": mine["id"],
            "all_reports": max(0, mine["reports"] + other["reports"] - copies),
            "all_outlets": min(mine["outlets"] + other["outlets"], max(whole.outlets, mine["outlets"])),
        }
        for (chat_id, event_id), mine in newest.items()
        if event_id == whole.event_id and (other := newest.get((chat_id, joined))) is not None
    ]
    if not counts:
        return
    corrected = update(ledger).where(ledger.c.id == bindparam("row"))
    await connection.execute(corrected.values(reports=bindparam("all_reports"), outlets=bindparam("all_outlets")), counts)
    covered = [
        {"row": row["id"], "by": newest[row["chat_id"], whole.event_id]["id"]} for row in back if (row["chat_id"], whole.event_id) in newest
    ]
    await connection.execute(corrected.values(covered_by=bindparam("by")), covered)
    await _inform_cards(connection, [whole.event_id], {row["chat_id"] for row in back})


async def _inform_cards(connection: AsyncConnection, event_ids: Sequence[EventId], told: Collection[int]) -> None:
    """Let the cards of these chats count from what the ledger says."""
    standing = await told_of_all(connection, event_ids)
    states = [card for card in await card_rows.of_events(connection, event_ids) if card.chat_id in told]
    known = [(card, standing[card.chat_id, card.event_id]) for card in states if (card.chat_id, card.event_id) in standing]
    await card_rows.save_all(connection, [replace(card, told=told_last) for card, told_last in known])


def _fewer(reports: int, at: datetime, gone: Sequence[datetime]) -> int:
    return max(0, reports - sum(received_at <= at for received_at in gone))


def _outlets(told: int, stays: Told) -> int:
    """Who was told that several outlets report it is to hear when only one is left."""
    return told if stays.outlets <= 1 else min(told, stays.outlets)


def _standing(told: Told) -> Values:
    return {"revision": told.revision, "outlets": told.outlets, "reports": told.reports, "headline": storable(told.headline)}


async def copy_wishes(connection: AsyncConnection, source: EventId, left: Told, now: datetime) -> None:
    """Let who follows or mutes an event do so with what left it; to who follows it, what has left is no news either."""
    told_of = await names(connection, source)
    following: set[int] = set()
    for chunk in chunks(told_of):
        following |= set(await connection.scalars(select(follows.c.chat_id).where(follows.c.event_id.in_(chunk))))
    await insert_new(connection, follows, [{"chat_id": chat_id, "event_id": left.event_id} for chat_id in sorted(following)])
    for chunk in chunks(told_of):
        muted = select(mutes.c.chat_id, mutes.c.until).where(mutes.c.event_id.in_(chunk), or_(mutes.c.until.is_(None), mutes.c.until > now))
        rows = [{"chat_id": row.chat_id, "event_id": left.event_id, "until": row.until} for row in await connection.execute(muted)]
        if rows:
            await connection.execute(mutes.insert(), rows)
    known = set(await connection.scalars(select(ledger.c.chat_id).where(ledger.c.event_id == left.event_id)))
    unknown = [
        _standing(left) | {"chat_id": chat_id, "event_id": left.event_id, "delivery_id": None, "at": now}
        for chat_id in sorted(following - known)
    ]
    if unknown:
        await connection.execute(ledger.insert(), unknown)
