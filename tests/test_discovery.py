"""The feed of a page is found as a person would find it: what the page names, what it links to, and where feeds usually lie."""

import asyncio
import time
from datetime import UTC, datetime

import pytest
from hostile_server import Asked, HostileServer, clock, door_settings, reply, reset
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import UsageError
from bot.core.feeds.feed import Failed, Failure, FoundFeed
from bot.core.model import Refused
from bot.sources.discovery import Found, Several, look_up
from bot.sources.feed_links import MOST_FOUND, MOST_GUESSES, discover, guesses
from bot.sources.fetch import Door
from bot.sources.worker import Worker

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
URL = "https://harbour.example.org/news/today.html"


def page(head: str = "", body: str = "<p>Good morning.</p>") -> bytes:
    return f"<!doctype html><html><head><title>Harbour Paper</title>{head}</head><body>{body}</body></html>".encode()


def link(href: str, kind: str = "application/rss+xml", title: str = "", rel: str = "alternate") -> str:
    return f'<link rel="{rel}" type="{kind}" title="{title}" href="{href}">'


def check(data: bytes, url: str = URL, content_type: str | None = "text/html") -> list[str]:
    return [feed.url for feed in discover(data, url, content_type)]


@pytest.mark.parametrize(
    "kind",
    ["application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "APPLICATION/RSS+XML; charset=utf-8"],
)
def test_a_feed_that_the_page_names_is_found(kind: str) -> None:
    assert discover(page(link("/feed", kind, "All  news")), URL, "text/html") == (
        FoundFeed(url="https://harbour.example.org/feed", title="All news"),
    )


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (link("feed.xml"), "https://harbour.example.org/news/feed.xml"),
        ('<base href="/sub/">' + link("feed.xml"), "https://harbour.example.org/sub/feed.xml"),
        ('<base href="//cdn.example.net/x/">' + link("feed.xml"), "https://cdn.example.net/x/feed.xml"),
        ('<base href="javascript:x">' + link("feed.xml"), "https://harbour.example.org/news/feed.xml"),
        (link("//feeds.example.net/all"), "https://feeds.example.net/all"),
        (link("feed://feeds.example.net/all"), "https://feeds.example.net/all"),
        (link("feed:https://feeds.example.net/all"), "https://feeds.example.net/all"),
        (link(" \n/fe\ned "), "https://harbour.example.org/feed"),
        (link("/feed?a=1&amp;b=2#top"), "https://harbour.example.org/feed?a=1&b=2"),
        (link("/feed", rel="ALTERNATE home"), "https://harbour.example.org/feed"),
        (link("/feed", "", rel="feed"), "https://harbour.example.org/feed"),
        (link("/feed.json", "application/json"), "https://harbour.example.org/feed.json"),
    ],
)
def test_addresses_are_completed(head: str, expected: str) -> None:
    assert check(page(head)) == [expected]


@pytest.mark.parametrize(
    "head",
    [
        link("/wp-json/wp/v2/pages/2", "application/json"),
        link("/wp-json/oembed/1.0/embed", "application/json+oembed"),
        link("/de/", "text/html"),
        link("/style.css", "application/rss+xml", rel="alternate stylesheet"),
        link("/feed", rel="preload"),
        link("javascript:alert(1)"),
        link("data:application/rss+xml,x"),
        link(""),
        link("http://["),
        link("/" + "x" * 9000),
        '<link rel="alternate" type="application/rss+xml">',
        "<!-- " + link("/feed") + " -->",
        "<script>'" + link("/feed") + "'</script>",
        "<template>" + link("/feed") + "</template>",
    ],
)
def test_other_links_are_not_taken_for_feeds(head: str) -> None:
    assert check(page(head)) == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<a href="/rss.xml">News as it comes</a>', "https://harbour.example.org/rss.xml"),
        ('<a href="/feed/">RSS</a>', "https://harbour.example.org/feed/"),
        ('<a href="/?feed=rss2">x</a>', "https://harbour.example.org/?feed=rss2"),
        ('<a href="/subscribe/4711">RSS feed</a>', "https://harbour.example.org/subscribe/4711"),
        ('<a href="https://feeds.example.net/harbour">x</a>', "https://feeds.example.net/harbour"),
        ('<a href="/x" type="application/atom+xml">x</a>', "https://harbour.example.org/x"),
        ('<a href="/sport/index.rdf">x</a>', "https://harbour.example.org/sport/index.rdf"),
    ],
)
def test_visible_links_to_feeds_are_found_when_the_head_names_none(body: str, expected: str) -> None:
    assert check(page(body=body)) == [expected]


@pytest.mark.parametrize(
    "body",
    [
        '<a href="https://elsewhere.example.net/what-is">RSS</a>',
        '<a href="/feedback">Feedback</a>',
        '<a href="/news">Newsfeed of the day</a>',
        '<a href="/feeding-birds">x</a>',
    ],
)
def test_visible_links_elsewhere_are_left_alone(body: str) -> None:
    assert check(page(body=body)) == []


