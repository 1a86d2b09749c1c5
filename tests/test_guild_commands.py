"""What a server settles for itself and its channels: who may, what is remembered, and that nobody else has these commands."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from message_reading import check_answer, text_of

from bot.commands import guild_channels
from bot.commands.desk import Answer, Desk, Guild, Place, Request
from bot.commands.guild import _role
from bot.commands.registry import respond
from bot.commands.screens import repeats
from bot.core.chats.chat import Address, ChatKind, Quiet
from bot.core.errors import UsageError
from bot.core.phase import Phase
from bot.platforms.console.facts import to_json
from storage.chats import chats, guilds
from storage.chats.guilds import Role
from storage.engine.database import Database

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HARBOUR = Place(address=Address(platform="discord", chat="300"), kind=ChatKind.GROUP, name="harbour")
DOCKS = Place(address=Address(platform="discord", chat="301"), kind=ChatKind.GROUP, name="docks", language="en")
OWNER, MEMBER = Guild(id="100", is_run=True), Guild(id="100", is_run=False)
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database=database, version="1.2.3", zone="Europe/Kyiv")


async def check(
    desk: Desk, typed: str, *expected: str, failed: bool = False, guild: Guild | None = OWNER, place: Place = HARBOUR, runs: bool = True
) -> Answer:
    """Ask, and look for each expected piece of text in the order given."""
    request = Request(text=typed, now=NOW, place=place, guild=guild, runs_chat=runs, is_admin=False)
    answer = await respond(desk, request)
    check_answer(answer, *expected, failed=failed)
    to_json(answer.facts)
    return answer


async def test_threads_are_on_in_the_channel_that_wants_them(desk: Desk) -> None:
    await check(desk, "/threads", "Cards here open no threads.")
    await check(desk, "/threads ON", "Each new card here opens a thread.", guild=MEMBER)
    assert guild_channels.is_threaded(desk.database, replace(HARBOUR.address, thread="9"))
    assert not guild_channels.is_threaded(desk.database, DOCKS.address)
    await check(desk, "/threads off", "Cards here open no threads.")
    assert not guild_channels.is_threaded(desk.database, HARBOUR.address)
    await check(desk, "/threads perhaps", "Say on or off.", "Usage: /threads", failed=True)
    await check(desk, "/threads on", "for those who run this chat", failed=True, runs=False)


@SQLITE
async def test_what_channels_wish_is_known_after_a_restart(desk: Desk) -> None:
    await check(desk, "/threads on")
    await check(desk, "/pingrole 71 Harbour watch")
    guild_channels._known.clear()
    assert not guild_channels.is_threaded(desk.database, HARBOUR.address)
    await guild_channels.read(desk.database, "discord")
    assert guild_channels.is_threaded(desk.database, HARBOUR.address)
    assert guild_channels.pinged(desk.database, HARBOUR.address, Phase.BREAKING) == "71"


async def test_a_role_is_called_only_where_and_when_it_was_said(desk: Desk) -> None:
    await check(desk, "/pingrole", "New cards here call nobody.")
    await check(desk, "/pingrole 71 Harbour\n watch", "breaking events call Harbour watch.")
    await check(desk, "/pingrole developing <@&72> Desk", "breaking events call Harbour watch.", "developing events call Desk.")
    assert [guild_channels.pinged(desk.database, HARBOUR.address, phase) for phase in Phase] == ["71", "72", None]
    assert guild_channels.pinged(desk.database, DOCKS.address, Phase.BREAKING) is None
    await check(desk, "/pingrole off", "developing events call Desk.")
    assert guild_channels.pinged(desk.database, HARBOUR.address, Phase.BREAKING) is None


@SQLITE
async def test_a_role_that_would_not_hear_its_call_is_named(desk: Desk) -> None:
    deaf = replace(OWNER, uncallable=frozenset({"71"}))
    await check(desk, "/pingrole 71 Harbour watch", "breaking events call Harbour watch.", "Harbour watch would not hear", guild=deaf)
    told = await check(desk, "/pingrole developing 72 Desk", "Harbour watch would not hear", guild=deaf)
    assert "Desk would not hear" not in text_of(told)
    assert "would not hear" not in text_of(await check(desk, "/pingrole"))


@SQLITE
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("/pingrole 100 everyone", "That would be everybody"),
        ("/pingrole breaking <@&100>", "That would be everybody"),
        ("/adminrole 00100", "That would be everybody"),
        ("/pingrole @everyone", "is no role"),
        ("/pingrole fading 71", "is no role"),
        ("/pingrole developing", "Which role?"),
        ("/adminrole ²", "is no role"),
        ("/adminrole " + "7" * 30, "is no role"),
        ("/defaults there", "Say here or off."),
    ],
)
async def test_what_is_no_role_of_some_is_refused(desk: Desk, typed: str, expected: str) -> None:
    """FAULTS row 17: nothing that people or feeds write calls everybody."""
    await check(desk, typed, expected, failed=True)
    assert await _whole(desk) == (None, {})


@SQLITE
@pytest.mark.parametrize("typed", ["/adminrole 71 Friends", "/pingrole 71 Friends", "/defaults here", "/adminrole off"])
async def test_who_does_not_manage_the_server_settles_nothing_for_all_of_it(desk: Desk, typed: str) -> None:
    """Who only has the admin role gives nobody else a role, and calls nobody whom they could not call."""
    await check(desk, "/adminrole 70 Editors", "has the role Editors")
    await check(desk, typed, "Only who manages the server settles that.", failed=True, guild=MEMBER)
    assert await _whole(desk) == (Role(id="70", name="Editors"), {})
    await check(desk, typed.split(maxsplit=1)[0], guild=MEMBER)


async def _whole(desk: Desk) -> tuple[Role | None, dict[Phase, Role]]:
    async with desk.database.read() as connection:
        whole = await guilds.get(connection, "discord", "100")
        return whole.admin_role, dict((await guilds.of_channel(connection, HARBOUR.address)).pings)


async def test_new_channels_begin_as_the_one_that_was_named_and_old_ones_stay(desk: Desk) -> None:
    await check(desk, "/timezone Lisbon", place=DOCKS)
    for typed in ("/timezone Tokyo", "/quiet 22:00-07:00", "/language uk"):
        await check(desk, typed)
    await check(desk, "/defaults", "New channels begin with the zone Europe/Kyiv")
    await check(desk, "/defaults here", "Asia/Tokyo; quiet hours: 22:00-07:00.", "Українська")
    quay = replace(DOCKS, address=Address(platform="discord", chat="302"))
    elsewhere = replace(DOCKS, address=Address(platform="discord", chat="400"))
    await check(desk, "/settings empty silence", place=quay, guild=MEMBER)
    await check(desk, "/settings empty silence", place=DOCKS)
    await check(desk, "/settings empty silence", place=elsewhere, guild=Guild(id="101", is_run=True))
    await check(desk, "/defaults off", "Europe/Kyiv")
    async with desk.database.read() as connection:
        kept = await chats.at(connection, [quay.address, DOCKS.address, elsewhere.address])
    begun = kept[quay.address]
    assert (begun.zone, begun.quiet, begun.language) == ("Asia/Tokyo", Quiet(1320, 420), "uk")
    assert [kept[place.address].zone for place in (DOCKS, elsewhere)] == ["Europe/Lisbon", "Europe/Kyiv"]


@SQLITE
async def test_outside_of_servers_and_on_other_platforms_there_are_no_such_commands(desk: Desk) -> None:
    for name in ("threads", "adminrole", "pingrole", "defaults"):
        await check(desk, f"/{name}", "channels of a server", failed=True, guild=None)
        group = replace(HARBOUR, address=Address(platform="telegram", chat="-100"))
        answer = await check(desk, f"/{name} off", f"There is no /{name}.", failed=True, place=group)
        assert f"Did you mean /{name}" not in text_of(answer)
        assert name not in text_of(await check(desk, "/help", place=group))
        await check(desk, "/help", f"/{name}")


@SQLITE
async def test_who_deletes_what_is_stored_of_a_channel_deletes_what_it_wished_but_not_from_a_thread(desk: Desk) -> None:
    await check(desk, "/threads on")
    await check(desk, "/pingrole 71 Harbour watch")
    await check(desk, "/privacy delete yes", place=replace(HARBOUR, address=replace(HARBOUR.address, thread="9")))
    assert guild_channels.is_threaded(desk.database, HARBOUR.address)
    await check(desk, "/privacy delete yes")
    assert not guild_channels.is_threaded(desk.database, HARBOUR.address)
    assert await _whole(desk) == (None, {})
    await guild_channels.read(desk.database, "discord")
    assert guild_channels.pinged(desk.database, HARBOUR.address, Phase.BREAKING) is None


@SQLITE
async def test_what_a_channel_and_its_server_wish_is_told_with_all_else_that_is_stored(desk: Desk) -> None:
    await check(desk, "/privacy", "Nothing is stored of this chat")
    await check(desk, "/threads on")
    await check(desk, "/pingrole 71 Harbour watch")
    async with desk.database.write() as connection:
        await guilds.note_lacks(connection, HARBOUR.address, "Send Messages")
    await check(desk, "/adminrole 70 Editors")
    wishes = ("each new card opens a thread", "call Harbour watch", "Send Messages", "for the whole server: its admin role Editors")
    told = await check(desk, "/privacy", *wishes)
    assert "Nothing is stored" not in text_of(told)
    await check(desk, "/privacy delete", "Delete everything?", "call Harbour watch")
    await check(desk, "/timezone Lisbon")
    await check(desk, "/privacy", "Europe/Lisbon", "call Harbour watch")
    await check(desk, "/privacy delete yes", "Nothing is stored of this chat any more.")
    assert "Harbour watch" not in text_of(await check(desk, "/privacy", "Nothing is stored of this chat", "Editors"))


@SQLITE
async def test_who_only_wished_something_deletes_something(desk: Desk) -> None:
    await check(desk, "/threads on")
    await check(desk, "/privacy delete yes", "Nothing is stored of this chat any more.")
    await check(desk, "/privacy delete yes", "Nothing was stored of this chat.")


def test_a_press_that_settles_something_is_not_repeated_by_turning_pages() -> None:
    assert [repeats(line) for line in ("/threads", "/threads on", "/adminrole off", "/pingrole off")] == [True, False, False, False]


@given(st.text(max_size=50) | st.from_regex(r"(<@&)?0?0?1?[0-9]{1,3}>?( .{0,200})?", fullmatch=True))
@example("1 \x1f")
def test_whatever_is_taken_for_a_role_is_one_and_not_everybody(text: str) -> None:
    try:
        role = _role(text, OWNER)
    except UsageError:
        return
    assert role.id == str(int(role.id)) != OWNER.id
    assert 1 <= len(role.name) <= 100


async def test_subscriptions_that_do_not_say_come_as_in_the_channel_that_was_named(desk: Desk) -> None:
    await check(desk, "/subscribe daily 06:45", "06:45")
    await check(desk, "/alerts 5")
    await check(desk, "/defaults here", "Digests come at 06:45 if nobody says when.", "Alerts come from 5 reports")
    await check(desk, "/subscribe", "06:45", place=DOCKS)
    await check(desk, "/subscribe weekly friday 09:00", "09:00", place=DOCKS)
    await check(desk, "/subscribe breaking", "5 reports", place=DOCKS)
    quay = replace(DOCKS, address=Address(platform="discord", chat="302"))
    await check(desk, "/alerts on", "5 reports", place=quay)
    await check(desk, "/alerts 2", "2 reports", place=quay)
    await check(
        desk, "/subscribe", "08:00", place=replace(quay, address=Address(platform="discord", chat="400")), guild=Guild(id="9", is_run=True)
    )
