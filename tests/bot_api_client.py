"""A bare client of the Bot API for tests of the server and of what bots get from it; the bot itself has its own."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Any

import aiohttp
from bot_api import BotApi
from bot_api_world import Json


class Client:
    """Calls methods as python-telegram-bot does: parameters in a form, JSON where they are no text."""

    def __init__(self, api: BotApi, session: aiohttp.ClientSession) -> None:
        self.api = api
        self.session = session
        self.offset = 0

    async def call(
        self, method: str, *, token: str | None = None, files: Mapping[str, tuple[str, bytes]] | None = None, **given: Any
    ) -> tuple[int, Json]:
        """Give the status and the answer."""
        form = aiohttp.FormData()
        for name, value in given.items():
            form.add_field(name, value if isinstance(value, str) else json.dumps(value))
        for name, (file, content) in (files or {}).items():
            form.add_field(name, BytesIO(content), filename=file, content_type="text/csv")
        async with self.session.post(f"{self.api.url}/bot{token or self.api.token}/{method}", data=form) as answer:
            return answer.status, await answer.json()

    async def done(self, method: str, **given: Any) -> Any:
        """Call a method that must succeed, and give its result."""
        status, answer = await self.call(method, **given)
        assert status == 200, answer
        assert answer["ok"] is True
        return answer["result"]

    async def refused(self, method: str, **given: Any) -> tuple[int, str]:
        """Call a method that must fail, and give the status and the words."""
        status, answer = await self.call(method, **given)
        assert answer["ok"] is False, answer
        assert answer["error_code"] == status
        return status, answer["description"]

    async def updates(self) -> list[Json]:
        """What the bot has not been told yet, without the numbers; a call without news would wait, so none is made."""
        if self.api.newest < self.offset:
            return []
        told: list[Json] = await self.done("getUpdates", offset=self.offset)
        self.offset = told[-1]["update_id"] + 1
        return [{name: value for name, value in one.items() if name != "update_id"} for one in told]


@asynccontextmanager
async def station(**options: Any) -> AsyncIterator[tuple[BotApi, Client]]:
    """A Telegram and a client of it."""
    async with BotApi(**options) as api, aiohttp.ClientSession() as session:
        yield api, Client(api, session)