def test_comments_come_last_and_each_feed_once() -> None:
    head = (
        link("/comments/feed/", title="Harbour » Comments Feed")
        + link("/k/", title="Kommentar-Feed")
        + link("/feed/")
        + link("/feed/", "application/atom+xml", "again")
    )
    assert check(page(head, '<a href="/local/feed">Local</a>')) == [
        "https://harbour.example.org/feed/",
        "https://harbour.example.org/local/feed",
        "https://harbour.example.org/comments/feed/",
        "https://harbour.example.org/k/",
    ]


def test_opinion_pages_are_no_comments() -> None:
    head = link("/opinion/feed", title="Commentary") + link("/meinung/feed", title="Kommentare") + link("/feed")
    assert check(page(head))[0] == "https://harbour.example.org/opinion/feed"


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        ('<html><head><meta charset="windows-1251">' + link("/feed", title="Новости гавани") + "</head></html>", "text/html"),
        ("<html><head>" + link("/feed", title="Новости гавани") + "</head></html>", "text/html; charset=windows-1251"),
    ],
)
def test_titles_are_read_in_the_encoding_of_the_page(data: str, content_type: str) -> None:
    assert discover(data.encode("windows-1251"), URL, content_type)[0].title == "Новости гавани"


@pytest.mark.parametrize(
    "data",
    [
        b"<a>" * 3_000_000,
        b"<b><i>" * 1_500_000,
        b"<table><tr><td>" * 600_000,
        b"<div>" * 2_000_000,
        b"<a href='/feed" + b"x" * 9_000_000,
        b"".join(b'<link rel=alternate type="application/rss+xml" href="/%d">' % number for number in range(150_000)),
        b"<a " + b" ".join(b'a%d="x"' % number for number in range(600_000)) + b" href=/feed>",
        b"\x00" * 5_000_000,
        b"<base href='http://['>" * 300_000,
        b'<a "' * 2_500_000,
        b"<a href='x' " * 800_000,
        b"<!--" * 2_500_000,
        b"<script>" * 1_200_000,
    ],
    ids=["a", "b", "table", "div", "open", "links", "attributes", "nul", "base", "quotes", "endless", "comments", "scripts"],
)
def test_hostile_pages_are_bounded_work(data: bytes) -> None:
    """A part of FAULTS row 8."""
    begun = time.process_time()
    assert len(discover(data, URL, "text/html")) <= MOST_FOUND
    assert time.process_time() - begun < 5


@given(st.binary(max_size=400), st.text(max_size=60))
def test_any_page_gives_web_addresses_or_nothing(data: bytes, href: str) -> None:
    for feed in (*discover(data, URL, None), *discover(page(link(href)), URL, None)):
        assert feed.url.startswith(("http://", "https://"))


def test_guesses_begin_where_the_page_lies() -> None:
    assert guesses("https://harbour.example.org/blog/")[:3] == (
        "https://harbour.example.org/blog/feed",
        "https://harbour.example.org/feed",
        "https://harbour.example.org/rss.xml",
    )
    assert len(guesses("https://harbour.example.org/blog/")) == MOST_GUESSES
    assert guesses("https://harbour.example.org")[0] == "https://harbour.example.org/feed"
    assert guesses(URL)[0] == "https://harbour.example.org/news/feed"
    assert guesses("ftp://harbour.example.org/") == ()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.youtube.com/channel/UCabc-1/videos", "https://www.youtube.com/feeds/videos.xml?channel_id=UCabc-1"),
        ("https://www.youtube.com/playlist?list=PL_1&x=2", "https://www.youtube.com/feeds/videos.xml?playlist_id=PL_1"),
        ("https://www.reddit.com/r/harbours/top/", "https://www.reddit.com/r/harbours/.rss"),
        ("https://medium.com/@mayor?source=x", "https://medium.com/feed/@mayor"),
        ("https://github.com/harbour/cranes", "https://github.com/harbour/cranes/releases.atom"),
    ],
)
def test_documented_conventions_are_guessed_first(url: str, expected: str) -> None:
    assert guesses(url)[0] == expected


