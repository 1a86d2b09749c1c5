"""Which event an article belongs to: copies first, then the additive score over the live events, else a new event.

The grouper is the only place that changes the in-memory state; it waits for nothing and writes nothing. Feeding it the stored
articles in the order in which they were decided (`restore`) makes the state it had.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.core.additive import AdditiveModel, probability
from bot.core.copies import CopyIndex, Sketch, sketch
from bot.core.decision import Change, Evidence, Folded, Joined, Left, Opened, Revised
from bot.core.features import measure
from bot.core.live import LiveEvent, LiveIndex
from bot.core.merge_model import MODEL
from bot.core.model import Article, ArticleId, Event, EventId, Precision, Stamp
from bot.core.terms import Terms, terms_of
from bot.core.vectors import Frequencies, Vectors, dot, vectors

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SHARED_SHOWN: Final = 8

JOINING: Final = 0.65
"""The probability from which an article joins. Measured with 0.5/0.6/0.65/0.7 on slices of 300 articles: BCubed precision 94/95/96/97 on
allsides, 85/91/93/96 on ecbplus, 66/74/89/90 on look-alikes of one war, for 1 to 4 points of recall each: wrong merges cost more."""

LOYALTY: Final = 0.5
"""A revised article stays in its event down to this share of the threshold. Guess: an edit is seldom about something else."""

COPY_WINDOW: Final = timedelta(days=14)
"""Dated texts further apart are no copies: what returns after weeks is a template or an anniversary. Guess."""

NUMBERS_TO_TELL: Final = 3
NUMBERS_ALIKE: Final = 0.5
"""Two texts that give at least `NUMBERS_TO_TELL` numbers each and share less than this part of them are one template, not one text."""


@dataclass(frozen=True, slots=True)
class GroupingSettings:
    """What decides: from which probability (0 to 1) an article joins, and the model that gives it. Higher: more, smaller events."""

    threshold: float = JOINING
    model: AdditiveModel = MODEL


NAMES_TO_TELL: Final = 4
"""An article and an event that give at least this many names each and share none tell of other people and places. Of reports of one
event 0 % (ecbplus) to 2.4 % (gva) are such; two earthquakes told in the same words always are."""

FULL_TEXT: Final = 40
"""Words from which the names of a text say where and who; headlines leave them out. Guess."""


SERIES_HOURS: Final = 20.0
SERIES_TITLE: Final = 0.5
SERIES_WORDS: Final = 0.5
SERIES_NUMBERS: Final = 0.6
"""Notes of one outlet at least `SERIES_HOURS` apart, this alike by cosine in title and words, and with at most this share of the
numbers in common, are issues of a series. Guesses; they keep weekly price notes apart and touch no gold event of the labelled sets."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A live event with what was measured between it and an article; `veto` says in words what keeps the article out whatever the score."""

    event: LiveEvent
    values: tuple[float, ...]
    probability: float
    veto: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """A report as the comparison of copies needs it."""

    event_id: EventId
    revision: int
    published: Stamp | None
    numbers: frozenset[str]


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

    @property
    def events(self) -> LiveIndex:
        """The live events."""
        return self._events

    def restore(self, article: Article) -> None:
        """Take in an article that was decided before."""
        if article.event_id is None:
            return
        own = self._vectors(article)
        if article.copy_of is None:
            self._remember(article, article.event_id, sketch(article.content.text), own)
            self._events.add(article.event_id, own)

    def place(self, article: Article) -> list[Change]:
        """Decide about a new article, or about a new revision of a known one, and take it in."""
        own = self._vectors(article)
        text = sketch(article.content.text)
        original = self._original(article, text, own)
        if original is not None:
            return self._join_copy(article, original, text, own)
        candidates = self._candidates(own)
        chosen = decide(candidates, self._settings, article.event_id)
        evidence = self._evidence(own, candidates, chosen)
        event_id = chosen.event.id if chosen else self._open(article)
        self._events.add(event_id, own)
        self._remember(article, event_id, text, own)
        return _changes(article, event_id, evidence, opened=chosen is None)

    def refill(self, event: Event, without: frozenset[ArticleId]) -> None:
        """Make an event anew from its stored articles, leaving out those that are about to be decided again."""
        self._events.remove(event.id)
        for article_id in without:
            self._copies.discard(article_id)
            self._known.pop(article_id, None)
        for article in event.articles:
            if article.id not in without and article.copy_of is None:
                self._events.add(
                    event.id, vectors(_terms(article), self._frequencies, hours=_hours(article), outlet=article.content.outlet)
                )

    def _vectors(self, article: Article) -> Vectors:
        terms = _terms(article)
        self._frequencies.add(terms)
        return vectors(terms, self._frequencies, hours=_hours(article), outlet=article.content.outlet)

    def _candidates(self, article: Vectors) -> list[Candidate]:
        found = self._events.candidates(article)
        result = []
        for place, (cosine, event) in enumerate(found):
            rival = found[1 if place == 0 else 0][0] if len(found) > 1 else 0.0
            values = measure(article, event, cosine, rival)
            result.append(Candidate(event, values, probability(self._settings.model.logit(values)), _veto(article, event)))
        return result

    def _evidence(self, article: Vectors, candidates: Sequence[Candidate], chosen: Candidate | None) -> Evidence:
        ranked = sorted(candidates, key=lambda candidate: (-candidate.probability, candidate.event.id))
        best = chosen or (ranked[0] if ranked else None)
        if best is None:
            return Evidence(threshold=self._settings.threshold)
        rival = next((candidate for candidate in ranked if candidate is not best), None) if chosen else best
        shared = sorted((term for term in article.words if term in best.event.words), key=lambda term: (-article.words[term], term))
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
        if article.event_id is not None and self._events.get(article.event_id) is None:
            return article.event_id
        event_id = self._next
        self._next = EventId(event_id + 1)
        return event_id

    def _remember(self, article: Article, event_id: EventId, text: Sketch, own: Vectors) -> None:
        self._copies.add(article.id, text)
        self._known[article.id] = Known(event_id, article.revision, article.content.published, own.numbers)

    def _original(self, article: Article, text: Sketch, own: Vectors) -> ArticleId | None:
        """Find the report whose text this article repeats, if times and numbers allow it."""
        for _, article_id in self._copies.matches(text):
            known = self._known[article_id]
            if article_id != article.id and _near(article.content.published, known.published) and _same_numbers(own.numbers, known.numbers):
                return article_id
        return None

    def _join_copy(self, article: Article, original: ArticleId, text: Sketch, own: Vectors) -> list[Change]:
        """Join the event of the original; an article that was published before it takes its place as the report."""
        known = self._known[original]
        evidence = Evidence(threshold=self._settings.threshold, score=1.0)
        if not _is_earlier(article.content.published, known.published):
            return _changes(article, known.event_id, evidence, copy_of=original)
        self._copies.discard(original)
        del self._known[original]
        self._remember(article, known.event_id, text, own)
        return [
            *_changes(article, known.event_id, evidence),
            Folded(event_id=known.event_id, article_id=original, revision=known.revision, copy_of=article.id),
        ]


