"""Streams are laid out as said: within the day, by language, inside others; and trials of them say what changed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from evaluation_samples import DAY, told
from hypothesis import given
from hypothesis import strategies as st

from bot.core.grouping.grouper import GroupingSettings
from bot.evaluation.labelled import Labelled
from bot.evaluation.metrics import bcubed
from bot.evaluation.online import place_in_order
from bot.evaluation.streams import NO_LANGUAGE, by_language, shuffled, within
from bot.evaluation.trials import (
    THRESHOLDS,
    frontier,
    languages,
    mean_frontier,
    mean_shuffles,
    other_mates,
    shuffles,
)

SETTINGS = GroupingSettings()
HOURS = st.lists(st.one_of(st.none(), st.floats(-200, 200)), min_size=1, max_size=20)


def day_of(one: Labelled) -> object:
    stamp = one.article.content.published
    return stamp and stamp.at.date()


def at(one: Labelled) -> object:
    stamp = one.article.content.published
    return stamp and stamp.at


@given(HOURS, st.integers(0, 5))
def test_shuffling_stays_within_the_day_and_keeps_times(hours: list[float | None], number: int) -> None:
    stream = told(*(("quake", 0, hour) for hour in sorted(hours, key=lambda hour: (hour is not None, hour or 0.0))))
    mixed, order = shuffled(stream, number)
    assert [day_of(one) for one in mixed] == [day_of(one) for one in stream]
    assert sorted(order) == list(range(len(stream)))
    assert [at(one) for one in mixed] == [at(stream[place]) for place in order]
    assert [one.article.id for one in mixed] == list(range(1, len(stream) + 1))
    assert (mixed, order) == shuffled(stream, number)


def test_orders_differ_by_their_number() -> None:
    stream = told(*DAY)
    assert len({tuple(shuffled(stream, number)[1]) for number in range(5)}) == 5


def test_each_language_is_a_stream_of_its_own() -> None:
    stream = [*told(("quake", 0, 0.0), ("bank", 0, 1.0)), *told(("quake", 1, 2.0), language="uk"), *told(("quake", 2, 3.0), language="")]
    found = by_language(stream)
    assert {name: [one.key for one in part] for name, part in found.items()} == {
        "en": ["quake-0", "bank-0"],
        NO_LANGUAGE: ["quake-2"],
        "uk": ["quake-1"],
    }
    assert [one.article.id for one in found["uk"]] == [1]


def test_a_small_set_meets_the_others_in_time() -> None:
    small = told(("quake", 0, 0.0), ("quake", 1, 10.0))
    years_ago = told(("bank", 0, -24.0 * 1000), ("bank", 1, -24.0 * 1000 + 5), ("island", 0, -24.0 * 990))
    laid, counted = within(small, [years_ago])
    assert [one.key for one in laid] == ["quake-0", "bank-0", "bank-1", "quake-1", "island-0"]
    assert counted == [True, False, False, True, False]
    assert [one.event for one in laid] == ["quake", "1: bank", "1: bank", "quake", "1: island"]
    assert [one.article.id for one in laid] == [1, 2, 3, 4, 5]
    moved = laid[1].article.content.published
    before = years_ago[0].article.content.published
    assert moved is not None
    assert before is not None
    assert (moved.at - before.at) % timedelta(days=1) == timedelta(0)


@pytest.mark.parametrize("hours", [None, 0.0])
def test_undated_articles_are_spread_among_the_others(hours: float | None) -> None:
    small = told(("quake", 0, hours), ("quake", 1, None if hours is None else 10.0))
    undated = told(("bank", 0, None), ("bank", 1, None), ("island", 0, None), ("island", 1, None))
    laid, counted = within(small, [undated])
    # Without times both are spread evenly; with times the undated arrive between the first and the last of the small set.
    expected = [False, True, False, False, True, False] if hours is None else [True, False, False, False, False, True]
    assert counted == expected
    assert [one.key for one, is_counted in zip(laid, counted, strict=True) if not is_counted] == [one.key for one in undated]
    assert [at(one) for one in laid if one.key.startswith("bank")] == [None, None]


def test_a_date_at_the_end_of_the_calendar_stays_where_it_is() -> None:
    small = told(("quake", 0, 0.0), ("quake", 1, 10.0))
    odd = told(("bank", 0, -24.0 * 700_000), ("bank", 1, 24.0 * 2_900_000), ("island", 0, 24.0 * 2_900_000), ("island", 1, None))
    laid, counted = within(small, [odd])
    assert len(laid) == len(counted) == 6


def test_a_frontier_trades_precision_for_recall() -> None:
    stream = told(*DAY)
    found = frontier("day", stream, replace(SETTINGS, threshold=0.52), lambda: None)
    assert [point.threshold for point in found.points] == sorted([*THRESHOLDS, 0.52])
    run = place_in_order(stream, replace(SETTINGS, threshold=0.3), lambda: None)
    assert found.points[0].bcubed == bcubed(run.gold, run.predicted)
    both = mean_frontier([found, found])
    assert [point.bcubed for point in both.points] == [point.bcubed for point in found.points]
    assert both.points[0].predicted_events == 2 * found.points[0].predicted_events


def test_items_change_mates_when_their_cluster_changes() -> None:
    assert other_mates("aabbc", "xxyyz") == 0
    # The last joins the second cluster: its old members have another mate, too.
    assert other_mates("aabbc", "xxyyy") == 3


def test_shuffles_compare_with_the_order_of_the_file() -> None:
    steps: list[None] = []
    found = shuffles("day", told(*DAY), 2, SETTINGS, lambda: steps.append(None))
    assert len(steps) == 3 * len(DAY)
    assert found.is_dated
    assert found.in_order == 1
    assert found.change == max(abs(one - found.in_order) for one in found.shuffled)
    undated = shuffles("bag", told(("quake", 0, None), ("bank", 0, None)), 1, SETTINGS, lambda: None)
    assert not undated.is_dated
    worse = replace(found, in_order=0.5, shuffled=(0.6, 0.5), moved=(1, 0), agreement=(1.0, 1.0))
    mean = mean_shuffles([replace(found, in_order=1.0, shuffled=(0.9, 0.8), moved=(2, 3), agreement=(0.5, 0.5)), worse])
    assert (mean.in_order, mean.moved, mean.agreement) == (0.75, (3, 3), (0.75, 0.75))
    # Each set changes by 0.1 to 0.2, but the mean only by what does not cancel out.
    assert mean.shuffled == pytest.approx((0.75, 0.65))
    assert mean.change == pytest.approx(0.1)


def test_languages_are_scored_mixed_and_apart() -> None:
    stream = [*told(*DAY), *told(("quake", 0, 8.0), language="uk")]
    found = languages("set", stream, SETTINGS, lambda: None)
    assert (found.mixed.articles, [one.name for one in found.single], [one.articles for one in found.single]) == (8, ["en", "uk"], [7, 1])
    # Neither has enough articles for the mean.
    assert found.mean_bcubed.f1 == 0
