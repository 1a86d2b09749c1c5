"""/follow and /mute: what a chat wants to hear more of, and what nothing; what that does to a message is decided in `pipeline`."""

import re
from datetime import datetime
from typing import Final

from bot.commands.chats import written_chat
from bot.commands.desk import Answer, Call, Desk, sentence
from bot.commands.events import find, merged_note, span_of
from bot.commands.facts import FollowFacts, MuteFacts
from bot.core.chats.chat import Follow, Mute
from bot.core.chats.subject import worded
from bot.core.errors import UsageError
from bot.core.event import Overview, overview
from bot.core.message import Action, Heading, Line, Listing, Message, Moment, Paragraph, Style, Text
from bot.core.model import EventId
from bot.core.phrase import phrase, verbatim
from bot.core.wording import shortened, titled_link
from storage.chats import chats, mutes
from storage.news import events

LONGEST_WORD: Final = 100
"""Characters of a muted word or phrase: what a filter takes, too."""

MOST: Final = 1_000
"""Events that a chat follows, and things that it mutes, at most; each is compared with what comes. Guess."""

LISTED: Final = 50

_SPAN: Final = re.compile(r"\d+[mhdw]")


async def follow(desk: Desk, call: Call) -> Answer:
    """Follow an event, no more follow it, or list what is followed."""
    if not call.words:
        return await _followed(desk, call)
    number, *more = call.words
    if [word.casefold() for word in more] not in ([], ["off"]):
        raise UsageError(phrase("Say the number of one event, and off to end it."))
    async with desk.database.write() as connection:
        chat = await written_chat(connection, desk, call)
        found = await find(connection, number)
        if isinstance(found, Answer):
            return found
        wanted = Follow(chat.id, found.id)
        if more:
            was = await mutes.unfollow(connection, wanted)
            gone = phrase("Event {number} is not followed any more.", number=found.id)
            return sentence(gone if was else phrase("Event {number} was not followed.", number=found.id))
        if len((await mutes.followed(connection, [chat.id])).get(chat.id, ())) >= MOST:
            return sentence(phrase("This chat follows {count:,} events already: /follow ID off ends one.", count=MOST), failed=True)
        await mutes.unmute(connection, Mute(chat_id=chat.id, event_id=found.id))
        await mutes.follow(connection, wanted)
    told = Paragraph((Text(phrase("Followed: every new report of it is told here, outside of quiet hours.")),))
    stop = Action(phrase("Stop following"), f"/follow {found.id} off")
    actions = (stop, Action(phrase("Event {number}", number=found.id), f"/event {found.id}"))
    seen = overview(found)
    message = Message((*merged_note(number, found), told, Paragraph(_line(seen))), actions)
    return Answer(message=message, facts=FollowFacts(id=found.id, headline=seen.headline.content.title))


async def _followed(desk: Desk, call: Call) -> Answer:
    async with desk.database.read() as connection:
        chat = await chats.find(connection, call.place.address)
        ids = frozenset[EventId]() if chat is None else (await mutes.followed(connection, [chat.id])).get(chat.id, frozenset())
        found = await events.load(connection, sorted(ids, reverse=True)[:LISTED])
    if not found:
        return sentence(phrase("This chat follows no event. /follow and the number of one does."), facts=())
    seen = [overview(each) for each in found if each.articles]
    left = len(ids) - len(found)
    more = (Paragraph((Text(phrase("… and {count:,} more.", count=left), Style.QUIET),)),) if left > 0 else ()
    ends = tuple(Action(phrase("Stop following {number}", number=each.id), f"/follow {each.id} off") for each in seen)
    blocks = (Heading((Text(phrase("Followed"), Style.STRONG),)), Listing(tuple((_line(each),) for each in seen)), *more)
    message = Message(blocks, ends)
    return Answer(message=message, facts=tuple(FollowFacts(id=each.id, headline=each.headline.content.title) for each in seen))


def _line(event: Overview) -> Line:
    return (titled_link(event.headline), Text(verbatim(f"  /event {event.id}"), Style.QUIET))


