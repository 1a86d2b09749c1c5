"""Which blocks of a page are the article: shallow features and the run of blocks with the largest sum; what a block is comes from `blocks`.

Words, links and whole sentences tell text from furniture (Kohlschütter, Fankhauser, Nejdl: Boilerplate Detection using Shallow Text
Features, WSDM 2010); the article is the contiguous run of largest sum (Pasternack, Roth: Extracting Article Text from the Web with
Maximum Subsequence Segmentation, WWW 2009).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.sources.parsing.blocks import Block
from bot.sources.parsing.furniture import is_boundary, is_credit, is_furniture, is_pointer, talk

_ADDRESS: Final = re.compile(r"https?://\S{4,}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What one block adds to the sum of its run.

    Chosen by random search on one half of the development pages: mean token F1 of the text is 0.902 there and 0.877 on the other half
    (0.896 and 0.877 with the first guesses).
    """

    most: float = 80
    short: float = -7.0
    bullet: float = -6.5
    linked: float = -8.0
    heading: float = -3.0
    boundary: float = -27.0
    furniture: float = -12.0
    talk: float = -30.0
    open_end: float = 0.8


WEIGHTS: Final = Weights()


def weight(block: Block, chosen: Weights = WEIGHTS) -> float:
    """How much a block speaks for being text (positive, about its words) or furniture (negative)."""
    if is_boundary(block.text):
        return chosen.boundary
    if not block.text or is_furniture(block.text):
        return chosen.furniture
    if block.linked > 0.5 and (block.words < 25 or block.linked > 0.8):
        return chosen.linked
    if block.level:
        return chosen.heading
    if talk(block.text) * 12 > block.words:
        return chosen.talk
    return _prose(block, chosen)


def _prose(block: Block, chosen: Weights) -> float:
    words = min(float(block.words), chosen.most)
    if block.bullet:
        return words * 0.5 - 2 if block.sentence and words >= 8 else chosen.bullet
    if block.sentence:
        return words if words >= 4 else 0.0
    return words * chosen.open_end if words >= 20 else chosen.short


def is_tidy(blocks: Sequence[Block]) -> bool:
    """Whether there is next to nothing but the article: then every block is kept that is not known to be furniture."""
    total = sum(block.words for block in blocks)
    prose = sum(block.words for block in blocks if block.words >= 8 and block.linked < 0.5 and (block.sentence or block.words >= 20))
    scraps = sum(1 for block in blocks if block.bullet or block.linked > 0.5 or block.words < 5)
    return prose >= 0.75 * total and scraps <= max(6, len(blocks) // 5)


def run_of(blocks: Sequence[Block], chosen: Weights = WEIGHTS) -> tuple[int, int]:
    """First and one past the last block of the run with the largest sum of weights; (0, 0) when no block is text."""
    best, bounds = 0.0, (0, 0)
    total, start = 0.0, 0
    for index, block in enumerate(blocks):
        total += weight(block, chosen)
        if total <= 0:
            total, start = 0.0, index + 1
        elif total > best:
            best, bounds = total, (start, index + 1)
    return bounds


def is_scrap(blocks: Sequence[Block], index: int) -> bool:
    """Whether a block inside the run of a furnished page is a teaser or label: no sentence, and no heading between paragraphs."""
    block = blocks[index]
    if block.sentence or block.words >= 20:
        return block.bullet and block.words < 8
    if block.bullet or block.linked > 0.3:
        return True
    before, after = blocks[index - 1] if index else None, blocks[index + 1] if index + 1 < len(blocks) else None
    return not (block.words <= 16 and before is not None and after is not None and before.sentence and after.sentence and after.words >= 12)


def is_text(block: Block, *, after: Block | None) -> bool:
    """Whether a block inside the article belongs to its text; `after` is the next block of the page."""
    if not block.text or is_furniture(block.text) or is_boundary(block.text) or is_pointer(block.text) or is_credit(block.text):
        return False
    if block.words <= 4 and _ADDRESS.search(block.text):
        return False
    if block.linked > 0.66 and (block.words < 25 or not block.sentence):
        return False
    if after is not None and not after.gap and _is_credit_line(after):
        return False
    return block.words >= 60 or talk(block.text) * 10 <= block.words


def _is_credit_line(block: Block) -> bool:
    """The second line of a caption: a host, a channel or an agency that the picture came from."""
    return is_credit(block.text) or (block.linked > 0.9 and block.words <= 3 and bool(re.match(r"(?:[\w\-]+\.)+\w{2,}", block.text)))
