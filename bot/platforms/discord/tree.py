"""The slash commands as Discord lists them, in every language that we speak; told to it only when what it has is something else."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import structlog
from discord import Interaction, Locale
from discord.app_commands import (
    AppCommandError,
    CommandTree,
    TranslationContextLocation,
    TranslationContextTypes,
    Translator,
    locale_str,
)
from discord.http import Route

from bot.core.phrase import verbatim
from bot.languages import ENGLISH, LANGUAGES, say
from bot.platforms.discord.slash import Ask, Offering
from bot.platforms.discord.slash_admin import admin
from bot.platforms.discord.slash_news import helping, news, sources
from bot.platforms.discord.slash_settings import digest, server, ways, wishes
from bot.platforms.discord.wire import DiscordClient

log = structlog.get_logger(__name__)

_TOLD: Final = frozenset(
    {
        TranslationContextLocation.command_description,
        TranslationContextLocation.group_description,
        TranslationContextLocation.parameter_description,
    }
)
"""What is said in other languages. Names are not: what we write of "/news event" must be what everybody types."""

_SAID: Final = frozenset(
    "name name_localizations description description_localizations type options required choices value autocomplete".split()
    + "min_value max_value min_length max_length contexts integration_types default_member_permissions".split()
)
"""What of a command is compared: what Discord adds of its own, such as ids, is not ours."""


_LOCALISED: Final = frozenset({"name_localizations", "description_localizations"})


class Tree(CommandTree[DiscordClient]):
    """The commands of this program."""

    async def on_error(self, interaction: Interaction[DiscordClient], error: AppCommandError, /) -> None:
        """Tell of a command that Discord still lists and that is not there any more, or was another one; Discord tells who asked."""
        log.warning("A command of Discord's list is not known here.", interaction=interaction.id, reason=str(error))


class Spoken(Translator):
    """Says descriptions in other languages."""

    async def translate(self, string: locale_str, locale: Locale, context: TranslationContextTypes) -> str | None:
        """Give None for what stays as it is."""
        language = locale.value.partition("-")[0]
        if language == ENGLISH or language not in LANGUAGES or context.location not in _TOLD:
            return None
        told = say(verbatim(string.message), language)
        return None if told == string.message else told


def tree_of(client: DiscordClient, ask: Ask, offer: Offering) -> Tree:
    """Make the commands; from here on the client has their interactions answered by `ask`."""
    tree = Tree(client)
    for each in (news(ask, offer), sources(ask, offer), digest(ask, offer), server(ask), admin(ask, offer)):
        tree.add_command(each)
    for one in (*wishes(ask, offer), *ways(ask, offer), *helping(ask, offer)):
        tree.add_command(one)
    return tree


async def sync(client: DiscordClient, tree: Tree) -> bool:
    """Tell Discord the commands unless it has them; gives whether it was told.

    Raises:
        DiscordException, ClientError, OSError: Discord does not take them, or does not answer.
    """
    translator = Spoken()
    wanted = [await each.get_translated_payload(tree, translator) for each in tree.get_commands()]
    route = Route("GET", "/applications/{application_id}/commands", application_id=client.application_id)
    there = await client.http.request(route, params={"with_localizations": "true"})
    if _by_name(there) == _by_name(wanted):
        return False
    await client.http.bulk_upsert_global_commands(_id(client), payload=wanted)
    return True


def _id(client: DiscordClient) -> int:
    assert client.application_id is not None
    return client.application_id


def _by_name(commands: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int], object]:
    return {(each["name"], each.get("type", 1)): _bare(each) for each in commands}


def _bare(said: object) -> object:
    """Give what was said without what says nothing: Discord leaves out some of what is empty, and adds some."""
    match said:
        case Mapping():
            kept = {key: value if key in _LOCALISED else _bare(value) for key, value in said.items() if key in _SAID}
            return {key: value for key, value in kept.items() if value not in (None, False, [], {}, "")}
        case list() | tuple():
            return [_bare(each) for each in said]
        case int() if not isinstance(said, bool):
            return str(said)
        case float() if said.is_integer():
            return str(int(said))
        case _:
            return said
