"""/timeline and /why: how an event was told, and on what grounds its articles are one event."""

from datetime import UTC, datetime, timedelta

import pytest
from message_reading import check_answer, commands_of, text_of
from telling_samples import Newsroom

from bot.commands.desk import Answer, Desk, Request
from bot.commands.registry import respond
from bot.core.grouping.decision import Change, Contribution, Evidence, Joined, Left, Merged, Opened
from bot.core.model import ArticleId, EventId
from bot.platforms.console.facts import to_json
from storage.engine.database import Database
from storage.news import events

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SURE = Evidence(
    threshold=0.5,
    score=0.934,
    contributions=(
        Contribution(feature="words", value=0.7, logits=2.5),
        Contribution(feature="hours apart", value=3.0, logits=-1.5),
        Contribution(feature="a feature of tomorrow", value=1.0, logits=9.0),
    ),
    shared=("otter", "<b>", *(f"word{number}" for number in range(8))),
    rival=EventId(2),
    rival_score=0.1,
)
ALONE = Evidence(threshold=0.5, score=0.31, veto="no name in common", rival=EventId(1), rival_score=0.31)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database=database, version="1")


async def check(desk: Desk, typed: str, *expected: str, failed: bool = False) -> Answer:
    answer = await respond(desk, Request(text=typed, now=NOW))
    check_answer(answer, *expected, failed=failed)
    to_json(answer.facts)
    return answer


async def apply(desk: Desk, *changes: Change) -> None:
    async with desk.database.write() as connection:
        await events.apply(connection, changes, NOW)


async def test_a_timeline_marks_the_first_report_copies_and_long_silences(desk: Desk) -> None:
    room = Newsroom(desk.database)
    first = await room.report(1, "Flussbote", "Otter seen", published=NOW - timedelta(days=9))
    await room.report(1, "Harbour Post", "Otter swims", published=NOW - timedelta(days=9) + timedelta(hours=2))
    await room.report(1, "Copycat", "Otter seen", copy_of=first, published=NOW - timedelta(days=8))
    await room.report(1, "Late Paper", "Otter slept", published=NOW - timedelta(days=9) + timedelta(hours=9))
    await room.report(1, "Gazette", "Otter leaves", published=NOW)
    shown = await check(
        desk, "/timeline 1", "Timeline of event 1", "Flussbote  first", "Otter seen", "Harbour Post", "… 7 hours without", "Late Paper",
        "Copycat  copy", "… 8 days without a report", "Gazette",
    )  # fmt: skip
    assert "hours without a report\n2026-11-13 14:00" not in text_of(shown)
    assert commands_of(shown) == ["/event 1", "/sources 1", "/why 1"]
    await check(desk, "/timeline 9", "no event 9", failed=True)
    for wrong in ("", " 1 2", " otter"):
        assert (await check(desk, f"/timeline{wrong}", failed=True)).misused


async def test_a_timeline_of_one_article_claims_nothing(desk: Desk) -> None:
    await Newsroom(desk.database).report(1, None, "Otter seen")
    shown = text_of(await check(desk, "/timeline 1", "Otter seen"))
    assert "first" not in shown
    assert "without" not in shown


async def test_why_tells_what_was_decided_and_on_what_grounds(desk: Desk) -> None:
    room = Newsroom(desk.database)
    for number, outlet in enumerate(("Flussbote", "Harbour Post", "Copycat"), start=1):
        await room.report(number, outlet, f"Story {number} of the otter")
    await apply(
        desk,
        Left(event_id=EventId(2), article_id=ArticleId(2)),
        Joined(event_id=EventId(1), article_id=ArticleId(2), revision=1, copy_of=None, evidence=SURE),
        Opened(event_id=EventId(5), article_id=ArticleId(3), revision=1, evidence=ALONE),
    )
    shown = await check(
        desk, "/why 1", "Why event 1 is one event", "Flussbote opened event 1", "Harbour Post joined", "93 % sure, 50 % needed",
        "in common: otter, <b>, word0, word1, word2, word3, 4 more", "for it: the words", "against it: the time between", "next: event 2",
    )  # fmt: skip
    commands = commands_of(shown)
    assert commands[:2] == ["/event 1", "/timeline 1"]
    assert "/event 2" in commands
    await check(desk, "/why 5", "Copycat opened event 5", "nearest: event 1 · 31 % sure", "kept apart by: no name in common")
    await apply(
        desk,
        Joined(event_id=EventId(1), article_id=ArticleId(3), revision=1, copy_of=ArticleId(1), evidence=SURE),
        Merged(survivor=EventId(1), absorbed=EventId(5), evidence=Evidence(threshold=0.55, score=0.62)),
    )
    told = await check(desk, "/why 5", "Copycat joined as a copy of Flussbote")
    assert "part of event 1" in text_of(told)
    await check(desk, "/why 9", "no event 9", failed=True)
    for wrong in ("", " 1 2 3", " otter"):
        assert (await check(desk, f"/why{wrong}", failed=True)).misused


async def test_why_tells_all_that_was_measured_of_one_article(desk: Desk) -> None:
    room = Newsroom(desk.database)
    for outlet in ("Flussbote", "Harbour Post"):
        await room.report(1, outlet)
    await apply(desk, Joined(event_id=EventId(1), article_id=ArticleId(2), revision=1, copy_of=None, evidence=SURE))
    shown = await check(desk, "/why 1 #2", "Why article 2 is in event 1", "the words  0.7  +2.50", "the time between  3.0  -1.50")
    assert "Flussbote" not in text_of(shown)
    assert text_of(shown).index("+9.00") < text_of(shown).index("+2.50")
    for other in ("9", "x", "٢", "99999999999999999999999"):
        await check(desk, f"/why 1 {other}", f"Nothing was decided about article {other}", failed=True)
