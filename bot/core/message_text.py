"""A message as text, so that what was written down can be sent later: JSON there and back, to the letter; nothing is shown here.

What waits in a database may be read by a newer program than wrote it: keys may be added, never renamed. What has its default value is
left out.
"""

import json
from datetime import datetime
from typing import Any

from bot.core.message import Action, Block, Fold, Heading, Line, Link, Listing, Message, Moment, Paragraph, Span, Style, Table, Text
from bot.core.model import Precision


def message_json(message: Message) -> str:
    """Write a message; the same message is always the same text, and every database can keep it, whatever the world put into it."""
    written = {"blocks": [_block(block) for block in message.blocks]} | (
        {"actions": [[action.label, action.command] for action in message.actions]} if message.actions else {}
    )
    text = json.dumps(written, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        # Halves of surrogate pairs have no UTF-8. Escapes for everybody would make Cyrillic three times as long.
        return json.dumps(written, separators=(",", ":"))
    return text


def message_of(text: str) -> Message:
    """Read what `message_json` wrote.

    Raises:
        ValueError: the text is nothing that it writes.
    """
    try:
        read = json.loads(text)
        return Message(tuple(map(_read_block, read["blocks"])), tuple(Action(*action) for action in read.get("actions", ())))
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise ValueError(f"This is no message that was written down: {text[:100]!r} ({error!r})") from error


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading(line):
            return {"heading": _line(line)}
        case Paragraph(line):
            return {"paragraph": _line(line)}
        case Listing(items, numbered):
            return {"items": [[_line(line) for line in item] for item in items]} | ({"numbered": True} if numbered else {})
        case Fold(summary, lines):
            return {"fold": _line(summary), "lines": [_line(line) for line in lines]}
        case Table(columns, rows):
            return {"columns": list(columns), "rows": [[_line(cell) for cell in row] for row in rows]}


def _line(line: Line) -> list[dict[str, str]]:
    return [_span(span) for span in line]


def _span(span: Span) -> dict[str, str]:
    match span:
        case Text(text, style):
            return {"text": text} | _style(style)
        case Link(text, url, style):
            return {"text": text, "url": url} | _style(style)
        case Moment(at, precision):
            return {"at": at.isoformat()} | ({} if precision is Precision.MINUTE else {"precision": precision.value})


def _style(style: Style) -> dict[str, str]:
    return {} if style is Style.PLAIN else {"style": style.value}


def _read_block(read: dict[str, Any]) -> Block:
    match read:
        case {"heading": line}:
            return Heading(_read_line(line))
        case {"paragraph": line}:
            return Paragraph(_read_line(line))
        case {"items": items}:
            return Listing(tuple(_read_lines(item) for item in items), numbered=read.get("numbered", False))
        case {"fold": summary, "lines": lines}:
            return Fold(_read_line(summary), _read_lines(lines))
        case {"columns": columns, "rows": rows}:
            return Table(tuple(columns), tuple(_read_lines(row) for row in rows))
        case _:
            raise ValueError(f"no block of a message has the keys {sorted(read)}")


def _read_lines(read: list[list[dict[str, str]]]) -> tuple[Line, ...]:
    return tuple(map(_read_line, read))


def _read_line(read: list[dict[str, str]]) -> Line:
    return tuple(map(_read_span, read))


def _read_span(read: dict[str, str]) -> Span:
    if "at" in read:
        return Moment(datetime.fromisoformat(read["at"]), Precision(read.get("precision", Precision.MINUTE)))
    style = Style(read.get("style", Style.PLAIN))
    return Link(read["text"], read["url"], style) if "url" in read else Text(read["text"], style)
