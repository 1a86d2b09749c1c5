"""The same question of many, answered once for all of them, and never with what was known before one of them asked."""

import asyncio

from conftest import NOW
from telling_samples import Newsroom

from bot.commands.desk import Answer, Desk, Request
from bot.commands.together import Together
from bot.core.message_text import message_json
from storage.engine.database import Database


def asked(text: str) -> Request:
    return Request(text=text, now=NOW, is_admin=False)


async def test_many_share_an_answer_and_who_asks_later_gets_a_newer_one(database: Database) -> None:
    together = Together(Desk(database=database, version="1.2.3"))
    newsroom = Newsroom(database, now=NOW)
    await newsroom.report(1, title="Strike 1")
    answers = await asyncio.gather(*(together.respond(asked("/latest")) for _ in range(100)))
    assert len({id(answer) for answer in answers}) < 10
    assert all("Strike 1" in message_json(answer.message) for answer in answers)
    await newsroom.report(2, title="Strike 2")
    assert "Strike 2" in message_json((await together.respond(asked("/latest"))).message)


async def test_what_needs_no_look_is_shared_too(database: Database) -> None:
    together = Together(Desk(database=database, version="1.2.3"))
    answers = await asyncio.gather(*(together.respond(asked("/help")) for _ in range(100)))
    assert len({id(answer) for answer in answers}) == 1


async def test_what_is_known_when_a_question_comes_is_in_its_answer(database: Database) -> None:
    """Whoever asks while an answer is being put together does not get that one."""
    together = Together(Desk(database=database, version="1.2.3"))
    newsroom = Newsroom(database, now=NOW)
    for number in range(1, 6):
        earlier = [asyncio.create_task(together.respond(asked("/latest"))) for _ in range(3)]
        await asyncio.sleep(0)
        await newsroom.report(number, title=f"Strike {number}")
        later: Answer = await together.respond(asked("/latest"))
        assert f"Strike {number}" in message_json(later.message)
        await asyncio.gather(*earlier)


async def test_different_questions_get_different_answers(database: Database) -> None:
    together = Together(Desk(database=database, version="1.2.3"))
    await Newsroom(database, now=NOW).report(1, title="Strike 1")
    lines = ("/help", "/help latest", "/latest", "/latest Strike", "/help  latest", "/settings")
    answers = await asyncio.gather(*(together.respond(asked(line)) for line in lines))
    shown = [message_json(answer.message) for answer in answers]
    assert (shown[1] == shown[4], len(set(shown))) == (True, len(lines) - 1)


async def test_who_stops_waiting_takes_the_answer_from_nobody(database: Database) -> None:
    together = Together(Desk(database=database, version="1.2.3"))
    await Newsroom(database, now=NOW).report(1, title="Strike 1")
    asking = [asyncio.create_task(together.respond(asked("/latest"))) for _ in range(10)]
    await asyncio.sleep(0)
    for stopped in (0, 5):
        asking[stopped].cancel()
        await asyncio.sleep(0)
    found = await asyncio.gather(*asking, return_exceptions=True)
    assert sum(isinstance(answer, Answer) for answer in found) == 8
