"""What messages look like on Telegram: golden texts of cards, digests and answers of real commands, and the parts of a message one by one."""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from invented import NOW, article, bridge, event, minute
from telegram_parser import check, parsed, units
from telegram_samples import KYIV, UKRAINIAN, UTC_READER
from telling_samples import Newsroom

from bot.commands.desk import Desk, Request, TellingDesk
from bot.commands.registry import NAMED, respond
from bot.core.chats.chat import Reader
from bot.core.event import overview
from bot.core.message import Action, Fold, Heading, Link, Listing, Message, Moment, Paragraph, Style, Table, Text
from bot.core.model import Article, Precision
from bot.core.phrase import verbatim
from bot.core.telling.card import event_card
from bot.core.telling.digest import choose, compose
from bot.core.telling.digest_settings import DigestSettings
from bot.core.text.neutral import JOINER
from bot.pipeline.digests import Digests
from bot.platforms.telegram.render import pages, parts, render, toast
from storage.engine.database import Database

GOLDEN = Path(__file__).parent / "golden" / "telegram_render"
AT = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)


def check_golden(name: str, messages: Sequence[Message], reader: Reader = UTC_READER) -> None:
    """Compare with the stored text, where U+2060 is written ~; `UPDATE_GOLDEN=1` writes it anew."""
    texts = [render(message, reader) for message in messages]
    for text in texts:
        check(text)
    whole = "\n=====\n".join(texts).replace(JOINER, "~") + "\n"
    path = GOLDEN / f"{name}.html"
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(whole, encoding="utf-8")
    assert whole == path.read_text(encoding="utf-8")


def html(*spans: Text | Link | Moment, reader: Reader = KYIV) -> str:
    text = render(Message((Paragraph(spans),)), reader)
    check(text)
    return text.replace(JOINER, "~")


def many_reports(number: int, title: str, url: str = "") -> list[Article]:
    return [
        article(
            each, f"{title} {each}", "Ferries stay in port.", outlet=f"Outlet {each}", published=minute("2025-03-04T08:12"), url=url or None
        )
        for each in range(1, number + 1)
    ]


def test_cards_and_digests_read_well() -> None:
    check_golden("card", parts(event_card(overview(bridge())), UTC_READER))
    strike = event([article(7, "Harbour strike enters its third week", outlet="Flussbote")], 12)
    digest = choose([bridge(), strike], since=NOW - timedelta(hours=24), until=NOW, articles=6, events=2, settings=DigestSettings())
    check_golden("digest", parts(compose(digest), UTC_READER))


def test_hostile_reports_make_a_readable_card() -> None:
    """FAULTS rows 16 and 17."""
    reports = [
        article(1, "<b>Quake</b> & “fire”: @everyone /stop evil.com", "AT&T says a < b. Call +12125550123.", outlet="A&B <i>News</i>"),
        article(2, "زلزال يضرب خليج طوكيو \u202e", "قالت هيئة الأرصاد إن الزلزال وقع على عمق أربعين كيلومترا.", outlet="صوت الخليج"),
        article(3, "🌊🌊🌊 Quake " + "so strong " * 40 + "\u200b\x00\n", outlet="Loud 👩‍🚒 Post", url='https://loud.example/?a=1&b="2"'),
    ]
    check_golden("hostile", parts(event_card(overview(event(reports))), UTC_READER))


@pytest.mark.parametrize("url", ["", "https://news.example/" + "a" * 800, "https://news.example/" + "&" * 1_800])
@pytest.mark.parametrize("title", ["Ferry", "Ferry adrift " * 14])
def test_a_card_is_one_message_however_much_is_told(url: str, title: str) -> None:
    """It is edited: a second part would stay as it was."""
    (card,) = parts(event_card(overview(event(many_reports(60, title, url)))), UTC_READER)
    read = check(render(card, UTC_READER))
    assert all(f"Outlet {number} " in read.text for number in range(1, 26))
    assert card.actions


@pytest.fixture
async def desk(database: Database) -> Desk:
    """Thirty events, the third told by two outlets."""
    room = Newsroom(database)
    for number in range(1, 31):
        await room.report(number, "The Harbour Post", f"Ferry {number} stays in port, <b>crews</b> & pilots walk out", published=AT)
    await room.report(3, "Babel", "Ferry 3: “nobody sails”", published=AT)
    digests = Digests(database, lambda: AT)
    return Desk(database=database, version="1.2.3", telling=TellingDesk(preview=digests.preview, told=digests.told))


async def asked(desk: Desk, line: str) -> Message:
    return (await respond(desk, Request(text=line, now=AT))).message


async def test_answers_of_commands_read_well(desk: Desk) -> None:
    for name, line in (
        ("latest", "/latest 12"),
        ("event", "/event 3"),
        ("event_sources", "/sources 3"),
        ("sources", "/sources"),
        ("settings", "/settings"),
        ("help", "/help"),
        ("start", "/start"),
        ("digest_now", "/digest"),
    ):
        check_golden(name, pages(await asked(desk, line), KYIV), KYIV)


async def test_every_command_is_readable_with_and_without_words(desk: Desk) -> None:
    for name in NAMED:
        for words in ("", " 3", " ferry", " <b>@x</b> evil.com/y", " 99999", " off"):
            for reader in (KYIV, UKRAINIAN):
                message = await asked(desk, f"/{name}{words}")
                for each in (*parts(message, reader), *pages(message, reader)):
                    check(render(each, reader))
                    check(render(each, reader, is_plain=True), is_html=False)


