"""Whoever is cancelled in the middle of something with the database leaves nothing behind: no lock, no connection, no half write."""

import asyncio
import gc
import threading
import time
from pathlib import Path

import pytest
from running_program import until
from sqlalchemy import text
from storage_samples import NOW, record

from storage.engine.database import Database


def address(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


async def test_writes_that_are_cancelled_at_any_moment_leave_nothing_behind(tmp_path: Path) -> None:
    """Some are cancelled again while their connection is closed: nothing waits for ever, and a write works at once."""
    path = tmp_path / "news.db"
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context["message"]))
    database = await Database.open(address(path), now=NOW, busy_timeout=0.2)

    async def write(number: int) -> None:
        async with database.write() as connection:
            await record(connection, *((f"{number}-{each}", f"article {number} {each} " + "words " * 100) for each in range(5)))

    for number in range(200):
        task = asyncio.create_task(write(number))
        for _ in range(number % 25):
            await asyncio.sleep(0.0002)
        for _ in range(1 + number % 3):
            task.cancel()
            await asyncio.sleep(0)
        await asyncio.wait([task])
        assert task.cancelled() or task.exception() is None
    await write(1_000)
    gc.collect()
    await asyncio.sleep(0.05)
    gc.collect()
    assert complaints == []
    await database.close()


async def test_a_database_that_is_closed_by_somebody_who_is_cancelled_is_closed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Ctrl-C comes at any moment."""
    path = tmp_path / "news.db"
    for number in range(40):
        database = await Database.open(address(path), now=NOW)
        async with database.read(), database.read(), database.read():
            pass
        task = asyncio.create_task(database.close())
        for _ in range(1 + number % 20):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        # The last connection that goes takes the log with it.
        assert not path.with_name(f"{path.name}-wal").exists()
    assert caplog.messages == []


async def test_what_cancelled_tasks_still_hold_when_a_database_is_closed_is_closed_with_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A connection that goes back to a pool which is gone would stay open until the garbage collector comes by."""
    path = tmp_path / "news.db"
    before = threading.active_count()
    for number in range(40):
        database = await Database.open(address(path), now=NOW)

        async def read(database: Database = database) -> None:
            async with database.read() as connection:
                await connection.execute(
                    text("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 20000) SELECT sum(x) FROM n")
                )

        tasks = [asyncio.create_task(read()) for _ in range(4)]
        await asyncio.sleep(number * 0.0005)
        for _ in range(2):
            for task in tasks:
                task.cancel()
            await asyncio.sleep(0)
        await database.close()
        # Each connection has a thread, which ends a moment after it has said that it does.
        await until(lambda: threading.active_count() <= before, within=5)
        await asyncio.wait(tasks)
    gc.collect()
    assert caplog.messages == []


def test_a_loop_that_goes_away_beside_an_open_database_leaves_no_thread_that_complains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A test that is stopped, or a program whose loop breaks, closes nothing: what a thread still reads has nobody to be told to."""
    complaints: list[BaseException | None] = []
    monkeypatch.setattr(threading, "excepthook", lambda told: complaints.append(told.exc_value))

    async def leave() -> None:
        database = await Database.open(address(tmp_path / "news.db"), now=NOW)

        async def read() -> None:
            async with database.read() as connection:
                await connection.execute(
                    text("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 2000000) SELECT sum(x) FROM n")
                )

        reading = asyncio.ensure_future(read())
        await asyncio.sleep(0.1)
        assert not reading.done()

    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda *_: None)  # of the task that is never finished
    loop.run_until_complete(leave())
    loop.close()
    reading_still = threading.active_count()
    deadline = time.monotonic() + 60
    while threading.active_count() >= reading_still and time.monotonic() < deadline:
        time.sleep(0.05)
    assert threading.active_count() < reading_still
    assert complaints == []
    gc.collect()
