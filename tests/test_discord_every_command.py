"""Every slash command is used once, for real, on the virtual Discord of simcord, by who runs the installation and the server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Final

import pytest
from conftest import NOW
from discord_chat import Chatting, chatting, shown
from hostile_server import LOOPBACK, HostileServer, clock, door_settings
from reingesting import TODAY, Installation
from screen_samples import report
from test_feed_adding import ANSWERS

from bot.commands.desk import Desk, FeedDesk, TellingDesk
from bot.pipeline.digests import Digests
from bot.pipeline.reapply import Reapplying
from bot.platforms.discord.replies import BROKEN
from bot.sources.fetch import Door
from bot.sources.worker import Worker
from storage.engine.database import Database

OPML: Final = b'<opml version="2.0"><body><outline type="rss" text="Gone" xmlUrl="https://gone.example/rss"/></body></opml>'

COMMANDS: Final[tuple[tuple[str, dict[str, Any], str], ...]] = (
    ("start", {}, "/digest subscribe"),
    ("help", {"command": "news latest"}, "/news latest"),
    ("news latest", {"count": 2}, "Strike 20"),
    ("news top", {"span": "31d"}, "Strike"),
    ("news search", {"words": "dockers 7"}, "Strike 7"),
    ("news event", {"event": "Strike 7"}, "Flussbote"),
    ("news why", {"event": "strike 7"}, "Flussbote"),
    ("news timeline", {"event": "7"}, "Flussbote"),
    ("news week", {}, "Articles"),
    ("sources list", {"which": "20"}, "20"),
    ("sources event", {"event": "strike 7"}, "Flussbote"),
    ("sources picture", {}, "20.0 a day"),
    ("digest subscribe", {"how": "daily", "time": "07:30", "zone": "Europe/Kyiv", "filter": "2 +harbour"}, "2 +harbour"),
    ("digest subscriptions", {}, "07:30"),
    ("filter", {"filter": "2 +strike"}, "strike"),
    ("digest time", {"time": "08:15"}, "08:15"),
    ("digest now", {"span": "31d"}, "Strike"),
    ("digest hidden", {"span": "31d"}, "Strike 7"),
    ("digest preview", {}, "Strike 2"),
    ("digest quiet", {"hours": "22:00-07:00"}, "22:00"),
    ("digest unsubscribe", {"subscription": "1"}, "08:15"),
    ("alerts", {"reports": 3}, "3"),
    ("follow", {"event": "strike 7"}, "Strike 7"),
    ("mute", {"event": "strike 8", "span": "7d"}, "Event 8"),
    ("settings", {"empty": "silence"}, "silence"),
    ("timezone", {"zone": "Europe/Berlin"}, "Europe/Berlin"),
    ("language", {"language": "English"}, "English"),
    ("privacy", {}, "1 event that it follows"),
    ("server threads", {"threads": "on"}, "thread"),
    ("server adminrole", {}, "manages the server"),
    ("server pingrole", {"events": "breaking"}, "role"),
    ("server defaults", {}, "UTC"),
    ("admin addsource", {"url": "{url}"}, "The Quay"),
    ("sources feed", {"feed": "quay"}, "The Quay"),
    ("admin check", {"feed": "quay"}, "The Quay"),
    ("admin pause", {"feed": "quay"}, "The Quay"),
    ("admin resume", {"feed": "quay"}, "The Quay"),
    ("admin fulltext", {"feed": "quay", "whose": "page"}, "The Quay"),
    ("admin export", {}, "feed"),
    ("admin removesource", {"feed": "quay"}, "The Quay"),
    ("admin import", {"file": ("feeds.opml", OPML)}, "1 added"),
    ("admin merge", {"event": "strike 7", "other": "8"}, "Events 7 and 8 are one now"),
    ("admin corrections", {}, "merge events 7 and 8"),
    ("admin undo", {}, "is undone"),
    ("admin split", {"event": "strike 9"}, "nothing to part it from"),
    ("admin history", {"event": "strike 9"}, "Strike 9"),
    ("admin reingest", {"what": "all", "dry": True}, "0 articles revised"),
    ("admin status", {}, "1.2.3"),
    ("admin errors", {}, "Nothing is wrong"),
    ("admin deliveries", {}, "No delivery is in trouble"),
    ("admin ban", {"whom": "discord/77"}, "is not answered any more"),
    ("admin allow", {"whom": "discord/77"}, "is answered again"),
    ("stop", {}, "Nothing more is sent here"),
)
"""What is typed, in this order, and a part of what is read then."""

HIDDEN: Final = {"start", "help", "news why", "digest subscriptions"}
OPEN: Final = {"news", "sources", "digest now", "digest hidden", "digest preview"}


@asynccontextmanager
async def served(database: Database, server: HostileServer) -> AsyncIterator[Chatting]:
    """Discord, where twenty events are known and feeds may be fetched."""
    digests = Digests(database, lambda: NOW)
    plan = Installation(database, now=NOW).reingests().plan
    async with (
        Worker() as worker,
        Door(door_settings(timeout_seconds=5), clock=clock) as door,
        Reapplying(database, TODAY, lambda: NOW) as grouping,
    ):

        def dress(desk: Desk) -> Desk:
            feeds = FeedDesk(door=door, worker=worker, allow_networks=LOOPBACK)
            telling = TellingDesk(preview=digests.preview, told=digests.told)
            return replace(desk, feeds=feeds, telling=telling, correct=grouping.run, reingest=plan)

        async with chatting(database, dress, settled_within=30) as here:
            here.admins.append(here.boss.id)
            await here.restart()
            yield here


def told(result: Any) -> str:
    """All that was answered so far, without the marks that keep it literal."""
    return "\n".join(shown(each) for each in (result.response, *result.followups)).replace("\\", "").replace("\u2060", "")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_every_command_does_what_it_says(database: Database) -> None:
    await report(database, 20)
    async with HostileServer(ANSWERS) as server, served(database, server) as here:
        assert {name for name, _, _ in COMMANDS} == set(here.boss.available_commands(here.channel))
        for name, options, expected in COMMANDS:
            given = {key: value.format(url=server.url("/news.xml")) if key == "url" else value for key, value in options.items()}
            result = await here.boss.slash(here.channel, name, **given)
            async with asyncio.timeout(30):
                while expected not in told(result):
                    await asyncio.sleep(0.02)  # The server of feeds is a real one, and answers in its own time.
                    await here.env.settle()
            assert str(BROKEN) not in told(result), name
            is_open = name.split()[0] in OPEN or name in OPEN
            assert result.ephemeral is (name in HIDDEN or not is_open), name
