"""What happens to a chat as a whole, with all its rows: it moves to another address, it is forgotten, it asks what is stored of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Table, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chats.chat import Address, Chat, ChatId, Follow, Mute, Subscription, Told
from bot.core.chats.delivery import DeliveryKind, DeliveryState
from storage.chats import mutes, screens, subscriptions
from storage.chats.chats import get
from storage.delivery import ledger
from storage.delivery.chat_queues import locked, recount, wake
from storage.delivery.outbox import discard
from storage.engine.chunks import chunks
from storage.engine.engines import insert_new, wait_for_writers
from storage.schema.chat_tables import cards, chats, deliveries, digests, follows
from storage.schema.chat_tables import ledger as ledger_rows
from storage.schema.chat_tables import mutes as mute_rows
from storage.schema.chat_tables import subscriptions as subscription_rows
from storage.schema.rows import storable
from storage.schema.tables import EPOCH

_WISH: Final = ("repeat", "at", "weekday", "filter", "min_reports", "within", "cooldown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message that is or was on its way to a chat: its content as `core.message_text` wrote it."""

    created_at: datetime
    kind: DeliveryKind
    state: DeliveryState
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """All that is stored of a chat; `digests` counts those that were made for it, `cards` the events that it has cards of."""

    chat: Chat
    subscriptions: tuple[Subscription, ...]
    follows: tuple[Follow, ...]
    mutes: tuple[Mute, ...]
    told: tuple[Told, ...]
    digests: int
    cards: int
    messages: tuple[Message, ...]


async def move(connection: AsyncConnection, chat_id: ChatId, address: Address, now: datetime) -> None:
    """Let a chat have another address, with all its threads, subscriptions and what waits; a second time changes nothing.

    A chat that is there already becomes part of it: its subscriptions are added unless they are the same, and the settings are those of
    the chat that came. Messages of the old address mean nothing at the new one: its cards end, and edits of them are dropped.
    """
    await wait_for_writers(connection)
    chat = await get(connection, chat_id)
    if chat is None or chat.address == address:
        return
    siblings = await connection.execute(
        select(chats.c.id, chats.c.thread).where(
            chats.c.platform == chat.address.platform, chats.c.chat == chat.address.chat, chats.c.id != chat_id
        )
    )
    threads = {chat_id: address.thread}
    if address.chat != chat.address.chat:
        await screens.moved(connection, chat.address, address)
        threads |= {ChatId(row.id): row.thread for row in siblings if row.thread != address.thread}
    for moving, thread in threads.items():
        await _move(connection, moving, Address(platform=address.platform, chat=address.chat, thread=thread), now)


async def _move(connection: AsyncConnection, chat_id: ChatId, address: Address, now: datetime) -> None:
    place = {"platform": storable(address.platform), "chat": storable(address.chat), "thread": storable(address.thread)}
    there = await connection.scalar(select(chats.c.id).where(*(chats.c[name] == value for name, value in place.items())))
    queues = await locked(connection, {chat_id} if there is None else {chat_id, there})
    await _end_cards(connection, chat_id, now)
    if there is not None:
        await _take_over(connection, there, chat_id, now)
    await connection.execute(update(chats).where(chats.c.id == chat_id).values(**place))
    await recount(connection, [chat_id])
    await wake(connection, {chat_id: max((row.held_until for row in queues.values() if row.held_until), default=None)}, now)


async def _end_cards(connection: AsyncConnection, chat_id: int, now: datetime) -> None:
    """Forget the messages that a chat had: others of the new chat may have the same ids, and would be edited in their place."""
    shown = list(await connection.scalars(select(cards.c.id).where(cards.c.chat_id == chat_id, cards.c.message_id.is_not(None))))
    for chunk in chunks(shown):
        edits = select(deliveries.c.id).where(
            deliveries.c.card_id.in_(chunk), deliveries.c.kind == DeliveryKind.EDIT.value, deliveries.c.due_at.is_not(None)
        )
        await discard(connection, list(await connection.scalars(edits)), "its message is in the chat's old place", now, refused=False)
        await connection.execute(update(cards).where(cards.c.id.in_(chunk), cards.c.closed_at.is_(None)).values(closed_at=now))
        await connection.execute(update(cards).where(cards.c.id.in_(chunk)).values(message_id=None))


