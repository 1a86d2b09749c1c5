"""OPML: what every second program writes is read, what is damaged is read as far as it goes, and what Slugline writes it reads again."""

import time
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.feeds.feed import Listed
from bot.core.model import Refused
from bot.sources.opml import DEEPEST, MOST_DAMAGES, OpmlFeeds, parse_opml, read_opml, write_opml
from bot.sources.parsing.characters import one_line
from bot.sources.worker import Worker

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HARBOUR = Listed(url="https://harbour.example.org/feed", title="Harbour Paper")
MILL = Listed(url="https://mill.example.org/rss", title="Mill News")


def opml(body: str, head: str = '<?xml version="1.0" encoding="utf-8"?>') -> bytes:
    return f'{head}\n<opml version="2.0"><head><title>x</title></head><body>\n{body}\n</body></opml>'.encode()


def outline(url: str, text: str = "T", **more: str) -> str:
    return f'<outline text="{text}" xmlUrl="{url}" {" ".join(f"{name}={value!r}" for name, value in more.items())}/>'


def check(data: bytes, limit: int = 1000) -> OpmlFeeds:
    read = parse_opml(data, limit)
    assert isinstance(read, OpmlFeeds), read
    return read


def refusals(data: bytes) -> list[tuple[str, str]]:
    return [(line.text, line.reason) for line in check(data).refused]


@pytest.mark.parametrize(
    "line",
    [
        '<outline text="Harbour Paper" xmlUrl="https://harbour.example.org/feed"/>',
        '<outline type="rss" title="Harbour Paper" text="h" xmlURL="https://harbour.example.org/feed"></outline>',
        '<OUTLINE TEXT="Harbour Paper" XMLURL=" https://harbour.example.org/feed "/>',
        '<outline type="rss" text="Harbour  \n Paper" url="https://harbour.example.org/feed"/>',
        '<outline text="Harbour Paper" xmlUrl="feed://harbour.example.org/feed"/>',
        '<outline text="Harbour Paper" xmlUrl="harbour.example.org/feed"/>',
        '<outline text="Harbour&nbsp;Paper" xmlUrl="https://Harbour.Example.org/feed#top"/>',
        '<outline text="Harbour&#x202e; Paper&#0;" xmlUrl="https://harbour.example.org/feed" htmlUrl="javascript:alert(1)"/>',
    ],
)
def test_every_spelling_of_a_feed_is_understood(line: str) -> None:
    assert check(opml(line)) == OpmlFeeds(feeds=(HARBOUR,))


def test_folders_are_categories() -> None:
    body = f"""<outline text="News"><outline title="Local / Coast">{outline("https://a.example.org/")}</outline>{outline("https://b.example.org/")}</outline>
    {outline("https://c.example.org/", category="/Sport/Sailing,/Other")}{outline("https://d.example.org/", htmlUrl="https://d.example.org/home")}"""
    feeds = check(opml(body)).feeds
    assert [(feed.url, feed.category) for feed in feeds] == [
        ("https://a.example.org/", "News/Local/Coast"),
        ("https://b.example.org/", "News"),
        ("https://c.example.org/", "Sport/Sailing"),
        ("https://d.example.org/", ""),
    ]
    assert feeds[3].site == "https://d.example.org/home"


def test_each_refused_line_says_why() -> None:
    body = "".join(
        [
            outline("https://a.example.org/", "A"),
            outline("https://a.example.org/#again", "A again"),
            outline("ftp://b.example.org/", "B"),
            outline("javascript:alert(1)", "C"),
            outline("http://127.0.0.1/feed", "D"),
            outline("http://169.254.169.254/latest", "E"),
            outline("http://e.example.org:22/", "F"),
            '<outline type="rss" text="G"/>',
            '<outline text="H"/>',
            '<outline type="include" text="I" url="https://lists.example.org/other.opml"/>',
        ]
    )
    found = refusals(opml(body))
    assert [text for text, _ in found] == ["A again", "B", "C", "D", "E", "F", "G", "H", "I"]
    expected = [
        "listed twice",
        "ftp",
        "javascript",
        "not a public address",
        "not a public address",
        "port 22",
        "no address",
        "no address",
        "link",
    ]
    for (text, reason), part in zip(found, expected, strict=True):
        assert part in reason, text


