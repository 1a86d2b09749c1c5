"""What an answer is that is no feed, in words for the operator; nothing is read out of it here but its title."""

import html
import re
from typing import Final

from bot.sources.parsing.characters import one_line
from bot.sources.parsing.encoding import SIGNATURES

_SIGNATURES: Final = (
    *SIGNATURES,
    (b"GIF8", "a GIF image"),
    (b"BM", "a BMP image"),
    (b"\x00\x00\x01\x00", "an icon"),
    (b"MZ", "a program"),
)
_HTML: Final = re.compile(
    rb"(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body|script|meta|title|div|p|h1)\b",
    re.IGNORECASE | re.DOTALL,
)
_TITLE: Final = re.compile(rb"<title[^>]{0,200}>([^<]{1,400})", re.IGNORECASE)
_OTHER: Final = {
    "html": "an HTML page",
    "opml": "an OPML list of feeds, which /import takes",
    "urlset": "a sitemap",
    "sitemapindex": "an index of sitemaps",
    "svg": "an SVG image",
    "error": "an error message in XML",
    "opensearchdescription": "the description of a search engine",
}


def binary_kind(data: bytes) -> str | None:
    """What the bytes are when they are no text: `a PNG image`, `empty`; None when they may be text."""
    if not data.strip(b"\x00\t\n\r \xef\xbb\xbf"):
        return "empty"
    for signature, kind in _SIGNATURES:
        if data.startswith(signature) and (len(signature) > 2 or b"\x00" in data[:200]):
            return kind
    if data[4:8] == b"ftyp":
        return "a video or HEIC image"
    return None


def is_html(text: bytes) -> bool:
    """Whether a text begins as HTML pages do."""
    return bool(_HTML.match(text, 0, 5000))


def html_kind(text: bytes) -> str:
    """An HTML page, with its title: `an HTML page (“Sign in”)`."""
    found = _TITLE.search(text, 0, 100_000)
    title = _shown(html.unescape(found[1].decode("utf-8", "replace")))[:80] if found else ""
    return f"an HTML page (“{title}”)" if title else "an HTML page"


def xml_kind(root: str) -> str:
    """XML that is no feed, by the name of its first element."""
    return _OTHER.get(root) or f"XML of another kind (<{_shown(root)[:40]}>)"


def text_kind(text: bytes) -> str:
    """Text that is neither XML nor JSON, with its beginning: `plain text (“oops”)`."""
    head = _shown(text[:400].decode("utf-8", "replace"))
    if sum(letter.isalnum() or letter == " " for letter in head) * 3 < len(head) * 2 or not head:
        return "neither XML nor JSON"
    return f"plain text (“{head[:60]}{'…' if len(head) > 60 else ''}”)"


def _shown(text: str) -> str:
    """Give a text as one line that can be printed; a letter that this Python does not know cannot."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in one_line(text))
