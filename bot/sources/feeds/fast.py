"""RSS, Atom and RDF by fastfeedparser, completed with what the walk over the structure has noted; `reference` reads what it cannot."""

from datetime import datetime
from importlib import import_module
from typing import Any, Final

from bot.sources.feeds.dates import is_readable, looks_like_date
from bot.sources.feeds.raw import RawEntry, RawFeed, text_in
from bot.sources.feeds.structure import ItemOutline, Outline

NAME: Final = "fastfeedparser"

# The order in which fastfeedparser believes the dates of an item: published first, then updated.
_RSS_DATES: Final = ("pubdate", "published", "issued", "date", "lastbuilddate", "updated", "modified", "created")
_ATOM_DATES: Final = ("published", "issued", "updated", "modified", "created")


def read_fast(outline: Outline) -> RawFeed:
    """The feed as fastfeedparser reads it; READER_FAULTS when it does not.

    Entries are completed from the outline when both counted the same: its dates as written, its source, its base.
    """
    # Imported here because only the worker needs it. Bytes only: it would fetch a text that looks like an address.
    found = import_module("fastfeedparser").parse(bytes(outline.body), include_tags=False, include_media=False, include_enclosures=False)
    is_atom = outline.root == "feed"
    entries: list[Any] = found["entries"]
    noted = outline.items if len(outline.items) == len(entries) else [None] * len(entries)
    feed = found["feed"]
    return RawFeed(
        parser=NAME,
        title=text_in(feed, "title"),
        link=text_in(feed, "link"),
        language=outline.fields.get("language", ""),
        base=outline.base,
        entries=[_entry(entry, item, is_atom=is_atom) for entry, item in zip(entries, noted, strict=True)],
    )


def _entry(found: Any, item: ItemOutline | None, *, is_atom: bool) -> RawEntry:
    content = found.get("content")
    bodies = (text_in(content[0], "value") if content else "", text_in(found, "description"))
    entry = RawEntry(
        guid=text_in(found, "id"),
        link=text_in(found, "link"),
        title=text_in(found, "title"),
        bodies=bodies if bodies[0] != bodies[1] else bodies[:1],
        author=text_in(found, "author"),
    )
    date = found.get("published")
    if item is None:
        entry.published = _moment(date)
        return entry
    entry.date_text = next((item.dates[name] for name in (_ATOM_DATES if is_atom else _RSS_DATES) if name in item.dates), "")
    # Without a date that it can read, it takes the identifier for one.
    if entry.date_text and (not looks_like_date(entry.guid) or is_readable(entry.date_text)):
        entry.published = _moment(date)
    if not item.is_identified:  # else it lent the link
        entry.guid = ""
    if not item.has_link and not item.is_permalink:
        entry.link = ""
    if is_atom:  # it takes a link to anything for the entry's own
        entry.link = item.link or (entry.guid if entry.guid[:8].lower().startswith(("http://", "https://")) else "")
    entry.source, entry.source_url = item.source, item.source_url
    entry.language, entry.base = item.language, item.base
    entry.title, entry.markup = item.title or entry.title, item.markup
    return entry


def _moment(date: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(date) if date else None
    except ValueError:
        return None
