"""Posts written down: what chats are to be sent about events, and what they know by it; what posts say is decided in `telling.posts`."""

from collections.abc import Sequence
from datetime import datetime

from bot.core.chats.delivery import DeliveryKind, NewDelivery
from bot.core.message_text import message_json
from bot.core.telling.posts import Post
from storage.delivery import deliveries, ledger
from storage.engine.database import Connection


async def write_down(connection: Connection, posts: Sequence[Post], now: datetime) -> None:
    """Queue posts, whose cards are saved already, and tell the ledgers what the chats know by them."""
    new = [
        NewDelivery(
            chat_id=post.chat_id,
            kind=post.kind,
            message=message_json(post.message),
            key=post.key,
            event_id=None if post.kind is DeliveryKind.ALERT else post.event_id,
            not_before=post.not_before,
        )
        for post in posts
    ]
    ids = await deliveries.queue(connection, new, now)
    told = [(post.chat_id, post.told, delivery_id) for post, delivery_id in zip(posts, ids, strict=True) if post.told is not None]
    await ledger.tell_all(connection, told)
