"""What one place on Discord refuses means that place alone: a post, a thread, a server that was not yet told of (FAULTS rows 26, 29 and 31)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from discord_api import DiscordApi
from discord_api_world import FORUM
from discord_station import station
from invented import bridge

from bot.core.chats.chat import Address, ChatKind, Reader
from bot.core.chats.ports import Ambiguous, Limits, MessageGone, Outcome, Outgoing, Rejected, RetryLater, Sent
from bot.core.event import overview
from bot.core.message import Message, Paragraph, Text
from bot.core.telling.card import event_card
from bot.platforms.discord.destination import Discord
from bot.platforms.discord.render import parts
from bot.platforms.discord.wire import DiscordClient, opened

READER = Reader(zone="UTC", language="en")
(CARD,) = parts(event_card(overview(bridge())), READER)
CHANGE = r"/channels/\d+/messages/\d+"


@dataclass
class Place:
    """A channel of the Discord of the tests, and the platform that writes into it."""

    api: DiscordApi
    channel: dict[str, Any]
    is_threaded: bool = False

    async def put(self, client: DiscordClient, nonce: str = "1.0", **changes: Any) -> Outcome:
        platform = Discord(client, Limits(), threaded=lambda _: self.is_threaded)
        address = Address(platform="discord", chat=self.channel["id"], thread=changes.pop("thread", ""))
        fields = {"delivery_id": None, "address": address, "kind": ChatKind.GROUP, "reader": READER, "message": CARD, "nonce": nonce}
        return await platform.deliver(Outgoing(**(fields | changes)))


def made(api: DiscordApi, kind: int = 0) -> Place:
    channel = api.world.channel(api.world.guild("Harbour", api.world.person("Ada")), "news")
    channel["type"] = kind
    return Place(api, channel)


def arrived(outcome: Outcome) -> str:
    assert isinstance(outcome, Sent)
    assert outcome.message_id is not None
    return outcome.message_id


@pytest.mark.parametrize("kind", ["429", "500", "reset after", "403 50013 Missing Permissions"])
async def test_a_card_that_arrived_without_its_thread_has_arrived(kind: str) -> None:
    """It would come twice if it were sent again when Discord wants to open threads again: by then the nonce is forgotten."""
    async with DiscordApi() as api:
        place = made(api)
        place.is_threaded = True
        async with station(api) as one:
            await one.has_noted("ready")
            api.fault("POST", rf"{CHANGE}/threads", kind, seconds=3_600)
            for number in range(2):
                assert isinstance(await place.put(one.client, f"{number}.0"), Sent)
            assert len(api.texts(place.channel)) == 2


@pytest.mark.parametrize(
    "refusals",
    [
        [("PATCH", CHANGE, "400 160005 This thread is locked")],
        [("PATCH", CHANGE, "400 50083 Thread is archived"), ("PATCH", r"/channels/\d+", "403 50013 Missing Permissions")],
        [("PATCH", CHANGE, "400 50083 Thread is archived"), ("PATCH", r"/channels/\d+", "400 160005 This thread is locked")],
        [("PATCH", CHANGE, "404 10003 Unknown Channel")],
    ],
)
async def test_a_post_that_takes_nothing_more_ends_its_card_and_not_the_forum(refusals: list[tuple[str, str, str]]) -> None:
    async with DiscordApi() as api:
        place = made(api, FORUM)
        async with station(api) as one:
            await one.has_noted("ready")
            card = arrived(await place.put(one.client))
            for refusal in refusals:
                api.fault(*refusal)
            assert isinstance(await place.put(one.client, "2.0", edits=card), MessageGone)
            api.fault("POST", r"/channels/\d+/messages", "400 160005 This thread is locked")
            assert isinstance(await place.put(one.client, "3.0", reply_to=card), MessageGone)


async def test_a_thread_that_is_a_chat_is_told_to_be_locked_by_what_would_open_it() -> None:
    async with DiscordApi() as api:
        place = made(api)
        async with station(api) as one:
            await one.has_noted("ready")
            card = arrived(await place.put(one.client))
            api.fault("PATCH", CHANGE, "400 50083 Thread is archived")
            api.fault("PATCH", r"/channels/\d+", "403 50013 Missing Permissions")
            thread = api.world.thread(place.channel, "Talk")
            outcome = await place.put(one.client, "2.0", edits=card, thread=thread["id"])
            assert isinstance(outcome, Rejected)
            assert "“Manage Threads”" in outcome.reason


async def test_an_answer_goes_below_its_card_when_the_thread_of_the_card_is_locked() -> None:
    async with DiscordApi() as api:
        place = made(api)
        place.is_threaded = True
        async with station(api) as one:
            await one.has_noted("ready")
            card = arrived(await place.put(one.client))
            api.fault("POST", f"/channels/{card}/messages", "400 160005 This thread is locked")
            assert isinstance(await place.put(one.client, "2.0", reply_to=card), Sent)
            assert len(api.texts(place.channel)) == 2


@pytest.mark.parametrize("changes", [{}, {"edits": "5"}, {"reply_to": "5"}])
async def test_before_discord_has_told_what_a_channel_is_nothing_is_made_of_its_refusals(changes: dict[str, str]) -> None:
    """A forum takes no plain message: who sends before the gateway has spoken would pause it, or end its cards."""
    async with DiscordApi() as api:
        place = made(api, FORUM)
        async with opened(api.token, api.url, api.gateway_url) as client:
            await client.login(api.token)
            assert isinstance(await place.put(client, **changes), RetryLater)
        async with station(api) as one:
            await one.has_noted("ready")
            assert isinstance(await place.put(one.client), Sent)


async def test_before_discord_has_told_what_a_channel_is_its_messages_arrive() -> None:
    async with DiscordApi() as api:
        place = made(api)
        async with opened(api.token, api.url, api.gateway_url) as client:
            await client.login(api.token)
            assert isinstance(await place.put(client), Sent)


@pytest.mark.parametrize("message", [CARD, Message((Paragraph((Text("Harbour  reopens\n"),)),))])
async def test_what_is_in_doubt_is_looked_for_when_discord_has_forgotten_its_nonce(message: Message) -> None:
    """FAULTS row 32: a program that is started again after ten minutes."""
    began = datetime.now(UTC)
    async with DiscordApi() as api:
        api.forgets_nonces = True
        place = made(api)
        async with station(api) as one:
            await one.has_noted("ready")
            first = await place.put(one.client, message=message)
            assert await place.put(one.client, message=message, doubtful_since=began) == first
            assert await place.put(one.client, message=message, doubtful_since=began + timedelta(hours=1)) != first
            other = Message((Paragraph((Text("Harbour closed"),)),))
            assert isinstance(await place.put(one.client, message=other, doubtful_since=began), Sent)
            assert len(api.texts(place.channel)) == 3


async def test_what_is_in_doubt_and_cannot_be_looked_for_is_sent() -> None:
    async with DiscordApi() as api:
        place = made(api)
        async with station(api) as one:
            await one.has_noted("ready")
            api.fault("GET", r"/channels/\d+/messages", "403 50001 Missing Access")
            assert isinstance(await place.put(one.client, doubtful_since=datetime.now(UTC)), Sent)
            api.fault("GET", r"/channels/\d+/messages", "503")
            assert isinstance(await place.put(one.client, "2.0", doubtful_since=datetime.now(UTC)), Ambiguous)


async def test_while_a_new_session_is_told_what_there_is_nothing_is_made_of_refusals() -> None:
    """The library calls itself ready all along; what it knew is forgotten when a session could not be resumed."""
    async with DiscordApi() as api:
        place = made(api, FORUM)
        async with station(api) as one:
            await one.has_noted("ready")
            assert one.client.is_ready()
            await one.client.on_connect()
            one.client._connection.clear(views=False)
            assert isinstance(await place.put(one.client), RetryLater)


async def test_while_a_server_is_out_of_order_nothing_is_made_of_refusals() -> None:
    async with DiscordApi() as api:
        place = made(api, FORUM)
        api.world.guild("Away", api.world.person("Bo"))["unavailable"] = True
        api.world.channels.pop(place.channel["id"])
        async with station(api) as one:
            await one.has_noted("ready")
            assert isinstance(await place.put(one.client), RetryLater)


async def test_a_post_is_looked_for_where_discord_keeps_it_when_the_gateway_has_not_told_of_it() -> None:
    """FAULTS row 32: the line broke for calls and for the gateway at once."""
    began = datetime.now(UTC)
    async with DiscordApi() as api:
        place = made(api, FORUM)
        async with station(api) as one:
            await one.has_noted("ready")
            api.fault("POST", r"/channels/\d+/threads", "503 after")
            assert isinstance(await place.put(one.client), Ambiguous)
            assert isinstance(await place.put(one.client, doubtful_since=began), Sent)
            assert len(api.made("POST", r"/channels/\d+/threads")) == 1
            assert isinstance(await place.put(one.client), Sent)
            assert len(api.made("POST", r"/channels/\d+/threads")) == 2


async def test_a_later_part_of_a_card_opens_no_thread() -> None:
    async with DiscordApi() as api:
        place = made(api)
        place.is_threaded = True
        async with station(api) as one:
            await one.has_noted("ready")
            card = arrived(await place.put(one.client))
            assert isinstance(await place.put(one.client, "1.1", continues=card), Sent)
            assert len(api.made("POST", rf"{CHANGE}/threads")) == 1


async def test_of_what_was_said_to_somebody_nothing_is_taken_for_what_is_in_doubt() -> None:
    began = datetime.now(UTC)
    async with DiscordApi() as api:
        api.forgets_nonces = True
        place = made(api)
        async with station(api) as one:
            await one.has_noted("ready")
            said = arrived(await place.put(one.client))
            asked = {"id": "1", "type": 2, "user": api.world.me, "authorizing_integration_owners": {}}
            api.world.messages[place.channel["id"]][said]["interaction_metadata"] = asked
            assert arrived(await place.put(one.client, "2.0", doubtful_since=began)) != said
