"""Which texts are (nearly) copies of another: syndicated, re-sent, cut, or set in another outlet's furniture.

FracMinHash sketches (Irber et al. 2022, the scaled MinHash of sourmash): of all runs of five words, a fixed fraction that the words
themselves choose. Unlike the fixed-size MinHash they estimate containment, which finds a text that was cut. The runs stay in the order of
the text, because it matters where two texts agree: copies agree nearly everywhere, pages of one outlet around the story, reports that use
the same background in one place. What people are quoted with is left out, since independent reports quote the same statement.
"""

import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from operator import xor
from typing import Final

from bot.core.model import ArticleId

SHINGLE: Final = 5
"""Words of a run. Measured with 4: 79 instead of 70 % of heavy edits are found, and 14 instead of 7 follow-ups taken for copies."""

UNSPACED_SHINGLE: Final = 10
"""Characters of a run in a script that writes no spaces, where a word has one to three of them."""

WORDS: Final = 800
"""Words that are read. Measured with 400/600/900: 57/70/79 % of the heavy edits are found, which move whole parts of long texts."""

LETTERS: Final = 12
"""Characters of a text that are looked at for each word that is read."""

FRACTION: Final = 4
"""One run of this many is kept; a power of two."""

SIMILAR: Final = 0.12
"""Share of the smaller sketch from which two texts are worded alike, by copying or by filling in the same template. Guess."""

STOCK: Final = 2
"""Runs that texts may have in common by stock phrases, and that prove nothing: the shorter a text, the more of it must agree.
Measured with 2/3: 95/88 % of notes of two sentences are found, 4/3 follow-ups taken for copies."""

SMALLEST: Final = 5
"""Sketches of fewer runs (texts under some thirty words) prove nothing unless the texts are the same word for word.
Measured with 4/5/6: 95/90/88 % of notes of two sentences are found; chosen for precision, which could not be measured on so short texts."""

QUARTERS: Final = 16
CONTAINMENT: Final = 0.3
EVEN: Final = 0.15
"""An edited copy has `CONTAINMENT` of its runs in the other text, and `EVEN` in its every quarter; it takes `QUARTERS` runs to tell these.
Measured on one half of allsides, gva and ecbplus with 0.25/0.3/0.35: 80/78/72 % of heavy edits are found, 6/3/2 follow-ups taken for
copies; on the other half 0.3/0.35 give 77/73 % and 3/2."""

MOSTLY: Final = 0.5
MIDDLE: Final = 0.5
"""Any other copy has `MOSTLY` of its runs there, and `MIDDLE` of those in its middle half, where no furniture and seldom a new lead is.
Measured with 0.45/0.5/0.6: 81/80/79 % of heavy edits are found, 5/4/4 follow-ups taken for copies."""

COMMON: Final = 200
"""A run of more texts than this finds nothing."""

FURNITURE: Final = 12
"""A run of this many reports, none a copy of another, is furniture of an outlet or a phrase of its trade. Guess."""

WORDING: Final = 12
HEADLINE: Final = 5
"""Words from which two short texts, or two headlines without a text, that are the same word for word are copies. Of 442 articles of
og2021_en that repeat a headline 97 % are of its event, and most of the rest are one article labelled twice."""

LONG_WORD: Final = 5
TELLING: Final = 3
ABOUT: Final = 0.2
LONG_TEXT: Final = 100
"""A text is about a headline with `TELLING` or more words of `LONG_WORD` bytes when it has `ABOUT` of them, or one of them when it has
fewer than `LONG_TEXT` words. Measured: 45 of 2,315 texts of gva are not, some forty of them log-in notices, menus and comments; 5 of
1,502 of allsides, most of them columns under playful headlines."""

WINDOW: Final = timedelta(days=14)
HEADLINE_WINDOW: Final = timedelta(days=2)
"""Dated texts further apart are no copies: what returns after weeks is a template or an anniversary (guess). What is only the same word for
word returns sooner: of the headlines of og2021_en that return within two days 98 % tell the same event, of the later ones one in four."""

DOUBT: Final = 0.99 * CONTAINMENT
"""At most this is given for texts that agree in part, but not as copies do."""

