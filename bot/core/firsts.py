"""Who told an event first, how sure that is, and how far behind each outlet came; how it reads stands in `firsts_wording`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.event import Overview
from bot.core.model import Article, Precision, Stamp


class Sureness(StrEnum):
    """How sure it is who was first."""

    PROVEN = "proven"  # whatever the times may mean, nobody can have been earlier
    LIKELY = "likely"  # by times that are days, or inferred
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """How far behind the first the first article of one outlet came.

    `behind` is None when a time is not known; whole days when either is known to the day only (`is_exact` false).
    """

    article: Article
    behind: timedelta | None
    is_exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Firsts:
    """`first` is None when the times do not tell; `lags` has each outlet once, in order of time.

    An event is `is_exclusive` when only one outlet has a report of its own.
    """

    first: Article | None
    sureness: Sureness
    lags: tuple[Lag, ...]
    is_exclusive: bool


def firsts(event: Overview) -> Firsts:
    """Work out who was first and how far behind the others came; outlets without a name are each their own."""
    entries: dict[str, Article] = {}
    for article in event.ordered:
        entries.setdefault(_outlet(article), article)
    begun = list(entries.values())
    first, sureness = _first(event, begun)
    stamp = event.times.get(first.id) if first else None
    reporting = {_outlet(article) for article in event.ordered if article.copy_of is None}
    return Firsts(
        first=first,
        sureness=sureness,
        lags=tuple(_lag(article, event.times.get(article.id), stamp) for article in begun),
        is_exclusive=len(reporting) == 1,
    )


def _outlet(article: Article) -> str:
    return (article.content.outlet or "").casefold() or f"#{article.id}"


def _first(event: Overview, begun: list[Article]) -> tuple[Article | None, Sureness]:
    if event.first is not None:
        return event.first, Sureness.PROVEN
    times = [(event.times[article.id].at, article) for article in begun if article.id in event.times]
    if len(times) < 2 or times[0][0] == times[1][0]:
        return None, Sureness.UNKNOWN
    return times[0][1], Sureness.LIKELY


def _lag(article: Article, stamp: Stamp | None, first: Stamp | None) -> Lag:
    if stamp is None or first is None:
        return Lag(article=article, behind=None, is_exact=False)
    if stamp.precision is Precision.MINUTE and first.precision is Precision.MINUTE:
        return Lag(article=article, behind=max(timedelta(), stamp.at - first.at), is_exact=True)
    return Lag(article=article, behind=timedelta(days=max(0, _days(stamp.at, first.at))), is_exact=False)


def _days(later: datetime, earlier: datetime) -> int:
    return (later.date() - earlier.date()).days
