"""Slash commands on Discord: who sees which, what they come to, how soon and to whom they answer, in the virtual Discord of simcord."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from discord_chat import Chatting, answering, chatting, shown
from screen_samples import report

from bot.commands.catalogue import named_on
from bot.commands.desk import sentence
from bot.core.chats.chat import Address
from bot.platforms.discord.spelling import SPELLED
from storage.chats import chats, subscriptions
from storage.engine.database import Database

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def here(database: Database) -> AsyncIterator[Chatting]:
    """Discord, where twenty events are known."""
    await report(database, 20)
    async with chatting(database) as opened:
        yield opened


@SQLITE
async def test_every_command_of_the_catalogue_is_a_slash_command(here: Chatting) -> None:
    seen = set(here.boss.available_commands(here.channel))
    assert {SPELLED.get(name, name) for name in named_on("discord")} <= seen
    assert {"digest hidden", "digest preview", "sources event", "sources feed"} <= seen
    assert not any(name == "cancel" for name in seen)


@SQLITE
async def test_who_runs_nothing_sees_only_what_asks(here: Chatting) -> None:
    seen = set(here.reader.available_commands(here.channel))
    assert "news latest" in seen
    assert not {"settings", "filter", "stop", "privacy", "admin status", "server threads"} & seen


@SQLITE
async def test_the_commands_are_told_to_discord_only_when_it_has_others(here: Chatting) -> None:
    def puts() -> int:
        return sum(each.method == "PUT" for each in here.env.http_requests)

    assert puts() == 1
    await here.restart()
    assert puts() == 1
    here.env.backend.commands[None].popitem()
    await here.restart()
    assert puts() == 2


@SQLITE
async def test_content_is_for_all_and_settings_errors_and_why_for_one(here: Chatting) -> None:
    assert not (await here.reader.slash(here.channel, "news latest", count=3)).ephemeral
    assert not (await here.reader.slash(here.channel, "news event", event="3")).ephemeral
    for who, name, options in (
        (here.reader, "help", {}),
        (here.reader, "news why", {"event": "3"}),
        (here.reader, "news event", {"event": "999"}),
        (here.boss, "settings", {}),
        (here.boss, "privacy", {}),
        (here.boss, "admin status", {}),
    ):
        assert (await who.slash(here.channel, name, **options)).ephemeral, name


@SQLITE
async def test_options_come_to_a_line_of_the_catalogue(here: Chatting, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answering(monkeypatch, sentence("Done."))
    role = here.guild.create_role("Harbour watch")
    for name, options, expected in (
        ("news latest", {"count": 5, "words": "harbour  strike"}, "/latest 5 harbour strike"),
        ("news top", {"span": "7d", "count": 4}, "/top 7d 4"),
        ("news event", {"event": "#4"}, "/event #4"),
        ("news event", {"event": "harbour strike"}, "/search harbour strike"),
        ("news event", {"event": "strike 17"}, "/event 17"),
        ("news why", {"event": "strike 17", "article": 3}, "/why 17 3"),
        ("news timeline", {"event": "strike"}, "/search strike"),
        ("news latest", {"words": "3 dead"}, "/latest 10 3 dead"),
        ("sources list", {"which": "24"}, "/sources 24 page 1"),
        ("sources event", {"event": "strike 17"}, "/sources 17"),
        ("sources list", {"which": "failing", "page": 2}, "/sources failing page 2"),
        ("sources feed", {"feed": "12"}, "/sources feed 12"),
        ("digest hidden", {"span": "12h"}, "/digest 12h hidden"),
        ("digest hidden", {"span": "12"}, "/digest hidden 12"),
        ("digest hidden", {}, "/digest hidden"),
        (
            "digest subscribe",
            {"how": "weekly", "day": "friday", "time": "18:00", "zone": "Kyiv", "filter": "+x"},
            "/subscribe weekly friday 18:00 in Kyiv about +x",
        ),
        ("digest time", {"time": "07:30", "subscription": "3"}, "/time 3 07:30"),
        ("filter", {"filter": '+x outlet:"A B"', "subscription": "2"}, '/filter 2 +x outlet:"A B"'),
        ("filter", {"filter": "2 +harbour"}, '/filter "2" +harbour'),
        ("filter", {"filter": "off"}, "/filter off"),
        ("digest subscribe", {"filter": "New York fire"}, "/subscribe daily about New York fire"),
        ("digest subscribe", {"filter": "weekly"}, "/subscribe daily about weekly"),
        ("digest subscribe", {"time": "morning"}, "/time morning"),
        ("digest subscribe", {"zone": "Rome", "time": "8"}, "/subscribe daily 8 in Rome"),
        ("digest subscribe", {"filter": "min:3"}, "/subscribe daily about min:3"),
        ("digest subscribe", {"filter": "harbour strike"}, "/subscribe daily about harbour strike"),
        ("mute", {"event": "strike 17", "span": "7d"}, "/mute 17 7d"),
        ("alerts", {"off": True, "reports": 4}, "/alerts off"),
        ("follow", {"event": "4", "off": True}, "/follow 4 off"),
        ("follow", {"off": True}, "/follow"),
        ("mute", {"word": 'har"bour', "span": "7d"}, '/mute "harbour" 7d'),
        ("mute", {"span": "7d"}, "/mute"),
        ("settings", {"empty": "line", "replies": "none"}, "/settings empty line replies none"),
        ("privacy", {"delete": True}, "/privacy delete"),
        ("help", {"command": "news latest"}, "/help latest"),
        ("server adminrole", {"role": role}, f"/adminrole {role.id} Harbour watch"),
        ("server pingrole", {"events": "developing", "off": True}, "/pingrole developing off"),
        ("admin reingest", {"what": "source", "which": "Harbour", "dry": True}, "/reingest source Harbour dry-run"),
        ("admin deliveries", {"then": "retry"}, "/deliveries retry all"),
        ("admin deliveries", {"delivery": "4"}, "/deliveries"),
        ("admin merge", {"event": "3", "other": "4"}, "/merge 3 4"),
    ):
        result = await here.boss.slash(here.channel, name, **options)
        assert result.acknowledged
        assert asked[-1].text == expected
    assert asked[-1].guild is not None
    assert asked[-1].guild.is_run


@SQLITE
async def test_numbers_out_of_range_never_reach_us(here: Chatting, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answering(monkeypatch, sentence("Done."))
    with pytest.raises(Exception, match="count"):
        await here.reader.slash(here.channel, "news latest", count=51)
    assert not asked


@SQLITE
async def test_a_forum_in_which_nobody_can_ask_is_subscribed_from_elsewhere(here: Chatting, database: Database) -> None:
    forum = here.guild.create_forum_channel("events")
    refused = await here.reader.slash(here.channel, "digest subscribe", channel=forum)
    assert "Only those who run that channel can settle that." in shown(refused.response)
    settled = await here.boss.slash(here.channel, "digest subscribe", day="monday", time="07:30", zone="Europe/Kyiv", channel=forum)
    told = shown(settled.response).replace("\\", "")
    assert settled.ephemeral
    assert "events" in told
    assert "07:30" in told
    async with database.read() as connection:
        chat = await chats.find(connection, Address(platform="discord", chat=str(forum.id)))
        assert chat is not None
        (wish,) = await subscriptions.of(connection, chat.id)
        assert (wish.at, wish.weekday, wish.filter) == (450, 0, "")
        assert await chats.find(connection, Address(platform="discord", chat=str(here.channel.id))) is None
    await here.boss.slash(here.channel, "digest unsubscribe", channel=forum)
    async with database.read() as connection:
        assert list(await subscriptions.of(connection, chat.id)) == []


@SQLITE
async def test_a_zone_without_a_time_is_no_filter_and_an_unknown_one_is_told(here: Chatting, database: Database) -> None:
    told = await here.boss.slash(here.channel, "digest subscribe", zone="Atlantis", time="07:30")
    assert "There is no zone" in shown(told.response)
    await here.boss.slash(here.channel, "digest subscribe", zone="America/New_York")
    async with database.read() as connection:
        chat = await chats.find(connection, Address(platform="discord", chat=str(here.channel.id)))
        assert chat is not None
        assert [(each.at, each.filter) for each in await subscriptions.of(connection, chat.id)] == [(480, "")]
    assert chat.zone == "America/New_York"


@SQLITE
async def test_who_asks_is_answered_though_nobody_can_look_soon_whether_he_is_banned(
    here: Chatting, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hangs(*_: object) -> bool:
        await asyncio.sleep(60)
        return True

    monkeypatch.setattr("bot.platforms.discord.dispatch.is_banned", hangs)
    monkeypatch.setattr("bot.platforms.discord.dispatch.LOOKED", 0.05)
    assert "Strike" in shown((await here.reader.slash(here.channel, "news latest")).response)


@SQLITE
async def test_where_nothing_could_be_sent_nothing_is_subscribed(
    here: Chatting, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.discord.rights.missing", lambda *_, **__: ["Send Messages"])
    told = await here.boss.slash(here.channel, "digest subscribe", how="daily")
    assert "I lack these rights: Send Messages" in shown(told.response).replace("\\", "")
    async with database.read() as connection:
        assert await chats.find(connection, Address(platform="discord", chat=str(here.channel.id))) is None


@SQLITE
async def test_who_runs_the_server_settles_and_who_does_not_is_told_so(here: Chatting, database: Database) -> None:
    refused = await here.reader.slash(here.channel, "digest subscribe", how="daily", time="07:30")
    assert "/digest subscribe is for those who run this chat" in shown(refused.response)
    assert refused.ephemeral
    settled = await here.boss.slash(here.channel, "digest subscribe", how="daily", time="07:30", zone="Europe/Kyiv")
    assert "07:30" in shown(settled.response).replace("\\", "")
    async with database.read() as connection:
        chat = await chats.find(connection, Address(platform="discord", chat=str(here.channel.id)))
        assert chat is not None
        assert [each.at for each in await subscriptions.of(connection, chat.id)] == [450]
    assert chat.zone == "Europe/Kyiv"


@SQLITE
async def test_admins_are_those_of_the_installation_not_of_the_server(here: Chatting) -> None:
    refused = await here.boss.slash(here.channel, "admin status")
    assert "for the admins of this installation" in shown(refused.response)
    here.admins.append(here.boss.id)
    await here.restart()
    told = await here.boss.slash(here.channel, "admin status")
    assert "for the admins" not in shown(told.response)
