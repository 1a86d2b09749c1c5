"""The token of the bot is told to Discord and to nobody else (FAULTS row 48); the configuration of Discord takes what can be used."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from discord import DiscordException
from discord_api import DiscordApi
from discord_station import station

from bot import logs
from bot.config import Settings, load
from bot.core.errors import ConfigurationError
from bot.parts import discord_settings
from bot.platforms.discord.wire import opened

KEY = "inventedTokenOfNobodyDoNotUse_0123456-"
TOKEN = f"MTI5OTk5OTk5OTk5OTk5OTk5OQ.GzInve.{KEY}"


@pytest.fixture
def restored() -> Iterator[None]:
    """Give logging back as it was."""
    root, hook = logging.getLogger(), sys.excepthook
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in ("discord", "discord.http", "discord.gateway", "discord.client", "aiohttp", "asyncio"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    sys.excepthook = hook
    structlog.reset_defaults()


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize("as_json", [True, False])
def test_no_line_of_the_log_has_it(capsys: pytest.CaptureFixture[str], *, as_json: bool) -> None:
    heard: list[str] = []
    logs.set_up(level="debug", json=as_json)
    error = RuntimeError(f"Improper token: Bot {TOKEN}")

    def say_all() -> None:
        log = structlog.get_logger("bot")
        log.warning("A platform refuses.", token=TOKEN, reason=f"Authorization: Bot {TOKEN}")
        log.error("Nested.", values={"inside": [TOKEN, {"deeper": f'{{"token": "{TOKEN}"}}'}]}, exc_info=error)
        logging.getLogger("elsewhere").error("For Shard ID None: {'token': '%s'}", TOKEN, exc_info=error)

    say_all()
    with logs.shown(heard.append):
        say_all()
    told = capsys.readouterr().err
    assert told
    assert heard
    assert KEY not in told + "".join(heard)


@pytest.mark.usefixtures("restored")
async def test_a_talk_with_discord_leaves_no_trace_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(level="debug", json=False)
    for name in ("discord", "aiohttp", "asyncio"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    async with DiscordApi() as api:
        api.token = TOKEN
        api.fault("GET", "/users/@me", "500", 1)
        async with station(api) as here:
            await here.hears()
            assert KEY not in f"{here.client!r} {here.client.http!r} {here.connection!r}"
        async with station(api, f"{TOKEN}x") as here:
            await api.until(here.listening.done)
            failure = here.listening.exception()
            assert isinstance(failure, ConfigurationError)
            assert KEY not in f"{failure!r} {failure} {failure.__cause__!r}"
        async with opened(TOKEN, api.url, api.gateway_url) as client:
            api.is_revoked = True
            with pytest.raises(DiscordException) as caught:
                await client.http.get_user(1)
            assert KEY not in f"{caught.value!r} {caught.value} {caught.value.args}"
    assert KEY not in capsys.readouterr().err


def test_settings_show_it_to_nobody() -> None:
    settings = load(None, {"SLUGLINE_DISCORD__TOKEN": f" {TOKEN}\n"})
    assert settings.discord.is_on
    assert settings.has_bot
    assert settings.discord.token.get_secret_value() == TOKEN
    for shown in (repr(settings), str(settings), settings.model_dump_json(), repr(settings.model_dump())):
        assert KEY not in shown
    assert not Settings().has_bot
    assert discord_settings(Settings()) is None


@pytest.mark.parametrize(
    "text",
    [
        f'[discord]\ntoken = "{TOKEN} {TOKEN}"',
        f'[discord]\ntoken = "Bot {TOKEN}"',
        f'[discord]\ntoken = ["{TOKEN}"]',
        f'[discord]\nadmins = ["{TOKEN}"]',
        f'[discord]\nbase_url = "https://discord.example.org/{TOKEN}?x"',
        f'[discord]\ngateway_url = "{TOKEN}"',
        f'[telegram]\ntoken = "{TOKEN}"',
        f'[console]\nzone = "{TOKEN}"',
        f'discord = "{TOKEN}"',
        f'[discord]\ntoken = "{TOKEN}',
        f'[discord]\n"{TOKEN}" = 1',
        '[discord]\ntoken = "short.but-secret"',
    ],
)
def test_errors_of_the_configuration_never_repeat_it(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load(file, {})
    assert KEY not in str(caught.value)
    assert "but-secret" not in str(caught.value)


def test_the_program_does_not_print_it(tmp_path: Path) -> None:
    environment = {**os.environ, "SLUGLINE_DISCORD__TOKEN": f"{TOKEN}!", "SLUGLINE_STORAGE__URL": f"sqlite:///{tmp_path / 'news.db'}"}
    command = [sys.executable, "-m", "bot", "config", "check"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "discord.token" in done.stderr
    assert KEY not in done.stdout + done.stderr


def test_what_is_set_arrives_where_it_is_used() -> None:
    environment = {
        "TOKEN": TOKEN,
        "ADMINS": "12, 34",
        "BASE_URL": "https://discord.example.org/api/v10/",
        "GATEWAY_URL": "wss://gateway.example.org",
        "MESSAGES_PER_SECOND": "7",
        "AT_ONCE": "3",
    }
    kept = discord_settings(load(None, {f"SLUGLINE_DISCORD__{name}": value for name, value in environment.items()}))
    assert kept is not None
    assert (kept.admins, kept.base_url, kept.gateway_url) == ((12, 34), "https://discord.example.org/api/v10", "wss://gateway.example.org")
    assert (kept.limits.overall_second, kept.limits.at_once, kept.limits.per_group_minute) == (7, 3, None)


def test_what_only_says_how_discord_is_used_loads_no_library() -> None:
    told = "import sys, bot.parts; assert 'discord' not in sys.modules, 'loaded'"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
