"""Feeds in the database: adding, finding, which are due, how they stand, what the operator is told, on both engines."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from conftest import SHARING
from hypothesis import given, settings
from hypothesis import strategies as st
from storage_samples import NOW, add_feed, check, every_article, hours, numbered, state_of

from bot.core.feeds.feed import Failure, FeedState, FullText, Listed, Notice, NoticeKind
from bot.core.model import SourceId
from storage.engine.database import Connection, Database
from storage.feeds import checks, feeds, notices, pages, robots, sources
from storage.feeds.pages import PageFetch
from storage.news.totals import totals

LEASE = timedelta(minutes=5)


async def add(connection: Connection, *listed: tuple[str, str], at: datetime = NOW) -> feeds.Added:
    """Add feeds by address and host, each due a minute after the one before."""
    wanted = [(Listed(url=url, title=f"Feed {url[-1:]}", site=None, category="News/World"), host) for url, host in listed]
    return await feeds.add(connection, wanted, at, first_check=lambda number: at + number * timedelta(minutes=1))


async def claim(connection: Connection, now: datetime, *, limit: int = 9, per_host: int = 1, busy: tuple[str, ...] = ()) -> list[str]:
    return [state.url for state in await checks.claim(connection, now, limit=limit, per_host=per_host, busy=busy, lease=LEASE)]


async def test_feeds_are_added_once_in_the_order_of_the_list(database: Database) -> None:
    async with database.write() as connection:
        first = await add(connection, ("https://a.example/1", "a.example"), ("https://b.example/2", "b.example"))
        again = await add(
            connection, ("https://c.example/3", "c.example"), ("https://a.example/1", "a.example"), ("https://c.example/3", "")
        )
        assert (len(first.ids), first.known) == (2, ())
        assert (len(again.ids), again.known) == (1, ("https://a.example/1", "https://c.example/3"))
        states = await feeds.all_states(connection)
        assert [state.source_id for state in states] == [*first.ids, *again.ids]
        assert states[0] == FeedState(
            source_id=first.ids[0], url="https://a.example/1", host="a.example", name="Feed 1", category="News/World"
        )
        assert await feeds.count(connection) == (await totals(connection)).sources == 3
        assert await feeds.known(connection, ["https://a.example/1", "https://x.example/1"]) == {"https://a.example/1"}
        assert await checks.next_due(connection) == NOW


async def test_a_feed_is_found_by_number_address_and_name(database: Database) -> None:
    async with database.write() as connection:
        (one, two, three) = (
            await feeds.add(
                connection,
                [
                    (Listed(url="https://a.example/rss", title="Вестник порта"), "a.example"),
                    (Listed(url="https://a.example/rss/world", title="Harbour Post"), "a.example"),
                    (Listed(url="https://b.example/rss", title="Harbour Post: Sport 100 %"), "b.example"),
                ],
                NOW,
                first_check=lambda _: NOW,
            )
        ).ids

        async def found(word: str) -> list[SourceId]:
            return [state.source_id for state in await feeds.find(connection, word)]

        assert await found(f"{two}") == await found(f" #{two} ") == [two]
        assert await found("999999999999999999999999") == await found("0") == await found("") == await found("²") == []
        assert await found("https://a.example/rss") == [one]
        assert await found("harbour post") == [two]
        assert await found("HARBOUR") == [two, three]
        assert await found("порт") == [one]
        assert await found("100 %") == [three]
        assert await found("a.example") == [one, two]
        assert await found("gulls") == []
        assert await feeds.fitting(connection, "#", 2) == [(one, "Вестник порта"), (two, "Harbour Post")]
        assert [id_ for id_, _ in await feeds.fitting(connection, "SPORT", 9)] == [three]
        assert (three, "Harbour Post: Sport 100 %") in await feeds.fitting(connection, f"{three}", 9)
        await feeds.remove(connection, one, NOW)
        assert await found("a.example") == [two]
        assert await found(f"{one}") == []
        assert await feeds.get(connection, one) is None


async def test_what_is_due_is_claimed_in_turn_between_hosts_and_due_again_after_the_lease(database: Database) -> None:
    """FAULTS row 22."""
    many = [(f"https://big.example/{number}", "big.example") for number in range(6)]
    async with database.write() as connection:
        await add(connection, *many, ("https://s.example/s", "s.example"), ("https://t.example/t", "t.example"))
        later = hours(1)
        assert await claim(connection, NOW - timedelta(seconds=1)) == []
        assert await claim(connection, NOW) == ["https://big.example/0"]
        assert await claim(connection, later, limit=2) == ["https://big.example/1", "https://s.example/s"]
        assert await claim(connection, later, per_host=2) == ["https://big.example/2", "https://t.example/t", "https://big.example/3"]
        assert await claim(connection, later, busy=("big.example",)) == []
        assert await checks.next_due(connection) == NOW + timedelta(minutes=4)
        assert len(await claim(connection, later, per_host=9)) == 3
        assert await checks.next_due(connection) == later + LEASE
        assert len(await claim(connection, later + LEASE, per_host=9)) == 8


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_two_processes_claim_each_feed_once(database: Database, database_url: str) -> None:
    other = await Database.open(database_url, now=NOW)
    async with database.write() as connection:
        await add(connection, *((f"https://{name}.example/", name) for name in "abcd"))
    async with database.write() as one, other.write() as two:
        first = await claim(one, hours(1), limit=2)
        second = await claim(two, hours(1), limit=9)
    assert (first, second) == (["https://a.example/", "https://b.example/"], ["https://c.example/", "https://d.example/"])
    await other.close()


async def test_a_host_that_is_held_is_left_alone_until_then(database: Database) -> None:
    """FAULTS row 20."""
    async with database.write() as connection:
        await add(connection, ("https://a.example/1", "a.example"), ("https://b.example/2", "b.example"))
        await checks.hold(connection, "a.example", hours(3), "It asked not to be asked before 15:00.")
        await checks.hold(connection, "a.example", hours(2), "It asked not to be asked before 14:00.")
        assert await checks.held(connection, hours(1)) == {"a.example": hours(3)}
        assert await claim(connection, hours(1)) == ["https://b.example/2"]
        assert await checks.held(connection, hours(3)) == {}
        assert await claim(connection, hours(3)) == ["https://a.example/1", "https://b.example/2"]


async def test_a_restart_forgets_nothing_of_how_a_feed_stands(database: Database) -> None:
    async with database.write() as connection:
        source = await add_feed(connection)
        state = FeedState(
            source_id=source,
            url="https://news.example/moved",
            host="moved.example",
            name="The News",
            site="https://news.example",
            etag='"a"',
            last_modified="Sun, 22 Nov 2026 12:00:00 GMT",
            body_digest="f" * 64,
            fresh_for=timedelta(minutes=15, microseconds=1),
            checked_at=hours(1),
            baselined_at=hours(2),
            news_at=hours(3),
            failures=4,
            failing_since=hours(4),
            failure=Failure.TLS,
            last_error="The certificate of news.example has expired.",
            is_told=True,
            gone_since=hours(5),
            ended_at=hours(6),
            moved_to="https://news.example/elsewhere",
            moved_since=hours(7),
            moved_times=2,
        )
        assert await checks.save(connection, [(state, hours(9))]) == frozenset()
    async with database.read() as connection:
        assert await state_of(connection, source) == state
        assert await checks.next_due(connection) == hours(9)


async def test_a_feed_cannot_move_to_the_address_of_another(database: Database) -> None:
    async with database.write() as connection:
        one, two, three = (
            await add(connection, *((f"https://{name}.example/", f"{name}.example") for name in ("one", "two", "three")))
        ).ids
        await feeds.remove(connection, three, NOW)
        to_two = replace(await state_of(connection, one), url="https://two.example/", host="two.example", etag='"new"')
        assert await checks.save(connection, [(to_two, hours(1))]) == {one}
        stayed = await state_of(connection, one)
        assert (stayed.url, stayed.host, stayed.etag) == ("https://one.example/", "one.example", '"new"')
        to_three = replace(stayed, url="https://three.example/", host="three.example")
        assert await checks.save(connection, [(to_three, hours(1))]) == {one}
        far = replace(stayed, url=f"https://one.example/{'a1Z' * 1_300}")  # longer than an index row of PostgreSQL
        assert await checks.save(connection, [(far, hours(1))]) == {one}
        both = [(replace(await state_of(connection, id_), url="https://new.example/"), hours(1)) for id_ in (one, two)]
        assert await checks.save(connection, both) == {two}
        assert [state.url for state in await feeds.all_states(connection)] == ["https://new.example/", "https://two.example/"]


async def test_a_check_under_way_takes_back_nothing_that_a_person_decided(database: Database) -> None:
    async with database.write() as connection:
        one, two, three = (await add(connection, *((f"https://{name}.example/", name) for name in ("one", "two", "three")))).ids
        before = [await state_of(connection, id_) for id_ in (one, two, three)]
        assert await feeds.pause(connection, [one], NOW) == 1
        await feeds.remove(connection, two, NOW)
        assert await feeds.set_full_text(connection, [three], FullText.PAGE) == 1
        await checks.save(connection, [(state, hours(1)) for state in before])
        assert await claim(connection, hours(9)) == ["https://three.example/"]
        assert (await state_of(connection, three)).full_text is FullText.PAGE
        assert await feeds.check_now(connection, None, hours(9)) == 1
        assert await feeds.resume(connection, [one, two, SourceId(2**70), SourceId(-1)], hours(9)) == 1
        assert await feeds.resume(connection, [one], hours(9)) == 0
        assert await claim(connection, hours(9)) == ["https://one.example/", "https://three.example/"]
        assert await feeds.pause(connection, None, NOW) == 2
        assert await feeds.pause(connection, None, NOW) == 0
        assert await feeds.check_now(connection, None, hours(9)) == 0
        assert await feeds.set_full_text(connection, None, FullText.PAGE) == 1


async def test_a_removed_feed_comes_back_with_a_new_baseline_and_repeats_nothing(database: Database) -> None:
    async with database.write() as connection:
        source = await add_feed(connection)
        await check(connection, source, numbered(1))
        await check(connection, source, numbered(1), numbered(2), at=hours(1))
        await feeds.remove(connection, source, hours(2))
        assert await feeds.count(connection) == len(await sources.health(connection, hours(2))) == 0
        assert await add_feed(connection) == source
        assert (await state_of(connection, source)).baselined_at is None
        recorded = await check(connection, source, numbered(2), numbered(3), at=hours(3))
        assert (recorded.new, recorded.backlog, recorded.same) == (1, 1, 1)


async def test_notices_are_told_once(database: Database) -> None:
    async with database.write() as connection:
        source = await add_feed(connection)
        ended = Notice(kind=NoticeKind.ENDED, source_id=source, text="The News has ended.")
        moved = Notice(kind=NoticeKind.MOVED, source_id=source, text="The News has moved.\0")
        await notices.tell(connection, [ended], NOW)
        await notices.tell(connection, [moved], hours(1))
        await notices.tell(connection, [], hours(1))
        (first, at, notice), (second, _, _) = await notices.untold(connection)
        assert (at, notice) == (NOW, ended)
        await notices.told(connection, [first], hours(2))
        await notices.told(connection, [], hours(2))
        assert [number for number, _, _ in await notices.untold(connection)] == [second]
        newest = await notices.recent(connection, 9)
        assert [(at, notice.kind, notice.text, name) for at, notice, name in newest] == [
            (hours(1), NoticeKind.MOVED, "The News has moved.", "Feed of https://news.example/feed"),
            (NOW, NoticeKind.ENDED, "The News has ended.", "Feed of https://news.example/feed"),
        ]


async def test_pages_are_claimed_tried_again_and_done(database: Database) -> None:
    async with database.write() as connection:
        source = await add_feed(connection)
        await check(connection, source, *(numbered(number) for number in (1, 2, 3)))
        stored = [article.id for article in await every_article(connection)]
        hosts = ["a.example", "a.example", "b.example"]
        wanted = [
            PageFetch(article_id=id_, source_id=source, url=f"https://{host}/{id_}", host=host, tries=0)
            for id_, host in zip(stored, hosts, strict=True)
        ]
        await pages.want(connection, wanted, NOW)
        await checks.hold(connection, "b.example", hours(1), "It asked for a rest.")

        async def claimed(now: datetime, *busy: str) -> list[tuple[int, int]]:
            return [
                (page.article_id, page.tries) for page in await pages.claim(connection, now, limit=9, per_host=1, busy=busy, lease=LEASE)
            ]

        assert await claimed(NOW, "a.example") == []
        assert await claimed(NOW) == [(stored[0], 0)]
        assert await claimed(NOW) == [(stored[1], 0)]
        assert await pages.next_due(connection) == NOW
        await pages.later(connection, stored[0], hours(2), "The page took too long.")
        await pages.done(connection, stored[1])
        assert await claimed(hours(1)) == [(stored[2], 0)]
        assert await claimed(hours(2)) == [(stored[2], 0), (stored[0], 1)]
        assert await pages.count(connection) == 2
        await feeds.remove(connection, source, NOW)
        assert (await pages.count(connection), await pages.next_due(connection)) == (0, None)


async def test_robots_are_kept(database: Database) -> None:
    async with database.write() as connection:
        assert await robots.load(connection, "https://a.example") is None
        await robots.save(connection, "https://a.example", "User-agent: *\nDisallow: /\0", NOW, hours(24))
        await robots.save(connection, "https://a.example", "", hours(1), hours(25))
        kept = await robots.load(connection, "https://a.example")
        assert kept is not None
        assert (kept.text, kept.fetched_at, kept.expires_at) == ("", hours(1), hours(25))


HOST = st.sampled_from(["a", "b", "c"])


@settings(max_examples=25, suppress_health_check=SHARING)
@given(
    due=st.lists(st.tuples(HOST, st.integers(0, 5)), max_size=12),
    held=st.sets(HOST),
    busy=st.sets(HOST),
    limit=st.integers(1, 8),
    per_host=st.integers(1, 3),
)
async def test_a_claim_takes_the_oldest_of_each_host_in_turn(
    database: Database, *, due: list[tuple[str, int]], held: set[str], busy: set[str], limit: int, per_host: int
) -> None:
    async with database.write() as connection:
        before = await connection.begin_nested()
        listed = [(Listed(url=f"https://{host}.example/{place}", title=""), host) for place, (host, _) in enumerate(due)]
        await feeds.add(connection, listed, NOW, first_check=lambda number: hours(due[number][1]))
        for host in held:
            await checks.hold(connection, host, hours(9), "It asked for a rest.")
        turns = []
        for host in sorted({"a", "b", "c"} - held - busy):
            mine = sorted((hour, place) for place, (each, hour) in enumerate(due) if each == host and hour <= 3)
            turns += [(turn, hour, place, host) for turn, (hour, place) in enumerate(mine[:per_host])]
        wanted = [f"https://{host}.example/{place}" for _, _, place, host in sorted(turns)[:limit]]
        assert await claim(connection, hours(3), limit=limit, per_host=per_host, busy=tuple(busy)) == wanted
        await before.rollback()
