"""The straight line in steps that share nothing but tables: collect (files to articles), group (articles to events).

Each step can be killed at any instruction, run again and run alone. What articles hold is recovered in `sources`, what belongs
together is decided in `core.grouping`, what is kept is written by `storage`.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Self, TypeAlias, TypeVar

import structlog

from bot.core.decision import Merged
from bot.core.errors import SourceError
from bot.core.event import summarise
from bot.core.grouping import Grouper, GroupingSettings
from bot.core.identity import identity
from bot.core.model import Article, Content, EventId, Reading
from bot.sources.folder import Oddity, Sighting, StillChanging, is_settled, quarantined, scan
from bot.sources.worker import Worker, read_batch
from storage import articles, events, files, sources
from storage.database import Connection, Database
from storage.files import FileState

log = structlog.get_logger(__name__)

Clock: TypeAlias = Callable[[], datetime]
Advance: TypeAlias = Callable[[int], None]

Read: TypeAlias = tuple[list[tuple[Reading, str]], dict[str, Sighting]]
"""Readings with the identities of their articles, and the files that have not settled."""

A = TypeVar("A")
B = TypeVar("B")

READ_TOGETHER: Final = 100
"""Files read and recorded in one step: large enough that a transaction costs little, small enough that Ctrl-C loses little."""

PLACED_TOGETHER: Final = 200
"""Articles grouped between two writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderReader:
    """How files are read: by which worker, how patiently, how large and how slow they may be."""

    worker: Worker
    settle: timedelta
    limit_bytes: int
    timeout_per_file: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What one look at a folder brought; `waiting` are files still being written, to be looked at again."""

    new: int = 0
    revised: int = 0
    same: int = 0
    refused: int = 0
    waiting: Mapping[str, Sighting] = field(default_factory=dict)

    def __add__(self, other: "Collected") -> "Collected":
        return Collected(
            new=self.new + other.new,
            revised=self.revised + other.revised,
            same=self.same + other.same,
            refused=self.refused + other.refused,
            waiting={**self.waiting, **other.waiting},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """What one run of grouping did; `elsewhere` says that another process is the grouper and will do it."""

    articles: int = 0
    elsewhere: bool = False


async def collect(
    database: Database,
    folder: Path,
    reader: FolderReader,
    *,
    clock: Clock,
    previous: Mapping[str, Sighting] | None = None,
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
    except SourceError as error:
        async with database.write() as connection:
            await sources.failed(connection, source_id, str(error), clock())
        raise
    async with database.read() as connection:
        known = await files.known(connection, source_id)
    due = [sight for sight in seen if _is_due(sight, known.get(sight.path))]
    expect(len(due))

    async def record(readings: Sequence[tuple[Reading, str]]) -> articles.Recorded:
        async with database.write() as connection:
            return await articles.record(connection, source_id, readings, clock())

    collected = Collected()
    read: Read = [], {}
    for start in range(0, len(due) + READ_TOGETHER, READ_TOGETHER):
        # The worker reads the next files while these are written.
        readings, waiting = read
        upcoming = _read(folder, due[start : start + READ_TOGETHER], reader, previous or {}, clock())
        recorded, read = await _both(record(readings), upcoming)
        collected += Collected(new=recorded.new, revised=recorded.revised, same=recorded.same, refused=recorded.refused, waiting=waiting)
        advance(len(readings) + len(waiting))
    async with database.write() as connection:
        if only is None:
            await files.forget_refused(connection, source_id, known.keys() - {sight.path for sight in seen})
        await sources.succeeded(connection, source_id, clock())
    return collected


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
    folder: Path, batch: Sequence[Sighting | Oddity], reader: FolderReader, previous: Mapping[str, Sighting], now: datetime
) -> Read:
    """Read the settled files of a batch in the worker; the others wait."""
    settled: list[Sighting] = []
    waiting: dict[str, Sighting] = {}
    answers: list[Reading | StillChanging] = []
    for sight in batch:
        if isinstance(sight, Oddity):
            answers.append(quarantined(sight))
        elif is_settled(sight, previous.get(sight.path), now, reader.settle):
            settled.append(sight)
        else:
            waiting[sight.path] = sight
    answers += await read_batch(reader.worker, folder, settled, limit_bytes=reader.limit_bytes, timeout_per_file=reader.timeout_per_file)
    by_path = {sight.path: sight for sight in settled}
    readings = []
    for answer in answers:
        if isinstance(answer, StillChanging):
            waiting[answer.path] = by_path[answer.path]
        else:
            readings.append((answer, identity(answer.result) if isinstance(answer.result, Content) else ""))
    return readings, waiting


class Grouping:
    """The one grouper of an installation: leads as long as it is open, and remembers the live events meanwhile."""

    def __init__(self, database: Database, settings: GroupingSettings, clock: Clock) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock
        self._leading = AsyncExitStack()
        self._leads = False
        self._grouper: Grouper | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._leading.aclose()

    async def run(self, *, expect: Advance = lambda _: None, advance: Advance = lambda _: None) -> Grouped:
        """Give every waiting article its event; when another process is the grouper, leave them to it."""
        if not self._leads:
            self._leads = await self._leading.enter_async_context(self._database.leader("grouping"))
            if not self._leads:
                await self._leading.aclose()
                return Grouped(elsewhere=True)
        placed = 0
        try:
            while batch := await self._waiting():
                if not placed:
                    expect(await self._count_waiting())
                await self._place(batch)
                placed += len(batch)
                advance(len(batch))
        except BaseException:
            # Memory may be ahead of what was written: the next run starts from what storage says.
            self._grouper = None
            raise
        return Grouped(articles=placed)

    async def _waiting(self) -> list[Article]:
        async with self._database.read() as connection:
            return await articles.ungrouped(connection, PLACED_TOGETHER)

    async def _count_waiting(self) -> int:
        async with self._database.read() as connection:
            return await articles.count_ungrouped(connection)

    async def _place(self, batch: Sequence[Article]) -> None:
        if self._grouper is None:
            self._grouper = await restore(self._database, self._settings)
        grouper = self._grouper
        revised = {article.event_id for article in batch if article.event_id is not None}
        if revised:
            again = frozenset(article.id for article in batch)
            async with self._database.read() as connection:
                for event in await events.load(connection, sorted(revised)):
                    grouper.refill(event, again)
        # A decision takes about a millisecond: in a thread, the loop goes on answering.
        changes = await asyncio.to_thread(lambda: [change for article in batch for change in grouper.place(article)])
        async with self._database.write() as connection:
            await events.apply(connection, changes, self._clock())
            await _summarise(connection, sorted({change.survivor if isinstance(change, Merged) else change.event_id for change in changes}))


async def _summarise(connection: Connection, touched: Sequence[EventId]) -> None:
    await events.summarise(connection, [summarise(event) for event in await events.load(connection, touched) if event.articles])


async def restore(database: Database, settings: GroupingSettings) -> Grouper:
    """Make the grouper's memory anew from what is stored."""
    async with database.read() as connection:
        grouper = Grouper(settings, await events.next_id(connection))
        async for article in articles.grouped(connection):
            grouper.restore(article)
    return grouper
