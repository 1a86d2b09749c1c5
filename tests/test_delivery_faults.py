"""What becomes of messages when platform, line, database or program fail: the rows of FAULTS about delivery, each by its outcome."""

import asyncio
from dataclasses import replace

import pytest
from chat_samples import card, events
from conftest import NOW
from delivery_samples import all_states, chat, notice, queue, totals
from fake_platform import FakePlatform, Fault, said
from virtual_time import TimelessDatabase, clock, run_with

from bot.core.chats.chat import ChatId, ChatKind
from bot.core.chats.delivery import DeliveryKind, DeliveryState, NewDelivery
from bot.core.chats.ports import ChatGone, Outcome, Outgoing, Rejected, Rejection
from bot.core.message_text import message_json
from bot.core.model import EventId
from bot.pipeline.deliver import Deliveries
from storage.chats import chats
from storage.delivery import deliveries

SENT, DEAD, AMBIGUOUS, DROPPED = DeliveryState.SENT, DeliveryState.DEAD, DeliveryState.AMBIGUOUS, DeliveryState.DROPPED
LONG = 600.0  # seconds in which everything that can be tried again has been


async def run_for(deliveries: Deliveries, seconds: float) -> None:
    """Let it run for a while."""
    task = asyncio.create_task(deliveries.run())
    done, _ = await asyncio.wait([task], timeout=seconds)
    if not done:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    else:
        await task


def check(
    url: str, platform: FakePlatform, *, shows: list[str], states: list[DeliveryState], doubled: int = 0, seconds: float = LONG
) -> None:
    """Send "1" and "2" to chat "one" and "other" to another chat, for a while, and look at what the first shows and how its deliveries stand."""

    async def main(database: TimelessDatabase) -> None:
        await queue(database, await chat(database, "one", NOW), clock(), "1", "2")
        await queue(database, await chat(database, "other", NOW), clock(), "other")
        await run_for(Deliveries(database, [platform], clock), seconds)
        assert platform.chats["one"].texts == shows
        assert platform.chats["other"].texts == ["other"]
        assert await all_states(database) == [*states, SENT]
        found = await totals(database)
        assert (found.doubled, found.ambiguous) == (doubled, states.count(AMBIGUOUS))

    run_with(url, main)


@pytest.mark.parametrize("fault", [Fault.TIMEOUT_AFTER, Fault.ERROR_AFTER, Fault.BUG_AFTER])
@pytest.mark.parametrize("deduplicates", [False, True])
def test_what_arrived_without_our_knowing_comes_at_most_once_more(database_url: str, fault: Fault, *, deduplicates: bool) -> None:
    """Row 24: never lost, at most one copy more, counted; none where the platform knows the nonce (row 31)."""
    platform = FakePlatform(deduplicates=deduplicates)
    platform.scripts["one"].append(fault)
    shows = ["1", "2"] if deduplicates else ["1", "1", "2"]
    check(database_url, platform, shows=shows, states=[SENT, SENT], doubled=0 if deduplicates else 1)


@pytest.mark.parametrize("fault", [Fault.TIMEOUT_BEFORE, Fault.ERROR_BEFORE, Fault.BUG])
def test_what_may_have_arrived_but_did_not_is_not_lost(database_url: str, fault: Fault) -> None:
    """Row 24."""
    platform = FakePlatform()
    platform.scripts["one"].append(fault)
    check(database_url, platform, shows=["1", "2"], states=[SENT, SENT], doubled=1)


def test_a_second_doubt_is_left_to_a_person(database_url: str) -> None:
    """Row 24: at most one copy more, whatever happens; what is in doubt is counted and can be sent again."""
    platform = FakePlatform()
    platform.scripts["one"].extend([Fault.TIMEOUT_AFTER, Fault.TIMEOUT_AFTER])
    check(database_url, platform, shows=["1", "1", "2"], states=[AMBIGUOUS, SENT])


def test_doubts_are_no_matter_where_the_platform_knows_the_nonce(database_url: str) -> None:
    platform = FakePlatform(deduplicates=True)
    platform.scripts["one"].extend([Fault.TIMEOUT_AFTER, Fault.ERROR_BEFORE, Fault.ERROR_AFTER, Fault.TIMEOUT_AFTER])
    check(database_url, platform, shows=["1", "2"], states=[SENT, SENT])


def test_what_was_never_sent_is_sent_once(database_url: str) -> None:
    """Row 25."""
    platform = FakePlatform()
    platform.scripts["one"].extend([Fault.NO_CONNECTION] * 7)
    check(database_url, platform, shows=["1", "2"], states=[SENT, SENT])


