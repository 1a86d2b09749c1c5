"""Digests from end to end: a chat is told once what is new to it, and nothing twice, whatever fails meanwhile."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

import pytest
import structlog
from message_reading import lines_of
from sqlalchemy import func, select, update
from telling_samples import EIGHT, MORNING, Killed, Newsroom, Put, killed_at, night

from bot.core.chats.chat import DigestId, Mute, Quiet, Repeat, WhenEmpty
from bot.core.model import EventId
from bot.core.telling.digest import compose_hidden
from bot.core.telling.digest_settings import DigestSettings
from bot.core.telling.ledger import told_now
from bot.pipeline.digests import FORGOTTEN, Digests, Served, _is_still_so, _Round
from storage.chats import chats, mutes, subscriptions
from storage.delivery import digests, ledger
from storage.engine.database import Database
from storage.news import news
from storage.schema.chat_tables import chats as chat_rows
from storage.schema.chat_tables import digests as digest_rows
from storage.schema.chat_tables import subscriptions as subscription_rows

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def room(database: Database) -> Newsroom:
    return Newsroom(database)


def telling(room: Newsroom) -> Digests:
    return Digests(room.database, room.clock)


async def told_at(room: Newsroom, at: datetime) -> list[Put]:
    """Let it be that time, and give what is sent then."""
    room.now = at
    await telling(room).run()
    return await room.send()


def headlines(sent: list[Put]) -> list[str]:
    return [line for each in sent for line in each.lines if line.startswith("Event ")]


async def test_a_digest_tells_what_is_new_and_the_next_one_nothing(room: Newsroom) -> None:
    chat = await room.chat()
    await room.subscribe(chat)
    await room.report(1, "A")
    await room.report(1, "B")
    await room.report(2, "C")
    (first,) = await told_at(room, MORNING)
    assert first.lines[1:] == (
        "3 articles → 2 events → 2 shown",
        "Event 1 happens",
        "/event 1  ·  A, B  ·  2 reports",
        "Event 2 happens",
        "/event 2  ·  C  ·  1 report",
    )
    assert await told_at(room, MORNING + timedelta(minutes=1)) == []
    (second,) = await told_at(room, MORNING + timedelta(days=1))
    assert second.lines == ("Nothing new since .",)


async def test_what_developed_comes_back_with_what_is_new_alone(room: Newsroom) -> None:
    await room.subscribe(await room.chat())
    await room.report(1, "A")
    await told_at(room, MORNING)
    room.later(hours=5)
    await room.report(1, "A", copy_of=1)
    divers = "They found nobody, the mayor said."
    await room.report(1, "B", "Divers reach the wreck", published=room.now + timedelta(minutes=1), text=divers)
    (second,) = await told_at(room, MORNING + timedelta(days=1))
    assert second.lines[1:] == (
        "2 articles → 1 event → 1 shown",
        "Developing",
        "Event 1 happens",
        "latest: Divers reach the wreck — B",
        "now also reported by B",
        "/event 1  ·  +1 outlet, 1 more report",
    )
    room.later(hours=1)
    await room.report(1, "C", copy_of=1)
    (third,) = await told_at(room, MORNING + timedelta(days=2))
    assert third.lines == ("Nothing new since . 1 article → 1 event → 0 shown.",)


async def test_events_that_were_told_and_merged_are_not_told_anew(room: Newsroom) -> None:
    await room.subscribe(await room.chat())
    await room.report(1, "A", times=2)
    await room.report(2, "B", times=3)
    assert len(headlines(await told_at(room, MORNING))) == 2
    await room.merge(2, 1)
    await room.report(2, "C", copy_of=3)
    assert headlines(await told_at(room, MORNING + timedelta(days=1))) == []
    await room.report(2, "D")
    (third,) = await told_at(room, MORNING + timedelta(days=2))
    assert third.lines[-1] == "/event 2  ·  +1 outlet, 1 more report"
    await room.report(2, "E")
    (fourth,) = await told_at(room, MORNING + timedelta(days=3))
    assert fourth.lines[-1] == "/event 2  ·  +1 outlet, 1 more report"


async def test_back_catalogue_is_counted_apart_and_never_told(room: Newsroom) -> None:
    chat = await room.chat()
    await room.subscribe(chat)
    await room.report(1, "Archive", backlog=True, times=4)
    await room.report(2, "B")
    (first,) = await told_at(room, MORNING)
    assert headlines([first]) == ["Event 2 happens"]
    async with room.database.read() as connection:
        receipt = await digests.receipt(connection, chat.id)
    assert receipt is not None
    assert (receipt.articles, receipt.events, receipt.backlog, receipt.shown) == (1, 1, 4, (EventId(2),))


async def test_what_came_before_a_digest_and_was_grouped_after_it_is_not_lost(room: Newsroom) -> None:
    await room.subscribe(await room.chat())
    await told_at(room, MORNING)
    late = room.now
    room.now = MORNING - timedelta(minutes=5)  # What follows was received, or so the clock says, before the digest.
    await room.report(1, "A")
    room.now = late
    assert headlines(await told_at(room, MORNING + timedelta(days=1))) == ["Event 1 happens"]


# FAULTS row 35: clock −1 h, suspended two days.
async def test_after_downtime_there_is_one_digest(room: Newsroom) -> None:
    await room.subscribe(await room.chat())
    await room.report(1, "A")
    assert len(await told_at(room, MORNING)) == 1
    assert await told_at(room, MORNING - timedelta(hours=1)) == []
    await room.report(2, "B")
    (late,) = await told_at(room, MORNING + timedelta(days=3, hours=5))
    assert headlines([late]) == ["Event 2 happens"]
    assert await told_at(room, MORNING + timedelta(days=3, hours=6)) == []
    assert len(await told_at(room, MORNING + timedelta(days=4))) == 1


# FAULTS row 37.
async def test_a_changed_time_or_zone_gives_no_second_digest_that_date(room: Newsroom) -> None:
    chat = await room.chat()
    subscription = await room.subscribe(chat)
    await room.report(1, "A")
    await told_at(room, MORNING)
    async with room.database.write() as connection:
        kept = await subscriptions.get(connection, subscription.id)
        assert kept is not None
        await subscriptions.save(connection, replace(kept, at=EIGHT + 60, due_at=MORNING + timedelta(hours=1)))
        await chats.save(connection, replace(chat, zone="Europe/Berlin"))
    await room.report(2, "B")
    assert await told_at(room, MORNING + timedelta(hours=1)) == []
    assert headlines(await told_at(room, MORNING + timedelta(days=1))) == ["Event 2 happens"]


async def test_several_subscriptions_of_one_chat_tell_an_event_once(room: Newsroom) -> None:
    chat = await room.chat()
    await room.subscribe(chat)
    await room.subscribe(chat, Repeat.WEEKDAYS)
    await room.subscribe(chat, at=EIGHT + 30)
    await room.report(1, "A")
    room.now = MORNING + timedelta(days=1)
    await telling(room).run()
    assert headlines(await room.send()) == ["Event 1 happens"]
    assert headlines(await told_at(room, MORNING + timedelta(days=1, minutes=30))) == []


@pytest.mark.parametrize(("setting", "expected"), [(WhenEmpty.LINE, 1), (WhenEmpty.SILENCE, 0)])
async def test_nothing_new_is_one_line_or_silence(room: Newsroom, setting: WhenEmpty, expected: int) -> None:
    await room.subscribe(await room.chat(when_empty=setting))
    assert len(await told_at(room, MORNING)) == expected
    assert await told_at(room, MORNING + timedelta(minutes=1)) == []


async def test_a_filter_chooses_and_says_what_it_left_out(room: Newsroom) -> None:
    chat = await room.chat()
    await room.subscribe(chat, text="+otter")
    await room.report(1, "A", times=3)
    await room.report(2, "B", "An otter is caught")
    (sent,) = await told_at(room, MORNING)
    assert sent.lines[1:] == ("4 articles → 2 events → 1 shown", "An otter is caught", "/event 2  ·  B  ·  1 report")
    assert sent.actions[-1].startswith("/digest hidden ")
    async with room.database.read() as connection:
        receipt = await digests.receipt(connection, chat.id)
    assert receipt is not None
    ((hidden, reason),) = receipt.hidden
    assert hidden == 1
    assert "otter" in reason
    number = int(sent.actions[-1].split()[-1])
    kept = await telling(room).told(chat.id, DigestId(number))
    assert kept is not None
    assert lines_of(compose_hidden(kept), time="") == [
        "4 articles → 2 events → 1 shown",
        "Event 1 happens",
        f"/event 1  ·  {reason}",
    ]
    assert await telling(room).told(chat.id) == kept
    assert await telling(room).told(chat.id, DigestId(number + 1)) is None


@SQLITE
async def test_a_filter_finds_what_few_tell_among_very_many(room: Newsroom) -> None:
    await room.subscribe(await room.chat("one"), text="+otter")
    await room.subscribe(await room.chat("all"))
    for event in range(1, 130):
        await room.report(event, "A", times=2)
    await room.report(130, "B", "An otter is caught")
    sent = await told_at(room, MORNING)
    assert [each.lines[1] for each in sent] == ["259 articles → 130 events → 1 shown", "259 articles → 130 events → 5 shown"]


async def test_what_is_muted_or_too_small_is_left_out(room: Newsroom) -> None:
    chat = await room.chat()
    await room.subscribe(chat, min_reports=2)
    for event in (1, 2, 3, 4):
        await room.report(event, "A", f"Event {event} with {'otters' if event == 2 else 'herons'}", times=1 if event == 3 else 2)
    async with room.database.write() as connection:
        await mutes.mute(connection, Mute(chat_id=chat.id, event_id=EventId(1)))
        await mutes.mute(connection, Mute(chat_id=chat.id, word="otters"))
        await mutes.mute(connection, Mute(chat_id=chat.id, word="herons", until=room.now))
        await mutes.mute(connection, Mute(chat_id=chat.id, word='"'))
    assert headlines(await told_at(room, MORNING)) == ["Event 4 with herons"]
    async with room.database.read() as connection:
        receipt = await digests.receipt(connection, chat.id)
    assert receipt is not None
    assert dict(receipt.hidden) == {1: "muted", 2: "muted: otters", 3: "fewer than 2 reports"}


@pytest.mark.parametrize(
    ("quiet", "at", "now", "expected"),
    [
        (None, 8, "08:00", ("08:00", False)),
        (night(), 8, "08:00", ("08:00", False)),
        (Quiet(0, 0), 8, "08:00", ("08:00", False)),
        (night(), 6, "06:00", ("06:00", True)),  # Somebody chose it within quiet hours: exempt, and silent.
        (night(), 8, "23:00", ("07:00", False)),  # The program was down at eight: what is late waits for the morning.
    ],
)
@SQLITE
async def test_quiet_hours_hold_what_is_late_and_nothing_that_was_chosen(
    room: Newsroom, quiet: Quiet | None, at: int, now: str, expected: tuple[str, bool]
) -> None:
    room.now = MORNING.replace(hour=1)
    await room.subscribe(await room.chat(quiet=quiet), at=at * 60)
    hour, minute = map(int, now.split(":"))
    room.now = MORNING.replace(hour=hour, minute=minute)
    await telling(room).run()
    (waiting,) = await room.queued()
    assert (waiting.at.strftime("%H:%M"), waiting.is_silent) == expected


@SQLITE
async def test_a_chat_that_was_away_for_long_is_told_of_today(room: Newsroom) -> None:
    chat = await room.chat()
    await room.subscribe(chat)
    await told_at(room, MORNING)
    await room.report(1, "A")
    async with room.database.write() as connection:
        await chats.pause(connection, chat.id, "blocked", room.now)
    assert await told_at(room, MORNING + FORGOTTEN) == []
    room.now = MORNING + FORGOTTEN + timedelta(hours=20)
    await room.report(2, "B")
    async with room.database.write() as connection:
        await chats.resume(connection, chat.id, room.now)
    assert headlines(await told_at(room, MORNING + FORGOTTEN + timedelta(days=1))) == ["Event 2 happens"]


async def test_a_chat_that_cannot_be_served_stops_no_other(room: Newsroom) -> None:
    wrong, lost, right = [await room.subscribe(await room.chat(name)) for name in ("bad filter", "bad zone", "good")]
    is_wrong = subscription_rows.c.id == wrong.id
    await room.report(1, "A")
    async with room.database.write() as connection:
        await connection.execute(update(subscription_rows).where(is_wrong).values(filter="(+otter"))
        await connection.execute(update(chat_rows).where(chat_rows.c.id == lost.chat_id).values(zone="Mars/Olympus_Mons"))
    room.now = MORNING
    service = telling(room)
    with structlog.testing.capture_logs() as logged:
        assert await service.run() == Served(digests=1, failed=2)
        assert await service.run() == Served()
    assert [each.chat_id for each in await room.send()] == [right.chat_id]
    assert sorted(entry["chat"] for entry in logged) == [wrong.chat_id, lost.chat_id]
    room.later(minutes=10)
    async with room.database.write() as connection:
        await connection.execute(update(subscription_rows).where(is_wrong).values(filter="+event"))
    with structlog.testing.capture_logs():
        assert await service.run() == Served(digests=1, failed=1)


# FAULTS row 32, in pieces: the n-th statement fails, for n = 1, 2, 3 … until it passes.
async def test_a_digest_is_there_once_whatever_fails(room: Newsroom) -> None:
    chat = await room.chat()
    await room.subscribe(chat)
    await room.report(1, "A")
    room.now = MORNING
    for number in range(1, 100):
        with killed_at(room.database, number) as begun:
            try:
                served = await telling(room).run()
            except Killed:
                assert await room.queued() == []
                async with room.database.read() as connection:
                    assert await ledger.told(connection, chat.id, [EventId(1)]) == {}
                    assert await connection.scalar(select(func.count()).select_from(digest_rows)) == 0
                    assert len(await subscriptions.due(connection, room.now, 9)) == 1
            else:
                break
    assert served == Served(digests=1)
    assert number > len(begun) > 5
    assert headlines(await room.send()) == ["Event 1 happens"]
    assert await told_at(room, MORNING) == []


async def test_a_digest_is_composed_anew_when_the_chat_was_told_meanwhile(room: Newsroom) -> None:
    chat = await room.chat()
    subscription = await room.subscribe(chat)
    await room.report(1, "A")
    await room.report(2, "B")
    async with room.database.read() as connection:
        position = await news.position(connection)
    composed = await _Round(room.database, DigestSettings(), MORNING, position, {}).compose(subscription, chat, MORNING.date())
    async with room.database.write() as connection:
        assert await _is_still_so(connection, chat.id, composed)
        await ledger.tell(connection, chat.id, [told_now(composed.digest.shown[0], room.now)], None)
        assert not await _is_still_so(connection, chat.id, composed)
    assert headlines(await told_at(room, MORNING)) == ["Event 2 happens"]


@SQLITE
async def test_two_processes_write_one_digest(room: Newsroom) -> None:
    await room.subscribe(await room.chat())
    await room.report(1, "A")
    room.now = MORNING
    one, other = telling(room), telling(room)
    async with room.database.read() as connection:
        due = await subscriptions.due(connection, room.now, 10)
    served = [await one.run(), await other.run()]
    assert len(due) == 1
    assert served == [Served(digests=1), Served()]


async def test_a_preview_tells_and_changes_nothing(room: Newsroom) -> None:
    chat = await room.chat()
    subscription = await room.subscribe(chat)
    await room.report(1, "A")
    preview = await telling(room).preview(subscription, chat)
    assert [event.id for event in preview.shown] == [1]
    assert await room.queued() == []
    assert headlines(await told_at(room, MORNING)) == ["Event 1 happens"]


async def test_the_digest_belongs_to_the_local_date(room: Newsroom) -> None:
    chat = await room.chat(zone="Pacific/Kiritimati")
    await room.subscribe(chat)
    await told_at(room, MORNING + timedelta(hours=11))
    async with room.database.read() as connection:
        (day,) = await connection.scalars(select(digest_rows.c.local_date))
    assert day == date(2026, 11, 23)


@SQLITE
@pytest.mark.parametrize("seed", range(4))
async def test_over_days_every_report_is_told_once_whatever_merges(room: Newsroom, seed: int) -> None:
    dice = Random(seed)
    await room.subscribe(await room.chat())
    counted, new = 0, []
    settings = DigestSettings(most=100, least=100, developing=100, per_outlet=100)
    expected = 0
    for day in range(8):
        for _ in range(dice.randrange(8)):
            alive = sorted(set(room.places.values()))
            match dice.randrange(5):
                case 0 if len(alive) > 1:
                    await room.merge(*dice.sample(alive, 2))
                case 1 if alive:
                    event = dice.choice(alive)
                    copied = next(number for number, place in room.places.items() if place == event)
                    await room.report(event, "Copyist", copy_of=copied)
                case 2:
                    await room.report(dice.choice([*alive, room.articles + 1]), "Archive", backlog=True)
                    expected += 1
                case _:
                    await room.report(dice.choice([*alive, room.articles + 1]), f"outlet {dice.randrange(5)}")
                    expected += 1
        room.now = MORNING + timedelta(days=day)
        await Digests(room.database, room.clock, settings).run()
        (sent,) = await room.send()
        section = "New"
        for line in sent.lines:
            section = line if line in {"New", "Developing"} else section
            if found := re.match(r"/event (\d+)  ·  .*?(\d+) (?:more )?report", line):
                counted += int(found[2])
                new += [int(found[1])] if section == "New" else []
    assert new
    assert len(new) == len(set(new))
    assert counted <= expected
