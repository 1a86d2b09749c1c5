"""Who is answered when: in a chat one after the other, chats side by side, nobody beyond their share; answers come from elsewhere."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from typing import Any, Final, TypeAlias

Step: TypeAlias = Callable[[], Awaitable[None]]
"""Answers one update; raises nothing."""

MOST_WAITING: Final = 10_000
"""Updates that wait here; beyond it Telegram keeps them. Guess: some 20 MB."""

MOST_IN_A_CHAT: Final = 30
"""Questions of one chat that wait: a minute and a half of what Telegram takes for a group. Guess; what comes beyond is not answered."""

MOST_REMEMBERED: Final = 10_000
"""People whose share is remembered before it is looked for those who have all of it again."""


class Share:
    """How much each may ask: `burst` questions at once, and `per_second` more each second. Times are of a clock that only runs forward."""

    def __init__(self, *, burst: int, per_second: float) -> None:
        self._burst = burst
        self._per_second = per_second
        self._full_at: dict[Hashable, float] = {}
        self._swept_beyond = MOST_REMEMBERED

    def takes(self, who: Hashable, at: float) -> bool:
        """Say whether somebody may ask now, and count it if so."""
        full_at = max(self._full_at.get(who, at), at) + 1 / self._per_second
        # One part in a million: what was taken is not given back too late by rounding.
        if full_at - at > self._burst / self._per_second + 1e-6:
            return False
        self._full_at[who] = full_at
        if len(self._full_at) > self._swept_beyond:
            self._full_at = {each: until for each, until in self._full_at.items() if until > at}
            self._swept_beyond = max(MOST_REMEMBERED, 2 * len(self._full_at))
        return True


class Crowd:
    """Queues, one for each chat that waits for something; `begin` lets one of them be worked off beside all others."""

    def __init__(self, begin: Callable[[Coroutine[Any, Any, None]], object]) -> None:
        self._begin = begin
        self._queues: dict[Hashable, deque[Step]] = {}
        self._waiting = 0
        self._room = asyncio.Event()
        self._room.set()

    async def has_room(self) -> None:
        """Wait until not too much waits here already."""
        await self._room.wait()

    def put(self, chat: Hashable, step: Step, *, may_be_dropped: bool = True) -> None:
        """Do this once everything is done that was put before it for the same chat; too many questions of one chat are dropped silently."""
        queue = self._queues.get(chat)
        if queue is not None and may_be_dropped and len(queue) >= MOST_IN_A_CHAT:
            return
        self._count(1)
        if queue is not None:
            queue.append(step)
            return
        self._queues[chat] = deque([step])
        self._begin(self._serve(chat))

    async def _serve(self, chat: Hashable) -> None:
        queue = self._queues[chat]
        try:
            while queue:
                step = queue.popleft()
                self._count(-1)
                await step()
        finally:
            self._count(-len(queue))
            del self._queues[chat]

    def _count(self, more: int) -> None:
        self._waiting += more
        if self._waiting < MOST_WAITING:
            self._room.set()
        else:
            self._room.clear()
