"""What a chat was told, which cards it has, how far the announcer has come: all of it follows the merges of events."""

from dataclasses import replace

from chat_samples import NOW, after, card, chat, events, merge, new, queue, send_all, told
from sqlalchemy import text
from storage_samples import joined, merged, migrate, opened, record

from bot.core.chats.chat import CardState
from bot.core.chats.delivery import DeliveryKind
from bot.core.model import EventId
from storage.chats import chats
from storage.delivery import announced, cards, ledger
from storage.engine.database import Database
from storage.engine.engines import connect
from storage.news import events as stored_events

CARD, EDIT = DeliveryKind.CARD, DeliveryKind.EDIT


def ids(*numbers: int) -> list[EventId]:
    return [EventId(number) for number in numbers]


async def test_the_newest_telling_counts(database: Database) -> None:
    async with database.write() as connection:
        await events(connection, 1, 2, 3)
        here, there = (await chat(connection, "here")).id, (await chat(connection, "there")).id
        newest = told(1, reports=4, outlets=3, revision=5, at=after(60), headline="Ferry towed\0")
        await ledger.tell(connection, here, [told(1), told(2)], None)
        await ledger.tell(connection, here, [newest], None)
        await ledger.tell(connection, there, [told(3)], None)
        await ledger.tell(connection, there, [], None)
        kept = replace(newest, headline="Ferry towed")
        assert await ledger.told(connection, here, ids(1, 2, 3, 99)) == {1: kept, 2: told(2)}
        assert await ledger.told(connection, there, ids(1, 2, 3)) == {3: told(3)}
        assert await ledger.since(connection, here, after(60)) == [kept]
        assert await ledger.since(connection, here, NOW) == [told(1), told(2), kept]


async def test_what_was_told_of_events_that_merged_counts_together(database: Database) -> None:
    """A merge is no news: what both had is known."""
    async with database.write() as connection:
        await events(connection, 1, 2, 3, 4)
        here = (await chat(connection)).id
        await ledger.tell(connection, here, [told(2, reports=3, outlets=2, revision=7, headline="older")], None)
        await ledger.tell(connection, here, [told(1, reports=2, outlets=2, revision=4, at=after(5), headline="newer")], None)
        await ledger.tell(connection, here, [told(3, reports=1, revision=2)], None)
        await merge(connection, 2, 1)
        await merge(connection, 3, 4)
        known = await ledger.told(connection, here, ids(1, 2, 4))
        assert known[EventId(1)] == told(1, reports=5, outlets=2, revision=4, at=after(5), headline="newer")
        assert known[EventId(2)] == told(2, reports=5, outlets=2, revision=7, at=after(5), headline="newer")
        assert known[EventId(4)] == told(4, reports=1, revision=0)


async def test_what_was_told_since_the_merge_counts_alone_unless_it_never_arrived(database: Database) -> None:
    async with database.write() as connection:
        await events(connection, 1, 2, 3)
        here, there = (await chat(connection, "here")).id, (await chat(connection, "there")).id
        await ledger.tell_all(
            connection, [(here, told(2, reports=3), None), (there, told(2, reports=3), None), (here, told(1, reports=2), None)]
        )
        await merge(connection, 2, 1)
        again = told(1, reports=6, revision=9, at=after(60))
        (delivery,) = await queue(connection, new(here, "digest"))
        await ledger.tell(connection, here, [again], delivery)
        assert await ledger.told_of_all(connection, ids(1, 3)) == {
            (here, 1): again,
            (there, 1): told(1, reports=3, revision=0),
        }
        await merge(connection, 1, 3)
        assert await ledger.told(connection, here, ids(3)) == {3: replace(again, event_id=EventId(3), revision=0)}
        await chats.pause(connection, here, "blocked", NOW)
        assert (await ledger.told(connection, here, ids(3)))[EventId(3)].reports == 5


async def test_a_card_is_one_for_a_chat_and_an_event(database: Database) -> None:
    async with database.write() as connection:
        await events(connection, 1)
        here, there = (await chat(connection, "here")).id, (await chat(connection, "there")).id
        first = await card(connection, here, 1)
        assert await cards.of_events(connection, ids(1)) == [first]
        later = replace(first, revision=2, content="second", replied_at=after(5), told=told(1, reports=9, headline="“Ферма”"))
        await cards.save_all(connection, [later])
        other = await card(connection, there, 1)
        assert await cards.of_events(connection, ids(1, 7)) == [later, other]


