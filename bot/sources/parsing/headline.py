"""Which line of a page is the article's title; which lines are its text is decided in `body`."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.sources.parsing.blocks import Block
from bot.sources.parsing.furniture import is_boundary, is_credit, is_furniture, talk
from bot.sources.parsing.published import is_dateline
from bot.sources.parsing.site_title import normal_line

_WORD: Final = re.compile(r"\w{3,}")
_IDEOGRAMS: Final = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]{2,}")
_LOOK_BACK: Final = 200
"""Blocks before the text among which the title is looked for."""
_LONGEST_WORD: Final = 60
"""Characters of a line to each of its words, at most, when the words are ones. Guess."""
_SHARED: Final = re.compile(
    r"\W*(?:share this (?:story|article|post)|share\b.{0,20}sharing options(?: for)?|share|tweet|teilen|partager)\s?:\s?(.{12,250})",
    re.IGNORECASE,
)
# The label of a film player that stands in for the article's picture.
_FILM: Final = re.compile(r"(.{12,250}?)\s(?:back to video|zurück zum video|volver al v[ií]deo|retour à la vidéo)\W*", re.IGNORECASE)
_ADVERT: Final = re.compile(
    r"\W*(?:advertisement|advertorial|ad|sponsored(?: content)?|promoted|anzeige|werbung|publici(?:dad|té|dade)|реклама|promo)\s?[:|–—]",
    re.IGNORECASE,
)
_NAME: Final = r"[^\W\d_a-z][\w.'’ʼ\-]+(?: (?:de|da|di|del|der|den|van|von|la|le|al|bin))*(?: [^\W\d_a-z][\w.'’ʼ\-]*)"
# `… am vergangenen Montag / Jane Doe` and `Jane Doe (l.) …` are captions, `Jane Doe, John Roe (Madrid)` is a byline.
_CAPTION: Final = re.compile(
    rf".{{20,}}\s/\s{_NAME}|.{{3,200}}?\((?:l|r|m|li|re|left|right|links|rechts|mitte|cent(?:er|re)|izq|dcha|g|d)\.?\).*"
)
_NAMES: Final = re.compile(rf"{_NAME}(?:\s?(?:,|&|\band\b|\bund\b|\by\b|\bet\b|\be\b)\s?{_NAME})+\s?(?:\([^()]{{2,40}}\))?")
_BY: Final = re.compile(r"\W*(?:by|von|por|par|posted|written|published|updated)\s", re.IGNORECASE)
_TIMED: Final = re.compile(r"(?<!\d)\d{1,2}:\d{2}(?!\d).{0,40}(?:19|20)\d\d|(?:19|20)\d\d.{0,20}(?<!\d)\d{1,2}:\d{2}(?!\d)")
_TITLE_END: Final = re.compile(r"[.。][\"'”’»)\]]*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What speaks for a line being the title, in points.

    Chosen on one half of the development pages; 33 of its 40 known titles are right, 24 of 29 on the other half, where fewer errors were
    looked at when the rules about captions, bylines and adverts were added. 8 of all 69 stand on no line of their page.
    """

    first_heading: float = 5.0
    second_heading: float = 3.0
    other_heading: float = 1.0
    near: float = 8.0
    distance: float = 0.3
    farthest: float = 5.0
    overlap: float = 7.0
    echo: float = 3.0
    shared: float = 8.0
    dated: float = 4.0
    linked: float = -2.5
    bullet: float = -2.0
    full_stop: float = -3.0
    short: float = -4.0
    wordy: float = -0.25
    talk: float = -3.0
    after_start: float = -4.0
    below: float = -2.0


WEIGHTS: Final = Weights()


def is_headline(blocks: Sequence[Block], index: int) -> bool:
    """Whether the first block of a tidy file is a title: a heading, or a line that does not end as a sentence does, with text behind it."""
    block = blocks[index]
    # Ten thousand emoji in a row are no paragraph of any language, but somebody's idea of a title.
    endless = len(block.text) > _LONGEST_WORD * block.words
    if index + 1 >= len(blocks) or block.words > 40 or (len(block.text) > 250 and not endless):
        return False
    if block.level or endless:
        return True
    if _TITLE_END.search(block.text) or block.text.endswith((",", ";", ":")):
        return False
    return block.words >= 2 and block.words < sum(other.words for other in blocks[index + 1 :])


