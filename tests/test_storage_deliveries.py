"""The outbox: what is queued goes out once, in order, one at a time for each chat, whatever becomes of it on the way."""

from datetime import datetime

import pytest
from chat_samples import LEASE, NOW, ack, after, card, chat, claim, events, new, queue, send_all
from sqlalchemy import text

from bot.core.chats.chat import Address, ChatId, ChatKind
from bot.core.chats.delivery import Arrived, CardGone, DeliveryKind, Failed, NewDelivery, Released, TryAgain, Unsure, Verdict
from bot.core.model import EventId
from storage.delivery import cards, deliveries, outbox, takeovers
from storage.delivery.verdicts import MOST_DOUBTS, MOST_LAPSES
from storage.engine.database import Database

CARD, EDIT, REPLY = DeliveryKind.CARD, DeliveryKind.EDIT, DeliveryKind.REPLY


async def state(database: Database, message: str) -> str:
    """How the delivery of a message stands."""
    async with database.read() as connection:
        found = await connection.scalar(text("SELECT state FROM deliveries WHERE message = :message"), {"message": message})
    return str(found)


async def make(database: Database, *names: str) -> list[ChatId]:
    """Chats."""
    async with database.write() as connection:
        return [(await chat(connection, name)).id for name in names]


async def put(database: Database, *wanted: NewDelivery, now: datetime = NOW) -> None:
    """Queue in a transaction of its own."""
    async with database.write() as connection:
        await queue(connection, *wanted, now=now)


async def with_card(database: Database, *, sent: bool) -> ChatId:
    """A chat with a card of event 1."""
    async with database.write() as connection:
        await events(connection, 1)
        chat_id = (await chat(connection)).id
        await card(connection, chat_id, 1)
        await queue(connection, new(chat_id, "card", kind=CARD, event=1))
    if sent:
        assert await send_all(database) == ["card"]
    return chat_id


async def test_messages_of_a_chat_go_out_in_order_one_at_a_time(database: Database) -> None:
    (chat_id,) = await make(database, "a")
    await put(database, *(new(chat_id, f"{number}") for number in range(3)))
    (first,) = await claim(database)
    assert first.message == "0"
    assert await claim(database) == []
    await ack(database, (first, Arrived(message_id="m")))
    assert await send_all(database) == ["1", "2"]
    assert await claim(database) == []


async def test_the_chat_that_has_waited_longest_comes_first(database: Database) -> None:
    """A chat with many messages does not keep the others waiting."""
    many, one, other = await make(database, "many", "one", "other")
    await put(database, *(new(many, f"many {number}") for number in range(5)))
    await put(database, new(one, "one"), now=after(1))
    await put(database, new(other, "other"), now=after(2))
    order = []
    for second in range(7):
        (claimed,) = await claim(database, after(10 + second), limit=1)
        order.append(claimed.message)
        await ack(database, (claimed, Arrived(message_id="m")), now=after(10 + second))
    assert order == ["many 0", "one", "other", *(f"many {number}" for number in range(1, 5))]


async def test_a_message_that_is_to_wait_holds_up_no_other(database: Database) -> None:
    (chat_id,) = await make(database, "a")
    await put(database, new(chat_id, "after quiet hours", at=after(3600)), new(chat_id, "digest"))
    assert await send_all(database) == ["digest"]
    async with database.read() as connection:
        assert await deliveries.next_wake(connection, "telegram") == after(3600)
    assert await send_all(database, after(3599)) == []
    assert await send_all(database, after(3600)) == ["after quiet hours"]


@pytest.mark.parametrize("verdict", [TryAgain(at=after(3600), reason="flood"), Released(at=after(3600))])
async def test_a_chat_that_is_to_be_left_alone_is_and_holds_up_nobody(database: Database, verdict: Verdict) -> None:
    """Row 26: RetryAfter 3,600 in one chat; others go on; nothing lost, nothing overtakes."""
    held, free = await make(database, "held", "free")
    await put(database, new(held, "first"), new(held, "second"), new(free, "free"))
    claimed = {each.message: each for each in await claim(database)}
    await ack(database, (claimed["first"], verdict), (claimed["free"], Arrived(message_id="m")))
    await put(database, new(held, "third"), new(free, "more"), now=after(5))
    assert await send_all(database, after(3599)) == ["more"]
    assert await send_all(database, after(3600)) == ["first", "second", "third"]


async def test_busy_chats_and_other_platforms_are_passed_over(database: Database) -> None:
    async with database.write() as connection:
        here, there, elsewhere = [
            (await chat(connection, name, platform=platform)).id
            for name, platform in (("a", "telegram"), ("b", "telegram"), ("c", "discord"))
        ]
        await queue(connection, new(here, "here"), new(there, "there"), new(elsewhere, "elsewhere"))
    assert [each.message for each in await claim(database, busy=[here])] == ["there"]
    assert [each.message for each in await claim(database, platform="discord")] == ["elsewhere"]


