"""What messages look like on Discord: golden embeds of cards, digests and answers, and the laws that hold for whatever the world says."""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from discord import ButtonStyle, Embed
from discord.ui import Button, Select
from discord_markdown import ALL, CONTENT, CUSTOM_ID, DESCRIPTION, EMBEDS, IN_ROW, LABEL, OPENED, OURS, ROWS, TITLE, Reading, pinged, read
from discord_samples import MESSAGES
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from invented import NOW, article, bridge, event, minute
from telegram_samples import KYIV, UKRAINIAN, UTC_READER
from telling_samples import Newsroom
from thoroughness import some

from bot.commands.desk import Desk, Request, TellingDesk
from bot.commands.registry import NAMED, respond
from bot.core.chats.chat import Reader
from bot.core.chats.screen import Level, control
from bot.core.chats.screen_page import page_of
from bot.core.event import overview
from bot.core.message import Action, Fold, Heading, Link, Listing, Message, Moment, Paragraph, Style, Table, Text
from bot.core.model import Article, Precision
from bot.core.phase import Phase
from bot.core.phrase import verbatim
from bot.core.telling.card import event_card
from bot.core.telling.digest import choose, compose
from bot.core.telling.digest_settings import DigestSettings
from bot.core.text.neutral import JOINER
from bot.pipeline.digests import Digests
from bot.platforms.discord.keyboard import keyboard
from bot.platforms.discord.literal import address
from bot.platforms.discord.render import COLOURS, content_of, embeds_of, name_of, pages, parts, toast
from bot.platforms.discord.spelling import spelled
from storage.engine.database import Database

GOLDEN = Path(__file__).parent / "golden" / "discord_render"
AT = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
LEVEL = Level(line="/latest")


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def check(message: Message, reader: Reader = UTC_READER) -> tuple[Embed, Reading]:
    """Write a message, assert that Discord takes it, and that nothing in it is live or styled but what is ours."""
    embeds = embeds_of(message, reader)
    assert 0 < len(embeds) <= EMBEDS
    (embed,) = embeds
    title, description = embed.title or "", embed.description or ""
    assert title.strip() or description.strip(), "empty message"
    assert units(title) <= TITLE
    assert units(description) <= DESCRIPTION
    assert units(title) + units(description) <= ALL
    title.encode()
    description.encode()
    allowed = {address(span.url) for block in message.blocks for span in spans_of(block) if isinstance(span, Link)}
    assert embed.url is None or embed.url in allowed
    in_title, reading = read(title), read(description)
    assert not in_title.kinds, in_title.found
    assert not in_title.links
    assert reading.kinds <= OURS, reading.found
    assert {url for _, url in reading.links} <= allowed
    assert not pinged(title) + pinged(description)
    assert bool(reading.of("quote")) <= any(isinstance(block, Fold) for block in message.blocks)
    check_keyboard(message, reader)
    return embed, reading


def spans_of(block: Heading | Paragraph | Listing | Fold | Table) -> list[Text | Link | Moment]:
    match block:
        case Heading(line) | Paragraph(line):
            return list(line)
        case Listing(items):
            return [span for item in items for line in item for span in line]
        case Fold(summary, lines):
            return [*summary, *(span for line in lines for span in line)]
        case Table(_, rows):
            return [span for row in rows for cell in row for span in cell]


def check_menu(menu: Select[Any]) -> int:
    """See that a menu is one that Discord takes; gives its row."""
    assert 1 <= len(menu.options) <= 25
    assert 0 < units(menu.placeholder or "") <= 150
    assert len(menu.custom_id) <= 100
    assert len({option.value for option in menu.options}) == len(menu.options)
    for option in menu.options:
        assert 0 < units(option.label) <= 100
        assert option.value.startswith(">/")
        assert len(option.value) <= 100
    return menu.row or 0


def check_keyboard(message: Message, reader: Reader) -> list[list[Button[Any]]]:
    view = keyboard(message.actions, language=reader.language)
    if view is None:
        return []
    menus = [check_menu(item) for item in view.children if isinstance(item, Select)]
    rows: dict[int, list[Button[Any]]] = {}
    for button in view.children:
        if button.row not in menus:
            assert isinstance(button, Button)
            rows.setdefault(button.row or 0, []).append(button)
    assert len(rows) + len(menus) <= ROWS
    assert all(len(row) <= IN_ROW for row in rows.values())
    for button in (each for row in rows.values() for each in row):
        assert button.label
        assert 0 < units(button.label) <= LABEL
        assert button.url is None or (len(button.url) <= OPENED and button.url.startswith(("http://", "https://")))
        assert button.url or (button.custom_id and len(button.custom_id.encode()) <= min(64, CUSTOM_ID))
    keys = [each.url or each.custom_id for row in rows.values() for each in row]
    assert len(set(keys)) == len(keys)
    return list(rows.values())


