"""The buttons below a message on Telegram: what they send, how they stand, and that a server takes every one of them."""

from hypothesis import given
from hypothesis import strategies as st
from telegram_parser import is_button_address
from telegram_samples import ACTIONS

from bot.core.message import Action
from bot.core.phrase import phrase
from bot.platforms.telegram.keyboard import keyboard

ADDRESS = "https://news.example/a?b=1&c=2"


def rows(*actions: Action, language: str | None = None) -> list[list[tuple[str, str]]]:
    """Labels with what is sent or opened."""
    markup = keyboard(actions, language=language)
    if markup is None:
        return []
    return [[(button.text, str(button.callback_data or button.url)) for button in row] for row in markup.inline_keyboard]


def labels(*actions: Action) -> list[list[str]]:
    return [[label for label, _ in row] for row in rows(*actions)]


def test_a_button_sends_its_command_asks_first_or_opens_an_address() -> None:
    assert rows(Action("Sources", "/sources 12"), Action("Another city…", "/timezone", "Which city?"), Action("Open", ADDRESS)) == [
        [("Sources", ">/sources 12"), ("Another city…", "?/timezone"), ("Open", ADDRESS)]
    ]


def test_controls_of_a_screen_stand_in_the_last_row() -> None:
    controls = (
        Action("‹", "="),
        Action("1/7", "="),
        Action("›", "#2.0 /latest"),
        Action(phrase("Back"), "<0 /latest"),
        Action(phrase("Close"), "x"),
    )
    found = labels(
        *controls, Action("Event 1", "/event 1"), Action("Long", "@abc"), Action("Event 3", "/event 3"), Action("Event 4", "/event 4")
    )
    assert found == [["Event 1", "Long", "Event 3"], ["Event 4"], ["‹", "1/7", "›", "Back", "Close"]]


def test_long_labels_get_rows_of_their_own_and_are_cut() -> None:
    found = labels(
        Action("Deliver at a quarter past six", "/a"), Action("Deliver at noon", "/b"), Action("x " * 100, "/c"), Action("  ", "/d")
    )
    assert found[:2] == [["Deliver at a quarter past six"], ["Deliver at noon"]]
    assert found[2][0].endswith("…")
    assert len(found[2][0]) <= 40
    assert len(found) == 3


def test_what_no_button_can_carry_is_left_out() -> None:
    longest = "/filter 1 " + "x" * 53
    assert rows(Action("Fits", longest), Action("Too long", longest + "x"), Action("Empty", ""), Action("Lines", "/a\nb")) == [
        [("Fits", f">{longest}")]
    ]
    assert rows(Action("Bytes", "/search " + "ї" * 27)) == [[("Bytes", ">/search " + "ї" * 27)]]
    assert not rows(Action("Bytes", "/search " + "ї" * 28), Action("Half", "/search \ud83d"))
    for url in ("http://localhost/", "https://good.example@evil.com/", "http://x.y:70000/", "https://x.y/" + "a" * 3000):
        assert not is_button_address(url) or "@" in url or len(url) > 2048
        assert not rows(Action("Open", url))


def test_a_hundred_buttons_are_the_most() -> None:
    markup = keyboard([Action(f"Event {number}", f"/event {number}") for number in range(300)])
    assert markup is not None
    assert sum(map(len, markup.inline_keyboard)) == 100


def test_labels_are_said_in_the_readers_language() -> None:
    assert labels(Action(phrase("Event {id}", id=7), "/event 7")) == [["Event 7"]]
    assert rows(Action(phrase("Event {id}", id=7), "/event 7"), language="en-GB") == [[("Event 7", ">/event 7")]]


@given(ACTIONS | st.lists(st.builds(Action, st.text(), st.text())))
def test_a_server_takes_every_keyboard(actions: list[Action]) -> None:
    markup = keyboard(actions)
    buttons = [button for row in markup.inline_keyboard for button in row] if markup else []
    assert markup is None or all(0 < len(row) <= 8 for row in markup.inline_keyboard)
    for button in buttons:
        assert button.text.strip()
        button.text.encode()
        assert (button.url is None) != (button.callback_data is None)
        if button.url:
            assert is_button_address(button.url)
        else:
            assert 0 < len(str(button.callback_data).encode()) <= 64
