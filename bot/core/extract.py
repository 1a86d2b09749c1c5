"""Which sentences of an event's reports tell it best: chosen whole and word for word, never written."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from bot.core.event import in_order, stamps
from bot.core.model import Article, Event
from bot.core.sentences import is_whole, sentences
from bot.core.stopwords import STOPWORDS
from bot.core.terms import normal

LEAD_SENTENCES: Final = 4
"""How many sentences of a report are looked at: news tells the most important first. Guess."""

LEAD_CHARACTERS: Final = 3_000
"""Where looking ends in a text without full stops. Guess."""

SHORTEST, LONGEST = 50, 320
"""Characters of a sentence that can stand alone and still be read at a glance. Guess."""

NEWS: Final = 0.45
"""Share of a sentence's words that must be new to the reader of the headline and of the sentences already chosen. Guess."""

OWN: Final = 1.5
"""How much more a sentence counts that stands in the report whose title is the headline: the two fit together. Guess."""

NAMED: Final = 1.3
"""How much more a sentence counts when a reader can be told who says it. Guess."""

REPORTS: Final = 40
"""How many reports are read for a card; the first ones in order of time. Bounds the work on the largest events."""

# Words that point back to a sentence which the reader of a card does not see.
_POINTING: Final = "he she it they this these that those his her its their but and so also however meanwhile later then there both"
_POINTS_BACK: Final = frozenset(_POINTING.split())
_WORD: Final = re.compile(r"[^\W_]+")
_CJK: Final = re.compile(r"[぀-ヿ㐀-䶿一-鿿]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """One whole sentence and the report that has it."""

    article: Article
    sentence: str


def extracts(event: Event, headline: Article, limit: int) -> tuple[Extract, ...]:
    """Choose up to `limit` sentences: central (their words are shared by many reports), early, unlike the headline and each other.

    Each comes from another report, as long as there are others; a single report gives more than one.
    A greedy form of maximal marginal relevance (Carbonell and Goldstein 1998).
    """
    reports = [article for article in in_order(event.articles, stamps(event.articles)) if article.copy_of is None][:REPORTS]
    leads = [(article, tuple(_lead(article))) for article in reports]
    spread = Counter(word for _, lead in leads for word in {word for sentence in lead for word in _words(sentence)})
    candidates = [
        _Candidate(
            extract=Extract(article=article, sentence=sentence),
            words=words,
            weight=_centrality(words, spread, len(reports))
            * (NAMED if article.content.outlet else 1)
            * (OWN if article.id == headline.id else 1)
            / (1 + 0.3 * position),
        )
        for article, lead in leads
        for position, sentence in enumerate(lead)
        if (words := _words(sentence)) and _stands_alone(sentence)
    ]
    told = [_words(headline.content.title)]
    chosen: list[Extract] = []
    while len(chosen) < limit:
        candidates = [candidate for candidate in candidates if _news(candidate.words, told) >= NEWS]
        if not candidates:
            break
        best = max(candidates, key=lambda candidate: candidate.weight * _news(candidate.words, told))
        told.append(best.words)
        chosen.append(best.extract)
        if len(reports) > 1:
            candidates = [candidate for candidate in candidates if candidate.extract.article.id != best.extract.article.id]
    return tuple(chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    extract: Extract
    words: frozenset[str]
    weight: float


def _lead(article: Article) -> Iterator[str]:
    yield from sentences(article.content.text[:LEAD_CHARACTERS])[:LEAD_SENTENCES]


def _stands_alone(sentence: str) -> bool:
    # A Chinese or Japanese character says about as much as three Latin letters.
    length = len(sentence) + 2 * len(_CJK.findall(sentence))
    first = _WORD.search(sentence)
    return SHORTEST <= length <= LONGEST and is_whole(sentence) and (first is None or first.group().casefold() not in _POINTS_BACK)


def _words(text: str) -> frozenset[str]:
    words = {normal(word) for word in _WORD.findall(text)} - STOPWORDS
    characters = _CJK.findall(text)
    return frozenset(words | {left + right for left, right in pairwise(characters)})


def _centrality(words: frozenset[str], spread: Counter[str], reports: int) -> float:
    """Average share of the reports that have each word in their lead; long sentences gain nothing by length alone."""
    return sum(spread[word] for word in words) / (reports * (len(words) + 12))


def _news(words: frozenset[str], told: Sequence[frozenset[str]]) -> float:
    """Share of the words that the reader has not met in the one text that told most of them."""
    return min(1 - len(words & before) / len(words) for before in told)
