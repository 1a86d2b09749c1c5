"""A server of the Discord of the tests with an owner, and what is stored of its channels while `Guilds` follows what happens there."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conftest import NOW
from discord import Permissions
from discord_api import DiscordApi
from discord_api_world import FORUM
from discord_station import Notes, Station, station

from bot.commands.desk import Desk
from bot.core.chats.chat import Address, Chat, ChatKind
from bot.core.chats.ports import Limits
from bot.platforms.discord.destination import Discord
from bot.platforms.discord.guilds import Guilds
from storage.chats import chats
from storage.engine.database import Database


class Followed(Notes):
    """Notes what is heard once it has been followed."""

    def __init__(self, followed: Guilds) -> None:
        super().__init__()
        self._followed = followed

    async def ready(self) -> None:
        await self._followed.ready()
        await super().ready()

    async def guild_joined(self, guild: Any) -> None:
        await self._followed.guild_joined(guild)
        await super().guild_joined(guild)

    async def guild_left(self, guild: Any) -> None:
        await self._followed.guild_left(guild)
        await super().guild_left(guild)

    async def guild_changed(self, guild: Any) -> None:
        await self._followed.guild_changed(guild)
        await super().guild_changed(guild)

    async def channel_changed(self, channel: Any) -> None:
        await self._followed.channel_changed(channel)
        await super().channel_changed(channel)

    async def channel_deleted(self, channel: Any) -> None:
        await self._followed.channel_deleted(channel)
        await super().channel_deleted(channel)

    async def thread_opened(self, channel_id: int, thread_id: int) -> None:
        await self._followed.thread_opened(channel_id, thread_id)
        await super().thread_opened(channel_id, thread_id)

    async def refused(self, channel: Any) -> None:
        await self._followed.refused(channel)
        await super().refused(channel)

    async def thread_deleted(self, guild_id: int, channel_id: int, thread_id: int) -> None:
        await self._followed.thread_deleted(guild_id, channel_id, thread_id)
        await super().thread_deleted(guild_id, channel_id, thread_id)


@dataclass
class Harbour:
    """A server with an owner, and what is stored of its channels."""

    api: DiscordApi
    database: Database
    owner: dict[str, Any]
    guild: dict[str, Any]
    channel: dict[str, Any]
    forum: dict[str, Any]
    thread: dict[str, Any]
    here: Station | None = None

    @property
    def notes(self) -> Followed:
        assert self.here is not None
        assert isinstance(self.here.client.receiver, Followed)
        return self.here.client.receiver

    def has_noted(self, what: str, times: int) -> bool:
        """Say whether something was followed so often."""
        return self.notes.times(what) == times

    async def paused(self, place: dict[str, Any]) -> str | None:
        """Why a chat is paused."""
        async with self.database.read() as connection:
            found = await chats.find(connection, address_of(place))
        assert found is not None
        return found.paused_reason

    async def told(self, event: str, data: Any, what: str) -> None:
        """Let Discord tell something, until it has been followed."""
        times = self.notes.times(what)
        await self.api.gateway.tell(event, data)
        await self.api.until(lambda: self.notes.times(what) > times)

    async def deny(self, channel: dict[str, Any], *denied: Permissions) -> None:
        """Take rights away in a channel, or give all of them back."""
        bits = sum(each.value for each in denied)
        channel["permission_overwrites"] = [{"id": self.guild["id"], "type": 0, "allow": "0", "deny": str(bits)}]
        await self.told("CHANNEL_UPDATE", channel, "channel changed")

    def heard(self, person: dict[str, Any]) -> list[str]:
        """What the bot has written to somebody."""
        return self.api.texts(self.api.world.private(person))


def address_of(place: dict[str, Any]) -> Address:
    """Give the address of a channel or thread."""
    is_thread = place.get("parent_id") is not None
    return Address(platform="discord", chat=place["parent_id"] if is_thread else place["id"], thread=place["id"] if is_thread else "")


@asynccontextmanager
async def anchored(database: Database) -> AsyncIterator[Harbour]:
    """Make a server with a channel, a forum and a thread, which are stored."""
    async with DiscordApi() as api:
        owner = api.world.person("Olena")
        guild = api.world.guild("Harbour watch", owner)
        guild["roles"][0]["permissions"] = str(Permissions.all().value & ~Permissions(administrator=True).value)
        channel, forum = api.world.channel(guild, "news"), api.world.channel(guild, "events", FORUM)
        thread = api.world.thread(channel, "strike")
        for place in (channel, forum, thread):
            await stored(database, place)
        yield Harbour(api, database, owner, guild, channel, forum, thread)


async def stored(database: Database, place: dict[str, Any], kind: ChatKind = ChatKind.GROUP) -> Chat:
    """Store a place as a chat."""
    async with database.write() as connection:
        return await chats.ensure(connection, address_of(place), kind=kind, name="x", zone="UTC", now=NOW)


def fixed() -> datetime:
    """Give the time of all tests."""
    return NOW


@asynccontextmanager
async def followed(harbour: Harbour, clock: Callable[[], datetime] = fixed) -> AsyncIterator[Harbour]:
    """Let the bot listen until this ends."""
    async with station(harbour.api) as here:
        destination = Discord(here.client, Limits(), threaded=lambda _: False)
        desk = Desk(database=harbour.database, version="1.2.3")
        here.client.receiver = Followed(Guilds(here.client, desk, answer=destination.deliver, clock=clock))
        harbour.here = here
        await harbour.api.until(lambda: harbour.notes.times("ready") == 1)
        yield harbour
