"""Whom the installation does not answer, as both engines keep it; and numbers of subscriptions, which no two ever have."""

from chat_samples import NOW, after, chat, subscribe

from storage.chats import bans, chat_moves, subscriptions
from storage.chats.bans import Ban
from storage.engine.database import Database


async def test_a_ban_is_there_until_it_is_taken_back(database: Database) -> None:
    async with database.write() as connection:
        assert await bans.add(connection, Ban(platform="telegram", subject="7", created_at=NOW))
        assert not await bans.add(connection, Ban(platform="telegram", subject="7", created_at=after(1)))
        assert await bans.add(connection, Ban(platform="telegram", subject="-1\0\ud800", created_at=after(2)))
    async with database.read() as connection:
        assert [(each.subject, each.created_at) for each in await bans.everybody(connection)] == [("-1�", after(2)), ("7", NOW)]
    async with database.write() as connection:
        assert not await bans.remove(connection, "discord", "7")
        assert await bans.remove(connection, "telegram", "7")
        assert not await bans.remove(connection, "telegram", "7")


async def test_the_number_of_a_subscription_that_ended_is_never_given_again(database: Database) -> None:
    """A button under an old message names the subscription that it ends."""
    seen = []
    async with database.write() as connection:
        for _ in range(3):
            here = await chat(connection)
            made = await subscribe(connection, here.id)
            seen.append(made.id)
            await subscriptions.remove(connection, made.id)
            seen.append((await subscribe(connection, here.id)).id)
            await chat_moves.forget(connection, here.id)
    assert len(set(seen)) == 6
    assert seen == sorted(seen)
