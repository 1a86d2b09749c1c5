"""Different words for one body are one origin; bodies of different states with the same noun are not."""

import pytest

from bot.core.model import Content
from bot.core.reading.credits import credits_in
from bot.core.reading.passages import passages
from bot.core.understanding.origins import is_same


def check(one: str, other: str, *, same: bool) -> None:
    """Let two reports credit somebody, and hold whether these are one origin against what is expected."""
    first, second = (
        next(iter(credits_in(content, passages(content))))
        for content in (Content(title="Ferry sinks", titled=True, text=f"It sank, {name} said.", language="en") for name in (one, other))
    )
    assert is_same(first, second) is is_same(second, first) is same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("South Korea’s spy agency", "South Korean intelligence"),
        ("South Korean intelligence", "the South Korean National Intelligence Service"),
        ("police", "Orlik police"),
        ("President Zelensky", "Ukrainian President Volodymyr Zelenskyy"),
    ],
)
def test_other_words_for_the_same_body_are_one_origin(one: str, other: str) -> None:
    check(one, other, same=True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ukrainian intelligence", "South Korean intelligence"),
        ("Orlik police", "Veldmark police"),
        ("officials", "American officials"),
        ("a Telegram channel", "a Telegram channel"),
        ("South Korean officials", "a South Korean source"),
    ],
)
def test_bodies_that_share_a_noun_are_not(one: str, other: str) -> None:
    check(one, other, same=False)
