"""Fixtures for every test: a database on each engine. Everything else belongs to the file that uses it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from postgres_server import server

from storage.database import Database

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ENGINES = ["sqlite", "postgresql"]


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """One server for all tests, with a database called "template" that has the newest schema and is copied for each test."""
    with server() as url:
        asyncio.run(_command(url, "CREATE DATABASE template"))
        asyncio.run(_make_template(url.format(database="template")))
        yield url


async def _make_template(url: str) -> None:
    await (await Database.open(url, now=NOW)).close()


async def _command(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url.format(database="postgres").replace("+asyncpg", ""))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(params=ENGINES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table, on each engine."""
    yield from _database(request, tmp_path, template="template0")


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database for this test alone, on each engine."""
    yield from _database(request, tmp_path, template="template")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open database for this test alone, on each engine; SQLite waits 0.2 s for others instead of the usual seconds."""
    opened = await Database.open(database_url, now=NOW, busy_timeout=0.2)
    yield opened
    await opened.close()


def _database(request: pytest.FixtureRequest, tmp_path: Path, *, template: str) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'test.db'}"
        return
    server_url: str = request.getfixturevalue("postgres")  # only now: a run without PostgreSQL's tests starts no server
    name = f"test_{uuid4().hex}"
    asyncio.run(_command(server_url, f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield server_url.format(database=name)
    asyncio.run(_command(server_url, f"DROP DATABASE {name} WITH (FORCE)"))
