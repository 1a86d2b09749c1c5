"""What a reader takes out of a feed before anything is cleaned: fields as the feed has them; what they mean is decided in `entries`."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Final
from xml.sax import SAXException

READER_FAULTS: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    SAXException,
)
"""What the libraries raise on bytes that they cannot read; lxml's errors are SyntaxErrors, RecursionError is a RuntimeError."""


class Markup(Enum):
    """What a feed says a title is written in."""

    UNSAID = "unsaid"  # every RSS title: text or HTML, as the writer liked
    TEXT = "text"
    HTML = "html"


@dataclass(slots=True, kw_only=True)
class RawEntry:
    """One item as a reader found it; an empty text is a field that is missing.

    `published` is what the reader made of `date_text`, aware; without a zone it was taken for UTC. `date_text` is empty when only the
    reader saw it. `bodies` are its texts in HTML, the one meant to be whole first.
    """

    guid: str = ""
    link: str = ""
    title: str = ""
    markup: Markup = Markup.UNSAID
    bodies: tuple[str, ...] = ()
    author: str = ""
    published: datetime | None = None
    date_text: str = ""
    source: str = ""
    source_url: str = ""
    language: str = ""
    base: str = ""


@dataclass(slots=True, kw_only=True)
class RawFeed:
    """A feed as a reader found it; `parser` names the reader, `left_out` counts the entries that it was not shown."""

    parser: str
    title: str = ""
    link: str = ""
    language: str = ""
    base: str = ""
    entries: list[RawEntry] = field(default_factory=list)


def text_in(found: Any, key: str) -> str:
    """Give a field of what a library found; empty when it is missing or no text."""
    value = found.get(key)
    return value if isinstance(value, str) else ""
