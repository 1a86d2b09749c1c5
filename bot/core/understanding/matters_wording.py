"""How figures read that outlets agree or differ in: in the words of the reports, each led back to its report, never as prose."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from bot.core.event import Overview
from bot.core.message import Line, Link, Span, Style, Text
from bot.core.model import Article
from bot.core.phrase import Phrase, joined, phrase, verbatim
from bot.core.reading.account import account
from bot.core.reading.figure import Figure, Kind
from bot.core.reading.number_words import QUALIFIERS, SMALL, TENS, VAGUE
from bot.core.understanding.matters import KEY, VICTIMS, Claim, Matter, Verdict, has_moved, matters, outlet_of
from bot.core.understanding.same_noun import some_named
from bot.core.wording import moment, number, outlet_name, safe_url, shortened

ON_CARD: Final = 3
"""Matters on a card: two or three can be read at a glance. Guess."""

FIGURES_SHOWN: Final = 5
"""Different figures on one line. Guess."""

OUTLETS_SHOWN: Final = 3
"""Outlets behind one figure on a line. Guess."""

LONGEST_SENTENCE: Final = 300
"""Characters of the sentence that a figure stands in. Guess."""

LONGEST_FIGURE: Final = 60
"""Characters of a figure in the words of its report: a range with two units is shorter. Guess."""

MAGNITUDE: Final = "magnitude"
"""Unit of the one measure that outlets are compared by though it stands in the title of but one of them: an earthquake has but one."""

_WORDS: Final = SMALL.keys() | TENS.keys() | VAGUE | {qualifier.split()[0] for qualifier in QUALIFIERS} | {"a", "an", "between", "from"}
"""What a figure in words begins with."""

_LABELS: Final = {
    Kind.KILLED: phrase("killed"),
    Kind.WOUNDED: phrase("wounded"),
    Kind.CASUALTIES: phrase("killed or wounded"),
    Kind.CAPTURED: phrase("captured"),
    Kind.MISSING: phrase("missing"),
    Kind.ARRESTED: phrase("arrested"),
    Kind.DISPLACED: phrase("displaced"),
    Kind.TROOPS: phrase("troops"),
    Kind.MONEY: phrase("money"),
}


def card_matters(event: Overview) -> tuple[Matter, ...]:
    """Choose what a card tells: what outlets differ in, or what moved, then the victims; none rather than what nobody compares."""
    found = [matter for matter in matters(event) if _is_worth_telling(matter)]
    compared = [matter for matter in found if matter.verdict is not Verdict.SINGLE]
    has_own = any(not matter.is_background for matter in compared)
    return tuple((compared if has_own else found)[:ON_CARD])


def matter_line(matter: Matter) -> Line:
    """Say of one matter who tells which figure: "killed or wounded: 1,100 Babel · 3,000 The Moscow Times, Babel".

    Equal figures stand together, in order of size; figures that moved in order of time, with arrows.
    """
    groups = _equal(_in_full(matter.claims))
    # What was before stands still: reports that recall it at different times have different numbers, or tell of different happenings.
    is_moving = matter.verdict is Verdict.MOVED and not matter.is_background
    if not is_moving:
        groups.sort(key=lambda group: _size(group[0].figure))
    shown = groups[:FIGURES_SHOWN]
    spans: list[Span] = [Text(_label(matter), Style.QUIET), Text(" ")]
    for index, group in enumerate(shown):
        if index:
            is_next = is_moving and any(has_moved(one, group[0]) for one in shown[index - 1])
            spans.append(Text(" → " if is_next else " · ", Style.QUIET))
        spans.extend(_group(group))
    if len(groups) > len(shown):
        spans.append(Text(" …", Style.QUIET))
    return tuple(spans)


def matter_lines(told: Sequence[Matter]) -> tuple[Line, ...]:
    """Say each figure of all matters by itself: from which report and when, and the sentence in which it stands.

    Above those of one matter stands what it counts. Where that says the same of several ones it says their nouns, too, and where these say
    the same it stands but once, above all of them.
    """
    labels = Counter(_label(matter) for matter in told)
    below: dict[str, list[Claim]] = {}
    for matter in told:
        label = _label(matter)
        below.setdefault(label if labels[label] == 1 else _label(matter, matter.what), []).extend(matter.claims)
    return tuple(line for label, claims in below.items() for line in ((Text(label, Style.STRONG),), *map(_claim, claims)))


def _is_worth_telling(matter: Matter) -> bool:
    is_compared = matter.verdict in (Verdict.DIFFER, Verdict.MOVED)
    if all(claim.figure.is_sum for claim in matter.claims):
        return False  # what was added up stands in matters of its own
    if matter.kind not in KEY:
        titled = {_key(one.figure) for one in matter.claims if one.figure.passage.in_title}
        is_of_event = len(titled) > 1 or (bool(titled) and matter.unit == MAGNITUDE and _outlets(matter) > 1)
        is_sum = matter.kind is Kind.MONEY and matter.verdict is Verdict.AGREE and _is_told_first(matter)
        return not matter.is_background and (is_sum or (is_compared and is_of_event))
    if matter.is_background:
        return is_compared and _outlets(matter) > 1
    return is_compared or (matter.kind in VICTIMS and any(_is_many(claim.figure) for claim in matter.claims))


def _is_told_first(matter: Matter) -> bool:
    """Tell whether two outlets tell something in titles or first sentences: a sum that is what the event is."""
    return len({outlet_of(claim.article) for claim in matter.claims if claim.figure.passage.position <= 0}) > 1 and "/" not in matter.unit


def _key(figure: Figure) -> tuple[Decimal | None, Decimal | None]:
    return figure.low, figure.high


def _is_many(figure: Figure) -> bool:
    """Tell whether a number is worth a line: that one was killed says the headline."""
    return figure.high is None or figure.high > 1


def _outlets(matter: Matter) -> int:
    return len({outlet_of(claim.article) for claim in matter.claims})


def _label(matter: Matter, whom: str = "") -> Phrase:
    nouns = {some_named(claim.figure.what) for claim in matter.claims}
    label = _named(matter.kind, matter.what, matter.unit, whom or ("" if "" in nouns else some_named(matter.what)))
    return phrase("background: {what}:", what=label) if matter.is_background else phrase("{what}:", what=label)


def figure_label(figure: Figure, longest: int = LONGEST_FIGURE) -> Phrase:
    """Say what a figure counts, its noun in at most so many characters: "killed:"."""
    return phrase("{what}:", what=_named(figure.kind, figure.what, figure.unit, some_named(figure.what), longest))


def _named(kind: Kind, what: str, unit: str, whom: str, longest: int = LONGEST_FIGURE) -> str:
    """Say what is counted, and `whom` of all: "killed (gunmen)"; those who are arrested are always suspects, or the like."""
    if kind is Kind.MEASURE and unit == MAGNITUDE:
        return phrase("magnitude")
    label = _LABELS.get(kind)
    if label is None:
        return shortened(what or kind.value, longest)
    return phrase("{what} ({whom})", what=label, whom=shortened(whom, longest)) if whom and kind in VICTIMS else label


def _in_full(claims: Sequence[Claim]) -> list[Claim]:
    """Leave out what a title shortens: "seven dead" where the text below it says "at least seven"."""
    bounded = {(claim.article.id, claim.figure.low) for claim in claims if not claim.figure.passage.in_title and claim.figure.high is None}
    return [claim for claim in claims if not claim.figure.passage.in_title or (claim.article.id, claim.figure.low) not in bounded]


def _equal(claims: Sequence[Claim]) -> list[list[Claim]]:
    """Put equal figures together, but not what a report tells to what we added up."""
    groups: dict[tuple[tuple[Decimal | None, Decimal | None], bool], list[Claim]] = {}
    for claim in claims:
        groups.setdefault((_key(claim.figure), claim.figure.is_sum), []).append(claim)
    return list(groups.values())


def _group(group: Sequence[Claim]) -> Iterator[Span]:
    by_outlet = list({outlet_of(claim.article): claim for claim in reversed(group)}.values())[::-1]
    yield _figure(by_outlet[0])
    yield Text(" ")
    for index, claim in enumerate(by_outlet[:OUTLETS_SHOWN]):
        if index:
            yield Text(", ")
        yield _outlet(claim.article) if index else Text(outlet_name(claim.article), Style.EMPHASIS)
    if len(by_outlet) > OUTLETS_SHOWN:
        yield Text(verbatim(f" +{len(by_outlet) - OUTLETS_SHOWN}"))


def _figure(claim: Claim) -> Span:
    """Show a figure in the words of its report, linked to it; a sum is a number of ours, so with what was added up."""
    said = said_figure(claim.figure)
    if claim.figure.is_sum:
        said = phrase("{total} ({parts})", total=said, parts=joined(" + ", [said_figure(part) for part in _parts(claim)]))
    url = safe_url(claim.article.content.url)
    return Link(said, url, Style.STRONG) if url else Text(said, Style.STRONG)


def _parts(claim: Claim) -> tuple[Figure, ...]:
    """Find the two figures of a report that a sum of ours was made of: it begins with the one and ends with the other."""
    total = claim.figure
    own = [figure for figure in account(claim.article.content).figures if not figure.is_sum]
    beside = [figure for figure in own if figure.passage.in_title is total.passage.in_title]
    return tuple(figure for figure in beside if figure.start == total.start or figure.end == total.end)


def said_figure(figure: Figure) -> str:
    """Give the words of the report for a figure, or what its sum is in ours."""
    low, high = figure.low, figure.high
    if not figure.is_sum or (low is None and high is None):
        return shortened(_in_line(figure.said), LONGEST_FIGURE)
    if high is None:
        return phrase("at least {value:,}", value=_whole(low))
    if low is None:
        return phrase("up to {value:,}", value=_whole(high))
    return number(_whole(low)) if low == high else phrase("{low:,} to {high:,}", low=_whole(low), high=_whole(high))


def _in_line(said: str) -> str:
    """Take away the capital that a word has only because a sentence or a title began with it: "At least 30" but "Rs 30"."""
    first = re.split(r"[ -]", said, maxsplit=1)[0].casefold()
    return said[:1].lower() + said[1:] if first in _WORDS else said


def _whole(bound: Decimal | None) -> int:
    return int(bound or 0)


def _outlet(article: Article) -> Span:
    url = safe_url(article.content.url)
    return Link(outlet_name(article), url, Style.EMPHASIS) if url else Text(outlet_name(article), Style.EMPHASIS)


def _claim(claim: Claim) -> Line:
    by = (Text(phrase(" ({claimant})", claimant=shortened(claim.figure.claimant, LONGEST_FIGURE)), Style.QUIET),)
    return (
        _figure(claim),
        Text("  "),
        Text(outlet_name(claim.article), Style.EMPHASIS),
        *(by if claim.figure.claimant else ()),
        Text("  "),
        moment(claim.at),
        Text("  "),
        Text(shortened(claim.figure.passage.text, LONGEST_SENTENCE), Style.QUIET),
    )


def _size(figure: Figure) -> Decimal:
    return next((bound for bound in (figure.low, figure.high) if bound is not None), Decimal(0))
