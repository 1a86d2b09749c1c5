"""For tests of loops that run by the real clock: waiting until something is so, and what was logged meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

from bot.core.errors import StorageUnavailable

Logged: TypeAlias = Sequence[MutableMapping[str, Any]]


def clock() -> datetime:
    return datetime.now(UTC)


def warnings(logged: Logged) -> list[str]:
    return [entry["event"] for entry in logged if entry["log_level"] == "warning"]


async def soon(is_so: Callable[[], bool] | Callable[[], Awaitable[bool]], *, patiently: bool = False) -> None:
    """Wait until something is so; `patiently` takes a database that cannot be read for "not yet"."""
    async with asyncio.timeout(20):
        while True:
            try:
                found = is_so()
                if found if isinstance(found, bool) else await found:
                    return
            except StorageUnavailable:
                if not patiently:
                    raise
            await asyncio.sleep(0.05)
