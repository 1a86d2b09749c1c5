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
from storage.database import Connection, Database
from storage.portable_tables import EXPORTED, JSON, WORDS
from storage.tables import Instant, Span

STRANGE = "“Ferry” \\ <b>\u2028 \u202e Київ 東京 🛳\n\t\x01\x7f"


OF_TYPE: tuple[tuple[type[Any], Callable[[int], object]], ...] = (
    (Instant, lambda number: NOW + timedelta(days=number, microseconds=number)),
    (Span, lambda number: timedelta(hours=number, microseconds=1)),
    (Date, lambda number: date(2026, 11, number)),
    (Boolean, lambda number: number % 2 == 0),
    (Integer, lambda number: number - 2),
    (Text, lambda number: f"{number} {STRANGE}"),
)


def _value(column: Column[Any], number: int) -> object:
    """Something that a column can hold, another for each row."""
    if column.foreign_keys:
        return 1
    if column in JSON:
        return f'{{"number":{number}, "said":"{number}…"}}'
    if column in WORDS:
        words: list[StrEnum] = list(WORDS[column])
        return words[number % len(words)].value
    if column.primary_key and isinstance(column.type, Integer):
        return number
    return next(make(number) for of, make in OF_TYPE if isinstance(column.type, of))


def _row(table: Table, number: int, *, nulls: bool) -> dict[str, object]:
    return {column.name: None if nulls and column.nullable else _value(column, number) for column in table.c}


async def fill(connection: Connection) -> None:
    """Put rows into every table that is exported: all columns, then as few as there can be."""
    for part in EXPORTED:
        await connection.execute(delete(part.table))
    for part in EXPORTED:
        own_key = not any(column.foreign_keys for column in part.table.primary_key)
        for number in (1, 2, 3) if own_key else (1,):
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
