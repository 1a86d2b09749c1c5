"""How trials read: the frontier of thresholds, the orders of arrival, the languages; nothing is measured here."""

from collections.abc import Sequence

from bot.core.message import Block, Heading, Message, Paragraph, Style, Table, Text
from bot.evaluation.cells import ABSENT, cells, percent, percents
from bot.evaluation.report import score_table
from bot.evaluation.trials import ENOUGH, Frontier, Languages, Shuffles


def frontier_report(sets: Sequence[Frontier], mean: Frontier, threshold: float) -> Message:
    """One table for the mean and one for each set; the threshold in use is marked."""
    blocks: list[Block] = [Heading((Text("Grouping at several thresholds", Style.STRONG),))]
    for one in ([mean] if len(sets) > 1 else []) + list(sets):
        rows = tuple(
            cells(
                f"{point.threshold:.2f}{' *' if point.threshold == threshold else ''}",
                *percents(point.bcubed),
                *percents(point.pairwise),
                str(point.predicted_events),
                f"{point.rate:.0f}",
            )
            for point in one.points
        )
        columns = ("threshold", "B³ P", "R", "F1", "pair P", "R", "F1", "events", "per s")
        blocks += [Heading((Text(one.name, Style.STRONG),)), Table(columns, rows)]
    return Message((*blocks, Paragraph((Text("* the threshold in use", Style.QUIET),))))


def shuffle_report(sets: Sequence[Shuffles], mean: Shuffles | None) -> Message:
    """One row a set with BCubed F1 in each order; undated sets stand apart, because they have no day to be shuffled within."""
    blocks: list[Block] = [Heading((Text("Grouping in other orders of arrival", Style.STRONG),))]
    dated, undated = [one for one in sets if one.is_dated], [one for one in sets if not one.is_dated]
    if dated:
        said = "B³ F1 in the order of the file, then shuffled within each day (UTC): times stay, articles arrive up to a day late."
        several = [*dated, mean] if mean is not None and len(dated) > 1 else dated
        blocks += [Paragraph((Text(said),)), _orders(several)]
    if undated:
        said = "Most articles have no date: the whole set was shuffled, which no stream of news is; not in the mean."
        blocks += [Paragraph((Text(said),)), _orders(undated)]
    said = (
        "Other mates: articles that share their event with other articles than in file order. Agreement: B³ F1 between the two groupings."
    )
    return Message((*blocks, Paragraph((Text(said, Style.QUIET),))))


def _orders(sets: Sequence[Shuffles]) -> Table:
    orders = len(sets[0].shuffled)
    columns = ("set", "file order", *map(str, range(1, orders + 1)), "largest change", "other mates", "agreement")
    return Table(
        columns,
        tuple(
            cells(
                one.name,
                percent(one.in_order),
                *map(percent, one.shuffled),
                f"{100 * one.change:.2f}",
                f"{percent(sum(one.moved) / (orders * one.articles))} %",
                percent(sum(one.agreement) / orders),
            )
            for one in sets
        ),
    )


def language_report(sets: Sequence[Languages]) -> Message:
    """For each set: its languages mixed, where gold events span them, and each by itself with the mean."""
    blocks: list[Block] = []
    for one in sets:
        apart = score_table(one.single)
        counted = sum(1 for single in one.single if single.articles >= ENOUGH)
        means = cells(f"mean of {counted}", "", "", "", *percents(one.mean_bcubed), *percents(one.mean_pairwise), ABSENT)
        rows = apart.rows[:-1] if len(one.single) > 1 else apart.rows
        blocks += [
            Heading((Text(f"{one.name}: all languages mixed", Style.STRONG),)),
            score_table([one.mixed]),
            Heading((Text("Each language as a stream of its own", Style.STRONG),)),
            Table(apart.columns, (*rows, means)),
            Paragraph((Text(f"The mean is over languages of at least {ENOUGH} articles.", Style.QUIET),)),
        ]
    return Message(tuple(blocks))
