"""What an operator writes into the configuration is used, or refused with the place and the nearest valid name."""

import tomllib
import traceback
from ipaddress import ip_network
from pathlib import Path

import pytest

from bot.config import Settings, load
from bot.core.errors import ConfigurationError
from bot.core.feeds.feed import FullText

ROOT = Path(__file__).parent.parent


def check(tmp_path: Path, text: str, environment: dict[str, str] | None = None) -> Settings:
    file = tmp_path / "config.toml"
    file.write_text(text, encoding="utf-8")
    return load(file, environment or {})


def test_the_example_holds_every_key_with_its_default() -> None:
    example = ROOT / "config.example.toml"
    assert load(example, {}) == Settings()
    written = {(section, key) for section, keys in tomllib.loads(example.read_text(encoding="utf-8")).items() for key in keys}
    known = {(section, key) for section in Settings.model_fields for key in type(getattr(Settings(), section)).model_fields}
    assert written == known


def test_without_a_file_the_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load(None, {}) == Settings()


def test_the_file_of_the_working_directory_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.toml").write_text("[digest]\nevents = 5\n")
    assert load(None, {}).digest.events == 5


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    settings = check(
        tmp_path,
        '[storage]\nurl = "sqlite:///a.db"\n',
        {"SLUGLINE_STORAGE__URL": "sqlite+aiosqlite:///b.db", "SLUGLINE_SOURCES__FOLDERS": "one, two", "HOME": "/"},
    )
    assert settings.storage.url == "sqlite+aiosqlite:///b.db"
    assert settings.sources.folders == (Path("one"), Path("two"))


@pytest.mark.parametrize(
    ("written", "used"),
    [
        ("sqlite:///x.db", "sqlite+aiosqlite:///x.db"),
        ("postgresql://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("postgres://u@h/d", "postgresql+asyncpg://u@h/d"),
    ],
)
def test_usual_database_addresses_are_understood(tmp_path: Path, written: str, used: str) -> None:
    assert check(tmp_path, f'[storage]\nurl = "{written}"\n').storage.url == used


# Row 47 of the faults: the key, the line and the nearest valid name.
@pytest.mark.parametrize(
    ("text", "environment", "told"),
    [
        ("\n[storage]\nurll = 'x'\n", {}, ["config.toml, line 3", "storage.urll", "did you mean 'storage.url'"]),
        ("[storge]\nurl = 'x'\n", {}, ["line 1", "'storge'", "did you mean 'storage'"]),
        ("[console]\nzone = 'Europe/Kiyv'\n", {}, ["line 2", "console.zone", "did you mean 'Europe/Kyiv'"]),
        ("[console]\nzone = 'Mars'\n", {}, ["console.zone", "Mars"]),
        ("[console]\nlanguage = 'uk-UA'\n", {}, ["line 2", "console.language", "uk-UA", "'uk'"]),
        ("[sources]\nrescan_seconds = 'often'\n", {}, ["line 2", "sources.rescan_seconds", "often"]),
        ("[digest]\nevents = 0\nper_outlet = 99\n", {}, ["digest.events", "line 3", "digest.per_outlet"]),
        ("storage = 3\n", {}, ["line 1", "storage"]),
        ("[storage\n", {}, ["config.toml", "TOML"]),
        ("", {"SLUGLINE_STORAGE__URLL": "x"}, ["SLUGLINE_STORAGE__URLL", "did you mean 'storage.url'"]),
        ("", {"SLUGLINE_STORGE__URL": "x"}, ["SLUGLINE_STORGE__URL", "did you mean 'storage'"]),
        ("", {"SLUGLINE_URL": "x"}, ["SLUGLINE_URL", "SLUGLINE_SECTION__KEY"]),
        ("", {"SLUGLINE_SOURCES__FOLDERS": "["}, ["SLUGLINE_SOURCES__FOLDERS"]),
    ],
)
def test_a_wrong_key_is_named_with_its_place(tmp_path: Path, text: str, environment: dict[str, str], told: list[str]) -> None:
    with pytest.raises(ConfigurationError) as refused:
        check(tmp_path, text, environment)
    for words in told:
        assert words in str(refused.value)


@pytest.mark.parametrize(
    ("text", "environment"),
    [
        ('[storage]\nurl = "mysql://me:secret@host/db"\n', {}),
        ('storage = "postgresql://me:secret@host/db"\n', {}),
        ('storage = ["postgresql://me:secret@host/db"]\n', {}),
        ('[[storage]]\nurl = "postgresql://me:secret@host/db"\n', {}),
        ('[storage]\nbusy_timeout_seconds = "postgresql://me:secret@host/db"\n', {}),
        ('[storage]\nurl = ["postgresql://me:secret@host/db"]\n', {}),
        ('[storage.url]\npassword = "secret"\n', {}),
        ('[console]\nzone = "postgresql://me:my secret@host/db"\n', {}),
        ('log = "postgresql://me:secret@host/db"\n', {}),
        ("", {"SLUGLINE_STORAGE__URL": "postgre://me:secret@host/db"}),
        ("", {"SLUGLINE_STORAGE__BUSY_TIMEOUT_SECONDS": "postgresql://me:secret@host/db"}),
    ],
)
def test_a_password_in_a_wrong_place_is_not_repeated(tmp_path: Path, text: str, environment: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError) as refused:
        check(tmp_path, text, environment)
    assert "secret" not in "".join(traceback.format_exception(refused.value, limit=0))


def test_a_missing_or_unreadable_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"absent\.toml"):
        load(tmp_path / "absent.toml", {})
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match=r"bytes\.toml"):
        load(tmp_path / "bytes.toml", {})


