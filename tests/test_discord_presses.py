"""Buttons and forms on Discord: what somebody sees who presses and fills in, also after a restart, in the virtual Discord of simcord."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from discord_chat import Chatting, chatting, labels, shown
from screen_samples import report

from bot.core.chats.chat import Address, ChatKind, Reader
from bot.core.chats.ports import Limits, Outgoing, Sent
from bot.core.message import Action, Heading, Message, Text
from bot.core.phase import Phase
from bot.platforms.discord.destination import Discord
from storage.chats import chats, mutes, screens, subscriptions
from storage.engine.database import Database

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CARD = Message(
    (Heading((Text("Strike 4 in Lisse"),)),),
    (Action("Sources", "/sources 4"), Action("Follow", "/follow 4"), Action("Mute", "/mute", "Which word?")),
    Phase.DEVELOPING,
)


@pytest.fixture
async def here(database: Database) -> AsyncIterator[Chatting]:
    """Discord, where twenty events are known."""
    await report(database, 20)
    async with chatting(database) as opened:
        yield opened


def address_of(here: Chatting) -> Address:
    return Address(platform="discord", chat=str(here.channel.id))


async def card(here: Chatting) -> Any:
    """Put a card into the channel, as the outbox does."""
    platform = Discord(here.env.bot, Limits(per_chat_seconds=0.0, per_group_minute=None, overall_second=None), threaded=lambda _: False)
    reader = Reader(zone="UTC", language=None)
    outgoing = Outgoing(delivery_id=None, address=address_of(here), kind=ChatKind.GROUP, reader=reader, message=CARD, nonce="card")
    outcome = await platform.deliver(outgoing)
    assert isinstance(outcome, Sent)
    return here.channel.last_message


async def test_pages_are_turned_in_place_by_who_asked_and_who_runs_the_channel(here: Chatting) -> None:
    asked = (await here.reader.slash(here.channel, "news latest", count=20)).response
    assert "Strike 20" in shown(asked)
    for who, label, expected in ((here.reader, "›", "Strike 8"), (here.boss, "‹", "Strike 20")):
        pressed = await who.click(asked, label=label)
        assert pressed.acknowledged
        assert expected in shown(here.channel.last_message)


async def test_others_are_told_that_these_pages_are_not_theirs(here: Chatting) -> None:
    asked = (await here.boss.slash(here.channel, "news latest", count=20)).response
    refused = await here.reader.click(asked, label="›")
    assert refused.ephemeral
    assert "Only who asked" in shown(refused.response)
    assert "Strike 20" in shown(here.channel.last_message)


async def test_buttons_work_after_a_restart(here: Chatting) -> None:
    asked = (await here.reader.slash(here.channel, "news latest", count=20)).response
    await here.restart()
    await here.reader.click(asked, label="›")
    assert "Strike 8" in shown(here.channel.last_message)
    await here.reader.click(here.channel.last_message, label="Event 8")
    assert "Strike 8 in Orlik" in shown(here.channel.last_message)
    await here.reader.click(here.channel.last_message, label="Back")
    assert "2/2" in [button.label for row in here.channel.last_message.components for button in row.children]


async def test_the_library_remembers_no_view(here: Chatting) -> None:
    await here.reader.slash(here.channel, "news latest", count=20)
    await here.boss.slash(here.channel, "settings")
    assert not here.env.bot.persistent_views


async def test_a_closed_screen_is_gone_and_forgotten(here: Chatting, database: Database) -> None:
    asked = (await here.reader.slash(here.channel, "news latest", count=20)).response
    await here.reader.click(asked, label="Close")
    assert here.channel.last_message is None
    async with database.read() as connection:
        assert await screens.get(connection, address_of(here), str(asked.id)) is None


async def test_what_is_asked_of_a_card_is_for_who_asked_alone(here: Chatting) -> None:
    told = await here.reader.click(await card(here), label="Sources")
    assert told.ephemeral
    assert "Flussbote" in shown(told.response)
    assert "Strike 4 in Lisse" in shown(here.channel.last_message)


async def test_only_who_runs_the_channel_follows_from_a_card(here: Chatting, database: Database) -> None:
    message = await card(here)
    refused = await here.reader.click(message, label="Follow")
    assert "for those who run this chat" in shown(refused.response)
    await here.boss.click(message, label="Follow")
    async with database.read() as connection:
        chat = await chats.find(connection, address_of(here))
        assert chat is not None
        assert (await mutes.followed(connection, [chat.id]))[chat.id]


async def test_a_form_completes_a_command(here: Chatting, database: Database) -> None:
    opened = await here.boss.click(await card(here), label="Mute")
    assert opened.modal is not None
    assert opened.modal["title"] == "Which words shall follow /mute?"
    done = await here.boss.submit_modal(opened, {"words": "harbour"})
    assert "is muted" in shown(done.response)
    assert await muted(here, database) == ["harbour"]


async def test_a_form_that_was_open_during_a_restart_completes_its_command(here: Chatting, database: Database) -> None:
    opened = await here.boss.click(await card(here), label="Mute")
    await here.restart()
    await here.boss.submit_modal(opened, {"words": "  har\nbour "})
    assert await muted(here, database) == ["har bour"]


async def test_a_form_that_lay_too_long_changes_nothing(here: Chatting, database: Database) -> None:
    opened = await here.boss.click(await card(here), label="Mute")
    here.now += timedelta(minutes=11)
    late = await here.boss.submit_modal(opened, {"words": "harbour"})
    assert "too long" in shown(late.response)
    assert await muted(here, database) == []


async def muted(here: Chatting, database: Database) -> list[str]:
    async with database.read() as connection:
        chat = await chats.find(connection, address_of(here))
        return (
            [] if chat is None else [each.word for each in (await mutes.of(connection, [chat.id], here.now)).get(chat.id, ()) if each.word]
        )


async def test_a_panel_is_settled_in_place(here: Chatting, database: Database) -> None:
    panel = (await here.boss.slash(here.channel, "settings")).response
    pressed = await here.boss.select(panel, [">/settings empty silence"], custom_id="*settings")
    assert "Nothing new: one line" in labels(pressed.response)
    async with database.read() as connection:
        chat = await chats.find(connection, address_of(here))
    assert chat is not None
    assert chat.when_empty.value == "silence"


async def test_a_form_below_a_panel_settles_it_in_place(here: Chatting, database: Database) -> None:
    panel = (await here.boss.slash(here.channel, "alerts")).response
    opened = await here.boss.click(panel, label="Another number…")
    assert opened.modal is not None
    assert opened.modal["title"] == "How many reports shall be enough?"
    await here.boss.submit_modal(opened, {"words": "7"})
    async with database.read() as connection:
        chat = await chats.find(connection, address_of(here))
        assert chat is not None
        assert [each.min_reports for each in await subscriptions.of(connection, chat.id)] == [7]


async def test_what_discord_cannot_read_goes_as_plain_text(here: Chatting) -> None:
    here.env.inject_error("POST", "/interactions/*/callback", status=400, code=50035, message="Invalid Form Body")
    told = await here.reader.slash(here.channel, "news latest", count=3)
    assert "Strike 20" in told.response.content
    assert not told.response.embeds


async def test_an_interaction_that_discord_knows_no_more_stops_nothing(here: Chatting) -> None:
    here.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062, message="Unknown interaction")
    with pytest.raises(AssertionError):
        assert (await here.reader.slash(here.channel, "news latest", count=3)).acknowledged
    assert "Strike 20" in shown((await here.reader.slash(here.channel, "news latest", count=3)).response)


async def test_a_button_that_settles_something_where_rights_are_missing_lets_who_can_give_them_know(
    here: Chatting, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = (await here.boss.slash(here.channel, "alerts")).response
    for place in ("dispatch", "guilds"):
        monkeypatch.setattr(f"bot.platforms.discord.{place}.missing", lambda *_, **__: ["Embed Links"])
    await here.boss.select(panel, [">/alerts 2"])
    (told,) = here.sent
    assert told.kind is ChatKind.PRIVATE
    assert "Embed Links" in str(told.message)
