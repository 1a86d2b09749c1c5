"""Errors are listed with the evidence that led to them, and every wrong decision has one cause."""

import pytest
from evaluation_samples import joined, looked, merge, opened, run_of

from bot.evaluation.causes import AHEAD, BELOW, COPY, LOST, MERGE, TOO_EAGER, Cause, cause, causes, veto_counts
from bot.evaluation.errors import fragments, welded, wrong_joins, wrong_merges
from bot.evaluation.events import scores_of
from bot.evaluation.online import FEW_WORDS, OUT_OF_TIME, Run, Step

SERIES = "the same outlet's regular note with other numbers"


@pytest.mark.parametrize(
    ("step", "name"),
    [
        (opened(1, 1), None),
        (joined(2, 1, looked(1, 0.9, right=True), own=1, right=True), None),
        (opened(2, 2, looked(1, 0.4, right=True), own=1), BELOW),
        (opened(2, 2, looked(1, 0.9, right=True, veto=SERIES), own=1), f"veto: {SERIES}"),
        (opened(2, 2, own=1, missing=FEW_WORDS), FEW_WORDS),
        (opened(2, 2, looked(3, 0.2), own=1, missing=OUT_OF_TIME), OUT_OF_TIME),
        (opened(2, 2, own=1, apart="its headline announces several stories"), "set apart: its headline announces several stories"),
        (joined(2, 3, looked(3, 0.9), looked(1, 0.6, right=True), own=1, tells="b"), LOST),
        (joined(2, 3, looked(3, 0.9), tells="b"), TOO_EAGER),
        (joined(2, 3, tells="b", copy_of=1), COPY),
    ],
)
def test_every_wrong_decision_has_one_cause(step: Step, name: str | None) -> None:
    assert cause(step) == name


def sample() -> Run:
    """Event 1 tells a, with b3 joined wrongly; b4 opens 2, a5 misses 1 narrowly and opens 3; b6 goes to 2; 3 is merged into 1, 2 too."""
    return run_of(
        "aabbab",
        [
            opened(1, 1),
            joined(2, 1, looked(1, 0.9, right=True), own=1, right=True),
            joined(3, 1, looked(1, 0.7, hours=5.0), tells="a", rival=1),
            opened(4, 2, looked(1, 0.6, veto=SERIES)),
            opened(5, 3, looked(1, 0.45, right=True, hours=30.0), own=1),
            joined(6, 2, looked(2, 0.8, right=True), own=2, right=True),
        ],
        [merge(1, 3, told=("a", "a"), sizes=(3, 1)), merge(1, 2, told=("a", "b"), sizes=(4, 2))],
    )


ALL = [True] * 6


def test_a_wrong_join_says_what_spoke_for_it() -> None:
    (join,) = wrong_joins(sample(), ALL)
    assert (join.article, join.joined, join.joined_gold, join.score, join.hours) == ("b3", "Headline a1", "a", 0.7, 5.0)
    assert [one.feature for one in join.reasons] == ["words", "nearest", "title"]
    assert (join.rival, join.rival_score, join.own, join.own_score) == ("Headline a1", 0.2, AHEAD, None)


def test_a_join_that_beat_its_own_event_says_by_how_much() -> None:
    step = joined(3, 2, looked(2, 0.9), looked(1, 0.6, right=True), own=1, tells="b")
    vetoed = joined(4, 2, looked(2, 0.8), looked(1, 0.95, right=True, veto=SERIES), own=1, tells="b")
    copied = joined(5, 2, own=1, tells="b", copy_of=2)
    run = run_of("abaaa", [opened(1, 1), opened(2, 2), step, vetoed, copied], copies=[5])
    found = wrong_joins(run, [True] * 5)
    assert [(join.article, join.score) for join in found] == [("a5", None), ("a3", 0.9), ("a4", 0.8)]
    assert [(join.own, join.own_score) for join in found] == [("not compared", None), ("scored less", 0.6), (f"veto: {SERIES}", 0.95)]


def test_a_wrong_merge_names_both_sides() -> None:
    (found,) = wrong_merges(sample(), ALL)
    assert (found.survivor, found.survivor_size, found.absorbed, found.absorbed_size) == ("Headline a1", 4, "Headline b4", 2)
    assert (found.survivor_gold, found.absorbed_gold, found.score, found.threshold) == ("a", "b", 0.6, 0.4)


def test_causes_are_counted_with_what_merges_brought_back() -> None:
    assert causes(sample(), ALL, merged=2) == (
        Cause(name=MERGE, kept_apart=0, brought_back=0, put_together=2),
        Cause(name=BELOW, kept_apart=1, brought_back=1, put_together=0),
        Cause(name=TOO_EAGER, kept_apart=0, brought_back=0, put_together=1),
    )


def test_vetoes_are_counted_where_they_decided() -> None:
    run = run_of(
        "abab",
        [
            opened(1, 1),
            opened(2, 2, looked(1, 0.9, veto=SERIES)),
            opened(3, 3, looked(1, 0.8, right=True, veto=SERIES), own=1),
            opened(4, 4, looked(2, 0.3, right=True, veto=SERIES), own=2),
        ],
    )
    (veto,) = veto_counts(run, [True] * 4)
    assert (veto.name, veto.right, veto.wrong) == (SERIES, 1, 1)


def test_a_fragment_says_why_each_later_part_did_not_join() -> None:
    run = run_of(
        "aaab",
        [
            opened(1, 1),
            opened(2, 2, looked(1, 0.45, right=True, hours=30.0), own=1),
            opened(3, 3, own=1, missing=OUT_OF_TIME),
            opened(4, 4),
        ],
    )
    (fragment,) = fragments(run, [True] * 4)
    assert (fragment.gold, fragment.title) == ("a", "Headline a1")
    assert [(part.articles, part.article, part.cause, part.score, part.hours) for part in fragment.parts] == [
        (1, "a1", AHEAD, None, None),
        (1, "a2", BELOW, 0.45, 30.0),
        (1, "a3", OUT_OF_TIME, None, None),
    ]


def test_gold_events_in_one_event_are_named_together() -> None:
    assert welded(sample(), ALL) == (("a", "b"),)


def test_only_the_counted_articles_are_scored_but_among_all() -> None:
    run = run_of(
        "aaXY",
        [opened(1, 1), joined(2, 1, looked(1, 0.9, right=True), own=1, right=True), joined(3, 1, looked(1, 0.6), tells="a"), opened(4, 4)],
    )
    scores = scores_of("small", run, [True, True, False, False], memberships=True)
    assert (scores.articles, scores.gold_events, scores.predicted_events, scores.foreign) == (2, 1, 1, 1)
    assert scores.bcubed.precision == pytest.approx(2 / 3)
    assert scores.wrong_joins == ()
    assert scores.welded == (("X", "a"),)
    assert (scores.corroboration.events, scores.corroboration.mixed, scores.corroboration.unfounded) == (1, 1, 0)
    assert (scores.reach.articles, scores.reach.found, scores.reach.best) == (1, 1, 1)
    assert [(one.article, one.gold, one.event) for one in scores.memberships] == [("a1", "a", 1), ("a2", "a", 1)]
    assert scores.rate == 8


def test_calibration_leaves_out_what_a_veto_decided() -> None:
    run = run_of("ab", [opened(1, 1), opened(2, 2, looked(1, 0.9, veto=SERIES), looked(3, 0.35, right=True))])
    scores = scores_of("set", run)
    assert [(one.low, one.right) for one in scores.calibration if one.candidates] == [(0.3, 1)]
    assert scores.calibration_error == pytest.approx(0.65)
