"""Digests that were opened: one for each subscription and local date, with the account of what it showed and left out."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chats.chat import ChatId, DigestId, Subscription
from bot.core.model import EventId
from storage.engine.engines import wait_for_writers
from storage.schema.chat_tables import digests, subscriptions
from storage.schema.rows import storable


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The account of a digest: its window, how many articles and events were in it, which were shown, which not and why.

    `backlog` of the articles were old when they came, and `after` is the line of history at which it begins, None where nobody noted it.
    """

    since: datetime
    until: datetime
    articles: int
    events: int
    shown: tuple[EventId, ...]
    hidden: tuple[tuple[EventId, str], ...]
    backlog: int = 0
    after: int | None = None


async def begin(
    connection: AsyncConnection, subscription: Subscription, local_date: date, *, since: datetime, until: datetime, now: datetime
) -> DigestId | None:
    """Begin the digest of a local date; None when there is one already: whoever was first goes on with it."""
    await wait_for_writers(connection)
    there = select(digests.c.id).where(digests.c.subscription_id == subscription.id, digests.c.local_date == local_date)
    if await connection.scalar(there) is not None:
        return None
    row = {
        "chat_id": subscription.chat_id,
        "subscription_id": subscription.id,
        "local_date": local_date,
        "opened_at": now,
        "since": since,
        "until": until,
    }
    return DigestId((await connection.execute(digests.insert().values(**row).returning(digests.c.id))).scalar_one())


async def note(connection: AsyncConnection, digest_id: DigestId, receipt: Receipt) -> None:
    """Keep the account of a digest; its window is that of the digest."""
    told = {
        "articles": receipt.articles,
        "events": receipt.events,
        "backlog": receipt.backlog,
        "after": receipt.after,
        "shown": list(receipt.shown),
        "hidden": [[event_id, storable(reason)] for event_id, reason in receipt.hidden],
    }
    await connection.execute(
        update(digests).where(digests.c.id == digest_id).values(receipt=json.dumps(told, ensure_ascii=False, separators=(",", ":")))
    )


async def receipt(connection: AsyncConnection, chat_id: ChatId, digest_id: DigestId | None = None) -> Receipt | None:
    """Give the account of a digest of the chat, the newest unless one is named; None when there is none."""
    noted = select(digests).where(digests.c.chat_id == chat_id, digests.c.receipt.is_not(None))
    if digest_id is not None:
        noted = noted.where(digests.c.id == digest_id)
    row = (await connection.execute(noted.order_by(digests.c.id.desc()).limit(1))).first()
    if row is None:
        return None
    return receipt_of(row.receipt, row.since, row.until)


def receipt_of(text: str, since: datetime, until: datetime) -> Receipt:
    """Read what `note` wrote about the digest of this window."""
    told = json.loads(text)
    return Receipt(
        since=since,
        until=until,
        articles=told["articles"],
        events=told["events"],
        backlog=told["backlog"],
        after=told.get("after"),
        shown=tuple(map(EventId, told["shown"])),
        hidden=tuple((EventId(event_id), reason) for event_id, reason in told["hidden"]),
    )


async def reopen(connection: AsyncConnection, ids: Sequence[int]) -> None:
    """Let the next digests of their subscriptions account for what these would have told: they did not arrive."""
    unread = select(digests.c.subscription_id, digests.c.receipt).where(digests.c.id.in_(ids), digests.c.receipt.is_not(None))
    for row in (await connection.execute(unread)).all() if ids else ():
        after = json.loads(row.receipt).get("after")
        if after is not None:
            mine = (subscriptions.c.id == row.subscription_id, subscriptions.c.seen > after)
            await connection.execute(update(subscriptions).where(*mine).values(seen=after))
