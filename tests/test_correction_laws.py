"""Laws that hold after any sequence of articles that come and are revised, of corrections and of restarts, against a simple model."""

import asyncio
import shutil
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from announcing import listener, told
from correcting import NOON, Desk
from grouping_samples import BANK, OTHER_QUAKE, QUAKE, article
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from postgres_server import EVERYBODY_OUT, command
from sqlalchemy import select
from telling_samples import Newsroom
from thoroughness import some

from bot.core.chats.chat import Chat, Replies
from bot.core.grouping.constraints import CorrectionId
from bot.core.grouping.correction import Correction, CorrectionKind, CorrectionState
from bot.core.grouping.grouper import GroupingSettings
from bot.core.model import Article, DateOrigin, Event, EventId, Precision, Stamp
from bot.pipeline.group import Grouping
from storage.delivery import ledger
from storage.engine.database import Database
from storage.news import articles, events, memories
from storage.portability import portable_rules
from storage.schema.correction_tables import constraints, metadata

T = TypeVar("T")
NUMBERS = st.integers(0, 50)
STORIES = (*QUAKE, *OTHER_QUAKE, *BANK)
QUIETLY = ("Two events turned out to be one.", "Correction:")


@dataclass(frozen=True, slots=True)
class Held:
    """A correction that stands, as the model sees it: articles that are together, or one that is apart from others."""

    number: CorrectionId
    together: frozenset[int] = frozenset()
    parted: int = 0
    others: frozenset[int] = frozenset()


