"""A filter as a value, and its normal form in the words that people type; these are read in `filters` and compared in `matching`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

from bot.core.text.literal import row_of

OPERATORS: Final = frozenset({"and", "or", "not"})
SEPARATORS: Final = ",;、，；،؛"
"""What may stand between terms like a blank, because people write lists; between digits a comma belongs to the number."""

BARE: Final = re.compile(rf'(?:[^\s()"“”„«»{SEPARATORS}]|(?<=\d),(?=\d))+')
"""What may stand without quotation marks."""

FIELD: Final = re.compile(r"(outlet|min|lang):", re.IGNORECASE)

SIGNS: Final = "+-−–"
"""What may stand before a term: a plus, and what telephones make of a minus."""


class Sign(StrEnum):
    """What a clause does in its group."""

    WELCOME = ""
    NEEDED = "+"
    EXCLUDED = "-"


@dataclass(frozen=True, slots=True)
class Words:
    """A word or a phrase, as it was typed; `is_start` says that its last word may go on; `row` is what a `literal.row_of` has of it."""

    text: str
    is_start: bool = False
    row: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        row = row_of(self.text)
        object.__setattr__(self, "row", row.removesuffix(" ") if self.is_start else row)

    def __str__(self) -> str:
        bare = BARE.fullmatch(self.text) and self.text[0] not in SIGNS + "/" and not self.text.endswith("*") and not FIELD.match(self.text)
        shown = self.text if bare and self.text.casefold() not in OPERATORS else f'"{self.text}"'
        return shown + "*" * self.is_start


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression for `patterns`, with its slashes escaped."""

    source: str

    def __str__(self) -> str:
        return f"/{self.source}/"


@dataclass(frozen=True, slots=True)
class Outlet:
    """An outlet that reports: any that has these words in its name or, `is_exact`, the one of this name."""

    name: str
    is_exact: bool = False

    def __str__(self) -> str:
        return f'outlet:"{self.name}"' if self.is_exact else f"outlet:{self.name}"


@dataclass(frozen=True, slots=True)
class Reports:
    """At least so many independent reports."""

    least: int

    def __str__(self) -> str:
        return f"min:{self.least}"


@dataclass(frozen=True, slots=True)
class Language:
    """A report in this language, ISO 639."""

    code: str

    def __str__(self) -> str:
        return f"lang:{self.code}"


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a group and what it does there."""

    sign: Sign
    part: "Part"

    def __str__(self) -> str:
        return self.sign + (f"({self.part})" if isinstance(self.part, Group | Every | Either) else str(self.part))


@dataclass(frozen=True, slots=True)
class Group:
    """Clauses side by side."""

    clauses: tuple[Clause, ...]

    def __str__(self) -> str:
        return " ".join(map(str, self.clauses))


@dataclass(frozen=True, slots=True)
class Every:
    """All of these."""

    parts: tuple["Part", ...]

    def __str__(self) -> str:
        return " AND ".join(f"({part})" if isinstance(part, Every | Either) else str(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of these."""

    parts: tuple["Part", ...]

    def __str__(self) -> str:
        return " OR ".join(f"({part})" if isinstance(part, Either) else str(part) for part in self.parts)


Term: TypeAlias = Words | Pattern | Outlet | Reports | Language
Part: TypeAlias = Term | Group | Every | Either


@dataclass(frozen=True, slots=True)
class Filter:
    """What a chat wants to hear of; without a root, everything. `str` gives the normal form, which `parse` reads as the same filter."""

    root: Part | None = None

    def __str__(self) -> str:
        return "" if self.root is None else str(self.root)


def terms(part: Part | None) -> Iterator[Term]:
    """Give all that a filter looks for, in the order in which it was typed."""
    match part:
        case None:
            return
        case Group(clauses):
            for clause in clauses:
                yield from terms(clause.part)
        case Every(parts) | Either(parts):
            for inner in parts:
                yield from terms(inner)
        case _:
            yield part
