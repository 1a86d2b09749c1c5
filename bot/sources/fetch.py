"""The one HTTP door: an address in, a body or the reason why there is none out; when to ask again is decided by others.

Every request of Slugline to the world goes through `Door.get`. It asks only what `addresses` and `guard` let through, at each redirect
anew; obeys the turns and holds of `hosts`; stops at caps of time, of bytes sent and of bytes unpacked; sends no cookie, no password and
nothing from the environment; and never raises for what the other side does.

Decisions that no RFC takes for us:
- A redirect may lead to another host and from https to http, for feeds do that; the latter is followed but never reported as moved.
- If-None-Match goes along to every hop: two servers do not give different texts the same tag. If-Modified-Since goes only to the
  host that was asked, since another one's file may be older than the date and still unseen; so a date from elsewhere is not kept.
- A redirect to a host at which others stand in line is given up after a moment: feeds of a thousand hosts that lead to one slow host
  would keep everybody who asks waiting for it. Whoever asks that host itself knows `busy_hosts` and can choose.
- Redirects within one host keep its turn and do not rest in between: they are one question.
- An answer that breaks off is used as far as it came (from `LEAST_CUT_OFF` on) but without validators, so that the rest is asked for.
- The bodies of redirects and errors are not read.
"""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Final, Self

import aiohttp
from aiohttp import hdrs
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.core.feeds.feed import Failed, Failure, Fetch
from bot.sources import failures
from bot.sources.addresses import WEB_PORTS, Network, host_key, refusal
from bot.sources.exchange import Question, Redirect, exchange
from bot.sources.guard import Resolver, guarded_sockets
from bot.sources.hosts import Hosts
from bot.sources.http_headers import clean

