"""Feeds parsed in the worker: several in one call, and one that does harm does none to the others."""

import os
import signal
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from feed_samples import NOW, item, rss

from bot.core.grouping.identity import identity
from bot.core.model import Refused
from bot.sources.feeds.reading import FeedBody, parse_feeds, read_feeds
from bot.sources.worker import Worker


def body(data: str, number: int = 0) -> FeedBody:
    return FeedBody(
        url=f"https://harbour.example/{number}", body=data.encode(), content_type=None, fetched_at=NOW + timedelta(seconds=number)
    )


async def test_several_bodies_are_read_in_one_call_in_their_order() -> None:
    async with Worker() as worker:
        found = await read_feeds(worker, [body(rss(item(1), item(2))), body("oops"), body(rss(item(3)))], timeout_seconds=60)
        assert await read_feeds(worker, [], timeout_seconds=60) == []
    first, second, third = found
    assert isinstance(second, Refused)
    assert not isinstance(first, Refused)
    assert not isinstance(third, Refused)
    feed, identities = first
    assert identities == tuple(identity(entry.content) for entry in feed.entries)
    assert [entry.guid for entry in (*feed.entries, *third[0].entries)] == ["harbour-1", "harbour-2", "harbour-3"]


class Stuck(dict[str, str]):
    """Stands for a body that a library never comes back from: the first question to it takes a minute."""

    def __bool__(self) -> bool:
        time.sleep(60)
        return False


class Fatal(dict[str, str]):
    """Stands for a body that a library dies of."""

    def __bool__(self) -> bool:
        os.kill(os.getpid(), signal.SIGKILL)
        return False


@pytest.mark.parametrize(("aliases", "reason"), [(Stuck(), "longer than 3 s"), (Fatal(), "crashed")])
async def test_only_the_guilty_feed_is_refused_when_a_batch_does_not_come_back(aliases: dict[str, str], reason: str) -> None:
    """FAULTS rows 7 and 8: the worker is killed at its deadline, and the other feeds of its batch are read."""
    guilty = replace(body(rss(item(5))), aliases=aliases)
    async with Worker() as worker:
        found = await read_feeds(worker, [body(rss(item(1))), guilty, body(rss(item(2)))], timeout_seconds=3)
        alone = await read_feeds(worker, [guilty], timeout_seconds=1) if reason == "crashed" else [found[1]]
    assert [isinstance(each, Refused) for each in found] == [False, True, False]
    for each in (found[1], alone[0]):
        assert isinstance(each, Refused)
        assert reason in each.reason


def test_what_runs_in_the_worker_answers_for_each_body() -> None:
    assert [isinstance(each, Refused) for each in parse_feeds([body(rss(item())), body("oops")])] == [False, True]
