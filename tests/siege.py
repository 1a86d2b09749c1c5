"""Kills the real program again and again while digests go out to many places, and compares what was shown with what was due.

It dies at the worst moments: while it starts, when a message is on its way, when it is there and the answer is not, and at any other.
"""

import argparse
import asyncio
import random
import tempfile
from bisect import bisect_left
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from postgres_server import command, server
from running_program import Running, story

LATENCY = 0.06
"""Seconds that each call takes, half of them before it has an effect: kills fall into both halves."""

IN_ONE_ROUND = 3
"""Kills for each digest that everybody gets."""


class Town(Protocol):
    """The platform with the places that wait for digests, known by their numbers."""

    @property
    def places(self) -> int:
        """How many wait."""

    def seen(self, place: int, title: str) -> list[int]:
        """The numbers of the messages in a place that told it; numbers of all places count together, so they say what was first."""

    def last(self) -> int:
        """The number of the last message that anybody saw."""

    def begun(self) -> int:
        """How many messages were on their way so far."""

    def done(self) -> int:
        """How many of them have had their effect."""

    def slow(self, seconds: float) -> None:
        """Let every call take so long."""

    async def knows(self, title: str) -> None:
        """Wait until the program has taken in what was dropped."""


@dataclass(frozen=True)
class Found:
    """What a run showed: digests that were due and not shown, those shown more than once, and `worst`, the most that one kill left of these."""

    kills: int
    due: int
    lost: int
    copies: int
    worst: int


@dataclass
class Siege:
    """A program with readers, and what they have seen; `titles` are those of the rounds so far, each in one digest of every reader."""

    slugline: Running
    town: Town
    dice: random.Random
    titles: list[str] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)  # the number of the last message that the world had seen when a life had been ended

    @property
    def told(self) -> int:
        """How many have seen the digest of this round."""
        return sum(bool(self.town.seen(place, self.titles[-1])) for place in range(self.town.places))

    async def lay(self, kills: int) -> Found:
        """Kill so many lives, each while digests for all are due or on their way, and let others finish what they left."""
        left = kills
        while left:
            await self._prepare()
            for _ in range(min(left, IN_ONE_ROUND)):
                await self._kill()
            left -= min(left, IN_ONE_ROUND)
            await self._finish()
        # What would come a second time does so soon after the start.
        await asyncio.sleep(1)
        return self._found()

    async def _prepare(self) -> None:
        """Let something happen that nobody has heard of, and the next day begin."""
        text = story(self.dice)
        title = text.splitlines()[0]
        self.slugline.drop(f"round-{len(self.titles)}", text)
        await self.town.knows(title)
        await self.slugline.stop()
        self.titles.append(title)
        await self.slugline.lapse(timedelta(days=1))

    async def _kill(self) -> None:
        """Let a life end, early or while something is being sent."""
        town, dice = self.town, self.dice
        town.slow(LATENCY)
        begun, done, wanted = town.begun(), town.done(), dice.randint(1, max(1, town.places // 3))
        await self.slugline.start()
        moment = dice.choice(("start", "before", "after", "any"))
        if moment == "start":
            await asyncio.sleep(dice.uniform(0, 2))
        elif moment == "before":
            await self._until(lambda: town.begun() >= begun + wanted)
        else:
            await self._until(lambda: town.done() >= done + wanted)
        if moment == "any":
            await asyncio.sleep(dice.uniform(0, 3 * LATENCY))
        await self.slugline.kill()
        self.ends.append(town.last())
        town.slow(0)

    async def _finish(self) -> None:
        """Let it run until everybody has heard of this round, or never will."""
        await self.slugline.start()
        await self._until(lambda: self.told == self.town.places, within=30)
        await self.slugline.heard("Slugline is running.")

    async def _until(self, holds: Callable[[], bool], within: float = 10) -> None:
        """Wait for a moment, however short it is; there is none when everybody was told."""
        loop = asyncio.get_running_loop()
        end = loop.time() + within
        while True:
            if holds() or self.told == self.town.places or loop.time() > end:
                return
            await asyncio.sleep(0.002)

    def _found(self) -> Found:
        seen = [self.town.seen(place, title) for place in range(self.town.places) for title in self.titles]
        # A copy is the fault of the kill that left open whether the one before it had arrived.
        doubts = Counter(bisect_left(self.ends, number) for numbers in seen for number in numbers[:-1])
        return Found(
            kills=len(self.ends),
            due=len(seen),
            lost=sum(not numbers for numbers in seen),
            copies=doubts.total(),
            worst=max(doubts.values(), default=0),
        )


def on_both_engines(
    words: Sequence[str], explained: str, crash: Callable[[Path, str, int, int, int], Awaitable[Found]], most_copies: int
) -> int:
    """Run `crash(folder, url, places, kills, seed)` as the command line asks, and give the exit code; one kill may leave so many copies."""
    parser = argparse.ArgumentParser(description=explained, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--chats", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(words)
    has_failed = False
    with ExitStack() as stack:
        postgresql = stack.enter_context(server())
        asyncio.run(command(postgresql, "CREATE DATABASE crash"))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="slugline-")))
        for name, url in (("sqlite", f"sqlite+aiosqlite:///{folder}/news.db"), ("postgresql", postgresql.format(database="crash"))):
            home = folder / name
            home.mkdir()
            found = asyncio.run(_run(crash(home, url, options.chats, options.kills, options.seed)))
            is_good = not found.lost and found.worst <= most_copies
            has_failed = has_failed or not is_good
            print(f"{name:10} {found}{'' if is_good else '  FAILED'}", flush=True)
    return int(has_failed)


async def _run(running: Awaitable[Found]) -> Found:
    return await running
