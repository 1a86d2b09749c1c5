"""How the terminal exports, imports and backs up: files that are whole or not there, progress bars, and what is said in the end."""

import fcntl
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO, Final

from bot.commands.desk import sentence
from bot.core.errors import SluglineError, UsageError
from bot.core.phrase import joined, phrase
from bot.core.wording import counted
from bot.pipeline.export import Exported, export
from bot.pipeline.import_ import import_
from bot.platforms.console.output import OutputLost, Printer, complain
from bot.platforms.console.progress import Progress
from bot.sources.names import printable
from storage.engine.backup import back_up
from storage.engine.database import Database

STANDARD: Final = Path("-")


async def write_export(database: Database, to: Path, printer: Printer, *, program: str, now: datetime) -> None:
    """Export into a new file, or to standard output; then nothing but the lines is written there.

    Raises:
        UsageError: there is such a file, or a terminal would get the lines.
        SluglineError: the file cannot be written.
    """
    if to == STANDARD:
        if sys.stdout.isatty():
            raise UsageError(
                phrase(
                    "The lines of an export are for a file: `slugline export FILE`, or send them on: `slugline export - | gzip > FILE.gz`"
                )
            )
        exported = await _exported(database, _to_standard_output, program=program, now=now)
        if exported.unsent:
            complain(_left_behind(exported))
        return
    with new_file(to) as part, _writing(part) as file:
        exported = await _exported(database, file.write, program=program, now=now)
    contents = _contents(exported.articles, exported.events, exported.chats)
    told = phrase("Exported {contents} as {lines}: {file}.", contents=contents, lines=counted(exported.lines + 1, "line"), file=_shown(to))
    printer.answer(sentence(joined(" ", [told, _left_behind(exported)] if exported.unsent else [told]), facts=exported))


async def _exported(database: Database, write: Callable[[bytes], object], *, program: str, now: datetime) -> Exported:
    with Progress(sys.stderr, "Exporting") as progress:
        return await export(database, write, program=program, now=now, expect=progress.expect, advance=progress.advance)


def _to_standard_output(data: bytes) -> None:
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        # What is still buffered is let go, or the interpreter would try again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise OutputLost(f"Standard output cannot be written: {error.strerror}.") from error


def _left_behind(exported: Exported) -> str:
    """Say that messages are not exported, if there are any."""
    if not exported.unsent:
        return ""
    waiting = counted(exported.unsent, "message")
    return phrase("Left behind: {waiting} that nobody has seen yet; what they tell is news again in the new installation.", waiting=waiting)


async def read_import(database: Database, source: Path, printer: Printer) -> None:
    """Import a file into a new installation.

    Raises:
        UsageError: the file cannot be read or imported, or something is in the database.
        SluglineError: another Slugline uses the database.
    """
    with _reading(source) as file, Progress(sys.stderr, "Importing") as progress:
        done = await import_(database, file, _shown(source), expect=progress.expect, advance=progress.advance)
    contents = _contents(done.articles, done.events, done.chats)
    told = phrase("Imported {contents} into {database}.", contents=contents, database=database.subject.removeprefix("The database "))
    printer.answer(sentence(told, facts=done))


async def write_backup(url: str, to: Path, printer: Printer, *, busy_timeout: float) -> None:
    """Copy the database into a new file.

    Raises:
        UsageError: there is such a file, or no database, or a server keeps it.
        SluglineError: the file cannot be written.
    """
    with new_file(to) as part, Progress(sys.stderr, "Copying") as progress:
        done = await back_up(url, part, busy_timeout=busy_timeout, reach=progress.reach)
    contents = _contents(done.articles, done.events, done.chats)
    told = phrase("Backed up {contents}, {bytes:,} bytes: {file}. The copy is whole.", contents=contents, bytes=done.bytes, file=_shown(to))
    printer.answer(sentence(told, facts=done))


def _contents(articles: int, events: int, chats: int) -> str:
    return phrase(
        "{articles}, {events} and {chats}",
        articles=counted(articles, "article"),
        events=counted(events, "event"),
        chats=counted(chats, "chat"),
    )


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """Give an empty file to be filled, which gets the name `path` once that is done; else nothing stays.

    Only its owner can read it: it says what chats want and were told. What was left by one who was killed goes when this is called again.

    Raises:
        UsageError: there is a file of that name.
        SluglineError: it cannot be written.
    """
    shown = _shown(path)
    if os.path.lexists(path):
        raise UsageError(phrase("{file} is there already, and nothing is overwritten. Name a new file.", file=shown))
    part = descriptor = None
    try:
        _sweep(path)
        descriptor, name = mkstemp(prefix=f"{path.name}.part-", dir=path.parent)
        part = Path(name)
        # As long as this lives, nobody takes it for something that was left behind.
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield part
        _give_name(part, path)
    except FileExistsError as error:
        raise UsageError(phrase("{file} has appeared meanwhile, and nothing is overwritten. Name a new file.", file=shown)) from error
    except OSError as error:
        raise SluglineError(phrase("{file} cannot be written: {reason}.", file=shown, reason=error.strerror)) from error
    finally:
        if part is not None:
            part.unlink(missing_ok=True)
        if descriptor is not None:
            os.close(descriptor)


def _sweep(path: Path) -> None:
    """Remove the parts of this file whose writers are dead: the system gives a lock back whatever a process dies of."""
    is_part = re.compile(re.escape(path.name) + r"\.part-[a-z0-9_]{8}")
    with suppress(OSError):  # A folder that cannot be listed may be written to all the same.
        for left in [each for each in path.parent.iterdir() if is_part.fullmatch(each.name)]:
            # Somebody else's, still being written, or gone meanwhile: it stays, and nobody need know.
            with suppress(OSError):
                _remove_unlocked(left)


def _remove_unlocked(left: Path) -> None:
    """Remove a regular file that nobody has locked, and the journal that SQLite had beside it."""
    descriptor = os.open(left, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.with_name(f"{left.name}-journal").unlink(missing_ok=True)
            left.unlink()
    finally:
        os.close(descriptor)


def _give_name(part: Path, path: Path) -> None:
    """Let a file that is safely on the disk have its name too, unless another has it."""
    _sync(part)
    try:
        path.hardlink_to(part)
    except FileExistsError:
        raise
    except OSError:  # Some disks know one name a file, such as those of cameras.
        if os.path.lexists(path):
            raise FileExistsError from None
        part.rename(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _writing(path: Path) -> BinaryIO:
    return path.open("wb")


@contextmanager
def _reading(path: Path) -> Iterator[BinaryIO]:
    try:
        file = path.open("rb")
    except OSError as error:
        told = phrase(
            "{file} cannot be read: {reason}. Name a file that `slugline export` wrote.", file=_shown(path), reason=error.strerror
        )
        raise UsageError(told) from error
    with file:
        yield file


def _shown(path: Path) -> str:
    return printable(os.fsencode(path))
