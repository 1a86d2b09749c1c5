"""What nobody needs any more of the tables about chats: old tellings, cards and digests. Old deliveries are forgotten by `outbox.prune`.

A table is walked page by page from its oldest row, each page in a transaction of its own, so that nobody waits for long.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Table, and_, delete, exists, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine.chunks import chunks
from storage.engine.engines import wait_for_writers
from storage.schema.chat_tables import cards, deliveries, digests, ledger
from storage.schema.tables import events

PAGE: Final = 5_000
"""Rows looked at in one transaction. Guess, as for `outbox.PRUNED`."""

_named = events.alias("named")
_living = events.alias("living")
_newer = ledger.alias("newer")


async def forget_tellings(connection: AsyncConnection, before: datetime, after: int) -> tuple[int, int | None]:
    """Forget what chats were told before then of events to which nothing came since, and what a newer telling says too.

    Looks at a page of rows after the id `after`; gives how many are gone, and the id to go on from, None at the end.
    """
    again = exists().where(_newer.c.event_id == ledger.c.event_id, _newer.c.chat_id == ledger.c.chat_id, _newer.c.id > ledger.c.id)
    needless = and_(ledger.c.at < before, or_(_is_asleep(before), again, ledger.c.covered_by.is_not(None)))
    return await _forget(connection, ledger, _with_event(ledger, needless, ledger.c.at < before), after)


async def forget_cards(connection: AsyncConnection, before: datetime, after: int) -> tuple[int, int | None]:
    """Forget cards that were last changed before then, of events to which nothing came since, as `forget_tellings` does."""
    in_use = exists().where(deliveries.c.card_id == cards.c.id)
    needless = and_(cards.c.shown_at < before, _is_asleep(before), ~in_use)
    # Behind one that is edited to this day there may be others that rest.
    return await _forget(connection, cards, _with_event(cards, needless, true()), after)


async def forget_digests(connection: AsyncConnection, before: datetime, after: int) -> tuple[int, int | None]:
    """Forget the accounts of digests that were opened before then, as `forget_tellings` does."""
    in_use = exists().where(deliveries.c.digest_id == digests.c.id)
    is_old = digests.c.opened_at < before
    page = select(digests.c.id, and_(is_old, ~in_use).label("is_needless"), is_old.label("goes_on"))
    return await _forget(connection, digests, page, after)


def _is_asleep(before: datetime) -> ColumnElement[bool]:
    return _living.c.updated_at < before


def _with_event(table: Table, needless: ColumnElement[bool], goes_on: ColumnElement[bool]) -> Select[Any]:
    """Give rows beside what became of their events; where it does not go on, no later row is old."""
    survivor = func.coalesce(_named.c.merged_into, _named.c.id)
    rows = select(table.c.id, needless.label("is_needless"), goes_on.label("goes_on")).join(_named, _named.c.id == table.c.event_id)
    return rows.join(_living, _living.c.id == survivor)


async def _forget(connection: AsyncConnection, table: Table, page: Select[Any], after: int) -> tuple[int, int | None]:
    await wait_for_writers(connection)
    rows = (await connection.execute(page.where(table.c.id > after).order_by(table.c.id).limit(PAGE))).all()
    gone = [row.id for row in rows if row.is_needless]
    for chunk in chunks(gone):
        await connection.execute(delete(table).where(table.c.id.in_(chunk)))
    return len(gone), rows[-1].id if len(rows) == PAGE and rows[-1].goes_on else None
