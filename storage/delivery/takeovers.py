"""The queues of a platform as a whole: what a new sender learns from the last, how long all wait, what a clock set back means."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, case, exists, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chats.chat import Address, ChatKind
from bot.core.chats.delivery import DeliveryKind, DeliveryState
from storage.delivery.chat_queues import locked, wake
from storage.engine.engines import wait_for_writers
from storage.schema.chat_tables import AWAKE, FINISHED, LEASED, WAITING, cards, chats, deliveries

SOON: Final = timedelta(minutes=1)
"""Edits of a card lie so far apart: what was shown may have a time that far ahead, see `core.posts.EDIT_PAUSE`."""

_TURN: Final = (
    update(deliveries).where(deliveries.c.id == bindparam("turned")).values(created_at=bindparam("created"), due_at=bindparam("due"))
)


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


async def hold(connection: AsyncConnection, platform: str, until: datetime) -> None:
    """Let nothing go to a platform before a time, whoever sends; what is being sent is not concerned. A longer hold stays."""
    await wait_for_writers(connection)
    busy = exists().where(deliveries.c.chat_id == chats.c.id, LEASED)
    shorter = or_(chats.c.held_until.is_(None), chats.c.held_until < until)
    later = case((chats.c.wake_at < until, literal(until, chats.c.wake_at.type)), else_=chats.c.wake_at)
    await connection.execute(update(chats).where(chats.c.platform == platform, shorter, ~busy).values(held_until=until, wake_at=later))


async def turn_back(connection: AsyncConnection, platform: str, now: datetime, *, holds: bool) -> None:
    """Let what was queued or shown at times that are still to come wait no longer than it was to: the clock was set back since.

    A time that was chosen, such as the end of quiet hours, stays. With `holds`, chats that are held are so no longer: for a sender that
    remembers itself which of them want to be left alone. Else they are held for less, by what is known of how far it was set back.
    """
    await wait_for_writers(connection)
    of_platform = select(chats.c.platform).where(chats.c.id == deliveries.c.chat_id).scalar_subquery()
    columns = [deliveries.c[name] for name in ("id", "chat_id", "created_at", "due_at")]
    # Not by the platform, whose deliveries may be a million: hardly ever is one of them ahead of the clock.
    rows = await connection.execute(select(*columns, of_platform.label("platform")).where(WAITING, deliveries.c.created_at > now))
    ahead = [row for row in rows if row.platform == platform]
    if not ahead and not holds:
        return
    busy = exists().where(deliveries.c.chat_id == chats.c.id, LEASED)
    held = select(chats.c.id).where(chats.c.platform == platform, AWAKE, chats.c.held_until > now, ~busy)
    chat_ids = {row.chat_id for row in ahead} | set(await connection.scalars(held))
    set_back = max((row.created_at - now for row in ahead), default=timedelta())
    queues = await locked(connection, chat_ids)
    turned = []
    for row in ahead:
        waits = row.due_at - row.created_at
        due_at = row.due_at if waits > SOON else now + waits
        turned.append({"turned": row.id, "created": now, "due": due_at})
    if turned:
        await connection.execute(_TURN, turned)
    shown = update(cards).where(cards.c.message_id.is_not(None), cards.c.closed_at.is_(None), cards.c.shown_at > now + SOON)
    await connection.execute(shown.where(cards.c.chat_id.in_(select(chats.c.id).where(chats.c.platform == platform))).values(shown_at=now))
    floors = {id_: None if holds or row.held_until is None else row.held_until - set_back for id_, row in queues.items()}
    await wake(connection, floors, now)
