"""What slash commands on Discord are answered with, how late and in which place, in the virtual Discord of simcord."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from discord_chat import Chatting, answering, chatting, shown
from discord_markdown import pinged, read
from hypothesis import given
from hypothesis import strategies as st
from screen_samples import report

from bot.commands import registry
from bot.commands.desk import Answer, Desk, Document, Progress, Request, sentence
from bot.commands.together import Together
from bot.core.chats.chat import ChatKind
from bot.core.errors import StorageUnavailable
from bot.platforms.discord.slash import line
from bot.platforms.discord.spelling import SPELLED, spelled
from storage.engine.database import Database

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def here(database: Database) -> AsyncIterator[Chatting]:
    """Discord, where twenty events are known."""
    await report(database, 20)
    async with chatting(database) as opened:
        yield opened


@SQLITE
async def test_a_late_answer_is_promised_in_time_and_then_shown(here: Chatting, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, sentence("Here it is."), seconds=30)
    result = await here.reader.slash(here.channel, "news latest")
    await here.env.advance_time(2)
    assert result.deferred
    await here.env.advance_time(29)
    assert "Here it is." in shown(result.response)
    assert not result.ephemeral


@SQLITE
async def test_a_late_failure_is_told_to_who_asked_alone(here: Chatting, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, sentence("No such event.", failed=True), seconds=30)
    result = await here.reader.slash(here.channel, "news latest")
    await here.env.advance_time(2)
    assert result.deferred
    await here.env.advance_time(29)
    (told,) = result.followups
    assert "No such event." in shown(told)
    assert told.flags.ephemeral


@SQLITE
async def test_who_was_promised_an_answer_is_told_when_the_program_ends(here: Chatting, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, sentence("Here it is."), seconds=300)
    result = await here.boss.slash(here.channel, "settings")
    await here.env.advance_time(2)
    assert result.deferred
    await here.restart()
    assert "please ask again" in shown(result.response)


@SQLITE
async def test_what_breaks_is_told_and_stops_nothing(here: Chatting, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_self: Together, request: Request) -> Answer:
        raise StorageUnavailable if "3" in request.text else ZeroDivisionError

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Together, "respond", broken)
        for event in ("3", "4"):
            result = await here.reader.slash(here.channel, "news event", event=event)
            assert result.ephemeral
            assert shown(result.response).strip()
    assert "Strike 4" in shown((await here.reader.slash(here.channel, "news event", event="4")).response)


@SQLITE
async def test_somebody_banned_is_told_only_that(here: Chatting, database: Database) -> None:
    answer = await registry.respond(Desk(database=database, version="1"), Request(text=f"/ban discord/{here.reader.id}", now=here.now))
    assert not answer.failed
    told = await here.reader.slash(here.channel, "news latest")
    assert told.ephemeral
    assert told.response.content == "This bot does not answer you here; whoever runs it has decided so."
    assert await here.reader.autocomplete(here.channel, "news event", "event", "strike") == []


@SQLITE
async def test_work_tells_how_far_it_is_and_then_what_came_of_it(here: Chatting, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(reach: Progress) -> Answer:
        reach(3, 9)
        await asyncio.sleep(10)
        return sentence("All nine are done.")

    answering(monkeypatch, replace(sentence("Working …"), work=work))
    result = await here.boss.slash(here.channel, "admin reingest")
    assert "Working" in shown(result.response)
    await here.env.advance_time(4)
    assert "3 of 9" in shown(result.response)
    await here.env.advance_time(10)
    assert "All nine are done." in shown(result.response)
    assert not here.sent


@SQLITE
async def test_work_of_one_person_that_outlives_its_token_ends_in_a_message_to_that_person(
    here: Chatting, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(reach: Progress) -> Answer:
        reach(1, 2)
        await asyncio.sleep(16 * 60)
        return sentence("All is done.")

    answering(monkeypatch, replace(sentence("Working …"), work=work))
    await here.boss.slash(here.channel, "admin reingest")
    await here.env.advance_time(17 * 60)
    (late,) = here.sent
    assert late.kind is ChatKind.PRIVATE
    assert late.address.chat != str(here.channel.id)
    assert late.delivery_id is None


@SQLITE
async def test_a_document_comes_with_its_answer(here: Chatting, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, replace(sentence("Two feeds."), document=Document(name="feeds.opml", data=b"<opml/>")))
    result = await here.boss.slash(here.channel, "admin export")
    (file,) = result.response.attachments
    assert file.filename == "feeds.opml"
    assert "Two feeds." in shown(result.response)


@SQLITE
async def test_a_file_comes_with_an_import_of_an_admin(here: Chatting, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answering(monkeypatch, sentence("Read."))
    await here.boss.slash(here.channel, "admin import", file=("feeds.opml", b"<opml/>"))
    here.admins.append(here.boss.id)
    await here.restart()
    await here.boss.slash(here.channel, "admin import", file=("feeds.opml", b"<opml/>"))
    refused, taken = (each.attachment for each in asked)
    assert refused is None
    assert taken is not None
    assert (taken.name, taken.data) == ("feeds.opml", b"<opml/>")


@SQLITE
async def test_in_private_everybody_runs_their_chat_and_nothing_is_hidden(here: Chatting) -> None:
    person = here.env.create_user("Ada")
    settled = await person.slash("timezone", zone="Europe/Kyiv")
    assert "Europe/Kyiv" in shown(settled.response)
    assert not settled.ephemeral


@SQLITE
@pytest.mark.parametrize(
    ("name", "option", "typed", "expected"),
    [
        ("news event", "event", "strike", "20"),
        ("news event", "event", "", "20"),
        ("admin merge", "other", "strike", "20"),
        ("timezone", "zone", "kyi", "Europe/Kyiv"),
        ("timezone", "zone", "", "UTC"),
        ("digest subscribe", "filter", "+x outlet:fl", '+x outlet:"Flussbote"'),
        ("language", "language", "укр", "uk"),
        ("help", "command", "/news lat", "latest"),
    ],
)
async def test_something_fitting_is_offered(here: Chatting, name: str, option: str, typed: str, expected: str) -> None:
    offered: list[dict[str, Any]] = await here.boss.autocomplete(here.channel, name, option, typed)
    assert offered[0]["value"] == expected
    assert len(offered) <= 25
    assert all(1 <= len(each["name"]) <= 100 and 1 <= len(each["value"]) <= 100 for each in offered)


@SQLITE
async def test_subscriptions_are_offered_by_their_numbers(here: Chatting) -> None:
    await here.boss.slash(here.channel, "digest subscribe", how="daily", time="07:30")
    assert [each["value"] for each in await here.boss.autocomplete(here.channel, "digest unsubscribe", "subscription", "")] == ["1"]


@SQLITE
@pytest.mark.parametrize("typed", ["\0", '"', "outlet:", 'outlet:"', "/", "😀" * 50, "%_", "(((", "x" * 6_000])
async def test_whatever_is_typed_nothing_breaks(here: Chatting, typed: str) -> None:
    for name, option in (
        ("news event", "event"),
        ("sources feed", "feed"),
        ("timezone", "zone"),
        ("filter", "filter"),
        ("help", "command"),
    ):
        assert isinstance(await here.boss.autocomplete(here.channel, name, option, typed), list)


@SQLITE
@pytest.mark.parametrize(
    "typed",
    ["@everyone <@1> <@&2> </x:3>", "[x](https://evil.example)", "\u200b\u2060", "\u202egnihsihp", "\0\x07", "``||**", "9" * 17, "²", '"('],
)
async def test_hostile_words_are_answered_and_call_nobody(here: Chatting, typed: str) -> None:
    """FAULTS rows 16 to 18."""
    for name, option in (
        ("news search", "words"),
        ("news event", "event"),
        ("news why", "event"),
        ("sources list", "which"),
        ("sources feed", "feed"),
        ("digest hidden", "span"),
        ("digest subscribe", "filter"),
        ("filter", "filter"),
        ("mute", "word"),
        ("timezone", "zone"),
        ("help", "command"),
    ):
        told = shown((await here.boss.slash(here.channel, name, **{option: typed[:18]})).response)
        assert told.strip()
        assert "went wrong" not in told
        assert not pinged(told)
        assert not any("evil.example" in link for _, link in read(told).links)
        assert not set("\u202e\0\x07") & set(told)


@SQLITE
async def test_nothing_is_offered_when_that_takes_long_or_fails(here: Chatting, monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(_desk: Desk, _words: str, _limit: int) -> list[Any]:
        await asyncio.sleep(60)
        return []

    async def broken(_desk: Desk, _limit: int, _typed: str) -> list[Any]:
        raise ZeroDivisionError

    monkeypatch.setattr("bot.platforms.discord.autocomplete.offers", slow)
    monkeypatch.setattr("bot.platforms.discord.autocomplete.fitting_feeds", broken)
    assert await here.boss.autocomplete(here.channel, "news event", "event", "strike") == []
    assert await here.boss.autocomplete(here.channel, "sources feed", "feed", "x") == []


@given(st.lists(st.one_of(st.none(), st.text(), st.integers())))
def test_whatever_was_filled_in_a_line_is_one_line(words: list[object]) -> None:
    written = line("/latest", *words)
    assert written.split() == written.split(" ")
    assert written.startswith("/latest")


@given(st.text())
def test_spelling_changes_nothing_but_commands(text: str) -> None:
    assert spelled(text) == text or any(f"/{name.split()[0]}" in text for name in SPELLED)


def test_commands_are_spelled_as_they_are_typed() -> None:
    assert spelled("/event 3, /latest and /digest 24h") == "/news event 3, /news latest and /digest now 24h"
    assert spelled("/sources 3; /sources feed 4; /sources") == "/sources event 3; /sources feed 4; /sources list"
    assert spelled("https://example.org/event and/latest /eventually /settings empty line") == (
        "https://example.org/event and/latest /eventually /settings empty line"
    )
