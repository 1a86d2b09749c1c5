"""Articles about one happening become one event, look-alikes stay apart, and the order of arrival changes nothing."""

import itertools
from collections.abc import Sequence

import pytest
from grouping_samples import BANK, OTHER_QUAKE, QUAKE, article, events_of
from hypothesis import given
from hypothesis import strategies as st

from bot.core.grouping.decision import Folded, Joined, Merged, Opened
from bot.core.grouping.features import FEATURES
from bot.core.grouping.grouper import Grouper, GroupingSettings
from bot.core.model import Article, ArticleId, EventId


def check(stream: Sequence[Article], expected: Sequence[Sequence[int]]) -> None:
    """Place a stream and compare who is together, by number of article."""
    grouper = Grouper(GroupingSettings(), EventId(1))
    placed = events_of([change for one in stream for change in grouper.place(one)])
    together = {frozenset(number for number in placed if placed[number] == event) for event in placed.values()}
    assert together == {frozenset(group) for group in expected}


STREAM = (
    *(article(number, words, hours=number) for number, words in enumerate(QUAKE)),
    *(article(10 + number, words, hours=50 + number) for number, words in enumerate(OTHER_QUAKE)),
    *(article(20 + number, words, hours=24 + number) for number, words in enumerate(BANK)),
)
GOLD = ([0, 1, 2], [10, 11], [20, 21])


def test_reports_of_one_happening_are_one_event_and_the_same_template_elsewhere_is_another() -> None:
    check(STREAM, GOLD)


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_arrival_changes_nothing(seed: int) -> None:
    orders = list(itertools.permutations(STREAM))
    check(orders[seed * 251 % len(orders)], GOLD)


def test_undated_articles_join_by_content() -> None:
    check([*STREAM[:2], article(2, QUAKE[2], hours=None), *STREAM[3:]], GOLD)
    check([article(number, words, hours=None) for number, words in enumerate(QUAKE)], [[0, 1, 2]])


def test_the_same_happening_a_year_later_is_another_event() -> None:
    check([*STREAM[:2], article(2, QUAKE[2], hours=365 * 24)], [[0, 1], [2]])


def test_a_copy_joins_its_original_and_says_so() -> None:
    grouper = Grouper(GroupingSettings(), EventId(1))
    grouper.place(article(1, QUAKE[0], hours=0, outlet="The Arrano Post"))
    resent = (QUAKE[0][0], f"Copyright Tessin Mail. {QUAKE[0][1]} Read more in our app.")
    (change,) = grouper.place(article(2, resent, hours=3, outlet="Tessin Mail"))
    assert isinstance(change, Joined)
    assert (change.event_id, change.copy_of) == (1, 1)


def test_what_was_published_first_is_the_report_whatever_arrives_first() -> None:
    grouper = Grouper(GroupingSettings(), EventId(1))
    grouper.place(article(1, QUAKE[0], hours=3, outlet="Tessin Mail"))
    joined, folded = grouper.place(article(2, QUAKE[0], hours=0, outlet="The Arrano Post"))
    assert isinstance(joined, Joined)
    assert joined.copy_of is None
    assert folded == Folded(event_id=EventId(1), article_id=ArticleId(1), revision=1, copy_of=ArticleId(2))


def test_one_template_with_other_numbers_is_no_copy() -> None:
    grouper = Grouper(GroupingSettings(), EventId(1))
    template = (
        "The weekly bulletin lists prices at pumps of the Lindheim district. Petrol costs {} crowns, diesel {} crowns, gas {} crowns. " * 2
    )
    notes = [
        (
            "Fuel prices in Lindheim",
            template.format(*numbers, *numbers) + "All prices include tax and were collected on Monday by the office.",
        )
        for numbers in (("41.20", "39.80", "21.10"), ("43.70", "40.90", "22.60"))
    ]
    grouper.place(article(1, notes[0], hours=0))
    assert all(getattr(change, "copy_of", None) is None for change in grouper.place(article(2, notes[1], hours=168)))


def test_a_decision_carries_the_numbers_that_took_it() -> None:
    grouper = Grouper(GroupingSettings(), EventId(1))
    for one in STREAM[:2]:
        grouper.place(one)
    (change,) = grouper.place(STREAM[2])
    assert isinstance(change, Joined)
    evidence = change.evidence
    assert evidence.score is not None
    assert evidence.score >= evidence.threshold
    assert "velmor" in evidence.shared
    assert len(evidence.contributions) == len(FEATURES)


