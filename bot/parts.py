"""The parts of a running Slugline, opened and put together as the configuration says; which of them a command needs is known in `shell`."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module
from importlib.metadata import version
from typing import Final, Protocol

from bot import opening
from bot.announcer import Announcer
from bot.commands import guild_channels
from bot.commands.desk import Desk, Draw, FeedDesk, TellingDesk
from bot.config import Settings
from bot.core.chats.ports import Limits, Outcome, Outgoing, Platform
from bot.core.feeds.robots_text import RobotsText
from bot.core.grouping.grouper import GroupingSettings
from bot.core.grouping.reingest import Reingest, Scope
from bot.pipeline.announce import Announcements
from bot.pipeline.collect import Advance, Clock, FolderReader
from bot.pipeline.deliver import Deliveries
from bot.pipeline.digests import Digests
from bot.pipeline.feeds import CheckSettings, FeedChecks
from bot.pipeline.group import Grouping
from bot.pipeline.pages import PageFetches, PageReader
from bot.pipeline.reapply import Reapplying
from bot.pipeline.reingest import Reingests
from bot.platforms.discord.settings import DiscordSettings
from bot.platforms.telegram.settings import TelegramSettings, Webhook
from bot.sources.fetch import Door, DoorSettings
from bot.sources.multilingual import encoder
from bot.sources.robots import Robots
from bot.sources.worker import Worker
from storage.engine.database import Database
from storage.feeds import robots

READERS: Final = 2
"""Processes that read feeds and pages, started when there is something to read."""

READ_SECONDS: Final = 10.0
"""What reading one feed, page or list may take. Guess: the slowest of the real feeds takes a hundredth of it."""


def grouping(database: Database, settings: Settings, clock: Clock) -> Grouping:
    """Make the grouper; it leads from its first run on."""
    return Reapplying(database, grouping_settings(settings), clock)


def grouping_settings(settings: Settings) -> GroupingSettings:
    """Say what decides about events."""
    kept = settings.grouping
    return GroupingSettings(threshold=kept.threshold, live_events=kept.live_events, embed=encoder() if kept.languages else None)


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
        rules = robot_rules(database, door, worker, clock)
        yield Web(
            door=door,
            worker=worker,
            feeds=FeedChecks(database, door, worker, check_settings, clock),
            pages=PageFetches(database, PageReader(door=door, worker=worker, robots=rules, read_seconds=READ_SECONDS), clock),
        )


def robot_rules(database: Database, door: Door, worker: Worker, clock: Clock) -> Robots:
    """Give what sites allow to robots, remembered in the database."""

    async def load(origin: str) -> RobotsText | None:
        async with database.read() as connection:
            return await robots.load(connection, origin)

    async def save(origin: str, text: str, fetched_at: datetime, expires_at: datetime) -> None:
        async with database.write() as connection:
            await robots.save(connection, origin, text, fetched_at, expires_at)

    return Robots(door, worker, load=load, save=save, clock=clock)


def telegram_settings(settings: Settings) -> TelegramSettings | None:
    """Say how Telegram is served; None without a token."""
    asked = settings.telegram
    if not asked.is_on:
        return None
    webhook = None
    if asked.mode == "webhook":
        secret = asked.webhook_secret.get_secret_value()
        given = {"secret": secret} if secret else {}
        webhook = Webhook(url=asked.webhook_url, host=asked.webhook_host, port=asked.webhook_port, path=asked.webhook_path, **given)
    return TelegramSettings(
        token=asked.token.get_secret_value(),
        base_url=asked.base_url,
        limits=Limits(
            per_chat_seconds=asked.seconds_between_messages,
            per_group_minute=asked.messages_per_minute_in_groups,
            overall_second=asked.messages_per_second,
            at_once=asked.at_once,
        ),
        admins=asked.admins,
        name=asked.name,
        webhook=webhook,
    )


def discord_settings(settings: Settings) -> DiscordSettings | None:
    """Say how Discord is served; None without a token."""
    asked = settings.discord
    if not asked.is_on:
        return None
    return DiscordSettings(
        token=asked.token.get_secret_value(),
        base_url=asked.base_url,
        gateway_url=asked.gateway_url,
        limits=Limits(
            per_chat_seconds=asked.seconds_between_messages,
            per_group_minute=None,
            overall_second=asked.messages_per_second,
            at_once=asked.at_once,
        ),
        admins=asked.admins,
    )


class ChatService(Protocol):
    """A chat platform that is open: what is queued can be sent there, and people are answered once it is served."""

    @property
    def platform(self) -> Platform:
        """Where messages go."""
        ...

    async def serve(self, desk: Desk, answer: Callable[[Outgoing], Awaitable[Outcome]], clock: Clock) -> None:
        """Answer people until cancelled."""
        ...


@asynccontextmanager
async def chat_platforms(settings: Settings, database: Database) -> AsyncIterator[list[ChatService]]:
    """Open the chat platforms that are configured; the libraries of others are not even loaded: a fifth of the start, 18 MB (measured)."""
    async with AsyncExitStack() as opened_ones:
        there: list[ChatService] = []
        if (telegram := telegram_settings(settings)) is not None:
            service = import_module("bot.platforms.telegram.service")
            there.append(await opened_ones.enter_async_context(service.telegram(telegram)))
        if (discord := discord_settings(settings)) is not None:
            service = import_module("bot.platforms.discord.service")
            await guild_channels.read(database, "discord")
            opening = service.discord(
                discord,
                threaded=partial(guild_channels.is_threaded, database),
                pinged=partial(guild_channels.pinged, database),
                receiving=import_module("bot.platforms.discord.dispatch").Dispatch,
            )
            there.append(await opened_ones.enter_async_context(opening))
        yield there


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What tells chats: the loops, and of their steps those that commands talk to."""

    announcer: Announcer
    deliveries: Deliveries


