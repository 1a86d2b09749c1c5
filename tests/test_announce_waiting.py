"""What is told later: after quiet hours, cool-downs and pauses, once and together."""

from dataclasses import replace
from datetime import timedelta

import pytest
from announcing import HOUR, announced_in_parts, kinds, listener, told
from telling_samples import MORNING, Newsroom, night

from bot.core.chats.chat import Follow, Repeat
from bot.core.model import EventId
from bot.pipeline.announce import Announcements
from storage.chats import chats, mutes, subscriptions
from storage.delivery import deliveries
from storage.engine.database import Database

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def room(database: Database) -> Newsroom:
    return Newsroom(database, now=MORNING)


async def test_quiet_hours_hold_alerts_and_release_them_together(room: Newsroom) -> None:
    await listener(room, chat=await room.chat(quiet=night()))
    room.now = MORNING.replace(hour=23)
    for event in (1, 2, 3):
        await room.report(event, "A", times=2)
        assert await told(room, minutes=10) == []
    await room.report(2, "B", times=9)
    assert await told(room, minutes=10) == []
    released = MORNING.replace(hour=7) + timedelta(days=1)
    assert {each.at for each in await room.queued()} == {released}
    room.now = released - timedelta(seconds=1)
    assert await room.send() == []
    room.now = released
    sent = await room.send()
    assert kinds(sent) == ["alert"], "one message, however much broke"
    assert [line for line in sent[0].lines if line.startswith("Event ")] == [f"Event {event} happens" for event in (1, 2, 3)]
    assert any("/event 2  ·  A, The Harbour Post" in line or "/event 2  ·  A, B  ·  11 reports" in line for line in sent[0].lines)
    assert sent[0].actions == ("/event 1", "/event 2", "/event 3")
    assert await told(room) == []
    room.later(hours=20)
    await room.report(4, "A", times=2)
    assert await told(room) == []
    assert [each.at for each in await room.queued()] == [released + timedelta(days=1)]


# FAULTS row 38.
async def test_held_alerts_leave_as_one_message_when_the_quiet_hours_are_changed(room: Newsroom) -> None:
    chat = await listener(room, chat=await room.chat(quiet=night()))
    room.now = MORNING.replace(hour=23)
    for event in (1, 2):
        await room.report(event, "A", times=2)
        assert await told(room, minutes=10) == []
    async with room.database.write() as connection:
        await chats.save(connection, replace(chat, quiet=None))
        await deliveries.hold(connection, chat.id, room.now, room.now)
    (alert,) = await told(room)
    assert (alert.kind, alert.actions) == ("alert", ("/event 1", "/event 2"))
    await room.report(3, "A", times=2)
    assert kinds(await told(room)) == ["card"]


# FAULTS row 32, in pieces, with messages that grow while they wait.
@SQLITE
async def test_held_alerts_are_one_message_with_each_event_once_whatever_fails(room: Newsroom) -> None:
    for number in range(6):
        await listener(room, f"chat {number}", chat=await room.chat(f"chat {number}", quiet=night()))
    room.now = MORNING.replace(hour=23)
    for events in ((1, 2), (3,), (1,)):
        for event in events:
            await room.report(event, "A", times=2)
        await announced_in_parts(room, together=4)
    room.now = MORNING.replace(hour=7) + timedelta(days=1)
    sent = await room.send()
    assert [(each.kind, each.actions) for each in sent] == [("alert", ("/event 1", "/event 2", "/event 3"))] * 6
    assert all(any("/event 1" in line and "4 reports" in line for line in each.lines) for each in sent)


