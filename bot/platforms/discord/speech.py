"""Who asks on Discord, and where, in the words of `bot.commands`."""

from typing import Final

from discord import DMChannel, Thread
from discord.abc import GuildChannel

from bot.commands.catalogue import NAMED
from bot.commands.desk import Place
from bot.core.chats.chat import Address, ChatKind
from bot.languages import LANGUAGES
from bot.platforms.discord.rights import PLATFORM, place_in
from bot.platforms.discord.slash import Asked

HIDDEN: Final = frozenset({"help", "start", "why", "subscriptions"})
"""Commands whose answers only who asked sees, beside those that settle or administer: they are of no use to others in the channel."""


def person_of(interaction: Asked) -> str:
    """Give the id of who asks."""
    return str(interaction.user.id)


def place_of(interaction: Asked) -> Place:
    """Describe where somebody asks; where the bot is no member, in the language of who asks."""
    channel = interaction.channel
    if interaction.guild_id is not None and interaction.is_guild_integration() and isinstance(channel, GuildChannel | Thread):
        return place_in(channel)
    language = interaction.locale.value.partition("-")[0]
    is_private = _is_private(interaction)
    return Place(
        address=Address(platform=PLATFORM, chat=str(interaction.channel_id)),
        kind=ChatKind.PRIVATE if is_private else ChatKind.GROUP,
        name=interaction.user.display_name if is_private else getattr(channel, "name", None) or "",
        language=language if language in LANGUAGES else None,
    )


def is_guest(interaction: Asked) -> bool:
    """Say whether the bot is no member where somebody asks: they installed it for themselves, and take it along."""
    return not _is_private(interaction) and not interaction.is_guild_integration()


def _is_private(interaction: Asked) -> bool:
    """Say whether somebody asks in their conversation with the bot; if Discord does not say so, the channel does."""
    if interaction.guild_id is not None:
        return False
    context = interaction.context
    return context.dm_channel or (not context.private_channel and isinstance(interaction.channel, DMChannel))


def is_hidden(line: str, place: Place) -> bool:
    """Say whether only who asked shall see the answer to a line: elsewhere than in private, unless it is what others came to read, too."""
    if place.kind is ChatKind.PRIVATE:
        return False
    name = line.split(maxsplit=1)[0].removeprefix("/")
    command = NAMED.get(name)
    return command is None or command.settles or command.admin or name in HIDDEN
