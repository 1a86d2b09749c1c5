"""The real program against the Discord of the tests: what people on a server ask it and see of it; what it answers is tested elsewhere."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from discord_api import DiscordApi
from discord_api_form import text_of
from discord_api_interactions import Asked
from running_program import PATIENCE, Running, until

UNHURRIED = {"SLUGLINE_DISCORD__SECONDS_BETWEEN_MESSAGES": "0"}
"""For tests of what is sent, not of how fast."""

COMMAND, PRESS = 2, 3


@dataclass
class Program(Running):
    """Slugline on Discord, on one server."""

    api: DiscordApi = field(kw_only=True)
    boss: dict[str, Any] = field(kw_only=True)
    guild: dict[str, Any] = field(kw_only=True)

    def check_secrecy(self) -> None:
        """Neither its words nor any call hold the token, or what makes it a secret."""
        told = (self.api.picture(), *(str(call.body) for call in self.api.calls))
        self.check_unsaid(self.api.token.rpartition(".")[2], *told)

    def channel(self, name: str) -> dict[str, Any]:
        """Make a channel; who runs the program sees it with the next greeting."""
        return self.api.world.channel(self.guild, name)

    async def is_heard(self) -> None:
        """Wait until it is at the gateway and its commands are known."""
        await until(lambda: bool(self.api.gateway.heard and self.api.world.commands))

    async def use(self, channel: dict[str, Any], *names: str, **options: object) -> Asked:
        """Let the boss use a slash command: its name, below it that of its subcommand."""
        await self.is_heard()
        command = next(each for each in self.api.world.commands if each["name"] == names[0])
        given = [{"name": name, "type": 3 if isinstance(value, str) else 4, "value": value} for name, value in options.items()]
        inner = [{"name": names[1], "type": 1, "options": given}] if len(names) > 1 else given
        data = {"id": command["id"], "name": names[0], "type": 1, "options": inner}
        return await self.api.interact(COMMAND, self.boss, channel, data)

    async def ask(self, channel: dict[str, Any], *names: str, expected: str, **options: object) -> dict[str, Any]:
        """Let the boss use a slash command, and wait for what is seen of it."""
        return await self.answer(await self.use(channel, *names, **options), expected)

    async def answer(self, asked: Asked, expected: str) -> dict[str, Any]:
        """Wait for the answer to an interaction."""
        await until(lambda: expected in self.said_to(asked))
        return self.api.world.messages[asked.channel][asked.original or ""]

    def said_to(self, asked: Asked) -> str:
        """What was answered so far."""
        message = self.api.world.messages[asked.channel].get(asked.original or "")
        return "" if message is None else text_of(message)

    async def press(self, channel: dict[str, Any], message: dict[str, Any], label: str) -> Asked:
        """Let the boss press a button."""
        button = next(each for row in message["components"] for each in row["components"] if each.get("label") == label)
        data = {"custom_id": button["custom_id"], "component_type": 2}
        return await self.api.interact(PRESS, self.boss, channel, data, message=message)

    async def knows(self, title: str, words: str = "") -> None:
        """Wait until it has taken in and grouped what was dropped: a search for these words, or for the title, finds the title."""
        aside = next(iter(self.api.world.channels.values()))
        async with asyncio.timeout(PATIENCE):
            while True:
                asked = await self.use(aside, "news", "search", words=words or title)
                await until(partial(self.said_to, asked))
                said = self.said_to(asked)
                if title in said and "No event contains" not in said:
                    return
                await asyncio.sleep(0.3)


@asynccontextmanager
async def program(folder: Path, url: str | None = None, *, is_started: bool = True) -> AsyncIterator[Program]:
    """A folder with an empty database, a Discord with a server and a channel, and the program, which does not outlive this."""
    (folder / "seeds").mkdir(exist_ok=True)
    async with DiscordApi() as api:
        boss = api.world.person("Olena")
        guild = api.world.guild("Harbour watch", boss)
        addresses = {"SLUGLINE_DISCORD__BASE_URL": api.url, "SLUGLINE_DISCORD__GATEWAY_URL": api.gateway_url}
        given = {"SLUGLINE_DISCORD__TOKEN": api.token, **addresses, **UNHURRIED}
        running = Program(folder, url or f"sqlite+aiosqlite:///{folder}/news.db", given, api=api, boss=boss, guild=guild)
        running.channel("aside")
        try:
            if is_started:
                await running.start()
            yield running
        except BaseException:
            sys.stderr.write("\n".join([*running.log[-60:], api.picture(), ""]))
            raise
        finally:
            if running.process is not None:
                await running.kill()
        running.check_secrecy()
