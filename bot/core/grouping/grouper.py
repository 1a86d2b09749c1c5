"""Which event an article belongs to: an admin's constraints and copies first, then the score of the live events, else a new event.

Every decision is taken from the live state (`state`), and taken into it by the same few steps that `replay` goes through: the stored
decisions, replayed in their order, make the state that was kept, but for the traces of texts that were revised since.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bot.core.grouping.chosen import JOINING, LIVE_EVENTS
from bot.core.grouping.constraints import KEPT_APART, KEPT_TOGETHER, Bonds, CorrectionId
from bot.core.grouping.copies import CONTAINMENT
from bot.core.grouping.correction import Parting
from bot.core.grouping.crosslang import told_elsewhere
from bot.core.grouping.decision import Change, Evidence, Folded, Joined, Left, Merged, Moved, Opened, Parted, Revised
from bot.core.grouping.features import measure
from bot.core.grouping.live import Found, LiveEvent, alike
from bot.core.grouping.logistic import LogisticModel, probability
from bot.core.grouping.meaning import Embed
from bot.core.grouping.merge_model import MODEL
from bot.core.grouping.merging import LOOKS, Merge, lone_neighbours, merge_of
from bot.core.grouping.reports import Known
from bot.core.grouping.roundups import FULL_TEXT, says_round_up, tells_several
from bot.core.grouping.state import Incoming, LiveState
from bot.core.grouping.vectors import Vectors
from bot.core.grouping.vetoes import are_twins, same_names, same_numbers, veto
from bot.core.model import Article, ArticleId, Event, EventId, Precision, Stamp

SHARED_SHOWN: Final = 8

SEVERAL: Final = "the article tells several events"
"""Such an article that would have joined one of them is set apart: a later report could join it and weld them."""

NOTHING_IN_COMMON: Final = 0.1
"""Cosine below which two events are about different things. Measured: at 0.1 it changes macro F1 by 0.01 points, at 0.2 by 0.1."""

LOYALTY: Final = 0.5
"""A revised article stays in its event down to this share of the threshold. Guess: an edit is seldom about something else."""


@dataclass(frozen=True, slots=True)
class GroupingSettings:
    """What decides: from which probability (0 to 1) an article joins, and the model that gives it. Higher: more, smaller events.

    `live_events` are kept in memory from one batch to the next; the others are quiet, and woken when an article may be about them.
    `embed` reads headlines in several languages; None where reports in different languages meet only by the words they share.
    """

    threshold: float = JOINING
    model: LogisticModel = MODEL
    live_events: int = LIVE_EVENTS
    embed: Embed | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A live event with what was measured between it and an article; `veto` says in words what keeps the article out whatever the score."""

    event: LiveEvent
    values: tuple[float, ...]
    probability: float
    veto: str | None


def decide(candidates: Sequence[Candidate], settings: GroupingSettings, own: EventId | None = None) -> Candidate | None:
    """Choose the event to join: the most probable without a veto if it reaches the threshold; None opens a new event.

    `own` is the event of an article that was revised: it is left only for good reason.
    """
    candidates = [candidate for candidate in candidates if candidate.veto is None]
    best = max(candidates, key=lambda candidate: (candidate.probability, -candidate.event.id), default=None)
    loyal = next((candidate for candidate in candidates if candidate.event.id == own), None)
    if loyal is not None and loyal.probability >= LOYALTY * settings.threshold:
        return loyal
    return best if best is not None and best.probability >= settings.threshold else None


