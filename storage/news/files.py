"""What is known of the files of a folder: enough to leave unchanged ones alone, and which ones are in quarantine."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import Quarantined, SourceId
from storage.engine.chunks import chunks
from storage.schema.tables import articles, files, sources

NO_SIZE: Final = -1  # of a file that is to be read again however it looks


@dataclass(frozen=True, slots=True, kw_only=True)
class FileState:
    """How a file looked when it was last read: `size` in bytes, `mtime_ns` and `digest` as in `Reading`."""

    size: int
    mtime_ns: int
    digest: str
    refused: bool


async def known(connection: AsyncConnection, source_id: SourceId) -> dict[str, FileState]:
    """Give the state of every file that was ever read in this folder, by its path inside the folder."""
    statement = select(files.c.path, files.c.size, files.c.mtime_ns, files.c.digest, files.c.refused_since.is_not(None)).where(
        files.c.source_id == source_id
    )
    rows = await connection.execute(statement)
    return {path: FileState(size=size, mtime_ns=mtime_ns, digest=digest, refused=refused) for path, size, mtime_ns, digest, refused in rows}


async def quarantined(connection: AsyncConnection, limit: int) -> list[Quarantined]:
    """Give the files in quarantine, those that came last first."""
    statement = (
        select(sources.c.name, files.c.path, files.c.reason, files.c.refused_since)
        .join(sources, sources.c.id == files.c.source_id)
        .where(files.c.refused_since.is_not(None))
        .order_by(files.c.refused_since.desc(), files.c.source_id, files.c.path)
        .limit(limit)
    )
    rows = await connection.execute(statement)
    return [Quarantined(source=name, file=path, reason=reason, since=since) for name, path, reason, since in rows]


async def forget_refused(connection: AsyncConnection, source_id: SourceId, gone: Collection[str]) -> None:
    """Take files out of quarantine that are no longer there, and forget those that never held an article.

    One that held an article is known by that article again, but no longer by its looks: should it come back as it was, it is read again.
    """
    for chunk in chunks(sorted(gone)):
        here = (files.c.source_id == source_id, files.c.path.in_(chunk), files.c.refused_since.is_not(None))
        await connection.execute(delete(files).where(*here, files.c.article_id.is_(None)))
        await connection.execute(update(files).where(*here).values(reason=None, refused_since=None, digest="", size=NO_SIZE))


async def follow_renames(connection: AsyncConnection, source_id: SourceId, gone: Collection[str]) -> None:
    """Call articles whose file is gone by another file that holds them, the first by name; one that no file holds keeps the old name."""
    for chunk in chunks(sorted(gone)):
        lost = select(articles.c.id).where(articles.c.source_id == source_id, articles.c.file.in_(chunk))
        held = (
            select(files.c.article_id, files.c.path)
            .where(files.c.source_id == source_id, files.c.article_id.in_(lost))
            .order_by(files.c.path)
        )
        names: dict[int, str] = {}
        for article_id, path in await connection.execute(held):
            if path not in gone:
                names.setdefault(article_id, path)
        if names:
            called = update(articles).where(articles.c.id == bindparam("called")).values(file=bindparam("path"))
            await connection.execute(called, [{"called": article_id, "path": path} for article_id, path in names.items()])
