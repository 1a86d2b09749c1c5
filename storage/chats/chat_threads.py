"""A chat with all its topics, each of which is a chat of its own in `chats`; what happens to them together is in `chat_moves`."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chats.chat import Address, Chat
from storage.chats.chats import chat_of
from storage.schema.chat_tables import chats
from storage.schema.rows import storable


async def threads_of(connection: AsyncConnection, address: Address) -> list[Chat]:
    """Give the chat at an address and its topics, as far as they are known, whichever of them the address names."""
    there = (chats.c.platform == storable(address.platform), chats.c.chat == storable(address.chat))
    return [chat_of(row) for row in await connection.execute(select(chats).where(*there).order_by(chats.c.id))]
