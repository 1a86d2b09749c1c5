"""The whole way from somebody who types on Telegram to what they see: a bot that polls, its dispatch, and deliveries, on the Telegram of the tests."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from bot_api import BotApi
from bot_api_world import Chat, Message, User
from conftest import NOW
from telegram import Update
from telegram.error import TelegramError
from telling_samples import Newsroom

from bot.commands.desk import Desk, Request, TellingDesk
from bot.commands.registry import respond
from bot.core.chats.ports import Limits
from bot.pipeline.deliver import Deliveries
from bot.pipeline.digests import Digests
from bot.platforms.telegram.destination import Telegram
from bot.platforms.telegram.dispatch import Dispatch
from bot.platforms.telegram.wire import TelegramBot, opened
from storage.engine.database import Database

PLACES = ("Orlik", "Vel", "Tamsk", "Brod", "Lisse", "Norrby", "Quell", "Zarin")
KINDS = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")
UNHURRIED = Limits(per_chat_seconds=0.0, per_group_minute=None, overall_second=None)
"""For tests of what is answered, not of when."""


@dataclass
class Station:
    """A running bot. `restart` ends it and starts another, which knows only what is stored; `now` is what its clock says."""

    api: BotApi
    database: Database
    admins: list[int] = field(default_factory=list)
    limits: Limits = UNHURRIED
    zone: str = "UTC"
    now: datetime = NOW
    dress: Callable[[Desk], Desk] = lambda desk: desk  # what else commands find on their desk
    bot: TelegramBot = field(init=False)
    dispatch: Dispatch = field(init=False)
    deliveries: Deliveries = field(init=False)
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    def clock(self) -> datetime:
        return self.now

    async def ban(self, who: User | Chat) -> None:
        """Let an admin of the installation do it, from the terminal."""
        answer = await respond(Desk(database=self.database, version="1.2.3"), Request(text=f"/ban telegram/{who.id}", now=self.now))
        assert not answer.failed

    async def start(self) -> None:
        """Begin to poll."""
        self.bot = await self._stack.enter_async_context(opened(self.api.token, self.api.url))
        await self.bot.initialize()
        self.deliveries = Deliveries(self.database, [Telegram(self.bot, self.limits, self.admins)], self.clock)
        digests = Digests(self.database, self.clock)
        telling = TellingDesk(preview=digests.preview, told=digests.told, wake=self.deliveries.wake)
        desk = self.dress(Desk(database=self.database, version="1.2.3", zone=self.zone, telling=telling))
        self.dispatch = Dispatch(self.bot, desk, admins=self.admins, answer=self.deliveries.answer, clock=self.clock)
        await self._stack.enter_async_context(self.dispatch)
        polling = asyncio.create_task(self._poll())
        self._stack.push_async_callback(_ended, polling)

    async def stop(self) -> None:
        await self._stack.aclose()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def _poll(self) -> None:
        offset = 0
        while True:
            try:
                updates = await self.bot.get_updates(offset, timeout=5, allowed_updates=KINDS)
            except TelegramError:
                await asyncio.sleep(0.05)
                continue
            for update in updates:
                await self.dispatch.receive(update)
                offset = update.update_id + 1

    async def feed(self, *updates: Update) -> None:
        """Hand updates over without Telegram between."""
        for update in updates:
            await self.dispatch.receive(update)

    async def ask(self, user: User, text: str, expected: str, chat: Chat | None = None, *, thread: int | None = None) -> Message:
        """Let somebody write, and wait for what they see of it."""
        place = chat or self.api.private(user)
        before = {one.id for one in self.api.messages(place)}
        self.api.say(user, text, chat, thread=thread)
        await self.api.until(lambda: any(one.id not in before and expected in one.text for one in self.api.messages(place)))
        return next(one for one in reversed(self.api.messages(place)) if expected in one.text)

    async def all_heard(self) -> None:
        """Wait until everything that was said has been taken, and whatever was answered is there."""
        await self.api.until(lambda: self.api.unconfirmed == 0)
        await self.api.until(lambda: not self.dispatch._under_way and all(call.is_done for call in self.api.calls()))

    async def send(self) -> None:
        """Send what is queued and due."""
        await self.deliveries.send_due()


async def report(database: Database, count: int) -> None:
    """Let so many events happen: "Strike 1 in Vel", "Strike 2 in Tamsk", …"""
    newsroom = Newsroom(database, now=NOW)
    for number in range(1, count + 1):
        await newsroom.report(number, "Flussbote", f"Strike {number} in {PLACES[number % len(PLACES)]}")


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


@asynccontextmanager
async def station(
    database: Database,
    *,
    admins: tuple[User, ...] = (),
    limits: Limits = UNHURRIED,
    zone: str = "UTC",
    dress: Callable[[Desk], Desk] = lambda desk: desk,
) -> AsyncIterator[Station]:
    """A bot that runs; the words are fields of `Station`."""
    async with BotApi() as api:
        here = Station(api, database, [one.id for one in admins], limits, zone=zone, dress=dress)
        await here.start()
        try:
            yield here
        finally:
            await here.stop()
