"""In which phase an event is, by when its reports came."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import bridge

from bot.core.chats.screen import Level
from bot.core.chats.screen_page import page_of
from bot.core.event import overview
from bot.core.message_text import message_json, message_of
from bot.core.phase import Phase, phase_of
from bot.core.telling.card import event_card
from bot.core.telling.posts import Sight
from bot.languages import translated

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def ago(*hours: float) -> list[datetime]:
    return [NOW - timedelta(hours=each) for each in hours]


@pytest.mark.parametrize(
    ("hours", "phase"),
    [
        ([], Phase.DEVELOPING),
        ([0.5], Phase.BREAKING),
        ([5, 4, 0.1], Phase.BREAKING),
        ([20], Phase.DEVELOPING),
        ([30, 25], Phase.FADING),
        ([24], Phase.FADING),
        ([10, 8, 2], Phase.DEVELOPING),
        ([40, 2.5, 1, 0.5], Phase.BREAKING),
        ([40, 2.5, 1], Phase.DEVELOPING),
        ([72, 71, 70, 69, 68, 67, 66, 50, 49, 20], Phase.FADING),
        ([72, 60, 50, 40, 20, 10], Phase.DEVELOPING),
    ],
)
def test_phases(hours: list[float], phase: Phase) -> None:
    assert phase_of(ago(*hours), NOW) is phase


@given(st.lists(st.floats(-50, 500), max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter_and_clocks_ahead_count_as_now(hours: list[float], chance: Random) -> None:
    times = ago(*hours)
    shuffled = sorted(times, key=lambda _: chance.random())
    assert phase_of(times, NOW) is phase_of(shuffled, NOW)
    assert phase_of(times, NOW) is phase_of([min(each, NOW) for each in times], NOW)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=12))
def test_without_anything_new_every_event_fades(hours: list[float]) -> None:
    assert phase_of(ago(*hours), NOW + timedelta(hours=24)) is Phase.FADING


def test_a_card_says_its_phase_and_keeps_it_when_it_is_written_down() -> None:
    """Of the year before, and changed today: nobody reports it any more."""
    card = event_card(overview(bridge()))
    assert card.phase is Phase.FADING
    assert message_of(message_json(card)) == card
    assert '"phase":"fading"' in message_json(card)
    assert '"ago":true' in message_json(card)


def test_a_card_keeps_its_phase_on_its_way_to_a_chat() -> None:
    sight = Sight(overview(bridge()))
    assert sight.card("one more report").phase is sight.card().phase is Phase.FADING
    shown, _ = page_of((Level(line="/event 1"),), [sight.card()], about="Harbour news")
    assert shown.phase is Phase.FADING
    assert translated(sight.card(), "uk").phase is Phase.FADING
