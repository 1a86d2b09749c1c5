"""Raw entries to clean ones: title, text, address, date, names and language; which reader found them does not matter here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urljoin

from bot.core.feeds.feed import Entry
from bot.core.feeds.teasing import teases
from bot.core.model import Content, Format
from bot.core.text.sentences import sentences
from bot.sources.feeds.attribution import Publisher, attribution, publisher_of, without_outlet
from bot.sources.feeds.charset import unmangled
from bot.sources.feeds.dates import stamp_of
from bot.sources.feeds.raw import Markup, RawEntry, RawFeed
from bot.sources.feeds.text import Body, plain
from bot.sources.feeds.titles import shortened, visible_title
from bot.sources.parsing.characters import one_line
from bot.sources.parsing.language import language_of
from bot.sources.parsing.urls import canonical

LONGEST_GUID: Final = 2000
"""Characters of an identifier that are kept. Guess: as many as an address may have."""
_LENT: Final = 200
"""Characters of a sentence that may stand in for a title. Guess: what a card shows on three lines."""
_GLANCE: Final = 200
"""Characters whose language is looked at. Measured: as sure as 300 (0.99 of an English text) in two thirds of the time, 33 µs."""
_WHOLE: Final = 0.7
"""How much of the longest HTML another body must have to be made plain as well: it may be the longer text when it has fewer tags. Guess."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What an entry inherits from its feed and its fetch."""

    bases: tuple[str, ...]
    publisher: Publisher
    language: str | None
    fetched_at: datetime


def surroundings(feed: RawFeed, url: str, fetched_at: datetime, aliases: Mapping[str, str]) -> Surroundings:
    """What the entries of `feed`, fetched from `url`, inherit."""
    own = _joined(url, feed.base) if feed.base.partition("#")[0] else url
    site = canonical(_joined(own, feed.link)) if feed.link else None
    return Surroundings(
        # Without a base of its own, relative addresses of RSS belong to the site, which may lie elsewhere than the feed.
        bases=(own,) if own != url else (site or own, own),
        publisher=publisher_of(visible_title(unmangled(feed.title), Markup.UNSAID), site, url, aliases),
        language=_code(feed.language),
        fetched_at=fetched_at,
    )


def clean(raw: RawEntry, around: Surroundings) -> Entry | None:
    """The entry, readable; None when it has neither title nor text."""
    title = visible_title(unmangled(raw.title), raw.markup)
    body = _body(tuple(map(unmangled, raw.bodies)))
    text = _without_title(body.text, title)
    if not title and not text:
        return None
    titled = bool(title)
    if not titled:
        title = _lent(text)
    url = address(raw.link, raw.base, around.bases)
    names = attribution(raw, url, text, around.publisher)
    title = without_outlet(title, names.outlet, one_line(raw.source)) if titled else title
    content = Content(
        title=title,
        titled=titled,
        text=text,
        outlet=names.outlet,
        agency=names.agency,
        author=names.author,
        url=url,
        published=stamp_of(raw.published, raw.date_text, around.fetched_at),
        language=language_of(title, text[: max(0, _GLANCE - len(title))]) or _code(raw.language) or around.language,
        format=Format.FEED,
    )
    guid = one_line(raw.guid)[:LONGEST_GUID]
    return Entry(guid=guid or None, content=content, teases=body.points_on or teases(text, max(raw.bodies, key=len, default="")))


def address(link: str, base: str, bases: tuple[str, ...]) -> str | None:
    """The canonical address of a link, resolved when it is relative; None for what is no address of the Web, or is longer than 2,000."""
    link = link.strip()
    if not link or len(link) > 4000:
        return None
    if not link[:8].lower().startswith(("http://", "https://")):
        start = _joined(bases[-1], base) if base else bases[0]
        link = _joined(start, link)
    return canonical(link)


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link.strip()) if link else base
    except ValueError:
        return base if not link else ""


def _body(bodies: tuple[str, ...]) -> Body:
    """The longest of an entry's texts."""
    longest = max(map(len, bodies), default=0)
    best = Body()
    for markup in bodies:
        if markup and (len(markup) >= longest * _WHOLE or not best.text):
            found = plain(markup)
            if len(found.text) > len(best.text):
                best = found
            elif not best.text:
                best.points_on |= found.points_on
    return best


def _without_title(text: str, title: str) -> str:
    """The text, when its first paragraph repeats the title, without it."""
    first, _, rest = text.partition("\n\n")
    return rest if title and len(first) <= len(title) + 4 and first.rstrip(" .…").casefold() == title.rstrip(" .…").casefold() else text


def _lent(text: str) -> str:
    """The first sentence of a text, in place of a title."""
    first = next(iter(sentences(text[: 5 * _LENT].partition("\n\n")[0])), text)
    if len(first) > _LENT:
        cut = first[:_LENT].rpartition(" ")[0] or first[:_LENT]
        first = cut.rstrip(" ,;:–-") + "…"
    return shortened(one_line(first))


def _code(language: str) -> str | None:
    """ISO 639-1 of a language tag: `de-AT` is de."""
    code = language.strip()[:20].lower().replace("_", "-").partition("-")[0]
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None
