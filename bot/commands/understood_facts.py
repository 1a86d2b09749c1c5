"""What the reports of an event say when they are held against each other, as data for other programs; see `facts`."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderstoodFacts:
    """What the reports of an event say when they are held against each other; None in lists of events.

    `first` is the article that came first, null when nobody knows; `sureness` is proven, likely or unknown.
    """

    first: int | None
    sureness: str
    phase: str
    figures: tuple["FigureFacts", ...]
    days: tuple["DayFacts", ...]
    origins: tuple["OriginFacts", ...]
    changes: tuple["ChangeFacts", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureFacts:
    """A number of one report: `low` and `high` bound it, null where it is open; `verdict` is differ, moved, agree or single.

    `is_sum` marks one that the report does not tell: what its killed and wounded, both in `said`, make together.
    """

    article: int
    kind: str
    what: str
    unit: str
    low: float | None
    high: float | None
    said: str
    sentence: str
    claimant: str
    is_sum: bool
    is_background: bool
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFacts:
    """The day on which a report says that it happened (2024-12-26)."""

    article: int
    day: date
    said: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginFacts:
    """On whom reports lean: `origin` is null for one that credits nobody; `carriers` have it from the origin."""

    origin: str | None
    kind: str | None
    carriers: tuple[str, ...]
    articles: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFacts:
    """Something that one report told first; `sentence` is null where no single sentence says it."""

    kind: str
    article: int
    at: datetime
    sentence: str | None
    before: str
    after: str
