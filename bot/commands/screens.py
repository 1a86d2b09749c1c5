"""Answers as screens: opening one, and what becomes of it when somebody presses a button, the same on every platform.

Whatever is pressed in whatever order, a screen stays usable: what it shows is one of its levels, and every level can be shown again.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias
from weakref import WeakValueDictionary

import structlog

from bot.commands.desk import Answer, Command, Desk, Place, Request
from bot.commands.dialogues import LASTING
from bot.commands.pressed import Ask, Close, Elsewhere, New, Nothing, Opened, Pages, Pressed, Show, Toast, Toasts, Who
from bot.commands.readers import Readers
from bot.commands.registry import NAMED, respond
from bot.core.chats.chat import Address, ChatKind, Reader
from bot.core.chats.screen import (
    Back,
    Dialogue,
    Find,
    Inert,
    Level,
    Run,
    Screen,
    Shut,
    Turn,
    control,
    fingerprint,
    opened,
    reached,
)
from bot.core.chats.screen_page import has_buttons, page_of
from bot.core.errors import StorageUnavailable
from bot.core.message import Line, Link, Message, Paragraph, Text
from bot.core.message_text import message_json, message_of
from bot.core.phrase import phrase
from bot.core.wording import shortened
from storage.chats import screens

Pressable: TypeAlias = Run | Find | Turn | Back | Shut

log = structlog.get_logger(__name__)

KEPT: Final = timedelta(days=90)
"""How long a screen is remembered that nobody touches. Guess; afterwards its buttons answer with a new message."""

PRUNED_EVERY: Final = timedelta(days=1)
"""How often old screens are looked for, and how exactly it is known when somebody touched one."""

AGAIN: Final = 1.0
"""Seconds after a change in which the same press by the same person is taken for a slip of the finger. Guess: a double click is faster."""

MOST_RECENT: Final = 1_000
"""Presses that are remembered for that; more than are made in a second."""

LONGEST_NAME: Final = 100
"""Characters of the name of a chat that is managed from another; Telegram's have up to 128."""

MEANINGLESS: Final = phrase("This button means nothing here.")
FORGOTTEN: Final = phrase("This list is too old to go on with. Ask once more.")
NOT_YOURS: Final = phrase("Only who asked, and who runs this chat, turns these pages. Ask for a list of your own.")