async def test_a_long_list_is_pages_that_offer_what_they_name(desk: Desk) -> None:
    listed = await asked(desk, "/latest 30")
    found = pages(replace(listed, actions=(*listed.actions, Action("Refresh", "/latest 30"))), KYIV)
    assert 3 <= len(found) <= 5
    for page in found:
        text = parsed(render(page, KYIV)).text
        assert text.startswith("Latest events\n")
        named = [action for action in page.actions if f"{action.command} " in text]
        assert [*named, Action("Refresh", "/latest 30")] == list(page.actions)
    assert sum(len(page.actions) - 1 for page in found) == 30
    assert len(pages(await asked(desk, "/latest 8"), KYIV)) == 1
    assert [len(part.actions) for part in parts(await asked(desk, "/latest 30"), KYIV)][-1] == 30


def test_styles_and_links() -> None:
    assert html(Text("a "), Text("b", Style.STRONG), Text(" c", Style.EMPHASIS), Text(" d", Style.QUIET)) == "a <b>b</b><i> c</i> d"
    assert html(Text("old: "), Text("failing", Style.WARNING)) == "old: ⚠️ failing"
    assert html(Link("A & B", 'https://x.example/?a=1&b="2"', Style.STRONG)) == (
        '<b><a href="https://x.example/?a=1&amp;b=&quot;2&quot;">A &amp; B</a></b>'
    )
    for url in ("javascript:alert(1)", "tg://user?id=1", "http://localhost/", "https://bank.example@evil.com/"):
        assert html(Link("text", url)) == "text"


def test_times_are_spelled_by_the_client_and_days_are_days_everywhere() -> None:
    at = datetime(2026, 3, 4, 22, 30, tzinfo=UTC)
    assert html(Moment(at)) == '<tg-time unix="1772663400" format="dt">5 Mar 2026 00:30</tg-time>'
    assert html(Moment(at), reader=UTC_READER) == '<tg-time unix="1772663400" format="dt">4 Mar 2026 22:30 UTC</tg-time>'
    assert html(Moment(at), reader=UKRAINIAN) == '<tg-time unix="1772663400" format="dt">5 бер. 2026 00:30</tg-time>'
    assert html(Moment(at, Precision.DAY)) == "4 Mar 2026"
    assert html(Moment(at, Precision.INFERRED)) == "4 Mar 2026 (inferred)"
    assert html(Moment(datetime(2090, 1, 1, tzinfo=UTC))) == "1 Jan 2090 02:00"
    read = parsed(render(Message((Paragraph((Moment(at),)),)), KYIV))
    assert (read.entities[0].kind, read.entities[0].unix) == ("DateTime", 1772663400)


def test_commands_and_addresses_in_text() -> None:
    assert html(Text(verbatim("/help lists. /event 12 · /sources 3: see https://x.example/feed.xml."))) == (
        "/help lists. <code>/event 12</code> · <code>/sources 3</code>: see <code>https://x.example/feed.xml</code>."
    )
    assert html(Text(verbatim("/event 12"), Style.STRONG)) == "<b>/event 12</b>"
    assert html(Text("/stop /nonsense @name #tag evil.com")) == "/~stop /~nonsense @~name #~tag evil~.com"
    assert html(Text("1/2 and/or 5.3 U.S. 12:40")) == "1/2 and/or 5.3 U.S. 12:40"


def test_letters_from_right_to_left_turn_nothing_around_them() -> None:
    assert html(Text("by "), Text("صوت الخليج", Style.STRONG), Text(" · 3")) == "by <b>\u2068صوت الخليج\u2069</b> · 3"
    assert html(Text("abc\u202edef\u2066")) == "abcdef"


def test_blocks() -> None:
    def line(text: str) -> tuple[Text]:
        return (Text(text),)

    message = Message(
        (
            Heading(line("Title")),
            Paragraph(line("one")),
            Listing(((line("a"),), (line("b"),)), numbered=True),
            Fold(line("All"), (line("x"), line("y"))),
            Paragraph(line("end")),
            Table(("Outlet", "Articles"), ((line("Babel"), line("12")), (line("Post"), line("")))),
            Table(("", ""), ((line("zone"), line("UTC")),)),
        )
    )
    assert render(message, KYIV) == (
        "<b>Title</b>\none\n\n1. a\n2. b\n\nAll\n<blockquote expandable>x\ny</blockquote>\nend\n\n"
        "<i>Outlet</i>\n<b>Babel</b>  ·  Articles 12\n<b>Post</b>\n\n<b>zone</b>  UTC"
    )
    assert render(message, KYIV, is_plain=True).startswith("Title\none\n\n1. a\n2. b\n\nAll\nx\ny\nend\n\nOutlet\nBabel  ·  Articles 12")


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\u3164", "\n"])
def test_nothing_to_see_is_sent_as_a_sign_of_that(text: str) -> None:
    assert check(render(Message((Paragraph((Text(text),)),)), KYIV)).text == "…"
    assert check(render(Message(()), KYIV)).text == "…"


def test_a_toast_is_one_short_sentence() -> None:
    said = Paragraph((Text("The zone of this chat is Europe/Kyiv."),))
    assert toast(Message((said,)), KYIV) == "The zone of this chat is Europe/Kyiv."
    assert toast(Message((said,), (Action("Settings", "/settings"),)), KYIV) is None
    assert toast(Message((said, said)), KYIV) is None
    assert toast(Message((Paragraph((Link("x", "https://x.example/"),)),)), KYIV) is None
    assert toast(Message((Paragraph((Text("x" * 201),)),)), KYIV) is None
    assert units("a😀") == 3
