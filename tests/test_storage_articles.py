"""Recording what files hold: what is one article, what is a revision, what is kept of a refused file."""

from dataclasses import replace
from itertools import permutations

import pytest
from storage_samples import NOW, content, every_article, folder, hours, joined, opened, reading, record, summarise

from bot.core.model import Article, Content, DateOrigin, Precision, Quarantined, SourceId, Stamp
from bot.sources.folder import LATEST_NS
from storage.engine.database import Database
from storage.feeds import sources
from storage.news import articles, events, files
from storage.news.articles import Recorded
from storage.news.decisions import decisions
from storage.news.files import FileState
from storage.news.totals import totals

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
    "names that rotate": (
        [[("1", "one"), ("2", "two")], [("1", "three"), ("2", "one"), ("3", "two")]],
        Recorded(new=1, same=2),
        [("one", 1, "1"), ("two", 1, "2"), ("three", 1, "1")],
    ),
    "a copy is made and then the first is changed": (
        [[("a", "one")], [("a", "two"), ("b", "one")]],
        Recorded(new=1, same=1),
        [("one", 1, "a"), ("two", 1, "a")],
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


ROTATED: Batch = [("1", "four"), ("2", "one"), ("3", "two"), ("4", "three")]


@pytest.mark.parametrize("together", [1, 2, 3])
async def test_a_story_goes_with_its_content_in_whatever_order_and_portions_its_files_are_read(database: Database, together: int) -> None:
    for order in permutations(ROTATED):
        async with database.write() as connection:
            before = await connection.begin_nested()
            source = await folder(connection)
            await record(connection, ("1", "one"), ("2", "two"), ("3", "three"))
            readings = {path: reading(path, said) for path, said in order}
            held: set[str] = set()
            for start in range(0, len(order), together):
                portion = [readings[path] for path, _ in order[start : start + together]]
                held |= (await articles.record(connection, source, portion, NOW, hold_revisions=True)).held
            await articles.record(connection, source, [readings[path] for path in sorted(held)], NOW)
            told = [(each.content.text, each.revision) for each in await every_article(connection)]
            assert told == [("one", 1), ("two", 1), ("three", 1), ("four", 1)], order
            await before.rollback()


async def test_what_is_held_is_not_written_until_it_is_recorded_again(database: Database) -> None:
    async with database.write() as connection:
        source = await folder(connection)
        await record(connection, ("a", "one"))
        first = await articles.record(connection, source, [reading("a", "two"), reading("b", "three")], NOW, hold_revisions=True)
        assert first == Recorded(new=1, held=frozenset({"a"}))
        assert [each.content.text for each in await every_article(connection)] == ["one", "three"]
        assert await articles.record(connection, source, [reading("a", "two")], NOW) == Recorded(revised=1)
        assert [each.content.text for each in await every_article(connection)] == ["two", "three"]


SAID = content("one")
BETTER = replace(SAID, published=Stamp(at=hours(-30), precision=Precision.DAY, origin=DateOrigin.PAGE), author="A. Writer", agency="AFP")

# Readings, batch by batch; how the last batch was counted; what the one article says then, in which revision.
CORRECTIONS: dict[str, tuple[list[Batch], Recorded, Content, int]] = {
    "under the same name": ([[("a", SAID)], [("a", BETTER)]], Recorded(revised=1), BETTER, 2),
    "and looked at again": ([[("a", SAID)], [("a", BETTER)], [("a", BETTER)]], Recorded(same=1), BETTER, 2),
    "and taken back": ([[("a", SAID)], [("a", BETTER)], [("a", SAID)]], Recorded(revised=1), SAID, 3),
    "under another name": ([[("a", SAID)], [("b", BETTER)]], Recorded(same=1), SAID, 1),
    "under one of two names": ([[("a", SAID), ("b", SAID)], [("b", BETTER)]], Recorded(revised=1), BETTER, 2),
    "under both names": ([[("a", SAID), ("b", SAID)], [("a", BETTER), ("b", BETTER)]], Recorded(revised=1, same=1), BETTER, 2),
    "under both names differently": ([[("a", SAID), ("b", SAID)], [("a", BETTER), ("b", replace(SAID, agency="dpa"))]], Recorded(revised=2), replace(SAID, agency="dpa"), 3),
    "but only the white space changed": ([[("a", SAID)], [("a", replace(SAID, text="one "))]], Recorded(same=1), SAID, 1),
    "after quarantine": ([[("a", SAID)], [("a", None)], [("a", BETTER)]], Recorded(revised=1), BETTER, 2),
}  # fmt: skip


@pytest.mark.parametrize("case", CORRECTIONS)
async def test_a_corrected_date_author_or_agency_is_a_revision(database: Database, case: str) -> None:
    batches, counted, expected, revision = CORRECTIONS[case]
    recorded = Recorded()
    for batch in batches:
        async with database.write() as connection:
            recorded = await record(connection, *batch)
    assert recorded == counted
    async with database.read() as connection:
        (article,) = await every_article(connection)
        assert (article.content, article.revision) == (expected, revision)
        assert (await articles.ungrouped(connection, 10)) == [article]


@pytest.mark.parametrize("mtime_ns", [LATEST_NS, -LATEST_NS, 0])
async def test_files_of_any_time_and_size_are_recorded(database: Database, mtime_ns: int) -> None:
    told, words = reading("a", "one")
    async with database.write() as connection:
        source = await folder(connection)
        sized = replace(told, mtime_ns=mtime_ns, size=2**63 - 1)
        assert await articles.record(connection, source, [(sized, words)], NOW) == Recorded(new=1)
        assert (await files.known(connection, source))["a"].mtime_ns == mtime_ns
        (article,) = await every_article(connection)
    assert article.file_time is not None


async def test_a_broken_file_that_goes_away_and_comes_back_as_it_was_is_read_again(database: Database) -> None:
    async with database.write() as connection:
        source = await folder(connection)
        await record(connection, ("a", "one"), ("b", "two"))
        await record(connection, ("a", None), ("c", None))
        broken = (await files.known(connection, source))["a"]
        await files.forget_refused(connection, source, {"a", "b", "c"})
        known = await files.known(connection, source)
        assert (known["a"].size, known["a"].mtime_ns) != (broken.size, broken.mtime_ns)
        assert (known["a"].refused, known["b"].size, "c" in known) == (False, 10, False)
        assert await record(connection, ("a", None)) == Recorded(refused=1)
        assert await files.quarantined(connection, 10) != []


async def test_a_folder_is_found_without_writing(database: Database) -> None:
    async with database.read() as connection:
        assert await sources.find(connection, "/news/in") is None
    added = await folder_id(database)
    async with database.read() as connection:
        assert await sources.find(connection, "/news/in") == added


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
        assert [each.id async for each in decisions(connection) if isinstance(each, Article)] == [1, 2, 3, 4, 5]
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
        assert [each.id async for each in decisions(connection) if isinstance(each, Article)] == list(range(1, 441))


async def test_a_source_has_a_health(database: Database) -> None:
    async with database.write() as connection:
        await record(connection, ("a", content("one", outlet="Post")), ("b", content("two", outlet=None)), at=NOW)
        await record(connection, ("c", content("three", outlet="Post")), ("d", None), at=hours(2))
        other = await sources.ensure_folder(connection, "/news/other", "other", NOW)
        await sources.succeeded(connection, other, hours(1))
        await sources.failed(connection, other, "The folder is gone.")
        await events.apply(connection, [opened(1, 1), joined(1, 2), joined(1, 3, copy_of=1)], NOW)
    async with database.write() as connection:
        await summarise(connection, (1, NOW, 2, 2, 1))
    async with database.read() as connection:
        first, second = await sources.health(connection, NOW)
        counted = await totals(connection)
    assert (first.name, first.location, first.articles, first.copies, first.first, first.refused) == ("in", "/news/in", 3, 1, 1, 1)
    assert (first.first_at, first.last_error) == (NOW, None)
    assert [(each.name, each.articles, each.copies, each.first) for each in first.outlets] == [("Post", 2, 1, 1), (None, 1, 0, 0)]
    assert (second.articles, second.outlets, second.last_success_at, second.last_error) == (0, (), hours(1), "The folder is gone.")
    assert (counted.sources, counted.articles, counted.copies, counted.quarantined) == (2, 3, 1, 1)
    assert (counted.events, counted.waiting, counted.last_arrival_at) == (1, 0, hours(2))


async def test_a_folder_keeps_its_id_when_it_is_renamed(database: Database) -> None:
    async with database.write() as connection:
        first = await sources.ensure_folder(connection, "/news", "news", NOW)
        assert await sources.ensure_folder(connection, "/news", "world news", hours(1)) == first
        assert [each.name for each in await sources.health(connection, NOW)] == ["world news"]
        assert await articles.record(connection, first, [reading("a", "one")], NOW) == Recorded(new=1)
