"""What a person gets for commands about what a chat is told, from a real database on each engine."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from chat_samples import card, chat_at, subscriptions_at
from chat_samples import events as bare_events
from message_reading import check_answer, commands_of, text_of
from telling_samples import Newsroom

from bot.commands.desk import TERMINAL, Answer, Desk, Place, Request, TellingDesk
from bot.commands.registry import COMMANDS, respond
from bot.core.chats.chat import Address, Chat, ChatKind, Quiet, Replies, Subscription, WhenEmpty
from bot.core.chats.delivery import DeliveryKind, Failed, NewDelivery
from bot.core.message import Message, Paragraph, Text
from bot.core.message_text import message_json
from bot.core.model import EventId
from bot.pipeline.digests import Digests
from bot.platforms.console.facts import to_json
from storage.chats import chats, mutes, subscriptions
from storage.delivery import deliveries, outbox
from storage.engine.database import Database

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)  # a Sunday
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
GROUP = Place(address=Address(platform="telegram", chat="-100", thread="17"), kind=ChatKind.GROUP, name="Harbour watch")


@pytest.fixture
def desk(database: Database) -> Desk:
    digests = Digests(database, lambda: NOW)
    return Desk(database=database, version="1.2.3", zone="Europe/Kyiv", telling=TellingDesk(preview=digests.preview, told=digests.told))


async def check(desk: Desk, typed: str, *expected: str, failed: bool = False, now: datetime = NOW, place: Place = TERMINAL) -> Answer:
    """Ask, and look for each expected piece of text in the order given."""
    answer = await respond(desk, Request(text=typed, now=now, place=place))
    check_answer(answer, *expected, failed=failed)
    to_json(answer.facts)
    return answer


async def chat_of(desk: Desk, place: Place = TERMINAL) -> Chat:
    return await chat_at(desk.database, place.address)


async def all_of(desk: Desk, place: Place = TERMINAL) -> Sequence[Subscription]:
    return await subscriptions_at(desk.database, place.address)


async def test_a_subscription_says_what_was_understood_and_when_it_comes(desk: Desk) -> None:
    made = await check(desk, "/subscribe", "Subscribed", "every day at 08:00", "about everything", "next 2026-11-23 06:00", "Europe/Kyiv")
    (subscription,) = await all_of(desk)
    assert commands_of(made) == ["/digest preview", "/subscriptions", f"/unsubscribe {subscription.id}", "/time", "/timezone"]
    moved = await check(desk, "/subscribe 18:00 Asia/Tokyo +port", "every day at 18:00", "about +port", "2026-11-23 09:00", "Asia/Tokyo")
    assert "/timezone Europe/Kyiv" in commands_of(moved)
    await check(desk, "/subscriptions", "every day at 08:00", "next 2026-11-22 23:00", "every day at 18:00", "Asia/Tokyo")
    assert [each.at for each in await all_of(desk)] == [480, 1080]


async def test_the_same_subscription_twice_is_one(desk: Desk) -> None:
    await check(desk, "/subscribe 8 -sport")
    again = await check(desk, "/subscribe 08:00 -sport", "Subscribed already", "has that subscription")
    assert not [command for command in commands_of(again) if command.startswith("/unsubscribe")]
    assert len(await all_of(desk)) == 1


async def test_a_chat_has_only_so_many_subscriptions(desk: Desk) -> None:
    for number in range(20):
        await check(desk, f"/subscribe {number}:00")
    await check(desk, "/subscribe 21:00", "20 subscriptions already", failed=True)
    await check(desk, "/unsubscribe all", "20 subscriptions ended.")


async def test_a_subscription_that_is_refused_moves_no_clock(desk: Desk) -> None:
    for number in range(20):
        await check(desk, f"/subscribe {number}:00")
    await check(desk, "/subscribe 21:00 Asia/Tokyo", "20 subscriptions already", failed=True)
    assert (await chat_of(desk)).zone == "Europe/Kyiv"


async def test_a_zone_that_may_be_several_is_asked_for(desk: Desk) -> None:
    asked = await check(desk, "/subscribe weekdays 7:30 australia +reef", "Which australia", failed=True)
    assert "/subscribe weekdays 7:30 Australia/Sydney +reef" in commands_of(asked)
    await check(desk, "/timezone australia", "Which australia", "/timezone Australia/Sydney", failed=True)
    await check(desk, "/timezone Amstredam", "no zone Amstredam", "Perhaps", "/timezone Europe/Amsterdam", failed=True)
    await check(desk, "/timezone qqqqqqqq", "no zone qqqqqqqq", "Say a city", failed=True)
    await check(desk, "/subscriptions", "has no subscription")


async def test_a_place_that_may_be_what_news_are_about_is_asked_for(desk: Desk) -> None:
    await check(desk, "/subscribe 9")
    asked = await check(desk, "/subscribe 8 japan ferries", "Is japan where this chat is", failed=True)
    zone, about = commands_of(asked)
    assert (zone, about) == ("/subscribe 8 Asia/Tokyo ferries", "/subscribe 8 Europe/Kyiv japan ferries")
    assert len(await all_of(desk)) == 1
    await check(desk, about, "Subscribed", "about japan ferries", "Europe/Kyiv")
    assert (await chat_of(desk)).zone == "Europe/Kyiv"
    await check(desk, "/subscribe 8 georgia harvest", "Which georgia", "/subscribe 8 Europe/Kyiv georgia harvest", failed=True)
    alone = await check(desk, "/subscribe 8 new york", "about everything", "America/New_York", 'write +"new york"')
    assert "/timezone Europe/Kyiv" in commands_of(alone)


async def test_every_chat_and_topic_has_its_own(desk: Desk) -> None:
    await check(desk, "/subscribe 9", place=GROUP)
    await check(desk, "/subscriptions", "has no subscription")
    other = replace(GROUP, address=replace(GROUP.address, thread="18"))
    await check(desk, "/unsubscribe", "has no subscription", place=other)
    chat = await chat_of(desk, GROUP)
    assert (chat.kind, chat.name, chat.zone) == (ChatKind.GROUP, "Harbour watch", "Europe/Kyiv")
    await check(desk, "/unsubscribe", "1 subscription ended.", place=GROUP)


async def test_nobody_ends_the_subscription_of_another_chat(desk: Desk) -> None:
    await check(desk, "/subscribe 9", place=GROUP)
    await check(desk, "/subscribe 9")
    (theirs,) = await all_of(desk, GROUP)
    await check(desk, f"/unsubscribe {theirs.id}", "has no subscription", failed=True)
    await check(desk, f"/filter {theirs.id} +port")
    assert [each.filter for each in await all_of(desk, GROUP)] == [""]
    assert [each.filter for each in await all_of(desk)] == [f"{theirs.id} +port"]


async def test_which_subscription_is_asked_where_there_are_several(desk: Desk) -> None:
    await check(desk, "/subscribe 8")
    await check(desk, "/subscribe breaking +port")
    await check(desk, "/unsubscribe", "Which one?", "every day", "when it breaks: 3 reports within 2 hours", failed=True)
    first, second = await all_of(desk)
    asked = await check(desk, "/filter -sport", "Which one?", failed=True)
    assert commands_of(asked) == [f"/filter {first.id} -sport", f"/filter {second.id} -sport"]
    await check(desk, f"/filter {first.id} -sport", "about -sport")
    await check(desk, f"/filter {second.id} off", "when it breaks", "about everything")
    await check(desk, f"/unsubscribe #{first.id}", "1 subscription ended. 1 subscription left.")
    await check(desk, '/filter +"open', failed=True)
    await check(desk, "/filter outlet:Courier", "about outlet:Courier")
    await check(desk, "/filter", "about outlet:Courier")
    await check(desk, f"/filter {second.id}", "about outlet:Courier")


async def test_only_who_runs_a_chat_changes_it(desk: Desk) -> None:
    for command in COMMANDS:
        if command.settles:
            request = Request(text=f"/{command.name}", now=NOW, place=GROUP, runs_chat=False)
            answer = await respond(desk, request)
            assert "for those who run this chat" in text_of(answer)
            assert answer.failed
    await respond(desk, Request(text="/stop", now=NOW, place=GROUP))
    await respond(desk, Request(text="/start", now=NOW, place=GROUP, runs_chat=False))
    assert (await chat_of(desk, GROUP)).stopped_at is not None


async def test_another_zone_in_the_due_minute_gives_no_second_digest_of_a_date(desk: Desk) -> None:
    """FAULTS.md row 37."""
    await check(desk, "/subscribe 14:00")  # noon in UTC
    (made,) = await all_of(desk)
    assert made.due_at == NOW + timedelta(days=1)
    async with desk.database.write() as connection:
        await subscriptions.save(connection, replace(made, last_date=date(2026, 11, 22)))
    await check(desk, "/timezone new york", "The zone of this chat is America/New_York.", "next 2026-11-23 19:00")
    await check(desk, "/timezone UTC+14", "UTC+14:00", "next 2026-11-23 00:00")
    (moved,) = await all_of(desk)
    assert moved.last_date == date(2026, 11, 22)


@pytest.mark.parametrize("typed", ["/timezone tokyo", "/quiet 22-7", "/subscribe 9 tokyo"])
async def test_a_digest_that_is_owed_stays_owed_when_the_clock_of_the_chat_changes(desk: Desk, typed: str) -> None:
    await Newsroom(desk.database, now=NOW).report(1, "A", "An otter swims")
    await check(desk, "/subscribe 14:01")
    later = NOW + timedelta(days=2)  # nobody served it meanwhile
    await check(desk, typed, now=later)
    digests = Digests(desk.database, lambda: later)
    assert (await digests.run()).digests == 1
    assert (await digests.run()).digests == 0


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("22:00-07:00", Quiet(1320, 420)), ("10pm to 7am", Quiet(1320, 420)), ("off", None), ("8-8", None)],
)
async def test_quiet_hours_are_set_and_taken_back(desk: Desk, typed: str, expected: Quiet | None) -> None:
    await check(desk, "/quiet 1-2", "01:00-02:00", "Europe/Kyiv")
    await check(desk, f"/quiet {typed}", "22:00-07:00" if expected else "no quiet hours")
    assert (await chat_of(desk)).quiet == expected
    await check(desk, "/quiet", "22:00-07:00" if expected else "none")


async def test_what_quiet_hours_held_leaves_when_they_end(desk: Desk) -> None:
    """FAULTS.md row 38."""
    await check(desk, "/quiet 13-15", "13:00-15:00")
    chat = await chat_of(desk)
    held = NewDelivery(
        chat_id=chat.id,
        kind=DeliveryKind.CARD,
        message=message_json(Message((Paragraph((Text("An otter swims"),)),))),
        key="card",
        event_id=EventId(1),
        not_before=NOW + timedelta(hours=1),
    )
    async with desk.database.write() as connection:
        await bare_events(connection, 1)
        await card(connection, chat.id, 1)
        await deliveries.queue(connection, [held], NOW)
    assert await wake_of(desk) == NOW + timedelta(hours=1)
    await check(desk, "/quiet 13-18")
    assert await wake_of(desk) == NOW + timedelta(hours=4)
    await check(desk, "/timezone UTC+2:30")
    assert await wake_of(desk) == NOW + timedelta(hours=3, minutes=30)
    await check(desk, "/quiet off")
    assert await wake_of(desk) == NOW


async def wake_of(desk: Desk) -> datetime | None:
    async with desk.database.read() as connection:
        return await deliveries.next_wake(connection, "terminal")


async def test_settings_are_shown_and_changed(desk: Desk) -> None:
    await check(desk, "/settings", "served yes", "Europe/Kyiv", "quiet hours none", "one line", "significant changes", "subscriptions none")
    await check(desk, "/settings empty silence replies all", "silence", "every new report")
    chat = await chat_of(desk)
    assert (chat.when_empty, chat.replies) == (WhenEmpty.SILENCE, Replies.ALL)
    for wrong in ("empty", "empty loud", "replies maybe", "colour blue"):
        answer = await check(desk, f"/settings {wrong}", failed=True)
        assert answer.misused


async def test_a_chat_that_stopped_keeps_everything_and_starts_again(desk: Desk) -> None:
    await check(desk, "/subscribe 8")
    await check(desk, "/stop", "Nothing more is sent here")
    await check(desk, "/subscriptions", "Nothing is sent here since /stop", "every day at 08:00")
    await check(desk, "/settings", "no, since /stop")
    await check(desk, "/subscribe 9", "Nothing is sent here since /stop")
    async with desk.database.read() as connection:
        assert await subscriptions.due(connection, NOW + timedelta(days=2), 10) == []
    await check(desk, "/start", "served again")
    async with desk.database.read() as connection:
        assert len(await subscriptions.due(connection, NOW + timedelta(days=2), 10)) == 2
    answer = await check(desk, "/start")
    assert "served again" not in text_of(answer)


async def test_privacy_tells_what_is_stored_and_deletes_it_after_asking_once_more(desk: Desk) -> None:
    await check(desk, "/privacy", "Nothing is stored of this chat")
    await check(desk, "/subscribe 8")
    await check(desk, "/mute otter")
    await check(desk, "/privacy", "1 subscription", "1 thing that it muted", "history file")
    await check(desk, "/quiet 22-7", place=GROUP)
    await check(desk, "/privacy", "0 subscriptions", "the number of who asked are kept for 90 days", place=GROUP)
    await check(desk, "/privacy delete", "Delete everything?", "/privacy delete yes")
    assert len(await all_of(desk)) == 1
    await check(desk, "/privacy delete yes", "Nothing is stored of this chat any more.")
    async with desk.database.read() as connection:
        assert await chats.find(connection, TERMINAL.address) is None
    await check(desk, "/privacy delete yes", "Nothing was stored")


async def test_events_are_followed_and_muted_until_somebody_says_off(desk: Desk) -> None:
    room = Newsroom(desk.database)
    await room.report(1, "A", "An otter swims")
    await check(desk, "/follow", "follows no event")
    await check(desk, "/follow 1", "Followed", "An otter swims")
    await check(desk, "/follow", "An otter swims", "/event 1")
    await check(desk, "/mute #1 7d", "Event 1 is muted until 2026-11-29 12:00")
    await check(desk, "/follow", "follows no event")
    await check(desk, "/mute", "event 1", "until 2026-11-29 12:00")
    await check(desk, "/mute", "Nothing is muted", now=NOW + timedelta(days=8))
    await check(desk, "/follow 1", "Followed")
    await check(desk, "/mute", "Nothing is muted")
    await check(desk, "/follow 1 off", "not followed any more")
    await check(desk, "/follow 1 off", "was not followed")
    await check(desk, "/follow 9", "no event 9", failed=True)
    await check(desk, "/mute 99999999999999999999 7d", "no event", failed=True)
    await check(desk, "/follow otter", "not the number", failed=True)


async def test_words_are_muted_whatever_their_case_and_quotes(desk: Desk) -> None:
    await check(desk, "/mute “Grain Ship” 12h", "“grain ship” is muted until 2026-11-23 00:00")
    muted = await check(desk, '/mute "2026"', "“2026” is muted.")
    assert commands_of(muted) == ['/mute "2026" off']
    chat = await chat_of(desk)
    async with desk.database.read() as connection:
        assert [each.word for each in (await mutes.of(connection, [chat.id], NOW))[chat.id]] == ["grain ship", "2026"]
    await check(desk, "/mute grain ship off", "not muted any more")
    await check(desk, commands_of(muted)[0], "not muted any more")
    await check(desk, "/mute otter off", "was not muted")
    await check(desk, "/mute …", "neither the number", failed=True)
    await check(desk, "/mute port 19", "“port 19” is muted.")
    for unclear in ("off", "7d", "port 0d", "8 99999999w", "8 7x"):
        assert (await check(desk, f"/mute {unclear}", failed=True)).misused
    await check(desk, f"/mute {'x' * 101}", "neither the number", failed=True)


async def test_a_preview_shows_the_next_digest_and_tells_nothing(desk: Desk) -> None:
    room = Newsroom(desk.database, now=NOW - timedelta(hours=1))
    await check(desk, "/digest preview", "subscribed to no digest", failed=True)
    await room.report(1, "A", "An otter swims")
    await check(desk, "/subscribe 8 otter")
    for _ in range(2):
        await check(desk, "/digest preview", "Preview of the digest that is due 2026-11-23 06:00", "An otter swims")
    await check(desk, "/digest preview 99", "no such subscription", failed=True)
    await check(desk, "/digest hidden 99", "told no digest 99", failed=True)
    await check(desk, f"/digest hidden {'9' * 40}", "told no digest", failed=True)
    chat = await chat_of(desk)
    async with desk.database.read() as connection:
        assert (await outbox.counts(connection)).queued == 0
        assert (await subscriptions.of(connection, chat.id))[0].seen is None


async def test_the_button_of_a_digest_lists_what_that_one_left_out(desk: Desk) -> None:
    room = Newsroom(desk.database, now=NOW - timedelta(hours=1))
    await room.report(1, "A", "An otter swims")
    await room.report(2, "B", "A gull sings")
    await check(desk, "/subscribe 14:01 otter")
    due_at = NOW + timedelta(minutes=1)
    await Digests(desk.database, lambda: due_at).run()
    chat = await chat_of(desk)
    put = (await room.queued())[-1]
    (hidden,) = [command for command in put.actions if command.startswith("/digest hidden ")]
    assert put.chat_id == chat.id
    await check(desk, hidden, "Left out of the digest", "A gull sings", "/event 2")
    await check(desk, hidden, "told no digest", failed=True, place=GROUP)


async def test_status_tells_how_the_outbox_stands_and_trouble_is_sent_again_or_dropped(desk: Desk) -> None:
    await check(desk, "/subscribe 8")
    chat = await chat_of(desk)
    message = message_json(Message((Paragraph((Text("An otter swims"),)),)))
    assert "waiting to be sent" not in text_of(await check(desk, "/status"))
    async with desk.database.write() as connection:
        new = [NewDelivery(chat_id=chat.id, kind=DeliveryKind.NOTICE, message=message, key=str(n)) for n in range(3)]
        await deliveries.queue(connection, new, NOW)
    for _ in range(2):
        async with desk.database.write() as connection:
            (one,) = await deliveries.claim(connection, NOW, "terminal", limit=9, busy=[], lease=timedelta(minutes=1))
            await deliveries.ack(connection, [(one, Failed(reason="The topic is closed."))], NOW)
    await check(desk, "/status", "waiting to be sent 1", "oldest since 2026-11-22 12:00", "2 refused", "/deliveries")
    await check(desk, "/deliveries", "notice to Terminal", "refused", "The topic is closed.")
    await check(desk, "/deliveries retry 99", "No such delivery", failed=True)
    await check(desk, f"/deliveries drop {one.id}", "1 delivery dropped.")
    await check(desk, "/deliveries retry all", "1 delivery queued again.")
    await check(desk, "/deliveries", "No delivery is in trouble.")
    await check(desk, "/deliveries retry all", "No delivery is in trouble.")
    await check(desk, "/deliveries drop all", "No delivery is in trouble.")
    await check(desk, "/status", "waiting to be sent 2")
    for wrong in ("retry", "drop x", "retry 1 2", f"retry {'9' * 30}"):
        assert (await check(desk, f"/deliveries {wrong}", failed=True)).misused


@SQLITE
async def test_a_platform_that_stopped_is_named(desk: Desk) -> None:
    assert desk.telling is not None
    stopped = replace(desk, telling=replace(desk.telling, stopped=lambda: {"telegram": "The token is refused."}))
    await check(stopped, "/status", "Nothing is sent to telegram", "The token is refused.")