class Corrected(RuleBasedStateMachine):
    """An installation that is corrected, and one chat that hears of everything."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.url = url
        self.articles = 0
        self.texts: list[tuple[str, str]] = []
        self.after: dict[int, list[int]] = {}
        self.held: list[Held] = []
        self.done: list[Correction] = []
        self.before: dict[CorrectionId, dict[int, list[int]]] = {}
        self.do(self.begin())

    def do(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.loop.run(coroutine)

    async def begin(self) -> None:
        self.database = await Database.open(self.url, now=NOON)
        self.desk = Desk(self.database, settings=GroupingSettings(live_events=4))
        self.room = Newsroom(self.database, now=self.desk.now)
        self.chat: Chat = await listener(self.room, reports=1, chat=await self.room.chat(replies=Replies.ALL))
        self.grouping = Grouping(self.database, self.desk.settings, self.desk.clock)

    def teardown(self) -> None:
        self.do(self.grouping.__aexit__())
        self.do(self.database.close())
        self.loop.close()

    def article(self, number: int, story: int, *, revision: str = "") -> Article:
        title, text = self.texts[story % len(self.texts)] if story >= len(STORIES) and self.texts else STORIES[story % len(STORIES)]
        made = article(number, (title, f"{text} Desk {number}{revision} said so."), outlet=f"Outlet {number % 5}")
        stamp = Stamp(at=self.desk.now, precision=Precision.MINUTE, origin=DateOrigin.FIELD)
        self.texts.append((title, text))
        return replace(made, content=replace(made.content, published=stamp))

    async def group(self) -> list[str]:
        """Group, announce and send; gives the first lines of what makes a sound."""
        await self.grouping.run()
        self.desk.later(minutes=15)
        self.room.now = self.desk.now
        sent = await told(self.room)
        return [f"{each.kind}: {each.lines[0]}" for each in sent if each.kind != "edit"]

    @rule(story=NUMBERS, is_grouped=st.booleans())
    def ingest(self, story: int, *, is_grouped: bool) -> None:
        self.articles += 1
        self.do(self.desk.arrive(self.article(self.articles, story), run=False))
        if is_grouped:
            self.do(self.group())

    @precondition(lambda self: self.texts)
    @rule(which=NUMBERS, story=NUMBERS)
    def revise(self, which: int, story: int) -> None:
        self.do(self.desk.arrive(self.article(1 + which % self.articles, story, revision=f" again {len(self.texts)}"), run=False))
        self.do(self.group())

    @rule(is_forgetful=st.booleans())
    def restart(self, *, is_forgetful: bool) -> None:
        """With `is_forgetful` the next program has to make its memory anew."""
        self.do(self.grouping.__aexit__())
        if is_forgetful:
            self.do(self.forget())
        self.grouping = Grouping(self.database, self.desk.settings, self.desk.clock)

    async def forget(self) -> None:
        async with self.database.write() as connection:
            await memories.finish(connection, "another program's")

    @precondition(lambda self: len(self.members()) > 1)
    @rule(one=NUMBERS, other=NUMBERS)
    def merge(self, one: int, other: int) -> None:
        self.do(self.group())
        ids = sorted(self.members())
        self.correct(CorrectionKind.MERGE, event=ids[one % len(ids)], other=ids[other % len(ids)])

    @precondition(lambda self: self.members())
    @rule(event=NUMBERS, which=NUMBERS)
    def split(self, event: int, which: int) -> None:
        self.do(self.group())
        members = self.members()
        event_id = sorted(members)[event % len(members)]
        self.correct(CorrectionKind.SPLIT, event=event_id, article=members[event_id][which % len(members[event_id])])

    @precondition(lambda self: self.done)
    @rule(which=NUMBERS)
    def undo(self, which: int) -> None:
        self.do(self.group())
        self.correct(CorrectionKind.UNDO, undoes=self.done[which % len(self.done)].id)

    @precondition(lambda self: self.done)
    @rule()
    def undo_the_last(self) -> None:
        """What is undone at once leaves everything as it was."""
        self.do(self.group())
        last = self.done[-1]
        was = self.before[last.id]
        nothing_since = self.partition(self.members()) == self.partition(self.after) and last.undone_by is None
        done = self.correct(CorrectionKind.UNDO, undoes=last.id)
        if nothing_since and done.state is CorrectionState.DONE:
            assert self.partition(self.members()) == self.partition(was)
            if last.kind is CorrectionKind.MERGE:
                assert self.members() == was

    def correct(self, kind: CorrectionKind, **about: int) -> Correction:
        before, stored = self.members(), self.do(self.desk.stored())
        known = self.do(self.known())
        asked = self.do(self.desk.ask(kind, "42", **about))
        heard = self.do(self.group())
        done = self.do(self.desk.correction(asked))
        after = self.members()
        assert done.state is not CorrectionState.ASKED
        # By a merge the card of one event may grow by what the chat knew of another without a card of it: that is answered as ever.
        allowed = ("reply: ",) if kind is CorrectionKind.MERGE else tuple(f"reply: {quiet}" for quiet in QUIETLY)
        assert all(line.startswith(allowed) for line in heard), heard
        if done.state is CorrectionState.REFUSED:
            assert done.reason
            assert after == before
            return done
        if set(before) <= known:
            assert set(after) <= self.do(self.known())
        match kind:
            case CorrectionKind.MERGE:
                merged = sorted([*before[about["event"]], *before[about["other"]]])
                survivor = self.resolved(about["event"])
                assert after == {event: members for event, members in before.items() if event not in about.values()} | {survivor: merged}
                self.hold(done, after)
            case CorrectionKind.SPLIT:
                self.split_off(done, before, after, stored)
                self.hold(done, after)
            case CorrectionKind.UNDO:
                self.held = [each for each in self.held if each.number != done.undoes]
                self.done = [each for each in self.done if each.id != done.undoes]
        if kind is not CorrectionKind.UNDO:
            self.before[done.id], self.after = before, after
            self.done.append(done)
        return done

    def split_off(self, done: Correction, before: dict[int, list[int]], after: dict[int, list[int]], stored: list[Event]) -> None:
        source, new, number = int(done.event_id or 0), int(done.other_id or 0), int(done.article_id or 0)
        (event,) = [each for each in stored if each.id == source]
        gone = [each.id for each in event.articles if number in (each.id, each.copy_of)]
        assert new not in before
        assert after == before | {source: [each for each in before[source] if each not in gone], new: gone}

    def hold(self, done: Correction, after: dict[int, list[int]]) -> None:
        """Note what the tables say that holds because of this correction: one pair for a merge, one for each report that stays for a split."""
        pairs = self.do(self.pairs(done.id))
        if done.kind is CorrectionKind.MERGE:
            ((one, other),) = pairs
            self.held.append(Held(done.id, together=frozenset((one, other))))
            return
        assert {one for one, _ in pairs} == {done.article_id}
        assert {other for _, other in pairs} <= set(after[self.resolved(int(done.event_id or 0))])
        self.held.append(Held(done.id, parted=int(done.article_id or 0), others=frozenset(other for _, other in pairs)))

    async def pairs(self, number: CorrectionId) -> list[tuple[int, int]]:
        async with self.database.read() as connection:
            rows = await connection.execute(
                select(constraints.c.article_a, constraints.c.article_b).where(constraints.c.correction_id == number)
            )
            return [(row.article_a, row.article_b) for row in rows]

    async def known(self) -> set[int]:
        """The living events that the chat was told of."""
        async with self.database.read() as connection:
            return set(await ledger.told(connection, self.chat.id, await events.latest(connection, 1000)))

    def members(self) -> dict[int, list[int]]:
        return self.do(self.desk.members())

    @staticmethod
    def partition(members: dict[int, list[int]]) -> set[frozenset[int]]:
        return {frozenset(each) for each in members.values()}

    def resolved(self, event: int) -> int:
        (found,) = self.do(self.desk.resolved(event))
        assert found is not None
        return found

    @invariant()
    def nothing_is_lost_and_no_article_is_in_two_events(self) -> None:
        members = self.members()
        placed = [number for each in members.values() for number in each]
        assert len(placed) == len(set(placed))
        assert all(members.values())
        waiting = self.do(self.waiting())
        assert set(placed) | waiting >= set(range(1, self.articles + 1))

    async def waiting(self) -> set[int]:
        async with self.database.read() as connection:
            return {each.id for each in await articles.ungrouped(connection, 1000)}

    @invariant()
    def every_number_leads_to_a_living_event(self) -> None:
        living = set(self.members())
        ever = self.do(self.ever())
        assert {self.resolved(event) for event in range(1, ever)} == living

    async def ever(self) -> EventId:
        async with self.database.read() as connection:
            return await events.next_id(connection)

    @invariant()
    def an_import_would_take_it(self) -> None:
        assert self.do(self.contradiction()) is None

    async def contradiction(self) -> str | None:
        async with self.database.read() as connection:
            return await portable_rules.broken(connection)

    @invariant()
    def constraints_hold(self) -> None:
        event_of = {number: event for event, numbers in self.members().items() for number in numbers}
        for each in self.held:
            assert len({event_of[number] for number in each.together}) <= 1
            assert all(event_of[each.parted] != event_of[other] for other in each.others)


def runs(make_url: Callable[[], str], examples: int) -> int:
    """Run so many sequences, each of which checks its laws after every step; gives how many ran to their end."""
    begun = ended = 0

    class Fresh(Corrected):
        def __init__(self) -> None:
            nonlocal begun
            begun += 1
            super().__init__(make_url())

        def teardown(self) -> None:
            nonlocal ended
            super().teardown()
            ended += 1

    # Each step is a tenth of a second: what fails is told as it was found, not after minutes of making it smaller.
    phases = (Phase.explicit, Phase.reuse, Phase.generate)
    run_state_machine_as_test(Fresh, settings=settings(max_examples=examples, stateful_step_count=14, phases=phases))
    assert begun == ended
    return ended


def test_corrections_keep_the_laws_on_sqlite(sqlite_template: Path, tmp_path: Path) -> None:
    numbers = count()

    def fresh() -> str:
        path = tmp_path / f"{next(numbers)}.db"
        shutil.copy(sqlite_template, path)
        return f"sqlite+aiosqlite:///{path}"

    assert runs(fresh, some(12)) >= some(12)


def test_corrections_keep_the_laws_on_postgresql(postgres_newest: str) -> None:
    def emptied() -> str:
        asyncio.run(command(postgres_newest, EVERYBODY_OUT, *(f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables))))
        return postgres_newest

    assert runs(emptied, some(6)) >= some(6)
