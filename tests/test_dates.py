"""Dates read from strings."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.text.dates import FIRST_YEAR, LAST_YEAR, field_date, mentions, url_date, yearless_days


def check(text: str, *expected: tuple[str, str | None], month_first: bool | None = None) -> None:
    found = [(found.day.isoformat(), found.at and found.at.strftime("%Y-%m-%d %H:%M")) for found in mentions(text, month_first=month_first)]
    assert found == list(expected)


@pytest.mark.parametrize(
    ("text", "day", "moment"),
    [
        ("Updated: 05-03-2025 10:21 IST", "2025-03-05", "2025-03-05 04:51"),
        ("March 5, 2025", "2025-03-05", None),
        ("Mar. 5th, 2025, 3:15 p.m. ET", "2025-03-05", "2025-03-05 20:15"),
        ("July 5, 2025, 3:15 p.m. ET", "2025-07-05", "2025-07-05 19:15"),
        ("10:21 GMT, 5 March 2025", "2025-03-05", "2025-03-05 10:21"),
        ("Wednesday 5 March 2025 06:57 GMT+2", "2025-03-05", "2025-03-05 04:57"),
        ("2025-03-05T10:21:33.123+05:30", "2025-03-05", "2025-03-05 04:51"),
        ("2025-03-05T10:21:00Z", "2025-03-05", "2025-03-05 10:21"),
        ("2025-03-05 10:21", "2025-03-05", None),
        ("5. März 2025, 14:30 Uhr", "2025-03-05", None),
        ("5. MÄR 2025 18:03", "2025-03-05", None),
        ("5 de marzo de 2025", "2025-03-05", None),
        ("5 de março de 2025", "2025-03-05", None),
        ("Publié le 1er juillet 2024 à 10h30", "2024-07-01", None),
        ("5 marzo 2025", "2025-03-05", None),
        ("5 марта 2025, 10:00 МСК", "2025-03-05", "2025-03-05 07:00"),
        ("5 березня 2025", "2025-03-05", None),
        ("2025年3月5日", "2025-03-05", None),
        ("2025년 3월 5일", "2025-03-05", None),
        ("입력 2025.03.05 22:09", "2025-03-05", None),
        ("05.03.2025", "2025-03-05", None),
        ("12/27/2024", "2024-12-27", None),
        ("01:30 AEDT 5 March 2025", "2025-03-05", "2025-03-04 14:30"),
    ],
)
def test_a_date_is_read_as_people_write_it(text: str, day: str, moment: str | None) -> None:
    check(text, (day, moment))


def test_figures_are_day_first_unless_the_zone_or_the_page_is_american() -> None:
    check("03-04-2025", ("2025-04-03", None))
    check("03/04/2025 5 PM EST", ("2025-03-04", "2025-03-04 22:00"))
    check("03/04/2025", ("2025-03-04", None), month_first=True)
    check("03/04/2025 17:00 IST", ("2025-04-03", "2025-04-03 11:30"), month_first=True)
    check("03.04.2025", ("2025-04-03", None), month_first=True)


@pytest.mark.parametrize(
    "text", ["31.02.2024", "1899-01-01", "2101-01-01", "version 1.12.2024.3", "2024-13-01", "June 2024", "1,200.12.2024"]
)
def test_what_cannot_be_a_day_is_no_date(text: str) -> None:
    check(text)


def test_a_time_that_cannot_be_leaves_the_day() -> None:
    check("5 March 2025 25:10 GMT", ("2025-03-05", None))
    check("5 March 2025 13:10 pm GMT", ("2025-03-05", None))


@pytest.mark.parametrize(
    ("value", "day", "moment"),
    [
        ("2025-03-05", "2025-03-05", None),
        ("2025-03-05T10:21:00", "2025-03-05", None),
        ("20250305T102100Z", "2025-03-05", "10:21"),
        ("Wed, 05 Mar 2025 10:21:00 +0100", "2025-03-05", "09:21"),
        ("Wed, 05 Mar 2025 10:21:00", "2025-03-05", None),
        ("1741170060", "2025-03-05", "10:21"),
        (1741170060, "2025-03-05", "10:21"),
        (1741170060000, "2025-03-05", "10:21"),
        ("March 5, 2025", "2025-03-05", None),
    ],
)
def test_a_field_may_hold_any_usual_form(value: str | float, day: str, moment: str | None) -> None:
    found = field_date(value)
    assert found is not None
    assert found[0].isoformat() == day
    assert (found[1] and found[1].strftime("%H:%M")) == moment


@pytest.mark.parametrize(
    "value", ["", "yesterday", "0001-01-01", "9999-12-31", -5, float("nan"), float("inf"), 1e30, 253402297200, "253402297200"]
)
def test_a_field_without_a_date_says_nothing(value: str | float) -> None:
    assert field_date(value) is None


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://paper.example/2025/03/05/ferry-a874", date(2025, 3, 5)),
        ("https://paper.example/2025/mar/05/ferry", date(2025, 3, 5)),
        ("https://paper.example/ferry-2025-03-05.html", date(2025, 3, 5)),
        ("https://paper.example/a-20250305.html", date(2025, 3, 5)),
        ("https://paper.example/news-67234567", None),
        ("https://paper.example/2025/13/45/x", None),
    ],
)
def test_an_address_may_carry_the_day(url: str, day: date | None) -> None:
    assert url_date(url) == day


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("On 26 December, and again on Dec. 27th, 3,000 came", ((12, 26), (12, 27))),
        ("On December 14-15, units lost", ((12, 14), (12, 15))),
        ("am 12. Dezember", ((12, 12),)),
        ("el 7 de mayo, 26 декабря", ((5, 7), (12, 26))),
        ("December 26, 2024 and 3 May 2025", ()),
        ("June 2024; he may 5 march 3; December 10,000 people; 30 February", ()),
    ],
)
def test_days_named_without_a_year_are_found_in_order(text: str, days: tuple[tuple[int, int], ...]) -> None:
    assert yearless_days(text) == days


@given(st.text(max_size=400))
def test_whatever_is_read_is_a_possible_day(text: str) -> None:
    for found in mentions(text):
        assert FIRST_YEAR <= found.day.year <= LAST_YEAR
        assert 0 <= found.start < found.end <= len(text)
        assert found.at is None or found.at.tzinfo is UTC
    for month, day in yearless_days(text):
        date(2000, month, day)


@given(st.integers(0, 200 * 365 * 24 * 60))
def test_iso_times_come_back_as_they_were(minutes: int) -> None:
    minute = datetime(1900, 1, 2, tzinfo=UTC) + timedelta(minutes=minutes)
    assert field_date(minute.isoformat()) == (minute.date(), minute)
