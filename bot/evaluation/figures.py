"""The figures of a measurement by the names under which floors pin them, each a plain number."""

from collections.abc import Mapping

from bot.evaluation.articles import ArticleScores
from bot.evaluation.copies import CopyScores
from bot.evaluation.events import EventScores
from bot.evaluation.extracts import ExtractScores
from bot.evaluation.metrics import Score
from bot.evaluation.understanding import Found, Measure


def event_figures(scores: EventScores) -> dict[str, float]:
    """Shares from 0 to 1, and counts of what went wrong."""
    told = scores.corroboration
    return {
        **mean_figures(scores.bcubed, scores.pairwise),
        "calibration_error": scores.calibration_error,
        "mixed_share": told.mixed / told.events if told.events else 0.0,
        "wrong_joins": len(scores.wrong_joins),
        "wrong_merges": len(scores.wrong_merges),
        "foreign": scores.foreign,
        "welded": len(scores.welded),
        "predicted_events": scores.predicted_events,
    }


def mean_figures(bcubed: Score, pairwise: Score) -> dict[str, float]:
    """BCubed and pairwise scores; the BCubed ones go without prefix."""
    return {
        "precision": bcubed.precision,
        "recall": bcubed.recall,
        "f1": bcubed.f1,
        "pairwise_precision": pairwise.precision,
        "pairwise_recall": pairwise.recall,
        "pairwise_f1": pairwise.f1,
    }


def copy_figures(scores: CopyScores) -> dict[str, float]:
    """Precision and recall, as far as the set has them."""
    known = {"precision": scores.precision, "recall": scores.recall}
    return {name: value for name, value in known.items() if value is not None}


def article_figures(scores: ArticleScores) -> dict[str, float]:
    """Counts of files, and means over them."""
    return {
        "refused": scores.refused,
        "titles_right": scores.titles_right,
        "dates_right": scores.dates_right,
        "header_dates_right": scores.header_dates_right,
        "mean_precision": scores.mean_precision,
        "mean_recall": scores.mean_recall,
        "mean_f1": scores.mean_f1,
        "median_f1": scores.median_f1,
    }


def understanding_figures(counts: Mapping[Measure, Found]) -> dict[str, float]:
    """Precision and recall of each measure that has them, such as `figures_precision` and `credit_places_recall`."""
    figures: dict[str, float] = {}
    for measure, found in counts.items():
        name = measure.replace(" ", "_")
        figures |= {f"{name}_precision": found.score.precision} if found.found else {}
        figures |= {f"{name}_recall": found.score.recall} if found.marked else {}
    return figures


def extract_figures(scores: ExtractScores) -> dict[str, float]:
    """What cards tell, by ROUGE, and how far they repeat themselves."""
    return {"rouge_1": scores.chosen.rouge_1, "rouge_2": scores.chosen.rouge_2, "repeated": scores.repeated}
