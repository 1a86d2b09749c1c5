"""Articles about one happening become one event, look-alikes stay apart, and neither order nor restarts change that."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.decision import Change, Evidence, Folded, Joined, Left, Merged, Opened, Revised
from bot.core.grouping import Grouper, GroupingSettings
from bot.core.model import Article, ArticleId, Content, DateOrigin, Event, EventId, Precision, SourceId, Stamp

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)

QUAKE = (
    (
        "Strong earthquake shakes Arrano province",
        (
            "A magnitude 6.1 earthquake struck Arrano province on Tuesday morning, killing at least 12 people in the "
            "town of Velmora, where the old cathedral collapsed. Governor Ilsa Dorn said 140 people were hurt and schools would stay shut. The quake was felt as "
            "far as the port of Tessin. Rescue teams with dogs searched the market quarter of Velmora through the night."
        ),
    ),
    (
        "Cathedral collapses in Velmora as quake kills 12",
        (
            "Rescuers in Velmora dug through the ruins of the cathedral after an earthquake of magnitude 6.1 hit "
            "Arrano on Tuesday. Twelve people died, the governor Ilsa Dorn told reporters, and 140 were taken to hospital. Residents of Tessin ran into the streets."
        ),
    ),
    (
        "Arrano earthquake: governor closes schools",
        (
            "Schools in Arrano remain closed after the 6.1 quake that destroyed much of Velmora's market quarter. "
            "Ilsa Dorn, the governor, said that twelve had died and that soldiers were clearing the road to Tessin. The cathedral of Velmora is lost."
        ),
    ),
)
OTHER_QUAKE = (
    (
        "Strong earthquake shakes Pellin island",
        (
            "A magnitude 5.4 earthquake struck Pellin island on Thursday evening, injuring 9 people in the fishing town of "
            "Harrowgate, where a quay broke. Mayor Tobin Askel said the ferry service would stop. The quake was felt as far as Quillon. No deaths were reported."
        ),
    ),
    (
        "Quay breaks in Harrowgate after 5.4 quake",
        (
            "Nine people were hurt on Pellin when an earthquake of magnitude 5.4 broke the quay of Harrowgate on Thursday. "
            "The mayor, Tobin Askel, stopped the ferries to Quillon until engineers have looked at the damage."
        ),
    ),
)
BANK = (
    (
        "Central bank of Morravia raises rates to 7 percent",
        (
            "The central bank of Morravia raised its key rate by half a point to 7 percent on Wednesday, citing "
            "food prices. Governor Petra Hulme said inflation of 11 percent was far above the target. The crown gained against the euro, traders in Lindheim said."
        ),
    ),
    (
        "Morravia's key rate climbs to 7 percent",
        (
            "Petra Hulme's central bank lifted borrowing costs in Morravia to 7 percent, the highest in a decade, as inflation "
            "runs at 11 percent. Analysts in Lindheim had expected less, and the crown rose."
        ),
    ),
)


def article(
    number: int,
    words: tuple[str, str],
    *,
    hours: float | None = 0.0,
    outlet: str | None = None,
    revision: int = 1,
    event: int | None = None,
) -> Article:
    """Make an article; `hours` after noon of a day, None without a date."""
    stamp = None if hours is None else Stamp(at=NOON + timedelta(hours=hours), precision=Precision.MINUTE, origin=DateOrigin.FIELD)
    content = Content(title=words[0], titled=True, text=words[1], outlet=outlet, published=stamp, language="en")
    return Article(
        id=ArticleId(number),
        source_id=SourceId(1),
        content=content,
        received_at=NOON,
        revision=revision,
        event_id=None if event is None else EventId(event),
    )


def events_of(changes: Sequence[Change]) -> dict[int, int]:
    """Tell the event of each article that was placed."""
    return {change.article_id: change.event_id for change in changes if isinstance(change, Opened | Joined | Revised)}


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
    assert "velmora" in evidence.shared
    assert len(evidence.contributions) == len(GroupingSettings().model.parts)


def test_a_revision_stays_unless_it_tells_something_else() -> None:
    grouper = Grouper(GroupingSettings(), EventId(1))
    for one in STREAM[:3]:
        grouper.place(one)
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


@settings(max_examples=80, deadline=None)
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
        ("Governor gives briefing room to rescuers in Velmora", True),
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


@given(st.text(max_size=300), st.text(max_size=3000))
def test_any_text_gets_an_event(title: str, text: str) -> None:
    (change,) = Grouper(GroupingSettings(), EventId(1)).place(article(1, (title, text)))
    assert isinstance(change, Opened)
