"""What grouping remembers beside its decisions: written with them, read at a start and when a quiet event may be told again."""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.grouping.memory import Memory
from bot.core.model import ArticleId, EventId
from storage.engine.chunks import chunks
from storage.engine.engines import insert_new, upsert
from storage.schema.tables import articles, event_memories, event_words, report_memories, word_counts

UNFINISHED = ""  # the fingerprint of memories that are being made anew
_PAGE = 500  # events read in one round
_CHUNK = 5_000  # words or ids in one statement; PostgreSQL and SQLite take 32,766


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Words and events counted in some batches, and by which way of reading texts."""

    fingerprint: str
    events: int
    counts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """An event as `core.grouping.memory` wrote it, with those of its reports whose copies are recognised."""

    event_id: EventId
    state: str
    reports: tuple[tuple[ArticleId, str], ...]


async def write(connection: AsyncConnection, memory: Memory, fingerprint: str) -> None:
    """Write down what a batch changed; belongs into the transaction of its decisions, after them."""
    for events_gone in chunks(memory.gone, _CHUNK):
        await connection.execute(delete(event_memories).where(event_memories.c.event_id.in_(events_gone)))
    last = await connection.scalar(select(func.max(event_memories.c.touched)).where(event_memories.c.touched.is_not(None))) or 0
    touched: dict[EventId, int | None] = {event_id: number for number, event_id in enumerate(memory.awake, last + 1)}
    touched.update(dict.fromkeys(memory.quiet))
    states = [{"event_id": event_id, "touched": touched.pop(event_id), "state": state} for event_id, state in memory.states.items()]
    await upsert(connection, event_memories, states)
    if touched:
        await connection.execute(
            update(event_memories).where(event_memories.c.event_id == bindparam("event")).values(touched=bindparam("number")),
            [{"event": event_id, "number": number} for event_id, number in touched.items()],
        )
    await insert_new(connection, event_words, [{"word": word, "event_id": id_} for id_, words in memory.quiet.items() for word in words])
    for articles_forgotten in chunks(memory.forgotten, _CHUNK):
        await connection.execute(delete(report_memories).where(report_memories.c.article_id.in_(articles_forgotten)))
    await upsert(connection, report_memories, [{"article_id": id_, "state": state} for id_, state in memory.reports.items()])
    if memory.whole:
        await connection.execute(delete(word_counts))
    await connection.execute(word_counts.insert(), {"fingerprint": fingerprint, "events": memory.events, "counts": memory.counts})


async def clear(connection: AsyncConnection) -> None:
    """Forget everything, to have it made anew; what is written from now on is `UNFINISHED`."""
    for table in (event_memories, event_words, report_memories, word_counts):
        await connection.execute(delete(table))


async def finish(connection: AsyncConnection, fingerprint: str) -> None:
    """Say that what was unfinished is complete, and by which way of reading texts it was made."""
    await connection.execute(update(word_counts).values(fingerprint=fingerprint))


async def counted(connection: AsyncConnection) -> list[Counted]:
    """Give the counts of words, to be added up."""
    rows = await connection.execute(select(word_counts).order_by(word_counts.c.id))
    return [Counted(fingerprint=row.fingerprint, events=row.events, counts=row.counts) for row in rows]


async def awake(connection: AsyncConnection) -> AsyncIterator[Remembered]:
    """Give the events that were in memory, touched longest ago first."""
    last = 0
    memory = event_memories.c
    while True:
        page = select(memory.event_id, memory.touched, memory.state).where(memory.touched > last).order_by(memory.touched).limit(_PAGE)
        rows = (await connection.execute(page)).all()
        if not rows:
            return
        last = rows[-1].touched
        for remembered in await _with_reports(connection, {EventId(row.event_id): row.state for row in rows}):
            yield remembered


async def load(connection: AsyncConnection, ids: Collection[EventId]) -> list[Remembered]:
    """Give these events, in order of id; those that nothing is remembered of are left out."""
    found: list[Remembered] = []
    memory = event_memories.c
    for chunk in chunks(sorted(ids), _CHUNK):
        rows = await connection.execute(select(memory.event_id, memory.state).where(memory.event_id.in_(chunk)).order_by(memory.event_id))
        found += await _with_reports(connection, {EventId(row.event_id): row.state for row in rows})
    return found


async def _with_reports(connection: AsyncConnection, states: dict[EventId, str]) -> list[Remembered]:
    reports: defaultdict[EventId, list[tuple[ArticleId, str]]] = defaultdict(list)
    statement = (
        select(articles.c.event_id, report_memories.c.article_id, report_memories.c.state)
        .join(articles, articles.c.id == report_memories.c.article_id)
        .where(articles.c.event_id.in_(states))
        .order_by(report_memories.c.article_id)
    )
    for event_id, article_id, state in await connection.execute(statement):
        reports[event_id].append((ArticleId(article_id), state))
    return [Remembered(event_id=event_id, state=state, reports=tuple(reports[event_id])) for event_id, state in states.items()]


async def has_quiet(connection: AsyncConnection) -> bool:
    """Tell whether there are events to look for outside memory."""
    return bool(await connection.scalar(select(exists(select(event_words.c.word)))))


async def found_by(connection: AsyncConnection, words: Iterable[str]) -> list[tuple[str, EventId]]:
    """Give the events that are or were quiet and found by one of the words, with each of those words.

    Some are awake or gone by now: to leave these out here would mean reading their large rows, and take three times as long.
    """
    found: list[tuple[str, EventId]] = []
    for chunk in chunks(sorted(words), _CHUNK):
        rows = await connection.execute(select(event_words.c.word, event_words.c.event_id).where(event_words.c.word.in_(chunk)))
        found += ((word, EventId(event_id)) for word, event_id in rows)
    return found
