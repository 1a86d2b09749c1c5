"""A Bot API of the tests, and a bot that speaks to it: fixtures of the files that name this one in `pytest_plugins`."""

from collections.abc import AsyncIterator

import pytest
from bot_api import BotApi

from bot.platforms.telegram.wire import TelegramBot, opened


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as api:
        yield api


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[TelegramBot]:
    async with opened(api.token, api.url) as bot:
        yield bot
