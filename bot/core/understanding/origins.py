"""On whom the reports of an event lean: who credits the same origin is one voice, however many outlets print it; nothing is worded here.

A report leans on the first sources that it credits for the happening itself, not for its background. Agencies and outlets that have it from
another are carriers, no origins. Two reports are one voice when the first origin of one is among the first ones of the other.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.core.event import Overview
from bot.core.model import Article, ArticleId
from bot.core.once import once
from bot.core.reading.account import account
from bot.core.reading.credit import Credit, CreditKind
from bot.core.reading.credits import key_of

READ: Final = 100
"""Reports of an event that are read, the first in order of time: a tenth of a second for the longest texts. Guess: later ones repeat."""

FIRST: Final = 3
"""Origins of a report that it leans on; later ones comment. Guess."""

LATE: Final = 10
"""Position of the first sentence that names no origin any more: of thirty such reports that
were read 26 had it for a comment."""

LATE_PERSON: Final = 6
"""The same for persons: of nine between here and `LATE` six comment, the others tell what they saw."""

AFTER_LEAD: Final = 3
"""Position of the first sentence in which an opinion is a comment; before it, it may be the news. Guess."""

STEM: Final = 5
"""Letters by which the words of a body's names are compared: "Korea's intelligence", "Korean intelligence". Guess."""

