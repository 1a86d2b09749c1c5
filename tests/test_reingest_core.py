"""Two groupings compared: whatever they are, the steps lead from one to the other, ids stay where most reports stay, and nothing is lost."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st
from invented import article, event

from bot.core.grouping.decision import Merged, Moved, Parted, ReingestId, Revised
from bot.core.grouping.regrouping import outcome, still_due
from bot.core.grouping.reingest import Grouped, Standing, Step, compare
from bot.core.model import ArticleId, Event, EventId


def grouping(*groups: Mapping[int, int | None]) -> Grouped:
    """Events in the order of their numbers, each with its articles and what they copy."""
    return {
        ArticleId(number): Standing(event_id=EventId(place), revision=1, copy_of=None if copied is None else ArticleId(copied))
        for place, group in enumerate(groups, 1)
        for number, copied in group.items()
    }


def plain(*groups: str) -> Grouped:
    return grouping(*({int(number): None for number in group.split()} for group in groups))


def living(now: Grouped) -> list[Event]:
    found: dict[int, list[int]] = {}
    for number, standing in now.items():
        found.setdefault(standing.event_id, []).append(number)
    return [
        event([article(number, copy_of=now[ArticleId(number)].copy_of) for number in sorted(ids)], id_)
        for id_, ids in sorted(found.items())
    ]


def carried_out(now: Grouped, steps: tuple[Step, ...]) -> dict[int, int]:
    """Take all steps as storage would; gives the event of each article."""
    events = {each.id: each for each in living(now)}
    home = {number: int(standing.event_id) for number, standing in now.items()}
    following = max(home.values(), default=0) + 1
    for step in steps:
        there = [events[event_id] for event_id in step.events]
        made = outcome(step, still_due(step, there, ()), there, EventId(following), ReingestId(1))
        for change in (*made.partings, *made.unions):
            match change:
                case Parted():
                    assert change.event_id not in home.values()
                    following = max(following, change.event_id + 1)
                case Moved():
                    assert home[change.article_id] == change.source, "it leaves the event in which it is"
                    home[change.article_id] = change.event_id
                case Merged():
                    home = {number: change.survivor if place == change.absorbed else place for number, place in home.items()}
                case Revised():
                    assert home[change.article_id] == change.event_id
                case _:
                    raise AssertionError(change)
        placed = {each.id: there.id for there in made.events for each in there.articles}
        assert all(home[number] == place for number, place in placed.items()), "memory has what the tables have"
    return {int(number): place for number, place in home.items()}


def shapes(home: Mapping[int, int]) -> set[frozenset[int]]:
    return {frozenset(number for number in home if home[number] == place) for place in home.values()}


def test_the_same_grouping_is_no_step() -> None:
    assert compare(plain("1 2", "3"), plain("1 2", "3")) == ()


def test_most_reports_keep_the_number_and_of_equals_the_older() -> None:
    (step,) = compare(plain("1 2 3"), plain("1", "2 3"))
    assert [(move.article_id, move.target) for move in step.moves] == [(1, -1)]
    (step,) = compare(plain("1 2"), plain("1", "2"))
    assert [(move.article_id, move.target) for move in step.moves] == [(2, -1)]
    (step,) = compare(plain("1", "2"), plain("1 2"))
    assert step.absorbed == ((2, 1),)
    (step,) = compare(grouping({1: None, 2: 1, 3: 1, 4: None, 5: None}), plain("1 2 3", "4 5"))
    assert {move.article_id for move in step.moves if move.target != move.source} == {1, 2, 3}, "reports count, copies do not"


def test_counts_say_what_happens_to_events() -> None:
    (step,) = compare(plain("1 2 3", "4", "5 6"), plain("1 2 4", "3 5 6"))
    assert step.counts == (1, 1, 1)


NUMBERS = range(1, 13)
GROUPINGS = st.lists(st.integers(1, 5), min_size=12, max_size=12)


@given(GROUPINGS, GROUPINGS)
def test_the_steps_lead_from_any_grouping_to_any_other(before: list[int], after: list[int]) -> None:
    now, then = (
        {ArticleId(number): Standing(event_id=EventId(place), revision=1) for number, place in zip(NUMBERS, places, strict=True)}
        for places in (before, after)
    )
    steps = compare(now, then)
    home = carried_out(now, steps)
    assert shapes(home) == shapes(dict(zip(NUMBERS, after, strict=True)))
    alone = {place for place in before if len({after[at] for at, other in enumerate(before) if other == place}) == 1}
    whole = {place for place in alone if after.count(after[before.index(place)]) == before.count(place)}
    assert whole <= set(home.values()), "an event that stays as it is keeps its number"
    assert compare({ArticleId(number): Standing(event_id=EventId(place), revision=1) for number, place in home.items()}, then) == ()
