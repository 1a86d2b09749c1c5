"""Merging, splitting and undoing from end to end: what changes, what outlives later reports, what is refused and why."""

import json

import pytest
from correcting import Desk, retold
from grouping_samples import BANK, OTHER_QUAKE, QUAKE, article
from sqlalchemy import func, select, text
from telling_samples import Killed, killed_at

from bot.core.grouping.correction import Correction, CorrectionKind, CorrectionState
from bot.core.grouping.grouper import Grouper
from bot.core.model import Article, EventId
from bot.pipeline.group import Grouping
from storage.correcting import corrections
from storage.engine.database import Database
from storage.news import memories
from storage.schema.correction_tables import constraints
from storage.schema.tables import event_history

FERRY = (
    "Ferry runs aground off Quillon",
    "A ferry with 212 passengers ran aground off Quillon in thick fog, the coast guard of Pellin said. Captain Mira Voss said the radar failed.",
)
COPIED = (
    "Strong earthquake shakes Arrano province",
    f"{QUAKE[0][1]} This text was first published by the Pellin Mail.",
)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def quakes(*numbers: int) -> list[Article]:
    return [article(number, QUAKE[number - 1], hours=number, outlet=f"Desk {number}") for number in numbers]


def bank(number: int, which: int) -> Article:
    return article(number, BANK[which], hours=number, outlet=f"Desk {number}")


async def newsroom(desk: Desk) -> None:
    """Event 1: three reports of a quake; event 2: two about a bank; event 3: a ferry."""
    await desk.arrive(*quakes(1, 2, 3))
    await desk.arrive(bank(4, 0), bank(5, 1))
    await desk.arrive(article(6, FERRY, hours=1))
    assert await desk.members() == {1: [1, 2, 3], 2: [4, 5], 3: [6]}


async def check_remembered(desk: Desk) -> None:
    """What is remembered is what a program makes that has nothing but the decisions."""

    async def states() -> dict[EventId, object]:
        async with desk.database.read() as connection:
            found = await memories.load(connection, [event.id for event in await desk.stored()])
        read = {one.event_id: json.loads(one.state) for one in found}
        return {
            one.event_id: (read[one.event_id].get("size"), read[one.event_id].get("apart"), [id_ for id_, _ in one.reports])
            for one in found
        }

    before = await states()
    async with desk.database.write() as connection:
        await memories.clear(connection)
        await connection.execute(text("DELETE FROM word_counts"))
    await desk.arrive(article(199, ("Mill burns in Ostrava", "A mill burnt down in Ostrava, Kellan Miro of the brigade said."), hours=900))
    after = await states()
    assert {event: after[event] for event in before} == before


async def test_a_merge_outlives_revisions_and_old_numbers_lead_there(desk: Desk) -> None:
    await newsroom(desk)
    done = await desk.merge(3, 1)
    assert done.state is CorrectionState.DONE
    assert await desk.members() == {1: [1, 2, 3, 6], 2: [4, 5]}
    assert await desk.resolved(1, 2, 3) == [1, 2, 1]
    assert "merged" in await desk.history(3)
    await desk.arrive(retold(article(6, FERRY, hours=1), "Tugs from Harrowgate pulled it free."))
    assert await desk.members() == {1: [1, 2, 3, 6], 2: [4, 5]}
    await check_remembered(desk)


async def test_the_event_with_more_reports_survives(desk: Desk) -> None:
    await newsroom(desk)
    await desk.merge(3, 2)
    assert await desk.resolved(2, 3) == [2, 2]


async def test_what_was_split_off_stays_apart(desk: Desk) -> None:
    await newsroom(desk)
    done = await desk.split(1, 3)
    assert (done.state, done.other_id) == (CorrectionState.DONE, 4)
    assert await desk.members() == {1: [1, 2], 2: [4, 5], 3: [6], 4: [3]}
    assert (await desk.history(1))[-1] == "split"
    assert await desk.history(4) == ["moved"]
    await desk.arrive(retold(quakes(3)[0], "Aid came from the port of Tessin."))
    await desk.arrive(retold(quakes(1)[0], "Aid came from the port of Tessin."))
    parted = await desk.members()
    assert [event for event, members in parted.items() if 3 in members] != [event for event, members in parted.items() if 1 in members]
    await check_remembered(desk)