_SIGNS: Final = (*dict.fromkeys("“”„«»「」『』", '"').items(), *dict.fromkeys("’‘–—…\u00a0", " ").items())
_PLAIN: Final = bytes(byte if byte > 127 or chr(byte).isalnum() else 32 for byte in range(256)).lower()
"""Small letters, with what is no letter and no digit made a blank; bytes of other scripts stay."""

_UNSPACED: Final = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Sketch:
    """A text as it is compared: the runs that were kept, in their order, and the whole wording where these are too few to tell, else 0."""

    shingles: tuple[int, ...] = ()
    wording: int = 0

    @property
    def window(self) -> timedelta:
        """How far apart in time two texts like this can be copies."""
        return WINDOW if len(self.shingles) >= SMALLEST else HEADLINE_WINDOW


def sketch(text: str, title: str = "") -> Sketch:
    """Sketch a text, or its headline when there is no text; what says nothing of its headline is furniture, and no text."""
    text = _with_plain_signs(text[: WORDS * LETTERS])
    heads, _ = _words(_with_plain_signs(title[: WORDS * LETTERS]))
    words, width = _words(_narration(text))
    whole: Sequence[bytes] = words
    if not _is_about(words, heads):
        whole, width = _words(text)
        if not _is_about(whole, heads):
            whole = words = []
    shingles = _runs(words[:WORDS], width)
    return Sketch(shingles, 0 if len(shingles) >= QUARTERS else _wording(text if whole else "", heads))


def containment(left: Sketch, right: Sketch, furniture: frozenset[int] = frozenset()) -> float:
    """Share of the smaller sketch that the larger one contains, 0 to 1: from `CONTAINMENT` on, one is a copy of the other.

    Runs of `furniture` do not count.
    """
    if left.wording == right.wording != 0:
        return 1.0
    one, two = (_without(each.shingles, furniture) for each in (left, right))
    smaller, larger = (one, set(two)) if len(one) <= len(two) else (two, set(one))
    found = [shingle in larger for shingle in smaller]
    share = _share(found)
    return share if _are_copies(found) else min(share, DOUBT)


class CopyIndex:
    """Sketches of reports, found by the runs that they share; it holds what was added and not discarded, however old.

    Most runs have one holder, which is kept without a list around it: that halves the memory of a large index.
    """

    def __init__(self) -> None:
        self._sketches: dict[ArticleId, Sketch] = {}
        self._holders: dict[int, ArticleId | list[ArticleId]] = {}

    def __len__(self) -> int:
        return len(self._sketches)

    def add(self, article_id: ArticleId, kept: Sketch) -> None:
        """Remember the sketch of a report, in place of an older one of the same."""
        self.discard(article_id)
        self._sketches[article_id] = kept
        for key in _keys(kept):
            match self._holders.get(key):
                case None:
                    self._holders[key] = article_id
                case list(several):
                    several.append(article_id)
                case one:
                    self._holders[key] = [one, article_id]

    def discard(self, article_id: ArticleId) -> None:
        """Forget a report, if it was known."""
        for key in _keys(self._sketches.pop(article_id, Sketch())):
            holders = self._holders[key]
            if isinstance(holders, list) and len(holders) > 1:
                holders.remove(article_id)
            else:
                del self._holders[key]

    def matches(self, kept: Sketch) -> list[tuple[float, ArticleId]]:
        """Give the reports worded alike: containment and id, closest first, then oldest; copies are those from `CONTAINMENT` on."""
        alone: list[ArticleId] = []
        crowded: list[ArticleId] = []
        furniture = set()
        for shingle in kept.shingles:
            holders = self._holders.get(shingle)
            if isinstance(holders, int):
                alone.append(holders)
            elif holders is None:
                continue
            elif len(holders) < FURNITURE:
                alone += holders
            else:
                furniture.add(shingle)
                if len(holders) <= COMMON:
                    crowded += holders
        shared, around = Counter(alone), Counter(crowded)
        same = self._holders.get(kept.wording, ()) if kept.wording else ()
        found = dict.fromkeys((same,) if isinstance(same, int) else same[-COMMON:], 1.0)
        for article_id, count in (shared + around).items():
            if article_id in found or count < STOCK:
                continue
            other = self._sketches[article_id]
            size = min(len(kept.shingles), len(other.shingles))
            alike = count / size
            if alike < SIMILAR:
                continue
            # Many pages of one outlet share its furniture: only what shares more is compared run by run.
            likely = shared[article_id] >= CONTAINMENT * (size - len(furniture))
            share = containment(kept, other, frozenset(furniture)) if likely else 0.0
            found[article_id] = share if share >= CONTAINMENT else min(alike, DOUBT)
        return sorted(((share, article_id) for article_id, share in found.items()), key=lambda match: (-match[0], match[1]))


