"""Columns of a table that fit a width: numbers to the right, the widest text gives way first."""

import re
from collections.abc import Sequence
from typing import Final

from rich.text import Text as Run

from bot.platforms.console.wrap import width_of, wrapped

GAP: Final = 2
_NARROWEST: Final = 3
_NUMBER: Final = re.compile(r"[\d,.]+(?: ?%)?|–")


def rows_of(heads: Sequence[Sequence[Run]], rows: Sequence[Sequence[Run]], width: int) -> list[Run]:
    """Lay out heads and rows, cells wrapped in their column; columns that hold only numbers are flush right."""
    if not rows:
        return []
    columns = list(zip(*heads, *rows, strict=True))
    numeric = [all(_NUMBER.fullmatch(cell.plain) for cell in column[len(heads) :]) for column in columns]
    widths = _fitted([max(width_of(cell.plain) for cell in column) for column in columns], width - GAP * (len(columns) - 1))
    return [line for row in (*heads, *rows) for line in _row(row, widths, numeric)]


def _fitted(widths: list[int], room: int) -> list[int]:
    while sum(widths) > room and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _row(row: Sequence[Run], widths: Sequence[int], numeric: Sequence[bool]) -> list[Run]:
    cells = [wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
    lines: list[Run] = []
    for number in range(max(len(cell) for cell in cells)):
        line = Run()
        for position, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            part = cell[number] if number < len(cell) else Run()
            blanks = " " * max(0, width - width_of(part.plain))
            line.append(" " * GAP if position else "")
            line = Run.assemble(line, blanks, part) if numeric[position] else Run.assemble(line, part, blanks)
        lines.append(line)
    return lines
