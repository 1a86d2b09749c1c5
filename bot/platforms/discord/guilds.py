"""What Discord says of servers, channels and the bot's rights there, told to the chats it is about; `bot.commands` decides what follows.

Nobody is greeted: who adds the bot finds its commands at the first slash, and channels that nobody subscribed stay as they were.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from secrets import token_hex
from typing import Final
from weakref import WeakValueDictionary

import structlog
from aiohttp import ClientError
from discord import DiscordException, Guild, Object, TextChannel, Thread
from discord.abc import GuildChannel

from bot.commands import guild_channels, guild_membership
from bot.commands.desk import Desk
from bot.commands.guild_membership import Standing
from bot.core.chats.chat import Address, Chat, ChatKind, Reader
from bot.core.chats.ports import Ambiguous, ChatGone, NotSent, Outcome, Outgoing, RetryLater, Sent, Stopped
from bot.core.errors import StorageUnavailable
from bot.core.message import Line, Listing, Message, Paragraph, Style, Text
from bot.core.phrase import phrase
from bot.pipeline.collect import Clock
from bot.platforms.discord.failures import THREAD_SHUT, outcome_of
from bot.platforms.discord.rights import PLATFORM, address_of, is_shut, missing
from bot.platforms.discord.wire import DiscordClient

log = structlog.get_logger(__name__)

WAITS: Final = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between two tries to write down what Discord says only once. Guess: a database that is locked is free by then."""

_FOR_THE_MOMENT: Final = (NotSent, RetryLater, Stopped)
"""What became of a message that may well arrive another time, and has not arrived for certain."""

NAMED: Final = 20
"""Channels that are named when rights are missing in many. Guess: by then it is clear that it is the role."""


_SHUT: Final = frozenset(THREAD_SHUT.values())

REFUSED_AGAIN: Final = timedelta(days=1)
"""So soon nobody is told again that a channel refuses us though we seem to have the rights. Guess."""


