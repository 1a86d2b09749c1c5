"""The program as people on Discord meet it: `slugline run` as a process, against HTTP and gateway on loopback; row numbers are those of FAULTS."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from crash_discord import SENT, crash
from discord_api_form import text_of
from discord_api_gateway import IDENTIFY, RESUME
from discord_program import Program, program
from running_program import OTHERS, until

TOLD = "Discord was told the commands."


@pytest.fixture
def news() -> str:
    return "Comet seen over Tamsk with the naked eye"


async def test_a_question_is_answered_and_the_commands_are_told_once(tmp_path: Path, news: str) -> None:
    async with program(tmp_path) as slugline:
        slugline.drop("comet", OTHERS["comet"])
        await slugline.knows(news, "comet")
        aside = _aside(slugline)
        answer = await slugline.ask(aside, "news", "latest", expected=news)
        assert answer["flags"] & 64 == 0
        hidden = await slugline.ask(aside, "settings", expected="Settings")
        assert hidden["flags"] & 64 == 64
        assert await slugline.stop() == 0
        assert slugline.api.gateway.goodbyes[-1] == 1000
        await slugline.start()
        await slugline.ask(aside, "news", "latest", expected=news)
        assert len(slugline.api.made("PUT", r"/applications/\d+/commands")) == 1
        assert sum(TOLD in line for line in slugline.log) == 1
        assert not slugline.warnings()


async def test_a_picture_follows_the_answer_with_words_for_who_cannot_see_it(tmp_path: Path, news: str) -> None:
    async with program(tmp_path) as slugline:
        slugline.drop("comet", OTHERS["comet"])
        await slugline.knows(news, "comet")
        await slugline.ask(_aside(slugline), "news", "week", expected="The last 7 days")
        await until(lambda: any(message["attachments"] for message in slugline.api.world.shown))
        (picture,) = next(message["attachments"] for message in slugline.api.world.shown if message["attachments"])
        assert "articles 1, reports 1, events 1" in picture["description"]
        sent = next(call.body for call in slugline.api.made("POST", r"/webhooks/.*") if call.body.get("attachments"))
        assert sent["attachments"][0]["content"].startswith(b"\x89PNG")


async def test_what_was_asked_while_the_gateway_was_gone_is_answered_when_the_session_goes_on(tmp_path: Path) -> None:
    """Row 31."""
    async with program(tmp_path) as slugline:
        gateway, aside = slugline.api.gateway, _aside(slugline)
        await slugline.ask(aside, "help", expected="/news latest")
        session = gateway.sessions[0]
        heard = len(session.events)
        await gateway.drop()
        asked = await slugline.api.interact(*_asking(slugline, aside))
        await slugline.answer(asked, "Slugline")
        assert len(gateway.said(IDENTIFY)) == 1
        assert gateway.said(RESUME) == [{"seq": heard, "session_id": session.id}]
        await gateway.invalidate()
        await until(lambda: len(gateway.said(IDENTIFY)) == 2)
        await slugline.ask(aside, "help", expected="/news latest")
        assert not slugline.warnings()


@pytest.mark.parametrize("kind", ["429", "429 global"])
async def test_nothing_is_sent_before_discord_wants_it(tmp_path: Path, news: str, kind: str) -> None:
    """Row 31."""
    async with program(tmp_path, is_started=False) as slugline:
        channel = slugline.channel("news")
        await slugline.start()
        await _alerted(slugline, channel)
        slugline.api.fault("POST", f"/channels/{channel['id']}/messages", kind, seconds=2)
        slugline.drop("comet", OTHERS["comet"])
        await until(lambda: any(news in text for text in slugline.api.texts(channel)))
        refused, sent = (call.at for call in slugline.api.made("POST", f"/channels/{channel['id']}/messages"))
        assert sent - refused >= 2


async def test_whoever_is_killed_while_it_sends_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    """Rows 24 and 32: what was under way is sent again under its nonce. `make crash` does so on both engines, more often."""
    found = await crash(tmp_path, f"sqlite+aiosqlite:///{tmp_path}/news.db", 12, 3, 7)
    assert (found.lost, found.copies) == (0, 0)


async def test_a_button_outlives_the_program_that_made_it(tmp_path: Path, news: str) -> None:
    async with program(tmp_path, is_started=False) as slugline:
        channel = slugline.channel("news")
        await slugline.start()
        await _alerted(slugline, channel)
        slugline.drop("comet", OTHERS["comet"])
        await until(lambda: any(news in text for text in slugline.api.texts(channel)))
        await slugline.kill()
        await slugline.start()
        await slugline.is_heard()
        card = next(each for each in slugline.api.world.messages[channel["id"]].values() if news in text_of(each))
        answer = await slugline.answer(await slugline.press(channel, card, "Sources"), "Sources of event 1")
        assert answer["flags"] & 64 == 64
        assert len([text for text in slugline.api.texts(channel) if news in text and "Sources of" not in text]) == 1


async def test_a_wrong_token_is_told_with_what_to_do(tmp_path: Path) -> None:
    """Row 30."""
    async with program(tmp_path, is_started=False) as slugline:
        slugline.api.is_revoked = True
        await slugline.start()
        assert await slugline.ended() == 2
        assert re.search(r"Discord does not know the token.*discord\.token", " ".join(slugline.log))


async def test_a_token_that_is_taken_back_stops_discord_and_nothing_is_lost(tmp_path: Path, news: str) -> None:
    """Row 30."""
    async with program(tmp_path, is_started=False) as slugline:
        api, channel = slugline.api, slugline.channel("news")
        await slugline.start()
        await _alerted(slugline, channel)
        api.is_revoked = True
        slugline.drop("comet", OTHERS["comet"])
        await slugline.heard("Nothing more is sent to a platform until Slugline is started again.")
        await api.gateway.drop()
        await slugline.heard("Discord is served no more until Slugline is started again")
        refused = len(api.calls)
        slugline.drop("bakery", OTHERS["bakery"])
        await slugline.heard("A folder was taken in.", times=2)
        assert len(api.calls) == refused
        assert await slugline.stop() == 0
        # The operator has been to discord.com/developers.
        api.is_revoked = False
        await slugline.start()
        await until(lambda: any(news in text for text in api.texts(channel)))
        await slugline.ask(_aside(slugline), "help", expected="/news latest")
        assert sum(news in text for text in api.texts(channel)) == 1


async def test_while_discord_is_away_the_rest_goes_on_and_what_is_due_comes_later(tmp_path: Path, news: str) -> None:
    """Row 31."""
    async with program(tmp_path, is_started=False) as slugline:
        channel = slugline.channel("news")
        await slugline.start()
        await _alerted(slugline, channel)
        await slugline.api.down()
        slugline.drop("comet", OTHERS["comet"])
        await slugline.heard("A folder was taken in.")
        await asyncio.sleep(1)
        await slugline.api.up()
        await until(lambda: any(news in text for text in slugline.api.texts(channel)), 60)
        assert len([call for call in slugline.api.calls if SENT.fullmatch(call.path) and call.is_done]) == 1


def _aside(slugline: Program) -> dict[str, Any]:
    return next(iter(slugline.api.world.channels.values()))


def _asking(slugline: Program, channel: dict[str, Any]) -> tuple[int, dict[str, Any], dict[str, Any], dict[str, Any]]:
    command = next(each for each in slugline.api.world.commands if each["name"] == "start")
    return 2, slugline.boss, channel, {"id": command["id"], "name": "start", "type": 1, "options": []}


async def _alerted(slugline: Program, channel: dict[str, Any]) -> None:
    """Let a channel be told of whatever is reported once."""
    await slugline.ask(channel, "digest", "subscribe", expected="Subscribed", how="breaking")
    await slugline.ask(channel, "alerts", expected="1", reports=1)
