"""What an operator asks: /status and /errors."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.commands.deliveries import delivery_facts, delivery_rows, stopped_platforms
from bot.commands.desk import Answer, Call, Desk
from bot.commands.facts import ErrorFacts, FeedCounts, NoticeFacts, StatusFacts
from bot.commands.health import Standing, outage, standing, summary, works
from bot.core.errors import UsageError
from bot.core.message import Action, Block, Heading, Line, Listing, Message, Moment, Paragraph, Style, Table, Text
from bot.core.model import Quarantined, SourceHealth, Totals
from bot.core.phrase import joined, phrase, phrases
from bot.core.wording import counted, number, shortened
from storage.delivery import outbox
from storage.feeds import notices, pages, sources
from storage.news import files, totals

LISTED: Final = 50
"""Files in quarantine, or failing sources, that are listed at once; the rest is counted."""

NOTICES: Final = 10
"""Notices that are listed, the newest first. Guess."""


async def status(desk: Desk, call: Call) -> Answer:
    """Say how much there is and whether everything works."""
    if call.words:
        raise UsageError(phrase("This command takes no words."))
    async with desk.database.read() as connection:
        counts = await totals.totals(connection)
        every = await sources.health(connection, call.now)
        waiting = await pages.count(connection)
        sending = delivery_facts(desk, await outbox.counts(connection))
    failing = [source for source in every if standing(source).needs_somebody]
    feeds = [source for source in every if source.kind == "feed"]
    numbers = _feed_counts(desk, feeds, waiting)
    facts = StatusFacts(
        version=desk.version,
        database=desk.database.engine_name,
        sources=counts.sources,
        articles=counts.articles,
        copies=counts.copies,
        events=counts.events,
        waiting=counts.waiting,
        quarantined=counts.quarantined,
        last_arrival_at=counts.last_arrival_at,
        failing=tuple(source.name for source in failing),
        feeds=numbers,
        deliveries=sending,
    )
    verdict: Line = (
        (
            Text(
                phrases(len(failing), "{count} source failing: /errors says why.", "{count:,} sources failing: /errors says why."),
                Style.WARNING,
            ),
        )
        if failing
        else (Text(phrase("Every source works.") if counts.sources else phrase("There is no source yet.")),)
    )
    heading = Heading((Text(f"Slugline {desk.version}", Style.STRONG),))
    table = _table(desk, counts, feeds, facts, call.now)
    stopped = (*outage(numbers.outage_since), *stopped_platforms(sending))
    return Answer(message=Message((heading, *stopped, Paragraph(verdict), table)), facts=facts)


def _feed_counts(desk: Desk, feeds: Sequence[SourceHealth], pages_waiting: int) -> FeedCounts:
    numbers = Counter(map(standing, feeds))
    return FeedCounts(
        all=len(feeds),
        working=numbers[Standing.WORKING],
        failing=numbers[Standing.FAILING],
        ended=numbers[Standing.ENDED],
        paused=numbers[Standing.PAUSED],
        waiting=numbers[Standing.WAITING],
        next_check_at=min((source.next_check_at for source in feeds if source.next_check_at is not None), default=None),
        pages=pages_waiting,
        outage_since=_outage_since(desk),
    )


def _outage_since(desk: Desk) -> datetime | None:
    return None if desk.feeds is None else desk.feeds.outage()


async def errors(desk: Desk, call: Call) -> Answer:
    """List what needs somebody: failing sources and files in quarantine, the newest first."""
    if call.words:
        raise UsageError(phrase("This command takes no words."))
    async with desk.database.read() as connection:
        every = await sources.health(connection, call.now)
        quarantined = await files.quarantined(connection, LISTED)
        refused = (await totals.totals(connection)).quarantined
        told = await notices.recent(connection, NOTICES)
    failing = [source for source in every if standing(source).needs_somebody]
    since = _outage_since(desk)
    lately = tuple(
        NoticeFacts(at=at, kind=notice.kind, source=name, source_id=notice.source_id, text=notice.text) for at, notice, name in told
    )
    facts = ErrorFacts(sources=tuple(failing), quarantined=tuple(quarantined), notices=lately, outage_since=since)
    blocks = (*outage(since), *_failing(failing, call.now), *_quarantine(quarantined, refused))
    if not blocks:
        fine = phrase("Nothing is wrong: every source works, no file is in quarantine.")
        blocks = (Paragraph((Text(fine),)),)
    return Answer(message=Message((*blocks, *_notices(lately)), _more(failing)), facts=facts)


def _more(failing: Sequence[SourceHealth]) -> tuple[Action, ...]:
    feeds = [source for source in failing if source.kind == "feed"]
    return (Action(phrase("More about feed {id}", id=feeds[0].id), f"/sources feed {feeds[0].id}"),) if feeds else ()


def _table(desk: Desk, counts: Totals, feeds: Sequence[SourceHealth], facts: StatusFacts, now: datetime) -> Table:
    last: Line = (Moment(counts.last_arrival_at),) if counts.last_arrival_at else (Text(phrase("never")),)
    rows: list[tuple[str, Line]] = [
        (phrase("events"), (Text(number(counts.events)),)),
        (phrase("articles"), (Text(number(counts.articles)), Text(joined("", ("  (", counted(counts.copies, "copy"), ")")), Style.QUIET))),
        (phrase("waiting to be grouped"), (Text(number(counts.waiting)),)),
        (phrase("files in quarantine"), (Text(number(counts.quarantined)),)),
        (phrase("sources"), (Text(number(counts.sources)),)),
    ]
    if feeds:
        rows.append((phrase("feeds"), (Text(number(len(feeds))), Text(joined("", ("  (", summary(feeds, now), ")")), Style.QUIET))))
    if facts.feeds.pages:
        rows.append((phrase("pages to be fetched"), (Text(number(facts.feeds.pages)),)))
    rows += delivery_rows(facts.deliveries)
    rows += [(phrase("last arrival"), last), (phrase("database"), (Text(desk.database.engine_name),))]
    return Table(("", ""), tuple(((Text(name, Style.QUIET),), line) for name, line in rows))


def _failing(failing: Sequence[SourceHealth], now: datetime) -> tuple[Block, ...]:
    if not failing:
        return ()
    items = tuple(((_named(source)), works(source, now)) for source in failing[:LISTED])
    left = len(failing) - LISTED
    more = (
        (Paragraph((Text(phrase("… and {count:,} more: /sources {word}", count=left, word=Standing.FAILING.value), Style.QUIET),)),)
        if left > 0
        else ()
    )
    return (Heading((Text(phrase("Failing sources"), Style.STRONG),)), Listing(items), *more)


def _named(source: SourceHealth) -> Line:
    location = shortened(source.location, 200)
    told = phrase("  feed {id}  ·  {location}", id=source.id, location=location) if source.kind == "feed" else f"  {location}"
    return (Text(shortened(source.name, 100), Style.STRONG), Text(told, Style.QUIET))


def _notices(lately: Sequence[NoticeFacts]) -> tuple[Block, ...]:
    if not lately:
        return ()
    items = tuple(((Moment(each.at), Text(f"  {shortened(each.text, 300)}")),) for each in lately)
    return (Heading((Text(phrase("Told lately about feeds"), Style.STRONG),)), Listing(items))


def _quarantine(quarantined: Sequence[Quarantined], refused: int) -> tuple[Block, ...]:
    if not quarantined:
        return ()
    items = tuple(
        (
            (Text(entry.file, Style.STRONG), Text(phrase("  in {source}, since ", source=entry.source), Style.QUIET), Moment(entry.since)),
            (Text(entry.reason),),
        )
        for entry in quarantined
    )
    left = refused - len(quarantined)
    more = (Paragraph((Text(phrase("… and {count:,} more.", count=left), Style.QUIET),)),) if left > 0 else ()
    advice = Paragraph((Text(phrase("The files are untouched; each is tried again when it changes."), Style.QUIET),))
    return (Heading((Text(phrase("Files in quarantine"), Style.STRONG),)), Listing(items), *more, advice)
