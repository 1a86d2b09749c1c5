"""Several fetched bodies parsed in one call of the worker, where one of them cannot spoil the others."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from bot.core.feeds.feed import ParsedFeed
from bot.core.grouping.identity import identity
from bot.core.model import Refused
from bot.sources.feeds.parse import parse_feed
from bot.sources.worker import Worker, WorkerCrashed, WorkerFailed, WorkerTimeout

SECONDS_PER_FEED = 1.0
"""What a batch may take for each feed on top of the time for one bad one. Guess: fifty times what a usual feed takes."""

Parsed: TypeAlias = tuple[ParsedFeed, tuple[str, ...]]
"""A feed, and the identity of the content of each of its entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedBody:
    """What was fetched: the decoded body, where it came from, what it was said to be; `aliases` as `parse_feed` takes them."""

    url: str
    body: bytes
    content_type: str | None
    fetched_at: datetime
    aliases: Mapping[str, str] = field(default_factory=dict)


async def read_feeds(worker: Worker, batch: Sequence[FeedBody], *, timeout_seconds: float) -> list[Parsed | Refused]:
    """`parse_feed` in the worker, with the identities of the entries: one answer per body, in their order.

    `timeout_seconds` is for one feed. A batch that does not come back is read again one by one, and only the guilty are refused.
    WorkerUnavailable when nothing can be read now.
    """
    if not batch:
        return []
    try:
        return await worker.run(parse_feeds, batch, timeout_seconds=timeout_seconds + SECONDS_PER_FEED * (len(batch) - 1))
    except (WorkerTimeout, WorkerCrashed, WorkerFailed) as error:
        if len(batch) == 1:
            return [_blamed(error, timeout_seconds)]
    return list(await asyncio.gather(*(_read_alone(worker, body, timeout_seconds) for body in batch)))


def parse_feeds(batch: Sequence[FeedBody]) -> list[Parsed | Refused]:
    """What runs in the worker."""
    return [_parsed(each) for each in batch]


async def _read_alone(worker: Worker, body: FeedBody, seconds: float) -> Parsed | Refused:
    try:
        return (await worker.run(parse_feeds, [body], timeout_seconds=seconds))[0]
    except (WorkerTimeout, WorkerCrashed, WorkerFailed) as error:
        return _blamed(error, seconds)


def _parsed(each: FeedBody) -> Parsed | Refused:
    found = parse_feed(each.body, url=each.url, content_type=each.content_type, fetched_at=each.fetched_at, aliases=each.aliases)
    if isinstance(found, Refused):
        return found
    return found, tuple(identity(entry.content) for entry in found.entries)


def _blamed(error: WorkerTimeout | WorkerCrashed | WorkerFailed, seconds: float) -> Refused:
    match error:
        case WorkerTimeout():
            return Refused(reason=f"this feed took longer than {seconds:g} s to read")
        case WorkerCrashed():
            return Refused(reason="the reader crashed on this feed")
        case WorkerFailed():
            return Refused(reason=f"the reader failed on this feed ({error}); please report it, with the feed")
