"""Lists of feeds as OPML, read and written; what becomes of the feeds in them is for `commands`.

OPML 2.0 (opml.org/spec2.opml). Read with expat, which expands nothing here: a file that declares entities is refused. Files out of other
programs are often damaged (a bare ampersand, a stray bracket, cut off in the middle): what can be read of them is used, and the rest named.
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Final
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType, errors
from xml.sax.saxutils import escape, quoteattr

from bot.core.errors import UsageError
from bot.core.feeds.feed import Listed
from bot.core.model import Refused
from bot.core.phrase import phrase
from bot.sources.addresses import Network, normal_url, refusal
from bot.sources.parsing.characters import one_line, readable
from bot.sources.parsing.encoding import decode
from bot.sources.worker import Worker, WorkerCrashed, WorkerFailed, WorkerTimeout

DEEPEST: Final = 100
"""Outlines inside outlines that are read. Guess: nobody sorts feeds into more than three folders deep."""

MOST_DAMAGES: Final = 100
"""Damaged places that are skipped before the rest is given up. Guess."""

_LONGEST_NAME: Final = 300
_LONGEST_SHOWN: Final = 200
_LONGEST_URL: Final = 2000
_FEED_TYPES: Final = frozenset({"rss", "atom", "rdf", "feed", "json", "jsonfeed", "rss1", "rss2"})
_BARE_AMPERSAND: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});)")
_HTML_ENTITY: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)[a-zA-Z][a-zA-Z0-9]{1,31};")
_NO_CHARACTER: Final = re.compile(r"&#(?:0*(?:\d|1[124-9]|2\d|3[01])|[xX]0*(?:[0-8bBcC]|[eE]|1[0-9a-fA-F]));")
_OUTLINE: Final = re.compile(rb"<outline\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedLine:
    """One line of a list that is not taken over: its title, address or place, printable, and a reason for people."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpmlFeeds:
    """The feeds of a list in its order, what was refused of it, and how many stood, not looked at, behind the last that could be taken."""

    feeds: tuple[Listed, ...]
    refused: tuple[RefusedLine, ...] = ()
    over_limit: int = 0


async def read_opml(
    worker: Worker, data: bytes, limit: int, *, timeout_seconds: float, allow_networks: Sequence[Network] = ()
) -> OpmlFeeds | Refused:
    """`parse_opml` in the worker. WorkerUnavailable when nothing can be read now."""
    try:
        return await worker.run(parse_opml, data, limit, allow_networks, timeout_seconds=timeout_seconds)
    except WorkerTimeout:
        return Refused(reason=phrase("the list took longer than {seconds:g} s to read; cut it into smaller ones", seconds=timeout_seconds))
    except (WorkerCrashed, WorkerFailed) as error:
        return Refused(reason=phrase("the reader failed on this list ({error})", error=str(error)))


def parse_opml(data: bytes, limit: int, allow_networks: Sequence[Network] = ()) -> OpmlFeeds | Refused:
    """Read the first `limit` feeds of a list; a reason when it is none. Pure, and raises nothing on hostile bytes.

    A folder inside a folder is the category "outer/inner"; outside of folders the attribute `category` counts. A feed is listed once: the
    first time. Addresses that may never be asked (`addresses.refusal`) are refused here already.
    """
    text = decode(data)
    if isinstance(text, Refused) and _OUTLINE.search(data):
        text = readable(data.decode("utf-8", "replace"))
    if isinstance(text, Refused):
        return Refused(reason=phrase("the file is empty") if not data.strip() else phrase("this is no OPML: its bytes are no text"))
    if not re.search(r"<(?:opml|outline)\b", text, re.IGNORECASE):
        return Refused(reason=phrase("this is no OPML: there is no outline in it; most feed readers export a list of feeds as OPML"))
    reader = _Reader(limit, allow_networks)
    try:
        reader.read(_repaired(text).encode("utf-8", "replace"))
    except _HasEntities:
        return Refused(reason=phrase("this list declares entities of its own, as attacks do; it is not read"))
    return OpmlFeeds(feeds=tuple(reader.feeds), refused=tuple(reader.refused), over_limit=reader.over_limit)


