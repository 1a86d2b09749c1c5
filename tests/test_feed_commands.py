"""What a person gets who adds, lists, pauses and removes feeds, from a real database on each engine; nothing is fetched here."""

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from invented import NOW
from message_reading import check_answer, commands_of, text_of

from bot.commands.desk import Answer, Desk, Request
from bot.commands.health import described, shown_to, works
from bot.commands.naming import fitting_feeds
from bot.commands.registry import COMMANDS, respond
from bot.core.feeds.feed import Failure, FeedState, FullText, Listed, Notice, NoticeKind
from bot.core.message import Text
from bot.core.model import SourceHealth, SourceId
from bot.platforms.console.facts import to_json
from bot.platforms.console.render import render
from bot.platforms.console.screen import Screen
from bot.sources.opml import OpmlFeeds, parse_opml
from storage.engine.database import Database
from storage.feeds import checks, feeds, notices, sources

GOLDEN = Path(__file__).parent / "golden" / "console"
LATER = NOW + timedelta(hours=1)

LISTED = (
    Listed(url="https://daily.example.org/feed", title="The Daily Example", site="https://daily.example.org/", category="World/Europe"),
    Listed(url="https://dead.example.org/rss", title="Dead Letters"),
    Listed(url="https://quiet.example.org/atom.xml", title="Quiet Corner \x1b[2J", category="Local"),
    Listed(url="https://daily.example.org/sport.xml", title="The Daily Example: Sport"),
    Listed(url="https://new.example.org/feed.json", title=""),
    Listed(url="https://gone.example.org/feed", title="Gone for Good"),
)


async def from_one(database: Database) -> None:
    """Let the numbers of sources begin at 1, as on a new installation: the tests of PostgreSQL share one database."""
    if database.engine_name == "postgresql":
        async with database.write() as connection:
            await connection.exec_driver_sql("ALTER SEQUENCE sources_id_seq RESTART")


@pytest.fixture
async def desk(database: Database) -> Desk:
    """Six feeds: works, fails, paused, works, waits for its first check, ended."""
    await from_one(database)
    async with database.write() as connection:
        added = await feeds.add(connection, [(feed, feed.url.split("/")[2]) for feed in LISTED], NOW, first_check=lambda _: NOW)
        assert added.ids == (1, 2, 3, 4, 5, 6)
        states = await feeds.all_states(connection)
        await checks.save(
            connection,
            [
                (replace(working(states[0]), news_at=NOW - timedelta(hours=2)), NOW + timedelta(hours=1, minutes=12)),
                (failing(states[1]), NOW + timedelta(hours=6)),
                (working(states[2]), NOW + timedelta(hours=2)),
                (working(states[3]), NOW + timedelta(minutes=70)),
                (ended(states[5]), NOW + timedelta(days=30)),
            ],
        )
        await feeds.pause(connection, [states[2].source_id], NOW)
        told = Notice(kind=NoticeKind.ENDED, source_id=states[5].source_id, text="Gone for Good has ended: it answers 410.")
        await notices.tell(connection, [told], NOW)
    return Desk(database=database, version="1.2.3")


def working(state: FeedState) -> FeedState:
    """A feed whose newest entry was older than its first check, and that brought nothing since."""
    return replace(state, checked_at=NOW, baselined_at=NOW - timedelta(days=3), news_at=NOW - timedelta(days=9))


def failing(state: FeedState) -> FeedState:
    return replace(
        state,
        checked_at=NOW,
        failures=12,
        failing_since=NOW - timedelta(days=2),
        failure=Failure.MISSING,
        last_error="dead.example.org answers 404 (not found)",
    )


def ended(state: FeedState) -> FeedState:
    return replace(failing(state), failure=Failure.GONE, last_error="gone.example.org answers 410 (gone for good)", ended_at=NOW)


async def check(desk: Desk, typed: str, *expected: str, failed: bool = False, is_admin: bool = True) -> Answer:
    """Ask, and look for each expected piece of text in the order given."""
    answer = await respond(desk, Request(text=typed, now=LATER, is_admin=is_admin))
    check_answer(answer, *expected, failed=failed)
    return answer


async def facts_of(desk: Desk, typed: str) -> object:
    return json.loads(to_json((await respond(desk, Request(text=typed, now=LATER))).facts))


