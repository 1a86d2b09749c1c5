"""What the reports of an event say when they are held against each other, as data for other programs; see `facts`."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.core.event import Overview
from bot.core.phase import phase_of
from bot.core.understanding.changes import changes
from bot.core.understanding.days import days
from bot.core.understanding.firsts import firsts
from bot.core.understanding.matters import matters
from bot.core.understanding.origins import origins


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


def understood(event: Overview) -> UnderstoodFacts:
    """Tell what follows from the texts of an event; a millisecond for each report that was not read before."""
    begun = firsts(event)
    return UnderstoodFacts(
        first=begun.first.id if begun.first else None,
        sureness=begun.sureness,
        phase=phase_of(
            [event.times[each.id].at for each in event.ordered if each.copy_of is None and each.id in event.times], event.event.updated_at
        ),
        figures=tuple(
            FigureFacts(
                article=claim.article.id,
                kind=claim.figure.kind,
                what=claim.figure.what,
                unit=claim.figure.unit,
                low=None if claim.figure.low is None else float(claim.figure.low),
                high=None if claim.figure.high is None else float(claim.figure.high),
                said=claim.figure.said,
                sentence=claim.figure.passage.text,
                claimant=claim.figure.claimant,
                is_sum=claim.figure.is_sum,
                is_background=matter.is_background,
                verdict=matter.verdict,
            )
            for matter in matters(event)
            for claim in matter.claims
        ),
        days=tuple(
            DayFacts(article=one.article.id, day=one.happened.day, said=one.happened.said, sentence=one.happened.passage.text)
            for told in days(event)
            for one in told
        ),
        origins=tuple(
            OriginFacts(
                origin=voice.origin.name if voice.origin else None,
                kind=voice.origin.kind if voice.origin else None,
                carriers=voice.carriers,
                articles=tuple(article.id for article in voice.reports),
            )
            for voice in origins(event).voices
        ),
        changes=tuple(
            ChangeFacts(
                kind=change.kind,
                article=change.article.id,
                at=change.at.at,
                sentence=change.passage.text if change.passage else None,
                before=change.before,
                after=change.after,
            )
            for change in changes(event)
        ),
    )
