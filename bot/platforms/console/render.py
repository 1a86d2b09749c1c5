"""A message as text for a terminal; nothing is decided here but where lines break and what stands out."""

from collections.abc import Sequence
from datetime import tzinfo
from io import StringIO
from typing import Final, assert_never

from rich.console import Console
from rich.style import Style as Look
from rich.text import Text as Run

from bot.core.message import Action, Block, Fold, Heading, Line, Link, Listing, Message, Moment, Paragraph, Span, Style, Table, Text
from bot.core.model import Precision
from bot.core.phrase import phrase
from bot.languages import ENGLISH, month, say, translated
from bot.platforms.console.neutral import neutral
from bot.platforms.console.screen import NARROWEST, Screen
from bot.platforms.console.table import rows_of
from bot.platforms.console.wrap import width_of, wrapped

WIDEST: Final = 100
"""Columns beyond which running text is hard to read; a wider terminal keeps its margin."""

LOOKS: Final = {
    Style.PLAIN: Look(),
    Style.STRONG: Look(bold=True),
    Style.EMPHASIS: Look(italic=True),
    Style.QUIET: Look(dim=True),
    Style.WARNING: Look(color="yellow"),
}
_HEADING: Final = Look(color="cyan")


def render(message: Message, screen: Screen) -> str:
    """Lay a message out; the text ends with a line break.

    No line is wider than the screen but an address that is: broken, it could not be copied.
    """
    message = translated(message, screen.language)
    width = min(max(screen.width, NARROWEST), WIDEST)
    lines: list[Run] = []
    previous: Block | None = None
    for block in message.blocks:
        laid = _block(block, width, screen)
        if previous is not None and laid and not _belongs(block, previous):
            lines.append(Run())
        lines.extend(laid)
        previous = block
    actions = _actions(message, width, screen)
    return printed([*lines, Run(), *actions] if actions else lines, screen)


def when(moment: Moment, zone: tzinfo, language: str = ENGLISH) -> str:
    """Write a time in the reader's zone and as exactly as it is known; UTC is named, because it is nobody's own zone."""
    if moment.precision is not Precision.MINUTE:
        # A day is a day everywhere: it is not moved into another zone.
        day = f"{moment.at.day} {month(moment.at.month, language)} {moment.at.year}"
        return say(phrase("{day} (inferred)", day=day), language) if moment.precision is Precision.INFERRED else day
    local = moment.at.astimezone(zone)
    named = " UTC" if local.tzname() == "UTC" else ""
    return f"{local.day} {month(local.month, language)} {local.year} {local:%H:%M}{named}"


def _belongs(block: Block, previous: Block) -> bool:
    """Tell whether a block continues the one before without a blank line."""
    if isinstance(previous, Heading):
        return isinstance(block, Paragraph)
    return isinstance(block, Paragraph) and isinstance(previous, Paragraph)


def _block(block: Block, width: int, screen: Screen) -> list[Run]:
    match block:
        case Heading():
            heading = _run(block.line, screen)
            heading.stylize_before(_HEADING)
            return _wrapped(heading, width)
        case Paragraph():
            return _wrapped(_run(block.line, screen), width)
        case Listing():
            return _listing(block, width, screen)
        case Fold():
            lines = [line for each in block.lines for line in _wrapped(_run(each, screen), width, first="  ", rest="      ")]
            return [*_wrapped(_run(block.summary, screen), width), *lines]
        case Table():
            return _table(block, width, screen)
    assert_never(block)


def _listing(listing: Listing, width: int, screen: Screen) -> list[Run]:
    """Number or mark the items; items of several lines are set apart by a blank line."""
    is_airy = any(len(item) > 1 for item in listing.items)
    margin = len(str(len(listing.items))) + 2 if listing.numbered else 2
    lines: list[Run] = []
    for number, item in enumerate(listing.items, 1):
        if is_airy and lines:
            lines.append(Run())
        mark = f"{number}.".rjust(margin - 1) + " " if listing.numbered else "• "
        for position, line in enumerate(item):
            first = mark if position == 0 else " " * margin
            lines.extend(_wrapped(_run(line, screen), width, first=first, rest=" " * margin))
    return lines


