"""Answers that are paged and navigated in place: what becomes of every press, from a real database on each engine."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from chat_samples import chat_at, subscriptions_at
from invented import NOW
from screen_samples import ADA, BORYS, CHANNEL, GROUP, PRIVATE, Board, data_of, labels, levels, report, said, stored
from structlog.testing import capture_logs

from bot.commands.desk import Answer, Desk
from bot.commands.pressed import Ask, Close, Elsewhere, New, Nothing, Show, Toast
from bot.commands.registry import respond
from bot.commands.screens import FORGOTTEN, MEANINGLESS, NOT_YOURS
from bot.core.chats.chat import Replies
from bot.core.errors import StorageUnavailable
from bot.core.message import Action, Message, Paragraph, Text
from storage.chats import chats, mutes, screens
from storage.engine.database import Database

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def desk(database: Database) -> Desk:
    """Eight events, which make three pages."""
    await report(database, 8)
    return Desk(database=database, version="1.2.3")


@pytest.fixture
def board(desk: Desk) -> Board:
    return Board(desk)


async def test_pages_are_turned_in_place_and_end(board: Board) -> None:
    id_ = await board.ask("/latest 8")
    assert labels(board.shown[id_]) == ["Event 8", "Event 7", "Event 6", "‹", "1/3", "›", "Close"]
    assert await board.press(id_, "‹") == Nothing()
    assert isinstance(await board.press(id_, "›"), Show)
    assert labels(board.shown[id_]) == ["Event 5", "Event 4", "Event 3", "‹", "2/3", "›", "Close"]
    await board.press(id_, "›")
    assert labels(board.shown[id_]) == ["Event 2", "Event 1", "‹", "3/3", "›", "Close"]
    assert await board.press(id_, "›") == Nothing()
    await board.press(id_, "‹")
    assert (labels(board.shown[id_])[4], await levels(board, id_)) == ("2/3", [("/latest 8", 2)])


async def test_what_a_list_opens_leads_back_to_the_page_it_was_opened_from(board: Board) -> None:
    id_ = await board.ask("/latest 8")
    await board.press(id_, "›")
    await board.press(id_, "Event 4")
    assert "Strike 4" in said(board.shown[id_])
    await board.press(id_, "Sources")
    assert await levels(board, id_) == [("/latest 8", 2), ("/event 4", 1), ("/sources 4", 1)]
    board.restart()
    await board.press(id_, "Back")
    assert "Strike 4" in said(board.shown[id_])
    await board.press(id_, "Back")
    assert labels(board.shown[id_])[4] == "2/3"


async def test_close_takes_the_screen_away_and_forgets_it(board: Board) -> None:
    id_ = await board.ask("/latest 8")
    assert await board.press(id_, "Close") == Close()
    assert await stored(board, id_) is None


async def test_an_answer_without_buttons_is_no_screen(board: Board) -> None:
    id_ = await board.ask("/search nothing of the kind")
    assert (labels(board.shown[id_]), await stored(board, id_)) == ([], None)


async def test_pressed_twice_at_the_same_time_is_pressed_once(board: Board) -> None:
    id_ = await board.ask("/latest 8")
    before = board.shown[id_]
    for wanted, expected in (("Event 7", [("/latest 8", 1), ("/event 7", 1)]), ("Back", [("/latest 8", 1)]), ("›", [("/latest 8", 2)])):
        button = data_of(next(action for action in board.shown[id_].actions if action.label == wanted))
        await asyncio.gather(*(board.press(id_, button, forged=True) for _ in range(3)))
        assert await levels(board, id_) == expected
    assert before.blocks != board.shown[id_].blocks


@SQLITE
async def test_a_change_pressed_twice_is_made_once(board: Board) -> None:
    """A second subscription by a double click would be told to be there already; /undo would undo more."""
    id_ = await board.ask("/subscriptions")
    one, other = await asyncio.gather(*(board.press(id_, ">/subscribe breaking", forged=True) for _ in range(2)))
    assert (type(one), type(other)) == (Show, Nothing)
    assert "Subscribed\n" in said(board.shown[id_])


async def test_a_change_is_told_in_a_toast_and_the_screen_is_shown_anew(board: Board) -> None:
    id_ = await board.ask("/event 4")
    pressed = await board.press(id_, ">/follow 4", forged=True)
    assert isinstance(pressed, Toast)
    assert pressed.text.startswith("Followed: every new report")
    assert pressed.show is not None
    assert "Strike 4" in said(pressed.show.message)
    assert await levels(board, id_) == [("/event 4", 1)]


async def test_a_panel_that_answers_with_itself_lies_nowhere_twice(board: Board) -> None:
    id_ = await board.ask("/settings")
    for replies in (Replies.ALL, Replies.NONE, Replies.SIGNIFICANT):
        await board.press(id_, f">/settings replies {replies}", forged=True)
        assert (await chat_at(board.desk.database, PRIVATE.address)).replies == replies
    assert await levels(board, id_) == [("/settings", 1)]


async def test_an_answer_is_written_out_for_who_the_chat_has_become(board: Board) -> None:
    """A zone that was chosen a moment ago holds for the next answer, whether it was typed or pressed."""
    zones = []
    for typed in ("/latest 3", "/timezone Oslo", "/latest 3"):
        request = board.request(typed)
        zones.append((await board.screens.open_(request, await respond(board.desk, request))).reader.zone)
    id_ = await board.ask("/settings")
    pressed = await board.press(id_, ">/timezone Kyiv", forged=True)
    show = pressed.show if isinstance(pressed, Toast) else pressed
    assert isinstance(show, Show)
    assert [*zones, show.reader.zone] == ["UTC", "Europe/Oslo", "Europe/Oslo", "Europe/Kyiv"]


async def test_what_changes_something_is_never_done_again_by_going_back(board: Board) -> None:
    """A chat that said /stop is not served again because somebody goes back to the greeting."""
    id_ = await board.ask("/start")
    await board.press(id_, ">/settings", forged=True)
    await board.press(id_, ">/stop", forged=True)
    assert "no, since /stop" in said(board.shown[id_])
    await board.press(id_, "Back")
    assert "Your news desk" in said(board.shown[id_])
    assert (await chat_at(board.desk.database, PRIVATE.address)).stopped_at is not None


async def test_a_typed_change_is_paged_without_being_made_again(board: Board) -> None:
    """Its answer is kept; a subscription that ended meanwhile does not come back."""
    id_ = await board.ask("/subscribe breaking")
    await board.press(id_, "Undo")
    assert "ended" in said(board.shown[id_])
    await board.press(id_, "<0 /subscribe breaking", forged=True)
    assert isinstance(await board.press(id_, "<0", forged=True), Show)
    assert await subscriptions_at(board.desk.database, PRIVATE.address) == []


async def test_a_press_on_an_event_that_is_not_there_says_so(board: Board) -> None:
    id_ = await board.ask("/latest 8")
    assert await board.press(id_, ">/event 4711", forged=True) == Toast(text="There is no event 4711; the highest is 8.", is_alert=True)
    assert labels(board.shown[id_])[4] == "1/3"


async def test_only_the_asker_and_who_runs_a_group_press_in_it(desk: Desk) -> None:
    """FAULTS row 44."""
    board = Board(desk, GROUP)
    id_ = await board.ask("/latest 8", runs_chat=False)
    with capture_logs() as logged:
        assert await board.press(id_, "›", person=BORYS, runs_chat=False) == Toast(text=NOT_YOURS, is_alert=True)
        assert await board.press(id_, "Close", person=BORYS, runs_chat=False) == Toast(text=NOT_YOURS, is_alert=True)
        assert await board.press(id_, "!rm", person=BORYS, runs_chat=False, forged=True) == Toast(text=MEANINGLESS)
    assert [line["event"] for line in logged] == [
        *["A press was refused: the screen is somebody else's."] * 2,
        "A press was refused: no button has such data.",
    ]
    assert isinstance(await board.press(id_, "›", person=ADA, runs_chat=False), Show)
    assert isinstance(await board.press(id_, "›", person=BORYS, runs_chat=True), Show)
    by_nobody = await board.ask("/latest 8", person="")
    assert await board.press(by_nobody, "›", person="", runs_chat=False) == Toast(text=NOT_YOURS, is_alert=True)


async def test_settings_are_only_changed_by_who_runs_the_chat(desk: Desk) -> None:
    """FAULTS row 44: the asker has become an ordinary member since, or sends data that no button has."""
    board = Board(desk, GROUP)
    id_ = await board.ask("/latest 8", runs_chat=False)
    with capture_logs() as logged:
        pressed = await board.press(id_, ">/follow 3", runs_chat=False, forged=True)
    assert [(line["event"], line["command"], line["person"]) for line in logged] == [("A command was refused.", "follow", ADA)]
    assert pressed == Toast(text="/follow is for those who run this chat.", is_alert=True)
    pressed = await board.press(id_, "?/timezone", runs_chat=False, forged=True)
    assert pressed == Toast(text="/timezone is for those who run this chat.", is_alert=True)
    assert await board.dialogues.end(GROUP.address, ADA) is False


async def test_under_a_card_everybody_opens_and_only_who_runs_the_chat_changes(desk: Desk) -> None:
    board = Board(desk, GROUP)
    board.put("77", Message((), (Action("Sources", "/sources 4"), Action("Follow", "/follow 4"))))
    opened_ = await board.press("77", "Sources", person=BORYS, runs_chat=False)
    assert isinstance(opened_, New)
    assert opened_.request.text == "/sources 4"
    assert await board.press("77", "Follow", person=BORYS, runs_chat=False) == Toast(
        text="/follow is for those who run this chat.", is_alert=True
    )
    followed = await board.press("77", "Follow", person=BORYS)
    assert isinstance(followed, Toast)
    assert followed.show is None
    chat = await chat_at(desk.database, GROUP.address)
    async with desk.database.read() as connection:
        assert (await mutes.followed(connection, [chat.id]))[chat.id] == {4}


async def test_in_a_channel_nothing_is_written_for_one_reader(desk: Desk) -> None:
    board = Board(desk, CHANNEL)
    board.put("77", Message((), (Action("Sources", "/sources 4"), Action("Mute", "/mute 4"))))
    assert await board.press("77", "Sources", person=BORYS, runs_chat=False) == Elsewhere(line="/sources 4")
    assert await board.press("77", "Mute", person=BORYS, runs_chat=False) == Toast(
        text="/mute is for those who run this chat.", is_alert=True
    )
    for data in ("?/latest", "?/settings", "#1.0 /latest 8", "/start"):
        pressed = await board.press("77", data, person=BORYS, runs_chat=False, forged=True)
        assert isinstance(pressed, Toast | Elsewhere)
    muted = await board.press("77", "Mute")
    assert isinstance(muted, Toast)
    chat = await chat_at(desk.database, CHANNEL.address)
    async with desk.database.read() as connection:
        assert len((await mutes.of(connection, [chat.id], NOW))[chat.id]) == 1


async def test_a_screen_of_which_nothing_is_known_goes_on_in_a_new_message(board: Board) -> None:
    id_ = await board.ask("/latest 8")
    async with board.desk.database.write() as connection:
        await screens.prune(connection, NOW + timedelta(days=91))
    pressed = await board.press(id_, "›")
    assert isinstance(pressed, New)
    assert pressed.request.text == "/latest 8"
    assert isinstance(await board.press(id_, "Event 8"), New)
    assert await board.press(id_, "#2.0", forged=True) == Toast(text=FORGOTTEN)
    assert await board.press(id_, "x", forged=True) == Close()


async def test_a_forgotten_screen_of_a_group_is_not_taken_away_by_anybody(desk: Desk) -> None:
    board = Board(desk, GROUP)
    board.put("77", Message((), (Action("Sources", "/sources 4"),)))
    assert await board.press("77", "x", forged=True) == Toast(text=FORGOTTEN)
    assert await board.press("77", "#1.0 /stop", forged=True) == Toast(text=MEANINGLESS)
    assert await board.press("77", "<0 /subscribe breaking", forged=True) == Toast(text=MEANINGLESS)


async def test_a_screen_is_forgotten_when_nobody_touched_it_for_months(board: Board) -> None:
    old = await board.ask("/latest 8")
    board.now += timedelta(days=50)
    used = await board.ask("/latest 8")
    board.now += timedelta(days=50)
    await board.press(used, "1/3")
    await board.ask("/latest 7")
    assert await stored(board, old) is None
    assert await stored(board, used) is not None


@SQLITE
async def test_a_press_before_the_screen_is_written_down_finds_it(board: Board, tmp_path: Path) -> None:
    """Grouping may hold the database for a second; nobody waits that long before the next page."""
    with closing(sqlite3.connect(tmp_path / "test.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        asking = asyncio.create_task(board.ask("/latest 8"))
        while not board.shown:
            await asyncio.wait([asking], timeout=0.01)
        assert isinstance(await board.press("1", "›"), Show)
        with pytest.raises(StorageUnavailable):
            await asking


@SQLITE
@pytest.mark.parametrize(
    "data",
    ["", " ", ">", ">latest", "?", "#", "#2", "#.0", "#2.", "#2.0.0", "#-1.0", "#².0", "#2.9", "#99999.0", "<", "<8", "<-1", "<x", "xx", "==", "@", "k1", "💣", "\0", "#" * 64],
)  # fmt: skip
async def test_data_that_no_button_has_does_nothing(board: Board, data: str) -> None:
    id_ = await board.ask("/latest 8")
    before = await stored(board, id_)
    pressed = await board.press(id_, data, forged=True)
    assert pressed == Toast(text=MEANINGLESS, show=pressed.show if isinstance(pressed, Toast) else None)
    assert await stored(board, id_) == before


async def test_a_page_beyond_the_last_is_the_last(board: Board) -> None:
    id_ = await board.ask("/latest 8")
    await board.press(id_, "#9999.0 /latest 8", forged=True)
    assert (labels(board.shown[id_])[3], await levels(board, id_)) == ("3/3", [("/latest 8", 3)])
    await board.press(id_, "#0.0", forged=True)
    assert await levels(board, id_) == [("/latest 8", 1)]


async def test_data_of_another_chat_means_nothing_there(desk: Desk) -> None:
    """What a screen is about is remembered, not told by its buttons."""
    mine, theirs = Board(desk, PRIVATE), Board(desk, GROUP)
    long = "/search " + "strike " * 12
    id_ = await mine.ask(long)
    found = [action for action in mine.shown[id_].actions if action.command.startswith("#")]
    other = await theirs.ask("/latest 8", person=BORYS)
    assert id_ == other
    await theirs.press(other, found[-1].command, person=BORYS, forged=True)
    assert await levels(theirs, other) == [("/latest 8", 2)]


async def test_a_command_too_long_for_a_button_is_found_again(desk: Desk) -> None:
    board = Board(desk)
    line = "/search " + "strike " * 12 + "Lisse"
    answer = Answer(message=Message((Paragraph((Text("Try"),)),), (Action("Again", line), Action("Add", f"{line} ", "Which words?"))))
    opened_ = await board.screens.open_(board.request("/import"), answer)
    board.put("5", opened_.message)
    await board.screens.remember(opened_, "5", NOW)
    assert all(len(action.command.encode()) <= 64 for action in opened_.message.actions)
    asked = await board.press("5", "Add")
    assert isinstance(asked, Ask)
    assert asked.text == "Which words?"
    await board.press("5", "Again")
    assert "Strike 4" in said(board.shown["5"])
    board.restart()
    await board.press("5", "Back")
    assert said(board.shown["5"]).strip() == "Try"


async def test_a_channel_is_managed_from_a_private_chat(desk: Desk) -> None:
    board = Board(desk)
    id_ = await board.ask("/settings", about=CHANNEL)
    assert said(board.shown[id_]).startswith("Harbour news\nSettings of this chat")
    board.restart()
    await board.press(id_, ">/settings replies none", forged=True)
    assert said(board.shown[id_]).startswith("Harbour news\nSettings of this chat")
    async with desk.database.read() as connection:
        channel, private = await chats.find(connection, CHANNEL.address), await chats.find(connection, PRIVATE.address)
    assert channel is not None
    assert (channel.replies, private) == (Replies.NONE, None)


async def test_who_has_all_deleted_by_a_button_leaves_nothing_behind(board: Board) -> None:
    await board.ask("/quiet 22:00-07:00")
    id_ = await board.ask("/privacy")
    await board.press(id_, "Delete …")
    assert "Delete everything?" in said(board.shown[id_])
    pressed = await board.press(id_, "Delete everything")
    assert isinstance(pressed, Toast)
    assert pressed.text == "Nothing is stored of this chat any more."
    assert "Nothing is stored" in said(board.shown[id_])
    assert await stored(board, id_) is None


async def test_screens_that_arrive_together_are_all_written_down(board: Board) -> None:
    ids = await asyncio.gather(*(board.ask(f"/latest {number}") for number in range(1, 9)))
    assert [await levels(board, id_) for id_ in sorted(ids)] != [[]] * len(ids)
    for id_ in {id_ for id_, _ in board.history}:
        assert await stored(board, id_)


async def test_a_screen_that_cannot_be_written_down_can_still_be_used(database: Database, tmp_path: Path) -> None:
    """FAULTS row 33: nothing can be written, and commands are answered all the same."""
    await report(database, 8)
    board = Board(Desk(database=database, version="1.2.3"))
    id_ = await board.ask("/latest 8")
    if database.engine_name != "sqlite":
        return
    with closing(sqlite3.connect(tmp_path / "test.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await board.press(id_, "›")
        await board.press(id_, "›")
        assert labels(board.shown[id_])[3] == "3/3"
        await board.press(id_, "Event 2")
        await board.press(id_, "Back")
        assert labels(board.shown[id_])[-1] == "Close"
        with pytest.raises(StorageUnavailable):
            await board.ask("/latest 7")
