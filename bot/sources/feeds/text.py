"""The HTML of an entry to plain paragraphs without what surrounds an article in a feed; what the text is worth is decided elsewhere.

A tokenizer instead of a tree: it looks at every character a fixed number of times, whatever the nesting, while trees of hostile HTML
grow without measure. Measured: 30 µs for an entry of 1.5 kB, a tree and a walk over it take twice as long.
"""

import html
import re
from dataclasses import dataclass, field
from typing import Final

from bot.sources.feeds.phrases import CUT_MARK, MORE, TRAILER
from bot.sources.parsing.characters import one_line, readable
from bot.sources.parsing.furniture import is_credit, is_furniture, is_pointer

LONGEST_TEXT: Final = 200_000
"""Characters of a text that are kept; the longest article of 149 real feeds has 48,000."""
LONGEST_HTML: Final = 1_000_000
"""Characters of HTML that are looked at. Guess: five times as many as are kept."""

_TOKEN: Final = re.compile(
    r"<!--(?:.*?-->|.*)"
    # Attributes may hold `>` inside quotes; with a quote that is never closed, the tag ends at the first one.
    r"|<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})(?:[\s/:](?:[^<>\"']++|\"[^\"<]{0,2000}\"|'[^'<]{0,2000}')*+>|[\s/:][^<>]*>|>)"
    r"|<[!?/][^<>]*>",
    re.DOTALL,
)
_SKIPPED: Final = frozenset(
    "script style figure figcaption iframe noscript svg form button select template video audio object map textarea title head".split()
)
_BLOCKS: Final = frozenset(
    "p div h1 h2 h3 h4 h5 h6 li ul ol dl dt dd blockquote table tr pre section article header footer aside main hr center address".split()
)
_CELLS: Final = frozenset(("td", "th"))
_ESCAPED: Final = re.compile(
    r"&lt;/?(?:p|br|div|a|img|b|strong|em|i|ul|li|h[1-6]|span|figure|table)(?:\s[^<>&]*(?:&(?![lg]t;)[^<>&]*)*)?/?&gt;", re.IGNORECASE
)
_EMPTY_LINE: Final = re.compile(r"\n[ \t]*\n\s*")  # blanks before it go with the line: sought here, they would cost their square
_ENDED: Final = re.compile(r"[.!?…:;\"”’»)\]。！？]\s*$")


@dataclass(slots=True)
class Body:
    """Plain paragraphs, separated by one blank line; `points_on` when a link or mark says that the text goes on elsewhere."""

    text: str = ""
    points_on: bool = False


@dataclass(slots=True)
class _Paragraphs:
    """Paragraphs as they grow, each with how many of its characters are links."""

    done: list[tuple[str, int]] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    linked: int = 0

    def flush(self) -> None:
        if self.parts:
            text = readable(" ".join(_unescaped("".join(self.parts)).split()))
            if text:
                self.done.append((text, self.linked))
            self.parts = []
        self.linked = 0


def plain(markup: str) -> Body:
    """The paragraphs of an HTML fragment or of plain text; HTML that was escaped once too often is read as HTML.

    Scripts, styles, figures, forms, links to the rest, share lines and what feed software adds are no text, and neither is a mere list
    of links. Never raises; linear in the length.
    """
    markup = markup[:LONGEST_HTML]
    if "<" not in markup or _TOKEN.search(markup) is None:
        if _ESCAPED.search(markup) is None:
            return _kept([(text, 0) for part in _EMPTY_LINE.split(markup.replace("\r", "")) if (text := one_line(_unescaped(part)))])
        markup = html.unescape(markup)
    body = Body()
    return _kept(_paragraphs(markup, body), body)


def without_tags(markup: str) -> str:
    """The text of one line of HTML."""
    if "<" in markup:
        markup = _TOKEN.sub(" ", markup[:LONGEST_HTML])
    return one_line(html.unescape(markup))


def _unescaped(text: str) -> str:
    return html.unescape(text) if "&" in text else text


