"""The line on which Discord tells what happens: who we are, the gateway, coming back to it; who is told is the client's receiver."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final

import structlog
from aiohttp import ClientError
from discord import ConnectionClosed, DiscordException, GatewayNotFound, HTTPException, LoginFailure, PrivilegedIntentsRequired, RateLimited

from bot.core.errors import ConfigurationError
from bot.platforms.discord.wire import DiscordClient

log = structlog.get_logger(__name__)

FIRST_WAIT_SECONDS: Final = 0.5
LONGEST_WAIT_SECONDS: Final = 30.0
"""Between two tries while Discord does not answer, twice as long each time. Guess: nobody minds half a minute after an outage."""

LOST_SECONDS: Final = 90.0
"""After so long without the gateway a new session is begun. Guess: a session can be resumed for a minute or two, and the library, which
tries to, waits up to a quarter of an hour between two tries."""

QUIET_SECONDS: Final = 10.0
"""So long the gateway may be away before it is worth a line. Guess: Discord moves each client to another server several times a day."""

_CLOSED: Final[Mapping[int, str]] = MappingProxyType(
    {
        4010: "Discord does not take the bot as one of several: that is a fault of Slugline.",
        4011: "The bot is on more than 2,500 servers, which Discord only serves in parts; Slugline does not know how. Use a second bot.",
        4012: "Discord does not speak this version of its gateway any more: update Slugline.",
        4013: "Discord does not know what Slugline wants to hear: update Slugline.",
        4014: "Discord does not allow what Slugline wants to hear: update Slugline.",
    }
)
"""Closings of the gateway after which coming back has no use (Opcodes and Status Codes, Gateway Close Event Codes)."""


class Connection:
    """Keeps a client at the gateway; `introduce` is done once Discord has said who we are, beside everything else."""

    def __init__(
        self, client: DiscordClient, token: str, *, introduce: Callable[[], Awaitable[None]], lost_seconds: float = LOST_SECONDS
    ) -> None:
        self._client = client
        self._token = token
        self._introduce = introduce
        self._lost_seconds = lost_seconds
        self.was_accepted = False

    async def run(self) -> None:
        """Listen until cancelled.

        Raises:
            ConfigurationError: Discord refuses the token, or what we want to hear.
        """
        await self._log_in()
        self.was_accepted = True
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_awaited(self._introduce))
                tasks.create_task(self._tell())
                tasks.create_task(self._listen())
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from failures

    async def _log_in(self) -> None:
        """Ask who we are until Discord says it."""
        failures = 0
        while True:
            try:
                await self._client.login(self._token)
                limit = (await self._client.http.get_bot_gateway())[2]
            except LoginFailure:
                raise ConfigurationError(refused_token()) from None
            except (DiscordException, ClientError, OSError) as error:
                if not failures:
                    log.warning("Discord does not answer; Slugline keeps asking.", reason=_reason(error))
                wait = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * (1 << min(failures, 20)))
                failures += 1
                await asyncio.sleep(max(wait, error.retry_after) if isinstance(error, RateLimited) else wait)
            else:
                break
        if failures:
            log.warning("Discord answers again.", tries=failures)
        application = self._client.application
        if application is not None and application.interactions_endpoint_url:
            log.error(
                "Commands do not arrive: Discord brings them to another place. Remove “Interactions Endpoint URL” from the application.",
                url=application.interactions_endpoint_url,
            )
        if limit["remaining"] <= 0:
            rest = limit["reset_after"] / 1_000
            log.error("Discord lets this bot begin no more sessions today; Slugline waits.", seconds=round(rest))
            await asyncio.sleep(rest)

    async def _listen(self) -> None:
        """Stay at the gateway; the library resumes a session, and one that stays lost is begun anew."""
        while True:
            listening = asyncio.create_task(self._client.connect())
            lost = asyncio.create_task(self._is_lost())
            try:
                await asyncio.wait((listening, lost), return_when=asyncio.FIRST_COMPLETED)
                if listening.done():
                    listening.result()
                    raise ConfigurationError("The gateway of Discord was left, though nobody asked for it.")
            except AttributeError:
                # The library trips over a gateway that could not be reached even once; it has waited for a second or two before.
                if self._client.ws is not None:
                    raise
            except ConnectionClosed as error:
                raise ConfigurationError(_CLOSED.get(error.code, refused_token())) from None
            except PrivilegedIntentsRequired:
                raise ConfigurationError(_CLOSED[4014]) from None
            finally:
                for task in (listening, lost):
                    task.cancel()
                await asyncio.gather(listening, lost, return_exceptions=True)
            self._client.note(is_heard=False)

    async def _is_lost(self) -> None:
        """Return when the gateway has been away for long."""
        while True:
            if not await self._comes_within(self._lost_seconds):
                return
            await self._leaves()

    async def _tell(self) -> None:
        """Say once that the gateway is away, and once that it is back."""
        while True:
            if not await self._comes_within(QUIET_SECONDS):
                log.warning("Discord tells nothing; Slugline keeps trying to listen. Messages may still go out.")
                await self._client.is_heard.wait()
                log.warning("Discord is heard again.")
            await self._leaves()

    async def _comes_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._client.is_heard.wait()
        except TimeoutError:
            return False
        return True

    async def _leaves(self) -> None:
        await self._client.is_away.wait()


def refused_token() -> str:
    """Say that the token is not taken."""
    return (
        "Discord does not know the token of the bot. Make a new one on the page “Bot” of the application (discord.com/developers) and put "
        "it into SLUGLINE_DISCORD__TOKEN (or discord.token), and check discord.base_url."
    )


def _reason(error: DiscordException | ClientError | OSError) -> str:
    match error:
        case HTTPException():
            return f"{error.status} {error.text[:200] if '<' not in error.text else ''}".rstrip()
        case GatewayNotFound():
            return "it does not say where its gateway is"
        case TimeoutError():
            return "no answer in time"
        case _:
            return str(error) or type(error).__name__


async def _awaited(step: Callable[[], Awaitable[None]]) -> None:
    await step()
