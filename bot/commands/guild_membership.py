"""What becomes of the channels of a server when the bot comes, goes, or has rights taken and given; platforms say when that is so."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.commands.chats import wake
from bot.commands.desk import Desk
from bot.core.chats.chat import Address, Chat
from storage.chats import chats, guilds
from storage.engine.database import Database

LEFT: Final = "The bot is not on this server any more."
LOST: Final = "The channel is gone, or the bot is not on its server any more."
DELETED: Final = "The channel was deleted."
THREAD_DELETED: Final = "The thread was deleted."
LACKING: Final = "The bot lacks rights: "
REFUSED: Final = "The bot may not write in this"
"""Why a chat is paused, the last two with more behind them: which rights lack, and what refused us.

What was paused for the first two is served again when the channel is there again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A chat that the bot knows: which rights it lacks there, as the platform names them, and whether it can write nothing without."""

    chat: Chat
    lacks: tuple[str, ...]
    is_shut: bool


async def known(desk: Desk, platform: str, channels: Collection[str]) -> list[Chat]:
    """Give what is stored of these channels, with their threads. Raises StorageUnavailable."""
    async with desk.database.read() as connection:
        return await guilds.chats_at(connection, platform, channels)


async def settle(
    desk: Desk, standings: Sequence[Standing], now: datetime, *, is_back: bool = False, may_open: bool = True
) -> Mapping[str, str]:
    """Pause what can be written into no more, serve what can be again; nothing that came meanwhile is sent all at once.

    Gives the channels whose people are to be told of rights that the bot lacks, with these: each time, until `note_told` says that they
    were. A thread that was paused for reasons of its own stays so, unless the bot comes back to the server (`is_back`). Without `may_open`
    nothing is served again: something was just refused, though no right seems to lack.

    Raises:
        StorageUnavailable: nothing can be read, or written down, at the moment.
    """
    wanted = [each for each in standings if each.chat.stopped_at is None]
    channels = {each.chat.address.chat: each.chat.address for each in wanted}
    lacks = {channel: _lacks([each for each in wanted if each.chat.address.chat == channel]) for channel in channels}
    async with desk.database.read() as connection:
        noted = {channel: (await guilds.of_channel(connection, address)).lacks for channel, address in channels.items()}
    closing = [each for each in wanted if each.is_shut and each.chat.paused_at is None]
    opening = [each.chat for each in wanted if may_open and _is_open_again(each, noted[each.chat.address.chat], is_back=is_back)]
    changed = [channel for channel in channels if lacks[channel] != noted[channel]]
    regained = [channel for channel in changed if may_open and lacks[channel] is None]
    if closing or opening or regained:
        async with desk.database.write() as connection:
            for each in closing:
                await chats.pause(connection, each.chat.id, f"{LACKING}{', '.join(each.lacks)}.", now)
            for chat in opening:
                await chats.resume(connection, chat.id, now)
            for channel in regained:
                await guilds.note_lacks(connection, channels[channel], None)
    if opening:
        wake(desk)
    return {channel: lacking for channel in changed if (lacking := lacks[channel]) is not None}


async def note_told(desk: Desk, platform: str, told: Mapping[str, str]) -> None:
    """Note of which rights people were told, by channel. Whoever is killed in between tells it twice: never would be worse.

    Raises:
        StorageUnavailable: nothing can be written down at the moment.
    """
    async with desk.database.write() as connection:
        for channel, lacking in told.items():
            await guilds.note_lacks(connection, Address(platform=platform, chat=channel), lacking)


def _lacks(standings: Sequence[Standing]) -> str | None:
    return ", ".join(dict.fromkeys(right for each in standings for right in each.lacks)) or None


def _is_open_again(standing: Standing, noted: str | None, *, is_back: bool) -> bool:
    chat = standing.chat
    if chat.paused_at is None or standing.lacks:
        return False
    if is_back or not chat.address.thread or noted is not None or chat.paused_reason in {LEFT, LOST}:
        return True
    return (chat.paused_reason or "").startswith((LACKING, REFUSED))


async def left(desk: Desk, platform: str, channels: Collection[str], now: datetime) -> None:
    """Send nothing more to the channels of a server that the bot is not on any more; what they chose is kept. Raises StorageUnavailable."""
    await _pause(desk, await known(desk, platform, channels), LEFT, now)


async def lost(desk: Desk, platform: str, there: Collection[str], now: datetime) -> None:
    """Send nothing more to channels that are not there, and of which nobody said so while we were away. Raises StorageUnavailable."""
    async with desk.database.read() as connection:
        stored = await guilds.chats_at(connection, platform)
    await _pause(desk, [chat for chat in stored if chat.address.chat not in there], LOST, now)


async def deleted(desk: Desk, address: Address, now: datetime) -> None:
    """Send nothing more to a channel that was deleted, or to one thread of it. Raises StorageUnavailable."""
    there = await known(desk, address.platform, [address.chat])
    gone = [chat for chat in there if not address.thread or chat.address.thread == address.thread]
    await _pause(desk, gone, THREAD_DELETED if address.thread else DELETED, now)


async def reopened(desk: Desk, address: Address, reasons: Collection[str], now: datetime) -> None:
    """Serve a thread again that was paused for one of these reasons. Raises StorageUnavailable."""
    there = await known(desk, address.platform, [address.chat])
    opening = [chat for chat in there if chat.address == address and chat.paused_at is not None and chat.paused_reason in reasons]
    if opening:
        async with desk.database.write() as connection:
            for chat in opening:
                await chats.resume(connection, chat.id, now)
        wake(desk)


async def was_told(database: Database, address: Address) -> bool:
    """Say whether the people of a channel were told of rights that the bot lacks there. Raises StorageUnavailable."""
    async with database.read() as connection:
        return (await guilds.of_channel(connection, address)).lacks is not None


async def admin_role(database: Database, platform: str, guild: str) -> str | None:
    """Give the platform's id of the role whose bearers settle how channels of a server are served. Raises StorageUnavailable."""
    async with database.read() as connection:
        role = (await guilds.get(connection, platform, guild)).admin_role
    return None if role is None else role.id


async def _pause(desk: Desk, there: Sequence[Chat], reason: str, now: datetime) -> None:
    served = [chat for chat in there if chat.paused_at is None]
    if served:
        async with desk.database.write() as connection:
            for chat in served:
                await chats.pause(connection, chat.id, reason, now)
