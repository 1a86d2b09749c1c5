"""What Telegram is sent, whatever the world put into it: laws that Telegram's own parser is asked about (FAULTS rows 16, 17, 29)."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import TypeAlias

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from telegram_parser import ADDRESSES, check, units
from telegram_samples import KYIV, LIVE, MARKUP, MESSAGES, STRANGE, TEXTS, UKRAINIAN
from thoroughness import some

from bot.core.chats.chat import Reader
from bot.core.chats.zone_names import tz
from bot.core.message import Block, Heading, Line, Link, Listing, Message, Moment, Paragraph, Style, Table, Text
from bot.core.message_text import message_json, message_of
from bot.core.model import Precision
from bot.core.phrase import phrase, verbatim
from bot.core.text.neutral import JOINER
from bot.platforms.telegram.layout import Look, laid_out
from bot.platforms.telegram.render import pages, parts, render, toast
from bot.platforms.telegram.runs import FULL, SHORT, size_of

READERS = st.sampled_from([KYIV, UKRAINIAN])
Sample: TypeAlias = tuple[Message, list[list[str]]]
Parted: TypeAlias = Callable[[Message, Reader], tuple[Message, ...]]
NUMBERED = Message((Table(("", "+12125550123"), (((), (Moment(datetime(2000, 1, 27, tzinfo=UTC), Precision.MINUTE),)),)),))
"""The label and the day behind it are a number of a bank card to Telegram, unless something stands between."""
TOKEN = re.compile(r"q\d+z")


def seen(message: Message) -> str:
    return check(render(message, KYIV)).text


@settings(max_examples=some(100))
@given(MESSAGES, READERS)
@example(NUMBERED, KYIV)
def test_telegram_reads_every_text_and_every_part(message: Message, reader: Reader) -> None:
    check(render(message, reader))
    check(render(message, reader, is_plain=True), is_html=False)
    assert units(check(render(message, reader, is_short=True)).text) <= SHORT.units
    for each in (*parts(message, reader), *pages(message, reader)):
        check(render(each, reader))
        assert size_of(laid_out(each, Look(tz(reader.zone), reader.language))).fits(FULL), "something would be cut off"


@settings(max_examples=some(30))
@given(MESSAGES, READERS)
def test_what_is_read_from_the_outbox_again_is_parted_at_the_same_places(message: Message, reader: Reader) -> None:
    """A program that was killed between two parts goes on with the second."""
    written = message_json(message)
    assert parts(message_of(written), reader) == parts(message_of(written), reader)


@settings(max_examples=some(200))
@given(TEXTS, st.sampled_from(Style))
@example("/undo", Style.PLAIN)
@example("Now: /undo 3 or /help", Style.STRONG)
@example("http://localhost/?to=/undo /undo", Style.PLAIN)
@example("evil" + "." + "com", Style.PLAIN)
@example("e" + 5 * "\u0301" + ".AT", Style.PLAIN)
def test_no_headline_pings_links_or_commands(text: str, style: Style) -> None:
    """FAULTS row 18 is Discord's; Telegram makes mentions of text by itself, and a tap on one must do nothing."""
    for spans in (
        (Text(text, style),),
        tuple(Text(character, style) for character in text[:60]),
        (Link(text, "http://localhost/", style),),
    ):
        read = check(render(Message((Paragraph(spans),)), KYIV))
        assert not read.of("BotCommand")


def test_only_what_slugline_says_puts_a_command_under_a_thumb() -> None:
    """Also in Ukrainian, in every part of a long message, and where a headline is put into a sentence of ours."""
    line = (Text(phrase("“{word}” is nothing that /help knows.", word="Kherson /undo")), Text(verbatim("  /timezone")))
    for reader in (KYIV, UKRAINIAN):
        for message in (
            Message((Paragraph(line),)),
            *parts(Message((Paragraph(line), Listing((((Text("x" * 3_000),),),) * 2))), reader)[:1],
        ):
            assert check(render(message, reader)).of("BotCommand") == ["/help", "/timezone"]
            assert "/undo" not in check(render(message, reader, is_plain=True), is_html=False).of("BotCommand")


@pytest.mark.parametrize("text", [*MARKUP, "a > b & c", "2 < 3", "[x](javascript:alert(1))", "*_`"])
def test_a_headline_arrives_to_the_letter(text: str) -> None:
    """FAULTS row 16."""
    for line in ((Text(text),), (Text(text, Style.STRONG),), (Link(text, "https://news.example/a"),)):
        for block in (Heading(line), Paragraph(line)):
            assert seen(Message((block,))).replace(JOINER, "") == text


@pytest.mark.parametrize("character", ["😀", "e" + "\u0301" * 40, "\u202e", "\u200b", "ש", "\ud83d", "&", "👨‍👩‍👧‍👦", "@a", "."])
def test_ten_thousand_strange_characters_leave_their_message_readable(character: str) -> None:
    """FAULTS row 17: in pieces of which none ends within a character."""
    headline = Message((Paragraph((Text(character * 10_000),)), Listing((((Text("after"),),),))))
    found = [seen(each) for each in parts(headline, KYIV)]
    assert "".join(found).endswith("• after")
    for text in found:
        assert "\ufffd" not in text or character == "\ud83d"
        assert not re.search("\u200d(\n|$)|(^|\n)[\u200d\u0301]", text)
        assert not set(text) & set("\u202e\u200b")


