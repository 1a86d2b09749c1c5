"""The bot comes onto servers, goes, and loses rights: channels are paused and served again, and people hear of it once; FAULTS row 31."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from discord import Permissions
from discord_api_world import STAMP
from discord_harbour import Harbour, address_of, anchored, followed, stored

from bot.commands import guild_channels
from bot.core.chats.chat import ChatKind
from storage.chats import guilds
from storage.engine.database import Database

VIEW, SEND, EMBED = Permissions(view_channel=True), Permissions(send_messages=True), Permissions(embed_links=True)
HISTORY, INSIDE = Permissions(read_message_history=True), Permissions(send_messages_in_threads=True)

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Where engines make no difference: each test waits two seconds for the library, which waits for more servers."""


@pytest.fixture
async def harbour(database: Database) -> AsyncIterator[Harbour]:
    async with anchored(database) as harbour:
        yield harbour


async def test_who_removes_the_bot_pauses_all_channels_and_who_adds_it_again_finds_them(harbour: Harbour) -> None:
    async with followed(harbour):
        await harbour.told("GUILD_DELETE", {"id": harbour.guild["id"]}, "left")
        for place in (harbour.channel, harbour.forum, harbour.thread):
            assert "not on this server any more" in str(await harbour.paused(place))
        whole = harbour.api.world.whole(harbour.guild)
        del whole["unavailable"]  # Only what comes back from an outage says so.
        await harbour.told("GUILD_CREATE", whole, "joined")
        assert [await harbour.paused(place) for place in (harbour.channel, harbour.forum, harbour.thread)] == [None] * 3
        assert not harbour.api.world.shown


@SQLITE
async def test_a_server_that_is_out_of_order_keeps_its_channels(harbour: Harbour) -> None:
    async with followed(harbour):
        await harbour.api.gateway.tell("GUILD_DELETE", {"id": harbour.guild["id"], "unavailable": True})
        role = harbour.guild["roles"][0]
        await harbour.told("GUILD_ROLE_UPDATE", {"guild_id": harbour.guild["id"], "role": role}, "changed")
        assert await harbour.paused(harbour.channel) is None


@SQLITE
async def test_rights_that_go_with_a_deleted_role_are_looked_at(harbour: Harbour) -> None:
    role = harbour.guild["roles"][0] | {"id": harbour.api.world.new_id(), "name": "Desk", "position": 1}
    async with followed(harbour):
        await harbour.api.gateway.tell("GUILD_ROLE_CREATE", {"guild_id": harbour.guild["id"], "role": role})
        await harbour.told("GUILD_ROLE_DELETE", {"guild_id": harbour.guild["id"], "role_id": role["id"]}, "changed")


@SQLITE
async def test_a_deleted_channel_is_gone_with_its_threads_and_a_deleted_thread_alone(harbour: Harbour) -> None:
    async with followed(harbour):
        gone = {"id": harbour.thread["id"], "guild_id": harbour.guild["id"], "parent_id": harbour.channel["id"], "type": 11}
        await harbour.told("THREAD_DELETE", gone, "thread deleted")
        assert [await harbour.paused(each) for each in (harbour.thread, harbour.channel)] == ["The thread was deleted.", None]
        await harbour.deny(harbour.channel)
        assert await harbour.paused(harbour.thread) == "The thread was deleted."
        await harbour.told("CHANNEL_DELETE", harbour.channel, "channel deleted")
        assert await harbour.paused(harbour.channel) == "The channel was deleted."
        assert await harbour.paused(harbour.forum) is None


@SQLITE
async def test_a_missing_right_is_named_to_the_owner_once_and_its_return_is_noticed(harbour: Harbour) -> None:
    async with followed(harbour):
        await harbour.deny(harbour.channel, SEND)
        await harbour.api.until(lambda: harbour.heard(harbour.owner) != [])
        assert await harbour.paused(harbour.channel) == "The bot lacks rights: Send Messages."
        (told,) = harbour.heard(harbour.owner)
        assert "Harbour watch" in told
        assert "#news" in told
        assert "Send Messages" in told
        assert "@" not in told
        await harbour.deny(harbour.channel, SEND)
        assert len(harbour.heard(harbour.owner)) == 1
        await harbour.deny(harbour.channel)
        assert [await harbour.paused(place) for place in (harbour.channel, harbour.thread)] == [None, None]
        assert len(harbour.heard(harbour.owner)) == 1


