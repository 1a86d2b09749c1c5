"""The HTTP door against real servers on loopback: what comes through, where it leads, and what is never connected."""

import asyncio
import socket
from datetime import timedelta
from hashlib import sha256
from ipaddress import ip_network
from pathlib import Path

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from hostile_server import Answer, Asked, HostileServer, clock, door_settings, reply

from bot.core.feeds.feed import Failed, Failure, Fetched, NotModified
from bot.sources.fetch import Door, DoorSettings

FIVE = "Sun, 22 Nov 2026 05:00:00 GMT"
ONE = (ip_network("127.0.0.1"),)
FEED = b"<rss version='2.0'><channel><title>Invented</title></channel></rss>"


def check(answer: object, kind: Failure, *says: str) -> None:
    """A failure of this kind, whose reason holds these words and can be shown to anybody."""
    assert isinstance(answer, Failed), answer
    assert answer.kind is kind, answer
    for words in says:
        assert words in answer.reason
    assert answer.reason.isascii()
    assert answer.reason.isprintable()
    assert len(answer.reason) <= 200


class Names(AbstractResolver):
    """A name server that we wrote: of a name's answers each question takes one, the last stays; None is silence."""

    def __init__(self, **answers: list[list[str] | OSError | None]) -> None:
        self.answers = {name.replace("_", "."): list(found) for name, found in answers.items()}

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        answers = self.answers[host]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if answer is None:
            await asyncio.Event().wait()
            return []
        if isinstance(answer, OSError):
            raise answer
        return [ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0) for address in answer]

    async def close(self) -> None:
        """Nothing is kept."""


async def test_a_feed_comes_through_with_what_its_headers_say() -> None:
    answer = reply(FEED, ETag='"v1"', Last_Modified=FIVE, Content_Type="application/rss+xml", Cache_Control="max-age=900")
    async with HostileServer({"/feed": answer}) as server, Door(door_settings(contact="https://desk.example.org/"), clock=clock) as door:
        assert await door.get(server.url("/feed?page=1")) == Fetched(
            url=server.url("/feed?page=1"),
            body=FEED,
            digest=sha256(FEED).hexdigest(),
            content_type="application/rss+xml",
            etag='"v1"',
            last_modified=FIVE,
            fresh_for=timedelta(minutes=15),
        )
    headers = server.asked[0].headers
    assert headers["user-agent"] == "Slugline/0.0 (+https://desk.example.org/)"
    assert headers["accept-encoding"] == "gzip, deflate, br"
    assert "application/rss+xml" in headers["accept"]
    assert not {"cookie", "authorization", "if-none-match", "if-modified-since"} & set(headers)


async def test_nothing_new_is_told_by_the_server() -> None:
    """FAULTS row 19."""
    answers: dict[str, Answer] = {
        "/bare": reply(status=304),
        "/fresh": reply(status=304, ETag='"v2"', Last_Modified=FIVE, Expires="Sun, 22 Nov 2026 13:00:00 GMT"),
    }
    async with HostileServer(answers) as server, Door(door_settings(), clock=clock) as door:
        assert await door.get(server.url("/bare"), etag='"v1"', last_modified=FIVE) == NotModified(url=server.url("/bare"))
        assert await door.get(server.url("/fresh"), etag='"v1"') == NotModified(
            url=server.url("/fresh"), etag='"v2"', last_modified=FIVE, fresh_for=timedelta(hours=1)
        )
        check(await door.get(server.url("/bare")), Failure.PROTOCOL, "304")
    assert server.asked[0].headers["if-none-match"] == '"v1"'
    assert server.asked[0].headers["if-modified-since"] == FIVE
    assert "if-modified-since" not in server.asked[1].headers


async def test_an_answer_without_a_body_is_an_empty_body() -> None:
    """FAULTS row 19."""
    answers: dict[str, Answer] = {"/200": reply(), "/204": reply(status=204), "/gzip": reply(Content_Encoding="gzip")}
    async with HostileServer(answers) as server, Door(door_settings(), clock=clock) as door:
        for path in answers:
            fetched = await door.get(server.url(path), etag='"v1"')
            assert isinstance(fetched, Fetched)
            assert fetched.body == b""


async def test_a_validator_that_was_tampered_with_is_not_sent() -> None:
    async with HostileServer({"/feed": reply(FEED)}) as server, Door(door_settings(), clock=clock) as door:
        await door.get(server.url("/feed"), etag='"a"\r\nX-Evil: 1', last_modified="\x00")
    assert not {"x-evil", "if-none-match", "if-modified-since"} & set(server.asked[0].headers)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "http://①②⑦.⓪.⓪.①:{port}/",
        "http://0x7f000001:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://localhost:{port}/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://[::1]:{port}/",
        "http://metadata.google.internal/",
        "file:///etc/passwd",
        "no address",
        "http://[",
    ],
)
async def test_a_private_address_is_refused_before_anything_is_connected(url: str) -> None:
    """FAULTS rows 1 and 2."""
    async with HostileServer() as server, Door(DoorSettings(version="0.0"), clock=clock) as door:
        check(await door.get(url.format(port=server.port)), Failure.FORBIDDEN, "Not asked: ")
        assert server.connections == 0


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "169.254.169.254", "64:ff9b::7f00:1", "fe80::1"])
async def test_a_name_that_leads_to_a_private_address_is_refused(address: str) -> None:
    """FAULTS row 3."""
    async with (
        HostileServer({"/": reply(FEED)}) as server,
        Door(DoorSettings(version="0.0"), clock=clock, resolver=Names(news_example=[[address]])) as door,
    ):
        check(await door.get(server.url("/", "news.example")), Failure.FORBIDDEN, "news.example", "not a public address")
        assert server.connections == 0


