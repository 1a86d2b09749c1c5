"""The desk of a command of the shell that does more than read: it asks the web, groups and plans by itself, as nobody else may."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

from bot import parts
from bot.commands.desk import Desk
from bot.config import Settings
from bot.parts import Web
from bot.pipeline.collect import Clock
from bot.platforms.console.progress import Progress
from storage.engine.database import Database
from storage.feeds import checks

FEEDS_PATIENCE: Final = timedelta(minutes=1)
"""How long a command that ends begins to ask feeds, and pages; what is still due then is asked the next time. Guess: 600 feeds."""


@asynccontextmanager
async def acting(database: Database, settings: Settings, clock: Clock) -> AsyncIterator[Desk]:
    """Open what there is beside the database."""
    async with parts.web(database, settings, clock) as web:
        yield parts.desk(
            database,
            settings,
            web,
            clock,
            check_due=lambda: check_due(database, settings, web, clock),
            correct=lambda: correct(database, settings, clock),
        )


async def check_due(database: Database, settings: Settings, web: Web, clock: Clock) -> None:
    """Ask the feeds that are due, for a while, and group what came."""
    async with database.read() as connection:
        due = await checks.next_due(connection)
    if due is None or due > clock():
        return
    with Progress(sys.stderr, "Asking feeds") as progress:
        await web.feeds.run(patience=FEEDS_PATIENCE, expect=progress.expect, advance=progress.advance)
        await web.pages.run(patience=FEEDS_PATIENCE)
    with Progress(sys.stderr, "Grouping") as progress:
        async with parts.grouping(database, settings, clock) as grouping:
            await grouping.run(expect=progress.expect, advance=progress.advance)


async def correct(database: Database, settings: Settings, clock: Clock) -> None:
    """Do what admins asked for, unless another process groups, which then does it."""
    async with parts.grouping(database, settings, clock) as grouping:
        await grouping.run()
