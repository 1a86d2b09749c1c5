"""How a measurement of figures, credits and changes reads; nothing is measured here."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from bot.core.message import Block, Heading, Line, Listing, Message, Paragraph, Style, Table, Text
from bot.evaluation.cells import ABSENT, cells, percent
from bot.evaluation.understanding import NOTHING, Found, Measure, UnderstandingScores

SHOWN: Final = 8
"""Differences of one sort that are listed of a set; the JSON form has them all."""

_LABELS: Final = {
    Measure.FIGURES: "figures: place, kind, bounds",
    Measure.FIGURE_PLACES: "figures: place",
    Measure.BACKGROUND: "background or not",
    Measure.CREDITS: "credits: place, kind",
    Measure.CREDIT_PLACES: "credits: place",
    Measure.STATEMENTS: "sentences that announce a change",
    Measure.CHANGES: "changes of events",
}


def understanding_report(scores: Sequence[UnderstandingScores]) -> Message:
    """One table over all sets, one row a set for each measure, then what people and program see otherwise."""
    rate = sum(one.articles for one in scores) / sum(one.articles / one.rate for one in scores if one.rate) if scores else 0.0
    blocks: list[Block] = [
        Heading((Text("Understanding", Style.STRONG),)),
        Paragraph((Text(f"{sum(one.articles for one in scores):,} marked articles, read at {rate:,.0f} a second."),)),
        Table(("what", "set", "marked", "found", "P", "R", "F1"), tuple(_rows(scores))),
        Paragraph(
            (
                Text(
                    "Marked are events in which a later report announces what none before did; the precision is of single changes.",
                    Style.QUIET,
                ),
            )
        ),
    ]
    for one in scores:
        blocks += [Heading((Text(one.name, Style.STRONG),)), Listing(_differences(one))] if one.differences else []
    return Message(tuple(blocks))


def total(scores: Sequence[UnderstandingScores], measure: Measure) -> Found:
    """Add up one measure over the sets."""
    return sum((one.counts[measure] for one in scores), NOTHING)


def _rows(scores: Sequence[UnderstandingScores]) -> list[tuple[Line, ...]]:
    rows = []
    for measure, label in _LABELS.items():
        rows += [_row("" if place else label, one.name, one.counts[measure]) for place, one in enumerate(scores)]
        rows += [_row("", "all", total(scores, measure))] if len(scores) > 1 else []
    return rows


def _row(label: str, name: str, found: Found) -> tuple[Line, ...]:
    precision = percent(found.score.precision) if found.found else ABSENT
    recall = percent(found.score.recall) if found.marked else ABSENT
    both = percent(found.score.f1) if found.found and found.marked else ABSENT
    return cells(label, name, str(found.marked), str(found.found), precision, recall, both)


def _differences(one: UnderstandingScores) -> tuple[tuple[Line, ...], ...]:
    """List the first differences of each sort, the most frequent sort first."""
    sorts = Counter(each.what for each in one.differences)
    items = []
    for what, count in sorts.most_common():
        shown = [each for each in one.differences if each.what == what][:SHOWN]
        lines: list[Line] = [(Text(f"{what}: {count}", Style.STRONG),)]
        lines += [(Text(f"{each.kind}: “{each.said}” in “{each.article}”", Style.QUIET),) for each in shown]
        items.append(tuple(lines))
    return tuple(items)
