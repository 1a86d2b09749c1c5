"""What a chat that reads Ukrainian is told, by real commands over an invented newsroom: no English word of ours is left in it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from storage_samples import add_feed, check
from telling_samples import MORNING, Newsroom

from bot.commands.catalogue import COMMANDS
from bot.commands.desk import Desk, Request
from bot.commands.registry import respond
from bot.core.event import Overview, overview
from bot.core.message import Message, Moment, Paragraph, Text
from bot.core.model import EventId, Precision
from bot.core.phrase import phrase
from bot.core.telling.card import event_card, merged_card, reply, updated
from bot.core.telling.digest import Digest, arrange, compose, compose_hidden, gathered, ranked
from bot.core.telling.digest_settings import DigestSettings
from bot.core.telling.ledger import Developing, classify, grown, told_now
from bot.core.telling.significance import Significance, told_why
from bot.languages import LANGUAGES, say
from bot.platforms.console.completion import Completions
from bot.platforms.console.output import Printer
from bot.platforms.console.render import render
from bot.platforms.console.screen import Screen
from storage.chats import chats
from storage.engine.database import Database
from storage.news import events

WORD: Final = re.compile(r"[A-Za-z]{2,}")

WORLD: Final = re.compile(
    r"`[^`]*`|Story \d+ tells more of it|Feed of https?://\S+|https?://\S+|/news/in\b|\bin\b|\d+\.txt|harbour|ferry|[A-Z][a-z]+/[A-Z][A-Za-z_]+"
    r"|London|Berlin|New York|Chicago|Los Angeles|Kolkata|Tokyo"
)
"""What comes from outside: the text of each article, names of feeds, addresses, the folder, words that decided, time zones; and what is typed
in a shell."""

TYPED: Final = frozenset(
    "all breaking cooldown daily delete drop empty feed filter friday hidden lang line link min none off outlet page preview "
    "replies retry significant silence weekdays weekly within yes failing paused telegram terminal source dry run apply cancel status"
    " event latest picture en uk xx AND NOT OR DAY HH MM ID URL FILE Kyiv Europe Lisbon EST UTC pm Reuters".split()
)
"""Words of commands, which are the same in every language, and what stands for what is typed."""

NAMES: Final = frozenset(
    "Slugline Telegram OPML RSS Atom RDF JSON Feed robots txt sqlite postgresql PostgreSQL SQLite".split()
) | frozenset(" ".join(LANGUAGES.values()).split())


def check_ukrainian(message: Message) -> str:
    """Look for English in what a reader sees, is offered and is asked; gives what they see."""
    shown, left = english_in(message)
    assert not left, f"{left} in\n{shown}"
    return shown


def english_in(message: Message) -> tuple[str, list[str]]:
    shown = render(message, Screen(zone=UTC, language="uk", width=100))
    asked = "\n".join(say(action.asks, "uk") for action in message.actions)
    ours = re.sub(r"/[a-z]+", "", WORLD.sub("", f"{shown}\n{asked}"))
    return shown, [word for word in WORD.findall(ours) if word not in TYPED | NAMES]


@pytest.fixture
async def newsroom(database: Database) -> Newsroom:
    """Two events of several outlets, one of them with a copy; one feed that works."""
    room = Newsroom(database)
    room.now = MORNING - timedelta(hours=3)
    await room.report(1, "Портовий вісник", "Пором дрейфує біля Орлика")
    first = await room.report(1, "Голос Велі", "Пором із сорока людьми дрейфує")
    await room.report(1, "Третя хвиля", "Пором дрейфує", copy_of=first)
    await room.report(2, None, "У гавані другий тиждень страйкують докери")
    async with database.write() as connection:
        await check(connection, await add_feed(connection))
    room.now = MORNING
    return room


@pytest.fixture
def desk(newsroom: Newsroom) -> Desk:
    return Desk(database=newsroom.database, version="1.2.3", zone="Europe/Kyiv")


async def seen(newsroom: Newsroom, number: int) -> Overview:
    async with newsroom.database.read() as connection:
        (found,) = await events.load(connection, [EventId(number)])
    return overview(found)


ASKED = (
    "/latest",
    "/latest пором",
    "/latest дощ",
    "/top",
    "/top 2h",
    "/event 1",
    "/event 2",
    "/event 99",
    "/event x",
    "/event",
    "/timeline 1",
    "/why 1",
    "/digest",
    "/digest hidden",
    "/digest preview",
    "/sources",
    "/sources failing",
    "/sources event 1",
    "/sources feed 2",
    "/sources дощ",
    "/sources page 7",
    "/search",
    "пором",
    "дощ",
    "/subscribe 08:00",
    "/subscribe weekdays 07:30 Kyiv",
    "/subscribe friday 18:00 +гавань -спорт",
    "/subscribe breaking min:3 within:2h",
    "/subscribe weekly",
    "/subscribe 25:00",
    "/subscribe off",
    "/subscribe 08:00 (гавань",
    "/subscribe 08:00 min:0",
    "/subscriptions",
    "/filter",
    "/filter 1 +гавань",
    "/unsubscribe 99",
    "/time",
    "/time 09:15",
    "/alerts",
    "/alerts 4",
    "/alerts off",
    "/unsubscribe",
    "/settings",
    "/settings empty silence",
    "/settings x",
    "/quiet",
    "/quiet 22:00-07:00",
    "/quiet завжди",
    "/timezone",
    "/timezone Kyiv",
    "/timezone дощ",
    "/language",
    "/language uk",
    "/language xx",
    "/follow",
    "/follow 1",
    "/follow",
    "/follow 1 off",
    "/mute",
    "/mute 2 7d",
    "/mute гавань",
    "/mute",
    "/mute гавань off",
    "/privacy",
    "/privacy delete",
    "/status",
    "/errors",
    "/deliveries",
    "/addsource",
    "/pause 2",
    "/sources",
    "/resume 2",
    "/fulltext 2 page",
    "/check all",
    "/removesource 2",
    "/removesource 2",
    "/import",
    "/export",
    "/ban",
    "/ban telegram/7",
    "/ban",
    "/allow telegram/7",
    "/cancel",
    "/stop",
    "/settings",
    "/subscriptions",
    "/start",
    "/help",
    "/help latest",
    "/helpp",
    "/privacy delete yes",
    "/privacy",
)


async def test_every_answer_is_in_ukrainian(desk: Desk) -> None:
    for typed in ASKED:
        answer = await respond(desk, Request(text=typed, now=MORNING, person="1"))
        shown, left = english_in(answer.message)
        assert not left, f"{typed}: {left} in\n{shown}"


async def test_every_command_is_explained_in_ukrainian(desk: Desk) -> None:
    for command in COMMANDS:
        answer = await respond(desk, Request(text=f"/help {command.name}", now=MORNING))
        assert "/" + command.name in check_ukrainian(answer.message)


async def test_an_empty_installation_answers_in_ukrainian(database: Database) -> None:
    desk = Desk(database=database, version="1.2.3")
    for typed in ("/latest", "/digest", "/sources", "/errors", "/status", "/export", "/event 1"):
        check_ukrainian((await respond(desk, Request(text=typed, now=MORNING))).message)


async def test_cards_and_digests_are_in_ukrainian(newsroom: Newsroom) -> None:
    before = await seen(newsroom, 1)
    told = told_now(before, newsroom.now)
    newsroom.later(hours=1)
    await newsroom.report(1, "Нічна варта", "Пором узято на буксир", times=3)
    ferry, strike = await seen(newsroom, 1), await seen(newsroom, 2)
    news = classify(ferry, told)
    assert isinstance(news, Developing)
    assert "4 видання, 5 незалежних повідомлень, 1 копія" in check_ukrainian(event_card(ferry))
    check_ukrainian(event_card(strike))
    check_ukrainian(Message((updated(ferry, grown(news.delta)),)))
    check_ukrainian(merged_card(EventId(3), ferry))
    check_ukrainian(gathered(ferry))
    for why in Significance:
        check_ukrainian(reply(ferry, told_why(why, ferry, told)))
    window = Digest(since=newsroom.now - timedelta(days=1), until=newsroom.now, articles=1_204, events=21, shown=(), hidden=(), backlog=2)
    for settings in (DigestSettings(), DigestSettings(most=1)):
        digest = arrange(window, ranked([ferry, strike]), settings=settings, told={ferry.id: told})
        assert "1 204 статті → 21 подія → показано" in check_ukrainian(compose(digest)).replace("\xa0", " ")
        check_ukrainian(compose_hidden(digest))
    check_ukrainian(compose(window))
    check_ukrainian(compose_hidden(window))


def test_days_have_the_months_of_their_language() -> None:
    told = Message((Paragraph((Moment(datetime(2026, 11, 22, 9, 5, tzinfo=UTC)), Text(" – "), Moment(MORNING, Precision.INFERRED))),))
    assert check_ukrainian(told).strip() == "22 лист. 2026 09:05 UTC – 22 лист. 2026 (визначено)"


async def test_the_terminal_speaks_the_language_that_it_is_set_to(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    printer = Printer(UTC, language="uk")
    printer.answer(await respond(desk, Request(text="/event x", now=MORNING)))
    printer.notice(phrase("Nothing to cancel."))
    printer.language = "en"
    printer.answer(await respond(desk, Request(text="/event x", now=MORNING)))
    said = capsys.readouterr().out
    assert said.index("«x» – це не номер події.") < said.index("Немає чого скасовувати.") < said.index("“x” is not the number of an event.")
    ukrainian = Completions(COMMANDS, _nothing, _nothing, lambda: "uk")
    shown = {each.text: each.display_meta_text for each in ukrainian.get_completions(Document("/"), CompleteEvent())}
    assert (shown["/latest"], shown["/quit"]) == ("Найновіші події", "Вийти")


async def test_json_is_the_same_in_every_language(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Scripts read facts: what was put into words for people is English there."""
    answer = await respond(desk, Request(text="/digest hidden", now=MORNING))
    told = []
    for language in LANGUAGES:
        Printer(UTC, language=language, as_json=True).answer(answer)
        told.append(capsys.readouterr().out)
    assert told == [told[0]] * len(LANGUAGES)


async def test_what_is_stored_of_a_phrase_is_english(newsroom: Newsroom) -> None:
    """Reasons are read by programs and people of other languages, too."""
    chat = await newsroom.chat()
    async with newsroom.database.write() as connection:
        await chats.pause(connection, chat.id, phrase("Event {id}", id=12), newsroom.now)
        kept = await chats.get(connection, chat.id)
    assert kept is not None
    assert (kept.paused_reason, type(kept.paused_reason)) == ("Event 12", str)


async def _nothing(typed: str) -> list[tuple[int, str]]:
    del typed
    return []
