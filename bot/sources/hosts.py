"""Whose turn it is: how many requests a host gets at once, how long it rests, who asked to be left alone; nothing is sent here."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

LONGEST_HOLD: Final = timedelta(hours=24)
LONGEST_PAUSE: Final = 60.0
"""Seconds that a host may rest between two requests, whatever its robots.txt wishes. Guess."""

_FEW_HOLDS: Final = 1000
"""Holds that are kept without looking which of them are over."""


@dataclass(slots=True)
class _Host:
    """Somebody who is being asked: slots in use or resting, and those who wait for one (True: it is yours, False: a hold began)."""

    taken: int = 0
    waiting: deque[asyncio.Future[bool]] = field(default_factory=deque)


class Hosts:
    """Hands out turns. First come, first served at each host; a host that nobody asks, waits for or rests at takes no memory.

    `per_host` requests at once to one host, `concurrency` to all together. Times are those of the event loop.
    """

    def __init__(self, *, per_host: int, concurrency: int) -> None:
        self._per_host = per_host
        self._overall = asyncio.Semaphore(concurrency)
        self._hosts: dict[str, _Host] = {}
        self._holds: dict[str, float] = {}
        self._holds_to_look_at = _FEW_HOLDS

    def __len__(self) -> int:
        """How many hosts are in memory because of turns."""
        return len(self._hosts)

    def busy(self) -> frozenset[str]:
        """The hosts all of whose turns are taken, or resting."""
        return frozenset(name for name, host in self._hosts.items() if host.taken >= self._per_host)

    def hold(self, name: str, seconds: float) -> None:
        """Give no turn at this host for so long (at most 24 h), and send those away who wait for one; 0 or less ends a hold.

        A hold that lasts longer already stays as it is.
        """
        if not seconds > 0:
            self._holds.pop(name, None)
            return
        now = asyncio.get_running_loop().time()
        if len(self._holds) >= self._holds_to_look_at:
            self._holds = {other: until for other, until in self._holds.items() if until > now}
            self._holds_to_look_at = max(_FEW_HOLDS, 2 * len(self._holds))
        until = now + min(seconds, LONGEST_HOLD.total_seconds())
        self._holds[name] = max(until, self._holds.get(name, 0.0))
        if (host := self._hosts.get(name)) is not None:
            for turn in host.waiting:
                if not turn.done():
                    turn.set_result(False)
            host.waiting.clear()

    def held(self, name: str) -> float:
        """Seconds for which this host still wants to be left alone; 0 when it does not."""
        if (until := self._holds.get(name)) is None:
            return 0.0
        left = until - asyncio.get_running_loop().time()
        if left <= 0:
            del self._holds[name]
            return 0.0
        return left

    async def enter(self, name: str) -> bool:
        """Wait for a turn; False, with nothing to leave, when the host is held or becomes so meanwhile."""
        if self.held(name) or not await self._take(name):
            return False
        try:
            await self._overall.acquire()
        except BaseException:
            self._give_back(name)
            raise
        if self.held(name):
            self._overall.release()
            self._give_back(name)
            return False
        return True

    def leave(self, name: str, pause: float) -> None:
        """End a turn; the next one at this host begins `pause` seconds later, at most `LONGEST_PAUSE`."""
        self._overall.release()
        if pause > 0:
            asyncio.get_running_loop().call_later(min(pause, LONGEST_PAUSE), self._give_back, name)
        else:
            self._give_back(name)

    async def _take(self, name: str) -> bool:
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = _Host()
        if host.taken < self._per_host:
            host.taken += 1
            return True
        turn: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        host.waiting.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.result():
                self._give_back(name)  # it was handed over in the moment in which we gave up
            raise

    def _give_back(self, name: str) -> None:
        host = self._hosts[name]
        while host.waiting:
            turn = host.waiting.popleft()
            if not turn.done():
                turn.set_result(True)
                return
        host.taken -= 1
        if not host.taken:
            del self._hosts[name]