def test_an_outage_loses_nothing_doubles_nothing_and_is_left_alone(database_url: str) -> None:
    """Rows 25 and 31: for an hour the platform is away; one message got into it, no more are risked, and few questions are asked."""
    platform = FakePlatform()

    async def main(database: TimelessDatabase) -> None:
        for number in range(20):
            await queue(database, await chat(database, f"{number}", NOW), clock(), "1", "2")
        platform.script.append(Fault.TIMEOUT_BEFORE)
        sending = Deliveries(database, [platform], clock)
        platform.is_up = False
        await run_for(sending, 3600)
        assert not platform.arrived()
        assert platform.probes < 25
        assert len(platform.calls) <= 2
        platform.is_up = True
        await run_for(sending, 400)

    run_with(database_url, main)
    assert list(platform.arrived().values()) == [["1", "2"]] * 20


@pytest.mark.parametrize(
    "refusal",
    [
        ChatGone(reason="bot was blocked by the user"),
        Rejected(why=Rejection.RIGHTS, reason="not enough rights: the administrators can give the right to send messages"),
    ],
    ids=["blocked", "no rights"],
)
def test_a_chat_that_refuses_us_is_paused_and_comes_back_without_a_flood(database_url: str, refusal: Outcome) -> None:
    """Rows 27, 29 and 31: the settings stay, the reason is kept, and what piled up meanwhile does not come."""
    platform = FakePlatform()
    platform.chats["one"].refuses = refusal

    async def main(database: TimelessDatabase) -> None:
        one = await chat(database, "one", NOW)
        await queue(database, one, clock(), *(f"old {number}" for number in range(10)))
        await queue(database, await chat(database, "other", NOW), clock(), "other")
        sending = Deliveries(database, [platform], clock)
        await run_for(sending, 60)
        assert len(platform.calls) == 2
        async with database.write() as connection:
            paused = await chats.get(connection, one.id)
            assert paused is not None
            assert (paused.zone, paused.paused_at is not None) == (one.zone, True)
            assert paused.paused_reason == getattr(refusal, "reason", None)
            await chats.resume(connection, one.id, clock())
        platform.chats["one"].refuses = None
        await queue(database, one, clock(), "new")
        await run_for(sending, 60)

    run_with(database_url, main)
    assert platform.arrived() == {"other": ["other"], "one": ["new"]}


def test_a_closed_topic_pauses_this_topic_alone(database_url: str) -> None:
    """Row 29."""
    platform = FakePlatform()
    platform.chats["group"].closed_threads.add("7")

    async def main(database: TimelessDatabase) -> None:
        for thread in ("", "7", "8"):
            await queue(database, await chat(database, "group", NOW, kind=ChatKind.GROUP, thread=thread), clock(), f"to {thread}")
        await run_for(Deliveries(database, [platform], clock), 60)

    run_with(database_url, main)
    assert sorted(platform.chats["group"].texts) == ["to ", "to 8"]


def test_a_group_that_moves_in_mid_fan_out_gets_every_part_once(database_url: str) -> None:
    """Row 28: what came before stays in the old chat, everything else comes to the new one, in order."""

    class Moving(FakePlatform):
        def receive(self, outgoing: Outgoing, at: float) -> Outcome:
            if self.chats["old"].shown:
                self.move("old", "new")
            return super().receive(outgoing, at)

    platform = Moving(longest=10)

    async def main(database: TimelessDatabase) -> None:
        one = await chat(database, "old", NOW, kind=ChatKind.GROUP)
        await queue(database, one, clock(), said("a" * 9, "b" * 9, "c" * 9), "later", "last")
        platform.scripts["old"].extend([Fault.NONE])
        await run_for(Deliveries(database, [platform], clock), 60)
        assert await all_states(database) == [SENT] * 3

    run_with(database_url, main)
    assert platform.arrived() == {"old": ["a" * 9], "new": ["b" * 9, "c" * 9, "later", "last"]}


def test_what_cannot_be_formatted_comes_plain(database_url: str) -> None:
    """Row 29."""
    platform = FakePlatform()

    async def main(database: TimelessDatabase) -> None:
        await queue(database, await chat(database, "one", NOW), clock(), "a <bad> one", "fine")
        await run_for(Deliveries(database, [platform], clock), 60)

    run_with(database_url, main)
    assert [(shown.texts[0], shown.is_plain) for shown in platform.chats["one"].shown] == [("a <bad> one", True), ("fine", False)]


