"""The command that shows one event: /event."""

import asyncio

from bot.commands.choosing import for_asker
from bot.commands.desk import Answer, Call, Desk
from bot.commands.events import merged_note, only_event, which_event
from bot.commands.facts import event_facts
from bot.commands.understood import understood
from bot.core.event import overview
from bot.core.message import Message
from bot.core.model import Event
from bot.core.telling.card import event_card


async def event(desk: Desk, call: Call) -> Answer:
    """Show the card of one event."""
    if not call.words:
        return await which_event(desk, "event")
    found = await only_event(desk, call)
    return found if isinstance(found, Answer) else await asyncio.to_thread(_card, call, found)


def _card(call: Call, found: Event) -> Answer:
    seen = overview(found)
    card = event_card(seen)
    message = Message((*merged_note(call.words[0], found), *card.blocks), for_asker(card.actions, call))
    return Answer(message=message, facts=event_facts(seen, understood(seen)))
