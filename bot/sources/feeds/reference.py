"""RSS, Atom, RDF and CDF by feedparser, slow and forgiving: for what fastfeedparser does not read, and to compare it with."""

from calendar import timegm
from datetime import UTC, datetime, timedelta
from importlib import import_module
from io import BytesIO
from typing import Any, Final

from bot.sources.feeds.raw import Markup, RawEntry, RawFeed, text_in

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
        title=text_in(feed, "title"),
        link=text_in(feed, "link"),
        language=text_in(feed, "language"),
        entries=[_entry(entry) for entry in found["entries"]],
    )


def _entry(found: Any) -> RawEntry:
    bodies = [text_in(part, "value") for part in found.get("content") or ()]
    bodies.append(text_in(found, "summary"))
    source = found.get("source") or {}
    kind = text_in(found.get("title_detail") or {}, "type")
    date = _moment(found)
    return RawEntry(
        guid=text_in(found, "id"),
        link=text_in(found, "link"),
        title=text_in(found, "title"),
        # It calls plain what looks plain to it: only HTML is said.
        markup=Markup.HTML if kind.endswith(("html", "xhtml+xml")) else Markup.UNSAID,
        bodies=tuple(dict.fromkeys(body for body in bodies if body)),
        author=text_in(found, "author"),
        published=date,
        date_text=_date_text(found),
        source=text_in(source, "title"),
        source_url=text_in(source, "href") or text_in(source, "url"),
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
