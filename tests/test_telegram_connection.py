"""Updates come from Telegram, each once and in order, through outages, restarts and rivals (FAULTS row 30)."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO

import aiohttp
import pytest
from bot_api import BotApi
from bot_api_world import User
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs
from telegram import Update

from bot.core.errors import ConfigurationError, SluglineError
from bot.platforms.telegram.connection import CONFLICT_SECONDS, FORGIVEN_SECONDS, YOUNG_SECONDS, Connection, Rivals
from bot.platforms.telegram.settings import Webhook
from bot.platforms.telegram.webhook import HEADER
from bot.platforms.telegram.wire import TelegramBot, opened

pytest_plugins = ["telegram_fixtures"]


@pytest.fixture
def ada(api: BotApi) -> User:
    return api.person("Ada")


class Heard:
    """Takes updates and remembers what was said; waits before it does while `gate` is closed."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, update: Update) -> None:
        await self.gate.wait()
        text = update.effective_message.text if update.effective_message else None
        if text == "/fail":
            raise RuntimeError("a bad day")
        self.texts.append(text or "")


@asynccontextmanager
async def running(connection: Connection) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(connection.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait({task})


async def failure(task: asyncio.Task[None]) -> BaseException | None:
    await asyncio.wait({task}, timeout=10)
    assert task.done(), "it still runs"
    return task.exception()


async def test_updates_are_confirmed_once_they_were_taken(api: BotApi, bot: TelegramBot, ada: User) -> None:
    heard = Heard()
    heard.gate.clear()
    async with running(Connection(bot, heard)):
        await api.until(lambda: api.is_polled)
        api.say(ada, "one")
        await asyncio.sleep(0.2)
        assert (heard.texts, api.unconfirmed) == ([], 1)
        heard.gate.set()
        api.say(ada, "two")
        api.say(ada, "three")
        await api.until(lambda: api.unconfirmed == 0)
    assert heard.texts == ["one", "two", "three"]


async def test_what_was_taken_does_not_come_again_after_a_restart(api: BotApi, bot: TelegramBot, ada: User) -> None:
    first, second = Heard(), Heard()
    api.say(ada, "one")
    api.say(ada, "two")
    async with running(Connection(bot, first)):
        await api.until(lambda: first.texts)
    async with running(Connection(bot, second)):
        api.say(ada, "three")
        await api.until(lambda: second.texts and api.unconfirmed == 0)
    assert [*first.texts, *second.texts] == ["one", "two", "three"]


async def test_what_was_not_taken_comes_again(api: BotApi, bot: TelegramBot, ada: User) -> None:
    first, second = Heard(), Heard()
    first.gate.clear()
    api.say(ada, "one")
    async with running(Connection(bot, first)):
        await api.called("getUpdates")
        await asyncio.sleep(0.1)
    async with running(Connection(bot, second)):
        await api.until(lambda: second.texts == ["one"])
    assert not first.texts


async def test_an_update_that_nobody_can_read_stops_no_other(api: BotApi, bot: TelegramBot, ada: User) -> None:
    heard = Heard()
    with capture_logs() as lines:
        async with running(Connection(bot, heard)):
            api.update(message={"message_id": "nonsense"})
            api.update(callback_query={})
            api.say(ada, "/fail")
            api.say(ada, "and on")
            await api.until(lambda: heard.texts[-1:] == ["and on"] and api.unconfirmed == 0)
    assert len([line for line in lines if line["log_level"] == "error"]) == 3


async def test_only_what_somebody_reads_is_asked_for(api: BotApi, bot: TelegramBot, ada: User) -> None:
    heard = Heard()
    channel = api.channel("News", admins=[ada])
    async with running(Connection(bot, heard)):
        await api.until(lambda: api.is_polled)
        api.say(ada, "a post", channel)
        api.say(ada, "hello")
        await api.until(lambda: "hello" in heard.texts)
    assert heard.texts == ["hello"]


async def test_an_outage_is_told_once_and_survived(api: BotApi, bot: TelegramBot, ada: User) -> None:
    heard = Heard()
    with capture_logs() as lines:
        async with running(Connection(bot, heard)):
            api.say(ada, "before")
            await api.until(lambda: heard.texts == ["before"])
            await api.stop()
            api.say(ada, "meanwhile")
            await asyncio.sleep(1.2)
            await api.start()
            await api.until(lambda: heard.texts == ["before", "meanwhile"])
    told = [line["event"] for line in lines]
    assert told == ["Telegram does not answer; Slugline keeps asking.", "Telegram answers again."]


async def test_it_starts_while_telegram_is_away(api: BotApi, bot: TelegramBot, ada: User) -> None:
    heard = Heard()
    await api.stop()
    async with running(Connection(bot, heard)):
        await asyncio.sleep(0.2)
        await api.start()
        api.say(ada, "hello")
        await api.until(lambda: heard.texts == ["hello"])
        assert bot.username == api.bot.username


@pytest.mark.parametrize("fault", ["429", "500", "502", "reset before", "reset after", "garbage"])
async def test_faults_of_the_line_lose_no_update(api: BotApi, bot: TelegramBot, ada: User, fault: str) -> None:
    heard = Heard()
    api.fault("getMe", fault)
    api.fault("getUpdates", fault, skip=1)
    async with running(Connection(bot, heard)):
        api.say(ada, "one")
        await api.until(lambda: heard.texts == ["one"])
        api.say(ada, "two")
        await api.until(lambda: "two" in heard.texts and api.unconfirmed == 0)
    assert heard.texts == ["one", "two"]


async def test_a_token_that_telegram_refuses_ends_it(api: BotApi, bot: TelegramBot, ada: User) -> None:
    """FAULTS rows 30 and 48."""
    heard = Heard()
    async with running(Connection(bot, heard)) as task:
        await api.until(lambda: api.is_polled)
        api.revoke()
        api.say(ada, "hello")
        await api.until(task.done)
        error = await failure(task)
    assert isinstance(error, ConfigurationError)
    assert "@BotFather" in str(error)
    assert api.token not in str(error)


async def test_a_wrong_token_is_told_at_the_start(api: BotApi) -> None:
    """FAULTS row 48."""
    wrong = "987654321:" + "y" * 35
    async with opened(wrong, api.url) as bot, running(Connection(bot, Heard())) as task:
        error = await failure(task)
    assert isinstance(error, ConfigurationError)
    while error is not None:
        assert wrong not in f"{error!r} {error}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


async def test_of_two_instances_one_goes_on(api: BotApi, bot: TelegramBot, ada: User) -> None:
    """FAULTS row 30."""
    async with opened(api.token, api.url) as other:
        heard = [Heard(), Heard()]
        async with running(Connection(bot, heard[0])) as first:
            await api.until(lambda: api.is_polled)
            async with running(Connection(other, heard[1])) as second:
                await asyncio.wait({first, second}, timeout=10, return_when=asyncio.FIRST_COMPLETED)
                (ended,) = (task for task in (first, second) if task.done())
                error = ended.exception()
                assert isinstance(error, SluglineError)
                assert "Another program receives" in str(error)
                await api.until(lambda: api.is_polled)
                api.say(ada, "hello")
                await api.until(lambda: [*heard[0].texts, *heard[1].texts] == ["hello"] and api.unconfirmed == 0)


def test_who_came_last_gives_way_at_once() -> None:
    """FAULTS row 30."""
    rivals = Rivals()
    rivals.begin(1_000)
    with pytest.raises(SluglineError, match="Another program receives"):
        rivals.disturb("Conflict", 1_000 + YOUNG_SECONDS - 1)


def test_who_was_first_says_so_once_and_gives_way_in_the_end() -> None:
    """FAULTS row 30."""
    rivals = Rivals()
    rivals.begin(1_000)
    start = 1_000 + YOUNG_SECONDS
    with capture_logs() as lines:
        for seconds in range(0, int(CONFLICT_SECONDS), 5):
            rivals.disturb("Conflict", start + seconds)
        assert len(lines) == 1
        with pytest.raises(SluglineError):
            rivals.disturb("Conflict", start + CONFLICT_SECONDS)


@given(st.lists(st.floats(FORGIVEN_SECONDS + 1, 10_000), max_size=20))
def test_rivals_that_go_away_again_are_forgiven(pauses: list[float]) -> None:
    rivals = Rivals()
    rivals.begin(0)
    now = YOUNG_SECONDS
    with capture_logs() as lines:
        for pause in pauses:
            rivals.disturb("Conflict", now)
            now += pause
    assert len(lines) == len(pauses)


async def test_it_introduces_itself_once_it_is_known(api: BotApi, bot: TelegramBot) -> None:
    known: list[str] = []

    async def introduce() -> None:
        known.append(bot.username)

    async with running(Connection(bot, Heard(), introduce=introduce)):
        await api.until(lambda: bool(known))
    assert known == [api.bot.username]


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    return number


def webhook(port: int, *, secret: str = "a-secret", host: str = "127.0.0.1") -> Webhook:
    return Webhook(url=f"http://127.0.0.1:{port}/telegram", host=host, port=port, path="/telegram", secret=secret)


async def test_telegram_brings_updates_itself(api: BotApi, bot: TelegramBot, ada: User, port: int) -> None:
    heard = Heard()
    api.say(ada, "before")
    async with running(Connection(bot, heard, webhook=webhook(port))):
        await api.until(lambda: heard.texts == ["before"])
        api.say(ada, "/fail")
        api.say(ada, "after")
        await api.until(lambda: heard.texts == ["before", "after"] and api.unconfirmed == 0)
    assert not api.calls("getUpdates")


async def test_a_secret_of_its_own_is_made_where_there_is_none(api: BotApi, bot: TelegramBot, ada: User, port: int) -> None:
    heard = Heard()
    hook = Webhook(url=f"http://127.0.0.1:{port}/t", host="127.0.0.1", port=port, path="/t")
    assert hook.secret not in repr(hook)
    async with running(Connection(bot, heard, webhook=hook)):
        api.say(ada, "hello")
        await api.until(lambda: heard.texts == ["hello"])
    (call,) = api.calls("setWebhook")
    assert len(str(call.parameters["secret_token"])) > 30


async def test_nobody_else_may_bring_updates(api: BotApi, bot: TelegramBot, ada: User, port: int) -> None:
    heard = Heard()
    hook = webhook(port)
    real = {HEADER: hook.secret}
    update = {"update_id": 7, "message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}, "text": "hello"}}
    async with running(Connection(bot, heard, webhook=hook)), aiohttp.ClientSession() as session:
        await api.called("setWebhook")

        async def check(
            status: int, *, method: str = "POST", path: str = "/telegram", headers: dict[str, str] = real, data: bytes | BytesIO = b"{}"
        ) -> None:
            async with session.request(method, f"http://127.0.0.1:{port}{path}", headers=headers, data=data) as answer:
                assert answer.status == status

        await check(403, headers={})
        await check(403, headers={HEADER: "another"})
        await check(403, headers={HEADER: "à-secret"})
        await check(405, method="GET")
        await check(404, path="/")
        await check(400, data=b"no JSON")
        await check(400, data=b"\xff\xfe")
        await check(400, data=b"[1]")
        await check(413, data=BytesIO(b" " * 3_000_000))
        assert not heard.texts
        async with session.post(hook.url, json=update, headers=real) as answer:
            assert answer.status == 200
        async with session.post(hook.url, json=update, headers=real) as answer:
            assert answer.status == 200
    assert heard.texts == ["hello"], "Telegram repeats what it does not know to have been taken"


async def test_polling_puts_an_end_to_the_webhook(api: BotApi, bot: TelegramBot, ada: User, port: int) -> None:
    heard = Heard()
    await bot.set_webhook(webhook(port).url)
    api.say(ada, "hello")
    async with running(Connection(bot, heard)):
        await api.until(lambda: bool(heard.texts))
    assert heard.texts == ["hello"]


async def test_a_place_that_is_taken_is_named(api: BotApi, bot: TelegramBot) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        async with running(Connection(bot, Heard(), webhook=webhook(number))) as task:
            error = await failure(task)
    assert isinstance(error, SluglineError)
    assert f"127.0.0.1:{number}" in str(error)


async def test_an_address_that_telegram_does_not_call_is_named(api: BotApi, bot: TelegramBot, port: int) -> None:
    hook = Webhook(url="http://news.example.org/telegram", host="127.0.0.1", port=port, path="/telegram")
    async with running(Connection(bot, Heard(), webhook=hook)) as task:
        error = await failure(task)
    assert isinstance(error, ConfigurationError)
    assert "news.example.org" in str(error)


async def test_a_webhook_that_is_taken_away_is_set_again_once(api: BotApi, bot: TelegramBot, port: int) -> None:
    """FAULTS row 30."""
    hook = webhook(port)
    connection = Connection(bot, Heard(), webhook=hook)
    async with running(connection):
        await api.called("setWebhook")
        await connection.look(hook)
        assert len(api.calls("setWebhook")) == 1
        await bot.delete_webhook()
        await connection.look(hook)
        assert (await bot.get_webhook_info()).url == hook.url
        await bot.delete_webhook()
        with pytest.raises(SluglineError, match="Another program"):
            await connection.look(hook)


async def test_a_webhook_that_telegram_cannot_call_is_told_once(api: BotApi, bot: TelegramBot, ada: User, port: int) -> None:
    await bot.initialize()
    hook = webhook(port)
    await bot.set_webhook(hook.url)  # without its secret, and nobody listens
    connection = Connection(bot, Heard(), webhook=hook)
    api.say(ada, "hello")
    await api.until(lambda: "last_error_message" in api._updates.webhook_info())
    with capture_logs() as lines:
        await connection.look(hook)
        await connection.look(hook)
    assert [line["event"] for line in lines] == ["Telegram cannot bring its updates."]
