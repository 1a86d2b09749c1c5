"""Forgetting: a year of messages leaves what is needed, and nothing that was told comes again."""

from datetime import timedelta

import pytest
import structlog
from sqlalchemy import func, select
from telling_samples import EIGHT, Newsroom

from bot.core.chats.chat import Repeat
from bot.core.model import EventId
from bot.pipeline.announce import Announcements
from bot.pipeline.digests import Digests
from bot.pipeline.forget import TOLD, forget, forget_in_time
from storage.chats import chats
from storage.delivery import ledger
from storage.engine.database import Database
from storage.schema.chat_tables import cards, deliveries, digests
from storage.schema.chat_tables import ledger as tellings

TABLES = {"tellings": tellings, "cards": cards, "deliveries": deliveries, "digests": digests}


async def sizes(database: Database) -> dict[str, int]:
    async with database.read() as connection:
        return {name: await connection.scalar(select(func.count()).select_from(table)) or 0 for name, table in TABLES.items()}


async def test_a_year_of_messages_leaves_a_season_of_them_and_nothing_is_told_twice(database: Database) -> None:
    room = Newsroom(database)
    reader = await room.chat()
    await room.subscribe(reader, at=EIGHT)
    await room.subscribe(reader, Repeat.BREAKING, min_reports=2, within=timedelta(hours=1), cooldown=timedelta(0))
    telling, announcing = Digests(database, room.clock), Announcements(database, room.clock)
    lines: list[str] = []
    for week in range(52):
        room.later(days=7)
        await room.report(1, "A", "The trial that never ends")  # gets a report each week, all the year
        await room.report(week + 2, f"B{week}", f"Story of week {week}", times=2)
        await announcing.run()
        await telling.run()
        lines += [line for put in await room.send() for line in put.lines]
        await forget(database, room.now)
    assert sum("Story of week" in line for line in lines) == len({line for line in lines if "Story of week" in line})
    kept = TOLD // timedelta(days=7) + 2
    found = await sizes(database)
    assert found["digests"] <= kept
    assert found["cards"] <= kept
    assert found["tellings"] <= 2 * kept
    assert found["deliveries"] <= 3 * 6
    async with database.read() as connection:
        assert list(await ledger.told(connection, reader.id, [EventId(1), EventId(2), EventId(53)])) == [EventId(1), EventId(53)]
        assert await chats.get(connection, reader.id) == reader


async def test_what_nobody_looked_after_goes_in_time_and_what_waits_stays(database: Database) -> None:
    room = Newsroom(database)
    reader = await room.chat()
    await room.subscribe(reader, at=EIGHT)
    room.later(days=1)
    await room.report(1, "A", "Ferry runs aground")
    await Digests(database, room.clock).run()
    room.later(days=400)
    assert await forget(database, room.now) == 1  # the telling: its message can still be sent
    assert await sizes(database) == {"tellings": 0, "cards": 0, "deliveries": 1, "digests": 1}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_cannot_be_forgotten_now_is_the_next_time(database: Database) -> None:
    room = Newsroom(database)
    await room.subscribe(await room.chat(), at=EIGHT)
    room.later(days=1)
    await Digests(database, room.clock).run()
    await room.send()
    room.later(days=31)
    path = database._engines.path
    assert path is not None
    away = path.rename(path.with_name("away.db"))
    with structlog.testing.capture_logs() as logged:
        await forget_in_time(database, room.clock)
    assert [entry["event"] for entry in logged] == ["What is old could not be forgotten."]
    away.rename(path)
    with structlog.testing.capture_logs() as logged:
        await forget_in_time(database, room.clock)
    assert [(entry["event"], entry["rows"]) for entry in logged] == [("What is old was forgotten.", 1)]
