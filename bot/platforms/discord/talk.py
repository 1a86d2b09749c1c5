"""One interaction with somebody on Discord: what is answered to it first, and what follows, as its token allows.

Discord wants to hear something within 3 s, and takes more for 15 minutes. None of it goes through the outbox: these calls have limits of
their own, which no message to a chat uses up, and an answer that waited for its turn among deliveries would come too late to be taken.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from io import BytesIO
from typing import Any, Final, TypeAlias

import structlog
from aiohttp import ClientError
from discord import AllowedMentions, DiscordException, File, HTTPException, InteractionType
from discord.ui import Modal

from bot.commands.desk import Document
from bot.core.chats.chat import Reader
from bot.core.message import Message
from bot.core.phrase import Phrase
from bot.core.text.neutral import neutral
from bot.core.wording import shortened
from bot.languages import say
from bot.platforms.discord.keyboard import keyboard
from bot.platforms.discord.literal import escaped
from bot.platforms.discord.render import content_of, embeds_of
from bot.platforms.discord.slash import Asked
from bot.platforms.discord.spelling import spelled

log = structlog.get_logger(__name__)

OPEN_SECONDS: Final = 14.0 * 60
"""How long a token is used. Discord takes it for 15 minutes."""

PATIENCE: Final = 1.5
"""Seconds after which Discord is told that an answer will come. Guess: half of the 3 s that it waits, the rest is for the way."""

DESCRIPTION: Final = 1000
"""Characters of what is said of a picture; Discord takes 1,024, the rest is for those it may count twice."""

INVALID_FORM: Final = 50035

NOBODY: Final = AllowedMentions.none()

_Put: TypeAlias = Callable[[dict[str, Any]], Awaitable[str]]


class Talk:
    """Answers one interaction. What Discord or the line does raises DiscordException, ClientError or OSError."""

    def __init__(self, interaction: Asked) -> None:
        self.interaction = interaction
        self._began_at = asyncio.get_running_loop().time()
        self._is_promised = self._is_promised_to_all = False

    @property
    def is_promised(self) -> bool:
        """Whether somebody waits for an answer that was promised with a word."""
        return self._is_promised

    @property
    def is_open(self) -> bool:
        """Whether Discord still takes something."""
        return asyncio.get_running_loop().time() - self._began_at < OPEN_SECONDS

    def left(self, patience: float) -> float:
        """Give what is left of so many seconds since somebody asked."""
        return max(0.0, patience - (asyncio.get_running_loop().time() - self._began_at))

    @property
    def is_begun(self) -> bool:
        """Whether something was answered, be it that an answer will come."""
        return self.interaction.response.is_done()

    async def promise(self, *, hidden: bool) -> None:
        """Say that an answer will come; under a button, without a word."""
        if self.is_begun:
            return
        try:
            if self.interaction.type is InteractionType.application_command:
                await self.interaction.response.defer(ephemeral=hidden, thinking=True)
                self._is_promised, self._is_promised_to_all = True, not hidden
            else:
                await self.interaction.response.defer()
        except (DiscordException, ClientError, OSError) as error:
            log.warning("An answer could not be promised.", interaction=self.interaction.id, reason=str(error))

    async def say(self, message: Message, reader: Reader, *, hidden: bool, document: Document | None = None) -> str:
        """Send a message, seen by who asked alone if it is `hidden`, and give its id."""

        async def put(shown: dict[str, Any]) -> str:
            return await self._put(shown | _attached(document), hidden=hidden)

        return await _shown(put, message, reader)

    async def show_picture(self, data: bytes, told: str, *, hidden: bool) -> None:
        """Send a picture (PNG) by itself; `told` says to those who cannot see it what is in it."""
        picture = File(BytesIO(data), filename="picture.png", description=shortened(neutral(told), DESCRIPTION))
        await self._put({"file": picture, "allowed_mentions": NOBODY}, hidden=hidden)

    async def tell(self, text: str) -> None:
        """Tell who asked a sentence, which may be a phrase."""
        said = spelled(say(text, self.interaction.locale.value)) if isinstance(text, Phrase) else text
        told = escaped(neutral(said))
        await self._put({"content": told, "allowed_mentions": NOBODY}, hidden=True)

    async def _put(self, shown: dict[str, Any], *, hidden: bool) -> str:
        interaction = self.interaction
        if not self.is_begun:
            answered = await interaction.response.send_message(**shown, ephemeral=hidden)
            return str(answered.message_id)
        if self._is_promised and hidden and self._is_promised_to_all:
            return await self._put_aside(shown)
        if self._is_promised:
            # The promise has settled who sees it.
            file = shown.pop("file", None)
            sent = await interaction.edit_original_response(**shown, attachments=[file] if file else [])
            self._is_promised = False
            return str(sent.id)
        return str((await interaction.followup.send(**shown, ephemeral=hidden, wait=True)).id)

    async def _put_aside(self, shown: dict[str, Any]) -> str:
        """Show to who asked alone what was promised to all: Discord lets only what follows a first answer be seen by others than that."""
        await self.interaction.edit_original_response(content="…")
        self._is_promised = False
        try:
            return str((await self.interaction.followup.send(**shown, ephemeral=True, wait=True)).id)
        finally:
            with suppress(DiscordException, ClientError, OSError):
                await self.interaction.delete_original_response()

    async def edit(self, message_id: str, message: Message, reader: Reader) -> str:
        """Change a message that was sent here; gives its id."""

        async def put(shown: dict[str, Any]) -> str:
            whole = {"content": None, "embeds": [], "view": None} | shown
            await self.interaction.followup.edit_message(int(message_id), **whole)
            return message_id

        return await _shown(put, message, reader)

    async def show(self, message: Message, reader: Reader) -> None:
        """Change the message whose button was pressed."""

        async def put(shown: dict[str, Any]) -> str:
            whole = {"content": None, "embeds": [], "view": None} | shown
            if self.is_begun:
                await self.interaction.edit_original_response(**whole)
            else:
                await self.interaction.response.edit_message(**whole)
            return ""

        await _shown(put, message, reader)

    async def take_away(self) -> None:
        """Delete the message whose button was pressed."""
        await self.promise(hidden=True)
        await self.interaction.delete_original_response()

    async def ask(self, modal: Modal) -> None:
        """Open a form; only possible as long as nothing was answered."""
        await self.interaction.response.send_modal(modal)


async def _shown(put: _Put, message: Message, reader: Reader) -> str:
    """Put a message in the usual form; what Discord cannot read goes as plain text."""
    view = keyboard(message.actions, language=reader.language)
    shown: dict[str, Any] = {"embeds": embeds_of(message, reader), "allowed_mentions": NOBODY} | ({"view": view} if view else {})
    try:
        return await put(shown)
    except HTTPException as error:
        if error.code != INVALID_FORM:
            raise
        log.warning("Discord could not read an answer; it goes as plain text.", reason=error.text)
        return await put({"content": content_of(message, reader), "allowed_mentions": NOBODY})


def _attached(document: Document | None) -> dict[str, Any]:
    return {} if document is None else {"file": File(BytesIO(document.data), filename=document.name)}
