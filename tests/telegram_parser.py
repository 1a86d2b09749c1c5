"""Telegram's own parser (TDLib in PyPI tdjson, offline): what it reads in a text, and what a real server would have against it."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import tdjson

LONGEST = 4096
ENTITIES = 100
ADDRESSES = 9_500
MARKUP = 1 << 15
CLOSED = ("Code", "TextUrl")


@dataclass(frozen=True)
class Entity:
    kind: str
    text: str
    url: str = ""
    unix: int = 0


@dataclass(frozen=True)
class Parsed:
    """The text that people see, and its entities, those that Telegram finds by itself included."""

    text: str
    entities: tuple[Entity, ...]

    def of(self, kind: str) -> list[str]:
        return [entity.text for entity in self.entities if entity.kind == kind]


@cache
def _quiet() -> None:
    tdjson.td_execute(json.dumps({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}).encode())


def _executed(query: dict[str, Any]) -> dict[str, Any]:
    _quiet()
    answer = tdjson.td_execute(json.dumps(query).encode())
    assert answer is not None
    read: dict[str, Any] = json.loads(answer)
    return read


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _part(text: str, offset: int, length: int) -> str:
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le")


def parsed(text: str, *, is_html: bool = True) -> Parsed:
    """Read a text as a server does; an error of the parser is a failed assertion."""
    text.encode()
    plain, given = text, []
    if is_html:
        read = _executed({"@type": "parseTextEntities", "text": text, "parse_mode": {"@type": "textParseModeHTML"}})
        assert read["@type"] != "error", (read, text)
        plain, given = read["text"], read["entities"]
    closed = [(each["offset"], each["offset"] + each["length"]) for each in given if each["type"]["@type"].endswith(CLOSED)]
    found = [
        each
        for each in _executed({"@type": "getTextEntities", "text": plain})["entities"]
        if not any(each["offset"] < end and start < each["offset"] + each["length"] for start, end in closed)
    ]
    return Parsed(plain, tuple(_entity(plain, each) for each in (*given, *found)))


def _entity(text: str, read: dict[str, Any]) -> Entity:
    kind = read["type"]
    name = kind["@type"].removeprefix("textEntityType")
    return Entity(name, _part(text, read["offset"], read["length"]), kind.get("url", ""), kind.get("unix_time", 0))


# A mention of a time such as 12:40 leads somewhere in a film only.
_HARMLESS = {"Bold", "Italic", "Code", "TextUrl", "ExpandableBlockQuote", "DateTime", "MediaTimestamp", "BotCommand"}


def check(text: str, *, is_html: bool = True) -> Parsed:
    """Read a text and assert that a server takes it as it is, and that nothing is live in it but links that were given and commands."""
    read = parsed(text, is_html=is_html)
    assert len(text.encode()) <= MARKUP
    assert read.text.strip(), "message text is empty"
    assert units(read.text) <= LONGEST, "message is too long"
    assert len([entity for entity in read.entities if entity.kind != "MediaTimestamp"]) <= ENTITIES
    assert sum(len(entity.url.encode()) for entity in read.entities) <= ADDRESSES, "ENTITIES_TOO_LONG"
    assert {entity.kind for entity in read.entities} <= _HARMLESS, read.entities
    return read


def is_button_address(url: str) -> bool:
    """Whether a button may lead there."""
    escaped = url.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return bool(parsed(f'<a href="{escaped}">x</a>').of("TextUrl"))
