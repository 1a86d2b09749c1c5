"""The card of one event: what happened, who says so, and every report behind it; sending and editing cards happen elsewhere."""

from collections.abc import Mapping
from typing import Final

from bot.core.event import first_report, headline, in_order, outlets, stamps
from bot.core.extract import Extract, extracts
from bot.core.message import Action, Fold, Heading, Line, Listing, Message, Moment, Paragraph, Style, Text
from bot.core.model import Article, ArticleId, Event, Precision, Stamp
from bot.core.wording import counted, moment, outlet_name, outlets_counted, period, safe_url, titled_link

EXTRACTS: Final = 3
"""Sentences on a card: PRODUCT asks for two or three."""

LISTED: Final = 25
"""Reports in the fold of a card; the rest is a command away. Keeps a card inside one message of any platform."""


def event_card(event: Event) -> Message:
    """Show one event: headline, when, extracted sentences with their outlets, receipts, all reports in order of time."""
    best = headline(event)
    times = stamps(event.articles)
    quotes = extracts(event, best, EXTRACTS)
    listing = (Listing(tuple((_quote(quote),) for quote in quotes)),) if quotes else ()
    address = safe_url(best.content.url)
    return Message(
        (
            Heading((titled_link(best, Style.STRONG),)),
            Paragraph((*period(times, event.articles), Text(f"  ·  event {event.id}", Style.QUIET))),
            *listing,
            Paragraph(receipts(event)),
            Fold((Text(_all_of(len(event.articles)), Style.QUIET),), _reports(event, times)),
            Paragraph((Text("updated ", Style.QUIET), Moment(event.updated_at))),
        ),
        (Action("Sources", f"/sources {event.id}"), *((Action("Open", address),) if address else ())),
    )


def receipts(event: Event) -> Line:
    """Count what stands behind an event and say who was first: "2 outlets, 5 independent reports, 1 copy · first: X 09:14"."""
    times = stamps(event.articles)
    unattributed = sum(not article.content.outlet for article in event.articles)
    reports = sum(article.copy_of is None for article in event.articles)
    copies = len(event.articles) - reports
    counts = [outlets_counted(len(outlets(event.articles, times)), unattributed), counted(reports, "independent report")]
    if copies:
        counts.append(counted(copies, "copy"))
    return (Text(", ".join(counts)), *_who_was_first(event))


def report_line(article: Article, times: Mapping[ArticleId, Stamp], names: Mapping[ArticleId, str]) -> Line:
    """One report or copy on one line: its time, its outlet, its title; a copy says whose text it repeats."""
    if article.copy_of is None:
        return (moment(times.get(article.id)), Text("  "), Text(outlet_name(article), Style.STRONG), Text("  "), titled_link(article))
    of = names.get(article.copy_of, "an article elsewhere")
    return (Text("   ↳ "), moment(times.get(article.id)), Text("  "), Text(outlet_name(article)), Text(f"  copy of {of}", Style.QUIET))


def _who_was_first(event: Event) -> Line:
    if len(event.articles) == 1:
        return ()
    first = first_report(event)
    if first is None or first.content.published is None:
        return (Text("  ·  the times do not tell who was first", Style.QUIET),)
    exact = (article.content.published for article in event.articles)
    are_all_dated = all(stamp is not None and stamp.precision is not Precision.INFERRED for stamp in exact)
    label = "first" if are_all_dated else "first of the dated"
    return (Text(f"  ·  {label}: "), Text(outlet_name(first), Style.STRONG), Text(" "), moment(first.content.published))


def _quote(quote: Extract) -> Line:
    return (Text(quote.sentence), Text(f" — {outlet_name(quote.article)}", Style.QUIET))


def _all_of(articles: int) -> str:
    return "The only report" if articles == 1 else f"All {articles:,} in order of time"


def _reports(event: Event, times: Mapping[ArticleId, Stamp]) -> tuple[Line, ...]:
    names = {article.id: outlet_name(article) for article in event.articles}
    ordered = in_order(event.articles, times)
    lines = tuple(report_line(article, times, names) for article in ordered[:LISTED])
    left = len(ordered) - LISTED
    return (*lines, (Text(f"… and {left:,} more: /sources {event.id}", Style.QUIET),)) if left > 0 else lines