def write_opml(feeds: Sequence[Listed], *, title: str, now: datetime) -> bytes:
    """OPML 2.0 in UTF-8, grouped by category, those without one first, else in the order given.

    `parse_opml` gives the same feeds back, provided that their addresses are normal, their texts on one line, and each listed once.
    """
    tree = _Folder()
    for feed in feeds:
        folder = tree
        for name in _steps(feed.category):
            folder = folder.folders.setdefault(name, _Folder())
        folder.feeds.append(feed)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        "  <head>",
        f"    <title>{escape(one_line(title))}</title>",
        f"    <dateCreated>{format_datetime(now)}</dateCreated>",
        "  </head>",
        "  <body>",
        *_written(tree),
        "  </body>",
        "</opml>",
        "",
    ]
    return "\n".join(lines).encode()


class _Folder:
    def __init__(self) -> None:
        self.feeds: list[Listed] = []
        self.folders: dict[str, _Folder] = {}


def _written(tree: _Folder) -> Iterator[str]:
    # A stack instead of recursion: how deep the categories are is for whoever made them.
    waiting: list[tuple[str, _Folder | None]] = [("", tree)]
    depth = 2
    while waiting:
        name, folder = waiting.pop()
        if folder is None:
            depth -= 1
            yield f"{'  ' * depth}</outline>"
            continue
        if folder is not tree:
            yield f"{'  ' * depth}<outline text={_quoted(name)}>"
            depth += 1
            waiting.append(("", None))
        for feed in folder.feeds:
            site = f" htmlUrl={_quoted(feed.site)}" if feed.site else ""
            shown = _quoted(feed.title)
            yield f'{"  " * depth}<outline type="rss" text={shown} title={shown} xmlUrl={_quoted(feed.url)}{site}/>'
        waiting.extend(reversed(folder.folders.items()))


def _quoted(text: str) -> str:
    return quoteattr(one_line(text))


def _steps(category: str) -> list[str]:
    return [name for step in category.split("/") if (name := one_line(step))]


def _repaired(text: str) -> str:
    """The mistakes that every second program makes: bare ampersands, entities of HTML, characters that XML does not have."""
    if "&" not in text:
        return text
    text = _NO_CHARACTER.sub("", text)
    text = _HTML_ENTITY.sub(lambda found: escape(html.unescape(found.group()), {'"': "&quot;", "'": "&apos;"}), text)
    return _BARE_AMPERSAND.sub("&amp;", text)


class _HasEntities(Exception):
    """The file declares an entity."""


@dataclass(slots=True)
class _Open:
    """An outline that is not closed yet: the category of what stands in it, and whether anything does."""

    name: str
    category: str
    is_feed: bool
    has_content: bool = False


def _damage(*, is_last: bool) -> str:
    if is_last:
        return phrase("damaged here; no feed is listed behind it")
    return phrase("damaged here; reading goes on at the next feed")


def _too_damaged() -> str:
    return phrase("damaged in {places} places; what stands behind this one was not read", places=MOST_DAMAGES)


