"""A digest is due once on every local date: in every zone, when clocks change, when the machine slept, and when people change their minds."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.chats.chat import ChatId, Repeat, Subscription, SubscriptionId
from bot.core.chats.schedule import catch_up, clock_time, instant, next_due
from bot.core.chats.zone_names import tz

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
YEARS = (date(2026, 1, 1), date(2036, 1, 1))


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("8", 480),
        ("08:00", 480),
        ("8.30", 510),
        ("0830", 510),
        ("8am", 480),
        ("8:15 pm", 1215),
        ("8:15 P.M.", 1215),
        ("12am", 0),
        ("12 pm", 720),
        ("20h", 1200),
        ("20h30", 1230),
        ("20 Uhr", 1200),
        ("8 o'clock", 480),
        (" noon ", 720),
        ("Midnight", 0),
        ("00:00", 0),
        ("24:00", 0),
        ("23:59", 1439),
        ("٠٨:٠٠", 480),
    ],
)
def test_a_time_of_day_is_read_as_people_write_it(text: str, minutes: int) -> None:
    assert clock_time(text) == minutes


@pytest.mark.parametrize(
    "text", ["", "25", "24:01", "8:60", "13pm", "0am", "8:5", "123", "8:00:00", "-8", "+3", "8:00-9:00", "eight", "²", "8" * 999]
)
def test_what_is_no_time_of_day_is_not_taken_for_one(text: str) -> None:
    assert clock_time(text) is None


@given(st.integers(0, 1439))
def test_every_minute_of_the_day_can_be_written(minutes: int) -> None:
    hour, minute = divmod(minutes, 60)
    noon = f"{(hour - 1) % 12 + 1}:{minute:02}{'pm' if hour >= 12 else 'am'}"
    assert clock_time(f"{hour}:{minute:02}") == clock_time(f"{hour:02}{minute:02}") == clock_time(noon) == minutes


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        ("Europe/Kyiv", date(2027, 3, 28), "03:30", "2027-03-28T01:00"),  # skipped 03:00 to 04:00: the next minute that there is
        ("Europe/Kyiv", date(2027, 3, 28), "04:00", "2027-03-28T01:00"),
        ("Europe/Kyiv", date(2027, 10, 31), "03:30", "2027-10-31T00:30"),  # twice: the first
        ("Australia/Lord_Howe", date(2027, 10, 3), "02:15", "2027-10-02T15:30"),  # half an hour is skipped
        ("Africa/Cairo", date(2027, 4, 30), "00:00", "2027-04-29T22:00"),  # skipped at midnight
        ("America/Havana", date(2027, 11, 7), "00:30", "2027-11-07T04:30"),  # midnight comes twice
        ("Antarctica/Troll", date(2027, 3, 28), "02:00", "2027-03-28T01:00"),  # two hours are skipped
        ("Pacific/Apia", date(2011, 12, 30), "08:00", "2011-12-30T10:00"),  # the whole day is skipped
        ("UTC+05:30", date(2027, 3, 28), "02:30", "2027-03-27T21:00"),
    ],
)
def test_a_local_time_has_one_instant(zone: str, day: date, at: str, expected: str) -> None:
    minutes = clock_time(at)
    assert minutes is not None
    found, due_date = next_due(Repeat.DAILY, minutes, None, zone, after=datetime(2000, 1, 1, tzinfo=UTC), last_date=day - DAY)
    if zone == "Pacific/Apia":  # nothing is due on a date that does not exist
        assert due_date == date(2011, 12, 31)
        found = instant(day, minutes, ZoneInfo(zone))
    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@cache
def clocks() -> dict[str, tuple[date, ...]]:
    """Every clock of the tz database once, under its first name, with the days of ten years on which it changes."""
    folder, found = files("tzdata"), dict[bytes, str]()
    for name in sorted({*(folder / "zones").read_text().split()} - {"Factory"}):  # which says that nobody has set a zone
        found.setdefault((folder / "zoneinfo" / name).read_bytes(), name)
    return {name: changes(name) for name in found.values()}


def changes(name: str) -> tuple[date, ...]:
    """Look at every fifth midnight, and at those between two that differ."""
    zone, days = ZoneInfo(name), (YEARS[1] - YEARS[0]).days

    def offset(day: int) -> timedelta | None:
        return datetime.combine(YEARS[0] + day * DAY, time(), zone).utcoffset()

    near = [day for start in range(0, days, 5) if offset(start) != offset(start + 5) for day in range(start, start + 5)]
    return tuple(YEARS[0] + day * DAY for day in near if offset(day) != offset(day + 1))


def check_each_date_is_due_once(name: str, at: int, first: date, last: date) -> None:
    """Follow the due times from date to date; what a date's instant must be is said without `instant`."""
    zone, day, due = ZoneInfo(name), first - DAY, datetime(first.year, first.month, first.day, tzinfo=UTC) - 2 * DAY
    while day < last:
        due, now_day = next_due(Repeat.DAILY, at, None, name, after=due, last_date=day)
        assert now_day == day + DAY, f"{name} left out {day + DAY}, or had it twice"
        day = now_day
        wanted = datetime.combine(day, time()) + at * MINUTE
        here, before = due.astimezone(zone), (due - MINUTE).astimezone(zone)
        assert here.fold == 0, f"{name} took the second {wanted}"
        assert before.replace(tzinfo=None) < wanted <= here.replace(tzinfo=None), f"{name} was not due at {wanted} but at {here}"


