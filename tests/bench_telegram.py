"""`make bench`: commands a second on Telegram at 50 ms latency, and how long others wait beside a flood; limits raised, real HTTP.

Telegram runs in a process of its own. The baseline is a bot that answers every message with two words and looks at nothing.
"""

import argparse
import asyncio
import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bot_api import TOKEN, BotApi
from telegram import Update
from telegram_station import KINDS, report

from bot.commands.desk import Desk
from bot.core.chats.ports import Limits
from bot.pipeline.deliver import Deliveries
from bot.platforms.telegram.destination import Telegram
from bot.platforms.telegram.dispatch import Dispatch
from bot.platforms.telegram.wire import TelegramBot, opened
from storage.engine.database import Database

NOW: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATENCY: Final = 0.05
LIMITS: Final = Limits(overall_second=100_000)
FLOOD: Final = 100  # commands of one person in each second
SECONDS: Final = 10
OTHERS: Final = 20  # people who ask once in each second beside the flood

Receive = Callable[[Update], Awaitable[None]]


async def play() -> None:
    """Be Telegram: of each line on standard input, let people ask that, and print what they saw."""
    async with BotApi(latency=LATENCY) as api:
        print(api.url, flush=True)
        while line := (await asyncio.to_thread(sys.stdin.readline)).strip():
            kind, _, text = line.partition(" ")
            print(await (flood(api, text) if kind == "flood" else many(api, text, int(kind))), flush=True)


async def many(api: BotApi, text: str, count: int) -> str:
    """So many people ask the same at once."""
    people = [api.person(f"Reader {number}") for number in range(count)]
    loop, before = asyncio.get_running_loop(), len(api.sends)
    started = loop.time()
    for person in people:
        api.say(person, text)
    await api.until(lambda: len(api.sends) >= before + count, within=300)
    took = max(send.at for send in api.sends[before:]) - started
    waits = sorted(send.at - started for send in api.sends[before:])
    return f"{count / took:,.0f} a second; the last of {count:,} waited {waits[-1]:.1f} s, half of them {statistics.median(waits):.1f} s"


async def flood(api: BotApi, text: str) -> str:
    """One person asks a hundred times a second, others once."""
    loop, asked = asyncio.get_running_loop(), {}
    flooder = api.person("Flood")
    for _ in range(SECONDS):
        for _ in range(OTHERS):
            person = api.person("Reader")
            asked[person.id] = loop.time()
            api.say(person, text)
            for _ in range(FLOOD // OTHERS):
                api.say(flooder, text)
            await asyncio.sleep(1 / OTHERS)
    await api.until(lambda: all(api.messages(api.world.users[id_]) for id_ in asked), within=120)
    waits = [send.at - asked[send.chat] for send in api.sends if send.chat in asked]
    p99 = statistics.quantiles(waits, n=100)[98]
    mine = len(api.messages(flooder))
    return f"others: median {statistics.median(waits) * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms; {mine} of {FLOOD * SECONDS:,} answers to the flood"


@contextlib.asynccontextmanager
async def polling(bot: TelegramBot, receive: Receive) -> AsyncIterator[None]:
    async def poll() -> None:
        offset = 0
        while True:
            for update in await bot.get_updates(offset, timeout=30, allowed_updates=KINDS):
                await receive(update)
                offset = update.update_id + 1

    task = asyncio.create_task(poll())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


@contextlib.asynccontextmanager
async def bare(bot: TelegramBot) -> AsyncIterator[Receive]:
    """The baseline."""
    async with asyncio.TaskGroup() as tasks:

        async def answer(chat: int) -> None:
            await bot.send_message(chat, "two words")

        async def receive(update: Update) -> None:
            if update.message is not None:
                tasks.create_task(answer(update.message.chat.id))

        yield receive


@contextlib.asynccontextmanager
async def slugline(bot: TelegramBot, events: int) -> AsyncIterator[Receive]:
    """The program, with a database that holds so many events."""
    with tempfile.TemporaryDirectory() as directory:
        database = await Database.open(f"sqlite+aiosqlite:///{directory}/bench.db", now=NOW)
        await report(database, events)
        deliveries = Deliveries(database, [Telegram(bot, LIMITS)], lambda: NOW)
        desk = Desk(database=database, version="1")
        async with Dispatch(bot, desk, admins=(), answer=deliveries.answer, clock=lambda: datetime.now(UTC)) as dispatch:
            yield dispatch.receive
        await database.close()


async def measure(count: int) -> None:
    """Ask Telegram's process for one measurement after the other."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(Path(__file__)), "--telegram", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().strip()

    async def asked(line: str) -> str:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{line}\n".encode())
        started = time.process_time()
        told = (await process.stdout.readline()).decode().strip()
        return f"{told}; {(time.process_time() - started) * 1000 / count:.2f} ms of our processor for each of {count:,}"

    async with opened(TOKEN, url) as bot:
        await bot.initialize()
        async with bare(bot) as receive, polling(bot, receive):
            print(f"two words to every message (baseline): {await asked(f'{count} /help')}", flush=True)
        async with slugline(bot, 100) as receive, polling(bot, receive):
            for line in ("/help", "/help latest", "/latest"):
                print(f"{line}: {await asked(f'{count} {line}')}", flush=True)
            print(f"/latest beside a flood of {FLOOD} a second by one person: {await asked('flood /latest')}", flush=True)
    process.stdin.close()
    await process.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=3_000)
    parser.add_argument("--telegram", action="store_true", help="be Telegram; for this program itself")
    words = parser.parse_args()
    asyncio.run(play() if words.telegram else measure(words.people))
