"""Figures about grouping are what one gets by hand, and the same on every machine."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.metrics import (
    averaged,
    bcubed,
    bcubed_items,
    calibration,
    calibration_error,
    corroboration,
    draws,
    interval,
    mean,
    pairwise,
    score,
)

LABELS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=40)


def test_each_item_gets_the_shares_of_its_own_clusters() -> None:
    assert bcubed_items("aaab", "xxyy") == [(1, 2 / 3), (1, 2 / 3), (0.5, 1 / 3), (0.5, 1)]


def test_some_items_can_be_scored_among_all() -> None:
    gold, predicted = "aabb", "xxxy"
    items = bcubed_items(gold, predicted)
    assert averaged(items[:2]) == score(2 / 3, 1)
    # Pairs with an a in them: told a-a, a-b, a-b; true a-a.
    found = pairwise(gold, predicted, [True, True, False, False])
    assert found.precision == pytest.approx(1 / 3)
    assert found.recall == 1


@given(LABELS)
def test_counting_everything_is_counting_nothing_apart(labels: Sequence[tuple[int, int]]) -> None:
    gold, predicted = [one for one, _ in labels], [two for _, two in labels]
    assert pairwise(gold, predicted, [True] * len(gold)) == pairwise(gold, predicted)
    assert pairwise(gold, predicted, [False] * len(gold)) == score(1, 1)


def test_no_items_score_nothing() -> None:
    assert bcubed([], []) == score(0, 0)
    assert (interval([], []).low, interval([], []).high) == (0, 0)


def test_means_are_taken_figure_by_figure() -> None:
    assert mean([score(1, 1), score(0, 0)]) == score(0.5, 0.5)
    assert mean([score(1, 0), score(0, 1)]).f1 == 0


@given(LABELS)
def test_an_interval_is_ordered_and_of_shares(labels: Sequence[tuple[int, int]]) -> None:
    gold, predicted = [one for one, _ in labels], [two for _, two in labels]
    found = interval(gold, bcubed_items(gold, predicted))
    assert 0 <= found.low <= found.high <= 1
    assert found == interval(gold, bcubed_items(gold, predicted))


def test_an_interval_is_as_wide_as_the_events_differ() -> None:
    same = interval("aabbcc", bcubed_items("aabbcc", "112233"))
    assert (same.low, same.high) == (1, 1)
    gold = [event for event in range(40) for _ in range(2)]
    # Every second event is split in two: its articles have a recall of a half, the others of one.
    predicted = [(event, place if event % 2 else 0) for event in range(40) for place in range(2)]
    items = bcubed_items(gold, predicted)
    found, point = interval(gold, items), averaged(items).f1
    assert point == pytest.approx(2 * 0.75 / 1.75)
    assert found.low < point < found.high
    # Recall of 40 events is a mean of halves and ones: two standard errors are 2 x 0.25 / sqrt(40) = 0.08, in F1 about 0.05.
    assert found.high - found.low == pytest.approx(0.1, abs=0.03)


def test_lots_are_the_same_on_every_machine() -> None:
    assert draws("interval 0", 3) == (635064323, 2977554129, 3523901699)
    assert draws("interval 0", 0) == ()


def test_calibration_counts_by_range_and_the_error_is_weighted() -> None:
    bins = calibration([(0.05, False), (0.85, True), (0.85, True), (0.85, False), (1.0, True)])
    assert [(one.low, one.candidates) for one in bins if one.candidates] == [(0.0, 1), (0.8, 3), (0.9, 1)]
    assert bins[8].right == pytest.approx(2 / 3)
    assert calibration_error(bins) == pytest.approx((0.05 + 3 * (0.85 - 2 / 3)) / 5)
    assert calibration_error(calibration([])) == 0


def test_corroboration_finds_events_whose_reports_do_not_tell_the_same() -> None:
    # x: a a b, y: b c, z: c alone, w: d d.
    found = corroboration("aabbccdd", "xxxyyzww", [True] * 8)
    assert (found.events, found.mixed, found.unfounded) == (3, 2, 1)
    only_d = corroboration("aabbccdd", "xxxyyzww", [label == "d" for label in "aabbccdd"])
    assert (only_d.events, only_d.mixed) == (1, 0)