FEED_TYPES: Final = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, text/html;q=0.4, */*;q=0.1"
)
PAGE_TYPES: Final = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"

MOST_REDIRECTS: Final = 5

LONGEST_HEADER: Final = 16 * 1024
"""Bytes of one header line. Guess: twice what aiohttp takes, for the long policies that some sites send."""

MOST_HEADERS: Final = 128

FRAMING: Final = 256 * 1024
"""Bytes that a connection may bring, beside a quarter of the body, in headers, chunk sizes and TLS records. Guess."""

MOST_LARGE: Final = 8
"""Large answers that are read at once. Measured: 64 hosts with bodies of 9.5 MB took 658 MB without such a limit."""

KEEP_ALIVE_SECONDS: Final = 5.0
"""How long an idle connection is kept, for several feeds of one host that are due together; each costs a file handle. Guess."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorSettings:
    """How the door behaves; bytes are those of the body, `max_wire_bytes` as sent, `max_bytes` as unpacked.

    `contact` is an address (web or mail) for people who wonder who asks. `timeout_seconds` bounds one `get` with all its redirects, without
    the time for which it waits for its turn. `redirect_wait_seconds`, a guess, is how long it waits for that at a host to which it is
    redirected. `tls` replaces the system's certificate authorities.
    """

    version: str
    contact: str = ""
    timeout_seconds: float = 30.0
    max_bytes: int = 10_000_000
    max_wire_bytes: int = 5_000_000
    per_host: int = 1
    host_pause_seconds: float = 1.0
    redirect_wait_seconds: float = 5.0
    concurrency: int = 32
    allow_networks: tuple[Network, ...] = ()
    tls: ssl.SSLContext | None = None


def _parsed(url: str) -> URL:
    try:
        return URL(url)
    except ValueError:
        return URL()  # which is refused for naming nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """What a caller of `get` wants to have, the same at every hop."""

    url: str
    accept: str
    etag: str | None
    last_modified: str | None
    max_bytes: int


class Door:
    """Asks the web, as an async context manager; leaving it closes all connections, so end all `get`s first.

    `clock` gives the time against which dates in headers are read when the answer has no `Date` of its own; `resolver` replaces the
    system's.
    """

    def __init__(self, settings: DoorSettings, *, clock: Callable[[], datetime], resolver: AbstractResolver | None = None) -> None:
        self._settings = settings
        self._clock = clock
        self._resolver = resolver
        self._hosts = Hosts(per_host=settings.per_host, concurrency=settings.concurrency)
        self._large = asyncio.Semaphore(MOST_LARGE)
        self._opened: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        settings = self._settings
        connector = aiohttp.TCPConnector(
            limit=0,  # `hosts` counts
            keepalive_timeout=KEEP_ALIVE_SECONDS,
            resolver=self._resolver or Resolver(),
            use_dns_cache=False,  # a host is asked every half an hour; the system caches, if anybody should
            socket_factory=guarded_sockets(settings.allow_networks, settings.max_wire_bytes + settings.max_wire_bytes // 4 + FRAMING),
            ssl=settings.tls or ssl.create_default_context(),
        )
        about = f"+{settings.contact}" if settings.contact else "feed reader"
        self._opened = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={
                hdrs.USER_AGENT: clean(f"Slugline/{settings.version} ({about})") or f"Slugline/{settings.version} (feed reader)",
                hdrs.ACCEPT_ENCODING: "gzip, deflate, br",
            },
            timeout=aiohttp.ClientTimeout(total=None),  # one clock for everything is in `_ask`
            auto_decompress=False,
            trust_env=False,
            max_line_size=LONGEST_HEADER,
            max_field_size=LONGEST_HEADER,
            max_headers=MOST_HEADERS,
        )
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._opened is not None:
            await self._opened.close()
            await asyncio.sleep(0)  # in which aborted transports close their sockets

    def hold(self, host: str, seconds: float) -> None:
        """Leave this host (a `host_key`) alone for so long, at most 24 h: a `get` for it gives HELD; 0 or less ends it."""
        self._hosts.hold(host, seconds)

    def busy_hosts(self) -> frozenset[str]:
        """The hosts that would keep a further `get` waiting: all their turns are taken, or resting."""
        return self._hosts.busy()

    async def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str = FEED_TYPES,
        max_bytes: int | None = None,
        pause: float | None = None,
    ) -> Fetch:
        """What is at this address; waits for its turn first.

        `etag` and `last_modified` are those of the answer that is known already. `max_bytes` replaces that of the settings. `pause` in
        seconds, at most 60, is for how long the host rests after this request when that is longer than `host_pause_seconds`.
        """
        wish = _Wish(
            url=url, accept=accept, etag=clean(etag), last_modified=clean(last_modified), max_bytes=max_bytes or self._settings.max_bytes
        )
        rest = max(pause or 0.0, self._settings.host_pause_seconds)
        first = address = _parsed(url)
        if (problem := refusal(first, self._settings.allow_networks)) is not None:
            return failures.forbidden("", f"Not asked: {problem}")
        host, left, is_moved = host_key(first), self._settings.timeout_seconds, False
        if (refused := await self._turn(host, None)) is not None:
            return refused
        entered: str | None = host
        try:
            for hops in range(MOST_REDIRECTS + 1):
                answer, spent = await self._ask(address, first, host, wish, left, hops=hops, is_moved=is_moved)
                left -= spent
                if isinstance(answer, Failed) and answer.retry_after:
                    self._hosts.hold(host, answer.retry_after.total_seconds())
                if not isinstance(answer, Redirect):
                    return answer
                if (problem := self._redirect_refusal(answer.target, first)) is not None:
                    return failures.forbidden(host, f"{host} redirects to what is not asked: {problem}")
                is_moved = answer.is_permanent and (is_moved or hops == 0)
                address = answer.target
                if (following := host_key(address)) != host:
                    self._hosts.leave(host, rest)
                    entered = None
                    host = following
                    if (refused := await self._turn(host, self._settings.redirect_wait_seconds)) is not None:
                        return refused
                    entered = host
            return failures.failed(Failure.REDIRECTS, host, f"redirects us more than {MOST_REDIRECTS} times")
        finally:
            if entered is not None:
                self._hosts.leave(entered, rest)

    async def _turn(self, host: str, seconds: float | None) -> Failed | None:
        """Wait for a turn, for ever or so long; why there is none, or None when it is ours."""
        try:
            async with asyncio.timeout(seconds):
                if await self._hosts.enter(host):
                    return None
        except TimeoutError:
            return failures.crowded(host)
        return failures.held(host, self._hosts.held(host))

    async def _ask(
        self, address: URL, first: URL, host: str, wish: _Wish, seconds: float, *, hops: int, is_moved: bool
    ) -> tuple[Fetch | Redirect, float]:
        """One request, with how many seconds it took."""
        assert self._opened is not None, "a door is an async context manager"
        loop = asyncio.get_running_loop()
        is_home = address.raw_host == first.raw_host
        is_downgraded = first.scheme == "https" and address.scheme == "http"
        question = Question(
            address=address,
            host=host,
            url=str(address) if hops else wish.url,
            moved_to=str(address) if is_moved and not is_downgraded else None,
            accept=wish.accept,
            etag=wish.etag,
            last_modified=wish.last_modified if is_home else None,
            keeps_date=is_home,
            max_wire_bytes=self._settings.max_wire_bytes,
            max_bytes=wish.max_bytes,
            large=self._large,
        )
        began = loop.time()
        answer: Fetch | Redirect
        try:
            async with asyncio.timeout(seconds):
                answer = await exchange(self._opened, question, self._clock)
        except TimeoutError:
            answer = failures.failed(Failure.TIMEOUT, host, f"did not finish its answer within {self._settings.timeout_seconds:g} s")
        except failures.NOT_WEB as error:
            answer = failures.of_error(error, host)
        return answer, loop.time() - began

    def _redirect_refusal(self, target: URL, first: URL) -> str | None:
        if (problem := refusal(target, self._settings.allow_networks)) is not None:
            return problem
        if target.port not in WEB_PORTS and target.port != first.port:
            return f"port {target.port} is neither 80 nor 443, nor the one that we asked"
        return None
