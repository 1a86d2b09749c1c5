"""/timezone, /quiet, /settings, /stop and /privacy: how a chat is served; what it wants to be told is in `subscriptions`."""

import asyncio
from dataclasses import replace
from typing import Final

from bot.commands.chats import clock, save_clock, written_chat
from bot.commands.desk import Answer, Call, Desk, sentence
from bot.commands.facts import ChatFacts, PrivacyFacts
from bot.commands.subscriptions import listed_subscriptions, when
from bot.core.chat import Chat, ChatKind, Quiet, Replies, WhenEmpty
from bot.core.errors import UsageError
from bot.core.message import Action, Heading, Line, Listing, Message, Paragraph, Style, Table, Text
from bot.core.quiet import parse
from bot.core.wording import counted, shortened
from bot.core.zone_names import find_zone, near_zones
from storage import chat_moves, chats, subscriptions

_SHOWN: Final = 40
"""Characters of what somebody typed that are repeated."""

_EMPTY: Final = {WhenEmpty.LINE: "one line", WhenEmpty.SILENCE: "silence"}
_REPLIES: Final = {
    Replies.ALL: "every new report is a message",
    Replies.SIGNIFICANT: "significant changes are messages, all others edits",
    Replies.NONE: "edits only",
}


async def timezone(desk: Desk, call: Call) -> Answer:
    """Show or change the zone by whose clock the chat is served."""
    if not call.rest:
        chat = await _chat(desk, call)
        return sentence(f"The zone of this chat is {chat.zone if chat else desk.zone}. /timezone and a city changes it.")
    zones = await asyncio.to_thread(find_zone, call.rest)
    if len(zones) != 1:
        near = zones or await asyncio.to_thread(near_zones, call.rest)
        told = shortened(call.rest, _SHOWN)
        asked = f"Which {told} do you mean?" if zones else f"There is no zone {told}." + (" Perhaps one of these:" if near else "")
        hint = () if near else (Paragraph((Text("Say a city, a name such as Europe/Kyiv, or an offset such as UTC+3."),)),)
        listing = (Listing(tuple(((Text(f"/timezone {zone}", Style.STRONG),),) for zone in near)),) if near else hint
        actions = tuple(Action(zone, f"/timezone {zone}") for zone in near)
        return Answer(message=Message((Paragraph((Text(asked),)), *listing), actions), failed=True)
    async with desk.database.write() as connection:
        chat = replace(await written_chat(connection, desk, call), zone=zones[0])
        await save_clock(connection, chat, call.now)
    _wake(desk)
    return await _settled(desk, call, f"The zone of this chat is {zones[0]}.")


async def quiet(desk: Desk, call: Call) -> Answer:
    """Show or change the hours in which nothing comes."""
    if not call.rest:
        chat = await _chat(desk, call)
        return sentence(f"Quiet hours: {_hours(chat.quiet if chat else None)}. /quiet 22:00-07:00 or /quiet off changes them.")
    wanted = parse(call.rest)
    async with desk.database.write() as connection:
        chat = replace(await written_chat(connection, desk, call), quiet=wanted)
        await save_clock(connection, chat, call.now)
    _wake(desk)
    told = f"Quiet hours: {_hours(wanted)}, by the clock of {chat.zone}." if wanted else "There are no quiet hours."
    return sentence(told, facts=await _facts(desk, call, chat))


async def settings(desk: Desk, call: Call) -> Answer:
    """Show how the chat is served, or change what a digest with nothing new does and what is worth a message."""
    words = [word.casefold() for word in call.words]
    if not words:
        chat = await _chat(desk, call)
        return await _shown(desk, call, chat)
    if len(words) % 2 or any(word not in {"empty", "replies"} for word in words[::2]):
        raise UsageError("Say what is to change: empty line, empty silence, replies all, replies significant, replies none.")
    changes = dict(zip(words[::2], words[1::2], strict=True))
    try:
        when_empty = WhenEmpty(changes["empty"]) if "empty" in changes else None
        replies = Replies(changes["replies"]) if "replies" in changes else None
    except ValueError as error:
        raise UsageError("empty takes line or silence; replies takes all, significant or none.") from error
    async with desk.database.write() as connection:
        chat = await written_chat(connection, desk, call)
        chat = replace(chat, when_empty=when_empty or chat.when_empty, replies=replies or chat.replies)
        await chats.save(connection, chat)
    return await _shown(desk, call, chat)


async def stop(desk: Desk, call: Call) -> Answer:
    """Send nothing more to the chat; everything that it chose stays."""
    if call.words:
        raise UsageError("This command takes no words; /unsubscribe ends one subscription.")
    async with desk.database.write() as connection:
        chat = await written_chat(connection, desk, call)
        await chats.stop(connection, chat.id, call.now)
    told = Paragraph((Text("Nothing more is sent here. Settings and subscriptions stay; /start goes on."),))
    return Answer(message=Message((told,), (Action("Go on", "/start"), Action("Privacy", "/privacy"))))


async def serve_again(desk: Desk, call: Call) -> bool:
    """Serve a chat again that was stopped or could not be reached; gives whether it was."""
    chat = await _chat(desk, call)
    if chat is None or (chat.stopped_at is None and chat.paused_at is None):
        return False
    async with desk.database.write() as connection:
        await chats.resume(connection, chat.id, call.now)
    return True