def test_what_the_platform_finds_too_long_after_all_is_cut(database_url: str) -> None:
    """Row 29: a message is split where it can be; a single block that does not fit is cut off."""
    platform = FakePlatform(longest=10)

    async def main(database: TimelessDatabase) -> None:
        await queue(database, await chat(database, "one", NOW), clock(), "x" * 25, "fine")
        await run_for(Deliveries(database, [platform], clock), 60)

    run_with(database_url, main)
    assert platform.arrived() == {"one": ["x" * 10, "fine"]}


def test_what_nobody_may_say_is_told_of_and_stands_in_nobodys_way(database_url: str) -> None:
    platform = FakePlatform()

    async def main(database: TimelessDatabase) -> None:
        one = await chat(database, "one", NOW)
        await queue(database, one, clock(), "<never>", "fine")
        async with database.write() as connection:
            damaged = notice(one, "damaged")
            await deliveries.queue(connection, [replace(damaged, message='{"blocks":[{"headline":[]}]}'), notice(one, "last")], clock())
        await run_for(Deliveries(database, [platform], clock), 60)
        assert await all_states(database) == [DEAD, SENT, DEAD, SENT]
        assert (await totals(database)).dead == 2

    run_with(database_url, main)
    assert platform.arrived() == {"one": ["fine", "last"]}


async def put_card(database: TimelessDatabase, chat_id: ChatId, kind: DeliveryKind, text: str) -> None:
    async with database.write() as connection:
        new = NewDelivery(chat_id=chat_id, kind=kind, message=message_json(said(text)), key=text, event_id=EventId(1))
        await deliveries.queue(connection, [new], clock())


def test_a_card_is_edited_in_place_and_answered_and_ends_when_somebody_deletes_it(database_url: str) -> None:
    """What arrived without our knowing is edited all the same, doubts about edits do no harm, and a lost reply target no reply."""
    platform = FakePlatform()

    async def main(database: TimelessDatabase) -> None:
        one = await chat(database, "one", NOW)
        async with database.write() as connection:
            await events(connection, 1)
            await card(connection, one.id, 1)
        sending = Deliveries(database, [platform], clock)
        await put_card(database, one.id, DeliveryKind.CARD, "card")
        await sending.send_due()
        platform.scripts["one"].extend([Fault.TIMEOUT_AFTER, Fault.ERROR_BEFORE, Fault.TIMEOUT_BEFORE])
        for kind, text in ((DeliveryKind.EDIT, "card, more"), (DeliveryKind.EDIT, "card, most"), (DeliveryKind.REPLY, "reply")):
            await put_card(database, one.id, kind, text)
        await run_for(sending, 60)
        shown, reply = platform.chats["one"].shown
        assert (shown.texts, reply.texts, reply.reply_to) == (["card", "card, most"], ["reply"], shown.id)
        assert (await totals(database)).doubled == 0
        # Somebody deletes the card while a reply and an edit wait.
        platform.chats["one"].shown.clear()
        await put_card(database, one.id, DeliveryKind.REPLY, "late reply")
        await put_card(database, one.id, DeliveryKind.EDIT, "late edit")
        await run_for(sending, 60)
        assert (platform.chats["one"].texts, platform.chats["one"].shown[0].reply_to) == (["late reply"], None)
        assert await all_states(database) == [SENT, SENT, SENT, SENT, DROPPED]

    run_with(database_url, main)


@pytest.mark.parametrize("fault", [Fault.TOKEN_REFUSED, Fault.CONFLICT])
def test_a_platform_that_refuses_us_altogether_stops_and_loses_nothing(database_url: str, fault: Fault) -> None:
    """Row 30; another platform goes on."""
    platform, other = FakePlatform(), FakePlatform(name="other")

    async def main(database: TimelessDatabase) -> None:
        for number in range(3):
            await queue(database, await chat(database, f"{number}", NOW), clock(), "1", "2")
        platform.script.append(fault)
        sending = Deliveries(database, [platform, other], clock)
        await run_for(sending, 60)
        assert len(platform.calls) == 1
        assert sending.stopped == {
            "fake": "401: the token is refused" if fault is Fault.TOKEN_REFUSED else "409: another program uses the token"
        }
        await sending.send_due()
        assert len(platform.calls) == 1
        await Deliveries(database, [platform], clock).send_due()

    run_with(database_url, main)
    assert list(platform.arrived().values()) == [["1", "2"]] * 3
