"""What hostile, damaged and mistaken answers become: the entries that are there, or a reason; never an exception, never broken text."""

import time
from collections.abc import Callable
from functools import partial
from unicodedata import category

import pytest
from feed_samples import DATE, NOW, TEXT, URL, atom, entry, feed, item, read, refusal, rss
from hypothesis import example, given, settings
from hypothesis import strategies as st
from thoroughness import some

from bot.core.model import Refused
from bot.sources.feeds.parse import MOST_ENTRIES, parse_feed

CYRILLIC = "Паром остался в порту: экипаж отказался выходить в море из-за шторма"
SECONDS = 5.0
"""Processor time that no answer may take, far above what is measured, because the machine may be slow."""


def spent(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "empty"),
        (b" \r\n\x00 \xef\xbb\xbf", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"<html><head><title>Sign in</title></head><body><form></form></body></html>", "an HTML page (“Sign in”)"),
        (b"\n<!DOCTYPE html>\n<title>Just a moment...</title>", "an HTML page (“Just a moment...”)"),
        (
            b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>Home</title></head></html>',
            "an HTML page (“Home”)",
        ),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "a PNG image"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "a JPEG image"),
        (b"%PDF-1.7 ...", "a PDF document"),
        (b"\x1f\x8b\x08\x00" + bytes(50), "a gzip archive"),
        (b'{"error": "not found"}', "JSON, but no JSON Feed"),
        (b'{"items": [1, 2]}', "JSON, but no JSON Feed"),
        (b'{"items": [{"title": "cut', "JSON that is cut off"),
        (b"[" * 100_000, "JSON"),
        (b'<?xml version="1.0"?><urlset><url/></urlset>', "a sitemap"),
        (b'<?xml version="1.0"?><opml version="2.0"><body/></opml>', "an OPML list"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', "an SVG image"),
        (b"<quiz><item/></quiz>", "XML of another kind (<quiz>)"),
        (b"oops, try again later", "plain text (“oops, try again later”)"),
        (bytes(range(128, 256)) * 20, "neither XML nor JSON"),
    ],
)
def test_what_is_no_feed_is_named(data: bytes, what: str) -> None:
    """FAULTS row 10."""
    assert what in refusal(data)


def test_a_name_of_an_element_or_title_cannot_steer_a_terminal() -> None:
    """FAULTS row 10."""
    reason = refusal("<html><title>\x1b[2J\u202eSign &#27;[31m in</title></html>".encode())
    assert all(category(letter) not in {"Cc", "Cf"} for letter in reason)


def test_two_hundred_thousand_attributes_are_rejected() -> None:
    """FAULTS row 8."""
    many = " ".join(f'a{number}="1"' for number in range(200_000))
    assert spent(lambda: refusal(rss(f"<item {many}><title>x</title></item>"))) < SECONDS
    assert "attributes" in refusal(rss(f"<item {many}><title>x</title></item>"))
    broken = f"<rss><channel><title>a & b</wrong><item {many}></item></channel></rss>"
    assert "attributes" in refusal(broken)


def test_two_hundred_thousand_nested_elements_are_rejected() -> None:
    """FAULTS row 8."""
    deep = rss("<a>" * 200_000 + "</a>" * 200_000)
    assert spent(lambda: refusal(deep)) < SECONDS
    assert "deep" in refusal(deep)


def test_broken_xml_of_a_size_that_would_cost_feedparser_seconds_is_not_shown_to_it() -> None:
    """FAULTS row 8."""
    nested = "<rss><channel><title>a</wrong>" + "<item>" * 400 + "<b>" * 400_000
    blank = "<rss a=" + " " * 4_000_000
    unclosed = "<rss><channel><title>a</wrong>" + "<![CDATA[" * 300_000
    for data in (nested, blank, unclosed):
        assert spent(partial(read, data)) < SECONDS, data[:40]


def test_two_hundred_thousand_items_give_the_first_five_hundred() -> None:
    """FAULTS row 8."""
    items = "".join(f"<item><title>Item {number}</title><guid>g{number}</guid></item>" for number in range(200_000))
    found = feed(rss(items))
    assert spent(lambda: feed(rss(items))) < SECONDS
    assert (len(found.entries), found.left_out) == (MOST_ENTRIES, 200_000 - MOST_ENTRIES)
    assert [found.entries[0].guid, found.entries[-1].guid] == ["g0", "g499"]
    assert any("500" in warning for warning in found.warnings)
    broken = feed(rss(items).replace("<title>Item 3</title>", "<title>Item 3</titel>", 1))
    assert (len(broken.entries), broken.left_out) == (MOST_ENTRIES, 200_000 - MOST_ENTRIES)