def find_title(blocks: Sequence[Block], start: int, end: int, shared: Sequence[str]) -> int | None:
    """The block of a page most likely to be the title of the text from `start` to `end`; `shared` are titles that share buttons pass on."""
    repeated = (_SHARED.match(block.text) or _FILM.fullmatch(block.text) for block in blocks if block.words <= 45)
    told = Counter(normal_line(text) for text in (*shared, *(found[1] for found in repeated if found)))
    opening = _opening(blocks[start:end])
    echoes = Counter(normal_line(block.text) for block in blocks if 3 <= block.words <= 40 and not block.bullet)
    best: tuple[float, int] | None = None
    steps = 0
    for index in range(min(start + 3, end) - 1, max(0, start - _LOOK_BACK) - 1, -1):
        block = blocks[index]
        if not _may_be(block):
            continue
        steps += index < start
        normal = normal_line(block.text)
        score = _looks(block) + WEIGHTS.overlap * _overlap(block, opening) + WEIGHTS.shared * (normal in told)
        score += WEIGHTS.echo * (echoes[normal] > 1 or told[normal] > 1) + WEIGHTS.after_start * (index >= start)
        score -= min(WEIGHTS.farthest, max(0.0, steps - WEIGHTS.near) * WEIGHTS.distance)
        score += WEIGHTS.dated * _is_dated(blocks[index + 1 : index + 7])
        above = blocks[index - 1] if index else None
        score += WEIGHTS.below * (above is not None and above.words >= 5 and above.linked < 0.5 and _may_be(above))
        if best is None or score >= best[0]:
            best = (score, index)
    return best[1] if best and best[0] > 0 else None


def _is_dated(below: Sequence[Block]) -> bool:
    """Whether a date or byline is among the next three lines that are no captions."""
    lines = [block.text for block in below if not (is_credit(block.text) or _CAPTION.fullmatch(block.text[:250]))]
    return any(is_dateline(line) or _BY.match(line) for line in lines[:3])


def _may_be(block: Block) -> bool:
    text = block.text
    if not text or block.words > 45 or len(text) < 8 or len(text) > 250 or (block.words < 3 and not block.level):
        return False
    if is_furniture(text) or is_boundary(text) or is_credit(text) or is_dateline(text) or _BY.match(text) or _TIMED.search(text):
        return False
    return not (_ADVERT.match(text) or _FILM.fullmatch(text) or _CAPTION.fullmatch(text) or _NAMES.fullmatch(text))


def _looks(block: Block) -> float:
    """What a line says for itself."""
    score = {0: 0.0, 1: WEIGHTS.first_heading, 2: WEIGHTS.second_heading}.get(block.level, WEIGHTS.other_heading)
    score += WEIGHTS.linked * (block.linked > 0.5) + WEIGHTS.bullet * block.bullet
    score += WEIGHTS.full_stop * bool(_TITLE_END.search(block.text)) + WEIGHTS.talk * talk(block.text)
    return score + WEIGHTS.short * (block.words < 4) + WEIGHTS.wordy * max(0, block.words - 14)


def _opening(run: Sequence[Block]) -> dict[str, float]:
    """The words of a text, those of its first paragraphs worth double."""
    worth: dict[str, float] = {}
    for index, block in enumerate(run[:60]):
        for word in _words(block.text):
            worth.setdefault(word, 1.0 if index < 8 else 0.5)
    return worth


def _overlap(block: Block, opening: dict[str, float]) -> float:
    words = set(_words(block.text))
    return sum(opening.get(word, 0.0) for word in words) / max(4, len(words))


def _words(text: str) -> list[str]:
    """Words of three letters and more; of scripts without blanks, pairs of neighbouring characters."""
    folded = text.casefold()
    words = [word for word in _WORD.findall(folded) if not _IDEOGRAMS.match(word)]
    return words + [run[at : at + 2] for run in _IDEOGRAMS.findall(folded) for at in range(len(run) - 1)]
