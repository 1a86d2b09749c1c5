"""The conversation of `slugline run` in a terminal."""

from typing import Final

from bot import opening
from bot.commands.desk import Answer, Desk
from bot.commands.events import newest_titles
from bot.commands.naming import fitting_feeds
from bot.commands.registry import COMMANDS, respond
from bot.config import Settings
from bot.opening import Clock
from bot.platforms.console.files import request_of
from bot.platforms.console.output import Printer
from bot.platforms.console.repl import converse, history_file

COMPLETED: Final = 50
"""Numbers of events or feeds that the terminal offers as completion."""


async def talk(desk: Desk, settings: Settings, printer: Printer, clock: Clock) -> None:
    """Answer line after line until somebody leaves."""

    async def answer(line: str) -> Answer:
        answered = await respond(desk, await request_of(line, clock()))
        printer.zone, printer.language = await opening.reader(desk.database, settings, clock())
        return answered

    await converse(
        answer=answer,
        show=printer.message,
        draw=printer.chart,
        commands=COMMANDS,
        events=lambda typed: newest_titles(desk, COMPLETED, typed),
        feeds=lambda typed: fitting_feeds(desk, COMPLETED, typed),
        history=history_file(),
        language=lambda: printer.language,
    )