def _table(table: Table, width: int, screen: Screen) -> list[Run]:
    rows = [[_run(cell, screen) for cell in row] for row in table.rows]
    heads = [[Run(neutral(column), LOOKS[Style.QUIET]) for column in table.columns]] if any(table.columns) else []
    return rows_of(heads, rows, width)


_BETWEEN: Final = "  ·  "


def _actions(message: Message, width: int, screen: Screen) -> list[Run]:
    """Offer what the text does not already name; an address is offered only where the headline cannot be clicked."""
    shown = " ".join(_plain(span) for block in message.blocks for span in _spans(block)).split()
    offered = [action for action in message.actions if _is_needed(action, shown, screen)]
    if not offered:
        return []
    rows: list[Run] = []
    addresses: list[Run] = []
    for action in offered:
        label, command = Run(neutral(action.label), LOOKS[Style.QUIET]), neutral(action.command)
        # Who reads here types the words themselves that others are asked for.
        pair = Run.assemble(label, " ", command, " …" if action.asks else "")
        fits = width_of(pair.plain) <= width
        if _is_address(action):
            addresses += [pair] if fits else [*_wrapped(label, width), Run(command)]
        elif rows and width_of(rows[-1].plain) + len(_BETWEEN) + width_of(pair.plain) <= width:
            rows[-1].append(_BETWEEN).append_text(pair)
        else:
            rows += [pair] if fits else _wrapped(pair, width)
    return [*rows, *addresses]


def _is_needed(action: Action, shown: Sequence[str], screen: Screen) -> bool:
    words = action.command.split()
    if _is_address(action):
        return not screen.linked
    return bool(action.asks) or not any(list(shown[start : start + len(words)]) == words for start in range(len(shown)))


def _is_address(action: Action) -> bool:
    return action.command.lower().startswith(("http://", "https://"))


def _spans(block: Block) -> tuple[Span, ...]:
    match block:
        case Heading() | Paragraph():
            return block.line
        case Listing():
            return tuple(span for item in block.items for line in item for span in line)
        case Fold():
            return tuple(span for line in (block.summary, *block.lines) for span in line)
        case Table():
            return tuple(span for row in block.rows for cell in row for span in cell)
    assert_never(block)


def _plain(span: Span) -> str:
    return "" if isinstance(span, Moment) else span.text


def _run(line: Line, screen: Screen) -> Run:
    run = Run()
    for span in line:
        match span:
            case Text():
                run.append(neutral(span.text), LOOKS[span.style])
            case Link():
                can_link = screen.linked and span.url.isprintable()
                run.append(neutral(span.text), LOOKS[span.style] + Look(link=span.url) if can_link else LOOKS[span.style])
            case Moment():
                run.append(when(span, screen.zone, screen.language))
            case _:
                assert_never(span)
    return run


def _wrapped(run: Run, width: int, *, first: str = "", rest: str = "") -> list[Run]:
    """Break a run into lines; `first` and `rest` stand before them."""
    lines = wrapped(run, width - max(width_of(first), width_of(rest)))
    return [Run.assemble(rest if number else first, line) for number, line in enumerate(lines)]


def printed(lines: Sequence[Run], screen: Screen) -> str:
    """Write lines out with what the screen can show."""
    out = StringIO()
    console = Console(
        file=out,
        width=max(screen.width, NARROWEST),
        force_terminal=screen.styled or screen.linked,
        color_system="standard" if screen.styled or screen.linked else None,
        no_color=not screen.coloured,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        _environ={},
    )
    for line in lines:
        line.rstrip()
        console.print(line, soft_wrap=True)
    return out.getvalue()
