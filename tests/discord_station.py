"""A line to the Discord of the tests, with somebody at the other end who writes down what is heard."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import discord
from discord_api import DiscordApi

from bot.platforms.discord.connection import LOST_SECONDS, Connection
from bot.platforms.discord.wire import DiscordClient, opened


@dataclass
class Notes:
    """A receiver that remembers; interactions are answered with `answer`."""

    heard: list[tuple[str, int]] = field(default_factory=list)
    answer: str = "Good news"
    fails: bool = False

    def times(self, what: str) -> int:
        return sum(each == what for each, _ in self.heard)

    async def introduce(self) -> None:
        self.heard.append(("introduce", 0))

    async def ready(self) -> None:
        self.heard.append(("ready", 0))

    async def interaction(self, interaction: discord.Interaction[DiscordClient]) -> None:
        self.heard.append(("interaction", interaction.id))
        if self.fails:
            raise ZeroDivisionError
        await interaction.response.send_message(self.answer)

    async def guild_joined(self, guild: discord.Guild) -> None:
        self.heard.append(("joined", guild.id))

    async def guild_left(self, guild: discord.Guild) -> None:
        self.heard.append(("left", guild.id))

    async def guild_changed(self, guild: discord.Guild) -> None:
        self.heard.append(("changed", guild.id))

    async def channel_changed(self, channel: discord.abc.GuildChannel) -> None:
        self.heard.append(("channel changed", channel.id))

    async def channel_deleted(self, channel: discord.abc.GuildChannel) -> None:
        self.heard.append(("channel deleted", channel.id))

    async def thread_opened(self, channel_id: int, thread_id: int) -> None:
        assert channel_id
        self.heard.append(("thread opened", thread_id))

    async def refused(self, channel: discord.abc.GuildChannel | discord.Thread) -> None:
        self.heard.append(("refused", channel.id))

    async def thread_deleted(self, guild_id: int, channel_id: int, thread_id: int) -> None:
        assert guild_id
        assert channel_id
        self.heard.append(("thread deleted", thread_id))


@dataclass
class Station:
    """A client that listens."""

    api: DiscordApi
    client: DiscordClient
    connection: Connection
    notes: Notes
    listening: asyncio.Task[None]

    async def hears(self) -> None:
        """Wait until it is at the gateway."""
        await self.api.until(lambda: self.client.is_heard.is_set() or self.listening.done())
        assert not self.listening.done()

    async def has_noted(self, what: str, times: int = 1) -> None:
        """Wait until something was told so often."""
        await self.api.until(lambda: self.notes.times(what) >= times)


@asynccontextmanager
async def station(api: DiscordApi, token: str | None = None, *, lost_seconds: float = LOST_SECONDS) -> AsyncIterator[Station]:
    """Let a client listen, until this ends."""
    notes = Notes()
    async with opened(token or api.token, api.url, api.gateway_url) as client:
        client.receiver = notes
        connection = Connection(client, token or api.token, introduce=notes.introduce, lost_seconds=lost_seconds)
        listening = asyncio.create_task(connection.run())
        try:
            yield Station(api, client, connection, notes, listening)
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
