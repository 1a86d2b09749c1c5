"""A zone is found by whatever people call it, and never guessed."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.chats import zone_places
from bot.core.chats.zone_names import find_zone, near_zones, tz
from bot.core.errors import UsageError
from bot.core.text import zones


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Europe/Kyiv", "Europe/Kyiv"),
        ("europe/kyiv", "Europe/Kyiv"),
        ("america/argentina/buenos aires", "America/Argentina/Buenos_Aires"),
        ("Kyiv", "Europe/Kyiv"),
        ("Kiev", "Europe/Kyiv"),
        ("Київ", "Europe/Kyiv"),
        ("Europe/Kiev", "Europe/Kyiv"),  # retired names live on under their new ones
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("US/Eastern", "America/New_York"),
        ("Oslo", "Europe/Oslo"),
        ("  new   YORK ", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"),
        ("Zürich", "Europe/Zurich"),
        ("St. Louis", "America/Chicago"),
        ("Saint Petersburg", "Europe/Moscow"),
        ("Mumbai", "Asia/Kolkata"),
        ("Beijing", "Asia/Shanghai"),
        ("東京", "Asia/Tokyo"),
        ("Iceland", "Atlantic/Reykjavik"),  # the tz database links it to Abidjan
        ("Germany", "Europe/Berlin"),  # where the tz database counts two
        ("South Korea", "Asia/Seoul"),
        ("Cote d'Ivoire", "Africa/Abidjan"),
        ("Bosnia and Herzegovina", "Europe/Sarajevo"),
        ("California", "America/Los_Angeles"),
        ("Paris, France", "Europe/Paris"),
        ("Paris, Texas", "America/Chicago"),
        ("Detroit, USA", "America/Detroit"),
        ("Springfield, Illinois", "America/Chicago"),
        ("London, Middle-earth", "Europe/London"),
        ("Moscow time", "Europe/Moscow"),
        ("Berlin timezone", "Europe/Berlin"),
        ("UTC", "UTC"),
        ("z", "UTC"),
        ("GMT", "UTC"),
        ("UTC+3", "UTC+03:00"),
        ("utc +3", "UTC+03:00"),
        ("gmt-3:30", "UTC-03:30"),
        ("GMT−3:30", "UTC-03:30"),
        ("+0530", "UTC+05:30"),
        ("+5.5", "UTC+05:30"),
        ("UTC+5:45", "UTC+05:45"),
        ("UTC+0", "UTC"),
        ("UTC+14", "UTC+14:00"),
        ("UTC-12", "UTC-12:00"),
        ("Etc/GMT+3", "UTC-03:00"),  # POSIX counts westwards
        ("EST", "America/New_York"),
        ("cet", "Europe/Brussels"),
        ("MSK", "Europe/Moscow"),
        ("BST", "Europe/London"),
    ],
)
def test_a_zone_is_found_by_what_people_call_it(text: str, zone: str) -> None:
    assert find_zone(text) == [zone]
    tz(zone)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IST", ["Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"]),
        ("Georgia", ["Asia/Tbilisi", "America/New_York"]),
        ("San José", ["America/Costa_Rica", "America/Los_Angeles"]),
        ("Spain", ["Europe/Madrid", "Atlantic/Canary"]),
        ("Samoa", ["Pacific/Apia", "Pacific/Pago_Pago"]),
    ],
)
def test_a_name_of_several_zones_gives_them_all(text: str, expected: list[str]) -> None:
    assert find_zone(text) == expected


@pytest.mark.parametrize(
    ("country", "first"),
    [("USA", "America/New_York"), ("Russia", "Europe/Moscow"), ("Australia", "Australia/Sydney"), ("Canada", "America/Toronto")],
)
def test_of_a_wide_country_the_zone_of_most_people_comes_first(country: str, first: str) -> None:
    assert find_zone(country)[0] == first
    assert len(find_zone(country)) > 4


UNKNOWN = [
    "",
    " ",
    ",",
    "-",
    "+",
    "Doma",
    "Kyjv",
    "UTC+25",
    "UTC-13",
    "UTC+14:30",
    "UTC+3:07",
    "8",
    "08:00",
    "../../etc/passwd",
    "Europe",
    "Factory",
    "localtime",
    "\x00",
    "a" * 10_000,
    "🕰",
]


@pytest.mark.parametrize("text", UNKNOWN, ids=lambda text: text[:10] or "empty")
def test_what_is_no_zone_is_not_taken_for_one(text: str) -> None:
    assert find_zone(text) == []
    near_zones(text)


@pytest.mark.parametrize("name", ["", "Europe", "Kyiv", "europe/kyiv", "../UTC", "/etc/localtime", "UTC+99:00", "Factory", "a\x00b"])
def test_a_stored_name_that_is_no_zone_is_refused_in_words(name: str) -> None:
    with pytest.raises(UsageError, match="no time zone is called"):
        tz(name)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Kyjv", "Europe/Kyiv"),
        ("Amstredam", "Europe/Amsterdam"),
        ("Los Angelos", "America/Los_Angeles"),
        ("New Yrok", "America/New_York"),
        ("Europe/Berln", "Europe/Berlin"),
    ],
)
def test_a_misspelt_name_is_suggested_and_not_taken(text: str, zone: str) -> None:
    assert find_zone(text) == []
    assert near_zones(text)[0] == zone


def test_a_fixed_offset_stays_the_same_all_year() -> None:
    assert tz("UTC-03:30") == timezone(timedelta(hours=-3, minutes=-30))
    assert tz("Europe/Kyiv") is ZoneInfo("Europe/Kyiv")


def test_everything_in_the_tables_is_a_zone_and_found() -> None:
    for line in (zone_places.PLACES + zone_places.AMBIGUOUS).replace("\n ", " ").strip().splitlines():
        name, _, items = line.partition(": ")
        if not items:
            continue
        first, rest = ([name], items.split(", ")) if name == "UTC" or "/" in name else (items.split(", "), [name])
        for zone in first:
            assert zone == "UTC" or find_zone(zone) == [zone], line
        assert all(first[0] in find_zone(place) for place in rest), line
    places = [
        place for line in zone_places.PLACES.replace("\n ", " ").strip().splitlines() for place in line.partition(": ")[2].split(", ")
    ]
    assert len(places) == len({place.casefold() for place in places})


def test_an_abbreviation_means_here_what_it_means_in_articles() -> None:
    """At some time of the year, the zone that a person gets keeps the time that the abbreviation says on a page."""
    for name in zones.ZONE.partition("|")[2].rpartition(")")[0].split("|"):
        page = zones.zone_of(name)
        if page is None:  # the patterns for offsets
            continue
        year = [datetime(2026, month, 1, tzinfo=UTC) for month in range(1, 13)]
        found = find_zone(name)
        assert any(at.astimezone(tz(found[0])).utcoffset() == at.astimezone(page).utcoffset() for at in year), name


@given(st.integers(-12 * 4, 14 * 4))
def test_an_offset_is_kept_through_its_name(quarters: int) -> None:
    hours, minutes = divmod(abs(quarters) * 15, 60)
    [name] = find_zone(f"UTC{'-' if quarters < 0 else '+'}{hours}:{minutes:02}")
    assert tz(name).utcoffset(None) == timedelta(minutes=quarters * 15)
    assert find_zone(name) == [name]


@given(st.text(max_size=80))
def test_no_text_breaks_the_search(text: str) -> None:
    assert len(find_zone(text)) == len(set(find_zone(text)))
    assert len(near_zones(text)) <= 5
    for zone in (*find_zone(text), *near_zones(text)):
        tz(zone)
