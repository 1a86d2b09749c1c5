"""What a message on Telegram says to the bot, who says it and where; what follows from it is in `dispatch`."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from telegram import Chat, Message, User
from telegram.constants import ChatType

from bot.commands.desk import Place
from bot.commands.registry import NAMED
from bot.core.chats.chat import Address, ChatKind
from bot.platforms.telegram.dialogues import words_of

PLATFORM: Final = "telegram"

EDITABLE: Final = timedelta(minutes=1)
"""After its sending, for which an edited command is carried out that was not before. Guess: who corrects a slip does it at once."""

NAME: Final = 100
"""Characters of the name of a chat that are kept; Telegram allows 255."""

CHOOSING: Final = "channel"
"""The one command that only Telegram has: choosing a chat to manage from the private one."""

_KINDS: Final = {ChatType.PRIVATE: ChatKind.PRIVATE, ChatType.CHANNEL: ChatKind.CHANNEL}

_COMMAND: Final = re.compile(r"/(\w+)(?:@(\w+))?(?=\s|$)(.*)", re.DOTALL)

# What our own messages have in them so that Telegram makes nothing of it by itself: somebody may have copied it from there.
_INVISIBLE: Final = re.compile("[\u2060\u2066-\u2069]")

_LISTS: Final = (".opml", ".xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A command line, or words; `command` is the name of the command in lower case, None for words. `is_known` if there is one such."""

    line: str
    command: str | None = None
    is_known: bool = False


def said(message: Message, username: str) -> Said | None:
    """Read what a message says to the bot of this name; None when it says nothing to it: in a group only commands and replies do."""
    if _is_nobodys(message):
        return None
    is_private = message.chat.type == ChatType.PRIVATE
    text = _INVISIBLE.sub("", message.text or message.caption or "").strip()
    if text.startswith("/"):
        return _command(text, username, is_private=is_private)
    if is_private and message.document is not None and (message.document.file_name or "").casefold().endswith(_LISTS):
        return Said(line="/import", command="import", is_known=True)
    words = _INVISIBLE.sub("", words_of(message)).strip()
    is_reply = message.reply_to_message is not None and _is_of(message.reply_to_message.from_user, username)
    return Said(line=words) if words and (is_private or is_reply) else None


def _command(text: str, username: str, *, is_private: bool) -> Said | None:
    """Read a command; in a group one of another bot, or of nobody, is none of ours."""
    match = _COMMAND.match(text)
    if match is None:
        return Said(line=text, command="") if is_private else None
    name, bot, rest = match[1].casefold(), match[2], match[3]
    is_known = name in NAMED
    if not is_private and (not is_known or (bot or username).casefold() != username.casefold()):
        return None
    return Said(line=f"/{name}{rest}", command=name, is_known=is_known or (name == CHOOSING and is_private))


def _is_nobodys(message: Message) -> bool:
    """Say whether no person stands behind a message: other bots, what inline mode put there, posts of a channel that its group repeats."""
    is_bot = message.from_user is not None and message.from_user.is_bot and message.sender_chat is None
    return is_bot or message.via_bot is not None or bool(message.is_automatic_forward) or message.chat.type == ChatType.CHANNEL


def _is_of(user: User | None, username: str) -> bool:
    return user is not None and user.is_bot and (user.username or "").casefold() == username.casefold()


def is_too_late(message: Message) -> bool:
    """Say whether an edit came so long after the message that nobody waits for what it says."""
    return message.edit_date is None or message.edit_date - message.date > EDITABLE


def replied_to(message: Message) -> str | None:
    """Give the id of the message that was replied to; what is only written in a topic is no reply to its beginning."""
    replied = message.reply_to_message
    return None if replied is None or replied.forum_topic_created is not None else str(replied.message_id)


def person_of(message: Message) -> str:
    """Give the id of who says it; empty for administrators who hide behind their group, and for channels."""
    return "" if message.from_user is None or message.sender_chat is not None else str(message.from_user.id)


def speaker_of(message: Message) -> int:
    """Give the id by which it is counted how much somebody says: of the person, or the chat in whose name they speak."""
    if message.sender_chat is not None:
        return message.sender_chat.id
    return message.chat.id if message.from_user is None else message.from_user.id


def speaks_for_chat(message: Message) -> bool:
    """Say whether it is said in the name of the group itself, as only its administrators can."""
    return message.sender_chat is not None and message.sender_chat.id == message.chat.id


def kind_of(chat: Chat) -> ChatKind:
    """Say what a chat is; there are groups of several sorts."""
    return _KINDS.get(ChatType(chat.type), ChatKind.GROUP)


def place_of(chat: Chat, *, thread: str = "", person: User | None = None) -> Place:
    """Describe a chat; in a private one, the language is that of the person."""
    kind = kind_of(chat)
    name = chat.title or chat.full_name or chat.username or str(chat.id)
    language = language_of(person) if kind is ChatKind.PRIVATE else None
    return Place(address=Address(platform=PLATFORM, chat=str(chat.id), thread=thread), kind=kind, name=name[:NAME], language=language)


def language_of(person: User | None) -> str | None:
    """Give the language of somebody's Telegram in two letters ("pt-br" is "pt"), None where it has none."""
    short = ((person and person.language_code) or "").partition("-")[0].casefold()
    return short if len(short) == 2 and short.isascii() and short.isalpha() else None
