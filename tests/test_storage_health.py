"""What an operator asks about feeds: how much comes, how much of it is news, how fast."""

from datetime import timedelta

from storage_samples import NOW, add_feed, check, entry, hours, joined, opened, summarise

from bot.core.feeds.feed import Entry, FullText
from storage.engine.database import Database
from storage.feeds import feeds, sources
from storage.news import events


async def test_a_feed_has_a_health(database: Database) -> None:
    """Back-catalogue counts as articles, not as articles of this week; lags are counted where it is known who was first."""

    def told(number: int, minutes: int, outlet: str) -> Entry:
        return entry(f"words {number}", guid=f"{number} {outlet}", outlet=outlet, published=hours(1) + timedelta(minutes=minutes))

    async with database.write() as connection:
        quick, slow = await add_feed(connection, "https://quick.example/"), await add_feed(connection, "https://slow.example/")
        empty = await add_feed(connection, "https://empty.example/", full_text=FullText.PAGE)
        await check(connection, quick, told(0, 0, "Quick"))
        await check(connection, slow, at=NOW)
        news = [told(0, 0, "Quick"), *(told(number, 0, "Quick") for number in (1, 2, 3))]
        await check(connection, quick, *news, at=hours(1))  # articles 2, 3, 4
        await check(connection, slow, *(told(number, 10 * number, "Slow") for number in (1, 2, 3)), at=hours(2))  # 5, 6, 7
        changes = [
            opened(9, 1),
            *(opened(number, number + 1) for number in (1, 2, 3)),
            *(joined(number, number + 4) for number in (1, 2, 3)),
        ]
        await events.apply(connection, changes, hours(2))
        await summarise(connection, (9, hours(1), 1, 1, 1), *((number, hours(1), 2, 2, number + 1) for number in (1, 2, 3)))
        await feeds.pause(connection, [empty], hours(3))
    async with database.read() as connection:
        every = await sources.health(connection, hours(3))
        assert [one.id for one in every] == [quick, slow, empty]
        assert [(one.articles, one.articles_week, one.events, one.first) for one in every] == [(4, 3, 3, 3), (3, 3, 3, 0), (0, 0, 0, 0)]
        assert [one.exclusive for one in every] == [1, 0, 0]
        assert [one.median_lag for one in every] == [timedelta(0), timedelta(minutes=20), None]
        assert [one.last_success_at for one in every] == [hours(1), hours(2), None]
        assert [one.next_check_at for one in every] == [hours(1.5), hours(2.5), None]
        assert (every[2].paused_at, every[2].full_text, every[2].kind) == (hours(3), FullText.PAGE, "feed")
        assert await sources.health(connection, hours(3), [slow]) == [every[1]]
        assert await sources.health(connection, hours(3), []) == []
        (later, *_) = await sources.health(connection, hours(24 * 31), [quick])
        assert (later.articles_week, later.events, later.median_lag) == (0, 3, None)
    async with database.write() as connection:
        await summarise(connection, (1, hours(1), 2, 2, None), (2, hours(1), 2, 2, 3), (3, hours(1), 2, 1, 4))
        (one,) = await sources.health(connection, hours(3), [slow])
        assert (one.events, one.exclusive, one.median_lag) == (2, 1, timedelta(minutes=20))
        await summarise(connection, (1, hours(1), 2, 2, 2))
        (one,) = await sources.health(connection, hours(3), [slow])
        assert one.median_lag == timedelta(minutes=15)
