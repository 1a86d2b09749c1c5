"""JSON Feed, versions 1.0 and 1.1 (jsonfeed.org), and what calls itself so; fields of a wrong type count as missing."""

import json
from datetime import datetime
from typing import Any, Final

from bot.sources.feeds.raw import Markup, RawEntry, RawFeed
from bot.sources.feeds.structure import MOST_ENTRIES

NAME: Final = "JSON Feed"


def read_json_feed(text: str) -> tuple[RawFeed, int] | None:
    """The feed in a JSON text and how many of its entries were left out; None when the JSON is no feed.

    ValueError (of which JSONDecodeError is one) or RecursionError when it is not JSON that can be read.
    """
    found = json.loads(text, parse_int=_number, parse_float=_number, parse_constant=_number)
    if not isinstance(found, dict) or not isinstance(found.get("items"), list):
        return None
    items = [item for item in found["items"] if isinstance(item, dict)]
    if "jsonfeed.org" not in _text(found, "version") and not any(_is_entry(item) for item in items[:10]):
        return None
    feed = RawFeed(
        parser=NAME,
        title=_text(found, "title"),
        link=_text(found, "home_page_url"),
        language=_text(found, "language"),
        base=_text(found, "feed_url"),
        entries=[_entry(item) for item in items[:MOST_ENTRIES]],
    )
    return feed, max(0, len(items) - MOST_ENTRIES)


def _is_entry(item: dict[str, Any]) -> bool:
    return any(isinstance(item.get(key), str) for key in ("content_html", "content_text")) or ("title" in item and "url" in item)


def _entry(item: dict[str, Any]) -> RawEntry:
    authors = item.get("authors")
    first = authors[0] if isinstance(authors, list) and authors else item.get("author")
    date = _text(item, "date_published") or _text(item, "date_modified")
    plain = _text(item, "content_text")
    return RawEntry(
        guid=_text(item, "id"),
        link=_text(item, "url") or _text(item, "external_url"),
        title=_text(item, "title"),
        markup=Markup.UNSAID,
        bodies=tuple(body for body in (_text(item, "content_html"), _escaped(plain), _escaped(_text(item, "summary"))) if body),
        author=_text(first, "name") if isinstance(first, dict) else "",
        published=_moment(date),
        date_text=date,
        language=_text(item, "language"),
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _moment(date: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(date)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _text(found: dict[str, Any], key: str) -> str:
    value = found.get(key)
    return value if isinstance(value, str) else ""


def _number(digits: str) -> str:
    """Identifiers may be numbers; nothing here reckons with them."""
    return digits[:100]
