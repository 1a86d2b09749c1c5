"""Grouping is measured right: known scores, the laws of BCubed, and reports that name what went wrong."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import UsageError
from bot.core.grouping.grouper import GroupingSettings
from bot.core.message import Table, Text
from bot.evaluation.events import scores_of
from bot.evaluation.labelled import load
from bot.evaluation.metrics import bcubed, pairwise
from bot.evaluation.online import place_in_order
from bot.evaluation.report import event_report

LABELS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=40)


def check(gold: str, predicted: str, *, b3: tuple[float, float], pairs: tuple[float, float]) -> None:
    """Compare both scores; each character is the label of one item."""
    found = bcubed(list(gold), list(predicted)), pairwise(list(gold), list(predicted))
    for score, (precision, recall) in zip(found, (b3, pairs), strict=True):
        assert score.precision == pytest.approx(precision)
        assert score.recall == pytest.approx(recall)
        assert score.f1 == pytest.approx(2 * precision * recall / (precision + recall) if precision + recall else 0)


def test_worked_examples() -> None:
    check("aabb", "xxyy", b3=(1, 1), pairs=(1, 1))
    check("aabb", "xxxx", b3=(0.5, 1), pairs=(1 / 3, 1))
    check("aabb", "wxyz", b3=(1, 0.5), pairs=(1, 0))
    check("aaab", "xxyy", b3=(0.75, 2 / 3), pairs=(0.5, 1 / 3))


@given(LABELS)
def test_precision_and_recall_swap_with_their_roles(labels: Sequence[tuple[int, int]]) -> None:
    gold, predicted = [one for one, _ in labels], [two for _, two in labels]
    there, back = bcubed(gold, predicted), bcubed(predicted, gold)
    assert there.precision == pytest.approx(back.recall)
    assert there.recall == pytest.approx(back.precision)


@given(LABELS)
def test_names_of_events_do_not_count_and_truth_is_perfect(labels: Sequence[tuple[int, int]]) -> None:
    gold = [one for one, _ in labels]
    score = bcubed(gold, [f"event {label}" for label in gold])
    assert score.precision == pytest.approx(1)
    assert score.recall == pytest.approx(1)
    assert bcubed(gold, list(range(len(gold)))).precision == pytest.approx(1)
    assert bcubed(gold, [0] * len(gold)).recall == pytest.approx(1)


ROWS = [
    {
        "id": "late",
        "event": "ferry",
        "date": "2026-03-04T08:00:00",
        "title": "Ferry pulled free off Quillon",
        "text": "Tugs pulled the ferry free off Quillon, where it had run aground in fog with 212 passengers, the coast guard of Pellin said.",
    },
    {
        "id": "early",
        "event": "ferry",
        "date": "2026-03-03T08:00:00",
        "title": "Ferry runs aground off Quillon",
        "text": "A ferry with 212 passengers ran aground off Quillon in fog, the coast guard of Pellin said. Tugs are on their way.",
        "source": "Pellin Mail",
    },
    {"id": "bank", "event": "rates", "date": "2026-03-03T09:00:00+01:00", "title": "Central bank of Morravia raises rates", "text": ""},
]


def write(path: Path, lines: Sequence[str]) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_set_is_read_in_its_order_of_arrival(tmp_path: Path) -> None:
    stream = load(write(tmp_path / "set.jsonl", [json.dumps(row) for row in ROWS]))
    assert [one.key for one in stream] == ["early", "bank", "late"]
    assert stream[0].article.content.outlet == "Pellin Mail"
    assert stream[1].article.content.published is not None
    assert stream[1].article.content.published.at.hour == 8


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"title": "no event"}', '{"event": "e"}', '{"event": "e", "title": "t", "date": "soon"}', "3"]
)
def test_a_line_that_is_no_labelled_article_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(UsageError, match=r"set\.jsonl, line 2"):
        load(write(tmp_path / "set.jsonl", [json.dumps(ROWS[0]), line]))


def test_the_report_counts_events_and_names_errors(tmp_path: Path) -> None:
    rows = [*ROWS, {**ROWS[0], "id": "mislabelled", "event": "elsewhere", "date": "2026-03-05T08:00:00"}]
    stream = load(write(tmp_path / "set.jsonl", [json.dumps(row) for row in rows]))
    steps: list[None] = []
    scores = scores_of("set", place_in_order(stream, GroupingSettings(), lambda: steps.append(None)))
    assert len(steps) == scores.articles == 4
    assert (scores.gold_events, scores.predicted_events) == (3, 2)
    assert [join.article for join in scores.wrong_joins] == ["mislabelled"]
    assert sum(bin_.candidates for bin_ in scores.calibration) >= 1
    message = event_report([scores, scores])
    table = next(block for block in message.blocks if isinstance(block, Table))
    assert [cell[0].text for row in table.rows for cell in row[:1] if isinstance(cell[0], Text)] == ["set", "set", "mean"]


def test_fragments_are_named(tmp_path: Path) -> None:
    rows = [{**row, "event": "one"} for row in ROWS]
    stream = load(write(tmp_path / "set.jsonl", [json.dumps(row) for row in rows]))
    scores = scores_of("set", place_in_order(stream, GroupingSettings(), lambda: None))
    (fragment,) = scores.fragments
    assert fragment.gold == "one"
    assert [part.articles for part in fragment.parts] == [2, 1]
    assert scores.pairwise.precision == 1
