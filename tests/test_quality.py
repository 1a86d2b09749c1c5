"""Quality does not fall: the development sets, where they lie beside the checkout, against the floors that are pinned in a file."""

import tomllib
from pathlib import Path

import pytest

from bot.core.grouping import GroupingSettings
from bot.evaluation.articles import evaluate_articles
from bot.evaluation.events import evaluate_events
from bot.evaluation.labelled import load

FLOORS = tomllib.loads((Path(__file__).parent / "quality_floors.toml").read_text(encoding="utf-8"))
DATA = Path(__file__).parent.parent.parent / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the development sets are not part of the repository")


@pytest.mark.parametrize("name", FLOORS["events"])
def test_grouping_keeps_its_quality(name: str) -> None:
    scores = evaluate_events(name, load(DATA / "events" / f"{name}.jsonl"), GroupingSettings(), lambda: None)
    assert scores.bcubed.precision >= FLOORS["events"][name]["precision"]
    assert scores.bcubed.f1 >= FLOORS["events"][name]["f1"]


def test_article_recovery_keeps_its_quality() -> None:
    scores = evaluate_articles(DATA / "articles", lambda: None)
    assert scores.refused == 0
    assert scores.titles_right >= FLOORS["articles"]["titles_right"]
    assert scores.header_dates_right == scores.header_dates_known == FLOORS["articles"]["header_dates_right"]
    assert scores.mean_f1 >= FLOORS["articles"]["mean_f1"]


def test_look_alikes_of_one_war_stay_apart() -> None:
    stream = load(DATA / "events" / "ukraine_dec2024.jsonl")
    scores = evaluate_events("ukraine", stream, GroupingSettings(), lambda: None)
    # The capture and the prisoner's death may be one event: some reports tell both.
    assert {join.gold for join in scores.wrong_joins} <= {"A_capture", "A2_death"}
    assert not [fragment for fragment in scores.fragments if len(fragment.parts) > 2]
