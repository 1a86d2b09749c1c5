"""For whom answers are written out, remembered for a while: a look at the database for each answer took a third of making it ready."""

import asyncio
from typing import Final

from bot.commands.chats import reader
from bot.commands.desk import Desk, Place
from bot.core.chat import Address, Reader

FRESH: Final = 60.0
"""Seconds. Whoever changes something here forgets at once; this is for what another process changes. Guess."""

MOST: Final = 10_000
"""Chats that are remembered; a few MB."""


class Readers:
    """The readers of the chats of one platform."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: dict[Address, tuple[float, Reader]] = {}

    async def of(self, place: Place) -> Reader:
        """Say for whom an answer in a chat is written out.

        Raises:
            StorageUnavailable: the database cannot be read at the moment.
        """
        now = asyncio.get_running_loop().time()
        until, known = self._known.get(place.address, (now, None))
        if known is not None and until > now:
            return known
        read = await reader(self._desk, place)
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[place.address] = (now + FRESH, read)
        return read

    def forget(self, *addresses: Address) -> None:
        """Look once more, because something may have been changed in these chats."""
        for address in addresses:
            self._known.pop(address, None)
