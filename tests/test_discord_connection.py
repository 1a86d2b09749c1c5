"""The gateway is listened to through everything that happens to it (FAULTS rows 30, 31, 48)."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator

import pytest
import structlog
from discord import HTTPException
from discord_api import DiscordApi
from discord_api_gateway import IDENTIFY, RESUME
from discord_station import station

from bot.core.errors import ConfigurationError

COMMAND = {"id": "1", "name": "latest", "type": 1}


@pytest.fixture
async def api() -> AsyncIterator[DiscordApi]:
    async with DiscordApi() as api:
        api.world.channel(api.world.guild("Harbour", api.world.person("Ada")), "news")
        yield api


async def asks(api: DiscordApi, times: int = 1) -> None:
    """Let Ada use a command, and wait until it is answered."""
    ada = next(iter(api.world.people.values()))
    asked = [await api.interact(2, ada, api.world.private(ada), COMMAND) for _ in range(times)]
    await api.until(lambda: all(one.callback is not None for one in asked))


async def test_servers_and_commands_are_heard(api: DiscordApi) -> None:
    async with station(api) as one:
        await one.hears()
        await asks(api, 3)
        assert (one.notes.times("introduce"), one.notes.times("interaction")) == (1, 3)
        (guild,) = api.world.guilds.values()
        await api.until(lambda: any(each.me is not None for each in one.client.guilds))
        assert [each.id for each in one.client.guilds] == [int(guild["id"])]
        channel = one.client.guilds[0].text_channels[0]
        assert channel.permissions_for(channel.guild.me).send_messages
        assert api.gateway.said(IDENTIFY)[0]["intents"] == 1


async def test_who_comes_and_goes_is_told(api: DiscordApi) -> None:
    async with station(api) as one:
        await one.has_noted("ready")
        other = api.world.guild("Hill", next(iter(api.world.people.values())))
        channel = api.world.channel(other, "news")
        thread = api.world.thread(channel, "Bridge")
        await api.gateway.tell("GUILD_CREATE", {**api.world.whole(other), "unavailable": None})
        await one.has_noted("joined")
        await api.gateway.tell("THREAD_DELETE", {name: thread[name] for name in ("id", "guild_id", "parent_id", "type")})
        await api.gateway.tell("CHANNEL_UPDATE", channel | {"name": "headlines"})
        await api.gateway.tell("CHANNEL_DELETE", channel)
        await api.gateway.tell("GUILD_DELETE", {"id": other["id"], "unavailable": True})
        await api.gateway.tell("GUILD_DELETE", {"id": other["id"]})
        await one.has_noted("left")
        wanted = {("thread deleted", int(thread["id"])), ("channel changed", int(channel["id"])), ("channel deleted", int(channel["id"]))}
        assert wanted | {("joined", int(other["id"])), ("left", int(other["id"]))} <= set(one.notes.heard)
        assert one.notes.times("left") == 1


@pytest.mark.parametrize("code", [None, 1000, 1001, 4000, 4001, 4002, 4003, 4005, 4007, 4008, 4009])
async def test_what_was_missed_is_told_after_a_cut(api: DiscordApi, code: int | None) -> None:
    """FAULTS row 31: the session is resumed, whatever the gateway says when it goes."""
    async with station(api) as one:
        await one.hears()
        await api.gateway.drop(code)
        ada = next(iter(api.world.people.values()))
        missed = await api.interact(2, ada, api.world.private(ada), COMMAND)
        await api.until(lambda: missed.callback is not None)
        await asks(api)
        assert one.notes.times("interaction") == 2
        assert len(api.gateway.said(RESUME)) == 1
        assert len(api.gateway.said(IDENTIFY)) == 1


async def test_a_move_to_another_server_is_followed(api: DiscordApi) -> None:
    async with station(api) as one:
        await one.hears()
        await api.gateway.ask_to_reconnect()
        await api.until(lambda: len(api.gateway.said(RESUME)) == 1)
        await asks(api)
        assert len(api.gateway.sessions) == 1


async def test_a_session_that_is_not_valid_any_more_begins_anew(api: DiscordApi, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station(api) as one:
        await one.hears()
        monkeypatch.setattr(one.client, "before_identify_hook", _at_once)
        await api.gateway.invalidate()
        await api.until(lambda: len(api.gateway.heard) == 1 and len(api.gateway.sessions) == 2)
        await asks(api)
        assert len(api.gateway.said(IDENTIFY)) == 2


async def test_a_line_without_an_answer_to_heartbeats_is_given_up(api: DiscordApi) -> None:
    api.gateway.heartbeat_seconds = 0.1
    async with station(api) as one:
        one.client._connection.heartbeat_timeout = 0.5  # 60 s otherwise
        await one.hears()
        api.gateway.is_zombie = True
        await api.until(lambda: len(api.gateway.said(RESUME)) >= 1)
        api.gateway.is_zombie = False
        await api.gateway.drop()
        await one.hears()
        await asks(api)
        assert one.notes.times("interaction") == 1


async def test_a_wrong_token_is_told_with_what_to_do(api: DiscordApi) -> None:
    async with station(api, "not.the.token") as one:
        with pytest.raises(ConfigurationError, match="SLUGLINE_DISCORD__TOKEN") as refused:
            await one.listening
        assert not one.connection.was_accepted
        assert "not.the.token" not in str(refused.value)


@pytest.mark.parametrize(
    ("code", "words"), [(4004, "token"), (4011, "2,500 servers"), (4012, "update"), (4013, "update"), (4014, "update")]
)
async def test_a_gateway_that_wants_us_no_more_is_told(api: DiscordApi, code: int, words: str) -> None:
    async with station(api) as one:
        await one.hears()
        api.gateway.closes_with.append(code)
        await api.gateway.drop()
        with pytest.raises(ConfigurationError, match=words):
            await one.listening
        assert one.connection.was_accepted


async def test_a_token_that_is_taken_back_ends_listening_and_sends_are_refused(api: DiscordApi) -> None:
    """FAULTS row 30: what is sent hears of it from Discord itself, and nothing is lost."""
    async with station(api) as one:
        await one.hears()
        api.is_revoked = True
        await api.gateway.drop()
        with pytest.raises(ConfigurationError):
            await one.listening
        with pytest.raises(HTTPException) as refused:
            await one.client.fetch_channel(int(next(iter(api.world.channels))))
        assert refused.value.status == 401


async def test_without_network_at_the_start_it_is_waited_for(api: DiscordApi) -> None:
    await api.down()
    with structlog.testing.capture_logs() as lines:
        async with station(api) as one:
            await asyncio.sleep(0.2)
            assert not one.listening.done()
            await api.up()
            await one.hears()
            await asks(api)
    assert [line["event"] for line in lines][:2] == ["Discord does not answer; Slugline keeps asking.", "Discord answers again."]


async def test_a_gateway_that_is_shut_at_the_start_is_waited_for(api: DiscordApi) -> None:
    api.gateway.is_shut = True
    async with station(api) as one:
        await api.until(lambda: one.connection.was_accepted)
        await asyncio.sleep(0.2)
        api.gateway.is_shut = False
        await one.hears()
        await asks(api)
        assert one.notes.times("interaction") == 1


async def test_a_session_that_stays_lost_is_begun_anew(api: DiscordApi) -> None:
    async with station(api, lost_seconds=0.2) as one:
        await one.hears()
        api.gateway.is_shut = True
        await api.gateway.drop()
        await one.client.is_away.wait()
        await asyncio.sleep(1)
        api.gateway.is_shut = False
        await one.hears()
        await asks(api)
        assert len(api.gateway.said(IDENTIFY)) == 2


async def test_an_ending_takes_no_longer_than_seconds_though_nobody_says_goodbye(api: DiscordApi) -> None:
    api.gateway.heartbeat_seconds = 0.05
    async with asyncio.timeout(8):
        async with station(api) as one:
            await one.hears()
            api.gateway.is_deaf = True
            await asyncio.sleep(0.2)
    assert one.listening.cancelled()


async def test_who_ends_while_the_library_still_waits_for_servers_leaves_nothing_that_fails(api: DiscordApi) -> None:
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context["message"]))
    async with station(api) as one:
        await one.hears()
    await asyncio.sleep(2.5)  # the library waits two seconds for the next server
    gc.collect()
    assert complaints == []


async def test_who_ends_says_goodbye(api: DiscordApi) -> None:
    async with station(api) as one:
        await one.hears()
    await api.until(lambda: bool(api.gateway.goodbyes))
    assert api.gateway.goodbyes == [1000]


async def test_a_fault_of_ours_stops_nothing_else(api: DiscordApi) -> None:
    async with station(api) as one:
        await one.hears()
        one.notes.fails = True
        ada = next(iter(api.world.people.values()))
        with structlog.testing.capture_logs() as lines:
            await api.interact(2, ada, api.world.private(ada), COMMAND)
            await api.until(lambda: bool(lines))
        assert lines[0]["event"] == "What happened on Discord could not be taken."
        one.notes.fails = False
        await asks(api)
        assert one.notes.times("interaction") == 2


async def test_the_token_is_in_no_line_of_the_gateway(api: DiscordApi, caplog: pytest.LogCaptureFixture) -> None:
    """FAULTS row 48, at the level that tells most."""
    caplog.set_level(logging.DEBUG)
    async with station(api) as one:
        await one.hears()
        await asks(api)
        await api.gateway.drop()
        await api.until(lambda: len(api.gateway.said(RESUME)) == 1)
    assert caplog.text
    assert api.token not in caplog.text


async def _at_once(_shard: int | None, *, initial: bool = False) -> None:
    """Do not wait between two sessions; Discord wants five seconds."""
    assert not initial
