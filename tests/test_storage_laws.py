"""Laws that hold after any sequence of recordings and decisions, on both engines."""

from conftest import SHARING
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from storage_samples import every_article, folder, hours, joined, left, merged, opened, record, revised
from thoroughness import some

from bot.core.grouping.decision import Change
from bot.core.model import Article, EventId
from storage.engine.database import Connection, Database
from storage.news import articles, events, files
from storage.news.totals import totals
from storage.news.words import split
from storage.schema.tables import article_revisions

# A step is a batch of readings (file, text; None: refused) or a decision for everything that waits, made from these numbers.
READINGS = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["one", "two", "three", "four", "five", None])), max_size=6)
CHOICES = st.lists(st.integers(min_value=0, max_value=30), min_size=1, max_size=5)
STEPS = st.lists(st.one_of(READINGS, CHOICES), min_size=2, max_size=8)


async def decide(connection: Connection, choices: list[int], hour: int) -> None:
    """Group what waits as some grouper might: open, join, revise, move, merge."""
    fresh = int(await events.next_id(connection))
    ever = set(range(1, fresh))
    changes: list[Change] = []
    for place, article in enumerate(await articles.ungrouped(connection, 10)):
        choice = choices[place % len(choices)]
        if article.event_id is not None and choice % 3 == 0:
            changes.append(revised(article.event_id, article.id, article.revision))
            continue
        if article.event_id is not None:
            changes.append(left(article.event_id, article.id))
        if not ever or choice % 2:
            changes.append(opened(fresh, article.id, article.revision))
            ever.add(fresh)
            fresh += 1
        else:
            changes.append(joined(sorted(ever)[choice % len(ever)], article.id, article.revision))
    if len(ever) > 1 and choices[0] % 4 == 0:
        changes.append(merged(sorted(ever)[choices[0] % len(ever)], sorted(ever)[choices[-1] % len(ever)]))
    await events.apply(connection, changes, hours(hour))


async def check(connection: Connection, ever: int) -> None:
    """Each article is in at most one living event, ids resolve in one step, and the counts agree."""
    stored = await every_article(connection)
    living = await events.latest(connection, 100)
    loaded = await events.load(connection, living)
    members = [article.id for event in loaded for article in event.articles]
    assert len(members) == len(set(members))
    assert sorted(members) == [article.id for article in stored if article.event_id is not None]
    assert all(event.articles for event in loaded)
    survivors = [await events.resolve(connection, EventId(id_)) for id_ in range(1, ever)]
    assert set(survivors) == set(living)
    counted = await totals(connection)
    assert (counted.articles, counted.events) == (len(stored), len(living) if living else 0)
    assert counted.waiting == len(await articles.ungrouped(connection, 100))
    assert await events.count(connection) == counted.events
    source = await folder(connection)
    assert counted.quarantined == sum(state.refused for state in (await files.known(connection, source)).values())
    assert len({(article.content.title, article.content.text) for article in stored}) == len(stored)
    kept = await connection.scalar(select(func.count()).select_from(article_revisions))
    assert kept == sum(article.revision - 1 for article in stored)


async def check_words(connection: Connection, stored: list[Article]) -> None:
    """The index holds the words of the grouped articles as they are now, and no others."""
    if connection.dialect.name == "sqlite":
        await connection.execute(text("CREATE VIRTUAL TABLE IF NOT EXISTS temp.kept USING fts5vocab('main', 'article_words', 'instance')"))
        kept = {(row.doc, row.term) for row in await connection.execute(text("SELECT doc, term FROM temp.kept"))}
    else:
        rows = await connection.execute(text("SELECT article_id, unnest(tsvector_to_array(words)) AS word FROM article_words"))
        kept = {(row.article_id, row.word) for row in rows}
    said = {(each.id, f"{each.content.title} {each.content.text} {each.content.outlet}") for each in stored if each.event_id is not None}
    assert kept == {(id_, word) for id_, words in said for word in split(words)}


@settings(max_examples=some(50), suppress_health_check=SHARING)
@given(steps=STEPS, again=st.booleans())
async def test_any_sequence_keeps_the_laws(database: Database, *, steps: list[list[tuple[str, str | None] | int]], again: bool) -> None:
    """With `again` every batch of readings is recorded twice, which must not matter."""
    async with database.write() as connection:
        before = await connection.begin_nested()
        for hour, step in enumerate(steps):
            batch = [each for each in step if isinstance(each, tuple)]
            choices = [each for each in step if isinstance(each, int)]
            if choices:
                await decide(connection, choices, hour)
                continue
            await record(connection, *batch, at=hours(hour))
            if again and len({path for path, _ in batch}) == len(batch):
                repeated = await record(connection, *batch, at=hours(hour))
                assert repeated.new == repeated.revised == 0
        ever = int(await events.next_id(connection))
        await check(connection, ever)
        await check_words(connection, await every_article(connection))
        await before.rollback()
