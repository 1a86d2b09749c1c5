"""Addresses and lists that a person adds: found on a real server over loopback, read in a real worker, kept in a real database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from conftest import SHARING
from hostile_server import LOOPBACK, HostileServer, clock, door_settings, reply
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import NOW
from message_reading import check_answer, commands_of, text_of
from test_feed_commands import from_one

from bot.commands.desk import Answer, Attachment, Desk, FeedDesk, Request
from bot.commands.facts import ImportFacts
from bot.commands.registry import respond
from bot.core.feeds.feed import FullText
from bot.sources.fetch import Door
from bot.sources.worker import Worker
from storage.engine.database import Database
from storage.feeds import checks, feeds

FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>The Quay</title><link>https://quay.example.org/</link>
<item><title>Ferry runs aground</title><link>https://quay.example.org/1</link><description>In fog, off Quillon.</description></item>
<item><title>Pier closed</title><link>https://quay.example.org/2</link><description>For repairs until May.</description></item>
</channel></rss>"""
PAGE = b"""<html><head><title>Quay</title>
<link rel="alternate" type="application/rss+xml" title="News" href="/news.xml">
<link rel="alternate" type="application/rss+xml" title="Sport" href="/sport.xml"></head><body>Hello</body></html>"""
ONE = b'<html><head><link rel="alternate" type="application/rss+xml" title="News" href="/news.xml"></head><body>Hello</body></html>'

ANSWERS = {
    "/news.xml": reply(FEED, Content_Type="application/rss+xml"),
    "/sport.xml": reply(FEED.replace(b"The Quay", b"Quay Sport").replace(b"Ferry", b"Regatta"), Content_Type="application/rss+xml"),
    "/several": reply(PAGE, Content_Type="text/html"),
    "/one": reply(ONE, Content_Type="text/html"),
    "/none": reply(b"<html><title>Sign in</title><body>Please sign in.</body></html>", Content_Type="text/html"),
    "/gone": reply(status=410),
}


@asynccontextmanager
async def opened(database: Database, *, most: int = 20_000) -> AsyncIterator[tuple[Desk, HostileServer, list[str]]]:
    """A desk that can ask a server of its own, and what the watcher was told."""
    woken: list[str] = []
    await from_one(database)
    async with HostileServer(ANSWERS) as server, Worker() as worker, Door(door_settings(timeout_seconds=5), clock=clock) as door:
        feed_desk = FeedDesk(
            door=door,
            worker=worker,
            most=most,
            full_text=FullText.PAGE,
            allow_networks=LOOPBACK,
            checks_per_minute=60,
            wake=lambda: woken.append("woken"),
        )
        yield Desk(database=database, version="1.2.3", feeds=feed_desk), server, woken


async def ask(desk: Desk, typed: str, attachment: Attachment | None = None) -> tuple[Answer, list[tuple[int, int]]]:
    """Ask, and wait for the work that the answer announces."""
    answer = await respond(desk, Request(text=typed, now=NOW, attachment=attachment))
    steps: list[tuple[int, int]] = []
    while answer.work is not None:
        assert "…" in text_of(answer)
        answer = await answer.work(lambda done, total: steps.append((done, total)))
    return answer, steps


async def check(desk: Desk, typed: str, *expected: str, failed: bool = False, attachment: Attachment | None = None) -> Answer:
    answer, _ = await ask(desk, typed, attachment)
    check_answer(answer, *expected, failed=failed)
    return answer


async def test_an_address_becomes_a_feed(database: Database) -> None:
    async with opened(database) as (desk, server, woken):
        answer = await check(
            desk, f"/addsource {server.url('/one')}", "Added feed 1: The Quay, 2 articles in it now.", "stored without a word"
        )
        assert "/removesource 1" in commands_of(answer)
        assert woken == ["woken"]
        await check(desk, f"/addsource {server.url('/news.xml')}", "Feed 1, The Quay, is there already: waiting for its first check")
        await check(desk, f"/addsource {server.url('/one')}", "Feed 1, The Quay, is there already")
        answer = await check(desk, f"/addsource {server.url('/several')}", "has 2 feeds. Which one?", "The Quay", "Quay Sport", failed=True)
        second = commands_of(answer)[1]
        assert second == f"/addsource {server.url('/sport.xml')}"
        await check(desk, second, "Added feed 2: Quay Sport")
        for path, told in (("/none", "feed"), ("/gone", "410"), ("/missing", "404")):
            refused = await check(desk, f"/addsource {server.url(path)}", "Not added: ", told, failed=True)
            assert text_of(refused).rstrip().endswith("."), "a whole sentence"
        async with database.read() as connection:
            states = await feeds.all_states(connection)
            assert await checks.next_due(connection) == NOW
        assert [(state.url, state.full_text) for state in states] == [
            (server.url("/news.xml"), FullText.PAGE),
            (server.url("/sport.xml"), FullText.PAGE),
        ]
        await check(desk, "/removesource 1", "Removed feed 1")
        await check(desk, f"/addsource {server.url('/news.xml')}", "Added feed 1: The Quay")


