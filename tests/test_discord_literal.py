"""Foreign text is shown by Discord as the signs it is, and what is marked as ours looks as we mean it (FAULTS rows 16 to 18)."""

import pytest
from discord_markdown import ADDRESS, OURS, pinged, read
from discord_samples import FRAGMENTS, TEXTS, URLS
from hypothesis import given, settings
from hypothesis import strategies as st
from thoroughness import some

from bot.core.text.neutral import JOINER, is_visible, neutral
from bot.platforms.discord.literal import address, can_mask, escaped, masking
from bot.platforms.discord.runs import CONTENT, FULL, SHORT, Row, Run, cut, size_of, units, written


def seen(text: str) -> str:
    """What is left of a text when nobody looks at what cannot be seen."""
    return text.replace(JOINER, "").strip()


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("**b** *i* _i_ __u__ ~~s~~ ||h||", {"bold", "italic", "underlined", "struck", "hidden"}),
        ("`c` ``c``", {"code"}),
        ("```\nc\n```", {"fence"}),
        ("# h", {"heading"}),
        ("x\n-# s", {"small"}),
        ("**- l**", {"bold", "list"}),
        ("1. l\n- l", {"list"}),
        (">>> q\nq", {"quote"}),
        ("@everyone <@1> <@!1> <@&1> <#1> <id:guide> </stop:1>", {"mention"}),
        ("<:e:1> <a:e:1> :skull:", {"emoji"}),
        ("https://a.example <https://a.example> <a@b.example> steam://x/y", {"link"}),
        ("discord.gg/x", {"invitation"}),
        ("\\**bar\\**", {"italic"}),
        ("[https://a.example/](https://a.example/)", {"refused"}),
        ("\\*\\* a_b_c 5 * 3 \\<@1> @some 1.x #x", set()),
    ],
)
def test_the_reading_sees_what_clients_are_known_to_see(text: str, kinds: set[str]) -> None:
    assert read(text).kinds == kinds


def test_the_reading_follows_links_as_clients_do() -> None:
    """Cases of jeremy-rifkin/discord-markdown, which were tried out on the client."""
    for text, links in (
        ("bar[foo](https://a.example)barz", [("foo", "https://a.example")]),
        ("[[foo]](<https://a.example>)", [("[foo]", "https://a.example")]),
        ("[]baz](https://a.example/)", [("]baz", "https://a.example/")]),
        ("[google.com](https://a.example)", [("google.com", "https://a.example")]),
        ("[foo] (bar) [ foo ](bar) [x](ftp://a.example/b c)", []),
        ("[foo\\](https://a.example/\\)", []),
    ):
        assert read(text).links == links


@settings(max_examples=some(500), deadline=None)
@given(TEXTS)
def test_a_text_is_shown_as_it_is(text: str) -> None:
    """FAULTS rows 16 and 18."""
    shown = neutral(text)
    reading = read(escaped(shown))
    assert not reading.found
    assert not reading.links
    assert not reading.times
    assert seen(reading.text) == seen(shown)
    assert not pinged(escaped(shown))


@pytest.mark.parametrize(
    ("text", "written_as"),
    [
        ("@everyone and @here", "@~everyone and @~here"),
        ("<@123> <#4> <:e:1>", "\\<@~123\\> \\<#4\\> \\<\\:e:1\\>"),
        ("[bank](http://evil.example)", "\\[bank\\](http~://evil.example)"),
        ("snake_case **x**", "snake\\_case \\*\\*x\\*\\*"),
        ("# 1. - > x", "\\# 1. - \\> x"),
        ("12. May", "12\\. May"),
        ("-# x", "\\-# x"),
        ("at 12:30:45", "at 12\\:30:45"),
        ("discord.gg/x and Discord said", "discord~.gg/x and Discord said"),
        ("5 * 3 = 15", "5 \\* 3 = 15"),
        ("AT&T: a-b, c (d) e.f", "AT&T: a-b, c (d) e.f"),
    ],
)
def test_only_what_means_something_is_changed(text: str, written_as: str) -> None:
    assert escaped(text).replace(JOINER, "~") == written_as


