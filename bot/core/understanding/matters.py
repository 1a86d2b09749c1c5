"""The figures of all reports of an event, grouped by what they count, and whether they agree; their wording is in `matters_wording`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeAlias

from bot.core.event import Overview
from bot.core.model import Article, ArticleId, Precision, Stamp
from bot.core.once import once
from bot.core.reading.account import account
from bot.core.reading.figure import Figure, Kind, Qualifier
from bot.core.understanding.same_noun import equal_noun, same_noun
from bot.core.understanding.same_sentence import SHARED_OUT, are_alike, same_owner, same_past

READ_FIRST: Final = 20
READ_LAST: Final = 40
"""Reports of an event that are read: the first tell how it began, the last how it stands. Together 60, compared in
0.12 s when all of them are made of numbers. The numbers themselves are a guess."""

MOST_FIGURES: Final = 40
"""Figures of one report that are compared, the first ones: a text made of numbers would cost the square of them. Guess."""

NEARLY: Final = Decimal("0.1")
"""How much of itself a number that is "about" may be off: 10,900 is about 10,000 and 12,000 is not. Guess."""

BEYOND: Final = Decimal("1.5")
"""How many times the number that it was "more than" before a later one must be to be another number: "more than 10" is said of 14 too. Who
counts at least 12 victims and 14 a day later has counted two more. Guess."""

MOST_NOUNS: Final = 200
"""Different nouns of one kind, or sentences of one unit, that are told apart in an event; each is compared with all. In events
of gva, allsides, og2021_en, uci and ecbplus, of few reports, there are at most 27. Guess."""

MOST_CLAIMS: Final = 2 * (READ_FIRST + READ_LAST)
"""Claims of one matter in which is looked for what replaced what: two numbers of each report. Whoever tells more tells no order. Guess."""

LEAD: Final = 1
"""Position of the last sentence in which a report tells its own total. Guess."""

OUTSIZED: Final = 50
"""How many times the victims of all titles and first sentences others must be to be of a war, not of one attack in it. Guess."""

LEAST_NAMES: Final = 2
"""Words with a capital in whoever is named: "President Orel", "South Korea's intelligence service", but not "Police". Guess."""

VICTIMS: Final = frozenset((Kind.KILLED, Kind.WOUNDED, Kind.CASUALTIES, Kind.CAPTURED, Kind.MISSING, Kind.DISPLACED))
TOLLS: Final = frozenset((Kind.KILLED, Kind.WOUNDED, Kind.CASUALTIES))
"""Of whom there can only be more."""

COUNTED: Final = VICTIMS | {Kind.ARRESTED}
"""Of whom there is a count that rises; of others there are estimates."""

KEY: Final = COUNTED | {Kind.TROOPS}
"""What a number tells of people that outlets are compared by first."""

_UNCOMPARED: Final = frozenset((Kind.AGE, Kind.DURATION, Kind.PERCENT))
"""What is another person's, or another thing's, in almost every sentence. None of 1,242 percentages of gva, allsides,
uci and ecbplus has a noun; of 28 pairs that were read, which differ in sentences that are alike, as sums of money are compared, six were
of one thing, four of these the same rounded."""

_WITHOUT_NOUN: Final = frozenset((Kind.MONEY, Kind.MEASURE))
_CAPITALISED: Final = re.compile(r"(?<!\w)[A-Z]\w")
# A toll that grows smaller is news when the sentence says so.
_CORRECTED: Final = re.compile(
    r"(?<!\w)(?:(?:correct|revis|lower|reduc|downgrad)(?:e[ds]?|s|ed|ing)|counted twice|overcount\w*|miscount\w*)(?!\w)", re.IGNORECASE
)


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
    subjects: dict[_Subject, _Gathering] = {}
    for claim in sorted(_with_background(tuple(_claims(event))), key=lambda claim: not claim.figure.what):
        subjects.setdefault(_subject(claim.figure), _Gathering()).add(claim)
    order = {article.id: index for index, article in enumerate(event.ordered)}
    found = [_matter(claims, order) for subject in subjects.values() for claims in subject.groups()]
    return tuple(sorted(found, key=_rank))


def read_reports(event: Overview) -> tuple[Article, ...]:
    """Give the reports whose figures are read, in order of time."""
    reports = tuple(article for article in event.ordered if article.copy_of is None)
    return reports if len(reports) <= READ_FIRST + READ_LAST else (*reports[:READ_FIRST], *reports[-READ_LAST:])


def is_compatible(one: Figure, other: Figure) -> bool:
    """Tell whether two figures can both be right: "at least 30" and "34", "10,000 to 12,000" and "around 12,000"."""
    (low, high), (least, most) = _bounds(one), _bounds(other)
    return (low is None or most is None or low <= most) and (least is None or high is None or least <= high)


def has_moved(earlier: Claim, later: Claim) -> bool:
    """Tell whether a later figure cannot stand beside an earlier one: the two do not fit, or a bound that was open has been left behind.

    "At least 12" is right of 300 too, but who counted 12 dead yesterday counts more today. Only times that prove an order tell it.
    """
    if not is_before(earlier.at, later.at):
        return False
    return not is_compatible(earlier.figure, later.figure) or _is_outgrown(earlier.figure, later.figure)


def _is_outgrown(earlier: Figure, later: Figure) -> bool:
    bound, low = earlier.low, _bounds(later)[0]
    if bound is None or low is None or earlier.high is not None or earlier.kind not in KEY:
        return False
    is_counted = earlier.qualifier is Qualifier.AT_LEAST and earlier.kind in COUNTED
    return low > (bound if is_counted else bound * BEYOND)


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


def _with_background(claims: Sequence[Claim]) -> Iterator[Claim]:
    """Mark what one report tells as background in other reports too, where the same one is named for the same number.

    Not in a title and the first sentences, which tell the happening itself, and not of "police" or "officials", who tell much. Victims
    that are many times those of all titles and first sentences are of something larger: of the war in which it happened.
    """
    past = {_credited(claim.figure) for claim in claims if claim.figure.passage.is_background}
    first = {kind: max(map(_size, of), default=Decimal(0)) for kind in VICTIMS for of in [_told_first(claims, kind)]}
    for claim in claims:
        figure = claim.figure
        named = len(_CAPITALISED.findall(figure.claimant)) >= LEAST_NAMES and _credited(figure) in past
        is_outsized = _size(figure) > first.get(figure.kind, 0) * OUTSIZED > 0
        if (named and figure.passage.position > LEAD) or (is_outsized and figure.passage.position > 0):
            yield replace(claim, figure=replace(figure, passage=replace(figure.passage, is_background=True)))
        else:
            yield claim


def _told_first(claims: Sequence[Claim], kind: Kind) -> list[Figure]:
    """Give the figures of one kind that titles and first sentences tell."""
    return [claim.figure for claim in claims if claim.figure.kind is kind and claim.figure.passage.position <= 0]


def _credited(figure: Figure) -> tuple[Kind, str, Decimal, str]:
    return figure.kind, figure.unit, _size(figure), figure.claimant.casefold()


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


_Subject: TypeAlias = tuple[Kind, str, bool]


def _subject(figure: Figure) -> _Subject:
    """Give what two figures must have in common at least to count the same."""
    return figure.kind, figure.unit, figure.passage.is_background


def _is_same_matter(one: Figure, other: Figure) -> bool:
    return _subject(one) == _subject(other) and _counts_the_same(one, other)


def _counts_the_same(one: Figure, other: Figure) -> bool:
    """Tell whether two figures of one subject count the same."""
    if one.kind in _WITHOUT_NOUN and not (one.what and other.what):
        return are_alike(one.passage.text, other.passage.text)
    if (one.low, one.high) != (other.low, other.high):
        mine, theirs = one.passage.text, other.passage.text
        if one.passage.is_background and not same_past(mine, theirs):
            return False
        if _is_shared_out(one) and not same_owner(mine, theirs, (one.said, other.said)):
            return False
    # Who is killed is of one happening; troops, and what was before, may be anybody's.
    same = equal_noun if one.kind is Kind.TROOPS or one.passage.is_background else same_noun
    return same(one.what, other.what)


def _is_shared_out(figure: Figure) -> bool:
    return figure.what.rpartition(" ")[2] in SHARED_OUT


def _is_by_sentence(figure: Figure) -> bool:
    """Tell whether not its noun alone but its sentence says what a figure counts."""
    return figure.kind in _WITHOUT_NOUN or figure.passage.is_background or _is_shared_out(figure)


class _Gathering:
    """The claims of one subject while they are gathered into groups that count the same.

    A claim counts the same as all others of its group; one that has no noun by its kind need only be alike to one of them. Of claims with
    equal nouns, or equal sentences, the first decides for all.
    """

    def __init__(self) -> None:
        self._groups: list[_Group] = []
        self._known: dict[str, _Group] = {}

    def add(self, claim: Claim) -> None:
        """Put a claim to those that count the same; what comes after too many different ones is left out."""
        figure = claim.figure
        key = f"{figure.what}\n{figure.said}\n{figure.passage.text}" if _is_by_sentence(figure) else figure.what
        group = self._known.get(key)
        if group is None:
            if len(self._known) >= MOST_NOUNS:
                return
            group = next((each for each in self._groups if each.takes(figure)), None)
            if group is None:
                self._groups.append(group := _Group(claims=[], samples=[]))
            group.samples.append(figure)
            self._known[key] = group
        group.claims.append(claim)

    def groups(self) -> Iterator[Sequence[Claim]]:
        """Give the claims, those together that count the same."""
        return (group.claims for group in self._groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """Claims that count the same; `samples` are their figures, of each noun or sentence one."""

    claims: list[Claim]
    samples: list[Figure]

    def takes(self, figure: Figure) -> bool:
        same = (_counts_the_same(figure, sample) for sample in self.samples)
        return any(same) if _is_by_sentence(figure) else all(same)


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
    if len(claims) <= MOST_CLAIMS and _moved(claims):
        return Verdict.MOVED
    if not _all_fit(figures):
        return Verdict.DIFFER
    return Verdict.AGREE if len({outlet_of(claim.article) for claim in claims}) > 1 else Verdict.SINGLE


def _all_fit(figures: Sequence[Figure]) -> bool:
    """Tell whether each two figures can both be right: intervals meet in pairs when they all meet (Helly's theorem on a line)."""
    lows, highs = zip(*map(_bounds, figures), strict=True)
    least = max((low for low in lows if low is not None), default=None)
    most = min((high for high in highs if high is not None), default=None)
    return least is None or most is None or least <= most


def _moved(claims: Sequence[Claim]) -> bool:
    """Tell whether a figure has moved, and everyone that does not fit an earlier one was told after the last report that told that one."""
    held = {(one.figure.low, one.figure.high): one for one in claims}
    known = {one.article.id: max(_size(other.figure) for other in claims if not is_before(one.at, other.at)) for one in claims}
    any_moved = False
    for index, later in enumerate(claims):
        for earlier in claims[:index]:
            is_replaced = is_before(held[earlier.figure.low, earlier.figure.high].at, later.at)
            if not is_compatible(earlier.figure, later.figure):
                if not is_replaced or _is_smaller(later.figure, earlier.figure):
                    return False
                any_moved = True
            elif is_replaced and has_moved(earlier, later) and _size(later.figure) > known[earlier.article.id]:
                any_moved = True
    return any_moved


def _is_smaller(later: Figure, earlier: Figure) -> bool:
    """Tell whether a toll is smaller than an earlier one, which it replaces only when it is called corrected; the missing are found."""
    return later.kind in TOLLS and _size(later) < _size(earlier) and not is_corrected(later)


def is_corrected(figure: Figure) -> bool:
    """Tell whether the sentence of a figure says that what was counted before was wrong."""
    return _CORRECTED.search(figure.passage.text) is not None


_VERDICTS: Final = {Verdict.DIFFER: 0, Verdict.MOVED: 0, Verdict.AGREE: 1, Verdict.SINGLE: 2}


def _rank(matter: Matter) -> tuple[bool, int, int, int]:
    kind = 0 if matter.kind in VICTIMS else 1 if matter.kind in KEY else 2
    return matter.is_background, _VERDICTS[matter.verdict], kind, -len({outlet_of(claim.article) for claim in matter.claims})
