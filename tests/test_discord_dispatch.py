"""Interactions over the wire: the dispatch at the gateway and the HTTP of the tests, where requests are sent as the program sends them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from conftest import NOW
from discord_api import DiscordApi
from discord_api_interactions import Asked
from screen_samples import report

from bot.commands.desk import Answer, Desk, Progress, Request, sentence
from bot.commands.together import Together
from bot.core.chats.chat import Address
from bot.core.chats.ports import Outcome, Outgoing
from bot.platforms.discord.connection import Connection
from bot.platforms.discord.dispatch import Dispatch
from bot.platforms.discord.wire import opened
from storage.chats import chats
from storage.engine.database import Database

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def never(outgoing: Outgoing) -> Outcome:
    raise AssertionError(outgoing)


@asynccontextmanager
async def served(api: DiscordApi, database: Database) -> AsyncIterator[Dispatch]:
    """Serve the Discord of the tests."""
    async with opened(api.token, api.url, api.gateway_url) as client:
        desk = Desk(database=database, version="1.2.3")
        async with Dispatch(client, desk, admins=(), answer=never, clock=lambda: NOW) as dispatch:
            client.receiver = dispatch
            listening = asyncio.create_task(Connection(client, api.token, introduce=dispatch.introduce).run())
            try:
                await api.until(client.is_ready)
                yield dispatch
            finally:
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)


def slash(group: str, name: str, **options: Any) -> dict[str, Any]:
    """The data of a slash command (Application Command Data)."""
    given = [{"name": key, "type": 4 if isinstance(value, int) else 3, "value": value} for key, value in options.items()]
    return {"id": "1", "name": group, "type": 1, "options": [{"name": name, "type": 1, "options": given}]}


@asynccontextmanager
async def harbour(database: Database) -> AsyncIterator[tuple[DiscordApi, dict[str, Any], dict[str, Any]]]:
    """A Discord with a channel and who owns it, where twenty events are known."""
    await report(database, 20)
    async with DiscordApi() as api:
        owner = api.world.person("Olena")
        yield api, owner, api.world.channel(api.world.guild("Harbour watch", owner), "news")


async def test_a_command_and_a_press_are_answered_over_the_wire(database: Database) -> None:
    async with harbour(database) as (api, owner, channel), served(api, database):
        asked = await api.interact(2, owner, channel, slash("news", "latest", count=20))
        await api.until(lambda: any("Strike 20" in text for text in api.texts(channel)))
        assert asked.callback is not None
        assert asked.callback["type"] == 4
        message = api.world.messages[channel["id"]][str(asked.original)]
        data = {"custom_id": "#2.0 /latest 20", "component_type": 2}
        pressed = await api.interact(3, owner, channel, data, message=message)
        await api.until(lambda: pressed.callback is not None)
        assert "Strike 1 " in str(pressed.callback)


async def test_the_commands_are_told_once(database: Database) -> None:
    async with harbour(database) as (api, _, _):
        for _ in range(2):
            async with served(api, database):
                await api.until(lambda: len(api.made("GET", r"/applications/\d+/commands")) > 0)
            assert len(api.made("PUT", r"/applications/\d+/commands")) == 1
        assert {each["name"] for each in api.world.commands} >= {"news", "sources", "digest", "admin", "settings"}


async def test_a_late_answer_is_promised_and_then_shown_in_its_place(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = asyncio.Event()
    truly = Together.respond

    async def late(self: Together, request: Request) -> Answer:
        await gate.wait()
        return await truly(self, request)

    monkeypatch.setattr(Together, "respond", late)
    monkeypatch.setattr("bot.platforms.discord.dispatch.PATIENCE", 0.01)
    async with harbour(database) as (api, owner, channel), served(api, database):
        asked = await api.interact(2, owner, channel, slash("news", "event", event="4"))
        await api.until(lambda: asked.callback is not None)
        assert asked.callback is not None
        assert asked.callback["type"] == 5
        gate.set()
        await api.until(lambda: any("Strike 4 " in text for text in api.texts(channel)))
        assert len(api.texts(channel)) == 1


async def test_work_is_told_in_one_message(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = asyncio.Event()

    async def work(reach: Progress) -> Answer:
        reach(3, 9)
        await gate.wait()
        return sentence("All nine are done.")

    async def working(_self: Together, _request: Request) -> Answer:
        return replace(sentence("Working …"), work=work)

    monkeypatch.setattr(Together, "respond", working)
    monkeypatch.setattr("bot.platforms.discord.replies.EDITED_EVERY", 0.02)
    async with harbour(database) as (api, owner, channel), served(api, database):
        await api.interact(2, owner, channel, slash("admin", "reingest"))
        await api.until(lambda: any("3 of 9" in text for text in api.texts(channel)))
        gate.set()
        await api.until(lambda: any("All nine are done." in text for text in api.texts(channel)))
        assert len(api.texts(channel)) == 1


async def test_work_that_is_under_way_at_the_end_says_that_it_is_stopped(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(_reach: Progress) -> Answer:
        await asyncio.sleep(3_600)
        return sentence("Never.")

    async def working(_self: Together, _request: Request) -> Answer:
        return replace(sentence("Working …"), work=work)

    monkeypatch.setattr(Together, "respond", working)
    monkeypatch.setattr("bot.platforms.discord.dispatch.ENDING", 0.05)
    async with harbour(database) as (api, owner, channel):
        async with served(api, database):
            await api.interact(2, owner, channel, slash("admin", "reingest"))
            await api.until(lambda: any("Working" in text for text in api.texts(channel)))
        (told,) = api.texts(channel)
        assert "is stopped" in told


async def test_who_asks_too_much_at_once_is_told_so_and_keeps_nobody_waiting(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = asyncio.Event()
    truly = Together.respond

    async def slow(self: Together, request: Request) -> Answer:
        if request.person == eager:
            await gate.wait()
        return await truly(self, request)

    monkeypatch.setattr(Together, "respond", slow)
    async with harbour(database) as (api, owner, channel), served(api, database):
        eager, other = owner["id"], api.world.person("Borys")
        asked = [await api.interact(2, owner, channel, slash("news", "latest", count=each)) for each in range(1, 9)]
        await api.until(lambda: sum("One thing after the other" in text for text in api.texts(channel)) == 3)
        shown = [one.callback["data"]["flags"] for one in asked if one.callback is not None and one.callback["type"] == 4]
        assert shown == [64, 64, 64]
        heard = await api.interact(2, other, channel, slash("news", "latest", count=2))
        await api.until(lambda: heard.callback is not None)
        assert heard.callback is not None
        assert "Strike" in str(heard.callback)
        gate.set()
        await api.until(lambda: all(one.callback is not None for one in asked))


async def test_who_goes_on_asking_too_much_is_answered_nothing_more(database: Database) -> None:
    async with harbour(database) as (api, owner, channel), served(api, database):
        api.fault("POST", r"/interactions/.*/callback", "slow", 10, seconds=3)
        for each in range(1, 41):
            await api.interact(2, owner, channel, slash("news", "latest", count=each))
        other = await api.interact(2, api.world.person("Borys"), channel, slash("news", "latest", count=2))
        await api.until(partial(is_answered, other))
        assert len(api.made("POST", r"/interactions/.*/callback")) == 11


@pytest.mark.parametrize(("context", "kind"), [(2, 3), (1, 1)])
async def test_whoever_brought_the_bot_along_is_answered_among_others_of_whom_nothing_is_kept(
    database: Database, context: int, kind: int
) -> None:
    """A user install: in a group of friends the bot can answer and never write; in private with it one's own chat is served."""
    async with harbour(database) as (api, owner, _), served(api, database):
        friends: dict[str, Any] = {
            "id": api.world.new_id(),
            "type": kind,
            "recipients": [owner],
            "name": "Friends",
            "last_message_id": None,
            "flags": 0,
        }
        api.world.channels[friends["id"]] = friends
        api.world.messages[friends["id"]] = {}
        brought = {"context": context, "authorizing_integration_owners": {"1": owner["id"]}}
        for data in (slash("news", "latest", count=3), {"id": "1", "name": "timezone", "type": 1, "options": [_zone("Europe/Kyiv")]}):
            asked = await api.interact(2, owner, friends, data, **brought)
            await api.until(partial(is_answered, asked))
        assert any("Strike 20" in text for text in api.texts(friends))
        assert any("only a guest" in text for text in api.texts(friends)) is (context == 2)
        async with database.read() as connection:
            kept = await chats.find(connection, Address(platform="discord", chat=friends["id"]))
        assert (kept is None) is (context == 2)


def is_answered(asked: Asked) -> bool:
    return asked.callback is not None


def _zone(name: str) -> dict[str, Any]:
    return {"name": "zone", "type": 3, "value": name}
