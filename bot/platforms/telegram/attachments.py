"""Files that came with a message on Telegram, fetched for the command that wants one."""

import asyncio
from typing import Final

from telegram import Bot, Message

from bot.commands.desk import Attachment
from bot.core.errors import UsageError
from bot.core.phrase import phrase

LARGEST: Final = 10_000_000
"""Bytes of a file that is taken, as in the terminal; Telegram hands over twice as many."""

SECONDS: Final = 60.0
"""What fetching a file may take."""


async def attached(bot: Bot, message: Message) -> Attachment | None:
    """Fetch the file that came with a message, or with the one that it replies to; None when there is none.

    Raises:
        UsageError: it is too large, or does not come in time.
        TelegramError: Telegram does not give it.
    """
    replied = message.reply_to_message
    document = message.document or (replied.document if replied is not None else None)
    if document is None:
        return None
    if (document.file_size or 0) > LARGEST:
        raise UsageError(phrase("That file has more than {most:,} bytes; split it.", most=LARGEST))
    try:
        async with asyncio.timeout(SECONDS):
            file = await bot.get_file(document.file_id)
            data = await file.download_as_bytearray()
    except TimeoutError as error:
        raise UsageError(phrase("Telegram took too long to hand over that file; send it once more.")) from error
    return Attachment(name=document.file_name or "feeds.opml", data=bytes(data))
