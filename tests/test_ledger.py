"""What is new for a chat that was told something: only what came since, and never the same in other words."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import NOW, article, event, minute
from message_reading import lines_of
from test_digest import told as invented_event

from bot.core.chats.chat import Told
from bot.core.event import Overview, overview
from bot.core.message import Link, Listing, Text
from bot.core.model import Article, ArticleId, EventId
from bot.core.telling.digest import Digest, arrange, compose, ranked
from bot.core.telling.digest_settings import DigestSettings
from bot.core.telling.ledger import Developing, Known, New, News, classify, corroborating, grown, told_now

LATER = NOW + timedelta(hours=3)
HEADLINE = "Bridge over the Vel collapses near Orlik"


def came(number: int, outlet: str | None = None, title: str = HEADLINE, *, copy_of: int | None = None) -> Article:
    return article(number, title, outlet=outlet, copy_of=copy_of, received_at=LATER)


FIRST = [article(1, outlet="Orlik Courier"), article(2, outlet="The Daily Vel")]
TOLD = told_now(overview(event(FIRST)), NOW + timedelta(hours=1))


def news(more: Sequence[Article], *, backlog: Sequence[int] = (), told: Told | None = TOLD) -> News:
    return classify(overview(event([*FIRST, *more])), told, frozenset(map(ArticleId, backlog)))


def words(said: News) -> str:
    if not isinstance(said, Developing):
        return type(said).__name__
    return grown(said.delta) + (f", now: {said.delta.headline}" if said.delta.headline else "")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ([], "Known"),
        ([came(3, "Orlik Courier")], "1 more report"),
        ([came(3, "ORLIK COURIER"), came(4)], "2 more reports"),
        ([came(3, "Flussbote")], "+1 outlet, 1 more report"),
        ([came(3, "A"), came(4, "B"), came(5, "C")], "+3 outlets, 3 more reports"),
        ([came(3, "Northern Wire", copy_of=1)], "Known"),
        ([came(3, "Northern Wire", copy_of=1), came(4, "Flussbote")], "+1 outlet, 1 more report"),
    ],
)
def test_only_what_came_since_is_news(more: list[Article], expected: str) -> None:
    assert words(news(more)) == expected


def test_who_was_told_nothing_is_told_everything() -> None:
    assert news([came(3)], told=None) == New()


def test_other_words_for_the_same_are_no_news() -> None:
    reworded = [replace(each, content=replace(each.content, title="Orlik bridge gives way over the Vel")) for each in FIRST]
    assert classify(overview(event([*reworded, came(3, "Northern Wire", copy_of=1)])), TOLD) == Known()


def test_a_new_headline_is_told_with_what_came() -> None:
    title = "Nine rescued from the Vel after bridge collapse, two still missing"
    more = [
        replace(came(number, f"outlet {number}", title), content=came(number, f"outlet {number}", title).content) for number in range(3, 12)
    ]
    assert words(news(more)) == f"+9 outlets, 9 more reports, now: {title}"


def test_an_old_report_that_becomes_the_headline_is_no_development() -> None:
    """What the chat was told reads differently now, but nothing in it is new: only what came is told."""
    more = [came(number, f"outlet {number}") for number in (3, 4)]
    reworded = replace(TOLD, headline="Orlik bridge gives way over the river")
    said = classify(
        overview(event([*FIRST, *[replace(each, content=replace(each.content, title="Bridge gives way")) for each in more]])), reworded
    )
    assert isinstance(said, Developing)
    assert (said.delta.reports, said.delta.headline, said.delta.latest) == (2, None, None)


def test_the_latest_report_is_named_when_the_headline_stays() -> None:
    late = came(4, "Flussbote", "Divers end their search below the Orlik bridge")
    late = replace(late, content=replace(late.content, published=minute("2026-11-22T14:50")))
    first = [replace(each, content=replace(each.content, published=minute("2026-11-22T08:00"))) for each in FIRST]
    said = classify(overview(event([*first, late])), told_now(overview(event(first)), NOW))
    assert isinstance(said, Developing)
    assert said.delta.headline is None
    assert said.delta.latest == late


# Back-catalogue is never announced.
def test_what_was_old_when_it_came_is_no_news_and_does_not_hide_news() -> None:
    assert news([came(3, "Archive"), came(4, "Archive")], backlog=[3, 4]) == Known()
    assert words(news([came(3, "Archive"), came(4, "Flussbote")], backlog=[3])) == "+1 outlet, 1 more report"
    old_before = told_now(overview(event([*FIRST, article(3, outlet="Archive")])), NOW + timedelta(hours=1))
    assert words(classify(overview(event([*FIRST, article(3, outlet="Archive"), came(4, "B")])), old_before, {ArticleId(3)})) == (
        "+1 outlet, 1 more report"
    )


def test_an_event_that_shrank_is_no_news_until_it_is_larger_than_it_was() -> None:
    shrunk = overview(replace(event([FIRST[0]]), revision=9))
    assert classify(shrunk, TOLD) == Known()
    assert classify(overview(event([FIRST[0], came(3, "B")])), TOLD) == Known()


def test_who_prints_a_copy_corroborates_nothing() -> None:
    seen = overview(event([article(1, outlet="A"), article(2, outlet="B", copy_of=1), article(3), article(4, outlet="a")]))
    assert corroborating(seen) == 1


ARTICLES = st.lists(st.tuples(st.sampled_from(["A", "B", "C", "D", None]), st.booleans()), min_size=1, max_size=12)


def grown_from(parts: Sequence[tuple[str | None, bool]]) -> Overview:
    made = [
        article(number, f"Title {number}", outlet=outlet, copy_of=1 if is_copy and number > 1 else None)
        for number, (outlet, is_copy) in enumerate(parts, 1)
    ]
    return overview(event(made))


@given(ARTICLES, st.integers(1, 12))
def test_what_is_told_is_known_and_deltas_add_up(parts: list[tuple[str | None, bool]], cut: int) -> None:
    before, after = grown_from(parts[:cut]), grown_from(parts)
    told = told_now(before, NOW)
    assert classify(before, told) == Known()
    said = classify(after, told)
    if isinstance(said, Developing):
        assert told.reports + said.delta.reports == after.reports
        assert told.outlets + said.delta.outlets == corroborating(after)
    else:
        assert said == Known()
        assert after.reports == before.reports
    assert classify(after, told_now(after, NOW)) == Known()


# The digest that knows what its chat was told.


def digest_of(events: Sequence[Overview], told: Sequence[Told] = (), settings: DigestSettings | None = None, **excluded: str) -> Digest:
    window = Digest(since=NOW, until=LATER, articles=20, events=len(events), shown=(), hidden=())
    return arrange(
        window,
        ranked(events),
        settings=settings or DigestSettings(),
        told={each.event_id: each for each in told},
        excluded={EventId(int(id_.removeprefix("event"))): reason for id_, reason in excluded.items()},
    )


def test_the_same_digest_twice_is_empty_the_second_time() -> None:
    events = [overview(invented_event(number, "A", f"outlet {number}")) for number in range(1, 5)]
    first = digest_of(events)
    assert len(first.told) == 4
    second = digest_of(events, [told_now(each, NOW) for each in first.told])
    assert second.told == ()
    assert {hidden.reason for hidden in second.hidden} == {"already told, and nothing new since"}
    assert lines_of(compose(second)) == ["Nothing new since (time). 20 articles → 4 events → 0 shown."]


def test_new_stands_before_developing_which_says_only_what_is_new() -> None:
    grown = overview(event([*FIRST, came(3, "Flussbote", "Rescue work at the Orlik bridge goes on")]))
    fresh = overview(invented_event(7, "X", "Y", "Z"))
    message = compose(digest_of([grown, fresh], [TOLD]))
    assert lines_of(message)[2:] == [
        "New",
        "Event 7",
        "/event 7  ·  X, Y +1  ·  3 reports",
        "Developing",
        HEADLINE,
        "latest: Rescue work at the Orlik bridge goes on — Flussbote",
        "/event 1  ·  +1 outlet, 1 more report",
    ]
    assert lines_of(message)[1] == "20 articles → 2 events → 2 shown"
    assert [action.command for action in message.actions] == ["/event 7", "/event 1"]


def test_a_new_headline_in_a_digest_is_linked_and_the_known_one_is_not() -> None:
    title = "Nine rescued from the Vel after bridge collapse, two still missing"
    more = [came(number, f"outlet {number}", title) for number in range(3, 12)]
    more = [replace(each, content=replace(each.content, url=f"https://vel.example/{each.id}")) for each in more]
    (listing,) = (block for block in compose(digest_of([overview(event([*FIRST, *more]))], [TOLD])).blocks if isinstance(block, Listing))
    ((known,), (now, link), _) = listing.items[0]
    assert known.text == HEADLINE if isinstance(known, Text) else False
    assert (now, isinstance(link, Link) and link.text) == (Text("now: "), title)


@pytest.mark.parametrize(
    ("new", "developed", "most", "shown", "developing"),
    [(9, 0, 9, 9, 0), (9, 9, 9, 5, 4), (2, 9, 9, 2, 7), (0, 9, 9, 0, 9), (9, 1, 9, 8, 1), (3, 3, 1, 1, 0), (3, 3, 2, 1, 1)],
)
def test_what_develops_crowds_out_no_news(new: int, developed: int, most: int, shown: int, developing: int) -> None:
    fresh = [overview(invented_event(number, f"a{number}")) for number in range(1, new + 1)]
    old = [overview(invented_event(number, f"b{number}", f"c{number}")) for number in range(50, 50 + developed)]
    told = [replace(told_now(each, NOW), reports=1, outlets=1, revision=1) for each in old]
    digest = digest_of([*fresh, *old], told, DigestSettings(most=most))
    assert (len(digest.shown), len(digest.developing)) == (shown, developing)


def test_what_a_chat_does_not_want_is_left_out_with_the_reason() -> None:
    events = [overview(invented_event(number, f"outlet {number}")) for number in (1, 2)]
    digest = digest_of(events, event1="muted")
    assert [each.id for each in digest.told] == [2]
    assert [(hidden.event.id, hidden.reason) for hidden in digest.hidden] == [(1, "muted")]
    assert [action.command for action in compose(digest).actions] == ["/event 2", "/digest hidden"]


@given(st.lists(st.sampled_from(["new", "known", "grown", "unwanted"]), max_size=25), st.integers(1, 9), st.integers(0, 9))
def test_no_event_is_lost_and_none_is_told_twice(kinds: list[str], most: int, least: int) -> None:
    events = [overview(invented_event(number, f"a{number}", f"b{number}")) for number in range(1, len(kinds) + 1)]
    told = [
        told_now(each, NOW) if kind == "known" else replace(told_now(each, NOW), reports=1, outlets=1, revision=0)
        for each, kind in zip(events, kinds, strict=True)
        if kind in {"known", "grown"}
    ]
    unwanted = {f"event{number}": "muted" for number, kind in enumerate(kinds, 1) if kind == "unwanted"}
    digest = digest_of(events, told, DigestSettings(most=most, least=least), **unwanted)
    ids = [each.id for each in digest.told] + [hidden.event.id for hidden in digest.hidden]
    assert sorted(ids) == [each.id for each in events]
    assert len(digest.told) <= most
    assert {kinds[each.id - 1] for each in digest.shown} <= {"new"}
    assert {kinds[each.event.id - 1] for each in digest.developing} <= {"grown"}
    again = digest_of(events, [*told, *(told_now(each, LATER) for each in digest.told)], DigestSettings(most=most, least=least), **unwanted)
    assert not {each.id for each in again.told} & {each.id for each in digest.told}