def check_golden(name: str, messages: Sequence[Message], reader: Reader = UTC_READER) -> None:
    """Compare with the stored text, where U+2060 is written ~ and buttons stand below; `UPDATE_GOLDEN=1` writes it anew."""
    whole = "\n=====\n".join(drawn(message, reader) for message in messages).replace(JOINER, "~") + "\n"
    path = GOLDEN / f"{name}.md"
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(whole, encoding="utf-8")
    assert whole == path.read_text(encoding="utf-8")


def drawn(message: Message, reader: Reader) -> str:
    embed, _ = check(message, reader)
    head = [f"colour: {embed.colour}", f"title: {embed.title}" + (f" -> {embed.url}" if embed.url else "")]
    rows = [" ".join(f"[{button.label}]" for button in row) for row in check_keyboard(message, reader)]
    view = keyboard(message.actions, language=reader.language)
    menus = [item for item in view.children if isinstance(item, Select)] if view else []
    rows = [*(f"[{each.placeholder}: {' | '.join(option.label for option in each.options)}]" for each in menus), *rows]
    return "\n".join([*(head if embed.title else head[:1]), "", embed.description or "", *([""] if rows else []), *rows])


def shown(*spans: Text | Link | Moment, reader: Reader = KYIV) -> str:
    embed, _ = check(Message((Paragraph(spans),)), reader)
    return (embed.description or "").replace(JOINER, "~")


def many_reports(number: int, title: str, url: str = "") -> list[Article]:
    return [
        article(
            each, f"{title} {each}", "Ferries stay in port.", outlet=f"Outlet {each}", published=minute("2025-03-04T08:12"), url=url or None
        )
        for each in range(1, number + 1)
    ]


HOSTILE = [
    article(
        1,
        "@everyone [bank](http://evil.example) <@123> **<b>Quake</b>** discord.gg/abc",
        "# AT&T says a < b. Call +12125550123 or </stop:12> <:x:1> :skull: ~~no~~ ||yes|| <t:0:R> now and then.",
        outlet="A&B *News* <#5>",
        published=minute("2025-03-04T08:12"),
        url="https://a.example/x_(y)_*z*?q=[1]",
    ),
    article(2, "زلزال يضرب خليج طوكيو \u202e", "قالت هيئة الأرصاد إن الزلزال وقع على عمق أربعين كيلومترا.", outlet="صوت الخليج"),
    article(3, "🌊🌊🌊 Quake " + "so strong " * 40 + "\u200b\x00\n", outlet="Loud 👩‍🚒 Post", url='https://loud.example/?a=1&b="2"'),
    article(4, "> 1. see https://evil.example/login [now] `rm`", outlet="-# small", url="https://d.example/"),
]


@pytest.mark.parametrize(("reader", "suffix"), [(UTC_READER, ""), (UKRAINIAN, "_uk")])
def test_cards_and_digests_read_well(reader: Reader, suffix: str) -> None:
    check_golden(f"card{suffix}", parts(event_card(overview(bridge())), reader), reader)
    strike = event([article(7, "Harbour strike enters its third week", outlet="Flussbote")], 12)
    digest = choose([bridge(), strike], since=NOW - timedelta(hours=24), until=NOW, articles=6, events=2, settings=DigestSettings())
    check_golden(f"digest{suffix}", parts(compose(digest), reader), reader)
    check_golden(f"hostile{suffix}", parts(event_card(overview(event(HOSTILE))), reader), reader)


@pytest.mark.parametrize("url", ["", "https://news.example/" + "a" * 250, "https://news.example/" + "&" * 1_800])
@pytest.mark.parametrize("title", ["Ferry", "Ferry adrift " * 14, "*" * 199])
def test_a_card_is_one_message_however_much_is_told(url: str, title: str) -> None:
    """It is edited: a second part would stay as it was."""
    (card,) = parts(event_card(overview(event(many_reports(60, title, url)))), UTC_READER)
    _, reading = check(card)
    assert reading.text.count("\n") >= 6
    assert card.actions
    assert card.phase is not None


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


@pytest.mark.parametrize(("reader", "suffix"), [(KYIV, ""), (UKRAINIAN, "_uk")])
async def test_answers_of_commands_read_well(desk: Desk, reader: Reader, suffix: str) -> None:
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
        check_golden(f"{name}{suffix}", pages(await asked(desk, line), reader), reader)


async def test_every_command_is_readable_with_and_without_words(desk: Desk) -> None:
    """FAULTS rows 16 and 18."""
    for name in NAMED:
        for words in ("", " 3", " ferry", " <@1> [x](http://evil.example) **@everyone**", " 99999", " off"):
            for reader in (KYIV, UKRAINIAN):
                message = await asked(desk, f"/{name}{words}")
                for each in (*parts(message, reader), *pages(message, reader)):
                    check(each, reader)


