"""Numbers in English sentences: how they are written, what bounds them, what they measure, and what only looks like one."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.reading.figure import Qualifier
from bot.core.reading.quantities import quantities


def check(sentence: str, *expected: str) -> None:
    """Hold what is found against "said = low..high unit"; an open bound is left out."""

    def bound(value: Decimal | None) -> str:
        return "" if value is None else f"{value:f}"

    found = [
        f"{sentence[one.start : one.end]} = {bound(one.low)}{'' if one.low == one.high else '..' + bound(one.high)} {one.unit}".strip()
        if one.qualifier is not Qualifier.SEVERAL
        else f"{sentence[one.start : one.end]} = ?"
        for one in quantities(sentence)
    ]
    assert found == list(expected)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("fifty soldiers", "fifty = 50"),
        ("twenty-one cars", "twenty-one = 21"),
        ("one hundred and fifty men", "one hundred and fifty = 150"),
        ("fifteen hundred men", "fifteen hundred = 1500"),
        ("two million three hundred thousand", "two million three hundred thousand = 2300000"),
        ("two and a half million voters", "two and a half million = 2500000"),
        ("half a million people", "half a million = 500000"),
        ("a dozen boats", "a dozen = 12"),
        ("two dozen boats", "two dozen = 24"),
        ("a hundred boats", "a hundred = 100"),
        ("a million people", "a million = 1000000"),
        ("three generals", "three = 3"),
        ("1,000 men", "1,000 = 1000"),
        ("12,345,678 men", "12,345,678 = 12345678"),
        ("10 000 men", "10 000 = 10000"),
        ("1’000 men", "1’000 = 1000"),
        ("1,00,000 people", "1,00,000 = 100000"),
        ("2 lakh people", "2 lakh = 200000"),
        ("3 crore people", "3 crore = 30000000"),
        ("10k people", "10k = 10000"),
        ("1.5 million people", "1.5 million = 1500000"),
        ("“30 dead", "30 = 30"),
        ("(30 dead)", "30 = 30"),
        ("On December 26, 100 people", "100 = 100"),
    ],
)
def test_a_number_is_read_however_it_is_written(sentence: str, expected: str) -> None:
    check(sentence, expected)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("at least 30 soldiers", "at least 30 = 30.."),
        ("no fewer than three ships", "no fewer than three = 3.."),
        ("More than 3,000 men", "More than 3,000 = 3000.."),
        ("the number exceeded 3,000", "3,000 = 3000.."),
        ("up to 10 ships", "up to 10 = ..10"),
        ("as many as 10 ships", "as many as 10 = ..10"),
        ("fewer than 50 residents", "fewer than 50 = ..50"),
        ("nearly 3,000 men", "nearly 3,000 = 3000"),
        ("an estimated 300 men", "an estimated 300 = 300"),
        ("more than a dozen ships", "more than a dozen = 12.."),
        ("11,000 to 12,000 men", "11,000 to 12,000 = 11000..12000"),
        ("10,000–12,000 men", "10,000–12,000 = 10000..12000"),
        ("between 11,000 and 12,000 men", "between 11,000 and 12,000 = 11000..12000"),
        ("between 11,000 to 12,000 men", "between 11,000 to 12,000 = 11000..12000"),
        ("from 10 to 12 men", "from 10 to 12 = 10..12"),
        ("two or three men", "two or three = 2..3"),
        ("11 to 12 million people", "11 to 12 million = 11000000..12000000"),
        ("30 or more ships", "30 or more = 30.."),
        ("50+ ships", "50+ = 50.."),
        ("20 or so ships", "20 or so = 20"),
        ("11,000-strong force", "11,000-strong = 11000"),
        ("dozens of ships", "dozens = ?"),
        ("sued over three laws", "three = 3"),
    ],
)
def test_what_bounds_a_number_belongs_to_it(sentence: str, expected: str) -> None:
    check(sentence, expected)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("$1.5 million", "$1.5 million = 1500000 usd"),
        ("€300m", "€300m = 300000000 eur"),
        ("1.2bn euros", "1.2bn euros = 1200000000 eur"),
        ("50,000 rubles", "50,000 rubles = 50000 rub"),
        ("$10-$15 million", "$10-$15 million = 10000000..15000000 usd"),
        ("10 million pounds", "10 million pounds = 10000000 gbp"),
        ("$1-a-day", "$1 = 1 usd"),
        ("$200, 000 bail", "$200, 000 = 200000 usd"),
        ("200 pounds of flour", "200 pounds = 200 pound"),
        ("12%", "12% = 12 %"),
        ("12 per cent", "12 per cent = 12 %"),
        ("2 percentage points", "2 percentage points = 2 points"),
        ("a 27-year-old man", "27-year-old = 27 year"),
        ("a 59 - year - old man", "59 - year - old = 59 year"),
        ("a 10-month-old girl", "10-month-old = 10 month"),
        ("John Vell, 27, said", "27 = 27 year"),
        ("a woman, 27, said", "27 = 27 year"),
        ("aged 27", "27 = 27 year"),
        ("a ten-year sentence", "ten-year = 10 year"),
        ("2½ years", "2½ years = 2.5 year"),
        ("60 miles per hour", "60 miles per hour = 60 mph"),
        ("60mph", "60mph = 60 mph"),
        ("10 square miles", "10 square miles = 10 square mile"),
        ("a 6.4-magnitude quake", "6.4-magnitude = 6.4 magnitude"),
        ("a magnitude 6.4 quake", "6.4 = 6.4 magnitude"),
    ],
)
def test_a_unit_says_what_is_measured(sentence: str, expected: str) -> None:
    check(sentence, expected)


def test_a_list_of_ages_is_one_to_its_end() -> None:
    check("victims — ages 22, 26 and 37 — were", "22 = 22 year", "26 = 26 year", "37 = 37 year")
    check("aged 22, and 12 others", "22 = 22 year", "12 = 12")


def test_of_a_change_only_the_end_is_told() -> None:
    check("the toll rose from 10 to 12", "12 = 12")


@pytest.mark.parametrize(
    "sentence",
    [
        *("26 December", "Dec. 26th", "on December 14-15", "on May 3 and 4, he", "2024-12-27", "27.12.2024", "24/7", "9/11", "10:30"),
        *("9 p.m.", "5 o'clock", "the 17th brigade", "twenty-first", "BTR-82", "F-16", "AK-47", "Highway 61", "No. 5", "World War Two"),
        *("555-1234", "202-555-0143", "the 2300 block of Main Street", "10 Downing Street", "version 2.0.1", "1990s", "mid-50s", "007"),
        *("a two-story house", "a 3-2 win", "5-4", "a .40-caliber gun", "a 911 call", "20 years ago", "two days later", "one day"),
    ],
)
def test_what_only_looks_like_a_number_is_left_out(sentence: str) -> None:
    check(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        *("1e999 dead", "10,0,0 dead", "1,0000 dead", "−5 dead", "-5 dead", "٣٤ dead", "५ dead", "5² dead", "99999999999999999999 dead"),
        *(
            "∞ dead",
            "0x10 dead",
            "10_000 dead",
            "1.000 dead",
            "€1.000",
            "3,5 dead",
            "NaN dead",
            "１２ dead",
            "Ⅻ dead",
            "#5 dead",
            "5#6 dead",
        ),
    ],
)
def test_what_is_put_together_as_no_number_is_claims_nothing(sentence: str) -> None:
    check(sentence)


def test_marks_of_direction_do_not_change_a_number() -> None:
    check("\u200f12\u200f dead")
    check("12 \u200fdead", "12 = 12")


PIECES = st.sampled_from(
    "1 12 1,000 ½ 1e9 $ € , . - – to and or between from at least more than two hundred thousand million a half dozen year old % ( ) ′ ² ٣ "
    "\u200f - 10,0,0 December 26 years ago block of Main Street".split(" ")
)


@given(st.lists(st.tuples(PIECES, st.sampled_from(("", " "))), max_size=30), st.text(max_size=20))
def test_whatever_a_sentence_holds_its_numbers_lie_in_it_in_order_and_bounded(pieces: list[tuple[str, str]], rest: str) -> None:
    sentence = "".join(piece + blank for piece, blank in pieces) + rest
    end = 0
    for one in quantities(sentence):
        assert end <= one.start <= one.number < one.end <= len(sentence)
        assert one.low is None or one.high is None or 0 <= one.low <= one.high
        assert all(value is None or value < Decimal(10) ** 28 for value in (one.low, one.high))
        end = one.end
