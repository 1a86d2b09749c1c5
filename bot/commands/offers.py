"""Events as they are offered while somebody still types, in whichever chat: found by words, each as a short card; no command lives here."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.commands.desk import Desk
from bot.core.event import Overview, overview
from bot.core.message import Action, Fold, Message
from bot.core.model import Event, EventId
from bot.core.phrase import phrase
from bot.core.telling.card import event_card
from bot.core.wording import outlets_line, safe_url, shortened
from storage.news import events
from storage.news import search as index

LONGEST_TITLE: Final = 120
"""Characters of a headline in a list to choose from: two lines on a telephone."""

_FEW: Final = 10
"""Events that are looked at for the one that was meant. Guess."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One event: how it is listed, and the card that is put into a chat when it is chosen, whose actions are only addresses."""

    id: EventId
    revision: int
    title: str
    told: str
    card: Message


async def offers(desk: Desk, words: str, limit: int) -> Sequence[Offer]:
    """Give the events that contain the words, the newest first; the newest of all when there are no words.

    Raises:
        StorageUnavailable: the database cannot be read at the moment.
    """
    async with desk.database.read() as connection:
        ids = await (index.search(connection, words, limit) if words.strip() else events.latest(connection, limit))
        found = await events.load(connection, ids)
    return await asyncio.to_thread(_offered, found)


async def found_number(desk: Desk, words: str) -> str | None:
    """Give the number that these words are, or that of the one event which contains them, or is called so; None for none or several.

    Raises:
        StorageUnavailable: the database cannot be read at the moment.
    """
    if words.strip().removeprefix("#").isdecimal():
        return words.strip()
    found = await offers(desk, words, _FEW)
    called = [each for each in found if each.title.casefold() == " ".join(words.casefold().split())]
    (only,) = called if len(called) == 1 else found if len(found) == 1 else (None,)
    return None if only is None else str(only.id)


def _offered(found: Sequence[Event]) -> list[Offer]:
    return [_offer(overview(each)) for each in found if each.articles]


def _offer(event: Overview) -> Offer:
    """Leave the list of reports out: a card among other people's talk is short, and cannot be edited there."""
    blocks = tuple(block for block in event_card(event).blocks if not isinstance(block, Fold))
    address = safe_url(event.headline.content.url)
    return Offer(
        id=event.id,
        revision=event.event.revision,
        title=shortened(event.headline.content.title, LONGEST_TITLE),
        told=outlets_line(event),
        card=Message(blocks, (Action(phrase("Open"), address),) if address else ()),
    )
