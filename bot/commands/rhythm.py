"""/time and /alerts: when the digest comes, and how many reports are told at once; all other wishes are in `subscriptions`."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.commands.chats import beginning, clock, rescheduled, subscribed, written_chat
from bot.commands.desk import SETTINGS, Answer, Call, Desk
from bot.commands.subscriptions import MOST, STOPPED, again, full, subscription_facts, subscription_lines, when, which
from bot.commands.wishes import least
from bot.core.chats.chat import Chat, Repeat, Subscription, SubscriptionId
from bot.core.chats.schedule import clock_time
from bot.core.errors import UsageError
from bot.core.message import Action, Heading, Listing, Message, Paragraph, Style, Text
from bot.core.phrase import joined, phrase, phrases
from bot.core.telling.significance import USUAL_REPORTS
from bot.core.wording import shortened
from storage.chats import subscriptions

TIMES: Final = ("06:30", "07:00", "08:00", "09:00", "12:00", "18:00", "20:00", "22:00")
"""When a digest may come at a press. Guess: at breakfast, on the way, at noon, in the evening."""

ENOUGH: Final = (2, 3, 5, 8, 12)
"""How many reports may be enough, at a press. Guess: the steps are felt."""

_OFF: Final = frozenset({"off", "none", "stop"})
_ON: Final = frozenset({"on", "usual"})


async def time(desk: Desk, call: Call) -> Answer:
    """Show or change when the digest of the chat comes; begin one where there is none."""
    if not call.words:
        return await _times(desk, call)
    first, _, rest = call.rest.partition(" ")
    at, number = clock_time(call.rest), ""
    if at is None and rest:
        at, number = clock_time(rest.strip()), first.removeprefix("#")
    if at is None:
        raise UsageError(phrase("“{text}” is no time of day: write it like 07:30.", text=shortened(call.rest, 40)))
    async with desk.database.write() as connection:
        chat = await written_chat(connection, desk, call)
        everything = await subscriptions.of(connection, chat.id)
        there = [each for each in everything if each.repeat is not Repeat.BREAKING]
        meant = [each for each in there if str(each.id) == number] if number else there
        if number and not meant:
            return which(there, chat, "/time", number, more=f" {clock(at)}")
        if len(meant) > 1:
            return which(meant, chat, "/time", more=f" {clock(at)}")
        if not meant and len(everything) >= MOST:
            return full()
        if meant:
            changed = rescheduled(replace(meant[0], at=at), chat.zone, call.now)
            await subscriptions.save(connection, changed)
        else:
            new = Subscription(id=SubscriptionId(0), chat_id=chat.id, repeat=Repeat.DAILY, created_at=call.now, at=at)
            changed = await subscriptions.add(connection, rescheduled(new, chat.zone, call.now))
    told = phrase("The digest comes {when}, by the clock of {zone}.", when=when(changed), zone=chat.zone)
    return _changed(told, [changed], chat)


async def _times(desk: Desk, call: Call) -> Answer:
    chat, there = await subscribed(desk, call.place)
    digests = [each for each in there if each.repeat is not Repeat.BREAKING]
    heading = Heading((Text(phrase("When the digest comes"), Style.STRONG),))
    zone = chat.zone if chat else desk.zone
    if chat is not None and len(digests) > 1:
        asked = Paragraph((Text(phrase("This chat has several. Which one shall come at another time?")),))
        listing = Listing(tuple(subscription_lines(each, chat) for each in digests))
        ask = phrase("At what time? For example 07:30")
        choices = tuple(Action(joined("", (when(each), "…")), f"/time {each.id}", asks=ask) for each in digests)
        return Answer(message=Message((heading, asked, listing), choices), facts=tuple(subscription_facts(each, chat) for each in digests))
    told = phrase("No digest comes here yet. At what time shall one, by the clock of {zone}?", zone=zone)
    if digests:
        told = phrase("The digest comes {when}, by the clock of {zone}.", when=when(digests[0]), zone=zone)
    now = clock(digests[0].at or 0) if digests else None
    actions = (
        *(Action(each, f"/time {each}") for each in TIMES if each != now),
        Action(phrase("Another time…"), "/time", asks=phrase("At what time? For example 07:30")),
        Action(phrase("Time zone"), "/timezone"),
        *((Action(phrase("End it"), f"/unsubscribe {digests[0].id}"),) if digests else ()),
    )
    facts = tuple(subscription_facts(each, chat) for each in digests) if chat else ()
    return Answer(message=Message((heading, Paragraph((Text(told),))), actions), facts=facts)


async def alerts(desk: Desk, call: Call) -> Answer:
    """Show or change how many reports of an event are enough to be told at once; with "off", none are."""
    if not call.words:
        return await _thresholds(desk, call)
    word = call.rest.casefold()
    if word in _OFF:
        return await _end(desk, call)
    enough = None if word in _ON else least(word.removeprefix("min:"))
    async with desk.database.write() as connection:
        chat = await written_chat(connection, desk, call)
        everything = await subscriptions.of(connection, chat.id)
        changed = [replace(each, min_reports=enough) for each in everything if each.repeat is Repeat.BREAKING]
        for each in changed:
            await subscriptions.save(connection, each)
        if not changed and len(everything) >= MOST:
            return full()
        if not changed:
            begins = await beginning(connection, call)
            enough = begins.reports if enough is None and begins is not None else enough
            new = Subscription(id=SubscriptionId(0), chat_id=chat.id, repeat=Repeat.BREAKING, created_at=call.now, min_reports=enough)
            changed = [await subscriptions.add(connection, new)]
    return _changed(phrase("This chat is told at once {when}.", when=when(changed[0])), changed, chat)


async def _end(desk: Desk, call: Call) -> Answer:
    async with desk.database.write() as connection:
        chat = await written_chat(connection, desk, call)
        ended = [each for each in await subscriptions.of(connection, chat.id) if each.repeat is Repeat.BREAKING]
        for each in ended:
            await subscriptions.remove(connection, each.id)
    told = Paragraph((Text(phrase("Nothing is told at once any more.") if ended else phrase("Nothing was told at once.")),))
    back = tuple(Action(phrase("Undo"), again(each, chat)) for each in ended[:1])
    return Answer(message=Message((told,), (*back, SETTINGS)), facts=tuple(subscription_facts(each, chat) for each in ended))


async def _thresholds(desk: Desk, call: Call) -> Answer:
    chat, there = await subscribed(desk, call.place)
    breaking = [each for each in there if each.repeat is Repeat.BREAKING]
    told = phrase("Nothing is told at once here. How many independent reports of an event, within two hours, shall be enough?")
    now = None
    if breaking:
        told = phrase("This chat is told at once {when}.", when=when(breaking[0]))
        now = breaking[0].min_reports or USUAL_REPORTS
    actions = (
        *(Action(phrases(each, "{count} report", "{count:,} reports"), f"/alerts {each}") for each in ENOUGH if each != now),
        Action(phrase("Another number…"), "/alerts", asks=phrase("How many reports shall be enough?")),
        *((Action(phrase("Turn off"), "/alerts off"),) if breaking else ()),
    )
    hint = phrase("Few reports make many alerts. /subscribe breaking min:3 within:2h +harbour takes more wishes.")
    heading = Heading((Text(phrase("Alerts"), Style.STRONG),))
    blocks = (heading, Paragraph((Text(told),)), Paragraph((Text(hint, Style.QUIET),)))
    return Answer(message=Message(blocks, actions), facts=tuple(subscription_facts(each, chat) for each in breaking) if chat else ())


def _changed(told: str, changed: Sequence[Subscription], chat: Chat) -> Answer:
    note = (Paragraph((Text(STOPPED, Style.WARNING),)),) if chat.stopped_at is not None else ()
    listing = Listing(tuple(subscription_lines(each, chat) for each in changed))
    actions = (Action(phrase("Subscriptions"), "/subscriptions"), SETTINGS)
    return Answer(
        message=Message((Paragraph((Text(told),)), *note, listing), actions),
        facts=tuple(subscription_facts(each, chat) for each in changed),
    )
