"""Kills the real program while digests go out to many chats on Telegram: nothing may be lost, at most one copy a kill.

python tests/crash_telegram.py [--kills 60] [--chats 20] [--seed 1]
"""

import random
import sys
from dataclasses import dataclass
from pathlib import Path

from bot_api_world import User
from siege import Found, Siege, on_both_engines
from telegram_program import Program, program


@dataclass
class Telegram:
    """People in private chats."""

    slugline: Program
    people: list[User]

    @property
    def places(self) -> int:
        return len(self.people)

    def seen(self, place: int, title: str) -> list[int]:
        return [one.id for one in self.slugline.api.messages(self.people[place]) if title in one.text]

    def last(self) -> int:
        return max(one.id for person in self.people for one in self.slugline.api.messages(person))

    def begun(self) -> int:
        return len(self.slugline.api.calls("sendMessage"))

    def done(self) -> int:
        return sum(call.is_done for call in self.slugline.api.calls("sendMessage"))

    def slow(self, seconds: float) -> None:
        self.slugline.api.latency = seconds

    async def knows(self, title: str) -> None:
        await self.slugline.knows(self.people[0], title)


async def crash(folder: Path, url: str, chats: int, kills: int, seed: int) -> Found:
    """Kill so many lives while digests go out to so many people."""
    async with program(folder, url) as slugline:
        api = slugline.api
        town = Telegram(slugline, [api.person(f"Reader {number}") for number in range(chats)])
        for person in town.people:
            api.say(person, "/subscribe 08:00 UTC")
        await api.until(lambda: all(api.messages(person) for person in town.people), 60)
        return await Siege(slugline, town, random.Random(seed)).lay(kills)


if __name__ == "__main__":
    sys.exit(on_both_engines(sys.argv[1:], __doc__ or "", crash, most_copies=1))
