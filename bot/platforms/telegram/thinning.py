"""What folds let go before a message is parted: a card is one message that is edited, and its fold is detail that a command tells too."""

from dataclasses import replace
from typing import Final

from bot.core.message import Block, Fold, Line, Link, Message, Moment, Span, Text
from bot.core.wording import shortened
from bot.platforms.telegram.layout import Look, laid_out
from bot.platforms.telegram.runs import Size, size_of

_TEXTS: Final = (1_000, 140, 100, 70, 50)
"""Characters that each text in a fold may have, the first that makes the message fit. 25 reports of 50 with times and outlets take some
2,500 units, which leaves room for any headline and three sentences."""

_ADDRESSES: Final = (2_000, 400, 200, 100, 0)
"""Characters of the longest address in a fold that is linked: those of aggregators have 400 and more, and are detours only."""


def thinned(message: Message, look: Look, limit: Size) -> Message:
    """Shorten what stands in the folds of a message until it fits; where that is not enough, or it has none, give it back as it is."""
    if not any(isinstance(block, Fold) for block in message.blocks):
        return message
    texts, addresses = list(_TEXTS), list(_ADDRESSES)
    shown = message
    while not (size := size_of(laid_out(shown, look))).fits(limit):
        if size.units > limit.units and len(texts) > 1:
            texts.pop(0)
        elif len(addresses) > 1:
            addresses.pop(0)
        else:
            return message
        shown = replace(message, blocks=tuple(_block(block, texts[0], addresses[0]) for block in message.blocks))
    return shown


def _block(block: Block, text: int, address: int) -> Block:
    return replace(block, lines=tuple(_line(line, text, address) for line in block.lines)) if isinstance(block, Fold) else block


def _line(line: Line, text: int, address: int) -> Line:
    return tuple(_span(span, text, address) for span in line)


def _span(span: Span, text: int, address: int) -> Span:
    match span:
        case Moment():
            return span
        case Link() if len(span.url) > address:
            return Text(shortened(span.text, text), span.style)
        case Text() | Link():
            return replace(span, text=shortened(span.text, text))
