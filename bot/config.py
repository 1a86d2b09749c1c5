"""What an operator can set: TOML file and environment become one frozen, typed value; wrong keys are named with their line."""

import difflib
import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import tzinfo
from ipaddress import IPv4Network, IPv6Network, ip_interface
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError, model_validator
from tzlocal import get_localzone

from bot.core.errors import ConfigurationError
from bot.core.feed import FullText
from bot.core.grouping import JOINING
from bot.core.state import LIVE_EVENTS
from bot.languages import ENGLISH, LANGUAGES
from bot.logs import without_tokens

DEFAULT_FILE: Final = Path("config.toml")
PREFIX: Final = "SLUGLINE_"

FROM_BOTFATHER: Final = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{30,}")
"""What the token of a bot looks like: its id, a colon, and so far always 35 characters."""


def _zone(name: str) -> str:
    if name == "local" or name in available_timezones():
        return name
    near = difflib.get_close_matches(name.casefold(), [*map(str.casefold, available_timezones())], n=1)
    known = {zone.casefold(): zone for zone in available_timezones()}
    hint = f"; did you mean {known[near[0]]!r}?" if near else "; use an IANA name such as 'Europe/Kyiv', or 'local'"
    raise ValueError(f"{name!r} is no time zone{hint}")


def _language(name: str) -> str:
    if name in LANGUAGES:
        return name
    raise ValueError(f"{name!r} is no language that Slugline speaks; there are {', '.join(map(repr, LANGUAGES))}")


def _list(value: object) -> object:
    """Read a list from the environment: JSON, or values separated by commas."""
    if isinstance(value, str):
        if value.lstrip().startswith("["):
            return _json(value, "expected JSON, or values separated by commas")
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def _table(value: object) -> object:
    """Read a table, from the environment as JSON."""
    if isinstance(value, str):
        value = _json(value or "{}", 'expected JSON, for example {"news.example.org": "The Daily Example"}')
    if isinstance(value, Mapping):
        return value
    raise ValueError('expected a table, for example { "news.example.org" = "The Daily Example" }')


