"""A queue bounded by the size of what waits in it, taken out in batches; what waits is no matter here."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Bounded(Generic[T]):
    """First in, first out. `size` gives the size of an item, in whatever unit `most` and `batch_size` are.

    Who puts something in waits until there is room for it; something larger than all the room waits until nothing else is there. A batch
    holds at most `batch` items, and of more than one no more than `batch_size`.
    """

    def __init__(self, size: Callable[[T], int], *, most: int, batch: int, batch_size: int) -> None:
        self._size_of = size
        self._most = most
        self._batch = batch
        self._batch_size = batch_size
        self._waiting: deque[T] = deque()
        self._size = 0
        self._changed = asyncio.Condition()

    async def put(self, item: T) -> None:
        """Put something in, when there is room."""
        size = self._size_of(item)
        async with self._changed:
            await self._changed.wait_for(lambda: not self._waiting or self._size + size <= self._most)
            self._waiting.append(item)
            self._size += size
            self._changed.notify_all()

    async def take(self) -> list[T]:
        """Take a batch of what waits, at least one."""
        async with self._changed:
            await self._changed.wait_for(lambda: bool(self._waiting))
            taken = [self._waiting.popleft()]
            size = self._size_of(taken[0])
            while self._waiting and len(taken) < self._batch and size + self._size_of(self._waiting[0]) <= self._batch_size:
                taken.append(self._waiting.popleft())
                size += self._size_of(taken[-1])
            self._size -= size
            self._changed.notify_all()
            return taken
