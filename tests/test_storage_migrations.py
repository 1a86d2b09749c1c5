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

from bot.core.errors import BrokenDatabase, ConfigurationError, NewerDatabase
from storage import upgrade
from storage.database import Database
from storage.tables import metadata

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


def test_the_newest_schema_is_the_last_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(upgrade.__file__).parent / "migrations"))
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
