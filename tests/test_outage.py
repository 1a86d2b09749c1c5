"""Our own line is told apart from feeds that fail, by playing hours of checks with a clock of our own."""

import heapq
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.core.feeds.feed import Failed, Failure, FeedState, NoticeKind, NotModified
from bot.core.feeds.outage import Line
from bot.core.model import SourceId
from bot.pipeline.settle import Answer, Judge

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
INTERVAL = timedelta(minutes=30)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def feed(number: int, *, checked: bool = True) -> FeedState:
    at = START if checked else None
    return FeedState(
        source_id=SourceId(number), url=f"https://h{number}.example/", host=f"h{number}.example", name="", checked_at=at, baselined_at=at
    )


@dataclass
class Play:
    """Checks feeds as the pipeline does; `answers` says what the host of a feed does at a time: None for an answer."""

    states: dict[int, FeedState]
    answers: Callable[[int, datetime], Failure | None]
    due: list[tuple[datetime, int]] = field(default_factory=list)
    dice: random.Random = field(default_factory=lambda: random.Random(4))
    judge: Judge = field(init=False)
    told: list[NoticeKind] = field(default_factory=list)
    outages: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.judge = Judge(interval=INTERVAL, dice=self.dice.random)

    @classmethod
    def of(cls, states: Sequence[FeedState], answers: Callable[[int, datetime], Failure | None], *, spread: timedelta = INTERVAL) -> "Play":
        play = cls({state.source_id: state for state in states}, answers)
        play.due = [(START + spread * play.dice.random(), state.source_id) for state in states]
        heapq.heapify(play.due)
        return play

    def until(self, end: datetime) -> None:
        while self.due and self.due[0][0] < end:
            now, number = heapq.heappop(self.due)
            self.check(number, now)

    @property
    def line(self) -> Line:
        return self.judge.line

    def check(self, number: int, now: datetime) -> None:
        state, kind, was_out = self.states[number], self.answers(number, now), self.line.out_since
        said = NotModified(url=state.url) if kind is None else Failed(kind=kind, reason="it failed", host=state.host)
        answer = Answer(state, said)
        verdicts = self.judge.hear([answer], (), now)
        if isinstance(said, Failed):
            verdicts.append(self.judge.fails(answer, said, now)[0])
        else:
            verdicts.append(self.judge.works(answer, said, None, now))
        for verdict in verdicts:
            source = verdict.state.source_id
            self.states[source] = verdict.state
            self.told += [notice.kind for notice in verdict.notices]
            if source != number:
                self.due = [(at, other) for at, other in self.due if other != source]
                heapq.heapify(self.due)
            heapq.heappush(self.due, (verdict.next_check_at, source))
        if self.line.out_since and not was_out:
            self.outages.append(now)

    def blamed(self) -> set[int]:
        return {number for number, state in self.states.items() if state.failures}


# FAULTS row 21.
def test_six_hours_without_a_name_server_blame_none_of_a_thousand_feeds_and_all_return_by_themselves() -> None:
    out = (START + HOUR, START + 7 * HOUR)
    play = Play.of([feed(number) for number in range(1, 1001)], lambda _, now: Failure.NAME if out[0] <= now < out[1] else None)
    play.until(out[0])
    assert not play.blamed()
    play.until(out[1])
    assert len(play.outages) == 1
    assert play.outages[0] < out[0] + 10 * MINUTE
    assert not play.blamed()
    assert all(at < out[1] + 5 * MINUTE for at, _ in play.due)
    play.until(out[1] + 10 * MINUTE)
    assert play.line.out_since is None
    assert all(state.checked_at is not None and state.checked_at >= out[1] for state in play.states.values())
    play.until(START + 12 * HOUR)
    assert not play.blamed()
    assert not play.told
    assert len(play.outages) == 1


def test_a_dozen_feeds_come_through_an_outage_too_and_a_tenth_that_was_dead_stays_to_blame() -> None:
    out = (START + 3 * HOUR, START + 9 * HOUR)

    def answers(number: int, now: datetime) -> Failure | None:
        return Failure.TIMEOUT if out[0] <= now < out[1] or number == 1 else None

    play = Play.of([feed(number) for number in range(1, 13)], answers)
    play.until(out[1] + HOUR)
    assert play.blamed() == {1}
    assert play.states[1].failing_since is not None
    assert play.states[1].failing_since < out[0]
    assert play.line.out_since is None