async def test_what_the_program_died_over_goes_out_again_and_before_the_rest(database: Database) -> None:
    """Row 32: nothing lost; the copy that may be one too many is counted."""
    (chat_id,) = await make(database, "a")
    await put(database, new(chat_id, "first"), new(chat_id, "second"))
    (dead,) = await claim(database)
    assert not dead.is_doubtful
    assert await claim(database, NOW + LEASE / 2) == []
    (again,) = await claim(database, NOW + LEASE)
    assert (again.message, again.attempts, again.is_doubtful) == ("first", 2, True)
    # Whoever held the lease first is no longer asked, even if he is not dead.
    await ack(database, (dead, TryAgain(at=after(0), reason="late")), now=NOW + LEASE)
    assert await claim(database, NOW + LEASE) == []
    await ack(database, (again, Arrived(message_id="m")), now=NOW + LEASE)
    assert await send_all(database, NOW + LEASE) == ["second"]
    async with database.read() as connection:
        totals = await outbox.counts(connection)
    assert (totals.queued, totals.doubled, totals.ambiguous) == (0, 1, 0)


async def test_what_the_program_died_over_comes_first_even_if_the_clock_went_back(database: Database) -> None:
    """Row 35."""
    (chat_id,) = await make(database, "a")
    await put(database, new(chat_id, "first"))
    await claim(database)
    await put(database, new(chat_id, "second"), now=after(-3600))
    assert await claim(database, NOW) == []
    assert await send_all(database, NOW + LEASE) == ["first", "second"]


async def test_a_message_that_kills_the_program_again_and_again_is_given_up(database: Database) -> None:
    (chat_id,) = await make(database, "a")
    await put(database, new(chat_id, "poison"), new(chat_id, "next"))
    now = NOW
    for _ in range(MOST_LAPSES):
        (claimed,) = await claim(database, now)
        assert claimed.message == "poison"
        now += LEASE
    assert await send_all(database, now) == ["next"]
    assert await state(database, "poison") == "ambiguous"


@pytest.mark.parametrize(
    ("kind", "deduplicates", "tries"),
    [(DeliveryKind.NOTICE, False, 2), (DeliveryKind.NOTICE, True, MOST_DOUBTS), (EDIT, False, MOST_DOUBTS)],
)
async def test_what_may_have_arrived_is_sent_once_again(database: Database, *, kind: DeliveryKind, deduplicates: bool, tries: int) -> None:
    """Row 24: at most one copy too many, counted; where a copy does no harm, until it is certain."""
    chat_id = await with_card(database, sent=True)
    await put(database, new(chat_id, "doubt", kind=kind, event=1 if kind is EDIT else None), new(chat_id, "next"))
    tried = 0
    while (claimed := await claim(database))[0].message == "doubt":
        tried += 1
        await ack(database, (claimed[0], Unsure(at=NOW, reason="timed out", deduplicates=deduplicates)))
    assert tried == tries
    assert claimed[0].message == "next"
    assert await state(database, "doubt") == "ambiguous"
    async with database.read() as connection:
        totals = await outbox.counts(connection)
        (trouble,) = await outbox.troubled(connection, 5)
    assert (totals.ambiguous, totals.doubled) == (1, 0)
    assert (trouble.reason, trouble.address.chat, trouble.chat_name) == ("timed out", "42", "Chat 42")


async def test_a_doubt_that_resolves_is_counted_as_one_that_may_be_there_twice(database: Database) -> None:
    (chat_id,) = await make(database, "a")
    await put(database, new(chat_id, "doubt"))
    (claimed,) = await claim(database)
    await ack(database, (claimed, Unsure(at=after(5), reason="timed out", deduplicates=False)))
    async with database.read() as connection:
        assert (await outbox.counts(connection)).retrying == 1
    assert await send_all(database, after(5)) == ["doubt"]
    async with database.read() as connection:
        totals = await outbox.counts(connection)
    assert (totals.queued, totals.retrying, totals.doubled, totals.last_success) == (0, 0, 1, {"telegram": after(5)})


async def test_the_parts_of_a_message_follow_one_another_and_its_first_names_it(database: Database) -> None:
    chat_id = await with_card(database, sent=False)
    await put(database, new(chat_id, "next"))
    (first,) = await claim(database)
    await ack(database, (first, Arrived(message_id="one", more=True)))
    (second,) = await claim(database)
    assert (second.message, second.part, second.attempts) == ("card", 1, 1)
    await ack(database, (second, Arrived(message_id="two")))
    async with database.read() as connection:
        (shown,) = await cards.of_events(connection, [EventId(1)])
    assert shown.message_id == "one"
    assert await send_all(database) == ["next"]


