"""/digest: what is new, now, for whoever asks; scheduled digests and what a chat was told before are not known here."""

from datetime import datetime
from typing import Final

from bot.commands.desk import Answer, Call, Desk
from bot.commands.events import span_of
from bot.commands.facts import DigestFacts, HiddenFacts, ReceiptFacts, event_facts
from bot.core.digest import Digest, choose, compose, compose_hidden
from bot.core.event import headline
from bot.core.model import Event
from storage import events
from storage.database import Connection

CHUNK: Final = 200
"""Events held in memory at a time while a window is read."""

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
    """Read the window in chunks: everything in it is counted, only the candidates are kept."""
    touched = await events.touched(connection, since)
    candidates = set(await events.top(connection, since, CANDIDATES))
    kept: list[Event] = []
    articles = 0
    for start in range(0, len(touched), CHUNK):
        for event in await events.load(connection, touched[start : start + CHUNK]):
            articles += sum(article.received_at >= since for article in event.articles)
            if event.id in candidates:
                kept.append(event)
    return choose(kept, since=since, until=until, articles=articles, events=len(touched), settings=desk.digest)


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
