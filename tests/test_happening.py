"""The day of the happening: found in the lead where it is certain, held against other outlets, silent otherwise."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import article, day, event

from bot.core.event import overview
from bot.core.message import Moment
from bot.core.model import Content, Stamp
from bot.core.reading.happening import happened_in
from bot.core.reading.passages import passages
from bot.core.understanding.days import day_line, day_lines, days

FRIDAY = day("2026-03-06")


def check(text: str, expected: str | None, published: Stamp | None = FRIDAY) -> None:
    """Hold the day that a report names against what is expected."""
    content = Content(title="Ferry sinks", titled=True, text=text, language="en", published=published)
    found = happened_in(content, passages(content))
    assert (found.day.isoformat() if found else None) == expected
    if found:
        assert text[found.start : found.end] == found.said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A ferry sank off the coast of Orlik on Tuesday.", "2026-03-03"),
        ("A ferry sank off the coast of Orlik late Tuesday night.", "2026-03-03"),
        ("On Friday morning a ferry sank off the coast of Orlik.", "2026-03-06"),
        ("A ferry with forty people aboard sank on March 2, officials said on Friday.", "2026-03-02"),
        ("A ferry with forty people aboard sank on 2 March 2026 off Orlik.", "2026-03-02"),
        ("A ferry with forty people aboard sank Monday, March 2, off Orlik.", "2026-03-02"),
        ("ORLIK, March 5 (Reuters) - A ferry with forty people sank on Wednesday.", "2026-03-04"),
        ("It was a calm day in the bay.\n\nThe ferry sank in the bay of Orlik on Thursday.", "2026-03-05"),
    ],
)
def test_the_first_day_of_the_lead_is_found(text: str, expected: str) -> None:
    check(text, expected)


@pytest.mark.parametrize(
    "text",
    [
        "Officials said Friday that a ferry sank off the coast.",
        "The mayor told reporters on Thursday that a ferry had sunk.",
        "On Monday, the council of Orlik will vote on a new ferry.",
        "The new ferry of Orlik is expected to arrive on Thursday.",
        "Nobody has seen the ferry of Orlik since Tuesday evening.",
        "Tuesday's storm sank a ferry off the coast of Orlik.",
        "Updated at 3:40 a.m. ET on Wednesday by the editors of Orlik.",
        "March 5, 2026 5:03 AM",
        "The ferry was built on 2 March 1998 in the yards of Orlik.",
        "The minister arrives Saturday at his first meeting on the ferries.",
        "Passengers wait in line for a ferry in Orlik, March 5.",
        "The ferry of Orlik remained closed to all passengers Thursday.",
        "The two sides met to avoid a strike of crews on Thursday.",
        "The captain of the ferry was seen on a recent Tuesday in Orlik.",
        "A ferry that sank on February 12 in the bay of Orlik was raised.",
        "On Tuesday, reports emerged that a ferry sank off the coast of Orlik.",
        "On Tuesday the harbour police of Orlik confirmed the death of seven people.",
        "Officials on Tuesday confirmed that a ferry sank off the coast of Orlik.",
        "A ferry sank on March 99 off the coast of Orlik.",
        "One. Two. Three of them sank.\n\nFour.\n\nThe ferry sank in the bay of Orlik on Thursday.",
    ],
)
def test_a_day_that_may_be_another_one_is_not_told(text: str) -> None:
    check(text, None)


def test_without_the_time_of_the_report_nobody_knows_which_tuesday_is_meant() -> None:
    check("A ferry sank off the coast of Orlik on Tuesday.", None, published=None)
    check("A ferry sank off the coast of Orlik on 2 March.", None, published=None)


@given(st.text(alphabet="onMay Tuesday123,().-\n’٣\u202e", max_size=200))
def test_any_text_is_read(text: str) -> None:
    content = Content(title="Ferry sinks", titled=True, text=text, language="en", published=FRIDAY)
    found = happened_in(content, passages(content))
    assert found is None or " ".join(text[found.start : found.end].split()) == found.said


def told(*reports: tuple[str, str]) -> Sequence[str]:
    """Let outlets report of days; gives the days that an event shows on its card."""
    seen = overview(
        event([article(number, text=text, outlet=outlet, published=FRIDAY) for number, (outlet, text) in enumerate(reports, start=1)])
    )
    assert len(day_lines(seen)) == sum(map(len, days(seen)))
    line = day_line(seen) or ()
    return [span.at.date().isoformat() if isinstance(span, Moment) else span.text.strip() for span in line]


def test_a_card_says_which_day_outlets_agree_on_and_who_names_another() -> None:
    tuesday, monday = "A ferry sank off Orlik with forty aboard on Tuesday.", "A ferry sank off Orlik with forty aboard on Monday."
    assert told(("A", tuesday), ("B", monday)) == []
    assert told(("A", tuesday), ("A", tuesday)) == []
    both = ["day of the happening:", "", "2026-03-03", "", "A", ",", "B"]
    assert told(("A", tuesday), ("B", tuesday)) == both
    assert told(("A", tuesday), ("B", tuesday), ("C", monday)) == [*both, "·", "2026-03-02", "", "C"]


def test_a_day_of_another_act_or_of_what_came_later_is_no_other_day_of_the_same() -> None:
    tuesday, wednesday = (
        "A ferry sank off Orlik with forty aboard on Tuesday.",
        "The captain of the ferry of Orlik was arrested on Wednesday.",
    )
    both = ["day of the happening:", "", "2026-03-03", "", "A", ",", "B"]
    assert told(("A", tuesday), ("B", tuesday), ("C", wednesday)) == both
    named = "Police of Orlik on Wednesday named those aboard the ferry that sank on Tuesday."
    assert told(("A", tuesday), ("B", tuesday), ("C", named)) == both
    seen = [
        article(number, text=text, outlet=outlet, published=day(published))
        for number, (outlet, text, published) in enumerate(
            [
                ("A", "A ferry sank off Orlik with forty aboard on Tuesday.", "2026-03-03"),
                ("B", "A second ferry sank off Orlik with ten aboard on Thursday.", "2026-03-06"),
                ("C", "A second ferry sank off Orlik with ten aboard on Thursday.", "2026-03-06"),
            ],
            start=1,
        )
    ]
    assert day_line(overview(event(seen))) is None
