"""A message as text, so that what was written down can be sent later: JSON there and back, to the letter; nothing is shown here.

What waits in a database may be read by a newer program than wrote it: keys may be added, never renamed. What has its default value is
left out.
"""

import json
from datetime import datetime
from typing import Any

from bot.core.message import Action, Block, Fold, Heading, Line, Link, Listing, Message, Moment, Paragraph, Span, Style, Table, Text
from bot.core.model import Precision
from bot.core.phase import Phase
from bot.core.phrase import Phrase


def message_json(message: Message) -> str:
    """Write a message; the same message is always the same text, and every database can keep it, whatever the world put into it."""
    written = (
        {"blocks": [_block(block) for block in message.blocks]}
        | ({"actions": [_action(action) for action in message.actions]} if message.actions else {})
        | ({"phase": message.phase.value} if message.phase else {})
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
        phase = Phase(read["phase"]) if "phase" in read else None
        return Message(tuple(map(_read_block, read["blocks"])), tuple(map(_read_action, read.get("actions", ()))), phase)
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise ValueError(f"This is no message that was written down: {text[:100]!r} ({error!r})") from error


def text_json(text: str) -> str:
    """Write one text: as it is, or what a phrase is made of, so that it can be said in another language once it is read."""
    return json.dumps(_said(text), ensure_ascii=False, separators=(",", ":")) if isinstance(text, Phrase) else text


def text_of(text: str) -> str:
    """Read what `text_json` wrote; what is no phrase, an older program wrote, too, is itself."""
    try:
        return _read_said(json.loads(text)) if text.startswith("[") else text
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return text


def _action(action: Action) -> list[Any]:
    more = [_said(action.asks), action.is_for_admins] if action.is_for_admins else [_said(action.asks)] if action.asks else []
    return [_said(action.label), action.command, *more]


def _read_action(read: list[Any]) -> Action:
    label, command, asks, is_for_admins = read + ["", False][len(read) - 2 :]
    return Action(_read_said(label), command, _read_said(asks), is_for_admins=is_for_admins)


def _said(text: str) -> Any:
    """Write a text: as it is, or what a phrase is made of."""
    if not isinstance(text, Phrase):
        return text
    values = {name: _said(value) if isinstance(value, str) else value for name, value in text.values.items()}
    return [text.pattern, values] + ([] if text.many is None else [text.many, text.number])


def _read_said(read: Any) -> str:
    if isinstance(read, str):
        return read
    pattern, values, *counted = read
    many, count = counted or (None, 1)
    return Phrase(
        pattern, many, count, {name: _read_said(value) if isinstance(value, str | list) else value for name, value in values.items()}
    )


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
            return {"columns": [_said(column) for column in columns], "rows": [[_line(cell) for cell in row] for row in rows]}


def _line(line: Line) -> list[dict[str, Any]]:
    return [_span(span) for span in line]


def _span(span: Span) -> dict[str, Any]:
    match span:
        case Text(text, style):
            return {"text": _said(text)} | _style(style)
        case Link(text, url, style):
            return {"text": _said(text), "url": url} | _style(style)
        case Moment(at, precision, is_ago):
            exact = {} if precision is Precision.MINUTE else {"precision": precision.value}
            return {"at": at.isoformat()} | exact | ({"ago": True} if is_ago else {})


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
            return Table(tuple(map(_read_said, columns)), tuple(_read_lines(row) for row in rows))
        case _:
            raise ValueError(f"no block of a message has the keys {sorted(read)}")


def _read_lines(read: list[list[dict[str, Any]]]) -> tuple[Line, ...]:
    return tuple(map(_read_line, read))


def _read_line(read: list[dict[str, Any]]) -> Line:
    return tuple(map(_read_span, read))


def _read_span(read: dict[str, Any]) -> Span:
    if "at" in read:
        precision = Precision(read.get("precision", Precision.MINUTE))
        return Moment(datetime.fromisoformat(read["at"]), precision, is_ago=read.get("ago", False))
    style = Style(read.get("style", Style.PLAIN))
    text = _read_said(read["text"])
    return Link(text, read["url"], style) if "url" in read else Text(text, style)
