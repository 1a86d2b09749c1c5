"""Chats, cards and deliveries for the tests of storage, made from a few words each."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from bot.core.chats.chat import Address, CardState, Chat, ChatId, ChatKind, DeliveryId, Repeat, Subscription, SubscriptionId, Told
from bot.core.chats.delivery import Arrived, Claimed, DeliveryKind, NewDelivery, Verdict
from bot.core.model import EventId
from storage.chats import chats, subscriptions
from storage.delivery import cards, deliveries
from storage.engine.database import Connection, Database

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LEASE = timedelta(minutes=2)


def after(seconds: float) -> datetime:
    """So many seconds after the beginning of these tests."""
    return NOW + timedelta(seconds=seconds)


async def chat(connection: Connection, name: str = "42", *, platform: str = "telegram", thread: str = "") -> Chat:
    """The chat of this name, made if need be."""
    address = Address(platform=platform, chat=name, thread=thread)
    return await chats.ensure(connection, address, kind=ChatKind.PRIVATE, name=f"Chat {name}", zone="Europe/Kyiv", now=NOW)


async def chat_at(database: Database, address: Address) -> Chat:
    """What is stored of the chat there."""
    async with database.read() as connection:
        found = await chats.find(connection, address)
    assert found is not None
    return found


async def subscriptions_at(database: Database, address: Address) -> Sequence[Subscription]:
    """Those of the chat there."""
    found = await chat_at(database, address)
    async with database.read() as connection:
        return await subscriptions.of(connection, found.id)


async def subscribe(connection: Connection, chat_id: ChatId, *, repeat: Repeat = Repeat.DAILY, words: str = "") -> Subscription:
    """A subscription that is due now, but for breaking."""
    wanted = Subscription(
        id=SubscriptionId(0),
        chat_id=chat_id,
        repeat=repeat,
        created_at=NOW,
        at=None if repeat is Repeat.BREAKING else 480,
        due_at=None if repeat is Repeat.BREAKING else NOW,
        filter=words,
    )
    return await subscriptions.add(connection, wanted)


async def events(connection: Connection, *ids: int) -> None:
    """Events that have nothing but an id."""
    for id_ in ids:
        await connection.execute(
            text("INSERT INTO events (id, opened_at, updated_at, revision, reports, copies, outlets) VALUES (:id, 1, 1, 1, 1, 0, 1)"),
            {"id": id_},
        )


async def merge(connection: Connection, absorbed: int, survivor: int) -> None:
    """Have an event end in another."""
    await connection.execute(
        text("UPDATE events SET merged_into = :survivor WHERE id = :absorbed OR merged_into = :absorbed"),
        {"absorbed": absorbed, "survivor": survivor},
    )


def told(
    event_id: int, *, reports: int = 1, outlets: int = 1, revision: int = 1, at: datetime = NOW, headline: str = "Ferry adrift"
) -> Told:
    """A telling of an event."""
    return Told(event_id=EventId(event_id), revision=revision, at=at, outlets=outlets, reports=reports, headline=headline)


async def card(connection: Connection, chat_id: ChatId, event_id: int, content: str = "first") -> CardState:
    """A card as it is saved before its delivery is queued."""
    state = CardState(chat_id=chat_id, event_id=EventId(event_id), revision=1, content=content, told=told(event_id), shown_at=NOW)
    await cards.save_all(connection, [state])
    return state


def new(
    chat_id: ChatId, message: str, *, kind: DeliveryKind = DeliveryKind.NOTICE, event: int | None = None, at: datetime | None = None
) -> NewDelivery:
    """A delivery that is its own key."""
    event_id = None if event is None else EventId(event)
    key = f"{chat_id} {kind} {message}"
    return NewDelivery(chat_id=chat_id, kind=kind, message=message, key=key, event_id=event_id, not_before=at)


async def queue(connection: Connection, *wanted: NewDelivery, now: datetime = NOW) -> list[DeliveryId]:
    """Queue deliveries."""
    return await deliveries.queue(connection, wanted, now)


async def claim(
    database: Database, now: datetime = NOW, *, limit: int = 30, platform: str = "telegram", busy: Sequence[ChatId] = ()
) -> list[Claimed]:
    """Claim in a transaction of its own."""
    async with database.write() as connection:
        return await deliveries.claim(connection, now, platform, limit=limit, busy=busy, lease=LEASE)


async def ack(database: Database, *verdicts: tuple[Claimed, Verdict], now: datetime = NOW) -> None:
    """Acknowledge in a transaction of its own."""
    async with database.write() as connection:
        await deliveries.ack(connection, verdicts, now)


async def send_all(database: Database, now: datetime = NOW, *, platform: str = "telegram") -> list[str]:
    """Send all that is due, each message without a hitch; gives the messages in the order in which they went out."""
    sent: list[str] = []
    while claimed := await claim(database, now, platform=platform):
        sent += [each.message for each in claimed]
        await ack(database, *((each, Arrived(message_id=f"id of {each.message}")) for each in claimed), now=now)
    return sent
