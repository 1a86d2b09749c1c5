"""Check feeds: from the rows that are due to stored entries; how one is asked and read stands in `sources`, what follows in `settle`.

A pass claims, asks, reads and settles at the same time, each step handing to the next through a queue that holds only so much. Killed at
any instruction, a pass loses nothing: what it had claimed is due again when the lease is over.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.core.allowance import Allowance
from bot.core.errors import SluglineError
from bot.core.feeds.feed import Failed, Failure, FeedState, Fetch, Fetched
from bot.core.feeds.politeness import PROBE, is_unchanged
from bot.core.model import Refused, SourceId
from bot.core.task_failures import first_failure
from bot.pipeline.bounded import Bounded
from bot.pipeline.collect import Advance, Clock
from bot.pipeline.settle import Answer, Checked, Dice, Judge, settle
from bot.sources.feeds.reading import FeedBody, Parsed, read_feeds
from bot.sources.fetch import Door
from bot.sources.worker import Worker
from storage.engine.database import Database
from storage.feeds import checks

log = structlog.get_logger(__name__)

CLAIMED_FOR_EACH: Final = 8
"""Feeds claimed at once for each that can be asked at once: few transactions, and a lease that stays short."""

LEASE_MARGIN: Final = timedelta(minutes=10)
"""What reading and writing may take on top of the time-outs of all that was claimed together. Guess, generous."""

FURTHEST: Final = PROBE * 2
"""No check is ever put off for longer; what is was put off by a clock that was years ahead, and would wait as long."""

TURNED_BACK: Final = timedelta(hours=1)
"""A clock that was turned back by more than this may have put checks off like that. Guess."""

LOOK_SECONDS: Final = 0.25
"""How soon it is looked again for due feeds while some are under way, or their hosts rest. Guess."""

UNREAD_BYTES: Final = 16_000_000
"""Bodies that may wait to be read. Guess: 200 feeds of the usual 80 kB, more than are read before the next ones come."""

UNSETTLED_BYTES: Final = 5_000_000
"""Bodies whose entries may wait to be stored: two transactions. Measured: with 32 MB, looking through it for garbage takes 30 ms."""

READ_TOGETHER, READ_BYTES = 16, 2_000_000
"""What is read in one call of the worker: enough that handing over costs little, few enough that a bad one keeps few others waiting."""

SETTLED_TOGETHER, SETTLED_BYTES = 400, 2_500_000
"""What is settled in one transaction: no command waits longer for the database than some thousand entries take to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSettings:
    """How feeds are checked: how often, how fast, how many at once, by whose names (`aliases`: host or name → name).

    `timeout` bounds one answer, `read_seconds` the reading of one body; `readers` is how many batches of bodies can be read at once.
    """

    interval: timedelta = timedelta(minutes=30)
    checks_per_minute: int = 600
    concurrency: int = 32
    per_host: int = 1
    timeout: timedelta = timedelta(seconds=30)
    read_seconds: float = 10.0
    readers: int = 1
    aliases: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Means:
    """What every pass uses; allowance and judge are older than a pass and outlive it."""

    database: Database
    door: Door
    worker: Worker
    settings: CheckSettings
    clock: Clock
    judge: Judge
    allowance: Allowance


