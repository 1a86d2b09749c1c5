"""Texts that mean something to Discord, and messages of them, for tests of what it is sent."""

from datetime import UTC

from hypothesis import strategies as st
from telegram_samples import ADDRESSES, FIRST, LAST, MARKUP, STRANGE

from bot.core.message import Action, Block, Fold, Heading, Line, Link, Listing, Message, Moment, Paragraph, Span, Style, Table, Text
from bot.core.model import Precision
from bot.core.phase import Phase

LIVE = (
    "@everyone",
    "@here",
    "<@123>",
    "<@!123>",
    "<@&123>",
    "<#123>",
    "<:e:1>",
    "<a:e:1>",
    "</stop:12>",
    "</news event:12>",
    "<t:0:R>",
    "<id:guide>",
    ":skull:",
    ":+1:",
    "[bank](http://evil.example)",
    "[bank](<https://evil.example> 'x')",
    "](https://evil.example)",
    "https://evil.example/x_(y)*",
    "<https://evil.example>",
    "HTTPS://evil.example",
    "steam://run/1",
    "discord.gg/abc",
    "discord.com/invite/abc",
    "dis.gd/x",
    "<mailto:a@evil.example>",
    "<a@evil.example>",
    "<+12125550123>",
)
STYLED = (
    *("**b**", "*i*", "_i_", "__u__", "~~s~~", "||h||", "`c`", "``c``", "```\nc\n```", "***", "**", "__", "```", "\\", "\\*", "\\\\"),
    *(
        "# h",
        "### h",
        "-# s",
        "> q",
        ">>> q",
        "- l",
        "* l",
        "+ l",
        "1. l",
        "12) l",
        "[",
        "]",
        "(",
        ")",
        "<",
        ">",
        "@",
        "#",
        "-",
        "1",
        ".",
        ":",
    ),
)
FRAGMENTS = st.sampled_from((*LIVE, *STYLED, *MARKUP, *STRANGE, "ferry", " ", "http", "s://evil.example", "everyone", "//"))
DENSE = st.text(st.sampled_from("*_~`|\\<>[]()#-+:@!&/ 1.ah\n"), max_size=14)
SHORT = st.lists(FRAGMENTS | DENSE, max_size=6).map("".join) | st.lists(FRAGMENTS, max_size=6).map(" ".join)
LONG = st.builds(
    lambda word, gap, most: ((word + gap) * most)[:most], FRAGMENTS, st.sampled_from(["", " "]), st.sampled_from([300, 1_500, 10_000])
)
TEXTS = st.integers(0, 15).flatmap(lambda number: SHORT if number else LONG)
"""Mostly short, because the long ones take their time."""

URLS = ADDRESSES | SHORT.map(lambda text: f"https://news.example/{text}")


def spans(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Span]:
    return (
        st.builds(Text, texts, st.sampled_from(Style))
        | st.builds(Link, texts, URLS, st.sampled_from(Style))
        | st.builds(Moment, st.datetimes(FIRST, LAST, timezones=st.just(UTC)), st.sampled_from(Precision), st.booleans())
    )


def lines(texts: st.SearchStrategy[str], most: int = 4) -> st.SearchStrategy[Line]:
    return st.lists(spans(texts), max_size=most).map(tuple)


ITEMS = st.lists(lines(TEXTS, 3), min_size=1, max_size=3).map(tuple)
SHORT_ITEMS = st.lists(lines(SHORT, 3), min_size=1, max_size=3).map(tuple)
MANY = st.lists(ITEMS, max_size=4).map(tuple) | st.lists(SHORT_ITEMS, max_size=3).map(lambda few: tuple(few * 30))
BLOCKS: st.SearchStrategy[Block] = (
    st.builds(Heading, lines(TEXTS))
    | st.builds(Paragraph, lines(TEXTS))
    | st.builds(Listing, MANY, st.booleans())
    | st.builds(Fold, lines(TEXTS), st.lists(lines(TEXTS), max_size=8).map(tuple))
    | st.integers(1, 3).flatmap(
        lambda columns: st.builds(
            Table, st.tuples(*[TEXTS] * columns), st.lists(st.tuples(*[lines(TEXTS)] * columns), max_size=3).map(tuple)
        )
    )
)
COMMANDS = SHORT | URLS | st.sampled_from(["/event 12", "/event 12", "#2.0 /latest", "x", "=", "=", "@abc", "/" + "q" * 63])
ACTIONS = st.lists(st.builds(Action, TEXTS, COMMANDS, st.sampled_from(["", "Which?"])), max_size=12).map(tuple)
MESSAGES = st.builds(Message, st.lists(BLOCKS, max_size=4).map(tuple), ACTIONS, st.none() | st.sampled_from(Phase))
