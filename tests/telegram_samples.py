"""Texts that headlines should never have, and messages of them, for tests of what Telegram is sent."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from bot.core.chats.chat import Reader
from bot.core.message import Action, Block, Fold, Heading, Line, Link, Listing, Message, Moment, Paragraph, Span, Style, Table, Text
from bot.core.model import Precision

KYIV = Reader(zone="Europe/Kyiv")
UTC_READER = Reader(zone="UTC")
UKRAINIAN = Reader(zone="Europe/Kyiv", language="uk")

MARKUP = (
    "<b>x",
    "</a>",
    "&lt;script&gt;",
    "a < b",
    "AT&T",
    "<br>",
    "&nbsp;&#0;&#x41;",
    "\"'",
    "<a href='http://evil.example'>",
    "</blockquote>",
)
LIVE = (
    "@somebody",
    "#harbour",
    "$USD",
    "/stop",
    "/help",
    "/ban@otherbot",
    "/event 12",
    "https://evil.example.com/x?a=1&b=<2>",
    "evil.com",
    "www.evil.co.uk/path",
    "10.20.30.40",
    "post@evil.com",
    "tg://user?id=1",
    "t.me/evil",
    "+12125550123",
    "+380 (44) 123-45-67",
    "4242 4242 4242 4242",
    "5555555555554444",
)
STRANGE = (
    "\u202eevil\u202c",
    "\u2066a\u2069\u200f\u061c",
    "\u200b\ufeff\u00ad\u2060",
    "e" + "\u0301" * 40,
    "\u0333\u033f\u030a",
    "\ud83d",
    "\ude00\ud83d",
    "\ud83d\ude00",
    "👨‍👩‍👧‍👦👍🏽❤️🇺🇦",
    "\u3164\u2800\u115f",
    "\x00\x1b[2J\r\n\t\x85\u2028\u2029",
    "زلزال يضرب خليج طوكيو",
    "רעידת אדמה 5.8",
    "می‌خواهم",
    "नमस्ते क\u094d\u200dष",
    "東京湾で地震",
    "\ufffe\ufdd0\ue000\U000e0041",
    "㍿ﷺ",
    " ",
    "",
)
WORDS = st.sampled_from((*MARKUP, *LIVE, *STRANGE, "ferry", "harbour strike", ".", "-", "1"))
SHORT = st.lists(WORDS | st.text(max_size=6), max_size=6).map("".join) | st.lists(WORDS, max_size=6).map(" ".join)
LONG = st.builds(
    lambda word, gap, most: ((word + gap) * most)[:most], WORDS, st.sampled_from(["", " "]), st.sampled_from([300, 1_500, 10_000])
)
TEXTS = st.integers(0, 15).flatmap(lambda number: SHORT if number else LONG)
"""Mostly short, because the long ones take their time."""

ADDRESSES = st.sampled_from(
    (
        "https://orlikcourier.example/2025/03/04/bridge?a=1&b=2",
        "http://localhost/x",
        "http://x.y:99999/",
        "javascript:alert(1)",
        "tg://user?id=1",
        "https://good.example@evil.com/",
        "http://[::1]/",
        "https://news.example/\"'<>&" + "q" * 300,
        "https://news.example/" + "&" * 1_900,
        "https://news.example/" + "q" * 9_000,
        "https://приклад.укр/" + "ї" * 400,
        "https://x.y z/",
        "HTTPS://NEWS.EXAMPLE",
        "",
    )
) | SHORT.map(lambda text: f"https://news.example/{text}")

# Hypothesis wants its bounds without a zone, whatever the zone of what it draws.
FIRST, LAST = (datetime(*day, tzinfo=UTC).replace(tzinfo=None) for day in ((1900, 1, 2), (2090, 1, 1)))


def spans(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Span]:
    return (
        st.builds(Text, texts, st.sampled_from(Style))
        | st.builds(Link, texts, ADDRESSES, st.sampled_from(Style))
        | st.builds(Moment, st.datetimes(FIRST, LAST, timezones=st.just(UTC)), st.sampled_from(Precision))
    )


def items(texts: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[Line, ...]]:
    return st.lists(st.lists(spans(texts), max_size=3).map(tuple), min_size=1, max_size=3).map(tuple)


LINES = st.lists(spans(TEXTS), max_size=3).map(tuple)
MANY = st.lists(items(TEXTS), max_size=4).map(tuple) | st.lists(items(SHORT), max_size=3).map(lambda few: tuple(few * 30))
BLOCKS: st.SearchStrategy[Block] = (
    st.builds(Heading, LINES)
    | st.builds(Paragraph, LINES)
    | st.builds(Listing, MANY, st.booleans())
    | st.builds(Fold, LINES, st.lists(LINES, max_size=4).map(tuple))
    | st.integers(1, 3).flatmap(
        lambda columns: st.builds(Table, st.tuples(*[TEXTS] * columns), st.lists(st.tuples(*[LINES] * columns), max_size=3).map(tuple))
    )
)
ACTIONS = st.lists(
    st.builds(Action, TEXTS, SHORT | ADDRESSES | st.sampled_from(["/event 12", "#2", "x", "="]), st.sampled_from(["", "Which?"]))
)
MESSAGES = st.builds(Message, st.lists(BLOCKS, max_size=4).map(tuple), ACTIONS.map(tuple))
