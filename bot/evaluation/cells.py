"""Cells of the tables in reports: texts, and shares in percent."""

from typing import Final

from bot.core.message import Text
from bot.evaluation.metrics import Score

ABSENT: Final = "–"


def cells(*texts: str) -> tuple[tuple[Text, ...], ...]:
    """Make one row of plain cells."""
    return tuple((Text(text),) for text in texts)


def percent(share: float) -> str:
    """Write a share from 0 to 1 in percent, with one digit after the point."""
    return f"{100 * share:.1f}"


def percents(score: Score) -> tuple[str, str, str]:
    """Write precision, recall and F1 in percent."""
    return percent(score.precision), percent(score.recall), percent(score.f1)
