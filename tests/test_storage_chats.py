"""Chats: made once, kept with their settings whatever happens to them, moved and forgotten with all that belongs to them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from chat_samples import NOW, ack, after, card, chat, claim, events, merge, new, queue, send_all, subscribe, told
from sqlalchemy import text

from bot.core.chats.chat import Address, Chat, ChatId, Follow, Mute, Quiet, Repeat, Replies, WhenEmpty
from bot.core.chats.delivery import Arrived, DeliveryKind, TryAgain
from bot.core.model import EventId
from storage.chats import chat_moves, chats, mutes, subscriptions
from storage.delivery import cards, digests, ledger, outbox
from storage.engine.database import Connection, Database
from storage.schema.chat_tables import metadata

MOVED = Address(platform="telegram", chat="-100")
CARD, EDIT, DIGEST = DeliveryKind.CARD, DeliveryKind.EDIT, DeliveryKind.DIGEST


async def test_a_chat_is_made_once_and_keeps_its_settings(database: Database) -> None:
    async with database.write() as connection:
        made = await chat(connection)
        wanted = replace(
            made,
            name="Harbour \0 watch",
            zone="UTC+03:00",
            language="uk",
            quiet=Quiet(1320, 420),
            when_empty=WhenEmpty.SILENCE,
            replies=Replies.NONE,
        )
        await chats.save(connection, wanted)
        assert await chat(connection) == replace(wanted, name="Harbour  watch")
        other = await chat(connection, thread="17")
    async with database.read() as connection:
        assert other.id != made.id
        assert await chats.get(connection, made.id) == replace(wanted, name="Harbour  watch")
        assert await chats.get(connection, ChatId(2**70)) is None
        assert await chats.find(connection, MOVED) is None


async def test_a_blocked_chat_keeps_its_settings_and_comes_back_without_a_flood(database: Database) -> None:
    """Row 27: paused with settings kept; what did not arrive is news again, once, instead of ten old messages."""
    async with database.write() as connection:
        await events(connection, 1, 2, 3)
        chat_id = (await chat(connection)).id
        wanted = await subscribe(connection, chat_id)
        (first,) = await queue(connection, new(chat_id, "first", kind=DIGEST))
        await ledger.tell(connection, chat_id, [told(1)], first)
    assert await send_all(database) == ["first"]
    async with database.write() as connection:
        (second,) = await queue(connection, new(chat_id, "second", kind=DIGEST))
        await ledger.tell(connection, chat_id, [told(2)], second)
        await card(connection, chat_id, 3)
        (third,) = await queue(connection, new(chat_id, "third", kind=CARD, event=3))
        await ledger.tell(connection, chat_id, [told(3)], third)
    (sending,) = await claim(database)
    async with database.write() as connection:
        await chats.pause(connection, chat_id, "the bot was blocked", NOW)
        assert await subscriptions.due(connection, NOW, 5) == []
        assert (await outbox.counts(connection)).queued == 0
    await ack(database, (sending, TryAgain(at=NOW, reason="late")))
    async with database.write() as connection:
        await queue(connection, new(chat_id, "while away"))
        stored = await chats.get(connection, chat_id)
        assert stored is not None
        assert (stored.paused_at, stored.paused_reason) == (NOW, "the bot was blocked")
    assert await send_all(database) == []
    async with database.write() as connection:
        await chats.resume(connection, chat_id, after(60))
        assert list(await ledger.told(connection, chat_id, [EventId(1), EventId(2), EventId(3)])) == [EventId(1)]
        assert await cards.of_events(connection, [EventId(3)]) == []
        assert [each.id for each, _ in await subscriptions.due(connection, NOW, 5)] == [wanted.id]
        await queue(connection, new(chat_id, "again"), now=after(60))
    assert await send_all(database, after(60)) == ["again"]


async def test_resuming_a_chat_that_is_served_takes_nothing_from_it(database: Database) -> None:
    async with database.write() as connection:
        chat_id = (await chat(connection)).id
        await queue(connection, new(chat_id, "waits"))
        await chats.resume(connection, chat_id, NOW)
    assert await send_all(database) == ["waits"]


async def test_what_is_under_way_when_people_say_stop_counts_as_told(database: Database) -> None:
    async with database.write() as connection:
        await events(connection, 1, 2)
        chat_id = (await chat(connection)).id
        first, second = await queue(connection, new(chat_id, "under way"), new(chat_id, "waits"))
        await ledger.tell(connection, chat_id, [told(1)], first)
        await ledger.tell(connection, chat_id, [told(2)], second)
    (sending,) = await claim(database)
    async with database.write() as connection:
        await chats.stop(connection, chat_id, NOW)
        assert await chats.awake(connection, [chat_id]) == {}
    await ack(database, (sending, Arrived(message_id="m")))
    assert await send_all(database, after(600)) == []
    async with database.write() as connection:
        await chats.resume(connection, chat_id, after(600))
        assert list(await ledger.told(connection, chat_id, [EventId(1), EventId(2)])) == [EventId(1)]
        assert list(await chats.awake(connection, [chat_id])) == [chat_id]
        totals = await outbox.counts(connection)
    assert (totals.queued, totals.doubled) == (0, 0)


async def fill(connection: Connection, name: str) -> Chat:
    """A chat with one of everything: event 1 in a card that is there, event 2 in one that waits."""
    made = await chat(connection, name)
    wanted = await subscribe(connection, made.id)
    await subscribe(connection, made.id, repeat=Repeat.BREAKING, words=f"+{name}")
    digest_id = await digests.begin(connection, wanted, date(2026, 11, 22), since=NOW - timedelta(days=1), until=NOW, now=NOW)
    assert digest_id is not None
    (told_by,) = await queue(connection, replace(new(made.id, f"digest of {name}", kind=DIGEST), digest_id=digest_id))
    await ledger.tell(connection, made.id, [told(1)], told_by)
    await mutes.mute(connection, Mute(chat_id=made.id, word=f"football {name}"))
    await mutes.follow(connection, Follow(made.id, EventId(1)))
    return made


async def show(database: Database, chat_id: ChatId, name: str) -> None:
    """Give a chat a card of event 1 that is there, and one of event 2 that waits."""
    async with database.write() as connection:
        await card(connection, chat_id, 1, name)
        await queue(connection, new(chat_id, f"card of {name}", kind=CARD, event=1))
    await send_all(database)
    async with database.write() as connection:
        await card(connection, chat_id, 2, name)
        await queue(connection, new(chat_id, f"second card of {name}", kind=CARD, event=2))


async def test_a_group_that_becomes_a_supergroup_takes_everything_along_once(database: Database) -> None:
    """Row 28: id changed once, in one transaction with subscriptions and queue; all parts in the new chat, none twice."""
    async with database.write() as connection:
        await events(connection, 1, 2)
        made = await fill(connection, "7")
        topic = await chat(connection, "7", thread="17")
    await show(database, made.id, "7")
    async with database.write() as connection:
        await queue(connection, new(made.id, "edit", kind=EDIT, event=1))
    (sending,) = await claim(database)
    for _ in range(2):
        async with database.write() as connection:
            await chat_moves.move(connection, made.id, MOVED, NOW)
    await ack(database, (sending, TryAgain(at=NOW, reason="the chat moved")))
    async with database.read() as connection:
        assert await chats.get(connection, made.id) == replace(made, address=MOVED)
        assert await chats.find(connection, replace(MOVED, thread="17")) == replace(topic, address=replace(MOVED, thread="17"))
        assert len(await subscriptions.of(connection, made.id)) == 2
        # A message of the new chat may have the id that the card had: nothing may edit it.
        assert [each.event_id for each in await cards.of_events(connection, [EventId(1), EventId(2)])] == [EventId(2)]
        assert list(await ledger.told(connection, made.id, [EventId(1)])) == [EventId(1)]
    claimed = await claim(database)
    assert [(each.message, each.address) for each in claimed] == [("second card of 7", MOVED)]
    await ack(database, (claimed[0], Arrived(message_id="m")))
    assert await send_all(database) == []


async def test_a_chat_that_moves_to_where_one_is_already_joins_it(database: Database) -> None:
    async with database.write() as connection:
        await events(connection, 1, 2)
        old = await fill(connection, "7")
        there = await fill(connection, "-100")
    await show(database, old.id, "7")
    await show(database, there.id, "-100")
    async with database.write() as connection:
        (mine, *_) = await subscriptions.of(connection, old.id)
        (its, *_) = await subscriptions.of(connection, there.id)
        await subscriptions.save(connection, replace(its, last_date=date(2026, 11, 22), due_at=after(86400)))
        await chat_moves.move(connection, old.id, MOVED, NOW)
    async with database.read() as connection:
        assert await chats.get(connection, there.id) is None
        assert await chats.find(connection, MOVED) == replace(old, address=MOVED)
        kept = await subscriptions.of(connection, old.id)
        assert sorted(each.filter for each in kept) == ["", "+-100", "+7"]
        assert kept[0] == replace(mine, last_date=date(2026, 11, 22), due_at=after(86400))
        shown = await cards.of_events(connection, [EventId(1), EventId(2)])
        # Of event 1 the card that can be seen in the new place goes on; of event 2 nobody has seen any.
        assert {(each.event_id, each.content, each.message_id) for each in shown if each.event_id == 1} == {
            (EventId(1), "-100", "id of card of -100")
        }
        assert len(shown) == 2
        assert len((await mutes.of(connection, [old.id], NOW))[old.id]) == 2
        told_of = await ledger.since(connection, old.id, NOW)
        totals = await outbox.counts(connection)
        stored = await chat_moves.export_of(connection, old.id)
    assert [each.event_id for each in told_of] == [1, 1]
    assert totals.queued == 1
    assert stored is not None
    assert stored.digests == 2
    assert len(await send_all(database)) == 1


async def test_a_chat_that_is_forgotten_leaves_nothing_behind(database: Database) -> None:
    async with database.write() as connection:
        await events(connection, 1, 2)
        gone, stays = await fill(connection, "7"), await fill(connection, "8")
    await show(database, gone.id, "7")
    (sending,) = await claim(database)
    async with database.write() as connection:
        stored = await chat_moves.export_of(connection, gone.id)
        await chat_moves.forget(connection, gone.id)
    await ack(database, (sending, Arrived(message_id="m")))
    assert stored is not None
    assert [each.content for each in stored.messages] == ["digest of 7", "card of 7", "second card of 7"]
    assert (len(stored.subscriptions), len(stored.told), len(stored.mutes), len(stored.follows), stored.cards) == (2, 1, 1, 1, 2)
    async with database.read() as connection:
        assert await chat_moves.export_of(connection, gone.id) is None
        assert await chat_moves.export_of(connection, stays.id) is not None
        for table in metadata.sorted_tables:
            if "chat_id" in table.c:
                left = await connection.scalar(text(f"SELECT count(*) FROM {table.name} WHERE chat_id = :gone"), {"gone": gone.id})
                assert left == 0, table.name


async def test_two_digests_of_a_subscription_and_a_date_there_are_not(database: Database) -> None:
    """Row 37: zone or time changed in the due minute: never two."""
    today = date(2026, 11, 22)
    async with database.write() as connection:
        wanted = await subscribe(connection, (await chat(connection)).id)
        window = {"since": NOW - timedelta(days=1), "until": NOW, "now": NOW}
        first = await digests.begin(connection, wanted, today, **window)
        assert first is not None
        assert await digests.begin(connection, wanted, today, **window) is None
        assert await digests.begin(connection, wanted, today + timedelta(days=1), **window) is not None
        receipt = digests.Receipt(
            since=NOW - timedelta(days=1),
            until=NOW,
            articles=214,
            events=31,
            shown=(EventId(4), EventId(2)),
            hidden=((EventId(9), "muted: “football”"),),
        )
        assert await digests.receipt(connection, wanted.chat_id) is None
        await digests.note(connection, first, receipt)
        assert await digests.receipt(connection, wanted.chat_id) == receipt
        assert await digests.receipt(connection, wanted.chat_id, first) == receipt
        await subscriptions.remove(connection, wanted.id)
        assert await subscriptions.get(connection, wanted.id) is None
        assert await digests.receipt(connection, wanted.chat_id) == receipt


async def test_what_is_due_is_that_of_chats_that_are_served(database: Database) -> None:
    async with database.write() as connection:
        here, stopped = await chat(connection, "here"), await chat(connection, "stopped")
        later = await subscribe(connection, here.id)
        first = await subscribe(connection, here.id)
        await subscriptions.save(connection, replace(later, due_at=after(-5), weekday=4, repeat=Repeat.WEEKLY))
        await subscriptions.save(connection, replace(first, due_at=after(-10)))
        alerts = replace(
            await subscribe(connection, here.id, repeat=Repeat.BREAKING),
            min_reports=3,
            within=timedelta(hours=1),
            cooldown=timedelta(minutes=30),
        )
        await subscriptions.save(connection, alerts)
        for repeat in (Repeat.DAILY, Repeat.BREAKING):
            await subscribe(connection, stopped.id, repeat=repeat)
        await chats.stop(connection, stopped.id, NOW)
        assert [each.id for each, _ in await subscriptions.due(connection, NOW, 5)] == [first.id, later.id]
        assert [each.id for each, _ in await subscriptions.due(connection, NOW, 1)] == [first.id]
        assert await subscriptions.due(connection, after(-11), 5) == []
        assert await subscriptions.breaking(connection) == [(alerts, here)]


async def test_mutes_and_follows_count_for_what_became_of_their_events(database: Database) -> None:
    async with database.write() as connection:
        await events(connection, 1, 2)
        chat_id = (await chat(connection)).id
        await mutes.mute(connection, Mute(chat_id=chat_id, event_id=EventId(2), until=after(60)))
        await mutes.mute(connection, Mute(chat_id=chat_id, word="football"))
        await mutes.mute(connection, Mute(chat_id=chat_id, word="football", until=after(3600)))
        for event_id in (1, 2, 2):
            await mutes.follow(connection, Follow(chat_id, EventId(event_id)))
        await merge(connection, 2, 1)
        assert await mutes.of(connection, [chat_id], NOW) == {
            chat_id: [
                Mute(chat_id=chat_id, event_id=EventId(1), until=after(60)),
                Mute(chat_id=chat_id, word="football", until=after(3600)),
            ]
        }
        assert [each.word for each in (await mutes.of(connection, [chat_id], after(60)))[chat_id]] == ["football"]
        assert await mutes.followed(connection, [chat_id]) == {chat_id: frozenset({EventId(1)})}
        assert await mutes.followers(connection, [EventId(1)]) == [Follow(chat_id, EventId(1))]
        assert await mutes.unmute(connection, Mute(chat_id=chat_id, event_id=EventId(1)))
        assert not await mutes.unmute(connection, Mute(chat_id=chat_id, event_id=EventId(1)))
        assert await mutes.unfollow(connection, Follow(chat_id, EventId(1)))
        assert not await mutes.unfollow(connection, Follow(chat_id, EventId(2)))
        assert await mutes.followed(connection, [chat_id]) == {}


@pytest.mark.parametrize("word", ["' OR 1=1", "(a+)+$", "\0", "Ѐ"])
async def test_a_muted_word_is_only_a_word(database: Database, word: str) -> None:
    """Row 45: nothing that people write is more than text."""
    async with database.write() as connection:
        chat_id = (await chat(connection)).id
        await mutes.mute(connection, Mute(chat_id=chat_id, word=word))
        (found,) = (await mutes.of(connection, [chat_id], NOW))[chat_id]
        assert found.word == word.replace("\0", "")
        assert await mutes.unmute(connection, Mute(chat_id=chat_id, word=word))
