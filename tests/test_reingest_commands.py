"""/reingest as people use it: what would change, Apply and Cancel, who may, and what is said when it cannot be."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
from message_reading import lines_of
from reingesting import OLDER, TODAY, Installation

from bot.commands.desk import Answer, Desk, Request
from bot.commands.registry import respond
from bot.commands.reingest import ReingestFacts
from bot.core.grouping.decision import ReingestId
from bot.pipeline.reapply import Reapplying
from storage.correcting import reingests
from storage.engine.database import Database


@pytest.fixture
def here(database: Database) -> Installation:
    return Installation(database)


async def asked(here: Installation, line: str, *, is_admin: bool = True, person: str = "") -> Answer:
    """Ask in a program that was just started, and wait for what follows."""
    async with Reapplying(here.database, TODAY, here.clock) as grouping:
        desk = Desk(database=here.database, version="1", correct=grouping.run, reingest=here.reingests().plan)
        answer = await respond(desk, Request(text=line, now=here.clock(), is_admin=is_admin, person=person))
        reached: list[tuple[int, int]] = []
        while answer.work is not None:
            answer = await answer.work(lambda done, total: reached.append((done, total)))
    assert all(done <= total for done, total in reached)
    return answer


def facts(answer: Answer) -> ReingestFacts:
    assert isinstance(answer.facts, ReingestFacts)
    return answer.facts


def commands(answer: Answer) -> Sequence[str]:
    return [action.command for action in answer.message.actions]


async def older(here: Installation) -> None:
    for number in (1, 2):
        await here.comes(here.opens(), *(here.goes_on(number) for _ in range(3)), settings=OLDER)


async def test_nothing_would_change(here: Installation) -> None:
    await here.comes(here.opens(), here.goes_on(1))
    answer = await asked(here, "/reingest")
    assert "Nothing would change." in lines_of(answer.message, time="")
    assert (commands(answer), answer.failed) == ([], False)


async def test_the_plan_is_one_message_with_its_buttons_and_apply_does_it(here: Installation) -> None:
    await older(here)
    answer = await asked(here, "/reingest all", person="Ada")
    said = facts(answer)
    text = lines_of(answer.message, time="")
    assert "6 merged into others, 2 changed otherwise, 0 untouched. 0 cards would be edited. Zero new announcements." in " ".join(text)
    assert commands(answer) == [f"/reingest apply {said.id}", f"/reingest cancel {said.id}"]
    assert said.who == "Ada"
    done = await asked(here, commands(answer)[0])
    assert (facts(done).state, facts(done).left) == ("done", 0)
    again = await asked(here, commands(answer)[0])
    assert (again.failed, facts(again).state) == (True, "done")
    assert "Nothing would change." in lines_of((await asked(here, "/reingest")).message, time="")


async def test_dry_run_only_shows(here: Installation) -> None:
    await older(here)
    answer = await asked(here, "/reingest dry-run")
    assert (facts(answer).figures.merged, commands(answer), answer.failed) == (6, [], False)
    assert (await asked(here, f"/reingest apply {facts(answer).id}")).failed


async def test_cancel(here: Installation) -> None:
    await older(here)
    number = facts(await asked(here, "/reingest")).id
    answer = await asked(here, "/reingest cancel", person="Bo")
    assert facts(answer).state == "cancelled"
    assert "Not applied: Bo cancelled it." in lines_of(answer.message, time="")
    assert (await asked(here, f"/reingest apply {number}")).failed
    assert facts(await asked(here, "/reingest status")).state == "cancelled"


async def test_ten_presses_are_one_run(here: Installation) -> None:
    """FAULTS 42: of ten presses at once, of two admins, one applies, and all see how it goes on and ends."""
    await older(here)
    number = facts(await asked(here, "/reingest")).id
    answers = await asyncio.gather(*(asked(here, f"/reingest apply {number}", person=who) for who in ("Ada", "Bo") * 5))
    assert {facts(answer).state for answer in answers} == {"done"}
    assert len({(facts(answer).steps_done, facts(answer).edits) for answer in answers}) == 1
    assert (await asked(here, f"/reingest apply {number}")).failed
    plans = await asyncio.gather(*(asked(here, "/reingest dry-run") for _ in range(5)))
    assert len({facts(answer).id for answer in plans}) <= 5
    await here.check()


async def test_applying_once_more_goes_on_with_what_was_killed(here: Installation) -> None:
    """FAULTS 41: a shell that was killed over it left it begun, and no other program runs."""
    await older(here)
    number = facts(await asked(here, "/reingest")).id
    async with here.database.write() as connection:
        assert await reingests.apply(connection, ReingestId(number), who="Ada")
    answer = await asked(here, f"/reingest apply {number}")
    assert (answer.failed, facts(answer).state) == (False, "done")
    await here.check()


async def test_only_admins_may(here: Installation) -> None:
    """FAULTS 44."""
    for line in ("/reingest", "/reingest apply 1", "/reingest cancel 1"):
        answer = await asked(here, line, is_admin=False)
        assert (answer.failed, lines_of(answer.message, time="")) == (True, ["/reingest is for the admins of this installation."])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/reingest everything", "What is to be ingested again: a source, an event, or all?"),
        ("/reingest source", "Which source? Say its name or its number."),
        ("/reingest source nowhere", "There is no source called nowhere. /sources lists them."),
        ("/reingest event", "Which event? Say its number."),
        ("/reingest event 99", "There is no event 99; the highest is 2."),
        ("/reingest apply", "Which plan? Say its number."),
        ("/reingest apply 99999999999999999999", "Which plan? Say its number."),
        ("/reingest apply 00000000001" + "9" * 5_000, "Which plan? Say its number."),
        ("/reingest apply 7000", "There is no plan with the number 7000."),
        ("/reingest cancel", "Nothing was ever ingested again here."),
    ],
)
async def test_what_cannot_be_is_said(here: Installation, line: str, said: str) -> None:
    await here.comes(here.opens(), here.opens())
    answer = await asked(here, line)
    assert answer.failed
    assert lines_of(answer.message, time="")[0] == said


async def test_where_no_file_is_read_nothing_is_planned(here: Installation) -> None:
    desk = Desk(database=here.database, version="1")
    answer = await respond(replace(desk), Request(text="/reingest", now=here.clock()))
    assert (answer.failed, answer.work) == (True, None)
