"""The article on a page that an entry of a feed links to, taken only if it is that article; the page is fetched elsewhere."""

from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from bot.core.model import Content, DateOrigin, Refused
from bot.core.text.terms import words_of
from bot.sources.encoding_header import declared
from bot.sources.parsing.blocks import count_words
from bot.sources.parsing.parse import parse_article
from bot.sources.parsing.urls import canonical
from bot.sources.worker import Worker, WorkerCrashed, WorkerFailed, WorkerTimeout

LONGER: Final = 1.3
"""How many times as long as the teaser a page's text must be to be worth having. Guess."""

SAME: Final = 0.6
"""Share of the teaser's words from which a page is that of the entry. Measured on 154 real pages with pieces of 30 words: on their own page
98 % of them have 0.73 of their words or more; on the most similar of all the other pages 95 % have less than 0.64."""

SAME_TITLE: Final = 0.3
"""The share that is enough when the page also bears the title: standfirsts are written anew. Measured as above: half of the teasers have
0.33 of their words on some other page, but none of those bears the title. The number is a guess."""

TITLE_WORDS: Final = 0.7
"""Share of the smaller title's words in the other from which two titles are the same: desks shorten them for feeds. Guess."""

TELLING: Final = 6
"""Different words that a teaser must have to tell anything; with fewer, the title does."""

COMPARED: Final = 8000
"""Characters of a text in which words are compared, 5 ms at most, since it is done on the event loop; an entry tells the beginning."""

_PAGES: Final = frozenset({"text/html", "application/xhtml+xml", "application/xml", "text/xml", "text/plain", ""})


async def read_page(worker: Worker, body: bytes, url: str, content_type: str | None, *, timeout_seconds: float) -> Content | Refused:
    """The article on the page that came from `url`, or why there is none. WorkerUnavailable when nothing can be read now."""
    kind = (content_type or "").partition(";")[0].strip().casefold()
    if kind not in _PAGES:
        return Refused(reason=f"the page is no HTML but {_plain(kind)}")
    try:
        found = await worker.run(parse_page, body, url, content_type, timeout_seconds=timeout_seconds)
    except WorkerTimeout:
        return Refused(reason=f"the page took longer than {timeout_seconds:g} s to read")
    except WorkerCrashed:
        return Refused(reason="the reader crashed on this page")
    except WorkerFailed as error:
        return Refused(reason=f"the reader failed on this page ({error})")
    return found


def parse_page(body: bytes, url: str, content_type: str | None) -> Content | Refused:
    """`read_page` without a net, for the worker; the address is the one that the page gives for itself, else `url`."""
    found = parse_article(declared(body, content_type), "page.html")
    if isinstance(found, Refused):
        # What follows the semicolon is advice for files.
        return Refused(reason=found.reason.partition(";")[0])
    return found if found.url else replace(found, url=canonical(url))


def better(teaser: Content, page: Content) -> Content | None:
    """The entry with the text of its page; None when the page is not that article, or has no more to say.

    Not that article are log-ins, cookie walls, offers of subscriptions, and the front pages that old links lead to: they lack the words of
    the teaser, or lie at the root of a site. Title, date, outlet and address stay those of the feed as far as it knew them.
    """
    if count_words(page.text) < LONGER * count_words(teaser.text) or not page.text:
        return None
    if _is_root(page.url) and not _is_root(teaser.url):
        return None
    if not _is_same(teaser, page):
        return None
    dated = teaser.published is not None and (teaser.published.origin is not DateOrigin.SEEN or page.published is None)
    return replace(
        teaser,
        title=teaser.title if teaser.titled or not page.titled else page.title,
        titled=teaser.titled or page.titled,
        text=page.text,
        outlet=teaser.outlet or page.outlet,
        agency=teaser.agency or page.agency,
        author=teaser.author or page.author,
        url=teaser.url or page.url,
        published=teaser.published if dated else page.published,
        language=teaser.language or page.language,
    )


def _is_same(teaser: Content, page: Content) -> bool:
    beginning = page.text[:COMPARED]
    text = words_of(f"{page.title}\n{beginning}")
    said = words_of(teaser.text[:COMPARED])
    titles = words_of(teaser.title), words_of(page.title)
    fewer = min(titles, key=len)
    bears_title = bool(fewer) and len(titles[0] & titles[1]) >= TITLE_WORDS * len(fewer) and 2 * len(fewer) >= max(map(len, titles))
    if len(said) < TELLING:
        # Only a headline: the page must bear it, and speak of it.
        return bears_title and _share(titles[0], words_of(beginning)) >= SAME_TITLE
    return _share(said, text) >= (SAME_TITLE if bears_title else SAME)


def _share(words: frozenset[str], text: frozenset[str]) -> float:
    return len(words & text) / len(words) if words else 0.0


def _is_root(url: str | None) -> bool:
    return url is not None and urlsplit(url).path.strip("/") in {"", "index.html", "index.php", "index.htm", "home"}


def _plain(kind: str) -> str:
    """A type that somebody else wrote, fit for a reason."""
    return "".join(letter for letter in kind if letter.isascii() and (letter.isalnum() or letter in "/.+-"))[:60] or "of no known type"
