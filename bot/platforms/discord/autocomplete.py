"""What is offered on Discord while somebody types an option: 25 choices at most, soon or none; what fits is found in `bot.commands`."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Final, TypeAlias

import structlog
from discord.app_commands import Choice

from bot.commands.access import is_banned
from bot.commands.catalogue import named_on
from bot.commands.completing import fitting_filters, fitting_subscriptions, fitting_zones
from bot.commands.desk import Desk
from bot.commands.naming import fitting_feeds
from bot.commands.offers import offers
from bot.core.errors import StorageUnavailable
from bot.core.text.neutral import is_visible, neutral
from bot.languages import LANGUAGES, say
from bot.platforms.discord.rights import PLATFORM
from bot.platforms.discord.runs import beginning, units
from bot.platforms.discord.slash import Asked
from bot.platforms.discord.speech import person_of, place_of

log = structlog.get_logger(__name__)

MOST: Final = 25
LONGEST: Final = 100
"""Choices, and units of the name and of the value of each (Application Command Option Choice)."""

SECONDS: Final = 0.9
"""For finding what fits. Who types goes on typing; Discord itself waits 3 s."""

Pairs: TypeAlias = Iterable[tuple[str, str]]
"""What choices are called, and what each stands for."""


class Autocomplete:
    """Offers what there is at a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def events(self, interaction: Asked, typed: str) -> list[Choice[str]]:
        """Offer the newest events, or those with the words."""
        return await self._soon(interaction, partial(self._events, typed))

    async def feeds(self, interaction: Asked, typed: str) -> list[Choice[str]]:
        """Offer feeds by name, address or number."""
        return await self._soon(interaction, partial(self._feeds, typed))

    async def zones(self, interaction: Asked, typed: str) -> list[Choice[str]]:
        """Offer time zones; that of this installation to who has typed nothing."""
        return await self._soon(interaction, partial(self._zones, typed))

    async def filters(self, interaction: Asked, typed: str) -> list[Choice[str]]:
        """Offer outlets for the end of a filter."""
        return await self._soon(interaction, partial(self._filters, typed))

    async def subscriptions(self, interaction: Asked, typed: str) -> list[Choice[str]]:
        """Offer what the chat has subscribed to, by number and time."""
        return await self._soon(interaction, partial(self._subscriptions, interaction, typed))

    async def commands(self, interaction: Asked, typed: str) -> list[Choice[str]]:
        """Offer the names of commands."""
        return await self._soon(interaction, partial(_commands, typed))

    async def languages(self, interaction: Asked, typed: str) -> list[Choice[str]]:
        """Offer languages."""
        return await self._soon(interaction, partial(_languages, typed))

    async def _soon(self, interaction: Asked, find: Callable[[], Awaitable[Pairs]]) -> list[Choice[str]]:
        """Give what is found, or nothing when that fails or takes long."""
        try:
            async with asyncio.timeout(SECONDS):
                if await is_banned(self._desk, person_of(interaction), place_of(interaction)):
                    return []
                return _choices(await find())
        except (StorageUnavailable, TimeoutError) as error:
            log.info("nothing_offered", reason=str(error) or "it took too long")
        except Exception:
            log.exception("Nothing could be offered to somebody who types.")
        return []

    async def _events(self, typed: str) -> Pairs:
        return [(f"{each.title} – {each.told}", str(each.id)) for each in await offers(self._desk, typed, MOST)]

    async def _feeds(self, typed: str) -> Pairs:
        return [(f"{number}: {name}", str(number)) for number, name in await fitting_feeds(self._desk, MOST, typed)]

    async def _zones(self, typed: str) -> Pairs:
        found = await fitting_zones(typed, MOST) if typed.strip() else [self._desk.zone, "UTC"]
        return [(name, name) for name in dict.fromkeys(found)]

    async def _filters(self, typed: str) -> Pairs:
        return [(each, each) for each in await fitting_filters(self._desk, typed, MOST)]

    async def _subscriptions(self, interaction: Asked, typed: str) -> Pairs:
        there = await fitting_subscriptions(self._desk, place_of(interaction).address, MOST)
        named = [(f"{number}: {say(told, interaction.locale.value)}", str(number)) for number, told in there]
        return [(name, value) for name, value in named if typed.strip().casefold() in name.casefold()]


async def _commands(typed: str) -> Pairs:
    wanted = typed.strip().removeprefix("/").casefold().rpartition(" ")[2]
    return [(name, name) for name in named_on(PLATFORM) if wanted in name]


async def _languages(typed: str) -> Pairs:
    wanted = typed.strip().casefold()
    return [(name, code) for code, name in LANGUAGES.items() if wanted in name.casefold() or code.startswith(wanted)]


def _choices(found: Pairs) -> list[Choice[str]]:
    """Make choices of what is short enough to be sent back, each once."""
    named = {value: beginning(neutral(name).strip(), LONGEST) for name, value in found if value and units(value) <= LONGEST}
    return [Choice(name=name, value=value) for value, name in named.items() if is_visible(name)][:MOST]
