"""Rows of marked text, how much of a Discord message they take, and the markdown that they become: the one place where it is written."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final, NamedTuple, TypeAlias

from bot.core.text.neutral import JOINER, is_visible
from bot.platforms.discord.literal import escaped, joint, masking

NOTHING: Final = "…"
"""What is sent where there is nothing to see, because Discord refuses an empty message; and what shows that something was cut off."""

LINE: Final = 60
"""Characters on a line of an embed on a computer; on a telephone it has some 40. Guess."""

_JOINERS: Final = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
_MODIFIERS: Final = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_LONGEST_CLUSTER: Final = 20
"""Code points of one character as people count: families of emoji have 11."""


@dataclass(frozen=True, slots=True)
class Run:
    """Neutral text that looks alike: `code` stands as it is, `url` (as `literal.address` writes it) opens.

    `mark` is markup that takes the place of the text: a time for the client to spell, such as "<t:0:f>".
    """

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    url: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a message; with a bar before it when it is quoted, in small print when it is `is_small`."""

    runs: tuple[Run, ...] = ()
    is_quoted: bool = False
    is_small: bool = False


Rows: TypeAlias = Sequence[Row]


class Size(NamedTuple):
    """What counts: UTF-16 units with the markup, and lines on a screen.

    Discord counts code points (night, of its staff, in discord-api-docs issue 1315); there are never more of these than units.
    """

    units: int = 0
    lines: int = 0

    def plus(self, other: "Size") -> "Size":
        """Add up."""
        return Size(self.units + other.units, self.lines + other.lines)

    def fits(self, limit: "Size") -> bool:
        """Tell whether nothing is beyond the limit."""
        return self.units <= limit.units and self.lines <= limit.lines


ENDLESS: Final = 1_000_000
"""Lines that are no limit."""

FULL: Final = Size(4_096, ENDLESS)
"""The most that the description of an embed takes (Embed Limits); its title, beside it, has 256: far from 6,000 in all."""

SHORT: Final = Size(2_048, ENDLESS)
"""Half of it: what is left of a message that Discord found too long although it fitted here. Guess."""

CONTENT: Final = Size(2_000, ENDLESS)
"""The most that a message takes without an embed (Create Message)."""

_CUT: Final = Size(8)
"""What the mark of a cut may take beside the text before it."""


def units(text: str) -> int:
    """Count the UTF-16 units of a text."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def size_of_row(row: Row) -> Size:
    """Measure a row with its line break."""
    shown = sum(len(run.text) for run in row.runs)
    return Size(units(written_row(row)) + 1, 1 + max(0, shown - 1) // LINE)


def size_of(rows: Rows) -> Size:
    """Measure rows."""
    size = Size()
    for row in rows:
        size = size.plus(size_of_row(row))
    return size


def written(rows: Rows) -> str:
    """Write rows as Discord's markdown."""
    return "\n".join(map(written_row, rows))


def written_row(row: Row) -> str:
    """Write a row; where two runs meet without a blank, an invisible sign keeps them apart."""
    text = ""
    for (bold, italic), group in groupby(row.runs, lambda run: (run.bold, run.italic)):
        inner = ""
        for run in group:
            piece = _piece(run)
            inner += joint(inner, piece) + piece
        piece = _styled(inner, "**" if bold else "*" if italic else "")
        text += joint(text, piece) + piece
    before = ("> " if row.is_quoted else "") + ("-# " if row.is_small and text.strip() else "")
    return before + (text.lstrip() if before else text)


def _piece(run: Run) -> str:
    if run.mark:
        return run.mark
    if run.code:
        return f"`{run.text}`"
    if not run.url:
        return escaped(run.text)
    text = run.text.strip()
    return f"[{masking(text)}]({run.url})" if is_visible(text) else escaped(run.text)


def _styled(text: str, mark: str) -> str:
    """Put marks around a text but for the blanks at its ends; they have to touch letters, and no sign that was escaped."""
    inner = text.strip()
    if not mark or not inner:
        return text
    start = text.index(inner)
    before = JOINER if inner[0] in "*\\" else ""
    after = JOINER if inner[-1] in "*\\" else ""
    return f"{text[:start]}{mark}{before}{inner}{after}{mark}{text[start + len(inner) :]}"


def fit(rows: Rows, limit: Size) -> bool:
    """Tell whether rows fit, lines aside; the line break behind the last one counts for nothing."""
    return size_of(rows).units - 1 <= limit.units


def cut(rows: Rows, limit: Size) -> Rows:
    """Keep as much as fits, with a mark where something is missing; at least something to see."""
    kept = list(rows) if fit(rows, limit) else _cut(rows, limit)
    while kept and not _is_seen(kept[-1]):
        kept.pop()
    return kept or [Row((Run(NOTHING),))]


def _is_seen(row: Row) -> bool:
    return any(run.mark or is_visible(run.text) for run in row.runs)


def _cut(rows: Rows, limit: Size) -> list[Row]:
    """Give the rows that fit, and the beginning of the first that does not, with the mark."""
    most = limit._replace(units=limit.units - _CUT.units)
    kept: list[Row] = []
    used = Size()
    for row in rows:
        longer = used.plus(size_of_row(row))
        if longer.units > most.units:
            kept.append(_cut_row(row, most.units - used.units))
            break
        used = longer
        kept.append(row)
    return kept


def _cut_row(row: Row, most: int) -> Row:
    """Keep what fits of a row into so many units, and put the mark behind it."""
    runs: list[Run] = []
    for run in row.runs:
        if size_of_row(replace(row, runs=(*runs, run))).units <= most:
            runs.append(run)
            continue
        text = run.text if not run.mark else ""
        while text and size_of_row(replace(row, runs=(*runs, replace(run, text=text)))).units > most:
            text = text[: apart(text, len(text) - max(1, len(text) // 8))]
        if text and is_visible(text):
            runs.append(replace(run, text=text))
        runs.append(Run(NOTHING, bold=run.bold, italic=run.italic))
        break
    return replace(row, runs=tuple(runs))


def beginning(text: str, most: int) -> str:
    """Give what of a neutral text fits into so many units, with the mark where it was cut."""
    if units(text) <= most:
        return text
    text = text[: most - 1]
    while text and units(text) > most - 1:
        text = text[: apart(text, len(text) - 1)]
    return text.rstrip() + NOTHING


def apart(text: str, place: int) -> int:
    """Give the place, or the nearest before it, at which a text can be parted between two characters as people count them."""
    for chance in range(place, max(0, place - _LONGEST_CLUSTER), -1):
        if not _belongs(text, chance):
            return chance
    return place


def _belongs(text: str, place: int) -> bool:
    """Tell whether the code point at a place belongs to the one before."""
    if place >= len(text):
        return False
    after = text[place]
    return after in _MODIFIERS or after in _JOINERS or text[place - 1] in _JOINERS or unicodedata.category(after).startswith("M")
