"""What the slash commands have in common: who answers the line that one comes to, who may see it where, and the words for its options."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol, TypeAlias

from discord import Attachment, Interaction, Permissions
from discord.abc import GuildChannel
from discord.app_commands import AppCommandContext, AppInstallationType, Choice

from bot.core.phrase import phrase

Asked: TypeAlias = Interaction[Any]

Complete: TypeAlias = Callable[[Asked, str], Awaitable[list[Choice[str]]]]
"""Offers what somebody may be typing."""


class Ask(Protocol):
    """Answers a line of the catalogue."""

    async def __call__(
        self,
        interaction: Asked,
        line: str,
        attachment: Attachment | None = None,
        /,
        *,
        channel: GuildChannel | None = None,
        event: str | None = None,
    ) -> None:
        """Raise nothing that Discord or storage does.

        `channel` is the one it is about, where that is another than where it is said; `event` are words of one, or its number, which
        belongs behind the name of the command.
        """


class Offering(Protocol):
    """Offers while somebody types."""

    async def events(self, interaction: Asked, typed: str) -> list[Choice[str]]:
        """Offer events."""

    async def feeds(self, interaction: Asked, typed: str) -> list[Choice[str]]:
        """Offer feeds."""

    async def zones(self, interaction: Asked, typed: str) -> list[Choice[str]]:
        """Offer time zones."""

    async def filters(self, interaction: Asked, typed: str) -> list[Choice[str]]:
        """Offer filters that end with an outlet, where one is being typed."""

    async def subscriptions(self, interaction: Asked, typed: str) -> list[Choice[str]]:
        """Offer what this chat has subscribed to."""

    async def commands(self, interaction: Asked, typed: str) -> list[Choice[str]]:
        """Offer commands to be explained."""

    async def languages(self, interaction: Asked, typed: str) -> list[Choice[str]]:
        """Offer the languages that we speak."""


ANYWHERE: Final = AppCommandContext(guild=True, dm_channel=True, private_channel=True)
WHERE_TOLD: Final = AppCommandContext(guild=True, dm_channel=True, private_channel=False)
"""Where something can be settled: in conversations of other people the bot can answer, but never write."""

ON_SERVERS: Final = AppCommandContext(guild=True, dm_channel=False, private_channel=False)
ANYHOW: Final = AppInstallationType(guild=True, user=True)
BY_SERVERS: Final = AppInstallationType(guild=True, user=False)

RUNNING: Final = Permissions(manage_guild=True)
"""Who sees, on a server, the commands that settle or administer; its owner can show them to others, and the code asks once more."""

EVENT: Final = phrase("An event: words of it, or its number")
WORDS: Final = phrase("Words that it must contain")
COUNT: Final = phrase("How many")
SPAN: Final = phrase("How far back, such as 24h, 7d or 2w")
FEED: Final = phrase("A feed: a part of its name, or its number")
FEED_OR_ALL: Final = phrase("A feed: a part of its name, its number, or all")
SUBSCRIPTION: Final = phrase("Which subscription, where there are several")
TIME: Final = phrase("A time of day, such as 07:30")
ZONE: Final = phrase("A city, Europe/Kyiv, UTC+3, or coordinates")
CHANNEL: Final = phrase("Another channel, such as a forum; else this one")
FILTER: Final = phrase("Such as +harbour -sport outlet:x min:3 lang:en")


def line(*words: object) -> str:
    """Write a line of the catalogue; what was not said, and line breaks, are left out."""
    return " ".join(" ".join(str(word).split()) for word in words if word is not None and str(word).strip())
