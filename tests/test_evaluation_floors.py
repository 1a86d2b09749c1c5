"""Floors are compared with what they pin, and a floors file that pins nothing of it is a mistake, not a success."""

from pathlib import Path

import pytest
from evaluation_samples import DAY, told, write_set

from bot.core.errors import UsageError
from bot.core.message import Table, Text
from bot.evaluation.articles import ArticleScores
from bot.evaluation.copies import CopyScores, EditScore, WrongCopy
from bot.evaluation.floors import Floors, fallen, read_floors
from bot.evaluation.measurement import EventFacts, FrontierFacts, LanguageFacts, Measured, ShuffleFacts, Steps, measure
from bot.evaluation.report import copy_report
from bot.evaluation.wanted import OfArticles, OfEvents, OfFrontier, OfLanguages, OfShuffles, Wanted
from bot.platforms.console.facts import to_json

MEASURED = {"gva": {"f1": 0.8, "foreign": 0.0}, "uci": {"f1": 0.9, "foreign": 2.0}, "mean": {"f1": 0.85}}


def check(tables: str, *lost: str) -> None:
    """Compare what was measured with a floors file, and check which sentences are said."""
    import tomllib

    found = fallen(Floors(tomllib.loads(tables), "floors.toml").check("events", MEASURED))
    assert found == lost


def test_a_floor_holds_a_ceiling_holds_and_both_can_fall() -> None:
    check("[events.gva]\nf1 = 0.8\nmost_foreign = 0")
    check("[events.gva]\nf1 = 0.81", "events gva: f1 fell below its floor: 0.8, pinned at 0.81")
    check("[events.uci]\nmost_foreign = 1", "events uci: foreign rose above its ceiling: 2, pinned at 1")
    check("[events.gva]\nf1 = nan", "events gva: f1 fell below its floor: 0.8, pinned at nan")


def test_a_mean_counts_for_the_sets_that_it_was_pinned_for() -> None:
    check('[events.mean]\nsets = ["uci", "gva"]\nf1 = 0.9', "events mean: f1 fell below its floor: 0.85, pinned at 0.9")
    check('[events.gva]\nf1 = 0.8\n[events.mean]\nsets = ["gva"]\nf1 = 0.9')


