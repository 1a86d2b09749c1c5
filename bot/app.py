"""The composition root: reads configuration and clock, opens what there is to open, runs one loop, closes everything again."""

import asyncio
import sys
from argparse import Namespace
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Final

from bot.commands.desk import Answer, Desk, Request, sentence
from bot.commands.registry import COMMANDS, respond
from bot.config import Settings
from bot.core.digest import DigestSettings
from bot.core.errors import ConfigurationError, SluglineError, UsageError
from bot.core.event import headline
from bot.core.grouping import GroupingSettings
from bot.core.message import Message
from bot.core.model import EventId
from bot.evaluation.articles import evaluate_articles
from bot.evaluation.events import evaluate_events
from bot.evaluation.labelled import load
from bot.evaluation.report import article_report, event_report
from bot.intake import Intake
from bot.pipeline.collect import Collected, FolderReader, Unsettled, collect
from bot.pipeline.group import Grouping
from bot.platforms.console.ingest import Ingested, ingested
from bot.platforms.console.output import Printer, complain
from bot.platforms.console.progress import Progress
from bot.platforms.console.repl import converse, history_file
from bot.scheduler import every
from bot.sources.worker import Worker
from storage import events
from storage.database import Database

PATIENCE: Final = timedelta(seconds=30)
"""How long `ingest` waits for files that are still being written."""

COMPLETED_EVENTS: Final = 50
"""Event numbers that the terminal offers as completion."""

FIRST_SIGHT: Final = ("/digest", "/latest", "/sources")
"""What `run` shows where there is no terminal to talk in."""


def now() -> datetime:
    """The only look at the clock."""
    return datetime.now(UTC)


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Database]:
    database = await Database.open(settings.storage.url, now=now(), busy_timeout=settings.storage.busy_timeout_seconds)
    try:
        yield database
    finally:
        await database.close()


def _desk(database: Database, settings: Settings) -> Desk:
    return Desk(
        database=database,
        version=version("slugline"),
        digest=DigestSettings(most=settings.digest.events, per_outlet=settings.digest.per_outlet),
        digest_window=timedelta(hours=settings.digest.window_hours),
    )


def _grouping(database: Database, settings: Settings) -> Grouping:
    return Grouping(database, GroupingSettings(threshold=settings.grouping.threshold), now)


def _reader(worker: Worker, settings: Settings) -> FolderReader:
    return FolderReader(
        worker=worker,
        settle=timedelta(seconds=settings.sources.settle_seconds),
        limit_bytes=settings.sources.max_file_bytes,
        timeout_per_file=settings.sources.file_timeout_seconds,
    )


async def ask(settings: Settings, line: str, printer: Printer) -> bool:
    """Answer one line as the terminal chat would; False when it was not understood or names nothing that exists."""
    async with _opened(settings) as database:
        answer = await respond(_desk(database, settings), Request(text=line, now=now()))
    printer.answer(answer)
    return not answer.failed


