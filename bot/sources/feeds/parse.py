"""The bytes of one answer to the feed in them, or to what they are instead; how the parts are read lives beside this module."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.core.feeds.feed import ParsedFeed
from bot.core.model import Refused
from bot.sources.feeds.charset import as_utf8, unmangled
from bot.sources.feeds.entries import clean, surroundings
from bot.sources.feeds.fast import read_fast
from bot.sources.feeds.json_feed import read_json_feed
from bot.sources.feeds.kinds import binary_kind, html_kind, is_html, text_kind, xml_kind
from bot.sources.feeds.raw import READER_FAULTS, Markup, RawFeed
from bot.sources.feeds.reference import read_reference
from bot.sources.feeds.structure import MOST_ENTRIES, Outline, Rejected, outline_of
from bot.sources.feeds.titles import visible_title
from bot.sources.parsing.urls import canonical

__all__ = ["MOST_ENTRIES", "parse_feed"]

MOST_FRESH: Final = timedelta(days=7)
"""The longest that a feed may ask us to stay away."""
MOST_BROKEN: Final = 1_000_000
"""Bytes of broken XML that feedparser is given. Measured: hostile ones of 3 MB cost it 13 s and others of 9 MB 1.7 GB of memory."""
_START: Final = re.compile(rb"<\?xml\s|<rss[\s>]|<feed[\s>]|<rdf:RDF[\s>]")
_JUNK: Final = 8192
"""Bytes in front of a feed that are passed over. Guess: a screenful of warnings; fastfeedparser does the same."""
_PERIODS: Final = {"hourly": 1, "daily": 24, "weekly": 7 * 24, "monthly": 30 * 24, "yearly": 365 * 24}


def parse_feed(
    data: bytes, *, url: str, content_type: str | None, fetched_at: datetime, aliases: Mapping[str, str]
) -> ParsedFeed | Refused:
    """The feed in `data`, fetched from `url`; refused when it is none, with what it is instead.

    Pure, and raises nothing whatever the bytes are. `fetched_at` is aware; `aliases` are the operator's names of outlets by host or name
    in lower case. RSS, Atom, RDF and JSON Feed; the first `MOST_ENTRIES` entries.
    """
    kind = binary_kind(data)
    if kind:
        return _refused(kind)
    body, damage = as_utf8(data, content_type)
    fetch = _Fetch(url=url, fetched_at=fetched_at, aliases=aliases)
    warnings = [damage] if damage else []
    if body[:1] in {b"{", b"["}:
        return _json(body, fetch, warnings)
    if not body or is_html(body):
        return _refused(html_kind(body) if body else "empty")
    start = _START.search(body, 0, _JUNK)
    if start and start.start() and not body.startswith((b"<!", b"<?")):
        body = body[start.start() :]
        warnings.append("something stands in front of it: an error message of its program, perhaps")
    try:
        return _xml(body, outline_of(body), fetch, warnings)
    except Rejected as error:
        return Refused(reason=f"this feed is not read, because {error}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fetch:
    """What `parse_feed` was told beside the bytes."""

    url: str
    fetched_at: datetime
    aliases: Mapping[str, str]


def _xml(body: bytes, outline: Outline, fetch: _Fetch, warnings: list[str]) -> ParsedFeed | Refused:
    if outline.root and not outline.is_feed:
        return _refused(html_kind(body) if outline.root == "html" else xml_kind(outline.root))
    raw = read_raw(outline, fetch.url)
    if raw is None:
        return _refused(f"XML that is too damaged to be read ({outline.fault or 'no entries'})" if outline.root else text_kind(body))
    if outline.fault:
        warnings.append(f"it is not well-formed XML ({outline.fault})")
    if outline.is_cut:
        warnings.append("it is cut off in the middle; the entries before that were read")
    return _parsed(raw, fetch, warnings, left_out=outline.left_out, fresh_for=_fresh_for(outline.fields))


def read_raw(outline: Outline, url: str) -> RawFeed | None:
    """What the readers find: the fast one, and the other where that fails, finds fewer entries than there are, or would drop something."""
    found: RawFeed | None = None
    try:
        if not outline.is_nested:
            found = read_fast(outline)
    except READER_FAULTS:
        found = None
    if found is not None and len(found.entries) >= outline.count():
        return found
    if outline.fault is not None and len(outline.body) > MOST_BROKEN:
        return found
    try:
        other = read_reference(outline.body, url)
    except READER_FAULTS:
        return found
    if found is not None and len(found.entries) >= len(other.entries):
        return found
    if not other.entries and not outline.is_feed:
        return None
    other.language = other.language or outline.fields.get("language", "")
    return other


def _json(body: bytes, fetch: _Fetch, warnings: list[str]) -> ParsedFeed | Refused:
    try:
        found = read_json_feed(body.decode("utf-8", "replace"))
    except RecursionError:
        return _refused("JSON that is nested too deeply")
    except ValueError:
        return _refused("JSON that is cut off or damaged")
    if found is None:
        return _refused("JSON, but no JSON Feed")
    raw, left_out = found
    return _parsed(raw, fetch, warnings, left_out=left_out, fresh_for=None)


def _parsed(raw: RawFeed, fetch: _Fetch, warnings: list[str], *, left_out: int, fresh_for: timedelta | None) -> ParsedFeed:
    left_out += max(0, len(raw.entries) - MOST_ENTRIES)
    around = surroundings(raw, fetch.url, fetch.fetched_at, fetch.aliases)
    cleaned = [clean(entry, around) for entry in raw.entries[:MOST_ENTRIES]]
    entries = tuple(entry for entry in cleaned if entry is not None)
    if left_out:
        warnings.append(f"it has more than {MOST_ENTRIES} entries; the first {MOST_ENTRIES} were read and {left_out} left out")
    if len(entries) < len(cleaned):
        warnings.append(f"{len(cleaned) - len(entries)} of its entries have neither title nor text")
    return ParsedFeed(
        title=visible_title(unmangled(raw.title), Markup.UNSAID),
        site=canonical(raw.link) if raw.link else None,
        entries=entries,
        left_out=left_out,
        fresh_for=fresh_for,
        parser=raw.parser,
        warnings=tuple(warnings),
    )


def _fresh_for(fields: Mapping[str, str]) -> timedelta | None:
    """How long the feed says that it stays as it is: `ttl` in minutes, else the period of RSS's syndication module."""
    ttl = fields.get("ttl", "")
    if ttl.isascii() and ttl.isdigit():
        return min(timedelta(minutes=int(ttl[:9])), MOST_FRESH)
    hours = _PERIODS.get(fields.get("updateperiod", "").lower())
    if hours is None:
        return None
    frequency = fields.get("updatefrequency", "")
    times = int(frequency[:6]) if frequency.isascii() and frequency.isdigit() else 1
    return min(timedelta(hours=hours) / max(1, times), MOST_FRESH)


def _refused(kind: str) -> Refused:
    return Refused(reason=f"this is no feed: it is {kind}")