@st.composite
def counted_messages(draw: st.DrawFn) -> Sample:
    """A message without folds of words that are all different, and the words of each of its items."""
    numbers = count()
    items: list[list[str]] = []

    def line(longest: int) -> Line:
        words = [f"q{next(numbers)}z" for _ in range(draw(st.integers(1, longest)))]
        items[-1] += words
        half = draw(st.integers(0, len(words)))
        link = (Link(" ".join(words[half:]), f"https://news.example/{draw(st.sampled_from(['', 'x' * 400]))}"),) if words[half:] else ()
        return (Text(" ".join(words[:half]) + " "), *link)

    def item(longest: int) -> tuple[Line, ...]:
        items.append([])
        return tuple(line(longest) for _ in range(draw(st.integers(1, 3))))

    blocks: list[Block] = []
    for _ in range(draw(st.integers(1, 4))):
        longest = draw(st.sampled_from([3, 10, 10, 40, 2_000]))
        match draw(st.integers(0, 3)):
            case 0:
                items.append([])
                blocks.append(Paragraph(line(longest)))
            case 1:
                items.append([])
                blocks += [Heading((Text("A title"),)), Paragraph(line(longest))]
            case 2:
                blocks.append(Listing(tuple(item(longest) for _ in range(draw(st.integers(1, 30)))), numbered=draw(st.booleans())))
            case _:
                rows = []
                for _ in range(draw(st.integers(1, 10))):
                    items.append([])
                    rows.append((line(3), line(longest)))
                blocks.append(Table(draw(st.sampled_from([("", ""), ("Outlet", "Articles")])), tuple(rows)))
    return Message(tuple(blocks)), items


@settings(max_examples=some(80))
@given(counted_messages(), st.sampled_from([pages, parts]))
def test_nothing_is_lost_between_parts_and_no_item_is_parted_that_fits(sample: Sample, parted: Parted) -> None:
    message, items = sample
    cut = [TOKEN.findall(seen(each)) for each in parted(message, KYIV)]
    words = [word for part in cut for word in part]
    assert words == [word for item in items for word in item]
    for item in items:
        if len(item) < 100:
            assert any(set(item) <= set(part) for part in cut)


def test_a_part_stands_under_its_heading_and_goes_on_counting() -> None:
    def items(word: str) -> Listing:
        return Listing(tuple(((Text(f"{word} {number} {'x' * 300}"),),) for number in range(20)), numbered=True)

    message = Message((Heading((Text("First"),)), items("ferry"), Heading((Text("Second"),)), items("bridge")))
    texts = [seen(each) for each in parts(message, KYIV)]
    assert [text.split("\n")[0] for text in texts] == ["First (1/4)", "First (2/4)", "Second (3/4)", "Second (4/4)"]
    assert re.findall(r"^(\d+)\. (\w+) (\d+)", "\n".join(texts), re.MULTILINE) == [
        (str(number + 1), word, str(number)) for word in ("ferry", "bridge") for number in range(20)
    ]


def test_what_leads_up_to_a_list_is_not_left_behind() -> None:
    second = Listing(tuple(((Text(f"{number} {'y' * 300}"),),) for number in range(3)))
    for leading in (Paragraph((Text("Developing", Style.STRONG),)), Heading((Text("Developing"),))):
        for length in range(200, 400, 4):
            first = Listing(tuple(((Text("x" * length),),) for _ in range(12)))
            found = [
                seen(each).replace(" (2/2)", "") for each in parts(Message((Heading((Text("Digest"),)), first, leading, second)), KYIV)
            ]
            assert any("Developing\n\n• 0 yyy" in text for text in found)


def test_thousands_of_links_and_long_addresses_are_spread_over_parts() -> None:
    links = tuple(((Link(f"q{number}z", f"https://news.example/{number}/{'a' * 600}"),),) for number in range(500))
    read = [check(render(each, KYIV)) for each in parts(Message((Listing(links),)), KYIV)]
    assert [text for each in read for text in each.of("TextUrl")] == [f"q{number}z" for number in range(500)]
    one_line = tuple(Link(f"q{number}z ", "https://news.example/") for number in range(3_000))
    read = [check(render(each, KYIV)) for each in parts(Message((Paragraph(one_line),)), KYIV)]
    assert len([text for each in read for text in each.of("TextUrl")]) == 3_000
    assert max(sum(len(entity.url) for entity in each.entities) for each in read) < ADDRESSES


@pytest.mark.parametrize("text", [*LIVE, *(text for text in STRANGE if text.strip())])
def test_a_toast_is_short_and_says_it_all(text: str) -> None:
    told = toast(Message((Paragraph((Text(f"There is no event {text[:50]}."),)),)), KYIV)
    assert told is not None
    assert "There is no event" in told
    assert units(told) <= 200
