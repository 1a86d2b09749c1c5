"""What a person gets for each command, from a real database on each engine."""

import json
import time
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from inspect import iscoroutinefunction

import pytest
from conftest import SHARING
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import NOW, article, bridge, day
from message_reading import check_answer

from bot.commands.article_facts import published
from bot.commands.desk import Answer, Command, Desk, Request
from bot.commands.help import TASKS
from bot.commands.registry import COMMANDS, NAMED, respond
from bot.core.event import summarise
from bot.core.grouping.decision import Change, Evidence, Joined, Merged, Opened
from bot.core.model import Article, ArticleId, EventId, Reading, Refused
from bot.platforms.console.facts import to_json
from storage.engine.database import Database
from storage.feeds import sources
from storage.news import articles, events

EVIDENCE = Evidence(threshold=0.5)
ARTICLE_KEYS = ["id", "file", "title", "outlet", "agency", "author", "url", "published", "precision", "date_origin", "language", "kind"]
EVENT_KEYS = ["id", "headline", "first_at", "last_at", "opened_at", "updated_at", "reports", "copies", "outlets", "unattributed"]


def as_reading(given_article: Article) -> tuple[Reading, str]:
    digest = sha256(repr(given_article.content).encode()).hexdigest()
    return Reading(path=given_article.file or "", size=1, mtime_ns=1, digest=digest, result=given_article.content), digest


@pytest.fixture
async def desk(database: Database) -> Desk:
    """Two events: 1, the bridge, which absorbed 3; 2, a strike. One file in quarantine."""
    strike = article(6, "Harbour strike enters its third week", "Dockers walked out.", outlet="Flussbote", published=day("2025-03-06"))
    readings = [as_reading(each) for each in (*bridge().articles, strike)]
    refused = Reading(path="empty.txt", size=0, mtime_ns=1, digest="0", result=Refused(reason="The file is empty."))
    changes: list[Change] = []
    for each in bridge().articles:
        if each.id == 1:
            changes.append(Opened(event_id=EventId(1), article_id=each.id, revision=1, evidence=EVIDENCE))
        elif each.id == 3:
            changes.append(Opened(event_id=EventId(3), article_id=each.id, revision=1, evidence=EVIDENCE))
        else:
            changes.append(Joined(event_id=EventId(1), article_id=each.id, revision=1, copy_of=each.copy_of, evidence=EVIDENCE))
    changes.append(Opened(event_id=EventId(2), article_id=ArticleId(6), revision=1, evidence=EVIDENCE))
    changes.append(Merged(survivor=EventId(1), absorbed=EventId(3), evidence=EVIDENCE))
    async with database.write() as connection:
        source_id = await sources.ensure_folder(connection, "/srv/news", "news", NOW)
        await articles.record(connection, source_id, [*readings, (refused, "")], NOW)
        await sources.succeeded(connection, source_id, NOW)
        await events.apply(connection, changes, NOW)
        loaded = await events.load(connection, [EventId(1), EventId(2)])
        await events.summarise(connection, [summarise(each) for each in loaded])
    return Desk(database=database, version="1.2.3")


@pytest.fixture
def empty(database: Database) -> Desk:
    return Desk(database=database, version="1.2.3")


async def check(desk: Desk, typed: str, *expected: str, failed: bool = False, now: datetime = NOW + timedelta(hours=1)) -> Answer:
    """Ask, and look for each expected piece of text in the order given."""
    answer = await respond(desk, Request(text=typed, now=now))
    check_answer(answer, *expected, failed=failed)
    return answer


