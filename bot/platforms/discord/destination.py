"""Discord as a place for what chats are told: one message, one post, or one edit, and what became of it; its words are made in `render`.

A card has the colour of its phase, and only cards open threads: in a forum each is a post, in a channel that wants it each has a thread.
A thread that began with a message has the id of that message, so what answers a card finds its way without any memory.
"""

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

import structlog
from aiohttp import ClientError
from discord import (
    AllowedMentions,
    Client,
    DiscordException,
    Embed,
    Forbidden,
    ForumChannel,
    HTTPException,
    MessageReference,
    NotFound,
    Object,
    PartialMessageable,
    TextChannel,
    Thread,
)
from discord import Message as DiscordMessage
from discord.abc import GuildChannel, PrivateChannel

from bot.core.chats.chat import Address, ChatKind, Reader
from bot.core.chats.ports import ChatGone, Limits, MessageGone, Outcome, Outgoing, Rejected, RetryLater, Sent
from bot.core.message import Message
from bot.core.phase import Phase
from bot.platforms.discord.failures import ARCHIVED, HAS_THREAD, LOCKED, NO_ACCESS, NO_RIGHTS, UNKNOWN_CHANNEL, Failure, lacking, outcome_of
from bot.platforms.discord.keyboard import keyboard
from bot.platforms.discord.render import content_of, embeds_of, name_of, parts

LONGEST: Final = 30.0
"""Seconds of one send with all that the library waits by itself. Guess: its buckets are empty for seconds."""

UNKNOWN_REST: Final = timedelta(minutes=1)
"""How long nothing is sent to a channel of which Discord has told nothing. Guess: it tells of all seconds after the gateway opens."""

LOOKED_THROUGH: Final = 300
"""Messages of a channel among which one is looked for that is in doubt, newest first. Guess: three calls, and hours of most channels."""

SKEW: Final = timedelta(minutes=5)
"""By so much Discord's clock may differ from ours. Guess."""

CLOSED: Final = {UNKNOWN_CHANNEL: "The post was deleted.", ARCHIVED: "The post is archived.", LOCKED: "The post is locked."}
"""What ends a post or the thread of a card, and nothing else of its channel."""

SHUT: Final = {*CLOSED, NO_ACCESS, NO_RIGHTS}
"""Why nothing can be said in the thread of a card, while the channel may take it."""

NOBODY: Final = AllowedMentions.none()

Place: TypeAlias = GuildChannel | Thread | PrivateChannel

log = structlog.get_logger(__name__)


