"""Between rows and values: what an article looks like in a table, and back. No statements."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row

from bot.core.model import Article, ArticleId, Content, DateOrigin, EventId, Format, Precision, Reading, SourceId, Stamp
from storage.schema.tables import EPOCH, MICROSECOND

Values = dict[str, Any]

LONGEST_OUTLET: Final = 300
"""Characters of an outlet's name that are kept: a row of PostgreSQL's index holds 2,700 bytes, and no outlet needs a tenth of it."""


def storable(string: str) -> str:
    """Give `string` as both engines can keep it: without NUL, which PostgreSQL refuses, and without halves of surrogate pairs."""
    string = string.replace("\0", "")
    try:
        string.encode()
    except UnicodeEncodeError:
        return string.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return string


def content_values(content: Content, identity: str, reading: Reading | None = None) -> Values:
    """Write what an entry of a feed, or a file (`reading`) said, as the columns that articles and their revisions share."""
    published = content.published
    return {
        "identity": identity,
        "title": storable(content.title),
        "titled": content.titled,
        "text": storable(content.text),
        "outlet": optional(content.outlet and content.outlet[:LONGEST_OUTLET]),
        "agency": optional(content.agency),
        "author": optional(content.author),
        "url": optional(content.url),
        "published_at": None if published is None else published.at,
        "published_precision": None if published is None else published.precision.value,
        "published_origin": None if published is None else published.origin.value,
        "language": optional(content.language),
        "format": content.format.value,
        "file": None if reading is None else storable(reading.path),
        "file_time": None if reading is None else file_time(reading.mtime_ns),
    }


def file_time(mtime_ns: int) -> datetime:
    """Turn a file system's nanoseconds since 1970 into an aware time."""
    return EPOCH + (mtime_ns // 1000) * MICROSECOND


def article_of(row: Row[Any]) -> Article:
    """Read a row of `articles`."""
    return Article(
        id=ArticleId(row.id),
        source_id=SourceId(row.source_id),
        content=content_of(row),
        received_at=row.received_at,
        revision=row.revision,
        file=row.file,
        file_time=row.file_time,
        event_id=None if row.event_id is None else EventId(row.event_id),
        copy_of=None if row.copy_of is None else ArticleId(row.copy_of),
    )


def content_of(row: Row[Any]) -> Content:
    """Read the columns of a row of `articles` that say what it says."""
    return Content(
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
    )


def optional(string: str | None) -> str | None:
    """Give `storable` of a string that may be missing."""
    return None if string is None else storable(string)


def _stamp(row: Row[Any]) -> Stamp | None:
    if row.published_at is None:
        return None
    return Stamp(at=row.published_at, precision=Precision(row.published_precision), origin=DateOrigin(row.published_origin))
