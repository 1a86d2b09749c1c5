"""A backup: a whole copy of a database in use, which answers as before when it is put back, and repeats nothing."""

import asyncio
import os
import re
import sqlite3
import stat
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest
from portable_samples import exported, fill
from sqlalchemy import text
from storage_samples import NOW, migrate, record
from telling_samples import MORNING, Newsroom

from bot.core.errors import BrokenDatabase, SluglineError, UsageError
from bot.pipeline.announce import Announcements
from bot.pipeline.digests import Digests
from bot.platforms.console.moving import new_file
from storage.engine.backup import BackedUp, back_up
from storage.engine.database import Database
from storage.engine.engines import connect
from storage.news import events

ONLY = {
    "sqlite": pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    "postgresql": pytest.mark.parametrize("database_url", ["postgresql"], indirect=True),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "live.db"


def url_of(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


def nothing(done: int, pages: int) -> None:
    assert 0 <= done <= pages


async def copied(path: Path, to: Path, reach: Callable[[int, int], None] = nothing) -> BackedUp:
    with new_file(to) as part:
        return await back_up(url_of(path), part, busy_timeout=1, reach=reach)


def names(folder: Path, pattern: str = "*") -> list[str]:
    return sorted(each.name for each in folder.glob(pattern))


def scratch(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size - 5 * 4096)
        file.write(b"\xff" * 4096 * 4)


def version(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        (found,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(found)


async def test_a_copy_is_of_one_moment_though_others_write_all_the_time(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = await Database.open(url_of(path), now=NOW)
    async with live.write() as connection:
        await fill(connection)
        await record(connection, *((f"{number}.txt", f"ferry {number} " * 50_000) for number in range(40)))
    before, _ = await exported(live)
    written = 0

    def meanwhile(done: int, pages: int) -> None:
        """Write between two steps, into the pages that are copied and into new ones, and fold the log into the file."""
        nonlocal written
        with closing(sqlite3.connect(path)) as other:
            other.execute("UPDATE articles SET title = title || ' again'")
            other.execute("INSERT INTO robots VALUES (?, ?, 1, 1)", (f"https://{done}.example", "x" * 9_000))
            other.commit()
            other.execute("PRAGMA wal_checkpoint(PASSIVE)")
        written += 1

    done = await copied(path, tmp_path / "copy.db", meanwhile)
    await live.close()
    assert written > 5
    assert (done.articles, done.bytes) == (43, (tmp_path / "copy.db").stat().st_size)
    restored = await Database.open(url_of(tmp_path / "copy.db"), now=NOW)
    assert (await exported(restored))[0] == before
    await restored.close()


async def test_what_is_put_back_answers_as_before_and_repeats_nothing(path: Path, tmp_path: Path) -> None:
    """Row 42, for a restore: no digest, card or alert comes twice."""
    live = await Database.open(url_of(path), now=NOW)
    room = Newsroom(live)
    await room.subscribe(await room.chat())
    await room.report(1, "A", times=2)
    await room.report(2, "B")
    room.now = MORNING

    async def told() -> list[str]:
        await Announcements(room.database, room.clock).run()
        await Digests(room.database, room.clock).run()
        return [line for put in await room.send() for line in put.lines if line.startswith("Event ")]

    async def latest() -> list[object]:
        async with room.database.read() as connection:
            return [*await events.load(connection, await events.latest(connection, 9))]

    assert await told() == ["Event 1 happens", "Event 2 happens"]
    before = await latest()
    await copied(path, tmp_path / "copy.db")
    await live.close()
    for each in (path, path.with_name("live.db-wal"), path.with_name("live.db-shm")):
        each.unlink(missing_ok=True)
    (tmp_path / "copy.db").rename(path)
    room.database = await Database.open(url_of(path), now=NOW)
    assert await latest() == before
    room.later(minutes=10)
    assert await told() == []
    await room.report(3, "C")
    room.later(days=1)
    assert await told() == ["Event 3 happens"]
    await room.database.close()


@pytest.mark.parametrize("schema", ["0001", "0004", "9999"])
async def test_a_copy_can_be_made_before_a_newer_program_changes_the_schema(path: Path, tmp_path: Path, schema: str) -> None:
    opened = connect(url_of(path), busy_timeout=1)
    async with opened.writer.begin() as connection:
        await connection.run_sync(migrate, "head" if schema == "9999" else schema)
        await connection.execute(text("UPDATE alembic_version SET version_num = :schema"), {"schema": schema})
    await opened.writer.dispose()
    done = await copied(path, tmp_path / "copy.db")
    assert (done.articles, done.chats) == (0, 0)
    assert version(path) == version(tmp_path / "copy.db") == schema


async def test_a_damaged_database_is_told_and_its_copy_is_not_kept(path: Path, tmp_path: Path) -> None:
    """Row 34: a backup that cannot be read is none."""
    live = await Database.open(url_of(path), now=NOW)
    async with live.write() as connection:
        await record(connection, *((f"{number}.txt", f"ferry {number} " * 400) for number in range(40)))
    await live.close()
    await asyncio.to_thread(scratch, path)
    with pytest.raises(BrokenDatabase, match="damaged"):
        await copied(path, tmp_path / "copy.db")
    assert names(tmp_path, "copy*") == []


async def test_where_there_is_no_database_none_is_made(path: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no database"):
        await copied(path, tmp_path / "copy.db")
    await asyncio.to_thread(path.touch)
    with pytest.raises(UsageError, match="is empty"):
        await copied(path, tmp_path / "copy.db")
    assert names(tmp_path) == ["live.db"]


async def test_the_database_of_another_program_is_refused(path: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (id)")
    with pytest.raises(BrokenDatabase, match="belongs to another program"):
        await copied(path, tmp_path / "copy.db")


async def test_a_copy_that_nobody_waits_for_ends_and_leaves_nothing(path: Path, tmp_path: Path) -> None:
    live = await Database.open(url_of(path), now=NOW)
    async with live.write() as connection:
        await record(connection, ("a.txt", "ferry " * 2_000_000))
    loop, begun, left = asyncio.get_running_loop(), asyncio.Event(), threading.Event()
    steps: list[int] = []

    def reach(done: int, _: int) -> None:
        steps.append(done)
        loop.call_soon_threadsafe(begun.set)
        left.wait(30)

    copying = asyncio.ensure_future(copied(path, tmp_path / "copy.db", reach))
    await begun.wait()
    copying.cancel()
    await asyncio.sleep(0.1)
    left.set()
    with pytest.raises(asyncio.CancelledError):
        await copying
    assert len(steps) == 1
    assert names(tmp_path, "copy*") == []
    async with live.write() as connection:
        await record(connection, ("b.txt", "ferry"))
    await live.close()


@ONLY["postgresql"]
async def test_a_server_is_copied_with_its_own_tools(database_url: str, tmp_path: Path) -> None:
    secret = database_url.replace("postgres@", "postgres:s3cret@")
    with pytest.raises(UsageError) as told:
        await back_up(f"{secret}&ssl=disable", tmp_path / "copy", busy_timeout=1, reach=nothing)
    assert "s3cret" not in str(told.value)
    found = re.search(r"pg_dump --format=custom --file=FILE '(postgresql:.+?)'; pg_restore", str(told.value))
    assert found is not None
    # The server's own client understands the address.
    address = await asyncpg.connect(found[1])
    assert await address.fetchval("SELECT current_database()") == "newest"
    await address.close()


def test_a_new_file_takes_no_other_ones_place_and_is_its_owners_alone(tmp_path: Path) -> None:
    to = tmp_path / "new"
    with new_file(to) as part:
        part.write_text("whole")
        assert not to.exists()
    assert to.read_text() == "whole"
    assert stat.S_IMODE(to.stat().st_mode) == 0o600
    with pytest.raises(UsageError, match="is there already"), new_file(to):
        pytest.fail("it was overwritten")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="is there already"), new_file(tmp_path / "dangling"):
        pytest.fail("it was written elsewhere")
    with pytest.raises(UsageError, match="has appeared meanwhile"), new_file(tmp_path / "late"):
        (tmp_path / "late").write_text("theirs")
    assert (tmp_path / "late").read_text() == "theirs"
    with pytest.raises(SluglineError, match="No such file or directory"), new_file(tmp_path / "no" / "folder"):
        pytest.fail("it was written nowhere")
    assert names(tmp_path) == ["dangling", "late", "new"]


def test_what_a_killed_program_left_goes_with_the_next_one_and_nothing_else_does(tmp_path: Path) -> None:
    for name in ("new.part-abc_1234", "new.part-abc_1234-journal", "new.part-of mine", "other.part-abc_1234", "new.part-abc_12345"):
        (tmp_path / name).write_text("half")
    (tmp_path / "new.part-dangling").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "new.part-somepipe")
    with new_file(tmp_path / "new") as first:
        first.write_text("first")
        # The first one still writes: its part is not left behind.
        with pytest.raises(UsageError, match="has appeared meanwhile"), new_file(tmp_path / "new"):
            (tmp_path / "new").write_text("third")
        assert first.read_text() == "first"
        (tmp_path / "new").unlink()
    assert (tmp_path / "new").read_text() == "first"
    kept = ["new", "new.part-abc_12345", "new.part-dangling", "new.part-of mine", "new.part-somepipe", "other.part-abc_1234"]
    assert names(tmp_path) == kept


def test_a_disk_without_second_names_gets_the_file_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    with new_file(tmp_path / "new") as part:
        part.write_text("whole")
    assert (tmp_path / "new").read_text() == "whole"
    assert names(tmp_path) == ["new"]
