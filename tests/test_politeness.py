"""When a feed is asked again and what is told of it, decided from plain values."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.feeds.feed import Failed, Failure, FeedState, Fetched, NoticeKind, NotModified
from bot.core.feeds.politeness import Brought, Verdict, excused, failed, is_unchanged, succeeded
from bot.core.model import SourceId

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
URL = "https://news.example/feed"
INTERVAL = timedelta(minutes=30)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

WORKING = FeedState(
    source_id=SourceId(7), url=URL, host="news.example", name="The Daily Example", checked_at=NOW, baselined_at=NOW, news_at=NOW,
    etag='"1"', body_digest="d1",
)  # fmt: skip
NEW = FeedState(source_id=SourceId(7), url=URL, host="news.example", name=URL)


def body(digest: str = "d2", **more: Any) -> Fetched:
    return replace(Fetched(url=URL, body=b"", digest=digest, etag='"2"'), **more)


def same(**more: Any) -> NotModified:
    return replace(NotModified(url=URL), **more)


def wrong(kind: Failure = Failure.UNAVAILABLE, **more: Any) -> Failed:
    return replace(Failed(kind=kind, reason="news.example answered 500.", host="news.example"), **more)


def works(
    state: FeedState, answer: Fetched | NotModified, now: datetime = NOW, *, dice: float = 0.5, brought: Brought | None = None
) -> Verdict:
    return succeeded(state, answer, now, interval=INTERVAL, dice=dice, brought=brought)


def fails(state: FeedState, failure: Failed, now: datetime = NOW, *, dice: float = 0.5) -> Verdict:
    return failed(state, failure, now, interval=INTERVAL, dice=dice)


def kinds(verdict: Verdict) -> list[NoticeKind]:
    return [notice.kind for notice in verdict.notices]


@pytest.mark.parametrize(
    ("fresh_for", "quiet", "dice", "wait"),
    [
        (None, timedelta(), 0.5, 30 * MINUTE),
        (None, timedelta(), 0.0, 27 * MINUTE),
        (timedelta(minutes=5), timedelta(), 0.0, 27 * MINUTE),  # who allows more is not asked more
        (2 * HOUR, timedelta(), 0.0, 2 * HOUR),  # who asks for less is asked less, whatever the dice say
        (2 * HOUR, timedelta(), 0.5, 126 * MINUTE),
        (400 * DAY, timedelta(), 0.0, DAY),
        (None, 8 * DAY, 0.5, HOUR),
        (None, 31 * DAY, 0.5, 2 * HOUR),
        (6 * HOUR, 31 * DAY, 0.0, 6 * HOUR),
    ],
)
def test_a_feed_that_works_is_asked_as_often_as_it_is_worth(
    fresh_for: timedelta | None, quiet: timedelta, dice: float, wait: timedelta
) -> None:
    state = replace(WORKING, news_at=NOW - quiet)
    assert works(state, same(fresh_for=fresh_for), dice=dice).next_check_at == NOW + wait


def test_a_quiet_feed_is_asked_every_four_hours_at_least_unless_the_interval_is_longer() -> None:
    state = replace(WORKING, news_at=NOW - 40 * DAY)
    for interval, wait in ((2 * HOUR, 4 * HOUR), (6 * HOUR, 6 * HOUR)):
        assert succeeded(state, same(), NOW, interval=interval, dice=0.5).next_check_at == NOW + wait


def test_the_feeds_own_word_holds_until_it_is_read_again() -> None:
    read = works(WORKING, body(), brought=Brought(fresh_for=3 * HOUR, is_news=True))
    assert read.next_check_at >= NOW + 3 * HOUR
    assert works(read.state, same(), NOW + DAY).next_check_at >= NOW + DAY + 3 * HOUR


def test_the_first_body_makes_a_baseline_and_its_newest_date_says_how_lively_it_is() -> None:
    old = NOW - 400 * DAY
    verdict = works(NEW, body(), brought=Brought(title="The Quiet Example", site="https://news.example/", latest=old))
    state = verdict.state
    assert (state.baselined_at, state.news_at, state.name, state.site) == (NOW, old, "The Quiet Example", "https://news.example/")
    assert (state.etag, state.body_digest, state.checked_at) == ('"2"', "d2", NOW)
    assert verdict.next_check_at == NOW + 2 * HOUR
    assert works(NEW, body(), brought=Brought(latest=NOW + 9 * DAY)).state.news_at == NOW


def test_a_name_that_a_person_gave_stays() -> None:
    assert works(WORKING, body(), brought=Brought(title="FEED 2.0")).state.name == "The Daily Example"


# FAULTS row 19.
def test_an_unchanged_body_and_a_304_change_nothing_but_the_validators() -> None:
    assert is_unchanged(WORKING, body("d1"))
    assert not is_unchanged(WORKING, body("d2"))
    assert not is_unchanged(replace(WORKING, baselined_at=None), body("d1"))
    by_304 = works(WORKING, same(), NOW + HOUR).state
    assert by_304 == replace(WORKING, checked_at=NOW + HOUR)
    by_body = works(WORKING, body("d1"), NOW + HOUR).state
    assert by_body == replace(WORKING, checked_at=NOW + HOUR, etag='"2"')
    assert works(WORKING, body("d1", etag=None)).state.etag is None
    assert works(WORKING, same(etag='"3"')).state.etag == '"3"'


def test_a_304_to_a_feed_never_read_makes_no_baseline() -> None:
    assert works(NEW, same()).state.baselined_at is None


def test_news_count_only_when_there_are_some() -> None:
    before = replace(WORKING, news_at=NOW - DAY)
    assert works(before, body(), brought=Brought(is_news=False)).state.news_at == NOW - DAY
    assert works(before, body(), brought=Brought(is_news=True)).state.news_at == NOW


def test_a_reset_is_told() -> None:
    assert kinds(works(WORKING, body(), brought=Brought(is_reset=True))) == [NoticeKind.RESET]


def test_failures_wait_ever_longer_up_to_a_day_and_so_for_ever() -> None:
    state, now, bounds = WORKING, NOW, []
    for _ in range(100):
        shortest = fails(state, wrong(), now, dice=0.0).next_check_at - now
        longest = fails(state, wrong(), now, dice=0.999_999).next_check_at - now
        assert shortest == INTERVAL
        bounds.append(round(longest / HOUR, 2))
        state = fails(state, wrong(), now).state
        now += longest
    assert bounds[:6] == [1, 2, 4, 8, 16, 24]
    assert set(bounds[5:]) == {24}
    assert (state.failures, state.failing_since, state.last_error) == (100, NOW, "news.example answered 500.")
    assert (state.etag, state.checked_at, state.url) == ('"1"', NOW, URL)
    recovered = works(state, same(), now).state
    assert (recovered.failures, recovered.failing_since, recovered.failure, recovered.last_error) == (0, None, None, None)


def test_an_interval_longer_than_a_day_is_never_undercut() -> None:
    assert failed(WORKING, wrong(), NOW, interval=2 * DAY, dice=0.9).next_check_at == NOW + 2 * DAY


# FAULTS row 20.
def test_retry_after_is_obeyed_for_the_host_and_the_feed() -> None:
    verdict = fails(WORKING, wrong(retry_after=2 * HOUR, host="cdn.example"), dice=0.0)
    assert verdict.hold is not None
    assert (verdict.hold.host, verdict.hold.until) == ("cdn.example", NOW + 2 * HOUR)
    assert verdict.next_check_at == NOW + 2 * HOUR
    assert fails(WORKING, wrong(retry_after=timedelta())).hold is None


def test_a_host_that_is_held_blames_nobody() -> None:
    verdict = fails(WORKING, wrong(Failure.HELD, retry_after=HOUR))
    assert verdict.state == WORKING
    assert verdict.hold is None
    assert NOW + HOUR <= verdict.next_check_at <= NOW + HOUR + INTERVAL


# FAULTS row 21.
def test_a_feed_that_is_gone_twice_a_day_apart_has_ended_and_is_told_of_once() -> None:
    first = fails(WORKING, wrong(Failure.GONE, status=410))
    assert (first.notices, first.state.ended_at) == ((), None)
    assert first.next_check_at >= NOW + DAY
    assert fails(first.state, wrong(Failure.GONE), NOW + HOUR).state.ended_at is None
    second = fails(first.state, wrong(Failure.GONE), NOW + DAY + HOUR)
    assert kinds(second) == [NoticeKind.ENDED]
    assert "/removesource 7" in second.notices[0].text
    assert 26 * DAY < second.next_check_at - (NOW + DAY) < 34 * DAY
    for failure in (wrong(Failure.GONE), wrong(Failure.MISSING), wrong(Failure.NAME)):
        probe = fails(second.state, failure, NOW + 40 * DAY)
        assert (probe.notices, probe.state.ended_at) == ((), NOW + DAY + HOUR)
        assert probe.next_check_at > NOW + 60 * DAY
    back = works(second.state, body(), NOW + 40 * DAY, brought=Brought(is_news=True))
    assert kinds(back) == [NoticeKind.RECOVERED]
    assert (back.state.ended_at, back.state.gone_since, back.state.is_told) == (None, None, False)
    assert back.next_check_at < NOW + 41 * DAY


def test_another_answer_in_between_makes_a_gone_feed_begin_anew_and_none_does_not() -> None:
    gone = fails(WORKING, wrong(Failure.GONE)).state
    assert fails(gone, wrong(Failure.UNAVAILABLE)).state.gone_since is None
    assert fails(gone, wrong(Failure.NAME)).state.gone_since == NOW
    assert works(gone, same()).state.gone_since is None


@pytest.mark.parametrize("kind", [Failure.MISSING, Failure.NAME, Failure.NO_FEED, Failure.TLS, Failure.FORBIDDEN])
def test_a_feed_that_fails_for_a_week_is_told_of_once_and_asked_on(kind: Failure) -> None:
    state, now, told = WORKING, NOW, []
    while now < NOW + 60 * DAY:
        verdict = fails(state, wrong(kind), now)
        told += [(now - NOW, notice) for notice in verdict.notices]
        state, now = verdict.state, verdict.next_check_at
    assert [notice.kind for _, notice in told] == [NoticeKind.FAILING]
    assert 7 * DAY <= told[0][0] < 9 * DAY
    assert "The Daily Example" in told[0][1].text
    assert "answered 500" in told[0][1].text
    assert state.ended_at is None
    assert state.url == URL
    assert kinds(works(state, same(), now)) == [NoticeKind.RECOVERED]


def test_a_week_in_which_nobody_asked_says_nothing() -> None:
    state = fails(WORKING, wrong()).state
    assert fails(state, wrong(), NOW + 30 * DAY).notices == ()


MOVED = "https://new.example/feed"


@pytest.mark.parametrize(
    ("sightings", "becomes"),
    [
        ([(0, MOVED), (12, MOVED), (24, MOVED)], MOVED),
        ([(0, MOVED), (1, MOVED), (2, MOVED), (3, MOVED)], URL),  # not for long enough
        ([(0, MOVED), (24, MOVED)], URL),  # not often enough
        ([(0, MOVED), (12, None), (24, MOVED), (36, MOVED)], URL),  # another answer between
        ([(0, MOVED), (12, MOVED), (24, "https://third.example/"), (48, MOVED)], URL),
        ([(0, URL), (12, URL), (24, URL), (36, URL)], URL),
    ],
)
def test_a_permanent_redirect_is_believed_when_it_lasts(sightings: list[tuple[int, str | None]], becomes: str) -> None:
    state, told = WORKING, []
    for hours, target in sightings:
        verdict = works(state, same(moved_to=target), NOW + hours * HOUR)
        state = verdict.state
        told += kinds(verdict)
    assert state.url == becomes
    assert told == ([NoticeKind.MOVED] if becomes != URL else [])
    assert state.etag == '"1"'


def test_a_failure_between_two_redirects_says_nothing_about_them() -> None:
    state = works(WORKING, same(moved_to=MOVED)).state
    state = works(fails(state, wrong()).state, same(moved_to=MOVED), NOW + DAY).state
    assert works(state, same(moved_to=MOVED), NOW + 2 * DAY).state.url == MOVED


def test_an_outage_changes_nothing_and_is_tried_soon() -> None:
    for dice in (0.0, 0.5, 0.999):
        verdict = excused(WORKING, NOW, dice=dice)
        assert (verdict.state, verdict.notices, verdict.hold) == (WORKING, (), None)
        assert MINUTE <= verdict.next_check_at - NOW <= 5 * MINUTE


ANSWERS = st.one_of(
    st.builds(same, fresh_for=st.none() | st.timedeltas(timedelta(), 400 * DAY), moved_to=st.sampled_from([None, URL, MOVED])),
    st.builds(body, digest=st.sampled_from(["d1", "d2"])),
    st.builds(wrong, st.sampled_from(list(Failure)), retry_after=st.none() | st.timedeltas(timedelta(), DAY)),
)


@given(st.lists(st.tuples(ANSWERS, st.floats(0, 1, exclude_max=True)), max_size=60), st.integers(1, 1440))
def test_whatever_comes_a_feed_is_asked_again_in_time_and_never_in_a_hurry(
    answers: list[tuple[Fetched | NotModified | Failed, float]], minutes: int
) -> None:
    state, now, interval = NEW, NOW, minutes * MINUTE
    for answer, dice in answers:
        if isinstance(answer, Failed):
            verdict = failed(state, answer, now, interval=interval, dice=dice)
        else:
            verdict = succeeded(state, answer, now, interval=interval, dice=dice, brought=None)
        wait = verdict.next_check_at - now
        held = isinstance(answer, Failed) and answer.kind is Failure.HELD
        assert held or wait >= 0.9 * interval
        assert wait <= (33 * DAY if verdict.state.ended_at else 1.11 * DAY)
        assert (verdict.state.failures == 0) == (verdict.state.failing_since is None)
        state, now = verdict.state, verdict.next_check_at
