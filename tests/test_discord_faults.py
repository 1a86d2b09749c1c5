"""A card reaches a channel once, over HTTP, through what goes wrong on the way (FAULTS rows 24 to 26, 30, 31)."""

import pytest
from discord_api import DiscordApi
from discord_station import station
from invented import bridge

from bot.core.chats.chat import Address, ChatKind, Reader
from bot.core.chats.ports import Ambiguous, ChatGone, Limits, NotSent, Outcome, Outgoing, Rejected, RetryLater, Sent, Stopped
from bot.core.event import overview
from bot.core.telling.card import event_card
from bot.platforms.discord.destination import Discord
from bot.platforms.discord.render import parts

READER = Reader(zone="UTC", language="en")
(CARD,) = parts(event_card(overview(bridge())), READER)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("500", Ambiguous),
        ("502 after", Ambiguous),
        ("504 after", Ambiguous),
        ("reset before", Ambiguous),
        ("reset after", Ambiguous),
        ("429", RetryLater),
        ("429 global", RetryLater),
        ("429 cloudflare", RetryLater),
        ("403 cloudflare", RetryLater),
        ("403 50013 Missing Permissions", Rejected),
        ("404 10003 Unknown Channel", ChatGone),
        ("401 0 401: Unauthorized", Stopped),
    ],
)
async def test_what_went_wrong_is_told_and_a_second_try_shows_it_once(kind: str, expected: type[Outcome]) -> None:
    async with DiscordApi() as api:
        channel = api.world.channel(api.world.guild("Harbour", api.world.person("Ada")), "news")
        async with station(api) as one:
            await one.has_noted("ready")
            platform = Discord(one.client, Limits(), threaded=lambda _: False)
            address = Address(platform="discord", chat=channel["id"], thread="")
            card = Outgoing(delivery_id=None, address=address, kind=ChatKind.GROUP, reader=READER, message=CARD, nonce="17.0")
            api.fault("POST", r"/channels/\d+/messages", kind, seconds=0.05)
            assert isinstance(await platform.deliver(card), expected)
            assert isinstance(await platform.deliver(card), Sent)
            assert len(api.texts(channel)) == 1


async def test_without_network_nothing_was_sent() -> None:
    async with DiscordApi() as api:
        channel = api.world.channel(api.world.guild("Harbour", api.world.person("Ada")), "news")
        async with station(api) as one:
            await one.has_noted("ready")
            platform = Discord(one.client, Limits(), threaded=lambda _: False)
            address = Address(platform="discord", chat=channel["id"], thread="")
            card = Outgoing(delivery_id=None, address=address, kind=ChatKind.GROUP, reader=READER, message=CARD, nonce="17.0")
            await api.down()
            await platform.is_reachable()  # what was kept of connections is found broken
            assert isinstance(await platform.deliver(card), NotSent)
            await api.up()
            assert isinstance(await platform.deliver(card), Sent)
