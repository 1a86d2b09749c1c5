"""Pictures: PNG of the promised size, whatever the names; text beside them; the process that draws may die, and ends when nobody asks."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from chart_samples import FEEDS, FERRY, WEEK, large, named
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.core.chats.chat import Reader
from bot.core.errors import StorageUnavailable
from bot.core.understanding.axis import ticks
from bot.core.understanding.chart import Chart, SourcesChart, TimelineChart
from bot.languages import LANGUAGES
from bot.pictures.draw import draw
from bot.pictures.studio import WAITING, Studio, TooManyPictures
from bot.sources.worker import WorkerTimeout

READER = Reader(zone="Europe/Kyiv", language="en")

HOSTILE = (
    "$x^2$ and $\\frac{1}{0}$", "a\nb\r\n\tc", "\u202eevil\u202c\u2066", "W" * 4_000, "\u0301" * 300, "😀" * 40, "👨‍👩‍👧‍👦 🇺🇦", "朝鮮日報",
    "الجزيرة", "\ud800", "\x00\x1b[31m", "\u3164", "", " ", "{name} %s \\", "<b>&amp;</b>", "हिन्दी ไทย", "\uffff\U0010ffff",
)  # fmt: skip


def check(chart: Chart, *, language: str | None = "en", unwritten: tuple[str, ...] = ()) -> Image.Image:
    drawn = draw(chart, ZoneInfo("Europe/Kyiv"), language)
    assert drawn.unwritten == unwritten
    picture = Image.open(BytesIO(drawn.png))
    picture.load()
    assert picture.format == "PNG"
    assert picture.width == 1080
    assert 300 <= picture.height <= 2000
    assert len(drawn.png) < 400_000
    return picture


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("chart", [FERRY, FEEDS, WEEK, large()], ids=["timeline", "sources", "week", "large"])
def test_a_picture_is_a_png_of_the_promised_size(chart: Chart, language: str) -> None:
    assert len(check(chart, language=language).convert("RGB").getcolors(1 << 24) or ()) > 50


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_breaks_a_picture(name: str) -> None:
    for chart in named(name):
        drawn = draw(chart, UTC, "en")
        assert drawn.png.startswith(b"\x89PNG")


@given(name=st.text(max_size=60))
@settings(max_examples=15, deadline=None)
def test_no_text_breaks_a_picture(name: str) -> None:
    assert draw(named(name)[1], UTC, "en").png.startswith(b"\x89PNG")


def test_a_name_that_no_font_writes_is_a_number_that_the_text_resolves() -> None:
    # No font has letters of the private use area.
    assert draw(named("Anatolian 𔐀𔐁")[1], UTC, "en").unwritten == ("Anatolian 𔐀𔐁",)


@pytest.fixture
async def studio() -> AsyncIterator[Studio]:
    async with Studio() as opened:
        yield opened


async def test_beside_a_picture_its_facts_are_told(studio: Studio) -> None:
    for chart, facts in (
        (
            FERRY,
            (
                "event 7",
                "Ferry adrift",
                "reports 4, copies 1, outlets 3",
                "2026-11-10",
                "First: Flussbote, 2026-11-10 08:00",
                "aboard: 40 → 43",
            ),
        ),
        (FEEDS, ("Flussbote: 40.0 articles a day, copies 25 %, first with 12 of 40", "4 more")),
        (WEEK, ("articles 1,214", "most articles on 2026-11-19: 320", "Dockers strike")),
    ):
        png, told = await studio.drawn(chart, READER)
        assert png.startswith(b"\x89PNG")
        for fact in facts:
            assert fact in told
        assert len(told) < 1024


async def test_what_is_beside_a_picture_is_said_in_the_language_of_its_reader(studio: Studio) -> None:
    _, told = await studio.drawn(FERRY, Reader(zone="UTC", language="uk"))
    assert told.startswith("Хронологія події 7")


async def test_numbers_for_names_are_resolved_beside_the_picture(studio: Studio) -> None:
    _, told = await studio.drawn(named("𔐀𔐁")[1], READER)
    assert told.endswith("[1] 𔐀𔐁")


async def test_a_picture_that_takes_too_long_fails_alone_and_the_next_one_comes() -> None:
    async with Studio(seconds=0.01) as hasty:
        with pytest.raises(WorkerTimeout):
            await hasty.drawn(FERRY, READER)
    async with Studio() as patient:
        assert (await patient.drawn(FERRY, READER))[0]


async def test_the_process_ends_when_nobody_wants_pictures_and_starts_again() -> None:
    async with Studio(idle_seconds=0.05) as studio:
        await studio.drawn(FERRY, READER)
        for _ in range(1000):
            if studio.is_warm:
                await asyncio.sleep(0.02)
        assert not studio.is_warm
        assert (await studio.drawn(WEEK, READER))[0]


async def test_what_goes_wrong_beside_a_studio_comes_out_as_what_it_is() -> None:
    with pytest.raises(StorageUnavailable):
        async with Studio():
            raise StorageUnavailable("The database is gone.")


async def test_a_crowd_is_not_kept_waiting_for_pictures(studio: Studio) -> None:
    charts = [TimelineChart(number=FERRY.number, title=f"Ferry {number}", rows=FERRY.rows, outlets=3) for number in range(WAITING + 3)]
    given = await asyncio.gather(*(studio.drawn(chart, READER) for chart in charts), return_exceptions=True)
    assert sum(isinstance(one, TooManyPictures) for one in given) == 3
    assert sum(isinstance(one, tuple) for one in given) == WAITING


@given(begin=st.datetimes(), span=st.timedeltas(min_value=timedelta()), most=st.integers(2, 12))
def test_marks_of_an_axis_are_few_in_order_and_inside(begin: datetime, span: timedelta, most: int) -> None:
    try:
        end = begin + span
    except OverflowError:
        return
    marks = ticks(begin, end, most)
    assert len(marks) <= most
    assert marks == sorted(marks)
    assert all(begin <= mark <= end for mark in marks)


def test_sources_without_an_article_are_drawn() -> None:
    check(SourcesChart(bars=FEEDS.bars[2:]))
