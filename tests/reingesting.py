"""An installation to be ingested again: happenings told by several articles, an older program that grouped them, plans, what is where."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from bench_ingest import SYLLABLES
from sqlalchemy import func, select
from storage_samples import NOW, content, record

from bot.core.grouping.constraints import Bond
from bot.core.grouping.correction import CorrectionKind
from bot.core.grouping.decision import ReingestId
from bot.core.grouping.grouper import GroupingSettings
from bot.core.grouping.reingest import Reingest, Scope
from bot.core.model import ArticleId, Content, Event, EventId
from bot.pipeline.collect import FolderReader
from bot.pipeline.group import Grouped
from bot.pipeline.reapply import Reapplying
from bot.pipeline.reingest import Reingests
from bot.sources.worker import Worker
from storage.correcting import corrections, reingests
from storage.engine.database import Database
from storage.news import events
from storage.schema.chat_tables import deliveries
from storage.schema.tables import articles as article_rows

TODAY = GroupingSettings()
OLDER = GroupingSettings(threshold=0.999)
"""How an older program grouped: hardly anything joined at once."""

COMMON = (
    "officials",
    "said",
    "people",
    "reported",
    "morning",
    "around",
    "several",
    "later",
    "according",
    "witnesses",
    "expected",
    "called",
)


class News:
    """Happenings of an invented country: each with names and words of its own, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._happenings: list[tuple[list[str], list[str]]] = []
        self._told = 0

    def open(self) -> Content:
        words = ["".join(self._random.choices(SYLLABLES, k=3)) for _ in range(22)]
        self._happenings.append(([word.capitalize() for word in words[:8]], words[8:]))
        return self.report(len(self._happenings))

    def report(self, happening: int) -> Content:
        """Tell the happening in this place, from 1, once more."""
        names, words = self._happenings[happening - 1]
        draw, self._told = self._random, self._told + 1
        lines = []
        for _ in range(5):
            line = [*draw.sample(names, 3), *draw.sample(words, 5), *draw.sample(COMMON, 4)]
            draw.shuffle(line)
            lines.append(f"{' '.join(line).capitalize()} {draw.randint(2, 900)}.")
        title = " ".join([*draw.sample(names, 3), *draw.sample(words, 3)])
        return content(" ".join(lines), title=title, outlet=f"Desk {self._told % 7}", published=NOW + timedelta(minutes=self._told))


class Installation:
    """A database, and programs on it that run as long as one call; time passes with every look at the clock."""

    def __init__(self, database: Database, *, seed: int = 1, now: datetime = NOW) -> None:
        self.database = database
        self.now = now
        self._news = News(seed)

    def clock(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now

    def opens(self) -> Content:
        """Give the first article about something new."""
        return self._news.open()

    def goes_on(self, happening: int) -> Content:
        """Give one more article about what was opened in this place, from 1."""
        return self._news.report(happening)

    async def comes(self, *said: Content, settings: GroupingSettings = TODAY, names: Sequence[str] = ()) -> None:
        """Let articles come together and find their events."""
        async with self.database.write() as connection:
            first = (await connection.scalar(select(func.max(article_rows.c.id))) or 0) + 1
            files = [*names, *(f"{number}.txt" for number in range(first, first + len(said)))][: len(said)]
            await record(connection, *zip(files, said, strict=True), at=self.clock())
        await self.groups(settings)

    async def groups(self, settings: GroupingSettings = TODAY) -> Grouped:
        """Run the grouper of a program once, from its start to its end."""
        async with Reapplying(self.database, settings, self.clock) as grouping:
            return await grouping.run()

    def reingests(self, settings: GroupingSettings = TODAY, reader: FolderReader | None = None) -> Reingests:
        unread = FolderReader(worker=Worker(), settle=timedelta(0), limit_bytes=100_000, timeout_per_file=10)
        return Reingests(database=self.database, settings=settings, reader=reader or unread, clock=self.clock)

    async def plan(self, scope: Scope | None = None, *, reader: FolderReader | None = None, is_dry: bool = False) -> Reingest:
        planned = await self.reingests(reader=reader).plan(scope or Scope(), who="Ada", chat="terminal/me", is_dry=is_dry)
        assert planned is not None
        return planned

    async def apply(self, planned: Reingest) -> Reingest:
        async with self.database.write() as connection:
            assert await reingests.apply(connection, planned.id, who="Ada")
        await self.groups()
        return await self.read(planned.id)

    async def read(self, number: ReingestId) -> Reingest:
        async with self.database.read() as connection:
            found = await reingests.get(connection, number)
        assert found is not None
        return found

    async def events(self) -> list[Event]:
        async with self.database.read() as connection:
            return sorted(await events.load(connection, await events.latest(connection, 1000)), key=lambda event: event.id)

    async def groups_of(self) -> dict[int, list[tuple[int, int | None]]]:
        """Give the events, each with its articles and what they copy."""
        return {event.id: [(article.id, article.copy_of) for article in event.articles] for event in await self.events()}

    async def correct(
        self, kind: CorrectionKind, *, event: int | None = None, other: int | None = None, article: int | None = None
    ) -> None:
        async with self.database.write() as connection:
            await corrections.ask(
                connection,
                kind,
                self.clock(),
                who="Ada",
                chat="terminal/me",
                event_id=None if event is None else EventId(event),
                other_id=None if other is None else EventId(other),
                article_id=None if article is None else ArticleId(article),
                undoes=await corrections.last_standing(connection) if kind is CorrectionKind.UNDO else None,
            )
        await self.groups()

    async def queued(self) -> int:
        """Count all that was ever to be sent."""
        async with self.database.read() as connection:
            return await connection.scalar(select(func.count()).select_from(deliveries)) or 0

    async def check(self, ids: Sequence[int] = ()) -> None:
        """No article is lost or in two events, ids resolve to living events, no event is empty, constraints hold."""
        found = await self.events()
        there = [article.id for event in found for article in event.articles]
        assert len(there) == len(set(there))
        assert all(event.articles for event in found)
        home = {article.id: event.id for event in found for article in event.articles}
        assert all(home[article.copy_of] == event.id for event in found for article in event.articles if article.copy_of is not None)
        living = {event.id for event in found}
        async with self.database.read() as connection:
            known = [await events.resolve(connection, EventId(number)) for number in (*ids, *range(1, await events.next_id(connection)))]
            held = await corrections.holding(connection)
        assert all(event_id in living for event_id in known)
        for article in held.articles:
            assert all(home[article] == home[other] for other in held.together(article)), Bond.TOGETHER
            assert all(home[article] != home[other] for other in held.apart(article)), Bond.APART
