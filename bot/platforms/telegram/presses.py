"""Buttons that were pressed on Telegram: telling Telegram so, and editing the message; what a press means is decided in `bot.commands`."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final, TypeAlias

import structlog
from telegram import Bot, CallbackQuery, MaybeInaccessibleMessage, Message
from telegram.error import TelegramError

from bot.commands.desk import Answer, Place, Request, sentence
from bot.commands.dialogues import Dialogues
from bot.commands.pressed import Ask, Close, Elsewhere, New, Nothing, Pressed, Show, Toast
from bot.commands.screens import Screens
from bot.core.chats.chat import Address, ChatKind, Reader
from bot.core.chats.ports import MessageGone, NotModified, Outcome, Outgoing, Rejected, Rejection, Sent
from bot.core.errors import StorageUnavailable
from bot.core.message import Message as Content
from bot.core.message import Paragraph, Style, Text
from bot.core.phrase import phrase
from bot.languages import say
from bot.platforms.telegram.speech import PLATFORM, kind_of

log = structlog.get_logger(__name__)

PATIENCE: Final = 0.5
"""Seconds after which Telegram is told that the button was pressed, though what it leads to is not known. Guess: a client shows a clock
until then, and people press once more."""

LONGEST_TOAST: Final = 200
"""Characters of what is told to the one who pressed (Bot API, answerCallbackQuery)."""

UNREACHABLE: Final = phrase("Telegram does not answer at the moment; press once more.")
CLOSED: Final = phrase("Closed.")

_OF_EVENT: Final = re.compile(r"/\w+(?:@\w+)?\s+#?(\d{1,10})\b")

Who: TypeAlias = Callable[[CallbackQuery, Place | None], Awaitable[Request]]
"""Says who pressed and what they may, in the chat of the message or, if there is one, in that place; raises TelegramError."""

Reply: TypeAlias = Callable[[Request, Answer, Address, str], Awaitable[None]]
"""Sends an answer as that to a typed command, with its work and document, to this chat, in reply to the message with this id."""


class Presses:
    """Answers presses: `answer` sends and edits messages, `reply` does what a typed command would do."""

    def __init__(
        self,
        bot: Bot,
        screens: Screens,
        dialogues: Dialogues,
        *,
        who: Who,
        answer: Callable[[Outgoing], Awaitable[Outcome]],
        reply: Reply,
    ) -> None:
        self._bot = bot
        self._screens = screens
        self._dialogues = dialogues
        self._who = who
        self._answer = answer
        self._reply = reply
        self._latest: dict[tuple[Address, str], Outgoing] = {}
        self._editing: set[tuple[Address, str]] = set()

    async def receive(self, query: CallbackQuery) -> None:
        """Answer one press; several at a time may be answered, and those on one message stay in their order."""
        message = query.message
        if message is None or query.data is None:  # A message that was sent from elsewhere by inline mode: its buttons are all links.
            await self._say(query)
            return
        address, data = address_of(message), query.data
        kind = kind_of(message.chat)
        async with asyncio.TaskGroup() as tasks:
            deciding = tasks.create_task(self._decided(query, address, str(message.message_id), data))
            is_late = not (await asyncio.wait([deciding], timeout=PATIENCE))[0]
            if is_late:  # Said to the end: what is decided meanwhile comes too late for a toast, since a press is answered once.
                await self._say(query)
        pressed = deciding.result()
        if not is_late:
            await self._tell(query, pressed)
        elif isinstance(pressed, Toast) and pressed.show is None:  # Too late for a toast; a channel is nobody's to answer in.
            request = None if kind is ChatKind.CHANNEL else await self._asker(query)
            pressed = Nothing() if request is None else New(request=request, answer=sentence(pressed.text))
        await self._do(query, pressed, address, kind, str(message.message_id))

    async def _decided(self, query: CallbackQuery, address: Address, message_id: str, data: str) -> Pressed:
        async def who(place: Place | None) -> Request:
            return await self._who(query, place)

        try:
            return await self._screens.press(address, message_id, data, who)
        except StorageUnavailable as error:
            return Toast(text=error.told, is_alert=True)
        except TelegramError as error:
            log.warning("A press could not be answered.", chat=address.chat, reason=str(error))
            return Toast(text=UNREACHABLE, is_alert=True)

    async def _asker(self, query: CallbackQuery) -> Request | None:
        try:
            return await self._who(query, None)
        except TelegramError as error:
            log.warning("A press could not be answered.", reason=str(error))
            return None

    async def _tell(self, query: CallbackQuery, pressed: Pressed) -> None:
        match pressed:
            case Toast(text=text, is_alert=is_alert):
                await self._say(query, text, is_alert=is_alert)
            case Elsewhere(line=line):
                named = _OF_EVENT.match(line)
                payload = f"e_{named[1]}" if named else "start"
                await self._say(query, url=f"https://t.me/{self._bot.username}?start={payload}")
            case _:
                await self._say(query)

    async def _say(self, query: CallbackQuery, text: str | None = None, *, is_alert: bool = False, url: str | None = None) -> None:
        told = None if text is None else say(text, query.from_user.language_code)[:LONGEST_TOAST]
        try:
            await self._bot.answer_callback_query(query.id, text=told, show_alert=is_alert, url=url)
        except TelegramError as error:  # Most often the press is too old: nobody waits for it any more.
            log.info("Telegram was not told that a button was pressed.", reason=str(error))

    async def _do(self, query: CallbackQuery, pressed: Pressed, address: Address, kind: ChatKind, message_id: str) -> None:
        match pressed:
            case Show() | Toast(show=Show()):
                show = pressed if isinstance(pressed, Show) else pressed.show
                assert show is not None
                await self._edit(_outgoing(query, address, kind, show.reader, show.message, edits=message_id))
            case New(request=request, answer=answer):
                await self._reply(request, answer, address, message_id)
            case Ask():
                await self._ask(query, pressed, kind, message_id)
            case Close():
                await self._close(query, address, kind, message_id)
            case Toast() | Elsewhere() | Nothing():
                return

    async def _edit(self, outgoing: Outgoing) -> None:
        """Edit a message; of what is to be shown in it while an edit waits for the limits, only the newest is."""
        assert outgoing.edits is not None
        key = (outgoing.address, outgoing.edits)
        self._latest[key] = outgoing
        if key in self._editing:
            return
        self._editing.add(key)
        try:
            while (latest := self._latest.pop(key, None)) is not None:
                outcome = await self._delivered(latest)
                if isinstance(outcome, MessageGone):
                    await self._screens.forget(outgoing.address, outgoing.edits)
                elif not isinstance(outcome, Sent | NotModified):
                    log.warning("A screen could not be shown.", chat=outgoing.address.chat, outcome=repr(outcome))
        finally:
            self._editing.discard(key)
            self._latest.pop(key, None)

    async def _delivered(self, outgoing: Outgoing) -> Outcome:
        """Send or edit; what Telegram cannot read goes as plain text, what it finds too long is cut."""
        outcome = await self._answer(outgoing)
        match outcome:
            case Rejected(why=Rejection.FORMAT):
                return await self._answer(replace(outgoing, is_plain=True))
            case Rejected(why=Rejection.TOO_LONG):
                return await self._answer(replace(outgoing, is_short=True))
            case _:
                return outcome

    async def _ask(self, query: CallbackQuery, ask: Ask, kind: ChatKind, message_id: str) -> None:
        how = phrase("/cancel ends this.") if kind is ChatKind.PRIVATE else phrase("Reply to this message; /cancel ends this.")
        content = Content((Paragraph((Text(ask.text, Style.STRONG),)), Paragraph((Text(how, Style.QUIET),))))
        prompt = _outgoing(query, ask.dialogue.address, kind, ask.reader, content, reply_to=message_id)
        outcome = await self._delivered(prompt)
        if not isinstance(outcome, Sent):
            log.warning("A question could not be asked.", chat=ask.dialogue.address.chat, outcome=repr(outcome))
            return
        try:
            await self._dialogues.begin(replace(ask.dialogue, prompt_id=outcome.message_id))
        except StorageUnavailable as error:  # The answer will be taken for what it says by itself.
            log.warning("A question could not be written down.", chat=ask.dialogue.address.chat, reason=str(error))

    async def _close(self, query: CallbackQuery, address: Address, kind: ChatKind, message_id: str) -> None:
        """Delete the message; one that is too old for that (48 hours) is emptied."""
        try:
            await self._bot.delete_message(chat_id=int(address.chat), message_id=int(message_id))
        except TelegramError as error:
            log.info("A screen could not be deleted.", chat=address.chat, reason=str(error))
            content = Content((Paragraph((Text(CLOSED, Style.QUIET),)),))
            reader = Reader(zone="UTC", language=query.from_user.language_code)
            await self._edit(_outgoing(query, address, kind, reader, content, edits=message_id))


def address_of(message: MaybeInaccessibleMessage) -> Address:
    """Give the address of the chat, and topic, in which a message of Telegram lies; one that is not accessible any more has no topic."""
    thread = ""
    if isinstance(message, Message) and message.is_topic_message and message.message_thread_id:
        thread = str(message.message_thread_id)
    return Address(platform=PLATFORM, chat=str(message.chat.id), thread=thread)


def _outgoing(
    query: CallbackQuery,
    address: Address,
    kind: ChatKind,
    reader: Reader,
    content: Content,
    *,
    edits: str | None = None,
    reply_to: str | None = None,
) -> Outgoing:
    return Outgoing(
        delivery_id=None,
        address=address,
        kind=kind,
        reader=reader,
        message=content,
        nonce=f"p{query.id}"[:25],
        edits=edits,
        reply_to=reply_to,
    )
