"""The governor against every window there is: what it lets through never exceeds a limit, and it keeps nobody waiting for nothing."""

import heapq
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rate_windows import exceeded

from bot.core.chats.chat import Address, ChatKind
from bot.core.chats.governor import Governor
from bot.core.chats.ports import UNLIMITED, Limits

LIMITS = Limits(per_chat_seconds=1.0, per_group_minute=20, overall_second=30)
KINDS = {"p": ChatKind.PRIVATE, "g": ChatKind.GROUP, "c": ChatKind.CHANNEL}


@dataclass(frozen=True)
class Wanted:
    """A message that somebody wants to send at a time; it takes `takes` seconds and counts for the platform after `share` of them."""

    at: float
    chat: str
    thread: str = ""
    is_edit: bool = False
    takes: float = 0.0
    share: float = 0.0

    @property
    def address(self) -> Address:
        return Address(platform="telegram", chat=self.chat, thread=self.thread)

    @property
    def kind(self) -> ChatKind:
        return KINDS[self.chat[0]]


def sent(governor: Governor, wanted: Sequence[Wanted]) -> list[tuple[float, Wanted]]:
    """Send everything as soon as it is wanted and may go, first come first served; gives when each counted."""
    waiting = sorted(wanted, key=lambda one: one.at)
    ends: list[tuple[float, int, Wanted]] = []
    counted: list[tuple[float, Wanted]] = []
    at = 0.0
    while waiting or ends:
        while ends and ends[0][0] <= at:
            ended, _, one = heapq.heappop(ends)
            governor.end(one.address, one.kind, is_edit=one.is_edit, at=ended)
        free = [(max(one.at, governor.free_at(one.address, one.kind, is_edit=one.is_edit, at=at)), one) for one in waiting]
        now = next((one for when, one in free if when <= at), None)
        if now is not None:
            waiting.remove(now)
            governor.begin(now.address, now.kind, is_edit=now.is_edit, at=at)
            counted.append((at + now.takes * now.share, now))
            heapq.heappush(ends, (at + now.takes, len(counted), now))
        else:
            at = min([*(when for when, _ in free), *(ended for ended, _, _ in ends)], default=at)
    return counted


def check_limits(counted: Sequence[tuple[float, Wanted]], limits: Limits) -> None:
    of_chat: dict[str, list[float]] = defaultdict(list)
    overall: list[float] = []
    for at, one in counted:
        if limits.edits_count or not one.is_edit:
            of_chat[one.chat].append(at)
            overall.append(at)
    assert limits.overall_second is None or not exceeded(overall, most=limits.overall_second, span=1.0)
    for chat, times in of_chat.items():
        assert not exceeded(times, most=1, span=limits.per_chat_seconds)
        assert chat[0] == "p" or limits.per_group_minute is None or not exceeded(times, most=limits.per_group_minute, span=60.0)


wishes = st.builds(
    Wanted,
    at=st.floats(0, 90),
    chat=st.sampled_from(["p1", "p2", "g1", "c1"]),
    thread=st.sampled_from(["", "7"]),
    is_edit=st.booleans(),
    takes=st.floats(0, 5),
    share=st.floats(0, 1),
)
limits = st.builds(
    Limits,
    per_chat_seconds=st.sampled_from([0.0, 0.1, 1.0]),
    per_group_minute=st.sampled_from([None, 1, 3, 20]),
    overall_second=st.sampled_from([None, 1, 3, 30]),
    edits_count=st.booleans(),
)


@settings(max_examples=200)
@given(st.lists(wishes, max_size=40), limits)
@example([Wanted(at=0, chat="g1", takes=1, share=1), *(Wanted(at=0, chat="g1") for _ in range(30))], LIMITS)
def test_no_window_ever_holds_more_than_the_limit_and_everything_goes(wanted: list[Wanted], limits: Limits) -> None:
    """However long each takes, and whenever between its beginning and its end the platform counts it."""
    counted = sent(Governor(limits), wanted)
    assert len(counted) == len(wanted)
    check_limits(counted, limits)


@pytest.mark.parametrize(
    ("wanted", "last"),
    [
        ([Wanted(at=0, chat=f"p{number}") for number in range(301)], 10.0),
        ([Wanted(at=0, chat="p1") for _ in range(11)], 10.0),
        ([Wanted(at=0, chat="g1", thread=str(number)) for number in range(41)], 120.0),
        ([Wanted(at=0, chat="g1") for _ in range(20)], 19.0),
        ([Wanted(at=0, chat="c1", is_edit=True) for _ in range(21)], 60.0),
    ],
    ids=[
        "30 a second",
        "one a second to a chat",
        "20 a minute to a group, all its topics together",
        "up to 20 at their pace",
        "edits count",
    ],
)
def test_what_may_go_goes_at_once(wanted: list[Wanted], last: float) -> None:
    counted = sent(Governor(LIMITS), wanted)
    check_limits(counted, LIMITS)
    assert max(at for at, _ in counted) == last


def test_edits_are_free_where_they_do_not_count() -> None:
    wanted = [Wanted(at=0, chat="g1", is_edit=True) for _ in range(100)]
    assert all(at == 0 for at, _ in sent(Governor(Limits(edits_count=False)), wanted))


def test_the_terminal_takes_everything_one_after_the_other() -> None:
    assert sent(Governor(UNLIMITED), [Wanted(at=0, chat="p1", takes=1) for _ in range(100)])[-1][0] == 99


def test_a_chat_that_wants_an_hour_of_peace_gets_it_and_no_other_does() -> None:
    """Row 26; all topics of the chat are meant."""
    governor = Governor(LIMITS)
    held, other = Wanted(at=0, chat="g1", thread="7"), Wanted(at=0, chat="g2")
    governor.hold(held.address, 3600)
    governor.hold(held.address, 60)
    for at in (0.0, 61.0, 3599.0):
        assert governor.free_at(Wanted(at=0, chat="g1").address, ChatKind.GROUP, is_edit=True, at=at) == 3600
        assert governor.free_at(other.address, other.kind, is_edit=False, at=at) == at
        assert governor.overall_at(at) == at
        # A sweep in between forgets no hold.
        governor.begin(other.address, other.kind, is_edit=False, at=at)
        governor.end(other.address, other.kind, is_edit=False, at=at - 1)
    assert governor.free_at(held.address, held.kind, is_edit=False, at=3600) == 3600


def test_a_platform_that_wants_peace_gets_it_for_every_chat() -> None:
    governor = Governor(Limits(edits_count=False))
    governor.hold(None, 5)
    assert governor.overall_at(0) == 5
    assert governor.free_at(Wanted(at=0, chat="p1").address, ChatKind.PRIVATE, is_edit=True, at=0) == 5


def test_what_is_under_way_counts_until_it_has_ended() -> None:
    governor = Governor(Limits(overall_second=1))
    one = Wanted(at=0, chat="p1")
    governor.begin(one.address, one.kind, is_edit=False, at=0)
    assert governor.overall_at(100) == inf
    governor.end(one.address, one.kind, is_edit=False, at=100)
    assert governor.overall_at(100) == 101


def test_chats_of_which_nothing_counts_any_more_are_forgotten() -> None:
    governor = Governor(Limits(overall_second=None))
    for number in range(1000):
        one = Wanted(at=0, chat=f"p{number}")
        governor.begin(one.address, one.kind, is_edit=False, at=number)
        governor.end(one.address, one.kind, is_edit=False, at=number)
    assert len(governor._chats) <= 62
