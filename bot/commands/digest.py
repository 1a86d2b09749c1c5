"""/digest: what is new, now, for whoever asks; scheduled digests and what a chat was told before are not known here."""

import asyncio
from typing import Final

from bot.commands.desk import Answer, Call, Desk
from bot.commands.events import one_span
from bot.commands.facts import DigestFacts, HiddenFacts, ReceiptFacts, event_facts
from bot.core.digest import Digest, choose, compose, compose_hidden
from storage import articles, events

CANDIDATES: Final = 60
"""Events among which a digest chooses: those with the most reports, some more than it shows because one outlet may lead many. Guess."""


async def digest(desk: Desk, call: Call) -> Answer:
    """Compose the digest of the last hours, or list what it leaves out."""
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


def _facts(chosen: Digest) -> DigestFacts:
    return DigestFacts(
        since=chosen.since,
        until=chosen.until,
        receipts=ReceiptFacts(articles=chosen.articles, events=chosen.events, shown=len(chosen.shown)),
        events=tuple(event_facts(event, with_texts=False) for event in chosen.shown),
        hidden=tuple(
            HiddenFacts(id=hidden.event.id, headline=hidden.event.headline.content.title, reason=hidden.reason) for hidden in chosen.hidden
        ),
    )
