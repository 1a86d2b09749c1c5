"""What reaches standard output and standard error: one document for a script, one answer after the other for a person."""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC

import pytest

from bot.commands.desk import sentence
from bot.platforms.console.output import Printer


@dataclass(frozen=True)
class Ferry:
    name: str


def several(*, as_json: bool) -> None:
    printer = Printer(UTC, as_json=as_json)
    with printer.document("ingest"):
        printer.answer(sentence("Two ferries came.", facts=Ferry("Quill")))
        printer.title("/latest")
        printer.answer(sentence("Two ferries.", facts=(Ferry("Quill"), Ferry("Vel"))))
        printer.title("/sources")
        printer.answer(sentence("There is no pier.", failed=True))


def test_several_answers_are_one_document_for_a_script(capsys: pytest.CaptureFixture[str]) -> None:
    several(as_json=True)
    shown = capsys.readouterr()
    assert json.loads(shown.out) == {"ingest": {"name": "Quill"}, "latest": [{"name": "Quill"}, {"name": "Vel"}], "sources": None}
    assert shown.err == "There is no pier.\n"


def test_a_person_sees_each_answer_under_its_title(capsys: pytest.CaptureFixture[str]) -> None:
    several(as_json=False)
    assert capsys.readouterr().out == "Two ferries came.\n\n› /latest\n\nTwo ferries.\n\n› /sources\n\nThere is no pier.\n"


def test_a_script_gets_no_half_document(capsys: pytest.CaptureFixture[str]) -> None:
    printer = Printer(UTC, as_json=True)
    with suppress(OSError), printer.document("ingest"):
        printer.answer(sentence("Two ferries came.", facts=Ferry("Quill")))
        raise OSError
    assert capsys.readouterr().out == ""
    printer.answer(sentence("One ferry.", facts=Ferry("Vel")))
    assert json.loads(capsys.readouterr().out) == {"name": "Vel"}
