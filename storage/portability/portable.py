"""All rows of an installation as lines, and lines as rows: reading in one moment, storing in one transaction. Forms: `portable_lines`."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Insert, Select, Table, Update, collate, delete, exists, false, func, select, text, update
from sqlalchemy import table as named
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.delivery import unsent
from storage.engine.engines import wait_for_writers
from storage.engine.faults import translated
from storage.news import words
from storage.portability.portable_lines import FORMS, Form
from storage.portability.portable_rules import unreadable
from storage.portability.portable_tables import EXPORTED, FILLED_BY_MIGRATIONS, LEFT_OUT, Part
from storage.schema.chat_tables import subscriptions
from storage.schema.rows import Values
from storage.schema.tables import articles

PAGE: Final = 200
"""Rows in memory at a time, and stored by one statement: articles of 2 kB make half a megabyte. Guess."""

_REFERENCE: Final = ("SQLITE_CONSTRAINT_FOREIGNKEY", "23503")
_TWICE: Final = ("SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_UNIQUE", "23505")


@dataclass(frozen=True, slots=True)
class Numbered:
    """The values of a row, with the number of its line."""

    line: int
    values: Values


class Unstorable(Exception):
    """A line says something that the database cannot keep beside the others; the message says why."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


async def count(connection: AsyncConnection) -> dict[str, int]:
    """Count the lines of each kind that `lines` would give."""
    return {part.kind: await _count(connection, part.table, part.where) for part in EXPORTED}


async def _count(connection: AsyncConnection, table: Table, where: ColumnElement[bool]) -> int:
    return await connection.scalar(select(func.count()).select_from(table).where(where)) or 0


async def lines(connection: AsyncConnection) -> AsyncIterator[list[str]]:
    """Give all that is exported, page by page; of the same rows both engines make the same lines in the same order."""
    unread = await unsent.unread(connection)
    for form in FORMS:
        columns = [field.column for field in form.fields]
        seen = columns.index("seen") if form.part.table is subscriptions and unread else None
        rows = await connection.stream(_rows(form, connection.dialect.name).execution_options(yield_per=PAGE))
        async for page in rows.partitions():
            yield [form.line(row if seen is None else (*row[:seen], unread.get(row.id, row.seen), *row[seen + 1 :])) for row in page]


def _rows(form: Form, engine_name: str) -> Select[Any]:
    """Select the rows of a part in the order of their keys, in which letters count as they are encoded, whatever the server's language."""
    part = form.part
    columns = [part.reads.get(field.column, part.table.c[field.column]).label(field.column) for field in form.fields]
    binary = "BINARY" if engine_name == "sqlite" else "C"
    order = [collate(key, binary) if key.type.python_type is str else key for key in part.table.primary_key]
    return select(*columns).where(part.where).order_by(*order)


async def occupied(connection: AsyncConnection) -> str | None:
    """Name a table that holds something, None in an installation in which nothing has happened yet."""
    names = [*(part.table.name for part in EXPORTED), *LEFT_OUT]
    for name in names:
        if name not in FILLED_BY_MIGRATIONS and await connection.scalar(select(exists().select_from(named(name)))):
            return name
    return None


class Intake:
    """Stores what comes line by line, in the transaction that is open.

    What a row refers to must have come before it. Only a row of the same table with a higher key may come after it: merged events point to
    survivors that may have been opened later, and copies to articles that came later. Those are pointed to at the end.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._form: Form | None = None
        self._rows: list[Numbered] = []
        self._forward: list[tuple[Table, str, int, int, int]] = []  # table, column, line, row, and the row that it points to

    async def begin(self) -> None:
        """Have nobody else write, and take out what migrations put in."""
        await wait_for_writers(self._connection)
        for part in EXPORTED:
            if part.table.name in FILLED_BY_MIGRATIONS:
                await self._connection.execute(delete(part.table))

    async def put(self, form: Form, row: Numbered) -> None:
        """Take in the next row; `Unstorable` may be about an earlier one."""
        if unreadable(form.part.table, row.values):
            raise Unstorable(row.line, "it says what Slugline would not write there")
        if form is not self._form or len(self._rows) == PAGE:
            await self._flush()
            self._form = form
        for column in _selfish(form.part):
            to, own = row.values[column], row.values["id"]
            if to is not None and to > own:
                row.values[column] = None
                self._forward.append((form.part.table, column, row.line, own, to))
        self._rows.append(row)

    async def finish(self) -> None:
        """Store what is left, and let the next rows be numbered from here. Raises Unstorable."""
        await self._flush()
        for table, column, line, own, to in self._forward:
            statement = update(table).where(table.c.id == own).values({column: to})
            await self._guarded(line, statement)
        if self._connection.dialect.name == "postgresql":
            for part in EXPORTED:
                await _count_on(self._connection, part.table)
            # Until the server has looked at the tables by itself, it would read most of them from end to end.
            await self._connection.execute(text("ANALYZE"))

    async def _flush(self) -> None:
        form, rows = self._form, self._rows
        self._rows = []
        if form is None or not rows:
            return
        try:
            async with self._connection.begin_nested():
                await self._connection.execute(form.part.table.insert(), [row.values for row in rows])
        except DBAPIError:
            # One of them is to blame: it shows when it comes alone.
            for row in rows:
                await self._guarded(row.line, form.part.table.insert().values(row.values))
        if form.part.table is articles:
            await words.index(self._connection, [row.values for row in rows if row.values["grouped_revision"] is not None])

    async def _guarded(self, line: int, statement: Insert | Update) -> None:
        try:
            await self._connection.execute(statement)
        except DBAPIError as error:
            if translated(error, "") is not None:
                raise
            raise Unstorable(line, _complaint(error)) from error


def _selfish(part: Part) -> list[str]:
    """Name the columns that refer to rows of the same table."""
    return [key.parent.name for key in part.table.foreign_keys if key.column.table is part.table]


def _complaint(error: DBAPIError) -> str:
    code = str(getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None) or "")
    if code in _REFERENCE:
        return "it refers to something that stands on no line before it"
    if code in _TWICE:
        return "a line before it has the same number or key"
    return "the database refuses what it says"


async def _count_on(connection: AsyncConnection, table: Table) -> None:
    """Let PostgreSQL number the rows of a table from behind the highest; SQLite looks for itself."""
    if table.autoincrement_column is None:
        return
    column = table.autoincrement_column
    highest = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
    await connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, column.name), highest, false())))
