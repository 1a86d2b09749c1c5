"""/subscribe, /unsubscribe and /subscriptions: what a chat wants to be told; filters alone are in `filtering`, times alone in `rhythm`."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.commands.chats import DAYS, beginning, clock, found_chat, rescheduled, save_clock, subscribed, wake, written_chat
from bot.commands.desk import Answer, Call, Desk, sentence
from bot.commands.events import spelled
from bot.commands.facts import SubscriptionFacts
from bot.commands.wishes import Wish, wish_of
from bot.core.chats.chat import Chat, Repeat, Subscription, SubscriptionId
from bot.core.chats.schedule import DAY
from bot.core.errors import UsageError
from bot.core.message import Action, Block, Heading, Line, Listing, Message, Moment, Paragraph, Style, Text
from bot.core.phrase import Phrase, joined, phrase, phrases
from bot.core.telling.significance import USUAL_COOLDOWN, USUAL_REPORTS, USUAL_WITHIN
from bot.core.wording import counted, shortened
from storage.chats import chats, subscriptions
from storage.chats.guilds import Beginning

MOST: Final = 20
"""Subscriptions of a chat. Guess: each is a message a day."""

STOPPED: Final = phrase("Nothing is sent here since /stop; /start goes on.")
BREAKS: Final = Action(phrase("Alerts"), "/alerts")
PREVIEW: Final = Action(phrase("Preview"), "/digest preview")

_EVERY: Final = (
    phrase("every Monday"),
    phrase("every Tuesday"),
    phrase("every Wednesday"),
    phrase("every Thursday"),
    phrase("every Friday"),
    phrase("every Saturday"),
    phrase("every Sunday"),
)

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
        wanted = _subscription(wish, chat, call, await beginning(connection, call))
        same = next((each for each in there if _is_same(each, wanted)), None)
        if same is None and len(there) >= MOST:
            return full()
        if chat.zone != before:
            await save_clock(connection, chat, call.now)
        if same is None:
            made = await subscriptions.add(connection, wanted)
        else:
            made = next(each for each in await subscriptions.of(connection, chat.id) if each.id == same.id)
    notes = [] if same is None else [phrase("This chat has that subscription already.")]
    if chat.stopped_at is not None:
        notes.append(STOPPED)
    if wish.is_place:
        place = wish.zone_text
        wanted_word = f'+"{place}"' if " " in place else f"+{place}"
        read = phrase(
            "{place} was read as the time zone of this chat; as a word to filter by, write {word}.", place=place, word=wanted_word
        )
        notes.append(read)
    back = (Action(phrase("Back to {zone}", zone=before), f"/timezone {before}"),) if chat.zone != before else ()
    if chat.zone != before:
        wake(desk)
    heading = Heading((Text(phrase("Subscribed") if same is None else phrase("Subscribed already"), Style.STRONG),))
    blocks: tuple[Block, ...] = (
        heading,
        Listing((subscription_lines(made, chat),)),
        *(Paragraph((Text(note, Style.QUIET),)) for note in notes),
    )
    is_digest = made.repeat is not Repeat.BREAKING
    undo = (Action(phrase("Undo"), f"/unsubscribe {made.id}"),) if same is None else ()
    # Who did not say a time or a zone may not like those that were assumed.
    more = (Action(phrase("Another time"), "/time") if is_digest else BREAKS,)
    zone = () if wish.zones or not is_digest or chat.zone != desk.zone else (Action(phrase("Time zone"), "/timezone"),)
    actions = (*((PREVIEW,) if is_digest else ()), Action(phrase("Subscriptions"), "/subscriptions"), *undo, *more, *zone, *back)
    return Answer(message=Message(blocks, actions), facts=subscription_facts(made, chat))


def _subscription(wish: Wish, chat: Chat, call: Call, begins: Beginning | None) -> Subscription:
    if begins is not None and wish.is_usual_time and begins.digest_at is not None:
        wish = replace(wish, at=begins.digest_at)
    if begins is not None and wish.repeat is Repeat.BREAKING and wish.min_reports is None:
        wish = replace(wish, min_reports=begins.reports)
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
    asked = phrase("Is {place} where this chat is, or what it wants to read about?", place=place)
    if len(wish.zones) > 1:
        asked = phrase("Which {place} do you mean?", place=place)
    choices: list[tuple[str, str]] = [(zone, f"/subscribe {wish.before} {zone} {wish.after}".rstrip()) for zone in wish.zones]
    if wish.is_place:
        chat = await found_chat(desk, call.place)
        about = f"{wish.zone_text} {wish.after}".rstrip()
        line = f"/subscribe {wish.before} {chat.zone if chat else desk.zone} {about}"
        choices.append((phrase("About {words}", words=shortened(about, 40)), line))
    listing = Listing(tuple(((Text(shortened(line, SHOWN), Style.STRONG),),) for _, line in choices))
    actions = tuple(Action(label, line) for label, line in choices)
    return Answer(message=Message((Paragraph((Text(asked),)), listing), actions), failed=True)


async def unsubscribe(desk: Desk, call: Call) -> Answer:
    """End one subscription, or all."""
    if len(call.words) > 1:
        raise UsageError(phrase("One subscription at a time, or all."))
    async with desk.database.write() as connection:
        chat = await chats.find(connection, call.place.address)
        there = [] if chat is None else await subscriptions.of(connection, chat.id)
        if chat is None or not there:
            return sentence(phrase("This chat has no subscription."), failed=bool(call.words))
        ended = there if call.rest.casefold() == "all" else meant_by(there, call.rest)
        if not ended:
            return which(there, chat, "/unsubscribe", call.rest)
        for each in ended:
            await subscriptions.remove(connection, each.id)
    left = len(there) - len(ended)
    told = [phrases(len(ended), "{count} subscription ended.", "{count:,} subscriptions ended.")]
    told += [phrases(left, "{count} subscription left.", "{count:,} subscriptions left.")] if left else []
    items = tuple(subscription_lines(each, chat, is_over=True) for each in ended)
    actions = tuple(Action(phrase("Undo"), again(each, chat)) for each in ended[:1] if len(ended) == 1)
    return Answer(
        message=Message((Paragraph((Text(joined(" ", told)),)), Listing(items)), actions or (Action(phrase("Subscribe"), "/subscribe"),)),
        facts=tuple(subscription_facts(each, chat) for each in ended),
    )


def again(subscription: Subscription, chat: Chat) -> str:
    """Write the command that subscribes to the same once more."""
    at = clock((subscription.at or 0) % DAY)
    match subscription.repeat:
        case Repeat.BREAKING:
            spans = {"within": subscription.within, "cooldown": subscription.cooldown}
            least = () if subscription.min_reports is None else (f"min:{subscription.min_reports}",)
            wishes = (
                "breaking",
                *least,
                *(f"{name}:{int(span.total_seconds()) // 60}m" for name, span in spans.items() if span is not None),
            )
        case Repeat.WEEKLY:
            wishes = (DAYS[subscription.weekday or 0].casefold(), at, chat.zone)
        case repeat:
            wishes = (repeat.value, at, chat.zone)
    # Behind a zone everything is a filter, whatever it looks like.
    return " ".join(("/subscribe", *wishes, *((subscription.filter,) if subscription.filter else ())))


def full() -> Answer:
    """Say that a chat may not have another subscription."""
    return sentence(phrase("This chat has {count} subscriptions already: /unsubscribe ends one.", count=MOST), failed=True)


def meant_by(there: list[Subscription], word: str) -> list[Subscription]:
    """Give the subscription that the number means, or the only one when nothing was said."""
    if not word:
        return there if len(there) == 1 else []
    number = word.removeprefix("#")
    return [each for each in there if str(each.id) == number]


def which(there: Sequence[Subscription], chat: Chat, command: str, word: str = "", *, more: str = "") -> Answer:
    """Ask which subscription is meant, or say that there is none of that number; `more` follows the number in what is offered."""
    told = phrase("This chat has no subscription {number}. It has:", number=shortened(word, 40)) if word else phrase("Which one?")
    items = tuple(subscription_lines(each, chat) for each in there)
    # Two may come at the same time, about something else.
    actions = tuple(Action(joined("  ", (f"{each.id}", when(each))), f"{command} {each.id}{more}") for each in there)
    return Answer(message=Message((Paragraph((Text(told),)), Listing(items)), actions), failed=True)


async def listed_subscriptions(desk: Desk, call: Call) -> Answer:
    """List what the chat has subscribed to, and when each speaks next."""
    if call.words:
        raise UsageError(phrase("This command takes no words."))
    chat, there = await subscribed(desk, call.place)
    if chat is None or not there:
        nothing = Paragraph((Text(phrase("This chat has no subscription. /subscribe 08:00 brings a digest every morning.")),))
        return Answer(message=Message((nothing,), (Action(phrase("Subscribe"), "/subscribe"), BREAKS)), facts=())
    zone = phrase("Times are those of {zone}.", zone=chat.zone)
    stopped = chat.paused_reason if chat.paused_at else None
    if chat.stopped_at:
        stopped = STOPPED
    warning = (Paragraph((Text(stopped, Style.WARNING),)),) if stopped else ()
    blocks = (
        Heading((Text(phrase("Subscriptions"), Style.STRONG),)),
        *warning,
        Listing(tuple(subscription_lines(each, chat) for each in there)),
        Paragraph((Text(zone, Style.QUIET),)),
    )
    ends = (Action(phrase("End: {when}", when=when(each)), f"/unsubscribe {each.id}") for each in there)
    tuning = (Action(phrase("Time"), "/time"), BREAKS, Action(phrase("Filters"), "/filter"), Action(phrase("Settings"), "/settings"))
    actions = (PREVIEW, *tuning, *ends)
    return Answer(message=Message(blocks, actions), facts=tuple(subscription_facts(each, chat) for each in there))


def about_what(subscription: Subscription) -> Phrase:
    """Say what a subscription is about: "about +harbour"."""
    if not subscription.filter:
        return phrase("about everything")
    return phrase("about {filter}", filter=shortened(subscription.filter, SHOWN))


def subscription_lines(subscription: Subscription, chat: Chat, *, is_over: bool = False) -> tuple[Line, ...]:
    """Describe a subscription: its number and when, what about, when next."""
    number = phrase("  subscription {number}", number=subscription.id)
    first: Line = (Text(when(subscription), Style.STRONG), Text(number, Style.QUIET))
    about = (Text(about_what(subscription)),)
    if is_over:
        return first, about
    if subscription.repeat is Repeat.BREAKING:
        return first, about
    next_: Line = () if subscription.due_at is None else (Text(phrase("next "), Style.QUIET), Moment(subscription.due_at))
    return first, about, (*next_, Text(f"  ({chat.zone})", Style.QUIET))


def when(subscription: Subscription) -> Phrase:
    """Say when a subscription speaks: "every Friday at 18:00"."""
    at = clock((subscription.at or 0) % DAY)
    match subscription.repeat:
        case Repeat.DAILY:
            return phrase("every day at {time}", time=at)
        case Repeat.WEEKDAYS:
            return phrase("Monday to Friday at {time}", time=at)
        case Repeat.WEEKLY:
            return phrase("{day} at {time}", day=_EVERY[subscription.weekday or 0], time=at)
        case Repeat.BREAKING:
            return phrase(
                "when it breaks: {reports} within {span}, at most one in {pause}",
                reports=counted(subscription.min_reports or USUAL_REPORTS, "report"),
                span=spelled(subscription.within or USUAL_WITHIN),
                pause=spelled(subscription.cooldown or USUAL_COOLDOWN),
            )


def subscription_facts(subscription: Subscription, chat: Chat) -> SubscriptionFacts:
    """Give a subscription as data."""
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
