"""Messages reach chats on Telegram, and what becomes of each is told truly (FAULTS rows 24 to 29)."""

from dataclasses import replace

import pytest
from bot_api import BotApi
from bot_api_world import Chat, User
from invented import bridge

from bot.core.chats.chat import Address, ChatKind, Reader
from bot.core.chats.ports import (
    Ambiguous,
    ChatGone,
    ChatMoved,
    Limits,
    MessageGone,
    NotModified,
    NotSent,
    Outgoing,
    Rejected,
    Rejection,
    RetryLater,
    Sent,
    Stopped,
)
from bot.core.event import overview
from bot.core.message import Action, Fold, Heading, Link, Listing, Message, Paragraph, Style, Text
from bot.core.telling.card import event_card
from bot.platforms.telegram.destination import Telegram
from bot.platforms.telegram.wire import TelegramBot

pytest_plugins = ["telegram_fixtures"]

READER = Reader(zone="Europe/Kyiv", language="en")
HELLO = Message((Paragraph((Text("Harbour reopens <b>&"),)),), (Action("Sources", "/sources 12"),))


@pytest.fixture
def telegram(bot: TelegramBot) -> Telegram:
    return Telegram(bot, Limits())


@pytest.fixture
def ada(api: BotApi) -> User:
    ada = api.person("Ada")
    api.say(ada, "/start")
    return ada


def outgoing(place: User | Chat, message: Message = HELLO, *, thread: int | None = None, edits: str | None = None) -> Outgoing:
    return Outgoing(
        delivery_id=None,
        address=Address(platform="telegram", chat=str(place.id), thread=str(thread or "")),
        kind=ChatKind.GROUP,
        reader=READER,
        message=message,
        nonce="1.0",
        edits=edits,
    )


async def test_a_message_shows_its_text_literally_with_its_buttons(api: BotApi, telegram: Telegram, ada: User) -> None:
    """FAULTS row 16."""
    outcome = await telegram.deliver(outgoing(ada))
    shown = api.messages(ada)[-1]
    assert outcome == Sent(message_id=str(shown.id))
    assert shown.text == "Harbour reopens <b>&"
    assert shown.labels == ["Sources"]
    assert shown.button("Sources").data == ">/sources 12"
    assert not shown.is_silent
    assert shown.reply_to is None


async def test_only_the_private_chat_of_an_admin_has_buttons_that_correct(api: BotApi, bot: TelegramBot, ada: User) -> None:
    borys = api.person("Borys")
    api.say(borys, "/start")
    group = api.group("Harbour watch", admins=[ada])
    telegram = Telegram(bot, Limits(), admins=[ada.id])
    card = event_card(overview(bridge()))
    for place in (ada, borys, group):
        assert isinstance(await telegram.deliver(outgoing(place, card)), Sent)
    for place, is_offered in ((ada, True), (borys, False), (group, False)):
        labels = api.messages(place)[-1].labels
        assert ("Not the same story…" in labels, "Merge with…" in labels, "Why" in labels) == (is_offered, is_offered, True)


async def test_quiet_hours_make_no_sound_and_replies_name_their_card(api: BotApi, telegram: Telegram, ada: User) -> None:
    sent = await telegram.deliver(outgoing(ada))
    assert isinstance(sent, Sent)
    await telegram.deliver(replace(outgoing(ada), reply_to=sent.message_id, is_silent=True))
    shown = api.messages(ada)[-1]
    assert shown.is_silent
    assert str(shown.reply_to) == sent.message_id


async def test_a_reply_goes_without_the_message_that_was_deleted(api: BotApi, telegram: Telegram, ada: User) -> None:
    assert isinstance(await telegram.deliver(replace(outgoing(ada), reply_to="424242")), Sent)
    assert api.messages(ada)[-1].reply_to is None


async def test_an_edit_changes_the_card_and_its_buttons(api: BotApi, telegram: Telegram, ada: User) -> None:
    sent = await telegram.deliver(outgoing(ada))
    assert isinstance(sent, Sent)
    changed = Message((Paragraph((Text("Harbour open"),)),))
    assert await telegram.deliver(outgoing(ada, changed, edits=sent.message_id)) == sent
    (shown,) = api.messages(ada)
    assert (shown.text, shown.labels) == ("Harbour open", [])
    assert await telegram.deliver(outgoing(ada, changed, edits=sent.message_id)) == NotModified()


async def test_a_deleted_card_is_gone(api: BotApi, telegram: Telegram, ada: User) -> None:
    sent = await telegram.deliver(outgoing(ada))
    assert isinstance(sent, Sent)
    api.delete(api.messages(ada)[-1])
    assert isinstance(await telegram.deliver(outgoing(ada, edits=sent.message_id)), MessageGone)


async def test_a_topic_gets_what_is_for_it(api: BotApi, telegram: Telegram, ada: User) -> None:
    forum = api.group("Desk", admins=[ada], is_forum=True)
    topic = api.topic(forum, "Harbour")
    assert isinstance(await telegram.deliver(outgoing(forum, thread=topic)), Sent)
    assert api.messages(forum, topic)[-1].text == "Harbour reopens <b>&"
    api.close_topic(forum, topic)
    check_rejected(await telegram.deliver(outgoing(forum, thread=topic)), Rejection.TOPIC, "topic is closed")
    api.delete_topic(forum, topic)
    check_rejected(await telegram.deliver(outgoing(forum, thread=topic)), Rejection.TOPIC, "topic was deleted")


def check_rejected(outcome: object, why: Rejection, words: str) -> None:
    assert isinstance(outcome, Rejected)
    assert outcome.why is why
    assert words in outcome.reason


