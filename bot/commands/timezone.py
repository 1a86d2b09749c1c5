"""/timezone: by whose clock a chat is served; which zone a name means is found in `core.chats.zone_names`."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.commands.chats import found_chat, save_clock, wake, written_chat
from bot.commands.desk import SETTINGS, Answer, Call, Desk
from bot.commands.preferences import chat_facts
from bot.commands.subscriptions import listed_subscriptions
from bot.core.chats.zone_guesses import city, guessed_zones
from bot.core.chats.zone_names import find_zone, near_zones, tz
from bot.core.message import Action, Heading, Listing, Message, Paragraph, Style, Text
from bot.core.phrase import phrase, verbatim
from bot.core.wording import shortened
from bot.sources.geography import point_of, zone_at

_SHOWN: Final = 40
"""Characters of what somebody typed that are repeated."""

ANOTHER: Final = Action(
    phrase("Another city…"), "/timezone", asks=phrase("Which city? A zone such as Europe/Kyiv, UTC+3 or your location will do, too.")
)


async def timezone(desk: Desk, call: Call) -> Answer:
    """Show or change the zone by whose clock the chat is served."""
    if not call.rest:
        return await _panel(desk, call)
    zones = await asyncio.to_thread(_meant, call.rest)
    if len(zones) != 1:
        return await _which(call.rest, zones)
    async with desk.database.write() as connection:
        chat = replace(await written_chat(connection, desk, call), zone=zones[0])
        await save_clock(connection, chat, call.now)
    wake(desk)
    return await _settled(desk, call, zones[0])


def _meant(text: str) -> Sequence[str]:
    """Tell which zones somebody may mean, by a name or a point on earth: one is certain."""
    point = point_of(text)
    return find_zone(zone_at(*point)) if point else find_zone(text)


async def _which(text: str, zones: Sequence[str]) -> Answer:
    """Ask which zone is meant, or suggest some for a name that there is not."""
    near = zones or await asyncio.to_thread(near_zones, text)
    told = shortened(text, _SHOWN)
    if zones:
        asked = phrase("Which {place} do you mean?", place=told)
    elif near:
        asked = phrase("There is no zone {place}. Perhaps one of these:", place=told)
    else:
        asked = phrase("There is no zone {place}.", place=told)
    hint = Paragraph((Text(phrase("Say a city, a name such as Europe/Kyiv, or an offset such as UTC+3.")),))
    listing = Listing(tuple(((Text(verbatim(f"/timezone {zone}"), Style.STRONG),),) for zone in near)) if near else hint
    actions = tuple(Action(zone, f"/timezone {zone}") for zone in near)
    return Answer(message=Message((Paragraph((Text(asked),)), listing), (*actions, ANOTHER)), failed=True)


async def _panel(desk: Desk, call: Call) -> Answer:
    """Say what the zone is and what time it is there, so that a wrong one is noticed; offer those of the language that is read here."""
    chat = await found_chat(desk, call.place)
    zone = chat.zone if chat else desk.zone
    language = (chat.language if chat else None) or call.place.language
    now = await asyncio.to_thread(lambda: f"{call.now.astimezone(tz(zone)):%H:%M}")
    told = phrase("The zone of this chat is {zone}, where it is {time} now.", zone=zone, time=now)
    hint = phrase("/timezone and a city changes it: /timezone Lisbon. Your location does, too, where you can send one.")
    blocks = (
        Heading((Text(phrase("Time zone"), Style.STRONG),)),
        Paragraph((Text(told),)),
        Paragraph((Text(hint, Style.QUIET),)),
    )
    guesses = (Action(city(each), f"/timezone {each}") for each in guessed_zones(language) if each != zone)
    return Answer(message=Message(blocks, (*guesses, ANOTHER)))


async def _settled(desk: Desk, call: Call, zone: str) -> Answer:
    """Say what was settled, and what the chat is told when from now on."""
    listed = await listed_subscriptions(desk, replace(call, rest=""))
    told = Paragraph((Text(phrase("The zone of this chat is {zone}.", zone=zone)),))
    blocks = (told, *(listed.message.blocks if listed.facts else ()))
    return Answer(message=Message(blocks, (SETTINGS,)), facts=await chat_facts(desk, call, await found_chat(desk, call.place)))
