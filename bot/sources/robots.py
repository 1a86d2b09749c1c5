"""What robots.txt allows Slugline to ask for (RFC 9309): pages; feeds are asked for without it, since somebody subscribed to them.

The library that reads the rules takes time and memory quadratic in the number of names in a group, and takes `User-agent: s` for ours. So
the names are reduced to three before it sees them: ours, everybody's, somebody else's; and long files are read in the worker.
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias
from weakref import WeakValueDictionary

from protego import Protego
from yarl import URL

from bot.core.feeds.feed import Failed, Failure, Fetched, NotModified
from bot.core.feeds.robots_text import RobotsText
from bot.sources.addresses import host_key, refusal
from bot.sources.fetch import Door
from bot.sources.hosts import LONGEST_PAUSE
from bot.sources.worker import Worker, WorkerCrashed, WorkerFailed, WorkerTimeout

PRODUCT: Final = "slugline"
"""Our product token, in the lower case in which names are compared."""

LONGEST: Final = 500 * 1024
"""Bytes of a robots.txt that are heeded: the least that RFC 9309 (2.5) asks for."""

LONGEST_FETCHED: Final = 4 * LONGEST
"""Bytes from which a file counts as unreachable instead of being read as far as `LONGEST`. Guess."""

LONGEST_AT_ONCE: Final = 16_000
"""Characters that are read on the event loop, 4 ms at worst for reading and as much for a question; measured up to 500,000: 0.12 s."""

LONGEST_KEPT: Final = timedelta(hours=24)
SHORTEST_KEPT: Final = timedelta(minutes=10)
"""How long a file is good for: as long as its headers say, within these. The first is RFC 9309 (2.4); the second a guess."""

LONGEST_STALE: Final = timedelta(days=30)
"""How long the last known rules go on when the site cannot be reached; behind it nothing is allowed. RFC 9309 (2.3.1.4) leaves it open."""

ASKED_AGAIN: Final = timedelta(minutes=30)
"""When a robots.txt that could not be had is asked for again. Guess."""

MOST_IN_MEMORY: Final = 500
SECONDS: Final = 5.0
"""What reading a long file may take in the worker. Measured: 0.2 s."""

_AGENT: Final = re.compile(r"\s*user[ -]?agent\s*[:\s]\s*(\*|[a-z_-]*)", re.IGNORECASE)

Load: TypeAlias = Callable[[str], Awaitable[RobotsText | None]]
Save: TypeAlias = Callable[[str, str, datetime, datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    """What is in memory of one site: `protego` when its text is short; `failed` instead of a text when there is none to go by."""

    text: str = ""
    protego: Protego | None = None
    pause: float = 0.0
    failed: Failed | None = None
    expires_at: datetime


class Robots:
    """Answers for addresses; keeps the rules of sites in memory, and over restarts by `load` and `save`.

    `load(origin)` gives what was saved for `https://host[:port]`, also when it is out of date; `save(origin, text, fetched_at, expires_at)`
    keeps it. What they raise comes through.
    """

    def __init__(self, door: Door, worker: Worker, *, load: Load, save: Save, clock: Callable[[], datetime]) -> None:
        self._door = door
        self._worker = worker
        self._load = load
        self._save = save
        self._clock = clock
        self._known: OrderedDict[str, _Rules] = OrderedDict()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def allows(self, url: str) -> bool | Failed:
        """Whether the page at this address may be asked for; Failed when nothing at its site may be for now: try again later.

        A site is asked for its rules once, however many wait for them. WorkerUnavailable when long rules cannot be read now.
        """
        origin = _origin(url)
        if origin is None:
            reason = f"Not asked: {refusal(url) or 'no web address'}"
            return Failed(kind=Failure.FORBIDDEN, reason=reason, host=host_key(url))
        rules = self._remembered(origin)
        if rules is None:
            lock = self._locks.setdefault(origin, asyncio.Lock())
            async with lock:
                rules = self._remembered(origin) or await self._learn(origin)
        if rules.failed is not None:
            return rules.failed
        if rules.protego is not None:
            return rules.protego.can_fetch(url, PRODUCT)
        try:
            return (await self._worker.run(ask, rules.text, url, timeout_seconds=SECONDS))[0]
        except (WorkerTimeout, WorkerCrashed, WorkerFailed):
            return _unreadable(origin, "takes too long to read")

    def pause(self, url: str) -> float:
        """Seconds, at most `LONGEST_PAUSE`, that the site wishes between two requests; 0 when it does not say, or was not asked yet."""
        rules = self._known.get(_origin(url) or "")
        return rules.pause if rules is not None else 0.0

    def _remembered(self, origin: str) -> _Rules | None:
        rules = self._known.get(origin)
        if rules is None or rules.expires_at <= self._clock():
            return None
        self._known.move_to_end(origin)
        return rules

    async def _learn(self, origin: str) -> _Rules:
        saved = await self._load(origin)
        if saved is None or saved.expires_at <= self._clock():
            rules = await self._fetched(origin, saved)
        else:
            rules = await self._read(origin, saved)
        self._known[origin] = rules
        while len(self._known) > MOST_IN_MEMORY:
            self._known.popitem(last=False)
        return rules

    async def _fetched(self, origin: str, saved: RobotsText | None) -> _Rules:
        answer = await self._door.get(f"{origin}/robots.txt", accept="text/plain, */*;q=0.1", max_bytes=LONGEST_FETCHED)
        now = self._clock()
        match answer:
            case Fetched(body=body, fresh_for=fresh_for) if len(body) <= LONGEST_AT_ONCE:
                text = reduced(body)
            case Fetched(body=body, fresh_for=fresh_for):
                try:
                    text = await self._worker.run(reduced, body, timeout_seconds=SECONDS)
                except (WorkerTimeout, WorkerCrashed, WorkerFailed):
                    return _Rules(failed=_unreadable(origin, "takes too long to read"), expires_at=now + LONGEST_KEPT)
            case Failed(kind=Failure.GONE | Failure.MISSING | Failure.REFUSED | Failure.REDIRECTS):
                text, fresh_for = "", None  # unavailable, not unreachable: RFC 9309 (2.3.1.2, 2.3.1.3)
            case Failed() | NotModified():
                if saved is not None and now - saved.fetched_at <= LONGEST_STALE:
                    return replace(await self._read(origin, saved), expires_at=now + ASKED_AGAIN)
                return _Rules(failed=_for_now(origin, answer), expires_at=now + _wait(answer))
        kept = LONGEST_KEPT if fresh_for is None else min(max(fresh_for, SHORTEST_KEPT), LONGEST_KEPT)
        await self._save(origin, text, now, now + kept)
        return await self._read(origin, RobotsText(text=text, fetched_at=now, expires_at=now + kept))

    async def _read(self, origin: str, saved: RobotsText) -> _Rules:
        if len(saved.text) <= LONGEST_AT_ONCE:
            protego = Protego.parse(saved.text)
            return _Rules(protego=protego, pause=_pause(protego), expires_at=saved.expires_at)
        try:
            pause = (await self._worker.run(ask, saved.text, f"{origin}/", timeout_seconds=SECONDS))[1]
        except (WorkerTimeout, WorkerCrashed, WorkerFailed):
            return _Rules(failed=_unreadable(origin, "takes too long to read"), expires_at=saved.expires_at)
        return _Rules(text=saved.text, pause=pause, expires_at=saved.expires_at)


def reduced(body: bytes) -> str:
    """The text of a robots.txt as far as it is heeded, with three names in it at most: ours, `*`, and `-` for all others.

    A line that the limit cuts in two is dropped: half of `Disallow: /private/notes` would forbid more.
    """
    if len(body) > LONGEST:
        body = body[:LONGEST].rpartition(b"\n")[0]
    return "\n".join(_renamed(line) for line in body.decode("utf-8", "replace").removeprefix("\ufeff").splitlines() if line.strip())


def ask(text: str, url: str) -> tuple[bool, float]:
    """Whether reduced rules allow the address, and the pause in seconds that they wish; for the worker."""
    protego = Protego.parse(text)
    return protego.can_fetch(url, PRODUCT), _pause(protego)


def _renamed(line: str) -> str:
    agent = _AGENT.match(line)
    if agent is None:
        return line
    return f"User-agent: {agent[1].casefold() if agent[1].casefold() in {'*', PRODUCT} else '-'}"


def _pause(protego: Protego) -> float:
    return min(protego.crawl_delay(PRODUCT) or 0.0, LONGEST_PAUSE)


def _origin(url: str) -> str | None:
    if not host_key(url):
        return None
    return str(URL(url).origin())


def _wait(answer: Failed | NotModified) -> timedelta:
    """A host that is held says so at no cost, and when it ends; nothing else should keep it waiting."""
    return timedelta(0) if isinstance(answer, Failed) and answer.kind is Failure.HELD else ASKED_AGAIN


def _for_now(origin: str, answer: Failed | NotModified) -> Failed:
    if isinstance(answer, NotModified):
        return _unreadable(origin, "was said not to have changed, though it is not known here")
    return replace(answer, reason=f"{answer.reason} (asked for robots.txt; until it can be read, no page of the site is asked for)")


def _unreadable(origin: str, what: str) -> Failed:
    host = host_key(origin)
    return Failed(kind=Failure.ROBOTS, reason=f"{host}: its robots.txt {what}, so none of its pages is asked for", host=host)