def test_an_outage_that_lets_some_through_is_one_all_the_same() -> None:
    out = (START + HOUR, START + 2 * HOUR)

    def answers(number: int, now: datetime) -> Failure | None:
        return Failure.CONNECTION if out[0] <= now < out[1] and number % 5 else None

    play = Play.of([feed(number) for number in range(1, 501)], answers)
    play.until(START + 4 * HOUR)
    assert play.outages
    assert not play.blamed()


def test_an_import_of_a_list_with_four_dead_hosts_of_ten_is_no_outage() -> None:
    def answers(number: int, now: datetime) -> Failure | None:
        return (Failure.NAME if number % 3 else Failure.TIMEOUT) if number % 10 < 4 else None

    play = Play.of([feed(number, checked=False) for number in range(1, 1001)], answers, spread=2 * MINUTE)
    play.until(START + DAY)
    assert play.outages == []
    assert len(play.blamed()) == 400


def test_hosts_that_do_not_exist_and_are_the_first_to_fail_are_no_outage() -> None:
    states = [feed(number, checked=False) for number in range(1, 41)]
    play = Play.of(states, lambda number, _: Failure.NAME if number <= 16 else None)
    play.due = sorted((START + timedelta(seconds=0.1 if number <= 16 else 2), number) for number in range(1, 41))
    play.until(START + DAY)
    assert play.outages == []
    assert play.blamed() == set(range(1, 17))


def test_an_import_without_a_line_is_an_outage() -> None:
    back = START + HOUR
    play = Play.of([feed(number, checked=False) for number in range(1, 201)], lambda _, now: Failure.NAME if now < back else None)
    play.until(back + 6 * MINUTE)
    assert play.outages
    assert not play.blamed()
    assert all(state.checked_at for state in play.states.values())


def test_other_failures_of_many_hosts_are_theirs() -> None:
    play = Play.of([feed(number) for number in range(1, 101)], lambda number, _: Failure.UNAVAILABLE if number % 2 else None)
    play.until(START + 3 * HOUR)
    assert play.outages == []
    assert len(play.blamed()) == 50


def test_three_of_five_hosts_that_die_together_are_blamed_within_hours() -> None:
    died = START + HOUR
    play = Play.of(
        [feed(number) for number in range(1, 6)], lambda number, now: Failure.CONNECTION if number <= 3 and now >= died else None
    )
    play.until(START + 4 * HOUR)
    play.until(START + DAY)
    assert play.blamed() == {1, 2, 3}
    assert play.line.out_since is None
    play.until(START + 10 * DAY)
    assert play.told == [NoticeKind.FAILING] * 3


def test_a_lonely_feed_is_to_blame_itself() -> None:
    play = Play.of([feed(1), feed(2)], lambda *_: Failure.NAME)
    play.until(START + DAY)
    assert play.outages == []
    assert play.blamed() == {1, 2}


def test_after_a_restart_in_the_middle_of_an_outage_nobody_is_blamed() -> None:
    play = Play.of(
        [feed(number) for number in range(1, 301)], lambda _, now: Failure.NAME if START + HOUR <= now < START + 6 * HOUR else None
    )
    play.until(START + 3 * HOUR)
    play.judge = Judge(interval=INTERVAL, dice=play.dice.random)
    play.until(START + 6 * HOUR + 6 * MINUTE)
    assert not play.blamed()


def test_feeds_blamed_long_before_an_outage_stay_blamed() -> None:
    line = Line()
    line.blame(feed(1), START)
    line.blame(feed(2), START + 40 * MINUTE)
    line.blame(feed(3), START + 41 * MINUTE)
    line.clear(SourceId(3))
    line.note(replace(feed(9)), START + 42 * MINUTE, answered=True)
    assert [state.source_id for state in line.forgiven()] == [2]
    assert line.forgiven() == []
