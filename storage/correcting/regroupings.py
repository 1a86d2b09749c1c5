"""What a reingest reads of the live tables, and writes into those of a scratch database in which everything is grouped anew."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.grouping.constraints import Bond, CorrectionId
from bot.core.grouping.correction import CorrectionKind, CorrectionState
from bot.core.grouping.reingest import Scope, ScopeKind, Standing
from bot.core.model import ArticleId, EventId, SourceId
from storage.correcting.corrections import moved_by
from storage.correcting.partings import shown_by
from storage.engine.chunks import chunks
from storage.news.articles import CONTENTS
from storage.schema.correction_tables import HOLDING, constraints, corrections
from storage.schema.rows import Values
from storage.schema.tables import WAITING, articles, event_history, events, files, sources

_PAGE: Final = 500  # rows taken in before the loop may go on answering


@dataclass(frozen=True, slots=True, kw_only=True)
class First:
    """When an article first found its event: the line of history, and the time that all have that were decided about together."""

    article_id: ArticleId
    line: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Decreed:
    """A correction that stands: the line of history at which it was done, the constraints that hold because of it, what a split moved."""

    correction: CorrectionId
    line: int
    bond: Bond
    pairs: tuple[tuple[ArticleId, ArticleId], ...]
    articles: tuple[ArticleId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFile:
    """A file as it was when it was read, and the article that it holds; `size`, `mtime_ns` and `digest` as in `Reading`."""

    path: str
    size: int
    mtime_ns: int
    digest: str
    article_id: ArticleId


async def standings(connection: AsyncConnection) -> dict[ArticleId, Standing]:
    """Give where every article is that does not wait to be decided about."""
    columns = (articles.c.id, articles.c.event_id, articles.c.copy_of, articles.c.revision)
    grouped = select(*columns).where(~WAITING, articles.c.event_id.is_not(None)).execution_options(yield_per=_PAGE)
    found: dict[ArticleId, Standing] = {}
    async for row in await connection.stream(grouped):
        copy_of = None if row.copy_of is None else ArticleId(row.copy_of)
        found[ArticleId(row.id)] = Standing(event_id=EventId(row.event_id), revision=row.revision, copy_of=copy_of)
    return found


async def firsts(connection: AsyncConnection) -> list[First]:
    """Give in which order the articles first found their events."""
    placed = event_history.c.what.in_(("opened", "joined"))
    first = (
        select(event_history.c.article_id, func.min(event_history.c.id).label("line"))
        .where(placed)
        .group_by(event_history.c.article_id)
        .subquery()
    )
    statement = (
        select(first.c.article_id, first.c.line, event_history.c.at)
        .join(event_history, event_history.c.id == first.c.line)
        .order_by(first.c.line)
        .execution_options(yield_per=_PAGE)
    )
    return [First(article_id=ArticleId(row.article_id), line=row.line, at=row.at) async for row in await connection.stream(statement)]


async def decreed(connection: AsyncConnection) -> list[Decreed]:
    """Give the corrections from which something follows today, in the order in which they were done."""
    standing = {
        row.id: row
        for row in await connection.execute(
            select(corrections).where(
                corrections.c.kind.in_((CorrectionKind.MERGE.value, CorrectionKind.SPLIT.value)),
                corrections.c.state == CorrectionState.DONE.value,
                corrections.c.undone_by.is_(None),
            )
        )
    }
    if not standing:
        return []
    lines: dict[int, int] = {}
    done = select(event_history.c.id, event_history.c.detail).where(event_history.c.what.in_(("merged", "split")))
    for row in await connection.execute(done.order_by(event_history.c.id)):
        lines.setdefault(json.loads(row.detail).get("correction"), row.id)
    found = []
    for number in sorted(standing):
        rows = (await connection.execute(select(constraints).where(constraints.c.correction_id == number, HOLDING))).all()
        moved = await moved_by(connection, CorrectionId(number))
        if rows:
            each = Decreed(
                correction=CorrectionId(number),
                line=lines.get(number, 0),
                bond=Bond(rows[0].kind),
                pairs=tuple((ArticleId(row.article_a), ArticleId(row.article_b)) for row in rows),
                articles=moved.articles,
            )
            found.append(each)
    return sorted(found, key=lambda each: (each.line, each.correction))


async def highest_event(connection: AsyncConnection) -> int:
    """Give the highest number that an event has or had."""
    return await connection.scalar(select(func.max(events.c.id))) or 0


async def folders(connection: AsyncConnection, scope: Scope) -> list[tuple[SourceId, str]]:
    """Give the folders of a scope, each with its path as it was written down."""
    wanted: list[ColumnElement[bool]] = [sources.c.kind == "folder"]
    if scope.kind is ScopeKind.SOURCE:
        wanted.append(sources.c.id == scope.number)
    elif scope.kind is ScopeKind.EVENT:
        wanted.append(sources.c.id.in_(select(articles.c.source_id).where(articles.c.event_id == scope.number)))
    rows = await connection.execute(select(sources.c.id, sources.c.location).where(*wanted).order_by(sources.c.id))
    return [(SourceId(row.id), row.location) for row in rows]


async def named_sources(connection: AsyncConnection, name: str) -> list[tuple[SourceId, str]]:
    """Give the sources that are called so, or have this number, whatever the case; all of them when several are."""
    rows = await connection.execute(select(sources.c.id, sources.c.name).order_by(sources.c.id))
    every = [(SourceId(row.id), row.name) for row in rows]
    wanted = name.casefold()
    return [each for each in every if str(each[0]) == wanted] or [each for each in every if each[1].casefold() == wanted]


async def held(connection: AsyncConnection, source_id: SourceId, scope: Scope) -> list[KnownFile]:
    """Give the files of a folder by whose names articles are called."""
    columns = (files.c.path, files.c.size, files.c.mtime_ns, files.c.digest, files.c.article_id)
    called = (files.c.source_id == source_id, articles.c.source_id == source_id, articles.c.file == files.c.path, files.c.reason.is_(None))
    statement = select(*columns).join(articles, articles.c.id == files.c.article_id).where(*called, ~WAITING)
    if scope.kind is ScopeKind.EVENT:
        statement = statement.where(articles.c.event_id == scope.number)
    return [
        KnownFile(path=row.path, size=row.size, mtime_ns=row.mtime_ns, digest=row.digest, article_id=ArticleId(row.article_id))
        for row in await connection.execute(statement.order_by(files.c.path))
    ]


async def contents(connection: AsyncConnection, ids: Collection[ArticleId]) -> dict[ArticleId, Values]:
    """Give what articles say, as the columns of their rows."""
    found: dict[ArticleId, Values] = {}
    for chunk in chunks(ids):
        rows = await connection.execute(select(articles.c.id, *(articles.c[name] for name in CONTENTS)).where(articles.c.id.in_(chunk)))
        found.update((ArticleId(row["id"]), {name: row[name] for name in CONTENTS}) for row in rows.mappings())
    return found


async def holders(connection: AsyncConnection, identities: Collection[str]) -> dict[str, ArticleId]:
    """Give the articles that say this today, by the identities of what they say."""
    found: dict[str, ArticleId] = {}
    for chunk in chunks(identities):
        rows = await connection.execute(select(articles.c.identity, articles.c.id).where(articles.c.identity.in_(chunk)))
        found.update((row.identity, ArticleId(row.id)) for row in rows)
    return found


async def of_source(connection: AsyncConnection, source_id: int) -> frozenset[EventId]:
    """Name the events that have an article of a source."""
    rows = await connection.scalars(select(articles.c.event_id).where(articles.c.source_id == source_id).distinct())
    return frozenset(EventId(event_id) for event_id in rows if event_id is not None)


async def living_cards(connection: AsyncConnection, event_ids: Collection[EventId]) -> int:
    """Count the cards that show these events, under whichever of their names."""
    total = 0
    for chunk in chunks(sorted(event_ids)):
        total += await connection.scalar(select(func.count()).select_from(shown_by(chunk).subquery())) or 0
    return total


async def waiting(connection: AsyncConnection, event_ids: Collection[EventId]) -> frozenset[ArticleId]:
    """Name the articles of these events that wait to be decided about again."""
    found: set[ArticleId] = set()
    for chunk in chunks(event_ids):
        found |= {ArticleId(id_) for id_ in await connection.scalars(select(articles.c.id).where(articles.c.event_id.in_(chunk), WAITING))}
    return frozenset(found)


async def all_sources(connection: AsyncConnection) -> list[Values]:
    """Give the rows of all sources."""
    return [dict(row) for row in (await connection.execute(select(sources))).mappings()]


async def rows_of(connection: AsyncConnection, ids: Sequence[ArticleId]) -> list[Values]:
    """Give the rows of articles as they are before anything is decided about them, but found already: a scratch is not searched."""
    rows = (await connection.execute(select(articles).where(articles.c.id.in_(ids)))).mappings()
    return [dict(row) | {"event_id": None, "copy_of": None, "grouped_revision": 0} for row in rows]


async def fill(connection: AsyncConnection, source_rows: Iterable[Values], article_rows: Sequence[Values]) -> None:
    """Put sources and articles into a scratch database."""
    for chunk in chunks(source_rows):
        await connection.execute(sources.insert(), list(chunk))
    for chunk in chunks(article_rows):
        await connection.execute(articles.insert(), list(chunk))


async def decree(connection: AsyncConnection, each: Decreed, now: datetime) -> None:
    """Let constraints hold in a scratch database."""
    kind = CorrectionKind.MERGE if each.bond is Bond.TOGETHER else CorrectionKind.SPLIT
    row: Values = {"id": each.correction, "kind": kind.value, "asked_at": now, "who": "", "chat": "", "state": CorrectionState.DONE.value}
    await connection.execute(corrections.insert(), [row])
    rows: list[dict[str, Any]] = [
        {"correction_id": each.correction, "kind": each.bond.value, "article_a": one, "article_b": other} for one, other in each.pairs
    ]
    await connection.execute(constraints.insert(), rows)


async def set_apart(connection: AsyncConnection) -> frozenset[ArticleId]:
    """Name the articles of a scratch database that were ever set apart."""
    # Quotes inside a value are written with a backslash before: only the field itself is found.
    opened = (event_history.c.what.in_(("opened", "moved", "revised")), event_history.c.detail.contains('"apart":true', autoescape=True))
    return frozenset(map(ArticleId, await connection.scalars(select(event_history.c.article_id).where(*opened))))
