"""What the files under seeds/ promise before any program reads them; how Slugline reads and groups them is tested elsewhere."""

import hashlib
import html
import re
import tomllib
from collections import Counter
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

SEEDS = Path(__file__).parent.parent / "seeds"
GOLD: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "seeds_gold.toml").read_text("utf-8"))["article"]
BY_FILE = {article["file"]: article for article in GOLD}
KEYS = {"file", "event", "title", "titled", "outlet", "agency", "published", "precision", "kind", "copy_of", "optional"}
MAIN = [article for article in GOLD if article["event"] == "capture"]
FIRST_DAY, LAST_DAY = datetime(2024, 12, 18, tzinfo=UTC), datetime(2024, 12, 30, tzinfo=UTC)


def readable(file: str) -> str:
    """Decode a seed as a person would: all are UTF-8 but the Ukrainian one."""
    raw = (SEEDS / file).read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1251")


def test_the_gold_names_exactly_the_files_that_are_there() -> None:
    assert sorted(BY_FILE) == sorted(path.name for path in SEEDS.iterdir())
    assert len(BY_FILE) == len(GOLD)
    assert 20 <= len(GOLD) <= 24


def test_no_file_is_byte_identical_to_another() -> None:
    digests = Counter(hashlib.sha256(path.read_bytes()).hexdigest() for path in SEEDS.iterdir())
    assert digests.most_common(1)[0][1] == 1


@pytest.mark.parametrize("article", GOLD, ids=lambda article: str(article["file"]))
def test_each_seed_is_labelled_in_full_and_says_its_title(article: dict[str, Any]) -> None:
    assert set(article) == KEYS
    assert re.fullmatch(r"\d{3}_[0-9a-f]{16}\.(txt|md|html|json)", article["file"])
    text = readable(article["file"])
    assert article["title"] in html.unescape(text)
    assert 100 <= len(text.split()) <= 450
    if article["agency"]:
        assert article["agency"] in text


@pytest.mark.parametrize("article", GOLD, ids=lambda article: str(article["file"]))
def test_each_time_in_the_gold_is_as_exact_as_it_claims(article: dict[str, Any]) -> None:
    if article["precision"] == "inferred":
        assert not article["published"]
        assert "2024" not in readable(article["file"])
        return
    published = datetime.fromisoformat(article["published"])
    assert FIRST_DAY <= published < LAST_DAY
    assert article["precision"] in {"minute", "day"}
    if article["precision"] == "day":
        assert published == datetime.combine(date(published.year, published.month, published.day), time(), tzinfo=UTC)


def test_the_main_event_is_told_by_at_least_five_outlets_in_independent_reports() -> None:
    reports = [article for article in MAIN if article["kind"] == "report" and not article["optional"]]
    assert len({article["outlet"] for article in reports} - {""}) >= 5
    assert len(reports) >= 6


def test_the_only_copy_is_an_agency_text_on_the_page_of_another_outlet() -> None:
    (copy,) = (article for article in GOLD if article["kind"] != "report")
    original = BY_FILE[copy["copy_of"]]
    assert (copy["kind"], original["kind"]) == ("copy", "report")
    assert copy["event"] == original["event"]
    assert copy["agency"] == original["agency"] != ""
    assert copy["outlet"] != original["outlet"]
    assert all(not article["copy_of"] for article in GOLD if article is not copy)


@pytest.mark.parametrize("fact", ["12,000", "3,000", "1,000", "Kursk", "National Intelligence Service", "Telegram", "Militarnyi", "BTR-82"])
def test_the_main_event_carries_the_facts_of_the_real_reports(fact: str) -> None:
    assert sum(fact in readable(article["file"]) for article in MAIN) >= 2


def test_the_prisoner_dies_in_some_reports_and_lives_in_others() -> None:
    dead = {article["file"] for article in MAIN if re.search(r"\b(dead|died|Dies|death)\b", article["title"] + readable(article["file"]))}
    assert 3 <= len(dead) < len(MAIN)


def test_the_neighbours_are_events_of_their_own() -> None:
    sizes = Counter(article["event"] for article in GOLD if article["event"] != "capture")
    assert sizes == {
        "casualties-3000-zelensky": 2,
        "casualties-1000-kirby": 2,
        "christmas-strikes": 2,
        "earthquake-peru": 2,
        "earthquake-halmahera": 1,
        "fuel-prices-19-december": 1,
        "fuel-prices-26-december": 1,
        "aktau-crash": 3,
        "briefing-28-december": 1,
    }


def test_the_round_up_names_the_events_that_it_must_not_weld() -> None:
    (briefing,) = (article["file"] for article in GOLD if article["event"] == "briefing-28-december")
    for named in ("special forces", "1,000", "3,000", "Christmas strikes", "Aktau crash"):
        assert named in readable(briefing)
