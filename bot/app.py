"""The composition root: reads configuration and clock, opens what there is to open, runs one loop, closes everything again."""

import asyncio
import os
import signal
import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Final

import structlog

from bot import config, logs, parts
from bot.commands.desk import Answer, Desk, Request, sentence
from bot.commands.events import newest_titles
from bot.commands.naming import fitting_feeds
from bot.commands.registry import COMMANDS, respond
from bot.config import Settings
from bot.core.errors import ConfigurationError, SluglineError, UsageError
from bot.core.phrase import joined, phrase
from bot.core.wording import counted
from bot.evaluation.measurement import Steps, measure
from bot.evaluation.wanted import OfArticles, OfCopies, OfEvents, OfExtracts, OfFrontier, OfLanguages, OfShuffles, OfUnderstanding, Wanted
from bot.intake import take_in
from bot.loops import first_of
from bot.parts import Web
from bot.pipeline.collect import Collected, normal
from bot.platforms.console.destination import Terminal
from bot.platforms.console.files import request_of
from bot.platforms.console.ingest import Ingested, ingested
from bot.platforms.console.moving import read_import, write_backup, write_export
from bot.platforms.console.once import Keep, deliver
from bot.platforms.console.output import Printer, complain
from bot.platforms.console.progress import Progress
from bot.platforms.console.repl import converse, history_file
from bot.platforms.console.shell_words import asked
from bot.service import serving
from bot.sources.multilingual import encoder
from bot.sources.names import printable
from bot.sources.worker import Worker
from storage.engine.database import Database
from storage.feeds import checks, feeds
from storage.news import events

log = structlog.get_logger(__name__)

PATIENCE: Final = timedelta(seconds=30)
"""How long `ingest` waits for files that are still being written."""

FIRST_PATIENCE: Final = timedelta(seconds=5)
"""How long `run` waits for such files before it shows what is new: files that were just copied settle in that time. Guess."""

FEEDS_PATIENCE: Final = timedelta(minutes=1)
"""How long a command that ends begins to ask feeds, and pages; what is still due then is asked the next time. Guess: 600 feeds."""

COMPLETED: Final = 50
"""Numbers of events or feeds that the terminal offers as completion."""

DONE, FAILED, MISUSED = 0, 1, 2
"""Exit codes."""

FIRST_SIGHT: Final = ("/digest", "/latest", "/sources")
"""What `run` shows where there is no terminal to talk in."""


def now() -> datetime:
    """The only look at the clock."""
    return datetime.now(UTC)


async def ask(settings: Settings, line: str, printer: Printer, keep: Keep | None = None) -> int:
    """Answer one line as the terminal chat would, and do what it asks for to the end; gives the exit code."""
    async with parts.opened(settings, now, briefly=True) as database, parts.web(database, settings, now) as web:
        desk = parts.desk(
            database,
            settings,
            web,
            now,
            check_due=lambda: _check_due(database, settings, web),
            correct=lambda: _correct(database, settings),
        )
        answer = await respond(desk, await request_of(line, now()))
        printer.zone, printer.language = await parts.reader(database, settings, now())
        answer = await deliver(answer, printer, keep)
    if answer.misused:
        return MISUSED
    return FAILED if answer.failed else DONE


async def _check_due(database: Database, settings: Settings, web: Web) -> None:
    """Ask the feeds that are due, for a while, and group what came."""
    async with database.read() as connection:
        due = await checks.next_due(connection)
    if due is None or due > now():
        return
    with Progress(sys.stderr, "Asking feeds") as progress:
        await web.feeds.run(patience=FEEDS_PATIENCE, expect=progress.expect, advance=progress.advance)
        await web.pages.run(patience=FEEDS_PATIENCE)
    with Progress(sys.stderr, "Grouping") as progress:
        async with parts.grouping(database, settings, now) as grouping:
            await grouping.run(expect=progress.expect, advance=progress.advance)


async def _correct(database: Database, settings: Settings) -> None:
    """Do what admins asked for, unless another process groups, which then does it."""
    async with parts.grouping(database, settings, now) as grouping:
        await grouping.run()