# "The union is proud", "she wrote in dissent": who says so judges the news and is not whom it comes from.
_OPINION: Final = re.compile(
    r"(?<!\w)(?:disagree[sd]?|dissent\w*|disappoint\w*|proud|welcom\w+|shame\w*|outrag\w+|unacceptable|disgrac\w+|unfair|historic|deserves?"
    r"|applaud\w*|prais\w+|tragic|heartbr\w+|prayers?)(?!\w)",
    re.IGNORECASE,
)
_CARRIERS: Final = frozenset((CreditKind.AGENCY, CreditKind.OUTLET))
_EMPTY: Final = frozenset("the of for and a an in on by its state news agency telegram private several some u.s us".split())
# Words that bodies of several states share, so that alone they name none of them. "Police" alone is whoever has more of that name.
_VAGUE: Final = frozenset("offic sourc intel milit gover force spoke minis presi".split())
# Another word of the press for the same body: "South Korea's spy agency" is its intelligence service.
_ALSO: Final = {"spy": "intelligence", "cops": "police", "sheriffs": "sheriff", "army": "military"}
# What has no name of its own may be any: two "Telegram channels" are no origin in common.
_NAMELESS: Final = frozenset("chann accou post posts page video tweet faceb twitt yout foota".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """An origin with the reports that lean on it, in order of time, and the carriers by which some have it, most frequent first.

    `origin` is None for a report that credits nobody: then it speaks for itself.
    """

    origin: Credit | None
    carriers: tuple[str, ...]
    reports: tuple[Article, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """The voices of an event, those of most reports first. `read` of its `reports` were looked at; `credits` are theirs, all of them."""

    voices: tuple[Voice, ...]
    reports: int
    read: int
    credits: Mapping[ArticleId, tuple[Credit, ...]]

    @property
    def credited(self) -> tuple[Voice, ...]:
        """The voices that somebody is credited with."""
        return tuple(voice for voice in self.voices if voice.origin is not None)


@once
def origins(event: Overview) -> Origins:
    """Find the voices of an event; a millisecond for each report that was not read before, so not on the event loop."""
    reports = [article for article in event.ordered if article.copy_of is None]
    read = reports[:READ]
    told = {article.id: _credits(article) for article in read}
    leans = {article.id: _leans_on(told[article.id]) for article in read}
    groups = _groups(read, leans)
    voices = [_voice(group, leans, told) for group in groups]
    ranked = sorted(voices, key=lambda voice: (voice.origin is None, -len(voice.reports)))
    return Origins(voices=tuple(ranked), reports=len(reports), read=len(read), credits=told)


def _credits(article: Article) -> tuple[Credit, ...]:
    """Give whom a report credits; who told the outlet itself has told nobody else: "a neighbour told the Courier", in the Courier."""
    itself = key_of(article.content.outlet or "")
    return tuple(one for one in account(article.content).credits if one.kind not in _CARRIERS or one.key != itself)


def is_same(one: Credit, other: Credit) -> bool:
    """Tell whether two credits name the same source."""
    if _stems(one.key) <= _NAMELESS or _stems(other.key) <= _NAMELESS:
        return False
    if one.key == other.key:
        return True
    if CreditKind.PERSON in (one.kind, other.kind) or (one.kind is not other.kind):
        return False
    mine, theirs = _stems(one.key), _stems(other.key)
    if not mine or not theirs:
        return False
    short, long = sorted((mine, theirs), key=len)
    return short <= long and (not short <= _VAGUE or short == long)


@lru_cache(maxsize=4_096)
def _stems(key: str) -> frozenset[str]:
    return frozenset(_ALSO.get(word, word)[:STEM] for word in key.split() if word not in _EMPTY)


def _leans_on(told: Sequence[Credit]) -> tuple[Credit, ...]:
    """Give the first origins that a report credits for its own happening; carriers only when there is nobody else."""
    own = [one for one in told if one.passage is None or not one.passage.is_background]
    comments = {one.key for one in own if _is_comment(one)} - {one.key for one in own if not _is_comment(one)}
    own = [one for one in own if one.key not in comments and one.source not in comments]
    origins = [one for one in own if one.kind not in _CARRIERS and one.passage is not None]
    ends = {one.source for one in own if one.source}  # from whom a carrier has it comes before who comments
    first: list[Credit] = []
    for one in sorted(origins, key=lambda one: one.key not in ends) or own:
        if not any(one.key == other.key or is_same(one, other) for other in first):
            first.append(one)
    return tuple(first[:FIRST])


def _is_comment(credit: Credit) -> bool:
    """Tell whether somebody is quoted so late, or with such an opinion, that the news does not come from him."""
    if credit.passage is None or credit.kind in _CARRIERS:
        return False
    position = credit.passage.position
    is_late = position >= (LATE_PERSON if credit.kind is CreditKind.PERSON else LATE)
    return is_late or (position >= AFTER_LEAD and _OPINION.search(credit.passage.text) is not None)


def _groups(reports: Sequence[Article], leans: Mapping[ArticleId, Sequence[Credit]]) -> list[list[Article]]:
    """Put reports together of which one leans first on what the other leans on, and whoever these go with."""
    of = {article.id: index for index, article in enumerate(reports)}
    parent = list(range(len(reports)))

    def root(index: int) -> int:
        while parent[index] != index:
            index = parent[index]
        return index

    for index, article in enumerate(reports):
        for other in reports[:index]:
            mine, theirs = leans[article.id], leans[other.id]
            if mine and theirs and (any(is_same(mine[0], one) for one in theirs) or any(is_same(theirs[0], one) for one in mine)):
                parent[root(index)] = root(of[other.id])
    groups: dict[int, list[Article]] = {}
    for index, article in enumerate(reports):
        groups.setdefault(root(index), []).append(article)
    return list(groups.values())


def _voice(group: Sequence[Article], leans: Mapping[ArticleId, Sequence[Credit]], told: Mapping[ArticleId, Sequence[Credit]]) -> Voice:
    leaned = [one for article in group for one in leans[article.id]]
    if not leaned:
        return Voice(origin=None, carriers=(), reports=tuple(group))
    # What most of them lean on; of these, the name that says most.
    shared = Counter({one: sum(any(is_same(one, other) for other in leans[article.id]) for article in group) for one in leaned})
    firsts = [leans[article.id][0] for article in group if leans[article.id]]
    origin = max(firsts, key=lambda one: (shared[one], len(_stems(one.key)), -leaned.index(one)))
    carried = Counter(
        _short(one.name)
        for article in group
        for one in told[article.id]
        if one.kind in _CARRIERS and one.source and not is_same(one, origin) and _leads_to(one.source, origin, told[article.id])
    )
    return Voice(origin=origin, carriers=tuple(name for name, _ in carried.most_common()), reports=tuple(group))


def _leads_to(source: str, origin: Credit, told: Sequence[Credit]) -> bool:
    """Tell whether whom a carrier has it from is the origin: a mother who told it to a broadcaster is not the police."""
    return any(one.key == source and is_same(one, origin) for one in told)


def _short(name: str) -> str:
    """Name a carrier as a reader does: "South Korean agency Yonhap" is Yonhap."""
    return name.rpartition(" agency ")[2]
