"""What a picture shows, as values: the timeline of an event, sources side by side, a week. Drawing is elsewhere, in ink or in letters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final, TypeAlias

from bot.core.event import Overview
from bot.core.model import Article, EventId, Precision, SourceHealth, Stamp
from bot.core.phrase import phrase
from bot.core.wording import outlet_name, shortened

ROWS: Final = 16
"""Outlets that have a row of their own; a telephone held upright shows so many in letters that can be read (seen at 1,080 x 1,350)."""

BARS: Final = 12
"""Sources side by side, likewise; each takes two lines."""

CHANGES: Final = 8
"""Changes that are marked; more would cover each other."""

FEWEST: Final = 3
"""Articles with a time from which on an event has a picture: of two the text tells as much. Guess."""

_MIDDAY: Final = time(12)
_NAME: Final = 60
_TITLE: Final = 160
_WEEK: Final = timedelta(days=7)


class Mark(StrEnum):
    """What stands at a time: a report, one whose text is another's, the one that is known to be the first."""

    REPORT = "report"
    COPY = "copy"
    FIRST = "first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """An article at its time (aware); with `is_day` that time is only known to be some time of that day."""

    at: datetime
    mark: Mark
    is_day: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one outlet told, in order of time."""

    name: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something significant at a time (aware), in a few words; with `is_day` that time is only known to be some time of that day."""

    at: datetime
    label: str
    is_day: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineChart:
    """An event, one row an outlet in order of their first articles; `others` is how many outlets share the last row, 0 for none.

    Articles that name no outlet share a row and are no outlet among the `outlets`. `changes` are in order of time. There are `FEWEST`
    dots or more.
    """

    number: EventId
    title: str
    rows: tuple[Row, ...]
    outlets: int
    others: int = 0
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceBar:
    """A source: articles a day of its last week, copies among all its articles, how often it was first of several, how late else."""

    name: str
    a_day: float
    articles: int
    copies: int
    first: int
    events: int
    lag: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesChart:
    """The sources that bring most, the busiest first, and how many are left out."""

    bars: tuple[SourceBar, ...]
    left: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What came on one day of a reader: articles, of them reports, and events that began here."""

    day: date
    articles: int
    reports: int
    events: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TopEvent:
    """An event of the week with its reports and outlets so far."""

    number: EventId
    title: str
    reports: int
    outlets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekChart:
    """The last days, the oldest first, and the events with most reports."""

    days: tuple[Day, ...]
    top: tuple[TopEvent, ...]


Chart: TypeAlias = TimelineChart | SourcesChart | WeekChart


def placed(at: datetime, zone: tzinfo, *, is_day: bool = False) -> datetime:
    """Give the naive time at which something stands for a reader: a bare day, which is the same everywhere, at its noon."""
    return datetime.combine(at.date(), _MIDDAY) if is_day else at.astimezone(zone).replace(tzinfo=None)


def span_of(chart: TimelineChart, zone: tzinfo) -> tuple[datetime, datetime]:
    """Give the naive times of the first and the last thing that is shown; a bare day is shown from its begin to its end."""
    dots = [dot for row in chart.rows for dot in row.dots]
    half = timedelta(hours=12)
    begins = [placed(dot.at, zone, is_day=dot.is_day) - (half if dot.is_day else timedelta()) for dot in dots]
    ends = [placed(dot.at, zone, is_day=dot.is_day) + (half if dot.is_day else timedelta()) for dot in dots]
    changes = [placed(change.at, zone, is_day=change.is_day) for change in chart.changes]
    return min(begins + changes), max(ends + changes)


def timeline_chart(event: Overview, changes: Sequence[tuple[Stamp, str]] = ()) -> TimelineChart | None:
    """Say what is to be drawn of an event; None where there is too little with a time. `changes` are effective times with short labels.

    The first outlets have rows of their own, the others share one. Of too many changes the latest stay.
    """
    rows: dict[str, tuple[str, list[Dot]]] = {}
    for article in event.ordered:
        stamp = event.times.get(article.id)
        if stamp is not None:
            name = outlet_name(article) if article.content.outlet else phrase("unattributed")
            rows.setdefault(name.casefold(), (name, []))[1].append(_dot(event, article, stamp))
    told = [Row(name=name, dots=tuple(dots)) for name, dots in rows.values()]
    if sum(len(row.dots) for row in told) < FEWEST:
        return None
    others = len(told) - ROWS + 1 if len(told) > ROWS else 0
    if others:
        rest = sorted((dot for row in told[-others:] for dot in row.dots), key=lambda dot: dot.at)
        told[-others:] = [Row(name=phrase("{count:,} others", count=others), dots=tuple(rest))]
    marked = sorted(changes, key=lambda each: (each[0].at, each[1]))[-CHANGES:]
    return TimelineChart(
        number=event.id,
        title=shortened(event.headline.content.title, _TITLE),
        rows=tuple(told),
        outlets=len(event.outlets),
        others=others,
        changes=tuple(Change(at=stamp.at, label=label, is_day=_is_day(stamp)) for stamp, label in marked),
    )


def _dot(event: Overview, article: Article, stamp: Stamp) -> Dot:
    is_first = event.first is not None and article.id == event.first.id and len(event.ordered) > 1
    mark = Mark.COPY if article.copy_of is not None else Mark.FIRST if is_first else Mark.REPORT
    return Dot(at=stamp.at, mark=mark, is_day=_is_day(stamp))


def _is_day(stamp: Stamp) -> bool:
    return stamp.precision is not Precision.MINUTE


def sources_chart(found: Sequence[SourceHealth], now: datetime) -> SourcesChart | None:
    """Say what is to be drawn of these sources; None while nothing came from any."""
    bars = sorted((_bar(source, now) for source in found if source.articles), key=lambda bar: (-bar.a_day, -bar.articles))
    return SourcesChart(bars=tuple(bars[:BARS]), left=max(0, len(bars) - BARS)) if bars else None


def _bar(source: SourceHealth, now: datetime) -> SourceBar:
    # What came within hours would make a day of thousands.
    days = max(1.0, min(_WEEK, now - (source.first_at or now)) / timedelta(days=1))
    return SourceBar(
        name=shortened(source.name, _NAME),
        a_day=source.articles_week / days,
        articles=source.articles,
        copies=source.copies,
        first=source.first,
        events=source.events,
        lag=source.median_lag,
    )
