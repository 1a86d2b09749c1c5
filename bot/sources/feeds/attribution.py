"""Whose an entry is: outlet, agency and author, from the entry, its address and its feed; names are known to `core.outlets`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from bot.core.outlets import (
    agency_of,
    alias_of_host,
    alias_of_name,
    is_host_of,
    is_section,
    known_outlet,
    listed_host,
    normal_outlet,
    outlet_of_host,
    sounds_like_outlet,
)
from bot.sources.feeds.raw import RawEntry
from bot.sources.parsing.byline import Credits, author_of, read_tail
from bot.sources.parsing.characters import one_line
from bot.sources.parsing.dateline import dateline
from bot.sources.parsing.urls import SOCIAL

_BARS: Final = re.compile(r"\s*(?:\||»|›|::|·|•|—)\s*|\s+(?:-|–|>|/)\s+|:\s+")
_ITEMS: Final = "(?:stories|news|articles|posts|headlines|updates|content|entries)"
_AROUND: Final = re.compile(
    r"^(?:rss|atom|feed|flux|newsfeed)(?:[ -]?feed)?\b\s*(?:[:|–-]|of|from|for|von|de)?\s*"
    rf"|^(?:the )?(?:latest|recent|newest|all|top|breaking|new) {_ITEMS}\b\s*(?:from|of|on|in|by|at|for|[-:–|])?\s*"
    r"|^(?:comments (?:on|for)|posts (?:on|from)|articles (?:from|by)|news from)\s+"
    r"|\s*[-–|:]?\s*\b(?:rss|atom|xml)(?: ?2\.0)?(?:[ -]?feeds?)?$|\s+(?:feed|newsfeed)$"
    rf"|\s*[-–|:]?\s*\b(?:the )?(?:latest|recent|newest|all|top|breaking) {_ITEMS}$",
    re.IGNORECASE,
)
_ENDING: Final = re.compile(r"\.(?:[a-z]{2,4}|(?:co|com|org)\.[a-z]{2})$", re.IGNORECASE)
_HOSTS_OF_MANY: Final = re.compile(
    r"(?:^|\.)(?:wordpress|blogspot|medium|substack|typepad|livejournal|tumblr|github|gitlab|wixsite|squarespace|ghost|beehiiv|buttondown|"
    r"feedburner|feedproxy|feedsportal|rss|fivefilters|rsshub|podbean|libsyn|simplecast|megaphone|anchor|soundcloud|vimeo|"
    r"bit|ow|tinyurl|dlvr|ift|buff|trib|pheedo)\.[a-z.]{2,8}$",
    re.IGNORECASE,
)
"""Hosts whose name is not that of the publisher: they carry many, or only pass on."""
_ADDRESS: Final = re.compile(r"[^\s<>()\"',]{1,100}@[^\s<>()\"',]{1,100}")
_MOST_WORDS: Final = 6
_SUFFIX: Final = re.compile(r"\s+[-–—|]\s+([^|]{2,80})$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """The feed's own outlet, by its title and host; `name` is None when neither tells. `aliases` are the operator's names."""

    name: str | None
    host: str
    aliases: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Whose an entry is; None where nobody says."""

    outlet: str | None
    agency: str | None
    author: str | None


def publisher_of(title: str, site: str | None, url: str, aliases: Mapping[str, str]) -> Publisher:
    """The outlet of a feed with this title, whose site is `site` and which was fetched from `url`."""
    hosts = [host for host in (host_of(site or ""), host_of(url)) if host]
    host = hosts[0] if hosts else ""
    name = next((alias for each in hosts if (alias := alias_of_host(each, aliases))), None)
    name = name or next((listed for each in hosts if not _is_passing(each) and (listed := listed_host(each))), None)
    name = name or _named(one_line(title), host, aliases)
    if name is None and host and not _is_passing(host):
        name = outlet_of_host(host)
    return Publisher(name=(alias_of_name(name, aliases) or name) if name else None, host=host, aliases=aliases)


def attribution(raw: RawEntry, url: str | None, text: str, publisher: Publisher) -> Attribution:
    """Whose an entry is. `url` is its cleaned address, `text` its paragraphs.

    The outlet is the one that the entry names as its source, else an author who is an outlet, else the one its address belongs to, else
    the feed's; a name of the operator's own replaces what any of them says.
    """
    noted = Credits()
    author = _person(raw.author)
    if author:
        author_of(author, noted)
    first, _, rest = text.partition("\n\n")
    opener = dateline(first) if first else None
    agency = (opener.agencies[0] if opener and opener.agencies else None) or noted.agency
    last = (rest or first).rpartition("\n\n")[2]
    if agency is None and last and len(last) <= 60 and (rest or len(first) <= 60):
        tail = Credits()
        read_tail(last, tail)
        agency = tail.agency
    outlet = _source(raw, publisher.aliases) or _of_address(url, publisher, noted.outlet)
    if outlet:
        outlet = alias_of_name(outlet, publisher.aliases) or outlet
    return Attribution(outlet=outlet or None, agency=agency, author=noted.author if noted.author != outlet else None)