def telling(database: Database, settings: Settings, platforms: Sequence[Platform], clock: Clock) -> Telling:
    """Make what writes and sends what chats subscribed to; what is for other platforms than these stays queued."""
    deliveries = Deliveries(database, platforms, clock)
    announcer = Announcer(Announcements(database, clock), Digests(database, clock, opening.digest_settings(settings)), deliveries)
    return Telling(announcer=announcer, deliveries=deliveries)


def _no_platform_stopped() -> Mapping[str, str]:
    return {}


def desk(
    database: Database,
    settings: Settings,
    asking: Web,
    clock: Clock,
    *,
    wake: Callable[[], None] = lambda: None,
    check_due: Callable[[], Awaitable[None]] | None = None,
    correct: Callable[[], Awaitable[object]] | None = None,
    deliveries: Deliveries | None = None,
    draw: Draw | None = None,
) -> Desk:
    """Make what commands may use: with `wake` where a watcher runs, with `check_due` where none does, with `deliveries` where they go.

    `correct` does what admins asked for, `draw` draws where somebody looks at pictures.
    """
    digests = Digests(database, clock, opening.digest_settings(settings))

    async def plan(scope: Scope, *, who: str, chat: str, is_dry: bool, expect: Advance, advance: Advance) -> Reingest | None:
        # Not before somebody wants it: what groups may have to load a model.
        reader = folder_reader(asking.worker, settings)
        reingests = Reingests(database=database, settings=grouping_settings(settings), reader=reader, clock=clock)
        return await reingests.plan(scope, who=who, chat=chat, is_dry=is_dry, expect=expect, advance=advance)

    return replace(
        opening.desk(database, settings, clock),
        telling=TellingDesk(
            preview=digests.preview,
            told=digests.told,
            wake=(lambda: None) if deliveries is None else deliveries.wake,
            stopped=_no_platform_stopped if deliveries is None else lambda: deliveries.stopped,
        ),
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
        correct=correct,
        reingest=plan,
        draw=draw,
    )
