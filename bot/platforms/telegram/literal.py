"""Foreign text made literal for Telegram: it prints what it says, in its own direction, and links or calls nobody by itself.

Telegram's servers look through every message for @names, #tags, $TICKERS, /commands, addresses, numbers of telephones and of cards, and
make them live. A headline must not ping somebody or put a command under a thumb: an invisible U+2060 in such a word leaves it readable.
"""

import re
from collections.abc import Iterator
from typing import Final

from bot.commands.registry import NAMED
from bot.core.text.neutral import JOINER, POP

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
_COPIED: Final = re.compile(rf"https?://[^\s{POP}]*[\w/=&%~-]|{_BEFORE}/(?:{_LIVE}) #?\d+(?!\w|[:.-]\d)")
"""What is of no use as a link and good to be copied: an address, and a command with a number, of which Telegram links the name only."""


def held(text: str) -> str:
    """Keep the commands in a text that is not of ours from being any: only what Slugline itself says puts commands under a thumb."""
    return _FOREIGN.sub(lambda found: found["address"] or f"/{JOINER}", text) if "/" in text else text


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
