"""Every feed of three collections read by us and by feedparser alone: the same entries, titles, links and dates, or a reason.

The collections are feedparser's own tests, those of the W3C's validator, and real feeds; they are not part of this repository.
A reason is a rule over one difference, never the name of a file.
"""

import io
import tarfile
from calendar import timegm
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import struct_time
from typing import Any

import feedparser
import pytest

from bot.sources.feeds.charset import as_utf8, unmangled
from bot.sources.feeds.dates import stamp_of
from bot.sources.feeds.entries import address, surroundings
from bot.sources.feeds.kinds import is_html
from bot.sources.feeds.parse import MOST_ENTRIES, read_raw
from bot.sources.feeds.raw import Markup, RawEntry, RawFeed
from bot.sources.feeds.structure import Outline, Rejected, outline_of
from bot.sources.feeds.titles import visible_title

DATA = Path(__file__).parent.parent.parent / "shared" / "data" / "feeds"
URL = "https://feeds.example.org/a/feed.xml"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NO_FEEDS = (".html", ".txt", ".py", ".css", ".js", ".gif", ".png", ".ico", ".json")

# At least so many files must be equal in everything, so that no reason can grow to hide them.
EQUAL = {"real": 30, "feedparser-suite.tar.gz": 2085, "feedvalidator-suite.tar.gz": 2140}


@dataclass(frozen=True)
class Pair:
    """One entry as we and as feedparser read it, and its feed as we did."""

    ours: RawEntry
    theirs: Any
    our_value: object
    their_value: object
    outline: Outline
    damage: str | None

    @property
    def their_date(self) -> str:
        return str(dict.get(self.theirs, "published") or dict.get(self.theirs, "updated") or dict.get(self.theirs, "created") or "")


