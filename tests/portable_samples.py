"""An installation with something in every column of every table, and what moves it."""

import io
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, Column, Date, Integer, Table, Text, delete
from storage_samples import NOW

from bot.pipeline.export import Exported, export
from bot.pipeline.import_ import Imported, import_
from storage.engine.database import Connection, Database
from storage.portability.portable_tables import EXPORTED, JSON, WORDS
from storage.schema.chat_tables import cards, chats, digests, subscriptions
from storage.schema.correction_tables import corrections
from storage.schema.guild_tables import guilds
from storage.schema.reingest_tables import reingest_steps, reingests
from storage.schema.tables import Instant, Span, articles, event_history, events

STRANGE = "“Ferry” \\ <b>\u2028 \u202e Київ 東京 🛳\n\t\x01\x7f"


OF_TYPE: tuple[tuple[type[Any], Callable[[int], object]], ...] = (
    (Instant, lambda number: NOW + timedelta(days=number, microseconds=number)),
    (Span, lambda number: timedelta(hours=number, microseconds=1)),
    (Date, lambda number: date(2026, 11, number)),
    (Boolean, lambda number: number % 2 == 1),
    (Integer, lambda number: number - 2),
    (Text, lambda number: f"{number} {STRANGE}"),
)


# The second row of a table has as few values as there can be: an event that lives, an article that repeats none.
LIVING = {events.c.merged_into: 2, articles.c.event_id: 2, articles.c.copy_of: 2}
TIMELY = {
    chats.c.zone: "Asia/Tokyo",
    chats.c.quiet_start: 1320,
    chats.c.quiet_end: 420,
    guilds.c.zone: "Asia/Tokyo",
    guilds.c.quiet_start: 1320,
    guilds.c.digest_at: 450,
    guilds.c.alert_reports: 4,
    guilds.c.quiet_end: 420,
    subscriptions.c.at: 480,
    subscriptions.c.weekday: 6,
}
# As Slugline writes it, but for a space; # is the number of the row.
SAID = {
    event_history.c.detail: '{"copy_of":#, "evidence":null,"said":"#…"}',
    digests.c.receipt: '{"articles":#, "events":1,"backlog":0,"shown":[1],"hidden":[[1,"#…"]]}',
    cards.c.told: '{"event_id":1, "revision":#,"at":"2026-11-22T12:00:00+00:00","outlets":1,"reports":1,"headline":"#…"}',
    corrections.c.moved: '{"articles":[#], "told":#}',
    reingests.c.figures: '{"read":#, "unread":0}',
    reingest_steps.c.step: "{}",
}


def _value(column: Column[Any], number: int) -> object:
    """Something that a column can hold, another for each row."""
    if column.foreign_keys:
        return LIVING.get(column, 1)
    if column in TIMELY:
        return TIMELY[column]
    if column in JSON:
        return SAID[column].replace("#", str(number))
    if column in WORDS:
        words: list[StrEnum] = list(WORDS[column])
        return words[number % len(words)].value
    if column.primary_key and isinstance(column.type, Integer):
        return number
    return next(make(number) for of, make in OF_TYPE if isinstance(column.type, of))


def _row(table: Table, number: int, *, nulls: bool) -> dict[str, object]:
    return {
        column.name: None if nulls and column.nullable and column.table is not subscriptions else _value(column, number)
        for column in table.c
    }


async def fill(connection: Connection) -> None:
    """Put rows into every table that is exported: all columns, then as few as there can be."""
    for part in EXPORTED:
        await connection.execute(delete(part.table))
    for part in EXPORTED:
        own_key = not any(column.foreign_keys for column in part.table.primary_key)
        for number in (2, 1, 3) if own_key else (1,):
            row: Mapping[str, object] = _row(part.table, number, nulls=number == 2) | dict(part.begins)
            await connection.execute(part.table.insert().values(row))


async def exported(database: Database, *, now: datetime = NOW) -> tuple[bytes, Exported]:
    """What an export writes, and tells."""
    file = io.BytesIO()
    told = await export(database, file.write, program="1.2.3", now=now, expect=lambda _: None, advance=lambda _: None)
    return file.getvalue(), told


async def imported(database: Database, data: bytes) -> Imported:
    """Import what was exported."""
    return await import_(database, io.BytesIO(data), "old.jsonl", expect=lambda _: None, advance=lambda _: None)
