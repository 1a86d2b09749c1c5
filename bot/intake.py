"""Taking in: the loop that keeps the tables up to date while Slugline runs, and the one time that `ingest` does it; no step is made here.

The loop is woken by the clock or by a folder and takes one look at a time. What fails is told when it begins and when it ends, not at
each look in between.
"""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path
from typing import Final

import structlog

from bot.core.errors import SourceError, StorageUnavailable
from bot.loops import RETRY
from bot.pipeline.collect import Advance, Clock, Collected, FolderReader, Unsettled, collect
from bot.pipeline.group import Grouping
from bot.sources.watch import changes
from bot.sources.worker import WorkerError
from bot.troubles import Troubles
from storage.engine.database import Database

log = structlog.get_logger(__name__)

SHORTEST_WAIT: Final = timedelta(milliseconds=500)
"""Between two looks at files still being written, however impatient the settings: one that never settles must not keep a core busy."""

DATABASE: Final = "database"


async def take_in(
    database: Database,
    folder: Path,
    reader: FolderReader,
    *,
    clock: Clock,
    patience: timedelta,
    only: bytes | None = None,
    expect: Advance = lambda _: None,
    advance: Advance = lambda _: None,
) -> Collected:
    """Collect one folder, or of it only one file, looking again for at most `patience` while files are still being written.

    Raises what `collect` raises.
    """
    latest = asyncio.get_running_loop().time() + patience.total_seconds()
    found = await collect(database, folder, reader, clock=clock, only=only, expect=expect, advance=advance)
    while found.waiting and await _waited(reader, latest):
        later = await collect(database, folder, reader, clock=clock, previous=found.waiting, only=only, expect=expect, advance=advance)
        found = found.then(later)
    return found


async def _waited(reader: FolderReader, latest: float) -> bool:
    """Wait until files may have settled; False when the patience is at its end, `latest` being the loop's time of that."""
    left = latest - asyncio.get_running_loop().time()
    await asyncio.sleep(max(0, min(left, _pause(reader).total_seconds())))
    return left > 0


def _pause(reader: FolderReader) -> timedelta:
    return max(reader.settle, SHORTEST_WAIT)


class Intake:
    """Looks at the folders when woken, one look at a time, and never stops because one of them, or the database, fails for a while."""

    def __init__(
        self,
        database: Database,
        reader: FolderReader,
        grouping: Grouping,
        folders: Sequence[Path],
        clock: Clock,
        *,
        retry: timedelta = RETRY,
    ) -> None:
        self._database = database
        self._retry = retry
        self._clock = clock
        self._reader = reader
        self._grouping = grouping
        self._folders = [folder.absolute() for folder in folders]
        self._waiting: dict[Path, dict[str, Unsettled]] = {}
        self._wake = asyncio.Event()
        self._is_retried = False
        self._troubles = Troubles()

    async def wake(self) -> None:
        """Ask for another look."""
        self._wake.set()

    async def watch(self) -> None:
        """Ask for another look whenever something happens in a folder."""
        async with aclosing(changes(self._folders, asyncio.Event())) as touched:
            async for _ in touched:
                self._wake.set()

    async def run(self) -> None:
        """Look whenever woken, once more after a while when files had not settled, and soon again when the database failed."""
        while True:
            try:
                async with asyncio.timeout(self._until_next()):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()
            await self.look()

    def _until_next(self) -> float | None:
        if self._is_retried:
            return self._retry.total_seconds()
        return _pause(self._reader).total_seconds() if any(self._waiting.values()) else None

    async def settle(self, patience: timedelta) -> None:
        """Look, and look again for at most `patience` while files are still being written."""
        latest = asyncio.get_running_loop().time() + patience.total_seconds()
        await self.look()
        while any(self._waiting.values()) and await _waited(self._reader, latest):
            await self.look()

    async def look(self) -> None:
        """Take in every folder and group what came; what fails is told once and tried again at the next look."""
        self._is_retried = False
        try:
            for folder in self._folders:
                await self._take_in(folder)
            if (await self._grouping.run()).elsewhere:
                # A leader whose connection died has lost its place, perhaps to nobody: then it has it back at once.
                await self._grouping.run()
        except StorageUnavailable as error:
            self._is_retried = True
            self._troubles.begin(DATABASE, error, "Nothing is taken in for now.")
        else:
            self._troubles.end(DATABASE, "Articles are taken in again.")

    async def _take_in(self, folder: Path) -> None:
        try:
            found = await collect(self._database, folder, self._reader, clock=self._clock, previous=self._waiting.get(folder))
        except (SourceError, WorkerError) as error:
            # A folder that comes back wakes us; a worker does not.
            self._is_retried |= isinstance(error, WorkerError)
            self._waiting.pop(folder, None)
            self._troubles.begin(str(folder), error, "A folder is left out for now.", folder=str(folder))
            return
        self._waiting[folder] = dict(found.waiting)
        self._troubles.end(str(folder), "A folder is read again.", folder=str(folder))
        if found.new or found.revised or found.refused:
            log.info("A folder was taken in.", folder=str(folder), new=found.new, revised=found.revised, refused=found.refused)
