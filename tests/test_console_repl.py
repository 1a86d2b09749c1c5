"""The terminal chat, driven by the keys a person would press."""

import asyncio
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from bot.commands.desk import Answer, Progress, sentence
from bot.commands.desk import Document as Handed
from bot.commands.registry import COMMANDS
from bot.core.errors import SluglineError, StorageUnavailable
from bot.core.message import Message, Paragraph, Text
from bot.platforms.console.completion import Completions
from bot.platforms.console.repl import converse

UP, CTRL_C, CTRL_D, TAB = "\x1b[A", "\x03", "\x04", "\t"
PAUSE = "<pause>"  # a person looks up: earlier lines are loaded while nobody types


async def events(typed: str) -> list[tuple[int, str]]:
    found = [(12, "Harbour strike\x1b[2J enters its third week"), (7, "Bridge falls")]
    return [each for each in found if str(each[0]).startswith(typed)]


async def feeds(typed: str) -> list[tuple[int, str]]:
    return [
        each
        for each in [(3, "The Daily\x1b[2J Example"), (34, "The Quay")]
        if str(each[0]).startswith(typed) or typed.casefold() in each[1].casefold()
    ]


def said(message: Message) -> str:
    lines = [block.line for block in message.blocks if isinstance(block, Paragraph)]
    return "".join(span.text for line in lines for span in line if isinstance(span, Text))


async def answer(line: str) -> Answer:
    match line:
        case "/broken":
            raise StorageUnavailable("The disk is full.")
        case "/work":
            return Answer(message=sentence("working").message, work=work)
        case "/stuck":
            return Answer(message=sentence("working").message, work=stuck)
        case "/fail":
            return Answer(message=sentence("working").message, work=fail)
        case "/hand":
            return Answer(message=sentence("here").message, document=Handed(name="feeds.opml", data=b"<opml/>"))
        case _:
            return sentence(f"<{line}>")


async def work(progress: Progress) -> Answer:
    progress(1, 2_000)
    await asyncio.sleep(0.01)
    return Answer(message=sentence("half").message, work=finish)


async def finish(progress: Progress) -> Answer:
    progress(2_000, 2_000)
    return sentence("done")


async def stuck(progress: Progress) -> Answer:
    progress(0, 0)
    await asyncio.sleep(60)
    return sentence("never")


async def fail(progress: Progress) -> Answer:
    raise SluglineError("The list is gone.")


async def check(keys: str, *expected: str, history: Path | None = None) -> None:
    """Press keys, and compare what is shown."""

    shown: list[str] = []

    def show(message: Message) -> None:
        shown.append(said(message))

    with create_pipe_input() as keyboard, create_app_session(input=keyboard, output=DummyOutput()):
        screen = DummyOutput()
        talk = converse(
            answer=answer, show=show, commands=COMMANDS, events=events, feeds=feeds, history=history, keyboard=keyboard, output=screen
        )
        async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
            tasks.create_task(talk)
            for pressed in keys.split(PAUSE):
                await asyncio.sleep(0.1)
                keyboard.send_text(pressed)
    assert shown == list(expected)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("/latest\r/quit\r", ["</latest>"]),
        ("  two words \r" + CTRL_D, ["<two words>"]),
        ("\r\r   \r/EXIT\r", []),
        (CTRL_D, []),
        ("half a li" + CTRL_C + "/top\r" + CTRL_D, ["</top>"]),
        ("/broken\r/top\r" + CTRL_D, ["The disk is full.", "</top>"]),
        ("/top\r" + PAUSE + UP + "\r" + CTRL_D, ["</top>", "</top>"]),
        ("/sta" + TAB + "t\r" + CTRL_D, ["</stat>"]),
        ("/work\r" + PAUSE + PAUSE + "/top\r" + CTRL_D, ["working", "half", "done", "</top>"]),
        ("/fail\r" + PAUSE + "/top\r" + CTRL_D, ["working", "The list is gone.", "</top>"]),
        ("/stuck\r" + PAUSE + "/top\r/quit\r", ["working", "</top>", "The work that was going on is stopped; what was done stays done."]),
    ],
)
async def test_lines_are_answered_until_somebody_leaves(keys: str, expected: list[str]) -> None:
    await check(keys, *expected)


async def test_lines_are_remembered_from_one_conversation_to_the_next(tmp_path: Path) -> None:
    history = tmp_path / "state" / "history"
    await check("/first\r" + CTRL_D, "</first>", history=history)
    await check(PAUSE + UP + "\r" + CTRL_D, "</first>", history=history)
    assert history.stat().st_mode & 0o077 == 0


async def test_a_history_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    await check("/top\r" + CTRL_D, "</top>", history=tmp_path / "file" / "history")
    await check("/top\r" + CTRL_D, "</top>", history=tmp_path)


async def test_a_document_is_saved_where_the_program_was_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    await check("/hand\r/hand\r" + CTRL_D, "hereSaved as feeds.opml.", "hereSaved as feeds-2.opml.")
    assert (tmp_path / "feeds-2.opml").read_bytes() == b"<opml/>"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("/sta", ["/status", "/start"]),
        ("/EV", ["/event"]),
        ("/pause ", ["3", "34"]),
        ("/PAUSE 34", ["34"]),
        ("/removesource quay", ["34"]),
        ("/pause The Quay", ["34"]),
        ("/sources feed the quay", ["34"]),
        ("/pause al", ["all"]),
        ("/fulltext AL", ["all"]),
        ("/fulltext the qua", ["34"]),
        ("/fulltext all ", ["feed", "page"]),
        ("/removesource al", []),
        ("/pause 3 4", []),
        ("/sources feed 3", ["3", "34"]),
        ("/fulltext 3 ", ["feed", "page"]),
        ("/fulltext 3 pa", ["page"]),
        ("/import hist", ["ory.opml"]),
        ("/q", ["/quiet", "/quit"]),
        ("/qui", ["/quiet", "/quit"]),
        ("harbour", []),
        ("/event ", ["12", "7"]),
        ("/why ", ["12", "7"]),
        ("/merge 1", ["12"]),
        ("/timeline 7", ["7"]),
        ("/split ", ["12", "7"]),
        ("/history 1", ["12"]),
        ("/sources 1", ["12"]),
        ("/sources event", []),
        ("/latest ", []),
    ],
)
async def test_commands_and_what_follows_them_are_completed(
    typed: str, expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "history.opml").touch()
    found = [each async for each in Completions(COMMANDS, events, feeds).get_completions_async(Document(typed), CompleteEvent())]
    assert [each.text for each in found] == expected
    assert "\x1b" not in "".join(each.display_meta_text for each in found)


async def test_completion_is_silent_while_the_database_fails() -> None:
    async def failing(typed: str) -> list[tuple[int, str]]:
        raise StorageUnavailable("The disk is full.")

    for typed in ("/event ", "/pause "):
        completions = Completions(COMMANDS, failing, failing)
        assert [each async for each in completions.get_completions_async(Document(typed), CompleteEvent())] == []
