"""Which event an article belongs to: copies first, then the additive score over the live events, else a new event.

The grouper is the only place that changes the in-memory state; it waits for nothing and writes nothing. Every decision is taken from
that state, and taken into it by the same few steps that `replay` goes through: the stored decisions, replayed in their order, make the
state that was kept, but for the traces of texts that were revised since.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.core.additive import AdditiveModel, probability
from bot.core.copies import CONTAINMENT, CopyIndex, Sketch, sketch
from bot.core.decision import Change, Evidence, Folded, Joined, Left, Merged, Opened, Revised
from bot.core.features import measure
from bot.core.live import LiveEvent, LiveIndex
from bot.core.merge_model import MODEL
from bot.core.merging import merge_of
from bot.core.model import Article, ArticleId, Event, EventId, Precision, Stamp
from bot.core.roundups import says_round_up, tells_several
from bot.core.terms import Marks, terms_of
from bot.core.vectors import Frequencies, Vectors, vectors
from bot.core.vetoes import are_twins, same_numbers, veto

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SHARED_SHOWN: Final = 8

JOINING: Final = 0.55
"""The probability from which an article joins. Measured with 0.5/0.55/0.6: BCubed precision 95.1/95.8/96.5 on allsides, 79.3/81.2/86.1 on
ecbplus, macro F1 86.3/85.6/84.5; of a hundred orders of arrival of the seeds 67 come out right at 0.55, 31 at 0.6, where they split."""

LOYALTY: Final = 0.5
"""A revised article stays in its event down to this share of the threshold. Guess: an edit is seldom about something else."""

COPY_WINDOW: Final = timedelta(days=14)
"""Dated texts further apart are no copies: what returns after weeks is a template or an anniversary. Guess."""


@dataclass(frozen=True, slots=True)
class GroupingSettings:
    """What decides: from which probability (0 to 1) an article joins, and the model that gives it. Higher: more, smaller events."""

    threshold: float = JOINING
    model: AdditiveModel = MODEL


@dataclass(frozen=True, slots=True)
class Candidate:
    """A live event with what was measured between it and an article; `veto` says in words what keeps the article out whatever the score."""

    event: LiveEvent
    values: tuple[float, ...]
    probability: float
    veto: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """A report as the comparison of wordings needs it."""

    event_id: EventId
    revision: int
    published: Stamp | None
    marks: Marks


@dataclass(frozen=True, slots=True)
class Incoming:
    """An article with what was made of it for comparison."""

    article: Article
    vectors: Vectors
    text: Sketch


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


class Grouper:
    """The live events and the texts seen, with the decisions made on them; one per installation."""

    def __init__(self, settings: GroupingSettings, next_event: EventId) -> None:
        self._settings = settings
        self._next = next_event
        self._frequencies = Frequencies()
        self._events = LiveIndex()
        self._copies = CopyIndex()
        self._known: dict[ArticleId, Known] = {}
        self._merged: dict[EventId, EventId] = {}
        self._apart: dict[ArticleId, EventId] = {}
        self._vacant: dict[EventId, set[str]] = {}

    def place(self, article: Article) -> list[Change]:
        """Decide about a new article, or about a new revision of a known one, and take it in."""
        article = replace(article, event_id=self._today(article.event_id))
        incoming = self._incoming(article)
        likely = [(share, self._known[other], other) for share, other in self._copies.matches(incoming.text) if other != article.id]
        original = next((match for match in likely if self._is_original(incoming, *match[:2])), None)
        if original is not None:
            return self._join_copy(incoming, original[2])
        if says_round_up(article.content.title):
            return self.set_apart(article, "its headline announces several stories")
        candidates = self._candidates(incoming, likely)
        chosen = decide(candidates, self._settings, article.event_id)
        evidence = self._evidence(incoming.vectors, candidates, chosen)
        event_id = chosen.event.id if chosen else self._open(article)
        self._take(incoming, event_id)
        return [*_changes(article, event_id, evidence, opened=chosen is None), *self._grown(event_id)]

    def set_apart(self, article: Article, why: str) -> list[Change]:
        """Give an article an event of its own that no other article can join; `why` says in words what speaks against comparing it."""
        article = replace(article, event_id=self._today(article.event_id))
        event_id = self._open(article)
        self._apart[article.id] = event_id
        return _changes(article, event_id, Evidence(threshold=self._settings.threshold, veto=why), opened=True, apart=True)

    def replay(self, step: Article | Opened | Folded | Merged) -> None:
        """Take in a stored decision: an article with the event and original that it was given then, an event set apart, a fold, a merge."""
        match step:
            case Opened():
                self._apart[step.article_id] = step.event_id
            case Article():
                if step.event_id is not None and step.copy_of is None:
                    self._take(self._incoming(step), step.event_id)
            case Folded():
                self._forget(step.article_id)
            case Merged():
                self._merge(step.survivor, step.absorbed)

    def refill(self, event: Event, without: frozenset[ArticleId]) -> None:
        """Make an event anew from its stored articles, leaving out those that are about to be decided again."""
        before = self._events.get(event.id)
        counted = before.seen if before is not None else self._vacant.get(event.id, set())
        self._events.remove(event.id)
        for article_id in without:
            self._forget(article_id)
        for article in event.articles:
            if article.id not in without and article.id not in self._apart and article.copy_of is None:
                self._events.add(event.id, self._incoming(article).vectors)
        # Its words and itself have been counted: they are not when the articles come back.
        after = self._events.get(event.id)
        if after is not None:
            after.seen |= counted
        elif counted:
            self._vacant[event.id] = counted

    def _incoming(self, article: Article) -> Incoming:
        terms = terms_of(article.content.title, article.content.text)
        stamp = article.content.published
        day = stamp is not None and stamp.precision is not Precision.MINUTE
        own = vectors(terms, self._frequencies, hours=_hours(stamp), day=day, outlet=article.content.outlet)
        return Incoming(article, own, sketch(article.content.text))

    def _take(self, incoming: Incoming, event_id: EventId) -> None:
        article = incoming.article
        counted = self._vacant.pop(event_id, None)
        if self._events.get(event_id) is None and counted is None:
            self._frequencies.open_event()
        new = self._events.add(event_id, incoming.vectors)
        self._frequencies.add(new if counted is None else [word for word in new if word not in counted])
        self._copies.add(article.id, incoming.text)
        self._known[article.id] = Known(event_id, article.revision, article.content.published, incoming.vectors.marks)

    def _forget(self, article_id: ArticleId) -> None:
        """Let no further text be a copy of this one."""
        self._copies.discard(article_id)
        self._known.pop(article_id, None)
        self._apart.pop(article_id, None)

    def _merge(self, survivor: EventId, absorbed: EventId) -> None:
        self._events.merge(survivor, absorbed)
        self._merged[absorbed] = survivor

    def _today(self, event_id: EventId | None) -> EventId | None:
        """Follow an event to what it is called today."""
        while event_id in self._merged:
            event_id = self._merged[event_id]
        return event_id

    def _grown(self, event_id: EventId) -> list[Change]:
        """Look whether the article has made its event one with another."""
        event = self._events.get(event_id)
        found = merge_of(event, self._events) if event is not None else None
        if found is None:
            return []
        self._merge(found.survivor.id, found.absorbed.id)
        return [Merged(survivor=found.survivor.id, absorbed=found.absorbed.id, evidence=found.evidence)]

    def _candidates(self, incoming: Incoming, likely: Sequence[tuple[float, Known, ArticleId]]) -> list[Candidate]:
        """Score the nearest events; one whose most similar wording tells of other names is a twin of the same template."""
        twins: dict[EventId | None, bool] = {}
        for _, known, _ in likely:
            twins.setdefault(self._today(known.event_id), are_twins(incoming.vectors.marks, known.marks))
        found = self._events.candidates(incoming.vectors)
        result = []
        for place, (_, event) in enumerate(found.events):
            values = measure(incoming.vectors, event, place, found)
            against = "the same template with other names" if twins.get(event.id) else veto(incoming.vectors, event)
            if against is None and tells_several(incoming.vectors, event, (other for _, other in found.events if other is not event)):
                against = "the article tells several events"
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
        event_id = self._next
        self._next = EventId(event_id + 1)
        return event_id

    def _is_original(self, incoming: Incoming, share: float, known: Known) -> bool:
        """Tell whether a similar text is the same text: nothing in names, numbers or time speaks against it."""
        if share < CONTAINMENT or are_twins(incoming.vectors.marks, known.marks):
            return False
        return _near(incoming.article.content.published, known.published) and same_numbers(incoming.vectors.marks, known.marks)

    def _join_copy(self, incoming: Incoming, original: ArticleId) -> list[Change]:
        """Join the event of the original; an article that was published before it takes its place as the report."""
        article, known = incoming.article, self._known[original]
        event_id = self._today(known.event_id) or known.event_id
        evidence = Evidence(threshold=self._settings.threshold, score=1.0)
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


def _hours(stamp: Stamp | None) -> float | None:
    """Hours since 1970 of an article's own time; the middle of the day when only the day is known."""
    if stamp is None:
        return None
    hours = (stamp.at - EPOCH) / timedelta(hours=1)
    return hours if stamp.precision is Precision.MINUTE else hours + 12


def _near(left: Stamp | None, right: Stamp | None) -> bool:
    return left is None or right is None or abs(left.at - right.at) <= COPY_WINDOW


def _is_earlier(left: Stamp | None, right: Stamp | None) -> bool:
    """Tell whether the first was published before the second, as far as their times say; within one bare day they say nothing."""
    if left is None or right is None:
        return False
    if Precision.DAY in (left.precision, right.precision):
        return left.at.date() < right.at.date()
    return left.at < right.at
