"""/subscribe, /unsubscribe, /subscriptions and /filter: what a chat wants to be told; when and in which words is decided elsewhere."""

import asyncio
from dataclasses import replace
from typing import Final

from bot.commands.chats import DAYS, clock, rescheduled, save_clock, written_chat
from bot.commands.desk import Answer, Call, Desk, sentence
from bot.commands.events import spelled
from bot.commands.facts import SubscriptionFacts
from bot.commands.wishes import Wish, wish_of
from bot.core.chat import Chat, Repeat, Subscription, SubscriptionId
from bot.core.errors import UsageError
from bot.core.filters import parse
from bot.core.message import Action, Block, Heading, Line, Listing, Message, Moment, Paragraph, Style, Text
from bot.core.schedule import DAY
from bot.core.significance import USUAL_COOLDOWN, USUAL_REPORTS, USUAL_WITHIN
from bot.core.wording import counted, shortened
from storage import chats, subscriptions
from storage.database import Connection

MOST: Final = 20
"""Subscriptions of a chat. Guess: each is a message a day."""

SHOWN: Final = 200
"""Characters of a filter that are repeated; the JSON form has all of it."""


async def subscribe(desk: Desk, call: Call) -> Answer:
    """Have digests come, or what breaks."""
    wish = await asyncio.to_thread(wish_of, call.rest)
    if len(wish.zones) > 1 or wish.is_doubtful:
        return await _which_zone(desk, call, wish)
    async with desk.database.write() as connection:
        chat = await written_chat(connection, desk, call)
        there = await subscriptions.of(connection, chat.id)
        before = chat.zone
        if wish.zones:
            chat = replace(chat, zone=wish.zones[0])
        wanted = _subscription(wish, chat, call)
        same = next((each for each in there if _is_same(each, wanted)), None)
        if same is None and len(there) >= MOST:
            return sentence(f"This chat has {MOST} subscriptions already: /unsubscribe ends one.", failed=True)
        if chat.zone != before:
            await save_clock(connection, chat, call.now)
        if same is None:
            made = await subscriptions.add(connection, wanted)
        else:
            made = next(each for each in await subscriptions.of(connection, chat.id) if each.id == same.id)
    notes = [] if same is None else ["This chat has that subscription already."]
    if chat.stopped_at is not None:
        notes.append("Nothing is sent here since /stop; /start goes on.")
    if wish.is_place:
        place = wish.zone_text
        wanted_word = f'+"{place}"' if " " in place else f"+{place}"
        notes.append(f"{place} was read as the time zone of this chat; as a word to filter by, write {wanted_word}.")
    back = (Action(f"Back to {before}", f"/timezone {before}"),) if chat.zone != before else ()
    if chat.zone != before and desk.telling is not None:
        desk.telling.wake()
    heading = Heading((Text("Subscribed", Style.STRONG),) if same is None else (Text("Subscribed already", Style.STRONG),))
    blocks: tuple[Block, ...] = (heading, Listing((_lines(made, chat),)), *(Paragraph((Text(note, Style.QUIET),)) for note in notes))
    preview = () if made.repeat is Repeat.BREAKING else (Action("Preview", "/digest preview"),)
    undo = (Action("Undo", f"/unsubscribe {made.id}"),) if same is None else ()
    actions = (*preview, Action("Subscriptions", "/subscriptions"), *undo, *back)
    return Answer(message=Message(blocks, actions), facts=_facts(made, chat))


def _subscription(wish: Wish, chat: Chat, call: Call) -> Subscription:
    wanted = Subscription(
        id=SubscriptionId(0),
        chat_id=chat.id,
        repeat=wish.repeat,
        created_at=call.now,
        at=wish.at,
        weekday=wish.weekday,
        filter=wish.filter,
        min_reports=wish.min_reports,
        within=wish.within,
        cooldown=wish.cooldown,
    )
    return wanted if wish.repeat is Repeat.BREAKING else rescheduled(wanted, chat.zone, call.now)


def _is_same(one: Subscription, other: Subscription) -> bool:
    """Tell whether two subscriptions want the same."""
    return replace(other, id=one.id, created_at=one.created_at, due_at=one.due_at, last_date=one.last_date, seen=one.seen) == one


