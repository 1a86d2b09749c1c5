"""What chats notice when everything is ingested again: cards are edited, and nothing else is ever sent because of it."""

import pytest
from announcing import announce, listener
from reingesting import OLDER, Installation
from telling_samples import Newsroom

from bot.core.chats.chat import Chat, Follow, Replies
from bot.core.event import overview
from bot.core.grouping.correction import CorrectionKind
from bot.core.grouping.reingest import ReingestState
from bot.core.model import EventId
from bot.core.telling.ledger import Known, classify
from storage.chats import mutes
from storage.correcting import corrections
from storage.delivery import ledger
from storage.engine.database import Database
from storage.news import events


@pytest.fixture
def here(database: Database) -> Installation:
    return Installation(database)


def room_of(here: Installation) -> Newsroom:
    return Newsroom(here.database, now=here.now)


async def news(here: Installation, chat: Chat) -> list[object]:
    """What is news to a chat, of all events."""
    async with here.database.read() as connection:
        found = await events.load(connection, await events.latest(connection, 100))
        told = await ledger.told(connection, chat.id, [event.id for event in found])
    kinds = [classify(overview(event), told.get(event.id)) for event in found]
    return [each for each in kinds if not isinstance(each, Known)]


async def quiet_chat(here: Installation, room: Newsroom, *, reports: int = 1) -> Chat:
    """A chat that was told of everything so far, and wants to hear of everything."""
    chat = await room.chat(replies=Replies.ALL)
    await listener(room, reports=reports, chat=chat)
    await announce(room)
    await room.send()
    here.now = room.now
    return chat


async def test_reingesting_sends_nothing_but_edits(here: Installation) -> None:
    """FAULTS 42: no digest is repeated."""
    for number in (1, 2, 3):
        await here.comes(here.opens(), *(here.goes_on(number) for _ in range(3)), settings=OLDER)
    room = room_of(here)
    chat = await quiet_chat(here, room)
    planned = await here.plan()
    assert planned.figures.cards == 12
    done = await here.apply(planned)
    assert done.edits == 12, "nine cards say that they end, three go on"
    assert await news(here, chat) == []
    room.now = here.now
    room.later(minutes=2)
    sent = await room.send()
    assert {each.kind for each in sent} == {"edit"}
    room.later(minutes=30)
    await announce(room)
    assert await room.send() == []
    here.now = room.now
    await here.comes(here.goes_on(1))
    room.now = here.now
    await announce(room)
    room.later(minutes=2)
    assert [each.kind for each in await room.send()] == ["edit", "reply"], "what comes afterwards is news as ever"


async def test_what_breaks_only_because_it_was_put_in_order_is_not_told(here: Installation) -> None:
    await here.comes(here.opens(), *(here.goes_on(1) for _ in range(3)), settings=OLDER)
    room = room_of(here)
    await quiet_chat(here, room, reports=3)
    await here.apply(await here.plan())
    assert [len(there) for there in (await here.groups_of()).values()] == [4]
    room.now = here.now
    await announce(room)
    assert await here.queued() == 0


async def test_what_is_split_off_is_told_to_nobody_who_was_told_before(here: Installation) -> None:
    """As if an older program had taken two happenings for one: who follows it follows both."""
    await here.comes(here.opens(), here.goes_on(1), here.goes_on(1), here.opens(), here.goes_on(2))
    one, other = await here.groups_of()
    await here.correct(CorrectionKind.MERGE, event=one, other=other)
    async with here.database.write() as connection:
        # The constraint is forgotten, what followed from it stays.
        merge = await corrections.last_standing(connection)
        assert merge is not None
        await corrections.undone(connection, merge, merge, here.clock())
    room = room_of(here)
    chat = await quiet_chat(here, room)
    async with here.database.write() as connection:
        await mutes.follow(connection, Follow(chat.id, EventId(one)))
    planned = await here.plan()
    assert (planned.figures.split, planned.figures.cards) == (1, 1)
    done = await here.apply(planned)
    assert (done.state, done.edits) == (ReingestState.DONE, 1)
    groups = await here.groups_of()
    assert sorted(map(len, groups.values())) == [2, 3]
    assert await news(here, chat) == []
    async with here.database.read() as connection:
        assert {follow.event_id for follow in await mutes.followers(connection, [EventId(id_) for id_ in groups])} == set(groups)
    room.now = here.now
    room.later(minutes=30)
    await announce(room)
    assert [each.kind for each in await room.send()] == ["edit"]
