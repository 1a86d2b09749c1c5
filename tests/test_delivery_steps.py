"""Every step of delivering fails in turn, or the program dies at it: what waits, and what chats show, is as before the step or as after it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from conftest import NOW
from delivery_samples import chat, queue
from fake_platform import UNHURRIED, FakePlatform, at_once, said
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from thoroughness import THOROUGH
from virtual_time import TimelessDatabase, clock, run_with

from bot.core.chats.chat import ChatKind
from bot.core.chats.ports import Ambiguous, NotSent, Outcome, Outgoing, RetryLater
from bot.core.errors import StorageUnavailable
from bot.pipeline.deliver import Deliveries
from storage.delivery import deliveries
from storage.engine.database import Connection


class Died(BaseException):
    """The program ends here: nothing of it does anything any more."""


@dataclass
class Breaking:
    """Lets the n-th of all steps (statements, commits, calls of the platform) fail, or the program die at it."""

    at: int = -1
    dies: bool = False
    steps: int = 0

    @property
    def has_come(self) -> bool:
        return 0 <= self.at < self.steps

    def step(self) -> None:
        self.steps += 1
        if self.steps - 1 == self.at or (self.dies and self.has_come):
            raise self.error()

    def error(self) -> BaseException:
        if self.dies:
            return Died()
        full = sqlite3.OperationalError("database or disk is full")
        full.sqlite_errorname = "SQLITE_FULL"
        return OperationalError("a statement", {}, full)


class BreakingDatabase(TimelessDatabase):
    """A database of which any statement or commit can fail; of a commit nobody may hear that it went well."""

    breaking = Breaking()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Connection]:
        async with super().write() as connection:
            yield connection
            self.breaking.step()
        try:
            self.breaking.step()
        except OperationalError as error:
            raise StorageUnavailable("the connection broke after the commit") from error

    @contextmanager
    def breaks(self, breaking: Breaking) -> Iterator[None]:
        engines = {self._engines.reader.sync_engine, self._engines.writer.sync_engine}

        def before(*_: Any) -> None:
            breaking.step()

        self.breaking = breaking
        for engine in engines:
            event.listen(engine, "before_cursor_execute", before)
        try:
            yield
        finally:
            for engine in engines:
                event.remove(engine, "before_cursor_execute", before)
            self.breaking = Breaking()


class BreakingPlatform(FakePlatform):
    """A platform to which any call can fail, before it has an effect or after."""

    breaking = Breaking()

    async def deliver(self, outgoing: Outgoing) -> Outcome:
        try:
            self.breaking.step()
        except OperationalError:
            return NotSent(reason="the connection was refused")
        outcome = await super().deliver(outgoing)
        try:
            self.breaking.step()
        except OperationalError:
            return Ambiguous(reason="the connection broke")
        return outcome


async def story(database: BreakingDatabase, name: str, platform: BreakingPlatform) -> dict[str, list[str]]:
    """Queue a bit of everything for chats of this name; gives what they have to show in the end."""
    parts = await chat(database, f"{name} parts", NOW)
    await queue(database, parts, clock(), said("a" * 29, "b" * 29), "later")
    await queue(database, await chat(database, f"{name} flood", NOW), clock(), "1")
    platform.scripts[f"{name} flood"].append(RetryLater(after=timedelta(seconds=2), reason="429"))
    await queue(database, await chat(database, f"{name} blocked", NOW), clock(), "never")
    platform.block(f"{name} blocked")
    await queue(database, await chat(database, f"{name} old", NOW, kind=ChatKind.GROUP), clock(), "moved")
    platform.move(f"{name} old", f"{name} new")
    await queue(database, await chat(database, f"{name} plain", NOW), clock(), "<bad>")
    return {
        f"{name} parts": ["a" * 29, "b" * 29, "later"],
        f"{name} flood": ["1"],
        f"{name} new": ["moved"],
        f"{name} plain": ["<bad>"],
    }


async def finish(database: BreakingDatabase, sending: Deliveries) -> None:
    """Send until nothing waits."""
    for _ in range(60):
        await sending.send_due()
        async with database.read() as connection:
            if await deliveries.next_wake(connection, "fake") is None:
                return
        await asyncio.sleep(1)
    pytest.fail("something waits for ever")


@pytest.mark.parametrize(
    ("dies", "deduplicates"), [(False, False), (True, False), (True, True)], ids=["fails", "dies", "dies, nonces are known"]
)
def test_whatever_step_fails_everything_arrives_in_order_and_what_is_certain_only_once(
    database_url: str, *, dies: bool, deduplicates: bool
) -> None:
    """Rows 24, 25, 28, 32, 33: the first statement, commit or call fails, then the second, and so on until all has passed."""

    async def main(database: TimelessDatabase) -> int:
        assert isinstance(database, BreakingDatabase)
        number, worst = 0, 0
        while True:
            platform = BreakingPlatform(limits=at_once(UNHURRIED, 1), deduplicates=deduplicates, longest=30)
            expected = await story(database, f"{number}", platform)
            breaking = platform.breaking = Breaking(at=number, dies=dies)
            sending = Deliveries(database, [platform], clock)
            with database.breaks(breaking):
                try:
                    await sending.send_due()
                except (StorageUnavailable, Died):
                    assert breaking.has_come
            platform.breaking = Breaking()
            await finish(database, Deliveries(database, [platform], clock) if dies else sending)
            worst = max(worst, check_story(platform, expected))
            if not breaking.has_come:
                return worst
            number += stride

    # Every fifth step on SQLite, and with time every one; where the same code runs once more, every seventh.
    stride = 7 if deduplicates or not database_url.startswith("sqlite") else 1 if THOROUGH else 5
    worst = run_with(database_url, main, BreakingDatabase)
    # The call whose answer got lost, or was never written down, is the only one that may come twice.
    assert worst <= (0 if deduplicates else 1)


def check_story(platform: FakePlatform, expected: dict[str, list[str]]) -> int:
    """Nothing is missing, everything is in order; gives how many copies there are too many."""
    arrived = platform.arrived()
    assert arrived.keys() == expected.keys()
    for name, texts in expected.items():
        assert list(dict.fromkeys(arrived[name])) == texts
    return sum(map(len, arrived.values())) - sum(map(len, expected.values()))
