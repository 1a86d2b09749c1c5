"""A desk for tests of corrections: articles that come and are grouped, admins who ask, and what everybody sees afterwards."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from storage_samples import folder, reading

from bot.core.grouping.constraints import CorrectionId
from bot.core.grouping.correction import Correction, CorrectionKind
from bot.core.grouping.grouper import GroupingSettings
from bot.core.model import Article, ArticleId, Event, EventId
from bot.pipeline.group import Grouping
from storage.correcting import corrections
from storage.engine.database import Database
from storage.news import articles, events

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass(slots=True)
class Desk:
    """An installation with a clock of its own; every run of grouping is a program that was just started."""

    database: Database
    now: datetime = NOON
    settings: GroupingSettings = field(default_factory=GroupingSettings)

    def clock(self) -> datetime:
        return self.now

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    async def arrive(self, *stream: Article, run: bool = True) -> None:
        """Store articles as if they had been read from files named after their numbers, and group them."""
        said = [reading(f"{each.id}.txt", each.content) for each in stream]
        async with self.database.write() as connection:
            await articles.record(connection, await folder(connection), said, self.now)
        if run:
            await self.run()

    async def run(self) -> None:
        async with Grouping(self.database, self.settings, self.clock) as grouping:
            await grouping.run()

    async def ask(self, kind: CorrectionKind, who: str = "the terminal", **about: int) -> CorrectionId:
        """Ask for a correction."""
        async with self.database.write() as connection:
            return await corrections.ask(
                connection,
                kind,
                self.now,
                who=who,
                chat="terminal/me",
                event_id=EventId(about["event"]) if "event" in about else None,
                other_id=EventId(about["other"]) if "other" in about else None,
                article_id=ArticleId(about["article"]) if "article" in about else None,
                undoes=CorrectionId(about["undoes"]) if "undoes" in about else None,
            )

    async def _done(self, asked: CorrectionId) -> Correction:
        await self.run()
        return await self.correction(asked)

    async def correction(self, number: CorrectionId) -> Correction:
        async with self.database.read() as connection:
            found = await corrections.get(connection, number)
        assert found is not None
        return found

    async def merge(self, event: int, other: int, *, who: str = "the terminal") -> Correction:
        return await self._done(await self.ask(CorrectionKind.MERGE, who, event=event, other=other))

    async def split(self, event: int, article: int, *, who: str = "the terminal") -> Correction:
        return await self._done(await self.ask(CorrectionKind.SPLIT, who, event=event, article=article))

    async def undo(self, number: int, *, who: str = "the terminal") -> Correction:
        return await self._done(await self.ask(CorrectionKind.UNDO, who, undoes=number))

    async def stored(self) -> list[Event]:
        async with self.database.read() as connection:
            return await events.load(connection, await events.latest(connection, 1000))

    async def members(self) -> dict[int, list[int]]:
        """The living events with the articles of each."""
        return {event.id: [article.id for article in event.articles] for event in sorted(await self.stored(), key=lambda each: each.id)}

    async def resolved(self, *ids: int) -> list[EventId | None]:
        async with self.database.read() as connection:
            return [await events.resolve(connection, EventId(id_)) for id_ in ids]

    async def history(self, event: int) -> list[str]:
        async with self.database.read() as connection:
            return [entry.what for entry in await events.history(connection, EventId(event))]


def retold(article: Article, words: str) -> Article:
    """The same file, saying something else."""
    return replace(article, content=replace(article.content, text=f"{article.content.text} {words}"))
