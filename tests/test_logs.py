"""Log lines stay lines, whatever a feed or a file says."""

import json
import logging

import pytest
import structlog

from bot import logs


@pytest.fixture(autouse=True)
def restored() -> object:
    """Give logging back as it was."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**before)


@pytest.mark.parametrize("as_json", [True, False])
def test_foreign_text_moves_no_cursor_and_breaks_no_line(capsys: pytest.CaptureFixture[str], *, as_json: bool) -> None:
    logs.set_up(level="info", json=as_json)
    structlog.get_logger("bot").warning("A folder was not taken in.", reason="\x1b[2Jtitle\nsecond line")
    logging.getLogger("elsewhere").warning("said by a library: %s", "\x1b[31m")
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 2
    assert all(line.isprintable() for line in told)
    if as_json:
        assert json.loads(told[0])["event"] == "A folder was not taken in."


def test_only_what_was_asked_for_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(level="warning", json=False)
    structlog.get_logger("bot").info("A folder was taken in.")
    logging.getLogger("watchfiles").info("changes")
    assert capsys.readouterr().err == ""


def test_a_conversation_hears_sentences_instead_of_lines(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def check(*, is_terminal: bool, lines: int) -> None:
        heard: list[str] = []
        monkeypatch.setattr("sys.stderr.isatty", lambda: is_terminal, raising=False)
        logs.set_up(level="warning", json=False)
        log = structlog.get_logger("bot")
        with logs.shown(heard.append):
            log.warning("A folder is left out for now.", folder="/in", reason="The folder /in does not exist.")
            log.warning("A folder is read again.", folder="/in")
            log.info("A folder was taken in.", folder="/in")
            logging.getLogger("elsewhere").warning("said by %s", "a library")
            log.error("An article could not be compared.", article=7, exc_info=ValueError("a bad day"))
        assert heard == [
            "A folder is left out for now. The folder /in does not exist.",
            "A folder is read again: /in",
            "said by a library",
            "An article could not be compared: 7, ValueError: a bad day",
        ]
        assert len(capsys.readouterr().err.splitlines()) == lines
        log.warning("Afterwards.")
        assert "Afterwards." in capsys.readouterr().err

    check(is_terminal=True, lines=0)
    check(is_terminal=False, lines=4)
