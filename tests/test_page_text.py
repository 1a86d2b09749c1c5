"""The text of an article's page is taken when it is that article's and says more than the feed; nothing else on the page is."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import Content, DateOrigin, Format, Precision, Refused, Stamp
from bot.sources.page import better, parse_page, read_page
from bot.sources.worker import Worker

URL = "https://harbour.example.org/news/old-bridge"
TITLE = "Old bridge of the harbour town is to be repaired before winter"
TEASER = (
    "The council agreed on Monday to repair the bridge over the Linde, which has been closed to lorries since a crane hit it in August."
)
STORY = [
    TEASER,
    "Masons from three counties will replace the two cracked arches and renew the parapet on the seaward side, the surveyor Mara Holt said.",
    "The work is to cost 2.4 million crowns, half of which the province pays; the rest comes from the tolls of the ferry that ran meanwhile.",
    "Shopkeepers on the east bank had complained that customers stayed away, and that the detour by the mill took forty minutes at low tide.",
    "The mayor, Tomas Brandt, said that he hoped to walk across it on the first of December, and that lorries would have to wait until spring.",
]
MENU = '<nav><a href="/">Home</a> <a href="/sport">Sport</a> <a href="/weather">Weather</a></nav>'


def page(paragraphs: list[str], title: str = TITLE, head: str = "", url: str = "") -> bytes:
    link = f'<link rel="canonical" href="{url}">' if url else ""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"<!doctype html><html lang=en><head><title>{title} | Harbour Paper</title>{link}{head}</head><body>{MENU}<article><h1>{title}</h1>{body}</article></body></html>".encode()


def entry(text: str = TEASER, title: str = TITLE, url: str | None = URL) -> Content:
    return Content(title=title, titled=True, text=text, outlet="Harbour Paper", url=url, format=Format.FEED)


def check(teaser: Content, body: bytes, url: str = URL) -> Content | None:
    found = parse_page(body, url, "text/html; charset=utf-8")
    return None if isinstance(found, Refused) else better(teaser, found)


def test_the_page_of_a_teaser_gives_its_text() -> None:
    found = check(entry(), page(STORY, head='<meta name="author" content="Ida Krone">'))
    assert found is not None
    assert found == replace(entry(), text="\n\n".join(STORY), author=found.author, language="en")
    assert found.author == "Ida Krone"


@pytest.mark.parametrize("text", ["", "Masons are to work on the Linde."])
def test_a_bare_headline_gets_the_text_of_the_page_that_bears_it(text: str) -> None:
    assert check(entry(text), page(STORY)) is not None
    assert check(entry(text, title="Old bridge to be repaired before winter"), page(STORY)) is not None


def test_a_standfirst_in_words_of_its_own_is_enough_with_the_title() -> None:
    assert (
        check(
            entry("Good news for shopkeepers on the east bank: masons start on the cracked arches, while lorries must be patient."),
            page(STORY),
        )
        is not None
    )


OTHER = [
    "A barn near the upper mill burnt down in the night to Sunday; forty sheep were brought to safety by two passing cyclists, the brigade said.",
    "Where the fire began is not known. The farmer puts the damage at ninety thousand crowns, since the whole of the hay was lost.",
    "It is the third fire in the valley since spring, and the brigade has asked the villages to set watches until the rain comes.",
]
OFFER = [
    "Become a member of the Harbour Paper today and enjoy unlimited stories on every device, the crossword and our Sunday letter from the editors.",
    "Choose the plan that suits you: monthly for nine crowns, or yearly for ninety, with two free months for new members who order this week.",
    "Members also receive invitations to our evenings with writers, and a discount at bookshops all along the coast and on the islands.",
]
COOKIES = ["We and our 312 partners value your privacy. Accept all cookies or manage your preferences to go on reading."]
FRONT = [TEASER, *OTHER, *OFFER]


@pytest.mark.parametrize(
    ("body", "url"),
    [
        (page(OTHER, "Barn burns down near the upper mill"), URL),
        (page(OFFER, "Subscribe"), URL),
        (page(OFFER), URL),
        (page(COOKIES, "Your privacy"), URL),
        (page(COOKIES), URL),
        (page(FRONT, "Harbour Paper"), "https://harbour.example.org/"),
        (page(FRONT, "Harbour Paper", url="https://harbour.example.org/"), URL),
        (page([TEASER]), URL),
        (b"", URL),
        (b"%PDF-1.4 x", URL),
        (b"\x00\xff" * 500, URL),
    ],
    ids=[
        "other article",
        "offer",
        "offer under the title",
        "cookies",
        "cookies under the title",
        "front page",
        "front page by its own word",
        "no more",
        "empty",
        "PDF",
        "binary",
    ],
)
def test_other_pages_leave_the_teaser_as_it_is(body: bytes, url: str) -> None:
    assert check(entry(), body, url) is None


def test_what_the_feed_knows_stays_and_what_it_does_not_know_is_taken() -> None:
    head = (
        '<meta property="article:published_time" content="2026-11-20T08:30:00+01:00"><meta property="og:site_name" content="Another Name">'
    )
    at = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
    told = Stamp(at=datetime(2026, 11, 20, 9, tzinfo=UTC), precision=Precision.MINUTE, origin=DateOrigin.FIELD)
    seen = replace(told, precision=Precision.INFERRED, origin=DateOrigin.SEEN)
    kept = check(replace(entry(), published=told, author="M. Holt", language="de"), page(STORY, "Bridge", head))
    assert kept is not None
    assert (kept.published, kept.author, kept.language, kept.title, kept.outlet, kept.url) == (
        told,
        "M. Holt",
        "de",
        TITLE,
        "Harbour Paper",
        URL,
    )
    for published in (None, seen):
        dated = check(replace(entry(), published=published), page(STORY, head=head))
        assert dated is not None
        assert dated.published is not None
        assert dated.published.at == at
    lent = check(replace(entry(), title="The council agreed on Monday to repair the bridge", titled=False), page(STORY))
    assert lent is not None
    assert (lent.title, lent.titled) == (TITLE, True)


def test_the_header_tells_the_encoding_when_the_page_does_not() -> None:
    story = [f"{line} Совет гавани решил в понедельник починить старый мост через реку." for line in STORY]
    found = parse_page(
        page(story, "Старый мост").replace(b"utf-8", b"").decode().encode("windows-1251"), URL, "text/html; charset=windows-1251"
    )
    assert isinstance(found, Content)
    assert "Совет гавани решил" in found.text


async def test_pages_are_read_in_the_worker_and_slow_ones_given_up() -> None:
    async with Worker() as worker:
        found = await read_page(worker, page(STORY), URL, "text/html", timeout_seconds=30)
        assert isinstance(found, Content)
        assert found.url == URL
        slow = await read_page(worker, page(STORY * 20_000), URL, None, timeout_seconds=0.05)
        assert isinstance(slow, Refused)
        assert "longer" in slow.reason
        for kind in ("application/pdf", "image/png\x1b[31m"):
            refused = await read_page(worker, b"x", URL, kind, timeout_seconds=5)
            assert isinstance(refused, Refused)
            assert refused.reason.isprintable()
            assert "no HTML" in refused.reason


@given(st.binary(max_size=300), st.text(max_size=200), st.text(max_size=60))
def test_any_page_and_any_teaser_are_compared(body: bytes, text: str, title: str) -> None:
    found = check(entry(text, title), page([body.decode("latin-1"), *STORY]))
    assert found is None or len(found.text.split()) >= len(text.split())
