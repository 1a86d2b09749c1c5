"""`slugline ingest`: take in folders and single files, once."""

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from bot import opening, parts
from bot.commands.desk import Answer
from bot.config import Settings
from bot.core.errors import SluglineError, UsageError
from bot.intake import take_in
from bot.opening import Clock
from bot.pipeline.collect import Collected, normal
from bot.platforms.console.ingest import Ingested, ingested
from bot.platforms.console.output import Printer, complain
from bot.platforms.console.progress import Progress
from bot.shell.exits import DONE, FAILED
from bot.sources.worker import Worker
from storage.news import events

PATIENCE: Final = timedelta(seconds=30)
"""How long `ingest` waits for files that are still being written."""


async def execute(settings: Settings, words: Namespace, printer: Printer, clock: Clock) -> int:
    """Take in what the words of the shell name."""
    return await ingest(settings, words.paths, printer, clock)


async def ingest(settings: Settings, paths: Sequence[Path], printer: Printer, clock: Clock) -> int:
    """Take in folders and single files, group what came, and say how it went; `FAILED` when one of them could not be read."""
    places = [_place(path, settings.sources.folders) for path in paths]
    async with opening.opened(settings, clock) as database, Worker() as worker, parts.grouping(database, settings, clock) as grouping:
        reader = parts.folder_reader(worker, settings)
        total, failures = Collected(), []
        for folder, only in places:
            with Progress(sys.stderr, f"Reading {folder.name}") as progress:
                try:
                    total += await take_in(
                        database,
                        folder,
                        reader,
                        clock=clock,
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
