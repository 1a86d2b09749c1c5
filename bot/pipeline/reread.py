"""Reread: the files that stored articles came from, with today's parser; nothing is written, and what came by feeds stays as it is."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from bot.core.errors import SourceError
from bot.core.grouping.identity import identity
from bot.core.grouping.reingest import Scope
from bot.core.model import ArticleId, Content, Reading
from bot.pipeline.collect import READ_TOGETHER, Advance, Clock, FolderReader, believed
from bot.sources.folder import Sighting, scan
from bot.sources.worker import read_batch
from storage.correcting import regroupings
from storage.correcting.regroupings import KnownFile
from storage.engine.database import Database
from storage.news.articles import CONTENTS
from storage.schema.rows import Values, content_values

_OF_THE_FILE: Final = frozenset({"file", "file_time"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """What reading again brought: how many files, how many could not be read or hold no article today, and what articles say now.

    `contents` are the columns of those that say something else than before. A file that is refused today keeps its article.
    """

    read: int = 0
    unread: int = 0
    contents: Mapping[ArticleId, Values] = field(default_factory=dict)


async def reread(
    database: Database,
    reader: FolderReader,
    scope: Scope,
    clock: Clock,
    *,
    expect: Advance = lambda _: None,
    advance: Advance = lambda _: None,
) -> Reread:
    """Read the files of a scope that look as they did; those that changed are for the next look at their folder."""
    async with database.read() as connection:
        folders = await regroupings.folders(connection, scope)
    total = Reread()
    for source_id, location in folders:
        async with database.read() as connection:
            known = await regroupings.held(connection, source_id, scope)
        expect(len(known))
        by_path = {file.path: file for file in known}
        try:
            seen = [sight for sight in await asyncio.to_thread(_seen, Path(location)) if _is_as_before(sight, by_path.get(sight.path))]
        except SourceError:
            seen = []
        total = replace(total, unread=total.unread + len(known) - len(seen))
        advance(len(known) - len(seen))
        for start in range(0, len(seen), READ_TOGETHER):
            batch = seen[start : start + READ_TOGETHER]
            answers = await read_batch(
                reader.worker, Path(location), batch, limit_bytes=reader.limit_bytes, timeout_per_file=reader.timeout_per_file
            )
            said = {by_path[answer.path]: believed(answer, clock()) for answer in answers if isinstance(answer, Reading)}
            total = await _with(database, total, said)
            advance(len(batch))
    return await _without_doubles(database, total)


def _seen(folder: Path) -> list[Sighting]:
    return [sight for sight in scan(folder) if isinstance(sight, Sighting)]


def _is_as_before(sight: Sighting, known: KnownFile | None) -> bool:
    return known is not None and (sight.size, sight.mtime_ns) == (known.size, known.mtime_ns)


async def _with(database: Database, total: Reread, said: Mapping[KnownFile, Reading]) -> Reread:
    """Add what files say today."""
    same = {file: reading for file, reading in said.items() if reading.digest == file.digest}
    async with database.read() as connection:
        stored = await regroupings.contents(connection, [file.article_id for file in same])
    read = 0
    contents: dict[ArticleId, Values] = {}
    for file, reading in same.items():
        if not isinstance(reading.result, Content):
            continue
        read += 1
        values = content_values(reading.result, identity(reading.result), reading)
        before = stored.get(file.article_id, values)
        if any(values[name] != before[name] for name in CONTENTS if name not in _OF_THE_FILE):
            contents[file.article_id] = values
    return Reread(read=total.read + read, unread=total.unread + len(said) - read, contents={**total.contents, **contents})


async def _without_doubles(database: Database, total: Reread) -> Reread:
    """Leave an article as it is when another says already what it would say: no two are the same."""
    async with database.read() as connection:
        taken = await regroupings.holders(connection, [said["identity"] for said in total.contents.values()])
    every = sorted(total.contents.items())
    return replace(total, contents={id_: said for id_, said in every if taken.setdefault(said["identity"], id_) == id_})