@pytest.mark.parametrize("width", [40, 80])
async def test_what_is_told_of_feeds_reads_well(desk: Desk, width: int) -> None:
    for name, typed in (("feeds", "/sources"), ("feed", "/sources feed 2"), ("feed_errors", "/errors"), ("feed_status", "/status")):
        answer = await respond(desk, Request(text=typed, now=LATER))
        text = render(answer.message, Screen(zone=UTC, width=width)).replace("postgresql", "sqlite")
        path = GOLDEN / f"{name}_{width}.txt"
        if os.environ.get("UPDATE_GOLDEN"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")


async def test_sources_begin_with_what_needs_somebody(desk: Desk) -> None:
    await check(
        desk,
        "/sources",
        "6 feeds: 2 working, 1 failing, 1 ended, 1 paused, 1 waiting; next check now",
        "Dead Letters  feed 2",
        "failing 12 times in a row: dead.example.org answers 404 (not found)",
        "next try in 5 h",
        "Gone for Good",
        "ended: gone.example.org answers 410",
        "asked once more in 30 days",
        "The Daily Example  feed 1  ·  https://daily.example.org/feed  ·  World/Europe",
        "last success 2026-11-22 12:00",
        "next check in 12 min",
        "https://new.example.org/feed.json",
        "waiting for its first check",
        "Quiet Corner",
        "paused since 2026-11-22 12:00",
    )


async def test_sources_can_be_chosen(desk: Desk) -> None:
    for typed, expected, count in (
        ("/sources failing", "Dead Letters", 1),
        ("/sources PAUSED", "Quiet Corner", 1),
        ("/sources working", "The Daily Example", 2),
        ("/sources daily example", "The Daily Example: Sport", 2),
        ("/sources local", "Quiet Corner", 1),
        ("/sources gone.example", "Gone for Good", 1),
        ("/sources page 1", "6 feeds", 6),
        ("/sources failing page 1", "Dead Letters", 1),
    ):
        answer = await check(desk, typed, expected)
        assert isinstance(answer.facts, tuple)
        assert len(answer.facts) == count, typed
    await check(desk, "/sources nobody", "No source has “nobody” in its name or address.")
    await check(desk, "/sources page 2", "There is no page 2; the last is 1.", failed=True)
    await check(desk, "/sources page 0", "“0” is not the number of a page.", failed=True)
    await check(desk, "/sources page ٣", "is not the number of a page.", failed=True)
    await check(desk, "/sources 3", "There is no event yet.", failed=True)


async def test_thousands_of_feeds_come_in_pages(database: Database) -> None:
    await from_one(database)
    desk = Desk(database=database, version="1.2.3")
    listed = [
        (Listed(url=f"https://{number}.example.org/feed", title=f"Gazette {number:03}"), f"{number}.example.org") for number in range(1, 41)
    ]
    async with database.write() as connection:
        await feeds.add(connection, listed, NOW, first_check=lambda _: LATER + timedelta(seconds=3))
        last = (await feeds.all_states(connection))[-1]
        await checks.save(connection, [(failing(last), LATER + timedelta(days=1))])
    answer = await check(
        desk, "/sources", "page 1 of 3", "40 feeds: 1 failing, 39 waiting; next check in 3 s", "Gazette 040", "Gazette 014"
    )
    assert commands_of(answer) == ["/sources page 2", "/sources failing", "/sources feed 40"]
    answer = await check(desk, "/sources gazette page 3", "Sources: gazette, page 3 of 3", "Gazette 030", "Gazette 039")
    assert commands_of(answer) == ["/sources gazette page 2", "/sources feed 30"]


async def test_one_feed_is_told_in_detail(desk: Desk) -> None:
    answer = await check(desk, "/sources feed dead", "Dead Letters", "failing 12 times", "failing since 2026-11-20 12:00")
    assert commands_of(answer) == ["/pause 2", "/check 2", "/fulltext 2 page", "/removesource 2"]
    answer = await check(desk, "/sources feed #1", "The Daily Example", "something new last came 2026-11-22 10:00")
    assert answer.message.actions[-1].command == "https://daily.example.org/"
    await check(desk, "/sources feed 3", "paused since")
    await check(desk, "/sources feed 4", "nothing new has come since its first check 2026-11-19 12:00")
    async with desk.database.write() as connection:
        await checks.hold(connection, "daily.example.org", LATER + timedelta(hours=2), "Retry-After")
    await check(desk, "/sources feed 1", "daily.example.org wants to be left alone until 2026-11-22 15:00")
    await check(desk, "/sources feed 6", "ended 2026-11-22 12:00; asked once a month whether it is back")
    facts = await facts_of(desk, "/sources feed 2")
    assert isinstance(facts, dict)
    assert (facts["source"]["failures"], facts["state"]["failure"], facts["state"]["url"]) == (
        12,
        "missing",
        "https://dead.example.org/rss",
    )


async def test_feeds_are_paused_resumed_and_removed(desk: Desk) -> None:
    await check(desk, "/pause 1", "Paused feed 1, The Daily Example.")
    await check(desk, "/pause 1", "It is paused already: feed 1, The Daily Example.")
    await check(desk, "/sources paused", "The Daily Example", "Quiet Corner")
    await check(desk, "/resume https://daily.example.org/feed", "Resumed feed 1, The Daily Example.")
    await check(desk, "/resume 1", "It was not paused: feed 1, The Daily Example.")
    await check(desk, "/pause all", "Paused 5 feeds.")
    await check(desk, "/check 4", "It is paused: feed 4, The Daily Example: Sport.", failed=True)
    await check(desk, "/resume ALL", "Resumed 6 feeds.")
    await check(desk, "/resume all", "No feed is paused.")
    answer = await check(desk, "/removesource sport", "Removed feed 4, The Daily Example: Sport. It had no article yet.")
    assert answer.message.actions[0].command == "/addsource https://daily.example.org/sport.xml"
    await check(desk, "/removesource 4", "There is no feed “4”.", failed=True)
    await check(desk, "/sources", "5 feeds:")
    await check(desk, "/check 1", "Now asking feed 1, The Daily Example.")
    await check(desk, "/check all", "Now asking 5 feeds.")
    async with desk.database.read() as connection:
        assert await checks.next_due(connection) == LATER
    assert await facts_of(desk, "/pause all") == {"what": "paused", "feeds": 5, "id": None, "url": None}


async def test_full_text_is_a_switch_per_feed(desk: Desk) -> None:
    await check(
        desk, "/fulltext daily.example.org/feed page", "Full text of feed 1, The Daily Example: where the feed only teases", "robots.txt"
    )
    await check(desk, "/fulltext 1 PAGE", "So it is already.")
    await check(desk, "/sources feed 1", "full text from its pages")
    await check(desk, "/fulltext all page", "Full text of 5 feeds: where")
    await check(desk, "/fulltext all feed", "Full text of 6 feeds: what the feed gives.")
    async with desk.database.read() as connection:
        assert {state.full_text for state in await feeds.all_states(connection)} == {FullText.FEED}


async def test_a_feed_that_is_not_clear_is_asked_for(desk: Desk) -> None:
    answer = await check(
        desk, "/pause example", "Which one do you mean by “example”?", "/pause 1  The Daily Example", "/pause 6", failed=True
    )
    assert commands_of(answer) == [f"/pause {number}" for number in range(1, 7)]
    await check(desk, "/fulltext example page", "/fulltext 1 page  The Daily Example", failed=True)
    for typed, expected in (
        ("/pause 99", "There is no feed “99”."),
        ("/pause " + "9" * 5000, "There is no feed “999"),
        ("/pause nobody", "There is no feed “nobody”."),
        ("/pause", "Usage: /pause ID|all"),
        ("/removesource", "Usage: /removesource ID"),
        ("/removesource all", "There is no feed “all”."),
        ("/fulltext 1", "Usage: /fulltext"),
        ("/fulltext page", "Usage: /fulltext"),
        ("/fulltext 1 both", "Usage: /fulltext"),
        ("/sources feed 99", "There is no feed “99”."),
        ("/addsource", "Usage: /addsource URL"),
        ("/addsource a b", "One address at a time"),
        ("/addsource ./news", "Folders are named in the configuration"),
        ("/addsource /srv/news", "Folders are named in the configuration"),
        ("/addsource ~/news", "Folders are named in the configuration"),
        ("/addsource seeds/", "Folders are named in the configuration"),
        ("/addsource feeds.opml", "/import takes a file with a list of them"),
        ("/sources event", "Which event? Say its number."),
        ("/sources feed", "Which feed? Say its number"),
        ("/addsource ftp://example.org/feed", "ftp: is not asked"),
        ("/export now", "Usage: /export"),
    ):
        await check(desk, typed, expected, failed=True)


def a_source(**more: object) -> SourceHealth:
    usual: dict[str, Any] = {
        "id": SourceId(7),
        "kind": "feed",
        "name": "Quay",
        "location": "https://quay.example.org/feed",
        "articles": 240,
        "copies": 60,
        "first": 12,
        "refused": 0,
        "first_at": NOW - timedelta(days=30),
        "last_success_at": NOW,
        "last_error": None,
        "outlets": (),
        "articles_week": 21,
        "events": 40,
    }
    return SourceHealth(**usual | more)


def test_a_paused_feed_that_was_never_asked_is_not_said_to_fail() -> None:
    """Only what was tried can have failed."""
    paused = a_source(paused_at=NOW, last_success_at=None)
    assert "nothing came from it yet" in "".join(span.text for span in works(paused, NOW) if isinstance(span, Text))
    failed = a_source(paused_at=NOW, last_success_at=None, failures=2, last_error="it answers 404")
    assert "it never worked" in "".join(span.text for span in works(failed, NOW) if isinstance(span, Text))


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, "240 articles, 3.0 a day, 25 % copies, first with 12 of 40 events"),
        ({"first_at": NOW - timedelta(days=3)}, "7.0 a day"),
        ({"first_at": NOW - timedelta(hours=5)}, "240 articles, 25 % copies"),
        ({"events": 0, "first": 0}, "25 % copies, no event with others yet"),
        ({"exclusive": 1_200}, "first with 12 of 40 events, 1,200 that nobody else told"),
        ({"median_lag": timedelta(minutes=35)}, "of 40 events, usually 35 min behind the first"),
        ({"median_lag": timedelta(hours=3, minutes=20)}, "usually 3 h behind the first"),
        ({"median_lag": timedelta(days=1, hours=2)}, "usually 1 day behind the first"),
        ({"median_lag": timedelta(0)}, "usually the first"),
        ({"full_text": FullText.PAGE.value}, "full text from its pages"),
        ({"articles": 0, "first_at": None}, "0 articles"),
        ({"kind": "folder", "refused": 2}, "2 files in quarantine (/errors)"),
    ],
)
def test_what_a_source_brings_is_told_in_one_line(more: dict[str, object], expected: str) -> None:
    lines = ["".join(span.text for span in line if isinstance(span, Text)) for line in described(a_source(**more), NOW)]
    assert any(expected in line for line in lines), lines


