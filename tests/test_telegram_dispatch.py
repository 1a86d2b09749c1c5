"""What somebody on Telegram sees who asks the bot something, over HTTP and with a real database."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest
from bot_api_world import Chat, User
from chat_samples import NOW
from conftest import SHARING
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from telegram_station import Station, report, station

from storage.engine.database import Database
from storage.schema.chat_tables import chats


@pytest.fixture
async def here(database: Database) -> AsyncIterator[Station]:
    """A bot that knows of three events."""
    await report(database, 3)
    async with station(database) as opened:
        yield opened


@pytest.fixture
async def light() -> AsyncIterator[Station]:
    """The same on one engine, with an empty database, for what has nothing to do with storage."""
    database = await Database.open("sqlite+aiosqlite:///:memory:", now=NOW)
    async with station(database) as opened:
        yield opened
    await database.close()


def texts(here: Station, place: Chat | User) -> list[str]:
    return [message.text for message in here.api.messages(place)]


async def is_silent(here: Station, place: Chat | User, act: Callable[[], object]) -> bool:
    """Something happens; tells whether nothing is answered to it."""
    before = texts(here, place)
    act()
    await here.all_heard()
    return texts(here, place) == before


def is_answered(here: Station, place: Chat, times: int) -> bool:
    return len(here.api.messages(place)) == times


async def chats_of(database: Database) -> list[str]:
    async with database.read() as connection:
        return list(await connection.scalars(select(chats.c.chat)))


class TestCommands:
    async def test_a_command_is_answered_in_the_private_chat(self, here: Station) -> None:
        ada = here.api.person("Ada")
        assert "Strike 1 in" in (await here.ask(ada, "/latest", "Strike 3 in")).text
        assert "Strike 1 in" not in (await here.ask(ada, f"/LATEST@{here.api.bot.username} 1", "Strike 3 in")).text
        assert "Strike 3 in" not in (await here.ask(ada, "/event\u2060 2", "Strike 2 in")).text

    async def test_words_are_searched_for_and_an_unknown_command_gets_a_suggestion(self, here: Station) -> None:
        ada = here.api.person("Ada")
        assert "Strike 1" not in (await here.ask(ada, "strike Brod", "Strike 3 in Brod")).text
        assert "Did you mean" in (await here.ask(ada, "/lattest", "/latest")).text
        assert "/subscribe" in (await here.ask(ada, "/", "")).text

    async def test_in_a_group_only_commands_that_are_meant_for_us_are_answered(self, here: Station) -> None:
        ada = here.api.person("Ada")
        group = here.api.group("Harbour watch", members=[ada])
        here.api.privacy = False
        answer = await here.ask(ada, "/latest", "Strike 3 in", group)
        said = max(one.id for one in group.shown.values() if one.sender is ada)
        assert answer.reply_to == said
        for words in ("hello", "/lattest", "/latest@another_bot", "strike Brod", "/", f"@{here.api.bot.username} strike", "/channel"):
            assert await is_silent(here, group, partial(here.api.say, ada, words, group))

    async def test_in_a_topic_the_answer_stays_in_the_topic(self, here: Station) -> None:
        ada = here.api.person("Ada")
        forum = here.api.group("Harbour watch", members=[ada], is_forum=True)
        topic = here.api.topic(forum, "News")
        assert (await here.ask(ada, "/latest", "Strike 3", forum, thread=topic)).thread == topic
        assert (await here.ask(ada, "/latest", "Strike 3", forum)).thread is None

    async def test_a_reply_outside_a_forum_is_in_no_topic(self, here: Station) -> None:
        """Telegram gives replies in supergroups a thread that is no topic."""
        ada = here.api.person("Ada")
        group = here.api.group("Harbour watch", members=[ada])
        first = await here.ask(ada, "/latest", "Strike 3", group)
        here.api.say(ada, "/latest", group, reply_to=first)
        await here.api.until(lambda: len(here.api.messages(group)) == 2)
        assert here.api.messages(group)[1].thread is None

    async def test_nobody_is_answered_who_is_no_person(self, here: Station) -> None:
        ada = here.api.person("Ada")
        group = here.api.group("Harbour watch", members=[ada])
        channel = here.api.channel("Harbour news", admins=[ada])
        assert await is_silent(here, channel, lambda: here.api.say(ada, "/latest", channel))
        robot = here.api.person("Robot", username="robot_bot")
        robot.is_bot = True
        assert await is_silent(here, group, lambda: here.api.say(robot, "/latest", group))
        repeated = {"is_automatic_forward": True, "sender_chat": channel.json(), "text": "/latest", "message_id": 9, "date": 1}
        assert await is_silent(here, group, lambda: here.api.update(message=repeated | {"chat": group.json()}))
        inline = {"via_bot": here.api.bot.json(), "from": ada.json(), "text": "Strike 3", "message_id": 9, "date": 1}
        assert await is_silent(here, ada, lambda: here.api.update(message=inline | {"chat": here.api.private(ada).json()}))

    async def test_what_only_admins_may_is_refused_to_others(self, database: Database) -> None:
        async with station(database) as here:
            ada, olena = here.api.person("Ada"), here.api.person("Olena")
            here.admins.append(olena.id)
            await here.restart()
            assert "article" not in (await here.ask(ada, "/status", "is for the admins")).text
            assert "is for the admins" not in (await here.ask(olena, "/status", "article")).text

    async def test_photos_stickers_and_joins_are_not_answered(self, light: Station) -> None:
        ada = light.api.person("Ada")
        await light.ask(ada, "/help", "/latest")
        chat = light.api.private(ada).json()
        place = {"latitude": 1.0, "longitude": 2.0}
        for more in (
            {"caption": ""},
            {"new_chat_title": "x"},
            {"venue": {"location": place, "title": "/help", "address": "x"}},
            {"text": "\u2060"},
        ):
            body = {"message_id": 50, "date": 1, "chat": chat, "from": ada.json()} | more
            assert await is_silent(light, ada, partial(light.api.update, message=body))


class TestBans:
    async def test_who_is_banned_is_not_answered_wherever_they_ask(self, here: Station) -> None:
        ada, borys = here.api.person("Ada"), here.api.person("Borys")
        group = here.api.group("Harbour watch", members=[ada, borys])
        listed = await here.ask(ada, "/event 2", "Strike 2", group)
        await here.ban(ada)
        assert await is_silent(here, group, lambda: here.api.say(ada, "/latest", group))
        assert await is_silent(here, ada, lambda: here.api.say(ada, "/latest"))
        press = here.api.press(listed, listed.buttons[0][0].data or "", by=ada)
        query = here.api.inline(ada, "strike")
        await here.all_heard()
        assert (press.is_answered, query.is_answered) == (False, False)
        await here.ask(borys, "/latest", "Strike 3", group)
        await here.ban(group)
        assert await is_silent(here, group, lambda: here.api.say(borys, "/latest", group))


class TestEdits:
    async def test_a_slip_that_is_corrected_within_a_minute_is_answered(self, here: Station) -> None:
        ada = here.api.person("Ada")
        group = here.api.group("Harbour watch", members=[ada])
        slip = here.api.say(ada, "/lattest", group)
        await here.all_heard()
        here.api.rewrite(slip, "/latest")
        assert (await here.api.message(group, "Strike 3")).reply_to == slip.id

    async def test_an_answered_command_is_not_answered_again(self, here: Station) -> None:
        ada = here.api.person("Ada")
        asked = here.api.say(ada, "/latest")
        await here.api.message(ada, "Strike 3")
        assert await is_silent(here, ada, lambda: here.api.rewrite(asked, "/latest 1"))

    async def test_an_edit_after_a_minute_is_not_answered(self, here: Station) -> None:
        ada = here.api.person("Ada")
        asked = here.api.say(ada, "/lattest")
        await here.api.message(ada, "/latest")
        asked.date -= 61
        assert await is_silent(here, ada, lambda: here.api.rewrite(asked, "/latest"))

    async def test_words_that_are_edited_are_not_searched_for_again(self, here: Station) -> None:
        ada = here.api.person("Ada")
        asked = here.api.say(ada, "strike Quell")
        await here.api.message(ada, "")
        assert await is_silent(here, ada, lambda: here.api.rewrite(asked, "strike Brod"))


class TestForwards:
    async def test_a_forwarded_command_is_not_carried_out(self, here: Station) -> None:
        ada, borys = here.api.person("Ada"), here.api.person("Borys")
        group = here.api.group("Harbour watch", members=[ada])
        here.api.say(ada, "/stop", forwarded_from=borys)
        await here.api.message(ada, "was forwarded")
        assert await is_silent(here, group, lambda: here.api.say(ada, "/latest", group, forwarded_from=borys))
        assert not await chats_of(here.database)


class TestDialogues:
    async def test_a_place_on_the_map_sets_the_zone(self, here: Station) -> None:
        ada = here.api.person("Ada")
        here.api.locate(ada, 50.45, 30.52)
        assert "Europe/Kyiv" in (await here.api.message(ada, "zone")).text

    async def test_cancel_without_a_question_says_so(self, here: Station) -> None:
        ada = here.api.person("Ada")
        assert (await here.ask(ada, "/cancel", "Nothing to cancel")).text == "Nothing to cancel."


class TestFloods:
    """FAULTS row 43."""

    async def test_a_flood_by_one_is_dropped_silently_and_others_are_answered(self, light: Station) -> None:
        ada = light.api.person("Ada")
        group = light.api.group("Harbour watch", members=[ada])
        for number in range(100):
            light.api.say(ada, f"/help no{number}", group if number % 2 else None)
        others = [light.api.person(f"Reader {number}") for number in range(20)]
        for other in others:
            light.api.say(other, "/help latest")
        for other in others:
            await light.api.message(other, "/latest")
        await light.all_heard()
        assert 10 <= len(texts(light, ada)) + len(texts(light, group)) <= 13
        await asyncio.sleep(1.1)
        assert (await light.ask(ada, "/help search", "/search")).text.startswith("/search")

    async def test_talk_in_a_group_costs_nobody_their_share(self, light: Station) -> None:
        ada = light.api.person("Ada")
        group = light.api.group("Harbour watch", members=[ada])
        light.api.privacy = False
        for number in range(50):
            light.api.say(ada, f"talk {number}", group)
        assert (await light.ask(ada, "/help latest", "/latest", group)).text.startswith("/latest")

    async def test_presses_and_letters_are_counted_apart(self, here: Station) -> None:
        ada = here.api.person("Ada")
        listed = await here.ask(ada, "/event 2", "Strike 2")
        data = next(button.data for row in listed.buttons for button in row if button.data)
        presses = [here.api.press(listed, data, forged=True) for _ in range(60)]
        queries = [here.api.inline(ada, "strike") for _ in range(60)]
        await here.ask(ada, "/event 1", "Strike 1")
        await here.all_heard()
        assert 20 <= sum(press.is_answered for press in presses) <= 30
        assert 20 <= sum(query.is_answered for query in queries) <= 30


class TestOrder:
    @settings(max_examples=15, suppress_health_check=SHARING)
    @given(
        asked=st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=1, max_size=24),
        latency=st.sampled_from([0.0, 0.01, 0.03]),
        faults=st.integers(0, 2),
    )
    def test_each_chat_gets_its_answers_in_the_order_of_its_questions(
        self, asked: list[tuple[int, bool]], latency: float, faults: int
    ) -> None:
        """Random interleavings of chats, slow calls among them; people share chats and chats share people."""

        async def scenario() -> None:
            database = await Database.open("sqlite+aiosqlite:///:memory:", now=NOW)
            async with station(database) as here:
                here.api.latency = latency
                people = [here.api.person(f"Reader {number}") for number in range(8)]
                places = [here.api.group(f"Group {number}", members=people) for number in range(4)]
                here.api.fault("sendMessage", "slow", faults, skip=1, seconds=0.1)
                questions: dict[int, list[int]] = {}
                for number, (place, is_cheap) in enumerate(asked):
                    line = "/help latest" if is_cheap else f"/latest {number % 9 + 1}"
                    message = here.api.say(people[number % 8], line, places[place])
                    questions.setdefault(place, []).append(message.id)
                for place, expected in questions.items():
                    await here.api.until(partial(is_answered, here, places[place], len(expected)))
                    assert [one.reply_to for one in here.api.messages(places[place])] == expected
            await database.close()

        asyncio.run(scenario())


class TestFailures:
    async def test_a_database_that_cannot_be_written_is_told(self, tmp_path: Path) -> None:
        database = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/test.db", now=NOW)
        async with station(database) as here:
            ada = here.api.person("Ada")
            await here.ask(ada, "/help latest", "/latest")
            (tmp_path / "test.db").rename(tmp_path / "elsewhere.db")
            assert "Subscribed" not in (await here.ask(ada, "/subscribe 08:00", "put it back")).text
            assert "There is no event" in (await here.ask(ada, "/event 1", "event")).text
        await database.close()

    async def test_a_chat_that_is_closed_stops_nobody(self, light: Station) -> None:
        ada, borys = light.api.person("Ada"), light.api.person("Borys")
        await light.ask(ada, "/help latest", "/latest")
        light.api.fault("sendMessage", "403 Forbidden: bot was blocked by the user", chat=ada)
        light.api.say(ada, "/help search")
        assert (await light.ask(borys, "/help search", "/search")).text.startswith("/search")
        assert (await light.ask(ada, "/help top", "/top")).text.startswith("/top")
        assert not any(text.startswith("/search") for text in texts(light, ada))

    async def test_what_telegram_cannot_read_goes_as_plain_text(self, light: Station) -> None:
        ada = light.api.person("Ada")
        light.api.fault("sendMessage", "400 Bad Request: can't parse entities: Unsupported start tag")
        assert (await light.ask(ada, "/help latest", "/latest")).parse_mode is None

    async def test_a_group_that_has_moved_meanwhile_is_answered_where_it_is(self, here: Station) -> None:
        """FAULTS row 28."""
        ada = here.api.person("Ada")
        group = here.api.group("Harbour watch", admins=[ada], kind="group")
        await here.ask(ada, "/subscribe 08:00", "Subscribed", group)
        said = here.api.say(ada, "/latest 1", group)
        moved = here.api.migrate(group)
        await here.api.message(moved, "Strike 3")
        await here.all_heard()
        assert await chats_of(here.database) == [str(moved.id)]
        assert said.chat is group