def is_strict(text: str) -> bool:
    """Whether a date is written as one of the two standards wants it, and exists."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return feedparser.datetimes.rfc822._parse_date_rfc822(text) is not None and ":6" not in text


TITLES: dict[str, Callable[[Pair], bool]] = {
    "UTF-8 that was encoded twice: feedparser repairs Latin-1 only, we Windows-1252 too": lambda pair: (
        visible_title(unmangled(pair.theirs.get("title", "")), Markup.UNSAID) == pair.our_value
    ),
    "no encoding is declared: feedparser without chardet reads Latin-1, we guess": lambda pair: pair.damage is not None,
    "Atom says that the title is plain text: feedparser takes tags off all the same": lambda pair: pair.ours.markup is Markup.TEXT,
    "the item has no title of its own: feedparser takes one from an element inside another": lambda pair: pair.our_value == "",
    "broken XML inside the title": lambda pair: pair.outline.fault is not None,
    "feedparser does not see that escaped markup is HTML": lambda pair: (
        pair.our_value == visible_title(pair.theirs.get("title", ""), Markup.HTML)
    ),
}
LINKS: dict[str, Callable[[Pair], bool]] = {
    "a relative link belongs to the feed's site, for feedparser to the feed's address": lambda pair: (
        bool(pair.ours.link) and not pair.ours.link.startswith("http")
    ),
    "no link: feedparser resolves an identifier that is no address": lambda pair: pair.our_value is None and bool(pair.theirs.get("id")),
    "several links: we take the first one to a page, feedparser the last of its kind": lambda pair: (
        len(pair.theirs.get("links", ())) > 1 or bool(pair.theirs.get("enclosures"))
    ),
    "a link that feedparser does not take for one because of its type or relation": lambda pair: bool(pair.our_value),
}
DATES: dict[str, Callable[[Pair], bool]] = {
    "several dates of one kind: we take the first": lambda pair: pair.ours.date_text.strip() != pair.their_date.strip(),
    "no such date, or only a part of one: libraries repair these differently, and we do not": lambda pair: (
        not is_strict(pair.ours.date_text)
    ),
    "feedparser reads the day and drops the time": lambda pair: "T" in pair.ours.date_text and ":" not in pair.ours.date_text[:19],
}
COUNTS: dict[str, Callable[[int, int, Outline], bool]] = {
    f"more than {MOST_ENTRIES} entries": lambda ours, theirs, outline: ours == MOST_ENTRIES and outline.left_out == theirs - ours,
    "cut off: we leave out the entry that is not whole": lambda ours, theirs, outline: outline.is_cut and theirs - ours <= 1,
    "an entry inside an entry is none of the feed's": lambda ours, theirs, outline: (
        outline.fault is None and ours == len(outline.items) < theirs
    ),
}


def files(collection: str) -> Iterator[tuple[str, bytes]]:
    path = DATA / collection
    if path.is_dir():
        yield from ((each.name, each.read_bytes()) for each in sorted(path.iterdir()))
        return
    with tarfile.open(path) as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isfile() and not member.name.endswith(NO_FEEDS) else None
            if content is not None:
                yield member.name, content.read()


def moment(parsed: struct_time | None) -> datetime | None:
    return EPOCH + timedelta(seconds=timegm(parsed)) if parsed else None


def reasons_of(pair: Pair, table: dict[str, Callable[[Pair], bool]]) -> str | None:
    return next((reason for reason, holds in table.items() if holds(pair)), None)


def entries_differ(ours: RawFeed, theirs: Any, outline: Outline, damage: str | None) -> Iterator[tuple[str | None, object, object]]:
    around = surroundings(ours, URL, NOW, {})
    for mine, other in zip(ours.entries, theirs.entries, strict=True):
        html = str((other.get("title_detail") or {}).get("type")).endswith("html")
        title = visible_title(unmangled(mine.title), mine.markup)
        link = address(mine.link, mine.base, around.bases)
        stamp = stamp_of(mine.published, mine.date_text, NOW)
        date = next((found for name in ("published", "updated", "created") if (found := moment(dict.get(other, f"{name}_parsed")))), None)
        known = stamp_of(date, "", NOW)
        theirs_at = known.at if known else None
        if theirs_at and stamp and stamp.precision == "day":
            theirs_at = theirs_at.replace(hour=0, minute=0, second=0)
        for table, our_value, their_value in (
            (TITLES, title, visible_title(other.get("title") or "", Markup.HTML if html else Markup.UNSAID)),
            (LINKS, link, address(other.get("link") or "", "", (URL,))),
            (DATES, stamp.at.replace(microsecond=0) if stamp else None, theirs_at),
        ):
            if our_value != their_value:
                pair = Pair(mine, other, our_value, their_value, outline, damage)
                yield reasons_of(pair, table), our_value, their_value


def differences(data: bytes) -> Iterator[tuple[str | None, object, object]]:
    """(reason or None, ours, theirs) for each difference between the two readings of one file."""
    theirs = feedparser.parse(
        io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False, response_headers={"content-location": URL}
    )
    body, damage = as_utf8(data, None)
    if is_html(body):
        if theirs.entries:
            yield None, "HTML", len(theirs.entries)
        return
    try:
        outline = outline_of(body)
    except Rejected as error:
        yield f"rejected: {error}", None, None
        return
    ours = read_raw(outline, URL)
    count = len(ours.entries) if ours else 0
    if count != len(theirs.entries):
        yield (
            next((reason for reason, holds in COUNTS.items() if holds(count, len(theirs.entries), outline)), None),
            count,
            len(theirs.entries),
        )
    elif ours is not None:
        yield from entries_differ(ours, theirs, outline, damage)


@pytest.mark.skipif(not DATA.is_dir(), reason="the collections of feeds in ../shared/data/feeds are not there")
@pytest.mark.parametrize("collection", EQUAL)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_we_read_what_feedparser_reads_or_have_a_reason(collection: str) -> None:
    equal = 0
    used: Counter[str] = Counter()
    unexplained = []
    for name, data in files(collection):
        found = list(differences(data))
        equal += not found
        used.update({reason for reason, _, _ in found if reason})
        unexplained += [(name, ours, theirs) for reason, ours, theirs in found if reason is None]
    print(f"{collection}: {equal} equal, different: {sum(used.values())}")
    for reason, count in used.most_common():
        print(f"{count:5} {reason}")
    assert unexplained == []
    assert equal >= EQUAL[collection]
