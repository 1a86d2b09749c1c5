"""Buttons on Telegram: what somebody sees who presses them, against a Bot API over HTTP and a real database."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from bot_api_world import Chat, Message, User
from chat_samples import chat_at
from conftest import NOW
from telegram_station import Station, report, station

from bot.core.chats.chat import Address, ChatKind, Reader, Replies
from bot.core.chats.ports import Limits, Outgoing, Sent
from bot.core.message import Action, Heading, Text
from bot.core.message import Message as Content
from bot.platforms.telegram.presses import PATIENCE
from storage.chats import chats, mutes, screens
from storage.engine.database import Connection, Database

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CARD = Content((Heading((Text("Strike 4 in Lisse"),)),), (Action("Sources", "/sources 4"), Action("Follow", "/follow 4")))


@pytest.fixture
async def here(database: Database) -> AsyncIterator[Station]:
    """A bot that knows of twenty events, which make three pages."""
    await report(database, 20)
    async with station(database) as opened:
        yield opened


def address_of(chat: Chat) -> Address:
    return Address(platform="telegram", chat=str(chat.id))


async def ask(here: Station, user: User, text: str, expected: str, chat: Chat | None = None, *, thread: int | None = None) -> Message:
    """Type a command, and wait for its answer until that is written down."""
    shown = await here.ask(user, text, expected, chat, thread=thread)
    for _ in range(1_000):
        async with here.database.read() as connection:
            if await screens.get(connection, address_of(shown.chat), str(shown.id)) is not None:
                return shown
        await asyncio.sleep(0.01)
    raise AssertionError("the screen is not written down")


async def prompted(here: Station, user: User, expected: str, chat: Chat | None = None) -> Message:
    """Wait until somebody is asked something, and until that is written down."""
    shown = await here.api.message(chat or user, expected)
    for _ in range(1_000):
        async with here.database.read() as connection:
            found = await screens.dialogue(connection, address_of(shown.chat), str(user.id))
        if found is not None and found.prompt_id == str(shown.id):
            return shown
        await asyncio.sleep(0.01)
    raise AssertionError("the question is not written down")


async def card(here: Station, chat: Chat, kind: ChatKind) -> Message:
    """Put a card into a chat, as the outbox does."""
    card = Outgoing(delivery_id=None, address=address_of(chat), kind=kind, reader=Reader(zone="UTC"), message=CARD, nonce="c")
    sent = await here.deliveries.answer(card)
    assert isinstance(sent, Sent)
    return chat.shown[int(sent.message_id)]


async def followed(connection: Connection, chat: Chat) -> set[int]:
    """The events that a chat follows."""
    found = await chats.find(connection, address_of(chat))
    assert found is not None
    return set((await mutes.followed(connection, [found.id]))[found.id])


async def shows(here: Station, message: Message, *expected: str) -> None:
    """Wait until a message shows these labels or texts."""
    await here.api.until(lambda: all(piece in message.labels or piece in message.text for piece in expected))


async def test_pages_turn_in_place_also_after_a_restart(here: Station) -> None:
    ada = here.api.person("Ada")
    listed = await ask(here, ada, "/latest 20", "Latest")
    assert "1/3" in listed.labels
    await here.api.press(listed, "›").answered()
    await shows(here, listed, "2/3")
    await here.restart()
    await here.api.press(listed, "›").answered()
    await shows(here, listed, "3/3", "Strike 1 in")
    pressed = await here.api.press(listed, "›").answered()
    assert (pressed.text, len(here.api.messages(ada))) == ("", 1)


async def test_back_leads_where_it_was(here: Station) -> None:
    ada = here.api.person("Ada")
    listed = await ask(here, ada, "/latest 20", "Latest")
    here.api.press(listed, "›")
    await shows(here, listed, "2/3")
    here.api.press(listed, next(label for label in listed.labels if label.startswith("Event")))
    await shows(here, listed, "Back")
    await here.restart()
    here.api.press(listed, "Back")
    await shows(here, listed, "2/3")
    assert "Back" not in listed.labels
    await here.api.press(listed, "Close").answered()
    await here.api.called("deleteMessage")
    assert not here.api.messages(ada)


async def test_pressed_many_times_at_once_the_last_page_is_shown(database: Database) -> None:
    """While an edit waits for the limits, presses are answered at once, and only the newest page is shown."""
    await report(database, 20)
    async with station(database, limits=Limits(per_chat_seconds=3.0)) as here:
        ada = here.api.person("Ada")
        listed = await ask(here, ada, "/latest 20", "Latest")
        presses = [here.api.press(listed, f"#{page}.0 /latest 20", forged=True) for page in (2, 3, 2, 1, 2, 3)]
        for press in presses:
            await press.answered()
        await shows(here, listed, "3/3")
        await here.all_heard()
        assert ("3/3" in listed.labels, len(here.api.calls("editMessageText")) <= 3) == (True, True)


async def test_a_slow_answer_is_confirmed_before_it_is_there(here: Station) -> None:
    """Telegram is slow to say who runs the group; what cannot be a toast any more is a message."""
    ada = here.api.person("Ada")
    group = here.api.group("Harbour watch", members=[ada])
    listed = await ask(here, ada, "/latest 20", "Latest", group)
    here.api.fault("getChatAdministrators", "slow", seconds=PATIENCE * 3)
    pressed = await here.api.press(listed, ">/event 4711", by=ada, forged=True).answered()
    assert pressed.text == ""
    assert (await here.api.message(group, "There is no event 4711")).reply_to == listed.id


async def test_what_is_decided_while_a_press_is_confirmed_is_a_message(here: Station) -> None:
    """Telegram takes one answer for a press: a toast beside the empty one would be seen by nobody."""
    ada = here.api.person("Ada")
    group = here.api.group("Harbour watch", members=[ada])
    listed = await ask(here, ada, "/latest 20", "Latest", group)
    here.api.fault("getChatAdministrators", "slow", seconds=PATIENCE + 0.3)
    here.api.fault("answerCallbackQuery", "slow", seconds=1.0)
    here.api.press(listed, ">/event 4711", by=ada, forged=True)
    assert (await here.api.message(group, "There is no event 4711")).reply_to == listed.id
    assert len(here.api.calls("answerCallbackQuery")) == 1


async def test_what_is_settled_is_told_in_a_toast(here: Station) -> None:
    ada = here.api.person("Ada")
    panel = await ask(here, ada, "/settings", "Settings of this chat")
    await here.api.press(panel, ">/settings replies none", forged=True).answered()
    await shows(here, panel, "edits only")
    event = await ask(here, ada, "/event 4", "Strike 4")
    pressed = await here.api.press(event, ">/follow 4", forged=True).answered()
    assert pressed.text.startswith("Followed: every new report of it is told here")
    pressed = await here.api.press(event, ">/follow 4711", forged=True).answered()
    assert (pressed.text, pressed.is_alert) == ("There is no event 4711; the highest is 20.", True)
    assert len(here.api.messages(ada)) == 2


async def test_in_a_group_only_the_asker_and_admins_turn_pages(here: Station) -> None:
    """FAULTS row 44."""
    ada, borys, olena = (here.api.person(name) for name in ("Ada", "Borys", "Olena"))
    group = here.api.group("Harbour watch", admins=[olena], members=[ada, borys])
    listed = await ask(here, ada, "/latest 20", "Latest", group)
    refused = await here.api.press(listed, "›", by=borys).answered()
    assert refused.is_alert
    assert refused.text.startswith("Only who asked")
    assert "1/3" in listed.labels
    here.api.press(listed, "›", by=ada)
    await shows(here, listed, "2/3")
    here.api.press(listed, "›", by=olena)
    await shows(here, listed, "3/3")
    refused = await here.api.press(listed, ">/settings replies none", by=ada, forged=True).answered()
    assert refused.text == "/settings is for those who run this chat."


async def test_under_a_card_everybody_opens_and_admins_settle(here: Station) -> None:
    """FAULTS row 44: the card itself stays what it is."""
    ada, olena = here.api.person("Ada"), here.api.person("Olena")
    group = here.api.group("Harbour watch", admins=[olena], members=[ada])
    shown = await card(here, group, ChatKind.GROUP)
    await here.api.press(shown, "Sources", by=ada).answered()
    sources = await here.api.message(group, "Flussbote")
    assert sources.reply_to == shown.id
    refused = await here.api.press(shown, "Follow", by=ada).answered()
    assert refused.text == "/follow is for those who run this chat."
    told = await here.api.press(shown, "Follow", by=olena).answered()
    assert told.text.startswith("Followed")
    for data in ("#1.0 /latest 20", "x", "<0", "=", "nonsense"):
        await here.api.press(shown, data, by=ada, forged=True).answered()
    assert (shown.texts, shown.is_deleted) == (["Strike 4 in Lisse"], False)


async def test_in_a_channel_a_reader_is_led_to_the_private_chat(here: Station) -> None:
    ada, olena = here.api.person("Ada"), here.api.person("Olena")
    channel = here.api.channel("Harbour news", admins=[olena])
    shown = await card(here, channel, ChatKind.CHANNEL)
    pressed = await here.api.press(shown, "Sources", by=ada).answered()
    assert pressed.url == f"https://t.me/{here.api.bot.username}?start=e_4"
    told = await here.api.press(shown, "Follow", by=olena).answered()
    assert told.text.startswith("Followed")
    assert len(here.api.messages(channel)) == 1
    async with here.database.read() as connection:
        assert await followed(connection, channel) == {4}


async def test_a_screen_too_old_to_be_deleted_is_emptied(here: Station) -> None:
    ada = here.api.person("Ada")
    listed = await ask(here, ada, "/latest 20", "Latest")
    here.api.fault("deleteMessage", "400 Bad Request: message can't be deleted")
    here.api.press(listed, "Close")
    await shows(here, listed, "Closed.")
    assert listed.labels == []


async def test_a_press_on_a_deleted_message_harms_nobody(here: Station) -> None:
    ada = here.api.person("Ada")
    listed = await ask(here, ada, "/latest 20", "Latest")
    here.api.delete(listed)
    await here.api.press(listed, "›").answered()
    await here.api.called("editMessageText")
    address = Address(platform="telegram", chat=str(ada.id))

    for _ in range(1_000):
        async with here.database.read() as connection:
            if await screens.get(connection, address, str(listed.id)) is None:
                break
        await asyncio.sleep(0.01)
    else:
        raise AssertionError("it is still remembered")
    await here.api.press(listed, "Close").answered()
    assert (await ask(here, ada, "/latest 3", "Latest")).text


async def test_an_old_press_and_a_message_that_telegram_hides_are_answered(here: Station) -> None:
    """A press may come so late that nobody waits for it; of a very old message only its number comes with the press."""
    ada = here.api.person("Ada")
    listed = await ask(here, ada, "/latest 20", "Latest")
    old = here.api.press(listed, "›")
    here.api.expire(old)
    await shows(here, listed, "2/3")
    hidden = {"chat": {"id": ada.id, "type": "private", "first_name": "Ada"}, "message_id": listed.id, "date": 0}
    query = {"id": "77", "from": ada.json(), "message": hidden, "chat_instance": "1", "data": "#3.0 /latest 20"}
    here.api.update(callback_query=query)
    await shows(here, listed, "3/3")
    here.api.update(
        callback_query={key: value for key, value in query.items() if key != "message"} | {"id": "78", "inline_message_id": "5"}
    )
    answers = await here.api.called("answerCallbackQuery", 3)
    assert {one.parameters["callback_query_id"] for one in answers} == {old.id, "77", "78"}
    assert len(here.api.messages(ada)) == 1


async def test_a_screen_that_is_not_remembered_goes_on_in_a_new_message(here: Station) -> None:
    ada = here.api.person("Ada")
    listed = await ask(here, ada, "/latest 20", "Latest")
    async with here.database.write() as connection:
        await screens.prune(connection, NOW + timedelta(days=91))
    await here.api.press(listed, "›").answered()
    await here.api.until(lambda: len(here.api.messages(ada)) == 2)
    assert here.api.messages(ada)[1].reply_to == listed.id


async def test_a_topic_is_kept_and_its_settings_are_its_own(here: Station) -> None:
    olena = here.api.person("Olena")
    group = here.api.group("Harbour watch", admins=[olena], is_forum=True)
    thread = here.api.topic(group, "Strikes")
    panel = await ask(here, olena, "/settings", "Settings of this chat", group, thread=thread)
    here.api.press(panel, ">/settings replies none", by=olena, forged=True)
    await shows(here, panel, "edits only")
    topic = replace(address_of(group), thread=str(thread))
    assert (await chat_at(here.database, topic)).replies == Replies.NONE


async def test_who_is_asked_answers_with_words_or_a_place_or_cancels(here: Station) -> None:
    ada = here.api.person("Ada")
    panel = await ask(here, ada, "/settings", "Settings of this chat")
    await here.api.press(panel, "?/timezone", forged=True).answered()
    prompt = await prompted(here, ada, "cancel ends this.")
    assert prompt.reply_to == panel.id
    await here.restart()
    assert "Europe/Oslo" in (await ask(here, ada, "Oslo", "zone of this chat is")).text
    assert "No event contains" in (await here.ask(ada, "Rome", "“Rome”")).text
    await here.api.press(panel, "?/filter +strike", forged=True).answered()
    await prompted(here, ada, "filter +strike?")
    await ask(here, ada, "/latest 3", "Latest")
    assert "No event contains" in (await here.ask(ada, "Quellen", "“Quellen”")).text


async def test_in_a_group_a_question_is_answered_by_a_reply(here: Station) -> None:
    olena = here.api.person("Olena")
    group = here.api.group("Harbour watch", admins=[olena])
    here.api.privacy = False
    panel = await ask(here, olena, "/settings", "Settings of this chat", group)
    await here.api.press(panel, "?/timezone", by=olena, forged=True).answered()
    prompt = await prompted(here, olena, "Reply to this message", group)
    here.api.say(olena, "strike", group)
    here.api.say(olena, "Oslo", group, reply_to=prompt)
    assert "Europe/Oslo" in (await here.api.message(group, "zone of this chat is")).text
