"""Laws of the outbox, against a model that knows what each chat has seen, and with two processes at once."""

import asyncio
import random
from collections import Counter, defaultdict
from datetime import datetime, timedelta

from chat_samples import LEASE, NOW, ack, after, chat, claim, new, queue
from conftest import SHARING
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.core.chats.chat import ChatId
from bot.core.chats.delivery import Arrived, Claimed, Released, TryAgain, Unsure, Verdict
from storage.delivery import outbox
from storage.engine.database import Database

STEPS = st.lists(
    st.sampled_from(
        ["queue", "queue later", "arrive", "part", "again", "release", "doubt but there", "doubt and lost", "die", "die there"]
    ),
    max_size=40,
)


async def check_counts(database: Database) -> None:
    """What `/status` says is what there is."""
    async with database.read() as connection:
        totals = await outbox.counts(connection)
        waiting = await connection.scalar(text("SELECT count(*) FROM deliveries WHERE due_at IS NOT NULL"))
        asleep = await connection.scalar(
            text("SELECT count(*) FROM chats WHERE (waiting > 0) != (wake_at IS NOT NULL) AND paused_at IS NULL AND stopped_at IS NULL")
        )
    assert totals.queued == waiting
    assert asleep == 0


class World:
    """Three chats, a clock, and what each chat has seen."""

    def __init__(self, database: Database, chats: list[ChatId], draw: random.Random) -> None:
        self.database = database
        self.chats = chats
        self.draw = draw
        self.now = NOW
        self.number = 0
        self.queued: dict[ChatId, list[str]] = defaultdict(list)
        self.seen: dict[ChatId, list[str]] = defaultdict(list)
        self.extra: Counter[str] = Counter()

    async def step(self, what: str) -> None:
        self.now += timedelta(seconds=1)
        if what.startswith("queue"):
            await self.queue(self.now + timedelta(seconds=90) if what == "queue later" else None)
            return
        for claimed in await claim(self.database, self.now, limit=self.draw.randint(1, 3)):
            await self.send(claimed, what)

    async def queue(self, at: datetime | None) -> None:
        chat_id = self.draw.choice(self.chats)
        self.number += 1
        async with self.database.write() as connection:
            await queue(connection, new(chat_id, f"{self.number}", at=at), now=self.now)
        if at is None:
            self.queued[chat_id].append(f"{self.number}")

    async def send(self, claimed: Claimed, what: str) -> None:
        name = f"{claimed.message}.{claimed.part}"
        if what in {"arrive", "part", "doubt but there", "die there"}:
            self.seen[claimed.chat_id].append(name)
        if what in {"doubt but there", "die there"}:
            self.extra[name] += 1
        later = self.now + timedelta(seconds=self.draw.randint(0, 5))
        verdicts: dict[str, Verdict] = {
            "arrive": Arrived(message_id="m"),
            "part": Arrived(message_id="m", more=claimed.part == 0),
            "again": TryAgain(at=later, reason="flood"),
            "release": Released(at=later),
            # The line is cut once; a second doubt would end it, which is the rule and another test.
            "doubt but there": Unsure(at=later, reason="cut", deduplicates=claimed.doubts > 0),
            "doubt and lost": Unsure(at=later, reason="cut", deduplicates=claimed.doubts > 0),
        }
        if what in verdicts:
            await ack(self.database, (claimed, verdicts[what]), now=self.now)
        else:
            self.now += LEASE


@settings(max_examples=25, suppress_health_check=SHARING)
@given(steps=STEPS, seed=st.integers(0, 2**20))
async def test_everything_arrives_in_order_and_a_copy_too_many_only_where_there_was_doubt(
    database: Database, steps: list[str], seed: int
) -> None:
    """Rows 24, 25 and 32."""
    async with database.write() as connection:
        await connection.execute(text("DELETE FROM deliveries"))
        await connection.execute(text("UPDATE chats SET waiting = 0, wake_at = NULL, held_until = NULL"))
        chats = [(await chat(connection, name)).id for name in ("a", "b", "c")]
    world = World(database, chats, random.Random(seed))
    for step in steps:
        await world.step(step)
        await check_counts(database)
    world.now += timedelta(hours=1)
    while claimed := await claim(database, world.now):
        for each in claimed:
            await world.send(each, "arrive")
    for chat_id in chats:
        first_seen = list(dict.fromkeys(name.split(".")[0] for name in world.seen[chat_id]))
        assert [name for name in first_seen if name in world.queued[chat_id]] == world.queued[chat_id]
        copies = Counter(world.seen[chat_id])
        assert all(count <= 1 + world.extra[name] for name, count in copies.items())
    assert len({name.split(".")[0] for seen in world.seen.values() for name in seen}) == world.number
    await check_counts(database)
    async with database.read() as connection:
        totals = await outbox.counts(connection)
    assert (totals.queued, totals.ambiguous, totals.dead) == (0, 0, 0)


async def test_two_processes_send_everything_once(database_url: str) -> None:
    """Claims, acknowledgements and new deliveries at the same time neither block one another for ever nor meet."""
    first, second = [await Database.open(database_url, now=NOW) for _ in range(2)]
    async with first.write() as connection:
        chats = [(await chat(connection, f"{number}")).id for number in range(20)]
        await queue(connection, *(new(chat_id, f"{number}") for chat_id in chats for number in range(5)))
    seen: list[tuple[ChatId, str]] = []
    under_way: set[ChatId] = set()

    async def send(database: Database, draw: random.Random) -> None:
        idle = 0
        while idle < 5:
            claimed = await claim(database, after(10), limit=7)
            idle = 0 if claimed else idle + 1
            for each in claimed:
                assert each.chat_id not in under_way
                under_way.add(each.chat_id)
            await asyncio.sleep(draw.random() / 100)
            seen.extend((each.chat_id, each.message) for each in claimed)
            under_way.difference_update(each.chat_id for each in claimed)
            draw.shuffle(claimed)
            await ack(database, *((each, Arrived(message_id="m")) for each in claimed), now=after(10))

    async def write(database: Database) -> None:
        for number in range(5, 15):
            async with database.write() as connection:
                await queue(connection, *(new(chat_id, f"{number}") for chat_id in reversed(chats)), now=NOW)

    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(send(first, random.Random(1)))
        group.create_task(send(second, random.Random(2)))
        group.create_task(write(first))
    for chat_id in chats:
        assert [message for seen_in, message in seen if seen_in == chat_id] == [f"{number}" for number in range(15)]
    await check_counts(first)
    await first.close()
    await second.close()
