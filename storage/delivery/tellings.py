"""What one chat was told of one event and what its digests left out, for who asks why; what a chat knows is counted in `ledger`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chats.chat import ChatId, DigestId
from bot.core.chats.delivery import DeliveryKind, DeliveryState
from bot.core.model import EventId
from storage.delivery.digests import receipt_of
from storage.schema.chat_tables import deliveries, digests, ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A row of the ledger with what told it.

    `kind` and `state` are None where no delivery did, or where it has been pruned; `digest` is None unless it was one, `due_at` once it is
    settled. `reports` are those that were counted, 0 where the chat was to hear nothing of what had only been put in order.
    """

    at: datetime
    reports: int
    kind: DeliveryKind | None
    state: DeliveryState | None
    digest: DigestId | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A digest that looked at an event and did not show it, and its reason."""

    digest: DigestId
    at: datetime
    reason: str


async def tellings(connection: AsyncConnection, chat_id: ChatId, names: Sequence[EventId], limit: int) -> list[Telling]:
    """Give what a chat was told of an event under any of its names, the newest first."""
    statement = (
        select(ledger.c.at, ledger.c.reports, deliveries.c.kind, deliveries.c.state, deliveries.c.digest_id, deliveries.c.due_at)
        .join(deliveries, deliveries.c.id == ledger.c.delivery_id, isouter=True)
        .where(ledger.c.chat_id == chat_id, ledger.c.event_id.in_(names))
        .order_by(ledger.c.id.desc())
        .limit(limit)
    )
    return [
        Telling(
            at=row.at,
            reports=row.reports,
            kind=None if row.kind is None else DeliveryKind(row.kind),
            state=None if row.state is None else DeliveryState(row.state),
            digest=None if row.digest_id is None else DigestId(row.digest_id),
            due_at=row.due_at,
        )
        for row in await connection.execute(statement)
    ]


async def left_out(connection: AsyncConnection, chat_id: ChatId, names: Sequence[EventId], looked_at: int) -> list[LeftOut]:
    """Give those of the last few digests of a chat that left an event out, under any of its names, the newest first."""
    statement = (
        select(digests.c.id, digests.c.receipt, digests.c.since, digests.c.until)
        .where(digests.c.chat_id == chat_id, digests.c.receipt.is_not(None))
        .order_by(digests.c.id.desc())
        .limit(looked_at)
    )
    found = []
    for row in await connection.execute(statement):
        hidden = dict(receipt_of(row.receipt, row.since, row.until).hidden)
        found += [LeftOut(digest=DigestId(row.id), at=row.until, reason=hidden[id_]) for id_ in names if id_ in hidden]
    return found
