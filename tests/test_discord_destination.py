"""Messages reach chats on Discord, and what becomes of each is told truly (FAULTS rows 18, 24 to 31)."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import discord
import pytest
import simcord
from invented import bridge

from bot.core.chats.chat import Address, ChatKind, Reader
from bot.core.chats.ports import Ambiguous, ChatGone, Limits, MessageGone, Outgoing, Rejected, Rejection, Sent, Stopped
from bot.core.event import overview
from bot.core.message import Action, Message, Paragraph, Text
from bot.core.phase import Phase
from bot.core.telling.card import event_card
from bot.platforms.discord.destination import Discord
from bot.platforms.discord.render import parts

READER = Reader(zone="Europe/Kyiv", language="en")
HELLO = Message((Paragraph((Text("Harbour reopens **now** @everyone"),)),), (Action("Sources", "/sources 12"),))
(CARD,) = parts(event_card(overview(bridge())), READER)


@pytest.fixture
def simcord_bot() -> discord.Client:
    return discord.Client(intents=discord.Intents(guilds=True))


class Place:
    """A server with a channel, and Discord as the outbox knows it."""

    def __init__(self, env: simcord.Env, client: discord.Client) -> None:
        self.env = env
        self.client = client
        self.guild = env.create_guild()
        self.channel = self.guild.create_text_channel("news")
        self.threaded: set[str] = set()
        self.discord = Discord(client, Limits(), threaded=lambda address: address.chat in self.threaded)

    async def forum(self) -> Any:
        """A forum, whose posts have the id of the message that they begin with, which simcord gets wrong (Discord: Start Thread in Forum)."""
        backend: Any = self.env.backend
        create, snowflake = backend.create_forum_post, backend.snowflake

        def create_forum_post(forum_id: int, name: str, starter: Any, **options: Any) -> Any:
            ids = iter([starter.id])
            backend.snowflake = lambda: next(ids, None) or snowflake()
            try:
                return create(forum_id, name, starter, **options)
            finally:
                backend.snowflake = snowflake

        backend.create_forum_post = create_forum_post
        forum = self.guild.create_forum_channel("events")
        await self.env.settle()
        return forum

    def posted(self, method: str = "POST", path: str = "/messages") -> list[Any]:
        return [entry.json for entry in self.env.http_requests if entry.method == method and entry.path.endswith(path)]

    async def put(self, message: Message = HELLO, *, at: Any = None, thread: Any = "", **changes: Any) -> Any:
        address = Address(platform="discord", chat=str((at or self.channel).id), thread=str(thread))
        fields = {"delivery_id": None, "address": address, "kind": ChatKind.GROUP, "reader": READER, "message": message, "nonce": "17.0"}
        outcome = await self.discord.deliver(Outgoing(**(fields | changes)))
        await self.env.settle()
        return outcome


@pytest.fixture
async def place(simcord_env: simcord.Env, simcord_bot: discord.Client) -> Place:
    place = Place(simcord_env, simcord_bot)
    await simcord_env.settle()
    return place


def last(channel: Any) -> discord.Message:
    message = channel.last_message
    assert isinstance(message, discord.Message)
    return message


async def test_a_message_shows_its_text_literally_with_its_buttons(place: Place) -> None:
    """FAULTS rows 16 and 18: it pings nobody, and says by its nonce which message it is."""
    outcome = await place.put()
    shown = last(place.channel)
    assert outcome == Sent(message_id=str(shown.id))
    assert shown.content == ""
    assert shown.embeds[0].description == "Harbour reopens \\*\\*now\\*\\* @\u2060everyone"
    (row,) = shown.components
    assert isinstance(row, discord.ActionRow)
    (button,) = row.children
    assert isinstance(button, discord.Button)
    assert (button.label, button.custom_id) == ("Sources", ">/sources 12")
    (sent,) = place.posted()
    assert (sent["nonce"], sent["enforce_nonce"]) == ("17.0", True)
    assert sent["allowed_mentions"] == {"parse": []}
    assert not sent.get("flags")
    assert not place.client.persistent_views


async def test_a_silent_message_wakes_nobody_and_a_plain_one_has_no_embed(place: Place) -> None:
    await place.put(is_silent=True)
    await place.put(is_plain=True)
    silent, plain = place.posted()
    assert discord.MessageFlags._from_value(silent["flags"]).suppress_notifications
    assert discord.MessageFlags._from_value(plain["flags"]).suppress_embeds
    assert last(place.channel).content == "Harbour reopens \\*\\*now\\*\\* @\u2060everyone"
    assert not last(place.channel).components


async def test_an_edit_changes_the_message_and_its_buttons(place: Place) -> None:
    sent = await place.put()
    edited = await place.put(Message((Paragraph((Text("Harbour closed"),)),)), edits=sent.message_id)
    assert edited == sent
    assert last(place.channel).embeds[0].description == "Harbour closed"
    assert not last(place.channel).components
    assert len(place.channel.history()) == 1


async def test_an_answer_hangs_below_its_message(place: Place) -> None:
    sent = await place.put()
    await place.put(reply_to=sent.message_id)
    reference = last(place.channel).reference
    assert reference is not None
    assert str(reference.message_id) == sent.message_id
    assert place.posted()[-1]["message_reference"]["fail_if_not_exists"] is False


async def test_a_message_that_was_deleted_cannot_be_edited(place: Place) -> None:
    sent = await place.put()
    await last(place.channel).delete()
    assert await place.put(edits=sent.message_id) == MessageGone(reason="The message was deleted.")


async def test_direct_messages_arrive(place: Place) -> None:
    ada = place.env.create_user("ada")
    place.guild.add_member(ada)
    dm = ada.dm_channel
    outcome = await place.put(at=dm, kind=ChatKind.PRIVATE)
    assert outcome == Sent(message_id=str(last(dm).id))


# ---- threads and forums


async def test_in_a_channel_that_wants_it_a_card_has_a_thread_where_its_answers_go(place: Place) -> None:
    place.threaded.add(str(place.channel.id))
    card = await place.put(CARD)
    (thread,) = place.channel.threads
    assert str(thread.id) == card.message_id
    assert thread.name == "Bridge over the Vel collapses near Orlik"
    reply = await place.put(reply_to=card.message_id)
    assert str(last(thread).id) == reply.message_id
    edited = await place.put(replace(CARD, phase=Phase.BREAKING), edits=card.message_id)
    assert edited == card
    (starter,) = [each for each in place.channel.history() if str(each.id) == card.message_id]
    colour = starter.embeds[0].colour
    assert colour is not None
    assert colour.value == 0xDA373C


async def test_what_is_no_card_opens_no_thread(place: Place) -> None:
    place.threaded.add(str(place.channel.id))
    await place.put()
    assert not place.channel.threads


async def test_a_card_without_a_thread_is_answered_in_the_channel(place: Place) -> None:
    """FAULTS row 31: the right to open threads may be missing, or the thread deleted."""
    place.threaded.add(str(place.channel.id))
    place.env.inject_error("POST", "/channels/*/messages/*/threads", status=403, code=50013, message="Missing Permissions")
    card = await place.put(CARD)
    assert isinstance(card, Sent)
    assert not place.channel.threads
    reply = await place.put(reply_to=card.message_id)
    assert str(last(place.channel).id) == reply.message_id
    assert last(place.channel).reference is not None


async def test_messages_go_into_the_thread_that_is_their_chat(place: Place) -> None:
    card = await place.put(CARD)
    thread = await last(place.channel).create_thread(name="Talk")
    await place.env.settle()
    sent = await place.put(thread=thread.id)
    (handle,) = place.channel.threads
    assert str(last(handle).id) == sent.message_id != card.message_id
    assert await place.put(thread=thread.id, edits=sent.message_id) == sent


async def test_a_thread_that_was_deleted_ends_what_was_for_it_and_not_its_channel(place: Place) -> None:
    outcome = await place.put(thread=123456789)
    assert outcome == Rejected(why=Rejection.TOPIC, reason="The thread was deleted.")


async def test_in_a_forum_each_card_is_a_post(place: Place) -> None:
    forum = await place.forum()
    card = await place.put(CARD, at=forum)
    (post,) = forum.threads
    assert str(post.id) == card.message_id == str(last(post).id)
    assert post.name == "Bridge over the Vel collapses near Orlik"
    reply = await place.put(at=forum, reply_to=card.message_id)
    assert str(last(post).id) == reply.message_id
    await place.put(Message((Paragraph((Text("Harbour closed"),)),)), at=forum, edits=card.message_id)
    assert post.history()[0].embeds[0].description == "Harbour closed"


async def test_a_post_whose_answer_was_lost_is_not_made_twice(place: Place) -> None:
    """FAULTS row 32: posts have no nonce."""
    forum = await place.forum()
    began = datetime.now(UTC)
    first = await place.put(CARD, at=forum)
    assert await place.put(CARD, at=forum, doubtful_since=began) == first
    assert len(forum.threads) == 1
    other = await place.put(replace(CARD, blocks=(*CARD.blocks[:1], Paragraph((Text("event 2"),)))), at=forum, doubtful_since=began)
    assert other != first
    assert len(forum.threads) == 2


async def test_a_later_part_goes_where_the_first_one_went(place: Place) -> None:
    """A digest of several parts is one post of a forum, and an answer to a card does not leave its thread."""
    forum = await place.forum()
    first = await place.put(at=forum)
    second = await place.put(at=forum, continues=first.message_id)
    (post,) = forum.threads
    assert [str(each.id) for each in post.history()] == [first.message_id, second.message_id]
    place.threaded.add(str(place.channel.id))
    card = await place.put(CARD)
    more = await place.put(continues=card.message_id)
    (thread,) = place.channel.threads
    assert str(last(thread).id) == more.message_id
    below = await place.put()
    more = await place.put(continues=below.message_id)
    assert str(last(place.channel).id) == more.message_id


async def test_a_later_part_of_a_post_that_was_deleted_is_a_post(place: Place) -> None:
    forum = await place.forum()
    first = await place.put(at=forum)
    thread = place.client.get_channel(int(first.message_id))
    assert isinstance(thread, discord.Thread)
    await thread.delete()
    await place.env.settle()
    assert isinstance(await place.put(at=forum, continues=first.message_id), Sent)
    assert len(forum.threads) == 1


async def test_an_answer_goes_below_its_card_where_nothing_may_be_said_in_threads(place: Place) -> None:
    place.threaded.add(str(place.channel.id))
    card = await place.put(CARD)
    place.env.inject_error("POST", f"/channels/{card.message_id}/messages", status=403, code=50013, message="Missing Permissions")
    reply = await place.put(reply_to=card.message_id)
    assert str(last(place.channel).id) == reply.message_id


async def test_a_post_that_was_deleted_ends_its_card_and_not_the_forum(place: Place) -> None:
    forum = await place.forum()
    card = await place.put(CARD, at=forum)
    thread = place.client.get_channel(int(card.message_id))
    assert isinstance(thread, discord.Thread)
    await thread.delete()
    await place.env.settle()
    assert await place.put(CARD, at=forum, edits=card.message_id) == MessageGone(reason="The post was deleted.")
    assert await place.put(at=forum, reply_to=card.message_id) == MessageGone(reason="The post was deleted.")
    assert isinstance(await place.put(CARD, at=forum), Sent)


async def test_a_post_in_a_forum_that_wants_tags_gets_one(place: Place) -> None:
    forum = await place.forum()
    known = place.client.get_channel(forum.id)
    assert isinstance(known, discord.ForumChannel)
    tag = await known.create_tag(name="world")
    await place.env.settle()
    known._flags = discord.ChannelFlags(require_tag=True).value  # simcord knows no flags.
    await place.put(CARD, at=forum)
    made = next(entry.json for entry in place.env.http_requests if entry.path.endswith(f"/channels/{forum.id}/threads"))
    assert made is not None
    assert [str(each) for each in made["applied_tags"]] == [str(tag.id)]


async def test_a_thread_that_went_to_sleep_is_woken_for_an_edit(place: Place) -> None:
    forum = await place.forum()
    card = await place.put(CARD, at=forum)
    place.env.inject_error("PATCH", "/channels/*/messages/*", status=400, code=50083, message="Thread is archived")
    assert await place.put(CARD, at=forum, edits=card.message_id) == card
    assert {"archived": False} in place.posted("PATCH", f"/channels/{card.message_id}")


# ---- what can go wrong


async def test_the_right_that_is_missing_is_named(place: Place) -> None:
    """FAULTS row 31."""
    known = place.client.get_channel(place.channel.id)
    assert isinstance(known, discord.TextChannel)
    await known.set_permissions(known.guild.default_role, embed_links=False, send_messages=True)
    await known.set_permissions(known.guild.me, embed_links=False)
    await place.env.settle()
    place.env.inject_error("POST", "/channels/*/messages", status=403, code=50013, message="Missing Permissions")
    outcome = await place.put()
    assert isinstance(outcome, Rejected)
    assert outcome.why is Rejection.RIGHTS
    assert outcome.reason == "The bot may not write in this channel: give it the right “Embed Links”."


async def test_a_channel_that_is_gone(place: Place) -> None:
    """FAULTS rows 27 and 31."""
    assert await place.put(at=discord.Object(1)) == ChatGone(reason="The channel was deleted.")


async def test_a_server_that_the_bot_left(place: Place) -> None:
    """FAULTS row 27: Discord says only that there is no access."""
    place.env.inject_error("POST", "/channels/*/messages", status=403, code=50001, message="Missing Access")
    assert await place.put(at=discord.Object(1)) == ChatGone(reason="The bot is not on this server any more.")


@pytest.mark.parametrize(("status", "kind"), [(503, Ambiguous), (401, Stopped)])
async def test_faults_of_discord(place: Place, status: int, kind: type) -> None:
    """FAULTS rows 30 and 31."""
    place.env.inject_error("POST", "/channels/*/messages", status=status)
    assert isinstance(await place.put(), kind)


async def test_who_is_reachable(place: Place) -> None:
    assert await place.discord.is_reachable()
    place.env.inject_error("GET", "/oauth2/applications/@me", status=503)
    assert not await place.discord.is_reachable()
    place.env.inject_error("GET", "/oauth2/applications/@me", status=401)
    assert await place.discord.is_reachable()
