"""What admins decided about pairs of articles, and how grouping honours it whatever a score says."""

from dataclasses import replace

import pytest
from grouping_samples import BANK, NOON, OTHER_QUAKE, QUAKE, article, events_of
from hypothesis import given
from hypothesis import strategies as st

from bot.core.grouping.constraints import KEPT_APART, KEPT_TOGETHER, Bond, Bonds, Constraint, Constraints, CorrectionId
from bot.core.grouping.correction import parting, with_copies
from bot.core.grouping.decision import Joined, Merged, Opened, Revised
from bot.core.grouping.grouper import Grouper, GroupingSettings
from bot.core.model import Article, ArticleId, Event, EventId


def constraint(correction: int, bond: Bond, one: int, other: int) -> Constraint:
    return Constraint(correction=CorrectionId(correction), bond=bond, one=ArticleId(one), other=ArticleId(other))


def together(*pairs: tuple[int, int]) -> list[Constraint]:
    return [constraint(number, Bond.TOGETHER, *pair) for number, pair in enumerate(pairs, 1)]


def apart(*pairs: tuple[int, int]) -> list[Constraint]:
    return [constraint(100 + number, Bond.APART, *pair) for number, pair in enumerate(pairs, 1)]


def bonds(constraints: list[Constraint], places: dict[int, int]) -> Bonds:
    return Bonds(Constraints(constraints), {ArticleId(number): EventId(event) for number, event in places.items()})


def test_being_together_passes_on_and_takes_what_is_apart_with_it() -> None:
    held = Constraints([*together((1, 2), (2, 3)), *apart((3, 9))])
    assert held.together(ArticleId(1)) == {2, 3}
    assert held.apart(ArticleId(1)) == held.apart(ArticleId(3)) == {9}
    assert held.apart(ArticleId(9)) == {1, 2, 3}
    assert (held.together(ArticleId(9)), held.apart(ArticleId(7))) == (frozenset(), frozenset())
    assert not Constraints()


@pytest.mark.parametrize(
    ("bond", "pair", "against"),
    [
        (Bond.TOGETHER, (1, 9), 101),  # 1 is with 3, and 3 is apart from 9
        (Bond.TOGETHER, (1, 3), None),
        (Bond.TOGETHER, (1, 8), None),
        (Bond.APART, (1, 3), 2),  # the newest link on the way
        (Bond.APART, (1, 8), None),
        (Bond.APART, (3, 9), None),
    ],
)
def test_a_contradiction_names_the_correction_that_stands_against_it(bond: Bond, pair: tuple[int, int], against: int | None) -> None:
    held = Constraints([*together((1, 2), (2, 3)), *apart((3, 9))])
    found = held.contradiction(bond, [(ArticleId(pair[0]), ArticleId(pair[1]))])
    assert (found and found.correction) == against


PAIRS = st.lists(st.tuples(st.booleans(), st.integers(1, 7), st.integers(1, 7)).filter(lambda each: each[1] != each[2]), max_size=14)


@given(PAIRS)
def test_what_was_let_in_one_by_one_can_be_obeyed(asked: list[tuple[bool, int, int]]) -> None:
    """Against a model: the smallest assignment of articles to events that obeys what contradicts nothing."""
    accepted: list[Constraint] = []
    for number, (is_link, one, other) in enumerate(asked, 1):
        bond = Bond.TOGETHER if is_link else Bond.APART
        held = Constraints(accepted)
        against = held.contradiction(bond, [(ArticleId(one), ArticleId(other))])
        linked = ArticleId(other) in held.together(ArticleId(one))
        parted = ArticleId(other) in held.apart(ArticleId(one))
        assert (against is not None) == (parted if is_link else linked)
        if against is None:
            accepted.append(constraint(number, bond, one, other))
    event = {number: number for number in range(1, 8)}
    for each in accepted:
        if each.bond is Bond.TOGETHER:
            event = {number: event[each.one] if place == event[each.other] else place for number, place in event.items()}
    assert all((event[each.one] == event[each.other]) == (each.bond is Bond.TOGETHER) for each in accepted)


def placed(grouper: Grouper, *stream: Article) -> dict[int, int]:
    events: dict[int, int] = {}
    for one in stream:
        for change in grouper.place(one):
            events.update(events_of([change]))
            if isinstance(change, Merged):
                events = {number: change.survivor if event == change.absorbed else event for number, event in events.items()}
    return events


def quake(number: int, *, revision: int = 1, event: int | None = None) -> Article:
    return article(number, QUAKE[number], hours=number, revision=revision, event=event)


def revise(grouper: Grouper, event: int, members: tuple[Article, ...], again: Article) -> list[object]:
    """Let an article of an event be decided again."""
    stored = Event(id=EventId(event), opened_at=NOON, updated_at=NOON, revision=1, articles=members)
    grouper.refill(stored, frozenset({again.id}))
    return list(grouper.place(again))


