"""Kills a program that writes down and sends messages, hundreds of times, and compares what chats have seen with what was written down.

The platform is a process of its own that outlives every kill and shows a message as often as it is told to. It kills the program itself,
at the worst moments: before a message is shown, after it is shown and before the answer, and while the answer is being written down.

    python tests/crash_deliveries.py [--kills 300] [--seed 1]
"""

import argparse
import asyncio
import json
import logging
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import structlog
from fake_platform import UNHURRIED, FakePlatform, said, text_of
from postgres_server import server
from sqlalchemy import text

from bot.core.chats.chat import Address, ChatKind, DeliveryId, Reader
from bot.core.chats.delivery import DeliveryKind, NewDelivery
from bot.core.chats.ports import Ambiguous, NotSent, Outcome, Outgoing, RetryLater, Sent
from bot.core.message import Message
from bot.core.message_text import message_json, message_of
from bot.pipeline.deliver import Deliveries
from storage.chats import chats
from storage.delivery import deliveries
from storage.engine.database import Database

CHATS = 5
LONGEST = 40  # characters in one message of the platform
REPLY_TIME = 0.012  # seconds in which an answer is surely read, judged and written down: some kills fall into it
LATER = 0.02  # share of calls that are told to come again


@dataclass(frozen=True)
class Harness:
    """How a run is made; `at_once` is how many messages may be under way at the same time."""

    url: str
    socket: str
    seed: int
    deduplicates: bool
    at_once: int

    def platform(self) -> FakePlatform:
        return FakePlatform(limits=replace(UNHURRIED, at_once=self.at_once), deduplicates=self.deduplicates, longest=LONGEST)


@dataclass(frozen=True)
class Found:
    """What a run showed; `worst` is the largest number of copies too many that one kill left."""

    kills: int
    written: int
    shown: int
    lost: int
    duplicates: int
    worst: int
    out_of_order: int


class Server:
    """The platform: one line of JSON for each call and each answer."""

    def __init__(self, harness: Harness) -> None:
        self._platform = harness.platform()
        self._dice = random.Random(harness.seed)
        self._pid = 0
        self._life = 0
        self._calls_left: int | None = None
        self._moment = ""
        self._seen: list[tuple[int, str, str, str]] = []  # life, chat, nonce, text

    async def serve(self, socket: str) -> None:
        async with await asyncio.start_unix_server(self._converse, socket) as server:
            await server.serve_forever()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                moment = self._moment_of_death(line)
                if moment == "before":
                    self._kill()
                answer = self._answer(json.loads(line))
                if moment == "after":
                    self._kill()
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
                if moment == "afterwards":
                    await asyncio.sleep(self._dice.uniform(0, REPLY_TIME))
                    self._kill()
        except ConnectionError:
            pass  # what it was killed over
        finally:
            writer.close()

    def _moment_of_death(self, line: bytes) -> str:
        """Give when over this call the program dies; empty when it does not."""
        if self._calls_left is None or b'"nonce"' not in line:
            return ""
        self._calls_left -= 1
        return "" if self._calls_left else self._moment

    def _answer(self, call: dict[str, Any]) -> dict[str, Any]:
        if "begin" in call:
            self._pid, self._life = call["begin"], self._life + 1
            self._calls_left = self._dice.randint(1, 8) if call["die"] else None
            self._moment = self._dice.choice(["before", "after", "afterwards", "any"])
            return {"timer": self._dice.uniform(0, 0.08) if call["die"] and self._moment == "any" else None}
        if "report" in call:
            return {"seen": self._seen}
        if self._dice.random() < LATER:
            return {"later": 0.01}
        outgoing = Outgoing(
            **{
                **call,
                "address": Address(**call["address"]),
                "kind": ChatKind(call["kind"]),
                "reader": Reader(**call["reader"]),
                "message": message_of(call["message"]),
            }
        )
        before = len(self._platform.chats[outgoing.address.chat].shown)
        outcome = self._platform.receive(outgoing, 0.0)
        assert isinstance(outcome, Sent)
        if len(self._platform.chats[outgoing.address.chat].shown) > before:
            self._seen.append((self._life, outgoing.address.chat, outgoing.nonce, text_of(outgoing.message)))
        return {"sent": outcome.message_id}

    def _kill(self) -> None:
        os.kill(self._pid, signal.SIGKILL)