async def ingest(settings: Settings, paths: Sequence[Path], printer: Printer) -> bool:
    """Take in folders and single files, group what came, and say how it went; False when a folder could not be read."""
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path} does not exist: name a folder of article files, or one file.")
    async with _opened(settings) as database, Worker() as worker, _grouping(database, settings) as grouping:
        total, failures = Collected(), []
        for path in paths:
            try:
                total += await _take_in(database, path, _reader(worker, settings))
            except SluglineError as error:
                failures.append(str(error))
        with Progress(sys.stderr, "Grouping") as progress:
            grouped = await grouping.run(expect=progress.expect, advance=progress.advance)
        async with database.read() as connection:
            count = await events.count(connection)
    outcome = Ingested(
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
    return not failures


async def _take_in(database: Database, path: Path, reader: FolderReader) -> Collected:
    """Collect one folder or file, waiting a while for files that are still being written."""
    folder, only = _split(path)
    deadline = now() + PATIENCE
    collected = Collected()
    waiting: dict[str, Unsettled] = {}
    with Progress(sys.stderr, f"Reading {folder.name}") as progress:
        while True:
            look = await collect(
                database, folder, reader, clock=now, previous=waiting, only=only, expect=progress.expect, advance=progress.advance
            )
            collected += look
            waiting = dict(look.waiting)
            if not waiting or now() >= deadline:
                return Collected(
                    new=collected.new, revised=collected.revised, same=collected.same, refused=collected.refused, waiting=waiting
                )
            await asyncio.sleep(reader.settle.total_seconds())


def _split(path: Path) -> tuple[Path, frozenset[str] | None]:
    """Give the folder of a path and, when the path is a file, the only name to look at."""
    path = path.absolute()
    return (path, None) if path.is_dir() else (path.parent, frozenset({path.name}))


async def run(settings: Settings, printer: Printer) -> bool:
    """Serve until somebody leaves: watch the folders, group what comes, and talk in the terminal.

    Without a terminal, what is in the folders is taken in, shown once, and that is all.
    Raises ConfigurationError when a folder that the configuration names cannot be read.
    """
    _check_folders(settings)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return await _show_once(settings, printer)
    async with _opened(settings) as database, Worker() as worker, _grouping(database, settings) as grouping:
        intake = Intake(database, _reader(worker, settings), grouping, settings.sources.folders, now)
        with Progress(sys.stderr, "Taking in"):
            await intake.look()
        desk = _desk(database, settings)
        printer.answer(await respond(desk, Request(text="/digest", now=now())))
        async with asyncio.TaskGroup() as tasks, every(settings.sources.rescan_seconds, intake.wake, name="rescan", first_at=now()):
            background = [tasks.create_task(intake.run()), tasks.create_task(intake.watch())]
            await _talk(desk, printer)
            for task in background:
                task.cancel()
    return True


async def _show_once(settings: Settings, printer: Printer) -> bool:
    succeeded = await ingest(settings, settings.sources.folders, printer)
    for line in FIRST_SIGHT:
        printer.title(line)
        succeeded &= await ask(settings, line, printer)
    return succeeded


def _check_folders(settings: Settings) -> None:
    for folder in settings.sources.folders:
        try:
            next(folder.iterdir(), None)
        except OSError as error:
            raise ConfigurationError(
                f"sources.folders: {folder} cannot be read ({error.strerror}): make it, or name another folder in the configuration"
            ) from error


async def _talk(desk: Desk, printer: Printer) -> None:
    async def answer(line: str) -> Message:
        return (await respond(desk, Request(text=line, now=now()))).message

    async def numbers() -> list[tuple[EventId, str]]:
        async with desk.database.read() as connection:
            found = await events.load(connection, await events.latest(connection, COMPLETED_EVENTS))
        return [(event.id, headline(event).content.title) for event in found]

    await converse(answer=answer, show=printer.message, commands=COMMANDS, events=numbers, history=history_file())


async def execute(settings: Settings, words: Namespace) -> bool:
    """Do what the command line asks; False when it failed in a way that was already told."""
    printer = Printer(settings.console.tzinfo, as_json=getattr(words, "json", False))
    match words.command:
        case "run":
            return await run(settings, printer)
        case "ingest":
            return await ingest(settings, words.paths, printer)
        case "ask":
            return await ask(settings, " ".join(words.line), printer)
        case "eval":
            printer.answer(measure(settings, words))
            return True
        case "config":
            return await check(settings, printer)
        case _:
            return await ask(settings, " ".join([f"/{words.command}", *getattr(words, "words", ())]), printer)


async def check(settings: Settings, printer: Printer) -> bool:
    """Say whether everything that the configuration names can be used."""
    _check_folders(settings)
    async with _opened(settings) as database:
        printer.answer(sentence(f"The configuration can be used. Everything is kept in {database.subject}.", facts=database.subject))
    return True


def measure(settings: Settings, words: Namespace) -> Answer:
    """Measure on labelled data, with nothing but the files named; the database is not opened."""
    if words.kind == "articles":
        with Progress(sys.stderr, "Recovering") as progress:
            found = evaluate_articles(words.folder, progress.advance)
        return Answer(message=article_report(found), facts=found)
    sets = [(file.stem, load(file)) for file in words.files]
    with Progress(sys.stderr, "Grouping", sum(len(stream) for _, stream in sets)) as progress:
        chosen = GroupingSettings(threshold=settings.grouping.threshold)
        scores = tuple(evaluate_events(name, stream, chosen, progress.advance) for name, stream in sets)
    return Answer(message=event_report(scores), facts=scores)
