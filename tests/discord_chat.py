"""Somebody who types slash commands and presses buttons: the dispatch of the program in the virtual Discord of simcord."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from unittest.mock import patch

import pytest
from conftest import NOW
from discord import Embed, Permissions
from simcord import interactions
from simcord.env import Env
from simcord.interactions import base_payload

from bot.commands.desk import Answer, Desk, Request
from bot.commands.together import Together
from bot.core.chats.ports import Outcome, Outgoing, Sent
from bot.platforms.discord.dispatch import Dispatch
from bot.platforms.discord.wire import DiscordClient
from storage.engine.database import Database


class Program(DiscordClient):
    """The client with its dispatch, from login to close; `introduce` is done by the test, and before anybody types."""

    def __init__(self, desk: Desk, chat: "Chatting") -> None:
        super().__init__("token")
        self.desk = desk
        self.chat = chat
        self.answering: Dispatch | None = None

    async def setup_hook(self) -> None:
        dispatch = Dispatch(self, self.desk, admins=self.chat.admins, answer=self.chat.answer, clock=self.chat.clock)
        self.answering = self.receiver = await dispatch.__aenter__()
        await dispatch.introduce()

    async def close(self) -> None:
        if self.answering is not None:
            await self.answering.__aexit__(None, None, None)
        self.answering = self.receiver = None
        await super().close()


@dataclass
class Chatting:
    """A virtual Discord with a server, a channel, one who runs it and one who only reads; `sent` is what went by the outbox."""

    desk: Desk
    admins: list[int] = field(default_factory=list)
    sent: list[Outgoing] = field(default_factory=list)
    now: datetime = NOW
    env: Any = None
    guild: Any = None
    channel: Any = None
    boss: Any = None
    reader: Any = None

    def clock(self) -> datetime:
        return self.now

    async def answer(self, outgoing: Outgoing) -> Outcome:
        self.sent.append(outgoing)
        return Sent(message_id=str(900_000 + len(self.sent)))

    def program(self) -> Program:
        return Program(self.desk, self)

    async def restart(self) -> None:
        """End the program and start another, which knows only what is stored."""
        await self.env.restart_bot(self.program())


@asynccontextmanager
async def chatting(
    database: Database, dress: Callable[[Desk], Desk] = lambda desk: desk, *, settled_within: float = 5.0
) -> AsyncIterator[Chatting]:
    """Run the program until this ends; whatever it does is to be done within so many seconds of the real clock."""
    here = Chatting(dress(Desk(database=database, version="1.2.3")))
    with patch.object(interactions, "base_payload", _as_member):
        env = Env(here.program(), settle_timeout=settled_within)
        await env.start()
        try:
            here.env = env
            here.guild = env.create_guild("Harbour watch")
            here.channel = here.guild.create_text_channel("news")
            role = here.guild.create_role("Runners", permissions=Permissions(manage_guild=True))
            here.boss = here.guild.add_member(env.create_user("Olena"), roles=[role])
            here.reader = here.guild.add_member(env.create_user("Borys"))
            yield here
        finally:
            await env.shutdown()
        env.raise_errors()


def _as_member(*given: Any, **more: Any) -> Any:
    """Say, as Discord does and simcord does not, that the bot is asked as a member of the server (Interaction Structure)."""
    record, payload = base_payload(*given, **more)
    if guild := payload.get("guild_id"):
        payload["authorizing_integration_owners"] = {"0": guild}
    return record, payload


def shown(message: Any) -> str:
    """What somebody reads in a message: its text and its embeds."""
    embeds: list[Embed] = message.embeds
    return "\n".join(filter(None, [message.content, *(f"{each.title or ''}\n{each.description or ''}" for each in embeds)]))


def labels(message: Any) -> list[str]:
    """The buttons of a message and the options of its menus, in their order."""
    items = [item for row in message.components for item in row["components"]]
    return [each["label"] for item in items for each in item.get("options", [item])]


def answering(monkeypatch: pytest.MonkeyPatch, answer: Answer, seconds: float = 0.0) -> list[Request]:
    """Let every line be answered with this, after a while; gives what was asked."""
    asked: list[Request] = []

    async def respond(_self: Together, request: Request) -> Answer:
        asked.append(request)
        await asyncio.sleep(seconds)
        return answer

    monkeypatch.setattr(Together, "respond", respond)
    return asked
