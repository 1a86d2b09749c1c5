"""The figures of all reports of an event, grouped by what they count, and whether they agree; their wording is in `matters_wording`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from bot.core.account import account
from bot.core.event import Overview
from bot.core.figure import Figure, Kind, Qualifier
from bot.core.model import Article, ArticleId, Precision, Stamp
from bot.core.once import once
from bot.core.same_noun import equal_noun, same_noun
from bot.core.terms import words_of

READ_FIRST: Final = 20
READ_LAST: Final = 40
"""Reports of an event that are read: the first tell how it began, the last how it stands. Together 60, which take at most 60 ms. Guess."""

MOST_FIGURES: Final = 40
"""Figures of one report that are compared, the first ones: a text made of numbers would cost the square of them. Guess."""

NEARLY: Final = Decimal("0.1")
"""How much of itself a number that is "about" may be off: 10,900 is about 10,000 and 12,000 is not. Guess."""

LEAD: Final = 1
"""Position of the last sentence in which a report tells its own total. Guess."""

ALIKE: Final = 0.5
"""Share of the words of the shorter of two sentences that both need for their sums of money, or their measures, to be the same. Guess."""

VICTIMS: Final = frozenset((Kind.KILLED, Kind.WOUNDED, Kind.CASUALTIES, Kind.CAPTURED, Kind.MISSING, Kind.DISPLACED))
KEY: Final = VICTIMS | {Kind.ARRESTED, Kind.TROOPS}
"""What a number tells of people that outlets are compared by first."""

_UNCOMPARED: Final = frozenset((Kind.AGE, Kind.DURATION, Kind.PERCENT))
"""What is another person's, or another thing's, in almost every sentence."""

_WITHOUT_NOUN: Final = frozenset((Kind.MONEY, Kind.MEASURE))


class Verdict(StrEnum):
    """Whether the reports tell the same of one matter."""

    DIFFER = "differ"
    MOVED = "moved"  # later reports have another figure, and nobody holds on to the old one
    AGREE = "agree"
    SINGLE = "single"  # nobody else tells it


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One figure of one report; `at` is the effective time of the report, None without any."""

    figure: Figure
    article: Article
    at: Stamp | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What several figures count: `what` is the noun, empty when none tells it; `claims` are in order of time.

    `is_background` when they belong to an earlier or another happening.
    """

    kind: Kind
    what: str
    unit: str
    claims: tuple[Claim, ...]
    verdict: Verdict
    is_background: bool


@once
def matters(event: Overview) -> tuple[Matter, ...]:
    """Group the figures of an event's reports by what they count, best first.

    Best is what belongs to the happening itself, then what outlets differ in, then victims, then what most of them tell. Copies say nothing
    that their report does not. A millisecond for each report that was not read before, so not on the event loop.
    """
    groups: list[_Group] = []
    for claim in sorted(_claims(event), key=lambda claim: not claim.figure.what):
        group = next((group for group in groups if group.takes(claim)), None)
        if group is None:
            groups.append(group := _Group(claim))
        else:
            group.claims.append(claim)
    order = {article.id: index for index, article in enumerate(event.ordered)}
    found = [_matter(group.claims, order) for group in groups]
    return tuple(sorted(found, key=_rank))


def read_reports(event: Overview) -> tuple[Article, ...]:
    """Give the reports whose figures are read, in order of time."""
    reports = tuple(article for article in event.ordered if article.copy_of is None)
    return reports if len(reports) <= READ_FIRST + READ_LAST else (*reports[:READ_FIRST], *reports[-READ_LAST:])


def is_compatible(one: Figure, other: Figure) -> bool:
    """Tell whether two figures can both be right: "at least 30" and "34", "10,000 to 12,000" and "around 12,000"."""
    (low, high), (least, most) = _bounds(one), _bounds(other)
    return (low is None or most is None or low <= most) and (least is None or high is None or least <= high)


def outlet_of(article: Article) -> str:
    """Give what tells one outlet from another; articles that name none are each their own."""
    return article.content.outlet.casefold() if article.content.outlet else f"#{article.id}"


def is_before(one: Stamp | None, other: Stamp | None) -> bool:
    """Tell whether two times prove what came first; inferred ones prove nothing."""
    if one is None or other is None or Precision.INFERRED in (one.precision, other.precision):
        return False
    if Precision.DAY in (one.precision, other.precision):
        return one.at.date() < other.at.date()
    return one.at < other.at


def _bounds(figure: Figure) -> tuple[Decimal | None, Decimal | None]:
    low, high = figure.low, figure.high
    if figure.qualifier is Qualifier.ABOUT and low is not None and high is not None:
        return low - abs(low) * NEARLY, high + abs(high) * NEARLY
    return low, high


def _claims(event: Overview) -> Iterator[Claim]:
    for article in read_reports(event):
        figures = [figure for figure in account(article.content).figures if _is_compared(figure)][:MOST_FIGURES]
        for figure in _of_report(figures):
            yield Claim(figure=figure, article=article, at=event.times.get(article.id))


def _is_compared(figure: Figure) -> bool:
    if figure.kind in _UNCOMPARED or figure.qualifier is Qualifier.SEVERAL or figure.is_part:
        return False
    return figure.kind in KEY or figure.kind in _WITHOUT_NOUN or bool(figure.what)


def _of_report(figures: Sequence[Figure]) -> Iterator[Figure]:
    """Leave out what a report tells twice, sums beside a number of its own, and parts of its own total.

    Of several numbers of victims the largest of the title and the first sentences is the total, or else the largest of all; another one
    stands beside it only when the report has it from somebody else.
    """
    kept: list[Figure] = []
    own = [figure for figure in figures if not figure.is_sum]
    for figure in figures:
        alike = [other for other in own if other is not figure and _is_same_matter(figure, other)]
        if figure.is_sum and any(not _is_of_another(figure, other) for other in alike):
            continue
        if figure.kind in KEY and any(_is_beneath(figure, other) for other in alike):
            continue
        if not any((figure.low, figure.high) == (other.low, other.high) and _is_same_matter(figure, other) for other in kept):
            kept.append(figure)
    yield from kept


def _is_beneath(figure: Figure, other: Figure) -> bool:
    """Tell whether one number of a report is a part of another, or told of something else further down."""
    if is_compatible(figure, other) or _is_of_another(figure, other):
        return False
    return _standing(figure) < _standing(other)


def _standing(figure: Figure) -> tuple[bool, Decimal]:
    return figure.passage.position <= LEAD, _size(figure)


def _is_of_another(figure: Figure, other: Figure) -> bool:
    """Tell whether a report has two figures from two who are credited with them."""
    return bool(figure.claimant and other.claimant) and figure.claimant.casefold() != other.claimant.casefold()


def _size(figure: Figure) -> Decimal:
    return next((bound for bound in (figure.low, figure.high) if bound is not None), Decimal(0))


def _is_same_matter(one: Figure, other: Figure) -> bool:
    if (one.kind, one.unit, one.passage.is_background) != (other.kind, other.unit, other.passage.is_background):
        return False
    if one.kind in _WITHOUT_NOUN and not (one.what and other.what):
        return _are_alike(one.passage.text, other.passage.text)
    # Who is killed is of one happening; troops, and what was before, may be anybody's.
    same = equal_noun if one.kind is Kind.TROOPS or one.passage.is_background else same_noun
    return same(one.what, other.what)


def _are_alike(one: str, other: str) -> bool:
    mine, theirs = words_of(one), words_of(other)
    return len(mine & theirs) > ALIKE * min(len(mine), len(theirs))


class _Group:
    """The claims of one matter while they are gathered."""

    def __init__(self, claim: Claim) -> None:
        self.claims = [claim]

    def takes(self, claim: Claim) -> bool:
        """Tell whether a claim counts the same as all others here; one without a noun need only fit to one of them."""
        same = [_is_same_matter(claim.figure, other.figure) for other in self.claims]
        if claim.figure.kind in _WITHOUT_NOUN:
            return any(same)
        return all(same)


def _matter(claims: Sequence[Claim], order: Mapping[ArticleId, int]) -> Matter:
    figure = claims[0].figure
    nouns = [claim.figure.what for claim in claims if claim.figure.what]
    ordered = tuple(sorted(claims, key=lambda claim: (order[claim.article.id], not claim.figure.passage.in_title, claim.figure.start)))
    return Matter(
        kind=figure.kind,
        what=max(nouns, key=nouns.count, default=""),
        unit=figure.unit,
        claims=ordered,
        verdict=_verdict(ordered),
        is_background=figure.passage.is_background,
    )


def _verdict(claims: Sequence[Claim]) -> Verdict:
    figures = [claim.figure for claim in claims]
    is_alone = len({claim.article.id for claim in claims}) == 1
    if is_alone:
        return Verdict.SINGLE
    if all(is_compatible(one, other) for index, one in enumerate(figures) for other in figures[:index]):
        return Verdict.AGREE if len({outlet_of(claim.article) for claim in claims}) > 1 else Verdict.SINGLE
    return Verdict.MOVED if _moved(claims) else Verdict.DIFFER


def _moved(claims: Sequence[Claim]) -> bool:
    """Tell whether every figure that does not fit an earlier one was told after the last report that told that one."""
    for index, later in enumerate(claims):
        for earlier in claims[:index]:
            if not is_compatible(earlier.figure, later.figure) and not is_before(earlier.at, later.at):
                return False
    held = {(one.figure.low, one.figure.high): one for one in claims}
    for first, later in ((one, other) for one in claims for other in claims if is_before(one.at, other.at)):
        last = held[first.figure.low, first.figure.high]
        if not is_compatible(first.figure, later.figure) and not is_before(last.at, later.at):
            return False
    return True


_VERDICTS: Final = {Verdict.DIFFER: 0, Verdict.MOVED: 0, Verdict.AGREE: 1, Verdict.SINGLE: 2}


def _rank(matter: Matter) -> tuple[bool, int, int, int]:
    kind = 0 if matter.kind in VICTIMS else 1 if matter.kind in KEY else 2
    return matter.is_background, _VERDICTS[matter.verdict], kind, -len({outlet_of(claim.article) for claim in matter.claims})
