"""Grouping with an encoder: reports in two languages are one event, and a replay and a restart decide the same."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from meaning_samples import BACKGROUND, Encoder, backwards, headline
from remembered import Remembered
from thoroughness import some

from bot.core.grouping.decision import Change, Joined, Merged, Opened
from bot.core.grouping.grouper import Grouper, GroupingSettings
from bot.core.model import Article, ArticleId, Event, EventId

QUAKE = "Strong earthquake shakes Velmora cathedral"
AFTER = "Velmora cathedral lost in strong earthquake"
FERRY = "Pellin ferry sinks off Quillon island"


def reading(live_events: int = 1000) -> GroupingSettings:
    return GroupingSettings(live_events=live_events, embed=Encoder())


def told(number: int, title: str, *, second: bool, hours: float = 0) -> Article:
    """A headline in the first language, or the same in the second."""
    return headline(number, backwards(title) if second else title, "ne" if second else "en", hours=hours)


def background() -> list[Article]:
    """As many happenings as headlines, in both languages; each opens an event of its own."""
    return [told(number, title, second=number % 2 == 0, hours=-300) for number, title in enumerate(BACKGROUND, 1)]


def warmed() -> tuple[Grouper, int]:
    """A grouper that knows what is usual, and the number of the next article and event."""
    grouper = Grouper(reading(), EventId(1))
    for article in background():
        grouper.place(article)
    return grouper, len(BACKGROUND) + 1


def test_reports_of_two_languages_become_one_event() -> None:
    grouper, first = warmed()
    grouper.place(told(first, QUAKE, second=False))
    opened, merged = grouper.place(told(first + 1, QUAKE, second=True, hours=1))
    assert isinstance(opened, Opened)
    assert isinstance(merged, Merged)
    assert (merged.survivor, merged.absorbed) == (first, opened.event_id)
    assert merged.evidence.contributions[0].feature == "meaning alike"
    for number, second in ((2, True), (3, False)):
        (joined,) = grouper.place(told(first + number, AFTER, second=second, hours=number))
        assert isinstance(joined, Joined)
        assert joined.event_id == first
    (other,) = grouper.place(told(first + 4, FERRY, second=True, hours=2))
    assert isinstance(other, Opened)


def test_a_corrected_headline_is_compared_by_what_it_says_now() -> None:
    grouper, first = warmed()
    articles = [told(first, QUAKE, second=False), told(first + 1, QUAKE, second=True, hours=1)]
    for article in articles:
        grouper.place(article)
    stored = tuple(replace(article, event_id=EventId(first)) for article in articles)
    at = articles[0].received_at
    event = Event(id=EventId(first), opened_at=at, updated_at=at, revision=3, articles=stored)
    grouper.refill(event, frozenset({ArticleId(first + 1)}))
    *_, merged = grouper.place(replace(stored[1], content=replace(stored[1].content, title=backwards(AFTER)), revision=2))
    assert isinstance(merged, Merged)
    grouper.refill(event, frozenset({ArticleId(first + 1)}))
    *_, left = grouper.place(replace(stored[1], content=replace(stored[1].content, title=backwards(FERRY)), revision=3))
    assert isinstance(left, Opened)


TITLES = st.lists(
    st.tuples(st.sampled_from([QUAKE, AFTER, FERRY, "Strong storm sinks Pellin ferry", *BACKGROUND[:4]]), st.booleans()),
    min_size=1,
    max_size=14,
)


def decisions(changes: Sequence[Change], article: Article) -> list[Article | Merged]:
    """What storage gives back of what was decided about one article."""
    steps: list[Article | Merged] = []
    for change in changes:
        if isinstance(change, Opened | Joined):
            copy_of = change.copy_of if isinstance(change, Joined) else None
            steps.append(replace(article, event_id=change.event_id, copy_of=copy_of))
        elif isinstance(change, Merged):
            steps.append(change)
    return steps


@given(stream=TITLES, cut=st.integers(0, 14))
@settings(max_examples=some(15))
def test_a_replay_decides_as_what_was_kept(stream: Sequence[tuple[str, bool]], cut: int) -> None:
    before = background()
    after = [told(number, title, second=second, hours=number) for number, (title, second) in enumerate(stream, len(before) + 1)]
    kept = Grouper(reading(), EventId(1))
    steps = [step for article in [*before, *after[:cut]] for step in decisions(kept.place(article), article)]
    used = [step.event_id for step in steps if isinstance(step, Article) and step.event_id is not None]
    again = Grouper(reading(), EventId(max(used) + 1))
    for step in steps:
        again.replay(step)
    for article in after[cut:]:
        assert again.place(article) == kept.place(article)


def mixed() -> list[Article]:
    """The background, then five happenings told again and again in both languages."""
    again = (QUAKE, AFTER, FERRY, "Strong storm sinks Pellin ferry", "Judges await verdict in Quillon")
    numbers = range(len(BACKGROUND) + 1, len(BACKGROUND) + 41)
    return background() + [told(number, again[number * 7 % 5], second=number % 3 == 0, hours=number - 320) for number in numbers]


@pytest.mark.parametrize("live_events", [30, 1000])
def test_a_restart_after_any_batch_changes_no_decision(live_events: int) -> None:
    articles = mixed()
    kept, restarted = (Remembered(reading(live_events)) for _ in range(2))
    restarted.settings = kept.settings
    grouper = kept.restored()
    merged = 0
    for start in range(0, len(articles), 9):
        changes = kept.place(grouper, articles[start : start + 9])
        assert restarted.place(restarted.restored(), articles[start : start + 9]) == changes
        merged += sum(isinstance(change, Merged) and change.evidence.contributions[0].feature == "meaning alike" for change in changes)
    assert merged >= 2
    assert kept == restarted


def test_memory_is_of_use_with_and_without_an_encoder() -> None:
    articles = mixed()
    remembered = Remembered(reading())
    for start, chosen in ((0, reading()), (330, GroupingSettings()), (340, reading())):
        remembered.settings = chosen
        remembered.place(remembered.restored(), articles[start : start + 10 if start else 330])
    assert len(remembered.places) == 350
