"""What Telegram says of the bot's own membership, told to the chats it is about; what becomes of them is decided in `bot.commands`."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

import structlog
from telegram import ChatMemberUpdated

from bot.commands import membership
from bot.commands.desk import Answer, Desk, Place, Request, sentence
from bot.commands.registry import respond
from bot.core.chats.chat import Address, ChatKind
from bot.core.errors import StorageUnavailable
from bot.core.phrase import phrase
from bot.pipeline.collect import Clock
from bot.platforms.telegram.managed import named
from bot.platforms.telegram.rights import INSIDE, Rights, missing
from bot.platforms.telegram.speech import PLATFORM, language_of, place_of

log = structlog.get_logger(__name__)

WAITS: Final = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between two tries to write down what Telegram says only once. Guess: a database that is locked is free by then."""

Tell: TypeAlias = Callable[[Request, Answer, Address], Awaitable[None]]
"""Sends an answer to an address."""


class Membership:
    """Follows the bot into chats, out of them, and to where they move."""

    def __init__(self, desk: Desk, rights: Rights, *, tell: Tell, clock: Clock) -> None:
        self._desk = desk
        self._rights = rights
        self._tell = tell
        self._clock = clock

    async def changed(self, update: ChatMemberUpdated) -> None:
        """Follow a change of what the bot is in a chat.

        Raises:
            TelegramError: Telegram cannot be asked who lets us in; what becomes of the chat is written down by then.
        """
        chat = update.chat
        place = place_of(chat, person=update.from_user)
        self._rights.forget(chat.id)
        before, lacking = missing(update.old_chat_member, place.kind), missing(update.new_chat_member, place.kind)
        if lacking is None:
            await self._surely(lambda: membership.joined(self._desk, place.address, self._clock()), place.address)
        else:
            reason = _reason(place.kind, lacking)
            await self._surely(lambda: membership.left(self._desk, place.address, reason, self._clock()), place.address)
        if place.kind is ChatKind.PRIVATE or update.from_user.is_bot:
            return
        log.info("The bot's membership in a chat has changed.", chat=place.address.chat, lacks=lacking)
        home = _home(update)
        if lacking is None and before is not None:
            await self._show_settings(place, update)
        elif lacking is not None and lacking != INSIDE and before is None:
            told = phrase(
                "In {chat} I lack the right {right} now. Nothing more is sent there; what was chosen is kept until I have it again.",
                chat=place.name,
                right=lacking,
            )
            await self._tell(self._request(f"/settings {named(chat)}", home, update), sentence(told), home.address)

    async def moved(self, old: int, new: int) -> None:
        """Follow a group that has become a supergroup. Raises nothing that storage does."""
        self._rights.forget(old)
        was, is_ = (Address(platform=PLATFORM, chat=str(chat)) for chat in (old, new))
        await self._surely(lambda: membership.moved(self._desk, was, is_, self._clock()), was)

    async def _show_settings(self, place: Place, update: ChatMemberUpdated) -> None:
        """Show who let the bot in, in their private chat, how the chat is served, if they run it; who never spoke to us cannot be told."""
        if not await self._rights.runs(update.chat.id, place.kind, update.from_user.id):
            return
        request = self._request("/settings", place, update)
        try:
            answer = await respond(self._desk, request)
        except StorageUnavailable as error:
            log.warning("Nobody could be shown how a new chat is served.", chat=place.address.chat, reason=str(error))
            return
        await self._tell(request, answer, _home(update).address)

    def _request(self, line: str, place: Place, update: ChatMemberUpdated) -> Request:
        person = str(update.from_user.id)
        return Request(text=line, now=self._clock(), is_admin=False, runs_chat=True, place=place, person=person)

    async def _surely(self, step: Callable[[], Awaitable[None]], address: Address) -> None:
        """Write something down that nobody will say again, trying for a while."""
        for wait in (*WAITS, None):
            try:
                await step()
            except StorageUnavailable as error:
                if wait is None:
                    log.exception("What became of a chat could not be written down.", chat=address.chat)
                    return
                log.warning("What became of a chat cannot be written down yet.", chat=address.chat, reason=str(error))
                await asyncio.sleep(wait)
            else:
                return


def _reason(kind: ChatKind, lacking: str) -> str:
    if lacking != INSIDE:
        return f"The bot lacks the right {lacking}."
    return "The bot was blocked." if kind is ChatKind.PRIVATE else "The bot was removed from the chat."


def _home(update: ChatMemberUpdated) -> Place:
    """Give the private chat of who changed something."""
    person = update.from_user
    address = Address(platform=PLATFORM, chat=str(person.id))
    return Place(address=address, kind=ChatKind.PRIVATE, name=person.full_name, language=language_of(person))