async def test_a_name_that_changes_its_mind_is_refused_on_the_address_connected() -> None:
    """FAULTS row 3: the first answer is an address that may be asked, the next one is not."""
    names = Names(news_example=[["127.0.0.1"], ["127.0.0.2"]])
    async with (
        HostileServer({"/": reply(FEED, Connection="close")}, host="0.0.0.0") as server,
        Door(DoorSettings(version="0.0", allow_networks=ONE, host_pause_seconds=0), clock=clock, resolver=names) as door,
    ):
        assert isinstance(await door.get(server.url("/", "news.example")), Fetched)
        check(await door.get(server.url("/", "news.example")), Failure.FORBIDDEN, "127.0.0.2")
        assert server.connections == 1


async def test_of_several_addresses_only_the_public_ones_are_connected() -> None:
    """FAULTS row 3."""
    mixed: list[list[str] | OSError | None] = [["10.0.0.1", "127.0.0.2", "169.254.169.254", "127.0.0.1"]]
    async with (
        HostileServer({"/": reply(FEED)}, host="0.0.0.0") as server,
        Door(DoorSettings(version="0.0", allow_networks=ONE), clock=clock, resolver=Names(news_example=mixed)) as door,
    ):
        assert isinstance(await door.get(server.url("/", "news.example")), Fetched)
        assert server.connections == 1


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("http://169.254.169.254/latest/", "not a public address"),
        ("http://10.0.0.1/", "not a public address"),
        ("//[::ffff:10.0.0.1]/", "not a public address"),
        ("file:///etc/passwd", "only http and https"),
        ("gopher://127.0.0.1/", "only http and https"),
        ("http://127.0.0.1:6379/", "port 6379"),
        ("http://127.0.0.1:1/", "port 1"),
        ("http://127.0.0.1:18080/", "neither 80 nor 443"),
        ("https://user:secret@127.0.0.1/", "user name"),
    ],
)
async def test_a_redirect_to_what_is_not_asked_ends_there(target: str, says: str) -> None:
    """FAULTS row 4."""
    async with HostileServer({"/feed": reply(status=301, Location=target)}) as server, Door(door_settings(), clock=clock) as door:
        failed = await door.get(server.url("/feed"))
        check(failed, Failure.FORBIDDEN, f"127.0.0.1:{server.port} redirects", says)
        assert "secret" not in str(failed)
    assert server.paths() == ["/feed"]


@pytest.mark.parametrize("target", ["", "http://[::1", "http://127.0.0.1:99999/"])
async def test_a_redirect_to_nowhere_is_an_error(target: str) -> None:
    async with HostileServer({"/feed": reply(status=302, Location=target)}) as server, Door(door_settings(), clock=clock) as door:
        check(await door.get(server.url("/feed")), Failure.REDIRECTS, "302")


async def test_redirects_end_after_five() -> None:
    """FAULTS row 5."""
    answers: dict[str, Answer] = {f"/{left}": reply(status=302, Location=f"/{left - 1}") for left in range(1, 31)}
    answers |= {"/0": reply(FEED), "/loop": reply(status=302, Location="/loop", Set_Cookie="seen=1")}
    async with HostileServer(answers) as server, Door(door_settings(), clock=clock) as door:
        assert isinstance(await door.get(server.url("/5")), Fetched)
        check(await door.get(server.url("/6")), Failure.REDIRECTS, "more than 5")
        check(await door.get(server.url("/30")), Failure.REDIRECTS)
        check(await door.get(server.url("/loop")), Failure.REDIRECTS)
    assert len(server.asked) == 4 * 6
    assert not any("cookie" in asked.headers for asked in server.asked)


@pytest.mark.parametrize(
    ("codes", "moves"),
    [((301,), True), ((308, 301), True), ((302,), False), ((307,), False), ((301, 302), False), ((302, 301), False), ((303, 308), False)],
)
async def test_only_permanent_redirects_move_a_feed(codes: tuple[int, ...], *, moves: bool) -> None:
    answers: dict[str, Answer] = {f"/{hop}": reply(status=code, Location=f"/{hop + 1}#top") for hop, code in enumerate(codes)}
    async with (
        HostileServer(answers | {f"/{len(codes)}": reply(FEED, ETag='"v1"')}) as server,
        Door(door_settings(host_pause_seconds=30), clock=clock) as door,
    ):
        fetched = await door.get(server.url("/0"))
        assert isinstance(fetched, Fetched)
        assert fetched.url == server.url(f"/{len(codes)}")
        assert fetched.moved_to == (fetched.url if moves else None)


