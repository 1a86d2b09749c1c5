"""What an operator can set: TOML file and environment become one frozen, typed value; wrong keys are named with their line."""

import difflib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import tzinfo
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError, model_validator
from tzlocal import get_localzone

from bot import config_forms as forms
from bot.core.errors import ConfigurationError
from bot.core.feeds.feed import FullText
from bot.core.grouping.chosen import JOINING, LIVE_EVENTS
from bot.languages import ENGLISH
from bot.logs import without_tokens

DEFAULT_FILE: Final = Path("config.toml")
PREFIX: Final = "SLUGLINE_"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StorageSettings(_Section):
    """Where everything is kept."""

    url: Annotated[str, AfterValidator(forms.database_url)] = "sqlite+aiosqlite:///slugline.db"
    busy_timeout_seconds: Annotated[float, Field(ge=0, le=600)] = 10.0


class SourceSettings(_Section):
    """Which folders are watched, and how patiently."""

    folders: Annotated[tuple[Path, ...], BeforeValidator(forms.list_of)] = (Path("seeds"),)
    settle_seconds: Annotated[float, Field(ge=0, le=3600)] = 1.0
    rescan_seconds: Annotated[float, Field(ge=1, le=86_400)] = 60.0
    max_file_bytes: Annotated[int, Field(ge=1_000, le=100_000_000)] = 5_000_000
    file_timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 10.0


class FeedSettings(_Section):
    """How feeds are asked: how often, how many at once, how patiently, where they may lie."""

    interval_minutes: Annotated[float, Field(ge=1, le=1440)] = 30.0
    checks_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] = 600
    concurrency: Annotated[int, Field(ge=1, le=256)] = 32
    per_host: Annotated[int, Field(ge=1, le=256)] = 1
    host_pause_seconds: Annotated[float, Field(ge=0, le=60)] = 1.0
    timeout_seconds: Annotated[float, Field(ge=1, le=300)] = 30.0
    max_bytes: Annotated[int, Field(ge=10_000, le=50_000_000)] = 10_000_000
    allow_networks: Annotated[tuple[IPv4Network | IPv6Network, ...], BeforeValidator(forms.networks)] = ()
    contact: Annotated[str, Field(max_length=200), AfterValidator(forms.contact)] = ""
    full_text: FullText = FullText.FEED
    most: Annotated[int, Field(ge=1, le=1_000_000)] = 20_000


class OutletSettings(_Section):
    """What outlets are called here, whatever they call themselves."""

    aliases: Annotated[Mapping[str, str], BeforeValidator(forms.table), AfterValidator(forms.aliases)] = Field(default_factory=dict)


class GroupingSettings(_Section):
    """How readily articles become one event, and how many events are held in memory."""

    threshold: Annotated[float, Field(gt=0, lt=1)] = JOINING
    live_events: Annotated[int, Field(ge=100, le=10_000_000)] = LIVE_EVENTS
    languages: bool = True


class DigestSettings(_Section):
    """How much a digest shows."""

    events: Annotated[int, Field(ge=1, le=20)] = 9
    per_outlet: Annotated[int, Field(ge=1, le=20)] = 2
    window_hours: Annotated[int, Field(ge=1, le=24 * 31)] = 24


class ConsoleSettings(_Section):
    """The terminal."""

    zone: Annotated[str, AfterValidator(forms.zone)] = "local"
    language: Annotated[str, AfterValidator(forms.language)] = ENGLISH

    @property
    def tzinfo(self) -> tzinfo:
        """The zone in which the terminal shows times."""
        return get_localzone() if self.zone == "local" else ZoneInfo(self.zone)


class TelegramSettings(_Section):
    """The bot on Telegram; nothing of it runs without a token."""

    token: Annotated[SecretStr, AfterValidator(forms.telegram_token)] = SecretStr("")
    admins: Annotated[tuple[Annotated[int, Field(gt=0)], ...], BeforeValidator(forms.list_of)] = ()
    name: Annotated[str, Field(max_length=64)] = ""
    base_url: Annotated[str, AfterValidator(forms.telegram_url)] = ""
    mode: Literal["polling", "webhook"] = "polling"
    webhook_url: Annotated[str, AfterValidator(forms.webhook_url)] = ""
    webhook_host: str = "127.0.0.1"
    webhook_port: Annotated[int, Field(ge=0, le=65_535)] = 8443
    webhook_path: Annotated[str, AfterValidator(forms.webhook_path)] = "/telegram"
    webhook_secret: Annotated[SecretStr, AfterValidator(forms.webhook_secret)] = SecretStr("")
    messages_per_second: Annotated[int, Field(ge=1, le=100_000)] = 30
    messages_per_minute_in_groups: Annotated[int, Field(ge=1, le=100_000)] = 20
    seconds_between_messages: Annotated[float, Field(ge=0, le=60)] = 1.0
    at_once: Annotated[int, Field(ge=1, le=256)] = 1

    @property
    def is_on(self) -> bool:
        """Whether there is a token."""
        return bool(self.token.get_secret_value())

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if self.mode == "webhook" and not self.webhook_url:
            raise ValueError('mode "webhook" needs webhook_url: the address at which Telegram reaches this machine, with https://')
        return self


