"""The bot comes into chats, is thrown out, loses rights, and moves with groups: what happens to their subscriptions. FAULTS rows 27 and 28."""

from collections.abc import AsyncIterator

import pytest
from bot_api_world import Chat, User
from telegram_station import Station, report, station

from bot.core.chats.chat import Address
from bot.core.chats.chat import Chat as Stored
from storage.chats import chats, subscriptions
from storage.chats.chat_threads import threads_of
from storage.engine.database import Database


@pytest.fixture
async def here(database: Database) -> AsyncIterator[Station]:
    await report(database, 3)
    async with station(database) as opened:
        yield opened


async def stored(here: Station, chat: Chat | User, thread: str = "") -> Stored | None:
    async with here.database.read() as connection:
        return await chats.find(connection, Address(platform="telegram", chat=str(chat.id), thread=thread))


async def is_paused(here: Station, chat: Chat | User, thread: str = "") -> bool:
    await here.all_heard()
    found = await stored(here, chat, thread)
    assert found is not None
    return found.paused_at is not None


async def test_who_blocks_the_bot_is_left_alone_and_served_again_afterwards(here: Station) -> None:
    """Row 27."""
    ada = here.api.person("Ada")
    await here.ask(ada, "/subscribe 08:00", "Subscribed")
    here.api.block(ada)
    assert await is_paused(here, ada)
    here.api.unblock(ada)
    assert not await is_paused(here, ada)
    found = await stored(here, ada)
    assert found is not None
    async with here.database.read() as connection:
        assert len(await subscriptions.of(connection, found.id)) == 1


async def test_what_was_stopped_stays_stopped_when_the_bot_is_let_in_again(here: Station) -> None:
    ada = here.api.person("Ada")
    await here.ask(ada, "/stop", "Nothing more")
    here.api.block(ada)
    here.api.unblock(ada)
    await here.all_heard()
    found = await stored(here, ada)
    assert found is not None
    assert found.stopped_at is not None
    await here.ask(ada, "/start", "served again")
    assert not await is_paused(here, ada)


async def test_a_forum_is_paused_and_resumed_with_all_its_topics(here: Station) -> None:
    olena = here.api.person("Olena")
    forum = here.api.group("Harbour watch", admins=[olena], is_forum=True)
    topic = here.api.topic(forum, "News")
    await here.ask(olena, "/subscribe 08:00", "Subscribed", forum, thread=topic)
    await here.ask(olena, "/subscribe 09:00", "Subscribed", forum)
    here.api.remove_bot(forum, olena)
    assert [await is_paused(here, forum, thread) for thread in ("", str(topic))] == [True, True]
    here.api.add_bot(forum, olena)
    assert [await is_paused(here, forum, thread) for thread in ("", str(topic))] == [False, False]


async def test_a_channel_is_paused_while_the_right_to_post_is_missing(here: Station) -> None:
    olena = here.api.person("Olena")
    channel = here.api.channel("Harbour news", admins=[olena], username="harbour")
    await here.ask(olena, "/subscribe @harbour 08:00", "Subscribed")
    here.api.add_bot(channel, olena, "administrator", can_post_messages=False)
    await here.api.message(olena, "I lack the right to post messages")
    assert await is_paused(here, channel)
    found = await stored(here, channel)
    assert found is not None
    assert found.paused_reason == "The bot lacks the right to post messages."
    here.api.add_bot(channel, olena, "administrator")
    assert not await is_paused(here, channel)


async def test_who_lets_the_bot_into_a_channel_is_shown_how_it_is_served(here: Station) -> None:
    olena, stranger = here.api.person("Olena"), here.api.person("Stranger")
    await here.ask(olena, "/start", "")
    for person in (olena, stranger):
        channel = here.api.channel("Harbour news", admins=[person], bot="left")
        here.api.add_bot(channel, person, "administrator")
        await here.all_heard()
        assert not here.api.messages(channel)
    await here.api.message(olena, "Settings")
    assert not here.api.messages(stranger)


async def test_a_group_becomes_a_supergroup_once(here: Station) -> None:
    """Row 28: with its subscriptions, and screens that are about it; a second time changes nothing."""
    olena = here.api.person("Olena")
    group = here.api.group("Harbour watch", admins=[olena], kind="group")
    await here.ask(olena, "/subscribe 08:00", "Subscribed", group)
    await here.ask(olena, "/timezone Kyiv", "Kyiv", group)
    before = await stored(here, group)
    moved = here.api.migrate(group)
    await here.all_heard()
    after = await stored(here, moved)
    assert before is not None
    assert after is not None
    assert (await stored(here, group), after.id, after.zone) == (None, before.id, "Europe/Kyiv")
    await here.ask(olena, "/subscriptions", "08:00", moved)
    async with here.database.read() as connection:
        assert len(await threads_of(connection, after.address)) == 1


async def test_a_chat_that_nothing_is_stored_of_costs_no_write(here: Station) -> None:
    ada = here.api.person("Ada")
    await here.ask(ada, "/latest", "Strike 3")
    here.api.block(ada)
    here.api.unblock(ada)
    await here.all_heard()
    assert await stored(here, ada) is None