async def privacy(desk: Desk, call: Call) -> Answer:
    """Say what is stored of the chat, or delete it."""
    words = tuple(word.casefold() for word in call.words)
    if words not in {(), ("delete",), ("delete", "yes")}:
        raise UsageError("/privacy says what is stored, /privacy delete deletes it.")
    if words == ("delete", "yes"):
        async with desk.database.write() as connection:
            chat = await chats.find(connection, call.place.address)
            if chat is not None:
                await chat_moves.forget(connection, chat.id)
        return sentence("Nothing is stored of this chat any more." if chat else "Nothing was stored of this chat.")
    async with desk.database.read() as connection:
        chat = await chats.find(connection, call.place.address)
        kept = None if chat is None else await chat_moves.export_of(connection, chat.id)
    if kept is None:
        return sentence("Nothing is stored of this chat: it has chosen nothing and was sent nothing.")
    facts = PrivacyFacts(
        name=kept.chat.name,
        platform=kept.chat.address.platform,
        zone=kept.chat.zone,
        language=kept.chat.language,
        created_at=kept.chat.created_at,
        subscriptions=len(kept.subscriptions),
        follows=len(kept.follows),
        mutes=len(kept.mutes),
        told=len(kept.told),
        digests=kept.digests,
        cards=kept.cards,
        messages=len(kept.messages),
    )
    stored = (
        f"Its address on {facts.platform}, its name, its zone ({facts.zone}) and its settings; "
        f"{counted(facts.subscriptions, 'subscription')} with their filters; {counted(facts.follows, 'event')} that it follows and "
        f"{counted(facts.mutes, 'thing')} that it muted; which {counted(facts.told, 'event')} it was told of, "
        f"{counted(facts.digests, 'digest')}, {counted(facts.cards, 'card')}, and the text of {counted(facts.messages, 'message')} to it."
    )
    is_terminal = kept.chat.kind is ChatKind.TERMINAL
    written = "stays in the terminal's history file, nowhere else" if is_terminal else "is answered and not kept"
    never = f"What people write here {written}; who they are is not known."
    if words:
        question = "All of that is deleted, subscriptions too, and nothing more is sent here. /privacy delete yes does it."
        heading, last = "Delete everything?", Paragraph((Text(question, Style.WARNING),))
        actions: tuple[Action, ...] = (Action("Delete everything", "/privacy delete yes"),)
    else:
        heading, last = "What is stored of this chat", Paragraph((Text(never, Style.QUIET),))
        actions = (Action("Delete …", "/privacy delete"),)
    blocks = (Heading((Text(heading, Style.STRONG),)), Paragraph((Text(stored),)), last)
    return Answer(message=Message(blocks, actions), facts=facts)


async def _chat(desk: Desk, call: Call) -> Chat | None:
    async with desk.database.read() as connection:
        return await chats.find(connection, call.place.address)


async def _settled(desk: Desk, call: Call, told: str) -> Answer:
    """Say what was settled, and what the chat is told when from now on."""
    listed = await listed_subscriptions(desk, replace(call, rest=""))
    blocks = (Paragraph((Text(told),)), *(listed.message.blocks if listed.facts else ()))
    return Answer(message=Message(blocks, (Action("Settings", "/settings"),)), facts=await _facts(desk, call, await _chat(desk, call)))


async def _shown(desk: Desk, call: Call, chat: Chat | None) -> Answer:
    facts = await _facts(desk, call, chat)
    wanted = Text("; ".join(facts.subscriptions) or "none")
    rows: tuple[tuple[str, Line], ...] = (
        ("served", (Text(facts.served),)),
        ("zone", (Text(facts.zone), Text("  /timezone", Style.QUIET))),
        ("quiet hours", (Text(_hours(chat.quiet if chat else None)), Text("  /quiet 22:00-07:00", Style.QUIET))),
        ("nothing new", (Text(_EMPTY[WhenEmpty(facts.when_empty)]), Text("  /settings empty line|silence", Style.QUIET))),
        ("cards", (Text(_REPLIES[Replies(facts.replies)]), Text("  /settings replies all|significant|none", Style.QUIET))),
        ("subscriptions", (wanted, Text("  /subscriptions", Style.QUIET))),
    )
    table = Table(("", ""), tuple(((Text(name, Style.QUIET),), line) for name, line in rows))
    empty = WhenEmpty.SILENCE if facts.when_empty == WhenEmpty.LINE else WhenEmpty.LINE
    others = (Action(f"Replies: {each}", f"/settings replies {each}") for each in Replies if each != facts.replies)
    actions = (Action(f"Nothing new: {_EMPTY[empty]}", f"/settings empty {empty}"), *others, Action("Subscriptions", "/subscriptions"))
    return Answer(message=Message((Heading((Text("Settings of this chat", Style.STRONG),)), table), actions), facts=facts)


async def _facts(desk: Desk, call: Call, chat: Chat | None) -> ChatFacts:
    there = []
    if chat is not None:
        async with desk.database.read() as connection:
            there = await subscriptions.of(connection, chat.id)
    served = "yes"
    if chat is not None and chat.stopped_at is not None:
        served = "no, since /stop; /start goes on"
    elif chat is not None and chat.paused_at is not None:
        served = f"no: {chat.paused_reason}"
    return ChatFacts(
        name=call.place.name if chat is None else chat.name,
        served=served,
        zone=desk.zone if chat is None else chat.zone,
        quiet=None if chat is None or chat.quiet is None else _hours(chat.quiet),
        when_empty=(WhenEmpty.LINE if chat is None else chat.when_empty).value,
        replies=(Replies.SIGNIFICANT if chat is None else chat.replies).value,
        subscriptions=tuple(when(each) for each in there),
    )


def _hours(hours: Quiet | None) -> str:
    return "none" if hours is None else f"{clock(hours.start)}-{clock(hours.end)}"


def _wake(desk: Desk) -> None:
    """Let what was held go, if it may now."""
    if desk.telling is not None:
        desk.telling.wake()
