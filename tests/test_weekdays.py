"""Days of the week are found in every language that we list, and say whether two reports tell of the same day."""

import math

import pytest
from grouping_samples import QUAKE, article

from bot.core.grouping.decision import Joined, Opened
from bot.core.grouping.features import FEATURES
from bot.core.grouping.grouper import Grouper, GroupingSettings
from bot.core.model import EventId
from bot.core.text.terms import terms_of
from bot.core.text.weekdays import WEEKDAYS


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Rain fell on Tuesday, and again Friday’s storms.", {1, 4}),
        ("El miércoles llovió; el sábado no.", {2, 5}),
        ("Am Donnerstag regnete es.", {3}),
        ("Il pleut depuis dimanche.", {6}),
        ("В среду шёл дождь.", {2}),
        ("У п'ятницю йшов дощ.", {4}),
        ("هطل المطر يوم الخميس.", {3}),
        ("MONDAY: all trains stop", {0}),
        ("On Mondays shops stay shut; he sat down.", set()),
        ("", set()),
    ],
)
def test_days_are_found_in_the_languages_of_news(text: str, days: set[int]) -> None:
    assert terms_of("", text).marks.weekdays == days


def test_a_day_is_no_word_and_no_name() -> None:
    terms = terms_of("Storm hits Arrano on Sunday", "The storm came on Sunday.")
    assert "sunday" not in terms.body
    assert "sunday" not in terms.title
    assert not {name for name in terms.marks.names if name.startswith("sund")}


def test_every_language_names_seven_days() -> None:
    assert set(WEEKDAYS.values()) == set(range(7))
    assert all(WEEKDAYS[day] == number for number, day in enumerate("montag dienstag mittwoch donnerstag freitag samstag sonntag".split()))


def told(title: str, text: str, *days: str) -> tuple[str, str]:
    return title, text.replace("on Tuesday", f"on {' and '.join(days)}" if days else "lately")


@pytest.mark.parametrize(
    ("first", "second", "hours", "expected"),
    [
        (("Monday",), ("Monday", "Friday"), 30, 1.0),
        (("Monday",), ("Monday", "Friday"), 1, 0.0),
        (("Monday",), ("Monday",), None, 1.0),
        (("Monday",), ("Tuesday",), 30, -1.0),
        (("Monday",), ("Tuesday",), 1, -1.0),
        ((), ("Monday",), 30, 0.0),
        (("Monday",), (), 30, 0.0),
    ],
)
def test_other_days_speak_against_and_the_same_days_later_speak_for(
    first: tuple[str, ...], second: tuple[str, ...], hours: float | None, expected: float
) -> None:
    grouper = Grouper(GroupingSettings(), EventId(1))
    grouper.place(article(1, told(*QUAKE[0], *first), hours=0))
    change = grouper.place(article(2, told(*QUAKE[1], *second), hours=hours))[0]
    assert isinstance(change, Opened | Joined)
    parts = {part.feature: part for part in change.evidence.contributions}
    assert set(parts) == set(FEATURES)
    assert parts["weekdays"].value == expected
    assert math.copysign(1, parts["weekdays"].logits) == math.copysign(1, expected)