async def _which_zone(desk: Desk, call: Call, wish: Wish) -> Answer:
    """Ask which zone is meant, or whether it is one at all: behind a zone that is certain, everything is a filter."""
    place = shortened(wish.zone_text, 40)
    asked = f"Which {place} do you mean?" if len(wish.zones) > 1 else f"Is {place} where this chat is, or what it wants to read about?"
    choices = [(zone, f"/subscribe {wish.before} {zone} {wish.after}".rstrip()) for zone in wish.zones]
    if wish.is_place:
        async with desk.database.read() as connection:
            chat = await chats.find(connection, call.place.address)
        about = f"{wish.zone_text} {wish.after}".rstrip()
        choices.append((f"About {shortened(about, 40)}", f"/subscribe {wish.before} {chat.zone if chat else desk.zone} {about}"))
    listing = Listing(tuple(((Text(shortened(line, SHOWN), Style.STRONG),),) for _, line in choices))
    actions = tuple(Action(label, line) for label, line in choices)
    return Answer(message=Message((Paragraph((Text(asked),)), listing), actions), failed=True)


async def unsubscribe(desk: Desk, call: Call) -> Answer:
    """End one subscription, or all."""
    if len(call.words) > 1:
        raise UsageError("One subscription at a time, or all.")
    async with desk.database.write() as connection:
        chat = await chats.find(connection, call.place.address)
        there = [] if chat is None else await subscriptions.of(connection, chat.id)
        if chat is None or not there:
            return sentence("This chat has no subscription.", failed=bool(call.words))
        ended = there if call.rest.casefold() == "all" else _meant(there, call.rest)
        if not ended:
            return _which(there, chat, "/unsubscribe", call.rest)
        for each in ended:
            await subscriptions.remove(connection, each.id)
    left = len(there) - len(ended)
    told = f"{counted(len(ended), 'subscription')} ended." + (f" {counted(left, 'subscription')} left." if left else "")
    items = tuple(_lines(each, chat, is_over=True) for each in ended)
    return Answer(
        message=Message((Paragraph((Text(told),)), Listing(items)), (Action("Subscribe", "/subscribe"),)),
        facts=tuple(_facts(each, chat) for each in ended),
    )


def _meant(there: list[Subscription], word: str) -> list[Subscription]:
    """Give the subscription that the number means, or the only one when nothing was said."""
    if not word:
        return there if len(there) == 1 else []
    number = word.removeprefix("#")
    return [each for each in there if str(each.id) == number]


def _which(there: list[Subscription], chat: Chat, command: str, word: str = "", *, more: str = "") -> Answer:
    """Ask which subscription is meant, or say that there is none of that number; `more` follows the number in what is offered."""
    told = f"This chat has no subscription {shortened(word, 40)}. It has:" if word else "Which one?"
    items = tuple(_lines(each, chat) for each in there)
    actions = tuple(Action(f"{command} {each.id}", f"{command} {each.id}{more}") for each in there)
    return Answer(message=Message((Paragraph((Text(told),)), Listing(items)), actions), failed=True)


async def listed_subscriptions(desk: Desk, call: Call) -> Answer:
    """List what the chat has subscribed to, and when each speaks next."""
    if call.words:
        raise UsageError("This command takes no words.")
    async with desk.database.read() as connection:
        chat = await chats.find(connection, call.place.address)
        there = [] if chat is None else await subscriptions.of(connection, chat.id)
    if chat is None or not there:
        nothing = Paragraph((Text("This chat has no subscription. /subscribe 08:00 brings a digest every morning."),))
        return Answer(message=Message((nothing,), (Action("Subscribe", "/subscribe"),)), facts=())
    zone = f"Times are those of {chat.zone}."
    stopped = "Nothing is sent here since /stop; /start goes on." if chat.stopped_at else chat.paused_reason if chat.paused_at else None
    warning = (Paragraph((Text(stopped, Style.WARNING),)),) if stopped else ()
    blocks = (
        Heading((Text("Subscriptions", Style.STRONG),)),
        *warning,
        Listing(tuple(_lines(each, chat) for each in there)),
        Paragraph((Text(zone, Style.QUIET),)),
    )
    actions = (Action("Preview", "/digest preview"), Action("Settings", "/settings"))
    return Answer(message=Message(blocks, actions), facts=tuple(_facts(each, chat) for each in there))