async def test_copies_leave_with_their_report(desk: Desk) -> None:
    await desk.arrive(*quakes(1, 2, 3))
    await desk.arrive(article(4, COPIED, hours=9, outlet="Echo"))
    ((_, *_, copy),) = [event.articles for event in await desk.stored()]
    assert (copy.id, copy.copy_of) == (4, 1)
    await desk.split(1, 1)
    assert await desk.members() == {1: [2, 3], 2: [1, 4]}
    (refused, alone) = await desk.split(2, 1), await desk.split(2, 4)
    assert refused.state is CorrectionState.REFUSED
    assert refused.reason == "Article 1 and its copies are all that event 2 has: there is nothing to part it from."
    assert alone.state is CorrectionState.DONE
    assert await desk.members() == {1: [2, 3], 2: [1], 3: [4]}
    assert all(each.copy_of is None for event in await desk.stored() for each in event.articles)
    await desk.undo(alone.id)
    assert await desk.members() == {1: [2, 3], 2: [1, 4]}
    assert {each.id: each.copy_of for event in await desk.stored() for each in event.articles} == {1: None, 2: None, 3: None, 4: 1}
    await check_remembered(desk)


async def test_undoing_a_merge_gives_the_number_back_and_later_reports_stay(desk: Desk) -> None:
    await newsroom(desk)
    merge = await desk.merge(2, 3)
    assert await desk.members() == {1: [1, 2, 3], 2: [4, 5, 6]}
    undone = await desk.undo(merge.id)
    assert (undone.state, undone.reason) == (CorrectionState.DONE, None)
    assert await desk.members() == {1: [1, 2, 3], 2: [4, 5], 3: [6]}
    assert await desk.resolved(1, 2, 3) == [1, 2, 3]
    assert (await desk.correction(merge.id)).undone_by == undone.id
    assert (await desk.history(3))[-2:] == ["revived", "moved"]
    await desk.arrive(retold(article(6, FERRY, hours=1), "Tugs from Harrowgate pulled it free."))
    assert await desk.members() == {1: [1, 2, 3], 2: [4, 5], 3: [6]}
    await check_remembered(desk)


async def test_numbers_that_led_to_an_event_lead_there_again(desk: Desk) -> None:
    await newsroom(desk)
    first = await desk.merge(2, 3)
    second = await desk.merge(1, 2)
    assert await desk.resolved(1, 2, 3) == [1, 1, 1]
    refused = await desk.undo(first.id)
    # 3 would leave 1, but the second merge was of what the first had made; its headline stands for both.
    if refused.state is CorrectionState.REFUSED:
        assert f"Merge {second.id} (by the terminal" in str(refused.reason)
        await desk.undo(second.id)
        assert await desk.resolved(1, 2, 3) == [1, 2, 2]
        await desk.undo(first.id)
    else:
        await desk.undo(second.id)
    assert await desk.members() == {1: [1, 2, 3], 2: [4, 5], 3: [6]}


async def test_undoing_a_split_brings_everything_back(desk: Desk) -> None:
    await newsroom(desk)
    split = await desk.split(1, 3)
    await desk.undo(split.id)
    assert await desk.members() == {1: [1, 2, 3], 2: [4, 5], 3: [6]}
    assert await desk.resolved(4) == [1]
    async with desk.database.read() as connection:
        assert not await corrections.holding(connection)
    again = await desk.split(1, 3)
    assert again.other_id == 5
    await check_remembered(desk)


async def refusals(desk: Desk) -> list[tuple[Correction, str]]:
    merge = await desk.merge(1, 3, who="42")
    split = await desk.split(2, 5, who="43")
    return [
        (await desk.merge(3, 1), "Events 3 and 1 are one event already, event 1."),
        (await desk.split(1, 6), f"Merge {merge.id} (by 42, 2026-11-22 12:00 UTC) keeps articles 2 and 6 together; /undo {merge.id} ends"),
        (
            await desk.merge(2, 4),
            f"Split {split.id} (by 43, 2026-11-22 12:00 UTC) keeps articles 5 and 4 apart; /undo {split.id} ends that.",
        ),
        (await desk.split(2, 1), "Article 1 is not in event 2: it is in event 1."),
        (await desk.undo(split.id + 1), f"Merge {split.id + 1} was never done."),
    ]


