"""/import and /export: many feeds at once, as OPML; one address at a time is for `adding`."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot.commands.adding import NO_FETCHING
from bot.commands.desk import Answer, Attachment, Call, Desk, Document, FeedDesk, Progress, refused, sentence
from bot.commands.facts import ImportFacts, RefusedFacts
from bot.commands.naming import SHOWN
from bot.core.errors import UsageError
from bot.core.feeds.feed import Failed, FeedState, Fetched, Listed
from bot.core.message import Action, Block, Heading, Listing, Message, Paragraph, Style, Text
from bot.core.model import Refused, SourceId
from bot.core.phrase import Phrase, joined, phrase, phrases
from bot.core.wording import counted, shortened
from bot.sources.addresses import host_key, normal_url, refusal
from bot.sources.opml import OpmlFeeds, RefusedLine, read_opml, write_opml
from storage.feeds import feeds

AT_ONCE: Final = 500
"""Feeds that are added in one transaction. Measured: 0.1 s, in which nobody else can write and the event loop is held for 10 ms at most."""

REFUSED_SHOWN: Final = 20
"""Refused lines that are listed; the JSON form has them all."""

_NOT_IMPORTED: Final = phrase("Not imported: ")

OPML_TYPES: Final = "text/x-opml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """What was added of a list, what was there already, and what found no room."""

    added: tuple[SourceId, ...]
    known: tuple[str, ...]
    over_limit: int


async def import_(desk: Desk, call: Call) -> Answer:
    """Take the feeds of an OPML file that came with the request, or that lies at an address."""
    if desk.feeds is None:
        return sentence(NO_FETCHING, failed=True)
    if call.attachment is not None:
        named = shortened(call.attachment.name, SHOWN)
        return replace(sentence(_importing(named)), work=partial(_import, desk, desk.feeds, call, call.attachment))
    if len(call.words) != 1:
        raise UsageError(phrase("Which list? Attach an OPML file, or say its address."))
    url = normal_url(call.rest)
    if reason := refusal(url, desk.feeds.allow_networks):
        return refused(_NOT_IMPORTED, reason)
    return replace(sentence(_importing(shortened(url, SHOWN))), work=partial(_import, desk, desk.feeds, call, url))


def _importing(name: str) -> Phrase:
    return phrase("Importing {name} …", name=name)


async def _import(desk: Desk, settings: FeedDesk, call: Call, given: Attachment | str, progress: Progress) -> Answer:
    progress(0, 0)
    if isinstance(given, str):
        answered = await settings.door.get(given, accept=OPML_TYPES)
        if not isinstance(answered, Fetched):
            return refused(_NOT_IMPORTED, answered.reason if isinstance(answered, Failed) else phrase("the list has not changed"))
        given = Attachment(name=given, data=answered.body)
    networks = settings.allow_networks
    read = await read_opml(settings.worker, given.data, settings.most, timeout_seconds=settings.read_seconds, allow_networks=networks)
    if isinstance(read, Refused):
        return refused(joined("", (_NOT_IMPORTED, shortened(given.name, SHOWN), ": ")), read.reason)
    taken = await _add(desk, settings, call, read.feeds, progress)
    settings.wake()
    return _report(given.name, read, taken, settings)


async def _add(desk: Desk, settings: FeedDesk, call: Call, listed: Sequence[Listed], progress: Progress) -> _Taken:
    """Add what is new, as far as there is room; each transaction is whole, so that an import that is stopped can be done again."""
    added: list[SourceId] = []
    known: list[str] = []
    over_limit = 0
    for start in range(0, len(listed), AT_ONCE):
        progress(start, len(listed))
        chunk = listed[start : start + AT_ONCE]
        async with desk.database.write() as connection:
            there = await feeds.known(connection, [feed.url for feed in chunk])
            room = max(0, settings.most - await feeds.count(connection))
            new = [(feed, host_key(feed.url)) for feed in chunk if feed.url not in there]
            done = await feeds.add(
                connection,
                new[:room],
                call.now,
                first_check=_spread(settings, call.now, len(added)),
                full_text=settings.full_text,
            )
        added += done.ids
        known += [*(feed.url for feed in chunk if feed.url in there), *done.known]
        over_limit += len(new[room:])
    progress(len(listed), len(listed))
    return _Taken(added=tuple(added), known=tuple(known), over_limit=over_limit)


def _spread(settings: FeedDesk, now: datetime, before: int) -> Callable[[int], datetime]:
    """Let first checks follow each other as fast as checks may, behind those of the feeds added `before`."""
    return lambda number: now + timedelta(minutes=(before + number) / settings.checks_per_minute)


def _report(name: str, read: OpmlFeeds, taken: _Taken, settings: FeedDesk) -> Answer:
    """Say what became of the list."""
    over_limit = read.over_limit + taken.over_limit
    total = len(read.feeds) + len(read.refused) + read.over_limit
    parts = [phrase("{count:,} added", count=len(taken.added))]
    parts += [phrase("{count:,} already there", count=len(taken.known))] if taken.known else []
    parts += [phrase("{count:,} refused", count=len(read.refused))] if read.refused else []
    if over_limit:
        told = phrase("{count:,} left out, because there may be {most:,} feeds (feeds.most)", count=over_limit, most=settings.most)
        parts.append(told)
    blocks: list[Block] = [
        Heading((Text(shortened(name, SHOWN), Style.STRONG),)),
        Paragraph((Text(joined("", (counted(total, "feed"), ": ", joined(", ", parts), "."))),)),
    ]
    if taken.added:
        quiet = phrase("What is in them then is stored without a word; what comes later is news.")
        blocks.append(Paragraph((Text(joined(" ", (_first_checks(settings, len(taken.added)), quiet)), Style.QUIET),)))
    blocks += _refused(read.refused)
    facts = ImportFacts(
        added=taken.added,
        known=taken.known,
        refused=tuple(RefusedFacts(text=line.text, reason=line.reason) for line in read.refused),
        over_limit=over_limit,
    )
    actions = (Action(phrase("Sources"), "/sources"),)
    return Answer(message=Message(tuple(blocks), actions), facts=facts, failed=not (taken.added or taken.known))


def _first_checks(settings: FeedDesk, number: int) -> Phrase:
    """Say when feeds that were added are asked first."""
    if settings.check_due is not None:
        return phrase("They are asked for the first time by `slugline run`, or by `slugline sources check`.")
    minutes = round(number / settings.checks_per_minute)
    if minutes <= 1:
        return phrase("They are asked now.")
    return phrases(
        minutes,
        "They are asked for the first time within about {count} minute.",
        "They are asked for the first time within about {count:,} minutes.",
    )


def _refused(lines: Sequence[RefusedLine]) -> list[Block]:
    if not lines:
        return []
    items = tuple(
        ((Text(line.text or phrase("(without a name)")), Text(joined("", ("  ", line.reason)), Style.WARNING)),)
        for line in lines[:REFUSED_SHOWN]
    )
    left = len(lines) - REFUSED_SHOWN
    more = [Paragraph((Text(phrase("… and {count:,} more.", count=left), Style.QUIET),))] if left > 0 else []
    return [Heading((Text(phrase("Refused"), Style.STRONG),)), Listing(items), *more]


async def export(desk: Desk, call: Call) -> Answer:
    """Hand over every feed as OPML."""
    if call.words:
        raise UsageError(phrase("This command takes no words."))
    async with desk.database.read() as connection:
        states = await feeds.all_states(connection)
    if not states:
        return sentence(phrase("There is no feed to export yet."), facts=())
    listed, data = await asyncio.to_thread(_written, states, call.now)
    document = Document(name=f"slugline-feeds-{call.now:%Y-%m-%d}.opml", data=data)
    return replace(sentence(phrases(len(listed), "{count} feed as OPML.", "{count:,} feeds as OPML."), facts=listed), document=document)


def _written(states: Sequence[FeedState], now: datetime) -> tuple[tuple[Listed, ...], bytes]:
    listed = tuple(Listed(url=state.url, title=state.name, site=state.site, category=state.category) for state in states)
    return listed, write_opml(listed, title="Feeds of Slugline", now=now)
