"""Correcting in a chat: what an admin asks for, is told, and finds in the lists; nobody else may."""

from dataclasses import replace

import pytest
from correcting import NOON, Desk
from grouping_samples import BANK, QUAKE, article
from message_reading import commands_of, lines_of
from structlog.testing import capture_logs

from bot.commands import corrections as commands
from bot.commands.corrections import CorrectionFacts, HistoryFacts
from bot.commands.desk import Answer, Place, Request
from bot.commands.desk import Desk as CommandDesk
from bot.commands.registry import respond
from bot.core.chats.chat import Address, ChatKind
from bot.languages import translated
from storage.correcting import corrections
from storage.engine.database import Database

# The numbers of corrections are said; on PostgreSQL they go on from one test to the next. What is stored is tested on both engines.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

GROUP = Place(address=Address(platform="telegram", chat="-100", thread="7"), kind=ChatKind.GROUP, name="Desk")


@pytest.fixture
async def room(database: Database) -> Desk:
    made = Desk(database)
    await made.arrive(*(article(number, QUAKE[number - 1], hours=number, outlet=f"Outlet {number}") for number in (1, 2, 3)))
    await made.arrive(article(4, BANK[0], hours=4))
    assert await made.members() == {1: [1, 2, 3], 2: [4]}
    return made


async def ask(room: Desk, line: str, *, is_admin: bool = True, is_grouping: bool = True) -> Answer:
    """Say a line in a group, and let the platform do what is to be done after the answer."""
    desk = CommandDesk(database=room.database, version="test", correct=room.run if is_grouping else None)
    answer = await respond(desk, Request(text=line, now=NOON, is_admin=is_admin, place=GROUP, person="42"))
    return await answer.work(lambda _, __: None) if answer.work else answer


def said(answer: Answer) -> str:
    return "\n".join(lines_of(answer.message, time="T"))


CASES = [
    ("/merge 1 2", False, "Events 1 and 2 are one now: event 1."),
    ("/merge 1 2", True, "Refused: Events 1 and 2 are one event already, event 1."),
    ("/split 2 4", True, "Refused: Merge 1 (by 42, 2026-11-22 12:00 UTC) keeps articles"),
    ("/undo", False, "Correction 1 is undone."),
    ("/undo 1", True, "Refused: Merge 1 was undone already by 42"),
    ("/split #1 #3", False, "Article 3 has left event 1, and is event 3 now."),
    ("/split 1 4", True, "Refused: Article 4 is not in event 1: it is in event 2."),
    ("/undo 6", False, "Correction 6 is undone."),
    ("/undo", True, "There is nothing to undo."),
]


async def test_corrections_are_asked_for_and_told(room: Desk) -> None:
    for line, failed, told in CASES:
        answer = await ask(room, line)
        assert said(answer).startswith(told), (line, said(answer))
        assert answer.failed is failed
        assert isinstance(answer.facts, CorrectionFacts) or told == "There is nothing to undo."
    assert await room.members() == {1: [1, 2, 3], 2: [4]}


@pytest.mark.parametrize(
    ("line", "told", "misused"),
    [
        ("/merge", "Which two events?", True),
        ("/merge 1 x", "“x” is not the number of an event.", True),
        ("/merge 1 99", "There is no event 99; the highest is 2.", False),
        ("/merge 99 1", "There is no event 99; the highest is 2.", False),
        ("/split", "Say the number of an event", True),
        ("/split 99 1", "There is no event 99", False),
        ("/split 1 99999999999999999999", "There is no article 2147483647.", False),
        ("/split 1 000000000012", "There is no article 2147483647.", False),
        ("/undo 00000000001" + "9" * 5_000, "There is no correction 2147483647", False),
        ("/split 1 one", "“one” is not a number.", True),
        ("/undo 1 2", "One correction at a time.", True),
        ("/undo 9", "There is no correction 9", False),
        ("/history", "Which event?", True),
        ("/history 77", "There is no event 77", False),
        ("/corrections all", "This command takes no words.", True),
    ],
)
async def test_what_is_not_understood_is_explained_and_asks_for_nothing(room: Desk, line: str, told: str, *, misused: bool) -> None:
    answer = await ask(room, line)
    assert said(answer).startswith(told)
    assert (answer.failed, answer.misused) == (True, misused)
    async with room.database.read() as connection:
        assert await corrections.newest(connection, 9) == []


@pytest.mark.parametrize("line", ["/merge 1 2", "/split 1 2", "/undo", "/corrections", "/history 1"])
async def test_only_admins_correct_and_see_who_did(room: Desk, line: str) -> None:
    """FAULTS row 44."""
    with capture_logs() as logged:
        answer = await ask(room, line, is_admin=False)
    name = line.split(maxsplit=1)[0]
    assert said(answer) == f"{name} is for the admins of this installation."
    assert [(each["event"], each["command"], each["person"]) for each in logged] == [("A command was refused.", name[1:], "42")]
    async with room.database.read() as connection:
        assert await corrections.newest(connection, 9) == []