def _paragraphs(markup: str, body: Body) -> list[tuple[str, int]]:
    found = _Paragraphs()
    position, link = 0, -1
    is_open = _Closing(markup)
    while match := _TOKEN.search(markup, position):
        if match.start() > position:
            found.parts.append(markup[position : match.start()])
        position = match.end()
        name = match[2]
        if name is None:
            continue
        name = name.lower()
        if name == "a":
            link = _at_link(found, link, body, is_end=bool(match[1]))
        elif name == "br":
            if (found.parts and _ENDED.search(found.parts[-1][-20:])) or markup.startswith(("<br", "\n<br"), position):
                found.flush()
                link = -1 if link < 0 else 0
            else:
                found.parts.append(" ")
        elif name in _BLOCKS:
            found.flush()
            link = -1 if link < 0 else 0
        elif name in _CELLS:
            found.parts.append(" ")
        elif name in _SKIPPED and not match[1]:
            position = is_open.behind(name, position)
    found.parts.append(markup[position:])
    found.flush()
    return found.done


class _Closing:
    """Where elements that show no text end; a name that is never closed is searched once."""

    def __init__(self, markup: str) -> None:
        self._markup = markup
        self._unclosed: set[str] = set()

    def behind(self, name: str, position: int) -> int:
        """The offset behind the element that was opened before `position`; `position` itself when it is never closed."""
        if name in self._unclosed:
            return position
        found = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(self._markup, position)
        if found is None:
            self._unclosed.add(name)
            return position
        return found.end()


def _at_link(found: _Paragraphs, link: int, body: Body, *, is_end: bool) -> int:
    """The index of the part at which the open link began, -1 outside links; a link to the rest of the text is taken out."""
    if not is_end:
        return len(found.parts)
    if link < 0:
        return -1
    text = _unescaped("".join(found.parts[link:])).strip()
    if text and len(text) < 240 and MORE.fullmatch(text):
        del found.parts[link:]
        body.points_on = True
    else:
        found.linked += len(text)
    return -1


def _kept(paragraphs: list[tuple[str, int]], body: Body | None = None) -> Body:
    body = body or Body()
    texts: list[str] = []
    total = linked = 0
    for text, links in paragraphs:
        if len(text) <= 700 and _is_surrounding(text, links, body, is_only=len(paragraphs) == 1):
            continue
        texts.append(text)
        total += len(text)
        linked += min(links, len(text))
    if texts:
        last = texts[-1]
        cut = CUT_MARK.search(last, max(0, len(last) - 40))
        if cut:
            body.points_on = True
            texts[-1] = last[: cut.start()].rstrip(" .…") + "…"
    # Headlines of an aggregator, each with the name of its outlet behind it, are no text.
    if total and (linked * 10 >= total * 6 or (linked * 2 >= total and not any(_ENDED.search(text[-3:]) for text in texts))):
        return Body(points_on=body.points_on)
    body.text = _shortened("\n\n".join(texts))
    return body


def _is_surrounding(text: str, links: int, body: Body, *, is_only: bool) -> bool:
    """Whether a paragraph belongs to what stands around an article."""
    if not any(map(str.isalnum, text)):
        return len(text) < 10 or not is_only
    if TRAILER.match(text):
        return True
    if len(text) <= 240 and MORE.fullmatch(text):
        body.points_on = True
        return True
    if links * 10 >= len(text) * 9 and not _ENDED.search(text[-3:]):
        return True
    if is_only and len(text) >= 60:
        return False
    # Credits end without a full stop; looking for one in every paragraph took a tenth of all the time.
    return is_furniture(text) or (links > 0 and is_pointer(text)) or (not _ENDED.search(text[-3:]) and is_credit(text))


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_TEXT:
        return text
    head = text[: LONGEST_TEXT - 1]
    end = head.rfind(" ", LONGEST_TEXT - 200)
    return (head[:end] if end > 0 else head).rstrip() + "…"
