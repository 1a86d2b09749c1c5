"""The parts of a running Slugline, opened and put together as the configuration says; which of them a command needs is known in `app`."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Final

from bot.commands.desk import Desk, FeedDesk
from bot.config import Settings
from bot.core.digest import DigestSettings
from bot.core.grouping import GroupingSettings
from bot.core.robots_text import RobotsText
from bot.pipeline.collect import Clock, FolderReader
from bot.pipeline.feeds import CheckSettings, FeedChecks
from bot.pipeline.group import Grouping
from bot.pipeline.pages import PageFetches, PageReader
from bot.sources.fetch import Door, DoorSettings
from bot.sources.multilingual import encoder
from bot.sources.robots import Robots
from bot.sources.worker import Worker
from storage import robots
from storage.database import Database

READERS: Final = 2
"""Processes that read feeds and pages, started when there is something to read."""

READ_SECONDS: Final = 10.0
"""What reading one feed, page or list may take. Guess: the slowest of the real feeds takes a hundredth of it."""


@asynccontextmanager
async def opened(settings: Settings, clock: Clock, *, briefly: bool = False) -> AsyncIterator[Database]:
    """Open the database that is configured; `briefly` as in `Database.open`."""
    kept = settings.storage
    database = await Database.open(kept.url, now=clock(), busy_timeout=kept.busy_timeout_seconds, briefly=briefly)
    try:
        yield database
    finally:
        await database.close()


def grouping(database: Database, settings: Settings, clock: Clock) -> Grouping:
    """Make the grouper; it leads from its first run on."""
    kept = settings.grouping
    embed = encoder() if kept.languages else None
    return Grouping(database, GroupingSettings(threshold=kept.threshold, live_events=kept.live_events, embed=embed), clock)


def folder_reader(worker: Worker, settings: Settings) -> FolderReader:
    """Say how files are read."""
    return FolderReader(
        worker=worker,
        settle=timedelta(seconds=settings.sources.settle_seconds),
        limit_bytes=settings.sources.max_file_bytes,
        timeout_per_file=settings.sources.file_timeout_seconds,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """What asks the web: the door, the processes that read what comes through it, and the two steps of the pipeline that use them."""

    door: Door
    worker: Worker
    feeds: FeedChecks
    pages: PageFetches


@asynccontextmanager
async def web(database: Database, settings: Settings, clock: Clock) -> AsyncIterator[Web]:
    """Open the door; nothing is asked, and no process started, before somebody wants something."""
    asked = settings.feeds
    door_settings = DoorSettings(
        version=version("slugline"),
        contact=asked.contact,
        timeout_seconds=asked.timeout_seconds,
        max_bytes=asked.max_bytes,
        max_wire_bytes=asked.max_bytes,
        per_host=asked.per_host,
        host_pause_seconds=asked.host_pause_seconds,
        concurrency=asked.concurrency,
        allow_networks=asked.allow_networks,
    )
    check_settings = CheckSettings(
        interval=timedelta(minutes=asked.interval_minutes),
        checks_per_minute=asked.checks_per_minute,
        concurrency=asked.concurrency,
        per_host=asked.per_host,
        timeout=timedelta(seconds=asked.timeout_seconds),
        read_seconds=READ_SECONDS,
        readers=READERS,
        aliases=settings.outlets.aliases,
    )
    async with Worker(max_workers=READERS) as worker, Door(door_settings, clock=clock) as door:
        rules = _robots(database, door, worker, clock)
        yield Web(
            door=door,
            worker=worker,
            feeds=FeedChecks(database, door, worker, check_settings, clock),
            pages=PageFetches(database, PageReader(door=door, worker=worker, robots=rules, read_seconds=READ_SECONDS), clock),
        )


def _robots(database: Database, door: Door, worker: Worker, clock: Clock) -> Robots:
    async def load(origin: str) -> RobotsText | None:
        async with database.read() as connection:
            return await robots.load(connection, origin)

    async def save(origin: str, text: str, fetched_at: datetime, expires_at: datetime) -> None:
        async with database.write() as connection:
            await robots.save(connection, origin, text, fetched_at, expires_at)

    return Robots(door, worker, load=load, save=save, clock=clock)


def desk(
    database: Database,
    settings: Settings,
    asking: Web,
    *,
    wake: Callable[[], None] = lambda: None,
    check_due: Callable[[], Awaitable[None]] | None = None,
) -> Desk:
    """Make what commands may use: with `wake` where a watcher runs, with `check_due` where none does."""
    return Desk(
        database=database,
        version=version("slugline"),
        digest=DigestSettings(most=settings.digest.events, per_outlet=settings.digest.per_outlet),
        digest_window=timedelta(hours=settings.digest.window_hours),
        feeds=FeedDesk(
            door=asking.door,
            worker=asking.worker,
            most=settings.feeds.most,
            full_text=settings.feeds.full_text,
            allow_networks=settings.feeds.allow_networks,
            checks_per_minute=settings.feeds.checks_per_minute,
            read_seconds=READ_SECONDS,
            wake=wake,
            check_due=check_due,
            outage=lambda: asking.feeds.out_since,
        ),
    )
