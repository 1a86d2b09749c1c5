"""Recording what files hold: what is one article, what is a revision, what is kept of a refused file."""

import pytest
from storage_samples import NOW, content, every_article, folder, hours, joined, opened, reading, record, summarise

from bot.core.model import Content, Quarantined, SourceId
from storage import articles, events, files, sources
from storage.articles import Recorded
from storage.database import Database
from storage.files import FileState
from storage.totals import totals

Batch = list[tuple[str, Content | str | None]]

# What was read, batch by batch; how the last batch was counted; the articles afterwards: text, revision, file it was last read from.
CASES: dict[str, tuple[list[Batch], Recorded, list[tuple[str, int, str | None]]]] = {
    "two files are two articles": ([[("a", "one"), ("b", "two")]], Recorded(new=2), [("one", 1, "a"), ("two", 1, "b")]),
    "the same file again": ([[("a", "one")], [("a", "one")]], Recorded(same=1), [("one", 1, "a")]),
    "the same file twice in a batch": ([[("a", "one"), ("a", "one")]], Recorded(new=1, same=1), [("one", 1, "a")]),
    "the same content under another name": ([[("a", "one")], [("b", "one")]], Recorded(same=1), [("one", 1, "a")]),
    "the same content twice in a batch": ([[("a", "one"), ("b", "one")]], Recorded(new=1, same=1), [("one", 1, "a")]),
    "a changed file is a revision": ([[("a", "one")], [("a", "two")]], Recorded(revised=1), [("two", 2, "a")]),
    "a file that changes twice in a batch": ([[("a", "one"), ("a", "two")]], Recorded(new=1, revised=1), [("two", 2, "a")]),
    "a file that goes back": ([[("a", "one")], [("a", "two")], [("a", "one")]], Recorded(revised=1), [("one", 3, "a")]),
    "there and back in a batch": ([[("a", "one")], [("a", "two"), ("a", "one")]], Recorded(revised=2), [("one", 3, "a")]),
    "an old text under another name": ([[("a", "one")], [("a", "two")], [("b", "one")]], Recorded(same=1), [("two", 2, "a")]),
    "an old text under another name, looked at again": (
        [[("a", "one")], [("a", "two")], [("b", "one")], [("b", "one")]],
        Recorded(same=1),
        [("two", 2, "a")],
    ),
    "an old text whose other file moves on": (
        [[("a", "one")], [("a", "two")], [("b", "one")], [("a", "three")], [("b", "one")]],
        Recorded(same=1),
        [("two", 2, "a"), ("three", 1, "a")],
    ),
    "two files that swap": (
        [[("a", "one"), ("b", "two")], [("a", "two"), ("b", "one")]],
        Recorded(same=2),
        [("one", 1, "a"), ("two", 1, "b")],
    ),
    "one of two names changes": (
        [[("a", "one"), ("b", "one")], [("b", "two")]],
        Recorded(new=1),
        [("one", 1, "a"), ("two", 1, "b")],
    ),
    "both of two names change": (
        [[("a", "one"), ("b", "one")], [("a", "two"), ("b", "two")]],
        Recorded(new=1, same=1),
        [("one", 1, "a"), ("two", 1, "a")],
    ),
    "a renamed file that then changes": (
        [[("a", "one")], [("b", "one")], [("b", "two")]],
        Recorded(new=1),
        [("one", 1, "a"), ("two", 1, "b")],
    ),
    "a file in quarantine keeps its article": ([[("a", "one")], [("a", None)]], Recorded(refused=1), [("one", 1, "a")]),
    "a file that comes back from quarantine": ([[("a", "one")], [("a", None)], [("a", "one")]], Recorded(same=1), [("one", 1, "a")]),
    "a file that comes back changed": ([[("a", "one")], [("a", None)], [("a", "two")]], Recorded(revised=1), [("two", 2, "a")]),
    "never readable": ([[("a", None), ("b", None)]], Recorded(refused=2), []),
    "nothing at all": ([[]], Recorded(), []),
}


@pytest.mark.parametrize("case", CASES)
async def test_what_is_an_article_and_what_a_revision(database: Database, case: str) -> None:
    """FAULTS row 41."""
    batches, counted, expected = CASES[case]
    recorded = Recorded()
    for batch in batches:
        async with database.write() as connection:
            recorded = await record(connection, *batch)
    assert recorded == counted
    async with database.read() as connection:
        assert [(each.content.text, each.revision, each.file) for each in await every_article(connection)] == expected
        assert (await totals(connection)).articles == len(expected)


async def test_recording_a_batch_again_changes_nothing(database: Database) -> None:
    batch: Batch = [(f"{number % 400}.txt", f"text {number % 350}") for number in range(900)]
    async with database.write() as connection:
        first = await record(connection, *batch)
    async with database.read() as connection:
        before = await every_article(connection), await files.known(connection, await folder_id(database))
    async with database.write() as connection:
        again = await record(connection, *batch[-400:])
    assert first.new == 350
    assert (again.new, again.revised) == (0, 0)
    async with database.read() as connection:
        assert (await every_article(connection), await files.known(connection, await folder_id(database))) == before


async def folder_id(database: Database) -> SourceId:
    async with database.write() as connection:
        return await folder(connection)


