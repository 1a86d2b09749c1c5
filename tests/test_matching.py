"""An event matches the filters that it should, all of them are found at once, and what does not match says why."""

import re
import sys
from collections.abc import Callable
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from thoroughness import some

from bot.core.chats.filters import parse
from bot.core.chats.matching import Matcher, Subject, reason

STRIKE = Subject(
    title="Drone hits depot near Kyiv",
    text="A drone struck an oil depot, officials said; 3,000 people left. L’homme de la Côte. Військові ЗСУ. 発生地震の情報。 The F-16s came.",
    outlets=frozenset({"BBC News", "The Times", "Ukrinform"}),
    reports=3,
    languages=frozenset({"en", "uk"}),
)


def check(typed: str, why_not: str, subject: Subject = STRIKE) -> None:
    """A filter says why it does not match; it matches when it says nothing, alone and among others."""
    found = parse(typed)
    assert reason(found, subject) == why_not
    others = {"all": parse(""), "none": parse("nowhere"), typed: found}
    assert Matcher(others).matches(subject) == {"all", typed} - ({typed} if why_not else set())
    assert Matcher({1: found}).matches(subject) == ({1} if not why_not else set())


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "kyiv",
        "KYIV lviv",
        "+kyiv +drone",
        "lviv kyiv -sport",
        '"oil depot"',
        '"Oil  Depot,  officials"',
        "dep*",
        '"an oil dep"*',
        "/str(u|o)ck/",
        "/^drone/ nothing",
        "3000",
        "homme",
        "cote",
        "зсу",
        "地震",
        "f16s",
        "f-16s",
        "min:3",
        "outlet:bbc",
        'outlet:"times"',
        "outlet:cnn outlet:ukrinform",
        "lang:de lang:uk",
        "kyiv outlet:bbc lang:en min:2",
        "lviv OR kyiv",
        "kyiv AND drone",
        "kyiv AND (lviv OR depot)",
        "NOT lviv",
        "-(lviv OR /peace/)",
        "-(kyiv AND lviv)",
        "+(lviv kyiv) depot",
    ],
)
def test_an_event_matches(typed: str) -> None:
    check(typed, "")


@pytest.mark.parametrize(
    ("typed", "why_not"),
    [
        ("lviv", "“lviv” is not in it"),
        ("dron", "“dron” is not in it"),
        ("rone*", "“rone” is not in it"),
        ('"depot officials near"', "“depot officials near” is not in it"),
        ('"kyiv a drone"', "“kyiv a drone” is not in it"),  # no phrase reaches from the title into the text
        ("a1 b1 c1 d1 e1", "it has none of “a1”, “b1”, “c1” and 2 more"),
        ("+kyiv +lviv", "“lviv” is not in it"),
        ("kyiv -depot", "the filter leaves out “depot”"),
        ("-(kyiv drone)", "the filter leaves out kyiv drone"),
        ("kyiv lang:de", "no report is in “de”"),
        ("lang:de lang:fr", "it has none of lang:de, lang:fr"),
        ("kyiv min:4", "3 reports, the filter asks for 4"),
        ("outlet:cnn", "no report is from “cnn”"),
        ("outlet:time", "no report is from “time”"),
        ('outlet:"BBC"', "no report is from “BBC”"),
        ("/peace/", "/peace/ is not in it"),
        ("-/dr.ne/", "the filter leaves out /dr.ne/"),
        ("kyiv AND lviv", "“lviv” is not in it"),
        ("lviv OR (kyiv AND peace)", "it has none of “lviv”, kyiv AND peace"),
        ("+(lviv AND kyiv)", "“lviv” is not in it"),
        ("震発", "“震発” is not in it"),
    ],
)
def test_what_does_not_match_says_why(typed: str, why_not: str) -> None:
    check(typed, why_not)


def test_nothing_matches_no_filter() -> None:
    assert Matcher[int]({}).matches(STRIKE) == frozenset()
    nothing = Subject(title="", text="", outlets=frozenset(), reports=0, languages=frozenset())
    check("-kyiv", "", nothing)
    check("kyiv", "“kyiv” is not in it", nothing)
    check("outlet:bbc", "no report is from “bbc”", nothing)


