"""The shape of an XML feed, walked once before any reader sees it: what is hostile, where it ends, and the few fields that readers drop."""

import re
from dataclasses import dataclass, field
from html.entities import html5
from typing import Final
from xml.parsers import expat

from bot.sources.feeds.raw import Markup

MOST_ENTRIES: Final = 500
"""Entries of a feed that are read: the largest of 149 real feeds that is a feed and not an archive holds 200."""
DEEPEST: Final = 250
"""Nested elements. Measured: 11 in 149 real feeds; libxml2's own limit is 256."""
MOST_ATTRIBUTES: Final = 300
"""Attributes of one element, to which both libraries are quadratic: 429 kB of them took 16 s."""
LONGEST_FIELD: Final = 10_000
"""Characters of a date, a source or a title that are kept. Guess: ten times what a title may have."""

_ROOTS: Final = frozenset(("rss", "feed", "rdf", "channel"))
_DATES: Final = frozenset(("pubdate", "published", "issued", "date", "lastbuilddate", "updated", "modified", "created"))
_FEED_FIELDS: Final = frozenset(("ttl", "updateperiod", "updatefrequency", "language"))
_IDENTIFIERS: Final = frozenset(("guid", "id"))
_ITEMS: Final = frozenset(("item", "entry"))
_OWN_TITLES: Final = frozenset(("title", "atom:title", "rss:title"))
_PAGES: Final = frozenset(("", "text/html", "application/xhtml+xml"))
_TITLES: Final = frozenset(("title", "summary"))
_MARKUPS: Final = {
    "": Markup.UNSAID,
    "text": Markup.TEXT,
    "text/plain": Markup.TEXT,
    "plain": Markup.TEXT,
    "html": Markup.HTML,
    "text/html": Markup.HTML,
}
_TRUNCATED: Final = frozenset(
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)
_JUNK_BEHIND: Final = expat.errors.codes[expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]
# What XML does not know outside CDATA sections: names of HTML's entities, `&#X`, an ampersand that begins nothing, forbidden characters.
_REPAIR: Final = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|&([A-Za-z][A-Za-z0-9]{1,31});|&#X(?=[0-9a-fA-F]{1,6};)|&(?!#\d{1,7};|#x[0-9a-fA-F]{1,6};)"
    rb"|&#(?:0{0,5}(?:\d|1[124-9]|2\d|3[01])|[xX]0{0,4}(?:[0-8bcefBCEF]|1[0-9a-fA-F]));",
    re.DOTALL,
)
_PREDEFINED: Final = frozenset((b"amp", b"lt", b"gt", b"quot", b"apos"))
_ITEM: Final = re.compile(rb"<(?:[A-Za-z]{1,20}:)?(?:item|entry)(?=[\s/>])")
_ENTITY: Final = re.compile(rb"<!DOCTYPE[^>\[]{0,2000}\[[^\]]{0,100000}<!ENTITY", re.IGNORECASE)
_TAG: Final = re.compile(rb"<[A-Za-z][^<>]{1500,}>")


@dataclass(slots=True, kw_only=True)
class ItemOutline:
    """What the walk noted of one item; `start` is the offset of its first byte, `is_identified` tells that it has a guid or id."""

    start: int
    base: str = ""
    language: str = ""
    dates: dict[str, str] = field(default_factory=dict)
    source: str = ""
    source_url: str = ""
    title: str = ""
    markup: Markup = Markup.UNSAID
    is_identified: bool = False
    is_permalink: bool = True
    has_link: bool = False
    link: str = ""
    link_type: str = ""


@dataclass(slots=True, kw_only=True)
class Outline:
    """The shape of a feed, as far as the walk came.

    `body` is what readers may see: without what is cut, too much, or behind the end. `root` is the local name of the first element in lower
    case, empty when there is none. `fault` says where the XML is broken, None when it is sound. `is_cut` tells that the feed ends in the
    middle. `is_nested` that a title or summary holds elements, which fastfeedparser would drop.
    """

    body: bytes
    root: str = ""
    items: list[ItemOutline] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    base: str = ""
    fault: str | None = None
    is_cut: bool = False
    is_nested: bool = False
    has_entities: bool = False
    left_out: int = 0

    def count(self) -> int:
        """How many entries readers should find; of broken XML an estimate by the tags."""
        return len(self.items) if self.fault is None else len(_ITEM.findall(self.body))

    @property
    def is_feed(self) -> bool:
        """Whether the first element is one that feeds have."""
        return self.root in _ROOTS


class Rejected(ValueError):
    """The document is built to harm; the message says how."""


class _Enough(Exception):
    """Nothing behind this point is wanted."""