async def follow(database: Database, *living: int) -> list[tuple[CardState, CardState]]:
    """Let cards follow merges."""
    async with database.write() as connection:
        return await cards.follow_merges(connection, ids(*living), NOW)


async def test_of_two_cards_of_merged_events_the_older_goes_on_and_the_other_gets_a_last_edit(database: Database) -> None:
    async with database.write() as connection:
        await events(connection, 1, 2)
        both, only = (await chat(connection, "both")).id, (await chat(connection, "only")).id
        await card(connection, both, 2, "older")
        await card(connection, both, 1, "newer")
        await card(connection, only, 2, "only")
        await queue(
            connection, *(new(both, f"card {number}", kind=CARD, event=number) for number in (2, 1)), new(only, "x", kind=CARD, event=2)
        )
    await send_all(database)
    assert await follow(database, 1) == []
    async with database.write() as connection:
        await merge(connection, 2, 1)
    ((kept, closed),) = await follow(database, 1)
    assert (kept.content, kept.event_id, kept.message_id) == ("older", 1, "id of card 2")
    assert (closed.content, closed.event_id, closed.message_id) == ("newer", 2, "id of card 1")
    assert await follow(database, 1) == []
    async with database.write() as connection:
        living = await cards.of_events(connection, ids(1, 2))
        assert [(each.content, each.event_id) for each in living] == [("older", 1), ("only", 1)]
        await queue(connection, new(closed.chat_id, "merged", kind=EDIT, event=2), new(both, "edit", kind=EDIT, event=1))
        rows = await connection.execute(
            text("SELECT d.message, c.message_id FROM deliveries d JOIN cards c ON c.id = d.card_id WHERE d.kind = 'edit' ORDER BY d.id")
        )
        assert [tuple(row) for row in rows] == [("merged", "id of card 1"), ("edit", "id of card 2")]
    assert await send_all(database) == ["merged", "edit"]


async def test_cards_follow_a_chain_of_merges(database: Database) -> None:
    async with database.write() as connection:
        await events(connection, 1, 2, 3)
        here = (await chat(connection)).id
        for event_id in (3, 1, 2):
            await card(connection, here, event_id, f"of {event_id}")
        await merge(connection, 2, 1)
    ((kept, closed),) = await follow(database, 1)
    assert (kept.content, kept.event_id, closed.content, closed.event_id) == ("of 1", 1, "of 2", 2)
    async with database.write() as connection:
        await merge(connection, 1, 3)
    ((kept, closed),) = await follow(database, 3)
    assert (kept.content, kept.event_id, closed.content, closed.event_id) == ("of 3", 3, "of 1", 1)
    async with database.read() as connection:
        assert [each.content for each in await cards.of_events(connection, ids(1, 2, 3))] == ["of 3"]


async def test_the_announcer_sees_each_change_once_under_todays_name(database: Database) -> None:
    async with database.write() as connection:
        assert await announced.position(connection) == 0
        assert await announced.changed(connection, 0, 10) == ([], 0)
        await record(connection, ("a", "harbour"), ("b", "ferry"), ("c", "gull"))
        await stored_events.apply(connection, [opened(1, 1), opened(2, 2), joined(1, 3), merged(2, 1)], NOW)
        changed, position = await announced.changed(connection, 0, 10)
        assert changed == [2]
        first, half = await announced.changed(connection, 0, 1)
        assert first == [2]
        assert half < position
        for to in (half, position, half):
            await announced.advance(connection, to)
        assert await announced.position(connection) == position
        assert await announced.changed(connection, position, 10) == ([], position)


async def test_an_upgrade_announces_nothing_old(empty_url: str) -> None:
    engines = connect(empty_url, busy_timeout=1)
    async with engines.writer.begin() as connection:
        await connection.run_sync(migrate, "0003")
        await events(connection, 1)
        for _ in range(3):
            await connection.execute(text("INSERT INTO event_history (event_id, at, what, detail) VALUES (1, 1, 'opened', '{}')"))
    await engines.writer.dispose()
    await engines.reader.dispose()
    database = await Database.open(empty_url, now=NOW)
    async with database.read() as connection:
        assert await announced.changed(connection, await announced.position(connection), 10) == ([], 3)
    await database.close()
