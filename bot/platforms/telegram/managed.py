"""Channels and groups that are managed from a private chat: which one is meant, and whether who asks may; how it is served is elsewhere."""

import re
from typing import Final

from telegram import (
    Bot,
    Chat,
    ChatAdministratorRights,
    KeyboardButton,
    KeyboardButtonRequestChat,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    User,
)
from telegram.constants import ChatType
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.commands.desk import Answer, Place, sentence
from bot.commands.registry import NAMED
from bot.core.phrase import phrase
from bot.languages import say
from bot.platforms.telegram.rights import INSIDE, Rights
from bot.platforms.telegram.speech import kind_of, language_of, place_of

_NAMED: Final = re.compile(
    r"(?P<command>/\w+)\s+(?:(?:https?://)?t\.me/|@)(?P<name>[a-z]\w{3,31})(?=\s|$)(?P<rest>.*)", re.IGNORECASE | re.DOTALL
)
_NUMBERED: Final = re.compile(r"(?P<command>/\w+)\s+(?P<name>-100\d{8,13})(?=\s|$)(?P<rest>.*)", re.DOTALL)
"""`/settings @harbour`, `/settings t.me/harbour`, and for channels without a name `/settings -1001234567890`."""

A_CHANNEL, A_GROUP = 1, 2
"""The numbers of our two buttons that choose a chat."""

_POSTING: Final = ChatAdministratorRights(
    is_anonymous=False,
    can_manage_chat=True,
    can_delete_messages=False,
    can_manage_video_chats=False,
    can_restrict_members=False,
    can_promote_members=False,
    can_change_info=False,
    can_invite_users=True,
    can_post_stories=False,
    can_edit_stories=False,
    can_delete_stories=False,
    can_post_messages=True,
    can_edit_messages=True,
)
"""What the bot needs in a channel; who adds it has to have these rights, and to add people."""


class Managed:
    """Finds the chats that people manage from their private chat with the bot."""

    def __init__(self, bot: Bot, rights: Rights) -> None:
        self._bot = bot
        self._rights = rights

    async def meant(self, line: str, person: User) -> tuple[str, Place | Answer] | None:
        """Take the chat out of a command line that names one and settles how it is served; None when it is about the private chat.

        Gives the line without it, and the chat, or the answer that says why not. Raises TelegramError when Telegram cannot be asked.
        """
        match = _NAMED.match(line) or _NUMBERED.match(line)
        if match is None:
            return None
        command = NAMED.get(match["command"][1:].casefold())
        if command is None or not command.settles:
            return None
        name = match["name"]
        wanted = int(name) if name.startswith("-") else f"@{name}"
        return f"{match['command']}{match['rest']}", await self.place(wanted, person)

    async def place(self, wanted: int | str, person: User) -> Place | Answer:
        """Give the chat with this id or @name if the bot may write there and the person runs it; else an answer that says what is missing.

        Nothing is told about a chat to somebody who does not run it, not even its name. Raises TelegramError as `meant` does.
        """
        try:
            full = await self._bot.get_chat(wanted)
        except (BadRequest, Forbidden, ChatMigrated):
            return _unknown(wanted)
        if full.type == ChatType.PRIVATE:
            return _unknown(wanted)
        chat = Chat(full.id, full.type, title=full.title, username=full.username)
        kind = kind_of(chat)
        lacking = await self._rights.lacks(chat.id, kind)
        if lacking == INSIDE:
            return _unknown(wanted)
        if lacking is None and not await self._rights.runs(chat.id, kind, person.id):
            told = phrase("Only those who run {chat} can settle that, and you are not one of its administrators.", chat=wanted)
            return sentence(told, failed=True)
        if lacking is not None:
            told = phrase("In {chat} I lack the right {right}. Give it to me there, then ask again.", chat=wanted, right=lacking)
            return sentence(told, failed=True)
        return place_of(chat)

    async def offer(self, message: Message) -> None:
        """Show the buttons with which Telegram lets somebody choose a chat."""
        language = language_of(message.from_user)
        channel = KeyboardButtonRequestChat(
            A_CHANNEL, chat_is_channel=True, user_administrator_rights=_POSTING, bot_administrator_rights=_POSTING
        )
        group = KeyboardButtonRequestChat(A_GROUP, chat_is_channel=False, bot_is_member=True)
        buttons = [
            [KeyboardButton(say(phrase("A channel …"), language), request_chat=channel)],
            [KeyboardButton(say(phrase("A group …"), language), request_chat=group)],
        ]
        told = phrase("Which chat shall be managed from here? The buttons below let you choose one that you run.")
        await self._bot.send_message(
            message.chat.id, say(told, language), reply_markup=ReplyKeyboardMarkup(buttons, resize_keyboard=True, one_time_keyboard=True)
        )

    async def take_back(self, message: Message, chosen: Place | Answer) -> None:
        """Take the buttons away once somebody has chosen."""
        language = language_of(message.from_user)
        name = chosen.name if isinstance(chosen, Place) else None
        told = phrase("From here you manage {chat}.", chat=name) if name else phrase("That chat cannot be managed from here yet.")
        await self._bot.send_message(message.chat.id, say(told, language), reply_markup=ReplyKeyboardRemove())


def named(chat: Chat) -> str:
    """Write a chat as `meant` reads it."""
    return f"@{chat.username}" if chat.username else str(chat.id)


def _unknown(wanted: int | str) -> Answer:
    told = phrase(
        "I am in no chat {chat}. Add me there first, to a channel as an administrator who may post messages. "
        "For a channel without a name /channel lets you choose it.",
        chat=wanted,
    )
    return sentence(told, failed=True)
