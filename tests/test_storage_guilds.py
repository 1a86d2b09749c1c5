"""What servers and their channels wish, as both engines keep it."""

from bot.core.chats.chat import Address, Quiet
from bot.core.phase import Phase
from storage.chats import guilds
from storage.chats.guilds import Beginning, ChannelWishes, GuildWishes, Role
from storage.engine.database import Database

HARBOUR = Role(id="71", name="Harbour watch")
HERE = Address(platform="discord", chat="4711")
INSIDE = Address(platform="discord", chat="4711", thread="4712")


async def test_a_server_wishes_nothing_until_somebody_says_so(database: Database) -> None:
    whole = GuildWishes(admin_role=HARBOUR, beginning=Beginning(zone="Europe/Kyiv", language="uk", quiet=Quiet(1320, 420)))
    async with database.write() as connection:
        assert await guilds.get(connection, "discord", "1") == GuildWishes()
        await guilds.save(connection, "discord", "1", whole)
        assert await guilds.get(connection, "discord", "1") == whole
        assert await guilds.get(connection, "discord", "2") == GuildWishes()
        await guilds.save(connection, "discord", "1", GuildWishes(beginning=Beginning(zone="UTC")))
    async with database.read() as connection:
        assert await guilds.get(connection, "discord", "1") == GuildWishes(beginning=Beginning(zone="UTC"))


async def test_a_channel_and_its_threads_wish_the_same(database: Database) -> None:
    async with database.write() as connection:
        await guilds.thread(connection, INSIDE, is_threaded=True)
        await guilds.ping(connection, HERE, Phase.BREAKING, HARBOUR)
        await guilds.ping(connection, INSIDE, Phase.DEVELOPING, HARBOUR)
        await guilds.ping(connection, HERE, Phase.DEVELOPING, None)
    async with database.read() as connection:
        kept = ChannelWishes(is_threaded=True, pings={Phase.BREAKING: HARBOUR})
        assert await guilds.of_channel(connection, HERE) == await guilds.of_channel(connection, INSIDE) == kept
        assert await guilds.of_channels(connection, "discord") == {"4711": kept}
        assert await guilds.of_channels(connection, "telegram") == {}


async def test_what_is_lacking_is_new_once(database: Database) -> None:
    """FAULTS row 31: a missing right is told once, whatever restarts lie between."""
    async with database.write() as connection:
        assert not await guilds.note_lacks(connection, HERE, None)
        assert await guilds.note_lacks(connection, HERE, "Send Messages")
        assert not await guilds.note_lacks(connection, HERE, "Send Messages")
        await guilds.thread(connection, HERE, is_threaded=True)
        assert await guilds.note_lacks(connection, HERE, "View Channel")
        assert await guilds.note_lacks(connection, HERE, None)
        assert await guilds.of_channel(connection, HERE) == ChannelWishes(is_threaded=True)


async def test_a_channel_that_is_forgotten_wishes_nothing_any_more(database: Database) -> None:
    other = Address(platform="discord", chat="4713")
    async with database.write() as connection:
        for address in (HERE, other):
            await guilds.thread(connection, address, is_threaded=True)
            await guilds.ping(connection, address, Phase.BREAKING, HARBOUR)
        await guilds.forget(connection, HERE)
        assert await guilds.of_channel(connection, HERE) == ChannelWishes()
        assert (await guilds.of_channel(connection, other)).is_threaded