async def ingest(settings: Settings, paths: Sequence[Path], printer: Printer) -> int:
    """Take in folders and single files, group what came, and say how it went; `FAILED` when one of them could not be read."""
    places = [_place(path, settings.sources.folders) for path in paths]
    async with parts.opened(settings, now) as database, Worker() as worker, parts.grouping(database, settings, now) as grouping:
        reader = parts.folder_reader(worker, settings)
        total, failures = Collected(), []
        for folder, only in places:
            with Progress(sys.stderr, f"Reading {folder.name}") as progress:
                try:
                    total += await take_in(
                        database,
                        folder,
                        reader,
                        clock=now,
                        patience=PATIENCE,
                        only=only,
                        expect=progress.expect,
                        advance=progress.advance,
                    )
                except SluglineError as error:
                    failures.append(str(error))
        with Progress(sys.stderr, "Grouping") as progress:
            grouped = await grouping.run(expect=progress.expect, advance=progress.advance)
        async with database.read() as connection:
            count = await events.count(connection)
    outcome = Ingested(
        seen=total.seen,
        unchanged=total.unchanged,
        new=total.new,
        revised=total.revised,
        same=total.same,
        refused=total.refused,
        unsettled=len(total.waiting),
        grouped=grouped.articles,
        grouped_elsewhere=grouped.elsewhere,
        events=count,
    )
    printer.answer(Answer(message=ingested(outcome), facts=outcome))
    for failure in failures:
        complain(failure)
    return FAILED if failures else DONE


def _place(path: Path, folders: Sequence[Path]) -> tuple[Path, bytes | None]:
    """Give the folder of a path and, when the path is a file, its path inside: a file of a watched folder belongs to that one."""
    try:
        path.lstat()
        is_folder = path.is_dir()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}. Name a folder of article files, or one file.") from error
    if is_folder:
        return path, None
    file = normal(path.parent) / path.name
    folder = next((folder for folder in map(normal, folders) if file.is_relative_to(folder)), file.parent)
    return folder, os.fsencode(file.relative_to(folder))


async def run(settings: Settings, file: Path | None, printer: Printer, *, headless: bool = False) -> int:
    """Serve until somebody leaves: watch folders and feeds, group what comes, and talk in the terminal.

    `headless` serves without a terminal until the process is told to end, and so does whoever has a bot on a chat platform. Else, without a
    terminal, what is in the folders and what is due of the feeds is taken in, shown once, and that is all.
    Raises ConfigurationError when a folder that the configuration names cannot be read.
    """
    _check_folders(settings, file)
    has_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if headless or (settings.has_bot and not has_terminal):
        await _serve_alone(settings)
        return DONE
    if not has_terminal:
        return await _show_once(settings, printer)
    with logs.shown(printer.notice):
        async with serving(settings, now, Terminal(printer.message)) as service:
            with Progress(sys.stderr, "Taking in"):
                await service.intake.settle(FIRST_PATIENCE)
            printer.zone, printer.language = await parts.reader(service.desk.database, settings, now())
            printer.answer(await respond(service.desk, Request(text="/digest", now=now())))
            told_to_end = _told_to_end(signal.SIGTERM, signal.SIGHUP)  # Ctrl-C is for the line that is typed.
            await service.run(settings, first_of(_talk(service.desk, settings, printer), told_to_end.wait()))
    return DONE


def _told_to_end(*signals: signal.Signals) -> asyncio.Event:
    """Have these end the program in good order, for as long as the loop runs."""
    told_to_end = asyncio.Event()
    for number in signals:
        asyncio.get_running_loop().add_signal_handler(number, told_to_end.set)
    return told_to_end


