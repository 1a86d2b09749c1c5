"""What chats do not know yet, because its message still waits: an export takes it for news, as if the message had been dropped.

The conditions say of a telling, a card or a subscription what `outbox.discard` would do to it; nothing is changed by them.
"""

import json
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, and_, case, exists, func, null, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.selectable import FromClause

from bot.core.chats.delivery import DeliveryKind, DeliveryState
from storage.schema.chat_tables import cards, deliveries, digests, ledger, subscriptions

_STATES: Final = (DeliveryState.QUEUED, DeliveryState.RETRY, DeliveryState.DEAD)


def _is_unsent(delivery: FromClause | Table) -> ColumnElement[bool]:
    """Say that nothing of a delivery can have arrived."""
    return and_(delivery.c.state.in_(_STATES), ~delivery.c.is_doubtful, delivery.c.part == 0)


def _was_not_told(telling: FromClause | Table) -> ColumnElement[bool]:
    """Say that the message of a telling did not arrive, or that it was in doubt before the telling was added to it."""
    carrier = deliveries.alias()
    late = and_(carrier.c.state == DeliveryState.AMBIGUOUS.value, telling.c.at > carrier.c.settled_at)
    return exists().where(carrier.c.id == telling.c.delivery_id, or_(_is_unsent(carrier), late))


_carrier = deliveries.alias("carrier")
_edit = deliveries.alias("edit")
_cover = ledger.alias("cover")

WAS_TOLD: Final = ~_was_not_told(ledger)
"""A telling whose message did not certainly fail to arrive."""

COVERED_BY: Final[ColumnElement[Any]] = case(
    (exists().where(_cover.c.id == ledger.c.covered_by, _was_not_told(_cover)), null()), else_=ledger.c.covered_by
)
"""The telling that stands for this one, null when that was not told."""

CARD_WAS_SENT: Final = ~exists().where(_carrier.c.card_id == cards.c.id, _carrier.c.kind == DeliveryKind.CARD.value, _is_unsent(_carrier))
"""A card that somebody may have seen."""

CARD_CONTENT: Final[ColumnElement[Any]] = case(
    (exists().where(_edit.c.card_id == cards.c.id, _edit.c.kind == DeliveryKind.EDIT.value, _edit.c.state.in_(_STATES)), ""),
    else_=cards.c.content,
)
"""What a card shows, empty when an edit of it waits: so it is edited at the next occasion."""


async def count(connection: AsyncConnection) -> int:
    """Count the messages of which nothing has arrived."""
    return await connection.scalar(select(func.count()).select_from(deliveries).where(_is_unsent(deliveries))) or 0


async def unread(connection: AsyncConnection) -> dict[int, int]:
    """Give the subscriptions that have a digest waiting, with the line of history to which they go back."""
    waiting = (
        select(digests.c.subscription_id, digests.c.receipt, subscriptions.c.seen)
        .join(deliveries, deliveries.c.digest_id == digests.c.id)
        .join(subscriptions, subscriptions.c.id == digests.c.subscription_id)
        .where(_is_unsent(deliveries), digests.c.receipt.is_not(None), subscriptions.c.seen.is_not(None))
    )
    back: dict[int, int] = {}
    for row in await connection.execute(waiting):
        after = json.loads(row.receipt).get("after")
        if after is not None:
            back[row.subscription_id] = min(after, back.get(row.subscription_id, row.seen))
    return back
