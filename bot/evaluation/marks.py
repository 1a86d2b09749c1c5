"""What people marked in articles of labelled sets: places and kinds, never words; how well the program finds them is in `understanding`."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeVar

from bot.core.errors import UsageError
from bot.core.model import Content
from bot.core.reading.credit import CreditKind
from bot.core.reading.figure import Kind
from bot.evaluation.rows import Row, rows_of

DIGEST_CHARACTERS: Final = 16
"""Hexadecimal digits of the SHA-256 of an article that say whether the marks were made on this text."""


class Turn(StrEnum):
    """What sort of change a sentence announces."""

    STATUS = "status"
    DENIAL = "denial"
    CORRECTION = "correction"
    TOLL = "toll"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Characters `start` to `end` of the text or, `in_title`, of the title of an article."""

    in_title: bool
    start: int
    end: int

    def meets(self, other: "Place") -> bool:
        """Tell whether two places have a character in common."""
        return self.in_title is other.in_title and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedFigure:
    """A number; `low` and `high` as in `Figure`."""

    place: Place
    kind: Kind
    low: Decimal | None
    high: Decimal | None
    is_background: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedCredit:
    """The name of who is credited."""

    place: Place
    kind: CreditKind


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedChange:
    """Words that announce a change."""

    place: Place
    turn: Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """All that is marked in one article; `set` is the name of the labelled set, `key` the article's id in it."""

    set: str
    key: str
    digest: str
    figures: tuple[MarkedFigure, ...]
    credits: tuple[MarkedCredit, ...]
    changes: tuple[MarkedChange, ...]


def digest_of(content: Content) -> str:
    """Name a text, so that marks are not looked up in another."""
    return hashlib.sha256(f"{content.title}\n{content.text}".encode("utf-8", "replace")).hexdigest()[:DIGEST_CHARACTERS]


def read_marks(file: Path) -> list[Marks]:
    """Read JSON lines with `set`, `id`, `digest`, `figures`, `credits`, `changes`. Raises UsageError naming file and line."""
    found = []
    for number, row in rows_of(file):
        try:
            found.append(_marks(row))
        except (KeyError, ValueError, TypeError, InvalidOperation) as error:
            raise UsageError(f"{file}, line {number}: expected the marks of one article ({error!r})") from error
    if not found:
        raise UsageError(f"{file} marks nothing; expected JSON lines with the marks of articles")
    return found


_M = TypeVar("_M")


def _marks(row: Row) -> Marks:
    def all_of(name: str, make: Callable[[Mapping[str, Any]], _M]) -> tuple[_M, ...]:
        marks: Sequence[Mapping[str, Any]] = row[name]
        return tuple(map(make, marks))

    return Marks(
        set=str(row["set"]),
        key=str(row["id"]),
        digest=str(row["digest"]),
        figures=all_of("figures", _figure),
        credits=all_of("credits", lambda mark: MarkedCredit(place=_place(mark), kind=CreditKind(mark["kind"]))),
        changes=all_of("changes", lambda mark: MarkedChange(place=_place(mark), turn=Turn(mark["kind"]))),
    )


def _figure(mark: Mapping[str, Any]) -> MarkedFigure:
    return MarkedFigure(
        place=_place(mark),
        kind=Kind(mark["kind"]),
        low=_number(mark["low"]),
        high=_number(mark["high"]),
        is_background=bool(mark.get("bg")),
    )


def _number(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _place(mark: Mapping[str, Any]) -> Place:
    start, end = int(mark["start"]), int(mark["end"])
    if not 0 <= start < end:
        raise ValueError(f"a mark from {start} to {end} holds no character")
    if mark["in"] not in ("title", "text"):
        raise ValueError(f'"in" is {mark["in"]!r}, expected "title" or "text"')
    return Place(in_title=mark["in"] == "title", start=start, end=end)