def test_only_admins_see_where_a_source_lies() -> None:
    """A path tells of the machine, and the address of a feed may hold a password or a key."""
    secret = "https://ada:secret@feeds.example.org/private?key=12345"
    feed = shown_to(a_source(location=secret, name=secret), is_admin=False)
    folder = shown_to(a_source(kind="folder", location="/home/ada/news", last_error="/home/ada/news is gone"), is_admin=False)
    assert (feed.location, feed.name) == ("feeds.example.org", "feeds.example.org")
    assert (folder.location, folder.last_error) == ("", "It cannot be read at the moment.")
    assert shown_to(a_source(location=secret), is_admin=True).location == secret


async def test_only_admins_change_the_installation(desk: Desk) -> None:
    for command in COMMANDS:
        if command.admin:
            await check(desk, f"/{command.name} 1", "is for the admins of this installation", failed=True, is_admin=False)
    await check(desk, "/sources", "6 feeds: 2 working", is_admin=False)
    answer = await check(desk, "/sources feed 1", "The Daily Example", is_admin=False)
    assert commands_of(answer) == ["https://daily.example.org/"]
    assert "/pause" in text_of(await check(desk, "/help", "/status"))
    assert "/pause" not in text_of(await check(desk, "/help", "/latest", is_admin=False))