def test_feeds_and_aliases_are_understood(tmp_path: Path) -> None:
    text = '[feeds]\nallow_networks = ["10.1.0.0/16"]\nfull_text = "page"\n[outlets.aliases]\n"News.Example" = "The  Daily Example"\n'
    settings = check(tmp_path, text)
    assert settings.feeds.allow_networks == (ip_network("10.1.0.0/16"),)
    assert settings.feeds.full_text is FullText.PAGE
    assert settings.outlets.aliases == {"news.example": "The Daily Example"}


def test_lists_and_tables_fit_into_the_environment(tmp_path: Path) -> None:
    variables = {"SLUGLINE_FEEDS__ALLOW_NETWORKS": "10.0.0.0/8, fd00::/8", "SLUGLINE_OUTLETS__ALIASES": '{"dex": "The Daily Example"}'}
    settings = check(tmp_path, "", variables)
    assert settings.feeds.allow_networks == (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
    assert settings.outlets.aliases == {"dex": "The Daily Example"}


@pytest.mark.parametrize(
    ("text", "environment", "told"),
    [
        ("[feeds]\nallow_networks = ['10.0.0.1/8']\n", {}, ["line 2", "feeds.allow_networks", "10.0.0.1/8"]),
        ("[feeds]\nallow_networks = ['10.0.0.1/8']\n", {}, ["did you mean '10.0.0.0/8'?"]),
        ("[feeds]\nallow_networks = ['nowhere']\n", {}, ["'nowhere' is no network: it should look like '192.168.1.0/24'"]),
        ("[feeds]\nallow_networks = [10]\n", {}, ["feeds.allow_networks: 10 is no network"]),
        ("[feeds]\nallow_networks = 10\n", {}, ["feeds.allow_networks: expected a list"]),
        ("", {"SLUGLINE_FEEDS__ALLOW_NETWORKS": "[10.0.0.0/8"}, ["SLUGLINE_FEEDS__ALLOW_NETWORKS", "expected JSON, or values separated"]),
        ("[feeds]\ninterval_minutes = 0\n", {}, ["line 2", "feeds.interval_minutes"]),
        ("[feeds]\nfull_text = 'all'\n", {}, ["feeds.full_text", "'feed' or 'page'"]),
        ("[feeds]\ncontact = 'me\\r\\nX-Evil: 1'\n", {}, ["feeds.contact", "ASCII"]),
        ("[feeds]\ncontact = 'ред@пример'\n", {}, ["feeds.contact", "ASCII"]),
        ("[feeds]\nintervall = 3\n", {}, ["line 2", "did you mean 'feeds.interval_minutes'"]),
        ("[outlets]\naliases = { x = '' }\n", {}, ["outlets.aliases"]),
        ("[outlets]\naliases = { x = 3 }\n", {}, ["outlets.aliases"]),
        ("[outlets]\naliases = ['x']\n", {}, ["outlets.aliases: expected a table, for example {"]),
        ("", {"SLUGLINE_OUTLETS__ALIASES": "dex=The Daily Example"}, ["SLUGLINE_OUTLETS__ALIASES", "JSON"]),
    ],
)
def test_what_cannot_be_asked_or_named_is_refused(tmp_path: Path, text: str, environment: dict[str, str], told: list[str]) -> None:
    with pytest.raises(ConfigurationError) as refused:
        check(tmp_path, text, environment)
    for words in told:
        assert words in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1, "one mistake is told once"
