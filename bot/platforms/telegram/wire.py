"""How python-telegram-bot speaks HTTP here: over aiohttp, saying what certainly never left; what failures mean stands in `failures`.

httpx, which the library would use, takes several times as long for a request and writes the token into its log lines. Nothing that is
raised here names the address of a request, because the token is part of it.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from io import BytesIO
from typing import Any, Final, TypeAlias, cast

import aiohttp
from aiohttp import hdrs
from telegram import Bot
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import InvalidToken, NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

Json: TypeAlias = dict[str, Any]

# The library's own switch: lengths of time are given as such, and it need not warn at each 429 that they will be.
os.environ["PTB_TIMEDELTA"] = "true"

CONNECTIONS: Final = 64
"""Connections to Telegram at one time. Guess: 500 answers a second at 50 ms need 25."""

CONNECT_SECONDS: Final = 10.0
"""For a connection with TLS to a server far away. Guess."""

POOL_SECONDS: Final = 10.0
"""For one of our own connections to become free. Guess: nothing is lost by waiting, it was not sent yet."""

READ_SECONDS: Final = 20.0
"""For Telegram to begin its answer. Guess, generous: giving up a request that was answered later shows a message twice."""

WRITE_SECONDS: Final = 10.0
UPLOAD_SECONDS: Final = 60.0
"""For what we send to leave, and for a file to. Guesses."""

KEEP_ALIVE_SECONDS: Final = 30.0
"""How long an idle connection is kept. Guess, below the 60 s and more after which servers and routers forget one: a message that is sent on
a connection the other side has forgotten is in doubt."""

DNS_SECONDS: Final = 60

TIMEOUTS: Final = ("read_timeout", "write_timeout", "connect_timeout", "pool_timeout")
"""Time-outs of a request, in the order in which python-telegram-bot gives them."""

POLLS: Final = 2
"""Connections for updates: one that waits, and one to confirm what was taken when the first is given up."""

POLL_SECONDS: Final = 10.0
"""For the answer to a long poll that has ended, on top of its length. Guess."""


class NeverSent(NetworkError):
    """The request did not leave: no name, no route, no connection, no room among our own."""


class AiohttpRequest(BaseRequest):
    """Sends the requests of a `Bot`, so many at one time; an answer is waited for `read_seconds` unless the call says otherwise."""

    __slots__ = ("_connections", "_read_seconds", "_session")

    def __init__(self, *, connections: int = CONNECTIONS, read_seconds: float = READ_SECONDS) -> None:
        self._connections = connections
        self._read_seconds = read_seconds
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds for which an answer is waited for, unless a call says otherwise."""
        return self._read_seconds

    async def initialize(self) -> None:
        """Get ready; a second time changes nothing."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=KEEP_ALIVE_SECONDS, ttl_dns_cache=DNS_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={hdrs.USER_AGENT: self.USER_AGENT},
                # Where Telegram is blocked, it is reached through the proxy that the environment names.
                trust_env=True,
            )

    async def shutdown(self) -> None:
        """Close all connections; a second time changes nothing."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    @staticmethod
    def parse_json_payload(payload: bytes) -> Json:
        """Read an answer; what is none of the Bot API's, such as a page of a machine in between, raises TelegramError and logs nothing."""
        try:
            answer = json.loads(payload)
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or not ("result" in answer or answer.get("ok") is False):
            raise TelegramError("something between here and Telegram answered, with what cannot be read")
        return answer

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *given: ODVInput[float],
        **named: ODVInput[float],
    ) -> tuple[int, bytes]:
        """Ask and give status and body; the library gives time-outs called `TIMEOUTS`, by name.

        Raises:
            NeverSent: the request did not reach Telegram.
            TimedOut, NetworkError: nobody knows whether it did.
        """
        if self._session is None:
            raise RuntimeError("A request was made before the bot was opened, or after it was closed.")
        has_files = request_data is not None and request_data.contains_files
        usual = (self._read_seconds, UPLOAD_SECONDS if has_files else WRITE_SECONDS, CONNECT_SECONDS, POOL_SECONDS)
        seconds = dict(zip(TIMEOUTS, usual, strict=True)) | _chosen(dict(zip(TIMEOUTS, given, strict=False)) | named)
        timeout = _timeout(**seconds)
        body, headers = _body(request_data)
        try:
            async with self._session.request(method, url, data=body, headers=headers, timeout=timeout, allow_redirects=False) as answer:
                return answer.status, await answer.read()
        except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError.
            # Not from `error`, whose text may hold the address.
            raise _translated(error) from None


