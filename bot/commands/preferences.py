"""/settings, /quiet and /stop: how a chat is served; its zone is settled in `timezone`, what it wants to be told in `subscriptions`."""

from dataclasses import replace
from typing import Final

from bot.commands.chats import clock, found_chat, language_of, save_clock, wake, written_chat
from bot.commands.desk import Answer, Call, Desk, sentence
from bot.commands.facts import ChatFacts
from bot.commands.subscriptions import when
from bot.core.chats.chat import Chat, Quiet, Repeat, Replies, Subscription, WhenEmpty
from bot.core.chats.quiet import parse
from bot.core.errors import UsageError
from bot.core.message import Action, Heading, Line, Message, Paragraph, Style, Table, Text
from bot.core.phrase import joined, phrase, verbatim
from bot.languages import LANGUAGES
from storage.chats import chats, subscriptions

NIGHTS: Final = ("22:00-07:00", "23:00-08:00", "00:00-06:00", "21:00-09:00")
"""Quiet hours to choose from. Guess: when most people sleep."""


_EMPTY: Final = {WhenEmpty.LINE: phrase("one line"), WhenEmpty.SILENCE: phrase("silence")}
_REPLIES: Final = {
    Replies.ALL: phrase("every new report is a message"),
    Replies.SIGNIFICANT: phrase("significant changes are messages, all others edits"),
    Replies.NONE: phrase("edits only"),
}
_WANTED: Final = {
    WhenEmpty.LINE: Action(phrase("Nothing new: one line"), "/settings empty line"),
    WhenEmpty.SILENCE: Action(phrase("Nothing new: silence"), "/settings empty silence"),
    Replies.ALL: Action(phrase("Messages: every report"), "/settings replies all"),
    Replies.SIGNIFICANT: Action(phrase("Messages: what is significant"), "/settings replies significant"),
    Replies.NONE: Action(phrase("Messages: none, edits only"), "/settings replies none"),
}
"""What a press on the panel settles: only what is not so already is offered."""


async def quiet(desk: Desk, call: Call) -> Answer:
    """Show or change the hours in which nothing comes."""
    if not call.rest:
        return await _nights(desk, call)
    wanted = parse(call.rest)
    async with desk.database.write() as connection:
        chat = replace(await written_chat(connection, desk, call), quiet=wanted)
        await save_clock(connection, chat, call.now)
    wake(desk)
    told = phrase("There are no quiet hours.")
    if wanted:
        told = phrase("Quiet hours: {hours}, by the clock of {zone}.", hours=_hours(wanted), zone=chat.zone)
    return sentence(told, facts=await chat_facts(desk, call, chat))


async def _nights(desk: Desk, call: Call) -> Answer:
    """Say which hours are quiet, and offer others."""
    chat = await found_chat(desk, call.place)
    hours = _hours(chat.quiet if chat else None)
    told = phrase("Quiet hours: {hours}. /quiet 22:00-07:00 or /quiet off changes them.", hours=hours)
    asked = Action(phrase("Other hours…"), "/quiet", asks=phrase("From when until when? For example 22:30-06:45"))
    nights = (Action(each, f"/quiet {each}") for each in NIGHTS if each != hours)
    off = (Action(phrase("No quiet hours"), "/quiet off"),) if chat and chat.quiet else ()
    heading = Heading((Text(phrase("Quiet hours"), Style.STRONG),))
    blocks = (heading, Paragraph((Text(told),)))
    return Answer(message=Message(blocks, (*nights, *off, asked)), facts=await chat_facts(desk, call, chat))


async def settings(desk: Desk, call: Call) -> Answer:
    """Show how the chat is served, or change what a digest with nothing new does and what is worth a message."""
    words = [word.casefold() for word in call.words]
    if not words:
        return await _shown(desk, call, await found_chat(desk, call.place))
    if len(words) % 2 or any(word not in {"empty", "replies"} for word in words[::2]):
        raise UsageError(phrase("Say what is to change: empty line, empty silence, replies all, replies significant, replies none."))
    changes = dict(zip(words[::2], words[1::2], strict=True))
    try:
        when_empty = WhenEmpty(changes["empty"]) if "empty" in changes else None
        replies = Replies(changes["replies"]) if "replies" in changes else None
    except ValueError as error:
        raise UsageError(phrase("empty takes line or silence; replies takes all, significant or none.")) from error
    async with desk.database.write() as connection:
        chat = await written_chat(connection, desk, call)
        chat = replace(chat, when_empty=when_empty or chat.when_empty, replies=replies or chat.replies)
        await chats.save(connection, chat)
    return await _shown(desk, call, chat)


