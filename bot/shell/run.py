"""`slugline run`: serve until somebody leaves, with a terminal or without."""

import asyncio
import os
import signal
import sys
from argparse import Namespace
from datetime import timedelta
from importlib import import_module
from typing import Final

import structlog

from bot import logs, opening, parts
from bot.commands.desk import Request
from bot.commands.registry import respond
from bot.config import Settings
from bot.core.errors import SluglineError
from bot.loops import first_of
from bot.opening import Clock
from bot.platforms.console.destination import Terminal
from bot.platforms.console.output import Printer, complain
from bot.platforms.console.progress import Progress
from bot.service import serving
from bot.shell.act import check_due
from bot.shell.ask import ask
from bot.shell.exits import DONE, FAILED
from bot.shell.folders import check_folders
from bot.shell.ingest import ingest

log = structlog.get_logger(__name__)

FIRST_PATIENCE: Final = timedelta(seconds=5)
"""How long `run` waits for such files before it shows what is new: files that were just copied settle in that time. Guess."""

FIRST_SIGHT: Final = ("/digest", "/latest", "/sources")
"""What `run` shows where there is no terminal to talk in."""


async def execute(settings: Settings, words: Namespace, printer: Printer, clock: Clock) -> int:
    """Serve until somebody leaves: watch folders and feeds, group what comes, and talk in the terminal.

    `--headless` serves without a terminal until the process is told to end, and so does whoever has a bot on a chat platform. Else,
    without a terminal, what is in the folders and what is due of the feeds is taken in, shown once, and that is all.
    Raises ConfigurationError when a folder that the configuration names cannot be read.
    """
    check_folders(settings, getattr(words, "config", None))
    has_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if words.headless or (settings.has_bot and not has_terminal):
        await _serve_alone(settings, clock)
        return DONE
    if not has_terminal:
        return await _show_once(settings, printer, clock)
    with logs.shown(printer.notice):
        async with serving(settings, clock, Terminal(printer.message)) as service:
            with Progress(sys.stderr, "Taking in"):
                await service.intake.settle(FIRST_PATIENCE)
            printer.zone, printer.language = await opening.reader(service.desk.database, settings, clock())
            printer.answer(await respond(service.desk, Request(text="/digest", now=clock())))
            talk = import_module("bot.shell.talk").talk  # the library that reads what is typed
            told_to_end = _told_to_end(signal.SIGTERM, signal.SIGHUP)  # Ctrl-C is for the line that is typed.
            await service.run(settings, first_of(talk(service.desk, settings, printer, clock), told_to_end.wait()))
    return DONE


def _told_to_end(*signals: signal.Signals) -> asyncio.Event:
    """Have these end the program in good order, for as long as the loop runs."""
    told_to_end = asyncio.Event()
    for number in signals:
        asyncio.get_running_loop().add_signal_handler(number, told_to_end.set)
    return told_to_end


async def _serve_alone(settings: Settings, clock: Clock) -> None:
    """Serve until SIGTERM or SIGINT; what was stored stays stored, what was under way comes again."""
    told_to_end = _told_to_end(signal.SIGTERM, signal.SIGINT)
    async with serving(settings, clock) as service:
        log.info("Slugline is running.", folders=len(settings.sources.folders), process=os.getpid())
        await service.run(settings, told_to_end.wait())
    log.info("Slugline has ended.")


async def _show_once(settings: Settings, printer: Printer, clock: Clock) -> int:
    with printer.document("ingest"):
        codes = [await ingest(settings, settings.sources.folders, printer, clock)]
        try:
            async with opening.opened(settings, clock) as database, parts.web(database, settings, clock) as web:
                await check_due(database, settings, web, clock)
        except SluglineError as error:
            complain(str(error))
            codes.append(FAILED)
        for line in FIRST_SIGHT:
            printer.title(line)
            codes.append(await ask(settings, line, printer, clock))
    return max(codes)
