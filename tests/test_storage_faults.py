"""A database that is full, read-only, locked, damaged or gone: a sentence says what to do, nothing is lost, work goes on later."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text
from storage_samples import NOW, every_article, record

from bot.core.errors import BrokenDatabase, ConfigurationError, StorageUnavailable
from storage.engine.database import Database
from storage.engine.leadership import Leadership
from storage.news.articles import Recorded


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


@pytest.fixture
async def sqlite(path: Path) -> AsyncIterator[Database]:
    """A database with one article, in a file, that waits 0.2 s for others."""
    database = await Database.open(address(path), now=NOW, busy_timeout=0.2)
    async with database.write() as connection:
        await record(connection, ("a", "one"))
    yield database
    await database.close()


def address(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


async def check_still_readable(database: Database, count: int = 1) -> None:
    async with database.read() as connection:
        assert len(await every_article(connection)) == count


async def test_a_full_disk_stops_intake_answers_and_recovers(sqlite: Database) -> None:
    """FAULTS row 33."""
    batch = [(f"{number}", f"article {number} " + "words " * 200) for number in range(300)]
    async with sqlite.write() as connection:
        await connection.execute(text("PRAGMA max_page_count = 60"))
    with pytest.raises(StorageUnavailable, match=r"news\.db: the disk is full; free some space"):
        async with sqlite.write() as connection:
            await record(connection, *batch)
    await check_still_readable(sqlite)
    async with sqlite.write() as connection:
        await connection.execute(text("PRAGMA max_page_count = 1000000"))
    async with sqlite.write() as connection:
        assert await record(connection, *batch) == Recorded(new=300)


async def test_a_database_locked_by_another_program_stops_intake_answers_and_recovers(sqlite: Database, path: Path) -> None:
    """FAULTS row 33; the timeout is 0.2 s here and seconds otherwise."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageUnavailable, match=r"news\.db: another program holds it locked"):
            async with sqlite.write() as connection:
                await record(connection, ("b", "two"))
        await check_still_readable(sqlite)
        other.execute("ROLLBACK")
    async with sqlite.write() as connection:
        assert await record(connection, ("b", "two")) == Recorded(new=1)


def move(path: Path, to: Path) -> None:
    path.rename(to)


def leave_empty(path: Path) -> None:
    path.write_bytes(b"")


async def test_a_file_that_was_taken_away_is_not_written_to(sqlite: Database, path: Path) -> None:
    """FAULTS row 33: SQLite itself would go on writing into a file that nobody finds again."""
    elsewhere = path.with_name("elsewhere.db")
    move(path, elsewhere)
    for complaint in ("is gone", "was replaced by another file"):
        with pytest.raises(StorageUnavailable, match=complaint):
            async with sqlite.write() as connection:
                await record(connection, ("b", "two"))
        leave_empty(path)
    move(elsewhere, path)
    async with sqlite.write() as connection:
        assert await record(connection, ("b", "two")) == Recorded(new=1)


AS_NOBODY = """
import asyncio, os, sys
sys.path[:0] = [{tests!r}, {root!r}]
from storage.engine.database import Database
from storage.engine.leadership import Leadership
from storage_samples import NOW, record
from storage.news.totals import totals
from bot.core.errors import SluglineError

async def main():
    database = await Database.open({url!r}, now=NOW, briefly=True)
    async with database.read() as connection:
        print("holds", (await totals(connection)).articles)
    async with database.write() as connection:
        await record(connection, ("b", "two"))

if os.geteuid() == 0:
    import aiosqlite, alembic.command, sqlalchemy.dialects.sqlite.aiosqlite, sqlalchemy.dialects.postgresql.asyncpg
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    asyncio.run(main())
except SluglineError as error:
    print(type(error).__name__, error)
"""


async def make(url: str) -> None:
    database = await Database.open(url, now=NOW)
    async with database.write() as connection:
        await record(connection, ("a", "one"))
    await database.close()