async def mute(desk: Desk, call: Call) -> Answer:
    """Mute an event or a word, for a while or until it is taken back, or list what is muted."""
    if not call.words:
        return await _muted(desk, call)
    subject, until, is_off = _said(call)
    is_event = _is_number(subject)
    async with desk.database.write() as connection:
        chat = await written_chat(connection, desk, call)
        named: str
        if is_event:
            found = await find(connection, subject)
            if isinstance(found, Answer):
                return found
            wanted, named = Mute(chat_id=chat.id, event_id=found.id, until=until), phrase("Event {number}", number=found.id)
        else:
            word = _word(subject)
            wanted, named = Mute(chat_id=chat.id, word=word, until=until), phrase("“{words}”", words=word)
        if is_off:
            was = await mutes.unmute(connection, wanted)
            gone = phrase("{name} is not muted any more.", name=named)
            return sentence(gone if was else phrase("{name} was not muted.", name=named))
        if len((await mutes.of(connection, [chat.id], call.now)).get(chat.id, ())) >= MOST:
            return sentence(phrase("This chat mutes {count:,} things already: /mute ID off ends one.", count=MOST), failed=True)
        if wanted.event_id is not None:
            await mutes.unfollow(connection, Follow(chat.id, wanted.event_id))
        await mutes.mute(connection, wanted)
    told: Line = (Text(phrase("{name} is muted.", name=named)),)
    if until:
        told = (Text(phrase("{name} is muted until ", name=named)), Moment(until), Text("."))
    action = Action(phrase("Unmute"), f"/mute {_again(wanted)} off")
    message = Message((Paragraph(told),), (action,))
    return Answer(message=message, facts=MuteFacts(event=wanted.event_id, word=wanted.word, until=until))


def _said(call: Call) -> tuple[str, datetime | None, bool]:
    """Take apart what is muted, until when, and whether it no more is; a span that is none counts as a word only where one can be meant."""
    *words, last = call.words
    is_off = last.casefold() == "off"
    if not words and (is_off or _SPAN.fullmatch(last.casefold())):
        raise UsageError(phrase("Mute what? Say the number of an event or a word first. Quote a word that looks like a span of time."))
    if is_off or not words:
        return " ".join(words or [last]), None, is_off
    try:
        return " ".join(words), call.now + span_of(last), False
    except UsageError:
        if _SPAN.fullmatch(last.casefold()) or (_is_number(words[0]) and len(words) == 1 and last[0].isdecimal()):
            raise
        return call.rest, None, False


def _is_number(word: str) -> bool:
    number = word.removeprefix("#")
    return number.isascii() and number.isdecimal()


def _word(text: str) -> str:
    """Give the word or phrase that is to be muted, without quotation marks and in small letters, so that it can be taken back."""
    word = " ".join(text.strip("\"'“”„«»").split()).casefold()
    if len(word) > LONGEST_WORD or not worded(word):
        told = phrase("{text} is neither the number of an event nor a word or phrase that can be looked for.", text=shortened(text, 40))
        raise UsageError(told)
    return word


async def _muted(desk: Desk, call: Call) -> Answer:
    async with desk.database.read() as connection:
        chat = await chats.find(connection, call.place.address)
        found = [] if chat is None else (await mutes.of(connection, [chat.id], call.now)).get(chat.id, [])
    if not found:
        return sentence(phrase("Nothing is muted. /mute and the number of an event or a word does, 7d behind it for a week."), facts=())
    items = tuple((_mute_line(each),) for each in found[:LISTED])
    left = len(found) - LISTED
    more = (Paragraph((Text(phrase("… and {count:,} more.", count=left), Style.QUIET),)),) if left > 0 else ()
    facts = tuple(MuteFacts(event=each.event_id, word=each.word, until=each.until) for each in found)
    ends = tuple(Action(phrase("Unmute {name}", name=_name(each)), f"/mute {_again(each)} off") for each in found[:LISTED])
    return Answer(message=Message((Heading((Text(phrase("Muted"), Style.STRONG),)), Listing(items), *more), ends), facts=facts)


def _mute_line(muted: Mute) -> Line:
    until: Line = (Text(phrase("  until ")), Moment(muted.until)) if muted.until else (Text(phrase("  until you say off"), Style.QUIET),)
    return (Text(_name(muted), Style.STRONG), *until)


def _name(muted: Mute) -> str:
    return phrase("event {number}", number=muted.event_id) if muted.event_id is not None else phrase("“{words}”", words=muted.word)


def _again(muted: Mute) -> str:
    """Say what is muted as it is typed; a word that looks like the number of an event stands in quotes."""
    word = muted.word or ""
    return str(muted.event_id) if muted.event_id is not None else f'"{word}"' if word.isdecimal() else word
