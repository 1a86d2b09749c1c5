"""Which known entry of a feed an entry is, by guid, address, title and words together; what follows for articles is planned in `storage`.

No single one of them can be trusted: feeds give other guids at every fetch or the same ones to other stories, move from http to https, put
a new story at an old address every day, and edit titles. Two that agree outweigh a third that does not; the same words are the same entry.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import blake2b
from typing import Final

from bot.core.feeds.feed import Entry
from bot.core.model import Content, SourceId

TELLING: Final = 200
"""Characters of a text that is not given word for word to two stories: shorter ones are forecasts, results and "read more". Guess."""

RUN: Final = 8
"""Characters of a run; runs need no words, which not every script separates."""

ALIKE_TITLES: Final = 0.5
ALIKE_TEXTS: Final = 0.4
"""Share of the smaller set of runs of characters that two titles, or two texts, must have in common to be versions of one. Measured on 37
real feeds: of two different entries of one feed 5 % have titles that are so alike, 4 % texts; of titles of which a third of the words was
replaced half stay alike, of texts whose first half was replaced 95 %. By runs of 4, 15 % of the different texts would be alike."""

COMPARED: Final = 3_000
"""Characters of a text that are compared: an edit that leaves none of the beginning is another story."""


SAID_ALIKE: Final = 8
"""Known entries with the same words among which one is looked for, the newest: a feed may say the same at hundreds of addresses. Guess."""

VERSIONS: Final = 2
"""Addresses or titles of one guid that may be versions of one entry; one with more is that of a feed which gives all its entries one."""

MISLED: Final = 3
"""Known entries with another key than before from which on a key may mean nothing: one or two are edits. Guess."""


class Bond(IntEnum):
    """How surely an entry is a known one, weakest first."""

    DOUBTFUL = 1  # what should tell them apart does: believed only of a feed whose guids or addresses all changed, and if they are alike
    LOOSE = 2  # one of guid, address and title agrees, another does not: believed if they are alike
    TIED = 3  # two agree, or the one that both have
    SAME = 4  # the same words


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What identifies an entry among those of its source, as 64-bit digests with the source in them.

    `guid`, `url` and `title` are None when the entry has none, or when several of its feed have it. `tells` says that the words alone are
    enough to recognise it.
    """

    guid: int | None
    url: int | None
    title: int | None
    words: int
    tells: bool = True

    @property
    def recognisable_words(self) -> int | None:
        """The words, None when thousands of entries of the feed may have the same ones and an address tells them apart."""
        return self.words if self.tells or self.url is None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An entry that the source had before; `number` grows with the time when it first came."""

    number: int
    keys: Keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The known entry that an entry seems to be."""

    known: Known
    bond: Bond


def distinct(entries: Sequence[Entry]) -> list[int]:
    """Give the places of entries that a feed does not merely repeat: the same words, or the same guid with the same address or title."""
    seen: set[tuple[str, ...]] = set()
    places: list[int] = []
    addresses: defaultdict[str, set[str]] = defaultdict(set)
    titles: defaultdict[str, set[str]] = defaultdict(set)
    for entry in entries:
        addresses[entry.guid or ""].add(_address(entry.content.url))
        titles[entry.guid or ""].add(_fold(entry.content.title))
    for place, entry in enumerate(entries):
        content = entry.content
        guid = entry.guid or ""
        if len(addresses[guid]) > VERSIONS or len(titles[guid]) > VERSIONS:
            guid = ""
        marks: list[tuple[str, ...]] = [("words", content.url or "", content.title, content.text)]
        if guid:
            marks += [("title", guid, _fold(content.title))] + ([("url", guid, _address(content.url))] if content.url else [])
        if seen.isdisjoint(marks):
            places.append(place)
        seen.update(marks)
    return places


def keys_of(source_id: SourceId, entries: Sequence[Entry]) -> Iterator[Keys]:
    """Give the keys of the `distinct` entries of one fetch, one by one: digesting their words takes most of the time."""
    folded = [(entry.guid or "", _address(entry.content.url), _fold(entry.content.title)) for entry in entries]
    guids, urls, titles = (Counter(field) for field in zip(*folded, strict=True)) if folded else (Counter[str](),) * 3
    for entry, (guid, url, title) in zip(entries, folded, strict=True):
        yield Keys(
            guid=_digest(source_id, "guid", guid) if guid and guids[guid] == 1 else None,
            url=_digest(source_id, "url", url) if url and urls[url] == 1 else None,
            title=_digest(source_id, "title", title) if title and titles[title] == 1 else None,
            words=words_key(source_id, entry.content),
            tells=len(entry.content.text) >= TELLING,
        )


def words_key(source_id: SourceId, content: Content) -> int:
    """Digest what an entry says: title and text, whatever their case and spacing."""
    return _digest(source_id, "words", f"{_fold(content.title)}\n{_fold(content.text)}")


