"""Corrections as rows, and what chats that were told of an event hear when one changes it: nothing that they know already."""

from datetime import timedelta

import pytest
from announcing import announce, kinds, listener, told
from sqlalchemy import func, select, text
from sqlalchemy.dialects import sqlite
from storage_samples import NOW, record
from telling_samples import MORNING, Newsroom

from bot.core.chats.chat import ChatId, Follow, Mute, Told
from bot.core.grouping.constraints import Bond, CorrectionId
from bot.core.grouping.correction import CorrectionKind, CorrectionState
from bot.core.grouping.grouper import GroupingSettings
from bot.core.model import ArticleId, EventId
from bot.pipeline.digests import Digests
from bot.pipeline.group import Grouping
from storage.chats import mutes
from storage.correcting import corrections
from storage.correcting.corrections import Moved
from storage.correcting.partings import shown_by
from storage.delivery import cards, ledger
from storage.engine.database import Database
from storage.news import events
from storage.schema.chat_tables import cards as card_rows
from storage.schema.chat_tables import ledger as ledger_rows
from storage.schema.correction_tables import constraints

ONE, TWO = EventId(1), EventId(2)


@pytest.fixture
def room(database: Database) -> Newsroom:
    return Newsroom(database, now=MORNING)


async def correct(room: Newsroom, kind: CorrectionKind, event: int | None = None, **about: int) -> CorrectionId:
    """Ask, and let the leader do it."""
    async with room.database.write() as connection:
        asked = await corrections.ask(
            connection,
            kind,
            room.now,
            who="42",
            chat="telegram/7",
            event_id=None if event is None else EventId(event),
            other_id=EventId(about["other"]) if "other" in about else None,
            article_id=ArticleId(about["article"]) if "article" in about else None,
            undoes=CorrectionId(about["undoes"]) if "undoes" in about else None,
        )
    async with Grouping(room.database, GroupingSettings(), room.clock) as grouping:
        await grouping.run()
    async with room.database.read() as connection:
        done = await corrections.get(connection, asked)
    assert done is not None
    assert done.state is CorrectionState.DONE, done.reason
    return asked


async def known(room: Newsroom, chat: ChatId) -> dict[int, Told]:
    """What a chat was told of the living events."""
    async with room.database.read() as connection:
        found = await ledger.told(connection, chat, await events.latest(connection, 100))
    return {int(event): each for event, each in found.items()}


async def reports(room: Newsroom, chat: ChatId) -> dict[int, int]:
    return {event: each.reports for event, each in sorted((await known(room, chat)).items())}


async def test_what_was_asked_for_is_done_in_order_and_what_holds_ends_with_its_correction(database: Database) -> None:
    async with database.write() as connection:
        await record(connection, ("a", "one"), ("b", "two"), ("c", "three"))
        first = await corrections.ask(connection, CorrectionKind.UNDO, NOW, who="a\0b", chat="terminal/me")
        second = await corrections.ask(connection, CorrectionKind.UNDO, NOW, who="42", chat="telegram/7", undoes=first)
        waiting = await corrections.next_asked(connection)
        assert waiting is not None
        assert (waiting.id, waiting.who) == (first, "ab")
        pairs = [(ArticleId(1), ArticleId(2)), (ArticleId(1), ArticleId(3))]
        moved = Moved(articles=(ArticleId(1),), names=(ONE, TWO), cards=((3, ONE),), told=7)
        await corrections.done(connection, first, NOW, bond=Bond.APART, pairs=pairs, moved=moved)
        assert await corrections.moved_by(connection, first) == moved
        assert (await corrections.holding(connection)).apart(ArticleId(1)) == {2, 3}
        assert not await corrections.holding(connection, besides=first)
        await corrections.undone(connection, first, second, NOW)
        await corrections.refused(connection, second, NOW, "Not today.")
        assert not await corrections.holding(connection)
        assert not await corrections.bonds(connection)
        assert await corrections.next_asked(connection) is None
        assert await connection.scalar(select(func.count()).select_from(constraints)) == 2
        assert [(each.id, each.state.value, each.undone_by, each.reason) for each in await corrections.newest(connection, 9)] == [
            (second, "refused", None, "Not today."),
            (first, "done", second, None),
        ]
        assert set(await corrections.named(connection, [first, CorrectionId(99)])) == {first}
        assert await corrections.last_standing(connection) is None


