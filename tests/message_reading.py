"""What a person reads of a message or an answer, whatever the platform."""

from collections.abc import Sequence

from bot.commands.desk import Answer
from bot.core.message import Block, Fold, Heading, Line, Listing, Message, Moment, Paragraph, Table, Text


def lines_in(block: Block) -> Sequence[Line]:
    match block:
        case Heading() | Paragraph():
            return [block.line]
        case Listing():
            return [line for item in block.items for line in item]
        case Fold():
            return [block.summary, *block.lines]
        case Table():
            return [tuple(span for cell in row for span in (*cell, Text(" "))) for row in block.rows]


def lines_of(message: Message, *, time: str = "(time)") -> list[str]:
    """What a reader sees of paragraphs and lists; `time` stands for every time."""
    lines = [line for block in message.blocks if isinstance(block, Paragraph | Listing) for line in lines_in(block)]
    return ["".join(time if isinstance(span, Moment) else span.text for span in line) for line in lines]


def text_of(answer: Answer) -> str:
    lines = [line for block in answer.message.blocks for line in lines_in(block)]
    return "\n".join("".join(f"{span.at:%Y-%m-%d %H:%M}" if isinstance(span, Moment) else span.text for span in line) for line in lines)


def commands_of(answer: Answer) -> list[str]:
    """What its buttons do."""
    return [action.command for action in answer.message.actions]


def check_answer(answer: Answer, *expected: str, failed: bool = False) -> None:
    """Look for each expected piece of text in the order given."""
    text, place = text_of(answer), 0
    for piece in expected:
        assert piece in text[place:], f"{piece!r} is missing or out of order in:\n{text}"
        place = text.index(piece, place) + len(piece)
    assert answer.failed is failed, text