async def test_a_key_is_queued_once_for_ever(database: Database) -> None:
    (chat_id,) = await make(database, "a")
    async with database.write() as connection:
        first = await queue(connection, new(chat_id, "once"), new(chat_id, "once"), new(chat_id, "other"))
    assert await send_all(database) == ["once", "other"]
    async with database.write() as connection:
        assert await queue(connection, new(chat_id, "other"), new(chat_id, "once")) == [first[2], first[0]]
    assert first[0] == first[1]
    assert await send_all(database) == []


async def test_edits_of_a_card_coalesce_while_they_wait(database: Database) -> None:
    chat_id = await with_card(database, sent=True)
    await put(database, *(new(chat_id, f"edit {number}", kind=EDIT, event=1, at=after(60)) for number in range(3)))
    await put(database, new(chat_id, "edit 3", kind=EDIT, event=1, at=after(120)), now=after(30))
    (edit,) = await claim(database, after(60))
    assert (edit.message, edit.kind, edit.edits) == ("edit 3", EDIT, "id of card")
    # What is being sent is not touched; the next is another delivery.
    await put(database, new(chat_id, "edit 4", kind=EDIT, event=1), new(chat_id, "edit 5", kind=EDIT, event=1), now=after(60))
    await ack(database, (edit, TryAgain(at=after(70), reason="flood")), now=after(60))
    await put(database, new(chat_id, "edit 6", kind=EDIT, event=1), now=after(61))
    assert await send_all(database, after(70)) == ["edit 6"]


async def test_a_card_that_nobody_has_seen_says_what_its_edits_and_replies_would(database: Database) -> None:
    chat_id = await with_card(database, sent=False)
    await put(database, new(chat_id, "newer", kind=EDIT, event=1), new(chat_id, "reply", kind=REPLY, event=1))
    assert await send_all(database) == ["newer"]
    await put(database, new(chat_id, "reply", kind=REPLY, event=1))
    (reply,) = await claim(database)
    assert (reply.message, reply.reply_to) == ("reply", "id of newer")


async def test_an_edit_waits_for_a_card_that_is_being_sent(database: Database) -> None:
    chat_id = await with_card(database, sent=False)
    (sending,) = await claim(database)
    await put(database, new(chat_id, "newer", kind=EDIT, event=1))
    assert sending.message == "card"
    assert await claim(database) == []
    await ack(database, (sending, Arrived(message_id="m7")))
    (edit,) = await claim(database)
    assert (edit.message, edit.edits) == ("newer", "m7")


async def test_an_edit_of_a_card_that_the_platform_did_not_take_is_dropped(database: Database) -> None:
    chat_id = await with_card(database, sent=False)
    (sending,) = await claim(database)
    await put(database, new(chat_id, "newer", kind=EDIT, event=1), new(chat_id, "next"))
    await ack(database, (sending, Failed(reason="the text is too odd")))
    assert await send_all(database) == ["next"]
    assert await state(database, "newer") == "dropped"
    # Once somebody has it sent again, it says the newest.
    await put(database, new(chat_id, "newest", kind=EDIT, event=1))
    async with database.write() as connection:
        assert await outbox.retry(connection, NOW) == 1
    assert await send_all(database) == ["newest"]


async def test_a_card_whose_message_was_deleted_ends(database: Database) -> None:
    chat_id = await with_card(database, sent=True)
    await put(database, new(chat_id, "edit", kind=EDIT, event=1))
    (edit,) = await claim(database)
    await ack(database, (edit, CardGone(reason="the message is gone")))
    async with database.write() as connection:
        assert await cards.of_events(connection, [EventId(1)]) == []
        await card(connection, chat_id, 1, "anew")
        await queue(connection, new(chat_id, "anew", kind=CARD, event=1))
    assert await send_all(database) == ["anew"]
    async with database.read() as connection:
        (again,) = await cards.of_events(connection, [EventId(1)])
    assert again.message_id == "id of anew"


async def test_an_old_verdict_matches_no_newer_claim(database: Database) -> None:
    """A commit that went through but was reported as failed is written down again: nothing may be skipped or sent twice for it."""
    (chat_id,) = await make(database, "a")
    await put(database, new(chat_id, "long"))
    for verdict in (Released(), Arrived(message_id="m", more=True), TryAgain(at=NOW, reason="flood")):
        (first,) = await claim(database)
        await ack(database, (first, verdict))
        (second,) = await claim(database)
        await ack(database, (first, verdict))
        assert await claim(database) == []
        await ack(database, (second, Released()))
    assert first.part == 1
    assert await send_all(database) == ["long"]