def outline_of(body: bytes) -> Outline:
    """Walk an XML document in UTF-8; Rejected when it is built to harm, which is not the same as broken: broken feeds are read.

    Entities that nobody declared are passed over: feeds write `&nbsp;` without a DTD. Nothing outside the document is ever opened.
    """
    found = _walked(body)
    if found.fault is not None or found.has_entities:
        # Most broken feeds have forgotten to escape an ampersand: repaired, they keep their dates and sources. Of a text with an
        # unknown entity, fastfeedparser would drop what follows.
        repaired = _walked(_REPAIR.sub(_repaired, body))
        if repaired.fault is None:
            repaired.fault = found.fault
            return repaired
        if found.fault is not None:
            _check_broken(body)
            _shorten(found)
    return found


def _walked(body: bytes) -> Outline:
    walk = _Walk(body)
    try:
        walk.parser.Parse(body, _WHOLE)
    except _Enough:
        walk.close_at(walk.enough_at)
        walk.outline.left_out = len(_ITEM.findall(body, walk.enough_at))
    except expat.ExpatError as error:
        if error.code == _JUNK_BEHIND:
            walk.outline.body = body[: walk.parser.ErrorByteIndex]
        elif error.code in _TRUNCATED and walk.outline.root:
            walk.close_after_last()
        else:
            walk.outline.fault = f"{expat.ErrorString(error.code)} in line {error.lineno}"
    return walk.outline


_WHOLE: Final = True
"""Expat is shown the whole document at once; it takes no keywords."""


class _Walk:
    """The handlers of one walk, and what they have noted."""

    def __init__(self, body: bytes) -> None:
        self.outline = Outline(body=body)
        self.enough_at = 0
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.ordered_attributes = True
        self.parser.UseForeignDTD()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.EntityDeclHandler = self._entity
        self.parser.SkippedEntityHandler = self._skipped
        self._names: dict[str, str] = {}
        self._open: list[str] = []
        self._item: ItemOutline | None = None
        self._item_depth = 0
        self._sound = 0
        self._field = ""
        self._field_depth = 0
        self._chunks: list[str] = []

    def close_at(self, end: int) -> None:
        """Readers see the document up to `end`, closed."""
        closing = "".join(f"</{name}>" for name in reversed(self._open))
        self.outline.body = self.outline.body[:end] + closing.encode()

    def close_after_last(self) -> None:
        """Readers see the whole entries of a document that was cut off."""
        self.outline.is_cut = True
        if self._item is not None:
            del self._open[self._item_depth - 1 :]
            self.outline.items.pop()
            self.close_at(self._item.start)
        elif self._sound:
            del self._open[self._item_depth - 1 :]
            self.close_at(self._sound)

    def _start(self, name: str, attributes: list[str]) -> None:
        self._open.append(name)
        depth = len(self._open)
        if depth > DEEPEST:
            raise Rejected(f"its elements are nested more than {DEEPEST} deep")
        if len(attributes) > 2 * MOST_ATTRIBUTES:
            raise Rejected(f"one element has more than {MOST_ATTRIBUTES} attributes")
        local = self._names.get(name)
        if local is None:
            local = self._names[name] = name.rpartition(":")[2].lower()
        if self._item is not None:
            self._inside(self._item, local, name, attributes)
        elif depth <= 4 and local in _ITEMS:
            self._begin(depth, attributes)
        elif depth <= 3:
            self._around(depth, local, attributes)

    def _around(self, depth: int, local: str, attributes: list[str]) -> None:
        """An element of the feed itself."""
        if depth == 1:
            self.outline.root = local
        if depth == 1 or local == "channel":
            self.outline.base = _attribute(attributes, "xml:base") or self.outline.base
            self._note_language(attributes)
        elif local in _FEED_FIELDS and local not in self.outline.fields:
            self._listen(local, depth)

    def _inside(self, item: ItemOutline, local: str, name: str, attributes: list[str]) -> None:
        depth = len(self._open)
        if self._field:
            self.outline.is_nested |= self._field in _TITLES
        elif depth == self._item_depth + 1:
            self._child(item, local, name, attributes)
        elif depth == self._item_depth + 2 and self._names[self._open[-2]] in _TITLES:
            self.outline.is_nested = True

    def _begin(self, depth: int, attributes: list[str]) -> None:
        if len(self.outline.items) == MOST_ENTRIES:
            self._open.pop()
            self.enough_at = self.parser.CurrentByteIndex
            raise _Enough
        self._item_depth = depth
        self._item = ItemOutline(start=self.parser.CurrentByteIndex)
        if attributes:
            self._item.base = _attribute(attributes, "xml:base")
            self._item.language = _attribute(attributes, "xml:lang")
            self._item.is_identified = bool(_attribute(attributes, "rdf:about"))
        self.outline.items.append(self._item)

    def _child(self, item: ItemOutline, local: str, name: str, attributes: list[str]) -> None:
        if local in _DATES:
            if local not in item.dates:
                self._listen(local, len(self._open))
        elif local == "source":
            if not name.startswith("dc:"):
                item.source_url = item.source_url or _attribute(attributes, "url")
                self._listen(local, len(self._open))
        elif local == "link":
            item.has_link = True
            self._link(item, attributes)
        elif local in _IDENTIFIERS:
            item.is_identified = True
            item.is_permalink = _attribute(attributes, "isPermaLink").lower() != "false"
        elif local in _TITLES:
            self._text(item, local, name, attributes)
        elif local in _ITEMS:
            self.outline.is_nested = True

    def _link(self, item: ItemOutline, attributes: list[str]) -> None:
        """Of several links to the entry itself, the first to a page; an Atom link whose address is its text is for feedparser."""
        href, kind = _attribute(attributes, "href"), _attribute(attributes, "type").partition(";")[0].strip().lower()
        self.outline.is_nested |= not href and self.outline.root == "feed"
        if _attribute(attributes, "rel") in {"", "alternate"} and (not item.link or (item.link_type not in _PAGES and kind in _PAGES)):
            item.link, item.link_type = href, kind

    def _text(self, item: ItemOutline, local: str, name: str, attributes: list[str]) -> None:
        if attributes:
            kind = _attribute(attributes, "type").lower()
            if local == "title":
                item.markup = _MARKUPS.get(kind, Markup.UNSAID)
            if kind not in _MARKUPS or _attribute(attributes, "mode") == "base64":
                self.outline.is_nested = True
        # Titles of pictures are called titles too, and may stand in front.
        if local == "title" and name in _OWN_TITLES and not item.title:
            self._listen(local, len(self._open))

    def _end(self, name: str) -> None:
        del name
        depth = len(self._open)
        if self._field and depth == self._field_depth:
            self._heard("".join(self._chunks).strip())
        self._open.pop()
        if self._item is not None and depth == self._item_depth:
            self._item = None
            self._sound = self._after_tag()

    def _after_tag(self) -> int:
        """The offset behind the closing tag that the parser stands at; behind the opening one when that closes itself."""
        body = self.outline.body
        end = body.find(b">", self.parser.CurrentByteIndex)
        return len(body) if end < 0 else end + 1

    def _listen(self, local: str, depth: int) -> None:
        self._field, self._field_depth = local, depth
        self._chunks.clear()
        self.parser.CharacterDataHandler = self._hear

    def _hear(self, text: str) -> None:
        if len(self._chunks) < 1000:
            self._chunks.append(text[:LONGEST_FIELD])

    def _heard(self, text: str) -> None:
        local, self._field = self._field, ""
        self.parser.CharacterDataHandler = None
        text = text[:LONGEST_FIELD]
        if self._item is None:
            self.outline.fields.setdefault(local, text)
        elif local == "source":
            self._item.source = self._item.source or " ".join(text.split())
        elif local == "title":
            self._item.title = text
        elif local in _DATES and text:
            self._item.dates[local] = text

    def _note_language(self, attributes: list[str]) -> None:
        language = _attribute(attributes, "xml:lang")
        if language:
            self.outline.fields.setdefault("language", language)

    def _skipped(self, name: str, is_parameter: object) -> None:
        del name, is_parameter
        self.outline.has_entities = True

    @staticmethod
    def _entity(*declaration: object) -> None:
        del declaration
        raise Rejected("it declares entities, which can expand without end or name files")


