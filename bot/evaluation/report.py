"""How measurements read: scores, calibration and floors as messages; nothing is measured here, and single errors are in `error_report`."""

from collections.abc import Sequence

from bot.core.message import Block, Heading, Message, Paragraph, Style, Table, Text
from bot.evaluation.articles import ArticleScores
from bot.evaluation.cells import ABSENT, cells, percent, percents
from bot.evaluation.copies import CopyScores
from bot.evaluation.error_report import copy_errors, event_errors
from bot.evaluation.events import EventScores
from bot.evaluation.extracts import ExtractScores
from bot.evaluation.floors import Check
from bot.evaluation.metrics import mean

ERRORS_SHOWN = 5


def event_report(scores: Sequence[EventScores], within: Sequence[str] = ()) -> Message:
    """One row a set, the mean of the sets, how far to believe it, then what went wrong in each and why."""
    blocks: list[Block] = [Heading((Text("Grouping", Style.STRONG),))]
    if within:
        told = f"Scored inside a stream of {', '.join(within)}, whose dates were moved by whole days to meet the set's."
        blocks.append(Paragraph((Text(told),)))
    blocks += [score_table(scores), *_notes(scores), *_trust(scores)]
    for one in scores:
        blocks += [Heading((Text(one.name, Style.STRONG),)), *event_errors(one), *_calibration(one)]
    return Message(tuple(blocks))


def score_table(scores: Sequence[EventScores]) -> Table:
    """BCubed and pairwise scores in percent, one row a set, and their means below."""
    columns = ("set", "articles", "events", "gold", "B³ P", "R", "F1", "pair P", "R", "F1", "per s")
    rows = [
        cells(
            one.name,
            str(one.articles),
            str(one.predicted_events),
            str(one.gold_events),
            *percents(one.bcubed),
            *percents(one.pairwise),
            f"{one.rate:.0f}",
        )
        for one in scores
    ]
    if len(scores) > 1:
        means = mean([one.bcubed for one in scores]), mean([one.pairwise for one in scores])
        rows.append(cells("mean", "", "", "", *percents(means[0]), *percents(means[1]), ""))
    return Table(columns, tuple(rows))


def _notes(scores: Sequence[EventScores]) -> list[Block]:
    """Say what a reader should know about the data and the stream before believing the figures."""
    notes = [
        f"{one.name}: {one.repeated_ids} lines repeat an id; they are counted as articles of their own."
        for one in scores
        if one.repeated_ids
    ]
    notes += [f"{one.name}: {one.foreign} articles of other sets ended in its events." for one in scores if one.foreign]
    return [Paragraph((Text(note, Style.WARNING),)) for note in notes]


def _trust(scores: Sequence[EventScores]) -> list[Block]:
    said = (
        "In percent but 2+ and unfounded. F1 from–to: where the F1 of 95 % of sets drawn from the same events lies; smaller differences "
        "say little. 2+: events told by two or more reports; mixed: those of them that mix gold events; unfounded: those in which no two "
        "reports agree. Found, best: articles whose own event was among their candidates, and the best of them. Calibration: mean "
        "distance of score and truth."
    )
    columns = ("set", "F1 from", "to", "2+", "mixed", "unfounded", "found", "best", "calibration")
    rows = tuple(
        cells(
            one.name,
            percent(one.interval.low),
            percent(one.interval.high),
            str(one.corroboration.events),
            _share(one.corroboration.mixed, one.corroboration.events),
            str(one.corroboration.unfounded),
            _share(one.reach.found, one.reach.articles),
            _share(one.reach.best, one.reach.articles),
            percent(one.calibration_error),
        )
        for one in scores
    )
    return [Table(columns, rows), Paragraph((Text(said, Style.QUIET),))]


def _share(part: int, whole: int) -> str:
    return percent(part / whole) if whole else ABSENT


def _calibration(one: EventScores) -> list[Block]:
    rows = tuple(
        cells(f"{found.low:.1f}–{found.high:.1f}", str(found.candidates), percent(found.score), percent(found.right))
        for found in one.calibration
        if found.candidates
    )
    said = "Calibration: of the best candidates with a score in this range, their mean score and how many were right, in percent."
    return [Paragraph((Text(said),)), Table(("score", "candidates", "mean", "right"), rows)] if rows else []


