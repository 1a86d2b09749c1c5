"""When a feed is asked again, what an answer changes in how it stands, and what the operator is told; nothing is asked or written here.

Every function takes how the feed stood and what came, and gives a `Verdict`. `dice` is a random number in [0, 1): it spreads checks that
would otherwise fall together. `interval` is how often a feed is asked that says nothing about it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from bot.core.feeds.feed import Failed, Failure, FeedState, Fetched, Notice, NoticeKind, NotModified

LONGEST: Final = timedelta(days=1)
"""The longest time between two checks of a feed that is not dead, whatever it fails with or asks for."""

JITTER: Final = 0.1
"""Share of a waiting time by which it varies, so that feeds added together drift apart. Guess."""

QUIET: Final = ((timedelta(days=30), 4), (timedelta(days=7), 2))
"""A feed without anything new for so long is asked so many times less often. Guess: at two hours, a feed that wakes up is still fresh."""

QUIET_LONGEST: Final = timedelta(hours=4)
"""Less often than this no feed is asked for being quiet alone."""

GONE_AFTER: Final = timedelta(days=1)
"""A 410 counts when it is said again after this time: a server in trouble says many things for an hour."""

PROBE: Final = timedelta(days=30)
"""How often a dead feed is asked whether it is alive again."""

TOLD_AFTER: Final = timedelta(days=7)
"""A feed that has failed for so long is told of."""

TOLD_FAILURES: Final = 5
"""And so often: two failures with a machine switched off for a week between them say nothing. A week of back-off makes about fifteen."""

MOVED_AFTER: Final = timedelta(days=1)
MOVED_TIMES: Final = 3
"""A permanent redirect is believed when it was seen so often, over so long: some are slips of a day."""

SOON: Final = (timedelta(minutes=1), timedelta(minutes=5))
"""While our own line is out, a feed is asked again in between these two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A host that is not to be asked before a time."""

    host: str
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a feed stands after a check, when the next one is due, and whom to tell or leave alone.

    When the address of `state` is another than before, its `host` is still the old one: what a host is called is known in `sources`.
    """

    state: FeedState
    next_check_at: datetime
    notices: tuple[Notice, ...] = ()
    hold: Hold | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What storing a body showed: whether anything in it was new or revised, whether the feed was reset; `latest` is its newest date."""

    title: str = ""
    site: str | None = None
    fresh_for: timedelta | None = None
    is_news: bool = False
    is_reset: bool = False
    latest: datetime | None = None


def is_unchanged(state: FeedState, answer: Fetched) -> bool:
    """Whether a body is the one that was read last, to the byte: then it is not read again."""
    return state.baselined_at is not None and state.body_digest == answer.digest


def succeeded(
    state: FeedState, answer: Fetched | NotModified, now: datetime, *, interval: timedelta, dice: float, brought: Brought | None = None
) -> Verdict:
    """Judge a check that went well; `brought` is what a body held that was read, None when nothing had changed."""
    told = [_notice(state, NoticeKind.RECOVERED, f"{_called(state)} works again.")] if state.is_told else []
    if brought is not None and brought.is_reset:
        told.append(
            _notice(
                state,
                NoticeKind.RESET,
                f"{_called(state)} gave most of its entries new identifiers at once. "
                "Those whose words are known stay what they were, the others count as old unless their date is new.",
            )
        )
    moved, notice = _moved(state, answer, now)
    after = replace(
        state, **_validators(state, answer), **moved, checked_at=now, failures=0, failing_since=None, failure=None, last_error=None,
        is_told=False, gone_since=None, ended_at=None,
    )  # fmt: skip
    if brought is not None:
        after = replace(
            after,
            name=(brought.title or state.name) if state.name in {"", state.url} else state.name,
            site=brought.site or state.site,
            fresh_for=brought.fresh_for,
            baselined_at=state.baselined_at or now,
            news_at=_news_at(state, brought, now),
        )
    told += [notice] if notice else []
    return Verdict(state=after, next_check_at=now + _wait(after, answer, now, interval, dice), notices=tuple(told))


def failed(state: FeedState, failure: Failed, now: datetime, *, interval: timedelta, dice: float) -> Verdict:
    """Judge a check that failed and for which nobody but the feed is to blame.

    The waiting time is drawn evenly between the interval and a bound that doubles with each failure in a row, up to a day, and so for ever
    ("full jitter": M. Brooker, Exponential Backoff and Jitter, AWS Architecture Blog, 2015; with the interval as floor).
    """
    if failure.kind is Failure.HELD:
        return Verdict(state=state, next_check_at=now + (failure.retry_after or interval) + interval * JITTER * dice)
    since = state.failing_since or now
    failures = state.failures + 1
    gone_since = _gone_since(state, failure, now)
    has_ended = gone_since is not None and now - gone_since >= GONE_AFTER
    after = replace(
        state,
        failures=failures,
        failing_since=since,
        failure=failure.kind,
        last_error=failure.reason,
        gone_since=gone_since,
        ended_at=state.ended_at or (now if has_ended else None),
    )
    notice = None if state.is_told else _bad_news(after, now)
    after = replace(after, is_told=state.is_told or notice is not None)
    if after.ended_at is not None:
        wait = PROBE * (1 + JITTER * (2 * dice - 1))
    elif gone_since is not None and failure.kind is Failure.GONE:
        wait = GONE_AFTER * (1 + JITTER * dice)
    else:
        # Beyond 2^20 every interval is longer than a day.
        bound = max(interval, min(LONGEST, interval * 2 ** min(failures, 20)))
        wait = interval + (bound - interval) * dice
    hold = None
    if failure.retry_after:
        hold = Hold(host=failure.host, until=now + failure.retry_after, reason=failure.reason)
        wait = max(wait, failure.retry_after + interval * JITTER * dice)
    return Verdict(state=after, next_check_at=now + wait, notices=() if notice is None else (notice,), hold=hold)


def excused(state: FeedState, now: datetime, *, dice: float) -> Verdict:
    """Judge a check that failed while our own line was out: nothing has changed, and it is tried again soon."""
    soonest, latest = SOON
    return Verdict(state=state, next_check_at=now + soonest + (latest - soonest) * dice)


def _wait(state: FeedState, answer: Fetched | NotModified, now: datetime, interval: timedelta, dice: float) -> timedelta:
    """Give the time until the next check: what the server and the feed ask for, never less than our own interval."""
    since = state.news_at or state.baselined_at or now
    factor = next((times for quiet, times in QUIET if now - since >= quiet), 1)
    own = max(interval, min(interval * factor, QUIET_LONGEST))
    asked = min(max(answer.fresh_for or timedelta(), state.fresh_for or timedelta()), LONGEST)
    # What somebody asks for is not undercut by the jitter.
    return max(own * (1 + JITTER * (2 * dice - 1)), asked * (1 + JITTER * dice))


def _validators(state: FeedState, answer: Fetched | NotModified) -> dict[str, Any]:
    """Give what the next request is to carry: a body has its own validators or none, a 304 may bring newer ones."""
    if isinstance(answer, Fetched):
        return {"etag": answer.etag, "last_modified": answer.last_modified, "body_digest": answer.digest}
    return {"etag": answer.etag or state.etag, "last_modified": answer.last_modified or state.last_modified}


def _news_at(state: FeedState, brought: Brought, now: datetime) -> datetime | None:
    """Give when something new last came; of a feed read for the first time, the newest date in it: it may have been quiet for years."""
    if state.baselined_at is None:
        return min(brought.latest or now, now)
    return now if brought.is_news else state.news_at


def _moved(state: FeedState, answer: Fetched | NotModified, now: datetime) -> tuple[dict[str, Any], Notice | None]:
    """Count the sightings of one permanent redirect; validators are kept when it is believed: they came from there."""
    target = answer.moved_to
    if target is None or target == state.url:
        return {"moved_to": None, "moved_since": None, "moved_times": 0}, None
    if target != state.moved_to or state.moved_since is None:
        return {"moved_to": target, "moved_since": now, "moved_times": 1}, None
    times = state.moved_times + 1
    if times < MOVED_TIMES or now - state.moved_since < MOVED_AFTER:
        return {"moved_times": times}, None
    text = f"{_called(state)} has moved for good: it is asked at {target} from now on."
    return {"url": target, "moved_to": None, "moved_since": None, "moved_times": 0}, _notice(state, NoticeKind.MOVED, text)


def _gone_since(state: FeedState, failure: Failed, now: datetime) -> datetime | None:
    """Give the first 410 of the present run of them; a check that got no answer neither starts nor ends one."""
    if failure.kind is Failure.GONE:
        return state.gone_since or now
    return state.gone_since if failure.kind.is_ours else None


def _bad_news(state: FeedState, now: datetime) -> Notice | None:
    remedy = f"/removesource {state.source_id} takes it out of the list."
    if state.ended_at is not None:
        text = f"{_called(state)} has ended: {_reason(state)}. It is only asked once a month from now on; {remedy}"
        return _notice(state, NoticeKind.ENDED, text)
    if state.failing_since is not None and now - state.failing_since >= TOLD_AFTER and state.failures >= TOLD_FAILURES:
        days = (now - state.failing_since).days
        text = f"{_called(state)} has not worked for {days} days: {_reason(state)}. It is still asked about once a day; {remedy}"
        return _notice(state, NoticeKind.FAILING, text)
    return None


def _reason(state: FeedState) -> str:
    return (state.last_error or "no reason is known").rstrip(".")


def _called(state: FeedState) -> str:
    return f"{state.name} ({state.url})" if state.name and state.name != state.url else state.url


def _notice(state: FeedState, kind: NoticeKind, text: str) -> Notice:
    return Notice(kind=kind, source_id=state.source_id, text=text)