def test_a_body_full_of_tags_takes_no_more_than_its_length() -> None:
    """FAULTS row 8: HTML inside an entry is hostile too."""
    for markup in (
        "<b a=1>" * 40_000,
        "<p>" * 100_000,
        "<div><a href=x>" * 30_000,
        "<script>" * 50_000,
        "<!--" * 100_000,
        '<a "' * 100_000,
        "<" * 300_000,
        "&" * 300_000,
        "&lt;p " * 50_000,
        "[ " * 150_000,
        "<figure>" * 40_000 + "</p>" * 40_000,
        " \n" * 150_000,
        "x\n" * 150_000,
        " " * 300_000 + "x",
        "\n \t" * 100_000 + "x",
        "the post " * 40_000,
    ):
        data = rss(item(title="A title", body=f"<![CDATA[{markup}]]>"))
        assert spent(partial(read, data)) < SECONDS, markup[:20]


def test_a_title_full_of_tags_takes_no_more_than_its_length() -> None:
    """FAULTS row 16."""
    for title in (
        "<b>" * 100_000,
        "<b><i>" * 50_000,
        "<br>" * 100_000,
        " - " * 100_000,
        "| " * 100_000,
        "&amp;" * 100_000,
        "<a " * 100_000,
    ):
        data = rss(item(title=f"<![CDATA[{title}]]>"), title=f"<![CDATA[{title}]]>")
        assert spent(partial(read, data)) < SECONDS, title[:20]


LAUGHS = '<!DOCTYPE rss [<!ENTITY a0 "lol">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)) + "]>"


@pytest.mark.parametrize(
    "prolog",
    [
        LAUGHS,
        '<!DOCTYPE rss [<!ENTITY a9 SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss [<!ENTITY a9 SYSTEM "http://127.0.0.1:9/canary">]>',
        '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1:9/canary"> %p;]>',
        '<!DOCTYPE rss [<!ENTITY a9 "' + "B" * 50_000 + '">]>',
        '<!DOCTYPE rss [<!ENTITY a9 "&b;"><!ENTITY b "&a9;">]>',
    ],
)
@pytest.mark.parametrize("broken", [False, True])
def test_entities_are_never_declared(prolog: str, *, broken: bool) -> None:
    """FAULTS row 9."""
    data = rss(item(title="&a9;" * 1000)).replace("<rss", prolog + "<rss", 1)
    if broken:
        data = data.replace("<rss", "<!-- -- --><rss", 1).replace('<?xml version="1.0"', "<?xml version=1.0", 1)
    assert spent(lambda: read(data)) < SECONDS
    assert "declares entities" in refusal(data)


def test_an_external_dtd_is_not_opened() -> None:
    """FAULTS row 9."""
    data = rss(item()).replace("<rss", '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/canary"><rss', 1)
    assert entry(data).content.text == TEXT


def test_a_feed_that_names_a_file_or_address_opens_nothing(tmp_path: object) -> None:
    """FAULTS row 9: both libraries take texts, and bytes, for names of files or addresses."""
    for data in (b"/etc/passwd", b"http://127.0.0.1:9/canary", str(tmp_path).encode(), b"file:///etc/passwd"):
        assert "plain text" in refusal(data)


@pytest.mark.parametrize("length", range(0, 2200, 37))
def test_of_a_feed_that_is_cut_off_the_whole_entries_are_used(length: int) -> None:
    """FAULTS row 11."""
    data = rss(*(item(number) for number in range(6))).encode()
    length = min(length, len(data) - 1)
    found = read(data[:length])
    whole = data[:length].count(b"</item>")
    if isinstance(found, Refused):
        assert whole == 0
        return
    assert [each.guid for each in found.entries] == [f"harbour-{number}" for number in range(whole)]
    assert all(each.content.text == TEXT for each in found.entries)
    if whole:
        assert any("cut off" in warning for warning in found.warnings)


@pytest.mark.parametrize("declared", ["UTF-8", "windows-1251", "windows-1252", "iso-8859-1", "koi8-r", "utf-16", "nonsense", "utf-7"])
@pytest.mark.parametrize("written", ["utf-8", "windows-1251"])
@pytest.mark.parametrize("header", ["application/rss+xml; charset=utf-8", "text/xml; charset=windows-1252", None])
def test_cyrillic_under_a_wrong_declaration_is_read(declared: str, written: str, header: str | None) -> None:
    """FAULTS row 12."""
    data = rss(item(title=CYRILLIC, body=CYRILLIC * 3), declared=declared).encode(written)
    assert feed(data, content_type=header).entries[0].content.title == CYRILLIC


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("windows-1252", "L’été à Orléans : les élus décident de fermer le « café » après l’incendie"),
        ("iso-8859-1", "Straßen in Köln gesperrt, Fähren fahren später"),
        ("koi8-r", CYRILLIC),
        ("windows-1251", CYRILLIC),
        ("iso-8859-2", "Łódź zostaje w porcie, załoga odmówiła wyjścia w morze"),
        ("shift_jis", "島へのフェリーは嵐のため港に留まった"),
        ("euc-kr", "폭풍으로 여객선이 항구에 머물렀다"),
        ("gb2312", "渡轮因风暴停留在港口"),
        ("big5", "渡輪因風暴停留在港口"),
        ("iso-2022-jp", "島へのフェリーは嵐のため港に留まった"),
    ],
)
def test_what_is_declared_rightly_is_read_rightly(written: str, title: str) -> None:
    """FAULTS row 12."""
    assert entry(rss(item(title=title), declared=written).encode(written)).content.title == title


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-32", "utf-8-sig"])
@pytest.mark.parametrize("declared", ["UTF-16", "UTF-8"])
def test_wide_encodings_are_read_without_a_mark(encoding: str, declared: str) -> None:
    """FAULTS row 12."""
    assert entry(rss(item(title=CYRILLIC), declared=declared).encode(encoding)).content.title == CYRILLIC


