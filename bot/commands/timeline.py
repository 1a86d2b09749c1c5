"""/timeline: one event as it was told, report by report; what the time of an article is was worked out in `core.event`."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.commands.desk import Answer, Call, Desk
from bot.commands.events import merged_note, only_event, which_event
from bot.commands.facts import event_facts
from bot.core.event import Overview, overview
from bot.core.message import Action, Heading, Line, Listing, Message, Paragraph, Style, Text
from bot.core.model import Article, ArticleId, Event, Precision, Stamp
from bot.core.phrase import Phrase, phrase, phrases
from bot.core.telling.card import receipts
from bot.core.understanding.changes import Change, changes
from bot.core.understanding.changes_wording import change_label, change_line
from bot.core.understanding.chart import timeline_chart
from bot.core.wording import moment, outlet_name, titled_link

LISTED: Final = 100
"""Articles that are listed; the JSON form names them all."""

PICTURE: Final = "picture"
"""The word after which a command shows its picture and few words."""

SILENCE: Final = timedelta(hours=6)
"""Between two reports, from which on it is said how long nobody reported. Guess: a night is one, a lunch is none."""


async def timeline(desk: Desk, call: Call) -> Answer:
    """Show the articles of one event in order of time, or in few words with their picture."""
    if not call.words:
        return await which_event(desk, "timeline")
    is_picture = call.words[-1].casefold() == PICTURE
    found = await only_event(desk, replace(call, rest=call.words[0]) if is_picture and len(call.words) == 2 else call)
    if isinstance(found, Answer):
        return found
    return await asyncio.to_thread(_shown, call.words[0], found, is_picture=is_picture, can_draw=desk.draw is not None)


def _shown(word: str, found: Event, *, is_picture: bool, can_draw: bool) -> Answer:
    seen = overview(found)
    changed = changes(seen)
    chart = timeline_chart(seen, tuple((change.at, change_label(change)) for change in changed))
    left = len(seen.ordered) - LISTED
    more = (Paragraph((Text(phrase("… and {count:,} more.", count=left), Style.QUIET),)),) if left > 0 else ()
    message = Message(
        (
            Heading((Text(phrase("Timeline of event {number}", number=seen.id), Style.STRONG),)),
            *merged_note(word, found),
            Paragraph((titled_link(seen.headline, Style.STRONG),)),
            Paragraph(receipts(seen)),
            *(() if is_picture and chart else (Listing(tuple(_items(seen, changed))), *more)),
        ),
        (
            Action(phrase("Event {number}", number=seen.id), f"/event {seen.id}"),
            Action(phrase("Sources"), f"/sources {seen.id}"),
            Action(phrase("Why"), f"/why {seen.id}"),
            *((Action(phrase("Picture"), f"/timeline {seen.id} {PICTURE}"),) if chart and can_draw and not is_picture else ()),
        ),
    )
    facts = event_facts(seen)
    return Answer(message=message, facts=facts, chart=chart, is_picture=is_picture and chart is not None)


def _items(event: Overview, changed: Sequence[Change]) -> Iterator[tuple[Line, ...]]:
    """Give each article, with the silence before it where that was long and what it changed; copies break no silence."""
    told: dict[ArticleId, list[Line]] = {}
    for change in changed:
        told.setdefault(change.article.id, []).append((Text("▸ "), *change_line(change)))
    last: Stamp | None = None
    for article in event.ordered[:LISTED]:
        stamp = event.times.get(article.id)
        gap: tuple[Line, ...] = ()
        if article.copy_of is None and stamp is not None:
            silence = _silence(last, stamp)
            gap = ((Text(silence, Style.QUIET),),) if silence else ()
            last = stamp
        yield (*gap, _line(event, article, stamp), *told.get(article.id, ()))


def _line(event: Overview, article: Article, stamp: Stamp | None) -> Line:
    if article.copy_of is not None:
        copied = phrase("  {outlet}  copy", outlet=outlet_name(article))
        return (Text("↳ ", Style.QUIET), moment(stamp), Text(copied, Style.QUIET))
    is_first = event.first is not None and article.id == event.first.id and len(event.ordered) > 1
    mark: Line = (Text(phrase("  first"), Style.EMPHASIS),) if is_first else ()
    return (moment(stamp), Text("  "), Text(outlet_name(article), Style.STRONG), *mark, Text("  "), titled_link(article))


def _silence(before: Stamp | None, after: Stamp) -> Phrase | None:
    """Say how long nobody reported, as exactly as the times allow; None when it was not long, or cannot be told."""
    if before is None:
        return None
    if before.precision is Precision.MINUTE and after.precision is Precision.MINUTE:
        span = after.at - before.at
        if span < SILENCE:
            return None
        if span < timedelta(hours=48):
            return _hours(round(span / timedelta(hours=1)))
        return _days(span.days)
    # A bare day says nothing of the hours: days between the two are certain, days at their ends are not.
    days = (after.at.date() - before.at.date()).days - 1
    return _days(days) if days > 0 else None


def _hours(count: int) -> Phrase:
    return phrases(count, "… {count} hour without a report", "… {count} hours without a report")


def _days(count: int) -> Phrase:
    return phrases(count, "… {count} day without a report", "… {count:,} days without a report")