async def test_a_bare_host_without_tls_is_found(database: Database) -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer HTTP, and hang up on who begins with TLS."""
        if await reader.read(1) == b"G":
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: %d\r\n\r\n%b" % (len(FEED), FEED))
        writer.close()

    async with opened(database) as (desk, _, _), await asyncio.start_server(plain, "127.0.0.1", 0) as server:
        bare = "127.0.0.1:{1}/news.xml".format(*server.sockets[0].getsockname())
        await check(desk, f"/addsource https://{bare}", "Not added: 127.0.0.1:", failed=True)
        await check(desk, f"/addsource {bare}", "Added feed 1: The Quay")
        await check(desk, f"/addsource http://{bare}", "Feed 1, The Quay, is there already")


async def test_a_program_that_ends_says_who_asks_a_new_feed(database: Database) -> None:
    async def check_due() -> None:
        """Nothing is due."""

    async with opened(database) as (desk, server, _):
        assert desk.feeds is not None
        briefly = replace(desk, feeds=replace(desk.feeds, check_due=check_due))
        await check(briefly, f"/addsource {server.url('/news.xml')}", "Added feed 1", "`slugline run`")


async def test_there_may_be_so_many_feeds_and_no_more(database: Database) -> None:
    async with opened(database, most=1) as (desk, server, _):
        await check(desk, f"/addsource {server.url('/news.xml')}", "Added feed 1")
        await check(
            desk, f"/addsource {server.url('/sport.xml')}", "as many feeds as the configuration allows: 1 (feeds.most)", failed=True
        )
        await check(desk, f"/addsource {server.url('/news.xml')}", "is there already")


# Row 1 of the faults: refused when it is added, with the reason, and nothing connected.
@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/feed",
        "http://192.168.1.1/",
        "metadata.google.internal",
        "http://[fe80::1]/",
    ],
)
async def test_private_addresses_are_refused(database: Database, address: str) -> None:
    async with opened(database) as (desk, server, _):
        for command in ("/addsource", "/import"):
            answer = await respond(desk, Request(text=f"{command} {address}", now=NOW))
            assert answer.failed
            assert answer.work is None
            assert len(text_of(answer)) > 20
        async with database.read() as connection:
            assert await feeds.count(connection) == 0
        assert server.connections == 0


def opml(*outlines: str) -> bytes:
    return f'<opml version="2.0"><head><title>x</title></head><body>{"".join(outlines)}</body></opml>'.encode()


def outline(url: str, title: str = "A feed") -> str:
    return f'<outline type="rss" text="{title}" xmlUrl="{url}"/>'


async def test_a_list_is_imported_with_progress_and_a_report(database: Database) -> None:
    async with opened(database) as (desk, _, woken):
        many = [outline(f"https://{number}.example.org/feed", f"Gazette {number}") for number in range(1_200)]
        bad = [outline(f"http://10.0.0.{number}/feed", f"Router {number}") for number in range(25)]
        given = Attachment(name="my feeds.opml", data=opml(*many, *bad))
        answer, steps = await ask(desk, "/import", given)
        text = text_of(answer)
        assert "1,225 feeds: 1,200 added, 25 refused." in text
        assert "within about 20 minutes" in text
        assert text.count("Router") == 20
        assert "… and 5 more." in text
        assert steps == [(0, 0), (0, 1_200), (500, 1_200), (1_000, 1_200), (1_200, 1_200)]
        assert woken
        facts = answer.facts
        assert isinstance(facts, ImportFacts)
        assert (len(facts.added), len(facts.refused)) == (1_200, 25)
        async with database.read() as connection:
            first = await checks.next_due(connection)
        assert first == NOW
        async with database.write() as connection:
            due = await checks.claim(connection, NOW + timedelta(minutes=10), limit=5_000, per_host=9, busy=(), lease=timedelta(minutes=5))
        assert len(due) == 601  # 60 a minute
        await check(desk, "/import", "1,225 feeds: 0 added, 1,200 already there, 25 refused.", attachment=given)


async def test_a_list_is_cut_where_there_is_no_more_room(database: Database) -> None:
    async with opened(database, most=3) as (desk, _, _):
        first = Attachment(name="a.opml", data=opml(outline("https://1.example.org/"), outline("https://2.example.org/")))
        await check(desk, "/import", "2 feeds: 2 added.", attachment=first)
        second = Attachment(name="b.opml", data=opml(*(outline(f"https://{number}.example.org/") for number in (2, 3, 4))))
        await check(desk, "/import", "1 added, 1 already there, 1 left out, because there may be 3 feeds", attachment=second)


# Row 46 of the faults, the part that a person sees: an entity bomb, and what is no list.
async def test_what_is_no_list_is_refused_with_the_reason(database: Database) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><opml><body><outline xmlUrl="https://a.example.org/&b;"/></body></opml>'
    async with opened(database) as (desk, server, _):
        for data in (bomb, b"", b"\x89PNG\r\n\x1a\n" + bytes(100), FEED):
            answer = await check(desk, "/import", "odd.opml: ", failed=True, attachment=Attachment(name="odd.opml", data=data))
            assert answer.facts is None
        await check(desk, "/import", "Usage: /import FILE|URL", failed=True)
        server.answers["/list"] = reply(opml(outline("https://1.example.org/feed")), Content_Type="text/x-opml")
        await check(desk, f"/import {server.url('/list')}", "1 feed: 1 added.")
        await check(desk, f"/import {server.url('/missing')}", "Not imported: ", "404", failed=True)
        nameless = Attachment(name="a.opml", data=opml('<outline type="rss" text="" xmlUrl=""/>'))
        await check(desk, "/import", "(without a name)  it has no address", failed=True, attachment=nameless)


HOSTILE = [
    "http://[",
    "http://a..b/",
    "https://\x00.example/",
    "http://٣.example",
    "//",
    "feed:",
    "http://" + "a" * 3000,
    "user:pw@example.org",
    "\ud800.example",
]


@settings(max_examples=60, suppress_health_check=SHARING)
@given(
    command=st.sampled_from(["addsource", "import", "removesource", "pause", "fulltext", "check"]),
    typed=st.text(max_size=60) | st.sampled_from(HOSTILE),
)
async def test_whatever_is_typed_is_answered(database: Database, command: str, typed: str) -> None:
    """Nothing is asked for it: the door is shut, and no work is begun."""
    shut = FeedDesk(door=Door(door_settings(), clock=clock), worker=Worker())
    answer = await respond(Desk(database=database, version="1.2.3", feeds=shut), Request(text=f"/{command} {typed}", now=NOW))
    assert text_of(answer)
    assert answer.failed or answer.work is not None or typed.strip().casefold() == "all"


# Row 21 of the faults, the part that a person sees.
async def test_an_outage_of_our_own_line_is_told(database: Database) -> None:
    out = FeedDesk(door=Door(door_settings(), clock=clock), worker=Worker(), outage=lambda: NOW - timedelta(hours=1))
    desk = Desk(database=database, version="1.2.3", feeds=out)
    for command in ("/status", "/errors"):
        await check(desk, command, "it must be our own line. No feed is blamed; each is asked again soon. Since 2026-11-22 11:00")


async def test_nothing_is_fetched_where_nothing_can_be(database: Database) -> None:
    desk = Desk(database=database, version="1.2.3")
    await check(desk, "/addsource https://example.org/feed", "Nothing can be fetched here.", failed=True)
    await check(desk, "/import https://example.org/feeds.opml", "Nothing can be fetched here.", failed=True)


async def test_a_program_that_ends_waits_for_the_answers(database: Database) -> None:
    async with opened(database) as (desk, server, _):
        await check(desk, f"/addsource {server.url('/news.xml')}", "Added feed 1")
        assert desk.feeds is not None
        asked: list[str] = []

        async def check_due() -> None:
            asked.append("asked")

        waiting = Desk(
            database=database, version="1.2.3", feeds=FeedDesk(door=desk.feeds.door, worker=desk.feeds.worker, check_due=check_due)
        )
        await check(waiting, "/check 1", "The Quay: 0 articles, waiting for its first check")
        await check(waiting, "/check all", "1 feed: 1 waiting", "What is still due is asked by `slugline run`, or by the next check.")
        assert asked == ["asked", "asked"]
        out = replace(waiting, feeds=replace(waiting.feeds, outage=lambda: NOW)) if waiting.feeds else waiting
        await check(out, "/check 1", "it must be our own line", "The Quay: 0 articles", failed=True)
        await check(out, "/check all", "it must be our own line", "1 feed: 1 waiting", failed=True)
