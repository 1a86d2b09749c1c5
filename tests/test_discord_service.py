"""Discord as the program uses it ends everything when its token is wrong from the start, and nothing when it is taken back (FAULTS row 30)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import pytest
import structlog
from conftest import NOW
from discord_api import DiscordApi
from discord_station import Notes

from bot.commands.desk import Desk
from bot.core.chats.ports import Limits, Outcome, Outgoing
from bot.core.errors import ConfigurationError
from bot.platforms.discord.service import DiscordService, discord
from bot.platforms.discord.settings import DiscordSettings
from bot.platforms.discord.wire import DiscordClient, Receiver
from storage.engine.database import Database


@pytest.fixture
async def api() -> AsyncIterator[DiscordApi]:
    async with DiscordApi() as api:
        yield api


@asynccontextmanager
async def noting(
    _client: DiscordClient,
    _desk: Desk,
    *,
    admins: Sequence[int],
    answer: Callable[[Outgoing], Awaitable[Outcome]],
    clock: Callable[[], datetime],
) -> AsyncIterator[Receiver]:
    assert admins == (7,)
    assert callable(answer)
    assert clock() == NOW
    yield Notes()


@asynccontextmanager
async def serving(api: DiscordApi, database_url: str, token: str) -> AsyncIterator[tuple[DiscordService, asyncio.Task[None]]]:
    settings = DiscordSettings(token=token, base_url=api.url, gateway_url=api.gateway_url, limits=Limits(), admins=(7,))
    database = await Database.open(database_url, now=NOW)
    async with discord(settings, threaded=lambda _: False, pinged=lambda _, __: None, receiving=noting) as service:
        desk = Desk(database=database, version="1.2.3")
        task = asyncio.create_task(service.serve(desk, _no_answer, lambda: NOW))
        try:
            yield service, task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await database.close()


async def _no_answer(_: Outgoing) -> Outcome:
    raise AssertionError("nothing is answered here")


async def test_a_wrong_token_ends_the_program(api: DiscordApi, database_url: str) -> None:
    async with serving(api, database_url, "not.the.token") as (_, task):
        with pytest.raises(ConfigurationError, match="does not know the token"):
            await task


async def test_a_token_that_is_taken_back_ends_only_discord(api: DiscordApi, database_url: str) -> None:
    with structlog.testing.capture_logs() as lines:
        async with serving(api, database_url, api.token) as (service, task):
            await api.until(lambda: len(api.gateway.heard) == 1)
            assert await service.platform.is_reachable()
            api.is_revoked = True
            await api.gateway.drop()
            async with asyncio.timeout(5):
                await task
            assert await service.platform.is_reachable()  # a refusal is an answer
    assert [line["event"] for line in lines if line["log_level"] == "error"] == [
        "Discord is served no more until Slugline is started again; everything else goes on."
    ]