def _veto(article: Vectors, event: LiveEvent) -> str | None:
    enough = min(len(article.names), len(event.names)) >= NAMES_TO_TELL and min(article.length, event.length / event.size) >= FULL_TEXT
    if enough and article.names.keys().isdisjoint(event.names):
        return "no name in common"
    if any(_is_series(article, member) for member in event.members):
        return "the same outlet's regular note with other numbers"
    return None


def _is_series(left: Vectors, right: Vectors) -> bool:
    """Tell whether one outlet said nearly the same on another day with other numbers: prices, results, rankings, quarterly reports."""
    if left.outlet != right.outlet or left.hours is None or right.hours is None or abs(left.hours - right.hours) < SERIES_HOURS:
        return False
    smaller = min(len(left.numbers), len(right.numbers))
    if smaller < NUMBERS_TO_TELL or len(left.numbers & right.numbers) > SERIES_NUMBERS * smaller:
        return False
    return dot(left.title, right.title) >= SERIES_TITLE and dot(left.words, right.words) >= SERIES_WORDS


def _changes(
    article: Article, event_id: EventId, evidence: Evidence, *, opened: bool = False, copy_of: ArticleId | None = None
) -> list[Change]:
    """Say what storage has to write down; a revised article may stay where it was, or leave for another event."""
    if article.event_id == event_id:
        return [Revised(event_id=event_id, article_id=article.id, revision=article.revision, copy_of=copy_of)]
    left: list[Change] = [] if article.event_id is None else [Left(event_id=article.event_id, article_id=article.id)]
    if opened:
        return [*left, Opened(event_id=event_id, article_id=article.id, revision=article.revision, evidence=evidence)]
    return [*left, Joined(event_id=event_id, article_id=article.id, revision=article.revision, copy_of=copy_of, evidence=evidence)]


def _terms(article: Article) -> Terms:
    return terms_of(article.content.title, article.content.text)


def _hours(article: Article) -> float | None:
    """Hours since 1970 of the article's own time; the middle of the day when only the day is known."""
    stamp = article.content.published
    if stamp is None:
        return None
    hours = (stamp.at - EPOCH) / timedelta(hours=1)
    return hours + 12 if stamp.precision is Precision.DAY else hours


def _near(left: Stamp | None, right: Stamp | None) -> bool:
    return left is None or right is None or abs(left.at - right.at) <= COPY_WINDOW


def _is_earlier(left: Stamp | None, right: Stamp | None) -> bool:
    """Tell whether the first was surely published before the second; a day is earlier only than another day's times."""
    if left is None or right is None:
        return False
    if Precision.DAY in (left.precision, right.precision):
        return left.at.date() < right.at.date()
    return left.at < right.at


def _same_numbers(left: frozenset[str], right: frozenset[str]) -> bool:
    smaller = min(len(left), len(right))
    return smaller < NUMBERS_TO_TELL or len(left & right) >= NUMBERS_ALIKE * smaller
