"""Answers on their way into a chat of Telegram: as screens, with documents, and with the work that follows; none is made here."""

import asyncio
import itertools
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Final, TypeAlias

import structlog
from telegram import Bot, ReplyParameters
from telegram.error import RetryAfter, TelegramError

from bot.commands import chats, membership
from bot.commands.desk import Answer, Desk, Document, Draw, Request, Work, sentence
from bot.commands.pressed import Opened, Pages
from bot.commands.screens import Screens
from bot.core.chats.chat import Address, ChatKind, Reader
from bot.core.chats.ports import ChatGone, ChatMoved, MessageGone, NotModified, Outcome, Outgoing, Rejected, Rejection, Sent
from bot.core.errors import SluglineError, StorageUnavailable
from bot.core.message import Message, Paragraph, Style, Text
from bot.core.phrase import phrase
from bot.core.understanding.chart import Chart
from bot.pipeline.collect import Clock
from bot.platforms.telegram.render import caption_of, pages, toast

log = structlog.get_logger(__name__)

EDITED_EVERY: Final = 3.0
"""Seconds between two edits that tell how far work is: in a group Telegram takes 20 messages and edits a minute."""

GOODBYE: Final = 2.0
"""Seconds that are given to telling a chat that its work is stopped because the program ends. Guess."""

UPLOAD_SECONDS: Final = 60.0
"""What sending a document may take."""

MOST_CUT: Final = 64
"""Messages that are remembered as they were cut into pages; most are asked for once, and forgotten soon."""

BROKEN: Final = phrase("Something went wrong in Slugline itself. It has been written down; please tell whoever runs it.")
STOPPED: Final = phrase("The work that was going on is stopped; what was done stays done.")

