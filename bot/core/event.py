"""What follows from an event's articles: their effective times, the best headline, who was first, which outlets; nothing is shown here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from bot.core.headline import best_report
from bot.core.model import Article, ArticleId, DateOrigin, Event, EventId, EventSummary, Precision, Stamp
from bot.core.text.dates import yearless_days
from bot.core.text.sentences import sentences

LEAD_SENTENCES: Final = 2
"""How far a day without a year may stand from the start of an undated article; further down are background dates. Guess."""

LEAD_CHARACTERS: Final = 800
"""Where looking for those sentences ends, for texts without full stops. Guess."""

DAYS_BEFORE: Final = 3
DAYS_AFTER: Final = 1
"""How far a day named in a lead may lie from a dated article of the same event. Guess: reports trail what they tell by hours to days."""

EASTERNMOST: Final = timedelta(hours=14)
WESTERNMOST: Final = timedelta(hours=12)
"""A bare day was printed in a zone nobody names: it begins first in UTC+14 (Kiritimati) and ends last in UTC−12 (tz database)."""


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True)
class Overview:
    """An event with all that follows from its articles, worked out once for whatever is shown of it.

    `ordered` are its articles in order of `times`, their effective times; `first` is None when the times do not prove it.
    """

    event: Event
    times: Mapping[ArticleId, Stamp]
    ordered: tuple[Article, ...]
    headline: Article
    first: Article | None
    outlets: tuple[str, ...]
    unattributed: int
    reports: int
    copies: int

    @property
    def id(self) -> EventId:
        """The number of the event."""
        return self.event.id


def overview(event: Event) -> Overview:
    """Work out what follows from an event's articles; not on the event loop: 400 articles take 25 ms."""
    times = stamps(event.articles)
    ordered = in_order(event.articles, times)
    reports = sum(article.copy_of is None for article in event.articles)
    return Overview(
        event=event,
        times=times,
        ordered=ordered,
        headline=best_report(ordered, times),
        first=first_report(event),
        outlets=_named(ordered),
        unattributed=sum(not article.content.outlet for article in event.articles),
        reports=reports,
        copies=len(event.articles) - reports,
    )


def stamps(articles: Sequence[Article]) -> dict[ArticleId, Stamp]:
    """Give each article its effective time; an article without any, not even of its file, is absent.

    An article's own time stands. An undated one takes, in this order: a day named without a year in its lead that lies near a
    dated article of the event, the day of the earliest dated article, the day of its file; all marked as inferred, at 00:00.
    """
    known = {article.id: article.content.published for article in articles if article.content.published is not None}
    days = sorted({stamp.at.date() for stamp in known.values()})
    effective: dict[ArticleId, Stamp] = {}
    for article in articles:
        stamp = known.get(article.id) or _inferred(article, days)
        if stamp is not None:
            effective[article.id] = stamp
    return effective


def in_order(articles: Sequence[Article], times: Mapping[ArticleId, Stamp]) -> tuple[Article, ...]:
    """Sort by effective time, a bare day before its minutes, then by order of arrival; articles without a time come last."""
    never = datetime.max.replace(tzinfo=UTC)
    return tuple(sorted(articles, key=lambda article: (times[article.id].at if article.id in times else never, article.id)))


def outlets(articles: Sequence[Article], times: Mapping[ArticleId, Stamp]) -> tuple[str, ...]:
    """Name the outlets in order of their first appearance, each once however it is capitalised; unattributed articles have none."""
    return _named(in_order(articles, times))


def _named(ordered: Sequence[Article]) -> tuple[str, ...]:
    named: dict[str, str] = {}
    for article in ordered:
        if article.content.outlet:
            named.setdefault(article.content.outlet.casefold(), article.content.outlet)
    return tuple(named.values())


def headline(event: Event) -> Article:
    """Choose the article whose title stands for the event: see `best_report`."""
    times = stamps(event.articles)
    return best_report(in_order(event.articles, times), times)


def first_report(event: Event) -> Article | None:
    """Name the article that was published first, or None when the times do not prove it.

    A time known to the minute may be any second of that minute, one known to the day any minute of that day anywhere on earth: the first
    must end before every other begins. Articles without a time of their own count neither for nor against, but at least two must have one,
    unless the event has a single article. Copies compete too: which of two alike texts is the copy follows arrival, not publication.
    """
    if len(event.articles) == 1:
        return event.articles[0]
    exact = [(article, stamp) for article in event.articles if (stamp := article.content.published) and _is_exact(stamp)]
    spans = sorted(((*_span(stamp), article.id, article) for article, stamp in exact), key=lambda span: span[:3])
    if len(spans) < 2 or any(spans[0][0] > begin for _, begin, _, _ in spans[1:]):
        return None
    return spans[0][3]


def summarise(event: Event) -> EventSummary:
    """Derive what the event's row says about its articles."""
    times = stamps(event.articles)
    moments = [stamp.at for stamp in times.values()]
    first = first_report(event)
    reports = sum(article.copy_of is None for article in event.articles)
    return EventSummary(
        id=event.id,
        first_article_id=first.id if first else None,
        first_at=min(moments, default=None),
        last_at=max(moments, default=None),
        reports=reports,
        copies=len(event.articles) - reports,
        outlets=len(outlets(event.articles, times)),
    )


def _inferred(article: Article, days: Sequence[date]) -> Stamp | None:
    if days:
        lead = " ".join(sentences(article.content.text[:LEAD_CHARACTERS])[:LEAD_SENTENCES])
        near = (_nearest(month, day, days) for month, day in yearless_days(lead))
        return _day(next((day for day in near if day is not None), days[0]), DateOrigin.EVENT)
    return _day(article.file_time.astimezone(UTC).date(), DateOrigin.FILE) if article.file_time else None


def _nearest(month: int, day: int, days: Sequence[date]) -> date | None:
    """Find the year in which a day without one lies near a dated article; around New Year that may be the year before or after."""
    for anchor in days:
        for offset in range(-DAYS_BEFORE, DAYS_AFTER + 1):
            candidate = anchor + timedelta(days=offset)
            if (candidate.month, candidate.day) == (month, day):
                return candidate
    return None


def _day(day: date, origin: DateOrigin) -> Stamp:
    return Stamp(at=datetime.combine(day, time(), UTC), precision=Precision.INFERRED, origin=origin)


def _is_exact(stamp: Stamp) -> bool:
    return stamp.precision is not Precision.INFERRED


def _span(stamp: Stamp) -> tuple[datetime, datetime]:
    """Give the end and the beginning of what a stamp may mean; the end itself is not part of it."""
    if stamp.precision is Precision.DAY:
        return stamp.at + timedelta(days=1) + WESTERNMOST, stamp.at - EASTERNMOST
    return stamp.at + timedelta(minutes=1), stamp.at