class TelegramBot(Bot):
    """A bot that shows its token to nobody, and gives updates as they came, so that one that cannot be read stops no other."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}[]"

    async def initialize(self) -> None:
        """Ask Telegram who we are; a second time changes nothing.

        Raises:
            InvalidToken: Telegram does not know the token, which is not repeated.
            TelegramError: Telegram could not be asked.
        """
        try:
            await super().initialize()
        except InvalidToken as error:
            refused = InvalidToken()
            # What the refusal itself was caused by: an answer that is none of the Bot API's.
            cause = error.__cause__.__cause__ if error.__cause__ is not None else None
            raise refused from cause

    async def raw_updates(self, *, offset: int, seconds: int, kinds: Sequence[str]) -> list[Json]:
        """Confirm every update below `offset` and wait up to `seconds` for others."""
        wanted = {"offset": offset, "timeout": seconds, "allowed_updates": list(kinds)}
        given = await self._post("getUpdates", wanted, read_timeout=seconds + POLL_SECONDS)
        return cast("list[Json]", given)

    async def put(self, what: str, parameters: Json) -> int:
        """Send or edit a message and give its id; the message itself is not read, which would take longer than sending it did."""
        shown = await self._post(what, parameters)
        return int(cast("Json", shown)["message_id"])


def refused_token() -> str:
    """Say that the token is not taken."""
    return (
        "Telegram does not know the token of the bot. Copy it again from @BotFather into SLUGLINE_TELEGRAM__TOKEN (or telegram.token), "
        "and check telegram.base_url."
    )


@asynccontextmanager
async def opened(token: str, base_url: str) -> AsyncIterator[TelegramBot]:
    """Open a bot that can ask Telegram, or the Bot API server that is named; it knows who it is only after `initialize`."""
    async with AiohttpRequest() as calls, AiohttpRequest(connections=POLLS) as polls:
        bot = partial(TelegramBot, token, request=calls, get_updates_request=polls)
        yield bot(base_url=f"{base_url}/bot", base_file_url=f"{base_url}/file/bot") if base_url else bot()


def _chosen(given: Mapping[str, ODVInput[float]]) -> dict[str, float | None]:
    return {name: seconds for name, seconds in given.items() if not isinstance(seconds, DefaultValue)}


def _timeout(
    *, read_timeout: float | None, write_timeout: float | None, connect_timeout: float | None, pool_timeout: float | None
) -> aiohttp.ClientTimeout:
    """Put time-outs, None for endless ones, into those that aiohttp knows; it has none for sending, so one for everything includes it."""
    before = None if pool_timeout is None or connect_timeout is None else pool_timeout + connect_timeout
    total = None if before is None or write_timeout is None or read_timeout is None else before + write_timeout + read_timeout
    return aiohttp.ClientTimeout(total=total, connect=before, sock_connect=connect_timeout, sock_read=read_timeout)


def _body(request_data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str]]:
    if request_data is None:
        return None, {}
    if not request_data.contains_files:
        return request_data.json_payload, {hdrs.CONTENT_TYPE: "application/json"}
    form = aiohttp.FormData(quote_fields=False)  # names of files as they are, not as they stand in addresses
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in request_data.multipart_data.items():
        form.add_field(name, BytesIO(content) if isinstance(content, bytes) else content, filename=filename, content_type=kind)
    return form, {}


def _translated(error: aiohttp.ClientError | OSError) -> NetworkError:
    match error:
        case aiohttp.ConnectionTimeoutError():
            return NeverSent("Telegram cannot be reached: no connection in time")
        case aiohttp.ClientConnectorError():
            return NeverSent(f"Telegram cannot be reached: {error.os_error}")
        case aiohttp.InvalidURL():
            return NeverSent("Telegram cannot be reached: telegram.base_url is no address")
        case asyncio.TimeoutError():
            return TimedOut("Telegram did not answer in time")
        case _:
            return NetworkError(f"the connection to Telegram broke ({type(error).__name__})")
