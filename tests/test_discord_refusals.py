"""What Discord refuses although the bot seems to have every right, and what it takes again later without saying so; FAULTS row 31."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from conftest import NOW
from discord import Permissions
from discord_harbour import Harbour, address_of, anchored, followed

from bot.platforms.discord.failures import LOCKED, THREAD_SHUT
from storage.chats import chats
from storage.engine.database import Database

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
EMBED = Permissions(embed_links=True)


@pytest.fixture
async def harbour(database: Database) -> AsyncIterator[Harbour]:
    async with anchored(database) as harbour:
        yield harbour


async def test_a_refusal_despite_all_rights_is_told_to_the_owner_once(harbour: Harbour) -> None:
    """FAULTS row 31: a private thread without the bot, or what no setting shows."""
    async with followed(harbour):
        assert harbour.here is not None
        channel = harbour.here.client.get_channel(int(harbour.channel["id"]))
        for times in (1, 2):
            harbour.here.client.dispatch("refused", channel)
            await harbour.api.until(partial(harbour.has_noted, "refused", times))
        (told,) = harbour.heard(harbour.owner)
        assert "#news" in told


async def test_a_refusal_for_a_right_that_is_known_to_be_missing_is_told_with_its_name_alone(harbour: Harbour) -> None:
    async with followed(harbour):
        assert harbour.here is not None
        await harbour.deny(harbour.channel, EMBED)
        await harbour.api.until(lambda: harbour.heard(harbour.owner) != [])
        harbour.here.client.dispatch("refused", harbour.here.client.get_channel(int(harbour.channel["id"])))
        await harbour.api.until(lambda: harbour.notes.times("refused") == 1)
        (told,) = harbour.heard(harbour.owner)
        assert "Embed Links" in told


@pytest.mark.parametrize(("reason", "after"), [(THREAD_SHUT[LOCKED], None), ("The thread was deleted.", "The thread was deleted.")])
async def test_a_thread_that_is_unlocked_is_served_again(harbour: Harbour, reason: str, after: str | None) -> None:
    async with followed(harbour):
        async with harbour.database.write() as connection:
            chat = await chats.find(connection, address_of(harbour.thread))
            assert chat is not None
            await chats.pause(connection, chat.id, reason, NOW)
        about = harbour.thread["thread_metadata"]
        about["locked"] = True
        await harbour.api.gateway.tell("THREAD_UPDATE", harbour.thread)
        about["locked"] = False
        await harbour.told("THREAD_UPDATE", harbour.thread, "thread opened")
        assert harbour.notes.times("thread opened") == 1
        assert await harbour.paused(harbour.thread) == after


async def test_when_a_time_out_of_the_bot_ends_its_channels_are_served_again(harbour: Harbour) -> None:
    """Discord tells when it begins, and not when it ends."""
    async with followed(harbour, clock=lambda: datetime.now(UTC)):
        until = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
        member = {"user": harbour.api.world.me, "roles": [], "joined_at": until, "deaf": False, "mute": False, "flags": 0}
        await harbour.told(
            "GUILD_MEMBER_UPDATE", member | {"guild_id": harbour.guild["id"], "communication_disabled_until": until}, "changed"
        )
        assert "Send Messages" in str(await harbour.paused(harbour.channel))
        await harbour.api.until(lambda: harbour.notes.times("changed") == 2)
        assert await harbour.paused(harbour.channel) is None


async def test_a_thread_that_was_unlocked_while_nobody_listened_is_served_again(harbour: Harbour) -> None:
    async with harbour.database.write() as connection:
        chat = await chats.find(connection, address_of(harbour.thread))
        assert chat is not None
        await chats.pause(connection, chat.id, THREAD_SHUT[LOCKED], NOW)
    async with followed(harbour):
        assert await harbour.paused(harbour.thread) is None


async def test_channels_that_are_refused_stay_paused_until_something_changes(harbour: Harbour) -> None:
    """What tells of a refusal comes before or behind what pauses the channel."""
    async with followed(harbour):
        assert harbour.here is not None
        async with harbour.database.write() as connection:
            for place in (harbour.channel, harbour.forum):
                chat = await chats.find(connection, address_of(place))
                assert chat is not None
                await chats.pause(connection, chat.id, "The bot may not write in this channel.", NOW)
        for place in (harbour.channel, harbour.forum):
            harbour.here.client.dispatch("refused", harbour.here.client.get_channel(int(place["id"])))
        await harbour.api.until(partial(harbour.has_noted, "refused", 2))
        assert None not in [await harbour.paused(place) for place in (harbour.channel, harbour.forum)]
        role = harbour.guild["roles"][0]
        await harbour.told("GUILD_ROLE_UPDATE", {"guild_id": harbour.guild["id"], "role": role}, "changed")
        assert [await harbour.paused(place) for place in (harbour.channel, harbour.forum)] == [None, None]
