"""What is remembered after a restart decides as what was kept, and revisions leave nothing behind that should not be."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from grouping_samples import BANK, NOON, OTHER_QUAKE, QUAKE, article, events_of
from hypothesis import given, settings
from hypothesis import strategies as st
from thoroughness import some

from bot.core.grouping.decision import Change, Evidence, Folded, Joined, Left, Merged, Opened, Revised
from bot.core.grouping.grouper import Grouper, GroupingSettings
from bot.core.model import Article, ArticleId, Event, EventId


def test_a_revision_stays_unless_it_tells_something_else() -> None:
    grouper = Grouper(GroupingSettings(), EventId(1))
    for number, words in enumerate(QUAKE):
        grouper.place(article(number, words, hours=number))
    event = Event(
        id=EventId(1),
        opened_at=NOON,
        updated_at=NOON,
        revision=3,
        articles=tuple(article(number, words, hours=number, event=1) for number, words in enumerate(QUAKE)),
    )
    corrected = article(1, (QUAKE[1][0].replace("12", "14"), QUAKE[1][1].replace("Twelve", "Fourteen")), hours=1, revision=2, event=1)
    grouper.refill(event, frozenset({ArticleId(1)}))
    assert grouper.place(corrected) == [Revised(event_id=EventId(1), article_id=ArticleId(1), revision=2, copy_of=None)]
    reused = article(1, BANK[0], hours=1, revision=3, event=1)
    grouper.refill(event, frozenset({ArticleId(1)}))
    left, opened = grouper.place(reused)
    assert left == Left(event_id=EventId(1), article_id=ArticleId(1))
    assert isinstance(opened, Opened)


def test_a_revision_of_an_event_of_one_keeps_its_number() -> None:
    grouper = Grouper(GroupingSettings(), EventId(1))
    grouper.place(article(1, QUAKE[0]))
    event = Event(id=EventId(1), opened_at=NOON, updated_at=NOON, revision=1, articles=(article(1, QUAKE[0], event=1),))
    grouper.refill(event, frozenset({ArticleId(1)}))
    (change,) = grouper.place(article(1, BANK[0], revision=2, event=1))
    assert change == Revised(event_id=EventId(1), article_id=ArticleId(1), revision=2, copy_of=None)


WORDS = st.lists(
    st.sampled_from(
        [
            "arrano",
            "velmora",
            "quake",
            "governor",
            "Dorn",
            "Tessin",
            "bank",
            "Morravia",
            "crown",
            "rate",
            "Hulme",
            "12",
            "140",
            "7",
            "the",
            "of",
            "said",
            "Pellin",
            "ferry",
        ]
    ),
    min_size=1,
    max_size=60,
)


def decided(steps: Sequence[tuple[Article, list[Change]]]) -> list[Article | Opened | Folded | Merged]:
    """What storage would give back of decisions: articles with the event and the original they were given then, what was set apart, folds, merges."""
    stored: list[Article | Opened | Folded | Merged] = []
    for one, changes in steps:
        for change in changes:
            if isinstance(change, Opened) and change.apart:
                stored.append(change)
            elif isinstance(change, Opened | Joined):
                copy_of = change.copy_of if isinstance(change, Joined) else None
                stored.append(replace(one, event_id=change.event_id, copy_of=copy_of))
            elif isinstance(change, Folded | Merged):
                stored.append(change)
    return stored


@settings(max_examples=some(80))
@given(st.lists(st.tuples(WORDS, WORDS, st.none() | st.integers(0, 400)), min_size=1, max_size=25), st.integers(0, 25))
def test_a_restart_at_any_moment_changes_no_decision(texts: list[tuple[list[str], list[str], int | None]], cut: int) -> None:
    stream = [article(number, (" ".join(title), " ".join(body)), hours=hours) for number, (title, body, hours) in enumerate(texts, 1)]
    kept = Grouper(GroupingSettings(), EventId(1))
    steps = [(one, kept.place(one)) for one in stream]
    opened = [change.event_id for _, changes in steps[:cut] for change in changes if isinstance(change, Opened)]
    again = Grouper(GroupingSettings(), EventId(max(opened, default=0) + 1))
    for step in decided(steps[:cut]):
        again.replay(step)
    assert [again.place(one) for one in stream[cut:]] == [changes for _, changes in steps[cut:]]


def test_a_restart_after_folds_and_merges_changes_no_decision() -> None:
    resent = [(QUAKE[0][0], f"{QUAKE[0][1]} Sent again by desk {number}.") for number in range(3)]
    stream = [
        article(1, resent[0], hours=9),
        article(2, resent[1], hours=3),
        article(3, QUAKE[1], hours=1),
        article(4, resent[2], hours=0),
        article(5, QUAKE[2], hours=2),
        *(article(10 + number, words, hours=50 + number) for number, words in enumerate(OTHER_QUAKE)),
    ]
    for cut in range(len(stream)):
        kept = Grouper(GroupingSettings(), EventId(1))
        steps = [(one, kept.place(one)) for one in stream]
        assert any(isinstance(change, Folded) for _, changes in steps for change in changes)
        again = Grouper(
            GroupingSettings(), EventId(1 + sum(isinstance(change, Opened) for _, changes in steps[:cut] for change in changes))
        )
        for step in decided(steps[:cut]):
            again.replay(step)
        assert [again.place(one) for one in stream[cut:]] == [changes for _, changes in steps[cut:]]


def test_a_round_up_stays_apart_after_a_restart() -> None:
    briefing = article(1, ("Arrano morning briefing", QUAKE[0][1]), hours=0)
    kept = Grouper(GroupingSettings(), EventId(1))
    steps = [(briefing, kept.place(briefing))]
    again = Grouper(GroupingSettings(), EventId(2))
    for step in decided(steps):
        again.replay(step)
    report = article(2, QUAKE[0], hours=1)
    assert kept.place(report) == again.place(report)
    assert events_of(again.place(article(3, QUAKE[1], hours=2))) == {3: 2}


def test_articles_revised_together_never_share_an_event_by_accident() -> None:
    grouper = Grouper(GroupingSettings(), EventId(1))
    for number in (0, 1):
        grouper.place(article(number, QUAKE[number], hours=number))
    stored = tuple(article(number, QUAKE[number], hours=number, event=1) for number in (0, 1))
    grouper.refill(
        Event(id=EventId(1), opened_at=NOON, updated_at=NOON, revision=2, articles=stored), frozenset({ArticleId(0), ArticleId(1)})
    )
    first = grouper.place(article(0, ("Arrano morning briefing", QUAKE[0][1]), hours=0, revision=2, event=1))
    second = grouper.place(article(1, ("Arrano evening briefing", QUAKE[1][1]), hours=1, revision=2, event=1))
    placed = events_of([*first, *second])
    assert placed[0] != placed[1]


def test_a_page_that_is_edited_often_makes_its_words_no_more_common() -> None:
    edited, calm = Grouper(GroupingSettings(), EventId(1)), Grouper(GroupingSettings(), EventId(1))
    for grouper in (edited, calm):
        grouper.place(article(1, QUAKE[0], hours=0))
    for revision in range(2, 200):
        event = Event(id=EventId(1), opened_at=NOON, updated_at=NOON, revision=revision, articles=(article(1, QUAKE[0], event=1),))
        edited.refill(event, frozenset({ArticleId(1)}))
        edited.place(article(1, QUAKE[0], hours=0, revision=revision, event=1))
    (one,), (other,) = (grouper.place(article(2, QUAKE[1], hours=1)) for grouper in (edited, calm))
    assert isinstance(one, Joined)
    assert isinstance(other, Joined)
    assert one.event_id == other.event_id
    # The words of a first text are weighed before they are counted, those of a revision after: no more than that may differ.
    assert one.evidence.score == pytest.approx(other.evidence.score, abs=0.03)


def test_a_merge_of_events_whose_articles_all_wait_is_remembered() -> None:
    grouper = Grouper(GroupingSettings(), EventId(3))
    grouper.replay(Merged(survivor=EventId(1), absorbed=EventId(2), evidence=Evidence(threshold=0.0)))
    (change,) = grouper.place(article(1, QUAKE[0], revision=2, event=2))
    assert isinstance(change, Revised)
    assert change.event_id == 1


def test_copies_of_a_report_that_was_replaced_stand_for_themselves() -> None:
    grouper = Grouper(GroupingSettings(), EventId(1))
    grouper.place(article(1, QUAKE[0], hours=0, outlet="The Arrano Post"))
    copy = article(2, (QUAKE[0][0], f"{QUAKE[0][1]} Read more in our app."), hours=3, outlet="Tessin Mail")
    grouper.place(copy)
    stored = (article(1, QUAKE[0], hours=0, event=1), replace(copy, event_id=EventId(1), copy_of=ArticleId(1)))
    event = Event(id=EventId(1), opened_at=NOON, updated_at=NOON, revision=2, articles=stored)
    grouper.refill(event, frozenset({ArticleId(1), ArticleId(2)}))
    (kept,) = grouper.place(stored[1])
    left, opened = grouper.place(article(1, BANK[0], hours=0, revision=2, event=1))
    assert kept == Revised(event_id=EventId(1), article_id=ArticleId(2), revision=1, copy_of=None)
    assert left == Left(event_id=EventId(1), article_id=ArticleId(1))
    assert isinstance(opened, Opened)
    (again,) = grouper.place(article(3, (QUAKE[0][0], f"{QUAKE[0][1]} All rights reserved."), hours=5))
    assert isinstance(again, Joined)
    assert (again.event_id, again.copy_of) == (1, 2)