def test_marks_and_blanks_before_the_declaration_are_passed_over() -> None:
    """FAULTS row 12."""
    assert entry(b"\xef\xbb\xbf\n\n " + rss(item()).encode()).content.text == TEXT
    assert entry(b"\xef\xbb\xbf\xef\xbb\xbf" + rss(item()).encode()).content.text == TEXT


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        (b"a\x00b\x0bc", "abc"),
        (b"a\xed\xa0\x80b", "ab"),
        (b"a\xed\xa0\xbd\xed\xb8\x80b", "a😀b"),
        (b"a\xef\xbf\xbfb", "ab"),
        (b"a&#0;b&#8;c&#xFFFF;d", "abcd"),
        (b"a\xff\xfeb", "ab"),
        (b"caf\xc3\xa9 \xe2\x82", "café"),
    ],
)
def test_characters_that_are_none_are_dropped(title: bytes, shown: str) -> None:
    """FAULTS row 12."""
    data = rss(item(1, title="TITLE", body=CYRILLIC), item(2)).encode().replace(b"TITLE", title)
    found = feed(data)
    assert (len(found.entries), found.entries[0].content.title) == (2, shown)


def test_broken_xml_is_read_all_the_same() -> None:
    for broken in (
        rss(item(title="Fish & chips"), item(2)),
        rss(item(body="<b>bold<i>er</b> text"), item(2)),
        rss(item(extra="<link>never closed"), item(2)),
        rss(item(), item(2)) + "<script>junk()</script>",
        "<br />Warning: something is deprecated\n" + rss(item(), item(2)),
        rss(item(), item(2)).replace("</channel></rss>", ""),
        rss(item(), item(2))
        .replace(' xmlns:dc="http://purl.org/dc/elements/1.1/"', "")
        .replace("</item>", "<dc:creator>A. Moor</dc:creator></item>"),
        rss(item(), item(2)).replace('version="2.0"', "version=2.0"),
    ):
        assert len(feed(broken).entries) == 2, broken


def test_an_entity_without_dtd_costs_nothing_behind_it() -> None:
    found = entry(rss(item(title="Wind&nbsp;&amp; waves &copy; Kiel &unknown; end", body=f"<![CDATA[<p>A&nbsp;b</p>]]>{TEXT}")))
    assert found.content.title == "Wind & waves © Kiel &unknown; end"
    assert found.content.text.startswith("A b")
    assert found.content.published is not None


@given(st.binary(max_size=400))
@settings(max_examples=some(150))
@example(b"A\xde\xb2A")
@example("<html><title>A\u07b2A".encode())
@example("<A\u07b2A/>".encode())
def test_arbitrary_bytes_are_a_feed_or_refused_with_what_they_are(data: bytes) -> None:
    found = read(data)
    if isinstance(found, Refused):
        assert found.reason
        assert found.reason.isprintable()
    else:
        assert all(entry.content.title for entry in found.entries)


SEEDS = (
    rss(item(1), item(2, title="<![CDATA[Fish &amp; chips]]>"), extra="<ttl>5</ttl>").encode(),
    atom(
        f"<entry><id>1</id><title type='xhtml'><div>x</div></title><updated>2026-11-22</updated><content>{TEXT}</content></entry>"
    ).encode(),
    b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "title": "x", "content_html": "<p>y</p>"}]}',
    rss(item(title=CYRILLIC, date=DATE), declared="windows-1251").encode("windows-1251"),
)


@given(seed=st.sampled_from(SEEDS), cuts=st.lists(st.tuples(st.integers(0, 1500), st.integers(0, 40), st.binary(max_size=12)), max_size=8))
@settings(max_examples=some(250))
def test_mutated_feeds_never_raise_and_give_sound_text(seed: bytes, cuts: list[tuple[int, int, bytes]]) -> None:
    """FAULTS row 12."""
    data = seed
    for start, length, new in cuts:
        data = data[:start] + new + data[start + length :]
    found = parse_feed(data, url=URL, content_type=None, fetched_at=NOW, aliases={})
    if isinstance(found, Refused):
        found.reason.encode()
        return
    for each in found.entries:
        for value in (each.content.title, each.content.text, each.content.author, each.content.outlet, each.guid):
            (value or "").encode()
            assert not any(category(letter) in {"Cc", "Cs"} and letter != "\n" for letter in value or "")
        assert each.content.title
