"""Slash commands on Discord: who sees which, what they come to, how soon and to whom they answer, in the virtual Discord of simcord."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from discord_chat import Chatting, chatting, shown
from discord_markdown import pinged, read
from hypothesis import given
from hypothesis import strategies as st
from screen_samples import report

from bot.commands import registry
from bot.commands.catalogue import named_on
from bot.commands.desk import Answer, Desk, Document, Progress, Request, sentence
from bot.commands.together import Together
from bot.core.chats.chat import Address, ChatKind
from bot.core.errors import StorageUnavailable
from bot.platforms.discord.slash import line
from bot.platforms.discord.spelling import SPELLED, spelled
from storage.chats import chats, subscriptions
from storage.engine.database import Database

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def here(database: Database) -> AsyncIterator[Chatting]:
    """Discord, where twenty events are known."""
    await report(database, 20)
    async with chatting(database) as opened:
        yield opened


def answering(monkeypatch: pytest.MonkeyPatch, answer: Answer, seconds: float = 0.0) -> list[Request]:
    """Let every line be answered with this, after a while; gives what was asked."""
    asked: list[Request] = []

    async def respond(_self: Together, request: Request) -> Answer:
        asked.append(request)
        await asyncio.sleep(seconds)
        return answer

    monkeypatch.setattr(Together, "respond", respond)
    return asked


@SQLITE
async def test_every_command_of_the_catalogue_is_a_slash_command(here: Chatting) -> None:
    seen = set(here.boss.available_commands(here.channel))
    assert {SPELLED.get(name, name) for name in named_on("discord")} <= seen
    assert {"digest hidden", "digest preview", "sources event", "sources feed"} <= seen
    assert not any(name == "cancel" for name in seen)


@SQLITE
async def test_who_runs_nothing_sees_only_what_asks(here: Chatting) -> None:
    seen = set(here.reader.available_commands(here.channel))
    assert "news latest" in seen
    assert not {"settings", "filter", "stop", "privacy", "admin status", "server threads"} & seen


@SQLITE
async def test_the_commands_are_told_to_discord_only_when_it_has_others(here: Chatting) -> None:
    def puts() -> int:
        return sum(each.method == "PUT" for each in here.env.http_requests)

    assert puts() == 1
    await here.restart()
    assert puts() == 1
    here.env.backend.commands[None].popitem()
    await here.restart()
    assert puts() == 2


@SQLITE
async def test_content_is_for_all_and_settings_errors_and_why_for_one(here: Chatting) -> None:
    assert not (await here.reader.slash(here.channel, "news latest", count=3)).ephemeral
    assert not (await here.reader.slash(here.channel, "news event", event="3")).ephemeral
    for who, name, options in (
        (here.reader, "help", {}),
        (here.reader, "news why", {"event": "3"}),
        (here.reader, "news event", {"event": "999"}),
        (here.boss, "settings", {}),
        (here.boss, "privacy", {}),
        (here.boss, "admin status", {}),
    ):
        assert (await who.slash(here.channel, name, **options)).ephemeral, name


@SQLITE
async def test_options_come_to_a_line_of_the_catalogue(here: Chatting, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answering(monkeypatch, sentence("Done."))
    role = here.guild.create_role("Harbour watch")
    for name, options, expected in (
        ("news latest", {"count": 5, "words": "harbour  strike"}, "/latest 5 harbour strike"),
        ("news top", {"span": "7d", "count": 4}, "/top 7d 4"),
        ("news event", {"event": "#4"}, "/event #4"),
        ("news event", {"event": "harbour strike"}, "/search harbour strike"),
        ("sources list", {"which": "failing", "page": 2}, "/sources failing page 2"),
        ("sources feed", {"feed": "12"}, "/sources feed 12"),
        ("digest hidden", {"span": "12h"}, "/digest 12h hidden"),
        ("digest hidden", {"span": "12"}, "/digest hidden 12"),
        ("digest hidden", {}, "/digest hidden"),
        (
            "digest subscribe",
            {"how": "weekly", "day": "friday", "time": "18:00", "zone": "Kyiv", "filter": "+x"},
            "/subscribe weekly friday 18:00 Kyiv +x",
        ),
        ("digest time", {"time": "07:30", "subscription": "3"}, "/time 3 07:30"),
        ("filter", {"filter": '+x outlet:"A B"', "subscription": "2"}, '/filter 2 +x outlet:"A B"'),
        ("alerts", {"off": True, "reports": 4}, "/alerts off"),
        ("follow", {"event": "4", "off": True}, "/follow 4 off"),
        ("follow", {"off": True}, "/follow"),
        ("mute", {"word": 'har"bour', "span": "7d"}, '/mute "harbour" 7d'),
        ("mute", {"span": "7d"}, "/mute"),
        ("settings", {"empty": "line", "replies": "none"}, "/settings empty line replies none"),
        ("privacy", {"delete": True}, "/privacy delete"),
        ("help", {"command": "news latest"}, "/help latest"),
        ("server adminrole", {"role": role}, f"/adminrole {role.id} Harbour watch"),
        ("server pingrole", {"events": "developing", "off": True}, "/pingrole developing off"),
        ("admin reingest", {"what": "source", "which": "Harbour", "dry": True}, "/reingest source Harbour dry-run"),
        ("admin deliveries", {"then": "retry"}, "/deliveries retry all"),
        ("admin deliveries", {"delivery": "4"}, "/deliveries"),
        ("admin merge", {"event": "3", "other": "4"}, "/merge 3 4"),
    ):
        result = await here.boss.slash(here.channel, name, **options)
        assert result.acknowledged
        assert asked[-1].text == expected
    assert asked[-1].guild is not None
    assert asked[-1].guild.is_run


@SQLITE
async def test_numbers_out_of_range_never_reach_us(here: Chatting, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answering(monkeypatch, sentence("Done."))
    with pytest.raises(Exception, match="count"):
        await here.reader.slash(here.channel, "news latest", count=51)
    assert not asked


@SQLITE
async def test_a_forum_in_which_nobody_can_ask_is_subscribed_from_elsewhere(here: Chatting, database: Database) -> None:
    forum = here.guild.create_forum_channel("events")
    refused = await here.reader.slash(here.channel, "digest subscribe", channel=forum)
    assert "Only those who run that channel can settle that." in shown(refused.response)
    settled = await here.boss.slash(here.channel, "digest subscribe", day="monday", time="07:30", zone="Europe/Kyiv", channel=forum)
    told = shown(settled.response).replace("\\", "")
    assert settled.ephemeral
    assert "events" in told
    assert "07:30" in told
    async with database.read() as connection:
        chat = await chats.find(connection, Address(platform="discord", chat=str(forum.id)))
        assert chat is not None
        (wish,) = await subscriptions.of(connection, chat.id)
        assert (wish.at, wish.weekday, wish.filter) == (450, 0, "")
        assert await chats.find(connection, Address(platform="discord", chat=str(here.channel.id))) is None
    await here.boss.slash(here.channel, "digest unsubscribe", channel=forum)
    async with database.read() as connection:
        assert list(await subscriptions.of(connection, chat.id)) == []


@SQLITE
async def test_a_zone_without_a_time_is_no_filter_and_an_unknown_one_is_told(here: Chatting, database: Database) -> None:
    told = await here.boss.slash(here.channel, "digest subscribe", zone="Atlantis", time="07:30")
    assert "There is no zone" in shown(told.response)
    await here.boss.slash(here.channel, "digest subscribe", zone="America/New_York")
    async with database.read() as connection:
        chat = await chats.find(connection, Address(platform="discord", chat=str(here.channel.id)))
        assert chat is not None
        assert [(each.at, each.filter) for each in await subscriptions.of(connection, chat.id)] == [(480, "")]
    assert chat.zone == "America/New_York"


@SQLITE
async def test_who_asks_is_answered_though_nobody_can_look_soon_whether_he_is_banned(
    here: Chatting, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hangs(*_: object) -> bool:
        await asyncio.sleep(60)
        return True

    monkeypatch.setattr("bot.platforms.discord.dispatch.is_banned", hangs)
    monkeypatch.setattr("bot.platforms.discord.dispatch.LOOKED", 0.05)
    assert "Strike" in shown((await here.reader.slash(here.channel, "news latest")).response)


@SQLITE
async def test_where_nothing_could_be_sent_nothing_is_subscribed(
    here: Chatting, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.discord.rights.missing", lambda *_, **__: ["Send Messages"])
    told = await here.boss.slash(here.channel, "digest subscribe", how="daily")
    assert "I lack these rights: Send Messages" in shown(told.response).replace("\\", "")
    async with database.read() as connection:
        assert await chats.find(connection, Address(platform="discord", chat=str(here.channel.id))) is None


@SQLITE
async def test_who_runs_the_server_settles_and_who_does_not_is_told_so(here: Chatting, database: Database) -> None:
    refused = await here.reader.slash(here.channel, "digest subscribe", how="daily", time="07:30")
    assert "/digest subscribe is for those who run this chat" in shown(refused.response)
    assert refused.ephemeral
    settled = await here.boss.slash(here.channel, "digest subscribe", how="daily", time="07:30", zone="Europe/Kyiv")
    assert "07:30" in shown(settled.response).replace("\\", "")
    async with database.read() as connection:
        chat = await chats.find(connection, Address(platform="discord", chat=str(here.channel.id)))
        assert chat is not None
        assert [each.at for each in await subscriptions.of(connection, chat.id)] == [450]
    assert chat.zone == "Europe/Kyiv"


@SQLITE
async def test_admins_are_those_of_the_installation_not_of_the_server(here: Chatting) -> None:
    refused = await here.boss.slash(here.channel, "admin status")
    assert "for the admins of this installation" in shown(refused.response)
    here.admins.append(here.boss.id)
    await here.restart()
    told = await here.boss.slash(here.channel, "admin status")
    assert "for the admins" not in shown(told.response)


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
async def test_a_late_failure_is_told_where_an_answer_was_promised(here: Chatting, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, sentence("No such event.", failed=True), seconds=30)
    result = await here.reader.slash(here.channel, "news latest")
    await here.env.advance_time(2)
    await here.env.advance_time(29)
    assert "No such event." in shown(result.response)
    assert not result.followups


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
