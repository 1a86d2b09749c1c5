"""One interaction on Discord and all that is answered to it, over HTTP: who sees what."""

from dataclasses import dataclass

import discord
import pytest
from discord_api import DiscordApi
from discord_station import Notes, station

from bot.core.chats.chat import Reader
from bot.core.message import Message, Paragraph, Text
from bot.platforms.discord.talk import Talk
from bot.platforms.discord.wire import DiscordClient

EPHEMERAL, LOADING = 64, 128


@dataclass
class Late(Notes):
    """Promises an answer to everybody, and then says something to all or to who asked."""

    hidden: bool = True

    async def interaction(self, interaction: discord.Interaction[DiscordClient]) -> None:
        talk = Talk(interaction)
        await talk.promise(hidden=False)
        assert talk.is_promised
        await talk.say(Message((Paragraph((Text("There is no such event."),)),)), Reader(zone="UTC", language="en"), hidden=self.hidden)


@pytest.mark.parametrize("seen", [EPHEMERAL, 0])
async def test_what_was_promised_to_all_and_is_for_one_is_seen_by_one(seen: int) -> None:
    async with DiscordApi() as api:
        person = api.world.person("Ada")
        channel = api.world.channel(api.world.guild("Harbour", person), "news")
        shown = api.world.messages[channel["id"]]
        async with station(api) as one:
            await one.has_noted("ready")
            one.client.receiver = Late(hidden=bool(seen))
            asked = await api.interact(2, person, channel, {"id": "1", "name": "news", "type": 1, "options": []})
            await api.until(lambda: "There is no such event." in str(shown) and len(shown) == 1)
            (message,) = shown.values()
            assert message["flags"] & (EPHEMERAL | LOADING) == seen
            assert (message["id"] == asked.original) is (not seen)
