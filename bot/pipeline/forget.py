"""Forgetting: what was sent and told so long ago that nobody asks for it any more, so that no table grows for ever. What is needed stays.

What a chat was told of an event is kept for as long as anything comes to that event, and `TOLD` beyond: an event that gets a report after
so long is news again. All else about chats (settings, subscriptions, what they follow and mute) is kept until they are forgotten.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final, TypeAlias

import structlog

from bot.core.errors import StorageUnavailable
from storage.delivery import outbox, retention
from storage.engine.database import Connection, Database

log = structlog.get_logger(__name__)

SENT: Final = timedelta(days=30)
"""How long a message is kept that was sent, dropped, or that nobody looked after. Guess: as long as somebody may ask what became of it."""

TOLD: Final = timedelta(days=90)
"""How long tellings, cards and the accounts of digests are kept. Guess, far above the days in which reports come to one event."""

_Walk: TypeAlias = Callable[[Connection, datetime, int], Awaitable[tuple[int, int | None]]]
_WALKS: Final[tuple[_Walk, ...]] = (retention.forget_tellings, retention.forget_cards, retention.forget_digests)


async def forget(database: Database, now: datetime) -> int:
    """Forget what is old, and give how many rows it was. Raises StorageUnavailable; what was forgotten by then is."""
    total = 0
    while True:
        async with database.write() as connection:
            gone = await outbox.prune(connection, now - SENT)
        total += gone
        if not gone:
            break
    for walk in _WALKS:
        place: int | None = 0
        while place is not None:
            async with database.write() as connection:
                gone, place = await walk(connection, now - TOLD, place)
            total += gone
    return total


async def forget_in_time(database: Database, clock: Callable[[], datetime]) -> None:
    """Forget what is old, as the clock calls it; when the database cannot be written now, it is for the next time."""
    try:
        gone = await forget(database, clock())
    except StorageUnavailable as error:
        log.warning("What is old could not be forgotten.", reason=str(error))
        return
    if gone:
        log.info("What is old was forgotten.", rows=gone)
