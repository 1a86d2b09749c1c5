"""The schema: from nothing to the newest it is what tables.py says, on both engines."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from storage_samples import joined, migrate

from bot.core.errors import BrokenDatabase, ConfigurationError, NewerDatabase
from bot.core.model import ArticleId
from storage.engine import upgrade
from storage.engine.database import Database
from storage.engine.engines import connect
from storage.news import articles, events, words
from storage.news.search import search
from storage.schema.guild_tables import metadata

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def differences(connection: Connection) -> list[object]:
    def ours(name: str | None, kind: str, parents: object) -> bool:
        return not (kind == "table" and str(name).startswith("article_words"))

    context = MigrationContext.configure(connection, opts={"include_name": ours, "compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, metadata))


async def test_migrations_from_nothing_make_the_tables_of_tables_py(empty_url: str) -> None:
    database = await Database.open(empty_url, now=NOW)
    async with database.read() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()


async def test_opening_again_changes_nothing(empty_url: str) -> None:
    for _ in range(2):
        database = await Database.open(empty_url, now=NOW)
        async with database.read() as connection:
            assert await upgrade.is_current(connection, database.subject)
        await database.close()


ARTICLE = (
    "INSERT INTO articles (id, source_id, received_at, revision, grouped_revision, event_id, identity, title, titled, text, format, file) "
    "VALUES (:id, 1, 1, 1, :grouped, :event, :text, 'Ferry', true, :text, 'text', :text)"
)
OLD_DATA: tuple[tuple[str, dict[str, object]], ...] = (
    ("INSERT INTO sources (id, kind, location, name, added_at) VALUES (1, 'folder', '/news', 'news', 1)", {}),
    ("INSERT INTO events (id, opened_at, updated_at, revision, reports, copies, outlets) VALUES (1, 1, 1, 1, 1, 0, 1)", {}),
    (ARTICLE, {"id": 1, "grouped": 1, "event": 1, "text": "harbour"}),
    (ARTICLE, {"id": 2, "grouped": None, "event": None, "text": "lighthouse"}),
)
OLD_WORDS = {
    "sqlite": "INSERT INTO article_words (rowid, title, text, outlet) SELECT id, 'ferry', text, '' FROM articles",
    "postgresql": "INSERT INTO article_words (article_id, words) SELECT id, to_tsvector('simple', text) FROM articles",
}


@pytest.mark.parametrize("old", ["0001", "0002"])
async def test_an_old_database_is_brought_up_to_date_with_all_that_is_in_it(empty_url: str, old: str) -> None:
    engines = connect(empty_url, busy_timeout=1)
    async with engines.writer.begin() as connection:
        await connection.run_sync(migrate, old)
        for statement, values in OLD_DATA:
            await connection.execute(text(statement), values)
        await connection.execute(text(OLD_WORDS[connection.dialect.name]))
    await engines.writer.dispose()
    database = await Database.open(empty_url, now=NOW)
    async with database.write() as connection:
        assert await connection.run_sync(differences) == []
        assert [one.content.text for one in await articles.load(connection, [ArticleId(1), ArticleId(2)])] == ["harbour", "lighthouse"]
        assert await articles.arrived(connection, datetime.fromtimestamp(0, UTC), news_only=True) == 1
        # Words of articles that wait are put in by grouping now; had they stayed, they would be in twice.
        assert (await search(connection, "harbour", 9), await search(connection, "lighthouse", 9)) == ([1], [])
        await events.apply(connection, [joined(1, 2)], NOW)
        assert await search(connection, "lighthouse", 9) == [1]
        assert await words.forget(connection, [1, 2]) == [1, 2]
        if connection.dialect.name == "sqlite":
            await connection.execute(text("CREATE VIRTUAL TABLE temp.kept USING fts5vocab('main', 'article_words', 'instance')"))
            assert (await connection.execute(text("SELECT doc, term FROM temp.kept"))).all() == []
    await database.close()


def test_the_newest_schema_is_the_last_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(upgrade.__file__).parents[1] / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [upgrade.NEWEST]


async def test_a_database_of_a_newer_slugline_is_refused_and_left_alone(empty_url: str) -> None:
    """FAULTS row 34."""
    database = await Database.open(empty_url, now=NOW)
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()
    with pytest.raises(NewerDatabase, match=r"newer Slugline \(schema 9999.*backup"):
        await Database.open(empty_url, now=NOW)


async def test_a_database_of_another_program_is_refused_and_left_alone(empty_url: str, tmp_path: Path) -> None:
    if "sqlite" in empty_url:
        sqlite3.connect(tmp_path / "test.db").execute("CREATE TABLE recipes (id INTEGER)").connection.close()
    else:
        import asyncpg

        connection = await asyncpg.connect(empty_url.replace("+asyncpg", ""))
        await connection.execute("CREATE TABLE recipes (id INTEGER)")
        await connection.close()
    with pytest.raises(BrokenDatabase, match=r"belongs to another program .*recipes"):
        await Database.open(empty_url, now=NOW)


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("", "no database address"),
        ("news.db", "no database address"),
        ("mysql://localhost/news", "'mysql'"),
        ("sqlite:///news.db", r"sqlite\+aiosqlite:///"),
        ("sqlite+aiosqlite:///.", "is a folder|points to the folder"),
    ],
)
async def test_an_address_that_cannot_be_used_is_explained(url: str, complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=complaint):
        await Database.open(url, now=NOW)
