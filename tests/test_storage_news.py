"""What came between two points of history: every article in one window and no other, whatever the clock says."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from telling_samples import MORNING, Newsroom

from bot.core.model import ArticleId, EventId
from storage.engine.database import Database
from storage.news import news
from storage.news.news import Arrival, Arrivals
from storage.schema.tables import event_history


@pytest.fixture
def room(database: Database) -> Newsroom:
    return Newsroom(database)


async def position(room: Newsroom) -> int:
    async with room.database.read() as connection:
        return await news.position(connection)


async def arrivals(room: Newsroom, after: int) -> Arrivals:
    async with room.database.read() as connection:
        return await news.arrivals(connection, after, await news.position(connection))


def came(event: int, articles: int, reports: int) -> Arrival:
    return Arrival(event_id=EventId(event), articles=articles, reports=reports)


async def test_a_window_has_what_found_its_event_in_it(room: Newsroom) -> None:
    assert await position(room) == 0
    assert await arrivals(room, 0) == Arrivals(events=(), backlog=0)
    await room.report(1, "A", times=2)
    before = await position(room)
    room.now -= timedelta(hours=1)  # The clock is set back.
    await room.report(1, "A", copy_of=1)
    await room.report(2, "B", times=3)
    await room.report(3, "C", backlog=True)
    await room.report(2, "C", backlog=True)
    assert await arrivals(room, before) == Arrivals(events=(came(2, 3, 3), came(1, 1, 0)), backlog=2)
    assert (await arrivals(room, before)).articles == 4
    assert await arrivals(room, await position(room)) == Arrivals(events=(), backlog=0)


async def test_what_came_to_a_merged_event_came_to_its_survivor(room: Newsroom) -> None:
    await room.report(1, "A", times=2)
    await room.report(2, "B")
    await room.merge(1, 2)
    assert await arrivals(room, 0) == Arrivals(events=(came(1, 3, 3),), backlog=0)


async def test_a_first_window_begins_at_a_time(room: Newsroom) -> None:
    await room.report(1, "A")
    room.now = MORNING
    before = await position(room)
    async with room.database.read() as connection:
        assert await news.position_at(connection, MORNING) == before
    await room.report(2, "B")
    await room.report(1, "C")
    async with room.database.read() as connection:
        assert await news.position_at(connection, MORNING) == before
        first = await connection.scalar(select(func.min(event_history.c.id)))
        assert await news.position_at(connection, MORNING - timedelta(days=1)) == first - 1
        assert await news.position_at(connection, MORNING + timedelta(days=1)) == await news.position(connection)


async def test_back_catalogue_is_named(room: Newsroom) -> None:
    await room.report(1, "A")
    old = await room.report(1, "A", backlog=True)
    async with room.database.read() as connection:
        assert await news.backlog(connection, [EventId(1), EventId(9)]) == {ArticleId(old)}
        assert await news.backlog(connection, []) == frozenset()
