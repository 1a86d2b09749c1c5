"""Entries of feeds as they are stored: what a check brought is written down here, what it means is planned in `entry_plans`."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import ArticleId, Content
from storage.engine.engines import read_by_index, wait_for_writers
from storage.feeds import pages
from storage.feeds.entry_looks import FeedEntries
from storage.feeds.entry_plans import Plan, RecordedFeed, plan
from storage.news.articles import write_contents
from storage.schema.rows import content_values
from storage.schema.tables import articles, feed_entries, feeds

__all__ = ["FeedEntries", "RecordedFeed", "record", "revise_text"]

GROUP: Final = 150
"""Entries per round of statements, those of one feed never apart. Measured on SQLite, new entries of 120 words a second, and how late the
event loop is meanwhile (p99): 7,200 and 1.7 ms by 80, 11,200 and 3.4 ms by 150, 12,400 and 5.4 ms by 300. Known ones: 16,000."""

_CHANGE_KEYS: Final = (
    update(feed_entries)
    .where(feed_entries.c.id == bindparam("number"))
    .values({name: bindparam(f"new_{name}") for name in ("guid", "url", "title", "words")})
)


async def record(
    connection: AsyncConnection, batch: Sequence[FeedEntries], now: datetime, *, host_key: Callable[[str], str]
) -> list[RecordedFeed]:
    """Write down what feeds held, each feed at most once in the batch; gives one answer for each, in this order.

    An entry that is known (`feeds.entry_identity`) is no news; when it says something else it revises its article. An entry that some other
    source has told in the same words, or at the same address for the same outlet, points to that article and leaves it as it is. What a
    feed no longer holds is not gone. Articles are new, but back-catalogue, at the first check of a feed, and later when their date is far
    too old for an entry that was not there last time, or when most guids of the feed are new (`reset`) and nothing shows that they are not.

    Entries without a date that come later than the first check are dated `now`, inferred. Where the feed teases and pages are wanted, their
    addresses are queued; `host_key` gives the host of an address. All that is written belongs to the caller's transaction: all or
    nothing, and doing it again changes nothing.
    """
    await wait_for_writers(connection)
    await read_by_index(connection)
    recorded: list[RecordedFeed] = []
    for group in _groups(batch):
        planned = await plan(connection, group, now)
        recorded += planned.recorded
        await _write(connection, planned, host_key)
    return recorded


def _groups(batch: Sequence[FeedEntries]) -> Iterator[Sequence[FeedEntries]]:
    """Cut a batch between feeds, so that each part has about `GROUP` entries."""
    start = entries = 0
    for place, feed in enumerate(batch):
        if entries and entries + len(feed.entries) > GROUP:
            yield batch[start:place]
            start, entries = place, 0
        entries += len(feed.entries)
    if batch:
        yield batch[start:]


async def _write(connection: AsyncConnection, planned: Plan, host_key: Callable[[str], str]) -> None:
    """Write what was planned for a group of feeds."""
    await write_contents(connection, planned.inserted, planned.revised, planned.now)
    if planned.first_seen:
        await connection.execute(feed_entries.insert(), planned.first_seen)
    if planned.rekeyed:
        await connection.execute(_CHANGE_KEYS, planned.rekeyed)
    if planned.churned:
        await connection.execute(update(feeds).where(feeds.c.source_id.in_(planned.churned)).values(churned_at=planned.now))
    await pages.want(connection, [replace(page, host=host_key(page.url)) for page in planned.wanted.values()], planned.now)


async def revise_text(connection: AsyncConnection, article_id: ArticleId, content: Content, identity: str, now: datetime) -> bool:
    """Give an article the text of its page, which makes a revision, and want the page no more.

    False when nothing changed: the article says that already, or another article does. `content` is what the article is to say as a
    whole, `identity` that of it (`core.grouping.identity`).
    """
    await wait_for_writers(connection)
    await pages.done(connection, article_id)
    there = await connection.scalar(select(articles.c.id).where(articles.c.identity == identity))
    if there is not None:
        return False
    await write_contents(connection, [], {article_id: {"id": article_id, **content_values(content, identity)}}, now)
    return True
