"""Invented feeds for tests, built from their parts, and one call of the parser with what every test needs."""

from collections.abc import Mapping
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from bot.core.feeds.feed import Entry, ParsedFeed
from bot.core.model import Refused
from bot.sources.feeds.parse import parse_feed

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
URL = "https://harbour.example/feeds/all.xml"
NAMES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:media="http://search.yahoo.com/mrss/"'
)
DATE = "Sun, 22 Nov 2026 05:10:00 +0000"
TEXT = (
    "The ferry to the outer islands stayed in port on Sunday after its crew refused to sail in the storm. "
    "About two hundred passengers spent the night in the terminal, the port authority said."
)


def item(
    number: int = 1,
    *,
    title: str | None = "Ferry stays in port",
    link: str | None = "",
    guid: str | None = "",
    date: str | None = DATE,
    body: str | None = TEXT,
    extra: str = "",
) -> str:
    """One RSS item; what is None is left out, empty link and guid are made from the number. Title and body are XML already."""
    parts = [f"<title>{title}</title>" if title is not None else ""]
    if link is not None:
        parts.append(f"<link>{link or f'https://harbour.example/news/{number}'}</link>")
    if guid is not None:
        parts.append(f'<guid isPermaLink="false">{guid or f"harbour-{number}"}</guid>')
    parts.append(f"<pubDate>{date}</pubDate>" if date is not None else "")
    parts.append(f"<description>{body}</description>" if body is not None else "")
    return f"<item>{''.join(parts)}{extra}</item>"


def rss(
    *items: str, title: str = "The Harbour Paper", site: str = "https://harbour.example/", extra: str = "", declared: str = "UTF-8"
) -> str:
    """An RSS 2.0 feed."""
    return (
        f'<?xml version="1.0" encoding="{declared}"?>\n<rss version="2.0" {NAMES}><channel><title>{title}</title><link>{site}</link>'
        f"<description>News of the harbour</description>{extra}{''.join(items)}</channel></rss>"
    )


def atom(*entries: str, title: str = "The Harbour Paper", attributes: str = "", extra: str = "") -> str:
    """An Atom feed."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>{title}</title>'
        f'<link href="https://harbour.example/"/><id>tag:harbour.example,2026:feed</id>{extra}{"".join(entries)}</feed>'
    )


def html(markup: str) -> str:
    """HTML as the content of an XML element."""
    return escape(markup)


def read(
    data: bytes | str, *, url: str = URL, content_type: str | None = "application/rss+xml", aliases: Mapping[str, str] | None = None
) -> ParsedFeed | Refused:
    """The parser's answer."""
    body = data.encode() if isinstance(data, str) else data
    return parse_feed(body, url=url, content_type=content_type, fetched_at=NOW, aliases=aliases or {})


def feed(
    data: bytes | str, *, url: str = URL, content_type: str | None = "application/rss+xml", aliases: Mapping[str, str] | None = None
) -> ParsedFeed:
    """The feed, which must be one."""
    found = read(data, url=url, content_type=content_type, aliases=aliases)
    assert isinstance(found, ParsedFeed), found
    return found


def entry(data: bytes | str, *, url: str = URL, aliases: Mapping[str, str] | None = None) -> Entry:
    """The first entry of a feed."""
    return feed(data, url=url, aliases=aliases).entries[0]


def refusal(data: bytes | str) -> str:
    """Why the data are no feed, which they must not be."""
    found = read(data)
    assert isinstance(found, Refused), found
    return found.reason