async def test_after_a_restart_nobody_is_told_a_second_time(harbour: Harbour) -> None:
    async with followed(harbour):
        await harbour.deny(harbour.channel, VIEW)
        await harbour.api.until(lambda: harbour.heard(harbour.owner) != [])
    async with followed(harbour):
        assert len(harbour.heard(harbour.owner)) == 1
        assert "View Channel" in str(await harbour.paused(harbour.channel))
        await harbour.deny(harbour.channel)
        assert [await harbour.paused(place) for place in (harbour.channel, harbour.thread)] == [None, None]


@SQLITE
async def test_what_changed_while_nobody_listened_is_seen_at_the_start(harbour: Harbour) -> None:
    lost = harbour.api.world.channel(harbour.guild, "lost")
    private = harbour.api.world.private(harbour.owner)
    await stored(harbour.database, lost)
    await stored(harbour.database, private, ChatKind.PRIVATE)
    del harbour.api.world.channels[lost["id"]]
    harbour.forum["permission_overwrites"] = [{"id": harbour.guild["id"], "type": 0, "allow": "0", "deny": str(EMBED.value)}]
    async with harbour.database.write() as connection:
        await guilds.thread(connection, address_of(harbour.channel), is_threaded=True)
    async with followed(harbour):
        assert "The channel is gone" in str(await harbour.paused(lost))
        assert "Embed Links" in str(await harbour.paused(harbour.forum))
        assert [await harbour.paused(place) for place in (harbour.channel, private)] == [None, None]
        assert guild_channels.is_threaded(harbour.database, address_of(harbour.channel))


@SQLITE
async def test_a_server_that_is_away_at_the_start_keeps_its_channels(harbour: Harbour) -> None:
    away = harbour.api.world.guild("Away", harbour.owner)
    channel = harbour.api.world.channel(away, "quay")
    await stored(harbour.database, channel)
    away["unavailable"] = True
    async with followed(harbour):
        assert await harbour.paused(channel) is None


@SQLITE
async def test_a_right_that_only_answers_need_is_named_and_nothing_is_paused(harbour: Harbour) -> None:
    async with followed(harbour):
        await harbour.deny(harbour.channel, HISTORY)
        await harbour.api.until(lambda: harbour.heard(harbour.owner) != [])
        assert "Read Message History" in harbour.heard(harbour.owner)[0]
        assert await harbour.paused(harbour.channel) is None


@SQLITE
async def test_in_threads_another_right_is_needed(harbour: Harbour) -> None:
    async with followed(harbour):
        await harbour.deny(harbour.channel, INSIDE)
        await harbour.api.until(lambda: harbour.heard(harbour.owner) != [])
        assert await harbour.paused(harbour.channel) is None
        assert "Send Messages in Threads" in str(await harbour.paused(harbour.thread))


@SQLITE
async def test_moderators_are_told_where_the_server_has_a_channel_for_them(harbour: Harbour) -> None:
    staff = harbour.api.world.channel(harbour.guild, "moderators")
    harbour.guild["public_updates_channel_id"] = staff["id"]
    async with followed(harbour):
        await harbour.deny(harbour.channel, SEND, EMBED)
        await harbour.api.until(lambda: harbour.api.texts(staff) != [])
        assert not harbour.heard(harbour.owner)


@SQLITE
async def test_an_owner_who_takes_no_messages_stops_nothing(harbour: Harbour) -> None:
    del harbour.api.world.people[harbour.owner["id"]]
    async with followed(harbour):
        await harbour.deny(harbour.channel, SEND)
        assert await harbour.paused(harbour.channel) is not None
        await harbour.deny(harbour.channel)
        assert await harbour.paused(harbour.channel) is None