async def newsroom(room: Newsroom, *outlets: str, event: int = 1) -> None:
    for outlet in outlets:
        await room.report(event, outlet)


async def test_who_was_told_hears_nothing_of_a_split_and_cards_edit_themselves(room: Newsroom) -> None:
    chat = await listener(room)
    stranger = await room.chat("stranger")
    await newsroom(room, "A", "B", "C", "D")
    assert kinds(await told(room)) == ["card"]
    room.later(minutes=20)
    await correct(room, CorrectionKind.SPLIT, 1, article=4)
    sent = [*await told(room, minutes=2), *await told(room, minutes=30)]
    assert kinds(sent) == ["edit"]
    assert any("3 independent reports" in line for line in sent[0].lines)
    assert await reports(room, chat.id) == {1: 3, 2: 1}
    assert await reports(room, stranger.id) == {}
    room.places[4] = 2
    await room.report(1, "E")
    assert kinds(await told(room, minutes=2)) == ["edit"]


async def test_a_digest_does_not_repeat_what_was_split_off_but_tells_what_comes_to_it(room: Newsroom) -> None:
    room.now = MORNING - timedelta(hours=1)
    chat = await room.chat()
    other = await room.chat("late")
    await room.subscribe(chat)
    await newsroom(room, "A", "B", "C")
    room.now = MORNING
    await Digests(room.database, room.clock).run()
    (digest,) = await room.send()
    assert any("Event 1 happens" in line for line in digest.lines)
    await correct(room, CorrectionKind.SPLIT, 1, article=3)
    room.later(hours=1)
    await room.subscribe(other)
    room.now = MORNING + timedelta(days=1)
    await Digests(room.database, room.clock).run()
    assert not any("happens" in line for each in await room.send() if each.chat_id == chat.id for line in each.lines)
    room.places[3] = 2
    await room.report(2, "Z", title="Event 2 happens")
    room.now = MORNING + timedelta(days=2)
    await Digests(room.database, room.clock).run()
    mine = [each for each in await room.send() if each.chat_id == chat.id]
    assert any("Developing" in line for line in mine[0].lines)
    assert not any(line.startswith("New") for line in mine[0].lines)


async def test_what_came_to_old_articles_by_a_split_is_no_news_for_who_was_told_nothing(room: Newsroom) -> None:
    await newsroom(room, "A", "B", "C")
    room.now = MORNING + timedelta(days=5)
    chat = await room.chat()
    await room.subscribe(chat)
    await correct(room, CorrectionKind.SPLIT, 1, article=3)
    room.now += timedelta(days=1)
    await Digests(room.database, room.clock).run()
    (digest,) = await room.send()
    assert not any("happens" in line for line in digest.lines)


async def test_who_was_told_that_it_is_confirmed_hears_when_it_no_more_is(room: Newsroom) -> None:
    await listener(room)
    await newsroom(room, "A", "B")
    assert kinds(await told(room)) == ["card"]
    room.later(minutes=20)
    await correct(room, CorrectionKind.SPLIT, 1, article=2)
    sent = await told(room, minutes=2)
    assert kinds(sent) == ["edit", "reply"]
    assert sent[1].lines[0].startswith("Correction: of the 2 outlets")


async def test_wishes_go_along_with_what_was_split_off(room: Newsroom) -> None:
    follower, muter = await room.chat("follower"), await room.chat("muter")
    await newsroom(room, "A", "B", "C")
    async with room.database.write() as connection:
        await mutes.follow(connection, Follow(follower.id, ONE))
        await mutes.mute(connection, Mute(chat_id=muter.id, event_id=ONE, until=room.now + timedelta(days=1)))
    await correct(room, CorrectionKind.SPLIT, 1, article=3)
    async with room.database.read() as connection:
        assert await mutes.followed(connection, [follower.id]) == {follower.id: {1, 2}}
        assert [each.event_id for each in (await mutes.of(connection, [muter.id], room.now))[muter.id]] == [1, 2]
    assert {each.chat_id for each in await told(room)} == {follower.id}


