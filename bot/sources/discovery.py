"""What an address that a person types stands for: a feed, a page with feeds, or neither; adding the feed is for `commands`."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.core.feeds.feed import Failed, Failure, Fetched, FoundFeed, NotModified, ParsedFeed
from bot.core.model import Refused
from bot.core.phrase import Phrase, phrase, phrases
from bot.sources.addresses import host_key, normal_url
from bot.sources.feed_links import discover, guesses, is_comments
from bot.sources.feeds.reading import FeedBody, read_feeds
from bot.sources.fetch import Door
from bot.sources.worker import Worker, WorkerCrashed, WorkerFailed, WorkerTimeout

MOST_TRIED: Final = 6
"""Feeds named by a page that are asked whether they are any. Guess: a page that names more is a directory of feeds."""

ACCEPTED: Final = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, application/xml;q=0.8, "
    "text/xml;q=0.8, text/html;q=0.7, application/xhtml+xml;q=0.7, application/json;q=0.6, */*;q=0.1"
)
"""What the address that a person typed may hold: a feed, or a page that names one."""

_WITHOUT_TLS: Final = frozenset({Failure.CONNECTION, Failure.TIMEOUT, Failure.TLS, Failure.PROTOCOL})
"""How asking over TLS fails where only plain HTTP is spoken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The one feed that an address or page stands for; `entries` counts what is in it now."""

    url: str
    title: str
    site: str | None
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Several:
    """The feeds of a page, each of them read, the likely ones first; the person says which."""

    page: str
    feeds: tuple[FoundFeed, ...]


async def look_up(door: Door, worker: Worker, url: str, *, now: datetime, timeout_seconds: float) -> Found | Several | Failed | Refused:
    """What an address as a person types it stands for: a feed, a page with feeds, or a reason in plain words.

    A feed at a permanently moved address comes with its new address. Feeds of comments count only where there is no other.
    `timeout_seconds` holds for each reading; the door has its own. UsageError when it is no address.
    """
    asked = normal_url(url)
    fetched = await door.get(asked, accept=ACCEPTED)
    if isinstance(fetched, Failed) and fetched.kind in _WITHOUT_TLS and "://" not in url:
        # Nobody said https: we added it.
        plain = asked.replace("https://", "http://", 1)
        second = await door.get(plain, accept=ACCEPTED)
        if isinstance(second, Fetched):
            asked, fetched = plain, second
    if not isinstance(fetched, Fetched):
        return _failure(fetched)
    parsed = (await _read(worker, [fetched], now, timeout_seconds))[0]
    if isinstance(parsed, ParsedFeed):
        return _found(FoundFeed(url=asked, title=""), fetched, parsed)
    named = await _discover(worker, fetched, timeout_seconds)
    if isinstance(named, Refused):
        return named
    tried = [feed for feed in named if feed.url not in {asked, fetched.url}][:MOST_TRIED]
    read, failed = await _try(door, worker, tried, now, timeout_seconds)
    known = {asked, fetched.url, *(feed.url for feed in tried)}
    for place in guesses(fetched.url):
        if not read and place not in known:
            read, _missing = await _try(door, worker, [FoundFeed(url=place, title="")], now, timeout_seconds)
    if not read:
        return Refused(reason=_nothing(asked, parsed, failed))
    chosen = [found for found in read if not is_comments(found.url, found.title)] or read
    if len(chosen) == 1:
        return chosen[0]
    return Several(page=fetched.url, feeds=tuple(FoundFeed(url=found.url, title=found.title) for found in chosen))


async def _try(door: Door, worker: Worker, feeds: Sequence[FoundFeed], now: datetime, seconds: float) -> tuple[list[Found], list[str]]:
    """Those that are feeds, without a second form of the same (RSS beside Atom), and why the others are none; asked all at once."""
    answers = await asyncio.gather(*(door.get(feed.url) for feed in feeds))
    bodies = [(feed, answer) for feed, answer in zip(feeds, answers, strict=True) if isinstance(answer, Fetched)]
    failed = [_failure(answer).reason for answer in answers if not isinstance(answer, Fetched)]
    read: list[Found] = []
    contents: set[frozenset[str]] = set()
    for (feed, answer), parsed in zip(bodies, await _read(worker, [answer for _, answer in bodies], now, seconds), strict=True):
        if isinstance(parsed, Refused):
            failed.append(f"{feed.url}: {parsed.reason}")
            continue
        titles = frozenset(entry.content.title for entry in parsed.entries)
        if titles not in contents:
            read.append(_found(feed, answer, parsed))
        if titles:
            contents.add(titles)
    return read, failed


async def _read(worker: Worker, bodies: Iterable[Fetched], now: datetime, seconds: float) -> list[ParsedFeed | Refused]:
    batch = [FeedBody(url=body.url, body=body.body, content_type=body.content_type, fetched_at=now) for body in bodies]
    return [result if isinstance(result, Refused) else result[0] for result in await read_feeds(worker, batch, timeout_seconds=seconds)]


async def _discover(worker: Worker, page: Fetched, seconds: float) -> tuple[FoundFeed, ...] | Refused:
    try:
        return await worker.run(discover, page.body, page.url, page.content_type, timeout_seconds=seconds)
    except WorkerTimeout:
        return Refused(
            reason=phrase("the page took longer than {seconds:g} s to look through; name the address of its feed instead", seconds=seconds)
        )
    except (WorkerCrashed, WorkerFailed) as error:
        return Refused(
            reason=phrase("the page could not be looked through ({error}); name the address of its feed instead", error=str(error))
        )


def _found(feed: FoundFeed, fetched: Fetched, parsed: ParsedFeed) -> Found:
    entries = len(parsed.entries) + parsed.left_out
    return Found(url=fetched.moved_to or feed.url, title=parsed.title or feed.title, site=parsed.site, entries=entries)


def _failure(answer: Failed | NotModified) -> Failed:
    if isinstance(answer, Failed):
        return answer
    host = host_key(answer.url)
    return Failed(
        kind=Failure.PROTOCOL, reason=f"{host} says that nothing has changed, but it was never asked before", host=host, status=304
    )


def _nothing(asked: str, refused: Refused, failed: list[str]) -> Phrase:
    found = f"{asked}: {refused.reason}"
    if not failed:
        return phrase("{found}; it names no feed, and none lies at the usual places", found=found)
    return phrases(
        len(failed),
        "{found}; it names a feed that cannot be read: {reason}",
        "{found}; it names {count} feeds that cannot be read, the first: {reason}",
        found=found,
        reason=failed[0],
    )
