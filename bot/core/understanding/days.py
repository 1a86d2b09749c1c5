"""The days of the happening that the reports of an event name, held against each other, and how they read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Final

from bot.core.event import Overview
from bot.core.message import Line, Link, Moment, Span, Style, Text
from bot.core.model import Article, Precision
from bot.core.once import once
from bot.core.phrase import phrase, verbatim
from bot.core.reading.account import account
from bot.core.reading.happening import Happened, happened_in, may_dispute
from bot.core.reading.passages import passages
from bot.core.understanding.matters import outlet_of, read_reports
from bot.core.wording import outlet_name, safe_url, shortened

AGREED: Final = 2
"""Outlets that must name one day before a card tells it: a single one may tell of what came before or after. Guess."""

DAYS_SHOWN: Final = 3
OUTLETS_SHOWN: Final = 3
"""Different days on a line, and outlets behind one. Guess."""

LONGEST_SENTENCE: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A report and the day that it names."""

    article: Article
    happened: Happened


@once
def days(event: Overview) -> tuple[tuple[Told, ...], ...]:
    """Give the reports that name a day, those of one day together, the day that most outlets name first, then the earlier one."""
    found: dict[datetime, list[Told]] = {}
    for article in read_reports(event):
        happened = account(article.content).happened
        stamp = event.times.get(article.id)
        if happened is None and article.content.published is None and stamp is not None:
            happened = happened_in(article.content, passages(article.content), stamp.at.date())
        if happened is not None:
            found.setdefault(_midnight(happened), []).append(Told(article=article, happened=happened))
    ranked = sorted(found.items(), key=lambda each: (-_outlets(each[1]), each[0]))
    return tuple(tuple(told) for _, told in ranked)


def day_line(event: Overview) -> Line | None:
    """Say in one line which day outlets agree on, and who names another for the same; None where no two name the same.

    Most other days are of what came before or after, an arrest or a trial: of 26 events of gva and allsides with several days two were
    disputed. Another day stands beside the first only where both are of the same act, and no report was out already when it came.
    """
    named = days(event)
    if not named or _outlets(named[0]) < AGREED or any(_is_later(named[0][0], one, event) for told in named[1:] for one in told):
        return None
    found = [named[0], *(told for told in named[1:] if _is_disputed(named[0], told, event))]
    spans: list[Span] = [Text(phrase("day of the happening:"), Style.QUIET)]
    for index, told in enumerate(found[:DAYS_SHOWN]):
        spans.append(Text(" · " if index else " ", Style.QUIET))
        spans.extend((_moment(told[0]), Text(" "), *_named(told)))
    if len(found) > DAYS_SHOWN:
        spans.append(Text(" …", Style.QUIET))
    return tuple(spans)


def day_lines(event: Overview) -> tuple[Line, ...]:
    """Say of each report that names a day which one, and the sentence in which it stands."""
    return tuple(
        (
            _moment(one),
            Text("  "),
            _outlet(one.article),
            Text("  "),
            Text(shortened(one.happened.passage.text, LONGEST_SENTENCE), Style.QUIET),
        )
        for told in days(event)
        for one in told
    )


def _is_disputed(first: tuple[Told, ...], told: tuple[Told, ...], event: Overview) -> bool:
    pairs = [(one, other) for one in first for other in told if outlet_of(one.article) != outlet_of(other.article)]
    return any(may_dispute(one.happened, other.happened) and not _is_later(other, one, event) for one, other in pairs)


def _is_later(told: Told, report: Told, event: Overview) -> bool:
    """Tell whether a day lies behind the day of a report that names an earlier one, and so is of a later happening."""
    stamp = event.times.get(report.article.id)
    return stamp is not None and report.happened.day < told.happened.day and stamp.at.date() < told.happened.day


def _outlets(told: list[Told] | tuple[Told, ...]) -> int:
    return len({outlet_of(one.article) for one in told})


def _midnight(happened: Happened) -> datetime:
    return datetime.combine(happened.day, time(), UTC)


def _moment(told: Told) -> Moment:
    return Moment(_midnight(told.happened), Precision.DAY)


def _named(told: tuple[Told, ...]) -> Iterator[Span]:
    by_outlet = list({outlet_of(one.article): one for one in told}.values())
    for index, one in enumerate(by_outlet[:OUTLETS_SHOWN]):
        if index:
            yield Text(", ")
        yield _outlet(one.article)
    if len(by_outlet) > OUTLETS_SHOWN:
        yield Text(verbatim(f" +{len(by_outlet) - OUTLETS_SHOWN}"))


def _outlet(article: Article) -> Span:
    url = safe_url(article.content.url)
    return Link(outlet_name(article), url, Style.EMPHASIS) if url else Text(outlet_name(article), Style.EMPHASIS)
