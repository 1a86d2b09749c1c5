"""For whom answers are written out: looked at once for many, and never kept beyond a change."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from chat_samples import NOW
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands.desk import Desk, Place
from bot.commands.readers import Readers
from bot.core.chats.chat import Address, ChatKind
from storage.chats import chats
from storage.engine.database import Database


class Watched(Database):
    """Counts looks, and lets a test do something while somebody looks."""

    looks = 0
    looking: asyncio.Event | None = None
    gate: asyncio.Event | None = None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        self.looks += 1
        async with super().read() as connection:
            yield connection
            if self.looking is not None and self.gate is not None:
                self.looking.set()
                await self.gate.wait()


def place(number: int, thread: str = "") -> Place:
    return Place(address=Address(platform="telegram", chat=str(number), thread=thread), kind=ChatKind.GROUP, name="News", language="uk")


async def watched(url: str, count: int) -> Watched:
    """A database with so many chats, the first in Kyiv's zone, the next in Lisbon's, and so on."""
    database = await Watched.open(url, now=NOW)
    assert isinstance(database, Watched)
    async with database.write() as connection:
        for number in range(count):
            zone = ("Europe/Kyiv", "Europe/Lisbon")[number % 2]
            await chats.ensure(connection, place(number).address, kind=ChatKind.GROUP, name="News", zone=zone, now=NOW)
    return database


async def test_one_looks_for_all_who_ask_at_the_same_time(database_url: str) -> None:
    database = await watched(database_url, 40)
    database.looks = 0
    readers = Readers(Desk(database=database, version="1", zone="UTC"))
    asked = [place(number) for number in range(60)] + [place(0, thread="7")]
    found = await asyncio.gather(*map(readers.of, asked))
    assert [each.zone for each in found] == [("Europe/Kyiv", "Europe/Lisbon")[number % 2] for number in range(40)] + ["UTC"] * 21
    assert {each.language for each in found} == {"uk"}
    assert database.looks <= 2
    assert (await readers.of(place(3))).zone == "Europe/Lisbon"
    assert database.looks <= 2, "it is remembered"
    await database.close()


async def test_what_changes_while_somebody_looks_is_looked_at_again(database_url: str) -> None:
    database = await watched(database_url, 1)
    readers = Readers(Desk(database=database, version="1", zone="UTC"))
    database.looking, database.gate = asyncio.Event(), asyncio.Event()
    looking = asyncio.create_task(readers.of(place(0)))
    await database.looking.wait()
    async with database.write() as connection:
        chat = await chats.find(connection, place(0).address)
        assert chat is not None
        await chats.save(connection, replace(chat, zone="Asia/Tokyo"))
    readers.forget(place(0).address)
    database.gate.set()
    await looking
    assert (await readers.of(place(0))).zone == "Asia/Tokyo"
    await database.close()
