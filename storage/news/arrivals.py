"""What a look at some files means for the articles that are stored: new, a revision, known, refused. Plans rows; `articles` writes them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import Content, Reading, Refused, SourceId
from storage.schema.rows import Values, content_values, storable
from storage.schema.tables import article_revisions, articles, files

# What is known about an article besides its words: with other words it is another identity, with another of these a better known article.
_METADATA = ("agency", "author", "published_at", "published_precision", "published_origin", "language")


class Taken(Enum):
    """What became of a reading: planned for; held back, because it would revise an article; or to be decided after this batch."""

    PLANNED = auto()
    HELD = auto()
    LATER = auto()


@dataclass(frozen=True, slots=True)
class _File:
    """What is stored about a file that is read again."""

    article_id: int | None = None
    refused_since: datetime | None = None
    digest: str = ""


@dataclass(slots=True)
class Arrivals:
    """The plan for one batch of readings, and what must be known of the stored ones to make it.

    `inserted` and `revised` are rows of articles, `seen` rows of files; `same` and `refused` count readings.
    """

    source_id: SourceId
    now: datetime
    next_id: int
    current: dict[str, int]  # identity → the article that says this now
    replaced: dict[str, int]  # identity → the article that said this once
    known: dict[str, _File]
    says: dict[int, str]  # the reverse of `current`, for the articles of these files
    described: dict[int, Values]  # the metadata of the articles of these files
    holders: Counter[int]  # article → number of files that hold it
    inserted: list[Values] = field(default_factory=list)
    revised: dict[int, Values] = field(default_factory=dict)
    seen: dict[str, Values] = field(default_factory=dict)
    same: int = 0
    refused: int = 0

    def take(self, reading: Reading, identity: str, *, revise: bool) -> Taken:
        """Plan for one reading; without `revise`, one that would change what an article says is held back."""
        path = storable(reading.path)
        if path in self.seen:
            return Taken.LATER
        file = self.known.get(path, _File())
        match reading.result:
            case Refused(reason=reason):
                self.refused += 1
                self._see(path, reading, file.article_id, storable(reason), file.refused_since or self.now)
                return Taken.PLANNED
            case Content() as content:
                placed = self._place(file, content, reading, identity, revise=revise)
                if isinstance(placed, Taken):
                    return placed
                if file.article_id is not None:
                    self.holders[file.article_id] -= 1
                self.holders[placed] += 1
                self._see(path, reading, placed, None, None)
                return Taken.PLANNED

    def _place(self, file: _File, content: Content, reading: Reading, identity: str, *, revise: bool) -> int | Taken:
        """Find or make the article that this content is.

        Content that some article says, or once said, is that article. Otherwise it revises the article of its file, unless another file
        still holds that article as it is. An article goes back to what it once said when its only file does. A file that has not changed,
        or is an old text under another name, is no news; one that changed and kept its words may know more about them.
        """
        own = file.article_id
        changed = reading.digest != file.digest
        alone = own is not None and self.holders[own] <= 1
        known = self.current.get(identity, self.replaced.get(identity))
        if known is not None and known == own and changed:
            if identity in self.current:
                return self._describe(known, content, reading, identity)
            if alone:
                return self._revise(known, content, reading, identity) if revise else Taken.HELD
        if known is not None:
            self.same += 1
            return known
        if own is None or not alone:
            return self._insert(content, reading, identity)
        return self._revise(own, content, reading, identity) if revise else Taken.HELD

    def _describe(self, article_id: int, content: Content, reading: Reading, identity: str) -> int | Taken:
        """Correct what is known about an article whose words stay."""
        if article_id in self.revised:
            return Taken.LATER
        values = content_values(content, identity, reading)
        if all(values[name] == self.described[article_id][name] for name in _METADATA):
            self.same += 1
        else:
            self.revised[article_id] = {"id": article_id, **values}
        return article_id

    def _insert(self, content: Content, reading: Reading, identity: str) -> int:
        article_id = self.next_id
        self.next_id += 1
        self.current[identity] = article_id
        self.inserted.append(
            {
                "id": article_id,
                "source_id": self.source_id,
                "received_at": self.now,
                "revision": 1,
                **content_values(content, identity, reading),
            }
        )
        return article_id

    def _revise(self, article_id: int, content: Content, reading: Reading, identity: str) -> int | Taken:
        if article_id in self.revised:
            return Taken.LATER
        said = self.says[article_id]
        del self.current[said]
        self.replaced[said] = article_id
        self.current[identity] = article_id
        self.revised[article_id] = {"id": article_id, **content_values(content, identity, reading)}
        return article_id

    def _see(self, path: str, reading: Reading, article_id: int | None, reason: str | None, since: datetime | None) -> None:
        self.seen[path] = {
            "source_id": self.source_id,
            "path": path,
            "size": reading.size,
            "mtime_ns": reading.mtime_ns,
            "digest": reading.digest,
            "seen_at": self.now,
            "article_id": article_id,
            "reason": reason,
            "refused_since": since,
        }


async def look_up(connection: AsyncConnection, source_id: SourceId, readings: Iterable[tuple[Reading, str]], now: datetime) -> Arrivals:
    """Fetch what planning these readings needs, in five statements."""
    pairs = [(storable(reading.path), identity) for reading, identity in readings]
    paths = [path for path, _ in pairs]
    identities = [identity for _, identity in pairs if identity]
    seen = await connection.execute(
        select(files.c.path, files.c.article_id, files.c.refused_since, files.c.digest).where(
            files.c.source_id == source_id, files.c.path.in_(paths)
        )
    )
    known = {path: _File(article_id, since, digest) for path, article_id, since, digest in seen}
    own = {file.article_id for file in known.values() if file.article_id is not None}
    saying = await connection.execute(
        select(articles.c.identity, articles.c.id, *(articles.c[name] for name in _METADATA)).where(
            articles.c.identity.in_(identities) | articles.c.id.in_(own)
        )
    )
    described: dict[int, Values] = {row["id"]: dict(row) for row in saying.mappings()}
    current = {values["identity"]: article_id for article_id, values in described.items()}
    said = await connection.execute(
        select(article_revisions.c.identity, article_revisions.c.article_id).where(article_revisions.c.identity.in_(identities))
    )
    replaced = {row.identity: row.article_id for row in said}
    involved = own | set(current.values()) | set(replaced.values())
    held = await connection.execute(
        select(files.c.article_id, func.count().label("files")).where(files.c.article_id.in_(involved)).group_by(files.c.article_id)
    )
    return Arrivals(
        source_id=source_id,
        now=now,
        next_id=(await connection.scalar(select(func.max(articles.c.id))) or 0) + 1,
        current=current,
        says={article_id: identity for identity, article_id in current.items()},
        described=described,
        replaced=replaced,
        known=known,
        holders=Counter({row.article_id: row.files for row in held}),
    )
