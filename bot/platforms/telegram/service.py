"""Telegram put together from its parts, as the configuration says; nothing is decided here."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

import structlog

from bot.commands.desk import Desk
from bot.core.chats.ports import Outcome, Outgoing
from bot.core.errors import ConfigurationError
from bot.core.task_failures import first_failure
from bot.pipeline.collect import Clock
from bot.platforms.telegram.connection import Connection
from bot.platforms.telegram.destination import Telegram
from bot.platforms.telegram.dispatch import Dispatch
from bot.platforms.telegram.menu import introduce
from bot.platforms.telegram.settings import TelegramSettings
from bot.platforms.telegram.wire import TelegramBot, opened

log = structlog.get_logger(__name__)


class TelegramService:
    """A bot that can send, and that answers once it is served."""

    def __init__(self, bot: TelegramBot, settings: TelegramSettings) -> None:
        self.platform = Telegram(bot, settings.limits, settings.admins)
        self._bot = bot
        self._settings = settings

    async def serve(self, desk: Desk, answer: Callable[[Outgoing], Awaitable[Outcome]], clock: Clock) -> None:
        """Answer people until cancelled, or until the token is refused that was taken before; raises what `Connection.run` raises."""
        settings = self._settings
        presented = partial(introduce, self._bot, admins=settings.admins, name=settings.name)
        with first_failure():
            async with Dispatch(self._bot, desk, admins=settings.admins, answer=answer, clock=clock) as dispatch:
                connection = Connection(self._bot, dispatch.receive, webhook=settings.webhook, introduce=presented)
                try:
                    await connection.run()
                except ConfigurationError as error:
                    # A token that is wrong from the start is a mistake to be mended now; one that was taken back stops nothing else.
                    if not connection.was_accepted:
                        raise
                    refused = str(error)
                log.error("Telegram is served no more until Slugline is started again; everything else goes on.", reason=refused)


@asynccontextmanager
async def telegram(settings: TelegramSettings) -> AsyncIterator[TelegramService]:
    """Open what speaks to Telegram; nothing is asked yet."""
    async with opened(settings.token, settings.base_url) as bot:
        yield TelegramService(bot, settings)
