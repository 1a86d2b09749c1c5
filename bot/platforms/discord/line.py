"""Requests to Discord, each sent once and in time, when Discord takes it; what failures mean stands in `failures`.

The library would ask again by itself after a 429 or 5xx, for minutes, posts without a nonce included; a request that is given up while it
sleeps out a global limit would hold up all others for ever. Here whoever asked is told, and who wants it asks again: that is the outbox.
"""

import asyncio
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

import aiohttp
from aiohttp import hdrs
from discord import DiscordServerError, Forbidden, HTTPException, NotFound, RateLimited
from discord.http import HTTPClient, Route, json_or_text

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

_ERRORS: Final = MappingProxyType({403: Forbidden, 404: NotFound})


class NotOpen(aiohttp.ClientConnectionError):
    """A request was made before the line was opened, or after it was closed: it did not leave."""


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


def _seconds(said: object) -> float | None:
    if not isinstance(said, str | int | float):
        return None
    try:
        seconds = float(said)
    except ValueError:
        return None
    # Cloudflare and machines in between may say anything.
    return min(seconds, 86_400.0) if seconds > 0 else None