class DiscordSettings(_Section):
    """The bot on Discord; nothing of it runs without a token."""

    token: Annotated[SecretStr, AfterValidator(forms.discord_token)] = SecretStr("")
    admins: Annotated[tuple[Annotated[int, Field(gt=0)], ...], BeforeValidator(forms.list_of)] = ()
    base_url: Annotated[str, AfterValidator(forms.discord_url)] = ""
    gateway_url: Annotated[str, AfterValidator(forms.discord_url)] = ""
    messages_per_second: Annotated[int, Field(ge=1, le=100_000)] = 40
    seconds_between_messages: Annotated[float, Field(ge=0, le=60)] = 1.0
    at_once: Annotated[int, Field(ge=1, le=256)] = 8

    @property
    def is_on(self) -> bool:
        """Whether there is a token."""
        return bool(self.token.get_secret_value())


class LogSettings(_Section):
    """What is written to standard error."""

    level: Literal["debug", "info", "warning", "error"] = "warning"
    format: Literal["text", "json"] = "text"


class Settings(_Section):
    """All sections; every key has a default, so that no file is needed."""

    storage: StorageSettings = StorageSettings()
    sources: SourceSettings = SourceSettings()
    feeds: FeedSettings = FeedSettings()
    outlets: OutletSettings = OutletSettings()
    grouping: GroupingSettings = GroupingSettings()
    digest: DigestSettings = DigestSettings()
    console: ConsoleSettings = ConsoleSettings()
    telegram: TelegramSettings = TelegramSettings()
    discord: DiscordSettings = DiscordSettings()
    log: LogSettings = LogSettings()

    @property
    def has_bot(self) -> bool:
        """Whether people are served on a chat platform."""
        return self.telegram.is_on or self.discord.is_on


def load(file: Path | None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the configuration: built-in defaults, then the file, then `SLUGLINE_SECTION__KEY`.

    Without `file`, config.toml of the working directory is read if it is there.
    Raises ConfigurationError naming file, line and key, and the nearest valid name.
    """
    chosen = file or (DEFAULT_FILE if DEFAULT_FILE.is_file() else None)
    text = _read(chosen) if chosen else ""
    try:
        values: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{chosen}: not valid TOML: {error}") from error
    names: dict[tuple[str, str], str] = {}
    for variable, section, key, value in _variables(environment):
        table = values.setdefault(section, {})
        if isinstance(table, dict):
            table[key] = value
        names[section, key] = variable
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        problems = [_explain(dict(problem), chosen, text, names) for problem in error.errors()]
        # Not from `error`, which repeats what was written: a password perhaps.
        raise ConfigurationError("\n".join(map(_without_secrets, problems))) from None


def where(section: str, key: str, file: Path | None, environment: Mapping[str, str] = os.environ) -> str:
    """Say where a key got its value, for a complaint: the variable, file and line, or that it is the default.

    `file` is what `load` was given. Raises ConfigurationError as `load` does.
    """
    names = {(table, name): variable for variable, table, name, _ in _variables(environment)}
    chosen = file or (DEFAULT_FILE if DEFAULT_FILE.is_file() else None)
    text = _read(chosen) if chosen else ""
    is_written = key in tomllib.loads(text).get(section, {})
    return _place(section, key, chosen, text, names) if is_written or (section, key) in names else "built-in default"


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file}: the configuration cannot be read: {error}") from error


def _variables(environment: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    for variable, value in environment.items():
        if not variable.startswith(PREFIX):
            continue
        section, separator, key = variable.removeprefix(PREFIX).casefold().partition("__")
        if not separator:
            raise ConfigurationError(f"{variable}: expected {PREFIX}SECTION__KEY, for example {PREFIX}STORAGE__URL")
        yield variable, section, key, value


def _explain(problem: dict[str, Any], file: Path | None, text: str, names: Mapping[tuple[str, str], str]) -> str:
    path = [str(part) for part in problem["loc"]]
    section, key = path[0], path[1] if len(path) > 1 else ""
    place = _place(section, key, file, text, names)
    dotted = ".".join(path[:2])
    if problem["type"] == "extra_forbidden":
        fields: Mapping[str, object] = Settings.model_fields
        if key:
            fields = type(getattr(Settings(), section)).model_fields
        near = difflib.get_close_matches(path[-1], fields, n=1, cutoff=0.5)
        hint = f"did you mean {'.'.join([*path[:-1], near[0]])!r}?" if near else f"known: {', '.join(fields)}"
        return f"{place}: unknown key {dotted!r}; {hint}"
    # An address may carry a password, wherever and in whatever shape it was written, and so may a token: neither is repeated.
    given = "" if section in {"storage", "telegram", "discord"} or "://" in str(problem["input"]) else f" (got {problem['input']!r})"
    return f"{place}: {dotted}: {str(problem['msg']).removeprefix('Value error, ')}{given}"


def _place(section: str, key: str, file: Path | None, text: str, names: Mapping[tuple[str, str], str]) -> str:
    """Name the variable, or the file and the line, that a key was set in; a `section` without a key for the whole section."""
    variable = names.get((section, key)) or next((name for (table, _), name in names.items() if table == section and not key), None)
    line = None if variable else _line(text, section, key)
    return variable or (f"{file}, line {line}" if line else str(file or "configuration"))


def _without_secrets(problem: str) -> str:
    """Leave out what stands between the slashes and the last @ of an address, and a token that was set under a wrong key."""
    return without_tokens(re.sub(r"://.*@", "://…@", problem, flags=re.DOTALL))


def _line(text: str, section: str, key: str) -> int | None:
    """Find the line of a key: the parser does not tell. None when it is written in a way this does not recognise."""
    current = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\s*([\w.-]+)\s*\]", line):
            current = header.group(1)
            if current == section and not key:
                return number
        elif (found := re.match(r"\s*([\w.-]+)\s*=", line)) and (
            (current, found.group(1)) == (section, key) or (not current and found.group(1) in (section, f"{section}.{key}"))
        ):
            return number
    return None