async def test_where_nobody_groups_it_waits_and_says_so(room: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "PATIENCE", 0.0)
    answer = await ask(room, "/merge 1 2", is_grouping=False)
    assert said(answer) == "Correction 1 waits for the process that groups; /corrections says when it is done."
    assert "waits for the process that groups" in said(await ask(room, "/corrections"))
    await room.run()
    assert await room.members() == {1: [1, 2, 3, 4]}


async def test_who_did_what_is_listed(room: Desk) -> None:
    assert said(await ask(room, "/corrections")) == "Nobody has corrected anything yet. /merge and /split do."
    for line in ("/merge 1 2", "/split 1 4", "/undo", "/split 1 3"):
        await ask(room, line)
    answer = await ask(room, "/corrections")
    assert [line for line in said(answer).splitlines() if " in telegram/" in line] == [
        "4  split article 3 off event 1: event 3  by 42 in telegram/-100/7, T",
        "3  undo 1  by 42 in telegram/-100/7, T",
        "2  split article 4 off event 1  by 42 in telegram/-100/7, T",
        "1  merge events 1 and 2  by 42 in telegram/-100/7, T",
    ]
    assert commands_of(answer) == ["/undo 4"]
    assert "undone by 3" in said(answer)


async def test_the_life_of_an_event_is_told_with_who_did_what(room: Desk) -> None:
    for line in ("/merge 1 2", "/undo", "/split 1 3"):
        await ask(room, line)
    answer = await ask(room, "/history 2")
    assert isinstance(answer.facts, tuple)
    assert [(each.what, each.who) for each in answer.facts if isinstance(each, HistoryFacts)] == [
        ("opened", None),
        ("revived", "42"),
        ("moved", "42"),
    ]
    told = said(await ask(room, "/history 1"))
    assert "event 2 became part of event 1  by 42 (correction 1)" in told
    assert "articles left event 1 for event 3  by 42 (correction 3)" in told


async def test_a_split_without_an_article_offers_those_that_there_are(room: Desk) -> None:
    answer = await ask(room, "/split 1")
    assert commands_of(answer) == ["/split 1 1", "/split 1 2", "/split 1 3", "/event 1"]
    assert QUAKE[0][0] in said(answer)
    alone = await ask(room, "/split 2")
    assert (said(alone), alone.failed) == ("Event 2 has one article: there is nothing to part it from.", True)


async def test_a_merge_with_one_number_offers_the_events_that_are_nearest(room: Desk) -> None:
    await room.arrive(article(5, QUAKE[0], hours=900, outlet="Outlet 9"))
    (again,) = {event for event, members in (await room.members()).items() if 5 in members} - {1}
    answer = await ask(room, f"/merge {again}")
    offered = commands_of(answer)
    assert offered[0] == f"/merge {again} 1"
    assert offered[-1] == f"/event {again}"
    assert said(await ask(room, offered[0])).startswith(f"Events {again} and 1 are one now")
    assert said(await ask(room, "/merge 2")).startswith(("Which event is the same story as event 2?", "No other event is like event 2."))


@pytest.mark.parametrize("line", ["/event 1", "/why 1"])
async def test_only_admins_are_led_to_corrections(room: Desk, line: str) -> None:
    to_corrections = {"/split 1", "/merge 1"}
    shown = await ask(room, line)
    assert to_corrections <= set(commands_of(shown))
    others = await ask(room, line, is_admin=False)
    assert not to_corrections & set(commands_of(others))
    lonely = await ask(room, line.replace("1", "2"))
    assert "/split 2" not in set(commands_of(lonely))


async def test_the_terminal_has_a_name(room: Desk) -> None:
    desk = CommandDesk(database=room.database, version="test", correct=room.run)
    answer = await respond(desk, Request(text="/merge 1 2", now=NOON))
    assert answer.work is not None
    done = await answer.work(lambda _, __: None)
    assert isinstance(done.facts, CorrectionFacts)
    assert (done.facts.who, done.facts.chat) == ("the terminal", "terminal/me")
    assert replace(done.facts, who="x").state == "done"


async def test_a_refusal_is_said_in_the_language_of_its_reader(room: Desk) -> None:
    for line in ("/merge 1 2", "/split 1 4", "/merge 2 1"):
        answer = await ask(room, line)
    assert answer.failed
    refused = translated((await ask(room, "/corrections")).message, "uk")
    told = "\n".join(lines_of(refused, time="T"))
    assert "Події 2 і 1 вже одна подія, подія 1." in told
    assert "Refused" not in told


async def test_why_names_the_correction_that_decided(room: Desk) -> None:
    """No wording decided there: an admin did."""
    await ask(room, "/merge 1 2")
    await ask(room, "/split 1 3")
    told = said(await ask(room, "/why 1", is_admin=False))
    assert "event 2 became part of it\nan admin decided that: correction 1, which grouping keeps to" in told
    assert "articles left event 1 for event 3" in told
    assert "no other event was like it\n" not in told.split("became part of it")[1].split("articles left")[0]
    split = said(await ask(room, "/why 3", is_admin=False))
    assert "Outlet 3 came from event 1" in split
    assert "an admin decided that: correction 2" in split
