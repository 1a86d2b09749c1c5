"""`make bench`: claiming, acknowledging and counting with 1,000,000 deliveries in the table, on SQLite and on PostgreSQL.

Twice: nearly all of them sent, as in an installation that is never pruned, and all of them waiting for 10,000 chats.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from postgres_server import server
from sqlalchemy import text

from bot.core.chats.chat import ChatId
from bot.core.chats.delivery import Arrived, Claimed, DeliveryKind, NewDelivery, Verdict
from storage.delivery import deliveries, outbox
from storage.engine.database import Connection, Database

NOW: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
LEASE: Final = timedelta(minutes=2)
CHATS: Final = 10_000
BATCH: Final = 30  # what Telegram takes in a second
ROUNDS: Final = 50

NUMBERS: Final = {
    "sqlite": "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})",
    "postgresql": "WITH numbers AS (SELECT generate_series(1, {count}) AS n)",
}
MAKE_CHATS: Final = """
INSERT INTO chats (id, platform, chat, thread, kind, name, zone, when_empty, replies, created_at, wake_at, waiting)
{numbers} SELECT n, 'telegram', 'chat ' || n, '', 'private', 'Chat', 'UTC', 'line', 'significant', {now}, {now}, {waiting} FROM numbers
"""
MAKE_DELIVERIES: Final = """
INSERT INTO deliveries (id, chat_id, kind, key, state, message, part, is_silent, created_at, due_at, claims, attempts, doubts, lapses, is_doubtful,
    message_id, settled_at)
{numbers} SELECT n, 1 + n % {chats}, 'digest', 'key ' || n, CASE WHEN n > {sent} THEN 'queued' ELSE 'sent' END,
    '{message}', 0, {false}, {now}, CASE WHEN n > {sent} THEN {now} END, 0, 0, 0, 0, {false}, CASE WHEN n <= {sent} THEN 'id ' || n END,
    CASE WHEN n <= {sent} THEN {now} END FROM numbers
"""


async def fill(connection: Connection, rows: int, waiting: int) -> None:
    """Put deliveries into an empty database, the last ones waiting."""
    dialect = connection.dialect.name
    values = {
        "now": int(NOW.timestamp()) * 10**6,
        "sent": rows - waiting,
        "waiting": waiting // CHATS,
        "chats": CHATS,
        "false": "0" if dialect == "sqlite" else "false",
        "message": "words " * 100,
    }
    for statement, count in ((MAKE_CHATS, CHATS), (MAKE_DELIVERIES, rows)):
        await connection.execute(text(statement.format(numbers=NUMBERS[dialect].format(count=count), **values)))
    if dialect == "postgresql":
        await connection.execute(text("SELECT setval('deliveries_id_seq', (SELECT max(id) FROM deliveries))"))


async def timed(database: Database, work: Callable[[Connection], Awaitable[object]]) -> tuple[float, object]:
    """Run a transaction, its commit included; gives the milliseconds and what it gave."""
    started = time.perf_counter()
    async with database.write() as connection:
        result = await work(connection)
    return (time.perf_counter() - started) * 1000, result


async def measure(url: str, rows: int, waiting: int) -> dict[str, list[float]]:
    """Milliseconds that each step takes."""
    database = await Database.open(url, now=NOW)
    async with database.write() as connection:
        await fill(connection, rows, waiting)
    found: dict[str, list[float]] = {"claim": [], "ack": [], "counts": [], "queue": []}
    now = NOW
    for number in range(ROUNDS):
        now += timedelta(seconds=1)
        claimed: list[Claimed] = []

        async def claim(connection: Connection, now: datetime = now, claimed: list[Claimed] = claimed) -> None:
            claimed += await deliveries.claim(connection, now, "telegram", limit=BATCH, busy=(), lease=LEASE)

        async def ack(connection: Connection, now: datetime = now, claimed: list[Claimed] = claimed) -> None:
            verdicts: list[tuple[Claimed, Verdict]] = [(each, Arrived(message_id="id")) for each in claimed]
            await deliveries.ack(connection, verdicts, now)

        async def queue(connection: Connection, now: datetime = now, number: int = number) -> None:
            new = [
                NewDelivery(chat_id=ChatId(chat), kind=DeliveryKind.NOTICE, message="words", key=f"{number} {chat}")
                for chat in range(1, BATCH + 1)
            ]
            await deliveries.queue(connection, new, now)

        found["claim"].append((await timed(database, claim))[0])
        assert len(claimed) == BATCH, len(claimed)
        found["ack"].append((await timed(database, ack))[0])
        started = time.perf_counter()
        async with database.read() as connection:
            totals = await outbox.counts(connection)
        found["counts"].append((time.perf_counter() - started) * 1000)
        assert totals.queued == waiting - (number + 1) * BATCH + number * BATCH, totals
        found["queue"].append((await timed(database, queue))[0])
    await database.close()
    return found


def report(engine: str, rows: int, waiting: int, found: dict[str, list[float]]) -> None:
    """Print a line."""
    figures = ", ".join(f"{name} {statistics.median(times):.1f} (worst {max(times):.1f})" for name, times in found.items())
    print(f"{engine}, {rows:,} deliveries, {waiting:,} waiting, {BATCH} at a time, milliseconds: {figures}", flush=True)


async def main() -> None:
    """Measure both engines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows: int = parser.parse_args().rows
    for waiting in (CHATS, rows):
        with tempfile.TemporaryDirectory() as directory:
            report("SQLite", rows, waiting, await measure(f"sqlite+aiosqlite:///{directory}/bench.db", rows, waiting))
        with server() as url:
            report("PostgreSQL", rows, waiting, await measure(url.format(database="postgres"), rows, waiting))


if __name__ == "__main__":
    asyncio.run(main())
