"""Writing down what grouping decided, with what it remembers, in the caller's transaction; nothing is decided here."""

from collections.abc import Sequence
from datetime import datetime

from bot.core.event import summarise
from bot.core.grouping.decision import Change, Merged, Parted
from bot.core.grouping.memory import Memory
from bot.core.model import EventId
from storage.engine.database import Connection
from storage.news import events, memories


async def record(connection: Connection, changes: Sequence[Change], memory: Memory, fingerprint: str, now: datetime) -> None:
    """Write decisions, the memory after them, and what the rows of the events say about their articles."""
    await events.apply(connection, changes, now)
    await memories.write(connection, memory, fingerprint)
    touched = sorted({event_id for change in changes for event_id in _touched(change)})
    await events.summarise(connection, [summarise(event) for event in await events.load(connection, touched) if event.articles])


def _touched(change: Change) -> tuple[EventId, ...]:
    match change:
        case Merged():
            return (change.survivor,)
        case Parted():
            return (change.event_id, change.source)
        case _:
            return (change.event_id,)
