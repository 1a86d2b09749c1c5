"""What a new sender of a platform learns from the outbox: what its predecessor died over, and what it sent that still counts for limits."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chat import Address, ChatKind
from bot.core.delivery import DeliveryKind, DeliveryState
from storage.chat_tables import FINISHED, LEASED, chats, deliveries
from storage.engines import wait_for_writers


async def release(connection: AsyncConnection, platform: str, now: datetime) -> int:
    """Let everything that is being sent to a platform be claimed again at once; gives how much it was. For its only sender."""
    await wait_for_writers(connection)
    of_platform = select(chats.c.id).where(chats.c.platform == platform)
    leased = (LEASED, deliveries.c.chat_id.in_(of_platform))
    count = await connection.scalar(select(func.count()).select_from(deliveries).where(*leased))
    if count:
        # Nobody sends to a chat that is paused, not even what was under way when it was.
        due = chats.c.id.in_(select(deliveries.c.chat_id).where(*leased)) & chats.c.paused_at.is_(None) & chats.c.stopped_at.is_(None)
        await connection.execute(update(chats).where(due).values(wake_at=now, held_until=None))
    return count or 0


async def sent_since(connection: AsyncConnection, platform: str, since: datetime) -> list[tuple[Address, ChatKind, bool, datetime]]:
    """Give every message that arrived at a platform since then, oldest first: where, whether it was an edit, and when.

    Of a message of several parts each has the time of the last, and the parts of one that is not whole yet are left out.
    """
    rows = await connection.execute(
        select(chats.c.chat, chats.c.thread, chats.c.kind.label("chat_kind"), deliveries.c.kind, deliveries.c.part, deliveries.c.settled_at)
        .join(chats, chats.c.id == deliveries.c.chat_id)
        .where(
            chats.c.platform == platform,
            FINISHED,
            deliveries.c.state == DeliveryState.SENT.value,
            deliveries.c.settled_at >= since,
        )
        .order_by(deliveries.c.settled_at)
    )
    return [
        (
            Address(platform=platform, chat=row.chat, thread=row.thread),
            ChatKind(row.chat_kind),
            row.kind == DeliveryKind.EDIT,
            row.settled_at,
        )
        for row in rows
        for _ in range(row.part)
    ]
