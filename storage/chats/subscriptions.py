"""What chats subscribed to, as rows: adding, removing, what is due. When the next digest is due is computed in `core.chats.schedule`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chats.chat import Chat, ChatId, Repeat, Subscription, SubscriptionId
from storage.chats.chats import SERVED, chat_of
from storage.engine.engines import wait_for_writers
from storage.schema.chat_tables import BREAKING, SCHEDULED, chats, cursors, digests, subscriptions
from storage.schema.rows import Values, storable

_NAME: Final = "subscriptions"
_CHAT = [column.label(f"served_{column.name}") for column in chats.c]


async def add(connection: AsyncConnection, subscription: Subscription) -> Subscription:
    """Write down a subscription and give it its id, which no other ever had; the id that it has is not looked at."""
    await wait_for_writers(connection)
    row = _values(subscription) | {
        "id": await _next_id(connection),
        "chat_id": subscription.chat_id,
        "created_at": subscription.created_at,
    }
    inserted = await connection.execute(subscriptions.insert().values(**row).returning(subscriptions))
    return _subscription(inserted.one())


async def _next_id(connection: AsyncConnection) -> int:
    """Give the next number. A button under an old message names what it ends: SQLite by itself would give the last number once more."""
    counted = update(cursors).where(cursors.c.name == _NAME).values(position=cursors.c.position + 1).returning(cursors.c.position)
    number = (await connection.execute(counted)).scalar()
    if number is None:
        number = (await connection.scalar(select(func.max(subscriptions.c.id))) or 0) + 1
        await connection.execute(cursors.insert(), [{"name": _NAME, "position": number}])
    return int(number)


async def save(connection: AsyncConnection, subscription: Subscription) -> None:
    """Write what a subscription wants now and when it is due; whose it is stays."""
    await wait_for_writers(connection)
    await connection.execute(update(subscriptions).where(subscriptions.c.id == subscription.id).values(**_values(subscription)))


async def remove(connection: AsyncConnection, subscription_id: SubscriptionId) -> None:
    """End a subscription; its digests stay."""
    await wait_for_writers(connection)
    await connection.execute(update(digests).where(digests.c.subscription_id == subscription_id).values(subscription_id=None))
    await connection.execute(delete(subscriptions).where(subscriptions.c.id == subscription_id))


async def get(connection: AsyncConnection, subscription_id: SubscriptionId) -> Subscription | None:
    """Give a subscription, None when it was removed."""
    row = (await connection.execute(select(subscriptions).where(subscriptions.c.id == subscription_id))).first()
    return None if row is None else _subscription(row)


async def of(connection: AsyncConnection, chat_id: ChatId) -> list[Subscription]:
    """Give the subscriptions of a chat, oldest first."""
    rows = await connection.execute(select(subscriptions).where(subscriptions.c.chat_id == chat_id).order_by(subscriptions.c.id))
    return [_subscription(row) for row in rows]


async def due(connection: AsyncConnection, now: datetime, limit: int) -> list[tuple[Subscription, Chat]]:
    """Give subscriptions of chats that are served whose digest is due, the longest due first."""
    return await _served(connection, _EVERY.where(SCHEDULED, subscriptions.c.due_at <= now).order_by(subscriptions.c.due_at).limit(limit))


async def breaking(connection: AsyncConnection) -> list[tuple[Subscription, Chat]]:
    """Give the subscriptions to breaking news of chats that are served, in order of age, in their cool-down or not."""
    return await _served(connection, _EVERY.where(BREAKING))


_EVERY: Select[Any] = select(subscriptions, *_CHAT).join(chats, chats.c.id == subscriptions.c.chat_id).where(SERVED)


async def _served(connection: AsyncConnection, statement: Select[Any]) -> list[tuple[Subscription, Chat]]:
    rows: Sequence[Row[Any]] = (await connection.execute(statement.order_by(subscriptions.c.id))).all()
    return [(_subscription(row), chat_of(row, prefix="served_")) for row in rows]


def _subscription(row: Row[Any]) -> Subscription:
    return Subscription(
        id=SubscriptionId(row.id),
        chat_id=ChatId(row.chat_id),
        repeat=Repeat(row.repeat),
        created_at=row.created_at,
        at=row.at,
        weekday=row.weekday,
        filter=row.filter,
        min_reports=row.min_reports,
        within=row.within,
        cooldown=row.cooldown,
        due_at=row.due_at,
        last_date=row.last_date,
        seen=row.seen,
    )


def _values(subscription: Subscription) -> Values:
    return {
        "repeat": subscription.repeat.value,
        "at": subscription.at,
        "weekday": subscription.weekday,
        "filter": storable(subscription.filter),
        "min_reports": subscription.min_reports,
        "within": subscription.within,
        "cooldown": subscription.cooldown,
        "due_at": subscription.due_at,
        "last_date": subscription.last_date,
        "seen": subscription.seen,
    }