async def test_validators_go_to_other_hosts_only_as_far_as_they_mean_something() -> None:
    names = Names(one_example=[["127.0.0.1"]], other_example=[["127.0.0.1"]])
    async with HostileServer() as server, Door(door_settings(), clock=clock, resolver=names) as door:
        server.answers["/old"] = reply(status=301, Location=server.url("/new", "other.example"))
        server.answers["/new"] = reply(FEED, ETag='"v2"', Last_Modified=FIVE)
        fetched = await door.get(server.url("/old", "one.example"), etag='"v1"', last_modified=FIVE)
        assert isinstance(fetched, Fetched)
        assert (fetched.etag, fetched.last_modified) == ('"v2"', None)
        assert fetched.moved_to == server.url("/new", "other.example")
    old, new = server.asked
    assert (old.headers["if-none-match"], old.headers["if-modified-since"]) == ('"v1"', FIVE)
    assert new.headers["if-none-match"] == '"v1"'
    assert "if-modified-since" not in new.headers


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, Failure.REFUSED), (401, Failure.REFUSED), (403, Failure.REFUSED), (404, Failure.MISSING), (410, Failure.GONE), (418, Failure.REFUSED),
     (500, Failure.UNAVAILABLE), (503, Failure.UNAVAILABLE), (429, Failure.UNAVAILABLE), (300, Failure.PROTOCOL), (999, Failure.PROTOCOL)],
)  # fmt: skip
async def test_a_status_is_explained(status: int, kind: Failure) -> None:
    async with HostileServer({"/": reply(b"<b>Evil</b>", status)}) as server, Door(door_settings(), clock=clock) as door:
        failed = await door.get(server.url())
        check(failed, kind, str(status), f"127.0.0.1:{server.port}")
        assert isinstance(failed, Failed)
        assert (failed.status, failed.host) == (status, f"127.0.0.1:{server.port}")


async def test_a_host_that_does_not_exist_or_does_not_listen_is_named() -> None:
    names = Names(nowhere_example=[socket.gaierror(socket.EAI_NONAME, "x")], slow_example=[socket.gaierror(socket.EAI_AGAIN, "x")])
    async with Door(door_settings(), clock=clock, resolver=names) as door:
        check(await door.get("http://nowhere.example/"), Failure.NAME, "nowhere.example does not exist (DNS)")
        check(await door.get("http://slow.example/"), Failure.NAME, "slow.example cannot be looked up")
        async with HostileServer() as server:
            url = server.url()
        check(await door.get(url), Failure.CONNECTION, "127.0.0.1", "refused the connection")


async def test_the_systems_own_resolver_is_asked_without_holding_up_the_loop() -> None:
    async with HostileServer({"/": reply(FEED)}) as server, Door(door_settings(), clock=clock) as door:
        answer = await door.get(server.url("/", "localhost"))
        assert isinstance(answer, Fetched)
        check(await door.get("http://no-such-host.invalid/"), Failure.NAME, "no-such-host.invalid")


async def test_a_silent_name_server_costs_a_time_out() -> None:
    async with Door(door_settings(timeout_seconds=0.2), clock=clock, resolver=Names(news_example=[None])) as door:
        check(await door.get("http://news.example/"), Failure.TIMEOUT, "0.2 s")


async def test_a_cancelled_get_gives_its_turn_back() -> None:
    started = asyncio.Event()

    async def hang(asked: Asked, writer: asyncio.StreamWriter) -> None:
        started.set()
        await asyncio.sleep(1000)

    async with HostileServer({"/hang": hang, "/": reply(FEED)}) as server, Door(door_settings(per_host=1), clock=clock) as door:
        waiting = asyncio.create_task(door.get(server.url("/hang")))
        await started.wait()
        assert door.busy_hosts() == {f"127.0.0.1:{server.port}"}
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert door.busy_hosts() == frozenset()
        assert isinstance(await door.get(server.url()), Fetched)


async def test_nothing_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login desk password secret\n", encoding="ascii")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    async with HostileServer({"/": reply(FEED, Set_Cookie="seen=1; Path=/")}) as server, Door(door_settings(), clock=clock) as door:
        for _ in range(2):
            assert isinstance(await door.get(server.url()), Fetched)
    assert not any({"cookie", "authorization"} & set(asked.headers) for asked in server.asked)


async def test_a_connection_is_used_again() -> None:
    async with HostileServer({"/": reply(FEED), "/304": reply(status=304)}) as server, Door(door_settings(), clock=clock) as door:
        for path in ("/", "/304", "/", "/404", "/"):
            await door.get(server.url(path), etag='"v1"')
        assert server.connections == 1