Send: TypeAlias = Callable[[Outgoing], Awaitable[Outcome]]
Begin: TypeAlias = Callable[[Callable[[], Awaitable[None]]], object]
"""Lets something go on beside the conversation until the program ends; if it fails, it fails alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _To:
    """Where an answer goes: the message that it edits, or the one that it replies to; neither for one that stands by itself."""

    at: Address
    kind: ChatKind
    reply_to: str | None = None
    edits: str | None = None


class Replies:
    """Sends answers with `send`."""

    def __init__(self, bot: Bot, desk: Desk, screens: Screens, *, send: Send, begin: Begin, clock: Clock) -> None:
        self._bot = bot
        self._desk = desk
        self._screens = screens
        self._send = send
        self._begin = begin
        self._clock = clock
        self._numbers = itertools.count(1)

    async def reply(self, request: Request, answer: Answer, at: Address, reply_to: str | None) -> None:
        """Show an answer at an address, and whatever goes with it. Raises nothing that Telegram, storage or the work does."""
        kind = request.place.kind if at == request.place.address else ChatKind.PRIVATE
        to = _To(at=at, kind=kind, reply_to=reply_to)
        if answer.document is not None:
            await self._hand_over(request, answer, answer.document, to)
        else:
            to = replace(to, edits=await self._show(request, answer, to))
        if answer.work is not None:
            self._begin(partial(self._do, request, answer, answer.work, to))
        if answer.chart is not None and self._desk.draw is not None:
            self._begin(partial(self._picture, request, answer.chart, self._desk.draw, to))

    async def _show(self, request: Request, answer: Answer, to: _To, *, is_again_possible: bool = True) -> str | None:
        """Send or edit, and give the id of the message that shows it; None when there is none."""
        opened = await self._opened(request, answer, to.at, is_again_possible=is_again_possible)
        outcome = await self._sent(self._outgoing(opened.reader, opened.message, to))
        match outcome:
            case Sent(message_id=shown):
                await self._remember(opened, shown, to)
                return shown
            case NotModified():
                return to.edits
            case MessageGone() if to.edits is not None:
                return await self._show(request, answer, replace(to, edits=None), is_again_possible=is_again_possible)
            case ChatMoved(address=new) if new.chat != to.at.chat:
                return await self._follow(request, answer, to, new)
            case ChatGone(reason=reason):
                log.info("An answer found its chat closed.", chat=to.at.chat, reason=reason)
            case _:
                log.warning("An answer did not arrive.", chat=to.at.chat, outcome=repr(outcome))
        return to.edits

    async def _opened(self, request: Request, answer: Answer, at: Address, *, is_again_possible: bool) -> Opened:
        try:
            return await self._screens.open_(request, answer, at=at, is_again_possible=is_again_possible)
        except StorageUnavailable:  # Then it has one page.
            reader = self._unknown_reader(request)
            return Opened(message=pages(answer.message, reader)[0], reader=reader, screen=None)

    async def _remember(self, opened: Opened, shown: str, to: _To) -> None:
        try:
            await self._screens.remember(opened, shown, self._clock())
        except StorageUnavailable as error:  # The answer is there; its buttons will answer with new messages.
            log.warning("A screen could not be written down.", chat=to.at.chat, reason=str(error))

    async def _follow(self, request: Request, answer: Answer, to: _To, new: Address) -> str | None:
        """Answer where the chat is now: it has become a supergroup, in which there is nothing to edit or to reply to."""
        there = replace(to.at, chat=new.chat)
        try:
            await membership.moved(self._desk, to.at, there, self._clock())
        except StorageUnavailable as error:  # What is sent next will be told so again.
            log.warning("A chat has moved; that could not be written down.", chat=to.at.chat, reason=str(error))
        if request.place.address == to.at:
            request = replace(request, place=replace(request.place, address=there))
        return await self._show(request, answer, _To(at=there, kind=to.kind))

    async def _sent(self, outgoing: Outgoing) -> Outcome:
        """Send in the usual form; what Telegram cannot read goes as plain text, what it finds too long is cut."""
        outcome = await self._send(outgoing)
        match outcome:
            case Rejected(why=Rejection.FORMAT):
                log.warning("Telegram could not read an answer; it goes as plain text.", chat=outgoing.address.chat, reason=outcome.reason)
                return await self._send(replace(outgoing, is_plain=True))
            case Rejected(why=Rejection.TOO_LONG):
                return await self._send(replace(outgoing, is_short=True))
            case _:
                return outcome

    def _outgoing(self, reader: Reader, message: Message, to: _To) -> Outgoing:
        return Outgoing(
            delivery_id=None,
            address=to.at,
            kind=to.kind,
            reader=reader,
            message=message,
            nonce=f"answer {next(self._numbers)}",
            reply_to=None if to.edits is not None else to.reply_to,
            edits=to.edits,
        )

    # -- documents

    async def _hand_over(self, request: Request, answer: Answer, document: Document, to: _To) -> None:
        """Send a document under what the answer says of it, which stands by itself where it is long."""
        opened = await self._opened(request, answer, to.at, is_again_possible=True)
        caption = toast(opened.message, opened.reader)
        if caption is None:
            await self._show(request, replace(answer, document=None), to)
        upload = partial(self._bot.send_document, int(to.at.chat), document.data, filename=document.name)
        error = await self._uploaded(upload, to, caption)
        if error is not None:
            await self._not_handed_over(request, document, to, error)

    async def _uploaded(self, upload: Callable[..., Awaitable[object]], to: _To, caption: str | None) -> TelegramError | None:
        """Upload with a caption, once more where Telegram asks to wait a little; gives why it was not taken."""
        failed: TelegramError | None = None
        for _attempt in range(2):
            if isinstance(failed, RetryAfter):
                wait = failed.retry_after if isinstance(failed.retry_after, int | float) else failed.retry_after.total_seconds()
                if wait > UPLOAD_SECONDS:
                    return failed
                await asyncio.sleep(wait)
            try:
                await upload(
                    caption=caption,
                    message_thread_id=int(to.at.thread) if to.at.thread else None,
                    reply_parameters=None if to.reply_to is None else ReplyParameters(int(to.reply_to), allow_sending_without_reply=True),
                    write_timeout=UPLOAD_SECONDS,
                    read_timeout=UPLOAD_SECONDS,
                )
            except RetryAfter as error:
                failed = error
            except TelegramError as error:
                return error
            else:
                return None
        return failed

    # -- pictures

    async def _picture(self, request: Request, chart: Chart, draw: Draw, to: _To) -> None:
        """Send the picture after its text, which is all there is when it cannot be drawn."""
        reader = await self._reader(request, to.at)
        try:
            data, told = await draw(chart, reader)
        except SluglineError as error:
            log.warning("A picture could not be drawn; its text was shown.", chat=to.at.chat, reason=str(error))
            return
        reason = await self._uploaded(partial(self._bot.send_photo, int(to.at.chat), data), to, caption_of(told))
        if reason is not None:
            log.warning("A picture could not be sent; its text was shown.", chat=to.at.chat, reason=str(reason))

    async def _not_handed_over(self, request: Request, document: Document, to: _To, error: TelegramError) -> None:
        log.warning("A document could not be handed over.", chat=to.at.chat, document=document.name, reason=str(error))
        told = phrase("Telegram did not take {name}: {reason}.", name=document.name, reason=str(error).rstrip("."))
        await self._show(request, sentence(told, failed=True), to)

    # -- work

    async def _do(self, request: Request, answer: Answer, work: Work, to: _To) -> None:
        """Work to the end, and to the end of the work that may follow; one message tells how far it is, and then what came of it."""
        reader = await self._reader(request, to.at)
        try:
            following: Work | None = work
            while following is not None:
                answer = await self._worked(answer, following, to, reader)
                following = answer.work
        except asyncio.CancelledError:
            with suppress(TimeoutError):
                async with asyncio.timeout(GOODBYE):
                    await self._show(request, sentence(STOPPED), to, is_again_possible=False)
            raise
        if answer.document is not None:
            await self._hand_over(request, answer, answer.document, replace(to, edits=None))
        else:
            await self._show(request, answer, to, is_again_possible=False)

    async def _reader(self, request: Request, at: Address) -> Reader:
        try:
            place = replace(request.place, address=at)
            return chats.reader_of(self._desk, place, await chats.found_chat(self._desk, place))
        except StorageUnavailable:
            return self._unknown_reader(request)

    def _unknown_reader(self, request: Request) -> Reader:
        """Give for whom it is written while nobody can look: by the clock of the installation."""
        return Reader(zone=self._desk.zone, language=request.place.language)

    async def _worked(self, answer: Answer, work: Work, to: _To, reader: Reader) -> Answer:
        """Do one piece of work beside telling how far it is; gives what came of it."""
        done = asyncio.Event()
        steps = [0, 0]

        def reach(reached: int, total: int) -> None:
            steps[:] = reached, total

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._tell_steps(answer.message, steps, done, to, reader))
            try:
                return await work(reach)
            except SluglineError as error:
                return explained(error)
            except Exception:
                log.exception("The work that an answer announced has failed.", chat=to.at.chat)
                return sentence(BROKEN, failed=True)
            finally:
                done.set()

    async def _tell_steps(self, message: Message, steps: list[int], done: asyncio.Event, to: _To, reader: Reader) -> None:
        """Say how far it is, now and then, in the message that announced it, until it is done."""
        told = [0, 0]
        while to.edits is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(EDITED_EVERY):
                    await done.wait()
            if done.is_set():
                return
            if steps != told and steps[1]:
                told = list(steps)
                text = phrase("{done:,} of {total:,}", done=told[0], total=told[1])
                shown = Message((*message.blocks, Paragraph((Text(text, Style.QUIET),))))
                await self._sent(self._outgoing(reader, shown, to))


def remembered(pages: Pages) -> Pages:
    """Cut what many are answered at the same moment only once for each zone and language: it is the same message for all of them."""
    kept: OrderedDict[tuple[int, Reader], tuple[Message, Sequence[Message]]] = OrderedDict()
    cut_before = lru_cache(MOST_CUT)(pages)  # Comparing takes a tenth of cutting, and what is the very same needs not even that.

    def cut(message: Message, reader: Reader) -> Sequence[Message]:
        key = (id(message), reader)
        if key not in kept:
            kept[key] = message, cut_before(message, reader)  # The message is kept too: while it is, no other has its id.
            if len(kept) > MOST_CUT:
                kept.popitem(last=False)
        return kept[key][1]

    return cut


def explained(error: SluglineError) -> Answer:
    """Answer with what went wrong, which is written for people."""
    return Answer(message=Message((Paragraph((Text(error.told, Style.WARNING),)),)), failed=True)
