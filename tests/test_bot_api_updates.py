"""Updates reach a bot as Telegram brings them: by long polling with its conflicts, by webhook; and what goes wrong shows on the wire."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from bot_api import BotApi
from bot_api_client import Client, station
from bot_api_world import Json

ACTIVE = (409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
CONFLICT = (409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running")


def said(updates: list[Json]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_a_long_poll_waits_for_what_is_said_and_what_is_confirmed_does_not_return() -> None:
    async with station() as (api, client), asyncio.TaskGroup() as group:
        ada = api.person("Ada")
        poll = group.create_task(client.done("getUpdates", timeout=30))
        await api.until(lambda: api.is_polled)
        assert not poll.done()
        api.say(ada, "one")
        api.say(ada, "two")
        told = await poll
        assert said(told) == ["one", "two"]
        assert said(await client.done("getUpdates", offset=told[0]["update_id"])) == ["one", "two"]
        assert said(await client.done("getUpdates", offset=told[1]["update_id"])) == ["two"]
        assert api.unconfirmed == 1
        api.say(ada, "three")
        assert said(await client.done("getUpdates", offset=-1)) == ["three"]
        assert said(await client.done("getUpdates", offset=2**31 - 1)) == ["three"]  # none of ours: as if none were given
        assert api.unconfirmed == 1


async def test_an_empty_poll_ends_when_its_time_is_over() -> None:
    async with station() as (_, client):
        assert await client.done("getUpdates", timeout=1, offset=5) == []


async def test_of_two_pollers_the_older_is_told_of_the_conflict() -> None:
    """Row 30."""
    async with station() as (api, client), asyncio.TaskGroup() as group:
        old = group.create_task(client.refused("getUpdates", timeout=30))
        await api.until(lambda: api.is_polled)
        new = group.create_task(client.done("getUpdates", timeout=30))
        assert await old == CONFLICT
        await api.until(lambda: api.is_polled)
        api.say(api.person("Ada"), "hello")
        assert said(await new) == ["hello"]


async def test_the_bot_gets_only_what_it_asked_for() -> None:
    async with station() as (api, client):
        ada = api.person("Ada")
        api.say(ada, "before")
        assert len(await client.done("getUpdates", allowed_updates=["callback_query"])) == 1
        api.say(ada, "not wanted")
        api.inline(ada, "nor this")
        assert api.unconfirmed == 1
        await client.done("getUpdates", allowed_updates=[])
        api.say(ada, "wanted again")
        assert api.unconfirmed == 2


class Hook:
    """A webhook that answers with the statuses it is given, then with 200."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.updates: list[Json] = []
        self.secrets: list[str | None] = []

    async def serve(self, request: web.BaseRequest) -> web.Response:
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        update = await request.json()
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 200:
            self.updates.append(update)
        return web.Response(status=status)


@asynccontextmanager
async def served(hook: Hook) -> AsyncIterator[str]:
    """Give the address at which a webhook is served."""
    server = web.Server(hook.serve, access_log=None)
    site = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{site.sockets[0].getsockname()[1]}/hook"
    site.close()
    await server.shutdown(1)
    await site.wait_closed()


async def test_a_webhook_gets_every_update_once_in_order_with_the_secret() -> None:
    hook = Hook(500, 502)
    async with served(hook) as url, station() as (api, client):
        ada = api.person("Ada")
        api.say(ada, "before")
        await client.done("setWebhook", url=url, secret_token="s3cret")
        assert await client.refused("getUpdates") == ACTIVE
        for text in ("one", "two", "three"):
            api.say(ada, text)
        await api.until(lambda: not api.unconfirmed)
        assert said(hook.updates) == ["before", "one", "two", "three"]
        assert set(hook.secrets) == {"s3cret"}
        told = await client.done("getWebhookInfo")
        assert (told["url"], told["pending_update_count"]) == (url, 0)
        assert told["last_error_message"] == "Wrong response from the webhook: 502 Bad Gateway"
        await client.done("deleteWebhook", drop_pending_updates=True)
        assert (await client.done("getWebhookInfo"))["url"] == ""


async def test_setting_a_webhook_ends_the_poll_that_waits() -> None:
    async with station() as (api, client), asyncio.TaskGroup() as group:
        poll = group.create_task(client.refused("getUpdates", timeout=30))
        await api.until(lambda: api.is_polled)
        await client.done("setWebhook", url="https://127.0.0.1:9/h")
        assert await poll == (409, "Conflict: terminated by setWebhook request")


# -- faults


