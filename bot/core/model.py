"""The things Slugline talks about: articles, events, sources and how exactly their times are known.

Values only. How they are recovered lives in `sources`, how they are grouped in `core.grouping.grouper`, how they are kept in `storage`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

ArticleId = NewType("ArticleId", int)
EventId = NewType("EventId", int)
SourceId = NewType("SourceId", int)


class Precision(StrEnum):
    """How exactly the time of an article is known."""

    MINUTE = "minute"
    DAY = "day"
    INFERRED = "inferred"


class DateOrigin(StrEnum):
    """Where the time of an article was read, in the order of trust."""

    FIELD = "field"
    PAGE = "page"
    URL = "url"
    TEXT = "text"
    EVENT = "event"
    FILE = "file"
    SEEN = "seen"


class Format(StrEnum):
    """What kind of file an article was recovered from."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"
    FEED = "feed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A time of publication: `at` is aware and UTC; with day precision it is 00:00 of that day."""

    at: datetime
    precision: Precision
    origin: DateOrigin


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What was recovered from one article, clean and readable; nothing here depends on other articles.

    `title` is never empty: an article without a title of its own lends its first sentence, and `titled` is then false.
    `text` is the body, paragraphs separated by one blank line, without title, byline, captions and page furniture.
    `outlet` is the publisher a reader would name, `agency` the wire whose text it is; None when the article does not say.
    `published` is None when neither field, page, URL nor text carries a full date. `language` is ISO 639-1, None when unsure.
    """

    title: str
    titled: bool
    text: str
    outlet: str | None = None
    agency: str | None = None
    author: str | None = None
    url: str | None = None
    published: Stamp | None = None
    language: str | None = None
    format: Format = Format.TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A file that cannot be an article, with a reason for the operator: what is wrong and what would be read instead."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One stored item of one outlet.

    `file` is the path inside its source's folder, printable. `file_time` is the file's modification time, the last resort for a date.
    `event_id` is None until the article was grouped. `copy_of` names the article whose text this one repeats; None for a report.
    """

    id: ArticleId
    source_id: SourceId
    content: Content
    received_at: datetime
    revision: int = 1
    file: str | None = None
    file_time: datetime | None = None
    event_id: EventId | None = None
    copy_of: ArticleId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A real-world happening with all the articles about it, in the order they were received.

    `opened_at` and `updated_at` are times of this installation, not of the news; `revision` counts every change of membership or text.
    """

    id: EventId
    opened_at: datetime
    updated_at: datetime
    revision: int
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One line of an event's append-only life; `what` is a verb in the past tense (opened, joined, revised, merged …)."""

    event_id: EventId
    at: datetime
    what: str
    article_id: ArticleId | None
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One publisher as it is seen through one source; `name` is None for unattributed articles."""

    name: str | None
    articles: int
    copies: int
    first: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """A source with what an operator asks about it: does it work, how much comes, how much of it is new.

    `first_at` is when its first article arrived (installation time), None before; `first` counts the events it reported first.
    `last_error` is a sentence for people, None when the last scan went well. `refused` counts files in quarantine.
    From `full_text` to `failing_since` the fields are a feed's (see `feed.FeedState`), None, 0 or empty for a folder; `next_check_at` is
    None while it is paused. `articles_week` arrived in the last 7 days, without back-catalogue. `events` counts those of whatever age
    that at least two outlets tell, `exclusive` those that no other outlet tells. `median_lag` is how long after the first report its own
    first came, in those events of the last 30 days of which it is known who was first; None without any.
    """

    id: SourceId
    kind: str
    name: str
    location: str
    articles: int
    copies: int
    first: int
    refused: int
    first_at: datetime | None
    last_success_at: datetime | None
    last_error: str | None
    outlets: tuple[Outlet, ...]
    full_text: str | None = None
    category: str = ""
    paused_at: datetime | None = None
    ended_at: datetime | None = None
    next_check_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    articles_week: int = 0
    events: int = 0
    exclusive: int = 0
    median_lag: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A file that was refused: where, why, and since when."""

    source: str
    file: str
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One look at one settled file: what it held.

    `path` is the printable path inside the folder, `size` in bytes, `mtime_ns` as the file system gave it,
    `digest` the SHA-256 of the bytes in hexadecimal, empty when the file could not be read at all.
    """

    path: str
    size: int
    mtime_ns: int
    digest: str
    result: Content | Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSummary:
    """What an event's row says about its articles, derived by `core.event` whenever they change.

    `first_article_id` is None when the times of the reports do not tell who was first. `first_at` and `last_at` are news times.
    """

    id: EventId
    first_article_id: ArticleId | None
    first_at: datetime | None
    last_at: datetime | None
    reports: int
    copies: int
    outlets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """How much there is: for `/status`."""

    sources: int
    articles: int
    copies: int
    events: int
    waiting: int
    quarantined: int
    last_arrival_at: datetime | None