async def test_an_article_comes_back_as_it_was_recorded(database: Database) -> None:
    said = content("Ňot ASCII — “quotes”, 漢字, 🚢", title="Тест", outlet=None, published=None)
    async with database.write() as connection:
        await record(connection, ("a/ü b.txt", said))
    async with database.read() as connection:
        (article,) = await every_article(connection)
    assert article.content == said
    assert (article.file, article.received_at, article.event_id, article.copy_of) == ("a/ü b.txt", NOW, None, None)
    assert article.file_time is not None
    assert article.file_time.timestamp() == 1_700_000_000.123456


async def test_characters_that_a_database_refuses_do_not_stop_a_batch(database: Database) -> None:
    async with database.write() as connection:
        await record(connection, ("a", content("nul \0 and half \ud83d a pair")), ("b", "fine"))
    async with database.read() as connection:
        assert [each.content.text for each in await every_article(connection)] == ["nul  and half \ufffd a pair", "fine"]


async def test_files_are_known_by_their_state_and_quarantine_has_a_reason_and_a_beginning(database: Database) -> None:
    async with database.write() as connection:
        source = await folder(connection)
        await record(connection, ("a", "one"), ("b", None), at=NOW)
        await record(connection, ("b", None), ("c", None), at=hours(1))
    async with database.read() as connection:
        known = await files.known(connection, source)
        assert {path: state.refused for path, state in known.items()} == {"a": False, "b": True, "c": True}
        digest = reading("a", "one")[0].digest
        assert known["a"] == FileState(size=10, mtime_ns=1_700_000_000_123_456_789, digest=digest, refused=False)
        reason = "empty file; expected an article"
        assert await files.quarantined(connection, 10) == [
            Quarantined(source="in", file="c", reason=reason, since=hours(1)),
            Quarantined(source="in", file="b", reason=reason, since=NOW),
        ]
    async with database.write() as connection:
        await record(connection, ("b", "two"))
    async with database.read() as connection:
        assert [each.file for each in await files.quarantined(connection, 10)] == ["c"]


async def test_articles_wait_for_grouping_in_the_order_of_the_news_and_again_when_they_are_revised(database: Database) -> None:
    dates = {"a": hours(3), "b": None, "c": hours(1), "d": hours(2), "e": None}
    async with database.write() as connection:
        await record(connection, *((path, content(path, published=at)) for path, at in dates.items()))
    async with database.write() as connection:
        assert [each.file for each in await articles.ungrouped(connection, 10)] == ["c", "d", "a", "b", "e"]
        assert [each.file for each in await articles.ungrouped(connection, 4)] == ["c", "d", "a", "b"]
        await events.apply(connection, [opened(1, 1), *(joined(1, number) for number in (2, 3, 4, 5))], NOW)
        assert await articles.ungrouped(connection, 10) == []
        assert [each.id async for each in articles.grouped(connection)] == [1, 2, 3, 4, 5]
        await record(connection, ("d", "new words"))
        assert [(each.file, each.revision, each.event_id) for each in await articles.ungrouped(connection, 10)] == [("d", 2, 1)]
        # A decision about the old revision does not count for the new one.
        await events.apply(connection, [joined(1, 4, revision=1)], NOW)
        assert len(await articles.ungrouped(connection, 10)) == 1
        assert (await totals(connection)).waiting == 1


async def test_streaming_gives_every_grouped_article_once(database: Database) -> None:
    async with database.write() as connection:
        await record(connection, *((f"{number}", f"text {number}") for number in range(450)))
        await events.apply(connection, [opened(1, 1), *(joined(1, number) for number in range(2, 441))], NOW)
    async with database.read() as connection:
        assert [each.id async for each in articles.grouped(connection)] == list(range(1, 441))


async def test_a_source_has_a_health(database: Database) -> None:
    async with database.write() as connection:
        await record(connection, ("a", content("one", outlet="Post")), ("b", content("two", outlet=None)), at=NOW)
        await record(connection, ("c", content("three", outlet="Post")), ("d", None), at=hours(2))
        other = await sources.ensure_folder(connection, "/news/other", "other", NOW)
        await sources.succeeded(connection, other, hours(1))
        await sources.failed(connection, other, "The folder is gone.", hours(2))
        await events.apply(connection, [opened(1, 1), joined(1, 2), joined(1, 3, copy_of=1)], NOW)
    async with database.write() as connection:
        await summarise(connection, (1, NOW, 2, 2, 1))
    async with database.read() as connection:
        first, second = await sources.health(connection)
        counted = await totals(connection)
    assert (first.name, first.location, first.articles, first.copies, first.first, first.refused) == ("in", "/news/in", 3, 1, 1, 1)
    assert (first.first_at, first.last_at, first.last_error) == (NOW, hours(2), None)
    assert [(each.name, each.articles, each.copies, each.first) for each in first.outlets] == [("Post", 2, 1, 1), (None, 1, 0, 0)]
    assert (second.articles, second.outlets, second.last_success_at, second.last_error) == (0, (), hours(1), "The folder is gone.")
    assert (counted.sources, counted.articles, counted.copies, counted.quarantined) == (2, 3, 1, 1)
    assert (counted.events, counted.waiting, counted.last_arrival_at) == (1, 0, hours(2))


async def test_a_folder_keeps_its_id_when_it_is_renamed(database: Database) -> None:
    async with database.write() as connection:
        first = await sources.ensure_folder(connection, "/news", "news", NOW)
        assert await sources.ensure_folder(connection, "/news", "world news", hours(1)) == first
        assert [each.name for each in await sources.health(connection)] == ["world news"]
        assert await articles.record(connection, first, [reading("a", "one")], NOW) == Recorded(new=1)