@SQLITE
async def test_whoever_could_not_be_told_for_the_moment_is_told_at_the_next_look(harbour: Harbour) -> None:
    harbour.api.fault("POST", "/users/@me/channels", "503")
    async with followed(harbour):
        await harbour.deny(harbour.channel, SEND)
        assert await harbour.paused(harbour.channel) is not None
        assert not harbour.heard(harbour.owner)
        await harbour.deny(harbour.channel, SEND)
        assert len(harbour.heard(harbour.owner)) == 1
        await harbour.deny(harbour.channel, SEND)
        assert len(harbour.heard(harbour.owner)) == 1
        await harbour.deny(harbour.channel)
        assert [await harbour.paused(place) for place in (harbour.channel, harbour.thread)] == [None, None]


@SQLITE
async def test_a_thread_goes_on_whose_right_came_back_before_anybody_could_be_told(harbour: Harbour) -> None:
    harbour.api.fault("POST", "/users/@me/channels", "503")
    async with followed(harbour):
        await harbour.deny(harbour.channel, INSIDE)
        assert await harbour.paused(harbour.thread) is not None
        await harbour.deny(harbour.channel)
        assert await harbour.paused(harbour.thread) is None
        assert not harbour.heard(harbour.owner)


@SQLITE
async def test_hostile_names_of_channels_and_servers_call_nobody(harbour: Harbour) -> None:
    """FAULTS rows 16 and 17."""
    harbour.guild["name"] = "[x](https://evil.example) @everyone"
    harbour.channel["name"] = "<@1>"
    async with followed(harbour):
        await harbour.deny(harbour.channel, SEND)
        await harbour.api.until(lambda: harbour.heard(harbour.owner) != [])
        (call,) = harbour.api.made("POST", "/?channels/[0-9]+/messages")
        assert call.body["allowed_mentions"] == {"parse": []}
        assert "](https://evil" not in harbour.heard(harbour.owner)[0]
        assert "<@1>" not in harbour.heard(harbour.owner)[0]


@SQLITE
async def test_many_changes_at_a_time_are_looked_at_together(harbour: Harbour) -> None:
    async with followed(harbour):
        role = harbour.guild["roles"][0]
        async with harbour.database.write() as connection:
            await guilds.note_lacks(connection, address_of(harbour.channel), None)
            for _ in range(50):
                await harbour.api.gateway.tell("GUILD_ROLE_UPDATE", {"guild_id": harbour.guild["id"], "role": role})
            await asyncio.sleep(0.05)
        await harbour.api.until(lambda: harbour.notes.times("changed") == 50)
        assert await harbour.paused(harbour.channel) is None


@SQLITE
async def test_roles_that_the_bot_itself_is_given_or_loses_are_looked_at(harbour: Harbour) -> None:
    everyone = harbour.guild["roles"][0]
    role = everyone | {"id": harbour.api.world.new_id(), "name": "Slugline", "permissions": everyone["permissions"], "position": 1}
    harbour.guild["roles"].append(role)
    everyone["permissions"] = str(VIEW.value | HISTORY.value)
    member = {"guild_id": harbour.guild["id"], "user": harbour.api.world.me, "joined_at": STAMP, "flags": 0}
    async with followed(harbour):
        assert "Send Messages" in str(await harbour.paused(harbour.channel))
        await harbour.told("GUILD_MEMBER_UPDATE", member | {"roles": [role["id"]]}, "changed")
        assert [await harbour.paused(place) for place in (harbour.channel, harbour.thread, harbour.forum)] == [None] * 3
        await harbour.told("GUILD_MEMBER_UPDATE", member | {"roles": []}, "changed")
        assert "Send Messages" in str(await harbour.paused(harbour.forum))


@SQLITE
async def test_a_server_that_comes_back_from_an_outage_is_looked_at(harbour: Harbour) -> None:
    async with followed(harbour):
        await harbour.api.gateway.tell("GUILD_DELETE", {"id": harbour.guild["id"], "unavailable": True})
        harbour.channel["permission_overwrites"] = [{"id": harbour.guild["id"], "type": 0, "allow": "0", "deny": str(SEND.value)}]
        await harbour.told("GUILD_CREATE", harbour.api.world.whole(harbour.guild), "changed")
        assert "Send Messages" in str(await harbour.paused(harbour.channel))
