"""What somebody said on Telegram as the words of a command: text, or a place on the map; who was asked what is in `bot.commands`."""

from telegram import Message

DIGITS = 5
"""Decimal places of a coordinate: a metre, more than any zone needs."""


def words_of(message: Message) -> str:
    """Give the words of a message, a location as "50.45000,30.52000"; empty when it has none."""
    if message.location is not None:
        return f"{message.location.latitude:.{DIGITS}f},{message.location.longitude:.{DIGITS}f}"
    return message.text or ""


def unasked(message: Message, words: str) -> str:
    """Give the line that these words of a message are when nobody asked for them: a location sets the time zone, text is what it says."""
    return f"/timezone {words}" if message.location is not None else words