def without_outlet(title: str, outlet: str | None, source: str) -> str:
    """`Headline - The Harbour Paper` is the headline, when what stands behind the dash is the entry's outlet or its source's name."""
    found = _SUFFIX.search(title, max(0, len(title) - 90)) if outlet or source else None
    if found is None:
        return title
    tail = found[1].strip()
    same = tail.casefold() in {(outlet or "").casefold(), source.casefold()} or (outlet is not None and normal_outlet(tail) == outlet)
    return title[: found.start()].rstrip() or title if same else title


def host_of(url: str) -> str:
    """The host of any address, in lower case; empty when there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _source(raw: RawEntry, aliases: Mapping[str, str]) -> str | None:
    """The outlet that an aggregator names: `<source url="…">The Harbour Paper</source>`."""
    host, name = host_of(raw.source_url), one_line(raw.source)
    if not name and not host:
        return None
    given = (alias_of_host(host, aliases) if host else None) or alias_of_name(name, aliases)
    if given:
        return given
    if host and not _is_passing(host) and (listed := listed_host(host)):
        return listed
    if name and len(name) <= 80:
        return _named(name, host, aliases) if len(_BARS.split(name)) > 1 else normal_outlet(name)
    return outlet_of_host(host) if host and not _is_passing(host) else None


def _of_address(url: str | None, publisher: Publisher, credited: str | None) -> str | None:
    host = host_of(url or "")
    if not host:
        return credited or publisher.name
    given = alias_of_host(host, publisher.aliases)
    if given or credited:
        return given or credited
    if _is_passing(host):
        return publisher.name
    if _site(host) == _site(publisher.host):
        return publisher.name or listed_host(host) or outlet_of_host(host)
    return listed_host(host) or outlet_of_host(host) or publisher.name


def _is_passing(host: str) -> bool:
    """Whether a host carries the texts of many, or only passes readers on."""
    return bool(SOCIAL.search(host) or _HOSTS_OF_MANY.search(host))


def _site(host: str) -> str:
    """The last labels of a host, by which two hosts of one outlet are known; good enough without a list of public suffixes."""
    labels = host.split(".")
    keep = 3 if len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3 else 2
    return ".".join(labels[-keep:])


def _named(title: str, host: str, aliases: Mapping[str, str]) -> str | None:
    """The outlet that a feed's title names among its sections and phrases."""
    whole = _bare(title)
    if whole and (given := alias_of_name(title, aliases) or alias_of_name(whole, aliases)):
        return given
    pieces = [piece for part in _BARS.split(whole) if (piece := _bare(part)) and not is_section(piece)]
    for piece in pieces:
        if given := alias_of_name(piece, aliases):
            return given
    for piece in pieces:
        if found := known_outlet(piece) or known_outlet(_ENDING.sub("", piece)) or agency_of(piece):
            return found
    pieces = [piece for piece in pieces if len(piece.split()) <= _MOST_WORDS]
    if not host or _is_passing(host):
        return normal_outlet(pieces[0]) if pieces else None
    return _spelled(pieces, host) or next((normal_outlet(piece) for piece in pieces if sounds_like_outlet(piece)), None)


def _spelled(pieces: list[str], host: str) -> str | None:
    """The part of a title that the host spells, as the title writes it: `Paper of the Harbour` of `harbour.example`, but not `Politics`."""
    for piece in pieces:
        if is_host_of(_ENDING.sub("", piece), host):
            return normal_outlet(piece) if _ENDING.search(piece) and known_outlet(piece) else _ENDING.sub("", piece)
    key = re.sub(r"\W", "", outlet_of_host(host)).casefold()
    return next((piece for piece in pieces if len(key) > 3 and key in re.sub(r"\W", "", piece).casefold()), None)


def _bare(name: str) -> str:
    """A name without what only says that it is a feed."""
    return _AROUND.sub("", _AROUND.sub("", name)).strip(" -–—|:·»,.")[:200]


def _person(author: str) -> str:
    """The name in an author field: `desk@paper.example (Jane Doe)` and `Jane Doe <jane@paper.example>` are Jane Doe."""
    author = one_line(author[:500])
    if "@" not in author:
        return author
    inside = re.search(r"\(([^()]{2,200})\)", author)
    return inside[1] if inside else _ADDRESS.sub("", author).strip(" <>()\"',;")
