"""Rows of marked text, how much of a Telegram message they take, and the HTML that they become: the one place where text is escaped."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby
from typing import Final, NamedTuple, TypeAlias

from bot.core.text.neutral import is_visible

NOTHING: Final = "…"
"""What is sent where there is nothing to see, because Telegram refuses an empty message; and what shows that something was cut off."""

LINE: Final = 40
"""Characters on a line of a telephone. Guess."""

FOLDED: Final = 3
"""Lines of a collapsed quotation that Telegram shows."""

_JOINERS: Final = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
_MODIFIERS: Final = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_LONGEST_CLUSTER: Final = 20
"""Code points of one character as people count: families of emoji have 11."""


@dataclass(frozen=True, slots=True)
class Run:
    """Neutral text that looks alike: `code` is copied by a tap, `url` opens, `at` (Unix seconds) is shown in the zone of whoever reads.

    `live` is how many commands Telegram will find in it.
    """

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    url: str = ""
    at: int | None = None
    live: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a message; rows that are quoted one after the other are one collapsed quotation."""

    runs: tuple[Run, ...] = ()
    is_quoted: bool = False


Rows: TypeAlias = Sequence[Row]


class Size(NamedTuple):
    """What counts in a message: UTF-16 units after parsing, entities, bytes of addresses, bytes with the markup, lines on a telephone."""

    units: int = 0
    entities: int = 0
    addresses: int = 0
    markup: int = 0
    lines: int = 0

    def plus(self, other: "Size") -> "Size":
        """Add up."""
        return Size(*(mine + its for mine, its in zip(self, other, strict=True)))

    def fits(self, limit: "Size") -> bool:
        """Tell whether nothing is beyond the limit."""
        return all(mine <= most for mine, most in zip(self, limit, strict=True))


FULL: Final = Size(4096, 100, 9_000, 32_000, 1_000_000)
"""The most that one message takes: Telegram's documented 4,096 units; 100 entities, after which it drops them (issue 854 of TelegramBots);
9,500 bytes of addresses, as others measured (issue 165 of telegram-bot-api), less what normalising them adds; the 32,768 bytes that
telegram-bot-api reads, less a few."""

SHORT: Final = Size(2048, 50, 4_500, 16_000, 1_000_000)
"""Half of it: what is left of a message that Telegram found too long although it fitted here. Guess."""

QUOTE: Final = Size(entities=1, markup=len("<blockquote expandable></blockquote>"), lines=FOLDED)
"""What a quotation takes beside its rows."""

_MARK: Final = Size(units=1, entities=2, markup=20)
"""What the mark of a cut may take, bold and italic as what it stands behind."""


def units(text: str) -> int:
    """Count the UTF-16 units of a text, as Telegram does."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def size_of_row(row: Row) -> Size:
    """Measure a row with its line break; in a quotation it takes no line, because that is collapsed."""
    length = units(written((row,), is_plain=True))
    entities = sum(bold + italic for (bold, italic), _ in groupby(row.runs, _look))
    entities += sum(run.code + bool(run.url) + (run.at is not None) + run.live for run in row.runs)
    addresses = sum(len(run.url.encode()) for run in row.runs)
    lines = 0 if row.is_quoted else 1 + max(0, length - 1) // LINE
    return Size(length + 1, entities, addresses, len(_html(row.runs).encode()) + 1, lines)


def size_of(rows: Rows) -> Size:
    """Measure rows with the quotations that they make."""
    size = Size()
    is_quoted = False
    for row in rows:
        size = size.plus(size_of_row(row))
        if row.is_quoted and not is_quoted:
            size = size.plus(QUOTE)
        is_quoted = row.is_quoted
    return size


def fit(rows: Rows, limit: Size) -> bool:
    """Tell whether rows fit, lines aside; of what is far from the limit nothing is measured, because measuring takes as long as writing."""
    runs = [run for row in rows for run in row.runs]
    length = len(rows) + sum(len(run.text) for run in runs)
    addresses = sum(len(run.url) for run in runs)
    entities = 1 + sum(run.bold + run.italic + run.code + bool(run.url) + (run.at is not None) + run.live for run in runs)
    # Two units, or four bytes, or five for "&amp;", and six in an address, are the most that a character takes.
    markup = 5 * length + 6 * addresses + 120 * entities
    most = Size(2 * length, entities + sum(row.is_quoted for row in rows), 4 * addresses, markup)
    return most.fits(limit) or size_of(rows)._replace(lines=0).fits(limit)


def written(rows: Rows, *, is_plain: bool) -> str:
    """Write rows as Telegram's HTML, or as plain text."""
    if is_plain:
        return "\n".join("".join(run.text for run in row.runs) for row in rows)
    blocks = []
    for is_quoted, group in groupby(rows, lambda row: row.is_quoted):
        text = "\n".join(_html(row.runs) for row in group)
        blocks.append(f"<blockquote expandable>{text}</blockquote>" if is_quoted else text)
    return "\n".join(blocks)


