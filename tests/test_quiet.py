"""Quiet hours hold, end, and never silence a chat for ever: row 38."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.chats.chat import Quiet
from bot.core.chats.quiet import ends, is_quiet, parse
from bot.core.errors import UsageError

MINUTE = timedelta(minutes=1)
NIGHT = Quiet(22 * 60, 7 * 60)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("22:00-07:00", NIGHT),
        ("22-7", NIGHT),
        ("22:00–07:00", NIGHT),
        ("22:00 to 07:00", NIGHT),
        ("from 10pm until 7am", NIGHT),
        (" 10 p.m. - 7 a.m. ", NIGHT),
        ("13:00-14:30", Quiet(780, 870)),
        ("0-6", Quiet(0, 360)),
        ("18-24:00", Quiet(1080, 0)),
        ("OFF", None),
        ("none", None),
        ("22:00-22:00", None),
        ("0-24:00", None),
    ],
)
def test_quiet_hours_are_read_as_people_write_them(text: str, expected: Quiet | None) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize("text", ["", "22", "22-", "-7", "22-7-8", "25-7", "night", "22:00/07:00", "' OR 1=1", "9" * 500])
def test_what_are_no_quiet_hours_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="22:00-07:00, or off") as caught:
        parse(text)
    assert len(str(caught.value)) < 140


def check(quiet: Quiet | None, zone: str, at: str, until: str | None) -> None:
    """At a local time it is quiet until another local time, or not at all."""
    here = ZoneInfo(zone)
    now = datetime.fromisoformat(at).replace(tzinfo=here).astimezone(UTC)
    assert is_quiet(quiet, zone, now) == (until is not None)
    assert ends(quiet, zone, now).astimezone(here).isoformat(timespec="minutes")[:16] == (until or at)


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2026-11-22T21:59", None),
        ("2026-11-22T22:00", "2026-11-23T07:00"),
        ("2026-11-22T23:59", "2026-11-23T07:00"),
        ("2026-11-23T00:00", "2026-11-23T07:00"),
        ("2026-11-23T06:59", "2026-11-23T07:00"),
        ("2026-11-23T07:00", None),
        ("2026-11-23T12:00", None),
    ],
)
def test_row_38_across_midnight(at: str, until: str | None) -> None:
    check(NIGHT, "Europe/Kyiv", at, until)


def test_within_a_day() -> None:
    for at, until in (("12:59", None), ("13:00", "14:30"), ("14:29", "14:30"), ("14:30", None)):
        check(Quiet(780, 870), "Asia/Tokyo", f"2026-11-22T{at}", until and f"2026-11-22T{until}")


@pytest.mark.parametrize(
    ("zone", "quiet", "at", "until"),
    [
        ("Europe/Berlin", Quiet(120, 180), "2027-03-28T01:59", None),  # the whole hour is skipped
        ("Europe/Berlin", Quiet(60, 150), "2027-03-28T01:30", "2027-03-28T03:00"),  # its end is skipped
        ("Europe/Berlin", Quiet(150, 240), "2027-03-28T03:00", "2027-03-28T04:00"),  # its start is skipped
        ("Europe/Berlin", NIGHT, "2027-10-31T02:30", "2027-10-31T07:00"),  # an hour longer
        ("Africa/Cairo", Quiet(22 * 60, 0), "2027-04-29T23:30", "2027-04-30T01:00"),  # midnight is skipped
        ("America/Havana", Quiet(23 * 60, 30), "2027-11-06T23:30", "2027-11-07T00:30"),  # half past midnight comes twice: the first
        ("Pacific/Apia", NIGHT, "2011-12-29T23:00", "2011-12-31T07:00"),  # a date is left out
    ],
)
def test_row_38_when_clocks_change(zone: str, quiet: Quiet, at: str, until: str | None) -> None:
    check(quiet, zone, at, until)


def test_an_hour_that_comes_twice_is_not_quiet_again() -> None:
    start = datetime(2027, 10, 31, 0, tzinfo=UTC)  # 02:00 in Berlin, an hour before it is 02:00 again
    quiet = [is_quiet(Quiet(60, 150), "Europe/Berlin", start + minutes * MINUTE) for minutes in range(150)]
    assert quiet == [minutes < 30 for minutes in range(150)]


@pytest.mark.parametrize("minutes", [0, 1, 720, 1439])
def test_row_38_equal_ends_are_never_quiet(minutes: int) -> None:
    for hour in range(24):
        check(Quiet(minutes, minutes), "Europe/Kyiv", f"2026-11-22T{hour:02}:00", None)
        check(None, "Europe/Kyiv", f"2026-11-22T{hour:02}:00", None)


ZONES = st.sampled_from(
    ["UTC", "Europe/Kyiv", "America/Havana", "Australia/Lord_Howe", "Antarctica/Troll", "Pacific/Kiritimati", "UTC-03:30"]
)
TIMES = st.integers(0, 366 * 1440).map(lambda minutes: datetime(2027, 1, 1, tzinfo=UTC) + minutes * MINUTE)


@settings(max_examples=300)
@given(st.integers(0, 1439), st.integers(0, 1439), ZONES, TIMES)
def test_row_38_quiet_ends_within_a_day_and_for_all_that_waits_at_once(start: int, end: int, zone: str, now: datetime) -> None:
    quiet = Quiet(start, end)
    until = ends(quiet, zone, now)
    assert now <= until <= now + timedelta(hours=26)
    assert not is_quiet(quiet, zone, until)
    assert is_quiet(quiet, zone, now) == (until > now)
    for step in range(1, 6):
        assert ends(quiet, zone, now + step * (until - now) / 6) == until


@settings(max_examples=200)
@given(st.integers(0, 1439), st.integers(0, 1439), TIMES)
def test_without_changing_clocks_quiet_is_what_the_wall_says(start: int, end: int, now: datetime) -> None:
    local = now + timedelta(hours=5, minutes=30)
    minute = local.hour * 60 + local.minute
    expected = start <= minute < end if start <= end else not end <= minute < start
    assert is_quiet(Quiet(start, end), "UTC+05:30", now) == expected


def test_row_38_changed_while_messages_are_held_nothing_is_held_longer_than_the_new_hours() -> None:
    now = datetime(2026, 11, 22, 23, tzinfo=UTC)
    assert ends(NIGHT, "UTC", now).hour == 7
    assert ends(Quiet(22 * 60, 5 * 60), "UTC", now).hour == 5
    assert ends(Quiet(0, 0), "UTC", now) == now