async def _take_over(connection: AsyncConnection, old: int, new: int, now: datetime) -> None:
    """Give all that one chat has to another, and forget it."""
    await _join_subscriptions(connection, old, new)
    await _join_cards(connection, old, new, now)
    followed = await connection.scalars(select(follows.c.event_id).where(follows.c.chat_id == old))
    await insert_new(connection, follows, [{"chat_id": new, "event_id": event_id} for event_id in followed])
    await connection.execute(delete(follows).where(follows.c.chat_id == old))
    for table in (digests, cards, deliveries, ledger_rows, mute_rows):
        await connection.execute(update(table).where(table.c.chat_id == old).values(chat_id=new))
    await connection.execute(delete(chats).where(chats.c.id == old))


async def _join_subscriptions(connection: AsyncConnection, old: int, new: int) -> None:
    """Add subscriptions to those of another chat, but none that says the same as one of them."""
    mine = {_wish(each): each for each in await subscriptions.of(connection, ChatId(new))}
    for each in await subscriptions.of(connection, ChatId(old)):
        same = mine.get(_wish(each))
        if same is None:
            moved = update(subscription_rows).where(subscription_rows.c.id == each.id)
            await connection.execute(moved.values(chat_id=new))
            continue
        # What either of them had told today is not told again.
        dates = [date for date in (same.last_date, each.last_date) if date is not None]
        times = [time for time in (same.due_at, each.due_at) if time is not None]
        merged = replace(same, last_date=max(dates, default=None), due_at=max(times, default=None))
        await subscriptions.save(connection, merged)
        await subscriptions.remove(connection, each.id)


def _wish(subscription: Subscription) -> tuple[object, ...]:
    return tuple(getattr(subscription, name) for name in _WISH)


async def _join_cards(connection: AsyncConnection, old: int, new: int, now: datetime) -> None:
    """Where both chats have a card of an event, the one goes on that is in the new place already; the other was not seen by anybody."""
    shown = select(cards.c.event_id).where(cards.c.chat_id == old, cards.c.closed_at.is_(None)).scalar_subquery()
    rivals = (cards.c.chat_id == new, cards.c.closed_at.is_(None), cards.c.event_id.in_(shown))
    waiting = select(deliveries.c.id).join(cards, cards.c.id == deliveries.c.card_id).where(*rivals, deliveries.c.due_at.is_not(None))
    await discard(connection, list(await connection.scalars(waiting)), "the chat has a card of the event", now, refused=False)
    await connection.execute(update(cards).where(*rivals).values(closed_at=now))


async def forget(connection: AsyncConnection, chat_id: ChatId) -> None:
    """Delete a chat and everything that is stored of it."""
    await wait_for_writers(connection)
    if (chat := await get(connection, chat_id)) is not None:
        await screens.forget(connection, chat.address)
    await locked(connection, [chat_id])
    for table in (ledger_rows, follows, mute_rows, deliveries, cards, digests, subscription_rows):
        await connection.execute(delete(table).where(table.c.chat_id == chat_id))
    await connection.execute(delete(chats).where(chats.c.id == chat_id))


async def export_of(connection: AsyncConnection, chat_id: ChatId) -> Export | None:
    """Give all that is stored of a chat; None when there is no such chat."""
    chat = await get(connection, chat_id)
    if chat is None:
        return None
    followed = (await mutes.followed(connection, [chat_id])).get(chat_id, frozenset())
    messages = await connection.execute(
        select(deliveries.c.created_at, deliveries.c.kind, deliveries.c.state, deliveries.c.message)
        .where(deliveries.c.chat_id == chat_id)
        .order_by(deliveries.c.id)
    )
    return Export(
        chat=chat,
        subscriptions=tuple(await subscriptions.of(connection, chat_id)),
        follows=tuple(Follow(chat_id, event_id) for event_id in sorted(followed)),
        mutes=tuple((await mutes.of(connection, [chat_id], EPOCH)).get(chat_id, ())),
        told=tuple(await ledger.since(connection, chat_id, EPOCH)),
        digests=await _count(connection, digests, chat_id),
        cards=await _count(connection, cards, chat_id),
        messages=tuple(
            Message(created_at=row.created_at, kind=DeliveryKind(row.kind), state=DeliveryState(row.state), content=row.message)
            for row in messages
        ),
    )


async def _count(connection: AsyncConnection, table: Table, chat_id: ChatId) -> int:
    return await connection.scalar(select(func.count()).select_from(table).where(table.c.chat_id == chat_id)) or 0