TYPED = st.lists(
    st.sampled_from(
        ["a", "b", "c", "+a", "+b", "-a", "-c", '"a b"', "a*", "/b$/", "min:2", "lang:en", "outlet:x", "OR", "AND", "(a OR c)", "-(b c)"]
    ),
    min_size=1,
    max_size=6,
).map(
    lambda words: re.sub(r"^(OR|AND)\b|\b(OR|AND)( (OR|AND))*$", "", re.sub(r"\b(OR|AND)(?: (?:OR|AND))+", r"\1", " ".join(words))).strip()
)
SUBJECTS = st.builds(
    Subject,
    title=st.text(st.sampled_from("abc  "), max_size=6),
    text=st.text(st.sampled_from("abc  .\n"), max_size=12),
    outlets=st.sampled_from([frozenset(), frozenset({"X"}), frozenset({"The Y"})]),
    reports=st.integers(0, 3),
    languages=st.sampled_from([frozenset(), frozenset({"en"})]),
)


@settings(max_examples=some(300))
@given(st.lists(TYPED, min_size=1, max_size=5), SUBJECTS)
def test_many_filters_at_once_match_as_each_does_alone(typed: list[str], subject: Subject) -> None:
    filters = dict(enumerate(map(parse, typed)))
    assert Matcher(filters).matches(subject) == {key for key, one in filters.items() if not reason(one, subject)}


@settings(max_examples=some(300))
@given(st.text(st.sampled_from("ab c-.'"), max_size=30), st.lists(st.sampled_from("abc"), min_size=1, max_size=3))
def test_a_word_is_found_where_a_word_begins_and_ends(text: str, letters: list[str]) -> None:
    word, plain = "".join(letters), text.replace("'", "-")
    found = Matcher({1: parse(word)}).matches(Subject("", plain, frozenset(), 0, frozenset()))
    assert bool(found) == (re.search(rf"\b{word}\b", plain) is not None)


def calls(work: Callable[[], object]) -> int:
    """How many functions something calls, which is the same on every machine."""
    made = 0

    def note(_frame: FrameType, event: str, _what: object) -> None:
        nonlocal made
        made += event in {"call", "c_call"}

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return made


@pytest.mark.parametrize("source", ["(a+)+$", "(a|aa)+$", "(.*a){20}x", "^(([a-z])+.)+[A-Z]([a-z])+$"])
def test_row_45_an_expression_that_explodes_elsewhere_comes_back(source: str) -> None:
    """A backtracking engine would not come back from 40 letters, long before the time-out of tests."""
    matcher = Matcher({1: parse(f"/{source}/")})
    for length in (1_000, 8_000):
        subject = Subject("", "a" * length + "!", frozenset(), 0, frozenset())
        assert matcher.matches(subject) == set()


def test_row_45_ten_thousand_keywords_cost_an_event_little_more_than_ten() -> None:
    """A thousand times the keywords: looking for each by itself would take a thousand times as long."""
    text, numbers = " ".join(f"lorem{number} ipsum" for number in range(2_000)), iter(range(1_000))

    def work(matcher: Matcher[int]) -> Callable[[], object]:
        return lambda: matcher.matches(Subject("", f"{text} k9999x {next(numbers)}", frozenset(), 0, frozenset()))  # never seen before

    few = Matcher({number: parse(f"k{number}x") for number in range(9_990, 10_000)})
    many = [
        Matcher({9_999: parse(" ".join(f"k{number}x" for number in range(10_000)))}),
        Matcher({number: parse(f"(k{number}x -lang:en AND NOT outlet:x) OR k{number}y outlet:y") for number in range(10_000)}),
    ]
    assert [work(matcher)() for matcher in (few, *many)] == [{9_999}] * 3
    assert max(calls(work(matcher)) for matcher in many) < 2 * calls(work(few))


def test_row_45_phrases_inside_phrases_do_not_multiply() -> None:
    nested = " ".join(f'"{" ".join("a" * length)}"' for length in range(1, 21))
    prefixes = " ".join("a" * length + "*" for length in range(1, 100))
    subject = Subject("", "a " * 10_000 + "a" * 10_000, frozenset(), 0, frozenset())
    assert Matcher({1: parse(nested), 2: parse(prefixes), 3: parse("b")}).matches(subject) == {1, 2}


@pytest.mark.parametrize("hostile", ["NEAR", "1=1", "drop table chats", "a*b", "x'y", "100%", "a_b", "\\", "$1", "{}"])
def test_row_45_what_a_database_would_understand_is_text(hostile: str) -> None:
    subject = Subject("", f"before {hostile} after", frozenset(), 0, frozenset())
    if any(map(str.isalnum, hostile)):
        check(f'"{hostile}"', "", subject)
        check(f'"{hostile} not there"', f"“{hostile} not there” is not in it", subject)
    check("before after", "", subject)
