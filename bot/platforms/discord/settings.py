"""How Discord is reached and used, as values; whoever only wants to say so loads no library for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.chats.ports import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordSettings:
    """How Discord is reached and used; see config.example.toml. Empty addresses are Discord's own."""

    token: str
    limits: Limits
    base_url: str = ""
    gateway_url: str = ""
    admins: Sequence[int] = ()