async def two_cards(room: Newsroom, names: tuple[str, ...] = ("both",)) -> list[ChatId]:
    """Chats that have a card of each of two events."""
    chats = [(await listener(room, name)).id for name in names]
    await newsroom(room, "A", "B", "C")
    await newsroom(room, "A", "B", event=2)
    assert kinds(await told(room)) == ["card", "card"]
    room.later(minutes=20)
    return chats


@pytest.mark.parametrize("is_announced", [True, False])
async def test_a_merge_that_is_undone_leaves_two_cards_and_tells_nothing_twice(room: Newsroom, *, is_announced: bool) -> None:
    (chat,) = await two_cards(room)
    merge = await correct(room, CorrectionKind.MERGE, 1, other=2)
    if is_announced:
        assert sorted(kinds(await told(room, minutes=2))) == ["edit", "edit", "reply"]
    room.later(minutes=20)
    await correct(room, CorrectionKind.UNDO, undoes=merge)
    later = [*await told(room, minutes=2), *await told(room, minutes=30)]
    assert set(kinds(later)) <= {"edit"}
    assert await reports(room, chat) == {1: 3, 2: 2}
    async with room.database.read() as connection:
        assert [card.event_id for card in await cards.of_events(connection, [ONE, TWO])] == [1, 2]
        assert await connection.scalar(select(func.count()).select_from(card_rows)) == 2
    await newsroom(room, "X", "Y", event=2)
    assert set(kinds(await told(room, minutes=2))) == {"edit"}
    assert (await known(room, chat))[1].reports == 3


async def test_a_chat_that_had_one_card_has_it_again(room: Newsroom) -> None:
    chat = await listener(room)
    await newsroom(room, "A", "B", event=2)
    assert kinds(await told(room)) == ["card"]
    await room.report(1, "A")
    await room.report(1, "A")
    await room.report(1, "A")
    await told(room, minutes=2)
    async with room.database.read() as connection:
        before = {card.event_id for card in await cards.of_events(connection, [ONE, TWO]) if card.chat_id == chat.id}
    merge = await correct(room, CorrectionKind.MERGE, 1, other=2)
    await told(room, minutes=20)
    await correct(room, CorrectionKind.UNDO, undoes=merge)
    await told(room, minutes=20)
    async with room.database.read() as connection:
        after = {card.event_id for card in await cards.of_events(connection, [ONE, TWO]) if card.chat_id == chat.id}
    assert after == before


async def test_only_who_was_told_of_the_merged_event_knows_the_one_that_has_its_number_back(room: Newsroom) -> None:
    one, both = await room.chat("one"), await room.chat("both")
    await newsroom(room, "A", "B", "C")
    await newsroom(room, "A", "B", event=2)

    async def tell(chat: ChatId, event: EventId, count: int) -> None:
        async with room.database.write() as connection:
            row = Told(event_id=event, revision=count, at=room.now, outlets=2, reports=count, headline="It happens")
            await ledger.tell(connection, chat, [row], None)

    await tell(one.id, ONE, 3)
    merge = await correct(room, CorrectionKind.MERGE, 1, other=2)
    await tell(both.id, ONE, 5)
    await correct(room, CorrectionKind.UNDO, undoes=merge)
    assert await reports(room, one.id) == {1: 3}
    assert await reports(room, both.id) == {1: 3, 2: 2}


async def test_what_never_arrived_was_told_of_neither(room: Newsroom) -> None:
    chat = await listener(room)
    await newsroom(room, "A", "B", "C")
    await announce(room)
    await correct(room, CorrectionKind.SPLIT, 1, article=3)
    assert await reports(room, chat.id) == {1: 2, 2: 1}
    (waiting,) = await room.queued()
    async with room.database.write() as connection:
        told_by = await connection.scalar(select(func.min(ledger_rows.c.delivery_id)))
        await ledger.untell(connection, [told_by or 0])
    assert waiting.kind == "card"
    assert await reports(room, chat.id) == {}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_however_many_cards_there_are_those_of_an_event_are_found_by_its_names(database: Database) -> None:
    statement = shown_by([ONE, TWO]).compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    async with database.read() as connection:
        steps = [row.detail for row in await connection.execute(text(f"EXPLAIN QUERY PLAN {statement}"))]
    assert any("cards_by_event" in step for step in steps)
    assert not [step for step in steps if step.startswith("SCAN")]