class Screens:
    """The screens of one platform, which says with `pages` and `toast` what fits into a message and into a toast."""

    def __init__(self, desk: Desk, *, pages: Pages, toast: Toasts) -> None:
        self._desk = desk
        self._pages = pages
        self._toast = toast
        self._readers = Readers(desk)
        self._turns: WeakValueDictionary[tuple[Address, str], asyncio.Lock] = WeakValueDictionary()
        self._recent: dict[tuple[Address, str, str, str], float] = {}
        self._writing = asyncio.Lock()
        self._unwritten: list[Screen] = []
        self._fresh: dict[tuple[str, str, str], Screen] = {}
        self._pruned_at: datetime | None = None

    async def open_(self, request: Request, answer: Answer, *, at: Address | None = None, is_again_possible: bool = True) -> Opened:
        """Give the first page of an answer, with what turns it.

        `at` is where the message will lie, when that is not the chat that the request is about. Without `is_again_possible` the answer is
        kept, because it cannot be had a second time: work led to it.
        """
        place, line = request.place, request.text.strip()
        lies_at = place.address if at is None else at
        if not repeats(line):
            self._readers.forget(place.address, lies_at)
        shown_to = await self._readers.of(replace(place, address=lies_at))
        again = is_again_possible and request.attachment is None and answer.work is None and repeats(line)
        level = Level(line=line, kept=None if again else message_json(answer.message))
        message, levels = page_of((level,), self._pages(answer.message, shown_to), about=_named(place, lies_at))
        screen = Screen(
            address=lies_at,
            message_id="",
            asker=request.person,
            about=place.address,
            kind=place.kind,
            name=place.name,
            language=place.language,
            levels=levels,
            shown_at=request.now,
        )
        return Opened(message=message, reader=shown_to, screen=screen if has_buttons(message) else None)

    async def remember(self, shown: Opened, message_id: str, now: datetime) -> None:
        """Write a screen down once its message has arrived under this id.

        Of several at a time one writes for all that wait: a transaction for each would let no more than some hundred answers a second go.

        Raises:
            StorageUnavailable: nothing can be written; the message is there, and its buttons will answer with new messages.
        """
        if shown.screen is None:
            return
        screen = replace(shown.screen, message_id=message_id)
        self._fresh[screen.address.platform, screen.address.chat, message_id] = screen
        self._unwritten.append(screen)
        try:
            async with self._writing:
                taken, self._unwritten = self._unwritten, []
                if taken:
                    await self._write(taken, now)
        finally:
            self._fresh.pop((screen.address.platform, screen.address.chat, message_id), None)

    async def _write(self, shown: Sequence[Screen], now: datetime) -> None:
        async with self._desk.database.write() as connection:
            await screens.add(connection, shown)
            if self._pruned_at is None or now - self._pruned_at > PRUNED_EVERY:
                await screens.prune(connection, now - KEPT)
                self._pruned_at = now

    async def _known_of(self, address: Address, message_id: str) -> Screen | None:
        """Give what is remembered of a message, also while it waits to be written down."""
        if (fresh := self._fresh.get((address.platform, address.chat, message_id))) is not None:
            return fresh
        async with self._desk.database.read() as connection:
            return await screens.get(connection, address, message_id)

    async def press(self, address: Address, message_id: str, data: str, who: Who) -> Pressed:
        """Say what is to be done because somebody pressed the button with this data under a message, be it a screen or not.

        Raises:
            StorageUnavailable: the database cannot be read at the moment.
        """
        pressed_at = asyncio.get_running_loop().time()
        wanted = control(data)
        if wanted is None:
            log.info("A press was refused: no button has such data.", platform=address.platform, chat=address.chat)
            return Toast(text=MEANINGLESS)
        if isinstance(wanted, Inert):
            return Nothing()
        turn = self._turns.setdefault((address, message_id), asyncio.Lock())
        async with turn:  # Two who press at the same time are answered one after the other.
            screen = await self._known_of(address, message_id)
            request = await who(None if screen is None else place_of(screen))
            if screen is not None and not (request.runs_chat or (screen.asker and screen.asker == request.person)):
                log.info("A press was refused: the screen is somebody else's.", chat=address.chat, person=request.person)
                return Toast(text=NOT_YOURS, is_alert=True)
            key = (address, message_id, request.person, data)
            if self._recent.get(key, pressed_at) > pressed_at:
                return Nothing()
            pressed = await (self._unknown(request, wanted) if screen is None else self._known(screen, request, wanted))
            is_change = isinstance(wanted, Find) or (isinstance(wanted, Run) and not repeats(wanted.line))
            if is_change and not (isinstance(pressed, Toast) and pressed.is_alert):
                self._note(key)
            return pressed

    def _note(self, key: tuple[Address, str, str, str]) -> None:
        """Remember until when this press counts as the same."""
        now = asyncio.get_running_loop().time()
        if len(self._recent) > MOST_RECENT:
            self._recent = {each: until for each, until in self._recent.items() if until > now}
        self._recent[key] = now + AGAIN

    async def _unknown(self, request: Request, wanted: Pressable) -> Pressed:
        """Answer a press under a card, a digest, or a screen that was forgotten."""
        match wanted:
            case Run(line=line, asks=True) if request.place.kind is not ChatKind.CHANNEL:
                return await self._ask(request, line, request.place.address, "")
            case Run(asks=True):
                return Toast(text=MEANINGLESS)
            case Run(line=line) | Turn(line=str(line)) | Back(line=str(line)):
                return await self._beside(replace(request, text=line), is_run=isinstance(wanted, Run))
            case Shut() if request.runs_chat and request.place.kind is ChatKind.PRIVATE:
                return Close()
            case _:
                return Toast(text=FORGOTTEN)

    async def _beside(self, request: Request, *, is_run: bool) -> Pressed:
        """Answer a command in a message of its own, or in a toast where that says all."""
        is_question = repeats(request.text)
        if not is_run and not is_question:
            return Toast(text=MEANINGLESS)
        in_channel = request.place.kind is ChatKind.CHANNEL
        if in_channel and is_question:
            return Elsewhere(line=request.text)
        answer = await self._respond(request)
        told = self._told(answer, await self._readers.of(request.place))
        if answer.work is None and answer.document is None and not answer.is_picture:
            if told and (not is_question or answer.failed) and not (answer.failed and answer.message.actions):
                return Toast(text=told, is_alert=answer.failed)
            if in_channel:
                return Toast(text=told or phrase("Done."), is_alert=answer.failed)
        return New(request=request, answer=answer)

    async def _known(self, screen: Screen, request: Request, wanted: Pressable) -> Pressed:
        match wanted:
            case Run(line=line, asks=True):
                return await self._ask(request, line, screen.address, await self._question(screen, request, line))
            case Run(line=line):
                return await self._run(screen, replace(request, text=line))
            case Find():
                return await self._find(screen, request, wanted)
            case Turn() | Back():
                if wanted.line is not None and not repeats(wanted.line):
                    return Toast(text=MEANINGLESS)
                return await self._show(screen, reached(screen.levels, wanted), request)
            case Shut():
                await self.forget(screen.address, screen.message_id)
                return Close()

    async def _run(self, screen: Screen, request: Request) -> Pressed:
        """Do what a button of a screen says."""
        line = request.text
        answer = await self._respond(request)
        if answer.work is not None or answer.document is not None or answer.is_picture:
            return New(request=request, answer=answer)
        told = self._told(answer, await self._reader(screen))
        if answer.failed and told and not answer.message.actions:
            return Toast(text=told, is_alert=True)
        if repeats(line):
            levels = opened(screen.levels, Level(line=line))
            return await self._show(screen, levels, request, answer.message if levels[-1].kept is None else None)
        standing = _askable(screen.levels)
        if told and standing and not answer.failed:
            return Toast(text=told, show=await self._show(screen, standing, request))
        if standing == screen.levels and _name(line) == _name(standing[-1].line):
            # A panel that answers a change with itself is shown as the panel, and lies nowhere twice.
            anew = await self._answered(standing[-1], request)
            if anew.blocks[:1] == answer.message.blocks[:1]:
                return await self._show(screen, standing, request, anew)
        level = Level(line=line, kept=message_json(answer.message))
        return await self._show(screen, opened(screen.levels, level), request, answer.message)

    async def _respond(self, request: Request) -> Answer:
        """Do what a button says; afterwards the chat may have another zone or language."""
        answer = await respond(self._desk, request)
        if not repeats(request.text):
            self._readers.forget(request.place.address)
        return answer

    async def _find(self, screen: Screen, request: Request, wanted: Find) -> Pressed:
        """Run the command that was too long for its button."""
        message = await self._answered(screen.levels[-1], request)
        for action in message.actions:
            if action.command.startswith("/") and fingerprint(action.command) == wanted.fingerprint:
                return await self._known(screen, request, Run(line=action.command, asks=bool(action.asks)))
        return Toast(text=MEANINGLESS, show=await self._show(screen, screen.levels, request, message))

    async def _ask(self, request: Request, line: str, address: Address, question: str) -> Pressed:
        command = _command(line)
        if command is None or not request.person:
            return Toast(text=MEANINGLESS if command is None else phrase("Type it: {line} …", line=line))
        if (command.settles and not request.runs_chat) or (command.admin and not request.is_admin):
            refusal = await respond(self._desk, replace(request, text=line))
            return Toast(text=self._told(refusal, await self._readers.of(request.place)) or MEANINGLESS, is_alert=True)
        place = request.place
        dialogue = Dialogue(
            address=address,
            person=request.person,
            line=line,
            prompt_id="",
            expires_at=request.now + LASTING,
            about=place.address,
            kind=place.kind,
            name=place.name,
            language=place.language,
        )
        shown_to = await self._readers.of(replace(place, address=address))
        return Ask(text=question or phrase("Which words shall follow {line}?", line=line), dialogue=dialogue, reader=shown_to)

    async def _question(self, screen: Screen, request: Request, line: str) -> str:
        actions = (await self._answered(screen.levels[-1], request)).actions
        return next((action.asks for action in actions if action.command == line), "")

    async def _answered(self, level: Level, request: Request) -> Message:
        """Give what a level shows, without cutting it."""
        if level.kept is not None:
            return message_of(level.kept)
        return (await respond(self._desk, replace(request, text=level.line))).message

    async def _show(self, screen: Screen, levels: tuple[Level, ...], request: Request, message: Message | None = None) -> Show:
        """Show the top level, of which `message` is the answer if it is known already, and write down that it is shown."""
        if message is None:
            message = await self._answered(levels[-1], request)
        shown_to = await self._reader(screen)
        page, levels = page_of(levels, self._pages(message, shown_to), about=_named(place_of(screen), screen.address))
        if levels != screen.levels or request.now - screen.shown_at > PRUNED_EVERY:
            try:
                async with self._desk.database.write() as connection:
                    await screens.save(connection, replace(screen, levels=levels, shown_at=request.now))
            except StorageUnavailable as error:  # What its buttons say is enough to go on with.
                log.warning("A screen could not be written down.", chat=screen.address.chat, reason=str(error))
        return Show(message=page, reader=shown_to)

    async def forget(self, address: Address, message_id: str) -> None:
        """Remember nothing of a message that is gone."""
        try:
            async with self._desk.database.write() as connection:
                await screens.remove(connection, address, message_id)
        except StorageUnavailable as error:  # It is forgotten when it is old.
            log.warning("A screen could not be forgotten.", chat=address.chat, reason=str(error))

    async def _reader(self, screen: Screen) -> Reader:
        return await self._readers.of(replace(place_of(screen), address=screen.address))

    def _told(self, answer: Answer, shown_to: Reader) -> str | None:
        """Give what an answer says in a sentence or two before it shows anything; None for one that begins with a heading."""
        lines: list[Line] = []
        for block in answer.message.blocks:
            if not isinstance(block, Paragraph):
                break
            lines += [(Text(" "),)] * bool(lines) + [_unlinked(block.line)]
        whole = tuple(span for line in lines for span in line)
        for said in (whole, *lines[:1]):
            if said and (text := self._toast(Message((Paragraph(said),)), shown_to)):
                return text
        return None


