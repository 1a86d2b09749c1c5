"""What a person gets who chooses instead of typing: /start, /help, /settings and the panels that it leads to."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from chat_samples import chat_at, subscriptions_at
from hypothesis import given
from hypothesis import strategies as st
from message_reading import check_answer, commands_of, text_of
from telling_samples import Newsroom

from bot.commands.desk import TERMINAL, Answer, Desk, Place, Request, TellingDesk
from bot.commands.help import TASKS
from bot.commands.registry import COMMANDS, NAMED, respond
from bot.commands.screens import repeats
from bot.core.chats.chat import Address, Chat, ChatKind, Quiet, Subscription
from bot.core.chats.zone_guesses import MOST, city, guessed_zones
from bot.core.chats.zone_names import find_zone
from bot.languages import LANGUAGES
from bot.pipeline.digests import Digests
from bot.platforms.console.facts import to_json
from bot.sources.geography import point_of, zone_at
from storage.engine.database import Database

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)  # a Sunday
HOME = Place(address=Address(platform="telegram", chat="7"), kind=ChatKind.PRIVATE, name="Ada", language="uk")
GROUP = Place(address=Address(platform="telegram", chat="-100"), kind=ChatKind.GROUP, name="Harbour watch")
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(database: Database) -> Desk:
    digests = Digests(database, lambda: NOW)
    return Desk(database=database, version="1", zone="UTC", telling=TellingDesk(preview=digests.preview, told=digests.told))


async def check(desk: Desk, typed: str, *expected: str, failed: bool = False, place: Place = HOME, runs_chat: bool = True) -> Answer:
    """Ask, and look for each expected piece of text in the order given."""
    answer = await respond(desk, Request(text=typed, now=NOW, place=place, runs_chat=runs_chat, person="7"))
    check_answer(answer, *expected, failed=failed)
    to_json(answer.facts)
    return answer


async def chat_of(desk: Desk, place: Place = HOME) -> Chat:
    return await chat_at(desk.database, place.address)


async def all_of(desk: Desk, place: Place = HOME) -> Sequence[Subscription]:
    return await subscriptions_at(desk.database, place.address)


def test_every_command_serves_one_task() -> None:
    names = [name for _, those in TASKS for name in those]
    assert sorted(names) == sorted(NAMED)
    assert [command.name for command in COMMANDS if command.admin] == [name for name in NAMED if name in TASKS[-1][1]]


@SQLITE
async def test_the_first_screen_has_three_buttons(desk: Desk) -> None:
    assert commands_of(await check(desk, "/start", "Your news desk")) == ["/digest", "/subscribe", "/settings"]
    helped = await respond(desk, Request(text="/help", now=NOW, is_admin=False))
    assert "Read" in text_of(helped)
    assert "Run" not in text_of(helped).splitlines()


async def test_links_open_an_event_and_subscribe(desk: Desk) -> None:
    await Newsroom(desk.database).report(1, "A", "An otter swims")
    await check(desk, "/start e_1", "An otter swims")
    await check(desk, "/start e_99", "no event 99", failed=True)
    await check(desk, "/start sub_harbour_strike", "Subscribed", "about harbour strike")
    await check(desk, "/start sub_breaking", "Subscribed", "when it breaks")
    await check(desk, "/start sub_", "Subscribed", "about everything")
    await check(desk, "/start sub_otter", "for those who run this chat", failed=True, place=GROUP, runs_chat=False)
    for other in ("e_", "e_x", "e_²", "x_1", "otter", "sub"):
        await check(desk, f"/start {other}", "Your news desk")


async def test_a_link_to_a_stopped_chat_lets_it_go_on(desk: Desk) -> None:
    await check(desk, "/subscribe 8")
    await check(desk, "/stop")
    await check(desk, "/start e_1", "no event", failed=True)
    assert (await chat_of(desk)).stopped_at is None


async def test_every_button_of_every_panel_is_understood(desk: Desk) -> None:
    """Pressed one after the other, from one panel to the next; none of them may lead nowhere."""
    await Newsroom(desk.database).report(1, "A", "An otter swims")
    waiting = ["/start", "/help", "/settings", "/event 1", "/timeline 1", "/why 1", "/subscribe friday 9 otter", "/mute otter", "/follow 1"]
    seen = set(waiting)
    while waiting:
        line = waiting.pop(0)
        answer = await respond(desk, Request(text=line, now=NOW, place=HOME, person="7"))
        assert not answer.misused, (line, text_of(answer))
        for action in answer.message.actions:
            if action.command.startswith("/") and not action.asks and action.command not in seen:
                assert action.command != "/privacy delete yes" or line == "/privacy delete"
                seen.add(action.command)
                waiting.append(action.command)
        assert len(seen) < 500
    assert {"/alerts 5", "/quiet 22:00-07:00", "/language en", "/timezone Europe/Warsaw", "/settings replies none"} <= seen


async def test_every_panel_can_be_shown_again(desk: Desk) -> None:
    panel = await check(desk, "/settings", "Settings of this chat", "language Українська")
    for command in commands_of(panel):
        if len(command.split()) == 1:
            assert repeats(command), command
            shown = text_of(await check(desk, command))
            assert shown == text_of(await check(desk, command))


async def test_a_digest_gets_its_time_at_a_press(desk: Desk) -> None:
    await check(desk, "/settings", "none")
    panel = await check(desk, "/time", "No digest comes here yet", "UTC")
    assert "/time 07:00" in commands_of(panel)
    await check(desk, "/time 07:00", "The digest comes every day at 07:00", "next 2026-11-23 07:00")
    await check(desk, "/time 6pm", "every day at 18:00", "next 2026-11-22 18:00")
    panel = await check(desk, "/time", "every day at 18:00")
    assert "/time 18:00" not in commands_of(panel)
    assert [action.label for action in (await check(desk, "/settings")).message.actions][:2] == ["Digest: 18:00", "Alerts: off"]
    await check(desk, "/subscribe friday 9 +harbour")
    first, second = await all_of(desk)
    asked = await check(desk, "/time 10", "Which one?", failed=True)
    assert commands_of(asked) == [f"/time {first.id} 10:00", f"/time {second.id} 10:00"]
    asks = (await check(desk, "/time", "several")).message.actions
    assert [(action.command, bool(action.asks)) for action in asks] == [(f"/time {first.id}", True), (f"/time {second.id}", True)]
    await check(desk, f"/time {second.id} 10:30", "every Friday at 10:30", "+harbour", "next 2026-11-27 10:30")
    await check(desk, "/time 99 10:30", "no subscription 99", failed=True)
    assert [(each.at, each.filter) for each in await all_of(desk)] == [(1080, ""), (630, "+harbour")]
    for wrong in ("soon", "25:00", "7 soon"):
        assert (await check(desk, f"/time {wrong}", "no time of day", failed=True)).misused


async def test_alerts_take_a_number_of_reports(desk: Desk) -> None:
    assert "/alerts 5" in commands_of(await check(desk, "/alerts", "Nothing is told at once here"))
    await check(desk, "/alerts 5", "told at once when it breaks: 5 reports within 2 hours")
    await check(desk, "/alerts on", "3 reports within")
    panel = commands_of(await check(desk, "/alerts", "3 reports"))
    assert "/alerts 3" not in panel
    assert "/alerts off" in panel
    await check(desk, "/unsubscribe all")
    await check(desk, "/subscribe breaking min:4 within:90m cooldown:2h japan")
    (before,) = await all_of(desk)
    ended = await check(desk, "/alerts off", "Nothing is told at once any more.")
    assert await all_of(desk) == []
    await check(desk, commands_of(ended)[0], "Subscribed")
    (after,) = await all_of(desk)
    assert replace(after, id=before.id, created_at=before.created_at) == before
    await check(desk, "/alerts off")
    await check(desk, "/alerts off", "Nothing was told at once.")
    for wrong in ("0", "1001", "many", "-1"):
        assert (await check(desk, f"/alerts {wrong}", failed=True)).misused


async def test_a_subscription_that_ended_can_be_had_again(desk: Desk) -> None:
    await check(desk, "/timezone UTC+3")
    for line in ("/subscribe friday 9 UTC+3 japan", "/subscribe weekdays 07:30 UTC+3 (a b) OR -kyiv", "/subscribe 8"):
        await check(desk, line)
        (before,) = await all_of(desk)
        undo = commands_of(await check(desk, "/unsubscribe", "1 subscription ended."))
        await check(desk, undo[0], "Subscribed")
        (after,) = await all_of(desk)
        assert replace(after, id=before.id) == before
        assert after.id > before.id
        await check(desk, f"/unsubscribe {before.id}", "no subscription", failed=True)
        await check(desk, "/unsubscribe")


@pytest.mark.parametrize("typed", ["", "otter", "a OR b", "+a -b c", "outlet:x -min:3", "min:2 OR otter", '"a b" lang:en +min:7'])
async def test_a_number_of_reports_is_added_to_a_filter_and_changed(desk: Desk, typed: str) -> None:
    """Pressing presets again and again neither loses words nor piles brackets up."""
    await check(desk, f"/subscribe 8 UTC {typed}")
    lengths = []
    for number in (2, 3, 5, 2):
        pressed = next(each for each in commands_of(await check(desk, "/filter")) if each.endswith(f"min:{number}"))
        await check(desk, pressed, "now.")
        (changed,) = await all_of(desk)
        assert changed.filter.endswith(f"min:{number}")
        lengths.append(len(changed.filter))
        words = typed.removesuffix("+min:7").strip()
        assert all(word.strip('"') in changed.filter for word in words.split())
    assert len(set(lengths)) == 1
    everything = next(each for each in commands_of(await check(desk, "/filter")) if each.endswith("off"))
    await check(desk, everything, "about everything")


async def test_the_zone_is_guessed_by_language_and_taken_from_a_place_on_earth(desk: Desk) -> None:
    panel = await check(desk, "/timezone", "The zone of this chat is UTC, where it is 12:00 now.")
    assert commands_of(panel)[:2] == ["/timezone Europe/Kyiv", "/timezone Europe/Warsaw"]
    assert panel.message.actions[-1].asks
    await check(desk, "/timezone 50.45,30.52", "The zone of this chat is Europe/Kyiv.")
    await check(desk, "/timezone", "where it is 14:00 now")
    await check(desk, "/timezone -33.87, 151.21", "Australia/Sydney")
    await check(desk, "/timezone 12.0,-45.0", "UTC-03:00")
    await check(desk, "/timezone 91,0", "no zone", failed=True)
    assert "/timezone America/Chicago" in commands_of(await check(desk, "/timezone", place=GROUP))


async def test_the_language_is_chosen_by_name_and_code(desk: Desk) -> None:
    await check(desk, "/language", "speaks Українська here")
    await check(desk, "/language english", "speaks English here from now on")
    assert (await chat_of(desk)).language == "en"
    await check(desk, "/language uk-UA", "speaks Українська here from now on")
    assert commands_of(await check(desk, "/language")) == [f"/language {code}" for code in LANGUAGES]
    assert (await check(desk, "/language klingon", "does not speak “klingon”", failed=True)).misused


async def test_quiet_hours_are_chosen(desk: Desk) -> None:
    panel = await check(desk, "/quiet", "none")
    assert commands_of(panel)[0] == "/quiet 22:00-07:00"
    await check(desk, "/quiet 22:00-07:00", "22:00-07:00")
    assert "/quiet off" in commands_of(await check(desk, "/quiet"))
    assert (await chat_of(desk)).quiet == Quiet(1320, 420)


@SQLITE
async def test_a_chat_that_is_full_gets_no_digest_at_a_press(desk: Desk) -> None:
    for number in range(20):
        await check(desk, f"/subscribe {number}:00")
    await check(desk, "/alerts 5", "20 subscriptions already", failed=True)
    await check(desk, "/unsubscribe all")
    for number in range(20):
        await check(desk, f"/subscribe breaking word{number}")
    await check(desk, "/time 8", "20 subscriptions already", failed=True)


async def test_deleting_what_is_stored_works_where_there_are_only_screens(desk: Desk) -> None:
    await check(desk, "/privacy", "Nothing is stored of this chat", "90 days")
    await check(desk, "/privacy delete yes", "Nothing was stored")
    await check(desk, "/cancel", "Nothing to cancel.")


@pytest.mark.parametrize("language", [None, "xx", "uk", "en", "ru", "ar", "zh"])
def test_guessed_zones_are_zones(language: str | None) -> None:
    zones = guessed_zones(language)
    assert 0 < len(zones) <= MOST
    assert [find_zone(zone) for zone in zones] == [[zone] for zone in zones]
    assert len({city(zone) for zone in zones}) == len(zones)


@given(latitude=st.floats(-90, 90), longitude=st.floats(-180, 180))
def test_every_point_on_earth_has_one_zone(latitude: float, longitude: float) -> None:
    point = point_of(f"{latitude:.6f},{longitude:.6f}")
    assert point is not None
    assert len(find_zone(zone_at(*point))) == 1


@pytest.mark.parametrize("text", ["", "1", "91,0", "0,181", "1,2,3", "٥,٦", "nan,1", "1e3,2", "UTC+5,5", "1.5"])
def test_what_is_no_point_on_earth_is_none(text: str) -> None:
    assert point_of(text) is None


@SQLITE
@pytest.mark.parametrize("name", ["event", "timeline", "why"])
async def test_who_says_no_number_chooses_an_event(desk: Desk, name: str) -> None:
    nothing = await check(desk, f"/{name}", "There is no event yet.", failed=True)
    assert commands_of(nothing) == []
    room = Newsroom(desk.database)
    await room.report(1, "A", "An otter swims")
    await room.report(2, "B", "A bridge falls")
    asked = await check(desk, f"/{name}", "Which event? Say its number.", "An otter swims", f"/{name} 1", failed=True)
    assert sorted(commands_of(asked)) == [f"/{name} 1", f"/{name} 2"]
    assert asked.misused
    await check(desk, f"/{name} 1", "An otter swims")


@SQLITE
async def test_the_terminal_ticks_the_language_that_it_speaks(database: Database) -> None:
    desk = Desk(database=database, version="1", language="uk")
    panel = await check(desk, "/language", "Slugline speaks Українська here.", place=TERMINAL)
    assert [action.label for action in panel.message.actions] == ["English", "✓ Українська"]
    await check(desk, "/settings", "Українська", place=TERMINAL)
    await check(desk, "/language en", "Slugline speaks English here", place=TERMINAL)
    await check(desk, "/language", "Slugline speaks English here.", place=TERMINAL)
    await check(desk, "/language", "Slugline speaks English here.", place=GROUP)


@SQLITE
async def test_whoever_has_to_choose_a_subscription_reads_which_it_is(desk: Desk) -> None:
    await check(desk, "/subscribe 08:00 +harbour")
    await check(desk, "/subscribe 08:00 +otter")
    first, second = await all_of(desk)
    asked = await check(desk, "/unsubscribe", "Which one?", failed=True)
    assert [action.label for action in asked.message.actions] == [f"{first.id}  every day at 08:00", f"{second.id}  every day at 08:00"]
    await check(desk, "/privacy", "2 subscriptions with their filters;")
    await check(desk, f"/unsubscribe {first.id}")
    await check(desk, "/privacy", "1 subscription with its filter;")


@SQLITE
@pytest.mark.parametrize("number", ["99999", "0", "-1", "²", "many"])
async def test_alerts_say_which_numbers_they_take(desk: Desk, number: str) -> None:
    await check(desk, f"/alerts {number}", f"“{number}” is no number of reports: say one from 1 to 1,000.", failed=True)
