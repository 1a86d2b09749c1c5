"""/filter: what a subscription is about; how filters are typed is in `core.chats.filters`."""

import asyncio
import re
from dataclasses import replace
from typing import Final

from bot.commands.chats import subscribed, written_chat
from bot.commands.desk import Answer, Call, Desk, sentence
from bot.commands.subscriptions import (
    PREVIEW,
    SHOWN,
    about_what,
    listed_subscriptions,
    meant_by,
    subscription_facts,
    subscription_lines,
    when,
    which,
)
from bot.core.chats.chat import Repeat, Subscription, SubscriptionId
from bot.core.chats.filters import parse
from bot.core.message import Action, Heading, Listing, Message, Paragraph, Style, Text
from bot.core.phrase import phrase, phrases
from storage.chats import subscriptions

LEAST: Final = (2, 3, 5)
"""How many reports a filter may ask for at a press. Guess."""

_LEAST_OF_ALL: Final = re.compile(r"(?P<words>.*?) ?\+min:\d+", re.DOTALL)
"""A filter that such a press has made."""


async def filter_(desk: Desk, call: Call) -> Answer:
    """Show or change what a subscription is about."""
    if not call.rest:
        return await _filters(desk, call)
    chat, there = await subscribed(desk, call.place)
    shown = meant_by(there, call.rest)
    if chat is not None and shown:
        listing = Listing(tuple(subscription_lines(each, chat) for each in shown))
        return Answer(message=Message((listing,), _choices(shown[0])), facts=subscription_facts(shown[0], chat))
    meant, text = _split(there, call.rest)
    parsed = "" if text.casefold() in {"off", "none", "all"} else str(await asyncio.to_thread(parse, text))
    async with desk.database.write() as connection:
        chat = await written_chat(connection, desk, call)
        there = await subscriptions.of(connection, chat.id)
        if not there:
            return sentence(phrase("This chat has no subscription to filter: /subscribe takes a filter behind the time."), failed=True)
        chosen = [each for each in there if each.id == meant] if meant is not None else there
        if len(chosen) != 1:
            return which(there, chat, "/filter", more=f" {text}")
        changed = replace(chosen[0], filter=parsed)
        await subscriptions.save(connection, changed)
    actions = () if changed.repeat is Repeat.BREAKING else (PREVIEW,)
    told = Paragraph((Text(phrase("Subscription {number} is {about} now.", number=changed.id, about=about_what(changed))),))
    listing = Listing((subscription_lines(changed, chat),))
    return Answer(message=Message((told, listing), actions), facts=subscription_facts(changed, chat))


async def _filters(desk: Desk, call: Call) -> Answer:
    """Show what each subscription is about, and offer to change it: with one at once, with several after choosing."""
    chat, there = await subscribed(desk, call.place)
    if chat is None or not there:
        return await listed_subscriptions(desk, call)
    hint = phrase("/filter +word -word “phrase” outlet:x min:3 lang:en – /help filter tells more.")
    blocks = (
        Heading((Text(phrase("Filters"), Style.STRONG),)),
        Listing(tuple(subscription_lines(each, chat) for each in there)),
        Paragraph((Text(hint, Style.QUIET),)),
    )
    each_one = (Action(phrase("Filter: {when}", when=when(each)), f"/filter {each.id}") for each in there)
    actions = _choices(there[0]) if len(there) == 1 else tuple(each_one)
    return Answer(message=Message(blocks, actions), facts=tuple(subscription_facts(each, chat) for each in there))


def _choices(subscription: Subscription) -> tuple[Action, ...]:
    """Offer filters: words of one's own, how many reports there must be, everything."""
    number, match = subscription.id, _LEAST_OF_ALL.fullmatch(subscription.filter)
    words = match["words"] if match else subscription.filter
    # In brackets what OR means stays so. A filter that is too long to be repeated is left to those who type.
    kept = f"{words if match or not words else f'({words})'} ".lstrip()
    least = LEAST if len(words) <= SHOWN else ()
    return (
        Action(phrase("Words…"), f"/filter {number}", asks=phrase("About what? For example: +harbour strike -sport")),
        *(
            Action(phrases(each, "from {count} report on", "from {count:,} reports on"), f"/filter {number} {kept}+min:{each}")
            for each in least
        ),
        *((Action(phrase("Everything"), f"/filter {number} off"),) if subscription.filter else ()),
    )


def _split(there: list[Subscription], text: str) -> tuple[SubscriptionId | None, str]:
    """Tell the number of a subscription from the filter behind it; a number that is none of theirs is a word."""
    first, _, rest = text.partition(" ")
    number = next((each.id for each in there if str(each.id) == first.removeprefix("#")), None)
    return (number, rest.strip()) if number is not None and rest.strip() else (None, text)
