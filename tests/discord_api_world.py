"""What there is on the Discord of the tests, in the words of its documentation: people, servers, channels, messages and interactions."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import discord

TEXT, DM, ANNOUNCEMENTS, PUBLIC_THREAD, FORUM = 0, 1, 5, 11, 15
EVERYTHING: Final = str((1 << 50) - 1)
STAMP: Final = "2026-11-22T20:00:00+00:00"
SERVER: Final[dict[str, Any]] = {
    "icon": None,
    "splash": None,
    "discovery_splash": None,
    "afk_channel_id": None,
    "afk_timeout": 300,
    "verification_level": 0,
    "default_message_notifications": 0,
    "explicit_content_filter": 0,
    "emojis": [],
    "stickers": [],
    "features": [],
    "mfa_level": 0,
    "application_id": None,
    "system_channel_id": None,
    "system_channel_flags": 0,
    "rules_channel_id": None,
    "vanity_url_code": None,
    "description": None,
    "banner": None,
    "premium_tier": 0,
    "preferred_locale": "en-US",
    "public_updates_channel_id": None,
    "nsfw_level": 0,
    "premium_progress_bar_enabled": False,
    "large": False,
    "voice_states": [],
    "presences": [],
    "stage_instances": [],
    "guild_scheduled_events": [],
    "soundboard_sounds": [],
    "joined_at": STAMP,
}
"""What every server says of itself and nobody here looks at."""


@dataclass
class World:
    """Ids rise; `channels` holds threads too, `messages` what is shown in each channel, `shown` all that anybody ever saw."""

    me: dict[str, Any]
    guilds: dict[str, dict[str, Any]] = field(default_factory=dict)
    channels: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    shown: list[dict[str, Any]] = field(default_factory=list)
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    commands: list[dict[str, Any]] = field(default_factory=list)
    nonces: dict[tuple[str, str], str] = field(default_factory=dict)
    _last_id: int = 0

    def new_id(self) -> str:
        """Give an id, which tells the time, as Discord's do."""
        self._last_id = max(self._last_id + 1, discord.utils.time_snowflake(datetime.now(UTC)))
        return str(self._last_id)

    def person(self, name: str) -> dict[str, Any]:
        """Make a person."""
        who = person(self.new_id(), name)
        self.people[who["id"]] = who
        return who

    def guild(self, name: str, owner: dict[str, Any]) -> dict[str, Any]:
        """Make a server that the bot is on, with the right to everything."""
        number = self.new_id()
        everyone = {"id": number, "name": "@everyone", "permissions": EVERYTHING, "position": 0} | ROLE
        guild = SERVER | {"id": number, "name": name, "owner_id": owner["id"], "roles": [everyone], "member_count": 2}
        self.guilds[number] = guild
        return guild

    def channel(self, guild: dict[str, Any], name: str, kind: int = TEXT, **more: Any) -> dict[str, Any]:
        """Make a channel or a thread of a server."""
        number = more.pop("id", None) or self.new_id()
        channel = {
            "id": number,
            "type": kind,
            "guild_id": guild["id"],
            "name": name,
            "position": len(self.channels),
            "permission_overwrites": [],
            "topic": None,
            "nsfw": False,
            "parent_id": None,
            "last_message_id": None,
            "rate_limit_per_user": 0,
            "flags": 0,
            **more,
        }
        self.channels[number] = channel
        self.messages[number] = {}
        return channel

    def thread(self, parent: dict[str, Any], name: str, number: str | None = None) -> dict[str, Any]:
        """Open a thread or a post."""
        about = {"archived": False, "auto_archive_duration": 4320, "archive_timestamp": STAMP, "locked": False}
        more = {"parent_id": parent["id"], "owner_id": self.me["id"], "thread_metadata": about, "message_count": 0, "member_count": 1}
        return self.channel(self.guilds[parent["guild_id"]], name, PUBLIC_THREAD, id=number, **more)

    def private(self, who: dict[str, Any]) -> dict[str, Any]:
        """Give the conversation with a person."""
        for channel in self.channels.values():
            if channel["type"] == DM and channel["recipients"][0]["id"] == who["id"]:
                return channel
        number = self.new_id()
        channel = {"id": number, "type": DM, "recipients": [who], "last_message_id": None, "flags": 0}
        self.channels[number] = channel
        self.messages[number] = {}
        return channel

    def whole(self, guild: dict[str, Any]) -> dict[str, Any]:
        """What GUILD_CREATE tells of a server."""
        mine = [channel for channel in self.channels.values() if channel.get("guild_id") == guild["id"]]
        threads = [channel for channel in mine if channel["type"] == PUBLIC_THREAD and not channel["thread_metadata"]["archived"]]
        me = {"user": self.me, "roles": [], "joined_at": STAMP, "deaf": False, "mute": False, "flags": 0}
        channels = [channel for channel in mine if channel["type"] != PUBLIC_THREAD]
        return guild | {"unavailable": False, "channels": channels, "threads": threads, "members": [me]}

    def active(self, guild: str) -> dict[str, Any]:
        """What there is of threads and posts that are open."""
        there = (channel for channel in self.channels.values() if channel.get("guild_id") == guild and channel["type"] == PUBLIC_THREAD)
        return {"threads": [each for each in there if not each["thread_metadata"]["archived"]], "members": []}

    def message(self, channel: str, said: dict[str, Any], number: str | None = None) -> dict[str, Any]:
        """Show a message of the bot."""
        message: dict[str, Any] = {
            "id": number or self.new_id(),
            "channel_id": channel,
            "type": 19 if said.get("message_reference") else 0,
            "author": self.me,
            "content": said.get("content") or "",
            "embeds": said.get("embeds") or [],
            "components": said.get("components") or [],
            "flags": said.get("flags") or 0,
            "timestamp": STAMP,
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [{**each, "content": None} for each in said.get("attachments") or ()],
            "pinned": False,
        }
        if "nonce" in said:
            message["nonce"] = said["nonce"]
        if said.get("message_reference"):
            message["message_reference"] = said["message_reference"]
        self.messages.setdefault(channel, {})[message["id"]] = message
        self.shown.append(message)
        return message


ROLE: Final[dict[str, Any]] = {"color": 0, "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None}, "hoist": False, "icon": None,
               "unicode_emoji": None, "managed": False, "mentionable": False, "flags": 0}  # fmt: skip


def person(number: str, name: str, *, is_bot: bool = False) -> dict[str, Any]:
    """Describe somebody."""
    return {"id": number, "username": name.lower(), "global_name": name, "discriminator": "0", "avatar": None, "bot": is_bot}