class _Reader:
    """Collects feeds from outlines, over any number of parsers: after a damage a new one goes on at the next outline."""

    def __init__(self, limit: int, allow_networks: Sequence[Network]) -> None:
        self.feeds: list[Listed] = []
        self.refused: list[RefusedLine] = []
        self.over_limit = 0
        self._limit = limit
        self._allow_networks = allow_networks
        self._seen: set[str] = set()
        self._open: list[_Open] = []
        self._skipped = 0
        self._too_deep = False

    def read(self, data: bytes) -> None:
        view, begin, is_last = memoryview(data), 0, True
        for _attempt in range(MOST_DAMAGES):
            parser, offset = self._parser(), 0
            if begin:
                # The folders that are open go on behind a damage, so the new parser is told of them, and the reader is not.
                prefix = b"<opml><body>" + b"<outline>" * (len(self._open) + self._skipped)
                parser.StartElementHandler = parser.EndElementHandler = None
                parser.Parse(prefix)
                offset = len(prefix)
            parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
            try:
                parser.Parse(view[begin:], is_last)
            except ExpatError as error:
                at = begin + max(0, parser.ErrorByteIndex - offset)
                following = _OUTLINE.search(data, at + 1)
                line = data.count(b"\n", 0, at) + 1
                is_cut = error.code in _CUT and following is None
                self._damaged(line, phrase("the list is cut off here") if is_cut else _damage(is_last=following is None))
                if following is None:
                    return
                begin = following.start()
            else:
                return
        self._damaged(data.count(b"\n", 0, begin) + 1, _too_damaged())

    def _parser(self) -> XMLParserType:
        parser = ParserCreate("utf-8")
        parser.EntityDeclHandler = self._entity
        return parser

    def _entity(self, *declared: object) -> None:
        del declared
        raise _HasEntities

    def _damaged(self, line: int, reason: str) -> None:
        self.refused.append(RefusedLine(text=phrase("line {line}", line=line), reason=reason))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag.casefold() != "outline":
            return
        if self._skipped or len(self._open) >= DEEPEST:
            if not self._skipped and not self._too_deep:
                self._too_deep = True
                self.refused.append(
                    RefusedLine(text=phrase("an outline"), reason=phrase("more than {deepest} folders deep", deepest=DEEPEST))
                )
            self._skipped += 1
            return
        outer = ""
        if self._open:
            self._open[-1].has_content = True
            outer = self._open[-1].category
        said = {name.casefold(): value for name, value in attributes.items()}
        name = one_line(said.get("title", "") or said.get("text", ""))[:_LONGEST_NAME]
        kind = said.get("type", "").strip().casefold()
        address = said.get("xmlurl", "") or (said.get("url", "") if kind in _FEED_TYPES else "")
        inner = outer if address else "/".join(step for step in (outer, *_steps(name)) if step)
        self._open.append(_Open(name=name, category=inner, is_feed=bool(address)))
        if address:
            self._take(address, name, outer, said)
        elif kind in _FEED_TYPES or kind in {"include", "link"}:
            self._open[-1].is_feed = True
            link = phrase("it is a link to another list or page, not a feed")
            reason = phrase("it has no address") if kind in _FEED_TYPES else link
            self.refused.append(RefusedLine(text=_shown(name or said.get("url", "")), reason=reason))

    def _end(self, tag: str) -> None:
        if tag.casefold() != "outline":
            return
        if self._skipped:
            self._skipped -= 1
        elif self._open:
            closed = self._open.pop()
            if not closed.is_feed and not closed.has_content:
                self.refused.append(RefusedLine(text=_shown(closed.name), reason=phrase("it has no address, and nothing stands in it")))

    def _take(self, address: str, name: str, category: str, said: dict[str, str]) -> None:
        if len(self.feeds) >= self._limit:
            self.over_limit += 1
            return
        try:
            url = normal_url(address)
            reason = refusal(url, self._allow_networks)
        except UsageError as error:
            url, reason = "", error.told
        if reason is None and url in self._seen:
            reason = phrase("listed twice")
        if reason is not None:
            self.refused.append(RefusedLine(text=_shown(name or address), reason=reason))
            return
        self._seen.add(url)
        category = category or "/".join(_steps(said.get("category", "").partition(",")[0][:_LONGEST_NAME]))
        self.feeds.append(Listed(url=url, title=name, site=_site(said.get("htmlurl", "")), category=category))


_CUT: Final = frozenset(
    errors.codes[message]
    for message in (errors.XML_ERROR_NO_ELEMENTS, errors.XML_ERROR_UNCLOSED_TOKEN, errors.XML_ERROR_UNCLOSED_CDATA_SECTION)
) | {errors.codes[errors.XML_ERROR_PARTIAL_CHAR]}


def _site(address: str) -> str | None:
    """The page of the feed, when it is an address that a reader can open."""
    site = one_line(address)
    return site if re.match(r"https?://[^\s/]", site, re.IGNORECASE) and len(site) <= _LONGEST_URL else None


def _shown(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= _LONGEST_SHOWN else line[: _LONGEST_SHOWN - 1] + "…"
