"""One program on Telegram and on Discord at once: one event becomes a card on each, and what befalls one platform is nothing to the other."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import discord_program
import telegram_program
from bot_api import BotApi
from running_program import OTHERS, until


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[tuple[discord_program.Program, telegram_program.Program]]:
    """The program as it is met on Discord, and the same as it is met on Telegram."""
    async with BotApi() as api, discord_program.program(folder, is_started=False) as running:
        there = telegram_program.on_telegram(api, folder, running.url)
        running.given |= there.given
        await running.start()
        yield running, there
        assert await running.stop() == 0
        there.log, there.command_lines = running.log, running.command_lines
        there.check_secrecy()


async def test_one_event_becomes_a_card_on_each_platform(tmp_path: Path) -> None:
    async with served(tmp_path) as (slugline, there):
        ada = there.api.person("Ada")
        aside = next(iter(slugline.api.world.channels.values()))
        await there.ask(ada, "/subscribe breaking min:2", "Subscribed")
        await slugline.ask(aside, "digest", "subscribe", how="breaking", filter="min:2", expected="Subscribed")
        slugline.report(0, 1)
        card = await there.api.message(ada, "2 independent reports", within=60)
        await until(lambda: any("2 independent reports" in text for text in slugline.api.texts(aside)))
        (shown,) = [text for text in slugline.api.texts(aside) if "2 independent reports" in text]
        assert card.text.splitlines()[0] in shown
        assert slugline.warnings() == []


async def test_a_platform_that_stops_us_stops_no_other(tmp_path: Path) -> None:
    async with served(tmp_path) as (slugline, there):
        ada = there.api.person("Ada")
        aside = next(iter(slugline.api.world.channels.values()))
        await there.ask(ada, "/latest", "no event yet")
        await slugline.ask(aside, "alerts", expected="told at once", reports=1)
        await slugline.api.down()
        slugline.drop("comet", OTHERS["comet"])
        await there.knows(ada, "comet")
        await there.ask(ada, "/latest", "Comet seen over Tamsk")
        await slugline.api.up()
        await until(lambda: any("Comet seen over Tamsk" in text for text in slugline.api.texts(aside)))
