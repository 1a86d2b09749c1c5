"""JSON Feed, versions 1.0 and 1.1 (jsonfeed.org), and what calls itself so; fields of a wrong type count as missing."""

import json
from datetime import datetime
from typing import Any, Final

from bot.sources.feeds.raw import Markup, RawEntry, RawFeed, text_in
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
    if "jsonfeed.org" not in text_in(found, "version") and not any(_is_entry(item) for item in items[:10]):
        return None
    feed = RawFeed(
        parser=NAME,
        title=text_in(found, "title"),
        link=text_in(found, "home_page_url"),
        language=text_in(found, "language"),
        base=text_in(found, "feed_url"),
        entries=[_entry(item) for item in items[:MOST_ENTRIES]],
    )
    return feed, max(0, len(items) - MOST_ENTRIES)


def _is_entry(item: dict[str, Any]) -> bool:
    return any(isinstance(item.get(key), str) for key in ("content_html", "content_text")) or ("title" in item and "url" in item)


def _entry(item: dict[str, Any]) -> RawEntry:
    authors = item.get("authors")
    first = authors[0] if isinstance(authors, list) and authors else item.get("author")
    date = text_in(item, "date_published") or text_in(item, "date_modified")
    plain = text_in(item, "content_text")
    return RawEntry(
        guid=text_in(item, "id"),
        link=text_in(item, "url") or text_in(item, "external_url"),
        title=text_in(item, "title"),
        markup=Markup.UNSAID,
        bodies=tuple(body for body in (text_in(item, "content_html"), _escaped(plain), _escaped(text_in(item, "summary"))) if body),
        author=text_in(first, "name") if isinstance(first, dict) else "",
        published=_moment(date),
        date_text=date,
        language=text_in(item, "language"),
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _moment(date: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(date)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _number(digits: str) -> str:
    """Identifiers may be numbers; nothing here reckons with them."""
    return digits[:100]