async def _serve_alone(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; what was stored stays stored, what was under way comes again."""
    told_to_end = _told_to_end(signal.SIGTERM, signal.SIGINT)
    async with serving(settings, now) as service:
        log.info("Slugline is running.", folders=len(settings.sources.folders), process=os.getpid())
        await service.run(settings, told_to_end.wait())
    log.info("Slugline has ended.")


async def _show_once(settings: Settings, printer: Printer) -> int:
    with printer.document("ingest"):
        codes = [await ingest(settings, settings.sources.folders, printer)]
        try:
            async with parts.opened(settings, now) as database, parts.web(database, settings, now) as web:
                await _check_due(database, settings, web)
        except SluglineError as error:
            complain(str(error))
            codes.append(FAILED)
        for line in FIRST_SIGHT:
            printer.title(line)
            codes.append(await ask(settings, line, printer))
    return max(codes)


def _check_folders(settings: Settings, file: Path | None) -> None:
    unread = []
    for folder in settings.sources.folders:
        try:
            next(folder.iterdir(), None)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            unread.append(f"{printable(os.fsencode(folder.absolute()))} cannot be read ({reason})")
    if unread:
        place = config.where("sources", "folders", file)
        raise ConfigurationError(f"{place}: sources.folders: {'; '.join(unread)}: make the folder, or name one that can be read.")


async def _talk(desk: Desk, settings: Settings, printer: Printer) -> None:
    async def answer(line: str) -> Answer:
        answered = await respond(desk, await request_of(line, now()))
        printer.zone, printer.language = await parts.reader(desk.database, settings, now())
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


async def execute(settings: Settings, words: Namespace) -> int:
    """Do what the command line asks; gives the exit code, having told what failed."""
    printer = Printer(settings.console.tzinfo, language=settings.console.language, as_json=getattr(words, "json", False))
    file = getattr(words, "config", None)
    match words.command:
        case "run":
            return await run(settings, file, printer, headless=words.headless)
        case "ingest":
            return await ingest(settings, words.paths, printer)
        case "eval":
            return evaluate(settings, words, printer)
        case "config":
            return await check(settings, file, printer)
        case "export" | "import" | "backup":
            return await move(settings, words, printer)
        case "sources":
            line, keep = asked(words.words, printer)
        case "ask":
            line, keep = " ".join(words.line), None
        case _:
            line, keep = " ".join([f"/{words.command}", *getattr(words, "words", ())]), None
    return await ask(settings, line, printer, keep)


async def move(settings: Settings, words: Namespace, printer: Printer) -> int:
    """Write all that is kept into a file, or read it from one; a backup leaves even the schema as it is."""
    if words.command == "backup":
        await write_backup(settings.storage.url, words.file, printer, busy_timeout=settings.storage.busy_timeout_seconds)
        return DONE
    is_export = words.command == "export"
    async with parts.opened(settings, now, briefly=is_export) as database:
        if is_export:
            await write_export(database, words.file, printer, program=version("slugline"), now=now())
        else:
            await read_import(database, words.file, printer)
    return DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What `config check` found to be usable: the database, without its password, the folders, and how many feeds are watched."""

    database: str
    folders: tuple[str, ...]
    feeds: int


async def check(settings: Settings, file: Path | None, printer: Printer) -> int:
    """Say whether everything that the configuration names can be used."""
    _check_folders(settings, file)
    async with parts.opened(settings, now) as database:
        async with database.read() as connection:
            watched = await feeds.count(connection)
        subject = database.subject.removeprefix("The database ")
    folders = tuple(printable(os.fsencode(normal(folder))) for folder in settings.sources.folders)
    facts = Checked(database=subject, folders=folders, feeds=watched)
    told = phrase(
        "The configuration can be used. Articles come from {folders} and {feeds}, and are kept in {database}.",
        folders=", ".join(folders) or phrase("no folder"),
        feeds=counted(watched, "feed"),
        database=subject,
    )
    hint = phrase("Say in feeds.contact whom the owners of the feeds can ask about Slugline's visits.")
    printer.answer(sentence(joined(" ", (told, hint)) if watched and not settings.feeds.contact else told, facts=facts))
    return DONE


def evaluate(settings: Settings, words: Namespace, printer: Printer) -> int:
    """Measure on labelled data, with nothing but the files named; the database is not opened. `FAILED` when a pinned figure fell."""
    threshold = getattr(words, "threshold", None) or settings.grouping.threshold
    with Progress(sys.stderr, "Measuring") as progress:
        measured = measure(_wanted(words), threshold, Steps(progress.expect, progress.advance))
    printer.answer(Answer(message=measured.message, facts=measured.facts))
    for fall in measured.fallen:
        complain(fall)
    return FAILED if measured.fallen else DONE


def _wanted(words: Namespace) -> Wanted:
    match words.kind:
        case "articles":
            return OfArticles(folder=words.folder, floors=words.floors)
        case "copies":
            return OfCopies(files=tuple(words.files), floors=words.floors)
        case "extracts":
            return OfExtracts(files=tuple(words.files), floors=words.floors)
        case "understanding":
            return OfUnderstanding(files=tuple(words.files), marks=words.marks, floors=words.floors)
        case _:
            return _of_events(words)


def _of_events(words: Namespace) -> Wanted:
    files = tuple(words.files)
    if words.frontier:
        return OfFrontier(files=files, floors=words.floors)
    if words.shuffle:
        return OfShuffles(files=files, floors=words.floors, orders=words.shuffle)
    if words.languages:
        return OfLanguages(files=files, floors=words.floors)
    embed = encoder() if words.cross_language else None
    if words.cross_language and not embed:
        raise UsageError('--cross-language needs the extra "crosslang", which is not installed: pip install "slugline[crosslang]"')
    return OfEvents(files=files, floors=words.floors, within=tuple(words.within), memberships=words.memberships, embed=embed)
