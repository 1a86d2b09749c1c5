"""Who may do what in a chat of Telegram, people and the bot itself; asked of Telegram, and remembered for a minute."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from weakref import WeakValueDictionary

from telegram import Bot, ChatMember, ChatMemberAdministrator, ChatMemberOwner, ChatMemberRestricted
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.core.chats.chat import ChatKind
from bot.core.phrase import phrase

REMEMBERED: Final = 60.0
"""Seconds for which the administrators of a chat are believed to be the same."""

MOST_CHATS: Final = 10_000
"""Chats that are remembered before those are forgotten that would be asked for anew."""

INSIDE: Final = phrase("to be a member")
POSTING: Final = phrase("to post messages")
WRITING: Final = phrase("to send messages")
"""Rights as they stand behind "the right …"."""

_OUTSIDE: Final = frozenset({ChatMemberStatus.LEFT, ChatMemberStatus.BANNED})


@dataclass(frozen=True, slots=True)
class _Known:
    """The administrators of a chat by their ids, and until when they are believed to be."""

    until: float
    administrators: Mapping[int, ChatMember]


class Rights:
    """What Telegram says of people in chats."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._known: dict[int, _Known] = {}
        self._asking: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def runs(self, chat: int, kind: ChatKind, person: int) -> bool:
        """Say whether somebody settles how a chat is served: its owner, and its administrators; in a channel those who may post.

        Raises:
            TelegramError: Telegram cannot be asked at the moment.
        """
        if kind is ChatKind.PRIVATE:
            return chat == person
        match (await self._administrators(chat)).get(person):
            case ChatMemberOwner():
                return True
            case ChatMemberAdministrator(can_post_messages=may_post):
                return kind is not ChatKind.CHANNEL or bool(may_post)
            case _:
                return False

    async def lacks(self, chat: int, kind: ChatKind) -> str | None:
        """Say which right the bot lacks to write in a chat, as in `missing`; never remembered, because people mend it and ask again.

        Raises:
            TelegramError: Telegram cannot be asked at the moment.
        """
        try:
            return missing(await self._bot.get_chat_member(chat, self._bot.id), kind)
        except (BadRequest, Forbidden, ChatMigrated):
            return INSIDE

    def forget(self, chat: int) -> None:
        """Ask anew the next time."""
        self._known.pop(chat, None)

    async def _administrators(self, chat: int) -> Mapping[int, ChatMember]:
        lock = self._asking.setdefault(chat, asyncio.Lock())
        async with lock:  # Of many who ask at the same time one asks Telegram.
            known = self._known.get(chat)
            if known is None or known.until <= _time():
                known = _Known(_time() + REMEMBERED, await self._asked(chat))
                self._remember(chat, known)
            return known.administrators

    async def _asked(self, chat: int) -> Mapping[int, ChatMember]:
        try:
            return {member.user.id: member for member in await self._bot.get_chat_administrators(chat)}
        except (BadRequest, Forbidden, ChatMigrated):  # We are not there any more, or may not know: then nobody is.
            return {}

    def _remember(self, chat: int, known: _Known) -> None:
        if len(self._known) >= MOST_CHATS:
            self._known = {each: kept for each, kept in self._known.items() if kept.until > _time()}
            if len(self._known) >= MOST_CHATS:
                self._known.clear()
        self._known[chat] = known


def missing(member: ChatMember, kind: ChatKind) -> str | None:
    """Say which right a member lacks to write in a chat of this kind; None when they may."""
    if member.status in _OUTSIDE or (isinstance(member, ChatMemberRestricted) and not member.is_member):
        return INSIDE
    match member:
        case ChatMemberOwner():
            return None
        case ChatMemberAdministrator(can_post_messages=may_post):
            return None if may_post or kind is not ChatKind.CHANNEL else POSTING
        case ChatMemberRestricted(can_send_messages=False):
            return WRITING
        case _:
            return POSTING if kind is ChatKind.CHANNEL else None


def _time() -> float:
    return asyncio.get_running_loop().time()
