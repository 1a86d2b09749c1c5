"""Whom the installation does not answer, and who decides that."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from chat_samples import chat_at
from conftest import SHARING
from hypothesis import given, settings
from hypothesis import strategies as st
from message_reading import check_answer, commands_of

from bot.commands.access import is_banned
from bot.commands.desk import TERMINAL, Answer, Desk, Place, Request
from bot.commands.registry import respond
from bot.core.chats.chat import Address, ChatKind
from bot.platforms.console.facts import to_json
from storage.engine.database import Database

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ADMIN = Place(address=Address(platform="telegram", chat="1"), kind=ChatKind.PRIVATE, name="Ada")
GROUP = Place(address=Address(platform="telegram", chat="-100", thread="17"), kind=ChatKind.GROUP, name="Harbour watch")
ELSEWHERE = Place(address=Address(platform="discord", chat="7"), kind=ChatKind.PRIVATE, name="Grace")


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database=database, version="1")


async def check(desk: Desk, typed: str, *expected: str, failed: bool = False, place: Place = ADMIN, is_admin: bool = True) -> Answer:
    answer = await respond(desk, Request(text=typed, now=NOW, place=place, person="1", is_admin=is_admin))
    check_answer(answer, *expected, failed=failed)
    to_json(answer.facts)
    return answer


async def test_a_person_is_banned_everywhere_on_a_platform_until_allowed(desk: Desk) -> None:
    assert not await is_banned(desk, "7", GROUP)
    banned = await check(desk, "/ban 7", "telegram/7 is not answered any more.")
    assert await is_banned(desk, "7", GROUP)
    assert await is_banned(desk, "7", replace(ADMIN, address=Address(platform="telegram", chat="7")))
    assert not await is_banned(desk, "8", GROUP)
    assert not await is_banned(desk, "", GROUP)
    assert not await is_banned(desk, "7", ELSEWHERE)
    await check(desk, "/ban 7", "was banned already")
    listed = await check(desk, "/ban", "Not answered", "telegram/7", "since 2026-11-22")
    assert commands_of(listed) == ["/allow telegram/7"]
    await check(desk, banned.message.actions[0].command, "answered again")
    assert not await is_banned(desk, "7", GROUP)
    await check(desk, "/allow 7", "was not banned")
    await check(desk, "/ban", "Nobody is banned.")


async def test_a_banned_chat_is_sent_nothing_more_in_any_topic(desk: Desk) -> None:
    other = replace(GROUP, address=replace(GROUP.address, thread="18"))
    for place in (GROUP, other):
        await check(desk, "/subscribe 9", "Subscribed", place=place)
    await check(desk, "/ban -100", "has stopped")
    assert await is_banned(desk, "5", other)
    for place in (GROUP, other):
        assert (await chat_at(desk.database, place.address)).stopped_at == NOW
    await check(desk, "/allow -100", "answered again")
    await check(desk, "/start", "served again", place=GROUP)


async def test_only_admins_ban_and_nobody_locks_himself_out(desk: Desk) -> None:
    await check(desk, "/ban 7", "for the admins", failed=True, is_admin=False)
    await check(desk, "/allow 7", "for the admins", failed=True, is_admin=False)
    await check(desk, "/ban 1", "That is you", failed=True)
    await check(desk, "/ban telegram/-100", "where you are", failed=True, place=GROUP)


async def test_the_terminal_says_which_platform(desk: Desk) -> None:
    assert (await check(desk, "/ban 7", "telegram/7", failed=True, place=TERMINAL)).misused
    await check(desk, "/ban discord/7", "discord/7 is not answered any more.", place=TERMINAL)
    assert await is_banned(desk, "7", ELSEWHERE)


@pytest.mark.parametrize("who", ["@harbour", "ada", "7 8", "7.5", "٧", "9" * 30, "/7", "telegram/", "*"])
async def test_whoever_is_no_number_is_refused(desk: Desk, who: str) -> None:
    for command in ("ban", "allow"):
        assert (await check(desk, f"/{command} {who}", "no number of a person or a chat", failed=True)).misused
    assert (await check(desk, "/allow", failed=True)).misused


@settings(max_examples=20, suppress_health_check=SHARING)
@given(steps=st.lists(st.tuples(st.sampled_from(["ban", "allow"]), st.sampled_from(["2", "3", "-4"])), max_size=8))
async def test_the_last_word_counts(steps: Sequence[tuple[str, str]], database: Database) -> None:
    desk = Desk(database=database, version="1")
    for who in ("2", "3", "-4"):
        await check(desk, f"/allow {who}")
    last: dict[str, str] = {}
    for word, who in steps:
        await check(desk, f"/{word} {who}")
        last[who] = word
        place = replace(ADMIN, address=Address(platform="telegram", chat="99"))
        assert await is_banned(desk, who, place) is (last[who] == "ban")
    for who in ("2", "3", "-4"):
        assert await is_banned(desk, who, ELSEWHERE) is False
