"""Pictures on demand: a process that starts when first needed and ends when nobody wants any for a while; what it draws is elsewhere."""

import asyncio
from collections import OrderedDict
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Final, Self, TypeAlias

from bot.core.chats.chat import Reader
from bot.core.chats.zone_names import tz
from bot.core.errors import SluglineError
from bot.core.phrase import joined, phrase
from bot.core.understanding.chart import Chart, SourcesChart, TimelineChart, WeekChart
from bot.core.understanding.chart_text import alt_text
from bot.languages import say, spoken
from bot.pictures.drawn import Drawn
from bot.pictures.task import draw
from bot.sources.worker import Worker

SECONDS: Final = 30.0
"""What one picture may take, the first with loading matplotlib and looking for fonts. Measured: 1.5 s, then 0.1 to 0.3 s."""

MEMORY_BYTES: Final = 1024**3
"""Address space of the process. Measured: 110 MB used, 320 MB of addresses; the rest is room for bad names."""

IDLE_SECONDS: Final = 300.0
"""After so long without a picture the process ends: it is larger than the rest of a small installation. Guess."""

WAITING: Final = 8
"""Pictures that may wait for their turn: who comes then gets the text alone, or a crowd would wait for minutes. Guess."""

KEPT: Final = 16
"""Finished pictures that are remembered, 50 to 200 kB each: a group asks for the same one after the other."""

_Key: TypeAlias = tuple[Chart, str, str]


class TooManyPictures(SluglineError):
    """So many wait for a picture that this one is not drawn."""


class Studio:
    """Draws in a process of its own for as long as its context lasts; nothing is started before somebody wants a picture."""

    def __init__(self, *, idle_seconds: float = IDLE_SECONDS, seconds: float = SECONDS) -> None:
        self._idle_seconds = idle_seconds
        self._seconds = seconds
        self._kept: OrderedDict[_Key, Drawn] = OrderedDict()
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._wanted = asyncio.Event()
        self._worker: Worker | None = None
        self._closing = AsyncExitStack()
        self._cache: Path | None = None

    async def __aenter__(self) -> Self:
        tasks = await self._closing.enter_async_context(asyncio.TaskGroup())
        watching = tasks.create_task(self._end_when_idle())
        self._closing.callback(watching.cancel)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        async with self._turn:
            await self._end()
        # What went wrong inside is not this group's: it would come out as a group of errors, which nobody catches by its name.
        await self._closing.aclose()

    @property
    def is_warm(self) -> bool:
        """Whether a process is there that has drawn."""
        return self._worker is not None

    async def drawn(self, chart: Chart, reader: Reader) -> tuple[bytes, str]:
        """Give the picture of a chart as PNG, and in the reader's language what it shows.

        TooManyPictures; WorkerTimeout, WorkerCrashed, WorkerFailed, WorkerUnavailable when drawing fails: nothing is tried again.
        """
        language = spoken(reader.language)
        key = chart, reader.zone, language
        if key in self._kept:
            self._kept.move_to_end(key)
        else:
            self._kept[key] = await self._new(key)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        picture = self._kept[key]
        named = [phrase("[{number}] {name}", number=number, name=name) for number, name in enumerate(picture.unwritten, 1)]
        alt = joined(" ", [alt_text(chart, tz(reader.zone)), *named])
        return picture.png, say(alt, language)

    async def _new(self, key: _Key) -> Drawn:
        if self._waiting >= WAITING:
            raise TooManyPictures("Too many pictures are wanted at once; this one is not drawn.")
        self._waiting += 1
        try:
            async with self._turn:
                # Whoever waited before may have wanted the same.
                return self._kept.get(key) or await self._draw(key)
        finally:
            self._waiting -= 1
            self._wanted.set()

    async def _draw(self, key: _Key) -> Drawn:
        chart, zone, language = key
        if self._worker is None:
            self._worker = Worker(memory_limit_bytes=MEMORY_BYTES)
        if self._cache is None:
            # For as long as this program runs, so that only the first process looks through the fonts of the machine.
            self._cache = Path(self._closing.enter_context(TemporaryDirectory(prefix="slugline-", ignore_cleanup_errors=True)))
        return await self._worker.run(draw, chart, tz(zone), language, self._cache, timeout_seconds=self._seconds)

    async def _end_when_idle(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                async with asyncio.timeout(self._idle_seconds):
                    await self._wanted.wait()
            except TimeoutError:
                async with self._turn:
                    await self._end()

    async def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            await worker.__aexit__(None, None, None)


def name_of(chart: Chart) -> str:
    """Name the file of a picture."""
    match chart:
        case TimelineChart():
            return f"timeline-{chart.number}.png"
        case SourcesChart():
            return "sources.png"
        case WeekChart():
            return "week.png"
