"""The outbox as an operator sees it: how it stands, what is in trouble, sending it again, dropping it, forgetting what is long done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, Text, and_, cast, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chats.chat import Address, DeliveryId
from bot.core.chats.delivery import DeliveryKind, DeliveryState, DeliveryTotals
from storage.delivery.chat_queues import locked, recount, wake
from storage.delivery.digests import reopen
from storage.delivery.ledger import untell, untell_since
from storage.engine.chunks import chunks
from storage.engine.engines import read_by_index, wait_for_writers
from storage.schema.chat_tables import DOUBLED, FINISHED, TROUBLED, WAITING, cards, chats, deliveries

PRUNED: Final = 5_000  # rows in one transaction: guess, a tenth of a second on either engine

_RESTING: Final = (DeliveryState.AMBIGUOUS, DeliveryState.DEAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubled:
    """A delivery that needs looking after: `state` is ambiguous, dead or retry, `reason` a sentence for people."""

    id: DeliveryId
    address: Address
    chat_name: str
    kind: DeliveryKind
    state: DeliveryState
    attempts: int
    created_at: datetime
    reason: str


async def counts(connection: AsyncConnection) -> DeliveryTotals:
    """Count what waits and what is in trouble."""
    await read_by_index(connection)
    queued = await connection.scalar(select(func.sum(chats.c.waiting)))
    oldest_at = await connection.scalar(select(func.min(deliveries.c.created_at)).where(WAITING))
    troubles = await connection.execute(select(deliveries.c.state, func.count().label("n")).where(TROUBLED).group_by(deliveries.c.state))
    states = {row.state: row.n for row in troubles}
    doubled = await connection.scalar(select(func.count()).select_from(deliveries).where(DOUBLED))
    successes = await connection.execute(
        select(chats.c.platform, func.max(chats.c.last_success_at).label("at"))
        .where(chats.c.last_success_at.is_not(None))
        .group_by(chats.c.platform)
    )
    return DeliveryTotals(
        queued=queued or 0,
        retrying=states.get(DeliveryState.RETRY, 0),
        oldest_at=oldest_at,
        ambiguous=states.get(DeliveryState.AMBIGUOUS, 0),
        doubled=doubled or 0,
        dead=states.get(DeliveryState.DEAD, 0),
        last_success={row.platform: row.at for row in successes},
    )


async def troubled(connection: AsyncConnection, limit: int) -> list[Troubled]:
    """Give deliveries that are in trouble: what rests before what is tried again, newest first."""
    statement = (
        select(
            *(deliveries.c[name] for name in ("id", "kind", "state", "attempts", "created_at", "reason")),
            *(chats.c[name] for name in ("platform", "chat", "thread", "name")),
        )
        .join(chats, chats.c.id == deliveries.c.chat_id)
        .where(TROUBLED)
        .order_by(deliveries.c.state, deliveries.c.id.desc())
        .limit(limit)
    )
    return [
        Troubled(
            id=DeliveryId(row.id),
            address=Address(platform=row.platform, chat=row.chat, thread=row.thread),
            chat_name=row.name,
            kind=DeliveryKind(row.kind),
            state=DeliveryState(row.state),
            attempts=row.attempts,
            created_at=row.created_at,
            reason=row.reason or "",
        )
        for row in await connection.execute(statement)
    ]


async def retry(connection: AsyncConnection, now: datetime, ids: Sequence[DeliveryId] | None = None) -> int:
    """Send again what is dead or ambiguous: these, or all; gives how many. What was ambiguous may be in the chat twice then."""
    await wait_for_writers(connection)
    found = await _find(connection, _RESTING, ids)
    await locked(connection, {chat_id for _, chat_id in found})
    for chunk in chunks(found):
        again = update(deliveries).where(deliveries.c.id.in_([id_ for id_, _ in chunk]))
        await connection.execute(
            again.values(state=DeliveryState.QUEUED.value, due_at=now, attempts=0, doubts=0, lapses=0, reason=None, settled_at=None)
        )
    await _rewake(connection, {chat_id for _, chat_id in found}, now)
    return len(found)


async def drop(connection: AsyncConnection, now: datetime, ids: Sequence[DeliveryId] | None = None) -> int:
    """Give up what is dead or ambiguous, or, if it is named, what waits; gives how many.

    What certainly did not arrive was not told: its events are news again for the chat.
    """
    await wait_for_writers(connection)
    states = _RESTING if ids is None else (*_RESTING, DeliveryState.QUEUED, DeliveryState.RETRY)
    found = await _find(connection, states, ids)
    await locked(connection, {chat_id for _, chat_id in found})
    await discard(connection, [id_ for id_, _ in found], "somebody dropped it", now, refused=False)
    await _rewake(connection, {chat_id for _, chat_id in found}, now)
    return len(found)


async def prune(connection: AsyncConnection, before: datetime) -> int:
    """Forget deliveries that were settled before then, at most `PRUNED`; gives how many. Call it again until it gives 0.

    What rests, dead or in doubt, goes too: what it told stays told, because nobody said otherwise for so long.
    """
    await wait_for_writers(connection)
    resting = and_(TROUBLED, deliveries.c.state.in_(_RESTING))
    gone = 0
    for done in (FINISHED, resting):
        old = select(deliveries.c.id).where(done, deliveries.c.settled_at < before).order_by(deliveries.c.settled_at).limit(PRUNED)
        gone += (await connection.execute(delete(deliveries).where(deliveries.c.id.in_(old.scalar_subquery())))).rowcount
    return gone


async def discard(connection: AsyncConnection, ids: Sequence[int], reason: str, now: datetime, *, refused: bool) -> None:
    """Drop deliveries whose chats are locked, and take back what only they would have told: ledger, and cards that nobody has seen.

    What may have arrived stays told; `refused` says that what is being sent did not. The events of a digest that is taken back are those
    of its subscription's next one, and its key, as that of any message that did not arrive, can be used again.
    """
    uncertain = [DeliveryState.AMBIGUOUS] if refused else [DeliveryState.AMBIGUOUS, DeliveryState.SENDING]
    for chunk in chunks(ids):
        columns = (deliveries.c[name] for name in ("id", "card_id", "digest_id", "kind", "part"))
        lost = await connection.execute(
            select(*columns).where(deliveries.c.id.in_(chunk), ~deliveries.c.is_doubtful, deliveries.c.state.not_in(uncertain))
        )
        untold = [row for row in lost if not row.part]
        # Of a card in doubt, what was told since: it went into a message that was not sent any more.
        rested = deliveries.c.state == DeliveryState.AMBIGUOUS.value
        rows = await connection.execute(select(deliveries.c.id, deliveries.c.settled_at).where(deliveries.c.id.in_(chunk), rested))
        await untell_since(connection, {row.id: row.settled_at for row in rows})
        gone = update(deliveries).where(deliveries.c.id.in_(chunk))
        await connection.execute(
            gone.values(state=DeliveryState.DROPPED.value, due_at=None, leased_until=None, reason=reason, settled_at=now)
        )
        await untell(connection, [row.id for row in untold])
        freed = update(deliveries).where(deliveries.c.id.in_([row.id for row in untold]))
        await connection.execute(freed.values(key=deliveries.c.key + " dropped " + cast(deliveries.c.id, Text)))
        await reopen(connection, [row.digest_id for row in untold if row.digest_id is not None])
        unseen = [row.card_id for row in untold if row.kind == DeliveryKind.CARD and row.card_id is not None]
        await connection.execute(update(deliveries).where(deliveries.c.card_id.in_(unseen)).values(card_id=None))
        await connection.execute(delete(cards).where(cards.c.id.in_(unseen)))


async def _find(connection: AsyncConnection, states: Sequence[DeliveryState], ids: Sequence[DeliveryId] | None) -> list[tuple[int, int]]:
    """Give the deliveries, all or these, that are in one of the states, with their chats."""
    every: Select[Any] = select(deliveries.c.id, deliveries.c.chat_id).order_by(deliveries.c.id)
    if ids is None:
        found = await connection.execute(every.where(TROUBLED, deliveries.c.state.in_(states)))
        return [(row.id, row.chat_id) for row in found]
    return [
        (row.id, row.chat_id)
        for chunk in chunks(ids)
        for row in await connection.execute(every.where(deliveries.c.id.in_(chunk), deliveries.c.state.in_(states)))
    ]


async def _rewake(connection: AsyncConnection, chat_ids: set[int], now: datetime) -> None:
    """Say anew when these chats can be claimed; what holds them goes on holding them."""
    queues = await locked(connection, chat_ids)
    await recount(connection, chat_ids)
    await wake(connection, {chat_id: row.held_until for chat_id, row in queues.items()}, now)
