"""Announcements from end to end: what breaks becomes one card in a chat, the card lives on, and few changes make noise."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import structlog
from announcing import HOUR, announce, announced_in_parts, kinds, listener, told
from correcting import Desk
from grouping_samples import BANK, QUAKE, article
from sqlalchemy import update
from telling_samples import MORNING, Killed, Newsroom, Put, killed_at, night

from bot.core.chats.chat import Follow, Mute, Repeat, Replies, Subscription
from bot.core.model import EventId
from bot.pipeline.announce import Announced, Announcements
from bot.pipeline.digests import Digests
from storage.chats import chats, mutes, subscriptions
from storage.delivery import announced, cards, ledger
from storage.engine.database import Database
from storage.schema.chat_tables import chats as chat_rows
from storage.schema.chat_tables import subscriptions as subscription_rows

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def room(database: Database) -> Newsroom:
    return Newsroom(database, now=MORNING)


async def test_what_breaks_becomes_a_card_and_is_known_from_then_on(room: Newsroom) -> None:
    chat = await listener(room)
    await room.report(1, "A")
    await room.report(2, "C")
    assert await announce(room) == Announced(events=2)
    await room.report(1, "B")
    (card,) = await told(room)
    assert (card.kind, card.is_silent) == ("card", False)
    assert await told(room, minutes=5) == []
    async with room.database.read() as connection:
        known = await ledger.told(connection, chat.id, [EventId(1), EventId(2)])
    assert {id_: each.reports for id_, each in known.items()} == {1: 2}


async def test_an_alert_is_no_news_for_the_digest_and_the_other_way_round(room: Newsroom) -> None:
    chat = await listener(room)
    await room.subscribe(chat)
    await room.report(1, "A", times=2)
    assert kinds(await told(room)) == ["card"]
    await room.report(2, "B")
    room.now = MORNING + timedelta(days=1)
    await Digests(room.database, room.clock).run()
    (digest,) = await room.send()
    assert [line for line in digest.lines if line.startswith("Event ")] == ["Event 2 happens"]
    await room.report(2, "C")
    assert await told(room) == []  # One more report since the digest: not yet as many as it takes.
    room.later(minutes=1)
    await room.report(2, "D")
    assert kinds(await told(room)) == ["card"]


async def test_two_hundred_articles_in_a_minute_are_one_message_and_two_edits(room: Newsroom) -> None:
    for name in ("one", "two"):
        await listener(room, name)
    sent: list[Put] = []
    for number in range(40):
        await room.report(1, f"outlet {number}", times=5)
        sent += await told(room, seconds=1.5)
    for _ in range(10):
        sent += await told(room, seconds=30)
    assert kinds(sent).count("card") == 2
    assert 2 <= kinds(sent).count("edit") == len(sent) - 2 <= 4
    assert all(any("40 outlets, 200 independent reports" in line for line in each.lines) for each in sent[-2:])


async def test_a_card_is_edited_once_a_minute_and_says_what_changed(room: Newsroom) -> None:
    await listener(room)
    await room.report(1, "A")
    await room.report(1, "B")
    await told(room)
    await room.report(1, "C")
    assert await told(room, seconds=59) == []
    (edit,) = await told(room, seconds=2)
    assert edit.kind == "edit"
    assert edit.lines[-1] == "updated   ·  +1 outlet, 1 more report"
    async with room.database.read() as connection:
        (card,) = await cards.of_events(connection, [EventId(1)])
    assert card.message_id is not None


async def test_a_card_that_nobody_has_seen_shows_the_latest_when_it_is_sent(room: Newsroom) -> None:
    await listener(room)
    await room.report(1, "A", times=2)
    await announce(room)
    await room.report(1, "C", times=3)
    await announce(room)
    (card,) = await room.send()
    assert card.kind == "card"
    assert any("5 independent reports" in line for line in card.lines)
    assert card.lines[-1] == "updated "
    assert await told(room, minutes=5) == []
    async with room.database.read() as connection:
        (known,) = (await ledger.told(connection, card.chat_id, [EventId(1)])).values()
    assert known.reports == 5


@pytest.mark.parametrize(("replies", "expected"), [(Replies.SIGNIFICANT, 2), (Replies.ALL, 4), (Replies.NONE, 0)])
async def test_only_what_matters_is_worth_a_message(room: Newsroom, replies: Replies, expected: int) -> None:
    await listener(room, reports=1, chat=await room.chat(replies=replies))
    sent: list[Put] = []
    for outlet, times in (("A", 1), ("B", 1), ("C", 1), ("C", 4), ("E", 1)):
        await room.report(1, outlet, times=times)
        sent += await told(room, minutes=15)
    answers = [each.lines[0] for each in sent if each.kind == "reply"]
    assert len(answers) == expected
    assert answers[:1] == ["Confirmed: 2 outlets now report it independently."][:expected]


async def test_what_a_digest_told_is_not_told_again_by_an_answer(room: Newsroom) -> None:
    chat = await listener(room)
    await room.subscribe(chat, at=9 * 60)
    await room.report(1, "A", times=2)
    assert kinds(await told(room, minutes=20)) == ["card"]
    await room.report(1, "B", times=1)
    assert kinds(await told(room, minutes=20)) == ["edit", "reply"]
    await room.report(1, "A", times=3)
    await told(room, minutes=30)
    await Digests(room.database, room.clock).run()
    assert any("3 more reports" in line for each in await room.send() for line in each.lines)
    await room.report(1, "A", times=2)
    (edit,) = await told(room, minutes=20)
    assert edit.lines[-1] == "updated   ·  2 more reports"


async def test_filters_and_mutes_hold_alerts_back(room: Newsroom) -> None:
    otters = await listener(room, "otters", text="+otter")
    deaf = await listener(room, "deaf")
    for event, title in ((1, "A heron lands"), (2, "An otter swims"), (3, "An otter and a heron meet"), (4, "A gull sings")):
        await room.report(event, "A", title, times=2)
    async with room.database.write() as connection:
        await mutes.mute(connection, Mute(chat_id=deaf.id, word="heron"))
        await mutes.mute(connection, Mute(chat_id=deaf.id, event_id=EventId(2)))
    sent = await told(room)
    assert sorted((each.chat_id, each.actions[0]) for each in sent) == sorted(
        [(otters.id, "/sources 2"), (otters.id, "/sources 3"), (deaf.id, "/sources 4")]
    )


async def test_a_muted_card_makes_no_noise(room: Newsroom) -> None:
    chat = await listener(room, reports=1)
    await room.report(1, "A")
    await told(room)
    async with room.database.write() as connection:
        await mutes.mute(connection, Mute(chat_id=chat.id, event_id=EventId(1)))
    await room.report(1, "B")
    assert kinds(await told(room, minutes=2)) == ["edit"]


async def test_old_news_is_announced_to_nobody(room: Newsroom) -> None:
    await listener(room)
    await room.report(1, "A", backlog=True, times=5)
    await room.report(2, "A", times=5, published=datetime.fromisoformat("2024-12-27T04:51:00+00:00"))
    await room.report(3, "A", times=1)
    await room.report(3, "A", copy_of=room.articles, times=4)
    assert await told(room) == []


async def test_who_follows_an_event_has_a_card_of_it_as_soon_as_there_is_more(room: Newsroom) -> None:
    chat = await room.chat()
    await room.subscribe(chat, at=9 * 60)
    await room.report(1, "A")
    room.now = MORNING + HOUR
    await Digests(room.database, room.clock).run()
    await told(room)
    async with room.database.write() as connection:
        await mutes.follow(connection, Follow(chat.id, EventId(1)))
    await room.report(1, "A", copy_of=1)
    assert await told(room, minutes=15) == []
    await room.report(1, "A")
    assert kinds(await told(room, minutes=15)) == ["card"]
    await room.report(1, "A")
    assert kinds(await told(room, minutes=15)) == ["edit", "reply"] or kinds(await told(room)) == []


async def test_a_merge_goes_into_the_card_and_two_cards_become_one(room: Newsroom) -> None:
    await listener(room, "both")
    only = await listener(room, "only", text="+gull")
    await room.report(1, "A", "An otter swims", times=2)
    await room.report(2, "B", "A gull sings", times=2)
    assert len(await told(room, minutes=20)) == 3
    await room.merge(1, 2)
    sent = await told(room, minutes=2)
    both = [each for each in sent if each.chat_id != only.id]
    assert sorted(kinds(both)) == ["edit", "edit", "reply"]
    assert "Two events turned out to be one." in [line for each in both for line in each.lines]
    assert any(line.startswith("Event 2 is now part of event 1: ") for each in both for line in each.lines)
    assert "edit" in kinds([each for each in sent if each.chat_id == only.id])
    assert await told(room, minutes=5) == []
    await room.report(1, "C")
    assert kinds(await told(room, minutes=20)).count("card") == 0


async def test_two_events_of_one_outlet_that_become_one_were_never_told_by_two(room: Newsroom) -> None:
    chat = await room.chat()
    await room.subscribe(chat, at=9 * 60)
    await room.report(1, "A")
    await room.report(2, "A")
    room.now = MORNING + HOUR
    await Digests(room.database, room.clock).run()
    await told(room, minutes=20)
    async with room.database.write() as connection:
        await mutes.follow(connection, Follow(chat.id, EventId(1)))
    await room.merge(1, 2)
    assert await told(room, minutes=20) == []
    await room.report(1, "B")
    sent = await told(room, minutes=20)
    assert kinds(sent) == ["card"]
    assert not [line for each in sent for line in each.lines if "Correction" in line]


async def test_a_card_says_each_time_that_its_event_became_part_of_another(database: Database) -> None:
    desk = Desk(database)
    await desk.arrive(article(1, QUAKE[0], hours=1), article(2, BANK[0], hours=1))
    room = Newsroom(database, now=desk.now)
    chat = await room.chat()
    async with database.write() as connection:
        for event in (1, 2):
            await mutes.follow(connection, Follow(chat.id, EventId(event)))
    assert kinds(await told(room)) == ["card", "card"]
    for _ in range(2):
        desk.now = room.now
        merge = await desk.merge(1, 2)
        room.later(minutes=20)
        ended = [line for each in await told(room) for line in each.lines if line.startswith("Event 2 is now part of event 1: ")]
        assert len(ended) == 1
        desk.now = room.now
        await desk.undo(merge.id)
        room.later(minutes=20)
        assert set(kinds(await told(room))) == {"edit"}


async def test_chats_that_are_away_are_told_nothing_and_get_no_flood(room: Newsroom) -> None:
    chat, program = await listener(room), Announcements(room.database, room.clock)
    await room.report(1, "A", times=2)
    await program.run()
    await room.send()
    async with room.database.write() as connection:
        await chats.pause(connection, chat.id, "blocked", room.now)
    for event in (1, 2, 3):
        await room.report(event, "B", times=6)
    await program.run()
    room.later(minutes=20)
    assert await room.send() == []
    async with room.database.write() as connection:
        await chats.resume(connection, chat.id, room.now)
    await program.run()
    assert await room.send() == []


async def test_a_chat_or_filter_that_is_broken_stops_no_other(room: Newsroom) -> None:
    lost = await listener(room, "bad zone", chat=await room.chat("bad zone", quiet=night()))
    wrong = await room.subscribe(await room.chat("bad filter"), Repeat.BREAKING, min_reports=2)
    good = await listener(room, "good")
    async with room.database.write() as connection:
        await connection.execute(update(chat_rows).where(chat_rows.c.id == lost.id).values(zone="Mars/Olympus_Mons"))
        await connection.execute(update(subscription_rows).where(subscription_rows.c.id == wrong.id).values(filter="(+otter"))
    await room.report(1, "A", times=2)
    with structlog.testing.capture_logs() as logged:
        assert [each.chat_id for each in await told(room)] == [good.id]
    assert len(logged) == 2


# FAULTS row 32, in pieces: the n-th statement fails, for n = 1, 2, 3 … until it passes.
@SQLITE
async def test_a_change_is_announced_once_whatever_fails(room: Newsroom) -> None:
    chat = await listener(room)
    await room.report(1, "A", times=2)
    for number in range(1, 200):
        with killed_at(room.database, number) as begun:
            try:
                done = await announce(room)
            except Killed:
                assert await room.queued() == []
                async with room.database.read() as connection:
                    assert await ledger.told(connection, chat.id, [EventId(1)]) == {}
                    assert await cards.of_events(connection, [EventId(1)]) == []
                    assert await announced.position(connection) == 0
            else:
                break
    assert done == Announced(events=1, cards=1)
    assert number > len(begun) > 5
    assert kinds(await told(room)) == ["card"]


@SQLITE
async def test_many_chats_are_told_in_parts_and_each_once_whatever_fails(room: Newsroom) -> None:
    for number in range(25):
        await listener(room, f"chat {number}", chat=await room.chat(f"chat {number}", replies=Replies.ALL))
    await room.report(1, "A", times=2)
    await room.report(2, "A", times=2)
    killed = await announced_in_parts(room)
    sent = await told(room, minutes=15)
    assert kinds(sent) == ["card"] * 50
    assert len({(each.chat_id, each.actions) for each in sent}) == 50
    await room.report(1, "B")
    killed += await announced_in_parts(room)
    sent = await told(room, minutes=15)
    assert sorted(kinds(sent)) == ["edit"] * 25 + ["reply"] * 25
    assert len({(each.chat_id, each.kind) for each in sent}) == 50
    assert killed > 50


async def test_two_processes_announce_a_change_once(room: Newsroom) -> None:
    await listener(room)
    await room.report(1, "A", times=2)
    one, other = Announcements(room.database, room.clock), Announcements(room.database, room.clock)
    assert (await one.run()) + (await other.run()) == Announced(events=1, cards=1)
    assert kinds(await room.send()) == ["card"]


async def test_a_subscription_that_was_changed_meanwhile_keeps_the_change(room: Newsroom) -> None:
    chat = await room.chat()
    kept = await room.subscribe(chat, Repeat.BREAKING, min_reports=2, within=HOUR)
    await room.report(1, "A", times=2)
    async with room.database.write() as connection:
        await subscriptions.save(connection, replace(kept, filter="+event"))
    await told(room)
    async with room.database.read() as connection:
        after = await subscriptions.get(connection, kept.id)
    assert isinstance(after, Subscription)
    assert (after.filter, after.due_at) == ("+event", MORNING + timedelta(minutes=30))
