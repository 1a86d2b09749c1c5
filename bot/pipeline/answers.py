"""Answers to people who wait for them: sent at once, under the same limits as what is queued, and written down nowhere.

Whoever got no answer asks again; a row and two commits for each page that somebody turns would make all pages slow.
"""

import asyncio
from datetime import timedelta
from math import isinf
from typing import Final

from bot.core.chats.governor import Governor
from bot.core.chats.ports import NotSent, Outcome, Outgoing, Platform, RetryLater, Stopped
from bot.core.chats.sending import backoff, peace

TRIES: Final = 4
"""How often an answer that certainly did not arrive is tried, over some seconds: nobody waits longer. Guess."""

PATIENCE: Final = timedelta(seconds=60)
"""How long an answer waits for a platform that wants to be left alone. Guess: after that nobody remembers the question."""

LOOK: Final = 0.02
"""Seconds between two looks at a window that only frees itself when something under way ends."""


class Answers:
    """Sends answers to one platform, at most one at a time to one chat; `governor` is the one that what is queued obeys too."""

    def __init__(self, platform: Platform, governor: Governor) -> None:
        self._platform = platform
        self._governor = governor
        self.stopped: str | None = None

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Send or edit as soon as the limits allow, and give what became of it; an answer that may have arrived is not sent again."""
        deadline = _time() + PATIENCE.total_seconds()
        outcome: Outcome = NotSent(reason="too many messages wait for the limits of the platform")
        for attempt in range(1, TRIES + 1):
            if self.stopped is not None:
                return Stopped(reason=self.stopped)
            if not await self._turn(outgoing, deadline):
                return outcome
            outcome = await self._deliver(outgoing)
            match outcome:
                case NotSent():
                    await asyncio.sleep(min(backoff(attempt).total_seconds(), deadline - _time()))
                case RetryLater():
                    until = _time() + peace(outcome.after).total_seconds()
                    self._governor.hold(None if outcome.is_overall else outgoing.address, until)
                case _:
                    return outcome
        return outcome

    async def _turn(self, outgoing: Outgoing, deadline: float) -> bool:
        """Wait until it may go, and count it as under way; False when that is too late."""
        while (free_at := self._free_at(outgoing)) > (at := _time()):
            if at >= deadline or (free_at > deadline and not isinf(free_at)):
                return False
            await asyncio.sleep(LOOK if isinf(free_at) else free_at - at)
        self._governor.begin(outgoing.address, outgoing.kind, is_edit=outgoing.edits is not None, at=at)
        return True

    def _free_at(self, outgoing: Outgoing) -> float:
        return self._governor.free_at(outgoing.address, outgoing.kind, is_edit=outgoing.edits is not None, at=_time())

    async def _deliver(self, outgoing: Outgoing) -> Outcome:
        try:
            return await self._platform.deliver(outgoing)
        finally:
            self._governor.end(outgoing.address, outgoing.kind, is_edit=outgoing.edits is not None, at=_time())


def _time() -> float:
    return asyncio.get_running_loop().time()
