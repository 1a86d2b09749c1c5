"""Where words, numbers and runs of unspaced scripts begin and end in a text; the form in which words are compared is made in `words`.

A word is letters with their combining marks (Unicode Standard Annex 29, less what it says of single languages; a digit ends a word).
Scripts that write no spaces are cut into overlapping pieces, which needs no dictionary: characters and pairs of them for Chinese, Japanese
and Korean (Nie, Gao, Zhang and Zhou 2000), runs of four for alphabets (McNamee and Mayfield 2004).
"""

import re
import unicodedata
from itertools import groupby, pairwise
from typing import Final

from bot.core.text.words import APOSTROPHES

LONGEST_PIECE: Final = 2_000
"""Characters without a space that are read: more than an article's share of words in any script, and few enough to be brought to one
Unicode form in 4 ms, which takes quadratic time for thousands of accents on one letter."""

GRAM: Final = 4
"""Characters of a piece of Thai, Lao, Burmese or Khmer, and of a word in the count of words."""

_IDEOGRAPHS: Final = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_SYLLABLES: Final = "\u3041-\u3096\uac00-\ud7a3"
_KATAKANA: Final = "\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
_ALPHABETS: Final = "\u0e01-\u0e3a\u0e40-\u0e4e\u0e80-\u0ecf\u0edc-\u0edf\u1000-\u103f\u1050-\u108f\u1780-\u17d3\u17dc"
_UNSPACED: Final = _IDEOGRAPHS + _SYLLABLES + _KATAKANA + _ALPHABETS


def _ranges(codes: list[int]) -> str:
    """Write ascending code points as ranges of a character class."""
    runs = [[code for _, code in run] for _, run in groupby(enumerate(codes), lambda item: item[1] - item[0])]
    return "".join(f"{chr(run[0])}-{chr(run[-1])}" for run in runs)


_MARKS: Final = _ranges([code for code in range(0x300, 0x10000) if unicodedata.category(chr(code)) in {"Mn", "Mc"}])
_LETTER: Final = rf"[^\W\d_{_UNSPACED}]"
_WORD: Final = rf"{_LETTER}+(?:[{_MARKS}]+{_LETTER}*)*"

# Numbers with their separators, words, runs of one unspaced script, ends of sentences. No group, because `findall` without groups is twice
# as fast; what a token is says its first character.
_TOKEN: Final = re.compile(
    r"\d{1,3}(?:[,.'’٬\u00a0\u2009\u202f]\d{3})+(?!\d)|\d+(?:[,.٫]\d+)?"
    rf"|{_WORD}(?:[{APOSTROPHES}]{_WORD})*"
    rf"|[{_IDEOGRAPHS}{_SYLLABLES}]+|[{_KATAKANA}]+|[{_ALPHABETS}]+"
    r"|[.!?:;。！？؟۔।\n|•]+"
)
_IN_PAIRS: Final = re.compile(f"[{_IDEOGRAPHS}{_SYLLABLES}]")
_IDEOGRAPH: Final = re.compile(f"[{_IDEOGRAPHS}]")
_IN_FOURS: Final = re.compile(f"[{_ALPHABETS}]")
_SEPARATOR: Final = re.compile(r"[,.'’٬\u00a0\u2009\u202f](?=\d{3}(?!\d))")
_GAP: Final = re.compile(" (?<=[0-9] )(?=[0-9]{3}(?![0-9]))")
_NUMBER_WITH_GAPS: Final = re.compile(r"(?<![\d.,])(?<!\d )[0-9]{1,3}(?: [0-9]{3}){1,3}(?! ?\d)")

_INVISIBLE: Final = dict.fromkeys(map(ord, "\u00ad\u0640\u200c\u200d\u200e\u200f\u2060\ufeff"))
"""Soft hyphens, joiners, marks of direction, and the Arabic stroke that widens a word: spellings of one word differ by them."""

COMPATIBILITY: Final = "\uf900"
"""From here to the end of the plane stand full-width letters, ligatures and Arabic shapes, which mean the same as others."""


def pieces(text: str) -> list[str]:
    """Cut a text at its spaces, none of which is inside a word; a number whose thousands stand apart comes back as one."""
    if not text.isascii() and _GAP.search(text):
        text = _NUMBER_WITH_GAPS.sub(lambda found: found.group().replace(" ", ""), text)
    return text.replace("\n", "\n ").split(" ")


def tokens(piece: str) -> list[str]:
    """Cut a piece without spaces into words, numbers, runs of an unspaced script, and ends of sentences."""
    piece = piece[:LONGEST_PIECE]
    if not piece.isascii():
        piece = unicodedata.normalize("NFKC" if max(piece) >= COMPATIBILITY else "NFC", piece.translate(_INVISIBLE))
    return _TOKEN.findall(piece, 0, LONGEST_PIECE)


def number(token: str) -> str:
    """Write a number in ASCII digits, with a point and without separators: 3,000 and ٣٬٠٠٠ are 3000."""
    if not token.isascii():
        token = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in token)
    return _SEPARATOR.sub("", token).replace(",", ".").replace("٫", ".")


def is_run(token: str) -> bool:
    """Tell whether a token is a run of characters without spaces; a word in Katakana stands alone."""
    return _IN_PAIRS.match(token) is not None or _IN_FOURS.match(token) is not None


def characters_per_word(run: str) -> int:
    """Tell how many characters of a run count as one word."""
    return GRAM if _IN_FOURS.match(run) else 1


def grams(run: str) -> list[str]:
    """Cut a run into overlapping pieces."""
    if _IN_FOURS.match(run):
        return [run[place : place + GRAM] for place in range(max(1, len(run) - GRAM + 1))]
    return _IDEOGRAPH.findall(run) + [left + right for left, right in pairwise(run)]
