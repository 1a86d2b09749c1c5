"""Screens whatever is pressed: sequences of presses that hypothesis makes up, and the data behind buttons."""

import pytest
from conftest import SHARING
from hypothesis import given, settings
from hypothesis import strategies as st
from screen_samples import ADA, BORYS, GROUP, PRIVATE, Board, data_of, labels, report, said, stored
from thoroughness import some

from bot.commands.desk import Desk, Place
from bot.commands.pressed import New, Show, Toast
from bot.commands.screens import FORGOTTEN, MEANINGLESS, repeats
from bot.core.chats.screen import MOST_LEVELS, Back, Level, Run, Turn, back_data, control, opened, reached, turn_data
from storage.chats import screens
from storage.engine.database import Database

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def desk(database: Database) -> Desk:
    """Eight events, which make three pages."""
    await report(database, 8)
    return Desk(database=database, version="1.2.3")


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["press", "press", "press", "press", "stale", "stale", "forged", "restart", "lost", "ask"]),
        st.integers(0, 10_000),
        st.sampled_from([ADA, ADA, ADA, BORYS]),
    ),
    max_size=25,
)
FORGED = st.sampled_from(
    [
        "#2.3",
        "<5",
        "<0 /top 9d",
        "#3.1 /latest 7",
        ">/settings",
        ">/follow 1",
        ">/undo",
        "@00",
        "x",
        ">/start",
        "?/filter",
        "#1.7 /sources 1",
    ]
)


@SQLITE
@settings(max_examples=some(25), suppress_health_check=SHARING)
@given(steps=STEPS, forged=FORGED, place=st.sampled_from([PRIVATE, GROUP]))
async def test_whatever_is_pressed_a_screen_stays_usable(desk: Desk, steps: list[tuple[str, int, str]], forged: str, place: Place) -> None:
    """Presses of old buttons, made-up data, restarts and lost rows: what is shown is a page with buttons that work, and Back ends."""
    board = Board(desk, place)
    await board.ask("/latest 8")
    for what, number, person in steps:
        id_, message = board.history[number % len(board.history)]
        living = list(board.shown)
        here = living[number % len(living)] if living else None
        runs_chat = place is PRIVATE
        if what == "restart":
            board.restart()
        elif what == "ask" or here is None:
            await board.ask(["/latest 8", "/settings", "/event 3", "/start", "strike"][number % 5], person=person, runs_chat=runs_chat)
        elif what == "lost":
            async with desk.database.write() as connection:
                await screens.remove(connection, board.place.address, here)
        elif what == "forged":
            await board.press(here, forged, person=person, runs_chat=runs_chat, forged=True)
        elif what == "stale" and message.actions and id_ in board.shown:
            await board.press(id_, data_of(message.actions[number % len(message.actions)]), person=person, runs_chat=runs_chat, forged=True)
        elif board.shown[here].actions:
            actions = board.shown[here].actions
            await board.press(here, data_of(actions[number % len(actions)]), person=person, runs_chat=runs_chat, forged=True)
    for id_ in list(board.shown):
        await check_usable(board, id_)


async def check_usable(board: Board, id_: str) -> None:
    """Every button does something that a reader understands, and Back leads to the bottom in as many steps as there are levels."""
    for action in board.shown[id_].actions:
        if action.label in {"Close", "Back"} or action.command.startswith(("http", "/stop", "/privacy")):
            continue
        pressed = await board.press(id_, data_of(action), forged=True)
        assert not (isinstance(pressed, Toast) and pressed.text == MEANINGLESS), action
    for _ in range(MOST_LEVELS):
        found = await stored(board, id_)
        if "Back" not in labels(board.shown[id_]):
            assert found is None or len(found.levels) == 1
            break
        pressed = await board.press(id_, "Back")
        if found is None:  # What was kept because it must not be done again is lost with the row.
            assert isinstance(pressed, New) or pressed == Toast(text=FORGOTTEN)
            break
        assert isinstance(pressed, Show)
    assert said(board.shown[id_]).strip()


PARTS = st.text(alphabet=st.characters(blacklist_categories=()), max_size=80)
LINES = st.one_of(PARTS, PARTS.map("/search {}".format), st.sampled_from(["/latest 5", "/event 3", "/top 7d"]))
LEVELS = st.lists(
    st.builds(Level, line=LINES, page=st.integers(1, 9_999), kept=st.none() | st.just("{}")), min_size=1, max_size=MOST_LEVELS
)


@given(levels=LEVELS, page=st.integers(1, 9_999))
def test_what_a_control_says_is_read_as_it_was_written(levels: list[Level], page: int) -> None:
    """Whatever somebody searched for: 64 bytes, and never another page or level than was meant."""
    depth = len(levels) - 1
    for data, kind in ((turn_data(page, depth, levels[-1]), Turn), (back_data(depth, levels[-1]), Back)):
        assert len(data.encode()) <= 64
        read = control(data)
        assert isinstance(read, Turn | Back)
        assert type(read) is kind
        assert read.depth == depth
        assert read.line in {None, levels[-1].line}
        assert [each.line for each in reached(tuple(levels), read)] == [each.line for each in levels]
        assert not isinstance(read, Turn) or reached(tuple(levels), read)[-1].page == page


@given(data=st.text(alphabet=st.characters(blacklist_categories=()), max_size=64), levels=LEVELS)
def test_made_up_data_leads_to_levels_that_there_can_be(data: str, levels: list[Level]) -> None:
    read = control(data)
    if isinstance(read, Turn | Back):
        after = reached(tuple(levels), read)
        assert 1 <= len(after) <= MOST_LEVELS
        assert all(level.page >= 1 for level in after)
    elif isinstance(read, Run):
        after = opened(tuple(levels), Level(line=read.line))
        assert 1 <= len(after) <= MOST_LEVELS
        assert after[-1].line == read.line


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("harbour strike", True), ("/latest 5", True), ("/LATEST@slugline_bot", True), ("/nonsense", True), ("/settings", True), ("/filter", True),
        ("/settings replies all", False), ("/stop", False), ("/start", False), ("/START", False), ("/subscribe", False), ("/unsubscribe", False),
        ("/pause 3", False), ("/status", True),
    ],
)  # fmt: skip
def test_what_only_asks_may_be_asked_again(line: str, *, expected: bool) -> None:
    assert repeats(line) is expected
