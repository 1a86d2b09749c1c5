"""discord.py as it is used here: a client that remembers little and asks through a `Line`, and who is told what happens on Discord."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol
from urllib.request import getproxies, proxy_bypass

import discord
import structlog
from discord import Client, Intents, MemberCacheFlags
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from bot.platforms.discord.line import Line

log = structlog.get_logger(__name__)

END_SECONDS: Final = 3.0
"""For Discord to say goodbye at the gateway when we end. Guess: it needs one round trip, and the library would wait 30 s."""

BASE_URL: Final = Route.BASE
GATEWAY_URL: Final = DiscordWebSocket.DEFAULT_GATEWAY


class Receiver(Protocol):
    """Who is told what happens on Discord; each call is a task of its own, and what it raises is logged as a fault of ours.

    `ready` comes after each new session, when `client.guilds` are those that the bot is in: what changed before was not told.
    """

    async def introduce(self) -> None:
        """Tell Discord what it shows of us, such as commands: once, when it has said who we are, beside everything else."""

    async def ready(self) -> None:
        """Look at what changed while nobody listened."""

    async def interaction(self, interaction: "discord.Interaction[DiscordClient]") -> None:
        """Answer somebody."""

    async def guild_joined(self, guild: discord.Guild) -> None:
        """The bot was added to a server."""

    async def guild_left(self, guild: discord.Guild) -> None:
        """The bot was removed from a server, or the server was deleted; an outage of the server is told to nobody."""

    async def guild_changed(self, guild: discord.Guild) -> None:
        """Roles, and so what the bot may do, have changed."""

    async def channel_changed(self, channel: discord.abc.GuildChannel) -> None:
        """The rights in a channel, its name or kind may have changed."""

    async def channel_deleted(self, channel: discord.abc.GuildChannel) -> None:
        """A channel is gone, and its threads with it."""

    async def thread_opened(self, channel_id: int, thread_id: int) -> None:
        """A thread or post was changed, and is open."""

    async def thread_deleted(self, guild_id: int, channel_id: int, thread_id: int) -> None:
        """A thread or post is gone."""

    async def refused(self, channel: discord.abc.GuildChannel | discord.Thread) -> None:
        """Discord took no message for a channel, for want of a right."""


class DiscordClient(Client):
    """A client that knows servers and channels, keeps no members and no messages, and shows its token to nobody."""

    def __init__(self, token: str, *, base_url: str = "", proxy: str | None = None) -> None:
        intents = Intents.none()
        intents.guilds = True
        # It warns of what only matters to who speaks aloud.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            intents=intents,
            max_messages=None,
            member_cache_flags=MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.line = self.http = self._connection.http = Line(token, proxy)
        self.base_url = base_url or BASE_URL
        self.receiver: Receiver | None = None
        # Whether the gateway is with us now; the second is the opposite of the first, to wait for.
        self.is_heard = asyncio.Event()
        self.is_away = asyncio.Event()
        self.is_away.set()
        # Whether all servers have been told in this session.
        self._is_told = False

    def is_ready(self) -> bool:
        """Say whether the servers and channels are known; the library says so also while a new session is being told of them."""
        return super().is_ready() and self._is_told

    def __repr__(self) -> str:
        return f"{type(self).__name__}[]"

    async def on_connect(self) -> None:
        """Note that there is a session, which begins with knowing nothing."""
        self._is_told = False
        self.note(is_heard=True)

    async def on_resumed(self) -> None:
        """Note that the session goes on; what happened meanwhile has been told."""
        self.note(is_heard=True)

    async def on_disconnect(self) -> None:
        """Note that the gateway is gone; the library comes back to it."""
        self.note(is_heard=False)

    async def close(self) -> None:
        """End; what the library does two seconds after a beginning would wake up behind its end, and fail."""
        beginning: asyncio.Task[None] | None = getattr(self._connection, "_ready_task", None)
        if beginning is not None:
            beginning.cancel()
        await super().close()

    def note(self, *, is_heard: bool) -> None:
        """Note whether the gateway is with us."""
        now, before = (self.is_heard, self.is_away) if is_heard else (self.is_away, self.is_heard)
        now.set()
        before.clear()

    async def on_ready(self) -> None:
        """Pass on."""
        self._is_told = True
        if self.receiver is not None:
            await self.receiver.ready()

    async def on_interaction(self, interaction: "discord.Interaction[DiscordClient]") -> None:
        """Pass on."""
        if self.receiver is not None:
            await self.receiver.interaction(interaction)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Pass on."""
        if self.receiver is not None:
            await self.receiver.guild_joined(guild)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Pass on."""
        if self.receiver is not None:
            await self.receiver.guild_left(guild)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Pass on: what came late, or back, may have changed."""
        if self.receiver is not None and self.is_ready():
            await self.receiver.guild_changed(guild)

    async def on_member_update(self, _before: discord.Member, after: discord.Member) -> None:
        """Pass on what changes our own roles; of others Discord tells nothing without a privileged intent."""
        if self.receiver is not None and after == after.guild.me:
            await self.receiver.guild_changed(after.guild)

    async def on_guild_role_update(self, _before: discord.Role, after: discord.Role) -> None:
        """Pass on."""
        if self.receiver is not None:
            await self.receiver.guild_changed(after.guild)

    async def on_guild_role_delete(self, role: discord.Role) -> None:
        """Pass on: rights may have gone with it."""
        if self.receiver is not None:
            await self.receiver.guild_changed(role.guild)

    async def on_guild_channel_update(self, _before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        """Pass on."""
        if self.receiver is not None:
            await self.receiver.channel_changed(after)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Pass on."""
        if self.receiver is not None:
            await self.receiver.channel_deleted(channel)

    async def on_raw_thread_update(self, changed: discord.RawThreadUpdateEvent) -> None:
        """Pass on what may be open again."""
        state = changed.data["thread_metadata"]
        if self.receiver is not None and not state.get("archived") and not state.get("locked"):
            await self.receiver.thread_opened(changed.parent_id, changed.thread_id)

    async def on_refused(self, channel: discord.abc.GuildChannel | discord.Thread) -> None:
        """Pass on what happened to `destination`."""
        if self.receiver is not None:
            await self.receiver.refused(channel)

    async def on_raw_thread_delete(self, gone: discord.RawThreadDeleteEvent) -> None:
        """Pass on."""
        if self.receiver is not None:
            await self.receiver.thread_deleted(gone.guild_id, gone.parent_id, gone.thread_id)

    async def on_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:
        """Tell of a fault of ours, which stops nothing else."""
        log.error("What happened on Discord could not be taken.", what=event_method.removeprefix("on_"), exc_info=sys.exception())


@asynccontextmanager
async def opened(token: str, base_url: str = "", gateway_url: str = "") -> AsyncIterator[DiscordClient]:
    """Open a client that can make requests; it knows who it is, and hears anything, only after `Connection.run`.

    The addresses belong to the process, because the library has them so: one Discord at a time.
    """
    Route.BASE = base_url.rstrip("/") or BASE_URL
    DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway_url) if gateway_url else GATEWAY_URL
    # It shows each lost connection as a fault with its traceback; `connection` says it once.
    logging.getLogger("discord.client").setLevel(logging.CRITICAL)
    client = DiscordClient(token.strip(), base_url=Route.BASE, proxy=_proxy(Route.BASE))
    client.line.open()
    try:
        yield client
    finally:
        try:
            async with asyncio.timeout(END_SECONDS):
                await client.close()
        except TimeoutError:
            log.debug("The gateway did not say goodbye.")
        await client.line.shut()
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = BASE_URL, GATEWAY_URL


def _proxy(url: str) -> str | None:
    """Give the proxy that the environment names for an address: where Discord is blocked, it is reached that way."""
    address = URL(url)
    return None if proxy_bypass(address.host or "") else getproxies().get(address.scheme)
