"""Dialogues: somebody was asked for the last words of a command, and says them; who asks, and how, is in `screens` and the platforms."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.commands.desk import Answer, Call, Desk, Place, sentence
from bot.core.chats.chat import Address
from bot.core.chats.screen import Dialogue
from bot.core.phrase import phrase
from storage.chats import screens

LASTING: Final = timedelta(minutes=10)
"""How long an answer is waited for. Guess: who comes back later has forgotten the question, and means something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A command line that is complete now; `place` is the chat that it is about where that is not the one in which it was said."""

    line: str
    place: Place | None


class Dialogues:
    """The dialogues of a platform. Who is in one is kept in memory too, so that nobody else's words cost a look at the database."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._talking: set[tuple[Address, str]] | None = None
        self._reading = asyncio.Lock()

    async def begin(self, dialogue: Dialogue) -> None:
        """Wait for the answer to a question; what the same person was asked there before is forgotten.

        Raises:
            StorageUnavailable: it cannot be written down.
        """
        talking = await self._everybody()
        async with self._desk.database.write() as connection:
            await screens.begin(connection, dialogue)
        talking.add((dialogue.address, dialogue.person))

    async def taken(
        self, address: Address, person: str, words: str, *, reply_to: str | None, is_private: bool, now: datetime
    ) -> Taken | None:
        """Complete the command that somebody was asked about; None when they were asked nothing, or mean something else.

        Where others talk too, only a reply to the question is an answer. `reply_to` is the id of the message that was replied to.

        Raises:
            StorageUnavailable: the database cannot be used at the moment.
        """
        if not words.strip() or (address, person) not in await self._everybody():
            return None
        async with self._desk.database.read() as connection:
            found = await screens.dialogue(connection, address, person)
        if found is not None and found.expires_at > now and reply_to != found.prompt_id and (reply_to is not None or not is_private):
            return None
        # Of two answers at the same time, the one counts that ends the dialogue.
        if not await self.end(address, person) or found is None or found.expires_at <= now:
            return None
        about = Place(address=found.about, kind=found.kind, name=found.name, language=found.language)
        return Taken(line=f"{found.line} {' '.join(words.split())}", place=None if found.about == address else about)

    async def end(self, address: Address, person: str) -> bool:
        """Wait no more, because somebody turned to something else; gives whether anything was waited for.

        Raises:
            StorageUnavailable: the database cannot be used at the moment.
        """
        talking = await self._everybody()
        if (address, person) not in talking:
            return False
        async with self._desk.database.write() as connection:
            was = await screens.end(connection, address, person)
        talking.discard((address, person))
        return was

    async def _everybody(self) -> set[tuple[Address, str]]:
        """Give who may be in a dialogue, and where; read from the database once, by the first of those who ask right after the start."""
        if self._talking is None:
            async with self._reading:
                if self._talking is None:
                    async with self._desk.database.read() as connection:
                        self._talking = set(await screens.open_dialogues(connection))
        return self._talking


async def cancel(desk: Desk, call: Call) -> Answer:
    """Wait for no answer any more."""
    async with desk.database.write() as connection:
        was = await screens.end(connection, call.place.address, call.person)
    return sentence(phrase("Cancelled.") if was else phrase("Nothing to cancel."))
