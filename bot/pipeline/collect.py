"""Collect: from the files of a folder to stored articles; how a file is read stands in `sources`, what is kept in `storage`.

The steps of the pipeline share nothing but tables. Each can be killed at any instruction, run again and run alone.
"""

import asyncio
import os
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

from bot.core.errors import SourceError
from bot.core.grouping.identity import identity
from bot.core.model import Content, Reading, SourceId
from bot.core.task_failures import first_failure
from bot.sources.folder import Oddity, Sighting, StillChanging, is_settled, look_at, quarantined, scan
from bot.sources.names import printable
from bot.sources.worker import Worker, read_batch
from storage.engine.database import Database
from storage.feeds import sources
from storage.news import articles, files
from storage.news.files import FileState

Clock: TypeAlias = Callable[[], datetime]
Advance: TypeAlias = Callable[[int], None]

A = TypeVar("A")
B = TypeVar("B")

READ_TOGETHER: Final = 100
"""Files read and recorded in one step: large enough that a transaction costs little, small enough that Ctrl-C loses little."""

AHEAD: Final = timedelta(days=2)
"""How far in the future a time of publication is believed: zones and hasty clocks make hours, embargoes a day, slips of the pen years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderReader:
    """How files are read: by which worker, how patiently, how large and how slow they may be."""

    worker: Worker
    settle: timedelta
    limit_bytes: int
    timeout_per_file: float


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A file that may still be written to, and since when it has been seen like this."""

    sighting: Sighting
    since: datetime


Read: TypeAlias = tuple[list[tuple[Reading, str]], dict[str, Unsettled]]
"""Readings with the identities of their articles, and the files that have not settled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What one look at a folder brought; `waiting` are files still being written, by their path, to be handed to the next look.

    `seen` counts the files there are. Those that look as they did when they were last read are `unchanged` and not read again; `same` were
    read and hold an article already known.
    """

    seen: int = 0
    unchanged: int = 0
    new: int = 0
    revised: int = 0
    same: int = 0
    refused: int = 0
    waiting: Mapping[str, Unsettled] = field(default_factory=dict)

    def __add__(self, other: "Collected") -> "Collected":
        return Collected(
            seen=self.seen + other.seen,
            unchanged=self.unchanged + other.unchanged,
            new=self.new + other.new,
            revised=self.revised + other.revised,
            same=self.same + other.same,
            refused=self.refused + other.refused,
            waiting={**self.waiting, **other.waiting},
        )

    def then(self, later: "Collected") -> "Collected":
        """Give what two looks at the same files brought together: each file is counted once."""
        return replace(self + later, seen=later.seen, unchanged=self.unchanged, waiting=later.waiting)


async def collect(
    database: Database,
    folder: Path,
    reader: FolderReader,
    *,
    clock: Clock,
    previous: Mapping[str, Unsettled] | None = None,
    only: bytes | None = None,
    expect: Advance = lambda _: None,
    advance: Advance = lambda _: None,
) -> Collected:
    """Bring the articles table up to date with one folder.

    `previous` are the files that were still being written at an earlier look; `only` is the path inside the folder of the one file to look
    at. `expect` is told how many files there are to read, `advance` how many were.

    Raises:
        SourceError: the folder cannot be read; that is also noted in its health.
        StorageUnavailable: nothing can be written, or read, at the moment.
        UsageError: `only` names no file that would be read.
    """
    folder = await asyncio.to_thread(normal, folder)
    try:
        seen = await asyncio.to_thread(lambda: list(scan(folder)) if only is None else [look_at(folder, only)])
        source_id = await _source(database, folder, clock)
        async with database.read() as connection:
            known = await files.known(connection, source_id)
        due = [sight for sight in seen if _is_due(sight, known.get(sight.path))]
        expect(len(due))
        # Whether a story lives on under another name is known when all files were read: what would revise an article comes last.
        reading = _Reading(database, source_id, folder, reader, previous or {}, clock, advance)
        first, held = await reading.take_in(due, hold_revisions=len(due) > READ_TOGETHER)
        last, _ = await reading.take_in([sight for sight in due if sight.path in held], hold_revisions=False)
        collected = replace(first + last, seen=len(seen), unchanged=len(seen) - len(due))
    except SourceError as error:
        source_id = await _source(database, folder, clock)
        async with database.write() as connection:
            await sources.failed(connection, source_id, str(error))
        raise
    async with database.write() as connection:
        if only is None:
            gone = known.keys() - {sight.path for sight in seen}
            await files.forget_refused(connection, source_id, gone)
            if collected.same:
                await files.follow_renames(connection, source_id, gone)
        await sources.succeeded(connection, source_id, clock())
    return collected


