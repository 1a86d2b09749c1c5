"""The card of one event: what happened, who says so, and every report behind it; sending and editing cards happen elsewhere."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final

from bot.core.event import Overview
from bot.core.message import Action, Fold, Heading, Line, Listing, Message, Moment, Paragraph, Style, Text
from bot.core.message_text import message_json
from bot.core.model import Article, ArticleId, Event, EventId, Precision, Stamp
from bot.core.phase import phase_of
from bot.core.phrase import Phrase, joined, phrase, phrases
from bot.core.understanding.days import day_line
from bot.core.understanding.extract import Extract, extracts
from bot.core.understanding.firsts import firsts
from bot.core.understanding.matters_wording import card_matters, matter_line
from bot.core.understanding.origins import origins
from bot.core.understanding.origins_wording import origins_line
from bot.core.wording import counted, moment, outlet_name, outlets_counted, period, safe_url, titled_link

EXTRACTS: Final = 3
"""Sentences on a card: PRODUCT asks for two or three."""

LISTED: Final = 25
"""Reports in the fold of a card; the rest is a command away. Keeps a card inside one message of any platform."""


def event_card(event: Overview) -> Message:
    """Show one event: headline, when, sentences of reports, figures in which they differ, receipts, origins, all reports, last change.

    Milliseconds, and one for each report that was not read before, so not on the event loop.
    """
    quotes = extracts(event, EXTRACTS)
    listing = (Listing(tuple((_quote(quote),) for quote in quotes)),) if quotes else ()
    return Message(
        (
            Heading((titled_link(event.headline, Style.STRONG),)),
            Paragraph((*period(event), Text(phrase("  ·  event {id}", id=event.id), Style.QUIET))),
            *listing,
            *(Paragraph(matter_line(matter)) for matter in card_matters(event)),
            *(Paragraph(line) for line in (day_line(event),) if line),
            Paragraph(receipts(event)),
            *(Paragraph(line) for line in (origins_line(origins(event)),) if line),
            Fold((Text(_all_of(event), Style.QUIET),), _reports(event)),
            updated(event),
        ),
        _actions(event),
        # Nobody edits a card only because time passes: what counts is how the event stood when it changed last.
        phase_of(_told_at(event), event.event.updated_at),
    )


def updated(event: Overview, changed: str = "") -> Paragraph:
    """Say when an event changed last and, in a chat that was told of it, how: the only line of a card that differs from chat to chat."""
    how = (Text(joined("", ("  ·  ", changed)), Style.QUIET),) if changed else ()
    return Paragraph((Text(phrase("updated "), Style.QUIET), Moment(event.event.updated_at, is_ago=True), *how))


def fingerprint(card: Message) -> str:
    """Tell cards apart that show different things: all but the last line, which changes with every change that nobody sees."""
    return sha256(message_json(Message(card.blocks[:-1], card.actions)).encode("utf-8", "replace")).hexdigest()


def merged_card(gone: EventId, event: Overview) -> Message:
    """Take the place of the card of an event that became part of another of which the chat has a card too."""
    merged = (Text(phrase("Event {gone} is now part of event {id}: ", gone=gone, id=event.id)), titled_link(event.headline))
    return Message((Paragraph(merged),), (Action(phrase("Event {id}", id=event.id), f"/event {event.id}"),))


def reply(event: Overview, why: Line) -> Message:
    """Answer the card of an event with what is new, in a line, and with its headline as it reads now."""
    return Message((Paragraph(why), Paragraph((titled_link(event.headline),))), _actions(event))


def receipts(event: Overview) -> Line:
    """Count what stands behind an event and say who was first: "2 outlets, 5 independent reports, 1 copy · first: X 09:14"."""
    counts = [outlets_counted(len(event.outlets), event.unattributed), counted(event.reports, "independent report")]
    if event.copies:
        counts.append(counted(event.copies, "copy"))
    return (Text(joined(", ", counts)), *_who_was_first(event))


def report_line(article: Article, times: Mapping[ArticleId, Stamp], names: Mapping[ArticleId, str]) -> Line:
    """One report or copy on one line: its time, its outlet, its title; a copy says whose text it repeats."""
    if article.copy_of is None:
        return (moment(times.get(article.id)), Text("  "), Text(outlet_name(article), Style.STRONG), Text("  "), titled_link(article))
    of = names.get(article.copy_of, phrase("an article elsewhere"))
    return (
        Text("   ↳ "),
        moment(times.get(article.id)),
        Text("  "),
        Text(outlet_name(article)),
        Text(phrase("  copy of {of}", of=of), Style.QUIET),
    )


def _told_at(event: Overview) -> list[datetime]:
    """Give the times of the independent reports that have any."""
    return [event.times[each.id].at for each in event.ordered if each.copy_of is None and each.id in event.times]


def _actions(event: Overview) -> tuple[Action, ...]:
    address = safe_url(event.headline.content.url)
    return (
        Action(phrase("Sources"), f"/sources {event.id}"),
        Action(phrase("Timeline"), f"/timeline {event.id}"),
        Action(phrase("Why"), f"/why {event.id}"),
        Action(phrase("Follow"), f"/follow {event.id}"),
        Action(phrase("Mute"), f"/mute {event.id}"),
        *((Action(phrase("Open"), address),) if address else ()),
        *corrections(event.event),
    )


def corrections(event: Event) -> tuple[Action, ...]:
    """Lead an admin on to what corrects an event."""
    parting = (Action(phrase("Not the same story…"), f"/split {event.id}", is_for_admins=True),) if len(event.articles) > 1 else ()
    return (*parting, Action(phrase("Merge with…"), f"/merge {event.id}", is_for_admins=True))


def _who_was_first(event: Overview) -> Line:
    if len(event.ordered) == 1:
        return ()
    first = event.first or firsts(event).first
    if first is None or first.content.published is None:
        return (Text(phrase("  ·  first: unclear"), Style.QUIET),)
    if event.first is None:
        return (Text(phrase("  ·  probably first: ")), Text(outlet_name(first), Style.STRONG), Text(" "), moment(first.content.published))
    exact = (article.content.published for article in event.ordered)
    are_all_dated = all(stamp is not None and stamp.precision is not Precision.INFERRED for stamp in exact)
    label = phrase("  ·  first: ") if are_all_dated else phrase("  ·  first of the dated: ")
    return (Text(label), Text(outlet_name(first), Style.STRONG), Text(" "), moment(first.content.published))


def _quote(quote: Extract) -> Line:
    return (Text(quote.sentence), Text(joined("", (" — ", outlet_name(quote.article))), Style.QUIET))


def _all_of(event: Overview) -> Phrase:
    number = len(event.ordered)
    if number == 1:
        return phrase("The only article") if event.copies else phrase("The only report")
    if number == 2:
        return phrase("Both articles in order of time") if event.copies else phrase("Both reports in order of time")
    if event.copies:
        return phrases(number, "{count} article in order of time", "All {count:,} articles in order of time")
    return phrases(number, "{count} report in order of time", "All {count:,} reports in order of time")


def _reports(event: Overview) -> tuple[Line, ...]:
    names = {article.id: outlet_name(article) for article in event.ordered}
    lines = tuple(report_line(article, event.times, names) for article in event.ordered[:LISTED])
    left = len(event.ordered) - LISTED
    return (*lines, (Text(phrase("… and {count:,} more: /sources {id}", count=left, id=event.id), Style.QUIET),)) if left > 0 else lines
