"""The composition root: reads configuration and clock, opens what there is to open, runs one loop, closes everything again."""

import asyncio
import os
import sys
from argparse import Namespace
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Final

from bot import config, logs
from bot.commands.desk import Answer, Desk, Request, sentence
from bot.commands.events import newest_titles
from bot.commands.registry import COMMANDS, respond
from bot.config import Settings
from bot.core.digest import DigestSettings
from bot.core.errors import ConfigurationError, SluglineError, UsageError
from bot.core.grouping import GroupingSettings
from bot.core.message import Message
from bot.evaluation.measurement import Steps, measure
from bot.evaluation.wanted import OfArticles, OfCopies, OfEvents, OfFrontier, OfLanguages, OfShuffles, Wanted
from bot.intake import Intake, take_in
from bot.pipeline.collect import Collected, FolderReader, normal
from bot.pipeline.group import Grouping
from bot.platforms.console.ingest import Ingested, ingested
from bot.platforms.console.output import Printer, complain
from bot.platforms.console.progress import Progress
from bot.platforms.console.repl import converse, history_file
from bot.scheduler import every
from bot.sources.multilingual import encoder
from bot.sources.names import printable
from bot.sources.worker import Worker
from storage import events
from storage.database import Database

PATIENCE: Final = timedelta(seconds=30)
"""How long `ingest` waits for files that are still being written."""

FIRST_PATIENCE: Final = timedelta(seconds=5)
"""How long `run` waits for such files before it shows what is new: files that were just copied settle in that time. Guess."""

COMPLETED_EVENTS: Final = 50
"""Event numbers that the terminal offers as completion."""

DONE, FAILED, MISUSED = 0, 1, 2
"""Exit codes."""

FIRST_SIGHT: Final = ("/digest", "/latest", "/sources")
"""What `run` shows where there is no terminal to talk in."""


def now() -> datetime:
    """The only look at the clock."""
    return datetime.now(UTC)


@asynccontextmanager
async def _opened(settings: Settings, *, briefly: bool = False) -> AsyncIterator[Database]:
    kept = settings.storage
    database = await Database.open(kept.url, now=now(), busy_timeout=kept.busy_timeout_seconds, briefly=briefly)
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
    kept = settings.grouping
    embed = encoder() if kept.languages else None
    return Grouping(database, GroupingSettings(threshold=kept.threshold, live_events=kept.live_events, embed=embed), now)


def _reader(worker: Worker, settings: Settings) -> FolderReader:
    return FolderReader(
        worker=worker,
        settle=timedelta(seconds=settings.sources.settle_seconds),
        limit_bytes=settings.sources.max_file_bytes,
        timeout_per_file=settings.sources.file_timeout_seconds,
    )


async def ask(settings: Settings, line: str, printer: Printer) -> int:
    """Answer one line as the terminal chat would; gives the exit code."""
    async with _opened(settings, briefly=True) as database:
        answer = await respond(_desk(database, settings), Request(text=line, now=now()))
    printer.answer(answer)
    if answer.misused:
        return MISUSED
    return FAILED if answer.failed else DONE


async def ingest(settings: Settings, paths: Sequence[Path], printer: Printer) -> int:
    """Take in folders and single files, group what came, and say how it went; `FAILED` when one of them could not be read."""
    places = [_place(path, settings.sources.folders) for path in paths]
    async with _opened(settings) as database, Worker() as worker, _grouping(database, settings) as grouping:
        reader = _reader(worker, settings)
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


async def run(settings: Settings, file: Path | None, printer: Printer) -> int:
    """Serve until somebody leaves: watch the folders, group what comes, and talk in the terminal.

    Without a terminal, what is in the folders is taken in, shown once, and that is all.
    Raises ConfigurationError when a folder that the configuration names cannot be read.
    """
    _check_folders(settings, file)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return await _show_once(settings, printer)
    with logs.shown(printer.notice):
        async with _opened(settings) as database, Worker() as worker, _grouping(database, settings) as grouping:
            intake = Intake(database, _reader(worker, settings), grouping, settings.sources.folders, now)
            with Progress(sys.stderr, "Taking in"):
                await intake.settle(FIRST_PATIENCE)
            desk = _desk(database, settings)
            printer.answer(await respond(desk, Request(text="/digest", now=now())))
            await _serve(intake, desk, settings, printer)
    return DONE


async def _serve(intake: Intake, desk: Desk, settings: Settings, printer: Printer) -> None:
    """Talk while the intake goes on; what ends the intake for good ends the talk."""
    try:
        async with asyncio.TaskGroup() as tasks, every(settings.sources.rescan_seconds, intake.wake, name="rescan", first_at=now()):
            background = [tasks.create_task(intake.run()), tasks.create_task(intake.watch())]
            await _talk(desk, printer)
            for task in background:
                task.cancel()
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from failures


async def _show_once(settings: Settings, printer: Printer) -> int:
    with printer.document("ingest"):
        codes = [await ingest(settings, settings.sources.folders, printer)]
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


async def _talk(desk: Desk, printer: Printer) -> None:
    async def answer(line: str) -> Message:
        return (await respond(desk, Request(text=line, now=now()))).message

    await converse(
        answer=answer,
        show=printer.message,
        commands=COMMANDS,
        events=lambda: newest_titles(desk, COMPLETED_EVENTS),
        history=history_file(),
    )


async def execute(settings: Settings, words: Namespace) -> int:
    """Do what the command line asks; gives the exit code, having told what failed."""
    printer = Printer(settings.console.tzinfo, as_json=getattr(words, "json", False))
    file = getattr(words, "config", None)
    match words.command:
        case "run":
            return await run(settings, file, printer)
        case "ingest":
            return await ingest(settings, words.paths, printer)
        case "ask":
            return await ask(settings, " ".join(words.line), printer)
        case "eval":
            return evaluate(settings, words, printer)
        case "config":
            return await check(settings, file, printer)
        case _:
            return await ask(settings, " ".join([f"/{words.command}", *getattr(words, "words", ())]), printer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What `config check` found to be usable: the database, without its password, and the folders."""

    database: str
    folders: tuple[str, ...]


async def check(settings: Settings, file: Path | None, printer: Printer) -> int:
    """Say whether everything that the configuration names can be used."""
    _check_folders(settings, file)
    async with _opened(settings) as database:
        subject = database.subject.removeprefix("The database ")
    facts = Checked(database=subject, folders=tuple(printable(os.fsencode(normal(folder))) for folder in settings.sources.folders))
    told = f"The configuration can be used. Articles come from {', '.join(facts.folders) or 'no folder'} and are kept in {subject}."
    printer.answer(sentence(told, facts=facts))
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
    if words.kind == "articles":
        return OfArticles(folder=words.folder, floors=words.floors)
    files = tuple(words.files)
    if words.kind == "copies":
        return OfCopies(files=files, floors=words.floors)
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
