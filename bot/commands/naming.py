"""Which feed a person means: by number, address or a part of its name; and what a platform may offer while one is being typed."""

from typing import Final

from bot.commands.desk import Answer, Desk
from bot.core.errors import UsageError
from bot.core.feeds.feed import FeedState
from bot.core.message import Action, Listing, Message, Paragraph, Style, Text
from bot.core.model import SourceId
from bot.core.phrase import phrase, verbatim
from bot.core.wording import shortened
from storage.engine.database import Connection
from storage.feeds import feeds

SHOWN: Final = 60
"""Characters of what a person typed, or of the name of a feed, that an answer repeats."""

_HIGHEST_NUMBER: Final = 18
"""Digits of a number that may be a feed's: what every engine can hold."""


async def one_feed(connection: Connection, word: str, command: str, more: str = "") -> FeedState | Answer:
    """Give the feed that the word means, or the answer that there is none, or which one is to be chosen for `command` (with `more`).

    Raises:
        UsageError: nothing was said.
    """
    if not word:
        raise UsageError(phrase("Which feed? Say its number, its address, or a part of its name."))
    number = word.removeprefix("#")
    is_too_long = number.isdecimal() and len(number) > _HIGHEST_NUMBER
    found = [] if is_too_long else await feeds.find(connection, word)
    if len(found) == 1:
        return found[0]
    if not found:
        told = phrase("There is no feed “{word}”. /sources lists them with their numbers.", word=shortened(word, SHOWN))
        return Answer(message=Message((Paragraph((Text(told),)),)), failed=True)
    which = Paragraph((Text(phrase("Which one do you mean by “{word}”?", word=shortened(word, SHOWN))),))
    items = tuple(((Text(verbatim(f"{command} {each.source_id}{more}"), Style.STRONG), Text(f"  {named(each)}")),) for each in found)
    actions = tuple(Action(named(each), f"{command} {each.source_id}{more}") for each in found)
    return Answer(message=Message((which, Listing(items)), actions), failed=True)


def named(state: FeedState) -> str:
    """Name a feed in a sentence."""
    return shortened(state.name, SHOWN)


async def fitting_feeds(desk: Desk, limit: int, typed: str = "") -> list[tuple[SourceId, str]]:
    """Give numbers and names of feeds that fit what is typed, for a platform that completes it.

    Raises:
        StorageUnavailable: the database cannot be read at the moment.
    """
    async with desk.database.read() as connection:
        return await feeds.fitting(connection, typed, limit)
