"""Collect: from the files of a folder to stored articles; how a file is read stands in `sources`, what is kept in `storage`.

The steps of the pipeline share nothing but tables. Each can be killed at any instruction, run again and run alone.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

import structlog

from bot.core.errors import SourceError
from bot.core.identity import identity
from bot.core.model import Content, Reading, SourceId
from bot.sources.folder import Oddity, Sighting, StillChanging, is_settled, quarantined, scan
from bot.sources.worker import Worker, read_batch
from storage import articles, files, sources
from storage.database import Database
from storage.files import FileState

log = structlog.get_logger(__name__)

Clock: TypeAlias = Callable[[], datetime]
Advance: TypeAlias = Callable[[int], None]

A = TypeVar("A")
B = TypeVar("B")

READ_TOGETHER: Final = 100
"""Files read and recorded in one step: large enough that a transaction costs little, small enough that Ctrl-C loses little."""


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
    """What one look at a folder brought; `waiting` are files still being written, by their path, to be handed to the next look."""

    new: int = 0
    revised: int = 0
    same: int = 0
    refused: int = 0
    waiting: Mapping[str, Unsettled] = field(default_factory=dict)

    def __add__(self, other: "Collected") -> "Collected":
        return Collected(
            new=self.new + other.new,
            revised=self.revised + other.revised,
            same=self.same + other.same,
            refused=self.refused + other.refused,
            waiting={**self.waiting, **other.waiting},
        )


async def collect(
    database: Database,
    folder: Path,
    reader: FolderReader,
    *,
    clock: Clock,
    previous: Mapping[str, Unsettled] | None = None,
    only: frozenset[str] | None = None,
    expect: Advance = lambda _: None,
    advance: Advance = lambda _: None,
) -> Collected:
    """Bring the articles table up to date with one folder.

    `previous` are the files that were still being written at an earlier look, `only` restricts the look to these paths. `expect` is told
    how many files there are to read, `advance` how many were.
    SourceError when the folder cannot be read (which is also noted in its health), StorageUnavailable when nothing can be written.
    """
    async with database.write() as connection:
        source_id = await sources.ensure_folder(connection, str(folder), folder.name or str(folder), clock())
    try:
        seen = [sight for sight in await asyncio.to_thread(lambda: list(scan(folder))) if only is None or sight.path in only]
        async with database.read() as connection:
            known = await files.known(connection, source_id)
        due = [sight for sight in seen if _is_due(sight, known.get(sight.path))]
        expect(len(due))
        collected = Collected()
        read: Read = [], {}
        for start in range(0, len(due) + READ_TOGETHER, READ_TOGETHER):
            # The worker reads the next files while these are written.
            readings, waiting = read
            upcoming = _read(folder, due[start : start + READ_TOGETHER], reader, previous or {}, clock())
            recorded, read = await _both(_record(database, source_id, readings, clock), upcoming)
            collected += Collected(
                new=recorded.new, revised=recorded.revised, same=recorded.same, refused=recorded.refused, waiting=waiting
            )
            advance(len(readings) + len(waiting))
    except SourceError as error:
        async with database.write() as connection:
            await sources.failed(connection, source_id, str(error), clock())
        raise
    async with database.write() as connection:
        if only is None:
            await files.forget_refused(connection, source_id, known.keys() - {sight.path for sight in seen})
        await sources.succeeded(connection, source_id, clock())
    return collected


async def _record(database: Database, source_id: SourceId, readings: Sequence[tuple[Reading, str]], clock: Clock) -> articles.Recorded:
    async with database.write() as connection:
        return await articles.record(connection, source_id, readings, clock())


async def _both(first: Coroutine[None, None, A], second: Coroutine[None, None, B]) -> tuple[A, B]:
    """Do two things at once; when one fails, the other is cancelled and the failure is the caller's."""
    try:
        async with asyncio.TaskGroup() as tasks:
            done = tasks.create_task(first), tasks.create_task(second)
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from failures
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
            readings.append((answer, identity(answer.result) if isinstance(answer.result, Content) else ""))
    return readings, waiting
