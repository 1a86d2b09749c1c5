"""A screen: an answer that people page and navigate in place. Values, its controls, where they lead; commands are answered elsewhere.

Presses come late, twice, from two people at once, and from programs that make up what they send. So a control names a state and no step:
"page 2 of /latest, at the bottom", not "the next page"; pressed twice it leads to where it leads once, whatever was shown meanwhile.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from typing import Final, TypeAlias

from bot.core.chats.chat import Address, ChatKind

MOST_LEVELS: Final = 8
"""Screens that lie on one another; beyond it the top one is replaced, so that those below keep their places. Guess."""

LONGEST_DATA: Final = 64
"""Bytes behind a button, by the Bot API (InlineKeyboardButton.callback_data); Discord takes 100 characters."""

LONGEST_COMMAND: Final = 62
"""Bytes of a command that a button carries itself, with a mark before it; longer ones are found again in the screen."""

_HIGHEST: Final = 9_999
"""The highest page that is looked for; a number beyond it was made up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One of the answers that lie on one another: the line that it answers, and the page of it that is shown, from 1.

    `kept` is the answer itself as `message_text` writes it, where asking once more would do something once more; else None.
    """

    line: str
    page: int = 1
    kept: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """A message that is a screen. `levels` are never none; the last one is shown.

    `asker` is the platform's id of who asked, empty when that is not known. `about`, with its kind, name and language, is the chat that its
    commands are about: the one in which it lies, but for those that manage a channel from elsewhere.
    """

    address: Address
    message_id: str
    asker: str
    about: Address
    kind: ChatKind
    name: str
    language: str | None
    levels: tuple[Level, ...]
    shown_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """A question that somebody was asked: their next words complete `line`. `about` and what follows it is as in `Screen`."""

    address: Address
    person: str
    line: str
    prompt_id: str
    expires_at: datetime
    about: Address
    kind: ChatKind
    name: str
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Do what a command line says; with `asks`, only once its last words are known."""

    line: str
    asks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """Do what the action says whose command has this fingerprint."""

    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Show a page of what lies at a depth, 0 for the bottom; `line` is what lies there, None where that was too long to say."""

    page: int
    depth: int
    line: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """Show what lies at a depth as it was left."""

    depth: int
    line: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shut:
    """Take the screen away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inert:
    """Do nothing: the number of the page, the end of the pages."""


Control: TypeAlias = Run | Find | Turn | Back | Shut | Inert


def control(data: str) -> Control | None:
    """Read the data behind a button; None when no button of ours has such data."""
    mark, rest = data[:1], data[1:]
    match mark:
        case ">" | "?" if rest.startswith("/") and len(rest) > 1:
            return Run(line=rest, asks=mark == "?")
        case "@" if rest:
            return Find(fingerprint=rest)
        case "x" if not rest:
            return Shut()
        case "=" if not rest:
            return Inert()
        case "#" | "<":
            return _addressed(mark, rest)
        case _:
            return None


def _addressed(mark: str, rest: str) -> Turn | Back | None:
    """Read "2.0 /latest" (page 2 of what lies at the bottom) or "0 /latest" (back to it)."""
    numbers, _, line = rest.partition(" ")
    parts = numbers.split(".")
    if len(parts) != (2 if mark == "#" else 1) or not all(part.isascii() and part.isdecimal() and len(part) < 5 for part in parts):
        return None
    depth = int(parts[-1])
    if depth >= MOST_LEVELS:
        return None
    if mark == "<":
        return Back(depth=depth, line=line or None)
    return Turn(page=min(max(int(parts[0]), 1), _HIGHEST), depth=depth, line=line or None)


def turn_data(page: int, depth: int, level: Level) -> str:
    """Write the data that shows a page of a level."""
    return _with_line(f"#{page}.{depth}", level)


def back_data(depth: int, level: Level) -> str:
    """Write the data that goes back to a level."""
    return _with_line(f"<{depth}", level)


def _with_line(data: str, level: Level) -> str:
    """Add the line where it fits, so that the button works even when nothing is stored of the screen any more."""
    whole = f"{data} {level.line}"
    return whole if level.kept is None and fits(whole, LONGEST_DATA) else data


def fits(text: str, most: int) -> bool:
    """Say whether a text has at most so many bytes, and bytes at all: halves of surrogate pairs have none."""
    try:
        return len(text.encode()) <= most
    except UnicodeEncodeError:
        return False


def fingerprint(line: str) -> str:
    """Name a command line that is too long to be carried by a button."""
    return blake2b(line.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def reached(levels: tuple[Level, ...], wanted: Turn | Back) -> tuple[Level, ...]:
    """Give the levels after a control was pressed, at least one unless there were none and the control names no line.

    What the control says lies at its depth counts, not what is remembered of it: the message may be older than the memory, or newer.
    """
    depth = min(wanted.depth, len(levels))
    there = levels[depth] if depth < len(levels) else None
    if wanted.line is not None and (there is None or there.line != wanted.line):
        there = Level(line=wanted.line)
    if there is None:
        return levels
    if isinstance(wanted, Turn):
        there = replace(there, page=wanted.page)
    return (*levels[:depth], there)


def opened(levels: tuple[Level, ...], level: Level) -> tuple[Level, ...]:
    """Give the levels after something was opened from the top one: what lies there already is gone back to, so that nothing lies twice."""
    for depth, each in enumerate(levels):
        if each.line == level.line:
            return (*levels[:depth], replace(level, page=each.page) if level.kept is None else level)
    return (*levels[: MOST_LEVELS - 1], level)
