"""For whom answers are written out: read for many at once and remembered, because a look at the database took a third of an answer."""

import asyncio
from typing import Final

from bot.commands.chats import reader_of
from bot.commands.desk import Desk, Place
from bot.core.chats.chat import Address, Chat, Reader
from storage.chats import chats

FRESH: Final = 60.0
"""Seconds. Whoever changes something here forgets at once; this is for what another process changes. Guess."""

MOST: Final = 10_000
"""Chats that are remembered; a few MB."""


class Readers:
    """The readers of the chats of one platform."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: dict[Address, tuple[float, Chat | None]] = {}
        self._wanted: set[Address] = set()
        self._changed: set[Address] = set()
        self._reading = asyncio.Lock()

    async def of(self, place: Place) -> Reader:
        """Say for whom an answer in a chat is written out; of several who want to know at a time, one reads for all that wait.

        Raises:
            StorageUnavailable: the database cannot be read at the moment.
        """
        address = place.address
        if not self._is_fresh(address):
            self._wanted.add(address)
            async with self._reading:
                if not self._is_fresh(address):
                    return reader_of(self._desk, place, (await self._read(address))[address])
        return reader_of(self._desk, place, self._known[address][1])

    def _is_fresh(self, address: Address) -> bool:
        return address in self._known and self._known[address][0] > asyncio.get_running_loop().time()

    async def _read(self, address: Address) -> dict[Address, Chat | None]:
        """Look at a chat and all others that are wanted; what changes meanwhile is looked at once more by the next who asks."""
        wanted, self._wanted, self._changed = self._wanted | {address}, set(), set()
        async with self._desk.database.read() as connection:
            there = await chats.at(connection, wanted)
        found = {each: there.get(each) for each in wanted}
        if len(self._known) >= MOST:
            self._known.clear()
        until = asyncio.get_running_loop().time() + FRESH
        self._known |= {each: (until, chat) for each, chat in found.items() if each not in self._changed}
        return found

    def forget(self, *addresses: Address) -> None:
        """Look once more, because something may have been changed in these chats."""
        self._changed.update(addresses)
        for address in addresses:
            self._known.pop(address, None)
