"""The feeds that a page names, and the places where they usually lie; whether there is a feed at an address is found out in `discovery`.

As browsers and readers do it: `<link rel="alternate" type="application/rss+xml" href="…">` (rssboard.org/rss-autodiscovery, RFC 4287,
jsonfeed.org/version/1.1), then visible links that look like feeds.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit, urlunsplit

from bot.core.errors import UsageError
from bot.core.feeds.feed import FoundFeed
from bot.core.model import Refused
from bot.sources.addresses import host_key, normal_url
from bot.sources.encoding_header import declared
from bot.sources.parsing.characters import one_line
from bot.sources.parsing.encoding import decode

MOST_GUESSES: Final = 6
"""Usual places that are tried when a page names no feed. Guess."""

MOST_FOUND: Final = 20
"""Feeds of one page that are looked at, the likely ones first. Guess."""

LOOKED_AT: Final = 2_000_000
"""Characters of a page that are looked at. Guess: links to feeds stand in the head; a heavy front page has 1.5 million."""

MOST_LINKS: Final = 10_000
"""Links of a page that are looked at. Guess: a heavy front page has 1,500."""

LONGEST_TAG: Final = 3000
"""Characters of one tag that are looked at, which bounds the work on tags that never end. Guess."""

USUAL_PLACES: Final = ("feed", "rss.xml", "feed.xml", "atom.xml", "index.xml", "rss", "feed.json")
"""Where programs for sites put their feeds: WordPress, Substack and Ghost, hand-made ones, Jekyll, Movable Type, Hugo. Order: guess."""

CONVENTIONS: Final = (
    (r"https?://(?:www\.|m\.)?youtube\.com/channel/([\w-]+).*", r"https://www.youtube.com/feeds/videos.xml?channel_id=\1"),
    (
        r"https?://(?:www\.|m\.)?youtube\.com/(?:playlist|watch)\?(?:.*&)?list=([\w-]+).*",
        r"https://www.youtube.com/feeds/videos.xml?playlist_id=\1",
    ),
    (r"https?://((?:www\.|old\.|np\.)?reddit\.com/(?:r|user|u)/[\w-]+)(?:[/?].*)?", r"https://\1/.rss"),
    (r"https?://medium\.com/((?:@|tag/)?[\w.-]+)(?:[/?].*)?", r"https://medium.com/feed/\1"),
    (r"https?://github\.com/([\w.-]+/[\w.-]+)(?:/(?:releases|tags))?/?", r"https://github.com/\1/releases.atom"),
    (r"https?://(?:www\.)?gitlab\.com/([\w.-]+/[\w.-]+)/?", r"https://gitlab.com/\1.atom"),
)
"""Feeds that large sites document without naming them on every page: the address of the page, and that of the feed."""

_TYPES: Final = frozenset(
    "application/rss+xml application/atom+xml application/feed+json application/rdf+xml application/rss application/atom text/rss"
    " text/rss+xml text/atom+xml application/x-rss+xml application/x.atom+xml application/x-atom+xml".split()
)
_VAGUE_TYPES: Final = frozenset("application/json application/xml text/xml".split())
"""Types that a link to a feed may carry, and links to other things as well: these count when the address looks like a feed."""

_FEED_PATH: Final = re.compile(
    r"(?:\.(?:rss|rdf|atom)|/(?:feeds?|rss\d?|atom|rdf)|[/._-](?:feed|rss\d?|atom)\.(?:xml|json|php|aspx?)|/index\.(?:xml|rdf)|/\.rss)/?",
    re.IGNORECASE,
)
_FEED_FOLDER: Final = re.compile(r"/(?:feeds?|rss|atom)/[^?#]{1,200}", re.IGNORECASE)
_FEED_QUERY: Final = re.compile(r"(?:^|&)(?:feed=(?:rss2?|atom|rdf)|format=(?:rss|atom|feed)|type=rss|rss=1|alt=rss)(?:&|$)", re.IGNORECASE)
_FEED_HOST: Final = re.compile(r"(?:feeds?\d?|rss)\..+", re.IGNORECASE)
_FEED_WORDS: Final = re.compile(
    r"(?:rss(?:[ -]?feeds?)?|atom(?:[ -]?feeds?)?|(?:news)?feeds?|xml|json feed|rss 2\.0|subscribe via rss)", re.IGNORECASE
)
# In many languages the same word heads the opinion pages: there it takes more than the word.
_COMMENTS: Final = re.compile(
    r"\b(?:comments?|commentaires?|coment[aá]rios?|reacties|yorumlar|kommentar(?:e zu|e? ?-?feed)|commenti (?:a|su|per)|комментарии к)\b"
    r"|コメント|评论|評論|댓글|تعليقات",
    re.IGNORECASE,
)
_SILENT: Final = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|template|textarea)\b.*?(?:</\1\s*+>|\Z)", re.IGNORECASE | re.DOTALL)
_START: Final = re.compile(r"<(?:link|base|a)(?=[\s/])", re.IGNORECASE)
_TAG: Final = re.compile(r"<(\w+)((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>")
_ANY_TAG: Final = re.compile(r"<[^<>]*+>")
_ATTRIBUTE: Final = re.compile(r"([^\s\"'<>/=]++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'<>]++))")
_SHOWN: Final = 400
"""Characters behind a link's tag in which its text ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Link:
    """A tag that leads somewhere: its name, the attributes that matter, empty when missing, and the text in it."""

    tag: str
    href: str
    rel: frozenset[str]
    type: str
    title: str
    text: str


