"""How discord.py speaks HTTP here: each request once, in time; what failures mean stands in `failures`, who listens in `connection`.

The library would ask again by itself after a 429 or 5xx, for minutes, posts without a nonce included; a request that is given up while it
sleeps out a global limit would hold up all others for ever. Here whoever asked is told, and who wants it asks again: that is the outbox.
"""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Protocol
from urllib.parse import quote
from urllib.request import getproxies, proxy_bypass

import aiohttp
import discord
import structlog
from aiohttp import hdrs
from discord import Client, DiscordServerError, Forbidden, HTTPException, Intents, MemberCacheFlags, NotFound, RateLimited
from discord.gateway import DiscordWebSocket
from discord.http import HTTPClient, Route, json_or_text
from yarl import URL

log = structlog.get_logger(__name__)

CONNECTIONS: Final = 64
"""Connections to Discord at one time. Guess: Discord takes 50 requests a second of a bot, and one takes 100 ms."""

CONNECT_SECONDS: Final = 10.0
"""For a connection with TLS. Guess."""

TOTAL_SECONDS: Final = 25.0
"""For a whole request. Guess, below what `destination` waits, so that the cause of a failure is known there."""

KEEP_ALIVE_SECONDS: Final = 30.0
"""How long an idle connection is kept. Guess: what is sent on one that the other side has forgotten is in doubt."""

PATIENCE_SECONDS: Final = 6.0
"""For so long a request waits for its turn; past that, whoever asks is told. Discord's windows for messages in a channel last 5 s."""

LARGE: Final = 1_000
"""Windows of limits that are remembered before those that are over are forgotten. Guess: two for each busy channel."""

END_SECONDS: Final = 3.0
"""For Discord to say goodbye at the gateway when we end. Guess: it needs one round trip, and the library would wait 30 s."""

BASE_URL: Final = Route.BASE
GATEWAY_URL: Final = DiscordWebSocket.DEFAULT_GATEWAY

_ERRORS: Final = MappingProxyType({403: Forbidden, 404: NotFound})


class NotOpen(aiohttp.ClientConnectionError):
    """A request was made before the line was opened, or after it was closed: it did not leave."""


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

    async def thread_deleted(self, guild_id: int, channel_id: int, thread_id: int) -> None:
        """A thread or post is gone."""


@dataclass(slots=True)
class _Window:
    """What a bucket of Discord's still takes, until an instant of the loop's clock."""

    remaining: int
    until: float


