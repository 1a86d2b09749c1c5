"""The terminal as a platform: what is delivered appears above the prompt."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from chat_samples import chat
from telling_samples import Newsroom

from bot.core.chats.chat import Address, ChatKind, DeliveryId, Reader
from bot.core.chats.delivery import DeliveryKind, NewDelivery
from bot.core.chats.ports import NotSent, Outgoing, Platform, Sent
from bot.core.message import Action, Message, Paragraph, Style, Text
from bot.core.message_text import message_json
from bot.pipeline.deliver import Deliveries
from bot.pipeline.digests import Digests
from bot.platforms.console.destination import Terminal
from bot.platforms.console.output import OutputLost
from storage.delivery import deliveries, outbox
from storage.engine.database import Database

CARD = Message((Paragraph((Text("An otter swims"),)),), (Action("Event 1", "/event 1"),))
READER = Reader(zone="UTC")
OUTGOING = Outgoing(
    delivery_id=DeliveryId(7),
    address=Address(platform="terminal", chat="me"),
    kind=ChatKind.TERMINAL,
    reader=READER,
    message=CARD,
    nonce="7.0",
)


async def test_a_message_is_printed_whole_and_has_an_id() -> None:
    shown: list[Message] = []
    terminal: Platform = Terminal(shown.append)
    assert terminal.parts(CARD, READER) == (CARD,)
    assert await terminal.is_reachable()
    assert await terminal.deliver(OUTGOING) == Sent(message_id="7.0")
    assert shown == [CARD]


async def test_an_edit_prints_the_card_once_more_under_a_line_that_says_so() -> None:
    shown: list[Message] = []
    assert await Terminal(shown.append).deliver(replace(OUTGOING, nonce="9.0", edits="7.0")) == Sent(message_id="7.0")
    (printed,) = shown
    assert printed.blocks[0] == Paragraph((Text("updated", Style.QUIET),))
    assert printed.blocks[1:] == CARD.blocks
    assert printed.actions == CARD.actions


async def test_what_cannot_be_printed_was_not_sent() -> None:
    def lost(message: Message) -> None:
        raise OutputLost("Standard output cannot be written: No space left on device.")

    outcome = await Terminal(lost).deliver(OUTGOING)
    assert outcome == NotSent(reason="Standard output cannot be written: No space left on device.")


async def test_a_subscribed_digest_appears_at_its_time_and_only_once(database: Database) -> None:
    room = Newsroom(database)
    me = await room.chat()
    await room.subscribe(me, at=8 * 60)
    await room.report(1, "A", "An otter swims")
    shown: list[Message] = []
    digests, sending = Digests(database, room.clock), Deliveries(database, [Terminal(shown.append)], room.clock)
    await digests.run()
    await sending.send_due()
    assert shown == []
    room.later(hours=1)
    for _ in range(2):
        await digests.run()
        await sending.send_due()
        room.later(minutes=1)
    assert len(shown) == 1
    assert "An otter swims" in str(shown[0])


async def test_what_is_for_the_terminal_waits_while_nobody_sits_there(database: Database) -> None:
    now = datetime.now(UTC)
    async with database.write() as connection:
        me = await chat(connection, "me", platform="terminal")
        new = NewDelivery(chat_id=me.id, kind=DeliveryKind.NOTICE, message=message_json(CARD), key="one")
        await deliveries.queue(connection, [new], now - timedelta(minutes=1))
    await Deliveries(database, [], lambda: now).send_due()
    async with database.read() as connection:
        assert (await outbox.counts(connection)).queued == 1
    shown: list[Message] = []
    await Deliveries(database, [Terminal(shown.append)], lambda: now).send_due()
    assert shown == [CARD]
    async with database.read() as connection:
        assert (await outbox.counts(connection)).queued == 0