def article_report(scores: ArticleScores) -> Message:
    """Titles, dates and bodies against gold, and the files that came out worst."""
    rows = (
        _known("titles right", scores.titles_right, scores.titles_known),
        _known("dates right", scores.dates_right, scores.dates_known),
        _known("dates in a header right", scores.header_dates_right, scores.header_dates_known),
        cells("body precision, mean", str(scores.bodies_known), percent(scores.mean_precision)),
        cells("body recall, mean", str(scores.bodies_known), percent(scores.mean_recall)),
        cells("body F1, mean", str(scores.bodies_known), percent(scores.mean_f1)),
        cells("body F1, median", str(scores.bodies_known), percent(scores.median_f1)),
    )
    blocks: list[Block] = [
        Heading((Text(f"Article recovery: {scores.files} files, {scores.refused} refused", Style.STRONG),)),
        Table(("", "files", "%"), rows),
    ]
    for title, files in (("Wrong titles", scores.wrong_titles), ("Wrong dates", scores.wrong_dates)):
        if files:
            blocks.append(Paragraph((Text(f"{title}: ", Style.STRONG), Text(", ".join(files)))))
    worst = tuple(cells(one.file, ABSENT if one.f1 is None else percent(one.f1), one.refused or "") for one in scores.worst[:ERRORS_SHOWN])
    return Message((*blocks, Table(("worst bodies", "F1", "refused because"), worst)))


def _known(name: str, right: int, known: int) -> tuple[tuple[Text, ...], ...]:
    return cells(name, str(known), percent(right / known) if known else ABSENT)


def copy_report(scores: Sequence[CopyScores]) -> Message:
    """Precision and recall of copies, each kind of edit by itself, and the claims that look wrong."""
    rows = tuple(
        cells(
            one.name,
            str(one.articles),
            ABSENT if one.precision is None else percent(one.precision),
            ABSENT if one.recall is None else percent(one.recall),
            str(one.repeats),
            f"{one.rate:.0f}",
        )
        for one in scores
    )
    blocks: list[Block] = [
        Heading((Text("Copies", Style.STRONG),)),
        Table(("set", "articles", "precision", "recall", "repeats in the set", "per s"), rows),
    ]
    for one in scores:
        blocks.append(Heading((Text(one.name, Style.STRONG),)))
        if not one.edits:
            blocks.append(Paragraph((Text("No full text: nothing to copy from."),)))
            continue
        made = tuple(
            cells(edit.kind, "copy" if edit.is_copy else "look-alike", str(edit.made), _share(edit.claimed, edit.made))
            for edit in one.edits
        )
        blocks += [Table(("what was made of articles", "is a", "made", "% taken for copies"), made), *copy_errors(one)]
    return Message(tuple(blocks))


def floor_report(checks: Sequence[Check]) -> Message:
    """Say how many pinned figures hold, and which do not."""
    lost = [check for check in checks if not check.holds]
    told = f"Floors: {len(checks) - len(lost)} of {len(checks)} pinned figures hold."
    blocks: list[Block] = [Paragraph((Text(told, Style.STRONG if lost else Style.PLAIN),))]
    blocks += [Paragraph((Text(str(check), Style.WARNING),)) for check in lost]
    return Message(tuple(blocks))


def extract_report(scores: Sequence[ExtractScores]) -> Message:
    """One row a set: what cards tell of a report that they were not chosen from, and what leads would."""
    rows = [
        cells(
            one.name,
            str(one.events),
            *map(percent, (one.chosen.rouge_1, one.chosen.rouge_2, one.lead.rouge_1, one.lead.rouge_2, one.repeated)),
        )
        for one in scores
    ]
    columns = ("set", "events", "ROUGE-1", "ROUGE-2", "lead ROUGE-1", "lead ROUGE-2", "repeated")
    return Message((Heading((Text("Sentences of cards", Style.STRONG),)), Table(columns, tuple(rows))))