class Discord:
    """A platform whose chats are Discord's; what comes again with its nonce within minutes is not shown again.

    `threaded` says of a channel whether each card there has a thread of its own, `pinged` which role a new card calls there.
    """

    name = "discord"
    deduplicates = True

    def __init__(
        self,
        client: Client,
        limits: Limits,
        *,
        threaded: Callable[[Address], bool],
        pinged: Callable[[Address, Phase], str | None] = lambda _, __: None,
    ) -> None:
        self._client = client
        self._threaded = threaded
        self._pinged = pinged
        self.limits = limits

    def parts(self, message: Message, reader: Reader) -> tuple[Message, ...]:
        """Cut a message into what fits into one of Discord's."""
        return parts(message, reader)

    async def is_reachable(self) -> bool:
        """Ask Discord who we are; a refusal is an answer too, which the next message hears again."""
        try:
            async with asyncio.timeout(LONGEST):
                await self._client.application_info()
        except HTTPException as error:
            return error.status < 500
        except (DiscordException, ClientError, OSError) as error:
            return isinstance(error, DiscordException)
        return True

    async def deliver(self, outgoing: Outgoing) -> Outcome:
        """Send or edit one message; as plain text it goes without an embed and buttons, which may be what Discord did not take."""
        try:
            async with asyncio.timeout(LONGEST):
                sent = await self._put(outgoing)
        except (DiscordException, ClientError, OSError) as error:
            return self._outcome_of(error, outgoing)
        if self._opens_thread(outgoing):
            await self._open_thread(sent, outgoing)
        return Sent(message_id=sent)

    def _outcome_of(self, error: Failure, outgoing: Outgoing) -> Outcome:
        place = self._known(outgoing.address.chat)
        code = error.code if isinstance(error, HTTPException) else 0
        if not isinstance(place, GuildChannel):
            return self._outcome_elsewhere(error, outgoing)
        is_of_card = isinstance(place, ForumChannel) and (outgoing.edits or outgoing.reply_to) is not None
        if is_of_card and code in CLOSED and not outgoing.address.thread:
            return MessageGone(reason=CLOSED[code])
        is_inside = is_of_card or bool(outgoing.address.thread)
        rights = place.permissions_for(place.guild.me)
        lacks = lacking(rights, outgoing, is_inside=is_inside, opens_thread=self._opens_thread(outgoing))
        outcome = outcome_of(error, outgoing, lacks)
        if code in {NO_ACCESS, NO_RIGHTS}:
            self._client.dispatch("refused", place)
        return outcome

    def _outcome_elsewhere(self, error: Failure, outgoing: Outgoing) -> Outcome:
        """Judge what was refused in a private chat, or in a channel that is not known: not yet, or on no server of ours."""
        outcome = outcome_of(error, outgoing)
        if outgoing.kind is ChatKind.PRIVATE:
            return outcome
        if not self._client.is_ready() or any(guild.unavailable for guild in self._client.guilds):
            # A forum takes no plain message, and a card in one is changed elsewhere: the refusal may mean nothing but that.
            is_final = isinstance(outcome, ChatGone | MessageGone | Rejected)
            return RetryLater(after=UNKNOWN_REST, reason="Discord has not told yet what this channel is.") if is_final else outcome
        is_gone = isinstance(error, HTTPException) and error.code == NO_ACCESS
        return ChatGone(reason="The bot is not on this server any more.") if is_gone else outcome

    async def _put(self, outgoing: Outgoing) -> str:
        """Send or edit, and give the id of the message."""
        place = self._known(outgoing.address.chat)
        inside = outgoing.address.thread
        if outgoing.edits is not None:
            # A post and the message that it began with have the same id.
            return await self._edit(inside or (outgoing.edits if isinstance(place, ForumChannel) else outgoing.address.chat), outgoing)
        if not inside and (thread := self._thread_for(outgoing, place)) is not None:
            try:
                return await self._send(thread, outgoing)
            except HTTPException as error:
                is_reply = outgoing.reply_to is not None
                if (is_reply and isinstance(place, ForumChannel)) or error.code not in SHUT:
                    raise
        if isinstance(place, ForumChannel) and not inside:
            return await self._post(place, outgoing)
        return await self._send(inside or outgoing.address.chat, outgoing, reply_to=outgoing.reply_to)

    def _thread_for(self, outgoing: Outgoing, place: Place | None) -> str | None:
        """Give the post or thread that a message goes into, if it answers a card, or continues what was begun there."""
        if outgoing.reply_to is not None:
            may_be = isinstance(place, ForumChannel) or self._threaded(outgoing.address) or self._known(outgoing.reply_to) is not None
            return outgoing.reply_to if may_be else None
        if outgoing.continues is not None and (isinstance(place, ForumChannel) or self._known(outgoing.continues) is not None):
            return outgoing.continues
        return None

    async def _send(self, channel: str, outgoing: Outgoing, *, reply_to: str | None = None) -> str:
        target = self._client.get_partial_messageable(_id(channel))
        how = (
            _shown(outgoing)
            | self._calling(outgoing)
            | {"nonce": outgoing.nonce, "silent": outgoing.is_silent, "suppress_embeds": outgoing.is_plain}
        )
        if outgoing.doubtful_since is not None and (found := await self._found(target, how, outgoing.doubtful_since - SKEW)):
            return found
        if reply_to:
            how["reference"] = MessageReference(message_id=_id(reply_to), channel_id=target.id, fail_if_not_exists=False)
        return str((await target.send(**how)).id)

    async def _found(self, channel: PartialMessageable, shown: Mapping[str, Any], since: datetime) -> str | None:
        """Look for a message that may be there already: of its nonce Discord knows nothing after some minutes."""
        try:
            async for message in channel.history(limit=LOOKED_THROUGH):
                if message.created_at < since:
                    break
                if message.author == self._client.user and message.interaction_metadata is None and _reads(message, shown):
                    return str(message.id)
        except Forbidden:
            log.debug("What is in doubt could not be looked for.", chat=channel.id)
        return None

    async def _edit(self, channel: str, outgoing: Outgoing) -> str:
        target = self._client.get_partial_messageable(_id(channel)).get_partial_message(_id(outgoing.edits))
        whole = {"content": None, "embeds": [], "view": None} | _shown(outgoing)
        try:
            await target.edit(**whole)
        except HTTPException as error:
            if error.code != ARCHIVED:
                raise
            if not await self._reopens(channel):
                raise
            await target.edit(**whole)
        return str(target.id)

    async def _reopens(self, channel: str) -> bool:
        """Reopen a thread that is archived, unless that is refused, as it is when it is locked and the bot may not unlock it."""
        thread = await self._client.fetch_channel(_id(channel))
        try:
            if isinstance(thread, Thread):
                await thread.edit(archived=False)
        except HTTPException as error:
            if isinstance(error, Forbidden) or error.code == LOCKED:
                return False
            raise
        return True

    async def _post(self, forum: ForumChannel, outgoing: Outgoing) -> str:
        """Make a post of a message, unless it is in doubt and there: posts have no nonce."""
        name = name_of(outgoing.message, outgoing.reader)
        shown = _shown(outgoing) | self._calling(outgoing)
        how = shown | {"name": name, "silent": outgoing.is_silent, "suppress_embeds": outgoing.is_plain}
        if outgoing.doubtful_since is not None:
            # What is known of threads may be as old as the line that broke.
            for thread in await forum.guild.active_threads():
                is_ours = thread.parent_id == forum.id and thread.owner_id == forum.guild.me.id
                if is_ours and thread.name == name and await self._begins_with(thread, shown):
                    return str(thread.id)
        if forum.flags.require_tag:
            how["applied_tags"] = [tag for tag in forum.available_tags if not tag.moderated][:1]
        made = await forum.create_thread(**how)
        return str(made.thread.id)

    async def _begins_with(self, thread: Thread, shown: Mapping[str, Any]) -> bool:
        try:
            first = await thread.fetch_message(thread.id)
        except (NotFound, Forbidden):
            return False
        return _reads(first, shown)

    async def _open_thread(self, message_id: str, outgoing: Outgoing) -> None:
        """Open the thread of a card that has arrived; without it the card is worth as much, and answers go below it."""
        channel = self._known(outgoing.address.chat)
        if not isinstance(channel, TextChannel):
            return
        try:
            async with asyncio.timeout(LONGEST):
                await channel.create_thread(name=name_of(outgoing.message, outgoing.reader), message=Object(_id(message_id)))
        except (DiscordException, ClientError, OSError) as error:
            if not isinstance(error, HTTPException) or error.code != HAS_THREAD:
                log.warning("thread_not_opened", chat=outgoing.address.chat, reason=str(error) or type(error).__name__)

    def _opens_thread(self, outgoing: Outgoing) -> bool:
        return _is_new_card(outgoing) and not outgoing.address.thread and self._threaded(outgoing.address)

    def _calling(self, outgoing: Outgoing) -> dict[str, Any]:
        """Call the role that wants to hear of such a card, and nobody else: once, when the card comes, and never silently."""
        phase, is_loud = outgoing.message.phase, outgoing.delivery_id is not None and not (outgoing.is_silent or outgoing.is_plain)
        role = self._pinged(outgoing.address, phase) if phase is not None and is_loud and _is_new_card(outgoing) else None
        if role is None:
            return {}
        return {"content": f"<@&{_id(role)}>", "allowed_mentions": AllowedMentions(everyone=False, users=False, roles=[Object(_id(role))])}

    def _known(self, channel: str) -> Place | None:
        """Give what is known of a channel without asking; None for what was never seen, such as threads that are archived."""
        return self._client.get_channel(_id(channel)) if channel else None


