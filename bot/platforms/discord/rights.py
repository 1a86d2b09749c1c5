"""Who may do what on a server of Discord, people and the bot itself; Discord says it with each interaction, so nobody is asked."""

from collections.abc import Iterator
from typing import Any, Final

from discord import CategoryChannel, ForumChannel, Interaction, Member, Permissions, Thread
from discord.abc import GuildChannel

from bot.commands import guild_membership
from bot.commands.desk import Answer, Guild, Place, sentence
from bot.core.chats.chat import Address, ChatKind
from bot.core.phrase import phrase
from bot.languages import LANGUAGES
from bot.platforms.discord.failures import NAMES
from storage.engine.database import Database

PLATFORM: Final = "discord"


class Rights:
    """Says what people may, by what they may on their server and the admin role that it named."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def guild_of(self, interaction: Interaction[Any]) -> Guild | None:
        """Give the server that somebody asks on; None in private, and where the bot is no member, so that nothing can be settled there."""
        if interaction.guild_id is None or not interaction.is_guild_integration():
            return None
        return Guild(id=str(interaction.guild_id), is_run=_runs_guild(interaction.permissions), uncallable=_uncallable(interaction))

    async def runs(self, interaction: Interaction[Any]) -> bool:
        """Say whether somebody settles how the chat is served in which they ask.

        Raises:
            StorageUnavailable: nobody can say which role the server named.
        """
        if interaction.guild_id is None:
            return True
        person = interaction.user
        if not interaction.is_guild_integration() or not isinstance(person, Member):
            return False
        return _runs_channel(interaction.permissions) or await self._has_admin_role(person)

    async def runs_channel(self, channel: GuildChannel | Thread, person: Member) -> bool:
        """Say whether somebody settles how another channel of their server is served, which they have to see for that.

        Raises:
            StorageUnavailable: as `runs` does.
        """
        if person.guild.id != channel.guild.id:
            return False
        permissions = channel.permissions_for(person)
        return permissions.view_channel and (_runs_channel(permissions) or await self._has_admin_role(person))

    async def place_of(self, channel: GuildChannel | Thread, person: Member, *, is_threaded: bool = False) -> Place | Answer:
        """Give a channel that somebody wants to have served, with a thread for each card or not, or the answer that says why not.

        Raises:
            StorageUnavailable: as `runs` does.
        """
        if not await self.runs_channel(channel, person):
            return sentence(phrase("Only those who run that channel can settle that."), failed=True)
        if isinstance(channel, CategoryChannel):
            return sentence(phrase("Nobody can write in a category: choose a channel of it."), failed=True)
        if lacking := missing(channel, is_threaded=is_threaded):
            told = phrase(
                "In {chat} I lack these rights: {rights}. Give them to me there, then ask again.",
                chat=f"#{channel.name}",
                rights=", ".join(lacking),
            )
            return sentence(told, failed=True)
        return place_in(channel)

    async def _has_admin_role(self, person: Member) -> bool:
        role = await guild_membership.admin_role(self._database, PLATFORM, str(person.guild.id))
        return role is not None and any(str(each.id) == role for each in person.roles)


def missing(channel: GuildChannel | Thread, *, is_inside: bool = False, is_threaded: bool = False) -> list[str]:
    """Name the rights that the bot lacks in a channel; `is_inside` asks for a thread of it, `is_threaded` for a thread for each card.

    Of rights that others depend on, only the first is named: Discord takes the others away with it.
    """
    return [NAMES[name] for name in _lacking(channel, is_inside=is_inside, is_threaded=is_threaded)]


def is_shut(channel: GuildChannel | Thread, *, is_inside: bool = False) -> bool:
    """Say whether the bot can write nothing at all in a channel, or in threads of it: not even without answering anything."""
    return any(name != _HISTORY for name in _lacking(channel, is_inside=is_inside, is_threaded=False))


_HISTORY: Final = "read_message_history"


def _lacking(channel: GuildChannel | Thread, *, is_inside: bool, is_threaded: bool) -> Iterator[str]:
    permissions = channel.permissions_for(channel.guild.me)
    if not permissions.view_channel:
        yield "view_channel"
        return
    is_thread = is_inside or isinstance(channel, Thread)
    needed = []
    if not is_thread:
        needed.append("send_messages")
    if is_thread or is_threaded or isinstance(channel, ForumChannel):
        needed.append("send_messages_in_threads")
    if is_threaded and not is_thread and not isinstance(channel, ForumChannel):
        needed.append("create_public_threads")
    if permissions.send_messages:  # Else Discord's library takes this one for lost, too.
        needed.append("embed_links")
    yield from (name for name in (*needed, _HISTORY) if not getattr(permissions, name))


def place_in(channel: GuildChannel | Thread) -> Place:
    """Describe a channel or thread as the place that a request is about; the server says which language people speak there."""
    language = channel.guild.preferred_locale.value.partition("-")[0]
    return Place(address=address_of(channel), kind=ChatKind.GROUP, name=channel.name, language=language if language in LANGUAGES else None)


def address_of(channel: GuildChannel | Thread) -> Address:
    """Give the address of a channel; a thread is part of the channel that it was opened in."""
    if isinstance(channel, Thread):
        return Address(platform=PLATFORM, chat=str(channel.parent_id), thread=str(channel.id))
    return Address(platform=PLATFORM, chat=str(channel.id))


def _uncallable(interaction: Interaction[Any]) -> frozenset[str]:
    """Give the roles that neither everybody may mention nor the bot here: Discord shows a mention of them, and notifies nobody."""
    ours, guild = interaction.app_permissions, interaction.guild
    if guild is None or ours.administrator or ours.mention_everyone:
        return frozenset()
    return frozenset(str(role.id) for role in guild.roles if not role.mentionable)


def _runs_guild(permissions: Permissions) -> bool:
    return permissions.administrator or permissions.manage_guild


def _runs_channel(permissions: Permissions) -> bool:
    return _runs_guild(permissions) or permissions.manage_channels
