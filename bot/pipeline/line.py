"""Whether a platform answers at present: what is sent while it does not would only get into doubt. Single messages are no matter here."""

import asyncio
from typing import Final

import structlog

from bot.core.chats.ports import Platform
from bot.core.chats.sending import backoff

log = structlog.get_logger(__name__)

BLAMELESS: Final = 2
"""So many sends in a row may fail without a pause, if the platform answers in between: one bad message is no outage. Guess."""


class Line:
    """The way to one platform. Times are those of the running loop."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._failures = 0  # sends in a row
        self._unanswered = 0  # questions in a row
        self._is_suspect = False
        self.out_until = 0.0
        self.is_out = False

    async def works(self) -> bool:
        """Tell whether something may be sent; after a send that failed, ask the platform first."""
        loop = asyncio.get_running_loop()
        if loop.time() < self.out_until:
            return False
        if self._is_suspect:
            if not await self._platform.is_reachable():
                if not self.is_out:
                    log.warning("A platform does not answer; nothing is sent to it for now.", platform=self._platform.name)
                self.is_out = True
                self._unanswered += 1
                self._wait(self._unanswered)
                return False
            self._unanswered = 0
            self._is_suspect = False
        return True

    def failed(self, reason: str) -> None:
        """Note a send that failed, or may have, as if the line or the whole platform were out of order."""
        if self._is_suspect:
            return  # as did others that were under way at the same time
        self._is_suspect = True
        log.warning("A message may not have reached its platform.", platform=self._platform.name, reason=reason)
        self._failures += 1
        if self._failures > BLAMELESS:
            self._wait(self._failures - BLAMELESS)

    def answered(self) -> None:
        """Note that the platform said something, whatever it was."""
        if self.is_out:
            log.warning("A platform answers again; what waited for it is sent.", platform=self._platform.name)
        self._failures = self._unanswered = 0
        self._is_suspect = self.is_out = False

    def _wait(self, tries: int) -> None:
        self.out_until = asyncio.get_running_loop().time() + backoff(tries).total_seconds()