class Grouper(LiveState):
    """The live events and the texts seen, with the decisions made on them; one per installation."""

    def __init__(self, settings: GroupingSettings, next_event: EventId) -> None:
        super().__init__(settings.embed)
        self._settings = settings
        self._next = next_event
        self._bonds = Bonds()

    def bind(self, bonds: Bonds) -> None:
        """Let these constraints decide before any score."""
        self._bonds = bonds

    def home(self, article_id: ArticleId) -> EventId | None:
        """Give the event that a constraint has for an article, which has to be awake when it is placed."""
        return self._bonds.home(article_id)

    def place(self, article: Article) -> list[Change]:
        """Decide about a new article, or about a new revision of a known one, and take it in."""
        article = replace(article, event_id=self._today(article.event_id))
        incoming = self._incoming(article)
        likely = [(share, self._reports[other], other) for share, other in self._reports.matches(incoming.text) if other != article.id]
        home = self._bonds.home(article.id)
        originals = (match for match in likely if self._is_original(incoming, *match[:2]))
        original = next((match for match in originals if self._may_share(article.id, match[1].event_id, home)), None)
        if original is not None:
            return self._join_copy(incoming, original[2])
        if home is not None:
            return self._bring_home(incoming, home)
        if says_round_up(article.content.title):
            return self.set_apart(article, "its headline announces several stories")
        candidates = self._candidates(incoming, likely)
        chosen = self._choose(candidates, article.event_id)
        if self._would_weld(incoming.vectors, candidates, chosen):
            return self.set_apart(article, SEVERAL)
        evidence = self._evidence(incoming.vectors, candidates, chosen)
        event_id = chosen.event.id if chosen else self._open(article)
        self._take(incoming, event_id)
        self._bonds.put(article.id, event_id)
        return [*_changes(article, event_id, evidence, opened=chosen is None), *self._grown(event_id)]

    def set_apart(self, article: Article, why: str) -> list[Change]:
        """Give an article an event of its own that no other article can join; `why` says in words what speaks against comparing it."""
        article = replace(article, event_id=self._today(article.event_id))
        event_id = self._open(article)
        self._apart[article.id] = event_id
        self._bonds.put(article.id, event_id)
        return _changes(article, event_id, Evidence(threshold=self._settings.threshold, veto=why), opened=True, apart=True)

    def unite(self, survivor: EventId, absorbed: EventId, correction: CorrectionId) -> list[Change]:
        """Make two events one because of a correction; both have to be awake."""
        self._merge(survivor, absorbed)
        evidence = Evidence(threshold=self._settings.threshold, veto=KEPT_TOGETHER)
        return [Merged(survivor=survivor, absorbed=absorbed, evidence=evidence, correction=correction)]

    def fold(self, article: Article, original: ArticleId, event_id: EventId) -> list[Change]:
        """Let a report be a copy of another of its event, because a correction that made it one is taken back."""
        self._forget(article.id)
        return [Folded(event_id=event_id, article_id=article.id, revision=article.revision, copy_of=original)]

    def part(self, event: Event, made: Parting, into: EventId | None, correction: CorrectionId) -> list[Change]:
        """Have articles leave an event because of a correction: for one that has its id back, or (None) for a new one."""
        target = self._new_id() if into is None else into
        self.refill(replace(event, articles=made.staying), frozenset(article.id for article in made.leaving))
        changes: list[Change] = [Parted(event_id=target, source=event.id, correction=correction, revived=into is not None)]
        for article in made.promoted:
            self._know(self._incoming(article), event.id)
            changes.append(Revised(event_id=event.id, article_id=article.id, revision=article.revision, copy_of=None))
        reports = [article for article in made.leaving if article.copy_of is None]
        # What was set apart when it came is set apart again.
        apart = len(reports) == 1 and says_round_up(reports[0].content.title)
        for article in made.leaving:
            if article.copy_of is None and apart:
                self._apart[article.id] = target
            elif article.copy_of is None:
                self._take(self._incoming(article), target)
            moved = Moved(
                event_id=target,
                source=event.id,
                article_id=article.id,
                revision=article.revision,
                copy_of=article.copy_of,
                correction=correction,
                apart=apart and article.copy_of is None,
            )
            changes.append(moved)
        return changes

    def refill(self, event: Event, without: frozenset[ArticleId]) -> None:
        """As for any live state; what is decided again is bound to no event meanwhile."""
        for article_id in without:
            self._bonds.lift(article_id)
        super().refill(event, without)

    def _merge(self, survivor: EventId, absorbed: EventId) -> None:
        super()._merge(survivor, absorbed)
        self._bonds.merge(survivor, absorbed)

    def _may_share(self, article_id: ArticleId, event_id: EventId, home: EventId | None) -> bool:
        """Tell whether constraints let an article be in an event."""
        if not self._bonds:
            return True
        today = self._today(event_id) or event_id
        return (today not in self._bonds.barred([article_id])) if home is None else today == home

    def _bring_home(self, incoming: Incoming, home: EventId) -> list[Change]:
        """Join the event that a constraint has for an article; the score is put down all the same."""
        event, article = self._events.get(home), incoming.article
        alone = Found(() if event is None else ((event.cosine(incoming.vectors), event),), ())
        candidates = self._score(incoming.vectors, alone, {})
        evidence = replace(self._evidence(incoming.vectors, candidates, next(iter(candidates), None)), veto=KEPT_TOGETHER)
        self._take(incoming, home)
        self._bonds.put(article.id, home)
        return [*_changes(article, home, evidence), *self._grown(home)]

    def _grown(self, event_id: EventId) -> list[Change]:
        """Look whether the article has made its event one with another, or with reports that opened their own too early."""
        event = self._events.get(event_id)
        if event is None:
            return []
        if event.size in LOOKS:
            found = merge_of(event, self._events, self._bonds.barred_with(event_id))
            changes = self._united(found) if found else self._look_again(event)
            if changes:
                return changes
        elsewhere = told_elsewhere(event, self._events, self._languages, self._bonds.barred_with(event_id)) if self._languages else None
        return self._united(elsewhere) if elsewhere else []

    def _united(self, found: Merge) -> list[Change]:
        self._merge(found.survivor.id, found.absorbed.id)
        return [Merged(survivor=found.survivor.id, absorbed=found.absorbed.id, evidence=found.evidence)]

    def _look_again(self, event: LiveEvent) -> list[Change]:
        """Decide anew about single reports near an event that has grown, as if each came now."""
        changes: list[Change] = []
        for lone in lone_neighbours(event, self._events):
            barred = self._bonds.barred_with(lone.id)
            if event.id in barred:
                continue
            (report,) = lone.members
            # Without the others around it is scored at its best: most are done with after that.
            alone = Found(((event.cosine(report), event),), ())
            if decide(self._score(report, alone, {}), self._settings) is None:
                continue
            candidates = self._score(report, self._events.candidates(report).without(lone), {}, barred)
            chosen = decide(candidates, self._settings)
            if chosen is not None and chosen.event is event:
                self._merge(event.id, lone.id)
                changes.append(Merged(survivor=event.id, absorbed=lone.id, evidence=self._evidence(report, candidates, chosen)))
        return changes

    def _would_weld(self, article: Vectors, candidates: Sequence[Candidate], chosen: Candidate | None) -> bool:
        """Tell whether later reports could find two events in this article: it tells several, or fits two that have nothing in common."""
        fitting = [one for one in candidates if one.probability >= self._settings.threshold]
        if chosen is None:
            return any(one.veto == SEVERAL for one in fitting)
        others = [one for one in fitting if one.veto is None and one is not chosen]
        return article.length >= FULL_TEXT and any(alike(chosen.event, one.event) < NOTHING_IN_COMMON for one in others)

    def _choose(self, candidates: Sequence[Candidate], own: EventId | None) -> Candidate | None:
        return decide(candidates, self._settings, own)

    def _candidates(self, incoming: Incoming, likely: Sequence[tuple[float, Known, ArticleId]]) -> list[Candidate]:
        """Score the nearest events; one whose most similar wording tells of other names is a twin of the same template."""
        twins: dict[EventId | None, bool] = {}
        for _, known, _ in likely:
            told = self._today(known.event_id)
            if told not in twins:
                twins[told] = are_twins(incoming.vectors.marks, known.marks)
        barred = self._bonds.barred([incoming.article.id])
        return self._score(incoming.vectors, self._events.candidates(incoming.vectors), twins, barred)

    def _score(
        self, article: Vectors, found: Found, twins: Mapping[EventId | None, bool], barred: Collection[EventId] = ()
    ) -> list[Candidate]:
        result = []
        for cosine, event in found.events:
            values = measure(article, event, cosine, found)
            against = KEPT_APART if event.id in barred else None
            if against is None:
                against = "the same template with other names" if twins.get(event.id) else veto(article, event)
            if against is None and tells_several(article, event, (other for _, other in found.events if other is not event)):
                against = SEVERAL
            result.append(Candidate(event, values, probability(self._settings.model.logit(values)), against))
        return result

    def _evidence(self, article: Vectors, candidates: Sequence[Candidate], chosen: Candidate | None) -> Evidence:
        ranked = sorted(candidates, key=lambda candidate: (-candidate.probability, candidate.event.id))
        best = chosen or (ranked[0] if ranked else None)
        if best is None:
            return Evidence(threshold=self._settings.threshold)
        rival = next((candidate for candidate in ranked if candidate is not best), None) if chosen else best
        shared = [word for word in article.words if word in best.event.words]
        return Evidence(
            threshold=self._settings.threshold,
            score=round(best.probability, 4),
            contributions=self._settings.model.explain(best.values),
            shared=tuple(shared[:SHARED_SHOWN]),
            veto=best.veto,
            rival=rival.event.id if rival else None,
            rival_score=round(rival.probability, 4) if rival else None,
        )

    def _open(self, article: Article) -> EventId:
        """Give a new event its id; a revised article whose event it had alone keeps that id."""
        own = article.event_id
        if own is not None and self._events.get(own) is None and own not in self._apart.values():
            return own
        return self._new_id()

    def _new_id(self) -> EventId:
        event_id = self._next
        self._next = EventId(event_id + 1)
        return event_id

    def _is_original(self, incoming: Incoming, share: float, known: Known) -> bool:
        """Tell whether a similar text is the same text: nothing in names, numbers or time speaks against it."""
        own, other = incoming.vectors.marks, known.marks
        if share < CONTAINMENT or are_twins(own, other) or not (same_names(own, other) and same_numbers(own, other)):
            return False
        return _near(incoming.article.content.published, known.published, incoming.text.window)

    def _join_copy(self, incoming: Incoming, original: ArticleId) -> list[Change]:
        """Join the event of the original; an article that was published before it takes its place as the report."""
        article, known = incoming.article, self._reports[original]
        event_id = self._today(known.event_id) or known.event_id
        evidence = Evidence(threshold=self._settings.threshold, score=1.0)
        self._bonds.put(article.id, event_id)
        if not _is_earlier(article.content.published, known.published):
            return _changes(article, event_id, evidence, copy_of=original)
        self._take(incoming, event_id)
        self._forget(original)
        folded = Folded(event_id=event_id, article_id=original, revision=known.revision, copy_of=article.id)
        return [*_changes(article, event_id, evidence), folded, *self._grown(event_id)]