class Line(HTTPClient):
    """Sends each request once, when its bucket takes it."""

    def __init__(self, token: str, proxy: str | None) -> None:
        super().__init__(asyncio.get_running_loop(), proxy=proxy, max_ratelimit_timeout=30.0)
        self.token = token
        self._calls: aiohttp.ClientSession | None = None
        self._windows: dict[str, _Window] = {}
        self._hashes: dict[str, str] = {}
        self._rests_until = float("-inf")

    def open(self) -> None:
        """Get ready for requests."""
        self._calls = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=KEEP_ALIVE_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={hdrs.USER_AGENT: self.user_agent},
            timeout=aiohttp.ClientTimeout(total=TOTAL_SECONDS, sock_connect=CONNECT_SECONDS),
        )

    async def shut(self) -> None:
        """Close everything; the library's `close` is for the gateway and leaves requests alone, which may still be answered, or refused."""
        calls, self._calls = self._calls, None
        await self.close()
        if calls is not None:
            await calls.close()

    async def static_login(self, token: str) -> Any:
        """Ask who we are, each time with a session for gateway and interactions that nothing else uses."""
        await self.close()
        self.connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE_SECONDS)
        try:
            return await super().static_login(token)
        finally:
            # The library forgets it after a failure; what is sent meanwhile shall be refused for what it is.
            self.token = token

    async def request(self, route: Route, *, files: Any = None, form: Any = None, **given: Any) -> Any:
        """Ask once; the library gives `json`, `params`, `reason`, or `form` with `files`.

        Raises:
            HTTPException, RateLimited: Discord refused, or would; nothing was done unless the status is 5xx.
            NotOpen, ClientConnectorError: the request did not leave.
            TimeoutError, ClientError, OSError: nobody knows whether it arrived.
        """
        headers: dict[str, str] = {hdrs.AUTHORIZATION: f"Bot {self.token}"}
        if reason := given.pop("reason", None):
            headers["X-Audit-Log-Reason"] = quote(reason, safe="/ ")
        if form:
            for each in files or ():
                each.reset(seek=0)
            given["data"] = aiohttp.FormData(quote_fields=False)
            for field in form:
                given["data"].add_field(**field)
        await self._turn(route)
        if self._calls is None:
            raise NotOpen("the line to Discord is not open")
        async with self._calls.request(
            route.method, route.url, headers=headers, proxy=self.proxy, allow_redirects=False, **given
        ) as response:
            said = await json_or_text(response)
            self._learn(route, response, said)
            if response.status < 300:
                return said
            kind = DiscordServerError if response.status >= 500 else _ERRORS.get(response.status, HTTPException)
            raise kind(response, said)

    async def _turn(self, route: Route) -> None:
        """Wait until Discord takes such a request; raises RateLimited when that would be long."""
        while True:
            now = self.loop.time()
            window = self._windows.get(self._key(route))
            until = self._rests_until
            if window is not None and window.until > now and window.remaining <= 0:
                until = max(until, window.until)
            if until <= now:
                if window is not None:
                    window.remaining -= 1
                return
            if until - now > PATIENCE_SECONDS:
                raise RateLimited(until - now)
            await asyncio.sleep(until - now)

    def _key(self, route: Route) -> str:
        return f"{self._hashes.get(route.key, route.key)}:{route.major_parameters}"

    def _learn(self, route: Route, response: aiohttp.ClientResponse, said: Any) -> None:
        """Note what Discord says of its limits."""
        headers, now = response.headers, self.loop.time()
        if bucket := headers.get("X-RateLimit-Bucket"):
            self._hashes[route.key] = bucket
        rest = _seconds(headers.get("X-RateLimit-Reset-After"))
        left = headers.get("X-RateLimit-Remaining", "")
        if rest is not None and left.isdecimal():
            self._windows[self._key(route)] = _Window(int(left), now + rest)
        if response.status == 429:
            body = said if isinstance(said, dict) else {}
            rest = _seconds(body.get("retry_after")) or _seconds(headers.get(hdrs.RETRY_AFTER)) or 1.0
            # A page instead of an answer comes from Cloudflare, which means everything we send.
            if body.get("global") or not body or headers.get("X-RateLimit-Scope") == "global":
                self._rests_until = max(self._rests_until, now + rest)
            else:
                self._windows[self._key(route)] = _Window(0, now + rest)
        if len(self._windows) > LARGE:
            self._windows = {key: window for key, window in self._windows.items() if window.until > now}


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

    def __repr__(self) -> str:
        return f"{type(self).__name__}[]"

    async def on_connect(self) -> None:
        """Note that there is a session."""
        self.note(is_heard=True)

    async def on_resumed(self) -> None:
        """Note that the session goes on; what happened meanwhile has been told."""
        self.note(is_heard=True)

    async def on_disconnect(self) -> None:
        """Note that the gateway is gone; the library comes back to it."""
        self.note(is_heard=False)

    def note(self, *, is_heard: bool) -> None:
        """Note whether the gateway is with us."""
        now, before = (self.is_heard, self.is_away) if is_heard else (self.is_away, self.is_heard)
        now.set()
        before.clear()

    async def on_ready(self) -> None:
        """Pass on."""
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

    async def on_guild_role_update(self, _before: discord.Role, after: discord.Role) -> None:
        """Pass on."""
        if self.receiver is not None:
            await self.receiver.guild_changed(after.guild)

    async def on_guild_channel_update(self, _before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        """Pass on."""
        if self.receiver is not None:
            await self.receiver.channel_changed(after)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Pass on."""
        if self.receiver is not None:
            await self.receiver.channel_deleted(channel)

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


def _seconds(said: object) -> float | None:
    if not isinstance(said, str | int | float):
        return None
    try:
        seconds = float(said)
    except ValueError:
        return None
    # Cloudflare and machines in between may say anything.
    return min(seconds, 86_400.0) if seconds > 0 else None
