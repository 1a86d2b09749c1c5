"""Discord as the program uses it: what is said to it and what comes from it, on one client."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

import structlog

from bot.commands.desk import Desk
from bot.core.chats.chat import Address
from bot.core.chats.ports import Outcome, Outgoing
from bot.core.errors import ConfigurationError
from bot.core.phase import Phase
from bot.core.task_failures import first_failure
from bot.pipeline.collect import Clock
from bot.platforms.discord.connection import Connection
from bot.platforms.discord.destination import Discord
from bot.platforms.discord.settings import DiscordSettings
from bot.platforms.discord.wire import DiscordClient, Receiver, opened

log = structlog.get_logger(__name__)


class Receiving(Protocol):
    """Makes who answers people."""

    def __call__(
        self,
        client: DiscordClient,
        desk: Desk,
        /,
        *,
        admins: Sequence[int],
        answer: Callable[[Outgoing], Awaitable[Outcome]],
        clock: Clock,
    ) -> AbstractAsyncContextManager[Receiver]:
        """Open it for as long as Discord is served."""


class DiscordService:
    """A bot that can send, and that answers once it is served."""

    def __init__(
        self,
        client: DiscordClient,
        settings: DiscordSettings,
        *,
        threaded: Callable[[Address], bool],
        pinged: Callable[[Address, Phase], str | None],
        receiving: Receiving,
    ) -> None:
        self.platform = Discord(client, settings.limits, threaded=threaded, pinged=pinged)
        self._client = client
        self._settings = settings
        self._receiving = receiving

    async def serve(self, desk: Desk, answer: Callable[[Outgoing], Awaitable[Outcome]], clock: Clock) -> None:
        """Answer people until cancelled, or until the token is refused that was taken before; raises what `Connection.run` raises."""
        settings = self._settings
        with first_failure():
            async with self._receiving(self._client, desk, admins=settings.admins, answer=answer, clock=clock) as receiver:
                connection = Connection(self._client, settings.token, introduce=receiver.introduce)
                self._client.receiver = receiver
                try:
                    await connection.run()
                except ConfigurationError as error:
                    # A token that is wrong from the start is a mistake to be mended now; one that was taken back stops nothing else.
                    if not connection.was_accepted:
                        raise
                    refused = str(error)
                finally:
                    self._client.receiver = None
                log.error("Discord is served no more until Slugline is started again; everything else goes on.", reason=refused)


@asynccontextmanager
async def discord(
    settings: DiscordSettings,
    *,
    threaded: Callable[[Address], bool],
    pinged: Callable[[Address, Phase], str | None],
    receiving: Receiving,
) -> AsyncIterator[DiscordService]:
    """Open what speaks to Discord; nothing is asked yet."""
    async with opened(settings.token, settings.base_url, settings.gateway_url) as client:
        yield DiscordService(client, settings, threaded=threaded, pinged=pinged, receiving=receiving)
