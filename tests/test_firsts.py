"""Who was first is said as surely as the times allow, and how far behind the others came."""

from collections.abc import Sequence

import pytest
from invented import article, day, event, minute

from bot.core.event import overview
from bot.core.understanding.firsts import firsts
from bot.core.understanding.firsts_wording import first_phrase, lag_phrase


def check(reports: Sequence[tuple[str, str]], said: str, *behind: str | None) -> None:
    """Hold the sentence about the first, and the lag of each outlet in order of time, against what is expected."""
    articles = [
        article(number, f"Bridge falls {number}", "", outlet=outlet, published=None if not at else minute(at) if "T" in at else day(at))
        for number, (outlet, at) in enumerate(reports, 1)
    ]
    found = firsts(overview(event(articles)))
    assert first_phrase(found) == said
    assert tuple(lag_phrase(lag) for lag in found.lags) == behind


@pytest.mark.parametrize(
    ("reports", "said", "behind"),
    [
        ([("A", "2026-03-02T08:00"), ("B", "2026-03-02T08:40"), ("C", "2026-03-02T11:05")], "First: A.", [None, "+40 min", "+3 h 5 min"]),
        ([("A", "2026-03-02T08:00"), ("A", "2026-03-02T09:00"), ("B", "2026-03-05T09:00")], "First: A.", [None, "+3 days"]),
        ([("A", "2026-03-02"), ("B", "2026-03-03T06:00")],
         "Probably first: A; some times are known to the day only, or not at all.", [None, "+1 day"]),
        ([("A", "2026-03-02"), ("B", "2026-03-02")], "Who was first, the times do not tell.", [None, None]),
        ([("A", "2026-03-02T08:00"), ("A", "2026-03-02T09:00")], "Only A reports it.", [None]),
        ([("A", "2026-03-02T08:00"), ("B", "2026-03-02T08:00")], "Who was first, the times do not tell.", [None, None]),
    ],
)  # fmt: skip
def test_the_first_and_the_others(reports: list[tuple[str, str]], said: str, behind: list[str | None]) -> None:
    check(reports, said, *behind)
