"""What follows from the outcome of a send, decided with plain values."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from conftest import NOW
from fake_platform import said

from bot.core.chats.chat import Address, ChatId, ChatKind, DeliveryId, Quiet, Reader
from bot.core.chats.delivery import Arrived, CardGone, Claimed, DeliveryKind, Failed, Released, TryAgain, Unsure
from bot.core.chats.ports import (
    Ambiguous,
    ChatGone,
    ChatMoved,
    MessageGone,
    NotModified,
    NotSent,
    Outcome,
    Outgoing,
    Rejected,
    Rejection,
    RetryLater,
    Sent,
    Stopped,
)  # fmt: skip
from bot.core.chats.sending import LONGEST_HOLD, LONGEST_WAIT, Consequences, Form, backoff, judge, quiet_until, waits_for_quiet

HERE, THERE = Address(platform="fake", chat="here"), Address(platform="fake", chat="there")
READER = Reader(zone="UTC")
CLAIMED = Claimed(
    id=DeliveryId(7), chat_id=ChatId(1), address=HERE, chat_kind=ChatKind.PRIVATE, kind=DeliveryKind.NOTICE, message="", created_at=NOW,
    reader=READER, part=0, claim=1, attempts=3, doubts=0, is_doubtful=False, is_silent=False, event_id=None, edits=None, reply_to=None,
)  # fmt: skip
OUTGOING = Outgoing(delivery_id=CLAIMED.id, address=HERE, kind=ChatKind.PRIVATE, reader=READER, message=said("a"), nonce="7.0")
SOON = NOW + timedelta(seconds=4)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("outgoing", "outcome", "consequences"),
    [
        (OUTGOING, Sent(message_id="9"), Consequences(verdict=Arrived(message_id="9"))),
        (OUTGOING, NotModified(), Consequences(verdict=Arrived())),
        (OUTGOING, NotSent(reason="away"), Consequences(verdict=TryAgain(at=SOON, reason="away"), line="away")),
        (OUTGOING, Ambiguous(reason="?"), Consequences(verdict=Unsure(at=SOON, reason="?", deduplicates=False), line="?")),
        (OUTGOING, RetryLater(after=HOUR, reason="429"), Consequences(verdict=TryAgain(at=NOW + HOUR, reason="429"), hold=HOUR)),
        (
            OUTGOING,
            RetryLater(after=HOUR, reason="429", is_overall=True),
            Consequences(verdict=TryAgain(at=NOW + HOUR, reason="429"), hold=HOUR, is_overall=True),
        ),
        (OUTGOING, ChatMoved(address=THERE), Consequences(verdict=Released(), address=THERE)),
        (OUTGOING, ChatGone(reason="kicked"), Consequences(verdict=Released(), pause="kicked")),
        (OUTGOING, Rejected(why=Rejection.TOPIC, reason="closed"), Consequences(verdict=Released(), pause="closed")),
        (OUTGOING, Rejected(why=Rejection.RIGHTS, reason="no rights"), Consequences(verdict=Released(), pause="no rights")),
        (OUTGOING, Rejected(why=Rejection.FORMAT, reason="<"), Consequences(verdict=Released(), form=Form(is_plain=True, is_reply=False))),
        (replace(OUTGOING, is_plain=True), Rejected(why=Rejection.FORMAT, reason="<"), Consequences(verdict=Failed(reason="<"))),
        (
            replace(OUTGOING, is_plain=True, reply_to="3"),
            Rejected(why=Rejection.TOO_LONG, reason=">"),
            Consequences(verdict=Released(), form=Form(is_plain=True, is_short=True)),
        ),
        (replace(OUTGOING, is_short=True), Rejected(why=Rejection.TOO_LONG, reason=">"), Consequences(verdict=Failed(reason=">"))),
        (OUTGOING, Rejected(why=Rejection.OTHER, reason="no"), Consequences(verdict=Failed(reason="no"))),
        (replace(OUTGOING, edits="3"), MessageGone(reason="gone"), Consequences(verdict=CardGone(reason="gone"))),
        (replace(OUTGOING, reply_to="3"), MessageGone(reason="gone"), Consequences(verdict=Released(), form=Form(is_reply=False))),
        (OUTGOING, Stopped(reason="401"), Consequences(verdict=Released(), stop="401")),
    ],
)  # fmt: skip
def test_every_outcome_has_its_consequences(outgoing: Outgoing, outcome: Outcome, consequences: Consequences) -> None:
    """Rows 24 to 31; the third attempt that fails is followed by the next after four seconds."""
    assert judge(CLAIMED, outgoing, outcome, NOW, parts=1, deduplicates=False) == consequences


def test_a_part_that_arrived_is_followed_by_the_next() -> None:
    for part, more in ((0, True), (1, True), (2, False)):
        claimed = replace(CLAIMED, part=part)
        assert judge(claimed, OUTGOING, Sent(message_id="9"), NOW, parts=3, deduplicates=False).verdict == Arrived(
            message_id="9", more=more
        )


def test_a_chat_that_moves_to_where_it_is_does_not_keep_us_running_in_circles() -> None:
    consequences = judge(CLAIMED, OUTGOING, ChatMoved(address=HERE), NOW, parts=1, deduplicates=False)
    assert consequences.address is None
    assert isinstance(consequences.verdict, TryAgain)
    assert consequences.verdict.at == SOON


def test_a_message_that_misses_another_without_naming_one_is_given_up() -> None:
    assert isinstance(judge(CLAIMED, OUTGOING, MessageGone(reason="gone"), NOW, parts=1, deduplicates=False).verdict, Failed)


def test_waiting_grows_up_to_five_minutes_however_often_it_fails() -> None:
    waits = [backoff(tries) for tries in range(1, 2000)]
    assert waits[:4] == [timedelta(seconds=seconds) for seconds in (1, 2, 4, 8)]
    assert all(before <= after for before, after in pairwise(waits))
    assert waits[-1] == LONGEST_WAIT


def test_a_platform_is_left_alone_for_a_day_at_most() -> None:
    for after, hold in ((timedelta.max, LONGEST_HOLD), (timedelta(days=-1), timedelta())):
        consequences = judge(CLAIMED, OUTGOING, RetryLater(after=after, reason="429"), NOW, parts=1, deduplicates=False)
        assert consequences == Consequences(verdict=TryAgain(at=NOW + hold, reason="429"), hold=hold)


@pytest.mark.parametrize(("zone", "until"), [("UTC", NOW + HOUR), ("Asia/Tokyo", NOW), ("Mars/Olympus_Mons", NOW)])
def test_a_chat_is_left_in_peace_by_its_own_clock_and_where_there_is_none_never(zone: str, until: datetime) -> None:
    minutes = NOW.hour * 60 + NOW.minute
    assert quiet_until(replace(CLAIMED, quiet=Quiet(minutes - 60, minutes + 60), zone=zone), NOW) == until


@pytest.mark.parametrize(
    ("changed", "waits"),
    [
        ({"kind": DeliveryKind.CARD}, True),
        ({"kind": DeliveryKind.REPLY}, True),
        ({"kind": DeliveryKind.CARD, "part": 1}, False),
        ({"kind": DeliveryKind.CARD, "is_doubtful": True}, False),
        ({"kind": DeliveryKind.EDIT}, False),
        ({"kind": DeliveryKind.DIGEST}, False),
    ],
)
def test_what_calls_nobody_or_has_begun_does_not_wait_for_the_morning(changed: dict[str, Any], *, waits: bool) -> None:
    assert waits_for_quiet(replace(CLAIMED, **changed)) == waits
