"""Answers on their way to somebody on Discord: as screens, with documents, and with the work that follows; none is made here."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from secrets import token_hex
from typing import Any, Final, TypeAlias

import structlog
from aiohttp import ClientError
from discord import DiscordException

from bot.commands.desk import Answer, Desk, Draw, Progress, Request, Work, sentence
from bot.commands.pressed import Opened
from bot.commands.screens import Screens
from bot.core.chats.chat import ChatKind, Reader
from bot.core.chats.ports import Outcome, Outgoing, Sent
from bot.core.errors import SluglineError, StorageUnavailable
from bot.core.message import Message, Paragraph, Style, Text
from bot.core.phrase import phrase
from bot.core.understanding.chart import Chart
from bot.pipeline.collect import Clock
from bot.platforms.discord.render import pages
from bot.platforms.discord.talk import Talk

log = structlog.get_logger(__name__)

EDITED_EVERY: Final = 3.0
"""Seconds between two edits that tell how far work is. Guess: as on Telegram."""

GOODBYE: Final = 2.0
"""Seconds that are given to telling somebody that work is stopped because the program ends. Guess."""

BROKEN: Final = phrase("Something went wrong in Slugline itself. It has been written down; please tell whoever runs it.")
STOPPED: Final = phrase("The work that was going on is stopped; what was done stays done.")

Begin: TypeAlias = Callable[[Coroutine[Any, Any, None]], object]
"""Lets something go on beside the conversation until the program ends."""


class Replies:
    """Shows answers; `send` is for what comes when Discord takes nothing more for the interaction."""

    def __init__(self, desk: Desk, screens: Screens, *, send: Callable[[Outgoing], Awaitable[Outcome]], begin: Begin, clock: Clock) -> None:
        self._desk = desk
        self._screens = screens
        self._send = send
        self._begin = begin
        self._clock = clock

    async def reply(self, talk: Talk, request: Request, answer: Answer, *, hidden: bool) -> None:
        """Show an answer and whatever goes with it; what failed concerns only who asked. Raises what Discord or the line does."""
        hidden = hidden or answer.failed
        opened = await self._opened(request, answer)
        shown = await talk.say(opened.message, opened.reader, hidden=hidden, document=answer.document)
        await self._remember(opened, shown)
        if answer.work is not None:
            self._begin(self._do(talk, request, answer, answer.work, shown, hidden=hidden))
        if answer.chart is not None and self._desk.draw is not None:
            self._begin(self._picture(talk, answer.chart, self._desk.draw, opened.reader, hidden=hidden))

    async def _picture(self, talk: Talk, chart: Chart, draw: Draw, reader: Reader, *, hidden: bool) -> None:
        """Send the picture after its text, which is all there is when it cannot be drawn."""
        try:
            data, told = await draw(chart, reader)
            await talk.show_picture(data, told, hidden=hidden)
        except (SluglineError, DiscordException, ClientError, OSError) as error:
            log.warning("A picture could not be shown; its text was.", interaction=talk.interaction.id, reason=str(error))

    async def _opened(self, request: Request, answer: Answer, *, is_again_possible: bool = True) -> Opened:
        try:
            return await self._screens.open_(request, answer, is_again_possible=is_again_possible)
        except StorageUnavailable:  # Then it has one page, by the clock of the installation.
            reader = Reader(zone=self._desk.zone, language=request.place.language)
            return Opened(message=pages(answer.message, reader)[0], reader=reader, screen=None)

    async def _remember(self, opened: Opened, shown: str) -> None:
        try:
            await self._screens.remember(opened, shown, self._clock())
        except StorageUnavailable as error:  # The answer is there; its buttons will answer with new messages.
            log.warning("A screen could not be written down.", reason=str(error))

    # -- work

    async def _do(self, talk: Talk, request: Request, answer: Answer, work: Work, shown: str, *, hidden: bool) -> None:
        """Work to the end, and to the end of the work that may follow; one message tells how far it is, and then what came of it."""
        try:
            following: Work | None = work
            while following is not None:
                answer = await self._worked(talk, request, answer, following, shown)
                following = answer.work
        except asyncio.CancelledError:
            with suppress(TimeoutError):
                async with asyncio.timeout(GOODBYE):
                    await self._conclude(talk, request, sentence(STOPPED), shown, hidden=hidden)
            raise
        await self._conclude(talk, request, answer, shown, hidden=hidden)

    async def _conclude(self, talk: Talk, request: Request, answer: Answer, shown: str, *, hidden: bool) -> None:
        """Show what came of work: in the message that announced it or, when Discord takes no more for that, in a message of its own."""
        opened = await self._opened(request, answer, is_again_possible=False)
        try:
            if not talk.is_open:
                await self._send_late(talk, request, opened, hidden=hidden)
            elif answer.document is not None:
                await self._remember(opened, await talk.say(opened.message, opened.reader, hidden=hidden, document=answer.document))
            else:
                await self._remember(opened, await talk.edit(shown, opened.message, opened.reader))
        except (DiscordException, ClientError, OSError) as error:
            log.warning("What came of work could not be shown.", chat=request.place.address.chat, reason=str(error))

    async def _send_late(self, talk: Talk, request: Request, opened: Opened, *, hidden: bool) -> None:
        """Send what came of work when the interaction is over: what was for one person's eyes goes to that person."""
        address, kind = request.place.address, request.place.kind
        if hidden and kind is not ChatKind.PRIVATE:
            private = await talk.interaction.user.create_dm()
            address, kind = replace(address, chat=str(private.id), thread=""), ChatKind.PRIVATE
        outgoing = Outgoing(
            delivery_id=None,
            address=address,
            kind=kind,
            reader=opened.reader,
            message=opened.message,
            nonce=token_hex(12),
        )
        outcome = await self._send(outgoing)
        if isinstance(outcome, Sent):
            await self._remember(opened, outcome.message_id)
        else:
            log.warning("What came of work did not arrive.", chat=request.place.address.chat, outcome=repr(outcome))

    async def _worked(self, talk: Talk, request: Request, answer: Answer, work: Work, shown: str) -> Answer:
        """Do one piece of work and say how far it is, now and then, in the message that announced it; gives what came of it."""
        steps, told = [0, 0], [0, 0]

        def reach(reached: int, total: int) -> None:
            steps[:] = reached, total

        async with asyncio.TaskGroup() as tasks:
            working = tasks.create_task(self._concluded(work, reach))
            while not (await asyncio.wait((working,), timeout=EDITED_EVERY))[0]:
                if steps != told and steps[1] and talk.is_open:
                    told = list(steps)
                    text = phrase("{done:,} of {total:,}", done=told[0], total=told[1])
                    message = Message((*answer.message.blocks, Paragraph((Text(text, Style.QUIET),))))
                    await self._edit(talk, request, replace(answer, message=message), shown)
        return working.result()

    async def _concluded(self, work: Work, reach: Progress) -> Answer:
        try:
            return await work(reach)
        except SluglineError as error:
            return explained(error)
        except Exception:
            log.exception("The work that an answer announced has failed.")
            return sentence(BROKEN, failed=True)

    async def _edit(self, talk: Talk, request: Request, answer: Answer, shown: str) -> None:
        opened = await self._opened(request, answer, is_again_possible=False)
        try:
            await talk.edit(shown, opened.message, opened.reader)
        except (DiscordException, ClientError, OSError) as error:
            log.info("work_not_told", chat=request.place.address.chat, reason=str(error))


def explained(error: SluglineError) -> Answer:
    """Answer with what went wrong, which is written for people."""
    return Answer(message=Message((Paragraph((Text(error.told, Style.WARNING),)),)), failed=True)
