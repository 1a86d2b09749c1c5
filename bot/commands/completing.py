"""What somebody may be typing, for platforms that complete it; feeds are completed in `naming`, events in `offers`."""

import asyncio
import re
from collections.abc import Sequence
from functools import cache
from typing import Final
from weakref import WeakKeyDictionary
from zoneinfo import available_timezones

from bot.commands.desk import Desk
from bot.commands.subscriptions import when
from bot.core.chats.chat import Address, SubscriptionId
from bot.core.chats.zone_names import find_zone, near_zones
from bot.core.text.words import folded
from storage.chats import chats, subscriptions
from storage.engine.database import Database
from storage.news import outlets

FRESH: Final = 300.0
"""Seconds for which the names of outlets are remembered: there are hundreds, and reading them reads every article. Guess."""

MOST_OUTLETS: Final = 5_000
"""Names that are remembered. Guess: the others are too rare to be looked for by the beginning of their name."""

_OUTLET: Final = re.compile(r"(?:^|(?<=[\s(+-]))outlet:\"?(?P<typed>[^\":]*)$", re.IGNORECASE)

_names: Final[WeakKeyDictionary[Database, tuple[float, Sequence[str]]]] = WeakKeyDictionary()


async def fitting_zones(typed: str, limit: int) -> list[str]:
    """Give the names of zones that somebody may mean, the likeliest first."""
    return await asyncio.to_thread(_zones, typed, limit)


def _zones(typed: str, limit: int) -> list[str]:
    wanted = folded(typed.strip())
    if not wanted:
        return []
    containing = [name for name, key in _zone_keys() if wanted.replace(" ", "_") in key]
    found = list(dict.fromkeys((*find_zone(typed), *containing)))
    return (found or near_zones(typed))[:limit]


@cache
def _zone_keys() -> tuple[tuple[str, str], ...]:
    return tuple((name, folded(name)) for name in sorted(available_timezones()) if "/" in name)


async def fitting_subscriptions(desk: Desk, address: Address, limit: int) -> list[tuple[SubscriptionId, str]]:
    """Give the numbers of what a chat has subscribed to, and when each speaks.

    Raises:
        StorageUnavailable: the database cannot be read at the moment.
    """
    async with desk.database.read() as connection:
        chat = await chats.find(connection, address)
        there = [] if chat is None else await subscriptions.of(connection, chat.id)
    return [(each.id, when(each)) for each in there[:limit]]


async def fitting_filters(desk: Desk, typed: str, limit: int) -> list[str]:
    """Give what is typed of a filter with its last word completed, where that names an outlet.

    Raises:
        StorageUnavailable: the database cannot be read at the moment.
    """
    found = _OUTLET.search(typed)
    if found is None:
        return []
    wanted = folded(found["typed"].strip())
    names = [name for name in await _outlets(desk.database) if wanted in folded(name) and '"' not in name]
    return [f'{typed[: found.start()]}outlet:"{name}"' for name in names[:limit]]


async def _outlets(database: Database) -> Sequence[str]:
    now = asyncio.get_running_loop().time()
    read_at, names = _names.get(database, (float("-inf"), ()))
    if not 0 <= now - read_at < FRESH:
        async with database.read() as connection:
            names = await outlets.known(connection, MOST_OUTLETS)
        _names[database] = now, names
    return names