@pytest.mark.parametrize("state", ["missing", "read-only"])
def test_rights_that_are_missing_are_named_and_what_can_be_read_is_answered(tmp_path: Path, state: str) -> None:
    """FAULTS row 33: the folder may not be written; the database is not there yet, or there and read-only."""
    closed = tmp_path / "closed"
    closed.mkdir()
    url = address(closed / "news.db")
    if state == "read-only":
        asyncio.run(make(url))
        (closed / "news.db").chmod(0o444)
    closed.chmod(0o555)
    for folder in [tmp_path, *tmp_path.parents[:3]]:  # pytest keeps its folders to itself, deeper ones where tests run side by side
        folder.chmod(folder.stat().st_mode | 0o055)
    tests = Path(__file__).parent
    script = AS_NOBODY.format(tests=str(tests), root=str(tests.parent), url=url)
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=tests.parent, timeout=60)
    closed.chmod(0o755)
    answered = ["holds 1"] if state == "read-only" else []
    *before, complaint = said.stdout.splitlines() or [said.stderr]
    assert before == answered
    assert complaint.startswith("StorageUnavailable The database"), said.stderr
    assert "news.db" in complaint
    assert "check the" in complaint


def garbage(path: Path) -> None:
    path.write_bytes(b"These are my recipes, not a database. " * 100)


def half_a_header(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:50])


def cut_in_half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def cut_at_a_page(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 3 * 4096)


def last_bytes_lost(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 100)


def overwritten_schema(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 3000)


def overwritten_middle(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2 // 4096 * 4096)
        file.write(os.urandom(4096))


def digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    "damage", [garbage, half_a_header, cut_in_half, cut_at_a_page, last_bytes_lost, overwritten_schema, overwritten_middle]
)
async def test_a_damaged_file_is_refused_and_left_as_it_is(sqlite: Database, path: Path, damage: Callable[[Path], None]) -> None:
    """FAULTS row 34."""
    await sqlite.close()
    damage(path)
    damaged = digest(path)
    with pytest.raises(BrokenDatabase, match=r"(?s)news\.db.*backup"):
        await Database.open(address(path), now=NOW)
    assert digest(path) == damaged


async def test_an_empty_file_is_a_new_database(path: Path) -> None:
    """A process that was killed while it made the database leaves one."""
    leave_empty(path)
    database = await Database.open(address(path), now=NOW)
    await check_still_readable(database, 0)
    await database.close()


async def test_a_server_that_cannot_be_reached_is_named_without_the_password(tmp_path: Path) -> None:
    for url in (
        f"postgresql+asyncpg://news:secret@/news?host={tmp_path}",
        "postgresql+asyncpg://news:secret@127.0.0.1:1/news",
    ):
        with pytest.raises(StorageUnavailable, match="cannot be reached") as caught:
            await Database.open(url, now=NOW)
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+asyncpg://news:secret@host:abc/news",
        "postgresql+asyncpg://news:secret@[::1/news",
        "postgresql+asyncpg://news:secret@host:99999999/news",
        "postgresql+asyncpg://news:secret@host/news?port=abc",
        "postgresql+asyncpg://news:secret@host/news?sslmode=require",
        "postgresql+asyncpg://news@host/news?password=secret",
        "postgresql+asyncpg://news:a@secret@127.0.0.1:1/news",
        "postgresql+asyncpg://news:secret@xn--\u20ac..b/news",
        "news:secret@host/news",
        "postgresql+asyncpg:news:secret@host",
        "mysql://news:secret@host/news",
        "sqlite+aiosqlite://news:secret@host/news.db",
        "sqlite+aiosqlite://host/secret.db",
        "sqlite+aiosqlite:///secret.db?mode=ro",
        "sqlite+aiosqlite:///secret\0.db",
    ],
)
async def test_an_address_that_cannot_be_used_is_refused_without_its_password(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match=r"storage\.url") as caught:
        await Database.open(url, now=NOW)
    assert "secret" not in "".join(traceback.format_exception(caught.value, limit=0))