@pytest.mark.parametrize("at", [0, 150, None], ids=["00:00", "02:30", "any time"])
def test_row_36_every_zone_has_one_digest_on_each_date_of_ten_years(at: int | None) -> None:
    """Around every change of every clock; between two changes nothing happens that the days around them do not show."""
    assert len(clocks()) > 300
    for number, (name, days) in enumerate(clocks().items()):
        for day in days or (YEARS[0],):
            minutes = (number * 397 + day.toordinal() * 61) % 1440 if at is None else at
            check_each_date_is_due_once(name, minutes, day - DAY, day + 2 * DAY)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "America/Nuuk", "Antarctica/Troll", "UTC"])
def test_row_36_ten_years_without_a_gap(zone: str) -> None:
    check_each_date_is_due_once(zone, 150, YEARS[0], YEARS[1])


def test_a_zone_that_leaves_out_a_date_has_no_digest_on_it() -> None:
    due, days = datetime(2011, 12, 28, tzinfo=UTC), []
    last: date | None = None
    for _ in range(4):
        due, last = next_due(Repeat.DAILY, 0, None, "Pacific/Apia", after=due, last_date=last)
        days.append(last.day)
    assert days == [28, 29, 31, 1]


@pytest.mark.parametrize(
    ("repeat", "weekday", "days"),
    [
        (Repeat.DAILY, None, ["2026-11-23", "2026-11-24", "2026-11-25"]),
        (Repeat.WEEKDAYS, None, ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-30"]),
        (Repeat.WEEKLY, 6, ["2026-11-29", "2026-12-06"]),
        (Repeat.WEEKLY, 0, ["2026-11-23", "2026-11-30"]),
    ],
)
def test_a_digest_comes_on_its_days(repeat: Repeat, weekday: int | None, days: list[str]) -> None:
    due, day = NOW, None
    for expected in days:
        due, day = next_due(repeat, 8 * 60, weekday, "Europe/Kyiv", after=due, last_date=day)
        assert day == date.fromisoformat(expected)
        assert due.astimezone(ZoneInfo("Europe/Kyiv")).hour == 8


def test_breaking_news_has_no_time() -> None:
    with pytest.raises(ValueError, match="no time of day"):
        next_due(Repeat.BREAKING, 0, None, "UTC", after=NOW, last_date=None)
    assert catch_up(replace(subscribed("UTC", 480, NOW), at=None, due_at=None, repeat=Repeat.BREAKING), "UTC", NOW) is None


def subscribed(zone: str, at: int, now: datetime, repeat: Repeat = Repeat.DAILY) -> Subscription:
    due_at, _ = next_due(repeat, at, 0, zone, after=now, last_date=None)
    return Subscription(id=SubscriptionId(1), chat_id=ChatId(1), repeat=repeat, created_at=now, at=at, weekday=0, due_at=due_at)


class Chat:
    """A chat with one subscription, served as the program does: ask what is due, write the digest down under its date, store the next time."""

    def __init__(self, zone: str, at: int, now: datetime, repeat: Repeat = Repeat.DAILY) -> None:
        self.zone, self.subscription = zone, subscribed(zone, at, now, repeat)
        self.digests: list[date] = []

    def tick(self, now: datetime) -> None:
        owed = catch_up(self.subscription, self.zone, now)
        if owed is None:
            return
        day, due_at = owed
        assert due_at > now
        told = max(filter(None, (day, self.subscription.last_date)))
        assert due_at.astimezone(tz(self.zone)).date() > told
        self.subscription = replace(self.subscription, due_at=due_at)
        if day is not None:
            self.digests.append(day)
            self.subscription = replace(self.subscription, last_date=day)
        assert catch_up(self.subscription, self.zone, now) is None

    def change(self, zone: str, at: int, now: datetime) -> None:
        told, repeat = self.subscription.last_date, self.subscription.repeat
        due_at, _ = next_due(repeat, at, self.subscription.weekday, zone, after=now, last_date=told)
        self.zone, self.subscription = zone, replace(self.subscription, at=at, due_at=due_at)


def test_row_35_a_clock_that_is_wrong_for_an_hour_makes_no_second_digest() -> None:
    chat = Chat("Europe/Kyiv", 8 * 60, NOW)
    for hours in (17, 18, 17, 18, 19, 18, 17, 18.5, 20):  # 08:00 in Kyiv is 18 hours from now
        chat.tick(NOW + timedelta(hours=hours))
    assert chat.digests == [date(2026, 11, 23)]


@pytest.mark.parametrize("repeat", [Repeat.DAILY, Repeat.WEEKDAYS, Repeat.WEEKLY])
def test_row_35_two_days_asleep_or_a_year_cost_one_digest(repeat: Repeat) -> None:
    for away in (timedelta(days=2), timedelta(days=30), timedelta(days=400)):
        chat = Chat("America/New_York", 8 * 60, NOW, repeat)
        wake = NOW + 7 * DAY + away
        chat.tick(wake)
        chat.tick(wake + MINUTE)
        assert len(chat.digests) == 1
        assert chat.digests[0] <= wake.date()
        assert chat.subscription.due_at is not None
        assert wake < chat.subscription.due_at <= wake + 7 * DAY


def test_row_37_nothing_is_owed_for_a_date_that_has_had_its_digest() -> None:
    """The due time was computed for another zone, or the clock was a week ahead when the last digest came."""
    for told in (date(2026, 11, 22), date(2026, 11, 29)):
        subscription = replace(subscribed("Europe/Kyiv", 8 * 60, NOW - 3 * DAY), last_date=told)
        assert catch_up(subscription, "UTC", NOW) == (None, datetime.combine(told + DAY, time(8), UTC))


def test_after_a_night_off_the_digest_of_today_still_comes_at_its_time() -> None:
    chat = Chat("UTC", 8 * 60, NOW)
    chat.tick(datetime(2026, 11, 25, 6, tzinfo=UTC))  # the digest of the 24th, late
    chat.tick(datetime(2026, 11, 25, 8, tzinfo=UTC))
    assert chat.digests == [date(2026, 11, 24), date(2026, 11, 25)]


@pytest.mark.parametrize(
    ("zone", "at", "seconds"),
    [
        (zone, at, seconds)
        for zone in ("Europe/Kyiv", "Europe/London", "Pacific/Kiritimati", "Pacific/Pago_Pago")
        for at in (479, 480, 481, 0, 1439)
        for seconds in (-1, 0, 1, 59)
    ],
)
def test_row_37_a_change_in_the_due_minute_makes_no_second_digest_on_a_date(zone: str, at: int, seconds: int) -> None:
    for order in ("change first", "digest first"):
        chat, due = Chat("Europe/Kyiv", 480, NOW), NOW + timedelta(hours=18, seconds=seconds)
        if order == "digest first":
            chat.tick(due)
        chat.change(zone, at, due)
        for minute in range(0, 3 * 1440, 7):
            chat.tick(due + minute * MINUTE)
        assert len(set(chat.digests)) == len(chat.digests)
        assert 2 <= len(chat.digests) <= 4


ZONES = st.sampled_from(
    ["UTC", "Europe/Kyiv", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Havana", "UTC-03:30", "Australia/Lord_Howe"]
)
STEPS = st.one_of(
    st.sampled_from([MINUTE, 59 * MINUTE, timedelta(hours=7), DAY, 2 * DAY]),  # time passes
    st.sampled_from([timedelta(hours=1), timedelta(hours=-1), -DAY]),  # the clock is set
    st.tuples(ZONES, st.integers(0, 1439)),  # somebody changes zone and time
)


@settings(max_examples=200)
@given(ZONES, st.integers(0, 1439), st.sampled_from([Repeat.DAILY, Repeat.WEEKDAYS, Repeat.WEEKLY]), st.lists(STEPS, max_size=40))
def test_rows_35_and_37_whatever_happens_no_date_has_two_digests(
    zone: str, at: int, repeat: Repeat, steps: list[timedelta | tuple[str, int]]
) -> None:
    now, chat = datetime(2027, 3, 26, tzinfo=UTC), Chat(zone, at, datetime(2027, 3, 26, tzinfo=UTC), repeat)
    for step in steps:
        if isinstance(step, timedelta):
            now += step
        else:
            chat.change(*step, now)
        before = len(chat.digests)
        chat.tick(now)
        assert len(chat.digests) <= before + 1
    assert chat.digests == sorted(set(chat.digests))
    assert chat.subscription.due_at is not None


@settings(max_examples=60)
@given(ZONES, st.integers(0, 1439), st.lists(st.integers(1, 1200), min_size=20, max_size=60))
def test_a_program_that_runs_owes_nothing_and_sends_nothing_twice(zone: str, at: int, pauses: list[int]) -> None:
    """Asked at least every 20 hours, it gives each date between the first and the last exactly once."""
    now, chat = datetime(2027, 3, 20, tzinfo=UTC), Chat(zone, at, datetime(2027, 3, 20, tzinfo=UTC))
    for pause in pauses:
        now += pause * MINUTE
        chat.tick(now)
    assert all(later - earlier == DAY for earlier, later in pairwise(chat.digests))