async def stop(desk: Desk, call: Call) -> Answer:
    """Send nothing more to the chat; everything that it chose stays."""
    if call.words:
        raise UsageError(phrase("This command takes no words; /unsubscribe ends one subscription."))
    async with desk.database.write() as connection:
        chat = await written_chat(connection, desk, call)
        await chats.stop(connection, chat.id, call.now)
    told = Paragraph((Text(phrase("Nothing more is sent here. Settings and subscriptions stay; /start goes on.")),))
    return Answer(message=Message((told,), (Action(phrase("Go on"), "/start"), Action(phrase("Privacy"), "/privacy"))))


async def serve_again(desk: Desk, call: Call) -> bool:
    """Serve a chat again that was stopped or could not be reached; gives whether it was."""
    chat = await found_chat(desk, call.place)
    if chat is None or (chat.stopped_at is None and chat.paused_at is None):
        return False
    async with desk.database.write() as connection:
        await chats.resume(connection, chat.id, call.now)
    return True


async def _shown(desk: Desk, call: Call, chat: Chat | None) -> Answer:
    there = await _subscribed(desk, chat)
    facts = _facts(desk, call, chat, there)
    empty, replies = WhenEmpty(facts.when_empty), Replies(facts.replies)
    wanted = joined("; ", [when(each) for each in there[:3]]) if there else phrase("none")
    more = (Text(f" +{len(there) - 3}"),) if len(there) > 3 else ()
    language = LANGUAGES[language_of(desk, call.place, chat)]
    rows: tuple[tuple[str, Line], ...] = (
        (phrase("served"), (Text(_served(chat)),)),
        (phrase("zone"), (Text(facts.zone), Text(verbatim("  /timezone"), Style.QUIET))),
        (phrase("quiet hours"), (Text(_hours(chat.quiet if chat else None)), Text(verbatim("  /quiet 22:00-07:00"), Style.QUIET))),
        (phrase("nothing new"), (Text(_EMPTY[empty]), Text(verbatim("  /settings empty line|silence"), Style.QUIET))),
        (phrase("cards"), (Text(_REPLIES[replies]), Text(verbatim("  /settings replies all|significant|none"), Style.QUIET))),
        (phrase("language"), (Text(language), Text(verbatim("  /language"), Style.QUIET))),
        (phrase("subscriptions"), (Text(wanted), *more, Text(verbatim("  /subscriptions"), Style.QUIET))),
    )
    table = Table(("", ""), tuple(((Text(name, Style.QUIET),), line) for name, line in rows))
    digest = next((each for each in there if each.repeat is not Repeat.BREAKING), None)
    time = phrase("Digest: {time}", time=clock(digest.at or 0)) if digest else phrase("Digest: none")
    alerts = phrase("Alerts: on") if any(each.repeat is Repeat.BREAKING for each in there) else phrase("Alerts: off")
    actions = (
        Action(time, "/time"),
        Action(alerts, "/alerts"),
        Action(phrase("Time zone"), "/timezone"),
        Action(phrase("Quiet hours"), "/quiet"),
        Action(phrase("Filters"), "/filter"),
        Action(phrase("Language"), "/language"),
        *(action for setting, action in _WANTED.items() if setting not in {empty, replies}),
        Action(phrase("Subscriptions"), "/subscriptions"),
    )
    return Answer(message=Message((Heading((Text(phrase("Settings of this chat"), Style.STRONG),)), table), actions), facts=facts)


async def chat_facts(desk: Desk, call: Call, chat: Chat | None) -> ChatFacts:
    """Give how the chat is served as data."""
    return _facts(desk, call, chat, await _subscribed(desk, chat))


async def _subscribed(desk: Desk, chat: Chat | None) -> list[Subscription]:
    if chat is None:
        return []
    async with desk.database.read() as connection:
        return await subscriptions.of(connection, chat.id)


def _facts(desk: Desk, call: Call, chat: Chat | None, there: list[Subscription]) -> ChatFacts:
    return ChatFacts(
        name=call.place.name if chat is None else chat.name,
        served=_served(chat),
        zone=desk.zone if chat is None else chat.zone,
        quiet=None if chat is None or chat.quiet is None else _hours(chat.quiet),
        when_empty=(WhenEmpty.LINE if chat is None else chat.when_empty).value,
        replies=(Replies.SIGNIFICANT if chat is None else chat.replies).value,
        subscriptions=tuple(when(each) for each in there),
    )


def _served(chat: Chat | None) -> str:
    if chat is not None and chat.stopped_at is not None:
        return phrase("no, since /stop; /start goes on")
    if chat is not None and chat.paused_at is not None:
        return phrase("no: {reason}", reason=chat.paused_reason)
    return phrase("yes")


def _hours(hours: Quiet | None) -> str:
    return phrase("none") if hours is None else f"{clock(hours.start)}-{clock(hours.end)}"
