"""Readings and decisions for the tests of storage, made from a few words each."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from bot.core.decision import Change, Contribution, Evidence, Folded, Joined, Left, Merged, Opened, Revised
from bot.core.identity import identity
from bot.core.model import Article, ArticleId, Content, DateOrigin, EventId, EventSummary, Precision, Reading, Refused, SourceId, Stamp
from storage import articles, events, sources
from storage.articles import Recorded
from storage.database import Connection

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
EVIDENCE = Evidence(
    threshold=0.5,
    score=0.75,
    contributions=(Contribution(feature="words", value=0.4, logits=1.5),),
    shared=("harbour", "ferry"),
    rival=EventId(7),
)


def hours(number: int) -> datetime:
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