async def test_each_command_answers(desk: Desk) -> None:
    for typed, expected in (
        ("/latest", ["Harbour strike enters its third week", "/event 2", "Bridge over the Vel", "/event 1"]),
        ("/latest 1", ["Harbour strike"]),
        ("/latest 5 pillar", ["Bridge over the Vel"]),
        ("/top", ["Bridge over the Vel", "Harbour strike"]),
        ("/top 2h 1", ["last 2 hours", "Bridge over the Vel"]),
        ("/event 1", ["Bridge over the Vel", "4 outlets + 1 unattributed, 4 independent reports, 1 copy", "copy of Orlik Courier"]),
        ("/event #1", ["Bridge over the Vel"]),
        ("/event 3", ["Event 3 is now part of event 1.", "Bridge over the Vel"]),
        ("/sources", ["news", "6 articles, 17 % copies", "1 file in quarantine", "unattributed"]),
        ("/sources 1", ["Sources of event 1", "Orlik Courier", "The Daily Vel"]),
        ("/sources event 1", ["Sources of event 1"]),
        ("/search pillar moved", ["Bridge over the Vel"]),
        ("dockers", ["Harbour strike"]),
        ("/digest", ["6 articles → 2 events → 2 shown", "Bridge over the Vel", "Harbour strike"]),
        ("/digest hidden", ["left nothing out"]),
        ("/status", ["Slugline 1.2.3", "Every source works.", "events 2"]),
        ("/errors", ["empty.txt", "The file is empty."]),
        ("/help", [NAMED[name].usage for _, names in TASKS for name in names if not NAMED[name].only]),
        ("/help latest", ["/latest [n] [words]"]),
        ("/start", ["/help"]),
        ("", ["/help"]),
        ("/", ["/latest"]),
        ("/LATEST@slugline_bot 1", ["Harbour strike"]),
        ("  /latest\n2  ", ["Harbour strike", "Bridge"]),
    ):
        await check(desk, typed, *expected)


async def test_what_is_not_understood_is_answered_with_what_would_be(desk: Desk) -> None:
    for typed, expected in (
        ("/lates", ["There is no /lates. Did you mean /latest?"]),
        ("/zzzzzz", ["/help lists what there is."]),
        ("/42", ["/help lists what there is."]),
        ("/lat-est", ["Did you mean /latest?"]),
        ("/event", ["Which event? Say its number.", "Bridge over the Vel"]),
        ("/event x", ["“x” is not the number of an event.", "Usage: /event ID"]),
        ("/event 1 2", ["Usage: /event ID"]),
        ("/event ²", ["Usage: /event ID"]),
        ("/event 99", ["There is no event 99; the highest is 3."]),
        ("/event 0", ["There is no event 0"]),
        ("/event " + "9" * 5000, ["There is no event 999", "…; the highest is 3."]),
        ("/sources 99", ["There is no event 99"]),
        ("/sources 1 2", ["Usage: /sources"]),
        ("/latest 0", ["1 to 50", "Usage: /latest"]),
        ("/top 0h", ["Usage: /top"]),
        ("/top soon", ["“soon” is neither a number nor a span", "Usage: /top"]),
        ("/digest 3y", ["Usage: /digest"]),
        ("/digest 7d 12h", ["One span of time at a time.", "Usage: /digest"]),
        ("/digest 7d hidden 12h", ["Usage: /digest"]),
        ("/top 7d 12h", ["Usage: /top"]),
        ("/top 3 4", ["One number of events at a time.", "Usage: /top"]),
        ("/search", ["Usage: /search words"]),
        ("/status now", ["Usage: /status"]),
        ("/errors now", ["Usage: /errors"]),
        ("/help me please", ["Usage: /help"]),
        ("/help lates", ["Did you mean /latest?"]),
    ):
        await check(desk, typed, *expected, failed=True)


async def test_an_empty_installation_explains_itself(empty: Desk) -> None:
    for typed, expected in (
        ("/latest", "There is no event yet."),
        ("/top", "No event changed here in the last 24 hours."),
        ("/sources", "There is no source yet."),
        ("/search x", "No event contains “x”."),
        ("/digest", "Nothing new since"),
        ("/status", "There is no source yet."),
        ("/errors", "Nothing is wrong"),
    ):
        await check(empty, typed, expected)
    await check(empty, "/event 1", "There is no event yet.", failed=True)


