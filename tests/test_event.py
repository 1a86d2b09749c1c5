"""What follows from an event's articles, checked with plain data."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import article, bridge, day, event, minute

from bot.core.event import first_report, headline, in_order, outlets, overview, stamps, summarise
from bot.core.model import Article, DateOrigin, Precision, Stamp
from bot.core.text.sentences import is_whole, sentences

FILE_TIME = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def check(articles: list[Article], number: int, expected: str, origin: DateOrigin) -> None:
    stamp = stamps(articles)[articles[number].id]
    assert (stamp.at.isoformat(), stamp.origin) == (f"{expected}T00:00:00+00:00", origin)
    assert stamp.precision is Precision.INFERRED


@pytest.mark.parametrize(
    ("text", "dated", "expected"),
    [
        ("On 26 December, reports emerged that a soldier had been taken.", "2024-12-27", "2024-12-26"),
        ("The talks end on Dec. 28. More follows.", "2024-12-27", "2024-12-28"),
        ("Nobody says when.", "2024-12-27", "2024-12-27"),
        ("On 14 December he had said so.", "2024-12-27", "2024-12-27"),
        ("On 14 December he said so; on 25 December they came.", "2024-12-27", "2024-12-25"),
        ("Fireworks on 31 December hurt nine people.", "2025-01-01", "2024-12-31"),
        ("Fireworks on 1 January hurt nine people.", "2024-12-31", "2025-01-01"),
        ("One. Two. Three. On 26 December it rained.", "2024-12-27", "2024-12-27"),
        ("On 29 February a leap was made.", "2024-02-28", "2024-02-29"),
        ("On 29 February a leap was made.", "2023-02-28", "2023-02-28"),
    ],
)
def test_an_undated_article_takes_a_day_from_its_event(text: str, dated: str, expected: str) -> None:
    check([article(1, text=text, file_time=FILE_TIME), article(2, published=day(dated))], 0, expected, DateOrigin.EVENT)


def test_only_where_nobody_has_a_date_the_file_lends_its_own() -> None:
    check([article(1, file_time=FILE_TIME), article(2)], 0, "2026-01-02", DateOrigin.FILE)
    assert 2 not in stamps([article(1, file_time=FILE_TIME), article(2)])


def test_a_date_of_its_own_is_never_changed() -> None:
    own = minute("2024-12-27T04:51")
    assert stamps([article(1, published=own, text="On 26 December …"), article(2, published=day("2024-12-26"))])[article(1).id] == own


@pytest.mark.parametrize(
    ("published", "first"),
    [
        ([minute("2024-12-27T04:51"), minute("2024-12-27T04:52")], 1),
        ([minute("2024-12-27T04:51"), minute("2024-12-27T04:51")], None),
        ([minute("2024-12-27T04:51"), day("2024-12-27")], None),
        # A bare day may have been printed in any zone: it lasts from 10:00 UTC of the day before to 12:00 UTC of the day after.
        ([minute("2024-12-26T23:30"), day("2024-12-27")], None),
        ([minute("2024-12-26T10:00"), day("2024-12-27")], None),
        ([minute("2024-12-26T09:59"), day("2024-12-27")], 1),
        ([minute("2024-12-28T11:59"), day("2024-12-27")], None),
        ([minute("2024-12-28T12:00"), day("2024-12-27")], 2),
        ([day("2024-12-26"), day("2024-12-27")], None),
        ([day("2024-12-26"), day("2024-12-28")], None),
        ([day("2024-12-26"), day("2024-12-29"), day("2024-12-29")], 1),
        ([day("2024-12-27"), day("2024-12-27")], None),
        ([day("2024-12-26"), None], None),
        ([day("2024-12-26"), day("2024-12-29"), None], 1),
        ([None], 1),
        ([None, None], None),
    ],
)
def test_who_was_first_is_said_only_when_the_times_prove_it(published: list[Stamp | None], first: int | None) -> None:
    found = first_report(event([article(number, published=stamp) for number, stamp in enumerate(published, 1)]))
    assert (found.id if found else None) == first


@pytest.mark.parametrize(
    ("articles", "best"),
    [
        ([article(1, copy_of=2), article(2, titled=False)], 2),
        ([article(1, titled=False, outlet="A", published=day("2024-12-27")), article(2)], 2),
        ([article(1), article(2, outlet="A")], 2),
        ([article(1, outlet="A"), article(2, outlet="B", published=day("2024-12-27"))], 2),
        ([article(1, text="short"), article(2, text="much longer " * 60)], 2),
        ([article(1, "Live: all the news of the day"), article(2, "Bridge falls in Orlik"), article(3, "Orlik bridge falls")], 2),
        ([article(2), article(1)], 1),
    ],
)
def test_the_best_report_lends_the_headline(articles: list[Article], best: int) -> None:
    assert headline(event(articles)).id == best


def test_outlets_stand_in_order_of_first_appearance_and_once() -> None:
    articles = [
        article(1, outlet="Babel", published=day("2024-12-28")),
        article(2, outlet="The Sun", published=day("2024-12-27")),
        article(3, outlet="the sun", published=day("2024-12-26")),
        article(4),
    ]
    assert outlets(articles, stamps(articles)) == ("the sun", "Babel")


def test_the_summary_counts_reports_copies_and_outlets() -> None:
    summary = summarise(bridge())
    assert (summary.reports, summary.copies, summary.outlets, summary.first_article_id) == (4, 1, 4, 1)
    assert summary.first_at == datetime(2025, 3, 4, tzinfo=UTC)
    assert summary.last_at == datetime(2025, 3, 5, tzinfo=UTC)


def test_an_overview_says_all_that_its_parts_say() -> None:
    made = bridge()
    seen = overview(made)
    assert (seen.id, seen.times) == (made.id, stamps(made.articles))
    assert seen.ordered == in_order(made.articles, seen.times)
    assert (seen.headline, seen.first) == (headline(made), first_report(made))
    assert seen.outlets == outlets(made.articles, seen.times)
    assert (seen.reports, seen.copies, seen.unattributed) == (4, 1, 1)


@given(st.permutations(range(5)))
def test_the_order_of_arrival_changes_nothing(order: list[int]) -> None:
    articles = bridge().articles
    assert summarise(event([articles[place] for place in order])) == summarise(bridge())


def some_stamp(days: int, minutes: int | None) -> Stamp:
    at = datetime(2024, 12, 26, tzinfo=UTC) + timedelta(days=days, minutes=minutes or 0)
    return Stamp(at=at, precision=Precision.DAY if minutes is None else Precision.MINUTE, origin=DateOrigin.PAGE)


SOME_STAMPS = st.builds(some_stamp, st.integers(0, 4), st.none() | st.integers(0, 1439))


@given(st.lists(st.none() | SOME_STAMPS, min_size=1, max_size=6))
def test_every_dated_event_orders_all_its_articles(published: list[Stamp | None]) -> None:
    articles = [article(number, published=stamp) for number, stamp in enumerate(published, 1)]
    times = stamps(articles)
    ordered = in_order(articles, times)
    assert sorted(each.id for each in ordered) == [each.id for each in articles]
    if any(published):
        assert len(times) == len(articles)
        assert [times[each.id].at for each in ordered] == sorted(times[each.id].at for each in ordered)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The U.S. said no. He met J. R. Smith.", ["The U.S. said no.", "He met J. R. Smith."]),
        ("It was on Dec. 26 at No. 7. Then rain.", ["It was on Dec. 26 at No. 7.", "Then rain."]),
        ("Sens. Ada Falk and Reps. Bo Lund voted. Nobody else did.", ["Sens. Ada Falk and Reps. Bo Lund voted.", "Nobody else did."]),
        ("The answer is no. Seven people left.", ["The answer is no.", "Seven people left."]),
        ('"I came. I saw," he said. He left.', ['"I came. I saw," he said.', "He left."]),
        ("“Stop! Or not?” she asked. Silence.", ["“Stop! Or not?” she asked.", "Silence."]),
        ("About 3.5 metres… and more.", ["About 3.5 metres… and more."]),
        ("今日は雨です。明日は晴れ。", ["今日は雨です。", "明日は晴れ。"]),
        ("A heading\n\nA sentence\nover lines.", ["A heading", "A sentence over lines."]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, expected: list[str]) -> None:
    assert list(sentences(text)) == expected


@pytest.mark.parametrize(
    ("sentence", "whole"),
    [
        ("It rained.", True),
        ("«Так», — сказал он.", True),
        ("A heading", False),
        ("and went on.", False),
        ('"It has been confirmed," South Korea\'s', False),
        ('"The quotation goes on in the next paragraph.', False),
        ("he said.”", False),
    ],
)
def test_only_finished_sentences_are_whole(sentence: str, *, whole: bool) -> None:
    assert is_whole(sentence) is whole


@given(st.text())
def test_splitting_loses_nothing_but_white_space(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