class Guilds:
    """Follows the bot onto servers and off them, and its rights in the channels that are told something."""

    def __init__(self, client: DiscordClient, desk: Desk, *, answer: Callable[[Outgoing], Awaitable[Outcome]], clock: Clock) -> None:
        self._client = client
        self._desk = desk
        self._answer = answer
        self._clock = clock
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._waiting: set[int] = set()
        self._rests: dict[int, datetime] = {}
        self._refused: dict[int, datetime] = {}

    async def ready(self) -> None:
        """Look at all servers: what changed while nobody listened was not told."""
        await self._surely(partial(guild_channels.read, self._desk.database, PLATFORM), "all")
        for guild in self._client.guilds:
            await self.guild_changed(guild)
        # While a server is out of order its channels are unknown, not gone.
        if not any(guild.unavailable for guild in self._client.guilds):
            there = {str(channel.id) for channel in self._client.get_all_channels()}
            await self._surely(lambda: guild_membership.lost(self._desk, PLATFORM, there, self._clock()), "all")

    async def guild_joined(self, guild: Guild) -> None:
        """Serve the channels of a server again that we were on before."""
        log.info("The bot was added to a server.", guild=guild.id)
        async with self._turns.setdefault(guild.id, asyncio.Lock()):
            await self._surely(partial(self._settle, guild, is_back=True), str(guild.id))

    async def guild_left(self, guild: Guild) -> None:
        """Send nothing more to a server; what its channels chose is kept."""
        log.info("The bot was removed from a server.", guild=guild.id)
        channels = [str(channel.id) for channel in guild.channels]
        await self._surely(lambda: guild_membership.left(self._desk, PLATFORM, channels, self._clock()), str(guild.id))

    async def guild_changed(self, guild: Guild) -> None:
        """Look which rights we have; of many changes at a time the last one is looked at."""
        if guild.unavailable or guild.id in self._waiting:
            return
        self._waiting.add(guild.id)
        try:
            async with self._turns.setdefault(guild.id, asyncio.Lock()):
                self._waiting.discard(guild.id)
                await self._surely(partial(self._settle, guild), str(guild.id))
        finally:  # Also for who is cancelled while it waits; at worst somebody looks once more.
            self._waiting.discard(guild.id)

    async def channel_changed(self, channel: GuildChannel) -> None:
        """Look which rights we have: a category hands its own down to others."""
        await self.guild_changed(channel.guild)

    async def channel_deleted(self, channel: GuildChannel) -> None:
        """Send nothing more to a channel and its threads."""
        await self._gone(address_of(channel))

    async def thread_deleted(self, guild_id: int, channel_id: int, thread_id: int) -> None:
        """Send nothing more to a thread."""
        del guild_id
        await self._gone(Address(platform=PLATFORM, chat=str(channel_id), thread=str(thread_id)))

    async def thread_opened(self, channel_id: int, thread_id: int) -> None:
        """Serve a thread again that was archived or locked."""
        address = Address(platform=PLATFORM, chat=str(channel_id), thread=str(thread_id))
        await self._surely(lambda: guild_membership.reopened(self._desk, address, _SHUT, self._clock()), address.chat)

    async def refused(self, channel: GuildChannel | Thread) -> None:
        """Tell who runs a server that nothing could be sent for want of rights, also of rights that seem to be there."""
        guild = channel.guild
        async with self._turns.setdefault(guild.id, asyncio.Lock()):
            await self._surely(partial(self._settle, guild, may_open=False), str(guild.id))
            await self._surely(partial(self._tell_refusal, channel), str(guild.id))

    async def _tell_refusal(self, channel: GuildChannel | Thread) -> None:
        now, told_at = self._clock(), self._refused.get(channel.id)
        is_told = told_at is not None and now - told_at < REFUSED_AGAIN
        if is_told or await guild_membership.was_told(self._desk.database, replace(address_of(channel), thread="")):
            return
        told = phrase(
            "On {server} Discord takes nothing from me for {chat}, though I seem to have the rights. Look at the channel's own settings, "
            "and at whether a private thread has me as a member; when that changes, everything goes on.",
            server=channel.guild.name,
            chat=f"#{channel.name}",
        )
        if await self._say(Message((Paragraph((Text(told),)),)), channel.guild):
            self._refused[channel.id] = now

    async def _gone(self, address: Address) -> None:
        await self._surely(lambda: guild_membership.deleted(self._desk, address, self._clock()), address.chat)

    async def _settle(self, guild: Guild, *, is_back: bool = False, may_open: bool = True) -> None:
        """Pause and serve again as our rights are, and tell who runs the server of those that are missing."""
        there = await guild_membership.known(self._desk, PLATFORM, [str(channel.id) for channel in guild.channels])
        standings = [standing for chat in there if (standing := self._standing(guild, chat)) is not None]
        self._look_after(guild)
        lacks = await guild_membership.settle(self._desk, standings, self._clock(), is_back=is_back, may_open=may_open)
        if may_open:
            await self._open_threads(guild, there)
        if lacks:
            log.warning("The bot lacks rights on a server.", guild=guild.id, lacks=dict(lacks))
            if await self._tell(guild, lacks):
                await guild_membership.note_told(self._desk, PLATFORM, lacks)

    async def _open_threads(self, guild: Guild, there: Sequence[Chat]) -> None:
        """Serve threads again that were archived or locked, and are not any more: nobody may have heard of that."""
        for chat in there:
            thread = guild.get_thread(int(chat.address.thread)) if chat.paused_reason in _SHUT else None
            if thread is not None and not (thread.archived or thread.locked):
                await guild_membership.reopened(self._desk, chat.address, _SHUT, self._clock())

    def _look_after(self, guild: Guild) -> None:
        """Look again when a moderator's time-out of us ends, of which Discord says nothing."""
        until = guild.me.timed_out_until
        if until is not None and until > self._clock() and self._rests.get(guild.id) != until:
            self._rests[guild.id] = until
            wait = (until - self._clock()).total_seconds() + 1.0
            asyncio.get_running_loop().call_later(wait, self._look_again, guild.id)

    def _look_again(self, number: int) -> None:
        guild = self._client.get_guild(number)
        if guild is not None:
            self._client.dispatch("guild_available", guild)

    def _standing(self, guild: Guild, chat: Chat) -> Standing | None:
        channel = guild.get_channel(int(chat.address.chat))
        if channel is None:
            return None
        is_inside = bool(chat.address.thread)
        is_threaded = guild_channels.is_threaded(self._desk.database, chat.address)
        lacks = tuple(missing(channel, is_inside=is_inside, is_threaded=is_threaded))
        return Standing(chat=chat, lacks=lacks, is_shut=is_shut(channel, is_inside=is_inside))

    async def _tell(self, guild: Guild, lacks: Mapping[str, str]) -> bool:
        """Tell who runs a server which rights are missing where: in the channel for moderators if there is one, else its owner.

        Gives whether that is settled: they were told, or never can be. Otherwise they are told at the next look.
        """
        items: tuple[tuple[Line, ...], ...] = tuple(
            ((Text(_name(guild, channel), Style.STRONG), Text(": "), Text(rights)),) for channel, rights in list(lacks.items())[:NAMED]
        )
        told = phrase(
            "On {server} I lack rights that I need. What was chosen is kept; give them to me, and everything goes on.", server=guild.name
        )
        rest = len(lacks) - len(items)
        more = (Paragraph((Text(phrase("… and {count:,} more.", count=rest), Style.QUIET),)),) if rest else ()
        return await self._say(Message((Paragraph((Text(told),)), Listing(items), *more)), guild)

    async def _say(self, message: Message, guild: Guild) -> bool:
        """Say something to who runs a server; False when nobody heard it who may hear it later."""
        staff = guild.public_updates_channel
        if isinstance(staff, TextChannel) and not missing(staff):
            outcome = await self._send(message, address_of(staff), ChatKind.GROUP, guild)
            if not isinstance(outcome, (Sent, *_FOR_THE_MOMENT)):
                outcome = await self._send_owner(message, guild)
        else:
            outcome = await self._send_owner(message, guild)
        if not isinstance(outcome, Sent):
            log.warning("Nobody on a server could be told of missing rights.", guild=guild.id, outcome=repr(outcome))
        return not isinstance(outcome, _FOR_THE_MOMENT)

    async def _send_owner(self, message: Message, guild: Guild) -> Outcome:
        outgoing = self._outgoing(message, Address(platform=PLATFORM, chat=""), ChatKind.PRIVATE, guild)
        if guild.owner_id is None:
            return ChatGone(reason="Nobody is known to own the server.")
        try:
            private = await self._client.create_dm(Object(guild.owner_id))
        except (DiscordException, ClientError, OSError) as error:
            # Opening the conversation has told nobody anything, however it ended.
            outcome = outcome_of(error, outgoing)
            return NotSent(reason=outcome.reason) if isinstance(outcome, Ambiguous) else outcome
        return await self._send(message, Address(platform=PLATFORM, chat=str(private.id)), ChatKind.PRIVATE, guild)

    async def _send(self, message: Message, address: Address, kind: ChatKind, guild: Guild) -> Outcome:
        return await self._answer(self._outgoing(message, address, kind, guild))

    def _outgoing(self, message: Message, address: Address, kind: ChatKind, guild: Guild) -> Outgoing:
        reader = Reader(zone=self._desk.zone, language=guild.preferred_locale.value)
        return Outgoing(delivery_id=None, address=address, kind=kind, reader=reader, message=message, nonce=token_hex(12))

    async def _surely(self, step: Callable[[], Awaitable[None]], subject: str) -> None:
        """Write something down that nobody will say again, trying for a while."""
        for wait in (*WAITS, None):
            try:
                await step()
            except StorageUnavailable as error:
                if wait is None:
                    log.exception("What became of channels could not be written down.", subject=subject)
                    return
                log.warning("What became of channels cannot be written down yet.", subject=subject, reason=str(error))
                await asyncio.sleep(wait)
            else:
                return


def _name(guild: Guild, channel: str) -> str:
    known = guild.get_channel(int(channel))
    return f"#{channel if known is None else known.name}"
