"""What a message looks like on Telegram: its text, and the messages or pages into which a long one is parted; buttons are `keyboard`'s."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.core.chats.chat import Reader
from bot.core.chats.zone_names import tz
from bot.core.message import Action, Block, Link, Message, Moment, Paragraph, lines_in
from bot.languages import translated
from bot.platforms.telegram import runs
from bot.platforms.telegram.layout import Look, laid_out
from bot.platforms.telegram.literal import held
from bot.platforms.telegram.runs import FULL, SHORT, cut, fit, size_of, written
from bot.platforms.telegram.split import split
from bot.platforms.telegram.thinning import thinned

PAGE: Final = FULL._replace(lines=40)
"""A page of a screen: some 8 items of four or five lines on a telephone, about 1,600 units. Guess."""

SINGLE: Final = FULL._replace(lines=50)
"""What is shown on one page although it is a little more: nobody wants to turn a page for two lines. Guess."""

REMEMBERED: Final = 256
"""Messages that are written once for all chats of a zone and language: a card goes to many, and many ask the same. Guess."""

CAPTION: Final = 1024
"""Units under a picture (Bot API, sendPhoto)."""

TOAST: Final = 200
"""Units of the note that answers the press of a button (CallbackQueryLimit of PTB: characters, and what it counts in is not said)."""


@dataclass(frozen=True, slots=True)
class Said(Message):
    """A message, or a part of one, in its reader's language: of its texts that are no phrases any more, foreign ones were made harmless."""


def render(message: Message, reader: Reader, *, is_plain: bool = False, is_short: bool = False) -> str:
    """Write a message as Telegram's HTML, or as plain text to be sent without a parse mode.

    What does not fit into one message is cut off, which never happens to what `parts` and `pages` give; `is_short` cuts at half of that.
    """
    bare = Said(message.blocks) if isinstance(message, Said) else Message(message.blocks)
    return _rendered(bare, reader, is_plain=is_plain, is_short=is_short)


@lru_cache(maxsize=REMEMBERED)
def _rendered(message: Message, reader: Reader, *, is_plain: bool, is_short: bool) -> str:
    look = _look(reader, is_plain=is_plain)
    return written(cut(laid_out(_said(message, reader), look), SHORT if is_short else FULL), is_plain=is_plain)


def parts(message: Message, reader: Reader) -> tuple[Message, ...]:
    """Part a message into those that fit, between items; each has its heading with "(2/3)", and the last one the actions."""
    look = _look(reader)
    message = thinned(_said(message, reader), look, FULL)
    if fit(laid_out(message, look), FULL):
        return (message,)
    *others, last = split(message, look, FULL, is_marked=True) or [()]
    return (*map(Said, others), Said(last, message.actions))


def pages(message: Message, reader: Reader) -> tuple[Message, ...]:
    """Part a message into pages to be turned, between items, each with its heading; a short one is one page.

    An action that one page names, such as `/event 12`, is offered on that page, every other one on all.
    """
    look = _look(reader)
    message = thinned(_said(message, reader), look, FULL)
    if size_of(laid_out(message, look)).fits(SINGLE):
        return (message,)
    blocks = split(message, look, PAGE, is_marked=False) or [()]
    texts = [_words(each) for each in blocks]
    named = [[bool(re.search(rf"(?<!\S){re.escape(action.command)}(?!\w)", text)) for text in texts] for action in message.actions]
    return tuple(Said(each, _offered(message.actions, named, number)) for number, each in enumerate(blocks))


def toast(message: Message, reader: Reader) -> str | None:
    """Give the text of a message that is one short sentence with nothing to press, to be shown for a moment; None for any other."""
    if message.actions or len(message.blocks) != 1 or not isinstance(block := message.blocks[0], Paragraph):
        return None
    if any(isinstance(span, Link) for span in block.line):
        return None
    text = written(cut(laid_out(_said(message, reader), _look(reader, is_plain=True)), FULL), is_plain=True)
    return text if units(text) <= TOAST else None


def caption_of(told: str) -> str:
    """Give what stands under a picture: plain text in which nothing becomes live, cut to what Telegram takes."""
    return runs.beginning(" ".join(held(told).split()), CAPTION)


def units(text: str) -> int:
    """Count the UTF-16 units of a text, as Telegram does."""
    return runs.units(text)


def _said(message: Message, reader: Reader) -> Said:
    """Say what was not said yet; in what was, texts that are no phrases may be ours."""
    said = translated(message, reader.language, str if isinstance(message, Said) else held)
    return Said(said.blocks, said.actions)


def _look(reader: Reader, *, is_plain: bool = False) -> Look:
    return Look(tz(reader.zone), reader.language, is_plain)


def _offered(actions: Sequence[Action], named: Sequence[Sequence[bool]], number: int) -> tuple[Action, ...]:
    return tuple(action for action, where in zip(actions, named, strict=True) if where[number] or not any(where))


def _words(blocks: Sequence[Block]) -> str:
    return " ".join(span.text for block in blocks for line in lines_in(block) for span in line if not isinstance(span, Moment))
