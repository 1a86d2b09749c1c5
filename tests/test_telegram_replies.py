"""Documents and long work on Telegram: files both ways, and one message that tells how far it is."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from bot_api_world import User
from conftest import NOW
from feed_station import door_of
from telegram_station import Station, station

from bot.commands.desk import Answer, FeedDesk, Place, Progress, Request, sentence
from bot.core.chats.chat import Address, ChatKind
from bot.core.message import Message, Paragraph
from bot.core.phrase import phrase
from bot.sources.worker import Worker
from storage.engine.database import Database

FEEDS = '<opml version="2.0"><body>{}</body></opml>'
FEED = '<outline type="rss" text="Harbour {0}" xmlUrl="https://feed{0}.example/rss"/>'


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Station]:
    """A bot that may fetch."""
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/test.db", now=NOW)
    async with (
        Worker() as worker,
        door_of(lambda: NOW) as door,
        station(database, dress=lambda desk: replace(desk, feeds=FeedDesk(door=door, worker=worker))) as opened,
    ):
        yield opened
    await database.close()


@pytest.fixture
async def olena(here: Station) -> User:
    """Who may change this installation."""
    olena = here.api.person("Olena")
    here.admins.append(olena.id)
    await here.restart()
    await here.ask(olena, "/help import", "OPML")
    return olena


def hand_over(here: Station, person: User, content: bytes, *, name: str = "mine.opml", caption: str = "", size: int | None = None) -> None:
    """Somebody sends a file."""
    here.api.world.files["file7"] = ("documents/file_7", content)
    document = {"file_id": "file7", "file_unique_id": "u", "file_name": name, "file_size": len(content) if size is None else size}
    chat = here.api.private(person).json()
    message = {"message_id": 4711, "date": 1, "chat": chat, "from": person.json(), "document": document, "caption": caption}
    here.api.update(message=message)


async def test_a_list_of_feeds_is_imported_from_a_file_in_one_message(here: Station, olena: User) -> None:
    before = len(here.api.messages(olena))
    hand_over(here, olena, FEEDS.format("".join(map(FEED.format, range(20)))).encode(), caption="/import")
    done = await here.api.message(olena, "20")
    await here.all_heard()
    assert len(here.api.messages(olena)) == before + 1
    assert "…" in done.texts[0]


async def test_a_list_without_a_word_is_imported_too_and_other_files_are_not(here: Station, olena: User) -> None:
    hand_over(here, olena, b"hello", name="notes.txt")
    await here.all_heard()
    assert len(here.api.messages(olena)) == 1
    hand_over(here, olena, FEEDS.format(FEED.format(1)).encode(), name="FEEDS.OPML")
    await here.api.message(olena, "1")


async def test_a_file_that_is_too_large_is_not_fetched(here: Station, olena: User) -> None:
    hand_over(here, olena, b"", size=10_000_001)
    await here.api.message(olena, "10,000,000 bytes")
    assert not here.api.calls("getFile")


async def test_files_of_others_are_not_fetched(here: Station) -> None:
    ada = here.api.person("Ada")
    await here.ask(ada, "/help latest", "/latest")
    hand_over(here, ada, b"x", caption="/import")
    await here.api.message(ada, "for the admins")
    assert not here.api.calls("getFile")


async def test_all_feeds_come_as_a_document(here: Station, olena: User) -> None:
    hand_over(here, olena, FEEDS.format(FEED.format(1)).encode())
    await here.api.message(olena, "1 added")
    here.api.fault("sendDocument", "429", seconds=1)
    here.api.say(olena, "/export")
    await here.api.until(lambda: any(one.document for one in here.api.messages(olena)))
    given = next(one for one in here.api.messages(olena) if one.document)
    assert given.document is not None
    assert b"https://feed1.example/rss" in given.document


async def test_a_document_that_telegram_does_not_take_is_told(here: Station, olena: User) -> None:
    hand_over(here, olena, FEEDS.format(FEED.format(1)).encode())
    await here.api.message(olena, "1 added")
    here.api.fault("sendDocument", "400 Bad Request: file is too big")
    refused = await here.ask(olena, "/export", "did not take")
    assert refused.document is None
    assert not any(one.document for one in here.api.messages(olena))


async def test_work_whose_outcome_cannot_be_shown_stops_nobody(here: Station, olena: User) -> None:
    async def work(reach: Progress) -> Answer:
        reach(1, 1)
        return Answer(message=Message((cast("Paragraph", None),)))

    home = Place(address=Address(platform="telegram", chat=str(olena.id)), kind=ChatKind.PRIVATE, name="Olena")
    begun = replace(sentence(phrase("Closed.")), work=work)
    await here.dispatch._replies.reply(Request(text="", now=NOW, place=home), begun, home.address, None)
    await here.all_heard()
    assert (await here.ask(olena, "/help search", "/search")).text.startswith("/search")