async def test_a_right_that_is_missing_is_named(api: BotApi, telegram: Telegram, ada: User) -> None:
    """FAULTS row 29."""
    channel = api.channel("News", admins=[ada])
    api.add_bot(channel, ada, "administrator", can_post_messages=False)
    check_rejected(await telegram.deliver(outgoing(channel)), Rejection.RIGHTS, "“Post messages”")
    group = api.group("Desk", admins=[ada])
    api.add_bot(group, ada, "restricted", can_send_messages=False)
    check_rejected(await telegram.deliver(outgoing(group)), Rejection.RIGHTS, "“Send messages”")


async def test_chats_that_shut_us_out_are_gone(api: BotApi, telegram: Telegram, ada: User) -> None:
    """FAULTS row 27."""
    api.block(ada)
    assert await telegram.deliver(outgoing(ada)) == ChatGone(reason="The bot was blocked.")
    api.unblock(ada)
    assert isinstance(await telegram.deliver(outgoing(ada)), Sent)
    api.deactivate(ada)
    assert isinstance(await telegram.deliver(outgoing(ada)), ChatGone)
    group = api.group("Desk", admins=[ada])
    api.remove_bot(group, ada)
    assert isinstance(await telegram.deliver(outgoing(group)), ChatGone)
    channel = api.channel("News", admins=[ada])
    api.delete_chat(channel)
    assert isinstance(await telegram.deliver(outgoing(channel)), ChatGone)
    assert isinstance(await telegram.deliver(outgoing(api.person("Stranger"))), ChatGone)


async def test_a_group_that_moved_is_found_where_it_is(api: BotApi, telegram: Telegram, ada: User) -> None:
    """FAULTS row 28."""
    group = api.group("Desk", admins=[ada], kind="group")
    new = api.migrate(group)
    assert await telegram.deliver(outgoing(group)) == ChatMoved(address=Address(platform="telegram", chat=str(new.id)))
    assert isinstance(await telegram.deliver(outgoing(new)), Sent)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("500", Ambiguous),
        ("502", Ambiguous),
        ("504", Ambiguous),
        ("reset before", Ambiguous),
        ("reset after", Ambiguous),
        ("garbage", Ambiguous),
        ("429", RetryLater),
        ("401 Unauthorized", Stopped),
        ("400 Bad Request: something new", Rejected),
    ],
)
async def test_faults_of_the_line_are_told_apart(api: BotApi, telegram: Telegram, ada: User, fault: str, kind: type[object]) -> None:
    """FAULTS rows 24, 26, 30."""
    api.fault("sendMessage", fault)
    assert isinstance(await telegram.deliver(outgoing(ada)), kind)


async def test_without_telegram_nothing_was_sent(api: BotApi, telegram: Telegram, ada: User) -> None:
    """FAULTS row 25."""
    await api.stop()
    assert isinstance(await telegram.deliver(outgoing(ada)), NotSent)
    assert not await telegram.is_reachable()
    await api.start()
    assert await telegram.is_reachable()
    assert isinstance(await telegram.deliver(outgoing(ada)), Sent)


async def test_a_refusal_is_no_outage(api: BotApi, telegram: Telegram, ada: User) -> None:
    """FAULTS row 30: the outbox is not to wait for a line that works, but to hear why nothing goes."""
    api.revoke()
    assert await telegram.is_reachable()
    assert isinstance(await telegram.deliver(outgoing(ada)), Stopped)


async def test_what_telegram_cannot_read_arrives_plain(api: BotApi, telegram: Telegram, ada: User) -> None:
    """FAULTS row 29."""
    api.fault("sendMessage", "400 Bad Request: can't parse entities: unexpected end tag at byte offset 3")
    check_rejected(await telegram.deliver(outgoing(ada)), Rejection.FORMAT, "parse entities")
    assert isinstance(await telegram.deliver(replace(outgoing(ada), is_plain=True)), Sent)
    shown = api.messages(ada)[-1]
    assert (shown.text, shown.parse_mode, shown.labels) == ("Harbour reopens <b>&", None, [])


async def test_what_is_too_long_arrives_short(api: BotApi, telegram: Telegram, ada: User) -> None:
    """FAULTS row 29."""
    long = Message((Listing(tuple(((Text("word " * 100),),) for _ in range(30))),))
    assert isinstance(await telegram.deliver(replace(outgoing(ada, long), is_short=True)), Sent)
    for part in telegram.parts(long, READER):
        assert isinstance(await telegram.deliver(outgoing(ada, part)), Sent)


def link(number: int) -> Link:
    return Link(f"Report {number}", f"https://news.example.org/{number}", Style.STRONG)


async def test_only_a_card_that_leads_to_one_page_has_a_preview(api: BotApi, telegram: Telegram, ada: User) -> None:
    async def check(message: Message, *, shows: str | None) -> None:
        await telegram.deliver(outgoing(ada, message))
        preview = api.messages(ada)[-1].preview
        assert preview is not None
        if shows is None:
            assert preview["is_disabled"]
        else:
            assert preview == {"url": shows, "prefer_small_media": True, "show_above_text": True}

    one = Fold((Text("1 report"),), ((link(1),),))
    two = Fold((Text("2 reports"),), ((link(1),), (link(2),)))
    await check(Message((Heading((link(1),)), one)), shows="https://news.example.org/1")
    await check(Message((Heading((link(1),)), two)), shows=None)
    await check(Message((Heading((Text("Digest"),)), Listing((((link(1),),),)))), shows=None)
    await check(HELLO, shows=None)
