"""Making foreign text harmless for a terminal: one line, no escapes, no bidirectional tricks, and as wide as it is counted."""

import unicodedata
from typing import Final

MARKS: Final = 4
"""Combining marks kept on one letter; living scripts need at most that many, stacks of dozens only hide the lines above."""

# Kept among the format characters: Persian and several Indian scripts cannot be read without the non-joiner.
_KEPT: Final = "\N{ZERO WIDTH NON-JOINER}"
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_SKIN_TONES: Final = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS: Final = range(0x1F1E6, 0x1F200)
_SELECTORS: Final = frozenset((*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))


def neutral(text: str) -> str:
    """Give the text as one line that prints what it says and moves no cursor.

    Controls and line breaks become blanks; bidirectional and other invisible controls go, and so do marks without a letter. Joiners,
    variation selectors and skin tones go too, and flags become their letters: terminals disagree about how wide such emoji are, and a
    line that is wider than counted tears the layout.
    """
    if text.isascii() and text.isprintable():
        return text
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", text):
        category = unicodedata.category(character)
        if category.startswith("M"):
            marks += 1
            has_letter = bool(kept) and kept[-1] != " "
            if has_letter and marks <= MARKS and ord(character) not in _SELECTORS:
                kept.append(character)
            continue
        if shown := _shown(character, category):
            kept.append(shown)
            marks = 0
    # What stood between two letters may be gone now, so that they compose.
    return unicodedata.normalize("NFC", "".join(kept))


def _shown(character: str, category: str) -> str:
    if category in {"Cc", "Zl", "Zp", "Zs"}:
        return " "
    if category == "Cf":
        return character if character in _KEPT else ""
    if category in {"Cs", "Cn", "Co"}:
        return _REPLACEMENT
    if ord(character) in _FLAG_LETTERS:
        return chr(ord("A") + ord(character) - _FLAG_LETTERS.start)
    return "" if ord(character) in _SKIN_TONES else character