def repeats(line: str) -> bool:
    """Say whether a command line only asks, so that answering it once more does nothing once more."""
    command = _command(line)
    if command is None:
        return True
    return not command.acts and (len(line.split()) == 1 or not (command.settles or command.admin))


def place_of(subject: Screen | Dialogue) -> Place:
    """Give the chat that a screen or a dialogue is about."""
    return Place(address=subject.about, kind=subject.kind, name=subject.name, language=subject.language)


def _named(about: Place, lies_at: Address) -> str:
    """Name the chat that is meant where somebody would think it is the one in which they read."""
    return "" if about.address.chat == lies_at.chat else shortened(about.name, LONGEST_NAME)


def _askable(levels: tuple[Level, ...]) -> tuple[Level, ...]:
    """Give the levels up to the highest that can be shown anew."""
    while levels and levels[-1].kept is not None:
        levels = levels[:-1]
    return levels


def _name(line: str) -> str:
    words = line.split(maxsplit=1)
    return words[0].removeprefix("/").partition("@")[0].casefold() if words and words[0].startswith("/") else ""


def _command(line: str) -> Command | None:
    return NAMED.get(_name(line))


def _unlinked(line: Line) -> Line:
    return tuple(Text(span.text) if isinstance(span, Link) else span for span in line)
