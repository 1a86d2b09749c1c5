"""Import: what `export` wrote becomes an installation, all of it or nothing, in a database in which nothing has happened yet."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from bot.core.errors import SluglineError, UsageError
from bot.pipeline.collect import Advance
from bot.pipeline.export import FORMAT
from storage.engine.database import Database
from storage.engine.upgrade import NEWEST
from storage.portability import portable, portable_lines, portable_rules
from storage.portability.portable import Intake, Numbered, Unstorable
from storage.portability.portable_lines import Form

LONGEST_LINE: Final = 64 * 2**20
"""Bytes of a line. Guess: the largest article that is taken in has a quarter of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What was stored: so many lines, of them the named."""

    lines: int
    articles: int
    events: int
    chats: int


@dataclass(frozen=True, slots=True)
class _Header:
    lines: int


async def import_(database: Database, file: BinaryIO, name: str, *, expect: Advance, advance: Advance) -> Imported:
    """Store every line of a file in one transaction, with its articles' words; grouping makes its memory anew before its next article.

    `name` is what messages call the file. When this ends before the end, however it does, nothing was stored.

    Raises:
        UsageError: the file is none that can be imported, and which line is wrong; or the database holds something.
        SluglineError: another Slugline uses the database.
    """
    async with database.leader("grouping") as leadership:
        if not leadership:
            raise SluglineError(f"{database.subject} is in use by another Slugline. End that one, then import.")
        lines = _numbered(file, name)
        header = _header(lines, name)
        expect(header.lines)
        counts: Counter[str] = Counter()
        async with database.write() as connection:
            intake = Intake(connection)
            await intake.begin()
            if table := await portable.occupied(connection):
                raise UsageError(
                    f"{database.subject} holds something already (in the table {table}); an import needs one in which nothing has "
                    "happened. Name another in storage.url."
                )
            try:
                for number, line in lines:
                    form, row = _row(number, line, name)
                    await intake.put(form, row)
                    counts[form.part.kind] += 1
                    advance(1)
                await intake.finish()
            except Unstorable as error:
                raise _wrong(name, error.line, str(error)) from error
            total = counts.total()
            if total != header.lines:
                raise UsageError(
                    f"{name} was to have {header.lines:,} lines after the first, and has {total:,}: it was cut off or changed. "
                    'Export again, or correct "lines" in its first line.'
                )
            if complaint := await portable_rules.broken(connection):
                raise UsageError(f"{name} was changed, or written by a Slugline that went wrong: {complaint}.")
    return Imported(lines=total, articles=counts["article"], events=counts["event"], chats=counts["chat"])


def _numbered(file: BinaryIO, name: str) -> Iterator[tuple[int, bytes]]:
    """Give the lines of a file, numbered as people do."""
    number = 0
    while True:
        try:
            line = file.readline(LONGEST_LINE + 1)
        except OSError as error:
            raise UsageError(f"{name} cannot be read: {error.strerror}.") from error
        if not line:
            return
        number += 1
        if len(line) > LONGEST_LINE:
            raise _wrong(name, number, f"it is longer than {LONGEST_LINE:,} bytes")
        if not line.endswith(b"\n"):
            raise _wrong(name, number, "it does not end: the file was cut off")
        yield number, line


def _header(lines: Iterator[tuple[int, bytes]], name: str) -> _Header:
    """Read the first line, and refuse what another or a newer program wrote."""
    try:
        told = portable_lines.loaded(next(lines, (1, b"{}\n"))[1])
    except ValueError as error:
        raise UsageError(f"{name} is no export of Slugline: its first line cannot be read, {error}.") from error
    if told.get("kind") != "export":
        raise UsageError(f"{name} is no export of Slugline: its first line does not say that it is.")
    form, schema, count = (told.get(key) for key in ("format", "schema", "lines"))
    if not isinstance(form, int) or not isinstance(schema, str) or not isinstance(count, int):
        raise _wrong(name, 1, "format, schema and lines are to be there: a number, a text and a number")
    if form > FORMAT or schema > NEWEST:
        raise UsageError(
            f"{name} was written by a newer Slugline ({told.get('program')}: format {form}, schema {schema}; "
            f"this program knows {FORMAT} and {NEWEST}). Upgrade Slugline."
        )
    return _Header(count)


def _row(number: int, line: bytes, name: str) -> tuple[Form, Numbered]:
    try:
        form, values = portable_lines.row_of(line)
        return form, Numbered(number, values)
    except ValueError as error:
        raise _wrong(name, number, str(error)) from error


def _wrong(name: str, number: int, reason: str) -> UsageError:
    return UsageError(f"{name}, line {number:,}: {reason}.")
