"""Kills the real program again and again while digests go out to many chats on Telegram, and compares what was shown with what was due.

It dies at the worst moments: while it starts, when a message is on its way, when it is there and the answer is not, and at any other.

    python tests/crash_telegram.py [--kills 60] [--chats 20] [--seed 1]
"""

import argparse
import asyncio
import random
import sys
import tempfile
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot_api_world import User
from postgres_server import command, server
from telegram_program import Program, program, story

LATENCY = 0.06
"""Seconds that each call takes, half of them before it has an effect: kills fall into both halves."""

IN_ONE_ROUND = 3
"""Kills for each digest that everybody gets."""


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

    slugline: Program
    people: list[User]
    dice: random.Random
    titles: list[str] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)  # the number of the last message that the world had seen when a life had been ended

    def seen(self, person: User, title: str) -> list[int]:
        """The numbers of the messages that told it; private chats count together, so they say what was first."""
        return [one.id for one in self.slugline.api.messages(person) if title in one.text]

    @property
    def told(self) -> int:
        """How many have seen the digest of this round."""
        return sum(bool(self.seen(person, self.titles[-1])) for person in self.people)

    async def prepare(self) -> None:
        """Let something happen that nobody has heard of, and the next day begin."""
        text = story(self.dice)
        title = text.splitlines()[0]
        self.slugline.drop(f"round-{len(self.titles)}", text)
        await self.slugline.knows(self.people[0], title)
        await self.slugline.stop()
        self.titles.append(title)
        await self.slugline.lapse(timedelta(days=1))

    async def kill(self) -> None:
        """Let a life end, early or while something is being sent."""
        api, dice = self.slugline.api, self.dice
        api.latency = LATENCY
        await self.slugline.start()
        moment = dice.choice(("start", "before", "after", "any"))
        calls, wanted = len(api.calls("sendMessage")), dice.randint(1, max(1, len(self.people) // 3))
        if moment == "start":
            await asyncio.sleep(dice.uniform(0, 2))
        elif moment == "before":
            await self._until(lambda: len(api.calls("sendMessage")) >= calls + wanted)
        else:
            await self._until(lambda: sum(call.is_done for call in api.calls("sendMessage")) >= calls + wanted)
        if moment == "any":
            await asyncio.sleep(dice.uniform(0, 3 * LATENCY))
        await self.slugline.kill()
        self.ends.append(max(one.id for person in self.people for one in api.messages(person)))
        api.latency = 0

    async def finish(self) -> None:
        """Let it run until everybody has heard of this round, or never will."""
        await self.slugline.start()
        await self._until(lambda: self.told == len(self.people), within=30)
        await self.slugline.heard("Slugline is running.")

    async def _until(self, holds: Callable[[], bool], within: float = 10) -> None:
        """Wait for a moment, however short it is; there is none when everybody was told."""
        loop = asyncio.get_running_loop()
        end = loop.time() + within
        while True:
            if holds() or self.told == len(self.people) or loop.time() > end:
                return
            await asyncio.sleep(0.002)

    def found(self) -> Found:
        seen = [self.seen(person, title) for person in self.people for title in self.titles]
        # A copy is the fault of the kill that left open whether the one before it had arrived.
        doubts = Counter(bisect_left(self.ends, number) for numbers in seen for number in numbers[:-1])
        return Found(
            kills=len(self.ends),
            due=len(seen),
            lost=sum(not numbers for numbers in seen),
            copies=doubts.total(),
            worst=max(doubts.values(), default=0),
        )


async def crash(folder: Path, url: str, *, chats: int, kills: int, seed: int) -> Found:
    """Kill so many lives, each while digests for all chats are due or on their way, and let others finish what they left."""
    async with program(folder, url) as slugline:
        api = slugline.api
        siege = Siege(slugline, [api.person(f"Reader {number}") for number in range(chats)], random.Random(seed))
        for person in siege.people:
            api.say(person, "/subscribe 08:00 UTC")
        await api.until(lambda: all(api.messages(person) for person in siege.people), 60)
        left = kills
        while left:
            await siege.prepare()
            for _ in range(min(left, IN_ONE_ROUND)):
                await siege.kill()
            left -= min(left, IN_ONE_ROUND)
            await siege.finish()
        # What would come a second time does so soon after the start.
        await asyncio.sleep(1)
        return siege.found()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--chats", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    has_failed = False
    with ExitStack() as stack:
        postgresql = stack.enter_context(server())
        asyncio.run(command(postgresql, "CREATE DATABASE crash"))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="slugline-")))
        for name, url in (("sqlite", f"sqlite+aiosqlite:///{folder}/news.db"), ("postgresql", postgresql.format(database="crash"))):
            home = folder / name
            home.mkdir()
            found = asyncio.run(crash(home, url, chats=options.chats, kills=options.kills, seed=options.seed))
            is_good = not found.lost and found.worst <= 1
            has_failed = has_failed or not is_good
            print(f"{name:10} {found}{'' if is_good else '  FAILED'}", flush=True)
    return int(has_failed)


if __name__ == "__main__":
    sys.exit(main())