def test_an_operator_may_list_feeds_of_his_own_network() -> None:
    read = parse_opml(opml(outline("http://127.0.0.1:8080/feed")), 10, (ip_network("127.0.0.0/8"),))
    assert isinstance(read, OpmlFeeds)
    assert [feed.url for feed in read.feeds] == ["http://127.0.0.1:8080/feed"]


def test_what_is_over_the_limit_is_counted() -> None:
    read = check(opml("".join(outline(f"https://a{number}.example.org/") for number in range(10))), limit=3)
    assert (len(read.feeds), read.over_limit) == (3, 7)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1251"])
def test_encodings_are_recognised(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{"utf-8" if encoding == "utf-8-sig" else encoding}"?><opml><body>{outline("https://a.example.org/", "Гавань и мельница")}</body></opml>'
    assert [feed.title for feed in check(text.encode(encoding)).feeds] == ["Гавань и мельница"]


def test_a_wrong_declaration_and_damaged_bytes_do_not_hide_the_feeds() -> None:
    data = opml(
        outline("https://a.example.org/", "Häfen") + outline("https://b.example.org/", "B"), '<?xml version="1.0" encoding="utf-16"?>'
    )
    assert [feed.title for feed in check(data).feeds] == ["Häfen", "B"]
    assert [feed.url for feed in check(data.replace("ä".encode(), b"\xff\x00")).feeds] == [
        "https://a.example.org/",
        "https://b.example.org/",
    ]


def test_bare_ampersands_and_brackets_cost_at_most_their_own_line() -> None:
    body = (
        outline("https://a.example.org/?x=1&y=2", "Nuts & Bolts")
        + '<outline text="News">'
        + outline("https://b.example.org/", "a < b")
        + outline("https://c.example.org/", "C")
        + "</outline>"
        + outline("https://d.example.org/", "D")
    )
    read = check(opml(body))
    assert [(feed.title, feed.url, feed.category) for feed in read.feeds] == [
        ("Nuts & Bolts", "https://a.example.org/?x=1&y=2", ""),
        ("C", "https://c.example.org/", "News"),
        ("D", "https://d.example.org/", ""),
    ]
    assert [(line.text, line.reason.partition(";")[0]) for line in read.refused] == [("line 3", "damaged here")]


@pytest.mark.parametrize("cut", [1, 20, 40, 60])
def test_a_list_cut_off_in_the_middle_is_used_as_far_as_it_goes(cut: int) -> None:
    data = opml(outline(HARBOUR.url, HARBOUR.title) + '<outline text="Folder">' + outline(MILL.url, MILL.title))
    start = data.index(b"<outline", data.index(b"Folder"))
    read = check(data[: start + cut])
    assert read.feeds == (HARBOUR,)
    assert read.refused[-1].reason == "the list is cut off here"


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "no text"),
        (b"<html><body>Sign in</body></html>", "no outline"),
        (b"https://a.example.org/feed\nhttps://b.example.org/feed", "no outline"),
    ],
)
def test_what_is_no_list_is_refused(data: bytes, part: str) -> None:
    read = parse_opml(data, 10)
    assert isinstance(read, Refused)
    assert part in read.reason


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + ']><opml><body><outline text="&j;" xmlUrl="https://a.example.org/"/></body></opml>'
)
OUTSIDE = '<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body><outline text="&x;" xmlUrl="https://a.example.org/"/></body></opml>'


@pytest.mark.parametrize("text", [BOMB, OUTSIDE])
def test_entities_are_never_expanded(text: str) -> None:
    """FAULTS rows 9 and 46."""
    read = parse_opml(text.encode(), 10)
    assert isinstance(read, Refused)
    assert "entities" in read.reason


def test_a_list_without_end_of_folders_is_read_down_to_a_limit() -> None:
    """FAULTS row 46."""
    read = check(
        opml(
            outline("https://a.example.org/")
            + '<outline text="x">' * 100_000
            + outline("https://b.example.org/")
            + "</outline>" * 100_000
            + outline("https://c.example.org/")
        )
    )
    assert [feed.url for feed in read.feeds] == ["https://a.example.org/", "https://c.example.org/"]
    assert any(f"{DEEPEST} folders deep" in line.reason for line in read.refused)


