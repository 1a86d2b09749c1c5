"""How measurements read: scores, the worst errors and the calibration as messages; nothing is measured here."""

from collections.abc import Sequence

from bot.core.message import Block, Heading, Line, Listing, Message, Paragraph, Style, Table, Text
from bot.evaluation.articles import ArticleScores
from bot.evaluation.events import EventScores

ERRORS_SHOWN = 5
PARTS_SHOWN = 8


def event_report(scores: Sequence[EventScores]) -> Message:
    """One row a set, the mean of the sets, then what went worst in each and how far scores can be believed."""
    blocks: list[Block] = [Heading((Text("Grouping", Style.STRONG),)), _table(scores)]
    for one in scores:
        blocks.append(Heading((Text(one.name, Style.STRONG),)))
        if one.wrong_joins:
            blocks += [Paragraph((Text("Joined the wrong event, surest first:"),)), Listing(tuple(_wrong_join(one)))]
        if one.fragments:
            blocks += [Paragraph((Text("Told as several events, worst first:"),)), Listing(tuple(_fragment(one)))]
        blocks += [
            Paragraph((Text("Calibration: of the best candidates with a score in this range, how many were right."),)),
            _calibration(one),
        ]
    return Message(tuple(blocks))


def article_report(scores: ArticleScores) -> Message:
    """Titles, dates and bodies against gold, and the files that came out worst."""
    rows = (
        _share("titles right", scores.titles_right, scores.titles_known),
        _share("dates right", scores.dates_right, scores.dates_known),
        _share("dates in a header right", scores.header_dates_right, scores.header_dates_known),
        _cells("body precision, mean", str(scores.bodies_known), f"{100 * scores.mean_precision:.1f}"),
        _cells("body recall, mean", str(scores.bodies_known), f"{100 * scores.mean_recall:.1f}"),
        _cells("body F1, mean", str(scores.bodies_known), f"{100 * scores.mean_f1:.1f}"),
        _cells("body F1, median", str(scores.bodies_known), f"{100 * scores.median_f1:.1f}"),
    )
    blocks: list[Block] = [
        Heading((Text(f"Article recovery: {scores.files} files, {scores.refused} refused", Style.STRONG),)),
        Table(("", "files", "%"), rows),
    ]
    for title, files in (("Wrong titles", scores.wrong_titles), ("Wrong dates", scores.wrong_dates)):
        if files:
            blocks.append(Paragraph((Text(f"{title}: ", Style.STRONG), Text(", ".join(files)))))
    worst = tuple(
        _cells(one.file, "–" if one.f1 is None else f"{100 * one.f1:.1f}", one.refused or "") for one in scores.worst[:ERRORS_SHOWN]
    )
    return Message((*blocks, Table(("worst bodies", "F1", "refused because"), worst)))


def _share(name: str, right: int, known: int) -> tuple[Line, ...]:
    return _cells(name, str(known), f"{100 * right / known:.1f}" if known else "–")


def _table(scores: Sequence[EventScores]) -> Table:
    columns = ("set", "articles", "events", "gold", "B³ P", "R", "F1", "pair P", "R", "F1", "per s")
    rows = [
        _cells(
            one.name,
            str(one.articles),
            str(one.predicted_events),
            str(one.gold_events),
            *(f"{100 * value:.1f}" for score in (one.bcubed, one.pairwise) for value in (score.precision, score.recall, score.f1)),
            f"{one.rate:.0f}",
        )
        for one in scores
    ]
    if len(scores) > 1:
        means = [
            sum(getattr(getattr(one, kind), part) for one in scores) / len(scores)
            for kind in ("bcubed", "pairwise")
            for part in ("precision", "recall", "f1")
        ]
        rows.append(_cells("mean", "", "", "", *(f"{100 * value:.1f}" for value in means), ""))
    return Table(columns, tuple(rows))


def _cells(*texts: str) -> tuple[Line, ...]:
    return tuple((Text(text),) for text in texts)


def _wrong_join(one: EventScores) -> list[tuple[Line, ...]]:
    return [
        (
            (Text(f"{join.score:.2f} "), Text(join.title, Style.STRONG), Text(f" ({join.article})", Style.QUIET)),
            (Text("joined: "), Text(join.joined)),
            (Text(f"shared: {', '.join(join.shared)}", Style.QUIET),),
        )
        for join in one.wrong_joins[:ERRORS_SHOWN]
    ]


def _fragment(one: EventScores) -> list[tuple[Line, ...]]:
    return [
        (
            (Text(fragment.title, Style.STRONG), Text(f" ({fragment.gold})", Style.QUIET)),
            (Text(f"{len(fragment.parts)} parts: {' + '.join(map(str, fragment.parts[:PARTS_SHOWN]))}"),),
        )
        for fragment in one.fragments[:ERRORS_SHOWN]
    ]


def _calibration(one: EventScores) -> Table:
    rows = tuple(
        _cells(f"{found.low:.1f}–{found.high:.1f}", str(found.candidates), f"{100 * found.right:.0f} %")
        for found in one.calibration
        if found.candidates
    )
    return Table(("score", "candidates", "right"), rows)
