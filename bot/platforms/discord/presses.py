"""Buttons that were pressed on Discord and forms that were filled in: what is shown then; what it means is decided in `bot.commands`.

A form is one of Discord's modals: its words complete a line, as a reply does on Telegram, and then it is as if a button said that line.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final, TypeAlias
from weakref import WeakValueDictionary

import structlog
from discord import InteractionType, NotFound
from discord.ui import Label, Modal, TextInput

from bot.commands.desk import Place, Request
from bot.commands.dialogues import Dialogues
from bot.commands.pressed import Ask, Close, Elsewhere, New, Nothing, Pressed, Show, Toast
from bot.commands.screens import Screens
from bot.core.chats.chat import ChatKind
from bot.core.errors import StorageUnavailable
from bot.core.phrase import phrase
from bot.core.text.neutral import neutral
from bot.languages import say
from bot.pipeline.collect import Clock
from bot.platforms.discord.keyboard import FOUND, QUESTION
from bot.platforms.discord.replies import Replies
from bot.platforms.discord.runs import beginning
from bot.platforms.discord.speech import person_of, place_of
from bot.platforms.discord.spelling import spelled
from bot.platforms.discord.talk import PATIENCE, Talk

log = structlog.get_logger(__name__)

FORM: Final = "!"
"""The data of a form; what it completes is remembered in the database, so that a restart between question and answer costs nothing."""

WORDS: Final = "words"
"""The field of a form."""

LABEL: Final = 45
PLACEHOLDER: Final = 100
"""Units of the title and the label of a form, and of the text in an empty field (Modal, Label and Text Input Structure)."""

LONGEST_WORDS: Final = 500
"""Characters that somebody may fill in: as long as a filter in a slash command. Guess."""

FORM_PATIENCE: Final = 2.2
"""Seconds for deciding what a form asks: it cannot be promised. Guess: the rest of the 3 s is for the way."""

LATE: Final = phrase("That took too long; press once more.")

Who: TypeAlias = Callable[[Any, Place | None], Awaitable[Request]]
"""Says who pressed and what they may, in the chat of the message or, if there is one, in that place."""


class Presses:
    """Answers presses and forms."""

    def __init__(self, screens: Screens, dialogues: Dialogues, replies: Replies, *, who: Who, clock: Clock) -> None:
        self._screens = screens
        self._dialogues = dialogues
        self._replies = replies
        self._who = who
        self._clock = clock
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def receive(self, talk: Talk) -> None:
        """Answer one press or form; raises what Discord or the line does."""
        message = talk.interaction.message
        if message is None:
            return
        async with asyncio.TaskGroup() as tasks:
            deciding = tasks.create_task(self._decided(talk, str(message.id)))
            await asyncio.wait((deciding,), timeout=talk.left(FORM_PATIENCE if _may_ask(talk) else PATIENCE))
            if not deciding.done():
                await talk.promise(hidden=True)
        pressed = deciding.result()
        # Of several presses on one message, the last one that was decided is shown last.
        async with self._turns.setdefault(str(message.id), asyncio.Lock()):
            await self._do(talk, pressed, str(message.id))

    async def _decided(self, talk: Talk, message_id: str) -> Pressed:
        interaction = talk.interaction

        async def who(place: Place | None) -> Request:
            return await self._who(interaction, place)

        try:
            data = await self._said(talk) if interaction.type is InteractionType.modal_submit else _sent(talk)
            if data is None:
                return Toast(text=LATE)
            return await self._screens.press(place_of(interaction).address, message_id, data, who)
        except StorageUnavailable as error:
            return Toast(text=error.told, is_alert=True)

    async def _said(self, talk: Talk) -> str | None:
        """Give the data of a button that would say what was filled in; None when it is waited for no more."""
        interaction = talk.interaction
        taken = await self._dialogues.taken(
            place_of(interaction).address,
            person_of(interaction),
            " ".join(_filled(_data(talk).get("components", []))),
            reply_to=None,
            is_private=True,
            now=self._clock(),
        )
        return None if taken is None else f">{taken.line}"

    async def _do(self, talk: Talk, pressed: Pressed, message_id: str) -> None:
        match pressed:
            case Show():
                await self._show(talk, pressed, message_id)
            case Toast(text=text, show=show):
                if show is not None:
                    await self._show(talk, show, message_id)
                await talk.tell(text)
            case New(request=request, answer=answer):
                # Below a message for all, what somebody wants to know more of is of use to them alone.
                await self._replies.reply(talk, request, answer, hidden=request.place.kind is not ChatKind.PRIVATE)
            case Ask():
                await self._ask(talk, pressed)
            case Close():
                await talk.take_away()
            case Elsewhere() | Nothing():
                await talk.promise(hidden=True)

    async def _show(self, talk: Talk, show: Show, message_id: str) -> None:
        try:
            await talk.show(show.message, show.reader)
        except NotFound as error:
            log.info("screen_not_shown", message=message_id, reason=str(error))
            await self._screens.forget(place_of(talk.interaction).address, message_id)

    async def _ask(self, talk: Talk, ask: Ask) -> None:
        if talk.is_begun:
            await talk.tell(LATE)
            return
        try:
            await self._dialogues.begin(ask.dialogue)
        except StorageUnavailable as error:
            await talk.tell(error.told)
            return
        await talk.ask(_form(neutral(spelled(say(ask.text, ask.reader.language))).strip()))


def _form(question: str) -> Modal:
    """Make a form with one field. It is ended: the library remembers it not, what is filled in is told apart by its data."""
    field: TextInput[Modal] = TextInput(custom_id=WORDS, placeholder=beginning(question, PLACEHOLDER), max_length=LONGEST_WORDS)
    form = Modal(title=beginning(question, LABEL), custom_id=FORM)
    form.add_item(Label(text=beginning(question, LABEL), component=field))
    form.stop()
    return form


def _data(talk: Talk) -> dict[str, Any]:
    return dict(talk.interaction.data or {})


def _sent(talk: Talk) -> str:
    """Give what a button sends, or the option that was chosen from a menu."""
    data = _data(talk)
    chosen = data.get("values")
    return str(chosen[0] if chosen else data.get("custom_id", ""))


def _may_ask(talk: Talk) -> bool:
    return _sent(talk).startswith((QUESTION, FOUND))


def _filled(components: list[dict[str, Any]]) -> Iterator[str]:
    """Give what stands in the fields of a form, however they are put into rows and labels."""
    for each in components:
        if each.get("custom_id") == WORDS and isinstance(each.get("value"), str):
            yield each["value"]
        yield from _filled(each.get("components", []))
        if isinstance(each.get("component"), dict):
            yield from _filled([each["component"]])
