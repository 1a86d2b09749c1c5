"""What a terminal shows: golden texts at three widths, and laws that no foreign text can break."""

import os
import re
from datetime import UTC, datetime, timedelta, tzinfo
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import NOW, article, bridge, event, minute
from wcwidth import wcswidth

from bot.core.event import overview
from bot.core.message import Action, Block, Fold, Heading, Line, Link, Listing, Message, Moment, Paragraph, Style, Table, Text
from bot.core.model import Precision
from bot.core.telling.card import event_card
from bot.core.telling.digest import choose, compose
from bot.core.telling.digest_settings import DigestSettings
from bot.platforms.console.neutral import neutral
from bot.platforms.console.progress import Progress
from bot.platforms.console.render import render, when
from bot.platforms.console.screen import Screen, screen_of
from bot.platforms.console.wrap import width_of

GOLDEN = Path(__file__).parent / "golden" / "console"
ESCAPE = re.compile(r"\x1b\[[\d;]*m|\x1b\]8;[^\x1b\x07]*\x1b\\")
BIDI = "\u202a\u202b\u202d\u202e\u202c\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
HOSTILE = "\x1b[2J\x1b]0;owned\x07\x9b31m\r\n\t\x00\x08" + BIDI + "\u200b\ufeff\u2028e" + "\u0301" * 40 + "👨‍👩‍👧‍👦👍🏽❤️🇺🇦"


def check_golden(name: str, message: Message, width: int) -> None:
    """Compare with the stored text; `UPDATE_GOLDEN=1` writes it anew."""
    text = render(message, Screen(zone=UTC, width=width))
    path = GOLDEN / f"{name}_{width}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def check_calm(text: str, width: int) -> None:
    """No control but the line break, and no line wider than the screen."""
    assert not [character for character in text if character != "\n" and (not character.isprintable() and character != "\u200c")]
    for line in text.split("\n"):
        assert wcswidth(line) <= width


def strange() -> Message:
    return event_card(
        overview(
            event(
                [
                    article(
                        1,
                        "东京湾发生里氏五点八级地震，暂无海啸警报，新干线一度停运，数十万户居民家中短暂停电，气象厅呼吁民众提防余震",
                        "气象厅表示地震发生在当地时间上午九点十二分，震源深度约四十公里，目前没有海啸危险。",
                        outlet="東湾新聞",
                        published=minute("2025-03-04T00:40"),
                    ),
                    article(2, "زلزال يضرب خليج طوكيو", "قالت هيئة الأرصاد إن الزلزال وقع على عمق أربعين كيلومترا.", outlet="صوت الخليج"),
                    article(3, "🌊🌊🌊 Quake!!! " + "so strong " * 20 + HOSTILE, "x" * 300, outlet="Loud 👩‍🚒 Post"),
                    article(4, "A" * 200, "", copy_of=3),
                ]
            )
        )
    )


@pytest.mark.parametrize("width", [40, 80, 120])
def test_cards_and_digests_read_well_at_every_width(width: int) -> None:
    check_golden("card", event_card(overview(bridge())), width)
    check_golden("strange", strange(), width)
    digest = choose(
        [bridge(), event([article(7, "Harbour strike enters its third week", outlet="Flussbote")], 12)],
        since=NOW - timedelta(hours=24),
        until=NOW,
        articles=6,
        events=2,
        settings=DigestSettings(),
    )
    check_golden("digest", compose(digest), width)
    check_golden("table", table(), width)


def table() -> Message:
    def row(*cells: str) -> tuple[Line, ...]:
        return tuple((Text(cell),) for cell in cells)

    rows = (
        row("The Daily Vel", "1,204", "12 %", "31"),
        row("東湾新聞", "7", "0 %", "–"),
        row("Society of " + "very " * 12 + "long names", "1", "–", "0"),
    )
    return Message((Heading((Text("Sources", Style.STRONG),)), Table(("Outlet", "Articles", "Copies", "First"), rows)))


INDIAN = "क\u094dषि நிலநடுக்கம்"
KOREAN = "\u1100\u1161\u11a8"


@given(st.text() | st.text(alphabet=HOSTILE + INDIAN + KOREAN, max_size=30))
def test_text_is_never_wider_than_counted(text: str) -> None:
    assert wcswidth(neutral(text)) <= width_of(neutral(text))


@given(st.text() | st.text(alphabet=HOSTILE + "אבجد漢字ｈａ ", max_size=300))
def test_neutral_text_is_one_printable_line_without_direction_marks(text: str) -> None:
    shown = neutral(text)
    assert all(character.isprintable() or character == "\u200c" for character in shown)
    assert not set(shown) & set(BIDI)
    assert neutral(shown) == shown


@pytest.mark.parametrize("text", ["plain", "Zürich «Київ» – naïve", "می‌خواهم", "한국어", "नमस्ते दुनिया", "😀 fine"])
def test_ordinary_text_of_any_script_is_left_alone(text: str) -> None:
    assert neutral(text) == text


