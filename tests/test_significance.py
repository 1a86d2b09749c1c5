"""Which changes deserve a message of their own, which events break, and what a chat is then sent, when."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import NOW, article, day, event, minute
from message_reading import lines_of

from bot.core.chats.chat import Address, CardState, Chat, ChatId, ChatKind, Quiet, Repeat, Replies, Subscription, SubscriptionId, Told
from bot.core.chats.delivery import DeliveryKind
from bot.core.event import Overview, overview
from bot.core.message import Moment, Paragraph
from bot.core.model import Article, ArticleId
from bot.core.telling.card import event_card, fingerprint
from bot.core.telling.ledger import told_now
from bot.core.telling.posts import EDIT_PAUSE, Sight, answered, awaited, first_card, last_edit, refreshed
from bot.core.telling.significance import (
    GROWTH,
    PAUSE,
    USUAL_COOLDOWN,
    USUAL_REPORTS,
    USUAL_WITHIN,
    Gate,
    Significance,
    Threshold,
    cooled,
    is_breaking,
    significance,
    threshold,
    told_why,
)

LATER = NOW + PAUSE
CHAT = Chat(id=ChatId(1), address=Address(platform="terminal", chat="me"), kind=ChatKind.TERMINAL, name="me", zone="UTC", created_at=NOW)


def seen(*outlets: str | None, copies: int = 0) -> Overview:
    """An event that each of these outlets reports once, and of which others print copies."""
    made = [article(number, f"Report {number}", outlet=outlet) for number, outlet in enumerate(outlets, 1)]
    made += [article(100 + number, outlet=f"copyist {number}", copy_of=1) for number in range(copies)]
    return overview(event(made))


def told(*outlets: str | None) -> Told:
    return replace(told_now(seen(*outlets), NOW), revision=0)


def check(before: Told, after: Overview, expected: Significance | None, *, gate: Gate | None = None, now: datetime = LATER) -> None:
    assert significance(after, before, gate or Gate(), now) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (told("A"), seen("A"), None),
        (told("A"), seen("A", "A"), None),
        (told("A"), seen("A", None), None),
        (told("A"), seen("A", copies=9), None),
        (told("A"), seen("A", "B"), Significance.CORROBORATED),
        (told(None), seen(None, "A", "B"), Significance.CORROBORATED),
        (told("A", "B"), seen("A", "B", "C"), None),
        (told("A", "B"), seen("A", "B", *"CDEF"), None),
        (told("A", "B"), seen("A", "B", *"CDEFG"), Significance.GROWN),
        (told("A", "B"), seen("A", copies=5), Significance.UNCORROBORATED),
        (told("A", "B", "C"), seen("A", "B"), None),
    ],
)
def test_a_change_is_significant_when_it_confirms_corrects_or_adds_much(
    before: Told, after: Overview, expected: Significance | None
) -> None:
    check(before, after, expected)


def test_what_is_added_waits_for_those_who_were_just_told_and_corrections_do_not() -> None:
    grown = seen("A", "B", *"CDEFG")
    check(told("A", "B"), grown, None, now=NOW + PAUSE - timedelta(seconds=1))
    check(told("A", "B"), grown, Significance.GROWN, now=NOW + PAUSE)
    check(told("A"), seen("A", "B"), None, now=NOW)
    check(told("A", "B"), seen("A"), Significance.UNCORROBORATED, now=NOW)


@pytest.mark.parametrize(
    ("gate", "expected"),
    [
        (Gate(), None),
        (Gate(replies=Replies.ALL), Significance.GROWN),
        (Gate(replies=Replies.NONE), None),
        (Gate(replies=Replies.NONE, is_followed=True), Significance.GROWN),
    ],
)
def test_following_lowers_the_gate(gate: Gate, expected: Significance | None) -> None:
    check(told("A", "B"), seen("A", "B", "B"), expected, gate=gate)
    assert (significance(seen("A"), told("A"), gate, LATER, absorbed=True) is None) == (gate == Gate(replies=Replies.NONE))


def test_back_catalogue_is_not_significant() -> None:
    after = overview(event([article(number, outlet=f"o{number}", received_at=LATER) for number in range(1, 9)]))
    before = replace(told_now(seen("o1", "o2"), NOW), revision=0)
    old = frozenset(ArticleId(number) for number in range(3, 9))
    assert significance(after, before, Gate(), LATER, backlog=old) is None
    assert significance(after, before, Gate(), LATER) is Significance.GROWN


def why(reason: Significance, event: Overview, before: Told) -> str:
    return "".join(span.text for span in told_why(reason, event, before) if not isinstance(span, Moment))


def test_the_reason_is_told_in_a_sentence() -> None:
    assert why(Significance.CORROBORATED, seen("A", "B", "C"), told("A")) == "Confirmed: 3 outlets now report it independently."
    assert why(Significance.GROWN, seen(*"ABCDEFG"), told("A", "B")) == "Developing: 5 more reports by now."
    assert why(Significance.MERGED, seen("A"), told("A")) == "Two events turned out to be one."
    assert "of the 2 outlets" in why(Significance.UNCORROBORATED, seen("A"), told("A", "B"))


# What breaks.


def arriving(minutes: Sequence[float], **more: object) -> list[Article]:
    stamp = minute("2026-11-22T11:50")
    return [
        replace(article(number, outlet=f"o{number}", published=stamp), received_at=NOW - timedelta(minutes=ago))
        for number, ago in enumerate(minutes, 1)
    ]


ASKED = Threshold(reports=3, within=timedelta(hours=1))


@pytest.mark.parametrize(
    ("minutes", "breaks"),
    [([0, 1, 2], True), ([0, 1], False), ([0, 1, 61], False), ([0, 59, 60], True), ([0, 1, 61, 62, 63], False), ([], False)],
)
def test_enough_reports_in_time_break(minutes: list[float], *, breaks: bool) -> None:
    made = arriving(minutes) or [article(9, received_at=NOW - timedelta(days=1))]
    assert is_breaking(overview(event(made)), ASKED, NOW, backlog=()) is breaks


@pytest.mark.parametrize(
    ("change", "breaks"),
    [
        (lambda each: each, True),
        (lambda each: replace(each, copy_of=ArticleId(9)), False),
        (lambda each: replace(each, content=replace(each.content, published=minute("2024-12-27T04:51"))), False),
        (lambda each: replace(each, content=replace(each.content, published=day("2026-11-21"))), True),
        (lambda each: replace(each, content=replace(each.content, published=day("2026-11-20"))), False),
        (lambda each: replace(each, content=replace(each.content, published=None), file_time=None), True),
        (lambda each: replace(each, content=replace(each.content, published=None), file_time=datetime(2024, 12, 27, tzinfo=UTC)), False),
    ],
)
def test_old_news_that_comes_fast_does_not_break(change: object, *, breaks: bool) -> None:
    assert callable(change)
    made = [change(each) for each in arriving([0, 1, 2])]
    assert is_breaking(overview(event(made)), ASKED, NOW, backlog=()) is breaks


def test_back_catalogue_breaks_nothing_and_what_was_told_must_break_anew() -> None:
    made = overview(event(arriving([0, 1, 2, 50])))
    assert not is_breaking(made, ASKED, NOW, backlog={ArticleId(1), ArticleId(2)})
    assert is_breaking(made, ASKED, NOW, backlog=(), since=NOW - timedelta(minutes=10))
    assert not is_breaking(made, ASKED, NOW, backlog=(), since=NOW - timedelta(minutes=1))


def test_a_subscription_that_does_not_say_has_the_usual_threshold() -> None:
    usual = Subscription(id=SubscriptionId(1), chat_id=ChatId(1), repeat=Repeat.BREAKING, created_at=NOW)
    assert threshold(usual) == Threshold(reports=USUAL_REPORTS, within=USUAL_WITHIN)
    assert cooled(usual, NOW) == NOW + USUAL_COOLDOWN
    own = replace(usual, min_reports=7, within=timedelta(minutes=5), cooldown=timedelta())
    assert threshold(own) == Threshold(reports=7, within=timedelta(minutes=5))
    assert cooled(own, NOW) == NOW


# What is sent.


def card_of(before: Overview, *, at: datetime = NOW, chat: Chat = CHAT, message_id: str | None = "m1") -> CardState:
    card = first_card(Sight(before), chat, at).card
    assert card is not None
    return replace(card, message_id=message_id)


def test_a_card_is_edited_only_when_it_shows_something_else() -> None:
    before = seen("A")
    unseen = replace(before, event=replace(before.event, revision=9, updated_at=LATER))
    assert fingerprint(event_card(unseen)) == fingerprint(event_card(before))
    assert refreshed(card_of(before), Sight(unseen), LATER) is None
    edit = refreshed(card_of(before), Sight(seen("A", "B")), LATER)
    assert edit is not None
    assert edit.kind is DeliveryKind.EDIT
    assert edit.told is None
    assert isinstance(edit.message.blocks[-1], Paragraph)
    assert lines_of(edit.message)[-1] == "updated (time)  ·  +1 outlet, 1 more report"


@given(st.lists(st.floats(0.1, 90), min_size=1, max_size=12))
def test_edits_lie_a_minute_apart_however_often_an_event_changes(pauses: list[float]) -> None:
    card, now, shown = card_of(seen("A")), NOW, {NOW}
    for number, pause in enumerate(pauses, 2):
        now += timedelta(seconds=pause)
        edit = refreshed(card, Sight(seen(*[f"o{each}" for each in range(number)])), now)
        assert edit is not None
        assert edit.card is not None
        assert edit.not_before is not None
        assert edit.not_before >= now
        card = edit.card
        shown.add(edit.not_before)
    times = sorted(shown)
    assert all(later - earlier >= EDIT_PAUSE for earlier, later in pairwise(times))


def test_an_answer_says_why_and_counts_from_there() -> None:
    card = card_of(seen("A"))
    sight = Sight(seen("A", "B"))
    answer = answered(card, sight, CHAT, Gate(), LATER)
    assert answer is not None
    assert answer.card is not None
    assert (answer.kind, answer.card.replied_at, answer.told) == (DeliveryKind.REPLY, LATER, answer.card.told)
    assert lines_of(answer.message) == ["Confirmed: 2 outlets now report it independently.", "Report 1"]
    assert answered(answer.card, sight, CHAT, Gate(), LATER + PAUSE) is None
    more = Sight(seen("A", "B", *[f"o{each}" for each in range(GROWTH)]))
    assert answered(answer.card, more, CHAT, Gate(), LATER + PAUSE) is not None


# FAULTS row 38.
@pytest.mark.parametrize(
    ("quiet", "now", "expected"),
    [
        (None, "2026-11-22T23:00", None),
        (Quiet(0, 0), "2026-11-22T23:00", None),
        (Quiet(22 * 60, 7 * 60), "2026-11-22T12:00", None),
        (Quiet(22 * 60, 7 * 60), "2026-11-22T23:00", "2026-11-23T07:00"),
        (Quiet(22 * 60, 7 * 60), "2026-11-23T06:59", "2026-11-23T07:00"),
    ],
)
def test_alerts_and_answers_wait_for_the_end_of_quiet_hours_and_edits_do_not(quiet: Quiet | None, now: str, expected: str | None) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    until = None if expected is None else datetime.fromisoformat(expected).replace(tzinfo=UTC)
    chat = replace(CHAT, quiet=quiet)
    post = first_card(Sight(seen("A")), chat, at)
    assert post.not_before == until
    card, grown = card_of(seen("A"), at=at - PAUSE), Sight(seen("A", "B"))
    assert (answered(card, grown, chat, Gate(), at) is None) is (until is not None)
    assert awaited(card.told, grown, chat, Gate(), at) == until
    merged = answered(card, grown, chat, Gate(), at, absorbed=True)
    assert merged is not None
    assert merged.not_before == until
    edit = refreshed(card_of(seen("A"), at=at), Sight(seen("A", "B")), at)
    assert edit is not None
    assert edit.not_before == at + EDIT_PAUSE


def test_what_waits_for_the_pause_is_told_when_it_is_over() -> None:
    grown = Sight(seen("A", "B", *"CDEFG"))
    card, soon = card_of(seen("A", "B")), NOW + timedelta(minutes=1)
    assert answered(card, grown, CHAT, Gate(), soon) is None
    assert awaited(card.told, grown, CHAT, Gate(), soon) == NOW + PAUSE
    assert awaited(card.told, Sight(seen("A", "B", "C")), CHAT, Gate(), soon) is None
    late = replace(CHAT, quiet=Quiet(12 * 60 + 5, 13 * 60))
    assert awaited(card.told, grown, late, Gate(), soon) == NOW.replace(hour=13, minute=0)


def test_a_card_that_waits_for_the_morning_is_replaced_where_it_waits() -> None:
    night = NOW + timedelta(hours=11)
    chat = replace(CHAT, quiet=Quiet(22 * 60, 7 * 60))
    card = card_of(seen("A"), at=night, chat=chat, message_id=None)
    edit = refreshed(card, Sight(seen("A", "B")), night + timedelta(hours=1))
    assert edit is not None
    assert edit.not_before == card.shown_at == NOW + timedelta(hours=19)
    assert edit.told == told_now(seen("A", "B"), night + timedelta(hours=1))
    assert lines_of(edit.message)[-1] == "updated (time)"


def test_a_card_of_an_event_that_became_part_of_another_says_so() -> None:
    gone = replace(card_of(seen("A")), event_id=seen("A").id)
    edit = last_edit(gone, Sight(overview(event([article(1, "Bridge falls", outlet="B")], 7))))
    assert edit.card is None
    assert lines_of(edit.message) == ["Event 1 is now part of event 7: Bridge falls"]
