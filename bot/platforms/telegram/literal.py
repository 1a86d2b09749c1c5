"""Foreign text made literal for Telegram: it prints what it says, in its own direction, and links or calls nobody by itself.

Telegram's servers look through every message for @names, #tags, $TICKERS, /commands, addresses, numbers of telephones and of cards, and
make them live. A headline must not ping somebody or put a command under a thumb: an invisible U+2060 in such a word leaves it readable.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from bot.commands.registry import NAMED

MARKS: Final = 4
"""Combining marks kept on one letter; living scripts need at most that many, stacks of dozens cover the lines above. As on the terminal."""

JOINER: Final = "\N{WORD JOINER}"
"""Invisible, and no line may break at it."""

_ISOLATE: Final = "\N{FIRST STRONG ISOLATE}"
_POP: Final = "\N{POP DIRECTIONAL ISOLATE}"
_JOINERS: Final = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
"""Kept among the format characters: families of emoji, Persian and several Indian scripts need them."""

_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols without ink: with nothing else, Telegram takes a text for empty."""

_QUIET: Final = frozenset({"stop", "unsubscribe"})
"""Commands that do something when they come without a word: no text offers them to a thumb, not even one of ours."""

_LIVE: Final = "|".join(sorted(NAMED.keys() - _QUIET, key=len, reverse=True))
_BEFORE: Final = r"(?<![\w/<>])"
_DETECTED: Final = re.compile(
    rf"(?P<live>{_BEFORE}/(?:{_LIVE})(?![\w@/<>]))"
    rf"|(?P<before>(?:@|#|\$|{_BEFORE}/)(?=\w)|\+(?=\d(?:[\s().-]?\d){{5}}))"
    r"|(?P<after>(?<=\S)(?=://)|(?<=\S)(?=\.[^\W\d_][\u0300-\u036f]*[^\W\d_])|(?<=\d)(?=\.\d{1,3}\.\d)|(?<=\d{4})(?=[ -]?\d{4}[ -]?\d{4}))",
)
"""What Telegram would find, and where a U+2060 keeps it from doing so: tests hold this against Telegram's own parser."""

_FOREIGN: Final = re.compile(rf"(?P<address>https?://\S+)|{_BEFORE}/(?=(?:{_LIVE})(?![\w@/<>]))")
"""A command that would stay live, and an address, in which nothing is one and which must stay as it is to be copied."""

_SEEN: Final = re.compile(r"[@#$/+:]|\S\.\w|\d{4}[ -]?\d{4}")
_COPIED: Final = re.compile(rf"https?://[^\s{_POP}]*[\w/=&%~-]|{_BEFORE}/(?:{_LIVE}) #?\d+(?!\w|[:.-]\d)")
"""What is of no use as a link and good to be copied: an address, and a command with a number, of which Telegram links the name only."""

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
    return f"{shown[:start]}{_ISOLATE}{shown[start:]}{_POP}"


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


def held(text: str) -> str:
    """Keep the commands in a text that is not of ours from being any: only what Slugline itself says puts commands under a thumb."""
    return _FOREIGN.sub(lambda found: found["address"] or f"/{JOINER}", text) if "/" in text else text


def is_visible(text: str) -> bool:
    """Tell whether there is anything to see."""
    return any(unicodedata.category(character)[0] in "LNPS" and character not in _BLANK for character in text)


def inert(text: str) -> tuple[str, int]:
    """Keep Telegram from finding anything in a neutral text but our own commands without words; gives how many of those it will find."""
    if not _SEEN.search(text):
        return text, 0
    live = 0

    def held(found: re.Match[str]) -> str:
        nonlocal live
        if found["live"]:
            live += 1
            return found[0]
        return found[0] + JOINER

    return _DETECTED.sub(held, text), live


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Take a neutral text apart: what is best copied (true), and what stands between."""
    start = 0
    for found in _COPIED.finditer(text):
        if found.start() > start:
            yield text[start : found.start()], False
        yield found[0], True
        start = found.end()
    if start < len(text):
        yield text[start:], False


def joint(before: str, after: str) -> str:
    """Give what must stand between two texts that were made inert one by one, so that nothing is found across."""
    if not before or not after:
        return ""
    meet = before[-1] + after[0]
    is_number = before.rstrip(" -")[-1:].isdigit() and after.lstrip(" -")[:1].isdigit()
    return JOINER if " " not in meet or is_number else ""
