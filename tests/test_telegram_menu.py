"""What Telegram shows of the bot before anybody speaks to it: set where it differs, left alone where it does not."""

from typing import Any

from bot_api import BotApi

from bot.commands.registry import COMMANDS
from bot.platforms.telegram.menu import introduce, menus
from bot.platforms.telegram.wire import TelegramBot

pytest_plugins = ["telegram_fixtures"]

PRIVATE: dict[str, Any] = {"type": "all_private_chats"}
GROUPS: dict[str, Any] = {"type": "all_group_chats"}
GROUP_ADMINS: dict[str, Any] = {"type": "all_chat_administrators"}


def names(api: BotApi, scope: dict[str, Any], language: str = "") -> set[str]:
    return {command["command"] for command in api.commands(scope, language)}


async def test_each_place_has_the_commands_that_work_there(api: BotApi, bot: TelegramBot) -> None:
    ada = api.person("Ada")
    api.say(ada, "/start")
    await introduce(bot, admins=[ada.id])
    admin = {command.name for command in COMMANDS if command.admin}
    settling = {command.name for command in COMMANDS if command.settles}
    assert {"latest", "settings", "channel"} <= names(api, PRIVATE)
    assert not names(api, PRIVATE) & admin
    assert "latest" in names(api, GROUPS)
    assert not names(api, GROUPS) & (admin | settling | {"channel"})
    assert names(api, GROUP_ADMINS) >= settling - admin
    assert names(api, {"type": "chat", "chat_id": ada.id}) >= admin | settling


async def test_the_second_start_sets_nothing(api: BotApi, bot: TelegramBot) -> None:
    ada = api.person("Ada")
    api.say(ada, "/start")
    await introduce(bot, admins=[ada.id], name="Harbour News")
    before = len([call for call in api.calls() if call.method.startswith(("set", "delete"))])
    assert before
    await introduce(bot, admins=[ada.id], name="Harbour News")
    assert len([call for call in api.calls() if call.method.startswith(("set", "delete"))]) == before


async def test_people_read_what_it_is(api: BotApi, bot: TelegramBot) -> None:
    await introduce(bot, name="Harbour News")
    assert api.about("Name") == "Harbour News"
    assert "event" in api.about("Description")
    assert "event" in api.about("ShortDescription")
    assert api.menu_button() == {"type": "commands"}


async def test_the_name_stays_as_its_owner_chose_it(api: BotApi, bot: TelegramBot) -> None:
    await introduce(bot)
    assert not api.calls("setMyName")


async def test_what_telegram_refuses_stops_nothing_else(api: BotApi, bot: TelegramBot) -> None:
    api.fault("setMyDescription", "429", times=9, seconds=3600)
    api.fault("setMyCommands", "400 Bad Request: BOT_COMMAND_INVALID")
    await introduce(bot, admins=[987_654_321])  # nobody who ever spoke to the bot
    assert names(api, GROUPS)
    assert api.about("ShortDescription")


async def test_a_menu_that_was_changed_by_hand_is_set_again(api: BotApi, bot: TelegramBot) -> None:
    await bot.set_my_commands([("old", "An old command")], language_code="uk")
    await introduce(bot)
    before = names(api, PRIVATE)
    await bot.delete_my_commands(scope=next(menus([])).scope)
    await introduce(bot)
    assert names(api, PRIVATE) == before


def test_every_menu_is_one_that_telegram_takes() -> None:
    for menu in menus([1]):
        assert len(menu.commands) <= 100
        for command in menu.commands:
            assert command.command.isascii()
            assert 1 <= len(command.description) <= 256