@settings(max_examples=some(500), deadline=None)
@given(TEXTS.map(neutral), URLS)
def test_a_link_leads_where_we_say_under_the_text_we_say(text: str, url: str) -> None:
    """FAULTS row 18."""
    target = address(url)
    if target is None or not can_mask(text) or not is_visible(text):
        return
    reading = read(f"before [{masking(text.strip())}]({target}) after")
    assert [leads for _, leads in reading.links] == [target]
    assert seen(reading.links[0][0]) == seen(text).translate(str.maketrans("[]", "［］"))
    assert not reading.found
    assert seen(reading.text).startswith("before ")
    assert seen(reading.text).endswith(" after")


@settings(max_examples=some(500), deadline=None)
@given(URLS)
def test_an_address_is_one_that_clients_follow(url: str) -> None:
    """FAULTS row 15."""
    written_as = address(url)
    if written_as is not None:
        assert written_as.isascii()
        assert ADDRESS.fullmatch(written_as)
        assert written_as.startswith(("http://", "https://"))
        assert not set(written_as) & set(" ()<>[]*\\`|\"'")
        assert address(written_as) == written_as


@pytest.mark.parametrize(
    ("url", "written_as"),
    [
        ("https://news.example/a_(b)", "https://news.example/a_%28b%29"),
        ("HTTPS://News.Example:8443/x?y=[1]#z", "https://news.example:8443/x?y=%5B1%5D#z"),
        ("https://приклад.укр/їжак", "https://xn--80aikifvh.xn--j1amh/%D1%97%D0%B6%D0%B0%D0%BA"),
        ("https://news.example", "https://news.example/"),
        ("https://news.example/100%25.", "https://news.example/100%25%2E"),
        ("javascript:alert(1)", None),
        ("https://bank.example@evil.example/", None),
        ("http://localhost/", None),
        ("http://127.0.0.1/", None),
        ("http://x.y:99999/", None),
        ("http://x.example:0/", None),
        ("https://x.example/" + "q" * 2_000, None),
        ("https://[::1/", None),
        ("", None),
    ],
)
def test_addresses(url: str, written_as: str | None) -> None:
    assert address(url) == written_as


RUNS = st.lists(
    st.builds(
        Run,
        (TEXTS | FRAGMENTS).map(neutral),
        bold=st.booleans(),
        url=st.sampled_from(["", "", "https://news.example/1"]),
        mark=st.sampled_from(["", "", "", "<t:1772663400:f>"]),
    )
    | st.builds(Run, (TEXTS | FRAGMENTS).map(neutral), italic=st.booleans()),
    max_size=5,
).map(tuple)
ROWS = st.lists(st.builds(Row, RUNS, st.booleans(), st.booleans()), min_size=1, max_size=4)


def plain(row: Row) -> str:
    text = "".join("<t>" if run.mark else run.text.strip() if run.url and is_visible(run.text.strip()) else run.text for run in row.runs)
    return text.translate(str.maketrans("[]", "［］"))


@settings(max_examples=some(400), deadline=None)
@pytest.mark.parametrize("code_first", [False, True])
@given(rows=ROWS)
def test_rows_show_their_runs_and_look_as_they_are_marked(rows: list[Row], *, code_first: bool) -> None:
    """FAULTS rows 16 and 18: whatever meets in a row, nothing that was marked ends early, and nothing begins that was not."""
    rows = [row for row in rows if all(can_mask(run.text) for run in row.runs if run.url) and seen("".join(run.text for run in row.runs))]
    reading = read(written(rows), code_first=code_first)
    assert reading.kinds <= OURS, reading.found
    shown = [seen(line) for line in reading.text.split("\n")] if rows else []
    assert [line.translate(str.maketrans("[]", "［］")) for line in shown] == [seen(plain(row)) for row in rows]
    assert not pinged(written(rows))


@settings(max_examples=some(300), deadline=None)
@given(ROWS, st.sampled_from([FULL, SHORT, CONTENT]))
def test_a_cut_fits_and_leaves_something_harmless(rows: list[Row], limit: object) -> None:
    """FAULTS row 17."""
    assert limit in {FULL, SHORT, CONTENT}
    most = next(each for each in (FULL, SHORT, CONTENT) if each == limit)
    rows = [row for row in rows if all(can_mask(run.text) for run in row.runs if run.url)] * 3
    kept = written(cut(rows, most))
    assert 0 < units(kept) <= most.units
    assert kept.strip()
    assert kept == kept.encode().decode()
    reading = read(kept)
    assert reading.kinds <= OURS
    assert {url for _, url in reading.links} <= {"https://news.example/1"}
    assert size_of(rows).units >= units(written(rows))
