"""What the values of a configuration look like, each as one function from what was written to what is meant; the keys are in `config`."""

import difflib
import json
import re
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_interface
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import SecretStr

from bot.languages import LANGUAGES

FROM_BOTFATHER: Final = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{30,}")
"""What the token of a bot looks like: its id, a colon, and so far always 35 characters."""


FROM_DISCORD: Final = re.compile(r"[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}", re.ASCII)
"""What the token of a bot on Discord looks like: its id, a time and a signature, each in base64."""


def zone(name: str) -> str:
    """Accept a zone by its IANA name, and "local"."""
    if name == "local" or name in available_timezones():
        return name
    near = difflib.get_close_matches(name.casefold(), [*map(str.casefold, available_timezones())], n=1)
    known = {zone.casefold(): zone for zone in available_timezones()}
    hint = f"; did you mean {known[near[0]]!r}?" if near else "; use an IANA name such as 'Europe/Kyiv', or 'local'"
    raise ValueError(f"{name!r} is no time zone{hint}")


def language(name: str) -> str:
    """Accept the code of a language that Slugline speaks."""
    if name in LANGUAGES:
        return name
    raise ValueError(f"{name!r} is no language that Slugline speaks; there are {', '.join(map(repr, LANGUAGES))}")


def list_of(value: object) -> object:
    """Read a list from the environment: JSON, or values separated by commas."""
    if isinstance(value, str):
        if value.lstrip().startswith("["):
            return _json(value, "expected JSON, or values separated by commas")
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def table(value: object) -> object:
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


def networks(value: object) -> object:
    """Read networks, each in its exact form: 10.0.0.1/8 is a mistake, and whoever wrote it means one thing or the other."""
    texts = list_of(value)
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


def aliases(given: Mapping[str, str]) -> Mapping[str, str]:
    """Fold the names on the left, by which outlets are looked up."""
    folded = {" ".join(name.split()).casefold(): " ".join(outlet.split()) for name, outlet in given.items()}
    if not all(folded) or not all(folded.values()):
        raise ValueError("expected a host or a name on each side, not nothing")
    return folded


def contact(text: str) -> str:
    """Accept what fits into the comment of a User-Agent (RFC 9110, section 5.6.5) without escapes."""
    if not (text.isascii() and text.isprintable()) or set(text) & set("()\\"):
        raise ValueError("expected an address of a page or of mail, in ASCII, without parentheses")
    return text.strip()


def database_url(url: str) -> str:
    """Accept the address of a database, short or with its driver."""
    for short, full in (("sqlite:", "sqlite+aiosqlite:"), ("postgresql:", "postgresql+asyncpg:"), ("postgres:", "postgresql+asyncpg:")):
        if url.startswith(short):
            return full + url.removeprefix(short)
    if url.startswith(("sqlite+aiosqlite:", "postgresql+asyncpg:")):
        return url
    raise ValueError("expected sqlite:///FILE or postgresql://USER@HOST/NAME")


def telegram_token(token: SecretStr) -> SecretStr:
    """Accept what can be a token, and nothing: a word of the address of every request."""
    bare = token.get_secret_value().strip()
    if bare and not FROM_BOTFATHER.fullmatch(bare):
        raise ValueError("expected a token as @BotFather gives it: digits, a colon, and 35 letters, digits, - and _")
    return SecretStr(bare)


def telegram_url(url: str) -> str:
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


def discord_token(token: SecretStr) -> SecretStr:
    """Accept what can be a token, and nothing: the log knows one by the same form."""
    bare = token.get_secret_value().strip()
    if bare and not FROM_DISCORD.fullmatch(bare):
        raise ValueError(
            "expected a token as the page “Bot” of the application gives it: three parts with dots between them, no “Bot” before"
        )
    return SecretStr(bare)


def discord_url(url: str) -> str:
    """Accept where Discord is, and nothing: its own address."""
    if url and not (re.fullmatch(r"(?:https?|wss?)://[^\s/?#@]+(?:/[^\s?#@]*)?", url) and _has_host(url)):
        raise ValueError("expected an address without a token, or nothing for Discord's own")
    return url.rstrip("/") if url.startswith("http") else url


def webhook_url(url: str) -> str:
    """Accept an address that Telegram can call."""
    if url and not re.fullmatch(r"https://[^\s/?#@]+(?:/[^\s?#@]*)?|http://(?:127\.0\.0\.1|localhost)[^\s?#@]*", url):
        raise ValueError("expected the address at which Telegram reaches this machine, beginning with https://")
    return url


def webhook_path(path: str) -> str:
    """Accept a path without anything that would have to be escaped."""
    if not re.fullmatch(r"/[\w./~-]*", path, re.ASCII):
        raise ValueError('expected a path such as "/telegram"')
    return path


def webhook_secret(secret: SecretStr) -> SecretStr:
    """Accept what Telegram takes for a secret."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret.get_secret_value()):
        raise ValueError("expected at most 256 letters, digits, - and _")
    return secret
