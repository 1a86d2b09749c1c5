"""A message before any platform has seen it: blocks of lines of spans, and what the reader can do next.

Text here is plain, as the world sent it. Escaping, lengths, zones and colours belong to the `render` of each platform.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from bot.core.model import Precision
from bot.core.phase import Phase


class Style(StrEnum):
    """How a piece of text is meant; a platform without the means shows it plain."""

    PLAIN = "plain"
    STRONG = "strong"
    EMPHASIS = "emphasis"
    QUIET = "quiet"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Text:
    """Characters to be shown literally."""

    text: str
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Link:
    """Text that leads to `url` where the platform can link; the URL has already been found safe (http or https)."""

    text: str
    url: str
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Moment:
    """A time, shown in the reader's zone and only as exactly as it is known.

    With `is_ago` it says how fresh something is: a platform whose clients count along shows "5 minutes ago".
    """

    at: datetime
    precision: Precision = Precision.MINUTE
    is_ago: bool = False


Span: TypeAlias = Text | Link | Moment
Line: TypeAlias = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """The first thing to read."""

    line: Line


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of running text, wrapped by the platform."""

    line: Line


@dataclass(frozen=True, slots=True)
class Listing:
    """Items of one or more lines each; a platform that must split a message splits between items."""

    items: tuple[tuple[Line, ...], ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Fold:
    """Lines that may be collapsed under a summary."""

    summary: Line
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Short cells under headings; every row has as many cells as there are columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]


Block: TypeAlias = Heading | Paragraph | Listing | Fold | Table


def lines_in(block: Block) -> tuple[Line, ...]:
    """Give all lines of a block, cell by cell where it is a table."""
    match block:
        case Heading(line) | Paragraph(line):
            return (line,)
        case Listing(items):
            return tuple(line for item in items for line in item)
        case Fold(summary, lines):
            return (summary, *lines)
        case Table(rows=rows):
            return tuple(cell for row in rows for cell in row)


@dataclass(frozen=True, slots=True)
class Action:
    """What the reader can do next: `command` is a command line such as `/sources 1`, or an http(s) address to open.

    With `asks`, a sentence such as "Which city?", the command lacks its last words: the platform asks for them, and they follow it. What
    `is_for_admins` is offered only where nobody reads but an admin of the installation.
    """

    label: str
    command: str
    asks: str = ""
    is_for_admins: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One answer, card or digest; the card of an event says in which phase it is, anything else has none."""

    blocks: tuple[Block, ...]
    actions: tuple[Action, ...] = ()
    phase: Phase | None = None
