"""RSS, Atom, RDF and CDF by feedparser, slow and forgiving: for what fastfeedparser does not read, and to compare it with."""

from calendar import timegm
from datetime import UTC, datetime, timedelta
from importlib import import_module
from io import BytesIO
from typing import Any, Final

from bot.sources.feeds.raw import Markup, RawEntry, RawFeed

NAME: Final = "feedparser"

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def read_reference(body: bytes, url: str) -> RawFeed:
    """The feed as feedparser reads it; READER_FAULTS when it does not. `body` is UTF-8, links are resolved against `url`.

    Cleaning and resolving inside texts stays off: Slugline makes plain text of them by itself.
    """
    # Imported here: most workers never need it. A stream, because it takes bytes for the name of a file first.
    found = import_module("feedparser").parse(
        BytesIO(body),
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    feed = found["feed"]
    return RawFeed(
        parser=NAME,
        title=_text(feed, "title"),
        link=_text(feed, "link"),
        language=_text(feed, "language"),
        entries=[_entry(entry) for entry in found["entries"]],
    )


def _entry(found: Any) -> RawEntry:
    bodies = [_text(part, "value") for part in found.get("content") or ()]
    bodies.append(_text(found, "summary"))
    source = found.get("source") or {}
    kind = _text(found.get("title_detail") or {}, "type")
    date = _moment(found)
    return RawEntry(
        guid=_text(found, "id"),
        link=_text(found, "link"),
        title=_text(found, "title"),
        # It calls plain what looks plain to it: only HTML is said.
        markup=Markup.HTML if kind.endswith(("html", "xhtml+xml")) else Markup.UNSAID,
        bodies=tuple(dict.fromkeys(body for body in bodies if body)),
        author=_text(found, "author"),
        published=date,
        date_text=_date_text(found),
        source=_text(source, "title"),
        source_url=_text(source, "href") or _text(source, "url"),
    )


def _moment(found: Any) -> datetime | None:
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        parsed = dict.get(found, name)
        if parsed:
            try:
                return _EPOCH + timedelta(seconds=timegm(parsed))
            except (ValueError, OverflowError):
                continue
    return None


def _date_text(found: Any) -> str:
    # Its own `get` gives one date for the other, and warns of it.
    dates = (dict.get(found, name) for name in ("published", "updated", "created"))
    return next((date for date in dates if isinstance(date, str) and date), "")


def _text(found: Any, key: str) -> str:
    value = found.get(key)
    return value if isinstance(value, str) else ""
