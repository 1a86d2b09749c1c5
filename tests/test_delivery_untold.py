"""What did not arrive was not told: it is news again, or can be said again, however it came to nothing."""

from datetime import timedelta

import pytest
from chat_samples import LEASE, NOW, ack, after, card, chat, claim, events, new, queue, send_all, told
from sqlalchemy import text
from telling_samples import MORNING, Newsroom

from bot.core.chats.chat import ChatId, Repeat
from bot.core.chats.delivery import DeliveryKind, Failed, Unsure
from bot.core.model import EventId
from bot.pipeline.announce import Announced, Announcements
from bot.pipeline.digests import Digests
from storage.chats import chats
from storage.delivery import deliveries, ledger, outbox
from storage.engine.database import Connection, Database

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CARD, EDIT, DIGEST = DeliveryKind.CARD, DeliveryKind.EDIT, DeliveryKind.DIGEST


async def known(database: Database, chat_id: ChatId) -> dict[EventId, int]:
    """The events that the chat was told of, each with the reports it was told of."""
    async with database.read() as connection:
        found = await ledger.told(connection, chat_id, [EventId(number) for number in range(1, 9)])
    return {event_id: each.reports for event_id, each in found.items()}


async def announced(database: Database) -> ChatId:
    """A chat that waits for the card of event 1."""
    async with database.write() as connection:
        await events(connection, 1)
        chat_id = (await chat(connection)).id
        await card(connection, chat_id, 1)
        (first,) = await queue(connection, new(chat_id, "card", kind=CARD, event=1))
        await ledger.tell(connection, chat_id, [told(1)], first)
    return chat_id


async def edited(database: Database, chat_id: ChatId, at: float) -> None:
    """There is more about event 1."""
    async with database.write() as connection:
        (second,) = await queue(connection, new(chat_id, "newer", kind=EDIT, event=1), now=after(at))
        await ledger.tell(connection, chat_id, [told(1, reports=4, at=after(at))], second)


async def test_an_edit_for_a_card_that_never_came_told_nothing(database: Database) -> None:
    chat_id = await announced(database)
    (sending,) = await claim(database)
    await edited(database, chat_id, 1)
    await ack(database, (sending, Failed(reason="the text is too odd")), now=after(2))
    assert await send_all(database, after(3)) == []
    assert await known(database, chat_id) == {1: 1}


async def test_of_a_card_in_doubt_that_is_dropped_only_what_may_have_arrived_was_told(database: Database) -> None:
    chat_id = await announced(database)
    for _ in range(2):
        (sending,) = await claim(database, after(5))
        await ack(database, (sending, Unsure(at=after(5), reason="cut off", deduplicates=False)), now=after(5))
    await edited(database, chat_id, 10)
    assert await known(database, chat_id) == {1: 4}
    async with database.write() as connection:
        assert await outbox.drop(connection, after(20)) == 1
    assert await known(database, chat_id) == {1: 1}


async def test_what_was_dropped_unseen_can_be_said_again_in_the_same_words(database: Database) -> None:
    chat_id = await announced(database)
    async with database.write() as connection:
        await chats.pause(connection, chat_id, "blocked", NOW)
        await chats.resume(connection, chat_id, after(1))
        await card(connection, chat_id, 1)
        await queue(connection, new(chat_id, "card", kind=CARD, event=1), now=after(2))
    assert await send_all(database, after(2)) == ["card"]


async def test_row_38_a_digest_that_quiet_hours_held_back_goes_when_they_are_changed(database: Database) -> None:
    async with database.write() as connection:
        chat_id = (await chat(connection)).id
        await queue(connection, new(chat_id, "digest", kind=DIGEST, at=after(3600)))
        await deliveries.hold(connection, chat_id, after(5), after(5))
    assert await send_all(database, after(5) - LEASE / 1e6) == []
    assert await send_all(database, after(5)) == ["digest"]


async def test_row_27_a_digest_that_a_chat_did_not_take_is_told_by_the_next_one(database: Database) -> None:
    room = Newsroom(database)
    reader = await room.chat()
    await room.subscribe(reader)
    telling = Digests(database, room.clock)
    for day, titles in enumerate((("Ferry runs aground",), ("Mayor resigns", "Bridge closes"))):
        room.now = MORNING.replace(day=MORNING.day + day)
        for number, title in enumerate(titles):
            await room.report(10 * day + number + 1, "A", title)
        assert (await telling.run()).digests == 1
        if not day:
            assert len(await room.send()) == 1
    async with database.write() as connection:
        await chats.pause(connection, reader.id, "the bot was blocked", room.now)
        await chats.resume(connection, reader.id, room.now)
    room.later(days=1)
    await room.report(21, "A", "Harbour opens")
    await telling.run()
    (digest,) = await room.send()
    shown = "\n".join(digest.lines)
    assert [title in shown for title in ("Ferry runs aground", "Mayor resigns", "Bridge closes", "Harbour opens")] == [
        False,
        True,
        True,
        True,
    ]


@SQLITE
async def test_a_chat_or_event_that_nothing_can_be_written_down_for_stops_no_other(database: Database) -> None:
    """A row that another program put in the way, as a bug would: neither alerts nor digests of the others wait for it."""
    room = Newsroom(database)
    unlucky, good = [await room.chat(name) for name in ("unlucky", "good")]
    for each in (unlucky, good):
        await room.subscribe(each)
        await room.subscribe(each, Repeat.BREAKING, min_reports=2, cooldown=timedelta(0))
    for number in (1, 2, 3):
        await room.report(number, "A", times=2)
    async with database.write() as connection:
        await refuse(connection, "card", event_id=2)
        await refuse(connection, "digest", chat_id=unlucky.id)
    announcing, telling = Announcements(database, room.clock), Digests(database, room.clock)
    assert (await announcing.run()).cards == 4
    assert await announcing.run() == Announced()
    room.now = MORNING
    served = await telling.run()
    assert (served.digests, served.failed) == (1, 1)
    sent = await room.send()
    assert sorted((each.chat_id, each.kind) for each in sent) == sorted(
        [(unlucky.id, "card"), (unlucky.id, "card"), (good.id, "card"), (good.id, "card"), (good.id, "digest")]
    )


async def refuse(connection: Connection, kind: str, *, event_id: int = 0, chat_id: int = 0) -> None:
    """Have the database refuse deliveries."""
    about = f"(SELECT event_id FROM cards WHERE id = NEW.card_id) = {event_id}" if event_id else f"NEW.chat_id = {chat_id}"
    refused = f"SELECT RAISE(ABORT, 'refused') WHERE NEW.kind = '{kind}' AND {about};"
    await connection.execute(text(f"CREATE TRIGGER refuse_{kind} BEFORE INSERT ON deliveries BEGIN {refused} END"))


async def test_row_35_a_cool_down_lasts_no_longer_because_the_clock_was_set_back(database: Database) -> None:
    room = Newsroom(database)
    await room.subscribe(await room.chat(), Repeat.BREAKING, min_reports=2, cooldown=timedelta(hours=1))
    for number, kinds in ((1, ["card"]), (2, ["card"]), (3, [])):
        await room.report(number, "A", times=2)
        await Announcements(database, room.clock).run()
        assert [each.kind for each in await room.send()] == kinds
        if number == 1:
            room.later(hours=-5)
