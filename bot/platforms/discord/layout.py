"""How the blocks of a message stand on Discord: what follows what, and what stands out; where it is parted is decided in `split`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Final, assert_never

from bot.core.message import Block, Fold, Heading, Line, Link, Listing, Message, Moment, Paragraph, Style, Table, Text
from bot.core.model import Precision
from bot.core.phrase import phrase
from bot.core.text.neutral import is_visible, neutral
from bot.core.wording import shortened
from bot.languages import month, say
from bot.platforms.discord.literal import address, can_mask, pieces
from bot.platforms.discord.runs import NOTHING, Row, Run

LABEL: Final = 60
"""Characters of the title of a column; the names of folders are longer now and then. Guess."""

FOLDED: Final = 5
"""Lines of a fold that are shown: Discord folds nothing, and the button below tells the rest. Guess."""

_DETAIL: Final = 120
"""Characters of a text in a fold. Guess: most headlines."""

_DETOUR: Final = 300
"""Characters of an address in a fold that is still linked; those of aggregators have 400 and more."""

_WARNING: Final = "⚠️ "
_GAP: Final = Run("  ·  ")
_OPEN: Final = "↗"
"""What is pressed where a title may not be, because it reads like an address."""

_LAST_SECOND: Final = 253_402_300_799
"""The end of the year 9999, after which clients write no dates."""


@dataclass(frozen=True, slots=True)
class Continued(Listing):
    """A listing whose earlier items stand in another message."""

    first: int = 1


@dataclass(frozen=True, slots=True)
class Look:
    """In whose zone times stand that are text, in which language dates, whether all markup is left away, and how much is told of folds."""

    zone: tzinfo
    language: str | None = None
    is_plain: bool = False
    folded: int = FOLDED


def laid_out(message: Message, look: Look) -> list[Row]:
    """Give the rows of a message; blank ones between blocks that do not belong together."""
    rows: list[Row] = []
    previous: Block | None = None
    for block in message.blocks:
        laid = list(rows_of(block, look))
        if not laid:
            continue
        if previous is not None and not _follows(block, previous):
            rows.append(Row())
        rows += laid
        previous = block
    return rows


def _follows(block: Block, previous: Block) -> bool:
    """Tell whether a block comes on the line after; a quotation has a margin of its own."""
    if isinstance(previous, Fold):
        return not isinstance(block, Fold)
    return isinstance(block, Paragraph) and isinstance(previous, Heading | Paragraph)


def rows_of(block: Block, look: Look) -> Iterator[Row]:
    """Give the rows of a block, none when there is nothing in it."""
    match block:
        case Heading():
            yield from _rows([_runs(block.line, look, is_bold=True)])
        case Paragraph():
            is_small = not look.is_plain and all(isinstance(span, Moment) or span.style is Style.QUIET for span in block.line)
            yield from (replace(row, is_small=is_small) for row in _rows([_runs(block.line, look)]))
        case Listing():
            yield from _listed(block, look)
        case Fold():
            yield from _rows([_runs(block.summary, look)])
            yield from (replace(row, is_quoted=not look.is_plain) for row in _rows(_folded(block, look)))
        case Table():
            yield from _rows(_table(block, look))
        case _:
            assert_never(block)


def _rows(lines: Iterable[list[Run]]) -> Iterator[Row]:
    return (Row(tuple(runs)) for runs in lines if any(run.text for run in runs))


def _listed(listing: Listing, look: Look) -> Iterator[Row]:
    """Number or mark the items; items of several lines are set apart by a blank one."""
    is_airy = any(len(item) > 1 for item in listing.items)
    first = listing.first if isinstance(listing, Continued) else 1
    for number, item in enumerate(listing.items, first):
        if is_airy and number > first:
            yield Row()
        # In bold a number begins no list of Discord's own, which would swallow the lines that follow.
        mark = [_number(number, look), Run(" ")] if listing.numbered else [Run("• ")]
        for place, line in enumerate(item):
            runs = _runs(line, look)
            yield Row((*mark, *runs) if place == 0 else tuple(runs))


def _number(number: int, look: Look) -> Run:
    text = f"{number}."
    return Run(text) if look.is_plain else Run(text, bold=True, mark=text)


def _folded(fold: Fold, look: Look) -> Iterator[list[Run]]:
    """Show the first lines in short; what is left out is behind a button."""
    for line in fold.lines[: look.folded]:
        yield _runs(tuple(_detail(span) for span in line), look)
    if len(fold.lines) > look.folded > 0:
        yield [Run(NOTHING)]


def _detail(span: Text | Link | Moment) -> Text | Link | Moment:
    match span:
        case Moment():
            return span
        case Link() if len(span.url) > _DETOUR:
            return Text(shortened(span.text, _DETAIL), span.style)
        case Text() | Link():
            return replace(span, text=shortened(span.text, _DETAIL))


def _table(table: Table, look: Look) -> Iterator[list[Run]]:
    """Make lines of the rows, because columns of a proportional font never stand below each other: "**Babel**  ·  Articles 12"."""
    labels = [shortened(neutral(column), LABEL) for column in table.columns]
    if labels and labels[0]:
        yield _runs((Text(labels[0], Style.EMPHASIS),), look)
    for row in table.rows:
        runs: list[Run] = []
        for place, (label, cell) in enumerate(zip(labels, row, strict=True)):
            value = _runs(cell, look, is_bold=place == 0)
            if not any(is_visible(run.text) for run in value):
                continue
            named = [Run(f"{label} "), *value] if place and label else value
            runs += [_GAP if label else Run("  "), *named] if runs else named
        yield runs


def _runs(line: Line, look: Look, *, is_bold: bool = False) -> list[Run]:
    """Write a line."""
    runs: list[Run] = []
    is_warned = False
    for span in line:
        if isinstance(span, Moment):
            runs.append(replace(_time(span, look), bold=is_bold and not look.is_plain))
            continue
        is_strong = is_bold or span.style is Style.STRONG
        is_leaning = span.style is Style.EMPHASIS and not is_strong
        if span.style is Style.WARNING and not is_warned and span.text:
            runs.append(Run(_WARNING))
            is_warned = True
        can_copy = not (is_strong or is_leaning or look.is_plain)
        written = _linked(span, look) if isinstance(span, Link) else _text(span.text, can_copy=can_copy)
        runs += [run if look.is_plain or run.code else replace(run, bold=is_strong, italic=is_leaning) for run in written if run.text]
    return runs


def _linked(link: Link, look: Look) -> list[Run]:
    """Let a text lead somewhere, or where Discord does not let it, a sign behind it."""
    text = neutral(link.text)
    url = None if look.is_plain else address(link.url)
    if url is None or not is_visible(text):
        return [Run(text)]
    return [Run(text, url=url)] if can_mask(text) else [Run(text), Run(" "), Run(_OPEN, url=url)]


def _text(text: str, *, can_copy: bool) -> list[Run]:
    shown = neutral(text)
    return [Run(piece, code=is_copied) for piece, is_copied in pieces(shown)] if can_copy else [Run(shown)]


def _time(moment: Moment, look: Look) -> Run:
    """Let the client spell a time in the zone and language of whoever reads; a day is a day everywhere."""
    at = moment.at
    if moment.precision is not Precision.MINUTE:
        day = _day(at, look)
        return Run(say(phrase("{day} (inferred)", day=day), look.language) if moment.precision is Precision.INFERRED else day)
    local = at.astimezone(look.zone)
    named = " UTC" if local.tzname() == "UTC" else ""
    text = f"{_day(local, look)} {local:%H:%M}{named}"
    seconds = int(at.timestamp())
    is_told = 0 < seconds <= _LAST_SECOND and not look.is_plain
    return Run(text, mark=f"<t:{seconds}:{'R' if moment.is_ago else 'f'}>" if is_told else "")


def _day(at: datetime, look: Look) -> str:
    return f"{at.day} {month(at.month, look.language)} {at.year}"