TEXTS = st.text(max_size=120) | st.text(alphabet=HOSTILE + "ab漢👍", max_size=120) | st.just("word " * 40)
# Hypothesis wants its bounds without a zone, whatever the zone of what it draws.
FIRST, LAST = (datetime(*day, tzinfo=UTC).replace(tzinfo=None) for day in ((1990, 1, 2), (2090, 1, 1)))
SPANS = (
    st.builds(Text, TEXTS, st.sampled_from(Style))
    | st.builds(Link, TEXTS, TEXTS, st.sampled_from(Style))
    | st.builds(Moment, st.datetimes(FIRST, LAST, timezones=st.just(UTC)), st.sampled_from(Precision))
)
LINES = st.lists(SPANS, max_size=4).map(tuple)
BLOCKS: st.SearchStrategy[Block] = (
    st.builds(Heading, LINES)
    | st.builds(Paragraph, LINES)
    | st.builds(Listing, st.lists(st.lists(LINES, min_size=1, max_size=3).map(tuple), max_size=3).map(tuple), st.booleans())
    | st.builds(Fold, LINES, st.lists(LINES, max_size=3).map(tuple))
    | st.integers(1, 4).flatmap(
        lambda columns: st.builds(
            Table,
            st.tuples(*[TEXTS] * columns),
            st.lists(st.tuples(*[LINES] * columns), max_size=3).map(tuple),
        )
    )
)
MESSAGES = st.builds(Message, st.lists(BLOCKS, max_size=4).map(tuple), st.lists(st.builds(Action, TEXTS, TEXTS), max_size=2).map(tuple))


@settings(max_examples=60)
@given(MESSAGES, st.sampled_from([20, 40, 80, 120]))
def test_no_foreign_text_escapes_or_widens_a_line(message: Message, width: int) -> None:
    check_calm(render(message, Screen(zone=UTC, width=width)), width)


@settings(max_examples=40)
@given(MESSAGES)
def test_on_a_terminal_only_our_own_escapes_are_written(message: Message) -> None:
    text = render(message, Screen(zone=UTC, width=80, styled=True, coloured=True, linked=True))
    check_calm(ESCAPE.sub("", text), 80)


@pytest.mark.parametrize(
    ("moment", "zone", "expected"),
    [
        (Moment(datetime(2024, 12, 27, 4, 51, tzinfo=UTC)), UTC, "27 Dec 2024 04:51 UTC"),
        (Moment(datetime(2024, 12, 27, 4, 51, tzinfo=UTC)), ZoneInfo("Asia/Kolkata"), "27 Dec 2024 10:21"),
        (Moment(datetime(2024, 12, 27, 23, 51, tzinfo=UTC)), ZoneInfo("Europe/Kyiv"), "28 Dec 2024 01:51"),
        (Moment(datetime(2024, 12, 27, tzinfo=UTC), Precision.DAY), ZoneInfo("America/New_York"), "27 Dec 2024"),
        (Moment(datetime(2024, 12, 26, tzinfo=UTC), Precision.INFERRED), ZoneInfo("America/New_York"), "26 Dec 2024 (inferred)"),
    ],
)
def test_times_are_shown_in_the_readers_zone_and_as_exactly_as_known(moment: Moment, zone: tzinfo, expected: str) -> None:
    assert when(moment, zone) == expected


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError


@pytest.mark.parametrize(
    ("stream", "environment", "expected"),
    [
        (StringIO(), {"TERM": "xterm"}, Screen(zone=UTC)),
        (StringIO(), {"TERM": "xterm", "COLUMNS": "40"}, Screen(zone=UTC, width=40)),
        (StringIO(), {"COLUMNS": "many"}, Screen(zone=UTC)),
        (Terminal(), {"TERM": "xterm"}, Screen(zone=UTC, styled=True, coloured=True, linked=True)),
        (Terminal(), {"TERM": "xterm", "NO_COLOR": "1", "COLUMNS": "3"}, Screen(zone=UTC, width=20, styled=True, linked=True)),
        (Terminal(), {"TERM": "dumb"}, Screen(zone=UTC)),
        (Terminal(), {}, Screen(zone=UTC)),
    ],
)
def test_a_screen_shows_what_its_stream_can(stream: StringIO, environment: dict[str, str], expected: Screen) -> None:
    assert screen_of(stream, environment, UTC) == expected


def test_without_colour_nothing_is_coloured() -> None:
    message = Message((Heading((Text("Title", Style.STRONG),)), Paragraph((Text("Careful", Style.WARNING),))))
    codes = re.findall(r"\x1b\[([\d;]*)m", render(message, Screen(zone=UTC, styled=True)))
    assert codes
    assert {part for code in codes for part in code.split(";")} <= {"0", "1", "2", "3"}


def test_a_headline_is_a_link_on_a_terminal_and_an_address_in_a_pipe() -> None:
    address = "https://orlikcourier.example/2025/03/04/bridge"
    assert f";{address}\x1b\\" in render(event_card(overview(bridge())), Screen(zone=UTC, styled=True, coloured=True, linked=True))
    assert f"Open {address}" in render(event_card(overview(bridge())), Screen(zone=UTC))


@pytest.mark.parametrize("width", [20, 40, 80])
def test_an_address_longer_than_a_line_can_still_be_copied(width: int) -> None:
    address = "https://orlikcourier.example/2025/03/04/" + "the-bridge-" * 20
    offered = (Action("Sources", "/sources 1"), Action("Open", address))
    assert render(Message((), offered), Screen(zone=UTC, width=width)).split("\n") == ["", "Sources /sources 1", "Open", address, ""]


def test_progress_is_drawn_on_a_terminal_and_nowhere_else() -> None:
    for stream, is_drawn in ((StringIO(), False), (Terminal(), True)):
        with Progress(stream, "Reading") as progress:
            progress.expect(4)
            progress.advance()
            progress.advance(3)
        assert bool(stream.getvalue()) is is_drawn
