"""Every case of the shared server of hostile feeds, checked by the whole pipeline at once: each comes out as it should, and a good feed does not wait.

The server lies outside the repository; the rows of FAULTS.md also have tests of their own, with servers that are here.
"""

import asyncio
import os
import signal
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network
from pathlib import Path
from urllib.request import urlopen

import pytest
from conftest import NOW
from sqlalchemy import func, select

from bot.core.feeds.feed import Failure, FeedState, Listed
from bot.pipeline.feeds import CheckSettings, FeedChecks
from bot.sources.addresses import host_key
from bot.sources.fetch import Door, DoorSettings
from bot.sources.worker import Worker
from storage.engine.database import Database
from storage.feeds import feeds
from storage.schema.tables import articles, feed_entries

EVIL = Path(__file__).parents[2] / "shared" / "tools" / "evil_feeds.py"
pytestmark = [
    pytest.mark.skipif(not EVIL.is_file(), reason="the server of hostile feeds (../shared/tools) is not here"),
    pytest.mark.skipif(sys.platform != "linux", reason="only on Linux is every address of 127.0.0.0/8 this machine"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

FAILS = {
    "billion-laughs-rss": Failure.NO_FEED,
    "deep": Failure.NO_FEED,
    "empty": Failure.NO_FEED,
    "endless": Failure.TOO_LARGE,
    "gzip-bomb": Failure.TOO_LARGE,
    "hang": Failure.TIMEOUT,
    "html-with-autodiscovery": Failure.NO_FEED,
    "login-page": Failure.NO_FEED,
    "redirect": Failure.FORBIDDEN,
    "redirect-chain": Failure.REDIRECTS,
    "redirect-loop": Failure.REDIRECTS,
    "rst": Failure.CONNECTION,
    "s410": Failure.GONE,
    "s429": Failure.UNAVAILABLE,
    "s503": Failure.UNAVAILABLE,
    "set-cookie-loop": Failure.REDIRECTS,
    "slowloris-body": Failure.TIMEOUT,
    "slowloris-headers": Failure.TIMEOUT,
    "stall": Failure.TIMEOUT,
    "xmlbomb": Failure.NO_FEED,
    "xmlbomb2": Failure.NO_FEED,
    "xmlquadratic": Failure.NO_FEED,
    "xxe-file": Failure.NO_FEED,
}
"""What must not be taken for a feed, with why; every other case is read."""

ENTRIES = {"ok": 5, "etag": 5, "many": 500, "dup-guid": 3, "cut-mid-item": 3, "truncated": 5, "wrong-ct": 1, "utf16": 1, "bad-charset": 1}
"""How many articles some of the others give."""


@asynccontextmanager
async def served(journal: Path) -> AsyncIterator[int]:
    """Start the server on every address of loopback and give its port; the hundredth port behind it is a canary that nobody may ask."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1] % 20_000 + 20_000
    server = await asyncio.create_subprocess_exec(
        sys.executable, str(EVIL), "0.0.0.0", str(port), str(journal), stdout=asyncio.subprocess.PIPE, process_group=0
    )
    assert server.stdout is not None
    try:
        assert b"evil feeds" in await server.stdout.readline()
        yield port
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        await server.wait()


async def test_hostile_feeds_come_out_as_they_should_and_delay_no_other(database: Database, tmp_path: Path) -> None:
    """FAULTS rows 4–12, 14, 15, 19–21; one host each, because one of them asks to be left alone."""
    # Four never end, and wait for this long; whoever does answer may take its time on a busy machine, on which all are asked at once.
    settings = DoorSettings(version="0", allow_networks=(ip_network("127.0.0.0/8"),), timeout_seconds=20, concurrency=64)
    async with served(tmp_path / "journal") as port, Worker() as worker, Door(settings, clock=lambda: NOW) as door:
        listing = await asyncio.to_thread(lambda: urlopen(f"http://127.0.0.1:{port}/").read().decode())
        cases = {f"http://127.0.3.{number}:{port}/{case}": case for number, case in enumerate(listing.split(), 1)}
        async with database.write() as connection:
            listed = [(Listed(url=url, title=case), host_key(url)) for url, case in cases.items()]
            await feeds.add(connection, listed, NOW, first_check=lambda _: NOW)
        checking = FeedChecks(database, door, worker, CheckSettings(checks_per_minute=100_000, concurrency=64), lambda: NOW)
        checked = await checking.run()
        async with database.read() as connection:
            states = {cases[state.url]: state for state in await feeds.all_states(connection)}
            told = Counter(await connection.scalars(select(feed_entries.c.source_id)))
            texts = " ".join((await connection.execute(select(func.group_concat(articles.c.title + articles.c.text)))).scalars())
    assert checked.feeds == len(cases) == 45
    failing = {case: state.failure for case, state in states.items() if state.failure and case != "flap"}  # it alternates
    assert failing == FAILS
    assert {case: told[states[case].source_id] for case in ENTRIES} == ENTRIES
    assert "CANARY" not in (tmp_path / "journal").read_text()
    assert "SECRET" not in texts
    assert "root:" not in texts
    assert all(_is_clean(state) for state in states.values())


def _is_clean(state: FeedState) -> bool:
    return all(text.isprintable() for text in (state.name, state.last_error or ""))
