"""What grouping remembers is kept on both engines: what is awake and in which order, what is quiet and by which words it is found."""

from collections.abc import Mapping, Sequence

import pytest
from storage_samples import NOW, joined, merged, opened, record

from bot.core.grouping.memory import Memory
from bot.core.model import ArticleId, EventId
from storage.engine.database import Database
from storage.news import events, memories


def memory(
    states: Mapping[int, str] | None = None,
    *,
    awake: Sequence[int] = (),
    quiet: Mapping[int, tuple[str, ...]] | None = None,
    gone: Sequence[int] = (),
    reports: Mapping[int, str] | None = None,
    forgotten: Sequence[int] = (),
    counts: str = "{}",
    whole: bool = False,
) -> Memory:
    return Memory(
        states={EventId(event): state for event, state in (states or {}).items()},
        awake=tuple(map(EventId, awake)),
        quiet={EventId(event): words for event, words in (quiet or {}).items()},
        gone=tuple(map(EventId, gone)),
        reports={ArticleId(article): state for article, state in (reports or {}).items()},
        forgotten=tuple(map(ArticleId, forgotten)),
        counts=counts,
        events=1,
        whole=whole,
    )


@pytest.fixture
async def three(database: Database) -> Database:
    """Events 1 (articles 1 and 4), 2 and 3."""
    async with database.write() as connection:
        await record(connection, *((f"{number}", f"article {number}") for number in range(1, 5)))
        await events.apply(connection, [opened(1, 1), opened(2, 2), opened(3, 3), joined(1, 4)], NOW)
    return database


async def awake(database: Database) -> list[tuple[int, str, tuple[tuple[int, str], ...]]]:
    async with database.read() as connection:
        return [(one.event_id, one.state, one.reports) async for one in memories.awake(connection)]


async def write(database: Database, *written: Memory) -> None:
    async with database.write() as connection:
        for each in written:
            await memories.write(connection, each, "now")


FIRST = memory({1: "a", 2: "b", 3: "c"}, awake=[1, 2, 3], reports={1: "r1", 2: "r2", 3: "r3", 4: "r4"})


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        (memory(), [(1, "a", ((1, "r1"), (4, "r4"))), (2, "b", ((2, "r2"),)), (3, "c", ((3, "r3"),))]),
        (memory({2: "B"}, awake=[2]), [(1, "a", ((1, "r1"), (4, "r4"))), (3, "c", ((3, "r3"),)), (2, "B", ((2, "r2"),))]),
        (memory(awake=[1]), [(2, "b", ((2, "r2"),)), (3, "c", ((3, "r3"),)), (1, "a", ((1, "r1"), (4, "r4")))]),
        (memory(quiet={1: ("ferry", "fog")}), [(2, "b", ((2, "r2"),)), (3, "c", ((3, "r3"),))]),
        (memory({3: "C"}, quiet={1: ("ferry",), 3: ("fog",)}), [(2, "b", ((2, "r2"),))]),
        (memory(gone=[1, 2], reports={3: "R3"}), [(3, "c", ((3, "R3"),))]),
        (memory(forgotten=[1, 2]), [(1, "a", ((4, "r4"),)), (2, "b", ()), (3, "c", ((3, "r3"),))]),
    ],
)
async def test_what_is_awake_comes_back_in_the_order_in_which_it_was_touched(
    three: Database, then: Memory, expected: list[tuple[int, str, tuple[tuple[int, str], ...]]]
) -> None:
    await write(three, FIRST, then)
    assert await awake(three) == expected


async def test_reports_of_merged_events_are_those_of_the_survivor(three: Database) -> None:
    await write(three, FIRST)
    async with three.write() as connection:
        await events.apply(connection, [merged(1, 2)], NOW)
        await memories.write(connection, memory({1: "A"}, awake=[1], gone=[2]), "now")
    assert await awake(three) == [(3, "c", ((3, "r3"),)), (1, "A", ((1, "r1"), (2, "r2"), (4, "r4")))]


async def test_quiet_events_are_found_by_their_words_and_loaded(three: Database) -> None:
    await write(three, FIRST, memory(quiet={1: ("ferry", "fog"), 2: ("ferry", "über")}))
    await write(three, memory(awake=[2]), memory({2: "B"}, quiet={2: ("ferry", "tugs")}))
    async with three.read() as connection:
        assert await memories.has_quiet(connection)
        found = await memories.found_by(connection, ["ferry", "tugs", "nothing", "über"])
        loaded = await memories.load(connection, [EventId(2), EventId(1), EventId(77)])
        assert await memories.found_by(connection, []) == []
    assert sorted(found) == [("ferry", 1), ("ferry", 2), ("tugs", 2), ("über", 2)]
    assert [(one.event_id, one.state, len(one.reports)) for one in loaded] == [(1, "a", 2), (2, "B", 1)]


async def test_counts_add_up_until_they_are_written_as_a_whole(three: Database) -> None:
    await write(three, memory(counts='{"a":1}'), memory(counts='{"b":2}'))
    async with three.read() as connection:
        assert [each.counts for each in await memories.counted(connection)] == ['{"a":1}', '{"b":2}']
    await write(three, memory(counts='{"a":1,"b":2}', whole=True), memory(counts='{"c":1}'))
    async with three.read() as connection:
        assert [each.counts for each in await memories.counted(connection)] == ['{"a":1,"b":2}', '{"c":1}']


async def test_what_is_made_anew_says_so_until_it_is_finished(three: Database) -> None:
    await write(three, FIRST, memory(quiet={1: ("ferry",)}))
    async with three.write() as connection:
        await memories.clear(connection)
        assert not await memories.has_quiet(connection)
        await memories.write(connection, FIRST, memories.UNFINISHED)
        assert {each.fingerprint for each in await memories.counted(connection)} == {""}
        await memories.finish(connection, "new")
        assert {each.fingerprint for each in await memories.counted(connection)} == {"new"}


async def test_a_thousand_events_are_a_handful_of_statements_and_pages(database: Database) -> None:
    async with database.write() as connection:
        await record(connection, *((f"{number}", f"article {number}") for number in range(1, 1201)))
        await events.apply(connection, [opened(number, number) for number in range(1, 1201)], NOW)
    ids = range(1, 1201)
    await write(database, memory({number: f"s{number}" for number in ids}, awake=ids, reports={number: f"r{number}" for number in ids}))
    assert [(event, state) for event, state, _ in await awake(database)] == [(number, f"s{number}") for number in ids]