class FeedChecks:
    """Checks what is due, one pass at a time; `dice` gives random numbers in [0, 1)."""

    def __init__(
        self,
        database: Database,
        door: Door,
        worker: Worker,
        settings: CheckSettings,
        clock: Clock,
        *,
        dice: Dice = random.random,
    ) -> None:
        self._means = _Means(
            database=database,
            door=door,
            worker=worker,
            settings=settings,
            clock=clock,
            judge=Judge(interval=settings.interval, dice=dice),
            allowance=Allowance(settings.checks_per_minute),
        )
        self._running = asyncio.Lock()
        self._looked_at: datetime | None = None

    @property
    def out_since(self) -> datetime | None:
        """Since when our own line has been out, None while it works."""
        return self._means.judge.line.out_since

    async def run(
        self,
        *,
        patience: timedelta | None = None,
        arrived: Callable[[], None] = lambda: None,
        expect: Advance = lambda _: None,
        advance: Advance = lambda _: None,
    ) -> Checked:
        """Check every feed that is due, those that become due meanwhile too; when the `patience` is at its end, no more are begun.

        `arrived` is called whenever something new was stored. `expect` is told how many feeds were claimed so far, `advance` how many more
        are settled.

        Raises:
            StorageUnavailable: nothing can be written, or read; what was under way comes again.
            WorkerUnavailable: no body can be read; likewise.
        """
        means = self._means
        async with self._running:
            if await self._is_clock_new():
                async with means.database.write() as connection:
                    await checks.pull_in(connection, means.clock(), furthest=FURTHEST)
                self._looked_at = means.clock()
            if not await _is_any_due(means):
                return Checked()
            await _obey_holds(means)
            latest = None if patience is None else asyncio.get_running_loop().time() + patience.total_seconds()
            this_pass = _Pass(means, arrived, expect, advance)
            with first_failure():
                await this_pass.run(latest)
        return this_pass.checked

    async def _is_clock_new(self) -> bool:
        """Tell whether another clock may have put feeds off: at the first pass with any feed, and when the clock was turned back."""
        now, before = self._means.clock(), self._looked_at
        if before is not None and now >= before - TURNED_BACK:
            self._looked_at = now
            return False
        async with self._means.database.read() as connection:
            return await checks.next_due(connection) is not None


async def _is_any_due(means: _Means) -> bool:
    now = means.clock()
    async with means.database.read() as connection:
        due = await checks.next_due(connection, unheld_at=now)
    return due is not None and due <= now


async def _obey_holds(means: _Means) -> None:
    """Tell the door which hosts want to be left alone: it may have been opened since, and another process may have been told."""
    now = means.clock()
    async with means.database.read() as connection:
        held = await checks.held(connection, now)
    for host, until in held.items():
        means.door.hold(host, (until - now).total_seconds())


