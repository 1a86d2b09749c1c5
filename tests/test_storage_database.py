"""Transactions, leadership and what is left after a process dies: all or nothing, and nobody who reads waits."""

import asyncio
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from storage_samples import NOW, every_article, folder, reading, record

from bot.core.errors import StorageUnavailable
from storage.engine.database import Database
from storage.engine.engines import connect
from storage.news import articles
from storage.news.articles import Recorded
from storage.news.totals import totals


class Crash(Exception):
    """Stands for anything that goes wrong between two statements."""


async def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    """FAULTS row 41: a crash in mid batch."""
    batch = [(f"{number}", f"article {number}") for number in range(500)]

    async def crash() -> None:
        async with database.write() as connection:
            await record(connection, *batch)
            raise Crash

    with pytest.raises(Crash):
        await crash()
    async with database.read() as connection:
        assert await every_article(connection) == []
        assert (await totals(connection)).sources == 0
    async with database.write() as connection:
        assert await record(connection, *batch) == Recorded(new=500)


async def test_a_cancelled_batch_leaves_nothing_and_the_next_one_works(database: Database) -> None:
    begun = asyncio.Event()

    async def write() -> None:
        async with database.write() as connection:
            source = await folder(connection)
            for number in range(20):
                await articles.record(connection, source, [reading(f"{number}", f"article {number}")], NOW)
            begun.set()
            # Between two statements: one that is cancelled inside the driver is given up with its connection, at a moment of the driver's.
            await asyncio.Event().wait()

    task = asyncio.create_task(write())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with database.write() as connection:
        assert (await totals(connection)).articles == 0
        assert await record(connection, ("a", "one")) == Recorded(new=1)


async def test_a_closed_connection_gives_up_its_locks_even_while_somebody_holds_one_of_its_statements(tmp_path: Path) -> None:
    """The frames of a cancelled task hold them until the garbage collector comes by."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'test.db'}"
    closed, another = connect(url, busy_timeout=0.2), connect(url, busy_timeout=0.2)
    async with another.writer.begin() as connection:
        await connection.execute(text("CREATE TABLE numbers (number INTEGER)"))
    connection = await closed.writer.connect()
    await connection.execute(text("INSERT INTO numbers VALUES (1), (2)"))
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    unfinished = await driver.execute("SELECT number FROM numbers")
    await connection.invalidate()
    await connection.close()
    async with another.writer.begin() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM numbers")) == 0
    del unfinished
    await closed.writer.dispose()
    await another.writer.dispose()


async def test_readers_do_not_wait_for_a_writer_and_see_one_moment(database: Database) -> None:
    async with database.write() as connection:
        await record(connection, ("a", "one"))
    async with database.read() as reader:
        assert (await totals(reader)).articles == 1
        async with database.write() as writer:
            await record(writer, ("b", "two"))
            async with asyncio.timeout(10), database.read() as other:
                assert (await totals(other)).articles == 1
        assert (await totals(reader)).articles == 1
    async with database.read() as reader:
        assert (await totals(reader)).articles == 2


async def test_readers_cannot_write(database: Database) -> None:
    with pytest.raises(StorageUnavailable):
        async with database.read() as connection:
            await connection.execute(text("DELETE FROM sources"))


async def test_many_writers_and_readers_get_through(database: Database) -> None:
    async def write(number: int) -> None:
        async with database.write() as connection:
            await record(connection, (f"{number}", f"article {number % 10}"))

    async def read() -> None:
        async with database.read() as connection:
            await totals(connection)

    async with asyncio.TaskGroup() as group:
        for number in range(40):
            group.create_task(write(number))
            group.create_task(read())
    async with database.read() as connection:
        assert len(await every_article(connection)) == 10


async def test_two_programs_that_record_the_same_files_make_one_article_each(database: Database, database_url: str) -> None:
    """FAULTS row 41; the second program has its own connections."""
    other = await Database.open(database_url, now=NOW)
    batch = [(f"{number}", f"article {number}") for number in range(300)]

    async def write(into: Database) -> int:
        async with into.write() as connection:
            return (await record(connection, *batch)).new

    assert sorted(await asyncio.gather(write(database), write(other))) == [0, 300]
    await other.close()


async def test_only_one_process_leads(database: Database, database_url: str) -> None:
    other = await Database.open(database_url, now=NOW)
    async with database.leader("group") as first, other.leader("group") as second, database.leader("telegram") as different:
        assert [bool(each) for each in (first, second, different)] == [True, False, True]
        async with database.leader("group") as again:
            assert not again
    async with other.leader("group") as second:
        assert second
    await other.close()


async def test_a_database_in_memory_lasts_for_one_run() -> None:
    database = await Database.open("sqlite+aiosqlite:///:memory:", now=NOW)
    async with database.write() as connection:
        await record(connection, ("a", "one"))
    async with database.read() as connection, database.leader("group") as leading:
        assert (len(await every_article(connection)), bool(leading), database.engine_name) == (1, True, "sqlite")
    await database.close()
    again = await Database.open("sqlite+aiosqlite:///:memory:", now=NOW)
    async with again.read() as connection:
        assert await every_article(connection) == []
    await again.close()


VICTIM = """
import asyncio, sys
sys.path[:0] = [{tests!r}, {root!r}]
from storage_samples import NOW, record
from storage.engine.database import Database
from storage.engine.engines import connect

async def main():
    database = await Database.open({url!r}, now=NOW)
    for number in range(1_000_000):
        async with database.write() as connection:
            await record(connection, *((f"{{number}}-{{item}}", f"article {{number}} {{item}}") for item in range(7)))
        print(number, flush=True)

asyncio.run(main())
"""


@pytest.mark.parametrize("moment", [1, 4])
async def test_a_writer_that_is_killed_leaves_whole_batches_and_a_sound_database(database_url: str, moment: int) -> None:
    """FAULTS rows 32 and 41: kill -9 at any instruction."""
    tests = Path(__file__).parent
    script = VICTIM.format(tests=str(tests), root=str(tests.parent), url=database_url)
    victim = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE)
    assert victim.stdout is not None
    for _ in range(moment):
        committed = int(await victim.stdout.readline()) + 1
    await asyncio.sleep(0.003 * moment)
    victim.kill()
    await victim.communicate()
    database = await Database.open(database_url, now=NOW)
    async with database.read() as connection:
        counted = await totals(connection)
        assert counted.articles >= committed * 7
        assert counted.articles % 7 == 0
        if database.engine_name == "sqlite":
            assert await connection.scalar(text("PRAGMA integrity_check")) == "ok"
    async with database.write() as connection:
        again = await record(connection, *((f"0-{item}", f"article 0 {item}") for item in range(7)))
    assert again == Recorded(same=7)
    await database.close()
