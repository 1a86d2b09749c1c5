"""What people type becomes a filter, the same one whenever its normal form is read again, or is refused with the place."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from thoroughness import some

from bot.core.chats.filter_terms import Clause, Either, Every, Filter, Group, Language, Outlet, Part, Pattern, Reports, Sign, Words
from bot.core.chats.filters import parse
from bot.core.errors import UsageError


def check(typed: str, normal: str) -> None:
    """What is typed is read, written in normal form, and read again as the same."""
    found = parse(typed)
    assert str(found) == normal
    assert parse(normal) == found


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("", ""),
        (" \n ,", ""),
        ("ukraine", "ukraine"),
        ("  Kyiv\t drone\n", "Kyiv drone"),
        ("+kyiv drone missile -sport lang:en lang:uk", "+kyiv drone missile -sport lang:en lang:uk"),
        ('"a   phrase" outlet:"The Times" OUTLET:bbc min:3', '"a phrase" outlet:"The Times" outlet:bbc min:3'),
        ('"word"', "word"),
        ('“a"b”', '"a b"'),
        ("drone* “drone str”*", 'drone* "drone str"*'),
        ("/(a+)+$/ /a\\/b/i", "/(a+)+$/ /a\\/b/"),
        ("a or b and c d", "a OR b AND c d"),
        ("(a OR b) AND c", "(a OR b) AND c"),
        ("a OR (b AND c)", "a OR b AND c"),
        ("((a b))", "a b"),
        ("+(a b) -(c OR d)", "+(a b) -(c OR d)"),
        ("NOT sport", "-sport"),
        ("nOt(sport golf)", "-(sport golf)"),
        ("a NOT b", "a -b"),
        ('"or" "min:3" "-x" "/x/" "drone*"', '"or" "min:3" "-x" "/x/" "drone*"'),
        ("“telephone quotes” –minus «вот так» „und so“", '"telephone quotes" -minus "вот так" "und so"'),
        ("ukraine, gaza;iran、中国", "ukraine gaza iran 中国"),
        ("3,000 3, 000", "3,000 3 000"),
        ("covid-19 24/7 re:invent 10:30 o’brien", "covid-19 24/7 re:invent 10:30 o’brien"),
        ("lang:zh-Hant lang:EN", "lang:zh lang:en"),
        ("a\x00b \u202ec\ud800", "a b c"),
        ("[bank](http://x.example)", "[bank] http://x.example"),
    ],
)
def test_what_people_type_is_read(typed: str, normal: str) -> None:
    check(typed, normal)


@pytest.mark.parametrize(
    ("typed", "place", "what"),
    [
        ("NEAR(", "At the end", "a word is missing"),
        ("a NEAR(b", "character 7", "this bracket is not closed"),
        ("a )", "character 3", "this bracket closes nothing"),
        ("()", "character 2", "a word is missing"),
        ('"', "character 1", "this quotation is not closed"),
        ('a "b c', "character 3", "this quotation is not closed"),
        ("*", "character 1", "no letter or number"),
        ("' OR 1=1", "character 1", "no letter or number"),
        ('""', "character 1", "no letter or number"),
        ("a AND", "At the end", "a word is missing"),
        ("OR a", "character 1", "a word is missing"),
        ("a OR OR b", "character 6", "a word is missing"),
        ("NOT NOT a", "character 5", "a word is missing"),
        ("+-a", "character 2", "a word is missing"),
        ("israel - gaza", "character 9", "a word is missing"),
        ("min:x", "character 1", "a number of reports from 1 to 1,000"),
        ("a min:0", "character 3", "a number of reports from 1 to 1,000"),
        ("min:²", "character 1", "a number of reports from 1 to 1,000"),
        ("min:" + "9" * 5_000, "character 1", "a number of reports from 1 to 1,000"),
        ("lang:english", "character 1", "the code of a language"),
        ("outlet:", "character 1", "a value is missing"),
        ("outlet: bbc", "character 1", "a value is missing"),
        ("outlets:bbc", "character 1", "there are outlet:, min: and lang:"),
        ("/x", "character 1", "no slash at its end"),
        ("/a/b", "character 1", "no slash at its end"),
        ("//", "character 1", "regular expressions of 1 to 1,000 characters"),
        ("a /(?=b)/", "character 3", "this regular expression cannot be used"),
        ("/(a/", "character 1", "missing )"),
        ("/\\pL{1000}/", "character 1", "pattern too large"),
        ("/(?:.{0,50}a){19}b/", "character 1", "too much work"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_place(typed: str, place: str, what: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(typed)
    assert place in str(caught.value)
    assert what in str(caught.value)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        ("(" * 21 + "a" + ")" * 21, "20 deep"),
        ("-(" * 50_000, "20 deep"),
        ("a " * 10_001, "at most 10,000 words"),
        ("a OR " * 30_000 + "a", "at most 10,000 words"),
        ("x" * 101, "at most 20 words and 100 characters"),
        ('"' + "a " * 21 + '"', "at most 20 words and 100 characters"),
        ("/" + "a" * 1_001 + "/", "1 to 1,000 characters"),
        ("/a/ " * 11, "at most 10 regular expressions"),
        ("a" * 200_001, "200,000 are read"),
    ],
    ids=lambda value: value[:20],
)
def test_row_45_what_is_too_much_is_refused(typed: str, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        parse(typed)


def test_row_45_as_much_as_is_allowed_is_read() -> None:
    check("(" * 20 + "a" + ")" * 20, "a")
    check("(a b) " * 30, " ".join(["(a b)"] * 30))
    words = " ".join(f"w{number}" for number in range(10_000))
    check(words, words)
    check("/" + "a" * 1_000 + "/", "/" + "a" * 1_000 + "/")


WORDS = st.sampled_from(["kyiv", "Drone", "or", "NOT", "-x", "+", "a b", "min:3", "/x/", "str*", "中国", "3,000", "o'brien", "x, y", "(z)"])
LEAVES = st.one_of(
    st.builds(Words, WORDS.filter(lambda text: text != "+"), st.booleans()),
    st.sampled_from([Pattern("(a+)+$"), Pattern("a\\/b|c d"), Pattern("[(]\"'")]),
    st.sampled_from([Outlet("bbc"), Outlet("BBC", is_exact=True), Outlet("The Times", is_exact=True)]),
    st.builds(Reports, st.integers(1, 1_000)),
    st.sampled_from([Language("en"), Language("uk")]),
)


def _group(clauses: list[Clause]) -> Part:
    return clauses[0].part if len(clauses) == 1 and clauses[0].sign is Sign.WELCOME else Group(tuple(clauses))


PARTS: st.SearchStrategy[Part] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(st.builds(Clause, st.sampled_from(Sign), inner), min_size=1, max_size=3).map(_group),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Every(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Either(tuple(parts))),
    ),
    max_leaves=8,
)


@settings(max_examples=some(400))
@given(PARTS)
def test_every_filter_is_read_back_from_its_normal_form(part: Part) -> None:
    assert parse(str(Filter(part))) == Filter(part)


@settings(max_examples=some(400))
@given(
    st.text(st.sampled_from('ab +-*/()"“”,:\\|\x00\u202e中\u0301é'))
    | st.text(max_size=60)
    | st.lists(st.sampled_from(["a", "(", ")", "AND", "or", "NOT", '"b c"', "min:2", "/d/", "-e", "+"])).map(" ".join)
)
def test_any_text_is_read_or_refused_in_words(typed: str) -> None:
    found = read(typed)
    if isinstance(found, UsageError):
        assert re.match("At (?:character|the end)", str(found))
    else:
        assert parse(str(found)) == found
        str(found).encode()


def read(typed: str) -> Filter | UsageError:
    try:
        return parse(typed)
    except UsageError as error:
        return error
