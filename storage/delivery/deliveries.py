"""The outbox while it works: queueing, claiming, taking in what became of it. Operators have `outbox`, new senders `takeovers`.

The queue of a chat is kept in the row of the chat: `wake_at` says when it can be claimed next, `held_until` that something is being sent
to it or that it is to be left alone. A chat has at most one delivery under way, and the others wait for it, in order of their due times
and ids; so one lease is enough for the chat, and a claim looks at chats, not at deliveries, however many there are.

What is being sent is marked so in a transaction before it is sent. When the program dies over it, or does not learn what became of it,
the message may be in the chat or not. The rule:

- Edits, and messages to platforms that show the same nonce once, are sent again: that does no harm.
- What the program died over is sent again: at most one copy too many for each death, never a loss.
- When the platform leaves it open, it is sent once again. A second doubt ends it as `ambiguous`, which `/status` counts; somebody may
  look into the chat and say `retry` or `drop`.
- `verdicts` has a limit for each: in the end a message may be what the program dies of.

Wherever rows of chats are locked, they are so in the order of their ids and before the rows of deliveries.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, Select, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chats.chat import Address, ChatId, ChatKind, DeliveryId, Quiet, Reader
from bot.core.chats.delivery import Arrived, CardGone, Claimed, DeliveryKind, DeliveryState, NewDelivery, Verdict
from bot.core.model import EventId
from storage.delivery.chat_queues import locked, recount, rouse, wake
from storage.delivery.ledger import untell
from storage.delivery.queueing import Queue
from storage.delivery.verdicts import MOST_LAPSES, Standing, abandon, judge
from storage.engine.chunks import chunks
from storage.engine.engines import wait_for_writers
from storage.schema.chat_tables import AWAKE, LEASED, cards, chats, deliveries, ledger
from storage.schema.rows import Values

_CHANGING: Final = ("state", "part", "attempts", "doubts", "lapses", "is_doubtful", "due_at", "reason", "message_id", "settled_at")
_SETTLE: Final = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("settled"))
    .values(leased_until=None, **{name: bindparam(f"new_{name}") for name in _CHANGING})
)
_LEASE: Final = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("leased"))
    .values(
        state=DeliveryState.SENDING.value,
        leased_until=bindparam("until"),
        is_doubtful=bindparam("doubtful"),
        attempts=bindparam("attempt"),
        claims=bindparam("claim"),
        lapses=deliveries.c.lapses + bindparam("lapsed", type_=deliveries.c.lapses.type),
    )
)
_HOLD: Final = update(chats).where(chats.c.id == bindparam("claimed")).values(wake_at=bindparam("until"), held_until=bindparam("until"))

# What a chat gets next: what somebody died over, else what has been due for longest.
_LEFT: Final = select(deliveries.c.id).where(deliveries.c.chat_id == chats.c.id, LEASED).limit(1).correlate(chats).scalar_subquery()
_OLDEST: Final = (
    select(deliveries.c.id)
    .where(deliveries.c.chat_id == chats.c.id, deliveries.c.due_at <= bindparam("now"))
    .order_by(deliveries.c.due_at, deliveries.c.id)
    .limit(1)
    .correlate(chats)
    .scalar_subquery()
)
_HEADS: Final = (
    select(deliveries, cards.c.event_id, cards.c.message_id.label("card_message_id"))
    .select_from(chats)
    .join(deliveries, deliveries.c.id == func.coalesce(_LEFT, _OLDEST))
    .join(cards, cards.c.id == deliveries.c.card_id, isouter=True)
    .where(chats.c.id.in_(bindparam("chats", expanding=True)))
)


async def queue(connection: AsyncConnection, new: Sequence[NewDelivery], now: datetime) -> list[DeliveryId]:
    """Write down what is to be sent; gives for each the delivery that carries it.

    A key that was there before gives the delivery that has it. An edit takes the place of an edit of the same card that waits, and keeps
    its due time. While nobody can have seen the card itself, its message is replaced instead, and replies to it are left out.

    Raises:
        ValueError: there is no such chat, or no such card; save cards before.
    """
    await wait_for_writers(connection)
    queues = await locked(connection, {each.chat_id for each in new})
    if missing := sorted({each.chat_id for each in new} - queues.keys()):
        raise ValueError(f"There is no chat {missing[0]} to send anything to.")
    places: list[DeliveryId] = []
    for chunk in chunks(new):
        places += await _queue(connection, chunk, queues, now)
    return places


async def _queue(
    connection: AsyncConnection, new: Sequence[NewDelivery], queues: Mapping[int, Row[Any]], now: datetime
) -> list[DeliveryId]:
    known = await connection.execute(select(deliveries.c.key, deliveries.c.id).where(deliveries.c.key.in_([each.key for each in new])))
    batch = Queue(now, {row.key: row.id for row in known})
    card_ids = await _card_ids(connection, new)
    if card_ids:
        columns = (deliveries.c[name] for name in ("id", "card_id", "kind", "state", "part", "is_doubtful"))
        batch.know(await connection.execute(select(*columns).where(deliveries.c.card_id.in_(card_ids.values())).order_by(deliveries.c.id)))
    for each in new:
        if each.event_id is not None and (each.chat_id, each.event_id) not in card_ids:
            raise ValueError(f"A delivery for chat {each.chat_id} is about event {each.event_id}, of which the chat has no card.")
        batch.put(each, None if each.event_id is None else card_ids[each.chat_id, each.event_id])
    if batch.replaced:
        await connection.execute(
            update(deliveries).where(deliveries.c.id == bindparam("replaced")).values(message=bindparam("text")),
            [{"replaced": id_, "text": message} for id_, message in batch.replaced.items()],
        )
    if batch.superseded:
        needless = update(deliveries).where(deliveries.c.id.in_(batch.superseded))
        await connection.execute(needless.values(state=DeliveryState.DROPPED.value, due_at=None, reason="a newer edit", settled_at=now))
        await recount(connection, {each.chat_id for each in new})
    if not batch.inserted:
        return [DeliveryId(int(place)) for place in batch.places]
    await connection.execute(deliveries.insert(), list(batch.inserted.values()))
    await rouse(connection, list(batch.inserted.values()), queues)
    rows = await connection.execute(select(deliveries.c.key, deliveries.c.id).where(deliveries.c.key.in_(batch.inserted)))
    ids = {row.key: row.id for row in rows}
    return [DeliveryId(place if isinstance(place, int) else ids[place]) for place in batch.places]


async def gathering(connection: AsyncConnection, chat_ids: Collection[ChatId], later: datetime) -> dict[ChatId, tuple[str, str]]:
    """Give the alert of each of these chats that waits until `later` than this for the end of quiet hours: its key and its message.

    Whoever queues an alert under that key replaces its message. `later` lies some minutes ahead, so that nobody sends it meanwhile.
    """
    found: dict[ChatId, tuple[str, str]] = {}
    for chunk in chunks(chat_ids):
        waiting = select(deliveries.c.chat_id, deliveries.c.key, deliveries.c.message).where(
            deliveries.c.chat_id.in_(chunk),
            deliveries.c.due_at > later,
            deliveries.c.kind == DeliveryKind.ALERT.value,
            deliveries.c.state == DeliveryState.QUEUED.value,
        )
        found |= {ChatId(row.chat_id): (row.key, row.message) for row in await connection.execute(waiting.order_by(deliveries.c.id.desc()))}
    return found


async def gathered_about(connection: AsyncConnection, event_ids: Collection[EventId], later: datetime) -> list[tuple[ChatId, EventId]]:
    """Name the chats that have an alert of one of these events waiting, as `gathering` gives it."""
    found: set[tuple[ChatId, EventId]] = set()
    for chunk in chunks(event_ids):
        about = (
            select(ledger.c.chat_id, ledger.c.event_id)
            .join(deliveries, deliveries.c.id == ledger.c.delivery_id)
            .where(
                ledger.c.event_id.in_(chunk),
                deliveries.c.due_at > later,
                deliveries.c.kind == DeliveryKind.ALERT.value,
                deliveries.c.state == DeliveryState.QUEUED.value,
            )
        )
        found |= {(ChatId(row.chat_id), EventId(row.event_id)) for row in await connection.execute(about)}
    return sorted(found)


async def _card_ids(connection: AsyncConnection, new: Sequence[NewDelivery]) -> dict[tuple[int, int], int]:
    """Find the cards that deliveries are about, under their chat and event."""
    wanted = {(each.chat_id, each.event_id) for each in new if each.event_id is not None}
    if not wanted:
        return {}
    chat_ids, event_ids = zip(*wanted, strict=True)
    rows = await connection.execute(
        select(cards.c.id, cards.c.chat_id, cards.c.event_id)
        .where(cards.c.chat_id.in_(chat_ids), cards.c.event_id.in_(event_ids))
        # The living one counts, else the one that ended last.
        .order_by(cards.c.closed_at.is_(None), cards.c.closed_at, cards.c.id)
    )
    return {(row.chat_id, row.event_id): row.id for row in rows if (row.chat_id, row.event_id) in wanted}


async def claim(
    connection: AsyncConnection, now: datetime, platform: str, *, limit: int, busy: Collection[ChatId], lease: timedelta
) -> list[Claimed]:
    """Take the next delivery of at most `limit` chats that are not `busy`, those that have waited longest first.

    Chats that another process is about to claim are passed over. Who dies with a claim loses nothing: the chat can be claimed again after
    the lease, and gets the same delivery first.
    """
    columns = ("id", "chat", "thread", "kind", "zone", "language", "quiet_start", "quiet_end")
    waiting: Select[Any] = select(*(chats.c[name] for name in columns))
    waiting = waiting.where(chats.c.platform == platform, chats.c.wake_at <= now)
    if busy:
        waiting = waiting.where(chats.c.id.not_in(sorted(busy)))
    waiting = waiting.order_by(chats.c.wake_at, chats.c.id).limit(limit).with_for_update(skip_locked=True)
    found = {row.id: row for row in await connection.execute(waiting)}
    heads = {row.chat_id: row for chunk in chunks(found) for row in await connection.execute(_HEADS, {"chats": chunk, "now": now})}
    claimed: list[Claimed] = []
    idle: list[int] = [chat_id for chat_id in found if chat_id not in heads]
    settled: list[tuple[Row[Any], Standing]] = []
    for chat_id, chat in found.items():
        row = heads.get(chat_id)
        if row is None:
            continue
        if row.kind == DeliveryKind.EDIT and row.card_message_id is None:
            settled.append((row, judge(row, CardGone(reason="the card is not in the chat"), now)))
            idle.append(chat_id)
        elif row.state == DeliveryState.SENDING and row.lapses + 1 >= MOST_LAPSES:
            settled.append((row, abandon(row, now)))
            idle.append(chat_id)
        else:
            claimed.append(_claimed(row, chat, platform))
    await _settle(connection, settled)
    await untell(connection, [row.id for row, standing in settled if standing.state is DeliveryState.DROPPED])
    await wake(connection, dict.fromkeys(idle), now, settled=Counter(row.chat_id for row, _ in settled))
    if claimed:
        until = now + lease
        await connection.execute(
            _LEASE,
            [
                {
                    "leased": each.id,
                    "until": until,
                    "doubtful": each.is_doubtful,
                    "attempt": each.attempts,
                    "claim": each.claim,
                    "lapsed": int(heads[each.chat_id].state == DeliveryState.SENDING),
                }
                for each in claimed
            ],
        )
        await connection.execute(_HOLD, [{"claimed": each.chat_id, "until": until} for each in claimed])
    if settled and not claimed:  # Something else may be due in these chats.
        return await claim(connection, now, platform, limit=limit, busy=busy, lease=lease)
    return claimed


def _claimed(row: Row[Any], chat: Row[Any], platform: str) -> Claimed:
    """Give a row as it stands once it is claimed; `sending` means that its last claimer died over it."""
    died = row.state == DeliveryState.SENDING and row.kind != DeliveryKind.EDIT
    return Claimed(
        id=DeliveryId(row.id),
        claim=row.claims + 1,
        chat_id=ChatId(row.chat_id),
        address=Address(platform=platform, chat=chat.chat, thread=chat.thread),
        chat_kind=ChatKind(chat.kind),
        reader=Reader(zone=chat.zone, language=chat.language),
        kind=DeliveryKind(row.kind),
        message=row.message,
        created_at=row.created_at,
        part=row.part,
        attempts=row.attempts + 1,
        doubts=row.doubts,
        is_doubtful=row.is_doubtful or died,
        is_silent=row.is_silent,
        event_id=None if row.event_id is None else EventId(row.event_id),
        edits=row.card_message_id if row.kind == DeliveryKind.EDIT else None,
        reply_to=row.card_message_id if row.kind == DeliveryKind.REPLY else None,
        begun_by=row.message_id if row.part else None,
        quiet=None if chat.quiet_start is None else Quiet(chat.quiet_start, chat.quiet_end),
        zone=chat.zone,
    )


async def ack(connection: AsyncConnection, verdicts: Sequence[tuple[Claimed, Verdict]], now: datetime) -> None:
    """Take in what became of claims; each delivery once.

    A claim whose lease ended and was given to somebody else changes nothing; nor does one whose delivery was dropped meanwhile, unless it
    arrived all the same.
    """
    for chunk in chunks(verdicts):
        await _ack(connection, chunk, now)


async def _ack(connection: AsyncConnection, verdicts: Sequence[tuple[Claimed, Verdict]], now: datetime) -> None:
    await locked(connection, {claimed.chat_id for claimed, _ in verdicts})
    rows = await connection.execute(select(deliveries).where(deliveries.c.id.in_([claimed.id for claimed, _ in verdicts])))
    stored = {row.id: row for row in rows}
    settled: list[tuple[Row[Any], Standing]] = []
    held: dict[int, datetime | None] = {}
    successes: set[int] = set()
    named: list[Values] = []
    gone: list[int] = []
    for claimed, verdict in verdicts:
        row = stored.get(claimed.id)
        if row is None or row.claims != claimed.claim:
            continue
        arrived = isinstance(verdict, Arrived)
        if row.state != DeliveryState.SENDING and not (arrived and row.state == DeliveryState.DROPPED):
            continue
        standing = judge(row, verdict, now)
        settled.append((row, standing))
        held[row.chat_id] = standing.held_until
        if arrived:
            successes.add(row.chat_id)
        if arrived and row.kind == DeliveryKind.CARD and row.card_id is not None:
            named.append({"named": row.card_id, "message": standing.message_id})
        if isinstance(verdict, CardGone) and row.card_id is not None:
            gone.append(row.card_id)
    await _settle(connection, settled)
    if named:
        await connection.execute(update(cards).where(cards.c.id == bindparam("named")).values(message_id=bindparam("message")), named)
    # What nobody will see in the card was not told: the next digest tells it.
    await untell(connection, [row.id for row, standing in settled if standing.state is DeliveryState.DROPPED])
    if gone:
        await connection.execute(update(cards).where(cards.c.id.in_(gone)).values(message_id=None, closed_at=now))
    done = Counter(row.chat_id for row, standing in settled if row.due_at is not None and standing.due_at is None)
    await wake(connection, held, now, arrived=successes, settled=done)


async def next_wake(connection: AsyncConnection, platform: str) -> datetime | None:
    """Give when a claim can find something next; None while nothing waits."""
    first: datetime | None = await connection.scalar(select(func.min(chats.c.wake_at)).where(chats.c.platform == platform, AWAKE))
    return first


async def _settle(connection: AsyncConnection, settled: Sequence[tuple[Row[Any], Standing]]) -> None:
    """Write how deliveries stand that nobody is sending any more."""
    if settled:
        rows = [{"settled": row.id} | {f"new_{name}": getattr(standing, name) for name in _CHANGING} for row, standing in settled]
        await connection.execute(_SETTLE, rows)


async def hold(connection: AsyncConnection, chat_id: ChatId, until: datetime, now: datetime) -> None:
    """Let what a chat's quiet hours held back wait until this time: they changed. Edits make no noise, and notices wait for nothing."""
    await wait_for_writers(connection)
    queues = await locked(connection, [chat_id])
    await connection.execute(
        update(deliveries)
        .where(
            deliveries.c.chat_id == chat_id,
            deliveries.c.due_at > now,
            deliveries.c.state.in_([DeliveryState.QUEUED, DeliveryState.RETRY]),
            deliveries.c.kind.in_([DeliveryKind.CARD, DeliveryKind.REPLY, DeliveryKind.DIGEST, DeliveryKind.ALERT]),
        )
        .values(due_at=max(now, until))
    )
    await wake(connection, {id_: row.held_until for id_, row in queues.items()}, now)
