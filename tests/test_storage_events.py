"""Writing down what grouping decided, and finding events again: ids that resolve for ever, history that only grows."""

import json
from datetime import datetime

import pytest
from storage_samples import EVIDENCE, NOW, content, every_article, folded, hours, joined, left, merged, opened, record, revised, summarise

from bot.core.grouping.decision import Change
from bot.core.model import EventId
from storage.engine.database import Database
from storage.news import events

# Batches of decisions about articles 1 to 5; the living events with their articles; what the ids 1 to 4 are in the end.
CASES: dict[str, tuple[list[list[Change]], dict[int, list[int]], list[int | None]]] = {
    "opened and joined": ([[opened(1, 1), joined(1, 2)]], {1: [1, 2]}, [1, None, None, None]),
    "two events": ([[opened(1, 1), opened(2, 2)], [joined(2, 3)]], {1: [1], 2: [2, 3]}, [1, 2, None, None]),
    "merged": ([[opened(1, 1), opened(2, 2)], [merged(1, 2)]], {1: [1, 2]}, [1, 1, None, None]),
    "merged in the batch that opened it": ([[opened(1, 1), opened(2, 2), merged(2, 1), joined(2, 3)]], {2: [1, 2, 3]}, [2, 2, None, None]),
    "joined an event by the name it lost": (
        [[opened(1, 1), opened(2, 2)], [merged(1, 2)], [joined(2, 3)]],
        {1: [1, 2, 3]},
        [1, 1, None, None],
    ),
    "merged twice": (
        [[opened(1, 1), opened(2, 2), opened(3, 3)], [merged(2, 3)], [merged(1, 2)]],
        {1: [1, 2, 3]},
        [1, 1, 1, None],
    ),
    "merged twice in a batch": (
        [[opened(1, 1), opened(2, 2), opened(3, 3), opened(4, 4)], [merged(2, 3), merged(1, 2), joined(3, 5), merged(4, 1)]],
        {4: [1, 2, 3, 4, 5]},
        [4, 4, 4, 4],
    ),
    "merged again, the other way round": ([[opened(1, 1), opened(2, 2), merged(1, 2)], [merged(2, 1)]], {1: [1, 2]}, [1, 1, None, None]),
    "a revision stays": ([[opened(1, 1)], [revised(1, 1, 2)]], {1: [1]}, [1, None, None, None]),
    "an article moves": ([[opened(1, 1), joined(1, 2)], [left(1, 2), opened(2, 2, 2)]], {1: [1], 2: [2]}, [1, 2, None, None]),
    "the last article leaves": ([[opened(1, 1), opened(2, 2)], [left(2, 2), joined(1, 2, 2)]], {1: [1, 2]}, [1, 1, None, None]),
    "the last article leaves without a word": ([[opened(1, 1), opened(2, 2)], [joined(1, 2, 2)]], {1: [1, 2]}, [1, 1, None, None]),
    "left and refilled": (
        [[opened(1, 1), opened(2, 2)], [left(2, 2), joined(1, 2, 2), joined(2, 3)]],
        {1: [1, 2], 2: [3]},
        [1, 2, None, None],
    ),
    "swapped": (
        [[opened(1, 1), opened(2, 2)], [left(1, 1), joined(2, 1, 2), left(2, 2), joined(1, 2, 2)]],
        {1: [2], 2: [1]},
        [1, 2, None, None],
    ),
    "a survivor that is left empty": (
        [[opened(1, 1), opened(2, 2), opened(3, 3)], [merged(1, 2)], [left(1, 1), joined(3, 1), left(1, 2), joined(3, 2)]],
        {3: [1, 2, 3]},
        [3, 3, 3, None],
    ),
    "nothing": ([[]], {}, [None, None, None, None]),
}


async def apply(database: Database, changes: list[Change], at: datetime = NOW) -> None:
    async with database.write() as connection:
        await events.apply(connection, changes, at)


@pytest.fixture
async def five(database: Database) -> Database:
    async with database.write() as connection:
        await record(connection, *((f"{number}", f"article {number}") for number in range(1, 6)))
    return database


@pytest.mark.parametrize("case", CASES)
async def test_articles_are_where_grouping_put_them_and_every_id_resolves(five: Database, case: str) -> None:
    batches, expected, resolved = CASES[case]
    for changes in batches:
        await apply(five, changes)
    async with five.read() as connection:
        loaded = await events.load(connection, [EventId(number) for number in range(1, 5)])
        assert {event.id: [article.id for article in event.articles] for event in loaded} == expected
        assert [await events.resolve(connection, EventId(number)) for number in range(1, 5)] == resolved
        assert await events.count(connection) == len(expected)
        assert await events.next_id(connection) == sum(1 for survivor in resolved if survivor is not None) + 1


