"""Files that are read again with today's parser: what it makes of them revises their articles, and nothing else does."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from reingesting import Installation
from test_pipeline import STORY, put, take_in

from bot.core.grouping.reingest import ReingestState, Scope, ScopeKind
from bot.core.model import ArticleId
from bot.pipeline.collect import FolderReader
from bot.sources.worker import Worker
from storage.correcting import regroupings
from storage.engine.database import Database
from storage.news import articles


@pytest.fixture
async def reader() -> AsyncIterator[FolderReader]:
    async with Worker() as worker:
        yield FolderReader(worker=worker, settle=timedelta(seconds=1), limit_bytes=100_000, timeout_per_file=10)


async def test_what_todays_parser_understands_better_revises_its_article(database: Database, reader: FolderReader, tmp_path: Path) -> None:
    here = Installation(database)
    put(tmp_path / "in", "ferry.txt", STORY)
    put(tmp_path / "in", "other.txt", STORY.replace("Ferry", "Tanker").replace("212", "9"))
    await take_in(database, tmp_path / "in", reader)
    unchanged = await here.plan(reader=reader)
    assert unchanged.figures.is_nothing
    assert (unchanged.figures.read, unchanged.figures.unread) == (2, 0)
    async with database.write() as connection:
        # As an older parser took it.
        stored = (await regroupings.contents(connection, [ArticleId(1)]))[ArticleId(1)]
        taken = stored | {"id": 1, "title": "in fog", "outlet": "ferry", "identity": "older"}
        await articles.write_contents(connection, [], {1: taken}, here.clock())
        ((source_id, _),) = await regroupings.folders(connection, Scope())
    await here.groups()
    for scope in (Scope(), Scope(kind=ScopeKind.SOURCE, number=source_id)):
        planned = await here.plan(scope, reader=reader)
        assert (planned.state, planned.figures.revised) == (ReingestState.PLANNED, 1)
    done = await here.apply(planned)
    assert (done.state, done.left) == (ReingestState.DONE, 0)
    async with database.read() as connection:
        (ferry,) = await articles.load(connection, [ArticleId(1)])
    assert (ferry.content.title, ferry.content.outlet, ferry.revision) == ("Ferry runs aground off Quillon", None, 3)
    assert (await here.plan(reader=reader)).figures.is_nothing
    await here.check()


async def test_a_file_that_is_gone_or_was_changed_keeps_its_article(database: Database, reader: FolderReader, tmp_path: Path) -> None:
    here = Installation(database)
    put(tmp_path / "in", "ferry.txt", STORY)
    put(tmp_path / "in", "other.txt", STORY.replace("Ferry", "Tanker").replace("212", "9"))
    await take_in(database, tmp_path / "in", reader)
    (tmp_path / "in" / "ferry.txt").unlink()
    put(tmp_path / "in", "other.txt", STORY * 2)
    planned = await here.plan(reader=reader)
    assert planned.figures.is_nothing
    assert (planned.figures.read, planned.figures.unread) == (0, 2)
