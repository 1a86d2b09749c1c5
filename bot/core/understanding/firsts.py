"""Who told an event first, how sure that is, and how far behind each outlet came; how it reads stands in `firsts_wording`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.core.event import Overview
from bot.core.model import Article, Precision, Stamp


class Sureness(StrEnum):
    """How sure it is who was first."""

    PROVEN = "proven"  # every outlet's time is known, and whatever these may mean, nobody was earlier
    LIKELY = "likely"  # a day earlier than others by its date, or of some outlets the time is not known
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """How far behind the first the first article of one outlet came.

    `behind` is None when a time is not known, an inferred one included; whole days when either is known to the day only (`is_exact` false).
    """

    article: Article
    behind: timedelta | None
    is_exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Firsts:
    """`first` is None when the times do not tell; `lags` has each outlet once, in order of time.

    `exclusive` is the first report of the only outlet that has one of its own, None when several have; copies may have come earlier.
    """

    first: Article | None
    sureness: Sureness
    lags: tuple[Lag, ...]
    exclusive: Article | None


def firsts(event: Overview) -> Firsts:
    """Work out who was first and how far behind the others came; outlets without a name are each their own."""
    begun: dict[str, Article] = {}
    own: dict[str, Article] = {}
    for article in event.ordered:
        outlet = _outlet(article)
        if outlet not in begun or (_known(begun[outlet]) is None and _known(article) is not None):
            begun[outlet] = article
        if article.copy_of is None:
            own.setdefault(outlet, article)
    earliest = [article for article in event.ordered if begun[_outlet(article)] is article]
    first, sureness = _first(event, earliest)
    return Firsts(
        first=first,
        sureness=sureness,
        lags=tuple(_lag(article, first) for article in earliest),
        exclusive=next(iter(own.values())) if len(own) == 1 else None,
    )


def _outlet(article: Article) -> str:
    return (article.content.outlet or "").casefold() or f"#{article.id}"


def _known(article: Article) -> Stamp | None:
    """Give the time that an article itself tells; what was inferred from others says nothing of who was first."""
    stamp = article.content.published
    return None if stamp is None or stamp.precision is Precision.INFERRED else stamp


def _first(event: Overview, earliest: Sequence[Article]) -> tuple[Article | None, Sureness]:
    timed = [(stamp, article) for article in earliest if (stamp := _known(article)) is not None]
    if event.first is not None:
        return event.first, Sureness.PROVEN if len(timed) == len(earliest) else Sureness.LIKELY
    if len(timed) > 1:
        stamp, article = min(timed, key=lambda each: (each[0].at, each[1].id))
        if all(other is article or _is_before(stamp, theirs) for theirs, other in timed):
            return article, Sureness.LIKELY
    return None, Sureness.UNKNOWN


def _is_before(one: Stamp, other: Stamp) -> bool:
    if one.precision is other.precision is Precision.MINUTE:
        return one.at < other.at
    return one.at.date() < other.at.date()


def _lag(article: Article, first: Article | None) -> Lag:
    stamp = _known(article)
    begin = _known(first) if first else None
    if stamp is None or begin is None:
        return Lag(article=article, behind=None, is_exact=False)
    if article is first or stamp.precision is begin.precision is Precision.MINUTE:
        return Lag(article=article, behind=max(timedelta(), stamp.at - begin.at), is_exact=True)
    return Lag(article=article, behind=timedelta(days=max(0, (stamp.at.date() - begin.at.date()).days)), is_exact=False)
