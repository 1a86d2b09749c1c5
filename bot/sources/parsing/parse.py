"""The bytes of one article file to the article in them, or to the reason why there is none; files themselves are opened in `files`."""

import re
from pathlib import PurePosixPath
from typing import Final, Literal, TypeAlias

from bot.core.model import Content, Format, Refused
from bot.sources.parsing.document import parse_text
from bot.sources.parsing.encoding import decode
from bot.sources.parsing.html_file import parse_html
from bot.sources.parsing.json_file import parse_json

FileFormat: TypeAlias = Literal[Format.TEXT, Format.MARKDOWN, Format.HTML, Format.JSON]

FORMATS: Final[dict[str, FileFormat]] = {
    ".txt": Format.TEXT,
    ".text": Format.TEXT,
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".xhtml": Format.HTML,
    ".json": Format.JSON,
}
"""Suffixes of article files; what a file holds is looked at as well."""

_HTML: Final = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body|article|meta|div|main|section|h1|p)\b",
    re.IGNORECASE | re.DOTALL,
)


def parse_article(data: bytes, name: str) -> Content | Refused:
    """Recover the article from the bytes of one file; `name` is the file's path, of which only the suffix is looked at.

    Pure, and never raises: whatever the bytes are, the answer is an article or a reason for the operator.
    """
    text = decode(data)
    if isinstance(text, Refused):
        return text
    form = _format(text, name)
    match form:
        case Format.JSON:
            return parse_json(text)
        case Format.HTML:
            return parse_html(text)
        case Format.TEXT | Format.MARKDOWN:
            return parse_text(text, form)


def _format(text: str, name: str) -> FileFormat:
    """The format by content where that is certain, else by suffix: pages are saved as .txt, and text is called .html."""
    said = FORMATS.get(PurePosixPath(name).suffix.casefold(), Format.TEXT)
    head = text[:3000]
    if said is Format.JSON:
        return said
    if _HTML.match(head):
        return Format.HTML
    if said is Format.HTML and not re.search(r"</?[a-z][^<>]{0,500}>", text[:20_000], re.IGNORECASE):
        return Format.TEXT
    return said
