"""The measurement of recovered articles."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from bot.core.errors import UsageError
from bot.evaluation.articles import evaluate_articles, normal_title, overlap

TEXT = "The harbour of Veldmark was closed on Tuesday after a ferry ran aground near the northern pier, officials said on the quay."
DEVELOPMENT = Path(__file__).parents[2] / "shared" / "data" / "articles"


def save(folder: Path, gold: list[dict[str, object]], **files: str) -> None:
    (folder / "messy").mkdir()
    for name, text in files.items():
        (folder / "messy" / f"{name}.txt").write_text(text, encoding="utf-8")
    (folder / "gold.jsonl").write_text("\n".join(json.dumps(line) for line in gold), encoding="utf-8")


def test_a_set_is_scored_field_by_field(tmp_path: Path) -> None:
    gold: list[dict[str, object]] = [
        {"file": "good.txt", "title": "Ferry “aground” – harbour closed", "date": "2025-03-04", "date_in_header": True, "body": TEXT},
        {"file": "bad.txt", "title": "Another title", "date": "2025-03-05", "date_in_header": False, "body": TEXT},
        {"file": "wall.txt", "title": None, "date": None, "date_in_header": False, "body": TEXT},
    ]
    good = f' date 2025-03-04 Ferry "Aground" - harbour closed\n\n{TEXT}'
    save(tmp_path, gold, good=good, bad=f"Ferry aground\n\n{TEXT}\n\n{TEXT}", wall="404 Not Found")
    seen: list[int] = []
    scores = evaluate_articles(tmp_path, lambda: seen.append(1))
    assert (len(seen), scores.files, scores.refused) == (3, 3, 1)
    assert (scores.titles_right, scores.titles_known, scores.dates_right, scores.dates_known) == (1, 2, 1, 2)
    assert (scores.header_dates_right, scores.header_dates_known, scores.bodies_known) == (1, 1, 3)
    assert (scores.wrong_titles, scores.wrong_dates) == (("bad.txt",), ("bad.txt",))
    assert [score.file for score in scores.worst] == ["wall.txt", "bad.txt", "good.txt"]
    assert scores.mean_precision == pytest.approx((1 + 0.5 + 0) / 3)
    assert scores.mean_recall == pytest.approx(2 / 3)
    assert scores.median_f1 == pytest.approx(2 / 3)
    assert json.loads(json.dumps(asdict(scores)))["files"] == 3


def test_titles_are_equal_whatever_their_quotes_and_case() -> None:
    assert normal_title("“A”  –  b’s\u3000C") == normal_title('"a" - B\'s c')
    assert normal_title("A b") != normal_title("A c")


def test_scripts_without_blanks_are_compared_by_character() -> None:
    assert overlap("震度5弱", "震度5強") == pytest.approx((0.75, 0.75, 0.75))
    assert overlap("", "a") == (0.0, 0.0, 0.0)


def test_a_folder_that_is_no_set_is_explained(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gold\.jsonl"):
        evaluate_articles(tmp_path, lambda: None)
    save(tmp_path, [{"file": "missing.txt", "title": None, "date": None, "body": "x"}])
    with pytest.raises(UsageError, match=r"missing\.txt"):
        evaluate_articles(tmp_path, lambda: None)
    (tmp_path / "gold.jsonl").write_text("{", encoding="utf-8")
    with pytest.raises(UsageError, match="no JSON"):
        evaluate_articles(tmp_path, lambda: None)


@pytest.mark.skipif(not DEVELOPMENT.is_dir(), reason="the development pages are not beside this checkout (../shared/data/articles)")
def test_recovery_of_real_pages_does_not_get_worse() -> None:
    scores = evaluate_articles(DEVELOPMENT, lambda: None)
    assert scores.header_dates_right == scores.header_dates_known
    assert scores.refused == 0
    assert scores.titles_right / scores.titles_known >= 0.73
    assert scores.dates_right / scores.dates_known >= 0.85
    assert scores.mean_f1 >= 0.885
