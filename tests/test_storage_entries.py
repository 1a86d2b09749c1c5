"""Entries of feeds in the database: what is new, a revision, known or back-catalogue, on both engines."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from conftest import SHARING
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from storage_samples import (
    NOW,
    add_feed,
    check,
    content,
    entry,
    every_article,
    hours,
    joined,
    numbered,
    opened,
    record,
    same_host,
    state_of,
)

from bot.core.feeds.feed import Entry, FullText
from bot.core.grouping.identity import identity
from bot.core.model import ArticleId, Content, DateOrigin, Precision, SourceId, Stamp
from storage.engine.database import Connection, Database
from storage.feeds import entries, feeds, pages
from storage.feeds.entries import FeedEntries, RecordedFeed
from storage.news import articles, events
from storage.news.search import search
from storage.schema.tables import articles as article_rows
from storage.schema.tables import feed_entries

PAGE_TEXT = "The whole story, as its page tells it, in a text that is much longer than what the feed says of it."


@dataclass
class Said:
    """Checks of one feed, an hour apart."""

    connection: Connection
    source_id: SourceId
    hour: int = 0
    backlogs: list[bool] = field(default_factory=list)

    async def __call__(self, *held: Entry, later: timedelta = timedelta(hours=1)) -> RecordedFeed:
        recorded = await check(self.connection, self.source_id, *held, at=NOW + self.hour * timedelta(hours=1))
        self.hour += int(later / timedelta(hours=1))
        return recorded


def counts(recorded: RecordedFeed) -> tuple[int, int, int, int]:
    return recorded.new, recorded.revised, recorded.same, recorded.backlog


async def backlog(connection: Connection) -> list[bool]:
    return list(await connection.scalars(select(article_rows.c.backlog).order_by(article_rows.c.id)))


async def test_the_first_check_is_back_catalogue_and_what_comes_later_is_news(database: Database) -> None:
    async with database.write() as connection:
        feed = Said(connection, await add_feed(connection))
        assert counts(await feed(numbered(1), numbered(2))) == (2, 0, 0, 2)
        assert counts(await feed(numbered(3), numbered(1), numbered(2))) == (1, 0, 2, 0)
        assert counts(await feed(numbered(2), numbered(3))) == (0, 0, 2, 0)
        assert counts(await feed(numbered(1), numbered(3))) == (0, 0, 2, 0)  # what was missing was not gone
        assert await backlog(connection) == [True, True, False]
        stored = await every_article(connection)
    assert [(each.content.url, each.file, each.file_time, each.revision) for each in stored] == [
        (f"https://news.example/{number}", None, None, 1) for number in (1, 2, 3)
    ]


async def test_an_edit_is_a_revision_that_keeps_the_first_date(database: Database) -> None:
    async with database.write() as connection:
        feed = Said(connection, await add_feed(connection))
        await feed(numbered(1))
        edited = replace(numbered(1, text="The ferry sank.", published=hours(1)), guid="tag:1")
        assert counts(await feed(edited)) == (0, 1, 0, 0)
        assert counts(await feed(edited)) == (0, 0, 1, 0)
        (article,) = await every_article(connection)
        assert (article.content.text, article.content.published, article.revision) == ("The ferry sank.", numbered(1).content.published, 2)
        # A cache that gives yesterday's feed now and then is no news.
        for _ in range(2):
            assert counts(await feed(numbered(1))) == (0, 0, 1, 0)
            assert counts(await feed(edited)) == (0, 0, 1, 0)
        assert counts(await feed(replace(edited, content=replace(edited.content, text="It sank at night.")))) == (0, 1, 0, 0)
        (article,) = await every_article(connection)
    assert (article.content.text, article.revision) == ("It sank at night.", 3)


async def test_a_new_date_alone_is_no_revision(database: Database) -> None:
    async with database.write() as connection:
        feed = Said(connection, await add_feed(connection))
        for hour in range(4):
            recorded = await feed(numbered(1, published=hours(hour)))
        assert counts(recorded) == (0, 0, 1, 0)


async def test_an_entry_that_loses_its_link_keeps_it(database: Database) -> None:
    async with database.write() as connection:
        feed = Said(connection, await add_feed(connection))
        await feed(numbered(1))
        bare = replace(numbered(1, text="Edited."), content=replace(numbered(1, text="Edited.").content, url=None))
        assert counts(await feed(bare)) == (0, 1, 0, 0)
        (article,) = await every_article(connection)
        assert article.content.url == "https://news.example/1"


async def test_guids_that_are_new_at_every_fetch_repeat_nothing_and_hide_no_news(database: Database) -> None:
    """FAULTS row 13."""
    async with database.write() as connection:
        feed = Said(connection, await add_feed(connection))
        await feed(*(numbered(number, scheme="0:") for number in range(1, 7)))
        resets = []
        for turn in range(1, 6):
            undated = numbered(100 + turn, scheme=f"{turn}:", published=None)
            recorded = await feed(undated, *(numbered(number, scheme=f"{turn}:") for number in range(1, 7)))
            resets.append(recorded.reset)
            assert (recorded.new, recorded.revised, recorded.same) == (1, 0, 6)
        assert resets == [True, False, False, False, False]  # told once
        # In the first of these checks nothing shows that the story without a date is no old one; later it is a habit of the feed.
        assert await backlog(connection) == [True] * 7 + [False] * 4
        assert await connection.scalar(select(func.count()).select_from(feed_entries)) == 11


async def test_a_reset_announces_nothing_but_what_is_dated_after_the_last_check(database: Database) -> None:
    """FAULTS row 13: all guids change once, and the feed shows stories that it never showed before."""
    old, new = NOW - timedelta(days=5), NOW + timedelta(hours=1)
    async with database.write() as connection:
        feed = Said(connection, await add_feed(connection))
        await feed(*(numbered(number) for number in range(1, 5)))
        again = [numbered(number, scheme="new:") for number in range(1, 5)]
        strange = [numbered(11, published=old), numbered(12, published=None), numbered(13, published=new)]
        recorded = await feed(*again, *strange)
        assert recorded.reset
        assert counts(recorded) == (3, 0, 4, 2)
        assert await backlog(connection) == [True] * 4 + [True, True, False]
        assert counts(await feed(*again, *strange)) == (0, 0, 7, 0)
        later = await feed(*(numbered(number, scheme="third:") for number in range(1, 5)), later=timedelta(days=40))
        assert not later.reset
        assert (await feed(*(numbered(number, scheme="fourth:") for number in range(1, 5)))).reset


async def test_more_news_than_a_feed_can_show_is_no_reset(database: Database) -> None:
    async with database.write() as connection:
        feed = Said(connection, await add_feed(connection))
        await feed(*(numbered(number) for number in range(1, 6)))
        recorded = await feed(*(numbered(number, published=hours(1)) for number in range(11, 16)))
        assert (recorded.reset, counts(recorded)) == (False, (5, 0, 0, 0))


async def test_a_feed_that_shows_more_of_its_past_announces_none_of_it(database: Database) -> None:
    async with database.write() as connection:
        feed = Said(connection, await add_feed(connection))
        await feed(*(numbered(number) for number in range(1, 6)))
        older = [numbered(20 + days, published=NOW - timedelta(days=days)) for days in (1, 13, 15, 300)]
        assert counts(await feed(*(numbered(number) for number in range(1, 6)), *older)) == (4, 0, 5, 2)
        assert await backlog(connection) == [True] * 5 + [False, False, True, True]


async def test_entries_without_a_date_are_dated_when_they_come_but_not_at_the_first_check(database: Database) -> None:
    """FAULTS row 14."""
    async with database.write() as connection:
        feed = Said(connection, await add_feed(connection))
        await feed(numbered(1, published=None))
        await feed(numbered(1, published=None), numbered(2, published=None))
        first, second = await every_article(connection)
        assert first.content.published is None
        seen = Stamp(at=hours(1), precision=Precision.INFERRED, origin=DateOrigin.SEEN)
        assert second.content.published == seen
        edited = numbered(2, text="Edited.", published=None)
        assert counts(await feed(edited)) == (0, 1, 0, 0)
        assert (await every_article(connection))[1].content.published == seen
        dated = numbered(2, text="Edited twice.", published=hours(2))
        assert counts(await feed(dated)) == (0, 1, 0, 0)
        assert (await every_article(connection))[1].content.published == dated.content.published


async def test_two_feeds_of_an_outlet_tell_one_article_which_the_first_of_them_revises(database: Database) -> None:
    async with database.write() as connection:
        one = Said(connection, await add_feed(connection, "https://news.example/all"))
        other = Said(connection, await add_feed(connection, "https://news.example/world"))
        await one()
        await other()
        assert counts(await one(numbered(1))) == (1, 0, 0, 0)
        assert counts(await other(numbered(1, scheme="world:"))) == (0, 0, 1, 0)  # the same words
        shorter = numbered(2, text=" ".join(numbered(2).content.text.split()[:5]))
        assert counts(await other(shorter)) == (1, 0, 0, 0)
        assert counts(await one(numbered(2))) == (0, 0, 1, 0)  # the same address
        edited = numbered(2, text=numbered(2).content.text + " And more.")
        assert counts(await one(edited)) == (0, 0, 1, 0)  # for the other to revise
        assert counts(await other(replace(edited, guid=shorter.guid))) == (0, 1, 0, 0)
        elsewhere = replace(numbered(1), content=replace(numbered(1, text="Other words.").content, outlet="The Coast Herald"))
        herald = Said(connection, await add_feed(connection, "https://herald.example/feed"))
        assert counts(await herald(elsewhere)) == (1, 0, 0, 1)  # another outlet at this address
        page = replace(numbered(1), content=content("Nothing that was told before.", title="Live", outlet="The Harbour Post"))
        live = Said(connection, await add_feed(connection, "https://news.example/live"))
        assert counts(await live(replace(page, content=replace(page.content, url="https://news.example/1")))) == (1, 0, 0, 1)
    async with database.read() as connection:
        stored = await every_article(connection)
    sources = [one.source_id, other.source_id, herald.source_id, live.source_id]
    assert [(each.source_id, each.revision) for each in stored] == list(zip(sources, [1, 2, 1, 1], strict=True))


async def test_two_feeds_of_one_batch_tell_one_article(database: Database) -> None:
    async with database.write() as connection:
        ids = [await add_feed(connection, f"https://news.example/{name}") for name in ("all", "world", "sport")]
        told = [numbered(1), numbered(1, text="Shorter: " + " ".join(numbered(1).content.text.split()[:6])), numbered(1)]
        batch = [
            FeedEntries(state=await state_of(connection, id_), entries=[(each, identity(each.content))])
            for id_, each in zip(ids, told, strict=True)
        ]
        recorded = await entries.record(connection, batch, NOW, host_key=same_host)
        assert [counts(each) for each in recorded] == [(1, 0, 0, 1), (0, 0, 1, 0), (0, 0, 1, 0)]
        assert [each.source_id for each in recorded] == ids
        again = await entries.record(connection, batch, NOW, host_key=same_host)
        assert [counts(each) for each in again] == [(0, 0, 1, 0)] * 3


async def test_what_a_folder_told_is_no_news_of_a_feed(database: Database) -> None:
    async with database.write() as connection:
        told = replace(numbered(1).content, published=None)
        await record(connection, ("a.txt", told))
        feed = Said(connection, await add_feed(connection))
        assert counts(await feed(numbered(1))) == (0, 0, 1, 0)
        assert counts(await feed(numbered(1, text="Edited."))) == (0, 0, 1, 0)
        (article,) = await every_article(connection)
        assert (article.file, article.revision) == ("a.txt", 1)


async def test_pages_are_wanted_for_teasers_that_are_news_and_their_text_stays(database: Database) -> None:
    def teaser(number: int, text: str | None = None) -> Entry:
        return replace(numbered(number, text=text), teases=True)

    async with database.write() as connection:
        source = await add_feed(connection, full_text=FullText.PAGE)
        feed = Said(connection, source)
        assert (await feed(teaser(1))).queued == 0  # back-catalogue
        recorded = await feed(teaser(1), teaser(2), numbered(3), replace(teaser(4), content=replace(teaser(4).content, url=None)))
        assert (recorded.new, recorded.queued) == (3, 1)
        (page,) = await claim_pages(connection, hours(2))
        assert (page.url, page.host, page.tries, page.article_id, page.source_id) == (
            "https://news.example/2",
            "news.example",
            0,
            ArticleId(2),
            source,
        )
        read = replace(numbered(2).content, text=PAGE_TEXT)
        assert await entries.revise_text(connection, page.article_id, read, identity(read), hours(2))
        assert not await entries.revise_text(connection, page.article_id, read, identity(read), hours(2))
        assert await pages.count(connection) == 0
        assert (await feed(teaser(2))).same == 1
        edited = teaser(2, "Edited.")
        edited = replace(edited, content=replace(edited.content, title="Edited title"))
        recorded = await feed(edited)
        assert (recorded.revised, recorded.queued) == (1, 1)
        article = (await every_article(connection))[1]
        assert (article.content.title, article.content.text, article.revision) == ("Edited title", PAGE_TEXT, 3)
        await feeds.set_full_text(connection, [source], FullText.FEED)
        assert await pages.count(connection) == 0
        assert (await feed(teaser(2, "Edited again."))).revised == 1
        article = (await every_article(connection))[1]
        assert (article.content.text, article.revision) == ("Edited again.", 4)


async def claim_pages(connection: Connection, now: datetime) -> list[pages.PageFetch]:
    return await pages.claim(connection, now, limit=9, per_host=9, busy=(), lease=timedelta(minutes=1))


async def test_entries_are_found_by_their_words_once_they_have_an_event(database: Database) -> None:
    async with database.write() as connection:
        feed = Said(connection, await add_feed(connection))
        await feed(entry("A lighthouse keeper retires.", guid="1"), entry("Whales near the pier.", guid="2"))
        await feed(entry("A lighthouse keeper stays.", guid="1", title="About A lighthouse keeper retires."))  # before it is grouped
        assert await search(connection, "keeper", 9) == []
        await events.apply(connection, [opened(1, 1, 2), joined(1, 2)], NOW)
        assert await search(connection, "stays", 9) == [1]
        assert await search(connection, "whales", 9) == [1]
        await feed(entry("Dolphins near the pier.", guid="2", title="About Whales near the pier."))
        assert await search(connection, "dolphins", 9) == [1]
        assert [each.id for each in await articles.ungrouped(connection, 9)] == [2]


async def test_back_catalogue_is_in_no_digest(database: Database) -> None:
    async with database.write() as connection:
        feed = Said(connection, await add_feed(connection))
        await feed(numbered(1), numbered(2))
        await feed(numbered(1), numbered(2), numbered(3))
        await events.apply(connection, [opened(1, 1), opened(2, 2), joined(2, 3)], hours(1))
        assert await events.top(connection, NOW, 9) == [2, 1]
        assert await events.top(connection, NOW, 9, news_only=True) == [2]
        assert await events.top(connection, hours(2), 9, news_only=True) == []
        assert [await events.touched_count(connection, NOW, news_only=only) for only in (False, True)] == [2, 1]
        assert [await articles.arrived(connection, NOW, news_only=only) for only in (False, True)] == [3, 1]


async def test_an_empty_check_and_a_huge_one_are_recorded(database: Database) -> None:
    async with database.write() as connection:
        feed = Said(connection, await add_feed(connection))
        assert await entries.record(connection, [], NOW, host_key=same_host) == []
        assert counts(await feed()) == (0, 0, 0, 0)
        assert counts(await feed(*(numbered(number) for number in range(1200)))) == (1200, 0, 0, 0)
        assert counts(await feed(*(numbered(number) for number in range(1200)))) == (0, 0, 1200, 0)


@pytest.mark.parametrize("text", ["\ud800 half", "nul \0 nul", "", "é" * 10_000])
async def test_any_text_is_stored_once(database: Database, text: str) -> None:
    """FAULTS row 12."""
    async with database.write() as connection:
        feed = Said(connection, await add_feed(connection))
        held = entry(text, guid="\ud800\0" + text[:5], url="https://news.example/" + "x" * 3_000, title=f"T{text}")
        assert counts(await feed(held)) == (1, 0, 0, 1)
        assert counts(await feed(held)) == (0, 0, 1, 0)


# A history: each check shows some stories, each in one of its versions, perhaps with other guids, in any order.
CHECK = st.tuples(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 2)), max_size=9, unique_by=lambda story: story[0]),
    st.sampled_from(["tag:", "tag:", "tag:", "other:"]),
    st.sampled_from(["https://news.example", "http://www.news.example"]),
)


@settings(max_examples=30, suppress_health_check=SHARING)
@given(history=st.lists(CHECK, min_size=1, max_size=7))
async def test_no_story_is_new_twice_and_an_edit_is_one_revision(
    database: Database, history: list[tuple[list[tuple[int, int]], str, str]]
) -> None:
    """FAULTS row 13."""
    async with database.write() as connection:
        before = await connection.begin_nested()
        feed = Said(connection, await add_feed(connection))
        versions: dict[int, set[int]] = {}
        for held, scheme, site in history:
            new = {number for number, _ in held if number not in versions}
            edits = {number for number, version in held if number in versions and version not in versions[number]}
            told = [told_in(number, version, scheme, site) for number, version in held]
            recorded = await feed(*told)
            assert (recorded.new, recorded.revised) == (len(new), len(edits))
            for number, version in held:
                versions.setdefault(number, set()).add(version)
        stored = await every_article(connection)
        assert len(stored) == len(versions)
        assert sum(each.revision - 1 for each in stored) == sum(len(said) - 1 for said in versions.values())
        await before.rollback()


def told_in(number: int, version: int, scheme: str, site: str) -> Entry:
    told = numbered(number, scheme=scheme)
    text = f"{told.content.text} {'Edited. ' * version}"
    return replace(told, content=replace(told.content, text=text.strip(), url=f"{site}/{number}"))


ODD = st.builds(
    lambda guid, url, title, text, published: Entry(
        guid=guid, content=Content(title=title, titled=True, text=text, url=url, published=published)
    ),
    st.sampled_from([None, "1", "2", "3"]),
    st.sampled_from([None, "https://a.example/", "https://a.example/1", "https://a.example/2"]),
    st.sampled_from(["News", "Weather", "Ferry"]),
    st.sampled_from(["", "Rain.", "Sun.", "x" * 300, "y" * 300]),
    st.sampled_from([None, Stamp(at=NOW, precision=Precision.DAY, origin=DateOrigin.FIELD)]),
)


@settings(max_examples=30, suppress_health_check=SHARING)
@given(history=st.lists(st.lists(ODD, max_size=7), min_size=1, max_size=5))
async def test_any_history_is_recorded_without_a_word_lost_or_a_second_look_that_changes_anything(
    database: Database, history: list[list[Entry]]
) -> None:
    async with database.write() as connection:
        before = await connection.begin_nested()
        feed = Said(connection, await add_feed(connection))
        for held in history:
            recorded = await feed(*held)
            assert recorded.new + recorded.revised + recorded.same == len(held)
            again = await feed(*held)
            assert (again.new, again.revised) == (0, 0)
        stored = await every_article(connection)
        assert len({identity(each.content) for each in stored}) == len(stored)
        for key in ("guid", "url", "title"):
            held_keys = list(await connection.scalars(select(feed_entries.c[key]).where(feed_entries.c[key].is_not(None))))
            assert len(held_keys) == len(set(held_keys))
        await before.rollback()
