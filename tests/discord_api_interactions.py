"""Interactions of the Discord of the tests: what is asked, in the words of its documentation, and what became of it."""

from dataclasses import dataclass
from typing import Any

from discord_api_world import EVERYTHING, STAMP


@dataclass
class Asked:
    """An interaction: what was answered to it first, the message that this made, and the one whose button was pressed."""

    id: str
    token: str
    channel: str
    at: float
    application: str
    message: str | None = None
    callback: dict[str, Any] | None = None
    original: str | None = None


def told_of(asked: Asked, kind: int, who: dict[str, Any], channel: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """What INTERACTION_CREATE tells of it (Interaction Object)."""
    guild = channel.get("guild_id")
    member = {"user": who, "roles": [], "joined_at": STAMP, "deaf": False, "mute": False, "flags": 0, "permissions": EVERYTHING}
    whom = {"member": member, "guild_id": guild, "guild": {"id": guild, "locale": "en-US", "features": []}} if guild else {"user": who}
    return {
        "id": asked.id,
        "application_id": asked.application,
        "type": kind,
        "token": asked.token,
        "version": 1,
        "data": data,
        "channel_id": channel["id"],
        "channel": channel | {"permissions": EVERYTHING},
        "app_permissions": EVERYTHING,
        "locale": "en-US",
        "guild_locale": "en-US",
        "entitlements": [],
        "attachment_size_limit": 10 * 2**20,
        "authorizing_integration_owners": {"0": guild or "0"},
        "context": 0 if guild else 1,
        **whom,
    }
