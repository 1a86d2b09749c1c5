"""What people do reaches the bot as Telegram tells it, and what the bot may do with their chats is what Telegram lets it; read by the library too."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import telegram
from bot_api import BotApi
from bot_api_client import Client, station
from bot_api_world import Chat, User
from telegram.request import HTTPXRequest


@pytest.fixture
async def place() -> AsyncIterator[tuple[BotApi, Client, User]]:
    async with station() as (api, client):
        ada = api.person("Ada", username="ada_the_first")
        api.say(ada, "/start")
        await client.updates()
        yield api, client, ada


async def test_a_bot_writes_only_to_who_spoke_to_it_and_has_not_stopped_it(place: tuple[BotApi, Client, User]) -> None:
    """Row 27."""
    api, client, ada = place
    bea, cato = api.person("Bea"), api.person("Cato")
    api.group("Desk", members=[cato])
    send = {"method": "sendMessage", "text": "x"}
    assert await client.refused(**send, chat_id=bea.id) == (400, "Bad Request: chat not found")
    assert await client.refused(**send, chat_id=cato.id) == (403, "Forbidden: bot can't initiate conversation with a user")
    await client.done(**send, chat_id=ada.id)
    api.block(ada)
    assert await client.refused(**send, chat_id=ada.id) == (403, "Forbidden: bot was blocked by the user")
    assert (await client.refused("editMessageText", chat_id=ada.id, message_id=2, text="y"))[0] == 403
    api.say(ada, "/start")  # unblocks
    await client.done(**send, chat_id=ada.id)
    blocked, unblocked, _ = await client.updates()
    assert [one["my_chat_member"]["new_chat_member"]["status"] for one in (blocked, unblocked)] == ["kicked", "member"]
    api.deactivate(ada)
    assert await client.refused(**send, chat_id=ada.id) == (403, "Forbidden: user is deactivated")


async def test_in_groups_the_bot_hears_what_privacy_mode_lets_it(place: tuple[BotApi, Client, User]) -> None:
    api, client, ada = place
    group = api.group("Desk", members=[ada])
    sent = await client.done("sendMessage", chat_id=group.id, text="a card")
    for text in ("hello", "/latest", "/latest@slugline_test_bot", "/latest@another_bot", "@slugline_test_bot look", "@another_bot look"):
        api.say(ada, text, group)
    api.say(ada, "to the card", group, reply_to=group.shown[sent["message_id"]])
    api.locate(ada, 50.45, 30.52, group)
    heard = ["/latest", "/latest@slugline_test_bot", "@slugline_test_bot look", "to the card"]
    assert [one["message"]["text"] for one in await client.updates()] == heard
    api.add_member(group, api.bot, "administrator")
    api.say(ada, "hello", group)
    api.locate(ada, 50.45, 30.52, group)
    spoken, located = await client.updates()
    assert (spoken["message"]["text"], located["message"]["location"]) == ("hello", {"latitude": 50.45, "longitude": 30.52})


async def test_authors_may_hide_behind_groups_and_channels(place: tuple[BotApi, Client, User]) -> None:
    """Row 44."""
    api, client, ada = place
    group, channel = api.group("Desk", admins=[ada]), api.channel("Courier", admins=[ada])
    api.say(ada, "/a", group, is_anonymous=True)
    api.say(ada, "/b", group, via=channel)
    api.say(ada, "/c", channel)
    api.say(ada, "/d", group, forwarded_from=api.person("Bea"))
    anonymous, channelled, post, forwarded = [next(iter(one.items())) for one in await client.updates()]
    assert (anonymous[1]["from"]["username"], anonymous[1]["sender_chat"]["id"]) == ("GroupAnonymousBot", group.id)
    assert (channelled[1]["from"]["username"], channelled[1]["sender_chat"]["id"]) == ("Channel_Bot", channel.id)
    assert (post[0], post[1]["sender_chat"]["id"], "from" in post[1]) == ("channel_post", channel.id, False)
    assert forwarded[1]["forward_origin"]["sender_user"]["first_name"] == "Bea"


async def test_what_the_bot_may_do_follows_what_it_is(place: tuple[BotApi, Client, User]) -> None:
    """Row 29."""
    api, client, ada = place
    group, channel, basic = api.group("Desk"), api.channel("Courier", username="courier_news"), api.group("Old", kind="group")
    send = {"method": "sendMessage", "text": "x"}
    posted = await client.done(**send, chat_id="@Courier_News")
    assert (posted["chat"]["id"], "from" in posted) == (channel.id, False)
    api.add_bot(channel, ada, "administrator", can_post_messages=False)
    assert await client.refused(**send, chat_id=channel.id) == (400, "Bad Request: need administrator rights in the channel chat")
    api.add_bot(group, ada, "restricted", can_send_messages=False)
    assert await client.refused(**send, chat_id=group.id) == (400, "Bad Request: not enough rights to send text messages to the chat")
    for chat, kind in ((group, "supergroup"), (channel, "channel"), (basic, "group")):
        api.remove_bot(chat, ada)
        assert await client.refused(**send, chat_id=chat.id) == (403, f"Forbidden: bot was kicked from the {kind} chat")
        api.remove_bot(chat, ada, "left")
        assert await client.refused(**send, chat_id=chat.id) == (403, f"Forbidden: bot is not a member of the {kind} chat")
    api.add_bot(group, ada)
    *_, change, joined = await client.updates()
    assert change["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert joined["message"]["new_chat_members"][0]["id"] == api.bot.id
    await client.done("leaveChat", chat_id=group.id)
    assert (await client.updates())[0]["my_chat_member"]["new_chat_member"]["status"] == "left"
    api.add_bot(basic, ada)
    api.delete_chat(basic)
    assert await client.refused(**send, chat_id=basic.id) == (403, "Forbidden: the group chat was deleted")


async def test_a_group_that_became_a_supergroup_says_where_it_is(place: tuple[BotApi, Client, User]) -> None:
    """Row 28."""
    api, client, ada = place
    old = api.group("Desk", admins=[ada], kind="group")
    new = api.migrate(old)
    left, arrived = [one["message"] for one in await client.updates()]
    assert (left["chat"]["id"], left["migrate_to_chat_id"]) == (old.id, new.id)
    assert (arrived["chat"]["id"], arrived["migrate_from_chat_id"]) == (new.id, old.id)
    status, answer = await client.call("sendMessage", chat_id=old.id, text="x")
    assert (status, answer["parameters"]) == (400, {"migrate_to_chat_id": new.id})
    assert answer["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert (await client.done("sendMessage", chat_id=new.id, text="x"))["message_id"] == 2


async def test_topics_are_kept_and_may_be_closed_or_deleted(place: tuple[BotApi, Client, User]) -> None:
    """Row 29."""
    api, client, ada = place
    forum = api.group("Desk", admins=[ada], is_forum=True)
    thread = api.topic(forum, "News")
    api.say(ada, "/latest", forum, thread=thread)
    (said,) = await client.updates()
    assert (said["message"]["message_thread_id"], said["message"]["is_topic_message"]) == (thread, True)
    send: dict[str, Any] = {"method": "sendMessage", "chat_id": forum.id, "text": "x", "message_thread_id": thread}
    sent = await client.done(**send)
    answer = await client.done("sendMessage", chat_id=forum.id, text="y", reply_parameters={"message_id": sent["message_id"]})
    assert answer["message_thread_id"] == thread  # there where the message is that it answers
    await client.done("deleteMessage", chat_id=forum.id, message_id=answer["message_id"])
    assert (sent["message_thread_id"], [one.text for one in api.messages(forum, thread)]) == (thread, ["x"])
    api.close_topic(forum, thread)
    assert await client.refused(**send) == (400, "Bad Request: TOPIC_CLOSED")
    api.close_topic(forum, None)
    assert await client.refused("sendMessage", chat_id=forum.id, text="x") == (400, "Bad Request: TOPIC_CLOSED")
    api.reopen_topic(forum, thread)
    await client.done(**send)
    api.delete_topic(forum, thread)
    assert await client.refused(**send) == (400, "Bad Request: message thread not found")
    assert api.messages(forum) == []
    plain = api.group("Plain", members=[ada])
    first = api.say(ada, "/a", plain)
    api.say(ada, "/b", plain, reply_to=first)
    reply = (await client.updates())[-1]["message"]
    assert (reply["message_thread_id"], "is_topic_message" in reply) == (first.id, False)


async def test_messages_are_numbered_together_only_outside_supergroups_and_channels(place: tuple[BotApi, Client, User]) -> None:
    api, client, ada = place
    bea = api.person("Bea")
    api.say(bea, "/start")
    chats: list[Chat | User] = [ada, bea, api.group("Old", kind="group"), api.group("Desk"), api.channel("Courier")]
    numbers = [(await client.done("sendMessage", chat_id=chat.id, text="x"))["message_id"] for chat in chats]
    assert numbers == [3, 4, 5, 1, 1]


async def test_buttons_need_somebody_who_presses_them_and_may_be_forged_or_gone(place: tuple[BotApi, Client, User]) -> None:
    """Row 44."""
    api, client, ada = place
    group = api.group("Desk", members=[ada])
    await client.done("sendMessage", chat_id=group.id, text="x", reply_markup={"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]})
    (shown,) = api.messages(group)
    with pytest.raises(AssertionError, match="say who presses"):
        api.press(shown, "A")
    with pytest.raises(AssertionError, match="no button 'B'"):
        api.press(shown, "B", by=ada)
    api.press(shown, "B", by=ada, forged=True)
    api.delete(shown)
    api.press(shown, "A", by=ada)
    forged, gone = [one["callback_query"] for one in await client.updates()]
    assert (forged["data"], forged["from"]["id"], forged["message"]["text"]) == ("B", ada.id, "x")
    assert gone["message"] == {"chat": group.json(), "message_id": shown.id, "date": 0}


@asynccontextmanager
async def library(api: BotApi) -> AsyncIterator[telegram.Bot]:
    """python-telegram-bot, as it comes."""
    apart = {"trust_env": False}
    requests: dict[str, Any] = {"request": HTTPXRequest(httpx_kwargs=apart), "get_updates_request": HTTPXRequest(httpx_kwargs=apart)}
    async with telegram.Bot(api.token, base_url=f"{api.url}/bot", base_file_url=f"{api.url}/file/bot", **requests) as bot:
        yield bot


async def test_the_library_reads_messages_documents_and_every_kind_of_update(place: tuple[BotApi, Client, User]) -> None:
    api, client, ada = place
    group, forum, channel = (api.group("Desk"), api.group("Hall", admins=[ada], is_forum=True), api.channel("Courier", admins=[ada]))
    old = api.group("Old", admins=[ada], kind="group")
    async with library(api) as bot:
        assert (bot.username, bot.supports_inline_queries) == ("slugline_test_bot", True)
        keyboard = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("More", callback_data="d")]])
        text = '<b>A</b> <tg-time unix="1795000000" format="wdt">then</tg-time>'
        sent = await bot.send_message(ada.id, text, parse_mode="HTML", reply_markup=keyboard)
        assert [(one.type, one.date_time_format) for one in sent.entities] == [("bold", None), ("date_time", "wdt")]
        document = (await bot.send_document(ada.id, b"a,b\n", filename="a.csv")).document
        assert document is not None
        assert bytes(await (await bot.get_file(document)).download_as_bytearray()) == b"a,b\n"
        with pytest.raises(telegram.error.BadRequest, match="not modified"):
            await bot.edit_message_reply_markup(ada.id, sent.message_id, reply_markup=keyboard)
        api.press(api.messages(ada)[0], "More")
        api.inline(ada, "x")
        api.rewrite(api.say(ada, "/latest", group), "/latest 5")
        api.locate(ada, 1.5, 2.5)
        api.share_chat(ada, channel, request_id=1)
        api.say(ada, "post", channel)
        api.close_topic(forum, api.topic(forum, "News"))
        api.add_bot(group, ada, "administrator", can_manage_topics=False)
        api.remove_bot(channel, ada)
        api.block(ada)
        api.migrate(old)
        updates = await bot.get_updates(client.offset, allowed_updates=telegram.Update.ALL_TYPES)
        kinds = [next(name for name in telegram.Update.ALL_TYPES if getattr(update, name)) for update in updates]
        assert kinds == [
            "callback_query", "inline_query", "message", "edited_message", "message", "message", "channel_post", "message", "my_chat_member",
            "my_chat_member", "my_chat_member", "message", "message",
        ]  # fmt: skip
        assert isinstance(updates[8].my_chat_member and updates[8].my_chat_member.new_chat_member, telegram.ChatMemberAdministrator)


async def test_the_library_reads_chats_and_members_and_raises_its_typed_errors(
    place: tuple[BotApi, Client, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # else it warns
    api, _, ada = place
    group, old = api.group("Desk", admins=[ada], bot="administrator"), api.group("Old", kind="group")
    bea, cato = api.person("Bea"), api.person("Cato")
    api.add_member(group, bea, "restricted", can_send_messages=False)
    api.add_member(group, cato, "kicked")
    async with library(api) as bot:
        assert (await bot.get_chat(group.id)).title == "Desk"
        assert [one.status for one in await bot.get_chat_administrators(group.id)] == ["creator", "administrator"]
        told = [await bot.get_chat_member(group.id, user.id) for user in (ada, bea, cato)]
        assert [type(one) for one in told] == [telegram.ChatMemberOwner, telegram.ChatMemberRestricted, telegram.ChatMemberBanned]
        assert isinstance(await bot.get_chat_menu_button(), telegram.MenuButtonCommands)
        await bot.set_my_commands([telegram.BotCommand("a", "b")], telegram.BotCommandScopeChatAdministrators(group.id), "uk")
        assert api.commands({"type": "chat_administrators", "chat_id": group.id}, "uk") == [{"command": "a", "description": "b"}]
        assert (await bot.get_webhook_info()).url == ""
        api.block(ada)
        with pytest.raises(telegram.error.Forbidden, match="blocked"):
            await bot.send_message(ada.id, "x")
        new = api.migrate(old)
        with pytest.raises(telegram.error.ChatMigrated) as moved:
            await bot.send_message(old.id, "x")
        assert moved.value.new_chat_id == new.id
        api.fault("sendMessage", "429", seconds=5)
        with pytest.raises(telegram.error.RetryAfter):
            await bot.send_message(group.id, "x")
