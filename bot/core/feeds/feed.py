"""Feeds as values: what an address answered, what a feed held, how a feed stands; what follows from them is decided in `politeness`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from bot.core.model import Content, SourceId


class FullText(StrEnum):
    """Whose text is an article's: the feed's, or its page's when the feed only teases."""

    FEED = "feed"
    PAGE = "page"


class Failure(StrEnum):
    """Why an address did not give what was asked for."""

    NAME = "name"  # the host's name does not resolve
    CONNECTION = "connection"  # refused, reset, cut off
    TIMEOUT = "timeout"
    TLS = "tls"
    FORBIDDEN = "forbidden"  # an address, port or scheme that we do not ask
    REDIRECTS = "redirects"
    TOO_LARGE = "too large"
    ENCODING = "encoding"  # a compression that we did not ask for, or that is damaged
    PROTOCOL = "protocol"  # not HTTP
    HELD = "held"  # the host asked not to be asked before some time: nothing was sent
    ROBOTS = "robots"  # robots.txt does not allow it: nothing was sent
    GONE = "gone"  # 410
    MISSING = "missing"  # 404
    REFUSED = "refused"  # another 4xx
    UNAVAILABLE = "unavailable"  # 429, 5xx
    NO_FEED = "no feed"  # what came is no feed

    @property
    def is_ours(self) -> bool:
        """Whether our own line may be to blame: when many hosts fail like this at once, it is."""
        return self in {Failure.NAME, Failure.CONNECTION, Failure.TIMEOUT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A body, decoded: its bytes with the SHA-256 of them in hexadecimal, and what the headers said.

    `url` is where it came from, after redirects. `moved_to` is where only permanent redirects (301, 308) lead, None when there were none or
    others among them. `fresh_for` is how long the server says that the answer stays good, None when it does not say.
    """

    url: str
    body: bytes
    digest: str
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    fresh_for: timedelta | None = None
    moved_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """304: nothing has changed since the answer whose validators were sent; validators that came with it are the newer ones."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    fresh_for: timedelta | None = None
    moved_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """No body: `reason` is a sentence for people that names the host; `retry_after` holds for the whole `host`, and lies within 24 h."""

    kind: Failure
    reason: str
    host: str
    status: int | None = None
    retry_after: timedelta | None = None


Fetch: TypeAlias = Fetched | NotModified | Failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of a feed, clean: `guid` as the feed gives it, None when it gives none; `teases` when the text is only the beginning."""

    guid: str | None
    content: Content
    teases: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A feed, clean: its entries in its order, the first `parsing.MOST_ENTRIES` of them; `left_out` counts the others.

    `fresh_for` is the feed's own word (ttl, sy:updatePeriod) on how often to ask. `parser` names who read it. `warnings` are sentences
    for the operator: cut off, wrongly declared, too many entries.
    """

    title: str
    site: str | None
    entries: tuple[Entry, ...]
    left_out: int = 0
    fresh_for: timedelta | None = None
    parser: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFeed:
    """A feed that a page names: its address, its title (may be empty)."""

    url: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A feed as OPML lists it; `category` is the path of the folders around it, "" without."""

    url: str
    title: str
    site: str | None = None
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """How a feed stands: everything that the next check needs, and that a restart must not forget. Times are aware, UTC.

    `failures` counts failed checks in a row, since `failing_since`; `failure` is the kind of the last one, all None or 0 while it
    works. `is_told` says that the operator was told of it. `gone_since` is the first 410 of the present run of them. `ended_at` is set once
    it counts as dead; then it is only probed. `moved_to` was named `moved_times` in a row by permanent redirects, since `moved_since`.
    `baselined_at` is when the first check went well: what was in the feed then is back-catalogue. `news_at` is when something new last
    came.
    """

    source_id: SourceId
    url: str
    host: str
    name: str
    full_text: FullText = FullText.FEED
    site: str | None = None
    category: str = ""
    etag: str | None = None
    last_modified: str | None = None
    body_digest: str | None = None
    fresh_for: timedelta | None = None
    checked_at: datetime | None = None
    baselined_at: datetime | None = None
    news_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    failure: Failure | None = None
    last_error: str | None = None
    is_told: bool = False
    gone_since: datetime | None = None
    ended_at: datetime | None = None
    moved_to: str | None = None
    moved_since: datetime | None = None
    moved_times: int = 0


class NoticeKind(StrEnum):
    """What the operator is told once."""

    ENDED = "ended"  # 410 twice, a day apart
    FAILING = "failing"  # for a week
    MOVED = "moved"  # its address was changed
    RESET = "reset"  # more than half of its guids were new at once
    RECOVERED = "recovered"  # after one of the first two


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One sentence for the operator about a source."""

    kind: NoticeKind
    source_id: SourceId
    text: str
