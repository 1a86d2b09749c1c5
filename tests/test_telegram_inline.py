"""Inline mode: what is offered to somebody who types `@bot words` in any chat, against a Bot API over HTTP and a real database."""

from collections.abc import AsyncIterator

import pytest
from bot_api_world import Json
from invented import NOW, article, day
from telegram_parser import check
from telegram_station import Station, report, station

from bot.core.grouping.decision import Evidence, Opened
from bot.core.model import ArticleId, EventId, Reading
from storage.engine.database import Database
from storage.feeds import sources
from storage.news import articles, events

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HOSTILE = "<b>Strike</b> @everyone \u202egnp.exe </a> &amp; " + "💣" * 3_000


@pytest.fixture
async def here(database: Database) -> AsyncIterator[Station]:
    """A bot that knows of thirty events."""
    await report(database, 30)
    async with station(database) as opened:
        yield opened


async def typed(here: Station, words: str, *, offset: str = "", language: str = "en") -> tuple[list[Json], Json]:
    """What is offered, and how."""
    ada = here.api.person("Ada", language=language)
    inline = await here.api.inline(ada, words, offset=offset).answered()
    return inline.results, inline.options


async def test_words_find_cards(here: Station) -> None:
    results, options = await typed(here, "strike lisse")
    assert [each["title"] for each in results] == ["Strike 28 in Lisse", "Strike 20 in Lisse", "Strike 12 in Lisse", "Strike 4 in Lisse"]
    assert all("1 report" in each["description"] for each in results)
    assert "Strike 28 in Lisse" in results[0]["input_message_content"]["message_text"]
    (row,) = results[0]["reply_markup"]["inline_keyboard"]
    assert [(each["text"], each["url"]) for each in row] == [("More", f"https://t.me/{here.api.bot.username}?start=e_28")]
    assert (int(options["cache_time"]), options.get("is_personal", False)) == (30, False)


async def test_no_words_offer_the_newest_and_no_more_than_twenty(here: Station) -> None:
    results, _ = await typed(here, "  ")
    assert [each["id"] for each in results] == [f"{number}.1" for number in range(30, 10, -1)]


async def test_nothing_found_says_so(here: Station) -> None:
    results, options = await typed(here, "no such thing")
    assert (results, "No event with these words" in str(options["button"])) == ([], True)
    assert (await typed(here, "strike", offset="20"))[0] == []


@pytest.mark.parametrize("words", ['" OR 1=1', "NEAR(", "*", "'", "\0", "a" * 256, "💣", '"""', "+ - & |"])
async def test_whatever_is_typed_is_answered(here: Station, words: str) -> None:
    """FAULTS row 45: with the newest where nothing is left to look for, else with what was found, or with a word that there is none."""
    results, options = await typed(here, words)
    assert results or "No event with these words" in str(options["button"])


async def test_a_hostile_title_is_offered_as_text_that_telegram_can_read(database: Database, here: Station) -> None:
    """FAULTS rows 16 and 17."""
    content = article(31, HOSTILE, HOSTILE, outlet="<i>Out</i>let", published=day("2025-03-07"), url="https://x.example/<&\"'>").content
    async with database.write() as connection:
        source = await sources.ensure_folder(connection, "/srv/news", "news", NOW)
        await articles.record(connection, source, [(Reading(path="31.txt", size=1, mtime_ns=1, digest="31", result=content), "31")], NOW)
        await events.apply(
            connection, [Opened(event_id=EventId(31), article_id=ArticleId(31), revision=1, evidence=Evidence(threshold=0.5))], NOW
        )
    results, _ = await typed(here, "everyone")
    (offered,) = results
    assert len(offered["title"]) <= 120
    text = check(offered["input_message_content"]["message_text"])
    assert "<b>Strike</b>" in text.text.replace("\u2060", "")


async def test_an_answer_in_another_language_is_for_one_person(here: Station) -> None:
    _, options = await typed(here, "strike", language="uk")
    assert str(options["is_personal"]).lower() == "true"


async def test_a_query_that_was_overtaken_harms_nobody(here: Station) -> None:
    ada = here.api.person("Ada")
    here.api.expire(here.api.inline(ada, "str"))
    inline = await here.api.inline(ada, "strike").answered()
    assert len(inline.results) == 20
