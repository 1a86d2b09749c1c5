"""What nobody foresaw while messages are sent: answers that make no sense, a clock that is set back, a restart while we are to wait."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

import pytest
from chat_samples import card, events, new
from conftest import NOW
from delivery_samples import all_states, chat, notice, queue
from fake_platform import FakePlatform, said
from sqlalchemy import text
from test_delivery_faults import run_for
from virtual_time import TimelessDatabase, clock, run_with

from bot.core.chats.chat import Quiet, Reader
from bot.core.chats.delivery import DeliveryKind, DeliveryState
from bot.core.chats.ports import Outcome, Outgoing, RetryLater, Sent
from bot.core.message_text import message_json, message_of
from bot.pipeline.deliver import Deliveries
from storage.chats import chats
from storage.delivery import deliveries

SENT, DEAD, AMBIGUOUS = DeliveryState.SENT, DeliveryState.DEAD, DeliveryState.AMBIGUOUS
HOUR = timedelta(hours=1)


class Senseless(FakePlatform):
    """Answers with what is no answer, to the chat "odd" alone."""

    def receive(self, outgoing: Outgoing, at: float) -> Outcome:
        outcome = super().receive(outgoing, at)
        if outgoing.address.chat != "odd" or not isinstance(outcome, Sent):
            return outcome
        return Sent(message_id=cast("str", int(outcome.message_id)))


def test_an_answer_that_cannot_be_written_down_stops_no_other(database_url: str) -> None:
    """What it was about arrived; it is shown once more at most, and told to the operator."""
    platform = Senseless()

    async def main(database: TimelessDatabase) -> None:
        await queue(database, await chat(database, "odd", NOW), clock(), "odd")
        for name in ("a", "b"):
            await queue(database, await chat(database, name, NOW), clock(), "1", "2")
        await run_for(Deliveries(database, [platform], clock), 60)
        assert await all_states(database) == [AMBIGUOUS, SENT, SENT, SENT, SENT]

    run_with(database_url, main)
    assert platform.arrived() == {"odd": ["odd", "odd"], "a": ["1", "2"], "b": ["1", "2"]}


@pytest.mark.parametrize("after", [timedelta.max, timedelta(days=-1)])
def test_a_platform_that_wants_peace_for_ever_or_until_yesterday_is_asked_again(database_url: str, after: timedelta) -> None:
    class Endless(FakePlatform):
        def receive(self, outgoing: Outgoing, at: float) -> Outcome:
            if outgoing.address.chat == "one" and not self.calls[1:]:
                return RetryLater(after=after, reason="429")
            return super().receive(outgoing, at)

    platform = Endless()

    async def main(database: TimelessDatabase) -> None:
        await queue(database, await chat(database, "one", NOW), clock(), "1")
        await queue(database, await chat(database, "other", NOW), clock(), "other")
        await run_for(Deliveries(database, [platform], clock, look=timedelta(minutes=20)), 25 * 3600)

    run_with(database_url, main)
    assert platform.arrived() == {"one": ["1"], "other": ["other"]}


def test_an_answer_silences_a_platform_for_a_day_at_most(database_url: str) -> None:
    platform = FakePlatform()

    async def main(database: TimelessDatabase) -> Outcome:
        one = await chat(database, "one", NOW)
        await queue(database, one, clock(), "news")
        platform.script.append(RetryLater(after=timedelta.max, reason="429", is_overall=True))
        sending = Deliveries(database, [platform], clock, look=timedelta(minutes=20))
        message = message_of(notice(one, "page 2").message)
        reader = Reader(zone="UTC", language=None)
        answer = Outgoing(delivery_id=None, address=one.address, kind=one.kind, reader=reader, message=message, nonce="a")
        outcome = await sending.answer(answer)
        await run_for(sending, 25 * 3600)
        return outcome

    outcome = run_with(database_url, main)
    assert isinstance(outcome, RetryLater), "nobody waits that long for a page"
    assert platform.arrived() == {"one": ["news"]}


def test_row_26_a_platform_that_wants_to_be_left_alone_is_across_a_restart(database_url: str) -> None:
    platform = FakePlatform()

    async def main(database: TimelessDatabase) -> None:
        *first, last = [await chat(database, name, NOW) for name in ("a", "b", "c")]
        for one in first:
            await queue(database, one, clock(), "1", "2")
        platform.script.append(RetryLater(after=HOUR, reason="429", is_overall=True))
        await run_for(Deliveries(database, [platform], clock), 60)
        await queue(database, last, clock(), "1", "2")
        await run_for(Deliveries(database, [platform], clock), 3500)
        assert len(platform.calls) == 1
        await run_for(Deliveries(database, [platform], clock), 100)

    run_with(database_url, main)
    assert platform.arrived() == {"a": ["1", "2"], "b": ["1", "2"], "c": ["1", "2"]}


@dataclass
class Setting:
    """A clock that somebody sets."""

    by: timedelta = timedelta()

    def __call__(self) -> datetime:
        return clock() + self.by


@pytest.mark.parametrize("restarts", [False, True])
def test_row_35_what_waited_when_the_clock_was_set_back_does_not_wait_for_the_old_time(database_url: str, *, restarts: bool) -> None:
    platform, setting = FakePlatform(), Setting()

    async def main(database: TimelessDatabase) -> None:
        sending = Deliveries(database, [platform], setting)
        one = await chat(database, "one", NOW)
        await queue(database, one, setting(), "1")
        await run_for(sending, 5)
        platform.is_up = False
        await queue(database, one, setting(), "2", "3")
        running = asyncio.create_task(sending.run())
        await asyncio.sleep(20)
        setting.by = -HOUR
        if restarts:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            running = asyncio.create_task(Deliveries(database, [platform], setting).run())
        platform.is_up = True
        await asyncio.sleep(60)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    run_with(database_url, main)
    assert platform.arrived() == {"one": ["1", "2", "3"]}


def test_row_38_what_is_late_and_falls_into_quiet_hours_waits_for_their_end_and_makes_no_noise(database_url: str) -> None:
    """An outage that ends at night wakes nobody: cards come together in the morning, a digest at once and silently, edits as ever."""
    platform = FakePlatform()
    shown: list[list[str]] = []

    async def main(database: TimelessDatabase) -> None:
        one = await chat(database, "one", NOW)  # 14:00 by its clock
        async with database.write() as connection:
            await chats.save(connection, replace(one, quiet=Quiet(15 * 60, 17 * 60)))
            await events(connection, 1, 2)
            for number in (1, 2):
                await card(connection, one.id, number)
            cards = [new(one.id, message_json(said(f"card {number}")), kind=DeliveryKind.CARD, event=number) for number in (1, 2)]
            digest = new(one.id, message_json(said("digest")), kind=DeliveryKind.DIGEST)
            await deliveries.queue(connection, [*cards, digest], clock())
        platform.is_up = False
        sending = Deliveries(database, [platform], clock, look=timedelta(minutes=1))
        await run_for(sending, 5000)
        platform.is_up = True
        for seconds in (2000, 7200):
            await run_for(sending, seconds)
            shown.append(platform.chats["one"].texts)

    run_with(database_url, main)
    assert shown == [["digest"], ["digest", "card 1", "card 2"]]
    assert [each.is_silent for each in platform.chats["one"].shown] == [True, False, False]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_message_of_which_nothing_at_all_can_be_written_down_stops_no_other(database_url: str) -> None:
    """As a damaged row would be; its chat waits for the end of the lease, which brings it once more."""
    platform = FakePlatform()

    async def main(database: TimelessDatabase) -> None:
        await queue(database, await chat(database, "odd", NOW), clock(), "odd")
        await queue(database, await chat(database, "other", NOW), clock(), "1", "2")
        async with database.write() as connection:
            refused = "SELECT RAISE(ABORT, 'refused') WHERE NEW.id = 1 AND NEW.state <> 'sending';"
            await connection.execute(text(f"CREATE TRIGGER refuse BEFORE UPDATE ON deliveries BEGIN {refused} END"))
        sending = Deliveries(database, [platform], clock)
        await run_for(sending, 60)
        assert platform.arrived() == {"odd": ["odd"], "other": ["1", "2"]}
        async with database.write() as connection:
            await connection.execute(text("DROP TRIGGER refuse"))
        await run_for(sending, 700)
        assert await all_states(database) == [SENT, SENT, SENT]

    run_with(database_url, main)
    assert platform.arrived() == {"odd": ["odd", "odd"], "other": ["1", "2"]}
