"""Which sentences of an event's reports tell it best: chosen whole and word for word, never written."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.core.event import Overview
from bot.core.model import Article
from bot.core.reading.account import account
from bot.core.text.dateline import without_dateline
from bot.core.text.page_words import is_of_page
from bot.core.text.sentences import is_whole, sentences
from bot.core.text.terms import words_of
from bot.core.understanding.matters import TOLLS, matters

LEAD_SENTENCES: Final = 4
"""How many sentences of a report are looked at: news tells the most important first. Guess."""

LEAD_CHARACTERS: Final = 3_000
"""Where looking ends in a text without full stops. Guess."""

SHORTEST, LONGEST = 50, 320
"""Characters of a sentence that can stand alone and still be read at a glance. Guess."""

NEWS: Final = 0.55
"""Share of a sentence's words that must be new to the reader of the headline and of the sentences already chosen, of all together.

Measured on allsides, gva and ecbplus, the last report of each event held out: with 0.45, 0.55, 0.65 two sentences of a card have at most
28, 25, 20 % of their words in common (the mean of the sets), and 50 words of it meet the held-out lead with ROUGE-2 F1 9.7, 9.6, 9.5.
"""

NEWS_AT_FIRST: Final = 0.25
"""The same for the first sentence, which may repeat much of the headline to tell what happened. Chosen by eye on 50 development events."""

HEADLINES: Final = 2.0
"""How much more a word counts that stands in the headlines of the reports than one in their leads. Chosen by eye, likewise."""

SHARED: Final = 2
"""Words of a sentence that another report must have too, or the sentence is about something else. Guess."""

LATER: Final = 0.3
"""How much a sentence loses for each one that stands before it in its report. Guess."""

OWN: Final = 1.5
"""How much more a sentence counts that stands in the report whose title is the headline: the two fit together. Guess."""

NAMED: Final = 1.3
"""How much more a sentence counts when a reader can be told who says it. Guess."""

REPORTS: Final = 40
"""How many reports are read for a card; the first ones in order of time. Bounds the work on the largest events."""

# Words that point back to a sentence which the reader of a card does not see.
_POINTING: Final = "he she it they this these that those his her its their but and so also however meanwhile later then there both"
_POINTS_BACK: Final = frozenset(_POINTING.split())
# "Minutes later, officers rushed to a second": later than what?
_SINCE_THEN: Final = re.compile(r"(?:[\w-]+ ){0,2}(?:moment|second|minute|hour|day|week|month|year)s? (?:later|earlier)[ ,]")
_WORD: Final = re.compile(r"[^\W_]+")
_CJK: Final = re.compile(r"[぀-ヿ㐀-䶿一-鿿]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """One whole sentence and the report that has it."""

    article: Article
    sentence: str


def extracts(event: Overview, limit: int) -> tuple[Extract, ...]:
    """Choose up to `limit` sentences: the first tells what happened, the others add to it.

    A sentence counts by the words that the leads of many reports share with it, and by how early it stands; the first also by the words of
    the headlines, each of the others loses as much as the reader was told before. Each comes from another report, as long as there are
    others; a single report gives more than one. A sentence that has nothing in common with any other report is background, perhaps of
    another event, and is chosen only where nothing else is left.
    A greedy form of maximal marginal relevance (Carbonell and Goldstein 1998).
    """
    candidates = _candidates(event)
    told = [words_of(event.headline.content.title)]
    chosen: list[Extract] = []
    while len(chosen) < limit:
        least = NEWS if chosen else NEWS_AT_FIRST
        fresh = [candidate for candidate in candidates if _news(candidate.words, told) >= least]
        if not fresh:
            break
        best = max(fresh, key=lambda candidate: candidate.adds * _news(candidate.words, told) if chosen else candidate.tells)
        told.append(best.words)
        chosen.append(best.extract)
        candidates = [candidate for candidate in candidates if _goes_with(candidate, best, alone=event.reports < 2)]
    return tuple(chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    extract: Extract
    words: frozenset[str]
    tells: float
    adds: float


def _candidates(event: Overview) -> list[_Candidate]:
    """Find the sentences of the leads that can stand alone, and weigh them."""
    reports = [article for article in event.ordered if article.copy_of is None][:REPORTS]
    past = _tolls_of_others(event)
    leads = [(article, [(sentence, words_of(sentence)) for sentence in _lead(article, past)]) for article in reports]
    titles = [words_of(article.content.title) for article in reports]
    in_titles = Counter(word for title in titles for word in title)
    in_leads = Counter(word for _, lead in leads for word in frozenset[str]().union(*(words for _, words in lead)))
    told = [title.union(*(words for _, words in lead)) for title, (_, lead) in zip(titles, leads, strict=True)]
    shared = {word for word, times in Counter(word for words in told for word in words).items() if times > 1}
    found = [
        _Candidate(
            extract=Extract(article=article, sentence=sentence),
            words=words,
            tells=standing * (adds + HEADLINES * _centrality(words, in_titles, len(reports))),
            adds=standing * adds,
        )
        for article, lead in leads
        for position, (sentence, words) in enumerate(lead)
        if words and _stands_alone(sentence)
        for standing in [_standing(article, event, position)]
        for adds in [_centrality(words, in_leads, len(reports))]
    ]
    return [candidate for candidate in found if len(candidate.words & shared) >= SHARED] or found


def _standing(article: Article, event: Overview, position: int) -> float:
    """Weigh where a sentence stands, whatever it says."""
    return (NAMED if article.content.outlet else 1) * (OWN if article.id == event.headline.id else 1) / (1 + LATER * position)


def _goes_with(candidate: _Candidate, chosen: _Candidate, *, alone: bool) -> bool:
    return candidate is not chosen and (alone or candidate.extract.article.id != chosen.extract.article.id)


def _tolls_of_others(event: Overview) -> frozenset[str]:
    """Find the sentences, first ones left aside, that count the victims of something else alone: of a whole war beside an attack in it."""
    told: dict[bool, set[str]] = {True: set(), False: set()}
    for matter in matters(event):
        if matter.kind in TOLLS:
            told[matter.is_background].update(one.figure.passage.text for one in matter.claims if one.figure.passage.position > 0)
    return frozenset(told[True] - told[False])


def _lead(article: Article, past: frozenset[str]) -> Iterator[str]:
    """Give the first sentences that tell the happening itself; one that is left out keeps its place, so that later ones count no more."""
    background = account(article.content).background
    for sentence in sentences(article.content.text[:LEAD_CHARACTERS])[:LEAD_SENTENCES]:
        yield "" if sentence in background or sentence in past else without_dateline(sentence)


def _stands_alone(sentence: str) -> bool:
    # A Chinese or Japanese character says about as much as three Latin letters.
    length = len(sentence) + 2 * len(_CJK.findall(sentence))
    first = _WORD.search(sentence)
    points_back = (first is not None and first.group().casefold() in _POINTS_BACK) or _SINCE_THEN.match(sentence.casefold())
    return SHORTEST <= length <= LONGEST and is_whole(sentence) and not points_back and not is_of_page(sentence)


def _centrality(words: frozenset[str], spread: Counter[str], reports: int) -> float:
    """Average share of the reports that have each word, in their leads or headlines; long sentences gain nothing by length alone."""
    return sum(spread[word] for word in words) / (reports * (len(words) + 12))


def _news(words: frozenset[str], told: Sequence[frozenset[str]]) -> float:
    """Share of the words that the reader has not met."""
    return 1 - len(words.intersection(frozenset[str]().union(*told))) / len(words)
