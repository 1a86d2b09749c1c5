"""An event loop in which waiting takes no time: its clock jumps to the next timer, unless a database is at work, which takes none of it."""

import asyncio
import selectors
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

from conftest import NOW

from storage.engine.database import Connection, Database
from storage.engine.leadership import Leadership

T = TypeVar("T")


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.now = 1000.0
        self.working = 0
        super().__init__(_Selector(self))

    def time(self) -> float:
        return self.now


class _Selector(selectors.BaseSelector):
    """Looks for what has come, and turns the waiting that is left into time."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop
        self._real = selectors.DefaultSelector()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or self._loop.working:
            return self._real.select(timeout if timeout is None or timeout <= 0 else 10)
        events = self._real.select(0)
        if not events and timeout > 0:
            self._loop.now += timeout
        return events

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._real.unregister(fileobj)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._real.get_map()

    def close(self) -> None:
        self._real.close()
        super().close()


class TimelessDatabase(Database):
    """A database for whose work no time passes on a `VirtualLoop`."""

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Connection]:
        with at_work():
            async with super().read() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Connection]:
        with at_work():
            async with super().write() as connection:
                yield connection

    @asynccontextmanager
    async def leader(self, name: str) -> AsyncIterator[Leadership]:
        async with AsyncExitStack() as leading:
            with at_work():
                leadership = await leading.enter_async_context(super().leader(name))
            try:
                yield leadership
            finally:
                with at_work():
                    await leading.aclose()


@contextmanager
def at_work() -> Iterator[None]:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    loop.working += 1
    try:
        yield
    finally:
        loop.working -= 1


def clock() -> datetime:
    """The time of day on a `VirtualLoop`."""
    return NOW + timedelta(seconds=asyncio.get_running_loop().time() - 1000.0)


def run_with(url: str, main: Callable[[TimelessDatabase], Coroutine[None, None, T]], kind: type[TimelessDatabase] = TimelessDatabase) -> T:
    """Run `main` with the database at `url`, on a loop of its own."""

    async def opened() -> T:
        with at_work():
            database = await kind.open(url, now=NOW)
        try:
            return await main(database)
        finally:
            with at_work():
                await database.close()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(opened())
