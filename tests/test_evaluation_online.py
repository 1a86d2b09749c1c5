"""A stream is placed as an installation would place it, and each decision is judged by what came before it."""

from dataclasses import replace

import pytest
from evaluation_samples import DAY, told

from bot.core.grouping.decision import Evidence, Joined, Merged, Opened
from bot.core.grouping.features import FEATURES
from bot.core.grouping.grouper import Grouper, GroupingSettings
from bot.core.grouping.logistic import LogisticModel
from bot.core.model import EventId
from bot.evaluation.causes import BELOW, cause
from bot.evaluation.online import NOT_LIVE, OUT_OF_TIME, Book, place_in_order

SETTINGS = GroupingSettings()


def test_being_watched_changes_no_decision() -> None:
    stream = told(*DAY)
    grouper = Grouper(SETTINGS, EventId(1))
    plain = [change for one in stream for change in grouper.place(one.article) if isinstance(change, Opened | Joined)]
    assert [step.change for step in place_in_order(stream, SETTINGS, lambda: None).steps] == plain


def test_a_stream_is_placed_in_one_pass_and_each_step_is_judged() -> None:
    steps: list[None] = []
    run = place_in_order(told(*DAY), SETTINGS, lambda: steps.append(None))
    assert len(steps) == len(run.steps) == len(run.predicted) == len(DAY)
    assert run.rate > 0
    assert all(step.is_right for step in run.steps)
    first, later = run.steps[0], run.steps[2]
    assert (first.own, first.considered) == (None, ())
    assert later.own == first.change.event_id
    assert any(one.event_id == later.own and one.is_right and one.hours == 2.0 for one in later.considered)


def test_what_would_have_been_joined_is_known_where_nothing_was() -> None:
    run = place_in_order(told(("quake", 0, 0.0), ("bank", 0, 0.5), ("quake", 1, 1.0)), replace(SETTINGS, threshold=0.9999), lambda: None)
    assert cause(run.steps[2]) == BELOW


def test_an_event_out_of_time_is_told_from_one_that_is_not_near_in_words() -> None:
    run = place_in_order(told(("quake", 0, 0.0), ("quake", 1, 24.0 * 40)), SETTINGS, lambda: None)
    assert run.steps[1].missing == OUT_OF_TIME


def test_an_event_set_apart_takes_no_articles() -> None:
    first, second = told(("quake", 0, 0.0), ("quake", 1, 1.0))
    content = replace(first.article.content, title="Morning briefing: earthquake in Arrano, rates in Morravia")
    first = replace(first, article=replace(first.article, content=content))
    run = place_in_order([first, second], SETTINGS, lambda: None)
    assert run.steps[1].missing == NOT_LIVE


def test_a_copy_is_no_report_whichever_came_first() -> None:
    copied, original = told(("quake", 0, 5.0), ("quake", 0, 0.0))
    run = place_in_order([copied, original], SETTINGS, lambda: None)
    assert run.is_report == (False, True)
    assert len(set(run.predicted)) == 1


def test_a_merge_is_judged_by_what_both_sides_told() -> None:
    # A model that looks at the hours alone: only reports of the same hour join, and the second look has to bring the rest together.
    slopes = tuple((name, -5.0 if name == "hours apart" else 0.0) for name in FEATURES)
    settings = GroupingSettings(threshold=0.5, model=LogisticModel(intercept=2.0, slopes=slopes))
    run = place_in_order(told(("quake", 0, 0.0), ("bank", 0, 2.0), ("quake", 1, 4.0), ("quake", 2, 4.1)), settings, lambda: None)
    (merge,) = run.merges
    assert (merge.survivor_gold, merge.absorbed_gold, merge.sizes, merge.is_right) == ("quake", "quake", (2, 1), True)
    assert len(set(run.predicted)) == 2
    assert run.predicted[0] == run.predicted[2] == merge.change.survivor


@pytest.mark.parametrize("sizes", [(2, 1), (1, 2)])
def test_the_book_follows_merges(sizes: tuple[int, int]) -> None:
    book = Book()
    for event, (gold, count) in enumerate(zip("ab", sizes, strict=True), 1):
        for _ in range(count):
            book.add(EventId(event), gold)
    step = book.merge(Merged(survivor=EventId(1), absorbed=EventId(2), evidence=Evidence(threshold=0.5)))
    assert (step.survivor_gold, step.absorbed_gold, step.sizes, step.is_right) == ("a", "b", sizes, False)
    winner, loser = ("a", "b") if sizes == (2, 1) else ("b", "a")
    assert book.majority(EventId(1)) == winner
    assert book.own(winner) == EventId(1)
    # Where an event is mostly about something else, nothing of one's own is there to be joined.
    assert book.own(loser) is None


def test_of_two_parts_an_article_belongs_into_the_larger() -> None:
    book = Book()
    for event in (1, 2, 2):
        book.add(EventId(event), "a")
    assert book.own("a") == EventId(2)
    book.add(EventId(1), "a")
    assert book.own("a") == EventId(1)
    assert book.own("b") is None