def discover(data: bytes, url: str, content_type: str | None) -> tuple[FoundFeed, ...]:
    """The feeds that an HTML page names, absolute addresses without fragment, the likely ones first, those of comments last.

    `url` is where the page came from. At most `MOST_FOUND`, each once; the page's word is taken for it that they are feeds. Pure, for the
    worker: measured on the worst of hostile pages, 10 MB of tags, it takes 0.3 s. No tree is built, since that is quadratic in nesting.
    """
    text = decode(declared(data, content_type))
    if isinstance(text, Refused):
        return ()
    links = list(_links(_SILENT.sub(" ", text[:LOOKED_AT])))
    base = next((base for link in links if link.tag == "base" and (base := _absolute(url, link.href))), url)
    ranked: dict[str, tuple[int, int, str]] = {}
    for likely, address, title in _candidates(links, base):
        rank = likely + 10 * is_comments(address, title)
        known = ranked.get(address)
        if known is None:
            ranked[address] = (rank, len(ranked), title)
        elif rank < known[0]:
            ranked[address] = (rank, known[1], title or known[2])
    order = sorted(ranked.items(), key=lambda item: item[1][:2])
    return tuple(FoundFeed(url=address, title=title) for address, (_, _, title) in order[:MOST_FOUND])


def guesses(url: str) -> tuple[str, ...]:
    """Addresses, at most `MOST_GUESSES`, where the feed of a page usually lies when it names none; () for what is no web address."""
    if not host_key(url):
        return ()
    found = [re.sub(f"(?:{page})$", feed, url) for page, feed in CONVENTIONS if re.fullmatch(page, url, re.IGNORECASE)]
    parts = urlsplit(url)
    folder = parts.path.rpartition("/")[0] if "." in parts.path.rpartition("/")[2] else parts.path.rstrip("/")
    if folder:
        found.append(urlunsplit((parts.scheme, parts.netloc, f"{folder}/{USUAL_PLACES[0]}", "", "")))
    found += [urlunsplit((parts.scheme, parts.netloc, f"/{place}", "", "")) for place in USUAL_PLACES]
    return tuple(dict.fromkeys(found))[:MOST_GUESSES]


def is_comments(address: str, title: str) -> bool:
    """Whether this is the feed of comments on articles."""
    return bool(_COMMENTS.search(title) or re.search(r"/comments?(?:/|\.|$)", urlsplit(address).path, re.IGNORECASE))


def _candidates(links: Iterable[_Link], base: str) -> Iterator[tuple[int, str, str]]:
    """Rank (lower is likelier), absolute address, title."""
    home = host_key(base)
    for link in links:
        if link.tag == "base" or (link.tag == "link" and ("stylesheet" in link.rel or not link.rel & {"alternate", "feed"})):
            continue
        address = _absolute(base, link.href)
        if address is None:
            continue
        if link.tag == "link":
            if link.type in _TYPES or "feed" in link.rel:
                yield 0, address, link.title
            elif link.type in _VAGUE_TYPES and _looks_like_feed(address):
                yield 1, address, link.title
            continue
        says_feed = bool(_FEED_WORDS.fullmatch(link.text or link.title))
        if link.type in _TYPES or _looks_like_feed(address):
            yield (2 if host_key(address) == home else 3), address, "" if says_feed else link.text or link.title
        elif says_feed and host_key(address) == home:
            yield 4, address, ""


def _links(text: str) -> Iterator[_Link]:
    """The first `MOST_LINKS` tags that lead somewhere, one after the other, whatever they stand in."""
    at = 0
    for _number in range(MOST_LINKS):
        start = _START.search(text, at)
        if start is None:
            return
        at = start.end()
        tag = _TAG.match(text[start.start() : start.start() + LONGEST_TAG])
        if tag is None:
            continue
        at = start.start() + tag.end()
        said: dict[str, str] = {}
        for name, *values in _ATTRIBUTE.findall(tag[2]):
            said.setdefault(name.casefold(), html.unescape("".join(values)))
        if "href" in said:
            shown = re.split("</a", text[at : at + _SHOWN], maxsplit=1, flags=re.IGNORECASE)[0] if tag[1] in "aA" else ""
            yield _Link(
                tag=tag[1].casefold(),
                href=said["href"],
                rel=frozenset(said.get("rel", "").casefold().split()),
                type=said.get("type", "").partition(";")[0].strip().casefold(),
                title=one_line(said.get("title", "") or said.get("aria-label", ""))[:200],
                text=one_line(html.unescape(_ANY_TAG.sub(" ", shown)))[:200],
            )


def _absolute(base: str, href: str) -> str | None:
    """The address that a link leads to, None when it leaves the web or cannot be one."""
    written = "".join(href.split())
    if not written or len(written) > 2000 or written.startswith("#"):
        return None
    if written[:5].casefold() == "feed:":
        written = written[5:] if re.match(r"https?:", written[5:], re.IGNORECASE) else f"https:{written[5:]}"
    try:
        return normal_url(urljoin(base, written)) if re.match(r"https?://", urljoin(base, written), re.IGNORECASE) else None
    except (UsageError, ValueError):
        return None


def _looks_like_feed(address: str | None) -> bool:
    if address is None:
        return False
    parts = urlsplit(address)
    return bool(
        re.search(f"(?:{_FEED_PATH.pattern})$", parts.path, re.IGNORECASE)
        or _FEED_FOLDER.fullmatch(parts.path)
        or _FEED_QUERY.search(parts.query)
        or (_FEED_HOST.fullmatch(parts.hostname or "") and parts.path.strip("/"))
    )
