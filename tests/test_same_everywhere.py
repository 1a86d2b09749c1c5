"""The same request gives the same facts on the terminal, on Telegram and on Discord, and the same headlines to read."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import pytest
from conftest import NOW
from discord_chat import chatting, shown
from message_reading import text_of
from telegram_station import PLACES, station
from telling_samples import Newsroom

from bot.commands.desk import Answer, Desk, Request
from bot.commands.together import Together
from bot.platforms.telegram.crowd import Share
from storage.engine.database import Database

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Asked(NamedTuple):
    """A request in the words of the catalogue, and as a slash command; `settled` is said before by who runs the chat."""

    line: str
    slash: str
    options: dict[str, Any]


REQUESTS = (
    Asked("/latest 4", "news latest", {"count": 4}),
    Asked("/latest 3 brod", "news latest", {"count": 3, "words": "brod"}),
    Asked("/top 7d 3", "news top", {"span": "7d", "count": 3}),
    Asked("/search strike tamsk", "news search", {"words": "strike tamsk"}),
    Asked("/event 3", "news event", {"event": "3"}),
    Asked("/event 999", "news event", {"event": "999"}),
    Asked("/timeline 3", "news timeline", {"event": "3"}),
    Asked("/why 3", "news why", {"event": "3"}),
    Asked("/sources", "sources list", {}),
    Asked("/sources 3", "sources event", {"event": "3"}),
    Asked("/digest 24h", "digest now", {"span": "24h"}),
    Asked("/digest 24h hidden", "digest hidden", {"span": "24h"}),
    Asked("/subscribe daily 07:30 +harbour", "digest subscribe", {"how": "daily", "time": "07:30", "filter": "+harbour"}),
    Asked("/subscriptions", "digest subscriptions", {}),
    Asked("/filter +strike", "filter", {"filter": "+strike"}),
    Asked("/time 09:45", "digest time", {"time": "09:45"}),
    Asked("/unsubscribe", "digest unsubscribe", {}),
    Asked("/week", "news week", {}),
    Asked("/sources feed nothing", "sources feed", {"feed": "nothing"}),
    Asked("/sources harbour", "sources list", {"which": "harbour"}),
    Asked("/language English", "language", {"language": "English"}),
    Asked("/privacy", "privacy", {}),
    Asked("/help filter", "help", {"command": "filter"}),
    Asked("/errors", "admin errors", {}),
    Asked("/corrections", "admin corrections", {}),
    Asked("/alerts 4", "alerts", {"reports": 4}),
    Asked("/quiet 22:00-07:00", "digest quiet", {"hours": "22:00-07:00"}),
    Asked("/timezone Europe/Kyiv", "timezone", {"zone": "Europe/Kyiv"}),
    Asked("/settings empty silence", "settings", {"empty": "silence"}),
    Asked("/follow 3", "follow", {"event": "3"}),
    Asked('/mute "harbour" 7d', "mute", {"word": "harbour", "span": "7d"}),
    Asked("/status", "admin status", {}),
    Asked("/history 3", "admin history", {"event": "3"}),
)

Ask = Callable[[Asked], Awaitable[str]]
"""Asks, and gives what is read then."""


class Seen(NamedTuple):
    """What an answer says as data, whether it failed, and the headlines that are read."""

    facts: object
    failed: bool
    headlines: frozenset[str]


@asynccontextmanager
async def terminal(database: Database) -> AsyncIterator[Ask]:
    together = Together(Desk(database=database, version="1.2.3"))

    async def ask(asked: Asked) -> str:
        return text_of(await together.respond(Request(text=asked.line, now=NOW)))

    yield ask


@asynccontextmanager
async def telegram(database: Database) -> AsyncIterator[Ask]:
    async with station(database) as here:
        person = here.api.person("Olena")
        here.admins.append(person.id)
        await here.restart()

        async def ask(asked: Asked) -> str:
            return (await here.ask(person, asked.line, "")).text

        yield ask


@asynccontextmanager
async def discord(database: Database) -> AsyncIterator[Ask]:
    async with chatting(database) as here:
        person = here.env.create_user("Olena")
        here.admins.append(person.id)
        await here.restart()

        async def ask(asked: Asked) -> str:
            return shown((await person.slash(asked.slash, **asked.options)).response).replace("\\", "")

        yield ask


async def seen(database: Database, monkeypatch: pytest.MonkeyPatch, place: Any) -> list[Seen]:
    """Ask everything at one place."""
    answers: list[Answer] = []
    truly = Together.respond

    async def noting(self: Together, request: Request) -> Answer:
        answers.append(await truly(self, request))
        return answers[-1]

    found = []
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Together, "respond", noting)
        async with place(database) as ask:
            for asked in REQUESTS:
                text = await ask(asked)
                headlines = frozenset(re.findall(r"Strike \d+ in \w+", text))
                found.append(Seen(answers[-1].facts, answers[-1].failed, headlines))
    assert len(answers) == len(REQUESTS)
    return found


async def test_the_same_request_gives_the_same_facts(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Share, "takes", lambda *_: True)  # Here somebody asks much in no time.
    newsroom = Newsroom(database, now=NOW)
    for number in range(1, 7):
        for outlet in ("Flussbote", "Harbour Post")[: 1 + number % 2]:
            await newsroom.report(number, outlet, f"Strike {number} in {PLACES[number]}")
    places = [await seen(database, monkeypatch, place) for place in (terminal, telegram, discord)]
    for asked, there, on_telegram, on_discord in zip(REQUESTS, *places, strict=True):
        assert _bare(on_telegram) == _bare(there), asked.line
        assert _bare(on_discord) == _bare(there), asked.line
    assert any(each.headlines for each in places[0])
    assert any(each.failed for each in places[0])


def _bare(answered: Seen) -> tuple[str, bool, frozenset[str]]:
    """Give what was said but for the names of chats and platforms, and the numbers of subscriptions, of which each chat has others."""
    said = re.sub(r"name='(?:Terminal|Olena)'|platform='\w+'|\b(?:id|number)=\d+", "…", repr(answered.facts))
    return said, answered.failed, answered.headlines