async def test_errors_and_status_tell_of_feeds(desk: Desk) -> None:
    await check(
        desk, "/errors", "Dead Letters  feed 2", "answers 404", "Gone for Good", "Told lately about feeds", "Gone for Good has ended"
    )
    await check(desk, "/status", "2 sources failing: /errors says why.", "feeds 6  (2 working, 1 failing")
    facts = await facts_of(desk, "/status")
    assert isinstance(facts, dict)
    assert facts["feeds"] == {
        "all": 6,
        "working": 2,
        "failing": 1,
        "ended": 1,
        "paused": 1,
        "waiting": 1,
        "next_check_at": "2026-11-22T12:00:00Z",
        "pages": 0,
        "outage_since": None,
    }
    facts = await facts_of(desk, "/errors")
    assert isinstance(facts, dict)
    assert [(each["kind"], each["source"]) for each in facts["notices"]] == [("ended", "Gone for Good")]


async def test_an_export_can_be_imported(desk: Desk) -> None:
    answer = await check(desk, "/export", "6 feeds as OPML.")
    assert answer.document is not None
    assert answer.document.name == "slugline-feeds-2026-11-22.opml"
    read = parse_opml(answer.document.data, 100)
    assert isinstance(read, OpmlFeeds)
    assert urls(read.feeds) == urls(LISTED)
    assert {feed.url: feed.category for feed in read.feeds} == {feed.url: feed.category for feed in LISTED}


def urls(listed: Sequence[Listed]) -> list[str]:
    return sorted(feed.url for feed in listed)


async def test_a_platform_can_complete_what_is_typed(desk: Desk) -> None:
    assert await fitting_feeds(desk, 10, "dea") == [(2, "Dead Letters")]
    assert [number for number, _ in await fitting_feeds(desk, 2)] == [1, 2]


async def test_sources_that_are_removed_keep_their_articles_and_their_folder_neighbours(desk: Desk) -> None:
    async with desk.database.write() as connection:
        await sources.ensure_folder(connection, "/srv/news", "news", NOW)
    for number in range(1, 7):
        await check(desk, f"/removesource {number}", "Removed feed")
    await check(desk, "/sources", "news", "folder /srv/news")
    await check(desk, "/export", "There is no feed to export yet.")
