"""What sound feeds of every kind become: entries, titles, texts, addresses, dates."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from feed_samples import DATE, NOW, TEXT, URL, atom, entry, feed, html, item, rss

from bot.core.model import DateOrigin, Format, Precision, Stamp

AT = datetime(2026, 11, 22, 5, 10, tzinfo=UTC)


def test_an_rss_item_becomes_an_entry_with_everything_it_says() -> None:
    found = feed(rss(item(7, extra="<dc:creator>Ada Moor</dc:creator>")))
    assert (found.title, found.site, found.left_out, found.parser, found.warnings) == (
        "The Harbour Paper", "https://harbour.example/", 0, "fastfeedparser", (),
    )  # fmt: skip
    (only,) = found.entries
    content = only.content
    assert only.guid == "harbour-7"
    assert (content.title, content.titled, content.text) == ("Ferry stays in port", True, TEXT)
    assert (content.url, content.outlet, content.author) == ("https://harbour.example/news/7", "The Harbour Paper", "Ada Moor")
    assert content.published == Stamp(at=AT, precision=Precision.MINUTE, origin=DateOrigin.FIELD)
    assert (content.language, content.format) == ("en", Format.FEED)


def test_an_atom_entry_becomes_an_entry() -> None:
    found = feed(
        atom(
            "<entry><id>tag:harbour.example,2026:1</id><title>Ferry stays in port</title>"
            '<link rel="enclosure" href="https://cdn.harbour.example/1.mp3"/><link rel="alternate" href="https://harbour.example/1?utm_source=feed"/>'
            f"<published>2026-11-22T06:10:00+01:00</published><updated>2026-11-22T09:00:00Z</updated><author><name>Ada Moor</name></author>"
            f"<summary>{TEXT[:60]}</summary><content type='html'>&lt;p&gt;{TEXT}&lt;/p&gt;</content></entry>"
        )
    )
    content = found.entries[0].content
    assert found.entries[0].guid == "tag:harbour.example,2026:1"
    assert (content.title, content.text, content.url, content.author) == (
        "Ferry stays in port", TEXT, "https://harbour.example/1", "Ada Moor",
    )  # fmt: skip
    assert content.published is not None
    assert content.published.at == AT


def test_an_rdf_item_becomes_an_entry() -> None:
    found = feed(
        '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://harbour.example/"><title>The Harbour Paper</title>'
        "<link>https://harbour.example/</link></channel>"
        f'<item rdf:about="https://harbour.example/1"><title>Ferry stays in port</title><link>https://harbour.example/1</link><description>{TEXT}'
        "</description><dc:date>2026-11-22</dc:date></item></rdf:RDF>"
    )
    content = found.entries[0].content
    assert (content.title, content.url, content.outlet) == ("Ferry stays in port", "https://harbour.example/1", "The Harbour Paper")
    assert content.published == Stamp(at=datetime(2026, 11, 22, tzinfo=UTC), precision=Precision.DAY, origin=DateOrigin.FIELD)


def test_a_json_feed_becomes_entries() -> None:
    found = feed(
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "title": "The Harbour Paper",
                "home_page_url": "https://harbour.example/",
                "language": "en",
                "items": [
                    {"id": 17, "url": "/1", "title": "Ferry stays in port", "content_html": f"<p>{TEXT}</p>", "date_published": "2026-11-22T06:10:00+01:00",
                     "authors": [{"name": "Ada Moor"}]},
                    {"id": "18", "content_text": "Fish & chips < 5 crowns at the quay today."},
                    {"id": "19", "title": ["no", "text"], "url": {"a": 1}},
                    "nonsense",
                ],
            }
        )
    )  # fmt: skip
    first, second = found.entries
    assert (first.guid, first.content.url, first.content.author) == ("17", "https://harbour.example/1", "Ada Moor")
    assert first.content.published == Stamp(at=AT, precision=Precision.MINUTE, origin=DateOrigin.FIELD)
    assert (second.content.title, second.content.titled) == ("Fish & chips < 5 crowns at the quay today.", False)
    assert found.parser == "JSON Feed"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("AT&amp;T", "AT&T"),
        ("AT&amp;amp;T", "AT&T"),
        ("a &lt; b", "a < b"),
        ("List&lt;T&gt; explained", "List<T> explained"),
        ("&lt;b&gt;x", "<b>x"),
        ("&lt;/a&gt;", "</a>"),
        ("&lt;br&gt;", "<br>"),
        ("&lt;script&gt;", "<script>"),
        ("&amp;lt;script&amp;gt; tags", "<script> tags"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>"),
        ("&lt;b&gt;Storm&lt;/b&gt; over the &lt;i&gt;&lt;em&gt;islands&lt;/em&gt;&lt;/i&gt;", "Storm over the islands"),
        ("Storm&lt;br/&gt;over the islands", "Storm over the islands"),
        ("<![CDATA[Fish &#8211; and chips]]>", "Fish – and chips"),
        ("<![CDATA[R&D: AT&T <b>buys</b> Q&A]]>", "R&D: AT&T buys Q&A"),
        ("Storm&nbsp;&uuml;ber Kiel", "Storm über Kiel"),
        ("Fish & chips", "Fish & chips"),
        ("  two\n lines\t here ", "two lines here"),
        ("caf\u00c3\u00a9 au lait", "café au lait"),
        ("\u202eright to left\u202c \u200bhidden", "right to left hidden"),
    ],
)
def test_a_title_is_the_literal_text_that_a_reader_should_see(written: str, shown: str) -> None:
    """FAULTS row 16."""
    assert entry(rss(item(title=written))).content.title == shown


@pytest.mark.parametrize(
    ("kind", "written", "shown"),
    [
        ("text", "a &lt;b&gt;bold&lt;/b&gt; AT&amp;amp;T", "a <b>bold</b> AT&amp;T"),
        ("html", "a &lt;b&gt;bold&lt;/b&gt; AT&amp;amp;T &lt;br&gt;move", "a bold AT&T move"),
        ("html", "&lt;script&gt;", "<script>"),
        ("xhtml", '<div xmlns="http://www.w3.org/1999/xhtml">a <b>bold</b> move</div>', "a bold move"),
    ],
)
def test_an_atom_title_is_read_as_it_says(kind: str, written: str, shown: str) -> None:
    """FAULTS row 16."""
    found = entry(atom(f'<entry><id>x</id><title type="{kind}">{written}</title><updated>2026-11-22T05:10:00Z</updated></entry>'))
    assert found.content.title == shown


def test_a_title_of_ten_thousand_emoji_is_cut_between_characters() -> None:
    """FAULTS row 17."""
    title = entry(rss(item(title="😀" * 10_000))).content.title
    assert len(title) <= 1000
    assert set(title) == {"😀", "…"}
    accented = entry(rss(item(title="e\u0323\u0302" * 3000))).content.title
    assert len(accented) <= 1000


def test_without_a_title_the_first_sentence_serves() -> None:
    found = entry(rss(item(title=None)))
    assert found.content.title.startswith("The ferry to the outer islands stayed in port on Sunday")
    assert found.content.titled is False


def test_an_entry_without_title_and_text_is_left_out() -> None:
    found = feed(rss(item(1), "<item/>", item(2, title="", body="<![CDATA[<img src='x.png'>]]>")))
    assert [each.guid for each in found.entries] == ["harbour-1"]
    assert found.warnings == ("2 of its entries have neither title nor text",)


def test_the_longer_of_summary_and_content_is_the_text() -> None:
    whole = f"<p>{TEXT}</p><p>{TEXT[:90]}.</p>"
    found = entry(rss(item(body=TEXT[:80], extra=f"<content:encoded><![CDATA[{whole}]]></content:encoded>")))
    assert found.content.text == f"{TEXT}\n\n{TEXT[:90]}."
    other = entry(rss(item(body=html(whole), extra="<content:encoded>Short.</content:encoded>")))
    assert other.content.text == found.content.text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One.</p><p>Two <b>bold</b>.</p>", "One.\n\nTwo bold."),
        ("One.<br><br>Two.<br/>Three and<br>a half.", "One.\n\nTwo.\n\nThree and a half."),
        ("One.\n\nTwo\nlines.", "One.\n\nTwo lines."),
        ("&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;", "One.\n\nTwo."),
        ("<p>One.</p><script>bad()</script><style>p{}</style><figure><img src=x><figcaption>A ship</figcaption></figure><p>Two.</p>", "One.\n\nTwo."),
        ("<p>One sentence that says something.</p><script>never closed", "One sentence that says something.\n\nnever closed"),
        ("<p>Water rose. <a href='/1'>Read more</a></p>", "Water rose."),
        ("<p>Water rose all night long […]</p>", "Water rose all night long…"),
        ("<p>Wasser stieg. <a href='/1'>Weiterlesen »</a></p>", "Wasser stieg."),
        ('<p>Water rose.</p><p>The post <a href="/1">Flood</a> appeared first on <a href="/">The Harbour Paper</a>.</p>', "Water rose."),
        ("<p>Water rose.</p><p>Related: <a href='/2'>An older flood in the same place</a></p>", "Water rose."),
        (('<ol><li><a href="/1">Ferry stays in port</a> <font color="#666">The Harbour Paper</font></li>'
         '<li><a href="/2">Crew refuses to sail</a> <font color="#666">Island Post</font></li></ol>'), ""),
        ('<a href="https://news.example/item?id=1">Comments</a>', ""),
        ('submitted by <a href="/u/x">/u/x</a> <br/> <span><a href="/1">[link]</a></span> <span><a href="/2">[comments]</a></span>', ""),
        ("<p>5 &lt; 6 &amp;&amp; a<b>c</b></p>", "5 < 6 && ac"),
        ("<p>Water &amp; wind</p><img src='https://t.example/p.gif' alt='a > b' width=1>", "Water & wind"),
        ("<!-- a comment --><p>One.</p><!-- never closed <p>Two.</p>", "One."),
    ],
)  # fmt: skip
def test_html_becomes_plain_paragraphs(markup: str, text: str) -> None:
    assert entry(rss(item(title="About something else", body=html(markup)))).content.text == text


def test_a_text_that_only_repeats_the_title_is_no_text() -> None:
    assert entry(rss(item(title="Ferry stays in port", body="Ferry stays in port"))).content.text == ""


def test_an_entry_that_points_on_teases() -> None:
    long = " ".join([TEXT] * 8)
    assert entry(rss(item(body=html(f"<p>{long}</p>")))).teases is False
    assert entry(rss(item(body=html(f"<p>{long} <a href='/1'>Continue reading</a></p>")))).teases is True
    assert entry(rss(item(body=TEXT[:70]))).teases is True


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://harbour.example/a?utm_medium=rss&amp;id=3#top", "https://harbour.example/a?id=3"),
        ("//harbour.example/a", "https://harbour.example/a"),
        ("/news/9", "https://harbour.example/news/9"),
        ("news/9", "https://harbour.example/news/9"),
        ("javascript:alert(1)", None),
        ("data:text/html,<b>x</b>".replace("<", "&lt;"), None),
        ("tg://resolve?domain=x", None),
        ("mailto:desk@harbour.example", None),
        ("https://harbour.example/" + "a" * 9000, None),
        ("http://[::1", None),
        ("http://localhost/x", None),
        ("https://harbour.example:99999/x", None),
    ],
)
def test_a_link_is_resolved_or_dropped(link: str, url: str | None) -> None:
    """FAULTS row 15."""
    assert entry(rss(item(link=link, guid="x"))).content.url == url


def test_relative_links_follow_xml_base_and_the_feeds_address() -> None:
    """FAULTS row 15."""
    plain = "<entry><id>x</id><title>A title</title><link href='b/1'/></entry>"
    assert entry(atom(plain, attributes='xml:base="https://quay.example/a/"')).content.url == "https://quay.example/a/b/1"
    own = "<entry xml:base='https://pier.example/c/'><id>x</id><title>A title</title><link href='b/1'/></entry>"
    assert entry(atom(own, attributes='xml:base="https://quay.example/a/"')).content.url == "https://pier.example/c/b/1"
    assert entry(rss(item(link="b/1"), site="")).content.url == "https://harbour.example/feeds/b/1"


def test_a_guid_that_is_no_permalink_is_no_link() -> None:
    found = entry(rss(item(link=None, guid="https://harbour.example/id/1")))
    assert (found.guid, found.content.url) == ("https://harbour.example/id/1", None)
    link = entry(rss("<item><title>A title</title><guid>https://harbour.example/1</guid></item>"))
    assert link.content.url == "https://harbour.example/1"
    assert entry(rss(item(guid=None))).guid is None


@pytest.mark.parametrize(
    ("written", "at", "precision"),
    [
        (DATE, AT, Precision.MINUTE),
        ("Sun, 22 Nov 2026 06:10:00 CET", AT, Precision.MINUTE),
        ("2026-11-22T05:10:00Z", AT, Precision.MINUTE),
        ("2026-11-22 05:10:00 UTC", AT, Precision.MINUTE),
        ("22 Nov 2026 05:10 GMT", AT, Precision.MINUTE),
        ("2026-11-22T05:10:00", AT, Precision.INFERRED),
        ("Sun, 22 Nov 2026 05:10:00", AT, Precision.INFERRED),
        ("2026-11-22", datetime(2026, 11, 22, tzinfo=UTC), Precision.DAY),
        ("22 Nov 2026", datetime(2026, 11, 22, tzinfo=UTC), Precision.DAY),
        ("22. November 2026", datetime(2026, 11, 22, tzinfo=UTC), Precision.DAY),
        ("2026-11-22T00:00:00Z", datetime(2026, 11, 22, tzinfo=UTC), Precision.DAY),
        ("2026-11-22T00:00:00+09:00", datetime(2026, 11, 22, tzinfo=UTC), Precision.DAY),
        ("Sun, 22 Nov 2026 00:00:00 -0500", datetime(2026, 11, 22, tzinfo=UTC), Precision.DAY),
        ("2026-11-22T05:10:00+00:00", AT, Precision.MINUTE),
    ],
)
def test_a_date_is_as_exact_as_it_is_written(written: str, at: datetime, precision: Precision) -> None:
    """FAULTS row 14."""
    assert entry(rss(item(date=written))).content.published == Stamp(at=at, precision=precision, origin=DateOrigin.FIELD)


@pytest.mark.parametrize(
    "written",
    [None, "", "0001-01-01T00:00:00Z", "Mon, 01 Jan 0001 00:00:00 +0000", "Fri, 01 Jan 2099 00:00:00 GMT", "32 Foo", "not a date", "2026", "2026-11",
     "Nov 2026", "07-01T01:55:07-05:00", "05:10", "Thu, 01 Jan 1970 00:00:00 GMT", "10", "9" * 300, "0" * 40, "2026-02-31T25:61:99Z", "Sun, 22 Nov 2026 23:59:00 GMT"],
)  # fmt: skip
def test_a_date_that_cannot_be_true_is_none(written: str | None) -> None:
    """FAULTS row 14."""
    assert entry(rss(item(date=written, guid="20240101"))).content.published is None


def test_a_date_may_be_an_hour_ahead() -> None:
    """FAULTS row 14."""
    ahead = (NOW + timedelta(minutes=50)).strftime("%a, %d %b %Y %H:%M:%S +0000")
    assert entry(rss(item(date=ahead))).content.published is not None


def test_the_language_is_the_texts_and_else_the_feeds() -> None:
    german = "Die Fähre zu den äußeren Inseln blieb am Sonntag im Hafen, weil sich die Mannschaft weigerte, bei Sturm auszulaufen."
    found = feed(
        rss(item(1, title="Fähre bleibt im Hafen", body=german), item(2, title="12:3", body=None), extra="<language>de-AT</language>")
    )
    assert [each.content.language for each in found.entries] == ["de", "de"]
    assert entry(rss(item(), extra="<language>de</language>")).content.language == "en"


@pytest.mark.parametrize(
    ("extra", "fresh"),
    [
        ("<ttl>90</ttl>", timedelta(minutes=90)),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", timedelta(hours=6)),
        ("<sy:updatePeriod> hourly </sy:updatePeriod>", timedelta(hours=1)),
        ("<ttl>99999999</ttl>", timedelta(days=7)),
        ("<ttl>-5</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", timedelta(days=1)),
        ("", None),
    ],
)
def test_a_feed_says_how_long_it_stays_fresh(extra: str, fresh: timedelta | None) -> None:
    assert feed(rss(item(), extra=extra)).fresh_for == fresh


def test_a_feed_without_entries_is_a_feed() -> None:
    assert feed(rss()).entries == ()
    assert feed(atom()).entries == ()
    assert feed(rss(), url=URL).title == "The Harbour Paper"


def test_the_title_of_a_picture_is_not_the_entrys() -> None:
    found = entry(rss("<item><media:title>A ship at night</media:title><title>Ferry stays in port</title><guid>1</guid></item>"))
    assert found.content.title == "Ferry stays in port"