def _changes(
    article: Article,
    event_id: EventId,
    evidence: Evidence,
    *,
    opened: bool = False,
    apart: bool = False,
    copy_of: ArticleId | None = None,
) -> list[Change]:
    """Say what storage has to write down; a revised article may stay where it was, or leave for another event."""
    if article.event_id == event_id:
        return [Revised(event_id=event_id, article_id=article.id, revision=article.revision, copy_of=copy_of, apart=apart)]
    left: list[Change] = [] if article.event_id is None else [Left(event_id=article.event_id, article_id=article.id)]
    if opened:
        return [*left, Opened(event_id=event_id, article_id=article.id, revision=article.revision, evidence=evidence, apart=apart)]
    return [*left, Joined(event_id=event_id, article_id=article.id, revision=article.revision, copy_of=copy_of, evidence=evidence)]


def _near(left: Stamp | None, right: Stamp | None, window: timedelta) -> bool:
    return left is None or right is None or abs(left.at - right.at) <= window


def _is_earlier(left: Stamp | None, right: Stamp | None) -> bool:
    """Tell whether the first was published before the second, as far as their times say; within one bare day they say nothing."""
    if left is None or right is None:
        return False
    if Precision.DAY in (left.precision, right.precision):
        return left.at.date() < right.at.date()
    return left.at < right.at
