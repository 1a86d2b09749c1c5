"""The terminal chat, driven by the keys a person would press."""

import asyncio
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from bot.commands.registry import COMMANDS
from bot.core.errors import StorageUnavailable
from bot.core.message import Message, Paragraph, Text
from bot.core.model import EventId
from bot.platforms.console.repl import Completions, converse

UP, CTRL_C, CTRL_D, TAB = "\x1b[A", "\x03", "\x04", "\t"
PAUSE = "<pause>"  # a person looks up: earlier lines are loaded while nobody types


async def events() -> list[tuple[EventId, str]]:
    return [(EventId(12), "Harbour strike\x1b[2J enters its third week"), (EventId(7), "Bridge falls")]


def said(message: Message) -> str:
    lines = [block.line for block in message.blocks if isinstance(block, Paragraph)]
    return "".join(span.text for line in lines for span in line if isinstance(span, Text))


async def check(keys: str, *expected: str, history: Path | None = None) -> None:
    """Press keys, and compare what is shown."""

    async def answer(line: str) -> Message:
        if line == "/broken":
            raise StorageUnavailable("The disk is full.")
        return Message((Paragraph((Text(f"<{line}>"),)),))

    shown: list[str] = []

    def show(message: Message) -> None:
        shown.append(said(message))

    with create_pipe_input() as keyboard, create_app_session(input=keyboard, output=DummyOutput()):
        screen = DummyOutput()
        talk = converse(answer=answer, show=show, commands=COMMANDS, events=events, history=history, keyboard=keyboard, output=screen)
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


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("/sta", ["/status", "/start"]),
        ("/EV", ["/event"]),
        ("/q", ["/quit"]),
        ("harbour", []),
        ("/event ", ["12", "7"]),
        ("/sources 1", ["12"]),
        ("/sources event", []),
        ("/latest ", []),
    ],
)
async def test_commands_and_event_numbers_are_completed(typed: str, expected: list[str]) -> None:
    found = [each async for each in Completions(COMMANDS, events).get_completions_async(Document(typed), CompleteEvent())]
    assert [each.text for each in found] == expected
    assert "\x1b" not in "".join(each.display_meta_text for each in found)


async def test_completion_is_silent_while_the_database_fails() -> None:
    async def failing() -> list[tuple[EventId, str]]:
        raise StorageUnavailable("The disk is full.")

    document = Document("/event ")
    assert [each async for each in Completions(COMMANDS, failing).get_completions_async(document, CompleteEvent())] == []