async def test_a_cool_down_lets_one_alert_through(room: Newsroom) -> None:
    chat = await room.chat()
    kept = await room.subscribe(chat, Repeat.BREAKING, min_reports=2, within=HOUR, cooldown=timedelta(minutes=30))
    for event, times in ((1, 2), (2, 3)):
        await room.report(event, "A", times=times)
    (card,) = await told(room, minutes=5)
    assert any("3 independent reports" in line for line in card.lines)
    await room.report(1, "B")
    assert await told(room, minutes=26) == []
    async with room.database.read() as connection:
        after = await subscriptions.get(connection, kept.id)
    assert after is not None
    assert after.due_at == MORNING + timedelta(minutes=30)
    await room.report(1, "C")
    assert kinds(await told(room)) == ["card"]


@pytest.mark.parametrize("is_restarted", [False, True])
async def test_what_waits_is_told_in_time_though_nothing_more_happens(room: Newsroom, *, is_restarted: bool) -> None:
    chat, running = await room.chat(), Announcements(room.database, room.clock)

    async def next_minutes(minutes: float) -> list[str]:
        room.later(minutes=minutes)
        await (Announcements(room.database, room.clock) if is_restarted else running).run()
        return [f"{each.kind} {each.actions[0]}" for each in await room.send() if each.kind != "edit"]

    await room.subscribe(chat, Repeat.BREAKING, min_reports=2, within=HOUR, cooldown=timedelta(minutes=30))
    await room.report(1, "A", "An otter swims", times=3)
    await room.report(2, "A", "A gull sings", times=2)
    assert await next_minutes(0) == ["card /sources 1"]
    await room.report(1, "B", "An otter swims")
    async with room.database.write() as connection:
        await mutes.follow(connection, Follow(chat.id, EventId(1)))
    assert await next_minutes(2) == []
    assert await next_minutes(7) == []
    assert await next_minutes(1) == ["reply /sources 1"]
    assert await next_minutes(19) == []
    assert await next_minutes(1) == ["card /sources 2"]
    assert await next_minutes(120) == []


async def test_a_night_of_news_about_one_event_is_one_answer_in_the_morning(room: Newsroom) -> None:
    chat = await listener(room, chat=await room.chat(quiet=night()))
    await room.report(1, "A", times=2)
    assert kinds(await told(room)) == ["card"]
    room.now = MORNING.replace(hour=22, minute=30)
    for outlet in "BCD":
        await room.report(1, outlet, times=5)
        assert {each.kind for each in await told(room, hours=1)} <= {"edit"}
    room.now = MORNING.replace(hour=7) + timedelta(days=1)
    (answer,) = await told(room)
    assert (answer.chat_id, answer.kind, answer.lines[0]) == (chat.id, "reply", "Confirmed: 4 outlets now report it independently.")
    assert await told(room, hours=1) == []


async def test_what_waits_is_told_after_a_start_however_long_it_waited_and_however_little_it_is(room: Newsroom) -> None:
    chat, patient = await room.chat(), await room.chat("patient")
    await room.subscribe(patient, Repeat.BREAKING, min_reports=2, within=timedelta(days=9), cooldown=timedelta(days=4))
    await room.report(1, "A", "An otter swims", times=3)
    await room.report(2, "A", "A gull sings", times=2)
    assert [each.actions[0] for each in await told(room)] == ["/sources 1"]
    await room.report(3, "A", "A seal waits")
    async with room.database.write() as connection:
        await mutes.follow(connection, Follow(chat.id, EventId(3)))
    # Which event of many is told best decides nothing about what somebody follows.
    few = Announcements(room.database, room.clock, recalled=1)
    await few.run()
    assert [each.actions[0] for each in await room.send()] == ["/sources 3"]
    await room.report(3, "B", "A seal waits")
    await few.run()
    assert await room.send() == []
    room.later(minutes=11)
    await Announcements(room.database, room.clock, recalled=1).run()
    assert [f"{each.kind} {each.actions[0]}" for each in await room.send()] == ["edit /sources 3", "reply /sources 3"]
    room.later(days=4)
    await Announcements(room.database, room.clock).run()
    assert [f"{each.kind} {each.actions[0]}" for each in await room.send()] == ["card /sources 2"]
