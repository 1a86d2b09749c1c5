"""A grouper that starts with what storage has decides as one that never stopped; memory is bounded, and made anew when it must be."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from meaning_samples import Encoder
from sqlalchemy import text
from storage_samples import content, folder, reading
from test_grouping_languages import mixed
from test_grouping_memory import FOREIGN, news

from bot.core.grouping.grouper import GroupingSettings
from bot.core.model import Article, Content
from bot.pipeline.group import Grouping
from storage.engine.database import Database
from storage.news import articles, events, memories

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TABLES = ("event_memories", "event_words", "report_memories", "word_counts")


def clock() -> datetime:
    return NOW


async def arrive(database: Database, *stream: Article) -> None:
    """Store articles as if they had been read from files."""
    said = [reading(f"{each.id}.txt", each.content) for each in stream]
    async with database.write() as connection:
        await articles.record(connection, await folder(connection), said, NOW)


async def memberships(database: Database) -> dict[str | None, int]:
    async with database.read() as connection:
        found = await events.load(connection, await events.latest(connection, 10_000))
    return {article.file: event.id for event in found for article in event.articles}


async def remembered(database: Database) -> list[object]:
    """All that is remembered, but for the way in which the counts of words are cut into rows and the words of quiet events."""
    async with database.read() as connection:
        kept: list[object] = [(one.event_id, one.state, one.reports) async for one in memories.awake(connection)]
        kept += [tuple(row) for row in await connection.execute(text("SELECT article_id, state FROM report_memories ORDER BY article_id"))]
    return kept


async def run(database: Database, stream: Sequence[Article], settings: GroupingSettings, *, restart: bool) -> list[object]:
    """Group a stream that comes ten by ten, in one program or in one program each; gives what is remembered at the end."""
    if restart:
        for start in range(0, len(stream), 10):
            await arrive(database, *stream[start : start + 10])
            async with Grouping(database, settings, clock) as grouping:
                await grouping.run()
    else:
        async with Grouping(database, settings, clock) as grouping:
            for start in range(0, len(stream), 10):
                await arrive(database, *stream[start : start + 10])
                await grouping.run()
    return await remembered(database)


@pytest.mark.parametrize("live_events", [4, 1000])
async def test_programs_that_stop_after_each_batch_decide_as_one_that_does_not(database: Database, live_events: int) -> None:
    settings = GroupingSettings(live_events=live_events)
    kept = await Database.open("sqlite+aiosqlite:///:memory:", now=NOW)
    stream = news(120, 25, seed=3)
    expected = await run(kept, stream, settings, restart=False)
    assert await run(database, stream, settings, restart=True) == expected
    assert await memberships(database) == await memberships(kept)
    async with database.read() as connection:
        assert sum([1 async for _ in memories.awake(connection)]) <= live_events
    await kept.close()


async def test_events_told_in_several_languages_survive_programs_that_stop(database: Database) -> None:
    settings = GroupingSettings(live_events=150, embed=Encoder())
    kept = await Database.open("sqlite+aiosqlite:///:memory:", now=NOW)
    stream = mixed()
    expected = await run(kept, stream, settings, restart=False)
    assert await run(database, stream, settings, restart=True) == expected
    assert await memberships(database) == await memberships(kept)
    async with database.read() as connection:
        merges = await connection.scalar(text("SELECT count(*) FROM event_history WHERE what = 'merged' AND detail LIKE '%meaning alike%'"))
    assert merges
    await kept.close()


@pytest.mark.parametrize("lost", ["another program's", "unfinished", "of the first schema"])
async def test_memory_that_cannot_be_used_is_made_anew_from_the_decisions(
    database: Database, lost: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.pipeline.remember.REPLAYED_TOGETHER", 7)
    stream = news(80, 15, seed=5)
    expected = await run(database, stream, GroupingSettings(), restart=False)
    async with database.write() as connection:
        if lost == "another program's":
            await memories.finish(connection, "0123456789abcdef")
            await connection.execute(text("DELETE FROM event_memories WHERE event_id > 2"))
        elif lost == "unfinished":
            await memories.finish(connection, memories.UNFINISHED)
        else:
            for table in TABLES:
                await connection.execute(text(f"DELETE FROM {table}"))
    async with Grouping(database, GroupingSettings(), clock) as grouping:
        await arrive(database, FOREIGN[0])
        await grouping.run()
    again = await remembered(database)
    assert [each for each in again if each in expected] == expected
    assert len(again) == len(expected) + 2


async def test_a_database_that_was_upgraded_from_the_first_schema_goes_on(database_url: str) -> None:
    database = await Database.open(database_url, now=NOW)
    stream = news(60, 10, seed=8)
    await run(database, stream[:50], GroupingSettings(), restart=False)
    async with database.write() as connection:
        for table in TABLES:
            await connection.execute(text(f"DELETE FROM {table}"))  # what the migration to 0002 leaves
    await database.close()
    database = await Database.open(database_url, now=NOW)
    await run(database, stream[50:], GroupingSettings(), restart=False)
    kept = await Database.open("sqlite+aiosqlite:///:memory:", now=NOW)
    await run(kept, stream, GroupingSettings(), restart=False)
    assert await memberships(database) == await memberships(kept)
    await kept.close()
    await database.close()


async def test_a_revision_of_a_quiet_event_is_decided_with_its_articles(database: Database) -> None:
    settings = GroupingSettings(live_events=3)
    ferry = "A ferry with 212 passengers ran aground off Quillon in thick fog, the coast guard of Pellin said. Captain Mira Voss blamed the radar."
    said = content(ferry, title="Ferry runs aground off Quillon", published=NOW - timedelta(days=2))
    async with database.write() as connection:
        await articles.record(connection, await folder(connection), [reading("ferry.txt", said)], NOW)
    async with Grouping(database, settings, clock) as grouping:
        await grouping.run()
        for start in range(0, len(FOREIGN), 5):
            await arrive(database, *FOREIGN[start : start + 5])
            await grouping.run()
        before = await memberships(database)
        corrected = content(f"{ferry} Tugs pulled it free.", title="Ferry runs aground off Quillon", published=NOW - timedelta(days=2))
        async with database.write() as connection:
            await articles.record(connection, await folder(connection), [reading("ferry.txt", corrected)], NOW)
        await grouping.run()
    assert await memberships(database) == before


async def test_a_revised_report_that_was_quiet_is_no_original_of_what_it_no_longer_says(database: Database) -> None:
    ferry = (
        "A ferry with 212 passengers ran aground off Quillon in thick fog, the coast guard of Pellin said. Captain Mira Voss blamed the "
        "radar. Tugs from Tessin arrived at noon and nobody was hurt, the owner Brandt Lines said on Monday."
    )
    first = content(ferry, title="Ferry runs aground off Quillon", published=NOW - timedelta(days=2))
    copied = replace(first, text=f"Agency. {ferry}", outlet="Tessin Mail")
    async with Grouping(database, GroupingSettings(live_events=3), clock) as grouping:
        for file, said in (("a", first), ("b", copied)):
            await take(database, file, said)
            await grouping.run()
        for start in range(0, len(FOREIGN), 5):
            await arrive(database, *FOREIGN[start : start + 5])
            await grouping.run()
        story = "Stories of the day: the Quillon ferry, Mira Voss of Pellin, and bank rates. More of other news and of sport follows below."
        await take(database, "a", replace(first, title="Arrano morning briefing", text=story))
        await grouping.run()
        await take(database, "c", replace(first, outlet="The Pellin Gazette", text=ferry.replace("at noon", "at two")))
        await grouping.run()
    found = await originals(database)
    assert found["b"] is None or found["c"] is None
    assert {found["b"], found["c"]} <= {None, "b", "c"}


async def test_copies_are_known_though_few_events_are_held_in_memory(database: Database) -> None:
    rng = random.Random(4)
    words = ["".join(rng.choices("abdegiklmnorstu", k=9)) for _ in range(2_400)]
    notes = [content(" ".join(words[at : at + 60]), title=" ".join(words[at : at + 5]), published=NOW) for at in range(0, 2_400, 60)]
    async with Grouping(database, GroupingSettings(live_events=2), clock) as grouping:
        for prefix in ("first", "again"):
            for number, said in enumerate(notes):
                await take(database, f"{prefix}{number}", replace(said, outlet=prefix, text=f"{prefix} {said.text}"))
            await grouping.run()
    found = await originals(database)
    # A text of which too few runs are sampled is not known whatever is held in memory.
    assert sum(found[f"again{number}"] == f"first{number}" for number in range(40)) >= 38


async def take(database: Database, file: str, said: Content) -> None:
    async with database.write() as connection:
        await articles.record(connection, await folder(connection), [reading(file, said)], NOW)


async def originals(database: Database) -> dict[str, str | None]:
    """Give for each file the file of which its article is a copy."""
    async with database.read() as connection:
        found = await events.load(connection, await events.latest(connection, 10_000))
    stored = [article for event in found for article in event.articles]
    files = {article.id: article.file or "" for article in stored}
    return {article.file or "": None if article.copy_of is None else files[article.copy_of] for article in stored}


async def test_words_of_any_length_stop_nothing(database: Database) -> None:
    settings = GroupingSettings(live_events=2)
    long = [
        content(f"{letter * 9_000} {letter * 99} {letter}re and there. " * 3, title=f"{letter * 9_000} of {letter}ry")
        for letter in "bcdfghk"
    ]
    async with Grouping(database, settings, clock) as grouping:
        for turn in (long[:4], long[4:], [content(f"{said.text} More of it.", title=said.title) for said in long]):
            async with database.write() as connection:
                said = [reading(f"{each.title[0]}{len(each.text)}.txt", each) for each in turn]
                await articles.record(connection, await folder(connection), said, NOW)
            await grouping.run()
    found = await memberships(database)
    assert len(found) == 14
    assert all(found.values())
