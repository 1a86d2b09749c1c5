"""/why says what a chat was told of an event, when and by what, and else what held it back."""

from dataclasses import replace
from datetime import timedelta

from message_reading import text_of
from telling_samples import MORNING, Newsroom

from bot.commands.desk import Desk, Place, Request
from bot.commands.registry import respond
from bot.core.chats.chat import Chat, Mute, Quiet, Repeat
from bot.core.event import overview
from bot.core.model import EventId
from bot.core.telling.ledger import told_now
from bot.pipeline.announce import Announcements
from bot.pipeline.digests import Digests
from storage.chats import chats, mutes
from storage.delivery import ledger
from storage.engine.database import Database
from storage.news import events


async def heard(room: Newsroom, chat: Chat | None, event: int = 1) -> str:
    """What /why adds for this chat."""
    place = Place(address=chat.address, kind=chat.kind, name=chat.name) if chat else None
    line = Request(text=f"/why {event}", now=room.now)
    answer = await respond(Desk(database=room.database, version="1"), replace(line, place=place) if place else line)
    return text_of(answer).partition("What this chat heard of it")[2]


async def test_a_chat_that_wants_nothing_is_told_how_to(database: Database) -> None:
    room = Newsroom(database)
    await room.report(1)
    assert "no subscription and does not follow it: /subscribe or /follow 1." in await heard(room, None)
    assert "no subscription and does not follow it" in await heard(room, await room.chat())


async def test_what_a_digest_told_and_what_it_left_out_stands_there_with_its_number(database: Database) -> None:
    room = Newsroom(database)
    chat = await room.chat()
    await room.subscribe(chat, text="otter")
    await room.report(1, title="Otter seen")
    await room.report(2, title="Strike begins")
    assert "speaks next 2026-11-22 08:00" in await heard(room, chat)
    room.now = MORNING
    await Digests(database, room.clock).run()
    assert "told by digest" in await heard(room, chat)
    assert "speaks next" not in await heard(room, chat)
    left_out = await heard(room, chat, 2)
    assert "left out by digest" in left_out
    assert "does not want it: " in left_out
    await room.merge(1, 2)
    assert "told by digest" in await heard(room, chat, 2)


async def test_an_alert_says_what_it_waited_for(database: Database) -> None:
    room = Newsroom(database)
    chat = await room.chat(quiet=Quiet(0, 12 * 60))
    await room.subscribe(chat, Repeat.BREAKING, min_reports=2, within=timedelta(hours=2))
    await room.report(1)
    assert "tells at once what has 2 new reports within 2 hours; it has not, now." in await heard(room, chat)
    await room.report(1, "Gazette")
    await Announcements(database, room.clock).run()
    told = await heard(room, chat)
    assert "told with what broke in quiet hours; it waits until 2026-11-22 12:00" in told
    assert "Quiet hours hold back what breaks until 2026-11-22 12:00" in told
    await room.report(2, times=2)
    assert "pauses until 2026-11-22 07:30" in await heard(room, chat, 2)
    room.now = MORNING.replace(hour=13)
    await room.send()
    assert "told with what broke in quiet hours\n" in await heard(room, chat) + "\n"


async def test_mutes_follows_and_silence_are_named(database: Database) -> None:
    room = Newsroom(database)
    chat = await room.chat()
    await room.report(1, title="Otter seen", backlog=True)
    await room.subscribe(chat)
    assert "old when they came" in await heard(room, chat)
    async with database.write() as connection:
        await mutes.mute(connection, Mute(chat_id=chat.id, word="otter", until=room.now + timedelta(days=1)))
        await mutes.mute(connection, Mute(chat_id=chat.id, event_id=EventId(1)))
        await chats.stop(connection, chat.id, room.now)
    told = await heard(room, chat)
    assert "muted here by the word “otter”  until 2026-11-23" in told
    assert "It is muted here\n" in told
    assert "Nothing is sent here since /stop" in told


async def test_what_was_only_put_in_order_is_not_called_told(database: Database) -> None:
    room = Newsroom(database)
    chat = await room.chat()
    await room.report(1)
    async with database.write() as connection:
        (event,) = await events.load(connection, [EventId(1)])
        row = replace(told_now(overview(event), room.now), reports=0)
        await ledger.tell(connection, chat.id, [row], None)
    assert "not told: it was only put in order" in await heard(room, chat)
