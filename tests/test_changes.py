"""What changed in an event: said once, by the report that told it first, and only when something new stands against what was told."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import article, day, event, minute

from bot.core.event import overview
from bot.core.message import Line, Link, Moment
from bot.core.model import ArticleId, Event
from bot.core.understanding.changes import changes
from bot.core.understanding.changes_wording import change_label, change_line
from bot.languages import say

Told = tuple[str, str, str, str]

A, B, C = "Courier", "Daily Vel", "Flussbote"
FIRST: Told = (A, "2025-03-04", "Fire in the harbour of Veldmark", "A fire broke out in the harbour. The police look for a man.")


def of(reports: Sequence[Told]) -> Event:
    """Make an event of reports: outlet, time, title and text."""
    return event(
        [
            article(
                number,
                title,
                f"{text} It was all that the people of the town had to tell.",
                outlet=outlet,
                published=(minute(at) if "T" in at else day(at)) if at else None,
                url=f"https://{outlet.casefold().replace(' ', '')}.example/{number}",
            )
            for number, (outlet, at, title, text) in enumerate(reports, 1)
        ]
    )


def plain(line: Line) -> str:
    return "".join("" if isinstance(span, Moment) else span.text for span in line)


def check(reports: Sequence[Told], *expected: str) -> None:
    """Hold the changes of an event against what is expected, besides that others report it too."""
    found = changes(overview(of(reports)))
    for change in found:
        url = change.article.content.url
        assert any(isinstance(span, Link) and span.url == url for span in change_line(change))
    assert [said for change in found if not (said := plain(change_line(change))).startswith("now also")] == list(expected)


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("Suspect arrested in harbour fire", "Police told it.", "now: Suspect arrested in harbour fire (Daily Vel)"),
        ("News of the harbour", "Jan Orel was charged with arson.", "now: Jan Orel was charged with arson. (Daily Vel)"),
        ("News of the harbour", "The harbour master has died.", "now: The harbour master has died. (Daily Vel)"),
        ("Master denies the allegations", "He told it.", "denied: Master denies the allegations (Daily Vel)"),
        (
            "Courier retracts report on harbour fire",
            "It was told to the people of the town.",
            "corrected: Courier retracts report on harbour fire (Daily Vel)",
        ),
        ("Senate passes harbour bill", "It was told to the people of the town.", "now: Senate passes harbour bill (Daily Vel)"),
    ],
)
def test_a_state_that_nobody_told_is_a_change(title: str, text: str, expected: str) -> None:
    check([FIRST, (B, "2025-03-05", title, text)], expected)


@pytest.mark.parametrize(
    "second",
    [
        (B, "2025-03-03", "Suspect arrested in harbour fire", "Police told it."),
        (B, "", "Suspect arrested in harbour fire", "Police told it."),
        (B, "2025-03-05", "No suspect arrested in harbour fire", "Police told it."),
        (B, "2025-03-05", "News of the harbour", "The town is old. In 2011 Jan Orel was arrested for arson."),
        (B, "2025-03-05", "News of the harbour", "The town is old. " * 9 + "A sailor was arrested in Orlik."),
        (B, "2025-03-05", "News of the harbour", "The Senate passed the harbour bill."),
    ],
)
def test_what_is_no_change(second: Told) -> None:
    check([FIRST, second])


def test_what_was_told_is_no_change_in_whatever_words() -> None:
    told = (A, "2025-03-04", "Fire in the harbour, man in custody", "It burned.")
    check([told, (B, "2025-03-05", "Suspect arrested in harbour fire", "Police told it.")])


def test_a_law_that_was_passed_is_signed_later() -> None:
    check(
        [
            FIRST,
            (B, "2025-03-05", "Senate passes harbour bill", "It was told."),
            (C, "2025-03-07", "Governor signs harbour bill", "It was told."),
        ],
        "now: Senate passes harbour bill (Daily Vel)",
        "now: Governor signs harbour bill (Flussbote)",
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "No arrests have been made.",
        "A reward is offered for information leading to the arrest of whoever did it.",
        "A judge issued an arrest warrant for a sailor.",
        "Prosecutors are asked for help, and possible charges are pending.",
        "If convicted, he faces ten years.",
        "A neighbour held the hand of a boy.",
        "The sailor is a convicted felon.",
        "Parties are often held in the harbour.",
    ],
)
def test_what_does_not_tell_an_arrest(sentence: str) -> None:
    told = (A, "2025-03-04", "Fire in the harbour", f"It burned. {sentence}")
    check(
        [told, (B, "2025-03-05", "Suspect arrested in harbour fire", "Police told it.")],
        "now: Suspect arrested in harbour fire (Daily Vel)",
    )


def test_a_report_that_cannot_be_read_hides_no_change_and_makes_none() -> None:
    german = "Ein Mann wurde nach dem Brand im Hafen festgenommen. Das Feuer brach am Dienstag aus. " * 6
    foreign = (C, "2025-03-04", "Brand im Hafen von Veldmark", german)
    arrested = (B, "2025-03-05", "Suspect arrested in harbour fire", "Police told it.")
    check([FIRST, foreign, arrested], "now: Suspect arrested in harbour fire (Daily Vel)")
    check([foreign, arrested])


DEADLY = (B, "2025-03-05", "Three dead in Veldmark storm", "It was a storm.")


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ("A storm hit the town. No deaths were reported. In 2016 a storm killed 30 people.", ["killed: now three (Daily Vel)"]),
        ("A storm hit the town. A sailor died.", []),
    ],
)
def test_the_first_dead_are_a_change(first: str, expected: list[str]) -> None:
    check([(A, "2025-03-04", "Storm hits Veldmark", first), DEADLY], *expected)


def test_dead_of_a_whole_weekend_are_none() -> None:
    tally = (B, "2025-03-05", "Three dead in storms since Friday", "It was a storm.")
    check([(A, "2025-03-04", "Storm hits Veldmark", "A storm hit the town."), tally])


def test_what_was_counted_far_down_is_not_new() -> None:
    far = "The town is old. " * 4 + "It killed 30 people."
    told = [(A, "2025-03-03", "Storm hits Veldmark", "It killed 12 people."), (B, "2025-03-04", "Storm hits Veldmark", far)]
    check([*told, (C, "2025-03-05", "Storm hits Veldmark", "It killed 20 people.")])


SECOND: Told = (B, "2025-03-05", "Second suspect arrested in harbour fire", "Police told it.")


@pytest.mark.parametrize(
    "titles",
    [
        ("Second suspect arrested in harbour fire",),
        ("Second suspect arrested in harbour fire", "Third sailor arrested in harbour fire"),
        ("Police arrest second suspect in harbour fire", "Police make third arrest in harbour fire"),
        ("Another sailor charged in harbour fire",),
        ("Second victim of harbour fire dies",),
    ],
)
def test_one_more_of_whom_a_state_is_told_is_a_change(titles: Sequence[str]) -> None:
    told = (A, "2025-03-04", "Man charged with arson, one dead in harbour fire", "It burned.")
    later = [(B, f"2025-03-{number:02}", title, "The town knows it.") for number, title in enumerate(titles, 5)]
    check([told, *later], *(f"now: {title} (Daily Vel)" for title in titles))


@pytest.mark.parametrize(
    "title",
    [
        "Suspect arrested for the second time after harbour fire",
        "Man arrested on second-degree charge in harbour fire",
        "Suspect arrested on second day of harbour fire",
    ],
)
def test_what_is_counted_otherwise_is_not_one_more(title: str) -> None:
    told = (A, "2025-03-04", "Man charged with arson in harbour fire", "It burned.")
    check([told, (B, "2025-03-05", title, "The town knows it.")])


def test_one_more_is_told_once() -> None:
    told = (A, "2025-03-04", "Man charged with arson in harbour fire", "It burned.")
    again = (C, "2025-03-06", "2nd suspect arrested in harbour fire", "The town knows it.")
    check([told, SECOND, again], "now: Second suspect arrested in harbour fire (Daily Vel)")


def test_a_change_is_told_once() -> None:
    check(
        [
            FIRST,
            (B, "2025-03-05", "Suspect arrested in harbour fire", "Police told it."),
            (C, "2025-03-06", "Police arrest suspect in harbour fire", "Police told it."),
        ],
        "now: Suspect arrested in harbour fire (Daily Vel)",
    )


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("It killed 12 people.", "It killed 30 people.", ["killed: now 30 (Daily Vel), was 12"]),
        ("It killed 30 people.", "It killed 12 people.", []),
        ("It killed at least 12 people.", "It killed 30 people.", ["killed: now 30 (Daily Vel), was at least 12"]),
        ("It killed at least 12 people.", "It killed at least 300.", ["killed: now at least 300 (Daily Vel), was at least 12"]),
        ("It killed more than 10 people.", "It killed more than 5,000.", ["killed: now more than 5,000 (Daily Vel), was more than 10"]),
        ("It killed more than 10 people.", "It killed 14 people.", []),
        ("It killed 30 people.", "It killed at least 12 people.", []),
        ("It killed 12 people.", "Thirty people were killed in storms since Friday.", []),
        ("Twelve people were killed in shootings.", "Thirty people were killed in shootings.", []),
        ("It killed people.", "It killed 30 people.", []),
        ("It killed 30 people.", "The toll was corrected to 12 dead.", ["killed: now 12 (Daily Vel), was 30"]),
        ("It killed 30 people.", "Twelve people were killed by a storm in another town.", []),
        ("The damage is $3 million.", "The damage is $5 million.", []),
    ],
)
def test_a_toll_that_rises_is_a_change(first: str, second: str, expected: list[str]) -> None:
    check([(A, "2025-03-04", "Storm hits Veldmark", first), (B, "2025-03-05", "Storm hits Veldmark", second)], *expected)


def test_the_mark_of_a_change_is_said_in_the_language_of_the_reader() -> None:
    reports = [
        (A, "2025-03-04", "Storm hits Veldmark", "It killed 12."),
        (B, "2025-03-05", "Storm", "It killed more than 5,000 people, the mayor said."),
    ]
    marks = [change_label(change) for change in changes(overview(of(reports)))]
    assert [say(mark, "uk") for mark in marks] == ["загинуло: more than 5,000", "тепер і Daily Vel"]


def test_what_a_toll_was_is_the_largest_before() -> None:
    tolls = (("04", "30"), ("05", "at least 12"), ("06", "300"))
    check(
        [(A, f"2025-03-{at}", "Storm hits Veldmark", f"It killed {toll} people.") for at, toll in tolls],
        "killed: now 300 (Courier), was 30",
    )


def test_a_toll_that_rose_stays_a_change_when_the_old_one_is_told_again() -> None:
    tolls = ((A, "04", "at least 12"), (B, "05", "30"), (C, "06", "at least 12"))
    check(
        [(outlet, f"2025-03-{at}", "Storm hits Veldmark", f"It killed {toll} people.") for outlet, at, toll in tolls],
        "killed: now 30 (Daily Vel), was at least 12",
    )


def test_two_tolls_of_one_day_are_a_disagreement_and_no_change() -> None:
    check([(A, "2025-03-04", "Storm hits Veldmark", "It killed 12 people."), (B, "2025-03-04", "Storm", "It killed 30 people.")])


def test_the_first_report_of_another_outlet_corroborates_once() -> None:
    reports = [
        FIRST,
        (A, "2025-03-05", "More", "It burns, the mayor said."),
        ("Bote", "2025-03-05", "Fire", "It burns."),
        (B, "2025-03-05", "Fire", "It burns, the mayor said."),
        (C, "2025-03-06", "Fire", "It burns, a firefighter said."),
    ]
    found = [plain(change_line(change)) for change in changes(overview(of(reports)))]
    assert found == ["now also reported by Daily Vel"], "who names no source may have it from the first"


def test_a_copy_changes_nothing() -> None:
    reports = of([FIRST, (B, "2025-03-05", "Suspect arrested in harbour fire", "Police told it.")])
    copied = replace(reports, articles=(reports.articles[0], replace(reports.articles[1], copy_of=ArticleId(1))))
    assert changes(overview(copied)) == ()


PIECES = (
    "It killed 12 people.",
    "It killed 30.",
    "Orel was arrested.",
    "Orel has died.",
    "Nobody was hurt.",
    "The ministry denied the reports.",
)


@given(
    st.lists(st.tuples(st.sampled_from((A, B, C)), st.sampled_from(("", *(f"2025-03-0{n}" for n in (4, 5, 6)))), st.sampled_from(PIECES)))
)
def test_the_first_report_changes_nothing_and_changes_come_in_order_of_time(told: list[tuple[str, str, str]]) -> None:
    if not told:
        return
    whole = overview(of([(outlet, at, "News of Veldmark", text) for outlet, at, text in told]))
    found = changes(whole)
    assert whole.ordered[0].id not in {change.article.id for change in found}
    assert [change.at.at for change in found] == sorted(change.at.at for change in found)
    assert len({(change.kind, change.after) for change in found}) == len(found)
