"""Telegram as a place for what chats are told: one message, or one edit, and what became of it; its words are made in `render`."""

from collections.abc import Collection
from typing import Final

from telegram import LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.core.chats.chat import Reader
from bot.core.chats.ports import Limits, Outcome, Outgoing, Sent
from bot.core.message import Heading, Link, Message, lines_in
from bot.platforms.telegram.failures import outcome_of
from bot.platforms.telegram.keyboard import keyboard
from bot.platforms.telegram.render import parts, render
from bot.platforms.telegram.wire import TelegramBot

_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)


class Telegram:
    """A platform whose chats are Telegram's. Nothing there recognises a message that is sent a second time."""

    name = "telegram"
    deduplicates = False

    def __init__(self, bot: TelegramBot, limits: Limits, admins: Collection[int] = ()) -> None:
        self._bot = bot
        self._admins = frozenset(map(str, admins))
        self.limits = limits

    def parts(self, message: Message, reader: Reader) -> tuple[Message, ...]:
        """Cut a message into what fits into one of Telegram's."""
        return parts(message, reader)

    async def is_reachable(self) -> bool:
        """Ask Telegram who we are; a refusal is an answer too, which the next message hears again."""
        try:
            await self._bot.get_me()
        except TelegramError as error:
            return isinstance(error, RetryAfter | InvalidToken) and error.__cause__ is None
        return True

    async def deliver(self, outgoing: Outgoing) -> Outcome:
        """Send or edit one message; as plain text it goes without buttons, which may be what Telegram did not take."""
        is_admin = outgoing.address.chat in self._admins  # a private chat has the number of whom it is with
        text = render(outgoing.message, outgoing.reader, is_plain=outgoing.is_plain, is_short=outgoing.is_short)
        buttons = None if outgoing.is_plain else keyboard(outgoing.message.actions, language=outgoing.reader.language, is_admin=is_admin)
        message = {
            "chat_id": outgoing.address.chat,
            "text": text,
            "parse_mode": None if outgoing.is_plain else ParseMode.HTML,
            "link_preview_options": preview_of(outgoing.message),
            "reply_markup": buttons,
        }
        try:
            if outgoing.edits is not None:
                await self._bot.put("editMessageText", message | {"message_id": int(outgoing.edits)})
                return Sent(message_id=outgoing.edits)
            new = {
                "message_thread_id": int(outgoing.address.thread) if outgoing.address.thread else None,
                "disable_notification": outgoing.is_silent,
                "reply_parameters": _reply(outgoing.reply_to),
            }
            return Sent(message_id=str(await self._bot.put("sendMessage", message | new)))
        except TelegramError as error:
            return outcome_of(error, outgoing)


def preview_of(message: Message) -> LinkPreviewOptions:
    """Give how Telegram shows what is linked: a small preview above for a card that leads to one page, none for anything else.

    A card has its headline as a link; a digest has not, even when it links one page alone.
    """
    first = message.blocks[0] if message.blocks else None
    if not isinstance(first, Heading) or not any(isinstance(span, Link) for span in first.line):
        return _NO_PREVIEW
    addresses = {span.url for block in message.blocks for line in lines_in(block) for span in line if isinstance(span, Link)}
    if len(addresses) != 1:
        return _NO_PREVIEW
    return LinkPreviewOptions(url=addresses.pop(), prefer_small_media=True, show_above_text=True)


def _reply(message_id: str | None) -> ReplyParameters | None:
    return None if message_id is None else ReplyParameters(int(message_id), allow_sending_without_reply=True)
