"""What a check of some feeds means for the articles that are stored: new, a revision, known. Plans rows; `entries` writes them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.feeds.entry_identity import Keys, Match, alike, same_address, words_key
from bot.core.feeds.feed import Entry, FeedState, FullText
from bot.core.grouping.identity import identity as identity_of
from bot.core.model import ArticleId, Content, DateOrigin, Precision, SourceId, Stamp
from storage.engine.chunks import chunks
from storage.feeds.entry_looks import SLACK, FeedEntries, Look, Stored, look_up, stored_of
from storage.feeds.pages import PageFetch
from storage.schema.rows import Values, content_values, storable
from storage.schema.tables import SHORT_URL, article_revisions, articles

LENGTHENED: Final = timedelta(days=14)
"""What is dated longer before the last check than this was not withheld: the feed shows more of its past. Guess."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedFeed:
    """How many entries of one feed were what; `new` counts those of the back-catalogue (`backlog`) too, `queued` the pages now wanted."""

    source_id: SourceId
    new: int = 0
    revised: int = 0
    same: int = 0
    backlog: int = 0
    reset: bool = False
    queued: int = 0


@dataclass(slots=True, kw_only=True)
class Plan:
    """The plan for a group of feeds.

    `inserted` and `revised` are rows of articles, `first_seen` and `rekeyed` of feed_entries; `churned` are the feeds whose guids are new,
    `wanted` the pages by article, without their hosts.
    """

    now: datetime
    next_id: int
    stored: dict[int, Stored]
    replaced: dict[str, int]  # identity → the article that said this once
    current: dict[str, int] = field(default_factory=dict)  # identity → the article that says this now
    places: defaultdict[str, list[Stored]] = field(default_factory=lambda: defaultdict(list))  # address → the articles there
    inserted: list[Values] = field(default_factory=list)
    revised: dict[int, Values] = field(default_factory=dict)
    first_seen: list[Values] = field(default_factory=list)
    rekeyed: list[Values] = field(default_factory=list)
    churned: list[SourceId] = field(default_factory=list)
    wanted: dict[int, PageFetch] = field(default_factory=dict)
    recorded: list[RecordedFeed] = field(default_factory=list)

    def take(self, look: Look) -> None:
        """Plan for one feed."""
        new = revised = backlog = 0
        wanted = len(self.wanted)
        for (entry, identity), keys, matched in zip(look.entries, look.keys, look.matches, strict=True):
            if matched is not None:
                revised += self._edit(look, entry, keys, matched)
                continue
            article_id = self._known(look.source_id, entry.content, identity)
            if article_id is None:
                is_old = self._is_old(look, entry)
                article_id = self._insert(look, entry, identity, backlog=is_old)
                new += 1
                backlog += is_old
            self.first_seen.append(
                {
                    "source_id": look.source_id,
                    "article_id": article_id,
                    "guid": keys.guid,
                    "url": keys.url,
                    "title": keys.title,
                    "words": keys.words,
                    "seen_at": self.now,
                }
            )
        self.rekeyed += look.rekeyed()
        if look.churned:
            self.churned.append(look.source_id)
        self.recorded.append(
            RecordedFeed(
                source_id=look.source_id,
                new=new,
                revised=revised,
                same=len(look.feed.entries) - new - revised,
                backlog=backlog,
                reset=look.reset,
                queued=len(self.wanted) - wanted,
            )
        )

    def _known(self, source_id: SourceId, content: Content, identity: str) -> int | None:
        """Give the article that an entry unknown to its feed is all the same: in the same words, or at the same place by another source."""
        known = self.current.get(identity, self.replaced.get(identity))
        if known is not None or content.url is None:
            return known
        for there in self.places.get(storable(content.url), ()):
            if there.source_id != source_id and _outlet(there.content) == _outlet(content) and alike(content, there.content):
                return there.id
        return None

    def _is_old(self, look: Look, entry: Entry) -> bool:
        """Tell whether an unknown entry is back-catalogue."""
        if look.feed.state.baselined_at is None:
            return True
        if entry.content.published is None:
            return look.reset
        return not look.was_in_time(entry, SLACK if look.churned else LENGTHENED)

    def _insert(self, look: Look, entry: Entry, identity: str, *, backlog: bool) -> int:
        article_id = self.next_id
        self.next_id += 1
        content = entry.content
        if content.published is None and not backlog:
            content = replace(content, published=Stamp(at=self.now, precision=Precision.INFERRED, origin=DateOrigin.SEEN))
        self.inserted.append(
            {
                "id": article_id,
                "source_id": look.source_id,
                "received_at": self.now,
                "revision": 1,
                "backlog": backlog,
                **content_values(content, identity),
            }
        )
        self.current[identity] = article_id
        if content.url is not None:
            stored = Stored(id=article_id, source_id=look.source_id, identity=identity, content=content)
            self.places[storable(content.url)].append(stored)
        if not backlog:
            self._want(look.feed.state, entry, article_id)
        return article_id

    def _edit(self, look: Look, entry: Entry, keys: Keys, matched: Match) -> bool:
        """Plan the revision of an article whose entry says something else; False when it makes none.

        Only the source that told an article first revises it. A feed that goes back to what it said before is a cache of its server that
        was not told: that is no revision, or every check would make one.
        """
        if keys.words == matched.known.keys.words:
            return False
        article_id = look.article_of(matched)
        stored = self.stored[article_id]
        if stored.source_id != look.source_id or article_id in self.revised:
            return False
        content, identity = edited(look, entry, matched, stored)
        if identity in self.current or identity in self.replaced:
            return False
        self.current[identity] = article_id
        self.revised[article_id] = {"id": article_id, **content_values(content, identity)}
        self._want(look.feed.state, entry, article_id)
        return True

    def _want(self, state: FeedState, entry: Entry, article_id: int) -> None:
        """Want the page of an article whose feed only teases, if the operator does."""
        url = entry.content.url
        if state.full_text is FullText.PAGE and entry.teases and url is not None:
            self.wanted[article_id] = PageFetch(article_id=ArticleId(article_id), source_id=state.source_id, url=url, host="", tries=0)


