"""Cards as rows: which chat shows which event in which message. What is sent for them, and their message ids, come by `deliveries`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chats.chat import CardState, ChatId
from bot.core.model import EventId
from storage.delivery.ledger import told_json, told_of_json
from storage.engine.chunks import chunks
from storage.engine.engines import wait_for_writers
from storage.schema.chat_tables import cards
from storage.schema.rows import Values, storable
from storage.schema.tables import events

_STANDING: Final = ("revision", "content", "told", "shown_at", "replied_at")
_SAVE: Final = update(cards).where(cards.c.id == bindparam("saved")).values({name: bindparam(f"new_{name}") for name in _STANDING})


async def of_events(connection: AsyncConnection, event_ids: Sequence[EventId]) -> list[CardState]:
    """Give the cards of these events in all chats that have not ended, in order of age; `follow_merges` before, if there were any."""
    found = [
        row
        for chunk in chunks(event_ids)
        for row in await connection.execute(select(cards).where(cards.c.event_id.in_(chunk), cards.c.closed_at.is_(None)))
    ]
    return [_card(row) for row in sorted(found, key=lambda row: int(row.id))]


async def save_all(connection: AsyncConnection, states: Sequence[CardState]) -> None:
    """Write how cards stand, no card twice; after one that has ended, a new one begins.

    Which message a card is, is not written: only its delivery knows.
    """
    await wait_for_writers(connection)
    for chunk in chunks(states):
        stored = await connection.execute(
            select(cards.c.id, cards.c.chat_id, cards.c.event_id).where(
                cards.c.chat_id.in_({card.chat_id for card in chunk}),
                cards.c.event_id.in_({card.event_id for card in chunk}),
                cards.c.closed_at.is_(None),
            )
        )
        there = {(row.chat_id, row.event_id): row.id for row in stored}
        old = [
            {"saved": there[place]} | {f"new_{name}": value for name, value in _values(card).items()}
            for card in chunk
            if (place := (card.chat_id, card.event_id)) in there
        ]
        new = [_values(card) | {"chat_id": card.chat_id, "event_id": card.event_id} for card in chunk]
        if old:
            await connection.execute(_SAVE, old)
        if fresh := [row for row in new if (row["chat_id"], row["event_id"]) not in there]:
            await connection.execute(cards.insert(), fresh)


async def follow_merges(connection: AsyncConnection, event_ids: Sequence[EventId], now: datetime) -> list[tuple[CardState, CardState]]:
    """Give the cards of events that were merged into these (living) ones to their survivors.

    Where a chat shows both, the older card goes on, as that of the survivor, and the other ends. Gives these pairs, the one that goes on
    first; the other has an event's id of its own, under which its last edit can be queued.
    """
    await wait_for_writers(connection)
    absorbed = [
        (row.id, row.merged_into)
        for chunk in chunks(event_ids)
        for row in await connection.execute(select(events.c.id, events.c.merged_into).where(events.c.merged_into.in_(chunk)))
    ]
    if not absorbed:
        return []
    survivors = dict(absorbed)
    families: dict[tuple[int, int], list[Row[Any]]] = {}
    for chunk in chunks({*survivors, *survivors.values()}):
        living = select(cards).where(cards.c.event_id.in_(chunk), cards.c.closed_at.is_(None)).order_by(cards.c.id)
        for row in await connection.execute(living):
            families.setdefault((row.chat_id, survivors.get(row.event_id, row.event_id)), []).append(row)
    pairs: list[tuple[int, int]] = []
    for (_, survivor), family in sorted(families.items()):
        first, *others = sorted(family, key=lambda row: int(row.id))
        for other in others:
            # What ends has the name that is free: no two living cards of a chat may have the same.
            name = first.event_id if other.event_id == survivor else other.event_id
            await connection.execute(update(cards).where(cards.c.id == other.id).values(closed_at=now, event_id=name))
        if first.event_id != survivor:
            await connection.execute(update(cards).where(cards.c.id == first.id).values(event_id=survivor))
        pairs += [(first.id, other.id) for other in others]
    stored = {
        row.id: _card(row)
        for chunk in chunks({id_ for pair in pairs for id_ in pair})
        for row in await connection.execute(select(cards).where(cards.c.id.in_(chunk)))
    }
    return [(stored[kept], stored[ended]) for kept, ended in pairs]


def _card(row: Row[Any]) -> CardState:
    return CardState(
        chat_id=ChatId(row.chat_id),
        event_id=EventId(row.event_id),
        message_id=row.message_id,
        revision=row.revision,
        content=row.content,
        told=told_of_json(row.told),
        shown_at=row.shown_at,
        replied_at=row.replied_at,
    )


def _values(card: CardState) -> Values:
    return {
        "revision": card.revision,
        "content": storable(card.content),
        "told": told_json(card.told),
        "shown_at": card.shown_at,
        "replied_at": card.replied_at,
    }