async def test_the_digest_looks_at_arrival_and_not_at_the_time_of_the_news(desk: Desk) -> None:
    await check(desk, "/digest 2h", "2 shown", now=NOW + timedelta(hours=1))
    await check(desk, "/digest 2h", "Nothing new since", now=NOW + timedelta(hours=3))
    await check(desk, "/top 2h", "No event changed here in the last 2 hours.", now=NOW + timedelta(hours=3))


async def test_a_failing_source_is_told(desk: Desk) -> None:
    async with desk.database.write() as connection:
        source_id = await sources.ensure_folder(connection, "/srv/news", "news", NOW)
        await sources.failed(connection, source_id, "The folder is gone.")
    await check(desk, "/status", "1 source failing: /errors says why.")
    await check(desk, "/errors", "Failing sources", "/srv/news", "The folder is gone.")
    await check(desk, "/sources", "failing: The folder is gone.", "last success")


async def test_long_lists_end_with_what_they_leave_out(empty: Desk) -> None:
    many = [article(number, f"Report {number}", outlet=f"Outlet {number:03}") for number in range(1, 81)]
    first = Opened(event_id=EventId(1), article_id=ArticleId(1), revision=1, evidence=EVIDENCE)
    others = [Joined(event_id=EventId(1), article_id=each.id, revision=1, copy_of=None, evidence=EVIDENCE) for each in many[1:]]
    async with empty.database.write() as connection:
        source_id = await sources.ensure_folder(connection, "/srv/news", "news", NOW)
        await articles.record(connection, source_id, [as_reading(each) for each in many], NOW)
        await events.apply(connection, [first, *others], NOW)
        await events.summarise(connection, [summarise(each) for each in await events.load(connection, [EventId(1)])])
    await check(empty, "/sources", "80 articles", "never scanned", "Outlet 015", "65 more 65 0 %")
    await check(empty, "/sources", "80 articles, 40.0 a day", now=NOW + timedelta(days=2))
    await check(empty, "/sources 1", "Outlet 060", "… and 20 more.")
    await check(empty, "/event 1", "Outlet 025", "… and 55 more: /sources 1")


async def test_what_takes_long_is_worked_out_beside_the_loop(empty: Desk) -> None:
    """CPU time, because it is the same on a busy machine: most of an answer's may not be spent by the thread of the loop."""
    text = " ".join(f"Warden {number} of the lake counties told otter {number * 7} to swim." for number in range(80))
    many = [article(number, f"Otter {number % 60} swims {number}", text, outlet=f"Outlet {number}") for number in range(1, 361)]
    changes: list[Change] = []
    for each in many:
        if each.id <= 60:
            changes.append(Opened(event_id=EventId(each.id), article_id=each.id, revision=1, evidence=EVIDENCE))
        else:
            event_id = EventId(each.id % 60 + 1)
            changes.append(Joined(event_id=event_id, article_id=each.id, revision=1, copy_of=None, evidence=EVIDENCE))
    async with empty.database.write() as connection:
        source_id = await sources.ensure_folder(connection, "/srv/news", "news", NOW)
        await articles.record(connection, source_id, [as_reading(each) for each in many], NOW)
        await events.apply(connection, changes, NOW)
    for typed in ("/digest", "/digest hidden"):
        on_the_loop, everywhere = time.thread_time(), time.process_time()
        await check(empty, typed)
        assert time.thread_time() - on_the_loop < 0.65 * (time.process_time() - everywhere), typed


async def facts_of(desk: Desk, typed: str) -> object:
    return json.loads(to_json((await check(desk, typed)).facts))


