"""Requests reach Discord once, within its limits, and what failed is told as it is (FAULTS rows 26, 31, 48)."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
from aiohttp import ClientConnectorError, ClientError
from discord import DiscordServerError, Forbidden, HTTPException, NotFound, RateLimited
from discord_api import DiscordApi

from bot.platforms.discord.line import NotOpen
from bot.platforms.discord.wire import DiscordClient, opened


@pytest.fixture
async def api() -> AsyncIterator[DiscordApi]:
    async with DiscordApi() as api:
        yield api


@pytest.fixture
async def client(api: DiscordApi) -> AsyncIterator[DiscordClient]:
    async with opened(api.token, api.url, api.gateway_url) as client:
        await client.login(api.token)
        yield client


def channel_of(api: DiscordApi) -> dict[str, object]:
    return api.world.channel(api.world.guild("Harbour", api.world.person("Ada")), "news")


async def send(client: DiscordClient, channel: dict[str, object], text: str, **more: Any) -> discord.Message:
    return await client.get_partial_messageable(int(str(channel["id"]))).send(text, **more)


async def test_messages_arrive_as_they_are(api: DiscordApi, client: DiscordClient) -> None:
    channel = channel_of(api)
    for text in ("Порт відкрито", "a & b = c + d %20", "👩‍👩‍👧 שלום", "line\nline"):
        assert (await send(client, channel, text)).content == text
    assert api.texts(channel)[-1] == "line\nline"


async def test_what_comes_again_with_its_nonce_is_shown_once(api: DiscordApi, client: DiscordClient) -> None:
    channel = channel_of(api)
    first = await send(client, channel, "Port reopens", nonce="d-17")
    assert (await send(client, channel, "Port reopens", nonce="d-17")).id == first.id
    assert api.texts(channel) == ["Port reopens"]
    assert [call.body["enforce_nonce"] for call in api.made("POST", r".*/messages")] == [True, True]


@pytest.mark.parametrize(
    ("kind", "expected", "shown"),
    [
        ("500", DiscordServerError, 0),
        ("502 after", DiscordServerError, 1),
        ("503", DiscordServerError, 0),
        ("504 after", DiscordServerError, 1),
        ("429", HTTPException, 0),
        ("429 global", HTTPException, 0),
        ("429 cloudflare", HTTPException, 0),
        ("403 cloudflare", Forbidden, 0),
        ("403 50013 Missing Permissions", Forbidden, 0),
        ("404 10003 Unknown Channel", NotFound, 0),
        ("reset before", ClientError, 0),
        ("reset after", ClientError, 1),
    ],
)
async def test_a_failure_is_told_at_once_and_nothing_is_sent_again(
    api: DiscordApi, client: DiscordClient, kind: str, expected: type[Exception], shown: int
) -> None:
    channel = channel_of(api)
    api.fault("POST", r"/channels/\d+/messages", kind, times=9)
    with pytest.raises(expected):
        await send(client, channel, "Port reopens")
    assert len(api.made("POST", r"/channels/\d+/messages")) == 1
    assert len(api.texts(channel)) == shown


async def test_a_channel_that_is_full_holds_up_no_other(api: DiscordApi, client: DiscordClient) -> None:
    """FAULTS row 26."""
    full, free = channel_of(api), channel_of(api)
    api.fault("POST", f"/channels/{full['id']}/messages", "429", seconds=3_600)
    with pytest.raises(HTTPException):
        await send(client, full, "one")
    with pytest.raises(RateLimited) as later:
        await send(client, full, "two")
    assert later.value.retry_after > 3_000
    await send(client, free, "three")
    assert (api.texts(full), api.texts(free)) == ([], ["three"])
    assert len(api.made("POST", f"/channels/{full['id']}/messages")) == 1


async def test_a_global_limit_holds_up_everything_and_ends(api: DiscordApi, client: DiscordClient) -> None:
    """FAULTS row 31; who gives up meanwhile does not make the others wait for ever, as with the library alone."""
    one, other = channel_of(api), channel_of(api)
    api.fault("POST", r"/channels/\d+/messages", "429 global", seconds=0.3)
    with pytest.raises(HTTPException):
        await send(client, one, "one")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await send(client, other, "given up")
    await send(client, other, "two")
    assert api.texts(other) == ["two"]
    assert len(api.made("POST", r"/channels/\d+/messages")) == 2


async def test_windows_that_discord_tells_of_are_kept(api: DiscordApi, client: DiscordClient) -> None:
    api.messages_a_window, api.window_seconds = 2, 0.4
    channel = channel_of(api)
    for number in range(5):
        await send(client, channel, str(number))
    assert api.texts(channel) == [str(number) for number in range(5)]
    assert len(api.made("POST", r"/channels/\d+/messages")) == 5  # none was refused


async def test_no_network_is_told_as_such(api: DiscordApi, client: DiscordClient) -> None:
    channel = channel_of(api)
    await api.down()
    await asyncio.sleep(0.05)  # until connections that are kept notice
    with pytest.raises(ClientConnectorError):
        await send(client, channel, "one")
    await api.up()
    assert (await send(client, channel, "two")).content == "two"


async def test_what_is_asked_of_a_closed_line_did_not_leave(api: DiscordApi) -> None:
    async with opened(api.token, api.url, api.gateway_url) as client:
        pass
    with pytest.raises(NotOpen):
        await client.fetch_channel(1)
    assert api.calls == []


async def test_after_it_was_closed_the_library_speaks_to_discord_again(api: DiscordApi) -> None:
    async with opened(api.token, api.url, api.gateway_url):
        assert discord.http.Route("GET", "/x").url == f"{api.url}/x"
    assert discord.http.Route("GET", "/x").url == "https://discord.com/api/v10/x"


async def test_the_token_is_in_no_line_and_no_error(api: DiscordApi, client: DiscordClient, caplog: pytest.LogCaptureFixture) -> None:
    """FAULTS row 48, at the level that tells most."""
    caplog.set_level(logging.DEBUG)
    channel = channel_of(api)
    said = [repr(client), str(client)]
    for kind in ("429", "503", "reset before", "401 0 401: Unauthorized"):
        api.fault("POST", r"/channels/\d+/messages", kind, seconds=0.01)
        with pytest.raises((HTTPException, ClientError)) as failure:
            await send(client, channel, "one")
        said += [repr(failure.value), str(failure.value)]
    await send(client, channel, "two")
    assert len(said) == 10
    assert not [text for text in [caplog.text, *said] if api.token in text]


async def test_the_client_remembers_no_people_and_no_messages(client: DiscordClient) -> None:
    assert client.intents == discord.Intents(guilds=True)
    assert list(client.cached_messages) == []
