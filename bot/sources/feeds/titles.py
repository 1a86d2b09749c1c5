"""The headline of an entry as a reader should see it, from a field of text or HTML; the outlet behind it is cut off in `attribution`.

RSS does not say what a title is written in. As the best readers do, a title counts as HTML where it cannot be anything else: character
references are decoded once, pairs of inline tags (`<b>…</b>`) are taken off, and a `<br>` between words is a blank. What is left in angle
brackets is text: `a < b`, `List<T>`, a lone `<b>`, `<script>`.
"""

import html
import re
import unicodedata
from typing import Final

from bot.sources.feeds.raw import Markup
from bot.sources.feeds.text import without_tags
from bot.sources.parsing.characters import one_line

LONGEST: Final = 1000
"""Characters of a headline; a Telegram message has 4,096, and no headline of the real feeds has more than 400."""

_REFERENCE: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_PAIR: Final = re.compile(
    r"<(b|i|em|strong|u|s|a|span|font|small|big|sup|sub|code|mark|cite|q|abbr|tt|strike|del|ins|p|div|h[1-6]|bdi|nobr)(?:\s[^<>]{0,1000})?>"
    r"([^<>]*)</\1\s*>",
    re.IGNORECASE,
)
_BREAK: Final = re.compile(r"(?<=\S)\s*<(?:br|wbr|img)\b[^<>]{0,1000}>\s*(?=[^\s<])", re.IGNORECASE)
_NESTED: Final = 8
"""Pairs inside pairs that are taken off."""


def visible_title(title: str, markup: Markup) -> str:
    """The headline on one line, at most `LONGEST` characters, empty when there is none."""
    title = title[: 20 * LONGEST]
    match markup:
        case Markup.TEXT:
            shown = title
        case Markup.HTML:
            # What is all tags was meant literally.
            shown = without_tags(title) or title
        case Markup.UNSAID:
            shown = _guessed(title)
    return shortened(one_line(shown))


def shortened(text: str) -> str:
    """`text` cut at `LONGEST` characters, between words where it has any, never inside what is drawn as one character."""
    if len(text) <= LONGEST:
        return text
    end = LONGEST - 1
    while end > LONGEST // 2 and (unicodedata.combining(text[end]) or text[end] in "\u200d\ufe0f" or text[end - 1] == "\u200d"):
        end -= 1
    blank = text.rfind(" ", LONGEST * 9 // 10, end)
    return text[: blank if blank > 0 else end].rstrip() + "…"


def _guessed(title: str) -> str:
    if "<" in title:
        for _ in range(_NESTED):
            stripped = _PAIR.sub(r"\2", title)
            if stripped == title:
                break
            title = stripped
        title = _BREAK.sub(" ", title)
    return _REFERENCE.sub(lambda found: html.unescape(found.group()), title) if "&" in title else title
