"""A folder as a source: what lies in it, what has settled, and its bytes read safely; what they mean is for `parse`.

Nothing here changes, moves or deletes a file. Everything found is taken for hostile until `fstat` of the opened file has
said that it is a regular one, and no symbolic link below the folder is ever followed (the folder itself may be one:
it was named by the operator).
"""

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from bot.core.errors import SourceError, UsageError
from bot.core.model import Content, Reading, Refused
from bot.sources.names import SUFFIXES, is_article, is_passed_over, printable
from bot.sources.parsing.parse import parse_article

Parse: TypeAlias = Callable[[bytes, str], Content | Refused]

DEEPEST = 32
"""Folders inside folders that are entered. Guess: archives sort by year, month, day and outlet; deeper is a mistake or an attack."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST_NS = 2**63 - 1
"""The last time that 64 bits of nanoseconds express, in April 2262; file systems keep later ones, databases do not."""

KINDS = {
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
PARSER_FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, RuntimeError, TypeError, ValueError)
"""What a mistake of the parser, or a file that is too much for it, raises; RuntimeError includes RecursionError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A regular file with an article's suffix, as the last look saw it.

    `path` is printable and unique inside the folder, `raw` the same path as the file system spells it, `size` in bytes,
    `mtime_ns` in nanoseconds since 1970, between ±`LATEST_NS` whatever the file system says.
    """

    path: str
    raw: bytes
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """Something in the folder that cannot be an article whatever it holds, with the reason for a person."""

    path: str
    size: int
    mtime_ns: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StillChanging:
    """A file that changed, moved or went away between the look and the reading: the next look decides."""

    path: str


def scan(folder: Path) -> Iterator[Sighting | Oddity]:
    """Look at everything in the folder and its sub-folders, in the order of the names; nothing is opened but folders.

    Hidden and unfinished files (`names.is_passed_over`) are left out. Ten thousand files take about 0.1 s: not for the event loop.
    SourceError, at the first step, when the folder itself is missing or unreadable.
    """
    root = _open_folder(folder)
    try:
        yield from _walk(root, b"", 0)
    except OSError as error:
        raise SourceError(f"The folder {printable(os.fsencode(folder))} cannot be listed: {error.strerror}.") from error
    finally:
        os.close(root)


def look_at(folder: Path, raw: bytes) -> Sighting | Oddity:
    """Look at the one file whose path inside the folder is `raw`, as `scan` would, without looking at any other.

    UsageError when `scan` would pass it over, or when it is gone. SourceError when the folder is missing or unreadable.
    """
    *folders, name = raw.split(b"/")
    shown = printable(os.fsencode(folder / os.fsdecode(raw)))
    if any(is_passed_over(os.fsdecode(step)) for step in (*folders, name)):
        raise UsageError(f"{shown} is not read: names like this are given to hidden, temporary and unfinished files. Rename it first.")
    root = _open_folder(folder)
    try:
        with _directory_below(root, folders) as directory:
            return _sight(os.fsdecode(name), raw, os.stat(name, dir_fd=directory, follow_symlinks=False))
    except OSError as error:
        refused = _unopened(error, shown)
        if isinstance(refused, StillChanging):
            raise UsageError(f"{shown} is gone.") from error
        return Oddity(path=printable(raw), size=0, mtime_ns=0, reason=refused.reason)
    finally:
        os.close(root)


def quarantined(oddity: Oddity) -> Reading:
    """An oddity as a reading that was refused; its digest is empty because nothing was read."""
    return Reading(path=oddity.path, size=oddity.size, mtime_ns=oddity.mtime_ns, digest="", result=Refused(reason=oddity.reason))


def is_settled(sighting: Sighting, unchanged_since: datetime | None, now: datetime, settle: timedelta) -> bool:
    """Whether nobody seems to be writing the file any more.

    It has been seen as it is now for at least `settle` (`unchanged_since` is the first such look, None when this is the first), or its
    time of modification is at least `settle` ago. The first rule is what lets a file in whose time lies in the future.
    """
    if unchanged_since is not None and now - unchanged_since >= settle:
        return True
    # In integers, because file systems keep times that datetime cannot express.
    age_us = (now - EPOCH) // timedelta(microseconds=1) - sighting.mtime_ns // 1000
    return age_us >= settle // timedelta(microseconds=1)


def read_articles(
    folder: Path, sightings: Sequence[Sighting], *, limit_bytes: int, parse: Parse = parse_article
) -> list[Reading | StillChanging]:
    """Read, hash (SHA-256) and parse each file; one answer per sighting, in their order.

    A file that cannot be read or parsed is a refused Reading and spoils no other. SourceError when the folder is gone.
    Meant to run in a worker process: it waits for the disk and parses hostile bytes.
    """
    root = _open_folder(folder)
    try:
        return [_read_article(root, sighting, limit_bytes, parse) for sighting in sightings]
    finally:
        os.close(root)


def read_settled(root: int, sighting: Sighting, *, limit_bytes: int) -> bytes | Refused | StillChanging:
    """The bytes of a file that is still what the look saw, opened below the folder whose descriptor is `root`.

    Every step of the path is opened relative to the one before, without following links; the last without waiting
    (a pipe would wait for ever). The size is checked before the first byte is read, and the file again after the last.
    """
    try:
        opened = _open_below(root, sighting.raw)
    except OSError as error:
        return _unopened(error, sighting.path)
    if isinstance(opened, Refused):
        return opened
    try:
        return _read_unchanged(opened, sighting, limit_bytes)
    except OSError as error:
        return Refused(reason=f"the file could not be read: {error.strerror}; it is tried again at the next look")
    finally:
        os.close(opened)


def _open_folder(folder: Path) -> int:
    try:
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        shown = printable(os.fsencode(folder))
        match error.errno:
            case errno.ENOENT:
                advice = "does not exist: create it, or correct its name in the configuration"
            case errno.ENOTDIR:
                advice = "is not a folder: name the folder that the files lie in"
            case errno.EACCES | errno.EPERM:
                advice = "may not be read: give the user that Slugline runs as the right to list and enter it"
            case _:
                advice = f"cannot be opened: {error.strerror}"
        raise SourceError(f"The folder {shown} {advice}.") from error
    except ValueError as error:  # a NUL in the name
        raise SourceError(f"The folder {printable(os.fsencode(folder))} has a name that no folder can have.") from error


def _walk(directory: int, inside: bytes, depth: int) -> Iterator[Sighting | Oddity]:
    with os.scandir(directory) as listing:
        entries = sorted((entry for entry in listing if not is_passed_over(entry.name)), key=lambda entry: entry.name)
    for entry in entries:
        raw = inside + os.fsencode(entry.name)
        try:
            # By the descriptor of the folder being listed, so a folder that is swapped for a link meanwhile changes nothing.
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue  # gone between listing and looking
        except OSError as error:
            yield Oddity(path=printable(raw), size=0, mtime_ns=0, reason=f"this cannot be looked at: {error.strerror}")
            continue
        if stat.S_ISDIR(status.st_mode):
            yield from _enter(directory, entry.name, raw, status, depth + 1)
        else:
            yield _sight(entry.name, raw, status)


def _enter(parent: int, name: str, raw: bytes, status: os.stat_result, depth: int) -> Iterator[Sighting | Oddity]:
    if is_article(name):
        yield _oddity(raw, status, "this is a folder with the name of an article file; rename it and the files in it will be read")
        return
    if depth > DEEPEST:
        yield _oddity(raw, status, f"this is a folder more than {DEEPEST} folders deep; move it up")
        return
    try:
        directory = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=parent)
    except FileNotFoundError:
        return
    except OSError as error:
        yield _oddity(raw, status, f"this is a folder that cannot be entered: {error.strerror}; its files are not read")
        return
    try:
        yield from _walk(directory, raw + b"/", depth)
    except OSError as error:
        yield _oddity(raw, status, f"this is a folder that cannot be listed: {error.strerror}; its files are not read")
    finally:
        os.close(directory)


def _sight(name: str, raw: bytes, status: os.stat_result) -> Sighting | Oddity:
    reason = _reason_against(name, status.st_mode)
    if reason:
        return _oddity(raw, status, reason)
    return Sighting(path=printable(raw), raw=raw, size=status.st_size, mtime_ns=_mtime_ns(status))


def _oddity(raw: bytes, status: os.stat_result, reason: str) -> Oddity:
    return Oddity(path=printable(raw), size=status.st_size, mtime_ns=_mtime_ns(status), reason=reason)


def _mtime_ns(status: os.stat_result) -> int:
    return max(-LATEST_NS, min(status.st_mtime_ns, LATEST_NS))


def _reason_against(name: str, mode: int) -> str | None:
    if not stat.S_ISREG(mode):
        return f"this is {KINDS.get(stat.S_IFMT(mode), 'not a regular file')}; only regular files are read"
    if not is_article(name):
        return f"the name has no suffix that is read ({' '.join(SUFFIXES)})"
    return None


def _open_below(root: int, raw: bytes) -> int | Refused:
    *folders, name = raw.split(b"/")
    if any(step in {b"", b".", b".."} for step in (*folders, name)) or b"\0" in raw:
        return Refused(reason="the path leaves the folder; only files inside it are read")
    with _directory_below(root, folders) as directory:
        return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=directory)


@contextmanager
def _directory_below(root: int, folders: Sequence[bytes]) -> Iterator[int]:
    """Open folder after folder, each relative to the one before, following no link."""
    directory = root
    try:
        for step in folders:
            deeper = os.open(step, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=directory)
            if directory != root:
                os.close(directory)
            directory = deeper
        yield directory
    finally:
        if directory != root:
            os.close(directory)


def _unopened(error: OSError, path: str) -> Refused | StillChanging:
    match error.errno:
        case errno.ENOENT:
            return StillChanging(path=path)
        case errno.ELOOP | errno.ENOTDIR:
            return Refused(reason="this is, or lies behind, a symbolic link; only regular files inside the folder are read")
        case errno.EACCES | errno.EPERM:
            return Refused(reason="the file may not be read: permission denied; give the user that Slugline runs as the right to read it")
        case errno.ENXIO | errno.ENODEV:
            return Refused(reason="this is a socket or a device; only regular files are read")
        case _:
            return Refused(reason=f"the file could not be opened: {error.strerror}; it is tried again at the next look")


def _read_unchanged(opened: int, sighting: Sighting, limit_bytes: int) -> bytes | Refused | StillChanging:
    before = os.fstat(opened)
    if reason := _reason_against(sighting.path, before.st_mode):
        return Refused(reason=reason)
    if before.st_size > limit_bytes:
        return Refused(
            reason=f"the file is larger than an article may be ({_megabytes(before.st_size)}; the limit is {_megabytes(limit_bytes)})"
        )
    if (before.st_size, _mtime_ns(before)) != (sighting.size, sighting.mtime_ns):
        return StillChanging(path=sighting.path)
    with open(opened, "rb", buffering=0, closefd=False) as file:
        pieces = []
        # One byte more than there should be: a file that grows is found out without reading all that it grew to.
        missing = before.st_size + 1
        while missing and (piece := file.read(missing)):
            pieces.append(piece)
            missing -= len(piece)
    after = os.fstat(opened)
    if missing != 1 or (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        return StillChanging(path=sighting.path)
    return b"".join(pieces)


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB"


def _read_article(root: int, sighting: Sighting, limit_bytes: int, parse: Parse) -> Reading | StillChanging:
    digest = ""
    result: Content | Refused
    match read_settled(root, sighting, limit_bytes=limit_bytes):
        case StillChanging() as changing:
            return changing
        case Refused() as refused:
            result = refused
        case data:
            digest = hashlib.sha256(data).hexdigest()
            try:
                result = parse(data, sighting.path)
            except PARSER_FAULTS as error:
                result = Refused(
                    reason=f"the reader failed on this file ({type(error).__name__}: {error}); please report it, with the file"
                )
    return Reading(path=sighting.path, size=sighting.size, mtime_ns=sighting.mtime_ns, digest=digest, result=result)
