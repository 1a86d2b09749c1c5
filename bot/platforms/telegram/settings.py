"""How Telegram is reached and used, as values; whoever only wants to say so loads no library for it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from secrets import token_urlsafe

from bot.core.chats.ports import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Telegram calls `url`, which leads to `path` at `host` and `port`, with `secret` in a header."""

    url: str
    host: str
    port: int
    path: str
    secret: str = field(default_factory=lambda: token_urlsafe(32), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramSettings:
    """How Telegram is reached and used; see config.example.toml. Without `webhook`, it is asked for updates."""

    token: str
    base_url: str
    limits: Limits
    admins: Sequence[int] = ()
    name: str = ""
    webhook: Webhook | None = None
