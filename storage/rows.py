"""Between rows and values: what an article looks like in a table, and back. No statements."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from bot.core.model import Article, ArticleId, Content, DateOrigin, EventId, Format, Precision, Reading, SourceId, Stamp
from storage.tables import EPOCH, MICROSECOND

Values = dict[str, Any]


def storable(string: str) -> str:
    """Give `string` as both engines can keep it: without NUL, which PostgreSQL refuses, and without halves of surrogate pairs."""
    string = string.replace("\0", "")
    try:
        string.encode()
    except UnicodeEncodeError:
        return string.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return string


def content_values(content: Content, reading: Reading, identity: str) -> Values:
    """Write what a file said as the columns that articles and their revisions share."""
    published = content.published
    return {
        "identity": identity,
        "title": storable(content.title),
        "titled": content.titled,
        "text": storable(content.text),
        "outlet": _optional(content.outlet),
        "agency": _optional(content.agency),
        "author": _optional(content.author),
        "url": _optional(content.url),
        "published_at": None if published is None else published.at,
        "published_precision": None if published is None else published.precision.value,
        "published_origin": None if published is None else published.origin.value,
        "language": _optional(content.language),
        "format": content.format.value,
        "file": storable(reading.path),
        "file_time": file_time(reading.mtime_ns),
    }


def file_time(mtime_ns: int) -> datetime:
    """Turn a file system's nanoseconds since 1970 into an aware time."""
    return EPOCH + (mtime_ns // 1000) * MICROSECOND


def article_of(row: Row[Any]) -> Article:
    """Read a row of `articles`."""
    return Article(
        id=ArticleId(row.id),
        source_id=SourceId(row.source_id),
        content=Content(
            title=row.title,
            titled=row.titled,
            text=row.text,
            outlet=row.outlet,
            agency=row.agency,
            author=row.author,
            url=row.url,
            published=_stamp(row),
            language=row.language,
            format=Format(row.format),
        ),
        received_at=row.received_at,
        revision=row.revision,
        file=row.file,
        file_time=row.file_time,
        event_id=None if row.event_id is None else EventId(row.event_id),
        copy_of=None if row.copy_of is None else ArticleId(row.copy_of),
    )


def _optional(string: str | None) -> str | None:
    return None if string is None else storable(string)


def _stamp(row: Row[Any]) -> Stamp | None:
    if row.published_at is None:
        return None
    return Stamp(at=row.published_at, precision=Precision(row.published_precision), origin=DateOrigin(row.published_origin))