class RemotePlatform(FakePlatform):
    """The program's end of the connection to the platform."""

    def __init__(self, harness: Harness) -> None:
        super().__init__(limits=replace(UNHURRIED, at_once=harness.at_once), deduplicates=harness.deduplicates, longest=LONGEST)
        self._socket = harness.socket

    async def deliver(self, outgoing: Outgoing) -> Outcome:
        try:
            reader, writer = await asyncio.open_unix_connection(self._socket)
        except OSError as error:
            return NotSent(reason=str(error))
        try:
            writer.write(
                json.dumps(
                    asdict(replace(outgoing, message=Message(()), doubtful_since=None)) | {"message": message_json(outgoing.message)}
                ).encode()
                + b"\n"
            )
            answer = json.loads(await reader.readline())
        except (OSError, ValueError) as error:
            return Ambiguous(reason=str(error))
        finally:
            writer.close()
        return Sent(message_id=answer["sent"]) if "sent" in answer else RetryLater(after=timedelta(seconds=answer["later"]), reason="later")


async def call(socket: str, question: dict[str, Any]) -> dict[str, Any]:
    reader, writer = await asyncio.open_unix_connection(socket, limit=2**27)
    writer.write(json.dumps(question).encode() + b"\n")
    answer: dict[str, Any] = json.loads(await reader.readline())
    writer.close()
    return answer


def serve(harness: Harness) -> None:
    asyncio.run(Server(harness).serve(harness.socket))


def live(harness: Harness, *, die: bool) -> None:
    """One life of the program: until it is killed, or else until nothing is left to be sent."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(_live(harness, die=die))


async def _live(harness: Harness, *, die: bool) -> None:
    plan = await call(harness.socket, {"begin": os.getpid(), "die": die})
    if plan["timer"] is not None:
        asyncio.get_running_loop().call_later(plan["timer"], os.kill, os.getpid(), signal.SIGKILL)
    database = await Database.open(harness.url, now=_now())
    sending = Deliveries(database, [RemotePlatform(harness)], _now, look=timedelta(seconds=0.01))
    if not die:
        async with asyncio.timeout(300):
            while await _waiting(database):
                await sending.send_due()
                await asyncio.sleep(0.01)
        await database.close()
        return
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(sending.run())
        dice = random.Random(time.time_ns())
        while True:
            await _write_down(database, dice)
            sending.wake()
            await asyncio.sleep(dice.uniform(0, 0.02))


def _now() -> datetime:
    return datetime.now(UTC)


async def _waiting(database: Database) -> bool:
    async with database.read() as connection:
        return await deliveries.next_wake(connection, "fake") is not None


async def _write_down(database: Database, dice: random.Random) -> None:
    """Write down messages for some chats; their number tells them apart, and one of five comes in parts."""
    async with database.write() as connection:
        number = await connection.scalar(text("SELECT count(*) FROM deliveries")) or 0
        new = []
        for place in range(dice.randint(1, 4)):
            chat = await chats.ensure(
                connection,
                Address(platform="fake", chat=f"chat {dice.randrange(CHATS)}"),
                kind=ChatKind.PRIVATE,
                name="",
                zone="UTC",
                now=_now(),
            )
            words = [f"{number + place}", *(f"{part} of {number + place} " + "x" * 25 for part in range(dice.choice([0, 0, 0, 0, 3])))]
            new.append(NewDelivery(chat_id=chat.id, kind=DeliveryKind.NOTICE, message=message_json(said(*words)), key=f"{number + place}"))
        await deliveries.queue(connection, new, _now())


async def _written(harness: Harness) -> dict[str, list[str]]:
    """Give what was written down for each chat, part by part, in order."""
    database = await Database.open(harness.url, now=_now())
    platform = harness.platform()
    written: dict[str, list[str]] = defaultdict(list)
    async with database.read() as connection:
        rows = await connection.execute(
            text("SELECT chats.chat, deliveries.id, message FROM deliveries JOIN chats ON chats.id = chat_id ORDER BY deliveries.id")
        )
        for row in rows:
            for part in platform.parts(message_of(row.message), Reader(zone="UTC")):
                written[row.chat].append(f"{DeliveryId(row.id)}: {text_of(part)}")
    await database.close()
    return written


def crash(url: str, *, kills: int, seed: int, deduplicates: bool = False, at_once: int = 1) -> Found:
    """Kill so many lives, let a last one finish, and compare."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["crash_deliveries"])
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="slugline-"))
        harness = Harness(url=url, socket=f"{folder}/socket", seed=seed, deduplicates=deduplicates, at_once=at_once)
        server = context.Process(target=serve, args=(harness,))
        server.start()
        stack.callback(server.join)
        stack.callback(server.terminate)
        while not Path(harness.socket).exists():
            time.sleep(0.01)
        for life in range(kills + 1):
            program = context.Process(target=live, args=(harness,), kwargs={"die": life < kills})
            program.start()
            program.join(90)
            expected = -signal.SIGKILL if life < kills else 0
            if program.exitcode != expected:
                program.kill()
                raise RuntimeError(f"life {life} ended with {program.exitcode} instead of {expected}")
        seen = asyncio.run(call(harness.socket, {"report": True}))["seen"]
        written = asyncio.run(_written(harness))
    return _compare(kills, seen, written)


