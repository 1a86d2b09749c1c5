"""The real program against the Telegram of the tests: what people write to it and see of it; what it answers is tested elsewhere."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot_api import BotApi
from bot_api_world import Call, Chat, Message, User
from running_program import PATIENCE, Running

UNHURRIED = {"SLUGLINE_TELEGRAM__SECONDS_BETWEEN_MESSAGES": "0", "SLUGLINE_TELEGRAM__MESSAGES_PER_MINUTE_IN_GROUPS": "1000"}
"""For tests of what is sent, not of how fast."""


@dataclass
class Program(Running):
    """Slugline on Telegram."""

    api: BotApi = field(kw_only=True)

    def check_secrecy(self) -> None:
        """Neither its words nor any call hold the token, or what makes it a secret."""
        shown = [text for chat in self.api.world.chats.values() for one in chat.shown.values() for text in (*one.texts, str(one.markup))]
        told = [str(call.parameters) for call in self.api.world.calls]
        self.check_unsaid(self.api.token.partition(":")[2], *shown, *told)

    async def ask(self, user: User, text: str, expected: str, chat: Chat | None = None) -> Message:
        """Let somebody write, and wait for what they see of it."""
        place = chat or self.api.private(user)
        before = {one.id for one in self.api.messages(place)}
        self.api.say(user, text, chat)
        await self.api.until(lambda: any(one.id not in before and expected in one.text for one in self.api.messages(place)), PATIENCE)
        return next(one for one in reversed(self.api.messages(place)) if expected in one.text)

    async def knows(self, user: User, words: str, articles: int = 1) -> None:
        """Wait until it has taken in and grouped what was dropped: so many articles about these words are found in one event."""
        await self._finds(user, words, lambda found: any(_articles(str(one)) >= articles for one in found))

    async def has_taken_in(self, user: User, events: int) -> None:
        """Wait until it knows so many events, of at most 20."""
        await self._finds(user, "", lambda found: len(found) >= events)

    async def _finds(self, user: User, words: str, is_enough: Callable[[Sequence[Any]], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while True:
                asked = await self.api.inline(user, words).answered(within=PATIENCE)
                if is_enough(asked.results):
                    return
                await asyncio.sleep(0.3)


def _articles(shown: str) -> int:
    found = re.search(r"(\d+) independent report", shown)
    return int(found[1]) if found else 0


def on_telegram(api: BotApi, folder: Path, url: str) -> Program:
    """Make a program of this Telegram, which is not started."""
    given = {"SLUGLINE_TELEGRAM__TOKEN": api.token, "SLUGLINE_TELEGRAM__BASE_URL": api.url, **UNHURRIED}
    return Program(folder, url, given, api=api)


@asynccontextmanager
async def program(folder: Path, url: str | None = None, *, is_started: bool = True) -> AsyncIterator[Program]:
    """A folder with an empty database, a Telegram, and the program, which does not outlive this."""
    (folder / "seeds").mkdir(exist_ok=True)
    async with BotApi() as api:
        running = on_telegram(api, folder, url or f"sqlite+aiosqlite:///{folder}/news.db")
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


def sends(calls: Sequence[Call], chat: Chat | User) -> list[Call]:
    """The calls for one chat."""
    return [call for call in calls if str(call.parameters.get("chat_id")) == str(chat.id)]