def _outlet(content: Content) -> str:
    return (content.outlet or "").casefold()


def edited(look: Look, entry: Entry, matched: Match, stored: Stored) -> tuple[Content, str]:
    """Give what an article says after an edit of its entry, with its identity.

    What the feed leaves out stays, and so does the first date: an edit does not make the report later. The text of the page stays where
    the feed only teases, until the page is read again; it is the page's when the article does not say what the feed last said.
    """
    content, old = entry.content, stored.content
    url = old.url if content.url is None or same_address(content.url, old.url) else content.url
    content = replace(content, url=url, outlet=content.outlet or old.outlet, published=_earlier(content, old))
    has_page = words_key(look.source_id, old) != matched.known.keys.words
    if has_page and entry.teases and look.feed.state.full_text is FullText.PAGE:
        content = replace(content, text=old.text)
    return content, identity_of(content)


def _earlier(new: Content, old: Content) -> Stamp | None:
    """Give the date that stays: the first one that was told, not the time when the entry was first seen."""
    if new.published is None or old.published is None:
        return new.published or old.published
    return min(new.published, old.published, key=lambda stamp: (stamp.origin is DateOrigin.SEEN, stamp.at))


async def plan(connection: AsyncConnection, group: Sequence[FeedEntries], now: datetime) -> Plan:
    """Plan for a group of feeds, whose entries fit into a few statements."""
    looks, stored = await look_up(connection, group, now)
    identities: set[str] = set()
    addresses: set[str] = set()
    for look in looks:
        for (entry, identity), keys, matched in zip(look.entries, look.keys, look.matches, strict=True):
            if matched is None:
                identities.add(identity)
                if entry.content.url is not None and keys.url is not None:
                    addresses.add(storable(entry.content.url))
            elif keys.words != matched.known.keys.words:
                identities.add(edited(look, entry, matched, stored[look.article_of(matched)])[1])
    made = Plan(
        now=now,
        next_id=(await connection.scalar(select(func.max(articles.c.id))) or 0) + 1,
        stored=stored,
        replaced=await _replaced(connection, identities),
    )
    await _find(connection, made, identities, addresses)
    for look in looks:
        made.take(look)
    return made


async def _replaced(connection: AsyncConnection, identities: Iterable[str]) -> dict[str, int]:
    """Give the articles that once said one of these, by its identity."""
    found: dict[str, int] = {}
    for chunk in chunks(sorted(identities)):
        said = select(article_revisions.c.identity, article_revisions.c.article_id).where(article_revisions.c.identity.in_(chunk))
        found.update((row.identity, row.article_id) for row in await connection.execute(said))
    return found


async def _find(connection: AsyncConnection, made: Plan, identities: Iterable[str], addresses: Iterable[str]) -> None:
    """Put into the plan the articles that say one of these now, and the newest at each place: some have a new story every day."""
    for chunk in chunks(sorted(identities)):
        said = select(articles.c.identity, articles.c.id).where(articles.c.identity.in_(chunk))
        made.current.update((row.identity, row.id) for row in await connection.execute(said))
    for chunk in chunks(sorted(addresses)):
        newest = select(func.max(articles.c.id)).where(articles.c.url.in_(chunk), SHORT_URL).group_by(articles.c.url)
        for row in await connection.execute(select(articles).where(articles.c.id.in_(newest))):
            made.places[row.url].append(stored_of(row))
