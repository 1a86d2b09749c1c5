"""`slugline ask`, and every other command of the shell that is one of the chat: `slugline status` is `slugline ask /status`."""

from argparse import Namespace
from contextlib import AsyncExitStack
from importlib import import_module

from bot import opening
from bot.commands.registry import only_reads, respond
from bot.config import Settings
from bot.opening import Clock
from bot.platforms.console.files import request_of
from bot.platforms.console.once import Keep, deliver
from bot.platforms.console.output import Printer
from bot.platforms.console.shell_words import asked
from bot.shell.exits import DONE, FAILED, MISUSED


async def execute(settings: Settings, words: Namespace, printer: Printer, clock: Clock) -> int:
    """Answer what the words of the shell ask."""
    match words.command:
        case "sources":
            line, keep = asked(words.words, printer)
        case "ask":
            line, keep = " ".join(words.line), None
        case _:
            line, keep = " ".join([f"/{words.command}", *getattr(words, "words", ())]), None
    return await ask(settings, line, printer, clock, keep)


async def ask(settings: Settings, line: str, printer: Printer, clock: Clock, keep: Keep | None = None) -> int:
    """Answer one line as the terminal chat would, and do what it asks for to the end; gives the exit code."""
    async with AsyncExitStack() as open_ones:
        database = await open_ones.enter_async_context(opening.opened(settings, clock, briefly=True))
        request = await request_of(line, clock())
        if only_reads(request):
            desk = opening.desk(database, settings, clock)
        else:
            acting = import_module("bot.shell.act").acting
            desk = await open_ones.enter_async_context(acting(database, settings, clock))
        answer = await respond(desk, request)
        printer.zone, printer.language = await opening.reader(database, settings, clock())
        answer = await deliver(answer, printer, keep)
    if answer.misused:
        return MISUSED
    return FAILED if answer.failed else DONE
