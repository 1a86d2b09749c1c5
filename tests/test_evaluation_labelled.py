"""Labelled files of strangers are read right or refused with the file, the line and the reason."""

import json
import os
from pathlib import Path

import pytest

from bot.core.errors import UsageError
from bot.core.grouping.grouper import GroupingSettings
from bot.core.model import Precision
from bot.evaluation import rows as json_lines
from bot.evaluation.articles import evaluate_articles
from bot.evaluation.events import scores_of
from bot.evaluation.labelled import load
from bot.evaluation.online import place_in_order


def rows(path: Path, *lines: object) -> Path:
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines) + "\n", encoding="utf-8")
    return path


GOOD = {"event": "e", "title": "Ferry runs aground"}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "no JSON"),
        ("null", "NoneType"),
        ("[" * 100_000, "nested too deeply"),
        ('{"event": {"id": 1}, "title": "t"}', '"event" holds dict'),
        ('{"event": "e", "title": ["t"]}', '"title" holds list'),
        ('{"event": true, "title": "t"}', '"event" holds bool'),
        ('{"event": "  ", "title": "t"}', "an event"),
        ('{"event": "e", "title": "t", "date": 20260303}', '"date" holds int'),
        ('{"event": "e", "title": "t", "date": "2026-02-30"}', "JSON object"),
        ('{"event": "e", "title": "t", "date": "0001-01-01T00:30:00+14:00"}', "JSON object"),
        ('{"event": ' + "9" * 5000 + ', "title": "t"}', "no JSON"),
    ],
)
def test_a_line_that_is_no_labelled_article_is_refused_with_its_reason(tmp_path: Path, line: str, reason: str) -> None:
    with pytest.raises(UsageError, match=rf"(?s)set\.jsonl, line 2.*({reason})"):
        load(rows(tmp_path / "set.jsonl", GOOD, line))


@pytest.mark.parametrize("data", [b"", b"\n \n", b"\xef\xbb\xbf\n"])
def test_a_set_without_articles_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "set.jsonl").write_bytes(data)
    with pytest.raises(UsageError, match=r"set\.jsonl.* no article"):
        load(tmp_path / "set.jsonl")


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "binary.jsonl").write_bytes(json.dumps(GOOD).encode() + b"\n\xff\xfe\x00")
    with pytest.raises(UsageError, match=r"binary\.jsonl, line 2: expected UTF-8"):
        load(tmp_path / "binary.jsonl")
    with pytest.raises(UsageError, match=r"cannot be read"):
        load(tmp_path)
    with pytest.raises(UsageError, match=r"absent\.jsonl"):
        load(tmp_path / "absent.jsonl")
    with pytest.raises(UsageError, match=r"cannot be read"):
        load(Path("nul\0name"))


def test_an_endless_line_is_given_up_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_lines, "LONGEST_LINE", 1000)
    with (tmp_path / "film.jsonl").open("wb") as file:
        file.truncate(5_000_000_000_000)  # of holes; reading it would outlast every test
    with pytest.raises(UsageError, match=r"line 1: longer than"):
        load(tmp_path / "film.jsonl")
    os.truncate(tmp_path / "film.jsonl", 0)


def test_a_mark_at_the_start_and_separators_inside_texts_are_no_trouble(tmp_path: Path) -> None:
    text = "First paragraph.\u2028Second\u0085one.\x0bThird."
    line = json.dumps({**GOOD, "text": text, "id": 7, "event": 12, "lang": "spa"}, ensure_ascii=False).replace("\\u000b", "\\u000b")
    (tmp_path / "set.jsonl").write_bytes(b"\xef\xbb\xbf" + line.encode() + b"\r\n")
    (one,) = load(tmp_path / "set.jsonl")
    assert (one.key, one.event, one.article.content.text, one.article.content.language) == ("7", "12", text, "es")


def test_half_a_surrogate_pair_does_not_reach_the_grouper(tmp_path: Path) -> None:
    (one,) = load(rows(tmp_path / "set.jsonl", '{"event": "e\\ud800", "title": "Ferry \\udfff aground"}'))
    assert (one.event, one.article.content.title) == ("e?", "Ferry ? aground")


def test_order_of_arrival_is_that_of_moments_not_of_their_spelling(tmp_path: Path) -> None:
    stream = load(
        rows(
            tmp_path / "set.jsonl",
            {**GOOD, "id": "utc", "date": "2026-03-03T09:00:00Z"},
            {**GOOD, "id": "zone", "date": "2026-03-03T10:30:00+03:00"},
            {**GOOD, "id": "bare", "date": "2026-03-03T08:00"},
            {**GOOD, "id": "day", "date": "2026-03-03"},
            {**GOOD, "id": "none"},
        )
    )
    assert [one.key for one in stream] == ["none", "day", "zone", "bare", "utc"]
    assert [one.article.id for one in stream] == [1, 2, 3, 4, 5]
    stamps = [one.article.content.published for one in stream]
    assert [stamp and stamp.precision for stamp in stamps] == [None, Precision.DAY, *[Precision.MINUTE] * 3]


def test_lines_that_repeat_an_id_are_counted_and_told(tmp_path: Path) -> None:
    stream = load(rows(tmp_path / "set.jsonl", {**GOOD, "id": "a"}, {**GOOD, "id": "a"}, {**GOOD, "id": "b"}))
    scores = scores_of("set", place_in_order(stream, GroupingSettings(), lambda: None))
    assert (scores.articles, scores.repeated_ids, scores.undated) == (3, 1, 3)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"file": "../../etc/passwd"}', "messy/"),
        ('{"file": "/etc/passwd"}', "messy/"),
        ('{"file": 5}', "messy/"),
        ('{"title": "Ferry"}', "messy/"),
        ('{"file": "a.txt", "title": ["Ferry"]}', "are texts"),
        ("[]", "expected a JSON object"),
        ('{"file": "a\\u0000b"}', "cannot be read"),
    ],
)
def test_gold_of_articles_is_refused_with_its_reason(tmp_path: Path, line: str, reason: str) -> None:
    rows(tmp_path / "gold.jsonl", line)
    with pytest.raises(UsageError, match=reason):
        evaluate_articles(tmp_path, lambda: None)
