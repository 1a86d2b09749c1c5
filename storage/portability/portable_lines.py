"""Between rows and lines of JSON: what a row looks like in an export, and back. No statements.

A line is one object. `kind` says what it is, see `portable_tables`; the others are the columns of its table by their names, but for one
that is itself called kind (`source_kind` of a source). What is null is left out. Times are those of ISO 8601 with their offset, lengths of
time are seconds, and columns that hold JSON have it as text.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, TypeAlias

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, Text
from sqlalchemy.types import TypeEngine

from storage.portability.portable_tables import EXPORTED, JSON, WORDS, Part
from storage.schema.rows import Values, storable
from storage.schema.tables import Instant, Span

Scalar: TypeAlias = str | int | float | bool
Write: TypeAlias = Callable[[Any], Scalar]
Read: TypeAlias = Callable[[object], object]
"""Raises ValueError with the words that tell what was expected."""

NONE: Final = object()

MOST: Final = 2**53
"""The highest number that a row may bring. Guess: no installation gets there, and every reader of JSON knows it exactly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column as a line has it."""

    column: str
    key: str
    may_be_null: bool
    write: Write
    read: Read


@dataclass(frozen=True, slots=True)
class Form:
    """How the rows of a part are written and read."""

    part: Part
    fields: tuple[Field, ...]

    def line(self, row: Sequence[Any]) -> str:
        """Write a row that has the columns of the fields, in their order."""
        told: dict[str, Scalar] = {"kind": self.part.kind}
        for each, value in zip(self.fields, row, strict=True):
            if value is not None:
                told[each.key] = each.write(value)
        return dumped(told)

    def values(self, told: Mapping[str, object]) -> Values:
        """Read the values of a row. Raises ValueError when there is a key that it cannot have, or one is missing or wrong."""
        if unknown := sorted(told.keys() - {"kind", *(each.key for each in self.fields)}):
            raise ValueError(f"a line of the kind {self.part.kind!r} has no {unknown[0]!r}")
        return {each.column: self._value(each, told.get(each.key, NONE)) for each in self.fields} | dict(self.part.begins)

    def _value(self, field: Field, value: object) -> object:
        if value is NONE or value is None:
            if field.may_be_null:
                return None
            raise ValueError(f"it lacks {field.key!r}")
        try:
            return field.read(value)
        except ValueError as error:
            raise ValueError(f"{field.key!r} {error}") from error


def row_of(line: bytes) -> tuple[Form, Values]:
    """Read a line about a row. Raises ValueError with the words that tell what is wrong."""
    told = loaded(line)
    form = _BY_KIND.get(str(told.get("kind")))
    if form is None:
        raise ValueError(f"there is no kind {told.get('kind')!r} of line")
    return form, form.values(told)


def dumped(told: Mapping[str, Scalar]) -> str:
    """Write an object as a line of JSON."""
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"


def loaded(line: bytes) -> dict[str, object]:
    """Read a line that is one object. Raises ValueError with the words that tell what is wrong."""
    try:
        told = json.loads(line.decode(), object_pairs_hook=_object, parse_constant=_refuse)
    except UnicodeDecodeError as error:
        raise ValueError("it is no UTF-8") from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"it is no JSON ({error.msg})") from error
    match told:
        case dict():
            return told
        case _:
            raise ValueError("it is no object of JSON")


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    told = dict(pairs)
    if len(told) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"it says {next(name for name in names if names.count(name) > 1)!r} twice")
    return told


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is no number")


def _instant(value: object) -> datetime:
    try:
        at = datetime.fromisoformat(_text(value))
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueError("is no time with its offset, such as 2026-11-22T12:00:00+00:00")


def _date(value: object) -> date:
    try:
        return date.fromisoformat(_text(value))
    except ValueError as error:
        raise ValueError("is no date, such as 2026-11-22") from error


def _seconds(span: timedelta) -> int | float:
    seconds = span.total_seconds()
    return int(seconds) if seconds.is_integer() else seconds


def _span(value: object) -> timedelta:
    try:
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return timedelta(seconds=value)
    except OverflowError:
        pass
    raise ValueError("is no number of seconds")


def _truth(value: object) -> bool:
    if value is True or value is False:
        return value
    raise ValueError("is neither true nor false")


def _whole(bits: int) -> Read:
    most = 2 ** (bits - 1)

    def whole(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and -most <= value < most:
            return value
        raise ValueError(f"is no whole number of {bits} bits")

    return whole


def _key(value: object) -> int:
    """Read the number of a row, which is counted from 1 and leaves room for those that come."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MOST:
        return value
    raise ValueError(f"is no whole number from 1 to {MOST}")


def _text(value: object) -> str:
    if isinstance(value, str) and storable(value) == value:
        return value
    raise ValueError("is no text that can be stored")


def _word(words: type[StrEnum]) -> Read:
    def word(value: object) -> str:
        try:
            return words(_text(value)).value
        except ValueError as error:
            raise ValueError(f"is none of {', '.join(words)}") from error

    return word


def _json(value: object) -> str:
    text = _text(value)
    try:
        if isinstance(json.loads(text), dict):
            return text
    except (ValueError, RecursionError):
        pass
    raise ValueError("is no text of an object of JSON")


_CONVERSIONS: Final[tuple[tuple[type[TypeEngine[Any]], Write, Read], ...]] = (
    (Instant, datetime.isoformat, _instant),
    (Span, _seconds, _span),
    (Date, date.isoformat, _date),
    (Boolean, bool, _truth),
    (BigInteger, int, _whole(64)),
    (Integer, int, _whole(32)),
    (Text, str, _text),
)
"""The first that fits counts."""


def _form(part: Part) -> Form:
    columns = (column for column in part.table.c if column.name not in part.begins)
    return Form(part, tuple(_field(part, column) for column in columns))


def _field(part: Part, column: Column[Any]) -> Field:
    key = f"{part.kind}_kind" if column.name == "kind" else column.name
    write, read = next((write, read) for of, write, read in _CONVERSIONS if isinstance(column.type, of))
    read = _key if isinstance(column.type, BigInteger) and (column.primary_key or column.foreign_keys) else read
    read = _json if column in JSON else _word(WORDS[column]) if column in WORDS else read
    return Field(column=column.name, key=key, may_be_null=bool(column.nullable), write=write, read=read)


FORMS: Final = tuple(_form(part) for part in EXPORTED)
_BY_KIND: Final[Mapping[str, Form]] = {form.part.kind: form for form in FORMS}
