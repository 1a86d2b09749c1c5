"""Where a message is parted that is too long for one: between items, and inside of one only where it alone is too long.

What the parts look like is decided in `layout`. A fold is never parted: little of it is shown.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final, assert_never

from bot.core.message import Block, Fold, Heading, Line, Link, Listing, Message, Moment, Paragraph, Span, Style, Table, Text
from bot.core.wording import shortened
from bot.platforms.discord.layout import Continued, Look, laid_out, rows_of
from bot.platforms.discord.runs import ENDLESS, FULL, Size, apart, size_of

REPEATED: Final = 120
"""Characters of a heading that stands above every part; headlines rarely have more. Guess."""

SHORT_ADDRESS: Final = 500
"""Characters of an address that a repeated heading still leads to. Guess."""

_ALONE: Final = Size(FULL.units - 1_200, ENDLESS)
"""What is beyond it is taken apart: a repeated heading with its address and marks finds room beside all that is not."""

_MARK: Final = Size(units=len("\\(1,000/1,000\\)  \n"), lines=1)
_BREAK: Final = Size(units=1, lines=1)
"""What "(2/3)", and the blank row before a block or an item, may take."""

_STRETCH: Final = 200
"""Code points of the stretches into which an endless text is taken apart: the worst take a thousand units."""


NOTHING_MORE: Final = Size()


@dataclass(frozen=True, slots=True)
class Piece:
    """What is not parted: a heading, a paragraph, an item, a fold, a row of a table, each as a block of its own.

    Pieces with the same `number` come from one block, and are one again where they meet in a part; `opening` is what it takes beside them.
    """

    block: Block
    number: int
    size: Size
    opening: Size = NOTHING_MORE


def split(message: Message, look: Look, limit: Size, *, is_marked: bool) -> list[tuple[Block, ...]]:
    """Part the blocks of a message so that each part is within the limit, and begins with the heading under which it stands.

    With `is_marked` the headings say which part it is: "(2/3)". Beyond the limit of lines is only what is one piece.
    """
    parts = list(_packed(_pieces(message, look), look, limit))
    marks = (f" ({number:,}/{len(parts):,})" if is_marked else "" for number in range(1, len(parts) + 1))
    return [tuple(_put_together(part, above, mark)) for (above, part), mark in zip(parts, marks, strict=True)]


def _packed(pieces: Iterable[Piece], look: Look, limit: Size) -> Iterator[tuple[Heading | None, list[Piece]]]:
    """Fill parts with pieces, and say under which heading each begins; what leads up to the next part goes along with it."""
    part: list[Piece] = []
    above = current = None
    used = Size()
    for piece in pieces:
        is_new = not part or part[-1].number != piece.number
        used = used.plus(piece.size).plus(piece.opening if is_new else Size())
        # Whatever is one piece, with what leads up to it, may have any number of lines.
        most = limit._replace(lines=ENDLESS) if all(_leads(each.block) for each in part) else limit
        if not part or not used.fits(most):
            leading = part[-1:] if len(part) > 1 and _leads(part[-1].block) else []
            if leading and not _begun([*leading, piece], current, look)[1].fits(FULL):
                leading = []
            if part:
                yield above, part[: len(part) - len(leading)]
            above, used = _begun([*leading, piece], current, look)
            part = leading
        part.append(piece)
        if isinstance(piece.block, Heading):
            current = repeated(piece.block)
    if part:
        yield above, part


def _begun(part: Sequence[Piece], current: Heading | None, look: Look) -> tuple[Heading | None, Size]:
    """Give the heading that a part which begins so needs, and what it takes with it."""
    above = None if isinstance(part[0].block, Heading) else current
    used = _MARK if above is None else _MARK.plus(size_of(list(rows_of(above, look))))
    for piece in part:
        used = used.plus(piece.size).plus(piece.opening)
    return above, used


def _leads(block: Block) -> bool:
    """Tell whether a block says what comes next, so that it must not be the last of a part."""
    return isinstance(block, Heading) or (
        isinstance(block, Paragraph) and all(isinstance(span, Text) and span.style is Style.STRONG for span in block.line)
    )


def repeated(heading: Heading) -> Heading:
    """Give a heading as it stands above other parts: a long one is shortened, and leads nowhere."""
    text = "".join(span.text for span in heading.line if not isinstance(span, Moment))
    addresses = max((len(span.url) for span in heading.line if isinstance(span, Link)), default=0)
    if len(text) <= REPEATED and len(heading.line) <= 3 and addresses <= SHORT_ADDRESS:
        return heading
    return Heading((Text(shortened(text, REPEATED)),))


def _put_together(part: Sequence[Piece], above: Heading | None, mark: str) -> Iterator[Block]:
    """Make blocks of pieces again, below their heading and the mark."""
    blocks = [_whole(list(group)) for _, group in groupby(part, lambda piece: piece.number)]
    if above is None and isinstance(first := blocks[0], Heading):
        above = first
        blocks = blocks[1:]
    if above is not None:
        yield Heading((*above.line, Text(mark))) if mark else above
    elif mark:
        yield Paragraph((Text(mark.strip()),))
    yield from blocks


def _whole(pieces: Sequence[Piece]) -> Block:
    first = pieces[0].block
    blocks = [piece.block for piece in pieces]
    match first:
        case Listing():
            return replace(first, items=tuple(item for block in blocks if isinstance(block, Listing) for item in block.items))
        case Table():
            return replace(first, rows=tuple(row for block in blocks if isinstance(block, Table) for row in block.rows))
        case Heading() | Paragraph() | Fold():
            return first
    assert_never(first)


def _pieces(message: Message, look: Look) -> Iterator[Piece]:
    """Take a message apart; what is too long alone is taken apart further, into stretches of lines."""
    number = 0
    for block in message.blocks:
        number += 1
        for single in _singles(block):
            piece = _piece(single, number, look)
            if piece.size.plus(piece.opening).fits(_ALONE):
                if piece.size != _BREAK:
                    yield piece
                continue
            for part in _parted(single, look):
                number += 1
                yield _piece(part, number, look)
            number += 1


def _singles(block: Block) -> Iterator[Block]:
    match block:
        case Listing():
            first = block.first if isinstance(block, Continued) else 1
            for number, item in enumerate(block.items, first):
                yield Continued((item,), numbered=block.numbered, first=number)
        case Table():
            yield from (replace(block, rows=(row,)) for row in block.rows)
        case Heading() | Paragraph() | Fold():
            yield block
        case _:
            assert_never(block)


def _piece(block: Block, number: int, look: Look) -> Piece:
    """Measure a piece; the first row of a table with titles comes once in a part."""
    rows = list(rows_of(block, look))
    if isinstance(block, Table) and block.columns and block.columns[0]:
        return Piece(block, number, size_of(rows[1:]).plus(_BREAK), size_of(rows[:1]))
    return Piece(block, number, size_of(rows).plus(_BREAK))


def _parted(block: Block, look: Look) -> Iterator[Block]:
    """Take apart what is too long alone: the first stretch stays what it was, the others are paragraphs."""
    match block:
        case Fold():
            yield from map(Paragraph, _stretches([block.summary, *block.lines[: look.folded]], look))
        case Listing():
            for place, stretch in enumerate(_stretches(block.items[0], look)):
                yield replace(block, items=((stretch,),)) if place == 0 else Paragraph(stretch)
        case Table():
            first, *others = block.rows[0]
            labelled = [((Text(f"{label} "), *cell) if label else cell) for label, cell in zip(block.columns[1:], others, strict=True)]
            yield from map(Paragraph, _stretches([_strong(first), *labelled], look))
        case Heading():
            for place, stretch in enumerate(_stretches([_strong(block.line)], look)):
                yield Heading(stretch) if place == 0 else Paragraph(stretch)
        case Paragraph():
            yield from map(Paragraph, _stretches([block.line], look))
        case _:
            assert_never(block)


def _strong(line: Line) -> Line:
    return tuple(span if isinstance(span, Moment) else replace(span, style=Style.STRONG) for span in line)


def _stretches(lines: Iterable[Line], look: Look) -> Iterator[Line]:
    """Take lines apart, between words where there are any, so that each stretch fits into a part."""
    for line in lines:
        stretch: list[tuple[int, Span]] = []
        used = Size()
        for place, span in enumerate(line):
            for short in _short(span):
                size = size_of(laid_out(Message((Paragraph((short,)),)), look)).plus(_BREAK)
                if stretch and not used.plus(size).fits(_ALONE):
                    yield _joined(stretch)
                    stretch, used = [], Size()
                stretch.append((place, short))
                used = used.plus(size)
        if stretch:
            yield _joined(stretch)


def _joined(stretch: Sequence[tuple[int, Span]]) -> Line:
    """Make one span again of those that come from one."""
    joined: list[Span] = []
    for _, group in groupby(stretch, lambda pair: pair[0]):
        spans = [span for _, span in group]
        first = spans[0]
        whole = "".join(span.text for span in spans if not isinstance(span, Moment))
        joined.append(first if isinstance(first, Moment) else replace(first, text=whole))
    return tuple(joined)


def _short(span: Span) -> Iterator[Span]:
    if isinstance(span, Moment) or len(span.text) <= _STRETCH:
        yield span
        return
    text = span.text
    while text:
        blank = text.rfind(" ", _STRETCH // 2, _STRETCH) + 1
        end = len(text) if len(text) <= _STRETCH else blank or apart(text, _STRETCH)
        yield replace(span, text=text[:end])
        text = text[end:]
