"""Files between a terminal and a conversation: those that a line attaches, those that an answer hands over, and where they go."""

import json
from datetime import UTC
from pathlib import Path

import pytest
from invented import NOW

from bot.commands.desk import Answer, Document, Progress, sentence
from bot.core.errors import SluglineError, UsageError
from bot.core.message import Message
from bot.platforms.console.files import LARGEST, request_of, save
from bot.platforms.console.once import deliver
from bot.platforms.console.output import Printer
from bot.platforms.console.shell_words import asked


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with a list in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "my feeds.opml").write_bytes(b"<opml/>")
    return tmp_path


@pytest.mark.parametrize(
    "line", ["/import my feeds.opml", "  /IMPORT@slugline_bot  my feeds.opml ", "/import './my feeds.opml'", '/import "~/my feeds.opml"']
)
async def test_the_file_that_a_line_names_is_attached(folder: Path, line: str) -> None:
    request = await request_of(line, NOW)
    assert request.text == "/import"
    assert request.attachment is not None
    assert (request.attachment.name, request.attachment.data) == ("my feeds.opml", b"<opml/>")


@pytest.mark.parametrize(
    "line", ["/import https://example.org/feeds.opml", "/import", "/import ", "/latest my feeds.opml", "import my feeds.opml"]
)
async def test_other_lines_stay_as_they_are(folder: Path, line: str) -> None:
    request = await request_of(line, NOW)
    assert (request.text, request.attachment) == (line, None)


async def test_a_file_that_cannot_be_attached_is_named_with_the_reason(folder: Path) -> None:
    (folder / "large.opml").write_bytes(bytes(LARGEST + 1))
    for named, told in (
        ("absent.opml", "absent.opml: No such file or directory"),
        (".", "is not a file"),
        ("/dev/zero", "is not a file"),
        ("large.opml", "has more than 10,000,000 bytes"),
        ("~nobody_at_all/x", "nobody_at_all"),
        ("a" * 5000, "too long"),
        ("nul\x00.opml", "null byte"),
        ("esc\x1b[2J.opml", "esc\\x1b[2J.opml: No such file"),
    ):
        with pytest.raises(UsageError, match=r".") as caught:
            await request_of(f"/import {named}", NOW)
        assert told in str(caught.value)


async def test_a_document_never_replaces_a_file(folder: Path) -> None:
    document = Document(name="feeds.opml", data=b"new")
    (folder / "feeds-2.opml").write_bytes(b"old")
    assert [(await save(document, folder)).name for _ in range(3)] == ["feeds.opml", "feeds-3.opml", "feeds-4.opml"]
    assert (folder / "feeds-2.opml").read_bytes() == b"old"
    with pytest.raises(SluglineError, match=r"absent.feeds\.opml cannot be written: No such file or directory"):
        await save(document, folder / "absent")


HANDED = Answer(
    message=sentence("2 feeds as OPML.").message,
    facts=({"url": "a"},),
    document=Document(name="feeds.opml", data=b"<opml t='\xc2\x9b'/>\n"),
)


async def delivered(words: list[str], answer: Answer, capsys: pytest.CaptureFixture[str], *, as_json: bool = False) -> str:
    """Deliver an answer as `slugline sources …` would; gives what standard output got."""
    printer = Printer(UTC, as_json=as_json)
    _, keep = asked(words, printer)
    await deliver(answer, printer, keep)
    return capsys.readouterr().out


async def test_an_export_goes_where_it_is_wanted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await delivered(["export"], HANDED, capsys) == "<opml t='\x9b'/>\n"
    assert await delivered(["export", "out.opml"], HANDED, capsys) == "2 feeds as OPML.\nSaved as out.opml.\n"
    assert await delivered(["export", "out.opml"], HANDED, capsys) == "2 feeds as OPML.\nSaved as out.opml.\n"
    assert (folder / "out.opml").read_bytes() == b"<opml t='\xc2\x9b'/>\n"
    assert json.loads(await delivered(["export"], HANDED, capsys, as_json=True)) == [{"url": "a"}]
    assert json.loads(await delivered(["export", "json.opml"], HANDED, capsys, as_json=True)) == [{"url": "a"}]
    assert (folder / "json.opml").exists()
    assert await delivered(["list"], HANDED, capsys) == "2 feeds as OPML.\nSaved as feeds.opml.\n"
    with pytest.raises(SluglineError, match=r"absent/out\.opml cannot be written"):
        await delivered(["export", "absent/out.opml"], HANDED, capsys)
    with pytest.raises(UsageError, match="One file at a time"):
        await delivered(["export", "a", "b"], HANDED, capsys)


def test_a_terminal_gets_no_control_out_of_a_document(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    Printer(UTC).whole(Document(name="x", data="<a t='\x9b\u202e'/>".encode()))
    assert capsys.readouterr().out == "<a t='&#x9b;&#x202e;'/>"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([], "/sources"),
        (["3"], "/sources 3"),
        (["event", "3"], "/sources event 3"),
        (["list"], "/sources"),
        (["LIST", "failing"], "/sources failing"),
        (["failing", "page", "2"], "/sources failing page 2"),
        (["add", "https://example.org/"], "/addsource https://example.org/"),
        (["remove", "12"], "/removesource 12"),
        (["pause", "all"], "/pause all"),
        (["resume", "12"], "/resume 12"),
        (["fulltext", "12", "page"], "/fulltext 12 page"),
        (["check"], "/check all"),
        (["check", "12"], "/check 12"),
        (["import", "my feeds.opml"], "/import my feeds.opml"),
        (["export", "out.opml"], "/export"),
    ],
)
def test_words_of_the_shell_are_a_line_of_chat(words: list[str], line: str) -> None:
    assert asked(words, Printer(UTC))[0] == line


async def test_who_waits_gets_the_outcome_and_not_the_announcement(capsys: pytest.CaptureFixture[str]) -> None:
    async def work(progress: Progress) -> Answer:
        progress(1, 2)
        return Answer(message=sentence("Going on [red]…").message, work=finish)

    async def finish(progress: Progress) -> Answer:
        progress(2, 2)
        return sentence("2 added.", facts=(2,), failed=True)

    begun = Answer(message=Message(()), work=work)
    assert (await deliver(begun, Printer(UTC))).failed
    assert capsys.readouterr().out == "2 added.\n"
    await deliver(begun, Printer(UTC, as_json=True))
    assert json.loads(capsys.readouterr().out) == [2]
