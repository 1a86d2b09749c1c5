"""What is understood of the words behind /subscribe."""

from datetime import timedelta

import pytest

from bot.commands.wishes import Wish, wish_of
from bot.core.chats.chat import Repeat
from bot.core.errors import UsageError


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", Wish(repeat=Repeat.DAILY, at=480, is_usual_time=True)),
        ("07:30", Wish(repeat=Repeat.DAILY, at=450, before="07:30")),
        ("Daily at 8:15 pm", Wish(repeat=Repeat.DAILY, at=1215, before="Daily at 8:15 pm")),
        ("weekdays noon", Wish(repeat=Repeat.WEEKDAYS, at=720, before="weekdays noon")),
        ("weekly fri 18:00", Wish(repeat=Repeat.WEEKLY, weekday=4, at=1080, before="weekly fri 18:00")),
        ("weekly on Monday", Wish(repeat=Repeat.WEEKLY, weekday=0, at=480, is_usual_time=True, before="weekly on Monday")),
        ("sundays 9", Wish(repeat=Repeat.WEEKLY, weekday=6, at=540, before="sundays 9")),
        ("8 UTC+3", Wish(repeat=Repeat.DAILY, at=480, before="8", zones=("UTC+03:00",), zone_text="UTC+3")),
        ("8 new york", Wish(repeat=Repeat.DAILY, at=480, before="8", zones=("America/New_York",), zone_text="new york", is_place=True)),
        (
            '7:00 Europe/Kyiv +"grain ship"  -sport',
            Wish(
                repeat=Repeat.DAILY,
                at=420,
                before="7:00",
                zones=("Europe/Kyiv",),
                zone_text="Europe/Kyiv",
                after='+"grain ship"  -sport',
                filter='+"grain ship" -sport',
            ),
        ),
        ("kyiv", Wish(repeat=Repeat.DAILY, at=480, is_usual_time=True, after="kyiv", filter="kyiv")),
        ("in Kyiv", Wish(repeat=Repeat.DAILY, at=480, is_usual_time=True, before="in", zones=("Europe/Kyiv",), zone_text="Kyiv")),
        (
            "8 in Rome about Paris deal",
            Wish(
                repeat=Repeat.DAILY,
                at=480,
                before="8 in",
                zones=("Europe/Rome",),
                zone_text="Rome",
                after="about Paris deal",
                filter="Paris deal",
            ),
        ),
        (
            "daily about +3 degrees",
            Wish(repeat=Repeat.DAILY, at=480, is_usual_time=True, before="daily", after="about +3 degrees", filter="+3 degrees"),
        ),
        ("9 about", Wish(repeat=Repeat.DAILY, at=540, before="9", after="about", filter="about")),
        ("in brief", Wish(repeat=Repeat.DAILY, at=480, is_usual_time=True, after="in brief", filter="in brief")),
        ("every day at 9", Wish(repeat=Repeat.DAILY, at=540, before="every day at 9")),
        ("Everyday 9", Wish(repeat=Repeat.DAILY, at=540, before="Everyday 9")),
        ("every friday 6pm", Wish(repeat=Repeat.WEEKLY, weekday=4, at=1080, before="every friday 6pm")),
        ("18:00 friday +port", Wish(repeat=Repeat.WEEKLY, weekday=4, at=1080, before="18:00 friday", after="+port", filter="+port")),
        ("8 weekdays EST", Wish(repeat=Repeat.WEEKDAYS, at=480, before="8 weekdays", zones=("America/New_York",), zone_text="EST")),
        ("9 every otter", Wish(repeat=Repeat.DAILY, at=540, before="9", after="every otter", filter="every otter")),
        ("9 +kyiv", Wish(repeat=Repeat.DAILY, at=540, before="9", after="+kyiv", filter="+kyiv")),
        ("breaking", Wish(repeat=Repeat.BREAKING)),
        (
            "breaking min:5 within:90m cooldown:2h ukraine min:2",
            Wish(
                repeat=Repeat.BREAKING,
                min_reports=5,
                within=timedelta(minutes=90),
                cooldown=timedelta(hours=2),
                filter="ukraine min:2",
            ),
        ),
    ],
)
def test_words_become_a_wish(typed: str, expected: Wish) -> None:
    assert wish_of(typed) == expected


@pytest.mark.parametrize(
    ("typed", "zone_text", "is_place", "is_doubtful"),
    [
        ("8 Kyiv", "Kyiv", True, False),
        ("8 gaza strip", "gaza strip", True, False),
        ("8 ukraine drones", "ukraine", True, True),
        ("8 UK economy", "UK", True, True),
        ("8 Tokyo +port", "Tokyo", True, True),
        ("8 art", "art", True, True),
        ("8 ART", "ART", False, False),
        ("8 CEST +port", "CEST", False, False),
        ("8 gmt port", "gmt", False, False),
        ("8 gmt-3 port", "gmt-3", False, False),
        ("8 Asia/Tokyo port", "Asia/Tokyo", False, False),
        ("8 utc ukraine drones", "utc", False, False),
        ("8 otters", "", False, False),
        ("8 Paris, Texas", "Paris, Texas", True, True),
        ("8 Paris, ferries sink", "", False, False),
        ("8 Paris, France +wine", "Paris, France", True, True),
    ],
)
def test_a_place_is_told_from_a_zone_that_nobody_would_look_for_in_the_news(
    typed: str, zone_text: str, *, is_place: bool, is_doubtful: bool
) -> None:
    wish = wish_of(typed)
    assert (wish.zone_text, wish.is_place, wish.is_doubtful) == (zone_text, is_place, is_doubtful)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("weekly", "which day"),
        ("weekly 18:00", "which day"),
        ("25:00", "no time of day"),
        ("8 Europe/Kiiv", "There is no zone Europe/Kiiv. Near: Europe/Kyiv"),
        ("breaking min:0", "1 to 1,000"),
        ("off", "/unsubscribe ends a subscription"),
        ("8:00 breaking", "at no time of day"),
        ("breaking 08:00", "08:00 cannot stand here"),
        ("Kyiv 8:00", "8:00 cannot stand here"),
        ("breaking +port within:1h", "within:1h cannot stand here"),
        ("8 cooldown:1h", "cooldown:1h cannot stand here"),
        ("breaking min:99999999999999999999999", "1 to 1,000"),
        ("breaking within:soon", "span of time"),
        ("breaking within:9999w", "1m to 31d"),
        ('8 "open', "quotation is not closed"),
    ],
)
def test_words_that_are_no_wish_are_explained(typed: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        wish_of(typed)