async def test_a_new_sender_need_not_wait_for_leases(database: Database) -> None:
    async with database.write() as connection:
        chats = [(await chat(connection, name, platform=platform)).id for name, platform in (("a", "telegram"), ("b", "discord"))]
        await queue(connection, *(new(chat_id, message) for chat_id in chats for message in ("first", "second")))
    await claim(database)
    (elsewhere,) = await claim(database, platform="discord")
    async with database.write() as connection:
        assert await takeovers.release(connection, "telegram", NOW) == 1
    (again,) = await claim(database)
    assert (again.message, again.is_doubtful) == ("first", True)
    assert await claim(database, platform="discord") == []
    await ack(database, (elsewhere, Arrived(message_id="m")), now=after(1))
    async with database.write() as connection:
        assert await takeovers.release(connection, "discord", NOW) == 0


async def test_what_arrived_lately_is_known_to_the_next_process(database: Database) -> None:
    chat_id = await with_card(database, sent=True)
    await put(database, new(chat_id, "edit", kind=EDIT, event=1), new(chat_id, "failed"))
    await ack(database, ((await claim(database))[0], Arrived()), now=after(5))
    await ack(database, ((await claim(database, after(5)))[0], Failed(reason="no rights")), now=after(5))
    address = Address(platform="telegram", chat="42")
    async with database.read() as connection:
        recent = await takeovers.sent_since(connection, "telegram", NOW)
        assert recent == [(address, ChatKind.PRIVATE, False, NOW), (address, ChatKind.PRIVATE, True, after(5))]
        assert await takeovers.sent_since(connection, "telegram", after(1)) == recent[1:]
        assert await takeovers.sent_since(connection, "discord", NOW) == []


@pytest.mark.parametrize(("until", "out"), [(after(10), after(10)), (after(-10), after(5)), (after(7200), after(7200))])
async def test_quiet_hours_that_change_while_messages_are_held(database: Database, until: datetime, out: datetime) -> None:
    """Row 38: held messages leave as one batch, when the new hours end."""
    (chat_id,) = await make(database, "a")
    async with database.write() as connection:
        await events(connection, 1, 2)
        for event_id in (1, 2):
            await card(connection, chat_id, event_id)
            await queue(connection, new(chat_id, f"card {event_id}", kind=CARD, event=event_id, at=after(3600)))
        await queue(connection, new(chat_id, "tomorrow", at=after(86400)))
        await deliveries.hold(connection, chat_id, until, after(5))
    assert await send_all(database, out - LEASE / 1e6) == []
    assert await send_all(database, out) == ["card 1", "card 2"]


async def test_dead_deliveries_wait_for_somebody_who_says_what_to_do(database: Database) -> None:
    (chat_id,) = await make(database, "a")
    await put(database, new(chat_id, "first"), new(chat_id, "second"))
    for _ in range(2):
        (claimed,) = await claim(database)
        await ack(database, (claimed, Failed(reason="no rights")))
    async with database.read() as connection:
        first, second = sorted((await outbox.troubled(connection, 5)), key=lambda each: each.id)
        assert (await outbox.counts(connection)).dead == 2
    async with database.write() as connection:
        assert await outbox.retry(connection, after(5), [first.id]) == 1
        assert await outbox.drop(connection, after(5), [second.id]) == 1
        assert await outbox.retry(connection, after(5)) == 0
    assert await send_all(database, after(5)) == ["first"]
    assert await state(database, "second") == "dropped"


async def test_what_is_done_is_forgotten_in_time_and_no_id_is_given_twice(database: Database) -> None:
    (chat_id,) = await make(database, "a")
    await put(database, new(chat_id, "old"))
    await send_all(database)
    async with database.write() as connection:
        ids = await queue(connection, new(chat_id, "dead"), new(chat_id, "new"), new(chat_id, "last"))
    (claimed,) = await claim(database)
    await ack(database, (claimed, Failed(reason="no rights")))
    assert await send_all(database, after(100)) == ["new", "last"]
    async with database.write() as connection:
        assert await outbox.prune(connection, after(50)) == 2  # the dead one too: nobody looked after it
        assert await outbox.prune(connection, after(101)) == 2
        assert await outbox.prune(connection, after(101)) == 0
        assert (await outbox.counts(connection)).dead == 0
        (fresh,) = await queue(connection, new(chat_id, "fresh"))
    assert fresh > max(ids)


async def test_nothing_is_queued_for_chats_and_cards_that_there_are_not(database: Database) -> None:
    async with database.write() as connection:
        with pytest.raises(ValueError, match="no chat 7"):
            await queue(connection, new(ChatId(7), "lost"))
        await events(connection, 1)
        chat_id = (await chat(connection)).id
        with pytest.raises(ValueError, match="no card"):
            await queue(connection, new(chat_id, "edit", kind=EDIT, event=1))
