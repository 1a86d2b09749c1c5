"""Measuring from the shell: what a person or a script gives and gets, and the exit code when a pinned figure falls."""

import json
from pathlib import Path

import pytest
from evaluation_samples import DAY, told, write_set
from meaning_samples import Encoder

from bot.__main__ import main


@pytest.fixture
def day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "held.toml").write_text("[events.day]\nf1 = 0.5\n")
    (tmp_path / "fallen.toml").write_text("[events.day]\nf1 = 1.01\n")
    write_set(tmp_path / "night.jsonl", told(("bank", 0, 20.0), ("bank", 1, 21.0)))
    return write_set(tmp_path / "day.jsonl", told(*DAY))


@pytest.mark.parametrize(
    ("words", "code", "shown"),
    [
        ("events day.jsonl", 0, "Calibration"),
        ("events day.jsonl night.jsonl --threshold 0.7", 0, "mean"),
        ("events day.jsonl --frontier", 0, "the threshold in use"),
        ("events day.jsonl --shuffle 2", 0, "file order"),
        ("events day.jsonl --languages", 0, "Each language as a stream of its own"),
        ("events night.jsonl --within day.jsonl", 0, "inside a stream of day"),
        ("copies day.jsonl", 0, "precision"),
        ("events day.jsonl --floors held.toml", 0, "1 of 1 pinned figures hold"),
        ("events day.jsonl --floors fallen.toml", 1, "events day: f1 fell below its floor"),
        ("events day.jsonl --json --floors fallen.toml", 1, "events day: f1 fell below its floor"),
        ("events day.jsonl --floors absent.toml", 2, "absent.toml"),
        ("events night.jsonl --floors held.toml", 2, "pins nothing"),
        ("events day.jsonl --frontier --floors held.toml", 2, "pins nothing"),
        ("events held.toml", 2, "held.toml, line 1"),
        ("events day.jsonl --within absent.jsonl", 2, "absent.jsonl"),
    ],
)
def test_measuring_ends_with_words_and_the_right_code(
    day: Path, capsys: pytest.CaptureFixture[str], words: str, code: int, shown: str
) -> None:
    assert main(["eval", *words.split()]) == code
    captured = capsys.readouterr()
    assert shown in " ".join((captured.out + captured.err).split())


@pytest.mark.parametrize(
    "words",
    [
        "--threshold 1.5",
        "--threshold high",
        "--shuffle few",
        "--threshold nan",
        "--shuffle 0",
        "--shuffle 1000",
        "--shuffle 2 --frontier",
        "--within",
    ],
)
def test_words_that_cannot_be_meant_are_refused(day: Path, capsys: pytest.CaptureFixture[str], words: str) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["eval", "events", str(day), *words.split()])
    assert refused.value.code == 2
    assert words.split(maxsplit=1)[0] in capsys.readouterr().err


def test_languages_are_compared_by_meaning_only_with_the_extra(
    day: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for embed, code, shown in ((Encoder(), 0, '"cross_language": true'), (None, 2, 'extra "crosslang"')):
        monkeypatch.setattr("bot.shell.evaluate.encoder", lambda embed=embed: embed)
        assert main(["eval", "events", str(day), "--cross-language", "--json"]) == code
        captured = capsys.readouterr()
        assert shown in captured.out + captured.err


def test_data_for_scripts_is_complete(day: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "events", str(day), "--json", "--memberships", "--threshold", "0.6", "--floors", "held.toml"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert set(facts) == {"threshold", "cross_language", "within", "sets", "mean", "floors"}
    assert facts["threshold"] == 0.6
    (scores,) = facts["sets"]
    assert scores["bcubed"].keys() == {"precision", "recall", "f1"}
    assert scores["interval"]["low"] <= scores["bcubed"]["f1"] <= scores["interval"]["high"]
    assert [one["article"] for one in scores["memberships"]] == [f"{story}-{number}" for story, number, _ in DAY]
    assert facts["floors"] == [{"subject": "events day", "figure": "f1", "found": 1.0, "pinned": 0.5, "is_ceiling": False, "holds": True}]