def _json(text: str, complaint: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        raise ValueError(complaint) from None


def _networks(value: object) -> object:
    """Read networks, each in its exact form: 10.0.0.1/8 is a mistake, and whoever wrote it means one thing or the other."""
    texts = _list(value)
    if isinstance(texts, list | tuple):
        return tuple(map(_network, texts))
    raise ValueError('expected a list, for example ["192.168.1.0/24"]')


def _network(text: object) -> IPv4Network | IPv6Network:
    if isinstance(text, IPv4Network | IPv6Network):
        return text
    try:
        # A number would be taken for an address.
        found = ip_interface(text if isinstance(text, str) else "")
    except ValueError:
        raise ValueError(f"{text!r} is no network: it should look like '192.168.1.0/24'") from None
    if found.ip != found.network.network_address:
        raise ValueError(f"{text!r} is no network: did you mean '{found.network}'?")
    return found.network


def _aliases(aliases: Mapping[str, str]) -> Mapping[str, str]:
    """Fold the names on the left, by which outlets are looked up."""
    folded = {" ".join(name.split()).casefold(): " ".join(outlet.split()) for name, outlet in aliases.items()}
    if not all(folded) or not all(folded.values()):
        raise ValueError("expected a host or a name on each side, not nothing")
    return folded


def _contact(contact: str) -> str:
    """Accept what fits into the comment of a User-Agent (RFC 9110, section 5.6.5) without escapes."""
    if not (contact.isascii() and contact.isprintable()) or set(contact) & set("()\\"):
        raise ValueError("expected an address of a page or of mail, in ASCII, without parentheses")
    return contact.strip()


def _database_url(url: str) -> str:
    for short, full in (("sqlite:", "sqlite+aiosqlite:"), ("postgresql:", "postgresql+asyncpg:"), ("postgres:", "postgresql+asyncpg:")):
        if url.startswith(short):
            return full + url.removeprefix(short)
    if url.startswith(("sqlite+aiosqlite:", "postgresql+asyncpg:")):
        return url
    raise ValueError("expected sqlite:///FILE or postgresql://USER@HOST/NAME")


def _token(token: SecretStr) -> SecretStr:
    """Accept what can be a token, and nothing: a word of the address of every request."""
    bare = token.get_secret_value().strip()
    if bare and not FROM_BOTFATHER.fullmatch(bare):
        raise ValueError("expected a token as @BotFather gives it: digits, a colon, and 35 letters, digits, - and _")
    return SecretStr(bare)


def _base_url(url: str) -> str:
    """Accept where a Bot API is, and nothing: Telegram's own."""
    if not url:
        return url
    if not re.fullmatch(r"https?://[^\s/?#@]+(?:/[^\s?#@:]*)?", url) or not _has_host(url):
        raise ValueError("expected the address of a Bot API server, such as http://127.0.0.1:8081, without a token")
    # python-telegram-bot calls this one with "/bot" at its end, and so do many guides.
    return re.sub(r"(?<!/)/bot$", "", url.rstrip("/"))


def _has_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0  # Reading the port raises where it is none.
    except ValueError:
        return False


def _webhook_url(url: str) -> str:
    if url and not re.fullmatch(r"https://[^\s/?#@]+(?:/[^\s?#@]*)?|http://(?:127\.0\.0\.1|localhost)[^\s?#@]*", url):
        raise ValueError("expected the address at which Telegram reaches this machine, beginning with https://")
    return url


def _webhook_path(path: str) -> str:
    if not re.fullmatch(r"/[\w./~-]*", path, re.ASCII):
        raise ValueError('expected a path such as "/telegram"')
    return path


def _webhook_secret(secret: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret.get_secret_value()):
        raise ValueError("expected at most 256 letters, digits, - and _")
    return secret


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StorageSettings(_Section):
    """Where everything is kept."""

    url: Annotated[str, AfterValidator(_database_url)] = "sqlite+aiosqlite:///slugline.db"
    busy_timeout_seconds: Annotated[float, Field(ge=0, le=600)] = 10.0


class SourceSettings(_Section):
    """Which folders are watched, and how patiently."""

    folders: Annotated[tuple[Path, ...], BeforeValidator(_list)] = (Path("seeds"),)
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
    allow_networks: Annotated[tuple[IPv4Network | IPv6Network, ...], BeforeValidator(_networks)] = ()
    contact: Annotated[str, Field(max_length=200), AfterValidator(_contact)] = ""
    full_text: FullText = FullText.FEED
    most: Annotated[int, Field(ge=1, le=1_000_000)] = 20_000


class OutletSettings(_Section):
    """What outlets are called here, whatever they call themselves."""

    aliases: Annotated[Mapping[str, str], BeforeValidator(_table), AfterValidator(_aliases)] = Field(default_factory=dict)


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

    zone: Annotated[str, AfterValidator(_zone)] = "local"
    language: Annotated[str, AfterValidator(_language)] = ENGLISH

    @property
    def tzinfo(self) -> tzinfo:
        """The zone in which the terminal shows times."""
        return get_localzone() if self.zone == "local" else ZoneInfo(self.zone)


class TelegramSettings(_Section):
    """The bot on Telegram; nothing of it runs without a token."""

    token: Annotated[SecretStr, AfterValidator(_token)] = SecretStr("")
    admins: Annotated[tuple[Annotated[int, Field(gt=0)], ...], BeforeValidator(_list)] = ()
    name: Annotated[str, Field(max_length=64)] = ""
    base_url: Annotated[str, AfterValidator(_base_url)] = ""
    mode: Literal["polling", "webhook"] = "polling"
    webhook_url: Annotated[str, AfterValidator(_webhook_url)] = ""
    webhook_host: str = "127.0.0.1"
    webhook_port: Annotated[int, Field(ge=0, le=65_535)] = 8443
    webhook_path: Annotated[str, AfterValidator(_webhook_path)] = "/telegram"
    webhook_secret: Annotated[SecretStr, AfterValidator(_webhook_secret)] = SecretStr("")
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
    log: LogSettings = LogSettings()


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
    given = "" if section in {"storage", "telegram"} or "://" in str(problem["input"]) else f" (got {problem['input']!r})"
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
