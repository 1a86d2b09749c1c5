"""How well figures, credits and changes are found, against what people marked in articles of labelled sets; nothing is printed here."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from time import process_time
from typing import Final

from bot.core.errors import UsageError
from bot.core.event import overview
from bot.core.model import Article, ArticleId, Event, EventId
from bot.core.reading.account import Account, account
from bot.core.reading.figure import Figure
from bot.core.reading.passages import Passage
from bot.core.understanding.changes import changes
from bot.evaluation.labelled import Labelled
from bot.evaluation.marks import MarkedFigure, Marks, Place, digest_of
from bot.evaluation.metrics import Score, score

EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How much people `marked` and how much of it was `met`, how much the program `found` and how much of it is `right`."""

    marked: int
    met: int
    found: int
    right: int

    @property
    def score(self) -> Score:
        """Precision and recall; 0 where there is nothing to divide by."""
        return score(self.right / self.found if self.found else 0.0, self.met / self.marked if self.marked else 0.0)

    def __add__(self, other: "Found") -> "Found":
        return Found(
            marked=self.marked + other.marked, met=self.met + other.met, found=self.found + other.found, right=self.right + other.right
        )


NOTHING: Final = Found(marked=0, met=0, found=0, right=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that people and program see otherwise, for a person to look at: `said` are words of the article."""

    article: str
    what: str
    kind: str
    said: str


class Measure(StrEnum):
    """What is compared."""

    FIGURES = "figures"  # right when the place, the kind and both bounds are
    FIGURE_PLACES = "figure places"
    BACKGROUND = "background"  # of the figures at the same place: rightly told to be background, or not to be
    CREDITS = "credits"  # right when the place and the kind are
    CREDIT_PLACES = "credit places"
    STATEMENTS = "statements"  # sentences that announce a change, of whatever sort
    CHANGES = "changes"  # marked and met are events in which a later report announces what none before did; found and right single changes


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderstandingScores:
    """How one set came out; `rate` is articles a second of CPU time, for all that `account` does."""

    name: str
    articles: int
    counts: Mapping[Measure, Found]
    differences: tuple[Difference, ...]
    rate: float


def evaluate_understanding(
    name: str, stream: Sequence[Labelled], marks: Sequence[Marks], advance: Callable[[], None]
) -> UnderstandingScores:
    """Read the marked articles of a set and compare; `advance` is called once an article.

    Raises UsageError when the set lacks a marked article or has it with another text.
    """
    known = {one.key: one for one in stream}
    ones = [_same(name, known, mark) for mark in marks]
    begun = process_time()
    accounts = [account(one.article.content) for one in ones]
    seconds = process_time() - begun
    tally = _Tally()
    for one, mark, told in zip(ones, marks, accounts, strict=True):
        tally.article(one.article, mark, told)
        advance()
    members: defaultdict[str, list[Article]] = defaultdict(list)
    for one in ones:
        members[one.event].append(one.article)
    of = {one.article.id: mark for one, mark in zip(ones, marks, strict=True)}
    for articles in members.values():
        tally.event(articles, of)
    return UnderstandingScores(
        name=name,
        articles=len(ones),
        counts=tally.counts,
        differences=tuple(tally.differences),
        rate=len(ones) / seconds if seconds else 0.0,
    )


def _same(name: str, known: Mapping[str, Labelled], mark: Marks) -> Labelled:
    one = known.get(mark.key)
    if one is None:
        raise UsageError(f"{name}: article {mark.key} is marked, but the set has no such article")
    if digest_of(one.article.content) != mark.digest:
        raise UsageError(f"{name}: article {mark.key} has another text than the one that was marked")
    return one


class _Tally:
    """Counts as articles are compared."""

    def __init__(self) -> None:
        self.counts = dict.fromkeys(Measure, NOTHING)
        self.differences: list[Difference] = []

    def article(self, article: Article, mark: Marks, told: Account) -> None:
        """Compare what one article says; sums stand nowhere in it, and a byline has no place."""
        self._figures(article, mark.figures, [figure for figure in told.figures if not figure.is_sum])
        named = [(credit, credit.passage.in_title) for credit in told.credits if credit.passage is not None]
        places = [Place(in_title=in_title, start=credit.start, end=credit.end) for credit, in_title in named]
        pairs = _pairs([each.place for each in mark.credits], places)
        right = sum(mark.credits[i].kind is named[j][0].kind for i, j in pairs)
        self._count(Measure.CREDITS, len(mark.credits), right, len(places), right)
        self._count(Measure.CREDIT_PLACES, len(mark.credits), len(pairs), len(places), len(pairs))
        met = {i for i, _ in pairs}, {j for _, j in pairs}
        self._differ(article, "credit missed", [(each.kind, each.place) for i, each in enumerate(mark.credits) if i not in met[0]])
        self._differ(article, "credit not marked", [(named[j][0].kind, place) for j, place in enumerate(places) if j not in met[1]])
        mixed = [(i, j) for i, j in pairs if mark.credits[i].kind is not named[j][0].kind]
        self._differ(article, "credit of another kind", [(f"{named[j][0].kind}, not {mark.credits[i].kind}", places[j]) for i, j in mixed])
        self._statements(article, mark, told)

    def event(self, articles: Sequence[Article], marks: Mapping[ArticleId, Marks]) -> None:
        """Compare what the program says has changed in an event that is made of these articles."""
        event = overview(Event(id=EventId(1), opened_at=EVER, updated_at=EVER, revision=1, articles=tuple(articles)))
        told = [(change, _place(change.passage)) for change in changes(event) if change.passage is not None]
        right = [(change, place) for change, place in told if _is_marked(place, marks[change.article.id])]
        is_due = _is_due([marks[article.id] for article in event.ordered if article.content.published is not None])
        self._count(Measure.CHANGES, int(is_due), int(is_due and bool(right)), len(told), len(right))
        for change, place in told:
            if (change, place) not in right:
                self._differ(change.article, "change not marked", [(change.kind, place)])

    def _figures(self, article: Article, marked: Sequence[MarkedFigure], found: Sequence[Figure]) -> None:
        places = [Place(in_title=figure.passage.in_title, start=figure.start, end=figure.end) for figure in found]
        pairs = _pairs([each.place for each in marked], places)
        wrong = [(i, j) for i, j in pairs if not _is_same(marked[i], found[j])]
        right = len(pairs) - len(wrong)
        self._count(Measure.FIGURES, len(marked), right, len(found), right)
        self._count(Measure.FIGURE_PLACES, len(marked), len(pairs), len(found), len(pairs))
        background = sum(marked[i].is_background is found[j].passage.is_background for i, j in pairs)
        self._count(Measure.BACKGROUND, len(pairs), background, len(pairs), background)
        met = {i for i, _ in pairs}, {j for _, j in pairs}
        self._differ(article, "figure missed", [(each.kind, each.place) for i, each in enumerate(marked) if i not in met[0]])
        self._differ(article, "figure not marked", [(found[j].kind, place) for j, place in enumerate(places) if j not in met[1]])
        self._differ(article, "figure read otherwise", [(f"{_read(found[j])}, not {_read(marked[i])}", places[j]) for i, j in wrong])

    def _statements(self, article: Article, mark: Marks, told: Account) -> None:
        found = list(dict.fromkeys(_place(status.passage) for status in told.statuses))
        missed = [each for each in mark.changes if not any(place.meets(each.place) for place in found)]
        others = [place for place in found if not _is_marked(place, mark)]
        self._count(Measure.STATEMENTS, len(mark.changes), len(mark.changes) - len(missed), len(found), len(found) - len(others))
        self._differ(article, "statement missed", [(each.turn, each.place) for each in missed])
        states = {_place(status.passage): status.state for status in told.statuses}
        self._differ(article, "statement not marked", [(states[place], place) for place in others])

    def _count(self, what: Measure, marked: int, met: int, found: int, right: int) -> None:
        self.counts[what] += Found(marked=marked, met=met, found=found, right=right)

    def _differ(self, article: Article, what: str, those: Sequence[tuple[str, Place]]) -> None:
        content = article.content
        for kind, place in those:
            said = (content.title if place.in_title else content.text)[place.start : place.end]
            self.differences.append(Difference(article=content.title, what=what, kind=str(kind), said=said))


def _pairs(marked: Sequence[Place], found: Sequence[Place]) -> list[tuple[int, int]]:
    """Match what was marked with what was found at the same place, each at most once."""
    free = dict(enumerate(found))
    pairs = []
    for i, place in enumerate(marked):
        met = next((j for j, other in free.items() if place.meets(other)), None)
        if met is not None:
            del free[met]
            pairs.append((i, met))
    return pairs


def _is_due(marks: Sequence[Marks]) -> bool:
    """Tell whether a report announces a sort of change, such as a new state, that no report before it announced."""
    turns = [{change.turn for change in mark.changes} for mark in marks]
    return any(turn - set().union(*turns[:index]) for index, turn in enumerate(turns) if index)


def _place(passage: Passage) -> Place:
    return Place(in_title=passage.in_title, start=passage.start, end=passage.end)


def _is_marked(place: Place, mark: Marks) -> bool:
    return any(place.meets(each.place) for each in mark.changes)


def _is_same(marked: MarkedFigure, found: Figure) -> bool:
    return (marked.kind, marked.low, marked.high) == (found.kind, found.low, found.high)


def _read(figure: MarkedFigure | Figure) -> str:
    low, high = ("…" if bound is None else f"{bound:,f}" for bound in (figure.low, figure.high))
    return f"{figure.kind} {low}" if low == high else f"{figure.kind} {low} to {high}"
