"""Text of the world as one line that shows what it says: no controls, no stacks of marks, no letters that turn what stands around them.

What a platform would make live in it is that platform's own matter.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

MARKS: Final = 4
"""Combining marks kept on one letter; living scripts need at most that many, stacks of dozens cover the lines above."""

JOINER: Final = "\N{WORD JOINER}"
"""Invisible, and no line may break at it."""

_ISOLATE: Final = "\N{FIRST STRONG ISOLATE}"
POP: Final = "\N{POP DIRECTIONAL ISOLATE}"
_JOINERS: Final = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
"""Kept among the format characters: families of emoji, Persian and several Indian scripts need them."""

_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols without ink."""

_EASY: Final = re.compile(
    "[\u0020-\u02ff\u0370-\u0482\u048a-\u058f\u2010-\u20cf\u2100-\u2bff\u3001-\u3029\u3041-\u3096\u30a0-\u312f\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]*"
)
"""Letters without marks and without a direction of their own: most headlines of the world, so that they cost a microsecond."""

_BETWEEN: Final = " ·—–-"
"""What separates a text from the one before, and does not turn with it."""

_RTL: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")


def neutral(text: str) -> str:
    """Give the text as one line without controls; letters that run from right to left are kept from turning what stands around them."""
    if text.isprintable() and _EASY.fullmatch(text):
        return text
    if any("\ud800" <= character <= "\udfff" for character in text):
        # Halves that belong together become the character that they are.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    shown = "".join(_shown(text))
    if not _RTL.search(shown):
        return shown
    start = len(shown) - len(shown.lstrip(_BETWEEN))
    return f"{shown[:start]}{_ISOLATE}{shown[start:]}{POP}"


def _shown(text: str) -> Iterator[str]:
    marks = 0
    previous = " "
    for character in text:
        category = unicodedata.category(character)
        if category[0] == "M":
            marks += 1
            is_kept = marks <= MARKS and previous != " "
        elif category == "Cf":
            is_kept = previous == "/" if character == JOINER else character in _JOINERS and previous not in _JOINERS and previous != " "
        else:
            marks, is_kept = 0, True
        if is_kept:
            previous = _replaced(character, category)
            yield previous


def _replaced(character: str, category: str) -> str:
    if category in {"Cc", "Zl", "Zp", "Zs"}:
        return " "
    # What this Python does not know may be the emoji of next year; noncharacters never are.
    is_none = category == "Cn" and (ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF)
    return _REPLACEMENT if is_none or category in {"Cs", "Co"} else character


def is_visible(text: str) -> bool:
    """Tell whether there is anything to see."""
    return any(unicodedata.category(character)[0] in "LNPS" and character not in _BLANK for character in text)
