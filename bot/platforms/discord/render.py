"""What a message looks like on Discord: its embed, and the messages or pages into which a long one is parted; buttons are `keyboard`'s."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from discord import Embed

from bot.core.chats.chat import Reader
from bot.core.chats.zone_names import tz
from bot.core.message import Action, Block, Fold, Heading, Line, Link, Message, Moment, Paragraph, lines_in
from bot.core.phase import Phase
from bot.core.text.neutral import is_visible, neutral
from bot.languages import translated
from bot.platforms.discord.layout import FOLDED, Look, laid_out
from bot.platforms.discord.literal import address, escaped
from bot.platforms.discord.runs import CONTENT, FULL, NOTHING, SHORT, Rows, Size, beginning, cut, fit, size_of, units, written
from bot.platforms.discord.spelling import spelled
from bot.platforms.discord.split import split

TITLE: Final = 256
"""Units of the title of an embed (Embed Limits)."""

PAGE: Final = FULL._replace(lines=40)
"""A page of a screen: some 8 items of four or five lines. Guess."""

SINGLE: Final = FULL._replace(lines=50)
"""What is shown on one page although it is a little more: nobody wants to turn a page for two lines. Guess."""

REMEMBERED: Final = 256
"""Messages that are written once for all chats of a zone and language: a card goes to many, and many ask the same. Guess."""

TOAST: Final = 200
"""Units of a note that only who pressed sees. Guess: as on Telegram; what is longer is a message."""

THREAD_NAME: Final = 100
"""Units of the name of a thread or post (Start Thread)."""

COLOURS: Final[Mapping[Phase, int]] = MappingProxyType({Phase.BREAKING: 0xDA373C, Phase.DEVELOPING: 0xF0B132, Phase.FADING: 0x80848E})
"""The red, amber and grey of Discord's own signs, which read well on light and dark."""


_SLASH: Final = "\0"
"""What a slash of other people's words is meanwhile: it begins no command of ours."""


@dataclass(frozen=True, slots=True)
class Said(Message):
    """A message, or a part of one, in its reader's language: nothing of it is said again."""


class Title(NamedTuple):
    """The title of an embed, written, and where it leads."""

    text: str
    url: str | None


class Shown(NamedTuple):
    """The parts of an embed, written."""

    title: str | None
    url: str | None
    description: str | None


def embeds_of(message: Message, reader: Reader, *, is_short: bool = False) -> list[Embed]:
    """Write a message as the embeds of one of Discord's.

    What does not fit is cut off, which never happens to what `parts` and `pages` give; `is_short` cuts at half of that.
    """
    shown = _shown(_bare(message), reader, is_short=is_short)
    colour = COLOURS.get(message.phase) if message.phase else None
    return [Embed(title=shown.title, url=shown.url, description=shown.description, colour=colour)]


