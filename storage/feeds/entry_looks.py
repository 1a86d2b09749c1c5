"""What is known of the entries that a check brought: which of them the feed had before, and whether its guids still mean anything."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.feeds.entry_identity import Bond, Keys, Known, Match, alike, distinct, keys_of, match, misleading
from bot.core.feeds.feed import Entry, FeedState
from bot.core.model import Content, SourceId
from storage.engine.chunks import chunks
from storage.schema.rows import Values, content_of
from storage.schema.tables import articles, feed_entries, feeds

FEWEST: Final = 4
"""Entries with guids from which on a feed can be reset: of three, two new ones are an ordinary day."""

SLACK: Final = timedelta(days=2)
"""An entry dated longer before the last check than this was in the feed before: it was not withheld so long. Guess."""

HABIT: Final = timedelta(days=30)
"""A feed whose guids were all new this short ago gives others at every check: they tell nothing, least of all a reset. Guess."""


DIGESTED_TOGETHER: Final = 50
"""Entries whose words are digested before the event loop does something else: long ones take 3 ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntries:
    """What one feed held at one check: its state before, and its entries with the identities of their contents (`grouping.identity`)."""

    state: FeedState
    entries: Sequence[tuple[Entry, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An article as it is stored, or planned."""

    id: int
    source_id: int
    identity: str
    content: Content


@dataclass(slots=True, kw_only=True)
class Look:
    """One feed with what is known of its entries: `matches` stand beside `entries` and `keys`, None where an entry is unknown.

    `known` are all entries that share a key with one of these, `article_ids` theirs. `misleading` are the keys that mean nothing in this
    feed, by which nothing was matched. `churned` says that most guids are new though the
    entries are not, or might not be; `reset` that this is no habit of the feed.
    """

    feed: FeedEntries
    entries: list[tuple[Entry, str]]
    keys: list[Keys]
    known: list[Known] = field(default_factory=list)
    article_ids: dict[int, int] = field(default_factory=dict)  # number of a known entry → its article
    matches: list[Match | None] = field(default_factory=list)
    refuted: set[tuple[int, int]] = field(default_factory=set)  # places of entries with numbers of known ones that they are not
    misleading: frozenset[str] = frozenset()
    churned: bool = False
    reset: bool = False

    @property
    def source_id(self) -> SourceId:
        """The feed."""
        return self.feed.state.source_id

    def article_of(self, matched: Match) -> int:
        """Give the article of the known entry."""
        return self.article_ids[matched.known.number]

    def edited(self) -> Iterator[int]:
        """Give the articles of known entries that say something else now, or are not surely those that they seem to be."""
        for keys, matched in zip(self.keys, self.matches, strict=True):
            if matched is not None and (matched.bond <= Bond.LOOSE or keys.words != matched.known.keys.words):
                yield self.article_of(matched)

    def refute(self, stored: Mapping[int, Stored]) -> bool:
        """Match anew without the pairs that are not one, as their contents show; False when there are none any more."""
        false = {
            (place, matched.known.number)
            for place, ((entry, _), matched) in enumerate(zip(self.entries, self.matches, strict=True))
            if matched is not None and not self._holds(entry.content, matched, stored)
        }
        self.refuted |= false
        if false:
            self.match()
        return bool(false)

    def match(self) -> None:
        """Find the known entries, by the keys that mean something; doubtful ones only of a feed that changes them all."""
        keys = self.keys
        if "guid" in self.misleading:
            keys = [replace(each, guid=None) for each in keys]
        if "url" in self.misleading:
            keys = [replace(each, url=None) for each in keys]
        weakest = Bond.DOUBTFUL if self.churned or self.misleading else Bond.LOOSE
        self.matches = match(keys, self.known, weakest=weakest, refuted=self.refuted)

    def _holds(self, content: Content, matched: Match, stored: Mapping[int, Stored]) -> bool:
        """Tell whether an entry is the known one that it may be."""
        return matched.bond > Bond.LOOSE or alike(content, stored[self.article_of(matched)].content)

    def was_in_time(self, entry: Entry, slack: timedelta) -> bool:
        """Tell whether the date of an entry lies after the last check, or at most `slack` before it; no date says nothing."""
        state, published = self.feed.state, entry.content.published
        asked = state.checked_at or state.baselined_at
        return published is not None and (asked is None or published.at >= asked - slack)

    def rekeyed(self) -> list[Values]:
        """Give the keys that known entries have now, where they change; a key that another entry has now is its own no more."""
        owners: dict[int, int] = {}
        present: dict[int, Keys] = {}
        for keys, matched in zip(self.keys, self.matches, strict=True):
            number = 0 if matched is None else matched.known.number
            present[number] = keys
            owners.update((key, number) for key in (keys.guid, keys.url, keys.title) if key is not None)
        changed: list[Values] = []
        for one in self.known:
            old, new = one.keys, present.get(one.number, one.keys)
            pairs = ((new.guid, old.guid), (new.url, old.url), (new.title, old.title))
            now = tuple(_kept(old_key if new_key is None else new_key, one.number, owners) for new_key, old_key in pairs)
            if (*now, new.words) != (old.guid, old.url, old.title, old.words):
                changed.append({"number": one.number, "new_guid": now[0], "new_url": now[1], "new_title": now[2], "new_words": new.words})
        return changed


def _kept(key: int | None, number: int, owners: dict[int, int]) -> int | None:
    return None if key is None or owners.get(key, number) != number else key


async def look_up(connection: AsyncConnection, group: Sequence[FeedEntries], now: datetime) -> tuple[list[Look], dict[int, Stored]]:
    """Recognise the entries of some feeds; gives with them the articles of those that say something else than before."""
    looks: list[Look] = []
    for feed in group:
        entries = [feed.entries[place] for place in distinct([entry for entry, _ in feed.entries])]
        looks.append(Look(feed=feed, entries=entries, keys=await _keys(feed, entries)))
    rows = await _known(connection, [keys for look in looks for keys in look.keys])
    since = select(feeds.c.source_id, feeds.c.churned_at).where(feeds.c.source_id.in_([look.source_id for look in looks]))
    churned_at: dict[int, datetime | None] = {row.source_id: row.churned_at for row in await connection.execute(since)}
    for look in looks:
        for row in rows.get(look.source_id, ()):
            keys = Keys(guid=row.guid, url=row.url, title=row.title, words=row.words)
            look.known.append(Known(number=row.id, keys=keys))
            look.article_ids[row.id] = row.article_id
        look.matches = match(look.keys, look.known)
        _judge_guids(look, churned_at.get(look.source_id), now)
        look.misleading = misleading(look.keys, look.matches)
        if look.misleading or any(matched.bond is Bond.DOUBTFUL for matched in look.matches if matched is not None):
            look.match()
    stored: dict[int, Stored] = {}
    undecided = looks
    while undecided:
        stored |= await _stored(connection, {id_ for look in undecided for id_ in look.edited()} - stored.keys())
        undecided = [look for look in undecided if look.refute(stored)]
    return looks, stored


async def _keys(feed: FeedEntries, entries: Sequence[tuple[Entry, str]]) -> list[Keys]:
    """Digest the entries of a feed, which the event loop need not wait for: 500 long ones take as many times 50 µs."""
    keys: list[Keys] = []
    for each in keys_of(feed.state.source_id, [entry for entry, _ in entries]):
        keys.append(each)
        if len(keys) % DIGESTED_TOGETHER == 0:
            await asyncio.sleep(0)
    return keys


def _judge_guids(look: Look, churned_at: datetime | None, now: datetime) -> None:
    """See whether more than half of the guids are new while the entries are not, or while nothing shows that they are.

    All guids of a feed that had more news than it can show are new too; its dates tell.
    """
    if look.feed.state.baselined_at is None:
        return
    had = {one.keys.guid for one in look.known}
    guids = suspicious = 0
    for (entry, _), keys, matched in zip(look.entries, look.keys, look.matches, strict=True):
        if keys.guid is None:
            continue
        guids += 1
        if keys.guid not in had:
            suspicious += not look.was_in_time(entry, SLACK) if matched is None else matched.known.keys.guid is not None
    look.churned = guids >= FEWEST and suspicious * 2 > guids
    look.reset = look.churned and (churned_at is None or now - churned_at > HABIT)


async def _known(connection: AsyncConnection, every: Sequence[Keys]) -> dict[int, list[Row[Any]]]:
    """Give the rows that share a key with one of these, by source."""
    found: dict[int, Row[Any]] = {}
    for chunk in chunks(every):
        shared = [
            column.in_([key for key in keys if key is not None])
            for column, keys in (
                (feed_entries.c.guid, [keys.guid for keys in chunk]),
                (feed_entries.c.url, [keys.url for keys in chunk]),
                (feed_entries.c.title, [keys.title for keys in chunk]),
                (feed_entries.c.words, [keys.recognisable_words for keys in chunk]),
            )
        ]
        found.update((row.id, row) for row in await connection.execute(select(feed_entries).where(or_(*shared))))
    by_source: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for row in found.values():
        by_source[row.source_id].append(row)
    return by_source


async def _stored(connection: AsyncConnection, ids: Iterable[int]) -> dict[int, Stored]:
    """Give articles by id."""
    found: dict[int, Stored] = {}
    for chunk in chunks(sorted(ids)):
        rows = await connection.execute(select(articles).where(articles.c.id.in_(chunk)))
        found.update((row.id, stored_of(row)) for row in rows)
    return found


def stored_of(row: Row[Any]) -> Stored:
    """Read a row of `articles`."""
    return Stored(id=row.id, source_id=row.source_id, identity=row.identity, content=content_of(row))
