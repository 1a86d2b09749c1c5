"""What was marked in articles is held against what the program finds, mark by mark, and marks of another text are refused."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.evaluation.labelled import load
from bot.evaluation.marks import digest_of, read_marks
from bot.evaluation.understanding import Measure, UnderstandingScores, evaluate_understanding

FIRST = "A ferry sank off Orlik on Monday. At least 12 people were killed and 30 were injured, police said."
LATER = "Divers found more bodies in the wreck. The death toll rose to 19, the coast guard said. The captain was arrested on Tuesday."
ROWS = (
    {"id": "a", "event": "ferry", "date": "2026-03-02T08:00:00", "title": "Ferry sinks off Orlik", "text": f"  {FIRST}", "source": "Post"},
    {"id": "b", "event": "ferry", "date": "2026-03-03T08:00:00", "title": "More bodies in wreck", "text": LATER, "source": "Echo"},
)
KILLED = {"q": "At least 12", "kind": "killed", "low": 12, "high": None}
WOUNDED = {"q": "30", "kind": "wounded", "low": 30, "high": 30}
TOLL = {"q": "19", "kind": "killed", "low": 19, "high": 19}
POLICE = {"q": "police", "kind": "official"}
GUARD = {"q": "coast guard", "kind": "official"}
ARREST = {"q": "captain was arrested", "kind": "status"}
RISE = {"q": "rose to 19", "kind": "toll"}
ALL: dict[str, dict[str, list[dict[str, Any]]]] = {
    "a": {"figures": [KILLED, WOUNDED], "credits": [POLICE], "changes": []},
    "b": {"figures": [TOLL], "credits": [GUARD], "changes": [ARREST, RISE]},
}


@pytest.fixture
def ferry(tmp_path: Path) -> Path:
    file = tmp_path / "ferry.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return file


def marked(ferry: Path, marks: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]], **changes: str) -> Path:
    """Write marks, given by the words they stand on, as places."""
    rows = []
    for one in load(ferry):
        content = one.article.content

        def placed(mark: Mapping[str, Any], text: str = content.text) -> dict[str, Any]:
            start = text.index(mark["q"])
            return {"in": "text", "start": start, "end": start + len(mark["q"])} | {key: mark[key] for key in mark if key != "q"}

        lists = {name: list(map(placed, those)) for name, those in marks[one.key].items()}
        row: dict[str, Any] = {"set": "ferry", "id": one.key, "digest": digest_of(content)}
        rows.append(row | lists | changes)
    file = ferry.parent / "marks.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


def measured(ferry: Path, marks: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]) -> UnderstandingScores:
    return evaluate_understanding("ferry", load(ferry), read_marks(marked(ferry, marks)), lambda: None)


def test_what_people_and_program_see_alike_is_right(ferry: Path) -> None:
    scores = measured(ferry, ALL)
    for measure in (Measure.FIGURES, Measure.CREDITS):
        assert (scores.counts[measure].score.precision, scores.counts[measure].score.recall) == (1, 1), scores.differences
    assert scores.counts[Measure.STATEMENTS].right >= 1
    assert scores.articles == 2
    assert scores.rate > 0


@pytest.mark.parametrize(
    ("article", "marks", "measure", "what"),
    [
        ("a", {"figures": [WOUNDED]}, Measure.FIGURES, "figure not marked"),
        ("a", {"figures": [KILLED | {"low": 13}, WOUNDED]}, Measure.FIGURES, "figure read otherwise"),
        ("a", {"figures": [KILLED, WOUNDED, {"q": "Monday", "kind": "count", "low": 1, "high": 1}]}, Measure.FIGURES, "figure missed"),
        ("a", {"credits": []}, Measure.CREDITS, "credit not marked"),
        ("a", {"credits": [POLICE | {"kind": "agency"}]}, Measure.CREDITS, "credit of another kind"),
        ("a", {"credits": [POLICE, {"q": "Orlik", "kind": "person"}]}, Measure.CREDITS, "credit missed"),
        ("b", {"changes": []}, Measure.STATEMENTS, "statement not marked"),
        ("b", {"changes": [ARREST, {"q": "Divers found", "kind": "denial"}]}, Measure.STATEMENTS, "statement missed"),
    ],
)
def test_every_difference_is_counted_and_named(
    ferry: Path, article: str, marks: Mapping[str, Sequence[Mapping[str, Any]]], measure: Measure, what: str
) -> None:
    whole: dict[str, Mapping[str, Sequence[Mapping[str, Any]]]] = {**ALL, article: {**ALL[article], **marks}}
    scores = measured(ferry, whole)
    found = scores.counts[measure]
    assert found.right < found.found or found.met < found.marked
    assert what in {difference.what for difference in scores.differences}


def test_figures_of_earlier_happenings_are_compared_by_themselves(ferry: Path) -> None:
    earlier = measured(ferry, {**ALL, "a": {**ALL["a"], "figures": [KILLED | {"bg": True}, WOUNDED]}})
    assert earlier.counts[Measure.FIGURES].right == 3
    assert (earlier.counts[Measure.BACKGROUND].found, earlier.counts[Measure.BACKGROUND].right) == (3, 2)


@pytest.mark.parametrize(
    ("marks", "outcome"),
    [
        ({}, (0, "figures: place, kind, bounds")),
        ({"digest": "0" * 16}, (2, "another text")),
        ({"id": "z"}, (2, "no such article")),
        ({"set": "tram"}, (2, "name the files of these sets")),
        ({"figures": "none"}, (2, "line 1")),
    ],
)
def test_measuring_ends_with_words_and_the_right_code(
    ferry: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, marks: dict[str, str], outcome: tuple[int, str]
) -> None:
    monkeypatch.chdir(ferry.parent)
    file = marked(ferry, ALL, **marks)
    assert main(["eval", "understanding", str(ferry), "--marks", str(file)]) == outcome[0]
    captured = capsys.readouterr()
    assert outcome[1] in " ".join((captured.out + captured.err).split())


def test_a_figure_that_falls_below_its_floor_is_told(ferry: Path, capsys: pytest.CaptureFixture[str]) -> None:
    floors = ferry.parent / "floors.toml"
    floors.write_text("[understanding.ferry]\nfigures_recall = 1.01\n")
    assert main(["eval", "understanding", str(ferry), "--marks", str(marked(ferry, ALL)), "--floors", str(floors)]) == 1
    assert "figures_recall fell below its floor" in capsys.readouterr().err
