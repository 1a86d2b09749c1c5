"""The methods of the Bot API for what people see of a bot before they speak to it: menu, name, descriptions, menu button."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from bot_api_places import Access, Method, Places
from bot_api_query import Query
from bot_api_world import Json, Refused

SCOPES: Final = {
    "default": (), "all_private_chats": (), "all_group_chats": (), "all_chat_administrators": (), "chat": ("chat_id",),
    "chat_administrators": ("chat_id",), "chat_member": ("chat_id", "user_id"),
}  # fmt: skip
TEXTS: Final = {"Name": ("name", 64), "Description": ("description", 512), "ShortDescription": ("short_description", 120)}
"""What may be said in each language, and its longest length."""

COMMANDS_LIMIT: Final = 100
DESCRIPTION_LIMIT: Final = 256


@dataclass
class Profile:
    """Commands by scope (as JSON) and language, texts by kind and language, menu buttons by chat (0: everybody's)."""

    places: Places
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    buttons: dict[int, Json] = field(default_factory=dict)

    def methods(self) -> Mapping[str, Method]:
        about: dict[str, Method] = {
            "setMyCommands": self.set_commands,
            "getMyCommands": lambda query: self.commands.get(self._key(query), []),
            "deleteMyCommands": lambda query: self.commands.pop(self._key(query), None) is None or True,
            "setChatMenuButton": self.set_button,
            "getChatMenuButton": lambda query: self.buttons.get(self._chat(query), self.buttons.get(0, {"type": "commands"})),
        }
        for kind, (name, longest) in TEXTS.items():
            about[f"setMy{kind}"] = partial(self._set_text, kind, name, longest)
            about[f"getMy{kind}"] = partial(self._get_text, kind, name)
        return about

    def text(self, kind: str, language: str) -> str:
        """What a person with that language sees."""
        usual = self.places.world.bot.first_name if kind == "Name" else ""
        return self.texts.get((kind, language)) or self.texts.get((kind, "")) or usual

    def _set_text(self, kind: str, name: str, longest: int, query: Query) -> bool:
        language, text = _language(query), query.text(name).strip()
        if len(text) > longest:
            raise Refused(400, f"Bad Request: {kind.upper()}_TOO_LONG")
        self.texts[kind, language] = text
        if kind == "Name" and not language and text:
            self.places.world.bot.first_name = text
        return True

    def _get_text(self, kind: str, name: str, query: Query) -> Json:
        return {name: self.text(kind, _language(query))}

    def set_commands(self, query: Query) -> bool:
        given = query.json("commands")
        if not isinstance(given, list):
            raise Refused(400, "Bad Request: expected an Array of BotCommand")
        if len(given) > COMMANDS_LIMIT:
            raise Refused(400, "Bad Request: BOT_COMMANDS_TOO_MUCH")
        key = self._key(query)
        for one in given:
            if not isinstance(one, dict) or not isinstance(one.get("command"), str) or not isinstance(one.get("description"), str):
                raise Refused(400, "Bad Request: can't parse BotCommand: expected an Object")
            if not re.fullmatch("/?[a-z0-9_]{1,32}", one["command"]):
                raise Refused(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(one["description"].strip()) <= DESCRIPTION_LIMIT:
                raise Refused(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        if given:
            self.commands[key] = [{"command": one["command"].lstrip("/"), "description": one["description"].strip()} for one in given]
        else:
            self.commands.pop(key, None)
        return True

    def set_button(self, query: Query) -> bool:
        button = query.json("menu_button") or {"type": "default"}
        if not isinstance(button, dict) or button.get("type") not in {"commands", "default", "web_app"}:
            raise Refused(400, "Bad Request: can't parse menu button: unsupported menu button type")
        self.buttons[self._chat(query)] = button
        return True

    def _chat(self, query: Query) -> int:
        given = query.text("chat_id")
        if given in {"", "0"}:
            return 0
        if not (chat := self.places.find(given, Access.READ)).is_private:
            raise Refused(400, "Bad Request: chat is not a private chat")
        return chat.id

    def _key(self, query: Query) -> tuple[str, str]:
        scope = query.json("scope") or {"type": "default"}
        if not isinstance(scope, dict) or scope.get("type") not in SCOPES:
            raise Refused(400, "Bad Request: can't parse BotCommandScope: unsupported type specified")
        if "chat_id" in SCOPES[scope["type"]]:
            chat = self.places.find(str(scope.get("chat_id", "")), Access.MEMBERS)
            if chat.kind == "channel":
                raise Refused(400, "Bad Request: can't change commands in channel chats")
            if chat.is_private and scope["type"] != "chat":
                raise Refused(400, "Bad Request: can't use specified scope in private chats")
            scope = scope | {"chat_id": chat.id}
        return scope_key(scope), _language(query)


def scope_key(scope: Mapping[str, Any]) -> str:
    """The same text for the same scope."""
    return json.dumps({name: scope[name] for name in ("type", *SCOPES[scope["type"]])})


def _language(query: Query) -> str:
    if not re.fullmatch("([a-z]{2})?", language := query.text("language_code")):
        raise Refused(400, "Bad Request: invalid language code specified")
    return language
