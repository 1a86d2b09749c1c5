"""The token of the bot is told to Telegram and to nobody else (FAULTS row 48)."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from bot_api import BotApi
from telegram import Bot
from telegram.error import TelegramError

from bot import logs
from bot.config import Settings, load
from bot.core.errors import ConfigurationError
from bot.platforms.telegram.wire import opened

TOKEN = "123456789:AAinventedTokenOfNobody-doNotUse_01"
KEY = TOKEN.partition(":")[2]


@pytest.fixture
def restored() -> Iterator[None]:
    """Give logging back as it was."""
    root, hook, before = logging.getLogger(), sys.excepthook, structlog.get_config()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in ("telegram", "telegram.Bot", "httpx", "aiohttp", "asyncio"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    sys.excepthook = hook
    structlog.configure(**before)


def failure() -> Exception:
    """An error whose cause holds the token, as those of HTTP libraries do."""
    error = RuntimeError(f"The token `{TOKEN}` was rejected by the server.")
    error.__cause__ = ValueError(f"Connection timeout to host https://bots.example.org/bot{TOKEN}/sendMessage")
    return error


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize("as_json", [True, False])
def test_no_line_of_the_log_has_it(capsys: pytest.CaptureFixture[str], *, as_json: bool) -> None:
    heard: list[str] = []
    logs.set_up(level="debug", json=as_json)

    def say_all() -> None:
        log = structlog.get_logger("bot")
        log.warning("A platform refuses.", token=TOKEN, reason=f"https://bots.example.org/bot{TOKEN}/getMe")
        log.error("Said by %s.", TOKEN, exc_info=failure())
        log.error("Nested.", values={"inside": [TOKEN, {"deeper": f"bot{TOKEN.replace(':', '%3A')}"}]})
        other = logging.getLogger("elsewhere")
        other.warning("HTTP Request: POST %s", f"https://bots.example.org/bot{TOKEN}/getMe")
        other.warning("%r", Bot(TOKEN))
        other.error("broken", exc_info=failure())

    say_all()
    with logs.shown(heard.append):
        say_all()
    told = capsys.readouterr().err
    assert told
    assert heard
    assert KEY not in told + "".join(heard)


@pytest.mark.usefixtures("restored")
def test_the_last_words_of_the_program_have_it_not(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(level="info", json=False)
    error = failure()
    sys.excepthook(type(error), error, error.__traceback__)
    told = capsys.readouterr().err
    assert "RuntimeError: The token `…` was rejected" in told
    assert KEY not in told


@pytest.mark.usefixtures("restored")
async def test_a_talk_with_telegram_leaves_no_trace_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(level="debug", json=False)
    for name in ("telegram", "httpx", "aiohttp", "asyncio"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    async with BotApi(token=TOKEN) as api, opened(TOKEN, api.url) as bot:
        ada = api.person("Ada")
        api.say(ada, "/start")
        await bot.initialize()
        await bot.send_message(ada.id, "Hello")
        for fault in ("reset after", "500", "502", "garbage", "401 Unauthorized", "404 Not Found", "429"):
            api.fault("getMe", fault)
            await check_failure(bot, fault)
        await api.stop()
        await check_failure(bot, "refused")
    async with opened(TOKEN, "http://no-such-host.invalid") as bot:
        await check_failure(bot, "no name")
    assert KEY not in capsys.readouterr().err


async def check_failure(bot: Bot, fault: str) -> None:
    """Every exception on the way, and what it carries, is without the token."""
    with pytest.raises(TelegramError) as caught:
        await bot.get_me()
    error: BaseException | None = caught.value
    while error is not None:
        assert KEY not in f"{error!r} {error} {error.args}", fault
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def test_settings_show_it_to_nobody() -> None:
    settings = load(None, {"SLUGLINE_TELEGRAM__TOKEN": f" {TOKEN}\n", "SLUGLINE_TELEGRAM__WEBHOOK_SECRET": "hush-hush-hush"})
    assert settings.telegram.is_on
    assert settings.telegram.token.get_secret_value() == TOKEN
    for shown in (repr(settings), str(settings), settings.model_dump_json(), repr(settings.model_dump())):
        assert KEY not in shown
        assert "hush" not in shown
    assert not Settings().telegram.is_on


@pytest.mark.parametrize(
    "text",
    [
        f'[telegram]\ntoken = "{TOKEN} {TOKEN}"',
        f'[telegram]\ntoken = ["{TOKEN}"]',
        f'[telegram]\ntoken = {{ "{TOKEN}" = 1 }}',
        f'[telegram]\ntoken = "{TOKEN}"\nmode = "webhook"',
        f'[telegram]\ntoken = "{TOKEN}"\nadmins = ["{TOKEN}"]',
        f'[telegram]\nbase_url = "https://bots.example.org/bot{TOKEN}?x"',
        f'[telegram]\nwebhook_url = "https://news.example.org/{TOKEN}?x"',
        f'[telegram]\nwebhook_path = "{TOKEN}"',
        f'[log]\nlevel = "{TOKEN}"',
        f'[console]\nzone = "{TOKEN}"',
        f'token = "{TOKEN}"',
        f'telegram = "{TOKEN}"',
        f'[telegram]\ntoken = "{TOKEN}',
        f"[telegram]\ntoken = {TOKEN}",
        f'[telegram]\n"{TOKEN}" = 1',
        f'["{TOKEN}"]\nx = 1',
        '[telegram]\ntoken = "short:but-secret"',
        "[telegram]\nwebhook_secret = 'short:but-secret'",
    ],
)
def test_errors_of_the_configuration_never_repeat_it(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load(file, {})
    assert KEY not in str(caught.value)
    assert "but-secret" not in str(caught.value)


@pytest.mark.parametrize("variable", ["SLUGLINE_TELEGRAM__TOKEN", "SLUGLINE_TELEGRAM__ADMINS", "SLUGLINE_LOG__LEVEL", "SLUGLINE_TELEGRAM"])
def test_the_program_does_not_print_it(tmp_path: Path, variable: str) -> None:
    environment = {**os.environ, variable: f"{TOKEN}!", "SLUGLINE_STORAGE__URL": f"sqlite:///{tmp_path / 'news.db'}"}
    command = [sys.executable, "-m", "bot", "config", "check"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert KEY not in done.stdout + done.stderr


def test_addresses_of_bot_api_servers_are_taken_in_either_form() -> None:
    for given in ("https://bots.example.org", "https://bots.example.org/", "https://bots.example.org/bot", "https://bots.example.org/bot/"):
        assert load(None, {"SLUGLINE_TELEGRAM__BASE_URL": given}).telegram.base_url == "https://bots.example.org"
    assert load(None, {"SLUGLINE_TELEGRAM__BASE_URL": "http://bot"}).telegram.base_url == "http://bot"
    assert load(None, {"SLUGLINE_TELEGRAM__BASE_URL": "http://bot/bot/"}).telegram.base_url == "http://bot"
    for wrong in ("http://h:abc", "http://127.0.0.1:99999", "http://[::1", "http://:80", "http://h/bot1:key", "bots.example.org"):
        with pytest.raises(ConfigurationError, match=r"telegram\.base_url"):
            load(None, {"SLUGLINE_TELEGRAM__BASE_URL": wrong})
    assert load(None, {"SLUGLINE_TELEGRAM__BASE_URL": ""}).telegram.base_url == ""
    assert load(None, {"SLUGLINE_TELEGRAM__BASE_URL": "http://127.0.0.1:8081/api"}).telegram.base_url == "http://127.0.0.1:8081/api"


def test_admins_come_from_the_environment_as_numbers() -> None:
    assert load(None, {"SLUGLINE_TELEGRAM__ADMINS": "12, 34"}).telegram.admins == (12, 34)
    with pytest.raises(ConfigurationError, match=r"telegram\.admins"):
        load(None, {"SLUGLINE_TELEGRAM__ADMINS": "@ada"})
