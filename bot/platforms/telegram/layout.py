"""How the blocks of a message stand on Telegram: what follows what, and what stands out; where it is parted is decided in `split`."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Final, assert_never

from bot.core.message import Block, Fold, Heading, Line, Link, Listing, Message, Moment, Paragraph, Style, Table, Text
from bot.core.model import Precision
from bot.core.phrase import phrase
from bot.core.text.neutral import is_visible, neutral
from bot.core.wording import shortened
from bot.languages import month, say
from bot.platforms.telegram.literal import inert, joint, pieces
from bot.platforms.telegram.runs import Row, Run

LABEL: Final = 60
"""Characters of the title of a column; the names of folders are longer now and then. Guess."""

_WARNING: Final = "⚠️ "
_GAP: Final = Run("  ·  ")
_LAST_SECOND: Final = 2**31 - 1
"""Telegram counts seconds in 32 bits: later times are text only."""

_LONGEST_ADDRESS: Final = 2_048
"""Bytes. Guess: longer ones are no addresses that people are sent to."""

_ADDRESS: Final = re.compile(r"https?://(?:[\w-]+\.)+[\w-]{2,}(?::(?P<port>[1-9]\d{0,4}))?(?:[/?#]\S*)?", re.IGNORECASE)
"""Hosts without a dot are refused by Telegram, and with them the whole message when a button has one; a name before an @ only deceives."""


@dataclass(frozen=True, slots=True)
class Continued(Listing):
    """A listing whose earlier items stand in another message."""

    first: int = 1


@dataclass(frozen=True, slots=True)
class Look:
    """In whose zone times stand, in which language dates, and whether all markup is left away."""

    zone: tzinfo
    language: str | None = None
    is_plain: bool = False


def is_address(url: str) -> bool:
    """Tell whether Telegram takes a link to it."""
    match = _ADDRESS.fullmatch(url) if url.isprintable() and len(url.encode()) <= _LONGEST_ADDRESS else None
    return match is not None and int(match["port"] or 1) < 2**16


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
            yield from _rows([_runs(block.line, look)])
        case Listing():
            yield from _listed(block, look)
        case Fold():
            yield from _rows([_runs(block.summary, look)])
            yield from (replace(row, is_quoted=True) for row in _rows(_runs(line, look) for line in block.lines))
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
        mark = Run(f"{number}. " if listing.numbered else "• ")
        for place, line in enumerate(item):
            runs = _runs(line, look)
            yield Row((mark, *runs) if place == 0 else tuple(runs))


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
            named = _labelled(_text(Text(f"{label} "), look), value) if place and label else value
            runs += [_GAP if label else Run("  "), *named] if runs else named
        yield runs


def _labelled(label: Sequence[Run], value: Sequence[Run]) -> list[Run]:
    return [*label, _joined(label[-1], value[0]), *value[1:]]


def _runs(line: Line, look: Look, *, is_bold: bool = False) -> list[Run]:
    """Write a line; where two spans meet, nothing becomes live that neither holds."""
    runs: list[Run] = []
    is_warned = False
    for span in line:
        match span:
            case Moment():
                written = [_time(span, look)]
            case Link() if is_address(span.url) and not look.is_plain:
                written = [Run(neutral(span.text), url=span.url)]
            case Text() | Link():
                written = _text(span, look, is_bold=is_bold)
            case _:
                assert_never(span)
        if not isinstance(span, Moment):
            if span.style is Style.WARNING and not is_warned and span.text:
                written = [Run(_WARNING), *written]
                is_warned = True
            if span.style is Style.EMPHASIS:
                written = [replace(run, italic=not run.code) for run in written]
        is_strong = is_bold or (not isinstance(span, Moment) and span.style is Style.STRONG)
        for run in written:
            if run.text:
                styled = replace(run, bold=True) if is_strong and not run.code else run
                runs.append(_joined(runs[-1], styled) if runs else styled)
    return runs


def _joined(before: Run, run: Run) -> Run:
    is_open = not (before.code or before.url or run.code or run.url)
    between = joint(before.text, run.text) if is_open else ""
    return replace(run, text=between + run.text) if between else run


def _text(span: Text | Link, look: Look, *, is_bold: bool = False) -> list[Run]:
    """Make foreign text inert; what is good to be copied is marked so, but in bold, which Telegram cannot combine with it."""
    shown = neutral(span.text)
    if look.is_plain or is_bold or span.style is Style.STRONG:
        text, live = inert(shown)
        return [Run(text, live=live)]
    runs = []
    for piece, is_copied in pieces(shown):
        text, live = (piece, 0) if is_copied else inert(piece)
        runs.append(Run(text, code=is_copied, live=live))
    return runs


def _time(moment: Moment, look: Look) -> Run:
    """Let the client spell a time in the zone of whoever reads; a day is a day everywhere, and older clients show what stands here."""
    at = moment.at
    if moment.precision is not Precision.MINUTE:
        day = _day(at, look)
        return Run(say(phrase("{day} (inferred)", day=day), look.language) if moment.precision is Precision.INFERRED else day)
    local = at.astimezone(look.zone)
    named = " UTC" if local.tzname() == "UTC" else ""
    text = f"{_day(local, look)} {local:%H:%M}{named}"
    seconds = int(at.timestamp())
    return Run(text, at=seconds if 0 < seconds <= _LAST_SECOND and not look.is_plain else None)


def _day(at: datetime, look: Look) -> str:
    return f"{at.day} {month(at.month, look.language)} {at.year}"