def _html(runs: Sequence[Run]) -> str:
    html = ""
    for (bold, italic), group in groupby(runs, _look):
        text = "".join(map(_marked, group))
        text = f"<i>{text}</i>" if italic else text
        html += f"<b>{text}</b>" if bold else text
    return html


def _look(run: Run) -> tuple[bool, bool]:
    return run.bold, run.italic


def _marked(run: Run) -> str:
    text = escape(run.text, quote=False)
    if run.code:
        return f"<code>{text}</code>"
    if run.url:
        return f'<a href="{escape(run.url)}">{text}</a>'
    # A date in figures and a short time: the client spells both as its user's settings say.
    return text if run.at is None else f'<tg-time unix="{run.at}" format="dt">{text}</tg-time>'


def cut(rows: Rows, limit: Size) -> Rows:
    """Keep as much as fits, with a mark where something is missing; at least something to see."""
    kept = list(rows) if fit(rows, limit) else _cut(rows, limit)
    while kept and not any(run.text.strip() for run in kept[-1].runs):
        kept.pop()
    return kept if any(is_visible(run.text) for row in kept for run in row.runs) else [Row((Run(NOTHING),))]


def _cut(rows: Rows, limit: Size) -> list[Row]:
    """Give the rows that fit, and the beginning of the first that does not, with the mark."""
    limit = limit._replace(units=limit.units - _MARK.units, entities=limit.entities - _MARK.entities, markup=limit.markup - _MARK.markup)
    kept: list[Row] = []
    used = Size()
    for row in rows:
        if row.is_quoted and not (kept and kept[-1].is_quoted):
            used = used.plus(QUOTE)
        longer = used.plus(size_of_row(row))
        if not longer.fits(limit):
            kept.append(_cut_row(row, used, limit))
            break
        used = longer
        kept.append(row)
    return kept


def _cut_row(row: Row, used: Size, limit: Size) -> Row:
    """Keep what fits of a row beside what is used, and put the mark behind it."""
    runs: list[Run] = []
    for run in row.runs:
        if used.plus(size_of_row(Row((*runs, run)))).fits(limit):
            runs.append(run)
            continue
        left = limit.units - used.units - size_of_row(Row(tuple(runs))).units
        shorter = replace(run, text=beginning(run.text, max(0, left)))
        if shorter.text and used.plus(size_of_row(Row((*runs, shorter)))).fits(limit):
            runs.append(shorter)
        runs.append(Run(NOTHING, bold=run.bold, italic=run.italic))
        break
    return Row(tuple(runs), row.is_quoted)


def beginning(text: str, most: int) -> str:
    """Give what fits into so many UTF-16 units, without parting what makes one character."""
    if units(text) <= most:
        return text
    whole = text if text.isascii() else text.encode("utf-16-le", "surrogatepass")[: 2 * most].decode("utf-16-le", "ignore")
    return text[: apart(text, min(most, len(whole)))]


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