async def test_what_contradicts_is_refused_with_the_reason(desk: Desk) -> None:
    await newsroom(desk)
    before = None
    for refused, reason in await refusals(desk):
        assert refused.state is CorrectionState.REFUSED
        assert str(refused.reason).startswith(reason), refused.reason
        before = before or await desk.members()
    assert await desk.members() == before


async def test_a_correction_pressed_ten_times_by_two_admins_is_done_once(desk: Desk) -> None:
    """FAULTS row 42."""
    await newsroom(desk)
    done = [await desk.merge(1, 3, who=who) for who in ("42", "43") for _ in range(5)]
    assert [each.state for each in done].count(CorrectionState.DONE) == 1
    undone = [await desk.undo(done[0].id, who=who) for who in ("42", "43") for _ in range(5)]
    assert [each.state for each in undone].count(CorrectionState.DONE) == 1
    assert str(undone[-1].reason) == f"Merge {done[0].id} was undone already by 42, 2026-11-22 12:00 UTC."
    assert await desk.members() == {1: [1, 2, 3], 2: [4, 5], 3: [6]}


async def whole(desk: Desk) -> tuple[object, ...]:
    """What one sees of events and corrections."""
    async with desk.database.read() as connection:
        lines = await connection.scalar(select(func.count()).select_from(event_history))
        held = (await connection.execute(select(constraints.c.article_a, constraints.c.article_b))).all()
    return await desk.members(), lines, [tuple(row) for row in held]


@pytest.mark.parametrize("kind", ["merge", "split", "undo"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_killed_at_any_statement_it_is_done_by_the_next_program(desk: Desk, kind: str) -> None:
    """FAULTS row 42: all or nothing, and not lost."""
    await newsroom(desk)
    if kind == "undo":
        await desk.merge(2, 3)
    abouts: dict[str, dict[str, int]] = {"merge": {"event": 1, "other": 3}, "split": {"event": 1, "article": 3}, "undo": {"undoes": 1}}
    asked = await desk.ask(CorrectionKind(kind), "42", **abouts[kind])
    before = await whole(desk)
    number = 0
    while (await desk.correction(asked)).state is CorrectionState.ASKED:
        number += 1
        try:
            with killed_at(desk.database, number):
                await desk.run()
        except Killed:
            assert await whole(desk) == before
    assert number > 5
    assert (await desk.correction(asked)).state is CorrectionState.DONE
    await check_remembered(desk)


async def test_what_cannot_be_done_because_of_a_mistake_of_ours_stops_no_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await newsroom(desk)

    def broken(*_: object) -> None:
        raise LookupError

    with monkeypatch.context() as patched:
        patched.setattr(Grouper, "part", broken)
        asked = await desk.split(1, 3)
    assert (asked.state, asked.reason) == (CorrectionState.REFUSED, "It could not be done: the log says why.")
    await desk.merge(1, 3)
    assert await desk.members() == {1: [1, 2, 3, 6], 2: [4, 5]}


async def test_only_the_leader_corrects(desk: Desk) -> None:
    await newsroom(desk)
    async with Grouping(desk.database, desk.settings, desk.clock) as leader:
        await leader.run()
        waiting = await desk.merge(1, 3)
        assert waiting.state is CorrectionState.ASKED
        await leader.run()
    assert await desk.members() == {1: [1, 2, 3, 6], 2: [4, 5]}


async def test_what_was_set_apart_can_be_merged_and_is_set_apart_again(desk: Desk) -> None:
    await desk.arrive(*quakes(1, 2))
    await desk.arrive(
        article(3, ("Arrano morning briefing", QUAKE[2][1]), hours=3), article(4, ("Pellin evening briefing", OTHER_QUAKE[0][1]), hours=4)
    )
    assert await desk.members() == {1: [1, 2], 2: [3], 3: [4]}
    both = await desk.merge(2, 3)
    mixed = await desk.merge(2, 1)
    assert await desk.members() == {1: [1, 2, 3, 4]}
    await check_remembered(desk)
    for each in (mixed, both):
        assert (await desk.undo(each.id)).state is CorrectionState.DONE
    members = await desk.members()
    assert [members[event] for event in (1, 2, 3)] == [[1, 2], [3], [4]]
    await desk.arrive(article(7, OTHER_QUAKE[1], hours=2))
    assert [each for each in (await desk.members()).values() if 6 in each] == [[6]]