def test_an_article_that_was_parted_does_not_come_back_when_it_is_revised() -> None:
    grouper = Grouper(GroupingSettings(), EventId(1))
    members = (quake(0, event=1), quake(1, event=1))
    assert placed(grouper, quake(0), quake(1)) == {0: 1, 1: 1}
    grouper.bind(bonds(apart((0, 1)), {0: 1, 1: 1}))
    _, opened = revise(grouper, 1, members, quake(1, revision=2, event=1))
    assert isinstance(opened, Opened)
    assert opened.evidence.veto == KEPT_APART
    assert opened.evidence.score is not None
    assert opened.evidence.score > opened.evidence.threshold
    # Others may join either, but nothing makes the two one.
    assert placed(grouper, quake(2))[2] in (1, opened.event_id)
    assert not [
        change for hours in range(3, 9) for change in grouper.place(article(hours, LATER, hours=hours)) if isinstance(change, Merged)
    ]


def test_a_copy_of_what_it_was_parted_from_is_a_report_of_its_own() -> None:
    grouper = Grouper(GroupingSettings(), EventId(1))
    first, copy = article(1, QUAKE[0], hours=0), article(2, QUAKE[0], hours=1)
    joined = [*grouper.place(first), *grouper.place(copy)][-1]
    assert isinstance(joined, Joined)
    assert joined.copy_of == 1
    grouper.bind(bonds(apart((1, 2)), {1: 1, 2: 1}))
    members = (replace(first, event_id=EventId(1)), replace(copy, event_id=EventId(1), copy_of=ArticleId(1)))
    _, opened = revise(grouper, 1, members, replace(copy, revision=2, event_id=EventId(1)))
    assert isinstance(opened, Opened)


def test_an_article_follows_those_it_belongs_with_whatever_it_says() -> None:
    grouper = Grouper(GroupingSettings(), EventId(1))
    grouper.bind(bonds([*together((0, 7)), *apart((0, 5))], {}))
    assert placed(grouper, quake(0), article(5, BANK[0], hours=0)) == {0: 1, 5: 2}
    (joined, *_) = grouper.place(article(7, BANK[1], hours=1))
    assert isinstance(joined, Joined)
    assert (joined.event_id, joined.copy_of, joined.evidence.veto) == (1, None, KEPT_TOGETHER)
    copy = article(7, BANK[0], hours=1, revision=2, event=1)
    members = (quake(0, event=1), article(7, BANK[1], hours=1, event=1))
    (change,) = revise(grouper, 1, members, copy)
    assert change == Revised(event_id=EventId(1), article_id=ArticleId(7), revision=2, copy_of=None)


def test_a_round_up_joins_when_an_admin_said_so() -> None:
    grouper = Grouper(GroupingSettings(), EventId(1))
    grouper.bind(bonds(together((0, 7)), {}))
    placed(grouper, quake(0))
    assert placed(grouper, article(7, ("Arrano morning briefing", QUAKE[2][1]), hours=1)) == {7: 1}


LATER = (
    "Velmora mourns its cathedral and twelve dead",
    (
        "A day after the earthquake of magnitude 6.1, Velmora mourned twelve dead and its cathedral. Governor Ilsa Dorn of Arrano said that 140 "
        "people had been hurt; the road to Tessin is open again, schools stay shut."
    ),
)


@pytest.mark.parametrize("is_parted", [False, True])
def test_events_that_were_parted_never_merge(*, is_parted: bool) -> None:
    grouper = Grouper(GroupingSettings(), EventId(3))
    for number, event in enumerate((1, 1, 2)):
        grouper.replay(quake(number, event=event))
    if is_parted:
        grouper.bind(bonds(apart((0, 2)), {0: 1, 2: 2}))
    changes = grouper.place(article(9, LATER, hours=20))
    assert any(isinstance(change, Merged) for change in changes) is not is_parted


def test_without_constraints_every_decision_is_the_same() -> None:
    plain, bound = Grouper(GroupingSettings(), EventId(1)), Grouper(GroupingSettings(), EventId(1))
    bound.bind(bonds(apart((900, 901)), {900: 800, 901: 801}))
    stream = [article(number, words, hours=number) for number, words in enumerate((*QUAKE, *OTHER_QUAKE, *BANK, *QUAKE))]
    assert [plain.place(one) for one in stream] == [bound.place(one) for one in stream]


def test_copies_leave_with_their_report_and_those_left_behind_become_one() -> None:
    def member(number: int, copy_of: int | None = None) -> Article:
        return replace(article(number, QUAKE[0], event=1), copy_of=None if copy_of is None else ArticleId(copy_of))

    event = Event(
        id=EventId(1),
        opened_at=NOON,
        updated_at=NOON,
        revision=1,
        articles=(member(1), member(2, 1), member(3), member(4, 1), member(5, 3)),
    )
    assert with_copies(event, ArticleId(1)) == {1, 2, 4}
    assert with_copies(event, ArticleId(2)) == {2}
    made = parting(event, {ArticleId(1), ArticleId(5)})
    assert {each.id: each.copy_of for each in made.leaving} == {1: None, 5: None}
    assert {each.id: each.copy_of for each in made.staying} == {2: None, 3: None, 4: 2}
    assert [each.id for each in made.promoted] == [2]
    assert not parting(event, {each.id for each in event.articles}).is_possible
