"""What every command of the shell opens: the database that is configured, and the desk of whoever only reads what is stored there.

The parts of a Slugline that asks the web, groups, tells or serves are in `parts`: loading them takes longer than most answers.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, tzinfo
from importlib.metadata import version
from typing import TypeAlias

from bot.commands.desk import TERMINAL, Desk
from bot.config import Settings
from bot.core.chats.zone_names import find_zone, tz
from bot.core.errors import UsageError
from bot.core.telling.digest_settings import DigestSettings
from bot.languages import spoken
from storage.chats import chats
from storage.engine.database import Database

Clock: TypeAlias = Callable[[], datetime]
"""Gives the time, aware, UTC; as in `pipeline.collect`, which loads what reads files."""


@asynccontextmanager
async def opened(settings: Settings, clock: Clock, *, briefly: bool = False) -> AsyncIterator[Database]:
    """Open the database that is configured; `briefly` as in `Database.open`."""
    kept = settings.storage
    database = await Database.open(kept.url, now=clock(), busy_timeout=kept.busy_timeout_seconds, briefly=briefly)
    try:
        yield database
    finally:
        await database.close()


def desk(database: Database, settings: Settings, clock: Clock) -> Desk:
    """Make what commands may use that only read."""
    return Desk(
        database=database,
        version=version("slugline"),
        digest=digest_settings(settings),
        digest_window=timedelta(hours=settings.digest.window_hours),
        zone=zone_name(settings, clock()),
        language=settings.console.language,
    )


def digest_settings(settings: Settings) -> DigestSettings:
    """Say how much a digest shows."""
    return DigestSettings(most=settings.digest.events, per_outlet=settings.digest.per_outlet)


def zone_name(settings: Settings, now: datetime) -> str:
    """Name the zone of the terminal, the first one of every chat; where the machine's has no name, its present offset."""
    zone = settings.console.tzinfo
    try:
        tz(str(zone))
    except UsageError:
        offset = now.astimezone(zone).strftime("%z")
        return (find_zone(f"UTC{offset[:3]}:{offset[3:5]}") or ["UTC"])[0]
    return str(zone)


async def reader(database: Database, settings: Settings, now: datetime) -> tuple[tzinfo, str]:
    """Give the zone and the language of the terminal: those of its chat, which /timezone and /language set, else those configured."""
    async with database.read() as connection:
        chat = await chats.find(connection, TERMINAL.address)
    zone = settings.console.tzinfo if chat is None or chat.zone == zone_name(settings, now) else tz(chat.zone)
    return zone, settings.console.language if chat is None or chat.language is None else spoken(chat.language)
