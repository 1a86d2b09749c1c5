"""What is remembered of screens and dialogues, on each engine."""

from dataclasses import replace
from datetime import timedelta

from chat_samples import NOW, after, chat

from bot.core.chats.chat import Address, ChatKind
from bot.core.chats.screen import Dialogue, Level, Screen
from storage.chats import chat_moves, screens
from storage.engine.database import Connection, Database

HERE = Address(platform="telegram", chat="42")
THERE = Address(platform="telegram", chat="-1001")
CHANNEL = Address(platform="telegram", chat="-1009")
LEVELS = (Level(line="/latest 5", page=2), Level(line="/follow 3", kept='{"blocks":[]}'))


def screen(message_id: str = "7", *, address: Address = HERE, about: Address | None = None, levels: tuple[Level, ...] = LEVELS) -> Screen:
    return Screen(
        address=address,
        message_id=message_id,
        asker="99",
        about=about or address,
        kind=ChatKind.PRIVATE,
        name="Ada",
        language="uk",
        levels=levels,
        shown_at=NOW,
    )


def dialogue(*, address: Address = HERE, person: str = "99", about: Address | None = None) -> Dialogue:
    return Dialogue(
        address=address,
        person=person,
        line="/timezone",
        prompt_id="8",
        expires_at=after(600),
        about=about or address,
        kind=ChatKind.CHANNEL,
        name="Harbour news",
        language=None,
    )


async def known(connection: Connection) -> list[str]:
    """The ids of all screens that are remembered in the three chats of these tests."""
    ids = [str(number) for number in range(1, 20)]
    return [each for address in (HERE, THERE, CHANNEL) for each in ids if await screens.get(connection, address, each)]


async def test_a_screen_is_remembered_to_the_letter(database: Database) -> None:
    hostile = screen(levels=(Level(line='/search "\0\ud800💣 ' + "я" * 5_000, page=3), *LEVELS))
    async with database.write() as connection:
        await screens.add(connection, [screen(), hostile, screen("8")])  # the same message twice: the last one counts
    async with database.read() as connection:
        assert await screens.get(connection, HERE, "7") == hostile
        assert await screens.get(connection, HERE, "8") == screen("8")
        assert await screens.get(connection, THERE, "7") is None


async def test_a_screen_changes_and_a_forgotten_one_stays_forgotten(database: Database) -> None:
    """Whoever has all deleted that is stored does so by pressing a button of a screen."""
    async with database.write() as connection:
        await screens.add(connection, [screen()])
        changed = replace(screen(), levels=LEVELS[:1], shown_at=after(5))
        await screens.save(connection, changed)
        assert await screens.get(connection, HERE, "7") == changed
        await screens.forget(connection, HERE)
        await screens.save(connection, changed)
        assert await screens.get(connection, HERE, "7") is None
        await screens.add(connection, [screen()])
        await screens.remove(connection, HERE, "7")
        assert await known(connection) == []


async def test_a_screen_is_the_same_in_every_topic(database: Database) -> None:
    """An old message comes without its topic; its id is one of the chat."""
    topic = replace(THERE, thread="17")
    async with database.write() as connection:
        await screens.add(connection, [screen(address=topic)])
        found = await screens.get(connection, THERE, "7")
        assert found == screen(address=topic)
        assert await screens.get(connection, topic, "7") == found


async def test_what_nobody_touched_is_forgotten(database: Database) -> None:
    async with database.write() as connection:
        await screens.add(connection, [screen("1"), replace(screen("2"), shown_at=after(10))])
        await screens.begin(connection, dialogue())
        await screens.prune(connection, after(10))
        assert await known(connection) == ["2"]
        assert await screens.open_dialogues(connection) == [(HERE, "99")]
        await screens.prune(connection, after(601))
        assert (await known(connection), await screens.open_dialogues(connection)) == ([], [])


async def test_a_dialogue_replaces_the_one_before_and_ends_once(database: Database) -> None:
    later = replace(dialogue(), line="/filter", prompt_id="9", expires_at=after(900), about=CHANNEL)
    async with database.write() as connection:
        await screens.begin(connection, dialogue())
        await screens.begin(connection, dialogue(person="100"))
        await screens.begin(connection, later)
        assert await screens.dialogue(connection, HERE, "99") == later
        assert await screens.dialogue(connection, replace(HERE, thread="1"), "99") is None
        assert sorted(person for _, person in await screens.open_dialogues(connection)) == ["100", "99"]
        assert [await screens.end(connection, HERE, "99"), await screens.end(connection, HERE, "99")] == [True, False]
        assert await screens.dialogue(connection, HERE, "100") is not None


async def test_who_has_all_deleted_leaves_no_screen_and_no_dialogue(database: Database) -> None:
    """Neither in the chat nor about it; those of others stay."""
    async with database.write() as connection:
        mine = await chat(connection, "42")
        await screens.add(connection, [screen("1"), screen("2", address=THERE, about=HERE), screen("3", address=THERE)])
        await screens.add(connection, [screen("4", address=replace(HERE, thread="5"))])
        await screens.begin(connection, dialogue())
        await screens.begin(connection, dialogue(address=THERE, about=HERE))
        await screens.begin(connection, dialogue(address=THERE, person="1"))
        await chat_moves.forget(connection, mine.id)
        assert await known(connection) == ["4", "3"]
        assert await screens.open_dialogues(connection) == [(THERE, "1")]


async def test_a_moved_chat_leaves_its_screens_behind_and_is_managed_on(database: Database) -> None:
    """FAULTS row 28: its messages have other ids there, so that a button of a card would be taken for one of a screen."""
    new = Address(platform="telegram", chat="-100777")
    async with database.write() as connection:
        group = await chat(connection, "-1001")
        topic = replace(THERE, thread="17")
        await chat(connection, "-1001", thread="17")
        await screens.add(connection, [screen("1", address=THERE), screen("2", address=topic), screen("3", about=THERE), screen("4")])
        await screens.begin(connection, dialogue(address=THERE))
        await screens.begin(connection, dialogue(about=topic))
        await chat_moves.move(connection, group.id, new, NOW + timedelta(seconds=1))
        assert await known(connection) == ["3", "4"]
        assert await screens.get(connection, HERE, "3") == screen("3", about=new)
        assert await screens.dialogue(connection, HERE, "99") == dialogue(about=replace(new, thread="17"))
        assert await screens.open_dialogues(connection) == [(HERE, "99")]
