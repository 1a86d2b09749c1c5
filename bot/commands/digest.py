"""/digest: what is new now, a subscribed one before it is told, or what it left out; when chats are told is not known here."""

import asyncio
from typing import Final

from bot.commands.desk import Answer, Call, Desk, sentence
from bot.commands.events import one_span
from bot.commands.facts import DigestFacts, HiddenFacts, ReceiptFacts, event_facts
from bot.core.chats.chat import DigestId, Repeat
from bot.core.message import Line, Message, Moment, Paragraph, Style, Text
from bot.core.phrase import phrase
from bot.core.telling.digest import Digest, choose, compose, compose_hidden
from bot.core.wording import shortened
from storage.chats import chats, subscriptions
from storage.news import articles, events

CANDIDATES: Final = 60
"""Events among which a digest chooses: those with the most reports, some more than it shows because one outlet may lead many. Guess."""

_DIGITS: Final = 18
"""Digits that the number of a digest has fewer of: what every engine can hold."""


async def digest(desk: Desk, call: Call) -> Answer:
    """Compose the digest of the last hours, or list what it leaves out; or look at one that the chat subscribed to."""
    asked = [word.casefold() for word in call.words]
    if asked[:1] == ["preview"]:
        return await _preview(desk, call, asked[1:])
    if len(asked) == 2 and asked[0] == "hidden" and asked[1].isdecimal():
        return await _hidden(desk, call, asked[1])
    words = [word for word in call.words if word.casefold() != "hidden"]
    since = call.now - one_span(words, desk.digest_window)
    async with desk.database.read() as connection:
        candidates = await events.load(connection, await events.top(connection, since, CANDIDATES, news_only=True))
        arrived = await articles.arrived(connection, since, news_only=True)
        touched = await events.touched_count(connection, since, news_only=True)

    def answer() -> Answer:
        chosen = choose(candidates, since=since, until=call.now, articles=arrived, events=touched, settings=desk.digest)
        message = compose_hidden(chosen) if len(words) < len(call.words) else compose(chosen)
        return Answer(message=message, facts=_facts(chosen))

    return await asyncio.to_thread(answer)


async def _preview(desk: Desk, call: Call, words: list[str]) -> Answer:
    """Show what a subscription would be told now; nothing counts as told."""
    async with desk.database.read() as connection:
        chat = await chats.find(connection, call.place.address)
        there = [] if chat is None else await subscriptions.of(connection, chat.id)
    scheduled = [each for each in there if each.repeat is not Repeat.BREAKING and each.due_at is not None]
    if words:
        scheduled = [each for each in scheduled if [str(each.id)] == words]
    if chat is None or not scheduled or desk.telling is None:
        no_digest = phrase("This chat has subscribed to no digest: /subscribe does.")
        told = phrase("This chat has no such subscription.") if words else no_digest
        return sentence(told, failed=True)
    subscription = min(scheduled, key=lambda each: (each.due_at, each.id))
    chosen = await desk.telling.preview(subscription, chat)

    def answer() -> Answer:
        message = compose(chosen)
        note: Line = (Text(phrase("Preview of the digest that is due "), Style.QUIET), Moment(subscription.due_at or call.now))
        return Answer(message=Message((Paragraph(note), *message.blocks), message.actions), facts=_facts(chosen))

    return await asyncio.to_thread(answer)


async def _hidden(desk: Desk, call: Call, number: str) -> Answer:
    """List what a digest left out that the chat was told."""
    async with desk.database.read() as connection:
        chat = await chats.find(connection, call.place.address)
    is_one = chat is not None and desk.telling is not None and number.isascii() and len(number) < _DIGITS
    told = await desk.telling.told(chat.id, DigestId(int(number))) if is_one and chat and desk.telling else None
    if told is None:
        return sentence(phrase("This chat was told no digest {number}.", number=shortened(number, _DIGITS)), failed=True)
    return Answer(message=await asyncio.to_thread(compose_hidden, told), facts=_facts(told))


def _facts(chosen: Digest) -> DigestFacts:
    return DigestFacts(
        since=chosen.since,
        until=chosen.until,
        receipts=ReceiptFacts(articles=chosen.articles, events=chosen.events, shown=len(chosen.shown)),
        events=tuple(event_facts(event) for event in chosen.shown),
        hidden=tuple(
            HiddenFacts(id=hidden.event.id, headline=hidden.event.headline.content.title, reason=hidden.reason) for hidden in chosen.hidden
        ),
    )