async def test_an_event_as_data_has_exactly_the_promised_keys(desk: Desk) -> None:
    event = await facts_of(desk, "/event 1")
    assert isinstance(event, dict)
    assert list(event) == [*EVENT_KEYS, "revision", "articles", "understood"]
    assert (event["id"], event["reports"], event["copies"], event["unattributed"]) == (1, 4, 1, 1)
    assert event["outlets"] == ["Orlik Courier", "Northern Wire", "The Daily Vel", "Flussbote"]
    assert event["opened_at"] == "2026-11-22T12:00:00Z"
    assert {tuple(each) for each in event["articles"]} == {(*ARTICLE_KEYS, "copy_of", "text")}
    assert list(event["understood"]) == ["first", "sureness", "phase", "figures", "days", "origins", "changes"]
    days = sorted((each["article"], each["day"], each["said"]) for each in event["understood"]["days"])
    assert days == [(1, "2025-03-04", "on Tuesday morning"), (5, "2025-03-04", "On 4 March")]
    told = {each["file"]: (each["published"], each["precision"], each["kind"], each["copy_of"]) for each in event["articles"]}
    assert told == {
        "001.txt": ("2025-03-04T08:12:00Z", "minute", "report", None),
        "002.txt": ("2025-03-04T11:40:00Z", "minute", "report", None),
        "003.txt": ("2025-03-05", "day", "report", None),
        "004.txt": ("2025-03-04T09:02:00Z", "minute", "copy", 1),
        "005.txt": ("2025-03-04", "inferred", "report", None),
    }


async def test_lists_as_data_carry_no_texts(desk: Desk) -> None:
    for typed in ("/latest", "/top 7d", "/search pillar"):
        listed = await facts_of(desk, typed)
        assert isinstance(listed, list)
        assert listed
        assert "text" not in listed[0]["articles"][0]
    digest = await facts_of(desk, "/digest")
    assert isinstance(digest, dict)
    assert list(digest) == ["since", "until", "receipts", "events", "hidden"]
    assert digest["receipts"] == {"articles": 6, "events": 2, "shown": 2}


async def test_other_answers_are_data_too(empty: Desk, desk: Desk) -> None:
    outlets = await facts_of(desk, "/sources 1")
    assert isinstance(outlets, list)
    assert [each["outlet"] for each in outlets] == [None, "Orlik Courier", "Northern Wire", "The Daily Vel", "Flussbote"]
    for typed, keys in (("/status", "version"), ("/errors", "quarantined"), ("/help latest", "usage"), ("/week", "days")):
        answer = await facts_of(desk, typed)
        assert isinstance(answer, dict)
        assert keys in answer
    for typed in ("/sources", "/help"):
        assert isinstance(await facts_of(desk, typed), list)
    assert published(None) is None


def test_json_keeps_text_readable_and_terminals_safe() -> None:
    odd = replace(article(1, "Überfall 漢字 \x1b[2J \u202e \x9b \ud800"), file=None)
    written_facts = to_json((odd.content.title, NOW))
    assert "Überfall 漢字" in written_facts
    assert all(character.isprintable() or character == "\n" for character in written_facts)
    assert json.loads(written_facts) == [odd.content.title, "2026-11-22T12:00:00Z"]
    with pytest.raises(TypeError, match="no form in JSON"):
        to_json((object(),))


HOSTILE = ["NEAR(", '"', "*", "' OR 1=1", "-1", "1e9", "٣", "word " * 5000, "🇺🇦", "\x00", "\ud800"]
TYPED = st.text(max_size=80) | st.builds(
    "/{} {}".format, st.sampled_from([command.name for command in COMMANDS]), st.text(max_size=60) | st.sampled_from(HOSTILE)
)


@settings(max_examples=40, suppress_health_check=SHARING)
@given(typed=TYPED)
async def test_nothing_that_is_typed_breaks_a_command(typed: str, database: Database) -> None:
    answer = await respond(Desk(database=database, version="1"), Request(text=typed, now=NOW))
    assert answer.message.blocks


@pytest.mark.parametrize("command", NAMED.values(), ids=lambda command: command.name)
def test_what_a_command_does_is_there(command: Command) -> None:
    assert iscoroutinefunction(command.handler.load())