@pytest.mark.parametrize(
    ("tables", "reason"),
    [
        ("", "pins nothing of what was measured"),
        ("[copies.gva]\nf1 = 0.8", "pins nothing"),
        ("[events.gav]\nf1 = 0.8", "pins nothing"),
        ("[events.gva]\nf_1 = 0.8", "no figure f_1; did you mean f1"),
        ("[events.gva]\nspeed = 0.8", "there are f1, foreign"),
        ("[events.gva]\nf1 = true", "expected a number"),
        ("[events]\ngva = 0.8", "gva is a value"),
        ("events = 1", "events is a value"),
        ("[events.mean]\nsets = 5", "expected a list"),
    ],
)
def test_a_floors_file_that_cannot_be_meant_is_refused(tables: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        check(tables)


def test_a_floors_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("[events", encoding="utf-8")
    for name, reason in (("absent.toml", "cannot be read"), ("bad.toml", "no TOML"), (".", "cannot be read")):
        with pytest.raises(UsageError, match=reason):
            read_floors(tmp_path / name)


def measured(wanted: Wanted) -> Measured:
    """Measure, counting that the progress bar comes to its end; facts must have a form in JSON."""
    expected, steps = [0], [0]

    def advance() -> None:
        steps[0] += 1

    found = measure(wanted, 0.5, Steps(lambda total: expected.__setitem__(0, total), advance))
    assert steps == expected
    assert to_json(found.facts)
    assert found.message.blocks
    return found


def test_every_way_to_measure_events_comes_to_its_end(tmp_path: Path) -> None:
    day = write_set(tmp_path / "day.jsonl", told(*DAY))
    night = write_set(tmp_path / "night.jsonl", told(("bank", 0, 20.0), ("bank", 1, 21.0)))
    (tmp_path / "other").mkdir()
    same_name = write_set(tmp_path / "other" / "day.jsonl", told(*DAY))
    events = measured(OfEvents(files=(day, night, same_name), memberships=True)).facts
    assert isinstance(events, EventFacts)
    assert [one.name for one in events.sets] == [str(day), "night", str(same_name)]
    assert [len(one.memberships) for one in events.sets] == [7, 2, 7]
    inside = measured(OfEvents(files=(night,), within=(day,))).facts
    assert isinstance(inside, EventFacts)
    # The day's bank is another gold event than the night's, though it tells the same: the report has to say so.
    assert (inside.within, inside.sets[0].articles, inside.sets[0].foreign) == (("day",), 2, 2)
    drawn = measured(OfFrontier(files=(day,))).facts
    assert isinstance(drawn, FrontierFacts)
    assert 0.5 in [point.threshold for point in drawn.mean.points]
    orders = measured(OfShuffles(files=(day, night), orders=2)).facts
    assert isinstance(orders, ShuffleFacts)
    assert orders.mean is not None
    assert len(orders.mean.shuffled) == 2
    tongues = measured(OfLanguages(files=(day,))).facts
    assert isinstance(tongues, LanguageFacts)
    assert tongues.sets[0].mixed.articles == 7


def test_undated_sets_have_no_mean_over_orders(tmp_path: Path) -> None:
    bag = write_set(tmp_path / "bag.jsonl", told(("quake", 0, None), ("bank", 0, None)))
    found = measured(OfShuffles(files=(bag,), orders=1))
    assert isinstance(found.facts, ShuffleFacts)
    assert found.facts.mean is None
    assert any("no date" in span.text for block in found.message.blocks for span in getattr(block, "line", ()) if isinstance(span, Text))


def test_floors_speak_for_each_way_to_measure(tmp_path: Path) -> None:
    day = write_set(tmp_path / "day.jsonl", told(*DAY))
    floors = tmp_path / "floors.toml"
    floors.write_text(
        "[events.day]\nf1 = 1.01\n[shuffle.day]\nmost_change = -1\n[languages.day]\nf1 = 1.01\n[within.day]\nmost_foreign = -1\n"
    )
    ways: list[Wanted] = [
        OfEvents(files=(day,), floors=floors),
        OfShuffles(files=(day,), floors=floors, orders=1),
        OfLanguages(files=(day,), floors=floors),
        OfEvents(files=(day,), floors=floors, within=(day,)),
    ]
    for wanted in ways:
        assert len(measured(wanted).fallen) == 1
    with pytest.raises(UsageError, match="pins nothing"):
        measured(OfFrontier(files=(day,), floors=floors))


def test_floors_speak_for_article_recovery(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    (folder / "messy").mkdir(parents=True)
    (folder / "messy" / "one.txt").write_text(
        "Ferry runs aground\n\nA ferry ran aground off Quillon in fog on Tuesday.\n", encoding="utf-8"
    )
    (folder / "gold.jsonl").write_text('{"file": "one.txt", "title": "Ferry runs aground", "body": null}\n', encoding="utf-8")
    (tmp_path / "floors.toml").write_text("[articles.pages]\ntitles_right = 2\n")
    found = measured(OfArticles(folder=folder, floors=tmp_path / "floors.toml"))
    assert isinstance(found.facts, ArticleScores)
    (fall,) = found.fallen
    assert fall.startswith("articles pages: titles_right fell below its floor")


def test_copies_are_told_by_edit_with_the_claims_that_look_wrong() -> None:
    wrong = WrongCopy(article="a", title="Ferry aground", original="b", original_title="Ferry afloat", kind="cut", share=0.6)
    edit = EditScore(kind="cut to 50 %", is_copy=True, made=4, claimed=3)
    full = CopyScores(name="full", articles=4, edits=(edit,), precision=0.75, recall=0.75, repeats=0, wrong=(wrong,), rate=9.0)
    bare = CopyScores(name="bare", articles=0, edits=(), precision=None, recall=None, repeats=0, wrong=(), rate=0.0)
    tables = [block for block in copy_report([full, bare]).blocks if isinstance(block, Table)]
    texts = [[cell[0].text for cell in row if isinstance(cell[0], Text)] for table in tables for row in table.rows]
    assert texts == [["full", "4", "75.0", "75.0", "0", "9"], ["bare", "0", "–", "–", "0", "0"], ["cut to 50 %", "copy", "4", "75.0"]]