class _Pass:
    """One pass: its queues, and what is under way."""

    def __init__(self, means: _Means, arrived: Callable[[], None], expect: Advance, advance: Advance) -> None:
        self.checked = Checked()
        self._means = means
        self._arrived = arrived
        self._expect = expect
        self._advance = advance
        self._lease = means.settings.timeout * CLAIMED_FOR_EACH + LEASE_MARGIN
        self._claimed: asyncio.Queue[FeedState] = asyncio.Queue()
        self._bodies: Bounded[tuple[FeedState, Fetched]] = Bounded(
            lambda body: len(body[1].body), most=UNREAD_BYTES, batch=READ_TOGETHER, batch_size=READ_BYTES
        )
        self._answers: Bounded[Answer] = Bounded(
            lambda answer: answer.weight, most=UNSETTLED_BYTES, batch=SETTLED_TOGETHER, batch_size=SETTLED_BYTES
        )
        self._under_way: set[SourceId] = set()
        self._asked: Counter[str] = Counter()
        self._moved_on = asyncio.Event()
        self._begun = 0

    async def run(self, latest: float | None) -> None:
        """Do all steps until nothing is due and everything is settled; `latest` is the loop's time after which nothing is begun."""
        settings = self._means.settings
        async with asyncio.TaskGroup() as tasks:
            steps = [
                *(tasks.create_task(self._ask()) for _ in range(settings.concurrency)),
                *(tasks.create_task(self._read()) for _ in range(settings.readers)),
                tasks.create_task(self._settle()),
            ]
            await self._claim(latest)
            for step in steps:
                step.cancel()

    async def _claim(self, latest: float | None) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self._moved_on.clear()
            is_more_due = (latest is None or loop.time() < latest) and await self._take(loop.time())
            if not is_more_due and not self._under_way:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(min(LOOK_SECONDS, self._means.allowance.wait or LOOK_SECONDS)):
                    await self._moved_on.wait()

    async def _take(self, at: float) -> bool:
        """Claim what may be asked now; False when nothing is due whose host could be asked soon."""
        means, settings = self._means, self._means.settings
        if self._claimed.qsize() >= settings.concurrency:
            return True
        if not await _is_any_due(means):
            return False
        granted = min(settings.concurrency * CLAIMED_FOR_EACH, means.allowance.left(at))
        if granted < 1:
            return True
        busy = means.door.busy_hosts() | {host for host, asked in self._asked.items() if asked >= settings.per_host}
        async with means.database.write() as connection:
            states = await checks.claim(connection, means.clock(), limit=granted, per_host=settings.per_host, busy=busy, lease=self._lease)
        means.allowance.spend(len(states))
        # A lease that ended too early must not have the same feed asked twice at once.
        fresh = [state for state in states if state.source_id not in self._under_way]
        self._begun += len(fresh)
        self._expect(self._begun)
        for state in fresh:
            self._under_way.add(state.source_id)
            self._asked[state.host] += 1
            self._claimed.put_nowait(state)
        return bool(states or busy)

    async def _ask(self) -> None:
        while True:
            state = await self._claimed.get()
            said = await _fetched(self._means.door, state)
            self._asked[state.host] -= 1
            if not self._asked[state.host]:
                del self._asked[state.host]
            if self._claimed.qsize() < self._means.settings.concurrency:
                self._moved_on.set()
            if not isinstance(said, Fetched):
                await self._answers.put(Answer(state, said))
            elif is_unchanged(state, said):
                await self._answers.put(Answer(state, replace(said, body=b"")))
            else:
                await self._bodies.put((state, said))

    async def _read(self) -> None:
        while True:
            fetched = await self._bodies.take()
            now = self._means.clock()
            bodies = [
                FeedBody(url=said.url, body=said.body, content_type=said.content_type, fetched_at=now, aliases=self._means.settings.aliases)
                for _, said in fetched
            ]
            results = await read_feeds(self._means.worker, bodies, timeout_seconds=self._means.settings.read_seconds)
            for (state, said), result in zip(fetched, results, strict=True):
                await self._answers.put(_answer(state, said, result))

    async def _settle(self) -> None:
        while True:
            answers = await self._answers.take()
            try:
                checked = await self._settled(answers)
            except SluglineError:
                raise
            except Exception:
                log.exception("What some feeds brought could not be stored together; they are stored one by one.", feeds=len(answers))
                checked = Checked()
                for answer in answers:
                    checked += await self._settled_alone(answer)
            self.checked += checked
            self._under_way.difference_update(answer.state.source_id for answer in answers)
            self._advance(len(answers))
            self._moved_on.set()
            if checked.new or checked.revised:
                self._arrived()

    async def _settled(self, answers: Sequence[Answer]) -> Checked:
        means = self._means
        return await settle(means.database, means.judge, answers, self._under_way, means.clock)

    async def _settled_alone(self, answer: Answer) -> Checked:
        """Settle what may be the one that cannot be stored: then that is its failure, and no other's."""
        try:
            return await self._settled([answer])
        except SluglineError:
            raise
        except Exception:
            state = answer.state
            log.exception("What a feed brought could not be stored.", source=state.source_id, url=state.url)
            reason = f"{state.host}: what it gave could not be stored; the log says why. Please report it, with the feed."
            return await self._settled([Answer(state, Failed(kind=Failure.NO_FEED, reason=reason, host=state.host))])


async def _fetched(door: Door, state: FeedState) -> Fetch:
    """Ask for a feed; a fault of ours in doing so is its failure, and no other's."""
    # Validators are only worth something with the entries that came with them.
    is_known = state.baselined_at is not None
    try:
        return await door.get(state.url, etag=state.etag if is_known else None, last_modified=state.last_modified if is_known else None)
    except Exception:
        log.exception("A feed could not be asked.", source=state.source_id, url=state.url)
        reason = f"{state.host}: asking it failed; the log says why. Please report it, with the feed."
        return Failed(kind=Failure.PROTOCOL, reason=reason, host=state.host)


def _answer(state: FeedState, said: Fetched, result: Parsed | Refused) -> Answer:
    """Give what came of a body: the feed in it, or why it is none. It is dropped: what is needed of it has been read."""
    if isinstance(result, Refused):
        return Answer(state, Failed(kind=Failure.NO_FEED, reason=f"{state.host}: {result.reason}", host=state.host))
    return Answer(state, replace(said, body=b""), parsed=result, weight=len(said.body))
