"""The row of a chat as its queue: locking it, saying when it can be claimed, counting what waits. Deliveries themselves are not written.

`deliveries` tells how it works.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, bindparam, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine.chunks import chunks
from storage.schema.chat_tables import chats, deliveries
from storage.schema.rows import Values

_NEXT: Final = (
    select(deliveries.c.due_at)
    .where(deliveries.c.chat_id == chats.c.id, deliveries.c.due_at.is_not(None))
    .order_by(deliveries.c.due_at)
    .limit(1)
    .correlate(chats)
    .scalar_subquery()
)
_FLOOR: Final = bindparam("floor", type_=chats.c.wake_at.type)
_WAKE: Final = (
    update(chats)
    .where(chats.c.id == bindparam("woken"))
    .values(
        held_until=bindparam("held"),
        wake_at=case((or_(chats.c.paused_at.is_not(None), chats.c.stopped_at.is_not(None)), None), (_NEXT < _FLOOR, _FLOOR), else_=_NEXT),
        waiting=chats.c.waiting - bindparam("done", type_=chats.c.waiting.type),
        last_success_at=func.coalesce(bindparam("success", type_=chats.c.last_success_at.type), chats.c.last_success_at),
    )
)

_ROUSED: Final = bindparam("wake", type_=chats.c.wake_at.type)
_ROUSE: Final = (
    update(chats)
    .where(chats.c.id == bindparam("roused"))
    .values(
        wake_at=case((chats.c.wake_at < _ROUSED, chats.c.wake_at), else_=_ROUSED),
        waiting=chats.c.waiting + bindparam("more", type_=chats.c.waiting.type),
    )
)
_RECOUNT: Final = update(chats).values(
    waiting=select(func.count())
    .where(deliveries.c.chat_id == chats.c.id, deliveries.c.due_at.is_not(None))
    .correlate(chats)
    .scalar_subquery()
)


async def locked(connection: AsyncConnection, chat_ids: Iterable[int]) -> dict[int, Row[Any]]:
    """Keep others from the queues of these chats until the end of the transaction; gives the rows of those that there are."""
    rows: dict[int, Row[Any]] = {}
    for chunk in chunks(sorted(chat_ids)):
        queues: Select[Any] = select(chats.c.id, chats.c.held_until, chats.c.paused_at, chats.c.stopped_at).where(chats.c.id.in_(chunk))
        rows.update((row.id, row) for row in await connection.execute(queues.order_by(chats.c.id).with_for_update()))
    return rows


async def rouse(connection: AsyncConnection, rows: Iterable[Values], queues: Mapping[int, Row[Any]]) -> None:
    """Let chats be claimed when the first of their new deliveries is due, but not before the time until which they are held."""
    times: dict[int, list[datetime]] = {}
    for row in rows:
        times.setdefault(row["chat_id"], []).append(row["due_at"])
    values = []
    for chat_id, due in sorted(times.items()):
        chat = queues[chat_id]
        served = chat.paused_at is None and chat.stopped_at is None
        values.append({"roused": chat_id, "wake": max(min(due), chat.held_until or min(due)) if served else None, "more": len(due)})
    await connection.execute(_ROUSE, values)


async def wake(
    connection: AsyncConnection,
    held: Mapping[int, datetime | None],
    now: datetime,
    *,
    arrived: Collection[int] = (),
    settled: Mapping[int, int] | None = None,
) -> None:
    """Say anew when chats that are served can be claimed: when their next delivery is due, but not while they are held.

    What is overdue counts as due now: who was served last goes behind those who wait. In the chats of `arrived` something did; `settled`
    says how many deliveries of a chat wait no longer.
    """
    done = settled or {}
    values = [
        {
            "woken": chat_id,
            "held": until,
            "floor": max(now, until or now),
            "success": now if chat_id in arrived else None,
            "done": done.get(chat_id, 0),
        }
        for chat_id, until in sorted(held.items())
    ]
    if values:
        await connection.execute(_WAKE, values)


async def recount(connection: AsyncConnection, chat_ids: Iterable[int]) -> None:
    """Count anew what waits for these chats; they are locked."""
    for chunk in chunks(chat_ids):
        await connection.execute(_RECOUNT.where(chats.c.id.in_(chunk)))
