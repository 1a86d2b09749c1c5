"""What a picture shows, in sentences: for those who cannot see it, and beside its bars; which values there are is in `chart`."""

from datetime import timedelta, tzinfo
from typing import Final

from bot.core.phrase import joined, phrase, phrases
from bot.core.understanding.chart import Change, Chart, Dot, Mark, SourceBar, SourcesChart, TimelineChart, WeekChart, placed, span_of
from bot.core.wording import length

_NAMED_SOURCES: Final = 8
"""Sources that are told one by one: more do not fit the 1,024 characters of a caption."""


def alt_text(chart: Chart, zone: tzinfo) -> str:
    """Tell in sentences what a picture shows, for whoever cannot see it."""
    match chart:
        case TimelineChart():
            return _alt_of_timeline(chart, zone)
        case SourcesChart():
            return _alt_of_sources(chart)
        case WeekChart():
            return _alt_of_week(chart)


def _alt_of_timeline(chart: TimelineChart, zone: tzinfo) -> str:
    begin, end = span_of(chart, zone)
    dots = [dot for row in chart.rows for dot in row.dots]
    told: list[str] = [
        phrase(
            "Timeline of event {number}, “{title}”: reports {reports:,}, copies {copies:,}, outlets {outlets:,}, from {begin} to {end}.",
            number=chart.number,
            title=chart.title,
            reports=sum(dot.mark is not Mark.COPY for dot in dots),
            copies=sum(dot.mark is Mark.COPY for dot in dots),
            outlets=chart.outlets,
            begin=f"{begin:%Y-%m-%d}",
            # A bare day ends where the next begins.
            end=f"{end - timedelta(microseconds=1):%Y-%m-%d}",
        )
    ]
    told += [
        phrase("First: {outlet}, {when}.", outlet=row.name, when=_moment(dot, zone))
        for row in chart.rows
        for dot in row.dots
        if dot.mark is Mark.FIRST
    ]
    told += [_changed(change, zone) for change in chart.changes]
    return joined(" ", told)


def _changed(change: Change, zone: tzinfo) -> str:
    when = _moment(change, zone)
    if change.label.endswith("."):
        return phrase("{when}: {what}", when=when, what=change.label)
    return phrase("{when}: {what}.", when=when, what=change.label)


def _moment(what: Dot | Change, zone: tzinfo) -> str:
    return f"{placed(what.at, zone, is_day=what.is_day):{'%Y-%m-%d' if what.is_day else '%Y-%m-%d %H:%M'}}"


def _alt_of_sources(chart: SourcesChart) -> str:
    bars: list[str] = [
        phrase(
            "{name}: {rate:,.1f} articles a day, copies {copies} %, first with {first:,} of {events:,}.",
            name=bar.name,
            rate=bar.a_day,
            copies=percent(bar.copies, bar.articles),
            first=bar.first,
            events=bar.events,
        )
        for bar in chart.bars[:_NAMED_SOURCES]
    ]
    left = len(chart.bars) + chart.left - len(bars)
    more = [phrase("{count:,} more are not told here.", count=left)] if left else []
    return phrase("Sources, the busiest first. {told}", told=joined(" ", [*bars, *more]))


def _alt_of_week(chart: WeekChart) -> str:
    busiest = max(chart.days, key=lambda day: day.articles)
    told: list[str] = [
        phrase(
            "From {begin} to {end}: articles {articles:,}, reports {reports:,}, events {events:,}; most articles on {busiest}: {most:,}.",
            begin=chart.days[0].day.isoformat(),
            end=chart.days[-1].day.isoformat(),
            articles=sum(day.articles for day in chart.days),
            reports=sum(day.reports for day in chart.days),
            events=sum(day.events for day in chart.days),
            busiest=busiest.day.isoformat(),
            most=busiest.articles,
        )
    ]
    told += [
        phrase("{title}: reports {reports:,}, outlets {outlets:,}.", title=top.title, reports=top.reports, outlets=top.outlets)
        for top in chart.top
    ]
    return joined(" ", told)


def percent(part: int, whole: int) -> int:
    """Give a share in whole per cent, 0 of nothing."""
    return round(100 * part / whole) if whole else 0


def said_of(bar: SourceBar) -> str:
    """Say of a source what its bar does not show: how much is copied, how often it is first, how late else."""
    told: list[str] = [phrase("{share} copies", share=f"{percent(bar.copies, bar.articles)} %")]
    if not bar.events:
        return joined(" · ", [*told, phrase("no event with others yet")])
    told.append(phrases(bar.events, "first with {first:,} of {count} event", "first with {first:,} of {count:,} events", first=bar.first))
    if bar.lag is not None and bar.lag < timedelta(minutes=1):
        told.append(phrase("usually the first"))
    elif bar.lag is not None:
        told.append(phrase("usually {length} behind the first", length=length(bar.lag)))
    return joined(" · ", told)