def _attribute(attributes: list[str], name: str) -> str:
    return next((attributes[index + 1] for index in range(0, len(attributes), 2) if attributes[index] == name), "")


def _repaired(found: re.Match[bytes]) -> bytes:
    text, name = found.group(), found[1]
    if name is not None:
        if name in _PREDEFINED:
            return text
        character = html5.get(f"{name.decode('ascii')};")
        return b"&amp;" + text[1:] if character is None else character.replace("<", "&lt;").replace("&", "&amp;").encode()
    if text == b"&":
        return b"&amp;"
    return b"&#x" if text == b"&#X" else b"" if text.startswith(b"&#") else text


def _check_broken(body: bytes) -> None:
    """The same refusals for XML that expat gave up on before it came to what is hostile."""
    if _ENTITY.search(body, 0, 200_000):
        raise Rejected("it declares entities, which can expand without end or name files")
    for tag in _TAG.finditer(body):
        if tag.group().count(b"=") > MOST_ATTRIBUTES:
            raise Rejected(f"one element has more than {MOST_ATTRIBUTES} attributes")


def _shorten(found: Outline) -> None:
    """Of broken XML with too many items, readers see the bytes in front of the first one that is too much."""
    items = list(_ITEM.finditer(found.body))
    if len(items) > MOST_ENTRIES:
        found.left_out = len(items) - MOST_ENTRIES
        found.body = found.body[: items[MOST_ENTRIES].start()]