def normal(folder: Path) -> Path:
    """Give the absolute path by which a folder is known, whatever way it was written: `in/../seeds` is `seeds`."""
    plain = Path(os.path.normpath(folder.absolute()))
    try:
        return plain if plain.samefile(folder) else folder.resolve()
    except (OSError, ValueError):
        # It is not there, not to be seen, or no name at all: whoever opens it will say so.
        return plain


async def _source(database: Database, folder: Path, clock: Clock) -> SourceId:
    location, name = printable(os.fsencode(folder)), printable(os.fsencode(folder.name))
    async with database.read() as connection:
        found = await sources.find(connection, location)
    if found is not None:
        return found
    async with database.write() as connection:
        return await sources.ensure_folder(connection, location, name or location, clock())


@dataclass(frozen=True, slots=True)
class _Reading:
    """One look at one folder."""

    database: Database
    source_id: SourceId
    folder: Path
    reader: FolderReader
    previous: Mapping[str, Unsettled]
    clock: Clock
    advance: Advance

    async def take_in(self, due: Sequence[Sighting | Oddity], *, hold_revisions: bool) -> tuple[Collected, set[str]]:
        """Read and record batch after batch; gives also the paths that were held because they would revise an article."""
        collected = Collected()
        held: set[str] = set()
        read: Read = [], {}
        for start in range(0, len(due) + READ_TOGETHER, READ_TOGETHER):
            # The worker reads the next files while these are written.
            readings, waiting = read
            upcoming = _read(self.folder, due[start : start + READ_TOGETHER], self.reader, self.previous, self.clock())
            recorded, read = await _both(self._record(readings, hold_revisions=hold_revisions), upcoming)
            collected += Collected(
                new=recorded.new, revised=recorded.revised, same=recorded.same, refused=recorded.refused, waiting=waiting
            )
            held |= recorded.held
            self.advance(len(readings) + len(waiting) - len(recorded.held))
        return collected, held

    async def _record(self, readings: articles.Readings, *, hold_revisions: bool) -> articles.Recorded:
        if not readings:
            return articles.Recorded()
        async with self.database.write() as connection:
            return await articles.record(connection, self.source_id, readings, self.clock(), hold_revisions=hold_revisions)


async def _both(first: Coroutine[None, None, A], second: Coroutine[None, None, B]) -> tuple[A, B]:
    """Do two things at once; when one fails, the other is cancelled and the failure is the caller's."""
    with first_failure():
        async with asyncio.TaskGroup() as tasks:
            done = tasks.create_task(first), tasks.create_task(second)
    return done[0].result(), done[1].result()


def _is_due(sight: Sighting | Oddity, state: FileState | None) -> bool:
    """Tell whether a file has to be read: new, changed, or refused without having been read (a permission may have changed)."""
    if state is None or (state.size, state.mtime_ns) != (sight.size, sight.mtime_ns):
        return True
    return state.refused and not state.digest and isinstance(sight, Sighting)


async def _read(
    folder: Path, batch: Sequence[Sighting | Oddity], reader: FolderReader, previous: Mapping[str, Unsettled], now: datetime
) -> Read:
    """Read the settled files of a batch in the worker; the others wait."""
    settled: list[Sighting] = []
    waiting: dict[str, Unsettled] = {}
    answers: list[Reading | StillChanging] = []
    for sight in batch:
        if isinstance(sight, Oddity):
            answers.append(quarantined(sight))
            continue
        before = previous.get(sight.path)
        since = before.since if before is not None and before.sighting == sight else None
        if is_settled(sight, since, now, reader.settle):
            settled.append(sight)
        else:
            waiting[sight.path] = Unsettled(sight, since or now)
    answers += await read_batch(reader.worker, folder, settled, limit_bytes=reader.limit_bytes, timeout_per_file=reader.timeout_per_file)
    by_path = {sight.path: sight for sight in settled}
    readings = []
    for answer in answers:
        if isinstance(answer, StillChanging):
            waiting[answer.path] = Unsettled(by_path[answer.path], now)
        else:
            reading = believed(answer, now)
            readings.append((reading, identity(reading.result) if isinstance(reading.result, Content) else ""))
    return readings, waiting


def believed(reading: Reading, now: datetime) -> Reading:
    """Take away a time of publication that has not come yet: it would head every list for good and lend itself to other articles.

    The time of the file says nothing here: archives and backups set it as they like.
    """
    content = reading.result
    if isinstance(content, Content) and content.published is not None and content.published.at > now + AHEAD:
        return replace(reading, result=replace(content, published=None))
    return reading
