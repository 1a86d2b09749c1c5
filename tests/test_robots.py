"""robots.txt is asked for once, remembered, and obeyed as RFC 9309 has it; whatever it holds, it costs the others no time."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hostile_server import Asked, HostileServer, clock, door_settings, reply, reset
from hypothesis import given
from hypothesis import strategies as st

from bot.core.feeds.feed import Failed, Failure
from bot.core.feeds.robots_text import RobotsText
from bot.sources.fetch import Door
from bot.sources.robots import ASKED_AGAIN, LONGEST, LONGEST_AT_ONCE, LONGEST_KEPT, LONGEST_STALE, SHORTEST_KEPT, Robots, ask, reduced
from bot.sources.worker import Worker


@dataclass
class Kept:
    """The table of robots.txt, and a clock that a test can turn."""

    now: datetime = datetime(2026, 11, 22, 12, tzinfo=UTC)
    texts: dict[str, RobotsText] = field(default_factory=dict)

    async def load(self, origin: str) -> RobotsText | None:
        return self.texts.get(origin)

    async def save(self, origin: str, text: str, fetched_at: datetime, expires_at: datetime) -> None:
        self.texts[origin] = RobotsText(text=text, fetched_at=fetched_at, expires_at=expires_at)

    def clock(self) -> datetime:
        return self.now


@asynccontextmanager
async def asking(kept: Kept) -> AsyncIterator[Robots]:
    async with Door(door_settings(), clock=clock) as door, Worker() as worker:
        yield Robots(door, worker, load=kept.load, save=kept.save, clock=kept.clock)


async def check(server: HostileServer, path: str, kept: Kept | None = None) -> bool | Failed:
    async with asking(kept or Kept()) as robots:
        return await robots.allows(server.url(path))


def allowed(text: str | bytes, path: str) -> bool:
    return ask(reduced(text if isinstance(text, bytes) else text.encode()), f"https://harbour.example.org{path}")[0]


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /private", "/private/a", False),
        ("User-agent: *\nDisallow: /private", "/public", True),
        ("User-agent: *\nDisallow: /\nAllow: /news", "/news/a", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf?x", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Slugline\nDisallow: /a", "/b", True),
        ("User-agent: *\nAllow: /\n\nUser-agent: SLUGLINE\nDisallow: /", "/b", False),
        ("User-agent: slugline/1.0 (news)\nDisallow: /", "/b", False),
        ("User-agent: Other\nUser-agent: Slugline\nDisallow: /", "/b", False),
        ("User-agent: Slugline\nDisallow: /a\n\nUser-agent: Slugline\nDisallow: /b", "/b", False),
        ("User-agent: Slug\nDisallow: /", "/b", True),
        ("User-agent: s\nDisallow: /", "/b", True),
        ("User-agent: Slugline-News\nDisallow: /", "/b", True),
        ("User-agent: GPTBot\nDisallow: /", "/b", True),
        ("user-agent:*\r\ndisallow:/b", "/b", False),
        ("User-agent: * # everybody\nDisallow: /b # not here", "/b", False),
        ("\ufeffUser-agent: *\nDisallow: /b", "/b", False),
        ("Disallow: /b", "/b", True),
        ("<html><body>Not found</body></html>", "/b", True),
        ("Sitemap: https://harbour.example.org/s.xml\nUser-agent: *\nDisallow: /b", "/b", False),
        (b"User-agent: *\nDisallow: /b\nDisallow: /\xff\xfe", "/b", False),
        ("User-agent: *\nDisallow: /b%C3%A4", "/bä", False),
    ],
)
def test_rules_are_read_as_the_standard_has_it(text: str | bytes, path: str, *, expected: bool) -> None:
    assert allowed(text, path) is expected


def test_what_lies_behind_the_limit_is_not_heeded_and_no_line_is_cut_in_two() -> None:
    filler = "# x\n" * (LONGEST // 4 - 5)
    text = "User-agent: *\n" + filler + "Disallow: /a\nDisallow: /b\n"
    assert len(reduced(text.encode())) <= LONGEST
    assert allowed(text, "/b")
    assert allowed("User-agent: *\n" + "#" * (LONGEST - 14 - 12) + "\nDisallow: /news/private", "/news/public")


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"User-agent: b{number}\n" for number in range(20_000)) + "Disallow: /a\n" * 19_000,
        "User-agent: *\nDisallow: " + "$" * 490_000,
        "User-agent: *\n" + "Disallow: /*a*a*a*a*b\n" * 22_000,
        "User-agent: *\nDisallow: /" + "*a" * 245_000,
        "User-agent: *\nCrawl-delay: 1e999\n" * 13_000,
    ],
    ids=["names", "dollars", "stars", "long star", "delays"],
)
def test_hostile_rules_are_read_in_time(text: str) -> None:
    begun = time.process_time()
    ask(reduced(text.encode()), "https://harbour.example.org/" + "a" * 1900)
    assert time.process_time() - begun < 5


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode), st.text(max_size=20))
def test_any_bytes_give_an_answer(data: bytes, path: str) -> None:
    found, pause = ask(reduced(data), f"https://harbour.example.org/{path}")
    assert found in {True, False}
    assert 0 <= pause <= 60


async def test_the_rules_of_a_site_are_fetched_once_and_kept_over_a_restart() -> None:
    kept = Kept()
    async with HostileServer({"/robots.txt": reply(b"User-agent: *\nDisallow: /private\nCrawl-delay: 7")}) as server:
        async with asking(kept) as robots:
            assert robots.pause(server.url("/a")) == 0
            answers = await asyncio.gather(*(robots.allows(server.url(f"/{path}")) for path in ["private", *"abcdefgh"]))
            assert answers == [False] + [True] * 8
            assert robots.pause(server.url("/a")) == 7
        assert await check(server, "/private/b", kept) is False
        assert server.paths() == ["/robots.txt"]
        kept.now += LONGEST_KEPT + timedelta(seconds=1)
        assert await check(server, "/a", kept) is True
        assert server.paths() == ["/robots.txt"] * 2


@pytest.mark.parametrize(
    ("said", "expected"),
    [("", LONGEST_KEPT), ("max-age=3600", timedelta(hours=1)), ("max-age=0", SHORTEST_KEPT), ("max-age=99999999", LONGEST_KEPT)],
)
async def test_rules_are_kept_as_long_as_the_site_says_within_a_day(said: str, expected: timedelta) -> None:
    kept = Kept()
    async with HostileServer({"/robots.txt": reply(b"", 200, **({"Cache_Control": said} if said else {}))}) as server:
        await check(server, "/a", kept)
    (saved,) = kept.texts.values()
    assert saved.expires_at - saved.fetched_at == expected


@pytest.mark.parametrize("status", [401, 403, 404, 410, 418])
async def test_a_site_without_rules_allows_everything(status: int) -> None:
    async with HostileServer({"/robots.txt": reply(status=status)}) as server:
        assert await check(server, "/a") is True


async def test_rules_behind_redirects_count_and_behind_endless_ones_do_not() -> None:
    async with HostileServer(
        {"/robots.txt": reply(status=302, Location="/rules"), "/rules": reply(b"User-agent: *\nDisallow: /")}
    ) as server:
        assert await check(server, "/a") is False
        server.answers["/rules"] = reply(status=302, Location="/rules")
        assert await check(server, "/a") is True


async def cut(_asked: Asked, writer: asyncio.StreamWriter) -> None:
    reset(writer)


@pytest.mark.parametrize(
    "answer",
    [reply(status=500), reply(status=503), reply(status=304), cut, reply(b"#" * (5 * LONGEST))],
    ids=["500", "503", "304", "cut", "long"],
)
async def test_a_site_that_cannot_be_asked_allows_nothing_for_now(answer: bytes) -> None:
    kept = Kept()
    async with HostileServer({"/robots.txt": answer}) as server, asking(kept) as robots:
        for _ in range(3):
            failed = await robots.allows(server.url("/a"))
            assert isinstance(failed, Failed)
            assert "robots.txt" in failed.reason
        assert server.paths().count("/robots.txt") <= 2  # a reset connection may be tried once more by the door
        server.answers["/robots.txt"] = reply(b"User-agent: *\nDisallow: /a")
        kept.now += ASKED_AGAIN + timedelta(seconds=1)
        assert await robots.allows(server.url("/b")) is True


async def test_known_rules_go_on_while_a_site_cannot_be_asked_and_not_for_ever() -> None:
    kept = Kept()
    async with HostileServer({"/robots.txt": reply(b"User-agent: *\nDisallow: /a")}) as server:
        assert await check(server, "/b", kept) is True
        server.answers["/robots.txt"] = reply(status=500)
        kept.now += LONGEST_STALE
        assert await check(server, "/b", kept) is True
        assert await check(server, "/a", kept) is False
        kept.now += timedelta(days=1)
        assert isinstance(await check(server, "/b", kept), Failed)


async def test_long_rules_are_read_in_the_worker() -> None:
    text = b"User-agent: *\nCrawl-delay: 500\nDisallow: /private\n" + b"Disallow: /x\n" * (LONGEST_AT_ONCE // 10)
    async with HostileServer({"/robots.txt": reply(text)}) as server, asking(Kept()) as robots:
        assert await robots.allows(server.url("/private/a")) is False
        assert await robots.allows(server.url("/a")) is True
        assert robots.pause(server.url("/a")) == 60


@pytest.mark.parametrize("url", ["ftp://harbour.example.org/", "not an address", "", "http://["])
async def test_what_is_no_web_address_is_not_asked(url: str) -> None:
    async with asking(Kept()) as robots:
        failed = await robots.allows(url)
        assert isinstance(failed, Failed)
        assert failed.kind is Failure.FORBIDDEN


async def test_a_private_address_is_not_asked() -> None:
    """FAULTS row 1."""
    async with asking(Kept()) as robots:
        failed = await robots.allows("http://169.254.169.254/latest/meta-data/")
        assert isinstance(failed, Failed)
        assert failed.kind is Failure.FORBIDDEN
