"""What is understood of the words behind /subscribe."""

from datetime import timedelta

import pytest

from bot.commands.wishes import Wish, wish_of
from bot.core.chat import Repeat
from bot.core.errors import UsageError


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", Wish(repeat=Repeat.DAILY, at=480)),
        ("07:30", Wish(repeat=Repeat.DAILY, at=450, before="07:30")),
        ("Daily at 8:15 pm", Wish(repeat=Repeat.DAILY, at=1215, before="Daily at 8:15 pm")),
        ("weekdays noon", Wish(repeat=Repeat.WEEKDAYS, at=720, before="weekdays noon")),
        ("weekly fri 18:00", Wish(repeat=Repeat.WEEKLY, weekday=4, at=1080, before="weekly fri 18:00")),
        ("weekly on Monday", Wish(repeat=Repeat.WEEKLY, weekday=0, at=480, before="weekly on Monday")),
        ("sundays 9", Wish(repeat=Repeat.WEEKLY, weekday=6, at=540, before="sundays 9")),
        ("8 UTC+3", Wish(repeat=Repeat.DAILY, at=480, before="8", zones=("UTC+03:00",), zone_text="UTC+3")),
        ("8 new york", Wish(repeat=Repeat.DAILY, at=480, before="8", zones=("America/New_York",), zone_text="new york")),
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
        ("kyiv", Wish(repeat=Repeat.DAILY, at=480, after="kyiv", filter="kyiv")),
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
    ("typed", "told"),
    [
        ("weekly", "which day"),
        ("weekly 18:00", "which day"),
        ("25:00", "no time of day"),
        ("8 Europe/Kiiv", "There is no zone Europe/Kiiv. Near: Europe/Kyiv"),
        ("breaking min:0", "1 to 1,000"),
        ("breaking min:99999999999999999999999", "1 to 1,000"),
        ("breaking within:soon", "span of time"),
        ("breaking within:9999w", "1m to 31d"),
        ('8 "open', "quotation is not closed"),
    ],
)
def test_words_that_are_no_wish_are_explained(typed: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        wish_of(typed)
