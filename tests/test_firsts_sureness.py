"""Nothing is said about who was first, or how late others came, that the times do not carry."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import article, day, event, minute

from bot.core.event import overview
from bot.core.model import Article, ArticleId, Stamp
from bot.core.understanding.firsts import Firsts, Sureness, firsts
from bot.core.understanding.firsts_wording import first_phrase, lag_phrase

UNKNOWN = "Who was first, the times do not tell."
LIKELY = "Probably first: A; some times are known to the day only, or not at all."


def _stamp(at: str) -> Stamp | None:
    if not at:
        return None
    return minute(at) if "T" in at else day(at)


def check(*reports: tuple[str, str] | tuple[str, str, int]) -> Firsts:
    """Work out who was first of reports given as outlet, time and, for a copy, the number of what it repeats; hold what must always be."""
    articles: list[Article] = [
        article(number, f"Ferry sinks {number}", "", outlet=outlet, published=_stamp(at), copy_of=ArticleId(of[0]) if of else None)
        for number, (outlet, at, *of) in zip(count(1), reports, strict=False)
    ]
    found = firsts(overview(event(articles)))
    assert {lag.article.content.outlet for lag in found.lags} == {outlet for outlet, *_ in reports}
    assert (found.first is None) == (found.sureness is Sureness.UNKNOWN)
    assert all(lag.behind is None or (found.first is not None and lag.article.content.published is not None) for lag in found.lags)
    return found


@pytest.mark.parametrize(
    ("reports", "said", "behind"),
    [
        ([("A", "2026-03-02"), ("B", "2026-03-02T10:21")], UNKNOWN, (None, None)),
        ([("A", "2026-03-02"), ("B", "2026-03-03T02:00")], LIKELY, (None, "+1 day")),
        ([("A", "2026-03-02"), ("B", "2026-03-06")], "First: A.", (None, "+4 days")),
        ([("A", "2026-03-02T08:00"), ("B", "2026-03-02T09:00"), ("C", "")], LIKELY, (None, None, "+1 h 0 min")),
        ([("A", "2026-03-02T08:00"), ("B", "")], UNKNOWN, (None, None)),
        ([("A", ""), ("B", "")], UNKNOWN, (None, None)),
    ],
)  # fmt: skip
def test_no_more_is_said_than_the_times_carry(reports: list[tuple[str, str]], said: str, behind: tuple[str | None, ...]) -> None:
    found = check(*reports)
    assert first_phrase(found) == said
    assert sorted(map(str, map(lag_phrase, found.lags))) == sorted(map(str, behind))


@pytest.mark.parametrize(
    ("reports", "said"),
    [
        ([("A", ""), ("A", "")], "Only A reports it."),
        ([("A", "2026-03-02"), ("A", "2026-03-02T08:00")], "Only A reports it."),
        ([("A", "2026-03-02T08:00"), ("B", "2026-03-02T09:00", 1)], "Only A has a report of its own."),
        ([("A", "2026-03-02T09:00"), ("B", "2026-03-02T08:00", 1)], "Only A has a report of its own."),
        ([("A", "2026-03-02T08:00"), ("B", "2026-03-02T09:00"), ("C", "2026-03-02T10:00", 2)], "First: A."),
    ],
)  # fmt: skip
def test_who_alone_has_a_report_of_its_own_is_named_whoever_copied_it_earlier(
    reports: list[tuple[str, str] | tuple[str, str, int]], said: str
) -> None:
    assert first_phrase(check(*reports)) == said


_TIMES = st.builds("{}{}".format, st.sampled_from(("2026-03-01", "2026-03-02", "2026-03-04")), st.sampled_from(("", "T08:00", "T23:59")))


@given(st.lists(st.tuples(st.sampled_from("ABC"), _TIMES | st.just("")), min_size=1, max_size=6))
def test_who_is_called_first_was_not_later_than_anybody_whose_time_is_known(reports: list[tuple[str, str]]) -> None:
    found = check(*reports)
    if found.first is None or found.exclusive is not None:
        return
    known = [stamp.at.date() for _, at in reports if (stamp := _stamp(at))]
    assert found.first.content.published is not None
    assert found.first.content.published.at.date() == min(known)