def _with_plain_signs(text: str) -> str:
    """Write quotes, apostrophes, dashes and blanks as a typewriter would: outlets set them as they like."""
    if not text.isascii():
        for sign, plain in _SIGNS:
            text = text.replace(sign, plain)
    return text


def _words(text: str) -> tuple[list[bytes], int]:
    """Give the words in small letters, and how many make a run; of a script without spaces each character is a word."""
    width = SHINGLE
    characters = 0
    if not text.isascii():
        text, characters = _UNSPACED.subn(r" \g<0> ", unicodedata.normalize("NFKC", text).casefold())
    words = text.encode("utf-8", "replace").translate(_PLAIN).split()
    if 2 * characters > len(words):
        width = UNSPACED_SHINGLE
    return words, width


def _is_about(words: Sequence[bytes], heads: Sequence[bytes]) -> bool:
    """Tell whether a text is about its headline, as far as the headline has words enough to tell."""
    # Without their last third, so that endings make no other word.
    telling = {word[: max(LONG_WORD, len(word) * 2 // 3)] for word in heads if len(word) >= LONG_WORD}
    if len(telling) < TELLING:
        return True
    joined = b" ".join(words)
    return sum(word in joined for word in telling) >= (ABOUT * len(telling) if len(words) >= LONG_TEXT else 1)


def _narration(text: str) -> str:
    """Leave out what stands in quotes; a paragraph that opens one and does not close it stays whole."""
    if '"' not in text:
        return text
    paragraphs = [paragraph.split('"') for paragraph in text.split("\n")]
    return "\n".join([" ".join(pieces[::2] if len(pieces) % 2 else pieces) for pieces in paragraphs])


def _runs(words: Sequence[bytes], width: int) -> tuple[int, ...]:
    """Hash the runs whose first two words choose them, each once."""
    codes = list(map(zlib.crc32, words))
    chosen = map(xor, codes[: max(0, len(words) - width + 1)], codes[1:])
    places = [place for place, code in enumerate(chosen) if not code & (FRACTION - 1)]
    return tuple(dict.fromkeys([zlib.crc32(b" ".join(words[place : place + width])) for place in places]))


def _wording(text: str, heads: Sequence[bytes]) -> int:
    """Hash a whole short text, quotes and all, with its headline if it is very short, to 64 bits; 0 when both have too few words.

    The result is never a number that a run can have.
    """
    words, width = _words(text)
    if len(words) * SHINGLE < WORDING * width:
        words = [*heads, *words]
        if len(words) * SHINGLE < HEADLINE * width:
            return 0
    return 1 << 64 | int.from_bytes(blake2b(b" ".join(words), digest_size=8).digest())


def _keys(kept: Sketch) -> tuple[int, ...]:
    return (*kept.shingles, kept.wording) if kept.wording else kept.shingles


def _without(shingles: tuple[int, ...], furniture: frozenset[int]) -> Sequence[int]:
    return [shingle for shingle in shingles if shingle not in furniture] if furniture else shingles


def _share(found: Sequence[bool]) -> float:
    return sum(found) / len(found) if found else 0.0


def _are_copies(found: Sequence[bool]) -> bool:
    """Tell whether a text agrees with another as copies do, by which of its runs are found in the other."""
    size = len(found)
    if size < SMALLEST:
        return False
    proven = (sum(found) - STOCK) / size
    if proven >= MOSTLY and _share(found[size // 4 : size - size // 4]) >= MIDDLE:
        return True
    quarters = (found[size * place // 4 : size * (place + 1) // 4] for place in range(4))
    return size >= QUARTERS and proven >= CONTAINMENT and min(map(_share, quarters)) >= EVEN
