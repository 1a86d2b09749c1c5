"""Readings, entries, decisions and old schemas for the tests of storage, made from a few words each."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection as SyncConnection

from bot.core.feeds.feed import Entry, FeedState, FullText, Listed
from bot.core.grouping.decision import Change, Contribution, Evidence, Folded, Joined, Left, Merged, Opened, Revised
from bot.core.grouping.identity import identity
from bot.core.model import (
    Article,
    ArticleId,
    Content,
    DateOrigin,
    EventId,
    EventSummary,
    Format,
    Precision,
    Reading,
    Refused,
    SourceId,
    Stamp,
)
from storage.engine import upgrade
from storage.engine.database import Connection
from storage.feeds import checks, entries, feeds, sources
from storage.feeds.entries import FeedEntries, RecordedFeed
from storage.news import articles, events
from storage.news.articles import Recorded

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
EVIDENCE = Evidence(
    threshold=0.5,
    score=0.75,
    contributions=(Contribution(feature="words", value=0.4, logits=1.5),),
    shared=("harbour", "ferry"),
    rival=EventId(7),
)


def hours(number: float) -> datetime:
    """So many hours after the beginning of these tests."""
    return NOW + timedelta(hours=number)


def content(text: str, *, title: str | None = None, outlet: str | None = "The Harbour Post", published: datetime | None = NOW) -> Content:
    """An article that says `text`."""
    stamp = None if published is None else Stamp(at=published, precision=Precision.MINUTE, origin=DateOrigin.FIELD)
    return Content(title=title or f"About {text}", titled=True, text=text, outlet=outlet, published=stamp)


def reading(path: str, said: Content | str | None) -> tuple[Reading, str]:
    """A look at the file `path` with its identity: it holds an article, an article that says these words, or (None) nothing readable."""
    said = content(said) if isinstance(said, str) else said
    result = Refused(reason="empty file; expected an article") if said is None else said
    digest = sha256(repr(said).encode()).hexdigest()
    told = Reading(path=path, size=10, mtime_ns=1_700_000_000_123_456_789, digest=digest, result=result)
    return told, "" if said is None else identity(said)


async def record(connection: Connection, *files: tuple[str, Content | str | None], at: datetime = NOW) -> Recorded:
    """Record files of the folder "in"."""
    source_id = await folder(connection)
    return await articles.record(connection, source_id, [reading(path, said) for path, said in files], at)


async def folder(connection: Connection) -> SourceId:
    """The id of the folder "in"."""
    return await sources.ensure_folder(connection, "/news/in", "in", NOW)


async def every_article(connection: Connection) -> list[Article]:
    """All articles there can be in a small test."""
    return await articles.load(connection, [ArticleId(id_) for id_ in range(1, 200)])


def opened(event: int, article: int, revision: int = 1) -> Change:
    return Opened(event_id=EventId(event), article_id=ArticleId(article), revision=revision, evidence=EVIDENCE)


def joined(event: int, article: int, revision: int = 1, copy_of: int | None = None) -> Change:
    copied = None if copy_of is None else ArticleId(copy_of)
    return Joined(event_id=EventId(event), article_id=ArticleId(article), revision=revision, copy_of=copied, evidence=EVIDENCE)


def revised(event: int, article: int, revision: int) -> Change:
    return Revised(event_id=EventId(event), article_id=ArticleId(article), revision=revision, copy_of=None)


def folded(event: int, article: int, copy_of: int, revision: int = 1) -> Change:
    return Folded(event_id=EventId(event), article_id=ArticleId(article), revision=revision, copy_of=ArticleId(copy_of))


def left(event: int, article: int) -> Change:
    return Left(event_id=EventId(event), article_id=ArticleId(article))


def merged(survivor: int, absorbed: int) -> Change:
    return Merged(survivor=EventId(survivor), absorbed=EventId(absorbed), evidence=EVIDENCE)


async def summarise(connection: Connection, *rows: tuple[int, datetime | None, int, int, int | None]) -> None:
    """Say of events: id, news time, reports, outlets, first article."""
    await events.summarise(
        connection,
        [
            EventSummary(
                id=EventId(id_),
                first_article_id=None if first is None else ArticleId(first),
                first_at=at,
                last_at=at,
                reports=reports,
                copies=0,
                outlets=outlets,
            )
            for id_, at, reports, outlets, first in rows
        ],
    )


def same_host(_: str) -> str:
    return "news.example"


def entry(
    text: str,
    *,
    guid: str | None = None,
    url: str | None = None,
    title: str | None = None,
    outlet: str | None = "The Harbour Post",
    published: datetime | None = NOW,
    teases: bool = False,
) -> Entry:
    """An entry of a feed that says `text`; nothing else than what is given identifies it."""
    told = replace(content(text, title=title, outlet=outlet, published=published), url=url, format=Format.FEED)
    return Entry(guid=guid, content=told, teases=teases)


def numbered(number: int, *, text: str | None = None, scheme: str = "tag:", published: datetime | None = NOW) -> Entry:
    """An ordinary entry: with a guid, an address and a text of its own."""
    told = text or " ".join(f"{word}{number * number}" for word in ("harbour", "ferry", "gull", "tide", "mast", "crew", "rope", "quay"))
    address = f"https://news.example/{number}"
    return entry(told, guid=f"{scheme}{number}", url=address, title=f"Story no. {number * number} of many", published=published)


async def add_feed(connection: Connection, url: str = "https://news.example/feed", *, full_text: FullText = FullText.FEED) -> SourceId:
    """Add a feed that is due now."""
    added = await feeds.add(
        connection, [(Listed(url=url, title=f"Feed of {url}"), same_host(url))], NOW, first_check=lambda _: NOW, full_text=full_text
    )
    return added.ids[0]


async def state_of(connection: Connection, source_id: SourceId) -> FeedState:
    """How a feed stands."""
    state = await feeds.get(connection, source_id)
    assert state is not None
    return state


async def check(connection: Connection, source_id: SourceId, *held: Entry, at: datetime = NOW) -> RecordedFeed:
    """Record what a feed held and that it was checked, as the pipeline does."""
    state = await state_of(connection, source_id)
    batch = FeedEntries(state=state, entries=[(each, identity(each.content)) for each in held])
    (recorded,) = await entries.record(connection, [batch], at, host_key=same_host)
    after = replace(state, checked_at=at, baselined_at=state.baselined_at or at)
    await checks.save(connection, [(after, at + timedelta(minutes=30))])
    return recorded


def migrate(connection: SyncConnection, to: str) -> None:
    """Bring the schema to a version of old."""
    config = Config(attributes={"connection": connection, "now": NOW})
    config.set_main_option("script_location", str(Path(upgrade.__file__).parents[1] / "migrations"))
    command.upgrade(config, to)
