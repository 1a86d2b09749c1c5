"""What grouping decided about an article and why; storage writes these down, `/why` reads them back."""

from dataclasses import dataclass
from typing import NewType, TypeAlias

from bot.core.grouping.constraints import CorrectionId
from bot.core.model import ArticleId, EventId

ReingestId = NewType("ReingestId", int)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One feature of a decision: its value and how many logits (natural-log odds) it added to the score."""

    feature: str
    value: float
    logits: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The numbers that took a decision.

    `score` is the probability (0 to 1) that the article belongs to the best event, None when no event was a candidate.
    `shared` are the words, names and numbers in common, heaviest first. `veto` says in words what kept a good score
    out, or that an admin's constraint decided whatever the score.
    `rival` is the nearest event that was not chosen.
    """

    threshold: float
    score: float | None = None
    contributions: tuple[Contribution, ...] = ()
    shared: tuple[str, ...] = ()
    veto: str | None = None
    rival: EventId | None = None
    rival_score: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The article is the first of a new event; `apart` when no other article may be compared with it."""

    event_id: EventId
    article_id: ArticleId
    revision: int
    evidence: Evidence
    apart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The article belongs to a known event; `copy_of` names the report whose text it repeats, if it does."""

    event_id: EventId
    article_id: ArticleId
    revision: int
    copy_of: ArticleId | None
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """A newer revision of the article still belongs where it was; `apart` as for an opened event."""

    event_id: EventId
    article_id: ArticleId
    revision: int
    copy_of: ArticleId | None
    apart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A report turned out to repeat one that was published before it but came later; its own copies become copies of that one."""

    event_id: EventId
    article_id: ArticleId
    revision: int
    copy_of: ArticleId


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A newer revision of the article no longer belongs to this event; an Opened or Joined follows.

    An event that is left by its last article is closed and points to where that article went.
    """

    event_id: EventId
    article_id: ArticleId


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """A later report, or an admin's correction, made two events one; `absorbed` resolves to `survivor` until an admin takes that back."""

    survivor: EventId
    absorbed: EventId
    evidence: Evidence
    correction: CorrectionId | None = None
    reingest: ReingestId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """Articles leave `source` for this event, which is new, or has its id back (`revived`); they follow as Moved.

    It is due to a correction or to a reingest.
    """

    event_id: EventId
    source: EventId
    correction: CorrectionId | None = None
    reingest: ReingestId | None = None
    revived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A correction or a reingest put the article into this event; `copy_of` and `apart` as for what joined and what opened one."""

    event_id: EventId
    source: EventId
    article_id: ArticleId
    revision: int
    copy_of: ArticleId | None
    correction: CorrectionId | None = None
    reingest: ReingestId | None = None
    apart: bool = False


Change: TypeAlias = Opened | Joined | Revised | Folded | Left | Merged | Parted | Moved
