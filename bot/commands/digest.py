"""/digest: what is new, now, for whoever asks; scheduled digests and what a chat was told before are not known here."""

from datetime import datetime
from typing import Final

from bot.commands.desk import Answer, Call, Desk
from bot.commands.events import span_of
from bot.commands.facts import DigestFacts, HiddenFacts, ReceiptFacts, event_facts
from bot.core.digest import Digest, choose, compose, compose_hidden
from bot.core.event import headline
from storage import articles, events
from storage.database import Connection

CANDIDATES: Final = 200
"""Events among which a digest chooses: those with the most reports; the others could not be shown anyway."""


async def digest(desk: Desk, call: Call) -> Answer:
    """Compose the digest of the last hours, or list what it leaves out."""
    words = [word for word in call.words if word.casefold() != "hidden"]
    span = desk.digest_window
    for word in words:
        span = span_of(word)
    since = call.now - span
    async with desk.database.read() as connection:
        chosen = await _read(connection, desk, since, call.now)
    message = compose_hidden(chosen) if len(words) < len(call.words) else compose(chosen)
    return Answer(message=message, facts=_facts(chosen))


async def _read(connection: Connection, desk: Desk, since: datetime, until: datetime) -> Digest:
    """Count everything in the window, and load the events among which the digest chooses."""
    return choose(
        await events.load(connection, await events.top(connection, since, CANDIDATES)),
        since=since,
        until=until,
        articles=await articles.arrived(connection, since),
        events=len(await events.touched(connection, since)),
        settings=desk.digest,
    )


def _facts(chosen: Digest) -> DigestFacts:
    return DigestFacts(
        since=chosen.since,
        until=chosen.until,
        receipts=ReceiptFacts(articles=chosen.articles, events=chosen.events, shown=len(chosen.shown)),
        events=tuple(event_facts(event, with_texts=False) for event in chosen.shown),
        hidden=tuple(
            HiddenFacts(id=hidden.event.id, headline=headline(hidden.event).content.title, reason=hidden.reason) for hidden in chosen.hidden
        ),
    )
