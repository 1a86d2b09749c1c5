"""Articles whose feed only teases get the text of their page, unless there is a reason why not; then they keep what they have."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from conftest import NOW
from feed_server import Item, Served, rss
from feed_station import HOUR, Station, items, one_database, one_worker, station
from sqlalchemy import select, update

from bot.core.feeds.feed import FullText
from bot.core.feeds.robots_text import RobotsText
from bot.pipeline.pages import PageFetches, PageReader
from bot.sources.robots import Robots
from bot.sources.worker import Worker
from storage.engine.database import Database
from storage.feeds import checks
from storage.schema.tables import articles, page_fetches

MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.asyncio(loop_scope="module")
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
worker, database = one_worker, one_database


PAGE = """<!doctype html><html><head><title>Bridge opens in Quillon</title></head><body><article><h1>Bridge opens in Quillon</h1>{}</article></body></html>"""
TEASER = "The mayor of Quillon opened the new bridge over the Vel on Monday, four years after the flood took the old one away …"
WHOLE = [
    "The mayor of Quillon opened the new bridge over the Vel on Monday, four years after the flood took the old one away.",
    "Hundreds of people crossed it on foot before the first cars were let through at noon, and a brass band played on the northern bank.",
    "The bridge has cost eleven million crowns, two more than was planned, because the ground under the southern pier had to be drained.",
    "Critics on the council say that the money was needed for the school, whose roof has been leaking since the same flood.",
]


@asynccontextmanager
async def pages_of(here: Station) -> AsyncIterator[PageFetches]:
    async def load(origin: str) -> RobotsText | None:
        return None

    async def save(*_: object) -> None:
        pass

    rules = Robots(here.door, here.worker, load=load, save=save, clock=here.clock)
    reader = PageReader(door=here.door, worker=here.worker, robots=rules)
    yield PageFetches(here.database, reader, here.clock, dice=lambda: 0.5)


async def teased(here: Station, *, robots: str = "", page: Served | None = None) -> None:
    """Let a feed tease that wants pages: once before, so that the teaser is no back-catalogue."""
    html = PAGE.format("".join(f"<p>{paragraph}</p>" for paragraph in WHOLE)).encode()
    link = here.server.named("/bridge", "www.courier.example")
    item = Item(title="Bridge opens in Quillon", text=TEASER, guid="bridge", link=link, published=NOW)
    here.server.feeds["/robots.txt"] = Served(robots.encode(), headers={"Content-Type": "text/plain"}, validators=False)
    here.server.feeds["/bridge"] = page or Served(html, headers={"Content-Type": "text/html; charset=utf-8"}, validators=False)
    here.server.feeds["/feed"] = Served(rss(items("Ferry stops")))
    await here.add(here.server.url("/feed"), full_text=FullText.PAGE)
    await here.check()
    here.server.feeds["/feed"].body = rss([item, *items("Ferry stops")])
    await here.ask_again()


async def text_of(database: Database, title: str) -> str:
    async with database.read() as connection:
        found: str = (await connection.execute(select(articles.c.text).where(articles.c.title == title))).scalar_one()
    return found


async def wanted(database: Database) -> int:
    async with database.read() as connection:
        return len((await connection.execute(select(page_fetches.c.article_id))).all())


async def test_a_teaser_gets_the_text_of_its_page(database: Database, worker: Worker) -> None:
    async with station(database, worker) as here:
        await teased(here)
        assert await wanted(database) == 1
        arrived: list[bool] = []
        async with pages_of(here) as pages:
            assert await pages.run(arrived=lambda: arrived.append(True)) == 1
        assert await text_of(database, "Bridge opens in Quillon") == "\n\n".join(WHOLE)
        assert (arrived, await wanted(database)) == ([True], 0)


@SQLITE
async def test_what_a_feed_corrects_while_the_page_is_on_its_way_stays_corrected(database: Database, worker: Worker) -> None:
    async with station(database, worker) as here, pages_of(here) as pages, asyncio.TaskGroup() as tasks:
        await teased(here)
        fetching = tasks.create_task(pages.run())
        await here.server.feeds["/bridge"].was_asked.wait()
        async with database.write() as connection:
            await asyncio.sleep(0.5)  # by now the page has been read, and waits to be written
            old = articles.c.title == "Bridge opens in Quillon"
            await connection.execute(update(articles).where(old).values(title="New bridge opens in Quillon"))
        assert await fetching == 1
        assert await text_of(database, "New bridge opens in Quillon") == "\n\n".join(WHOLE)


@SQLITE
@pytest.mark.parametrize(
    ("robots", "page", "tries"),
    [
        ("User-agent: *\nDisallow: /bridge\n", None, 0),
        ("", Served(status=404), 1),
        ("", Served(b"%PDF-1.7 ...", headers={"Content-Type": "application/pdf"}), 1),
        ("", Served(status=503), 3),
        ("", Served(silent=True), 3),
        ("", Served(PAGE.format("<p>Please accept our cookies to go on reading.</p>").encode(), headers={"Content-Type": "text/html"}), 1),
    ],
)
async def test_a_page_that_cannot_be_had_leaves_the_teaser(
    database: Database, worker: Worker, robots: str, page: Served | None, tries: int
) -> None:
    async with station(database, worker, timeout_seconds=0.3) as here:
        await teased(here, robots=robots, page=replace(page, asked=[], was_asked=asyncio.Event()) if page else None)
        async with pages_of(here) as pages:
            for _ in range(6):
                assert await pages.run() == 0
                here.now += 6 * HOUR
        assert (await text_of(database, "Bridge opens in Quillon")).startswith("The mayor of Quillon opened")
        assert (here.asked("/bridge"), await wanted(database)) == (tries, 0)


@SQLITE
async def test_a_page_whose_host_asks_for_a_rest_waits(database: Database, worker: Worker) -> None:
    async with station(database, worker) as here:
        await teased(here, page=Served(status=429, headers={"Retry-After": "3600"}))
        async with pages_of(here) as pages:
            await pages.run()
            async with database.read() as connection:
                assert list(await checks.held(connection, here.now)) == [f"www.courier.example:{here.server.port}"]
            here.now += 50 * MINUTE
            await pages.run()
        assert here.asked("/bridge") == 1