_CALL: Final = re.compile(r"<@&\d+>")
_NO_ID: Final = 0
"""Nothing has it: Discord answers that there is no such thing."""


def _id(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() else _NO_ID


def _reads(message: DiscordMessage, shown: Mapping[str, Any]) -> bool:
    """Say whether a message reads as this would; Discord changes white space, and a role is not called each time."""
    return _words(message.content, message.embeds) == _words(shown.get("content"), shown.get("embeds", ()))


def _words(content: str | None, embeds: Iterable[Embed]) -> list[list[str]]:
    texts: list[str | None] = [_CALL.sub("", content or "")]
    for embed in embeds:
        texts += (embed.title, embed.description, embed.footer.text)
        texts += (text for field in embed.fields for text in (field.name, field.value))
    return [text.split() for text in texts if text]


def _is_new_card(outgoing: Outgoing) -> bool:
    return outgoing.message.phase is not None and (outgoing.edits or outgoing.reply_to or outgoing.continues) is None


def _shown(outgoing: Outgoing) -> dict[str, Any]:
    """Give what is shown in the words of the library."""
    message, reader = outgoing.message, outgoing.reader
    mentions = {"allowed_mentions": NOBODY}
    if outgoing.is_plain:
        return mentions | {"content": content_of(message, reader, is_short=outgoing.is_short)}
    view = keyboard(message.actions, language=reader.language)
    return mentions | {"embeds": embeds_of(message, reader, is_short=outgoing.is_short)} | ({"view": view} if view else {})
