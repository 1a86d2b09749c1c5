"""Headers of other people: whatever they say comes out within bounds, or as nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.http_headers import clean, fresh_for, retry_after

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(hours=24)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        (None, None),
        ("7200", timedelta(hours=2)),
        (" 30 ", timedelta(seconds=30)),
        ("1.5", timedelta(seconds=1)),
        ("0", timedelta(0)),
        ("-5", timedelta(0)),
        ("1000000000", DAY),
        ("9" * 500, DAY),
        ("9" * 5000, None),
        ("Sun, 22 Nov 2026 13:00:00 GMT", timedelta(hours=1)),
        ("Sun, 22 Nov 2026 13:00:00", timedelta(hours=1)),
        ("Sunday, 22-Nov-26 13:00:00 GMT", timedelta(hours=1)),
        ("Sun, 22 Nov 2020 13:00:00 GMT", timedelta(0)),
        ("Mon, 22 Nov 2027 13:00:00 GMT", DAY),
        ("Fri, 31 Dec 9999 23:59:59 GMT", DAY),
        ("Sun, 32 Nov 2026 13:00:00 GMT", None),
        ("soon", None),
        ("", None),
        ("١٢", timedelta(seconds=12)),
    ],
)
def test_retry_after_lies_within_a_day(value: str | None, wait: timedelta | None) -> None:
    """FAULTS row 20."""
    assert retry_after(value, date=None, now=NOW) == wait


def test_a_date_is_counted_from_the_clock_of_the_server() -> None:
    date = "Sun, 22 Nov 2026 09:00:00 GMT"
    assert retry_after("Sun, 22 Nov 2026 09:10:00 GMT", date=date, now=NOW) == timedelta(minutes=10)
    assert fresh_for(cache_control=None, expires="Sun, 22 Nov 2026 09:10:00 GMT", age=None, date=date, now=NOW) == timedelta(minutes=10)


@pytest.mark.parametrize(
    ("cache_control", "expires", "age", "fresh"),
    [
        (None, None, None, None),
        ("max-age=600", None, None, timedelta(minutes=10)),
        ('public, Max-Age = "600", must-revalidate', None, None, timedelta(minutes=10)),
        ("max-age=600", None, "540", timedelta(minutes=1)),
        ("max-age=600", None, "9999", timedelta(0)),
        ("max-age=600", None, "-3", timedelta(minutes=10)),
        ("max-age=600", "Sun, 22 Nov 2026 13:00:00 GMT", None, timedelta(minutes=10)),
        ("s-maxage=600", None, None, None),
        ("no-cache", None, None, None),
        ("max-age=soon", "Sun, 22 Nov 2026 13:00:00 GMT", None, timedelta(hours=1)),
        (None, "Sun, 22 Nov 2026 11:00:00 GMT", None, timedelta(0)),
        (None, "0", None, None),
        (f"max-age={'9' * 300}", None, None, timedelta(days=365)),
    ],
)
def test_freshness_is_what_the_server_says(
    cache_control: str | None, expires: str | None, age: str | None, fresh: timedelta | None
) -> None:
    assert fresh_for(cache_control=cache_control, expires=expires, age=age, date=None, now=NOW) == fresh


@given(st.text(max_size=50), st.text(max_size=50), st.text(max_size=50))
def test_no_header_is_too_strange(one: str, two: str, three: str) -> None:
    for wait in (retry_after(one, date=two, now=NOW), retry_after(one, date=None, now=NOW)):
        assert wait is None or timedelta(0) <= wait <= DAY
    for cache_control in (one, f"max-age={one}"):
        fresh = fresh_for(cache_control=cache_control, expires=two, age=three, date=three, now=NOW)
        assert fresh is None or timedelta(0) <= fresh <= timedelta(days=365)


@pytest.mark.parametrize(
    ("value", "kept"),
    [('W/"abc-gzip"', 'W/"abc-gzip"'), (' "a" ', '"a"'), ("a\r\nX: y", None), ("\udcff", None), ("", None), ("a" * 2000, None)],
)
def test_a_validator_is_kept_only_when_it_can_be_sent_back(value: str, kept: str | None) -> None:
    assert clean(value) == kept
