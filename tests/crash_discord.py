"""Kills the real program while digests go out to many channels on Discord: nothing may be lost, and nothing may be there twice.

python tests/crash_discord.py [--kills 60] [--chats 20] [--seed 1]
"""

import random
import re
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from discord_api_form import text_of
from discord_program import Program, program
from running_program import until
from siege import Found, Siege, on_both_engines

SENT = re.compile(r"/channels/\d+/messages")


@dataclass
class Discord:
    """Channels of one server, each with a digest of its own."""

    slugline: Program
    channels: list[dict[str, Any]]

    @property
    def places(self) -> int:
        return len(self.channels)

    def seen(self, place: int, title: str) -> list[int]:
        shown = self.slugline.api.world.messages[self.channels[place]["id"]].values()
        return [int(message["id"]) for message in shown if title in text_of(message)]

    def last(self) -> int:
        return max(int(number) for messages in self.slugline.api.world.messages.values() for number in messages)

    def begun(self) -> int:
        return sum(call.method == "POST" and bool(SENT.fullmatch(call.path)) for call in self.slugline.api.calls)

    def done(self) -> int:
        return sum(call.is_done and call.method == "POST" and bool(SENT.fullmatch(call.path)) for call in self.slugline.api.calls)

    def slow(self, seconds: float) -> None:
        self.slugline.api.latency = seconds

    async def knows(self, title: str) -> None:
        await self.slugline.knows(title)


async def crash(folder: Path, url: str, chats: int, kills: int, seed: int) -> Found:
    """Kill so many lives while digests go out to so many channels."""
    async with program(folder, url, is_started=False) as slugline:
        # Who is started again after minutes finds nothing known of its nonces, and what arrived in the channels.
        slugline.api.forgets_nonces = True
        town = Discord(slugline, [slugline.channel(f"channel-{number}") for number in range(chats)])
        await slugline.start()
        await slugline.is_heard()
        for channel in town.channels:
            asked = await slugline.use(channel, "digest", "subscribe", time="08:00", zone="UTC")
            await until(partial(slugline.said_to, asked))
        return await Siege(slugline, town, random.Random(seed)).lay(kills)


if __name__ == "__main__":
    sys.exit(on_both_engines(sys.argv[1:], __doc__ or "", crash, most_copies=0))
