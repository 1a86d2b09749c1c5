"""Fixtures for every test: a database on each engine, and what is logged. Everything else belongs to the file that uses it."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
import structlog
from hypothesis import HealthCheck, settings
from postgres_server import EVERYBODY_OUT, command, server
from real_time import Logged

from storage.engine.database import Database
from storage.schema.guild_tables import metadata

# Tests assert no time, and a busy machine is slow now and then.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
SHARING = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
"""Not looked for in a property whose examples share one database."""

# Tracebacks as Python writes them: one with what each name stands for, as structlog writes it, takes four seconds.
_calm = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[*structlog.get_config()["processors"][:-1], _calm])

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ENGINES = ["sqlite", "postgresql"]


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """One server for all tests."""
    with server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_newest(postgres: str) -> str:
    """The address of a database with the newest schema, which every test finds empty: copying one for each test took 0.3 s."""
    asyncio.run(command(postgres, "CREATE DATABASE newest"))
    asyncio.run(_make_template(postgres.format(database="newest")))
    return postgres.format(database="newest")


async def _make_template(url: str) -> None:
    await (await Database.open(url, now=NOW)).close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the newest schema, to be copied for each test."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    asyncio.run(_make_template(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(params=ENGINES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table, on each engine."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'test.db'}"
        return
    url: str = request.getfixturevalue("postgres")  # only now: a run without PostgreSQL's tests starts no server
    name = f"test_{uuid4().hex}"
    asyncio.run(command(url, f"CREATE DATABASE {name} TEMPLATE template0"))
    yield url.format(database=name)
    asyncio.run(command(url, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with the newest schema and nothing in it, on each engine; leave the schema as it is."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "test.db")
        return f"sqlite+aiosqlite:///{tmp_path / 'test.db'}"
    url: str = request.getfixturevalue("postgres_newest")
    # Deleting the few rows of a test is faster than TRUNCATE (0.05 s against 0.14 s).
    asyncio.run(command(url, EVERYBODY_OUT, *(f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables))))
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open database for this test alone, on each engine; SQLite waits 0.2 s for others instead of the usual seconds."""
    opened = await Database.open(database_url, now=NOW, busy_timeout=0.2)
    yield opened
    await opened.close()


@pytest.fixture
def logged() -> Iterator[Logged]:
    """What is logged while the test runs."""
    with structlog.testing.capture_logs() as entries:
        yield entries