async def test_faults_that_answer_do_so_as_often_as_asked_and_have_no_effect() -> None:
    async with station() as (api, client):
        ada, bea = api.person("Ada"), api.person("Bea")
        for user in (ada, bea):
            api.say(user, "/start")
        api.fault("sendMessage", "429", times=2, chat=ada, seconds=7)
        send: dict[str, Any] = {"method": "sendMessage", "text": "x"}
        for _ in range(2):
            assert (await client.call(**send, chat_id=ada.id))[1] == {
                "ok": False, "error_code": 429, "description": "Too Many Requests: retry after 7", "parameters": {"retry_after": 7},
            }  # fmt: skip
        await client.done(**send, chat_id=bea.id)
        await client.done(**send, chat_id=ada.id)
        api.fault("*", "403 Forbidden: bot was kicked from the group chat", skip=1)
        api.fault("sendMessage", "500")
        assert await client.refused(**send, chat_id=ada.id) == (500, "Internal Server Error")
        assert await client.refused(**send, chat_id=ada.id) == (403, "Forbidden: bot was kicked from the group chat")
        assert [len(api.messages(user)) for user in (ada, bea)] == [1, 1]
        api.fault("sendMessage", "502")
        with pytest.raises(aiohttp.ContentTypeError):
            await client.call(**send, chat_id=ada.id)
        api.fault("getMe", "garbage")
        with pytest.raises(aiohttp.ContentTypeError):
            await client.call("getMe")
        api.fault("sendMessage", "429", times=100)
        api.heal()
        await client.done(**send, chat_id=ada.id)
        with pytest.raises(ValueError, match="no fault is called"):
            api.fault("sendMessage", "rain")
        with pytest.raises(ValueError, match="no method called"):
            api.fault("sendMesage", "500")


async def test_a_flooded_chat_refuses_everything_until_its_time_is_over() -> None:
    """Row 26."""
    async with station() as (api, client):
        ada, bea = api.person("Ada"), api.person("Bea")
        for user in (ada, bea):
            api.say(user, "/start")
        api.fault("sendMessage", "flood", chat=ada, seconds=0.5)
        assert (await client.call("sendMessage", chat_id=ada.id, text="x"))[1]["parameters"] == {"retry_after": 1}
        await client.done("sendMessage", chat_id=bea.id, text="x")
        await asyncio.sleep(0.6)
        await client.done("sendMessage", chat_id=ada.id, text="x")
        assert [len(api.messages(user)) for user in (ada, bea)] == [1, 1]


@pytest.mark.parametrize(
    ("kind", "arrives"), [("reset before", 0), ("reset after", 1), ("timeout before", 0), ("timeout after", 1), ("slow", 1)]
)
async def test_calls_without_an_answer_had_their_effect_or_not(kind: str, arrives: int) -> None:
    """Row 24."""
    async with station() as (api, client):
        ada = api.person("Ada")
        api.say(ada, "/start")
        api.fault("sendMessage", kind, seconds=30)
        asking = asyncio.create_task(client.call("sendMessage", chat_id=ada.id, text="x"))
        (call,) = await api.called("sendMessage")
        if kind.startswith("reset"):
            with pytest.raises(aiohttp.ClientConnectionError):
                await asking
        else:
            assert not asking.done()
            asking.cancel()
        assert len(api.messages(ada)) == arrives
        assert call.status == (200 if kind == "slow" else None)
        await client.done("sendMessage", chat_id=ada.id, text="y")
        assert [one.text for one in api.messages(ada)] == ["x"] * arrives + ["y"]


async def test_a_server_that_is_down_refuses_connections_and_remembers_when_it_returns() -> None:
    """Row 25."""
    async with station() as (api, client), asyncio.TaskGroup() as group:
        ada = api.person("Ada")

        async def poll() -> Any:
            with pytest.raises(aiohttp.ClientConnectionError):
                await client.call("getUpdates", timeout=30)

        waiting = group.create_task(poll())
        await api.until(lambda: api.is_polled)
        await api.stop()
        await waiting
        api.say(ada, "meanwhile")
        with pytest.raises(aiohttp.ClientConnectorError):
            await client.call("getMe")
        await api.start()
        assert said(await client.done("getUpdates", timeout=5)) == ["meanwhile"]


async def test_latency_delays_every_call_but_those_at_one_time_wait_together() -> None:
    async with station(latency=0.2) as (api, client):
        await asyncio.wait_for(asyncio.gather(*(client.done("getMe") for _ in range(100))), timeout=10)
        assert len(api.calls("getMe")) == 100


async def test_waiting_in_vain_tells_what_there_was_instead() -> None:
    async with station() as (api, client):
        ada = api.person("Ada")
        api.say(ada, "/start")
        await client.refused("sendMessage", chat_id=ada.id, text="")
        with pytest.raises(AssertionError, match=r"(?s)'/start'.*sendMessage -> 400: Bad Request: message text is empty"):
            await api.message(ada, "Welcome", within=0.05)


async def test_it_can_be_tried_by_hand() -> None:
    program = Path(__file__).with_name("bot_api.py")
    console = await asyncio.create_subprocess_exec(
        sys.executable, program, "--port", "0", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert console.stdin is not None
    assert console.stdout is not None
    url = (await console.stdout.readline()).decode().split()[2]
    api = BotApi(port=int(url.rpartition(":")[2]))
    async with aiohttp.ClientSession() as session:
        client = Client(api, session)
        (update,) = await client.done("getUpdates")
        assert update["message"]["text"] == "/start"
        keyboard = {"inline_keyboard": [[{"text": "More", "callback_data": "d"}]]}
        await client.done("sendMessage", chat_id=update["message"]["chat"]["id"], text="Welcome", reply_markup=keyboard)
        await console.stdout.readuntil(b"[More]\n")
        console.stdin.write(b"[More]\n")
        told = await client.done("getUpdates", offset=update["update_id"] + 1, timeout=10)
        assert told[0]["callback_query"]["data"] == "d"
    console.stdin.close()
    assert await asyncio.wait_for(console.wait(), timeout=10) == 0