def match(
    entries: Sequence[Keys], known: Iterable[Known], *, weakest: Bond = Bond.DOUBTFUL, refuted: Collection[tuple[int, int]] = ()
) -> list[Match | None]:
    """Give for each entry of one fetch the known one that it is or may be, by no weaker bond; no known entry is two.

    `refuted` are pairs, place of the entry and number of the known one, of which it is known that they are not one.

    The surest pairs are made first, wherever they stand: in a feed that numbers its entries from the top, each guid is today what its
    neighbour's was yesterday, but the words stay with the story.
    """
    by_key: defaultdict[int, list[Known]] = defaultdict(list)
    for one in sorted(known, key=lambda one: -one.number):
        for key in {one.keys.guid, one.keys.url, one.keys.title, one.keys.words} - {None}:
            if len(by_key[key or 0]) < SAID_ALIKE:
                by_key[key or 0].append(one)
    pairs: list[tuple[int, int, int, int, int, Known]] = []
    for place, keys in enumerate(entries):
        candidates = {
            one.number: one
            for key in (keys.guid, keys.url, keys.title, keys.recognisable_words)
            if key is not None
            for one in by_key.get(key, ())
        }
        for one in candidates.values():
            bond = bond_of(keys, one.keys)
            if bond is not None and bond >= weakest and (place, one.number) not in refuted:
                pairs.append((-bond, -_agreeing(keys, one.keys), keys.guid != one.keys.guid, place, -one.number, one))
    pairs.sort(key=lambda pair: pair[:5])
    found: list[Match | None] = [None] * len(entries)
    taken: set[int] = set()
    for weakness, _, _, place, _, one in pairs:
        if found[place] is None and one.number not in taken:
            found[place] = Match(known=one, bond=Bond(-weakness))
            taken.add(one.number)
    return found


def misleading(entries: Sequence[Keys], matches: Sequence[Match | None]) -> frozenset[str]:
    """Tell which keys of a feed, "guid" or "url", mean nothing: most entries that are known for sure had another one before.

    Guids that are new at every fetch or number the places in the feed, addresses with the number of a session in them.
    """
    found: set[str] = set()
    for name in ("guid", "url"):
        pairs = [
            _compare(getattr(keys, name), getattr(matched.known.keys, name))
            for keys, matched in zip(entries, matches, strict=True)
            if matched is not None and (matched.bond >= Bond.TIED or keys.words == matched.known.keys.words)
        ]
        if pairs.count(False) >= MISLED and pairs.count(False) > pairs.count(True):
            found.add(name)
    return frozenset(found)


def bond_of(new: Keys, old: Keys) -> Bond | None:
    """Tell how surely two entries are one; None when nothing speaks for it."""
    guids, urls, titles = (_compare(new.guid, old.guid), _compare(new.url, old.url), _compare(new.title, old.title))
    if new.words == old.words:
        return Bond.DOUBTFUL if urls is False and not guids and not new.tells else Bond.SAME
    agreeing = _agreeing(new, old)
    if agreeing >= 2 or (guids and urls is None) or (urls and guids is None):
        return Bond.TIED
    if not agreeing:
        return None
    # A title alone is no bond against a guid or an address that says no: "Weather" is told anew every day.
    return Bond.DOUBTFUL if titles and False in {guids, urls} else Bond.LOOSE


def alike(new: Content, old: Content) -> bool:
    """Tell whether two contents can be versions of one: under the same title much of the text must be the same, else of one of both."""
    one, other = _fold(new.title), _fold(old.title)
    if one == other and (not (new.text and old.text) or _fold(new.text) == _fold(old.text)):
        return True
    if one != other and _shared(_runs(one), _runs(other)) >= ALIKE_TITLES:
        return True
    return _shared(_text_runs(new), _text_runs(old)) >= ALIKE_TEXTS


def same_address(one: str | None, other: str | None) -> bool:
    """Tell whether two addresses differ only in what changes when a site moves to https or drops its www."""
    return _address(one) == _address(other) != ""


def _compare(new: int | None, old: int | None) -> bool | None:
    """Tell whether two keys are equal; None when one is missing."""
    return None if new is None or old is None else new == old


def _agreeing(new: Keys, old: Keys) -> int:
    return sum(map(bool, (_compare(new.guid, old.guid), _compare(new.url, old.url), _compare(new.title, old.title))))


def _text_runs(content: Content) -> set[str]:
    return _runs(_fold(content.text[:COMPARED]))


def _runs(folded: str) -> set[str]:
    return {folded[start : start + RUN] for start in range(len(folded) - RUN + 1)}


def _shared(one: set[str], other: set[str]) -> float:
    """Give the share of the smaller set that is in the other, 0 when one is empty."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0


def _address(url: str | None) -> str:
    """Give an address without what changes when a site moves to https or drops its www; empty for the front page of a site, which is none.

    The query stays: it names the story on many sites, and trackers were taken out of it before (`parsing.urls.canonical`).
    """
    rest = (url or "").partition("://")[2]
    host, slash, path = rest.partition("/")
    path = path.rstrip("/")
    return f"{host.casefold().removeprefix('www.')}{slash}{path}" if path else ""


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _digest(source_id: SourceId, kind: str, value: str) -> int:
    """Give a signed 64-bit number; that two of a million entries share one has a chance of 1 in 40 million."""
    digest = blake2b(f"{source_id}\n{kind}\n{value}".encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
