"""Who settles what on Discord, and whom new cards call: FAULTS rows 17 and 44."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import discord
import pytest
from discord import Permissions
from discord_api import DiscordApi
from discord_station import Notes, Station, station

from bot.commands.desk import Answer, Guild, Place
from bot.core.chats.chat import Address, ChatKind, DeliveryId, Reader
from bot.core.chats.ports import Limits, Outgoing, Sent
from bot.core.message import Message, Paragraph, Text
from bot.core.phase import Phase
from bot.platforms.discord.destination import Discord
from bot.platforms.discord.rights import Rights, address_of
from storage.chats import guilds
from storage.chats.guilds import GuildWishes, Role
from storage.engine.database import Database

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NOBODY, READER = Permissions.none(), Permissions(view_channel=True)


@dataclass
class Asking(Notes):
    """Keeps the interactions that arrive."""

    asked: list[discord.Interaction[Any]] = field(default_factory=list)

    async def interaction(self, interaction: discord.Interaction[Any]) -> None:
        self.asked.append(interaction)


@dataclass
class Here:
    """A server with one role, and a bot that listens there."""

    station: Station
    rights: Rights
    guild: dict[str, Any]
    channel: dict[str, Any]
    role: dict[str, Any]

    @property
    def api(self) -> DiscordApi:
        return self.station.api

    async def asks(
        self, permissions: Permissions = NOBODY, *, roles: tuple[str, ...] = (), is_installed: bool = True, **more: str
    ) -> discord.Interaction[Any]:
        """Somebody who may so much uses a command."""
        notes = self.station.client.receiver
        assert isinstance(notes, Asking)
        who = self.api.world.person("Ada")
        member = {"user": who, "roles": list(roles), "joined_at": "2026-11-22T20:00:00+00:00", "deaf": False, "mute": False, "flags": 0}
        member["permissions"] = str(permissions.value)
        owners = {"0": self.guild["id"]} if is_installed else {"1": who["id"]}
        count = len(notes.asked)
        data = {"id": "1", "name": "news", "type": 1}
        await self.api.interact(2, who, self.channel, data, member=member, authorizing_integration_owners=owners, **more)
        await self.api.until(lambda: len(notes.asked) > count)
        return notes.asked[-1]

    async def place(self, interaction: discord.Interaction[Any], channel: dict[str, Any]) -> Place | Answer:
        found = self.station.client.get_channel(int(channel["id"]))
        assert isinstance(found, discord.abc.GuildChannel)
        assert isinstance(interaction.user, discord.Member)
        return await self.rights.place_of(found, interaction.user)


@pytest.fixture
async def here(database: Database) -> AsyncIterator[Here]:
    async with DiscordApi() as api:
        guild = api.world.guild("Harbour watch", api.world.person("Olena"))
        everyone = guild["roles"][0]
        everyone["permissions"] = str(
            Permissions.all().value & ~Permissions(administrator=True, manage_guild=True, manage_channels=True).value
        )
        role = everyone | {"id": api.world.new_id(), "name": "Editors", "permissions": "0", "position": 1}
        guild["roles"].append(role)
        channel = api.world.channel(guild, "news")
        async with station(api) as opened:
            opened.client.receiver = Asking()
            await api.until(lambda: opened.client.get_guild(int(guild["id"])) is not None)
            yield Here(opened, Rights(database), guild, channel, role)


@pytest.mark.parametrize(
    ("permissions", "runs", "runs_guild"),
    [
        (Permissions(manage_guild=True), True, True),
        (Permissions(administrator=True), True, True),
        (Permissions(manage_channels=True), True, False),
        (Permissions(manage_messages=True, manage_roles=True, mention_everyone=True), False, False),
        (NOBODY, False, False),
    ],
)
async def test_who_manages_the_server_or_the_channel_settles_how_it_is_served(
    here: Here, permissions: Permissions, *, runs: bool, runs_guild: bool
) -> None:
    asked = await here.asks(permissions)
    assert await here.rights.runs(asked) is runs
    assert here.rights.guild_of(asked) == Guild(id=here.guild["id"], is_run=runs_guild)


async def test_which_roles_would_not_hear_a_call_is_known(here: Here) -> None:
    """Discord: a role is called by whoever has the right for all roles, others only if everybody may mention it."""
    may, may_not = Permissions.all(), Permissions(send_messages=True)
    for mentionable, permissions, expected in ((False, may, set()), (False, may_not, {here.role["id"]}), (True, may_not, set())):
        here.role["mentionable"] = mentionable
        await here.api.gateway.tell("GUILD_ROLE_UPDATE", {"guild_id": here.guild["id"], "role": here.role})
        guild = here.rights.guild_of(await here.asks(app_permissions=str(permissions.value)))
        assert guild is not None
        assert guild.uncallable - {here.guild["id"]} == expected


async def test_bearers_of_the_admin_role_settle_channels_and_nothing_for_the_whole_server(here: Here, database: Database) -> None:
    asked = await here.asks(roles=(here.role["id"],))
    assert not await here.rights.runs(asked)
    async with database.write() as connection:
        await guilds.save(connection, "discord", here.guild["id"], GuildWishes(admin_role=Role(id=here.role["id"], name="Editors")))
    assert await here.rights.runs(asked)
    assert here.rights.guild_of(asked) == Guild(id=here.guild["id"], is_run=False)
    assert not await here.rights.runs(await here.asks())


async def test_where_the_bot_is_no_member_nobody_settles_anything(here: Here) -> None:
    asked = await here.asks(Permissions.all(), is_installed=False)
    assert here.rights.guild_of(asked) is None
    assert not await here.rights.runs(asked)


async def test_another_channel_is_managed_by_who_runs_that_one_too(here: Here) -> None:
    secret = here.api.world.channel(here.guild, "secret")
    hidden = [{"id": here.guild["id"], "type": 0, "allow": "0", "deny": str(READER.value)}]
    secret["permission_overwrites"] = hidden
    for channel in (secret, here.api.world.channel(here.guild, "rooms", 4)):
        await here.api.gateway.tell("CHANNEL_CREATE", channel)
    await here.api.until(lambda: here.station.client.get_channel(int(secret["id"])) is not None)
    nobody = await here.place(await here.asks(), here.channel)
    assert isinstance(nobody, Answer)
    assert nobody.failed
    unseen = await here.place(await here.asks(Permissions(manage_guild=True)), secret)
    assert isinstance(unseen, Answer)
    assert "secret" not in str(unseen.message)


async def test_an_editor_manages_another_channel_if_the_bot_can_write_there(here: Here, database: Database) -> None:
    async with database.write() as connection:
        await guilds.save(connection, "discord", here.guild["id"], GuildWishes(admin_role=Role(id=here.role["id"], name="Editors")))
    asked = await here.asks(roles=(here.role["id"],))
    place = await here.place(asked, here.channel)
    assert place == Place(address=Address(platform="discord", chat=here.channel["id"]), kind=ChatKind.GROUP, name="news", language="en")
    mute = Permissions(send_messages=True).value
    here.channel["permission_overwrites"] = [{"id": here.guild["id"], "type": 0, "allow": "0", "deny": str(mute)}]
    await here.api.gateway.tell("CHANNEL_UPDATE", here.channel)
    known = here.station.client.get_channel(int(here.channel["id"]))
    assert isinstance(known, discord.TextChannel)
    await here.api.until(lambda: not known.permissions_for(known.guild.me).send_messages)
    refused = await here.place(asked, here.channel)
    assert isinstance(refused, Answer)
    assert "Send Messages" in str(refused.message)
    rooms = here.api.world.channel(here.guild, "rooms", 4)
    await here.api.gateway.tell("CHANNEL_CREATE", rooms)
    await here.api.until(lambda: here.station.client.get_channel(int(rooms["id"])) is not None)
    assert "category" in str(await here.place(asked, rooms))


async def test_the_address_of_a_thread_is_that_of_its_channel_and_its_own(here: Here) -> None:
    thread = here.api.world.thread(here.channel, "strike")
    await here.api.gateway.tell("THREAD_CREATE", thread)
    await here.api.until(lambda: here.station.client.get_channel(int(thread["id"])) is not None)
    known = here.station.client.get_channel(int(thread["id"]))
    assert isinstance(known, discord.Thread)
    assert address_of(known) == Address(platform="discord", chat=here.channel["id"], thread=thread["id"])


async def test_only_new_cards_call_the_role_and_nobody_else(here: Here) -> None:
    """FAULTS row 17."""
    platform = Discord(
        here.station.client,
        Limits(),
        threaded=lambda _: False,
        pinged=lambda _, phase: "77" if phase is Phase.BREAKING else None,
    )
    card = Outgoing(
        delivery_id=DeliveryId(1),
        address=Address(platform="discord", chat=here.channel["id"]),
        kind=ChatKind.GROUP,
        reader=Reader(zone="UTC"),
        message=Message((Paragraph((Text("@everyone <@&78> strike"),)),), phase=Phase.BREAKING),
        nonce="one",
    )
    others = (
        replace(card, nonce="two", message=replace(card.message, phase=Phase.DEVELOPING)),
        replace(card, nonce="three", message=replace(card.message, phase=None)),
        replace(card, nonce="four", is_silent=True),
        replace(card, nonce="five", is_plain=True),
        replace(card, nonce="six", delivery_id=None),
    )
    outcomes = [await platform.deliver(each) for each in (card, *others)]
    (first,) = [each for each in outcomes[:1] if isinstance(each, Sent)]
    outcomes.append(await platform.deliver(replace(card, nonce="seven", edits=first.message_id)))
    outcomes.append(await platform.deliver(replace(card, nonce="eight", reply_to=first.message_id)))
    assert all(isinstance(each, Sent) for each in outcomes)
    calls = [call.body for call in here.api.calls if "/messages" in call.path and call.method in {"POST", "PATCH"}]
    assert len(calls) == 8
    assert calls[0]["content"] == "<@&77>"
    assert calls[0]["allowed_mentions"] == {"parse": [], "roles": [77]}
    assert all(call["allowed_mentions"] == {"parse": []} for call in calls[1:] if "allowed_mentions" in call)
    assert all("<@&77>" not in str(call) for call in calls[1:])