async def test_history_tells_everything_in_order_with_the_evidence(five: Database) -> None:
    await apply(five, [opened(1, 1), joined(1, 2, copy_of=1), opened(2, 3)], hours(0))
    await apply(five, [revised(1, 1, 2), merged(1, 2)], hours(1))
    await apply(five, [left(1, 2), opened(3, 2, 2)], hours(2))
    await apply(five, [left(3, 2), joined(1, 2, 3)], hours(3))
    async with five.read() as connection:
        entries = await events.history(connection, EventId(2))
        assert entries == await events.history(connection, EventId(1))
        assert await events.history(connection, EventId(99)) == []
    told = [(entry.event_id, entry.what, entry.article_id, (entry.at - NOW).seconds // 3600) for entry in entries]
    assert told == [
        (1, "opened", 1, 0),
        (1, "joined", 2, 0),
        (2, "opened", 3, 0),
        (1, "revised", 1, 1),
        (1, "merged", None, 1),
        (1, "left", 2, 2),
        (3, "opened", 2, 2),
        (3, "left", 2, 3),
        (1, "joined", 2, 3),
        (3, "closed", None, 3),
    ]
    detail = [json.loads(entry.detail) for entry in entries]
    assert detail[1]["copy_of"] == 1
    assert detail[1]["evidence"]["contributions"] == [{"feature": "words", "value": 0.4, "logits": 1.5}]
    assert detail[1]["evidence"]["shared"] == list(EVIDENCE.shared)
    assert detail[4]["absorbed"] == 2
    assert detail[9] == {"continued_by": 1}


# Decisions about articles 1 to 5 → which article each is a copy of.
FOLDS: dict[str, tuple[list[list[Change]], list[int | None]]] = {
    "folded with its copies": (
        [[opened(1, 1), joined(1, 2, copy_of=1), joined(1, 3)], [joined(1, 4), folded(1, 1, 4)]],
        [4, 4, None, None, None],
    ),
    "in one batch": ([[opened(1, 1), joined(1, 2, copy_of=1), joined(1, 3), folded(1, 1, 3)]], [3, 3, None, None, None]),
    "folded twice": (
        [[opened(1, 1), joined(1, 2, copy_of=1)], [joined(1, 3), folded(1, 1, 3), joined(1, 4), folded(1, 3, 4)]],
        [4, 4, 4, None, None],
    ),
    "into its own copy": ([[opened(1, 1), joined(1, 2, copy_of=1), joined(1, 3, copy_of=1)], [folded(1, 1, 2)]], [2, None, 2, None, None]),
    "into its own copy in one batch": ([[opened(1, 1), joined(1, 2, copy_of=1), folded(1, 1, 2)]], [2, None, None, None, None]),
    "then revised": ([[opened(1, 1), joined(1, 2), folded(1, 1, 2), revised(1, 1, 2)]], [None, None, None, None, None]),
}


@pytest.mark.parametrize("case", FOLDS)
async def test_a_folded_report_and_its_copies_are_copies_of_the_earlier_one(five: Database, case: str) -> None:
    batches, copied = FOLDS[case]
    for changes in batches:
        await apply(five, changes)
    async with five.read() as connection:
        assert [article.copy_of for article in await every_article(connection)] == copied
        assert "folded" in [entry.what for entry in await events.history(connection, EventId(1))]


async def test_every_change_counts_as_a_revision_and_moves_the_time(five: Database) -> None:
    await apply(five, [opened(1, 1), joined(1, 2), opened(2, 3)], hours(0))
    await apply(five, [joined(1, 4)], hours(2))
    async with five.read() as connection:
        first, second = await events.load(connection, [EventId(1), EventId(2)])
    assert (first.revision, first.opened_at, first.updated_at) == (3, hours(0), hours(2))
    assert (second.revision, second.opened_at, second.updated_at) == (1, hours(0), hours(0))


async def test_events_are_loaded_in_the_order_asked_once_each_with_copies_named(five: Database) -> None:
    await apply(five, [opened(1, 1), opened(2, 2), opened(3, 3), joined(3, 4, copy_of=3), merged(1, 2)])
    async with five.read() as connection:
        loaded = await events.load(connection, [EventId(number) for number in (3, 77, 2, 0, -1, 10**30, 1, 3)])
        assert await events.resolve(connection, EventId(10**30)) is None
    assert [event.id for event in loaded] == [3, 1]
    assert [(article.id, article.copy_of, article.event_id) for article in loaded[0].articles] == [(3, None, 3), (4, 3, 3)]


async def test_latest_top_and_touched_count_know_the_living_events(five: Database) -> None:
    await apply(five, [opened(number, number) for number in range(1, 6)], hours(0))
    async with five.write() as connection:
        await summarise(connection, (1, hours(1), 2, 2, 1), (2, None, 3, 1, None), (3, hours(3), 2, 3, 3), (4, hours(1), 1, 1, 4))
    await apply(five, [joined(4, 5)], hours(5))
    async with five.read() as connection:
        assert await events.latest(connection, 10) == [3, 4, 1, 2]
        assert await events.latest(connection, 2) == [3, 4]
        assert await events.top(connection, hours(0), 10) == [2, 3, 1, 4]
        assert await events.top(connection, hours(1), 10) == [4]
        assert [await events.touched_count(connection, hours(hour)) for hour in (0, 5, 6)] == [4, 1, 0]


async def test_a_large_batch_is_a_handful_of_statements(database: Database) -> None:
    async with database.write() as connection:
        await record(connection, *((f"{number}", content(f"article {number}")) for number in range(1200)))
    changes = [opened(number, number) if number % 2 else joined(number - 1, number) for number in range(1, 1201)]
    await apply(database, changes)
    async with database.read() as connection:
        assert await events.count(connection) == 600
        loaded = await events.load(connection, [EventId(number) for number in range(1, 1201)])
    assert all(len(event.articles) == 2 for event in loaded)