async def test_a_long_list_is_pages_that_offer_what_they_name(desk: Desk) -> None:
    listed = await asked(desk, "/latest 30")
    found = pages(replace(listed, actions=(*listed.actions, Action("Refresh", "/latest 30"))), KYIV)
    assert 3 <= len(found) <= 6
    for page in found:
        embed, reading = check(page, KYIV)
        assert embed.title == "Latest events"
        named = [action for action in page.actions if f"{spelled(action.command)} " in f"{reading.text.replace(JOINER, '')} "]
        assert [*named, Action("Refresh", "/latest 30")] == list(page.actions)
    assert sum(len(page.actions) - 1 for page in found) == 30


@settings(max_examples=some(300), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(Message(blocks=(Paragraph(line=(Text(text="http://evil.example)@everyone"),)),)), UTC_READER)
@given(MESSAGES, st.sampled_from([KYIV, UKRAINIAN, UTC_READER]))
def test_no_message_pings_links_or_breaks_a_limit(message: Message, reader: Reader) -> None:
    """FAULTS rows 16, 17 and 18."""
    for each in (*parts(message, reader), *pages(message, reader)):
        embed, _ = check(each, reader)
        assert not (embed.description or "").endswith(f"{JOINER}…"), "only whole parts are given"
        text = content_of(each, reader)
        assert 0 < units(text) <= CONTENT
        assert not read(text).kinds
        assert not read(text).links
        assert not pinged(text)
        assert 0 < units(name_of(each, reader)) <= 100
        (short,) = embeds_of(each, reader, is_short=True)
        assert units(short.description or "") <= DESCRIPTION // 2


@settings(max_examples=some(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(MESSAGES)
def test_what_is_cut_because_nobody_parted_it_is_still_harmless(message: Message) -> None:
    """FAULTS row 17."""
    check(message)


# ---- pieces


def test_styles_and_links() -> None:
    assert shown(Text("a "), Text("b", Style.STRONG), Text(" c", Style.EMPHASIS), Text(" d", Style.QUIET)) == "a **b** *c* d"
    assert shown(Text("old: "), Text("failing", Style.WARNING)) == "old: ⚠️ failing"
    assert shown(Text("b*", Style.STRONG), Text("c", Style.EMPHASIS)) == "**b\\*~**~*c*"
    assert shown(Text("seen"), Text(" lately", Style.QUIET)) == "seen lately"
    assert shown(Text("no news", Style.QUIET)) == "-# no news"
    assert shown(Link("A [1]", "https://x.example/a_(b)?c=*.", Style.STRONG)) == "**[A ［1］](https://x.example/a_%28b%29?c=%2A%2E)**"
    for url in ("javascript:alert(1)", "http://localhost/", "https://bank.example@evil.com/", "https://x.example/\ud83d", "http://[::1]/"):
        assert shown(Link("text", url)) == "text"


@pytest.mark.parametrize("text", ["see https://evil.example/", "http:evil.example", "https：//bank.example", "ｈttps∕∕x", "hTTps ://x"])
def test_a_title_that_reads_like_an_address_leads_nowhere_itself(text: str) -> None:
    """FAULTS row 18. Discord would show the whole link as it is written."""
    _, reading = check(Message((Paragraph((Link(text, "https://news.example/1"),)),)))
    assert reading.links == [("↗", "https://news.example/1")]


def test_addresses_in_text_are_shown_to_be_copied() -> None:
    assert shown(Text(verbatim("see https://x.example/feed.xml."))) == "see `https://x.example/feed.xml`~."
    assert shown(Text("https://x.example/`a`")) == "https~://x.example/\\`a\\`"
    assert shown(Text("https://x.example/", Style.STRONG)) == "**https~://x.example/**"


def test_times_are_spelled_by_the_client_and_days_are_days_everywhere() -> None:
    at = datetime(2026, 3, 4, 22, 30, tzinfo=UTC)
    assert shown(Moment(at)) == "-# <t:1772663400:f>"
    assert shown(Text("at "), Moment(at, is_ago=True)) == "at <t:1772663400:R>"
    assert shown(Text("on "), Moment(at, Precision.DAY)) == "on 4 Mar 2026"
    assert shown(Text("on "), Moment(at, Precision.INFERRED)) == "on 4 Mar 2026 (inferred)"
    assert shown(Text("on "), Moment(datetime(1961, 4, 12, 6, 7, tzinfo=UTC))) == "on 12 Apr 1961 09:07"
    assert content_of(Message((Paragraph((Moment(at),)),)), KYIV) == "5 Mar 2026 00:30"
    _, reading = check(Message((Paragraph((Moment(at),)),)))
    assert reading.times == [1772663400]


def test_blocks() -> None:
    def line(text: str) -> tuple[Text]:
        return (Text(text),)

    message = Message(
        (
            Heading(line("Title *")),
            Paragraph(line("one")),
            Listing(((line("a"),), (line("b"),)), numbered=True),
            Fold(line("All"), tuple(line(f"- {number}") for number in range(7))),
            Paragraph(line("end")),
            Heading(line("More")),
            Table(("Outlet", "Articles"), ((line("Babel"), line("12")), (line("Post"), line("")))),
            Table(("", ""), ((line("zone"), line("UTC")),)),
        )
    )
    (embed,) = embeds_of(message, KYIV)
    assert embed.title == "Title \\*"
    assert embed.description == (
        "one\n\n**1.** a\n**2.** b\n\nAll\n> \\- 0\n> \\- 1\n> \\- 2\n> \\- 3\n> \\- 4\n> …\nend\n\n**More**\n\n"
        "*Outlet*\n**Babel**  ·  Articles 12\n**Post**\n\n**zone**  UTC"
    )
    assert content_of(message, KYIV).startswith("Title \\*\none\n\n1\\. a\n2\\. b\n\nAll\n\\- 0\n")


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\u3164", "\n"])
def test_nothing_to_see_is_sent_as_a_sign_of_that(text: str) -> None:
    (embed,) = embeds_of(Message((Paragraph((Text(text),)),)), KYIV)
    assert embed.description == "…"
    assert embeds_of(Message(()), KYIV)[0].description == "…"
    assert name_of(Message(()), KYIV) == "…"


def test_a_heading_that_no_title_can_be_stands_in_the_text() -> None:
    long = Message((Heading((Text("*" * 200),)), Paragraph((Text("x"),))))
    assert embeds_of(long, KYIV)[0].title is None
    timed = Message((Heading((Text("since "), Moment(AT))),))
    assert embeds_of(timed, KYIV)[0].description == "**since <t:1795341900:f>**"


def test_cards_have_the_colour_of_their_phase() -> None:
    for phase in Phase:
        message = replace(event_card(overview(bridge())), phase=phase)
        colours = {embeds_of(each, KYIV)[0].colour for each in (*parts(message, KYIV), *pages(message, KYIV))}
        assert [colour and colour.value for colour in colours] == [COLOURS[phase]]
    assert embeds_of(Message((Paragraph((Text("x"),)),)), KYIV)[0].colour is None


def test_a_toast_is_one_short_sentence() -> None:
    said = Paragraph((Text("The zone of this chat is Europe/Kyiv."),))
    assert toast(Message((said,)), KYIV) == "The zone of this chat is Europe/Kyiv."
    assert toast(Message((Paragraph((Text("a*b"),)),)), KYIV) == "a*b"
    assert toast(Message((said,), (Action("Settings", "/settings"),)), KYIV) is None
    assert toast(Message((said, said)), KYIV) is None
    assert toast(Message((Paragraph((Link("x", "https://x.example/"),)),)), KYIV) is None
    assert toast(Message((Paragraph((Text("x" * 201),)),)), KYIV) is None
    assert toast(Message((Paragraph((Text(" "),)),)), KYIV) is None


def test_buttons_send_what_screens_understand() -> None:
    actions = (
        Action("Sources", "/sources 12"),
        Action("Zone", "/timezone", asks="Which city?"),
        Action("Open", "https://news.example/1"),
        Action("Again", "/sources 12"),
        Action("Long", "/search " + "q" * 60),
        Action("‹", "="),
        Action("1/3", "="),
        Action("›", "#2.0 /latest"),
        Action("Close", "x"),
    )
    rows = check_keyboard(Message((), actions), KYIV)
    assert [[button.label for button in row] for row in rows] == [["Sources", "Zone", "Open"], ["‹", "1/3", "›", "Close"]]
    pressed = [button.custom_id for row in rows for button in row if button.custom_id and not button.disabled]
    assert pressed == [">/sources 12", "?/timezone", "#2.0 /latest", "x"]
    assert all(control(data) for data in pressed)
    assert rows[0][2].style is ButtonStyle.link
    assert keyboard((), language=None) is None


async def test_the_library_remembers_no_buttons() -> None:
    view = keyboard((Action("Sources", "/sources 12"),))
    assert view is not None
    assert view.is_finished()


def test_a_full_keyboard_keeps_its_controls() -> None:
    page = Message((), tuple(Action(f"Event {number}", f"/event {number}") for number in range(1, 41)))
    message, _ = page_of((LEVEL, LEVEL), [page, page])
    rows = check_keyboard(message, KYIV)
    assert [len(row) for row in rows] == [5, 5, 5, 5, 5]
    assert [button.label for button in rows[-1]] == ["‹", "1/2", "›", "Back", "Close"]
