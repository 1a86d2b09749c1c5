"""/week, and what follows a text with a chart on each platform: a picture with words for those who cannot see it, or nothing worse than none."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from chart_samples import FEEDS, FERRY, WEEK
from discord_chat import Chatting, chatting, shown
from invented import article, day, event, minute
from message_reading import check_answer, text_of
from telegram_station import Station, station
from telling_samples import MORNING, Newsroom

from bot.commands.desk import Answer, Desk, Request
from bot.commands.registry import respond
from bot.commands.week import WeekFacts
from bot.core.chats.chat import Reader
from bot.core.event import overview
from bot.core.understanding.changes import changes
from bot.core.understanding.changes_wording import change_label
from bot.core.understanding.chart import Chart, Mark, TimelineChart, WeekChart, timeline_chart
from bot.core.understanding.chart_text import alt_text
from bot.pictures.studio import Studio
from bot.platforms.console.chart import draw
from bot.platforms.console.output import Printer
from bot.platforms.console.screen import Screen
from bot.platforms.console.wrap import width_of
from bot.sources.worker import WorkerCrashed
from storage.engine.database import Database

GOLDEN = Path(__file__).parent / "golden" / "charts"


async def check(desk: Desk, typed: str, *expected: str, failed: bool = False) -> Answer:
    answer = await respond(desk, Request(text=typed, now=MORNING))
    check_answer(answer, *expected, failed=failed)
    return answer


async def fill(database: Database) -> None:
    """An event of three outlets, one of them copying, and one of yesterday."""
    room = Newsroom(database)
    room.now = MORNING - timedelta(days=1)
    await room.report(2, "Quiet Bay", "Dockers strike")
    room.now = MORNING - timedelta(hours=5)
    first = await room.report(1, "Flussbote", "Ferry adrift off Orlyk")
    room.later(hours=1)
    await room.report(1, "Harbour Post", "Ferry with forty aboard adrift")
    room.later(hours=1)
    await room.report(1, "Copycat", "Ferry adrift off Orlyk", copy_of=first)
    await room.report(1, "Archive", "Ferry of old", backlog=True)


async def test_a_week_counts_what_came_on_each_day_and_names_what_was_told_most(database: Database) -> None:
    await fill(database)
    answer = await check(Desk(database=database, version="1"), "/week", "The last 7 days", "Ferry", "Dockers strike")
    assert isinstance(answer.facts, WeekFacts)
    days = [(day.articles, day.reports, day.events) for day in answer.facts.days]
    assert days == [(0, 0, 0)] * 5 + [(1, 1, 1), (3, 2, 1)]
    assert isinstance(answer.chart, WeekChart)
    assert (await check(Desk(database=database, version="1"), "/week 2", failed=True)).misused


async def test_a_week_begins_and_ends_at_midnight_of_its_reader(database: Database) -> None:
    await fill(database)
    answer = await check(Desk(database=database, version="1", zone="Pacific/Kiritimati"), "/week")
    assert isinstance(answer.facts, WeekFacts)
    assert answer.facts.days[-1].day == (MORNING + timedelta(hours=14)).date()


async def test_a_week_without_anything_says_so(database: Database) -> None:
    answer = await check(Desk(database=database, version="1"), "/week", "Nothing new")
    assert answer.chart is None


async def test_a_timeline_comes_with_its_chart_and_as_a_picture_in_few_words(database: Database) -> None:
    await fill(database)
    desk = Desk(database=database, version="1")
    chart = (await check(desk, "/timeline 1", "Harbour Post")).chart
    assert isinstance(chart, TimelineChart)
    assert [row.name for row in chart.rows] == ["Flussbote", "Harbour Post", "Copycat", "Archive"]
    assert [dot.mark for row in chart.rows for dot in row.dots] == [Mark.FIRST, Mark.REPORT, Mark.COPY, Mark.REPORT]
    short = await check(desk, "/timeline 1 picture", "Timeline of event 1", "Ferry")
    assert "Harbour Post" not in text_of(short)
    assert short.is_picture
    assert (await check(desk, "/timeline 2", "Dockers")).chart is None


async def test_articles_without_an_outlet_share_a_row_and_are_none_of_the_outlets(database: Database) -> None:
    room = Newsroom(database)
    for outlet in ("Flussbote", None, None):
        await room.report(1, outlet)
    chart = (await check(Desk(database=database, version="1"), "/timeline 1")).chart
    assert isinstance(chart, TimelineChart)
    assert [row.name for row in chart.rows] == ["Flussbote", "unattributed"]
    assert "outlets 1," in alt_text(chart, UTC)


@pytest.mark.parametrize("zone", ["America/New_York", "UTC", "Pacific/Kiritimati"])
def test_a_change_that_is_known_to_the_day_is_told_with_that_day_and_no_hour(zone: str) -> None:
    told = [
        article(
            1, "Sailor captured off Orlik", "The sailor was captured at noon.", outlet="Flussbote", published=minute("2026-11-18 10:00")
        ),
        article(
            2, "Sailor in captivity", "The sailor was captured on Wednesday.", outlet="Harbour Post", published=minute("2026-11-19 10:00")
        ),
        article(3, "Captured sailor dies", "The sailor died in captivity.", outlet="Archive", published=day("2026-11-20")),
    ]
    seen = overview(event(told))
    chart = timeline_chart(seen, [(change.at, change_label(change)) for change in changes(seen) if change.status is not None])
    assert chart is not None
    assert [change.is_day for change in chart.changes] == [True]
    assert "2026-11-20: " in alt_text(chart, ZoneInfo(zone))
    assert "20 Nov  " in draw(chart, Screen(zone=ZoneInfo(zone), width=80))


async def test_sources_are_set_side_by_side(database: Database) -> None:
    await fill(database)
    answer = await check(Desk(database=database, version="1"), "/sources picture", "the busiest first", "copies")
    assert answer.is_picture


async def failing(chart: Chart, reader: Reader) -> tuple[bytes, str]:
    del chart, reader
    raise WorkerCrashed("The process died at the work.")


@pytest.mark.parametrize("name", ["timeline", "sources", "week"])
@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_terminal_draws_charts_in_letters(name: str, width: int) -> None:
    charts: dict[str, Chart] = {"timeline": FERRY, "sources": FEEDS, "week": WEEK}
    chart = charts[name]
    drawn = draw(chart, Screen(zone=UTC, width=width))
    assert all(width_of(line) <= width for line in drawn.splitlines())
    if os.environ.get("UPDATE_GOLDEN"):
        (GOLDEN / f"{name}_{width}.txt").write_text(drawn, encoding="utf-8")
    assert drawn == (GOLDEN / f"{name}_{width}.txt").read_text(encoding="utf-8")
    styled = draw(chart, Screen(zone=UTC, width=width, styled=True, coloured=True))
    assert "\x1b[36m" in styled
    assert "\x1b[36m" not in draw(chart, Screen(zone=UTC, width=width, styled=True))


async def test_the_terminal_shows_the_chart_below_the_text(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    await fill(database)
    Printer(UTC).answer(await respond(Desk(database=database, version="1"), Request(text="/timeline 1", now=MORNING)))
    text = capsys.readouterr().out
    assert text.index("Timeline of event 1") < text.index("◆ first report")


@pytest.fixture
async def here(database: Database) -> AsyncIterator[Station]:
    """A bot on Telegram that draws."""
    async with Studio() as studio, station(database, dress=lambda desk: replace(desk, draw=studio.drawn)) as opened:
        yield opened


async def test_on_telegram_the_picture_follows_its_text_with_a_caption(here: Station) -> None:
    await fill(here.database)
    ada = here.api.person("Ada")
    await here.ask(ada, "/timeline 1", "Harbour Post")
    await here.api.until(lambda: any(one.document for one in here.api.messages(ada)), within=30)
    picture = next(one for one in here.api.messages(ada) if one.document)
    assert "Flussbote" in picture.text
    assert picture.document is not None
    assert picture.document.startswith(b"\x89PNG")


async def test_on_telegram_a_text_stays_when_its_picture_fails(database: Database) -> None:
    await fill(database)
    async with station(database, dress=lambda desk: replace(desk, draw=failing)) as here:
        ada = here.api.person("Ada")
        await here.ask(ada, "/timeline 1", "Harbour Post")
        await here.all_heard()
        assert len(here.api.messages(ada)) == 1
        await here.ask(ada, "/week", "The last 7 days")


async def test_on_discord_the_picture_follows_its_text_with_a_description(database: Database) -> None:
    await fill(database)
    async with Studio() as studio, chatting(database, lambda desk: replace(desk, draw=studio.drawn), settled_within=60) as here:
        await _asked(here, 2)


async def test_on_discord_a_text_stays_when_its_picture_fails(database: Database) -> None:
    await fill(database)
    async with chatting(database, lambda desk: replace(desk, draw=failing)) as here:
        await _asked(here, 1)


async def _asked(here: Chatting, messages: int) -> None:
    result = await here.boss.slash(here.channel, "news timeline", event="1")
    assert "Harbour Post" in shown(result.response)
    there: list[Any] = []
    for _ in range(600):
        there = here.channel.history()
        if len(there) >= messages:
            break
        await asyncio.sleep(0.05)
    assert len(there) == messages
    if messages == 2:
        (picture,) = there[-1].attachments
        assert "Flussbote" in picture.description