def rss(title: str, *entries: str) -> bytes:
    items = "".join(
        f"<item><title>{entry}</title><link>https://harbour.example.org/{number}</link></item>" for number, entry in enumerate(entries)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title><link>https://harbour.example.org/</link>{items}</channel></rss>'.encode()


def html(head: str = "", body: str = "<p>Good morning.</p>") -> bytes:
    return reply(page(head, body), Content_Type="text/html")


BRIDGE = reply(rss("Harbour", "The old bridge is repaired", "The mill has burnt down"), Content_Type="application/rss+xml")
SPORT = reply(rss("Harbour Sport", "The rowers have won again"), Content_Type="application/rss+xml")


async def ask(server: HostileServer, path: str = "/", timeout_seconds: float = 20) -> Found | Several | Failed | Refused:
    async with Door(door_settings(), clock=clock) as door, Worker() as worker:
        return await look_up(door, worker, server.url(path), now=NOW, timeout_seconds=timeout_seconds)


async def test_the_address_of_a_feed_is_that_feed() -> None:
    async with HostileServer({"/feed": BRIDGE}) as server:
        found = await ask(server, "/feed")
        assert found == Found(url=server.url("/feed"), title="Harbour", site="https://harbour.example.org/", entries=2)
        assert server.paths() == ["/feed"]


async def test_an_address_without_a_scheme_is_asked_over_plain_http_where_nothing_else_is_spoken() -> None:
    async with HostileServer({"/feed": BRIDGE}) as server, Door(door_settings(timeout_seconds=3), clock=clock) as door, Worker() as worker:
        bare = server.url("/feed").removeprefix("http://")
        found = await look_up(door, worker, bare, now=NOW, timeout_seconds=20)
        assert isinstance(found, Found)
        assert found.url == server.url("/feed")
        said = await look_up(door, worker, f"https://{bare}", now=NOW, timeout_seconds=20)
        assert isinstance(said, Failed), "whoever says https gets no answer that anybody on the way could have written"


async def test_a_feed_that_has_moved_for_good_comes_with_its_new_address() -> None:
    async with HostileServer({"/feed": BRIDGE, "/old": reply(status=301, Location="/feed")}) as server:
        found = await ask(server, "/old")
        assert isinstance(found, Found)
        assert found.url == server.url("/feed")


async def test_the_one_feed_of_a_page_is_found_beside_its_comments_and_its_second_form() -> None:
    head = link("/feed") + link("/atom", "application/atom+xml") + link("/comments/feed", title="Comments")
    async with HostileServer({"/": html(head), "/feed": BRIDGE, "/atom": BRIDGE, "/comments/feed": SPORT}) as server:
        found = await ask(server)
        assert isinstance(found, Found)
        assert found.url == server.url("/feed")


async def test_of_several_feeds_the_person_chooses() -> None:
    async with HostileServer(
        {"/": html(link("/feed") + link("/dead") + link("/sport", title="S")), "/feed": BRIDGE, "/sport": SPORT}
    ) as server:
        assert await ask(server) == Several(
            page=server.url("/"),
            feeds=(FoundFeed(url=server.url("/feed"), title="Harbour"), FoundFeed(url=server.url("/sport"), title="Harbour Sport")),
        )


async def test_a_page_that_names_none_has_its_feed_at_a_usual_place() -> None:
    async with HostileServer({"/news/": html(), "/rss.xml": BRIDGE}) as server:
        found = await ask(server, "/news/")
        assert isinstance(found, Found)
        assert found.url == server.url("/rss.xml")
        assert server.paths() == ["/news/", "/news/feed", "/feed", "/rss.xml"]


async def test_nothing_found_is_said_in_plain_words() -> None:
    """FAULTS row 10."""
    async with HostileServer({"/": html(), "/named": html(link("/a") + link("/b")), "/a": html()}) as server:
        nothing = await ask(server)
        assert isinstance(nothing, Refused)
        assert "HTML page" in nothing.reason
        assert nothing.reason.endswith("it names no feed, and none lies at the usual places")
        broken = await ask(server, "/named")
        assert isinstance(broken, Refused)
        assert "it names 2 feeds that cannot be read" in broken.reason
        assert len([path for path in server.paths() if path not in {"/", "/named", "/a", "/b"}]) <= 2 * MOST_GUESSES


async def test_an_address_that_does_not_answer_says_why() -> None:
    async def cut(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        reset(writer)

    async with HostileServer({"/": cut, "/304": reply(status=304)}) as server:
        failed = await ask(server)
        assert isinstance(failed, Failed)
        assert failed.kind is Failure.CONNECTION
        assert isinstance(await ask(server, "/304"), Failed)
        missing = await ask(server, "/missing")
        assert isinstance(missing, Failed)
        assert missing.kind is Failure.MISSING


async def test_a_page_never_leads_to_private_addresses() -> None:
    """FAULTS row 1."""
    async with HostileServer({"/": html(link("http://169.254.169.254/latest/meta-data/feed") + link("http://10.0.0.1/feed"))}) as server:
        nothing = await ask(server)
        assert isinstance(nothing, Refused)
        assert "not a public address" in nothing.reason


async def test_what_is_no_address_is_said_at_once() -> None:
    async with Door(door_settings(), clock=clock) as door, Worker() as worker:
        with pytest.raises(UsageError):
            await look_up(door, worker, "gopher://harbour.example.org/", now=NOW, timeout_seconds=5)