def _compare(kills: int, seen: list[tuple[int, str, str, str]], written: dict[str, list[str]]) -> Found:
    shown_in: dict[tuple[str, str], int] = {}
    first: dict[str, list[str]] = defaultdict(list)
    again: Counter[int] = Counter()  # by the life whose end left the earlier copy in doubt
    for life, chat, nonce, words in seen:
        if (chat, nonce) in shown_in:
            again[shown_in[chat, nonce]] += 1
        else:
            first[chat].append(f"{nonce.partition('.')[0]}: {words}")
        shown_in[chat, nonce] = life
    return Found(
        kills=kills,
        written=sum(map(len, written.values())),
        shown=len(seen),
        lost=sum((Counter(written[chat]) - Counter(first[chat])).total() for chat in written),
        duplicates=again.total(),
        worst=max(again.values(), default=0),
        out_of_order=sum(first[chat] != written[chat] for chat in written),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    failed = False
    with ExitStack() as stack:
        for url in (_sqlite(stack), _postgresql(stack)):
            for number, (deduplicates, at_once) in enumerate(((False, 1), (True, 1), (False, 8), (True, 8))):
                found = crash(
                    url.format(database=f"crash{number}"),
                    kills=options.kills,
                    seed=options.seed,
                    deduplicates=deduplicates,
                    at_once=at_once,
                )
                good = not found.lost and not found.out_of_order and found.worst <= (0 if deduplicates else at_once)
                failed = failed or not good
                print(
                    f"{url.partition('+')[0]:10} {'knows nonces' if deduplicates else '':12} {at_once} at once: {found}{'' if good else '  FAILED'}",
                    flush=True,
                )
    return int(failed)


def _sqlite(stack: ExitStack) -> str:
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="slugline-"))
    return f"sqlite+aiosqlite:///{folder}/{{database}}.db"


def _postgresql(stack: ExitStack) -> str:
    url = stack.enter_context(server())

    async def create() -> None:
        connection = await asyncpg.connect(url.format(database="postgres").replace("+asyncpg", ""))
        for number in range(4):
            await connection.execute(f"CREATE DATABASE crash{number}")
        await connection.close()

    asyncio.run(create())
    return url


if __name__ == "__main__":
    sys.exit(main())