def test_a_list_damaged_everywhere_is_given_up() -> None:
    read = check(opml((outline("https://a.example.org/", "<") + "\n") * 1000))
    assert len(read.refused) == MOST_DAMAGES + 1


def test_one_element_with_200_000_attributes_is_no_trouble() -> None:
    body = "<outline " + " ".join(f'a{number}="x"' for number in range(200_000)) + "/>" + outline(HARBOUR.url, HARBOUR.title)
    begun = time.process_time()
    assert check(opml(body)).feeds == (HARBOUR,)
    assert time.process_time() - begun < 5


async def test_a_hundred_thousand_feeds_are_read_in_the_worker() -> None:
    """FAULTS row 46. Measured: 2 s of a busy core without a limit, 0.9 s with one of 20,000."""
    data = opml("\n".join(outline(f"https://a{number}.example.org/feed", f"Paper {number}") for number in range(100_000)))
    async with Worker() as worker:
        read = await read_opml(worker, data, 20_000, timeout_seconds=60)
    assert isinstance(read, OpmlFeeds)
    assert (len(read.feeds), read.over_limit) == (20_000, 80_000)


async def test_a_list_that_takes_too_long_is_refused() -> None:
    data = opml("\n".join(outline(f"https://a{number}.example.org/feed") for number in range(50_000)))
    async with Worker() as worker:
        read = await read_opml(worker, data, 50_000, timeout_seconds=0.01)
    assert isinstance(read, Refused)
    assert "longer" in read.reason


LINE = st.text(max_size=20).map(one_line)
STEP = LINE.map(lambda text: text.replace("/", "")).map(str.strip).filter(bool)
FEED = st.builds(
    Listed,
    url=st.integers(0, 10**6).map(lambda number: f"https://a{number}.example.org/feed?a=1&b=%22{number}"),
    title=LINE,
    site=st.none() | st.sampled_from(["https://a.example.org/?x=1&y='2'", "http://b.example.org/ä"]),
    category=st.lists(STEP, max_size=3).map("/".join),
)


@given(st.lists(FEED, max_size=12, unique_by=lambda feed: feed.url), LINE)
def test_what_is_written_is_read_again(feeds: list[Listed], title: str) -> None:
    read = check(write_opml(feeds, title=title, now=NOW)) if feeds else OpmlFeeds(feeds=())
    assert read.refused == ()
    assert set(read.feeds) == set(feeds)
    assert len(read.feeds) == len(feeds)
    again = check(write_opml(read.feeds, title=title, now=NOW)) if feeds else read
    assert again.feeds == read.feeds  # grouped already: the order stays


def test_the_export_is_what_other_readers_expect() -> None:
    written = write_opml(
        [Listed(url=HARBOUR.url, title='Tom & "Jerry" <b>', site="https://harbour.example.org/", category="News/Coast"), MILL],
        title="Slugline",
        now=NOW,
    )
    assert written.decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n  <head>\n    <title>Slugline</title>\n'
        "    <dateCreated>Sun, 22 Nov 2026 12:00:00 +0000</dateCreated>\n  </head>\n  <body>\n"
        '    <outline type="rss" text="Mill News" title="Mill News" xmlUrl="https://mill.example.org/rss"/>\n'
        '    <outline text="News">\n      <outline text="Coast">\n'
        '        <outline type="rss" text=\'Tom &amp; "Jerry" &lt;b&gt;\' title=\'Tom &amp; "Jerry" &lt;b&gt;\' '
        'xmlUrl="https://harbour.example.org/feed" htmlUrl="https://harbour.example.org/"/>\n'
        "      </outline>\n    </outline>\n  </body>\n</opml>\n"
    )


@given(st.binary(max_size=300), st.integers(0, 400), st.integers(0, 400))
def test_any_bytes_end_in_feeds_or_a_reason(noise: bytes, begin: int, end: int) -> None:
    data = opml(outline(HARBOUR.url, "Harbour &amp; Mill") * 3 + '<outline text="F">' + outline(MILL.url) + "</outline>")
    for hostile in (noise, data[:begin] + noise + data[end:]):
        read = parse_opml(hostile, 10)
        assert isinstance(read, OpmlFeeds | Refused)
        if isinstance(read, OpmlFeeds):
            for line in read.refused:
                assert (line.text + line.reason).isprintable()
