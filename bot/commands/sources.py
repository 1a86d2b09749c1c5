"""/sources: where articles come from and how well, or who tells one event."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bot.commands.desk import Answer, Call, Desk
from bot.commands.events import find, merged_note
from bot.commands.facts import OutletFacts, published
from bot.core.card import receipts, report_line
from bot.core.errors import UsageError
from bot.core.event import Overview, overview
from bot.core.message import Action, Block, Heading, Line, Listing, Message, Moment, Paragraph, Style, Table, Text
from bot.core.model import Article, ArticleId, Event, SourceHealth, Stamp
from bot.core.wording import counted, outlet_name, titled_link
from storage import sources as storage

REPORTS: Final = 60
"""Articles of one event that are listed; the JSON form names them all."""

OUTLETS: Final = 15
"""Outlets in the table of a source; the JSON form has them all."""


async def sources(desk: Desk, call: Call) -> Answer:
    """List the sources with their health, or the outlets of one event."""
    words = call.words[1:] if call.words and call.words[0].casefold() == "event" else call.words
    if len(words) > 1:
        raise UsageError("One event at a time.")
    if words:
        return await _of_event(desk, words[0])
    async with desk.database.read() as connection:
        found = await storage.health(connection)
    if not found:
        nothing = "There is no source yet. Name a folder in the configuration, or run `slugline ingest PATH`."
        return Answer(message=Message((Paragraph((Text(nothing),)),)), facts=())
    blocks: list[Block] = [Heading((Text("Sources", Style.STRONG),)), Listing(tuple(_health(source, call.now) for source in found))]
    blocks.extend(_outlets(source, alone=len(found) == 1) for source in found if source.outlets)
    return Answer(message=Message(tuple(blocks)), facts=tuple(found))


async def _of_event(desk: Desk, word: str) -> Answer:
    async with desk.database.read() as connection:
        event = await find(connection, word)
    if isinstance(event, Answer):
        return event
    return await asyncio.to_thread(_sources_of, word, event)


def _sources_of(word: str, found: Event) -> Answer:
    event = overview(found)
    names = {article.id: outlet_name(article) for article in event.ordered}
    left = len(event.ordered) - REPORTS
    blocks: list[Block] = [
        *merged_note(word, found),
        Heading((Text(f"Sources of event {event.id}", Style.STRONG),)),
        Paragraph((titled_link(event.headline),)),
        Paragraph(receipts(event)),
        Listing(tuple(_report(article, event.times, names) for article in event.ordered[:REPORTS])),
        *((Paragraph((Text(f"… and {left:,} more.", Style.QUIET),)),) if left > 0 else ()),
    ]
    return Answer(message=Message(tuple(blocks), (Action("Card", f"/event {event.id}"),)), facts=_outlet_facts(event))


def _report(article: Article, times: Mapping[ArticleId, Stamp], names: Mapping[ArticleId, str]) -> tuple[Line, ...]:
    """A report with its title below its outlet; a copy says whose text it repeats."""
    if article.copy_of is not None:
        return (report_line(article, times, names),)
    when, gap, outlet, _, title = report_line(article, times, names)
    agency = (Text(f"  via {article.content.agency}", Style.QUIET),) if article.content.agency else ()
    return ((outlet, *agency, gap, when), (title,))


def _outlet_facts(event: Overview) -> tuple[OutletFacts, ...]:
    told: dict[str | None, list[Article]] = {}
    for article in event.ordered:
        told.setdefault(article.content.outlet, []).append(article)
    return tuple(
        OutletFacts(
            outlet=outlet,
            reports=sum(article.copy_of is None for article in articles),
            copies=sum(article.copy_of is not None for article in articles),
            first_published=published(event.times.get(articles[0].id)),
            articles=tuple(article.id for article in articles),
        )
        for outlet, articles in told.items()
    )


def _health(source: SourceHealth, now: datetime) -> tuple[Line, ...]:
    name: Line = (Text(source.name, Style.STRONG), Text(f"  {source.kind} {source.location}", Style.QUIET))
    counts = [counted(source.articles, "article")]
    if source.first_at is not None:
        days = max(1.0, (now - source.first_at).total_seconds() / 86_400)
        if days > 1:
            counts.append(f"{source.articles / days:,.1f} a day")
        counts.append(f"{share(source.copies, source.articles)} copies")
        counts.append(f"first with {counted(source.first, 'event')}")
    if source.refused:
        counts.append(f"{counted(source.refused, 'file')} in quarantine (/errors)")
    return (name, (Text(", ".join(counts)),), _last_scan(source))


def _last_scan(source: SourceHealth) -> Line:
    last: Line = (
        (Text("never scanned", Style.QUIET),)
        if source.last_success_at is None
        else (Text("last success ", Style.QUIET), Moment(source.last_success_at))
    )
    return (Text(f"failing: {source.last_error}", Style.WARNING), Text("  ·  "), *last) if source.last_error else last


def _outlets(source: SourceHealth, *, alone: bool) -> Table:
    rows = [
        (
            (Text(outlet.name) if outlet.name else Text("unattributed", Style.QUIET),),
            (Text(f"{outlet.articles:,}"),),
            (Text(share(outlet.copies, outlet.articles)),),
            (Text(f"{outlet.first:,}"),),
        )
        for outlet in source.outlets[:OUTLETS]
    ]
    left = source.outlets[OUTLETS:]
    if left:
        articles, copies = sum(outlet.articles for outlet in left), sum(outlet.copies for outlet in left)
        first = sum(outlet.first for outlet in left)
        others = Text(f"{len(left):,} more", Style.QUIET)
        rows.append(((others,), (Text(f"{articles:,}"),), (Text(share(copies, articles)),), (Text(f"{first:,}"),)))
    return Table(("Outlet" if alone else f"Outlet in {source.name}", "Articles", "Copies", "First"), tuple(rows))


def share(part: int, whole: int) -> str:
    """Write a share in whole per cent: "12 %"; a dash for a share of nothing."""
    return f"{100 * part / whole:.0f} %" if whole else "–"
