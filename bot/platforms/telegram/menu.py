"""How the bot presents itself on Telegram: the menu of commands by place and language, name and descriptions; commands live in `registry`.

Telegram remembers all of it, and takes changes of names and descriptions only a few times a day: so it is asked first.
"""

from collections.abc import Awaitable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    MenuButtonCommands,
)
from telegram.constants import BotCommandLimit, BotDescriptionLimit, MenuButtonType
from telegram.error import BadRequest, TelegramError

from bot.commands.desk import Command
from bot.commands.registry import COMMANDS
from bot.core.phrase import phrase
from bot.core.wording import shortened
from bot.languages import ENGLISH, LANGUAGES, say

log = structlog.get_logger(__name__)

DESCRIPTION: Final = phrase(
    "Slugline watches news sources, finds out which articles tell the same event, and shows you events: one card each, with everyone who "
    "reports it.\n\nA digest every day, or a word when something breaks. It never tells you the same thing twice."
)
"""What stands in a chat that has not begun."""

SHORT_DESCRIPTION: Final = phrase(
    "News by event, not by article: one card each, with everyone who reports it, and a digest that never repeats."
)
"""What stands in the bot's profile."""

CHANNEL: Final = "channel", phrase("Manage a channel or group from here")
"""A command that only Telegram has (see `managed`)."""

UNLISTED: Final = frozenset({"start"})
"""Commands that work but stand in no menu: there is a button for it where it is of use."""


@dataclass(frozen=True, slots=True)
class _Menu:
    """The commands of one place in one language; "" stands for every language that has none of its own."""

    scope: BotCommandScope
    language: str
    commands: tuple[BotCommand, ...]


async def introduce(bot: Bot, *, admins: Sequence[int] = (), name: str = "") -> None:
    """Let Telegram show what it does not show yet; what it refuses is told in the log, and nothing else suffers."""
    for menu in menus(admins):
        await _attempt("the menu of commands", _set_menu(bot, menu), menu.scope.to_json())
    for language in _languages():
        await _attempt("the description", _set_description(bot, language))
        await _attempt("the short description", _set_short_description(bot, language))
    await _attempt("the menu button", _set_button(bot))
    if name:
        await _attempt("the name", _set_name(bot, name))


def menus(admins: Sequence[int]) -> Iterator[_Menu]:
    """Give every menu; an empty one stands for a language in which nothing differs from English."""
    anybody = [command for command in COMMANDS if not command.admin and command.name not in UNLISTED]
    readers = [command for command in anybody if not command.settles]
    everything = [command for command in COMMANDS if command.name not in UNLISTED]
    places: list[tuple[BotCommandScope, Sequence[Command], bool]] = [
        (BotCommandScopeAllPrivateChats(), anybody, True),
        (BotCommandScopeAllGroupChats(), readers, False),
        (BotCommandScopeAllChatAdministrators(), anybody, False),
        *((BotCommandScopeChat(admin), everything, True) for admin in admins),
    ]
    for scope, commands, is_private in places:
        names = [(command.name, command.summary) for command in commands]
        names += [CHANNEL] if is_private else []
        english = _listed(names, ENGLISH)
        yield _Menu(scope, "", english)
        for language in _languages():
            if language:
                told = _listed(names, language)
                yield _Menu(scope, language, () if told == english else told)


def _listed(names: Sequence[tuple[str, str]], language: str) -> tuple[BotCommand, ...]:
    return tuple(BotCommand(name, shortened(say(summary, language), BotCommandLimit.MAX_DESCRIPTION)) for name, summary in names)


def _languages() -> Iterator[str]:
    """Give the languages as Telegram has them: "" for everybody whose language we do not speak."""
    yield ""
    yield from (language for language in LANGUAGES if language != ENGLISH)


async def _set_menu(bot: Bot, menu: _Menu) -> None:
    if await bot.get_my_commands(scope=menu.scope, language_code=menu.language or None) == menu.commands:
        return
    if menu.commands:
        await bot.set_my_commands(menu.commands, scope=menu.scope, language_code=menu.language or None)
    else:
        await bot.delete_my_commands(scope=menu.scope, language_code=menu.language or None)


async def _set_description(bot: Bot, language: str) -> None:
    text = shortened(say(DESCRIPTION, language or ENGLISH), BotDescriptionLimit.MAX_DESCRIPTION_LENGTH)
    if (await bot.get_my_description(language or None)).description != text:
        await bot.set_my_description(text, language or None)


async def _set_short_description(bot: Bot, language: str) -> None:
    text = shortened(say(SHORT_DESCRIPTION, language or ENGLISH), BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH)
    if (await bot.get_my_short_description(language or None)).short_description != text:
        await bot.set_my_short_description(text, language or None)


async def _set_button(bot: Bot) -> None:
    if (await bot.get_chat_menu_button()).type != MenuButtonType.COMMANDS:
        await bot.set_chat_menu_button(menu_button=MenuButtonCommands())


async def _set_name(bot: Bot, name: str) -> None:
    if (await bot.get_my_name()).name != name:
        await bot.set_my_name(name)


async def _attempt(what: str, step: Awaitable[None], scope: str = "") -> None:
    try:
        await step
    except BadRequest as error:
        if "chat not found" not in error.message.casefold():
            log.warning("Telegram does not take something that the bot shows of itself.", what=what, scope=scope, reason=error.message)
            return
        log.info("An admin has not spoken to the bot yet: the menu with all commands is there after the next start.", scope=scope)
    except TelegramError as error:
        log.warning("What the bot shows of itself stays as it was.", what=what, scope=scope, reason=error.message)
