"""The loop that keeps the tables up to date while Slugline runs: woken by the clock or by a folder, one look at a time."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Final

import structlog

from bot.core.errors import SourceError, StorageUnavailable
from bot.pipeline.collect import Clock, FolderReader, Unsettled, collect
from bot.pipeline.group import Grouping
from bot.sources.watch import changes
from bot.sources.worker import WorkerError
from storage.database import Database

log = structlog.get_logger(__name__)

RETRIED: Final = (SourceError, StorageUnavailable, WorkerError)
"""What may be otherwise at the next look; anything else ends the program, because going on would make it worse."""


class Intake:
    """Looks at the folders when woken, one look at a time, and never stops because one of them fails."""

    def __init__(self, database: Database, reader: FolderReader, grouping: Grouping, folders: Sequence[Path], clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._reader = reader
        self._grouping = grouping
        self._folders = [folder.absolute() for folder in folders]
        self._waiting: dict[Path, dict[str, Unsettled]] = {}
        self._wake = asyncio.Event()

    async def wake(self) -> None:
        """Ask for another look."""
        self._wake.set()

    async def watch(self) -> None:
        """Ask for another look whenever something happens in a folder."""
        async with aclosing(changes(self._folders, asyncio.Event())) as touched:
            async for _ in touched:
                self._wake.set()

    async def run(self) -> None:
        """Look whenever woken, and once more after a while when files had not settled."""
        while True:
            settling = self._reader.settle.total_seconds() if any(self._waiting.values()) else None
            try:
                async with asyncio.timeout(settling):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()
            await self.look()

    async def look(self) -> None:
        """Take in every folder and group what came; what fails is logged and tried again at the next look."""
        for folder in self._folders:
            try:
                collected = await collect(self._database, folder, self._reader, clock=self._clock, previous=self._waiting.get(folder))
            except RETRIED as error:
                log.warning("A folder was not taken in.", folder=str(folder), reason=str(error))
                continue
            self._waiting[folder] = dict(collected.waiting)
            if collected.new or collected.revised or collected.refused:
                log.info(
                    "A folder was taken in.", folder=str(folder), new=collected.new, revised=collected.revised, refused=collected.refused
                )
        try:
            await self._grouping.run()
        except RETRIED as error:
            log.warning("Articles were not grouped.", reason=str(error))
