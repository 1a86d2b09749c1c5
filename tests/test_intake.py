"""The loop that takes in outlives what happens to its folders and its database, and makes up for it by itself."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeAlias

import pytest
from postgres_server import EVERYBODY_OUT, command
from real_time import Logged, clock, soon, warnings
from sqlalchemy import text

from bot.commands.desk import Desk, Request
from bot.commands.registry import respond
from bot.core.grouping.grouper import GroupingSettings
from bot.intake import Intake, take_in
from bot.pipeline.collect import FolderReader
from bot.pipeline.group import Grouping
from bot.sources.worker import Worker
from storage.engine.database import Database

LONG_AGO = 1_700_000_000
STORY = """Ferry runs aground off {place}

A ferry with 212 passengers ran aground off {place} on 3 March 2026 in thick fog, the coast guard of Pellin said. Nobody was hurt.
{more}
"""

Fault: TypeAlias = Callable[[Database], AbstractAsyncContextManager[None]]


@pytest.fixture
async def reader() -> AsyncIterator[FolderReader]:
    async with Worker() as worker:
        yield FolderReader(worker=worker, settle=timedelta(seconds=0.5), limit_bytes=10_000_000, timeout_per_file=10)


@asynccontextmanager
async def intake_of(database: Database, reader: FolderReader, *folders: Path) -> AsyncIterator[Intake]:
    async with Grouping(database, GroupingSettings(), clock) as grouping:
        yield Intake(database, reader, grouping, folders, clock, retry=timedelta(seconds=0.2))


def put(folder: Path, place: str, *, more: str = "") -> None:
    """Write a file that has long settled."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{place}.txt"
    path.write_text(STORY.format(place=place, more=more), encoding="utf-8")
    os.utime(path, (LONG_AGO, LONG_AGO))


async def found(database: Database, place: str) -> bool:
    """Ask as a person would."""
    answer = await respond(Desk(database=database, version="0"), Request(text=f"/search {place}", now=clock()))
    return bool(answer.facts)


@asynccontextmanager
async def full_disk(database: Database) -> AsyncIterator[None]:
    async with database.write() as connection:
        pages = await connection.scalar(text("PRAGMA page_count"))
        await connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    yield
    async with database.write() as connection:
        await connection.execute(text("PRAGMA max_page_count = 1000000"))


@asynccontextmanager
async def locked(database: Database) -> AsyncIterator[None]:
    other = sqlite3.connect(str(database._engines.path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()


@asynccontextmanager
async def read_only(database: Database) -> AsyncIterator[None]:
    await set_writer(database, "PRAGMA query_only = ON")
    yield
    await set_writer(database, "PRAGMA query_only = OFF")


async def set_writer(database: Database, pragma: str) -> None:
    """Past the door: a transaction cannot begin while the database is read-only."""
    async with database._engines.writer.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        await driver.execute(pragma)


def url_of(database: Database) -> str:
    return database._engines.writer.url.render_as_string(hide_password=False)


@asynccontextmanager
async def read_only_server(database: Database) -> AsyncIterator[None]:
    url, name = url_of(database), database._engines.writer.url.database
    await command(url, f"ALTER DATABASE {name} SET default_transaction_read_only = on", EVERYBODY_OUT)
    try:
        yield
    finally:
        allow = "SET default_transaction_read_only = off"
        await command(url, allow, f"ALTER DATABASE {name} RESET default_transaction_read_only", EVERYBODY_OUT)


@asynccontextmanager
async def restarted_server(database: Database) -> AsyncIterator[None]:
    await command(url_of(database), EVERYBODY_OUT)
    yield


async def check_survives(
    fault: AbstractAsyncContextManager[None], database: Database, reader: FolderReader, folder: Path, logged: Logged
) -> None:
    """Something happens to the database while articles arrive: all of them are there afterwards, and it was told once."""
    is_server = database.engine_name == "postgresql"
    put(folder, "Quillon")
    async with intake_of(database, reader, folder) as intake, asyncio.TaskGroup() as tasks:
        running = tasks.create_task(intake.run())
        await intake.wake()
        await soon(lambda: found(database, "Quillon"))
        async with fault:
            for number in range(40):
                put(folder, f"Vel{number}", more="The tide was high. " * 500)
            await intake.wake()
            await soon(lambda: bool(warnings(logged)))
            await soon(lambda: found(database, "Quillon"), patiently=is_server)
            await asyncio.sleep(0.6)
            assert await found(database, "Quillon")
        for number in range(40):
            await soon(partial(found, database, f"Vel{number}"), patiently=True)
        await soon(lambda: warnings(logged)[-1] == "Articles are taken in again.")
        running.cancel()
    reasons = [entry["reason"] for entry in logged if "reason" in entry]
    assert len(reasons) == len(set(reasons)) <= 3
    assert all("database" in reason for reason in reasons)


# Row 33 of the faults.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("fault", [full_disk, locked, read_only])
async def test_a_file_that_cannot_be_written_for_a_while_stops_nothing_but_taking_in(
    fault: Fault, database: Database, reader: FolderReader, tmp_path: Path, logged: Logged
) -> None:
    await check_survives(fault(database), database, reader, tmp_path / "in", logged)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("fault", [read_only_server, restarted_server])
async def test_a_server_that_restarts_or_only_allows_reading_stops_nothing_but_taking_in(
    fault: Fault, database: Database, reader: FolderReader, tmp_path: Path, logged: Logged
) -> None:
    await check_survives(fault(database), database, reader, tmp_path / "in", logged)


async def test_a_folder_that_goes_and_comes_back_is_told_once_each_and_stops_no_other(
    database: Database, reader: FolderReader, tmp_path: Path, logged: Logged
) -> None:
    put(tmp_path / "in", "Quillon")
    put(tmp_path / "other", "Vel")
    async with intake_of(database, reader, tmp_path / "in", tmp_path / "other") as intake:
        (tmp_path / "in").rename(tmp_path / "away")
        for _ in range(3):
            await intake.look()
        assert warnings(logged) == ["A folder is left out for now."]
        assert (await found(database, "Quillon"), await found(database, "Vel")) == (False, True)
        put(tmp_path / "away", "Orlik")
        (tmp_path / "away").rename(tmp_path / "in")
        for _ in range(3):
            await intake.look()
    assert warnings(logged) == ["A folder is left out for now.", "A folder is read again."]
    assert await found(database, "Quillon")
    assert await found(database, "Orlik")


async def test_the_first_look_waits_until_files_that_were_just_copied_have_settled(
    database: Database, reader: FolderReader, tmp_path: Path
) -> None:
    put(tmp_path / "in", "Quillon")
    (tmp_path / "in" / "Quillon.txt").touch()
    async with intake_of(database, reader, tmp_path / "in") as intake:
        await intake.settle(timedelta(seconds=10))
    assert await found(database, "Quillon")


async def test_nobody_waits_longer_than_the_patience(database: Database, tmp_path: Path) -> None:
    put(tmp_path / "in", "Quillon")
    (tmp_path / "in" / "Quillon.txt").touch()
    async with Worker() as worker, asyncio.timeout(5):
        slow = FolderReader(worker=worker, settle=timedelta(hours=1), limit_bytes=10_000, timeout_per_file=10)
        collected = await take_in(database, tmp_path / "in", slow, clock=clock, patience=timedelta(seconds=0.2))
        async with intake_of(database, slow, tmp_path / "in") as intake:
            await intake.settle(timedelta(seconds=0.2))
    assert (collected.new, set(collected.waiting)) == (0, {"Quillon.txt"})
