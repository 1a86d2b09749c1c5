"""Answers when very many ask at once: a few are put together at a time, and the same question of many is answered for all of them."""

import asyncio
from typing import Final, TypeAlias

from bot.commands.desk import Answer, Desk, Request
from bot.commands.registry import respond

AT_ONCE: Final = 4
"""Answers that are put together at the same time: as many connections as SQLite's pool keeps. One more is opened and closed again for each
reading; measured with 16 at once, that took more time than everything else."""

COMMON: Final = ("/help", "/latest", "/top")
"""How questions begin that have the same answer for everybody, wherever they ask."""

_Key: TypeAlias = tuple[str, bool]


class Together:
    """Answers what is asked at a desk. What is shared is never old: it is only begun once all who share it have asked."""

    def __init__(self, desk: Desk) -> None:
        self._places = asyncio.Semaphore(AT_ONCE)
        self._desk = desk
        self._asked: dict[_Key, asyncio.Future[Answer]] = {}

    async def respond(self, request: Request) -> Answer:
        """Answer as `registry.respond` does, and raise what it raises."""
        line = " ".join(request.text.split())
        if line.partition(" ")[0] not in COMMON:
            async with self._places:
                return await respond(self._desk, request)
        key = (line, request.is_admin)
        while (sharing := self._asked.get(key)) is not None:
            await asyncio.wait([sharing])
            if not sharing.cancelled():
                return sharing.result()
        mine = self._asked[key] = asyncio.get_running_loop().create_future()
        try:
            async with self._places:
                await asyncio.sleep(0)  # Else nobody could share what waits for nothing, such as /help.
                del self._asked[key]  # Who asks from here on may know of something newer.
                answer = await respond(self._desk, request)
        except BaseException as error:
            if self._asked.get(key) is mine:
                del self._asked[key]
            if isinstance(error, Exception):
                mine.set_exception(error)
                mine.exception()  # Perhaps nobody shares it.
            else:
                mine.cancel()  # Whoever shares it asks anew.
            raise
        mine.set_result(answer)
        return answer