async def test_a_missing_database_on_a_server_is_a_matter_of_configuration(postgres_url: Callable[[str], str]) -> None:
    with pytest.raises(ConfigurationError, match="no database of this name"):
        await Database.open(postgres_url("nowhere"), now=NOW)


@pytest.fixture
def postgres_url(request: pytest.FixtureRequest) -> Callable[[str], str]:
    url: str = request.getfixturevalue("postgres")
    return lambda name: url.format(database=name)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_read_only_server_stops_intake_answers_and_recovers(database: Database) -> None:
    """FAULTS row 33."""
    async with database.write() as connection:
        await record(connection, ("a", "one"))

    async def write() -> None:
        async with database.write() as connection:
            await connection.execute(text("SET TRANSACTION READ ONLY"))
            await record(connection, ("b", "two"))

    with pytest.raises(StorageUnavailable, match="only allows reading"):
        await write()
    await check_still_readable(database)
    async with database.write() as connection:
        assert await record(connection, ("b", "two")) == Recorded(new=1)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_connection_that_dies_between_statements_leaves_nothing(database: Database) -> None:
    """FAULTS row 41: the server ends the session in the middle of a batch; the next transaction has a new connection."""

    async def write() -> None:
        async with database.write() as connection:
            await record(connection, ("a", "one"))
            pid = await connection.scalar(text("SELECT pg_backend_pid()"))
            async with database.read() as other:
                await other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
            await asyncio.sleep(0.05)
            await record(connection, ("b", "two"))

    with pytest.raises(StorageUnavailable, match=r"connection broke|shutting down"):
        await write()
    await check_still_readable(database, 0)
    async with database.write() as connection:
        assert await record(connection, ("a", "one")) == Recorded(new=1)


END_OTHERS = "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"


async def still_leads(database: Database, leadership: Leadership) -> bool:
    async with database.write() as connection:
        return await leadership.holds(connection)


async def test_a_leader_knows_that_it_leads_and_others_that_they_do_not(database: Database, database_url: str) -> None:
    other = await Database.open(database_url, now=NOW)
    async with database.leader("group") as leader, other.leader("group") as standby:
        assert await still_leads(database, leader)
        assert not await still_leads(other, standby)
    async with other.leader("group") as successor:
        assert await still_leads(other, successor)
    await other.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_leader_whose_connection_died_hears_of_it_when_it_writes_and_another_leads(database: Database, database_url: str) -> None:
    other = await Database.open(database_url, now=NOW)
    async with database.leader("group") as leader:
        async with other.read() as connection:
            await connection.execute(text(END_OTHERS))
        async with asyncio.timeout(5), other.leader("group") as successor:
            assert successor
            assert await still_leads(other, successor)
            assert not await still_leads(database, leader)
    async with database.leader("group") as again:
        assert await still_leads(database, again)
    await other.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_new_leader_begins_after_what_the_old_one_was_allowed_to_write(database: Database, database_url: str) -> None:
    other = await Database.open(database_url, now=NOW)
    seen: list[int] = []

    async def succeed() -> None:
        async with other.leader("group") as successor, other.read() as connection:
            assert successor
            seen.append(len(await every_article(connection)))

    async with database.leader("group") as leader, database.write() as connection:
        assert await leader.holds(connection)
        async with other.read() as killer:
            await killer.execute(
                text(END_OTHERS + " AND pid <> :writer"), {"writer": await connection.scalar(text("SELECT pg_backend_pid()"))}
            )
        task = asyncio.create_task(succeed())
        await asyncio.sleep(0.2)
        await record(connection, ("a", "one"))
        assert seen == []
    await task
    assert seen == [1]
    await other.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_leader_whose_lock_file_was_replaced_hears_of_it_when_it_writes(database: Database, tmp_path: Path) -> None:
    async with database.leader("group") as leader:
        lock = tmp_path / "test.db.group.lock"
        lock.unlink()
        assert not await still_leads(database, leader)
        lock.touch()
        assert not await still_leads(database, leader)
