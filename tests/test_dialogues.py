"""Questions that a screen asks, and the answers to them, from a real database on each engine."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from invented import NOW
from screen_samples import ADA, BORYS, CHANNEL, GROUP, PRIVATE, Board, said

from bot.commands.desk import Call, Desk, Place, sentence
from bot.commands.dialogues import Taken, cancel
from bot.commands.pressed import Ask
from bot.core.chats.screen import Dialogue
from bot.core.message import Action, Message
from storage.engine.database import Database


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database=database, version="1.2.3")


@pytest.fixture
def board(desk: Desk) -> Board:
    return Board(desk)


async def test_who_is_asked_completes_the_command(board: Board) -> None:
    answer = sentence("Which zone?")
    answer = replace(answer, message=Message(answer.message.blocks, (Action("Another city…", "/timezone", "Which city?"),)))
    opened_ = await board.screens.open_(board.request("/start"), answer)
    board.put("5", opened_.message)
    await board.screens.remember(opened_, "5", NOW)
    asked = await board.press("5", "Another city…")
    assert isinstance(asked, Ask)
    assert (asked.text, asked.dialogue.line) == ("Which city?", "/timezone")
    board.restart()
    later = NOW + timedelta(minutes=9)

    async def taken(words: str, *, person: str = ADA, reply_to: str | None = None, now: datetime = later) -> Taken | None:
        return await board.dialogues.taken(PRIVATE.address, person, words, reply_to=reply_to, is_private=True, now=now)

    assert await taken("Oslo", person=BORYS) is None
    assert await taken("Oslo", reply_to="17") is None
    assert await taken(" ") is None
    assert await taken(" Kryvyi \n Rih ") == Taken(line="/timezone Kryvyi Rih", place=None)
    assert await taken("Oslo") is None
    await board.press("5", "Another city…")
    assert await taken("Oslo", reply_to="900", now=NOW + timedelta(minutes=10)) is None
    assert await taken("Oslo", reply_to="900") is None


async def test_in_a_group_only_a_reply_is_an_answer(desk: Desk) -> None:
    board = Board(desk, GROUP)
    await board.dialogues.begin(asked(GROUP))

    async def taken(reply_to: str | None) -> Taken | None:
        return await board.dialogues.taken(GROUP.address, ADA, "Oslo", reply_to=reply_to, is_private=False, now=NOW)

    assert [await taken(None), await taken("1"), await taken("900")] == [None, None, Taken(line="/timezone Oslo", place=None)]


async def test_a_dialogue_about_a_channel_says_so(board: Board) -> None:
    await board.dialogues.begin(replace(asked(PRIVATE), about=CHANNEL.address, kind=CHANNEL.kind, name=CHANNEL.name))
    taken = await board.dialogues.taken(PRIVATE.address, ADA, "Oslo", reply_to=None, is_private=True, now=NOW)
    assert taken == Taken(line="/timezone Oslo", place=CHANNEL)


async def test_a_dialogue_ends_with_cancel_and_with_any_other_command(board: Board) -> None:
    async def cancelled() -> str:
        return said((await cancel(board.desk, Call(rest="", now=NOW, place=PRIVATE, person=ADA))).message).strip()

    assert await cancelled() == "Nothing to cancel."
    await board.dialogues.begin(asked(PRIVATE))
    assert [await cancelled(), await cancelled()] == ["Cancelled.", "Nothing to cancel."]
    assert await board.dialogues.taken(PRIVATE.address, ADA, "Oslo", reply_to=None, is_private=True, now=NOW) is None
    await board.dialogues.begin(asked(PRIVATE))
    assert [await board.dialogues.end(PRIVATE.address, ADA), await board.dialogues.end(PRIVATE.address, ADA)] == [True, False]


async def test_two_answers_at_the_same_time_complete_one_command(board: Board) -> None:
    await board.dialogues.begin(asked(PRIVATE))
    taken = await asyncio.gather(
        *(board.dialogues.taken(PRIVATE.address, ADA, words, reply_to=None, is_private=True, now=NOW) for words in ("Oslo", "Rome", "Kyiv"))
    )
    assert len([each for each in taken if each]) == 1


def asked(place: Place) -> Dialogue:
    return Dialogue(
        address=place.address,
        person=ADA,
        line="/timezone",
        prompt_id="900",
        expires_at=NOW + timedelta(minutes=10),
        about=place.address,
        kind=place.kind,
        name=place.name,
        language=None,
    )