def test_two_events_that_a_later_report_shows_to_be_one_are_merged() -> None:
    grouper = Grouper(GroupingSettings(), EventId(3))
    for number, (words, event) in enumerate(zip(QUAKE, (1, 1, 2), strict=True)):
        grouper.replay(article(number, words, hours=number, event=event))
    later = (
        "Velmora mourns its cathedral and twelve dead",
        (
            "A day after the earthquake of magnitude 6.1, Velmora mourned twelve dead and its cathedral. Governor Ilsa Dorn of Arrano said that 140 "
            "people had been hurt; the road to Tessin is open again, schools stay shut."
        ),
    )
    joined, merged = grouper.place(article(9, later, hours=20))
    assert isinstance(joined, Joined)
    assert isinstance(merged, Merged)
    assert {merged.survivor, merged.absorbed} == {1, 2}
    assert merged.evidence.score is not None
    assert merged.evidence.score >= merged.evidence.threshold
    assert events_of(grouper.place(article(10, QUAKE[2], hours=21))) == {10: merged.survivor}


@pytest.mark.parametrize(
    ("title", "apart"),
    [
        ("Arrano morning briefing: five things to know on 11 March", True),
        ("Weekly roundup: quake, rates and a ferry", True),
        ("Итоги дня: землетрясение и ставка", True),
        ("Governor gives briefing room to rescuers in Velmora", False),
        ("Chemist settles thousands of Roundup suits", False),
        ("Three stories of Velmora hotel collapse", False),
        ("Cathedral of Velmora was one of ten in Arrano", False),
    ],
)
def test_a_round_up_has_an_event_of_its_own_that_nobody_joins(title: str, *, apart: bool) -> None:
    grouper = Grouper(GroupingSettings(), EventId(1))
    changes = [*grouper.place(article(1, QUAKE[0], hours=0)), *grouper.place(article(2, (title, QUAKE[1][1]), hours=2))]
    changes += grouper.place(article(3, QUAKE[2], hours=3))
    assert events_of(changes) == ({1: 1, 2: 2, 3: 1} if apart else {1: 1, 2: 1, 3: 1})


TEMPLATES = (
    (
        "House fire in {0} leaves {2} dead",
        (
            "A fire in a two-storey house in {0} killed {2} people on Sunday night, the fire service of the city said. The fire broke out in the kitchen on the "
            "ground floor of a house in {1} shortly before midnight. Neighbours called the emergency number and tried to help, but the staircase was already burning. Investigators are looking "
            "for the cause; a technical fault is suspected. The mayor of {0} expressed condolences to the family."
        ),
        ("Tessin", "Pikk Street", "two"),
        ("Lindheim", "Long Lane", "four"),
    ),
    (
        "Magnitude {2} earthquake strikes near {0}",
        (
            "An earthquake of magnitude {2} struck near {0} on Monday, the national seismological service reported. The quake was 22 kilometres deep and "
            "its centre lay 48 kilometres from {1}. There were no immediate reports of casualties or damage, and no tsunami warning was issued. Residents of {1} told local radio that they had felt "
            "the shaking for about ten seconds. The region lies on the Pacific Ring of Fire, where the United States Geological Survey counts many quakes."
        ),
        ("Velmora", "Arrano", "5.1"),
        ("Quillon", "Pellin", "6.2"),
    ),
    (
        "{0} beat {1} {2} in league match",
        (
            "{0} beat {1} {2} in the league on Saturday evening. The decisive goal was scored in the closing minutes after a corner kick. The coach of {0} praised "
            "the defence of the team after the final whistle, while the coach of {1} complained about the referee. {0} now have 31 points and stay in the upper half of the table."
        ),
        ("Tessin City", "Velmora Rovers", "2-1"),
        ("Lindheim Town", "Quillon Athletic", "3-2"),
    ),
)


@pytest.mark.parametrize("number", range(len(TEMPLATES)))
@pytest.mark.parametrize("backwards", [False, True])
def test_one_template_about_other_places_is_two_events(number: int, *, backwards: bool) -> None:
    title, text, *fills = TEMPLATES[number]
    pair = [(title.format(*fill), text.format(*fill)) for fill in fills]
    grouper = Grouper(GroupingSettings(), EventId(1))
    first, second = (grouper.place(article(place, words, hours=place)) for place, words in enumerate(pair[::-1] if backwards else pair))
    assert events_of([*first, *second]) == {0: 1, 1: 2}
    (opened,) = second
    assert isinstance(opened, Opened)
    assert opened.evidence.veto


@given(st.text(max_size=300), st.text(max_size=3000))
def test_any_text_gets_an_event(title: str, text: str) -> None:
    (change,) = Grouper(GroupingSettings(), EventId(1)).place(article(1, (title, text)))
    assert isinstance(change, Opened)
