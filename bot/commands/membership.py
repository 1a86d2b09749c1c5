"""What becomes of a chat when the bot comes into it, may write in it no more, or when it moves; platforms say when that is so."""

from datetime import datetime

from bot.commands.chats import wake
from bot.commands.desk import Desk
from bot.core.chats.chat import Address, Chat
from storage.chats import chat_moves, chats, screens
from storage.chats.chat_threads import threads_of


async def joined(desk: Desk, address: Address, now: datetime) -> None:
    """Serve a chat again, with all its topics, that could not be reached: nothing that came meanwhile is sent all at once.

    What its people have stopped stays stopped.

    Raises:
        StorageUnavailable: nothing can be written down at the moment.
    """
    if not any(map(_is_away, await _threads(desk, address))):
        return
    async with desk.database.write() as connection:
        for chat in filter(_is_away, await threads_of(connection, address)):
            await chats.resume(connection, chat.id, now)
    wake(desk)


async def left(desk: Desk, address: Address, reason: str, now: datetime) -> None:
    """Send nothing more to a chat and its topics; what they chose is kept. `reason` is a sentence for people.

    Raises:
        StorageUnavailable: nothing can be written down at the moment.
    """
    if all(chat.paused_at is not None for chat in await _threads(desk, address)):
        return
    async with desk.database.write() as connection:
        for chat in await threads_of(connection, address):
            if chat.paused_at is None:
                await chats.pause(connection, chat.id, reason, now)


async def moved(desk: Desk, old: Address, new: Address, now: datetime) -> None:
    """Let a chat have another address on its platform, with its topics and all that is stored of it; a second time changes nothing.

    Raises:
        StorageUnavailable: nothing can be written down at the moment.
    """
    async with desk.database.write() as connection:
        await screens.moved(connection, old, new)
        for chat in (await threads_of(connection, old))[:1]:  # The others go with it.
            there = Address(platform=new.platform, chat=new.chat, thread=chat.address.thread)
            await chat_moves.move(connection, chat.id, there, now)
    wake(desk)


async def _threads(desk: Desk, address: Address) -> list[Chat]:
    async with desk.database.read() as connection:
        return await threads_of(connection, address)


def _is_away(chat: Chat) -> bool:
    return chat.paused_at is not None and chat.stopped_at is None
