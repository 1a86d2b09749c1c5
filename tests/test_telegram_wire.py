"""Requests reach the Bot API over aiohttp, and what failed says whether it left (FAULTS rows 24, 25)."""

import asyncio
import socket
import ssl

import pytest
import trustme
from aiohttp import web
from bot_api import BotApi
from telegram import Bot, InputFile
from telegram.error import BadRequest, InvalidToken, NetworkError, TelegramError, TimedOut

from bot.platforms.telegram.wire import AiohttpRequest, NeverSent, TelegramBot, opened

pytest_plugins = ["telegram_fixtures"]


async def test_texts_of_all_kinds_arrive_as_they_are(api: BotApi, bot: TelegramBot) -> None:
    ada = api.person("Ada")
    api.say(ada, "/start")
    for text in ("Порт відкрито", "a & b = c + d %20", "👩‍👩‍👧 \u2068שלום\u2069", "line\nline"):
        await bot.send_message(ada.id, text, disable_notification=True)
        assert api.messages(ada)[-1].text == text
    assert api.messages(ada)[-1].is_silent


async def test_documents_arrive_whole(api: BotApi, bot: TelegramBot) -> None:
    ada = api.person("Ada")
    api.say(ada, "/export")
    content = bytes(range(256)) * 10_000
    await bot.send_document(ada.id, InputFile(content, "стрічки & feeds.opml"), caption="<b>All feeds</b>", parse_mode="HTML")
    shown = api.messages(ada)[-1]
    assert shown.document == content
    assert shown.text == "All feeds"
    assert shown.extra["document"]["file_name"] == "стрічки & feeds.opml"


async def test_files_come_back(api: BotApi, bot: TelegramBot) -> None:
    ada = api.person("Ada")
    api.say(ada, "/export")
    sent = await bot.send_document(ada.id, InputFile(b"<opml/>", "feeds.opml"))
    assert sent.document is not None
    assert api.world.files
    path = next(iter(api.world.files.values()))[0]
    request = bot.request
    assert await request.retrieve(f"{api.url}/file/bot{api.token}/{path}") == b"<opml/>"


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("reset before", NetworkError),
        ("reset after", NetworkError),
        ("500", NetworkError),
        ("502", NetworkError),
        ("504", NetworkError),
        ("garbage", TelegramError),
        ("400 Bad Request: chat not found", BadRequest),
        ("401 Unauthorized", InvalidToken),
    ],
)
async def test_what_may_have_arrived_is_never_called_unsent(api: BotApi, bot: TelegramBot, fault: str, kind: type[TelegramError]) -> None:
    """FAULTS row 24."""
    ada = api.person("Ada")
    api.say(ada, "/start")
    api.fault("sendMessage", fault)
    with pytest.raises(kind) as caught:
        await bot.send_message(ada.id, "Hello")
    assert not isinstance(caught.value, NeverSent)


@pytest.mark.parametrize("fault", ["timeout before", "timeout after"])
async def test_silence_ends_in_a_time_out(api: BotApi, bot: TelegramBot, fault: str) -> None:
    """FAULTS row 24."""
    ada = api.person("Ada")
    api.say(ada, "/start")
    api.fault("sendMessage", fault)
    with pytest.raises(TimedOut):
        await bot.send_message(ada.id, "Hello", read_timeout=0.1)


async def test_a_refused_connection_was_never_sent(api: BotApi, bot: TelegramBot) -> None:
    """FAULTS row 25; also when the connection that was kept open has gone meanwhile."""
    await bot.get_me()
    await api.stop()
    with pytest.raises(NetworkError):
        await bot.get_me()
    with pytest.raises(NeverSent):
        await bot.get_me()
    await api.start()
    await bot.get_me()


async def test_names_that_do_not_resolve_were_never_asked() -> None:
    """FAULTS row 25."""
    async with opened("1:" + "x" * 35, "http://no-such-host.invalid") as bot:
        with pytest.raises(NeverSent, match="cannot be reached"):
            await bot.get_me()


async def test_without_an_address_it_is_telegrams_own_bot_api() -> None:
    token = "1:" + "x" * 35
    async with opened(token, "") as bot:
        own = Bot(token)
        assert (bot.base_url, bot.base_file_url) == (own.base_url, own.base_file_url)


async def test_a_connection_that_never_comes_about_was_never_sent() -> None:
    """FAULTS row 25: a host that takes no connections for a while."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        fillers = [socket.socket() for _ in range(8)]
        try:
            for filler in fillers:
                filler.settimeout(0)
                filler.connect_ex(full.getsockname())
            async with opened("1:" + "x" * 35, f"http://127.0.0.1:{full.getsockname()[1]}") as bot:
                with pytest.raises(NeverSent):
                    await bot.get_me(connect_timeout=0.2, pool_timeout=0.1)
        finally:
            for filler in fillers:
                filler.close()


async def test_no_free_connection_of_our_own_means_never_sent(api: BotApi) -> None:
    """FAULTS row 25: PoolTimeout."""
    ada = api.person("Ada")
    api.say(ada, "/start")
    async with AiohttpRequest(connections=1) as request, AiohttpRequest() as polls:
        bot = TelegramBot(api.token, base_url=f"{api.url}/bot", request=request, get_updates_request=polls)
        api.fault("sendMessage", "timeout before")
        stuck = asyncio.create_task(bot.send_message(ada.id, "first"))
        await api.until(lambda: api.calls("sendMessage"))
        with pytest.raises(NeverSent):
            await bot.send_message(ada.id, "second", connect_timeout=0.1, pool_timeout=0.1)
        stuck.cancel()
        await asyncio.wait({stuck})
    assert len(api.calls("sendMessage")) == 1


async def test_a_certificate_that_nobody_vouches_for_ends_it() -> None:
    """FAULTS row 23: no downgrade, and nothing was sent."""
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    runner = web.AppRunner(web.Application())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    port = runner.addresses[0][1]
    try:
        async with opened("1:" + "x" * 35, f"https://localhost:{port}") as bot:
            with pytest.raises(NeverSent, match="certificate"):
                await bot.get_me()
    finally:
        await runner.cleanup()


async def test_a_redirect_is_not_followed(api: BotApi) -> None:
    """The token would go along to wherever it leads."""

    async def redirect(request: web.Request) -> web.Response:
        raise web.HTTPFound(f"{api.url}{request.path}")

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", redirect)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with opened(api.token, f"http://127.0.0.1:{runner.addresses[0][1]}") as bot:
            with pytest.raises(NetworkError):
                await bot.get_me()
    finally:
        await runner.cleanup()
    assert not api.calls("getMe")


async def test_many_at_once_share_connections(api: BotApi, bot: TelegramBot) -> None:
    ada = api.person("Ada")
    api.say(ada, "/start")
    await asyncio.gather(*(bot.send_message(ada.id, f"message {number}") for number in range(200)))
    assert sorted(one.text for one in api.messages(ada)) == sorted(f"message {number}" for number in range(200))


async def test_a_wrong_token_is_refused_and_not_repeated(api: BotApi) -> None:
    """FAULTS row 48."""
    wrong = "987654321:" + "y" * 35
    async with opened(wrong, api.url) as bot:
        with pytest.raises(InvalidToken) as caught:
            await bot.initialize()
    error: BaseException | None = caught.value
    assert wrong not in f"{error!r} {error}"
    assert wrong not in repr(bot)


async def test_a_closed_bot_says_so(api: BotApi) -> None:
    async with opened(api.token, api.url) as bot:
        await bot.get_me()
    with pytest.raises(NetworkError, match="after it was closed"):
        await bot.get_me()