async def filter_(desk: Desk, call: Call) -> Answer:
    """Show or change what a subscription is about."""
    if not call.rest:
        return await listed_subscriptions(desk, call)
    async with desk.database.read() as connection:
        chat, there = await _found(connection, call)
    shown = _meant(there, call.rest)
    if chat is not None and shown:
        return Answer(message=Message((Listing(tuple(_lines(each, chat) for each in shown)),)), facts=_facts(shown[0], chat))
    meant, text = _split(there, call.rest)
    parsed = "" if text.casefold() in {"off", "none", "all"} else str(await asyncio.to_thread(parse, text))
    async with desk.database.write() as connection:
        chat = await written_chat(connection, desk, call)
        there = await subscriptions.of(connection, chat.id)
        if not there:
            return sentence("This chat has no subscription to filter: /subscribe takes a filter behind the time.", failed=True)
        chosen = [each for each in there if each.id == meant] if meant is not None else there
        if len(chosen) != 1:
            return _which(there, chat, "/filter", more=f" {text}")
        changed = replace(chosen[0], filter=parsed)
        await subscriptions.save(connection, changed)
    actions = () if changed.repeat is Repeat.BREAKING else (Action("Preview", "/digest preview"),)
    return Answer(message=Message((Listing((_lines(changed, chat),)),), actions), facts=_facts(changed, chat))


async def _found(connection: Connection, call: Call) -> tuple[Chat | None, list[Subscription]]:
    chat = await chats.find(connection, call.place.address)
    return chat, [] if chat is None else await subscriptions.of(connection, chat.id)


def _split(there: list[Subscription], text: str) -> tuple[SubscriptionId | None, str]:
    """Tell the number of a subscription from the filter behind it; a number that is none of theirs is a word."""
    first, _, rest = text.partition(" ")
    number = next((each.id for each in there if str(each.id) == first.removeprefix("#")), None)
    return (number, rest.strip()) if number is not None and rest.strip() else (None, text)


def _lines(subscription: Subscription, chat: Chat, *, is_over: bool = False) -> tuple[Line, ...]:
    """Describe a subscription: its number and when, what about, when next."""
    first: Line = (Text(when(subscription), Style.STRONG), Text(f"  subscription {subscription.id}", Style.QUIET))
    about = (Text(f"about {shortened(subscription.filter, SHOWN)}" if subscription.filter else "about everything"),)
    if is_over:
        return first, about
    if subscription.repeat is Repeat.BREAKING:
        return first, about
    next_: Line = () if subscription.due_at is None else (Text("next ", Style.QUIET), Moment(subscription.due_at))
    return first, about, (*next_, Text(f"  ({chat.zone})", Style.QUIET))


def when(subscription: Subscription) -> str:
    """Say when a subscription speaks: "every Friday at 18:00"."""
    at = clock((subscription.at or 0) % DAY)
    match subscription.repeat:
        case Repeat.DAILY:
            return f"every day at {at}"
        case Repeat.WEEKDAYS:
            return f"Monday to Friday at {at}"
        case Repeat.WEEKLY:
            return f"every {DAYS[subscription.weekday or 0]} at {at}"
        case Repeat.BREAKING:
            least = counted(subscription.min_reports or USUAL_REPORTS, "report")
            pause = spelled(subscription.cooldown or USUAL_COOLDOWN)
            return f"when it breaks: {least} within {spelled(subscription.within or USUAL_WITHIN)}, at most one in {pause}"


def _facts(subscription: Subscription, chat: Chat) -> SubscriptionFacts:
    return SubscriptionFacts(
        id=subscription.id,
        repeat=subscription.repeat.value,
        at=None if subscription.at is None else clock(subscription.at),
        weekday=None if subscription.weekday is None else DAYS[subscription.weekday],
        zone=chat.zone,
        filter=subscription.filter,
        min_reports=subscription.min_reports,
        within=subscription.within,
        cooldown=subscription.cooldown,
        due_at=None if subscription.repeat is Repeat.BREAKING else subscription.due_at,
    )