def content_of(message: Message, reader: Reader, *, is_short: bool = False) -> str:
    """Write a message as plain text without an embed, cut off where it is too long for that."""
    rows = laid_out(_said(message, reader), _look(reader, is_plain=True))
    return written(cut(rows, Size(CONTENT.units // 2, CONTENT.lines) if is_short else CONTENT))


def name_of(message: Message, reader: Reader) -> str:
    """Name the thread or post of a message by its headline, without any markup: there is none in names."""
    said = _said(message, reader)
    heading = next((_plain(block.line) for block in said.blocks if isinstance(block, Heading | Paragraph)), "")
    name = neutral(heading).strip()
    return beginning(name, THREAD_NAME) if is_visible(name) else NOTHING


def parts(message: Message, reader: Reader) -> tuple[Message, ...]:
    """Part a message into those that fit, between items; each has its heading with "(2/3)", and the last one the actions."""
    said = _said(message, reader)
    look = _fitting(said, reader)
    if fit(laid_out(said, look), FULL):
        return (said,)
    *others, last = split(said, look, FULL, is_marked=True) or [()]
    return (*(Said(each, (), said.phase) for each in others), Said(last, said.actions, said.phase))


def pages(message: Message, reader: Reader) -> tuple[Message, ...]:
    """Part a message into pages to be turned, between items, each with its heading; a short one is one page.

    An action that one page names, such as `/event 12`, is offered on that page, every other one on all.
    """
    said = _said(message, reader)
    look = _fitting(said, reader)
    if size_of(laid_out(said, look)).fits(SINGLE):
        return (said,)
    blocks = split(said, look, PAGE, is_marked=False) or [()]
    texts = [_words(each) for each in blocks]
    named = [[bool(re.search(rf"(?<!\S){re.escape(spelled(action.command))}(?!\w)", text)) for text in texts] for action in said.actions]
    return tuple(Said(each, _offered(said.actions, named, number), said.phase) for number, each in enumerate(blocks))


def toast(message: Message, reader: Reader) -> str | None:
    """Give the text of a message that is one short sentence with nothing to press, not yet escaped; None for any other."""
    if message.actions or len(message.blocks) != 1 or not isinstance(block := message.blocks[0], Paragraph):
        return None
    if any(isinstance(span, Link) for span in block.line):
        return None
    rows = laid_out(_said(message, reader), _look(reader, is_plain=True))
    text = "".join(run.text for row in rows for run in row.runs)
    return text if is_visible(text) and units(text) <= TOAST else None


@lru_cache(maxsize=REMEMBERED)
def _shown(message: Message, reader: Reader, *, is_short: bool) -> Shown:
    said = _said(message, reader)
    title = _titled(said.blocks[0]) if said.blocks else None
    rest = replace(said, blocks=said.blocks[1:]) if title else said
    rows: Rows = laid_out(rest, _fitting(said, reader))
    if title and not any(run.mark or is_visible(run.text) for row in rows for run in row.runs):
        return Shown(title.text, title.url, None)
    description = written(cut(rows, SHORT if is_short else FULL))
    return Shown(title.text, title.url, description) if title else Shown(None, None, description)


def _titled(block: Block) -> Title | None:
    """Give the title that a heading can be, and where it leads; None when it is too long, holds a time or leads to several places."""
    if not isinstance(block, Heading) or any(isinstance(span, Moment) for span in block.line):
        return None
    links = [span for span in block.line if isinstance(span, Link)]
    title = escaped(neutral(_plain(block.line)).strip())
    if len(links) > 1 or units(title) > TITLE or not is_visible(title):
        return None
    return Title(title, address(links[0].url) if links else None)


def _bare(message: Message) -> Message:
    return Said(message.blocks) if isinstance(message, Said) else Message(message.blocks)


def _said(message: Message, reader: Reader) -> Message:
    if isinstance(message, Said):
        return message
    # The first time says it, with what is not of ours held back; the second one spells our commands as they are typed here.
    said = translated(translated(message, reader.language, _held), None, _spelled)
    return Said(said.blocks, said.actions, said.phase)


def _held(text: str) -> str:
    return text.replace("/", _SLASH)


def _spelled(text: str) -> str:
    return spelled(text).replace(_SLASH, "/")


def _look(reader: Reader, *, is_plain: bool = False) -> Look:
    return Look(tz(reader.zone), reader.language, is_plain)


def _fitting(message: Message, reader: Reader) -> Look:
    """Tell as much of folds as leaves the message in one piece: a card is edited, a second part would stay as it was."""
    look = _look(reader)
    if not any(isinstance(block, Fold) for block in message.blocks):
        return look
    for folded in range(FOLDED, -1, -1):
        look = replace(look, folded=folded)
        if fit(laid_out(message, look), FULL):
            return look
    return look


def _offered(actions: Sequence[Action], named: Sequence[Sequence[bool]], number: int) -> tuple[Action, ...]:
    return tuple(action for action, where in zip(actions, named, strict=True) if where[number] or not any(where))


def _plain(line: Line) -> str:
    return "".join(span.text for span in line if not isinstance(span, Moment))


def _words(blocks: Sequence[Block]) -> str:
    return " ".join(span.text for block in blocks for line in lines_in(block) for span in line if not isinstance(span, Moment))
