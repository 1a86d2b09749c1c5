"""Who may settle what on Telegram: in groups, behind a group, in channels managed from a private chat; FAULTS row 44."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from bot_api_world import Chat, Status, User
from chat_samples import chat_at
from telegram_station import Station, station

from bot.core.chats.chat import Address, ChatKind
from bot.platforms.telegram.rights import REMEMBERED, Rights
from storage.chats import chats, subscriptions
from storage.engine.database import Database


@pytest.fixture
async def here(database: Database) -> AsyncIterator[Station]:
    async with station(database) as opened:
        yield opened


async def subscribed(here: Station, chat: Chat | User) -> int | None:
    """How many subscriptions a chat has; None when nothing is stored of it."""
    async with here.database.read() as connection:
        found = await chats.find(connection, Address(platform="telegram", chat=str(chat.id)))
        return None if found is None else len(await subscriptions.of(connection, found.id))


class TestGroups:
    async def test_only_administrators_settle_how_a_group_is_served(self, here: Station) -> None:
        ada, olena = here.api.person("Ada"), here.api.person("Olena")
        group = here.api.group("Harbour watch", admins=[here.api.person("Owner"), olena], members=[ada])
        await here.ask(ada, "/subscribe 08:00", "for those who run this chat", group)
        assert await subscribed(here, group) is None
        await here.ask(olena, "/subscribe 08:00", "Subscribed", group)
        assert (await subscribed(here, group), await subscribed(here, olena)) == (1, None)

    async def test_who_hides_behind_the_group_is_one_of_its_administrators(self, here: Station) -> None:
        ada = here.api.person("Ada")
        group = here.api.group("Harbour watch", admins=[ada])
        here.api.say(ada, "/subscribe 08:00", group, is_anonymous=True)
        await here.api.message(group, "Subscribed")
        here.api.say(ada, "/status", group, is_anonymous=True)
        await here.api.message(group, "is for the admins")
        assert await subscribed(here, group) == 1

    async def test_a_channel_that_speaks_in_a_group_is_nobody(self, here: Station) -> None:
        ada = here.api.person("Ada")
        channel = here.api.channel("Ada speaks", admins=[ada])
        group = here.api.group("Harbour watch", admins=[ada])
        here.api.say(ada, "/subscribe 08:00", group, via=channel)
        await here.api.message(group, "for those who run this chat")
        assert await subscribed(here, group) is None

    async def test_telegram_is_asked_once_a_minute_and_only_where_it_matters(self, here: Station) -> None:
        ada, olena = here.api.person("Ada"), here.api.person("Olena")
        group = here.api.group("Harbour watch", admins=[olena], members=[ada])
        await here.ask(ada, "/latest", "", group)
        assert not here.api.calls("getChatAdministrators")
        for _ in range(3):
            here.api.say(ada, "/quiet off", group)
            here.api.say(olena, "/quiet off", group)
        await here.api.until(lambda: len(here.api.messages(group)) == 7)
        assert len(here.api.calls("getChatAdministrators")) == 1

    async def test_an_admin_whom_telegram_cannot_vouch_for_is_asked_to_try_again(self, here: Station) -> None:
        olena = here.api.person("Olena")
        group = here.api.group("Harbour watch", admins=[olena])
        here.api.fault("getChatAdministrators", "500")
        await here.ask(olena, "/subscribe 08:00", "does not answer at the moment", group)
        assert await subscribed(here, group) is None
        await here.ask(olena, "/subscribe 08:00", "Subscribed", group)
        assert await subscribed(here, group) == 1

    async def test_what_is_known_of_administrators_is_forgotten_after_a_minute(self, here: Station) -> None:
        ada = here.api.person("Ada")
        group = here.api.group("Harbour watch", admins=[here.api.person("Owner"), ada])
        rights = Rights(here.bot)
        assert await rights.runs(group.id, ChatKind.GROUP, ada.id)
        here.api.add_member(group, ada)
        assert await rights.runs(group.id, ChatKind.GROUP, ada.id)
        rights._known[group.id] = type(rights._known[group.id])(asyncio.get_running_loop().time(), rights._known[group.id].administrators)
        assert not await rights.runs(group.id, ChatKind.GROUP, ada.id)
        assert rights._known[group.id].until > asyncio.get_running_loop().time() + REMEMBERED / 2


class TestManaged:
    async def test_a_channel_is_managed_from_the_private_chat(self, here: Station) -> None:
        ada = here.api.person("Ada")
        channel = here.api.channel("Harbour news", admins=[ada], username="harbour")
        await here.ask(ada, "/subscribe @Harbour 08:00 Kyiv", "Subscribed")
        await here.ask(ada, "/quiet t.me/harbour 22:00-07:00", "22:00")
        await here.ask(ada, f"/settings {channel.id}", "Settings")
        assert (await subscribed(here, channel), await subscribed(here, ada)) == (1, None)
        assert not here.api.messages(channel)

    @pytest.mark.parametrize("status", ["member", "left", "kicked"])
    async def test_where_the_bot_may_not_post_it_says_what_it_needs(self, here: Station, status: Status) -> None:
        ada = here.api.person("Ada")
        channel = here.api.channel("Harbour news", admins=[ada], username="harbour", bot=status)
        await here.ask(ada, "/subscribe @harbour 08:00", "post messages")
        assert await subscribed(here, channel) is None

    async def test_without_the_right_to_post_the_right_is_named(self, here: Station) -> None:
        ada = here.api.person("Ada")
        channel = here.api.channel("Harbour news", admins=[ada], username="harbour")
        here.api.add_member(channel, here.api.bot, "administrator", can_post_messages=False)
        await here.ask(ada, "/subscribe @harbour 08:00", "the right to post messages")
        assert await subscribed(here, channel) is None

    async def test_who_does_not_run_it_settles_nothing_and_learns_nothing(self, here: Station) -> None:
        ada, mallory, writer = (here.api.person(name) for name in ("Ada", "Mallory", "Writer"))
        channel = here.api.channel("Secret harbour", admins=[ada])
        here.api.add_member(channel, writer, "administrator", can_post_messages=False)
        for person in (mallory, writer):
            answer = await here.ask(person, f"/subscribe {channel.id} 08:00", "you are not one of its administrators")
            assert "Secret" not in answer.text
        await here.ask(mallory, "/subscribe @nobody_is_called_so 08:00", "I am in no chat")
        assert await subscribed(here, channel) is None

    async def test_a_channel_without_a_name_is_chosen_with_a_button(self, here: Station) -> None:
        ada, mallory = here.api.person("Ada"), here.api.person("Mallory")
        channel = here.api.channel("Harbour news", admins=[ada])
        here.api.say(ada, "/channel")
        await here.api.message(ada, "Which chat")
        here.api.share_chat(ada, channel, request_id=1)
        await here.api.message(ada, "From here you manage Harbour news.")
        panel = await here.api.message(ada, "Settings")
        await here.api.press(panel, ">/settings replies none", forged=True).answered()
        await here.all_heard()
        kept = await chat_at(here.database, Address(platform="telegram", chat=str(channel.id)))
        assert (kept.replies, kept.name, kept.kind) == ("none", "Harbour news", ChatKind.CHANNEL)
        here.api.say(mallory, "/start")
        here.api.share_chat(mallory, channel, request_id=1)
        await here.api.message(mallory, "you are not one of its administrators")

    async def test_who_chooses_a_chat_while_telegram_does_not_tell_of_it_is_told_so(self, here: Station) -> None:
        ada = here.api.person("Ada")
        channel = here.api.channel("Harbour news", admins=[ada])
        await here.ask(ada, "/channel", "Which chat")
        here.api.fault("getChat", "502")
        here.api.share_chat(ada, channel, request_id=1)
        assert "ask once more" in (await here.api.message(ada, "Telegram does not answer")).text

    async def test_who_lost_the_channel_changes_it_no_more_with_an_old_button(self, here: Station) -> None:
        ada, owner = here.api.person("Ada"), here.api.person("Owner")
        channel = here.api.channel("Harbour news", admins=[owner, ada], username="harbour")
        panel = await here.ask(ada, "/settings @harbour", "Settings")
        here.api.add_member(channel, ada)
        await here.restart()
        press = await here.api.press(panel, ">/settings replies none", forged=True).answered()
        await here.all_heard()
        assert "edits only" not in panel.text
        assert press.is_alert

    async def test_in_a_group_no_other_chat_is_managed(self, here: Station) -> None:
        ada = here.api.person("Ada")
        channel = here.api.channel("Harbour news", admins=[ada], username="harbour")
        group = here.api.group("Harbour watch", admins=[ada])
        here.api.say(ada, "/subscribe @harbour 08:00", group)
        await here.api.until(lambda: here.api.messages(group))
        assert await subscribed(here, channel) is None

    async def test_what_settles_nothing_takes_a_name_as_words(self, here: Station) -> None:
        ada = here.api.person("Ada")
        here.api.channel("Harbour news", admins=[ada], username="harbour")
        await here.ask(ada, "/search @harbour", "")
        assert not here.api.calls("getChat")
