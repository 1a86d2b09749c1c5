"""How much of what an event's next report tells first stands on its card already: ROUGE against leads; a sanity check, not a judge."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations, pairwise
from math import fsum
from typing import Final, TypeVar

from bot.core.event import overview
from bot.core.model import Article, Event, EventId
from bot.core.telling.card import EXTRACTS
from bot.core.text.sentences import sentences
from bot.core.text.terms import words_of
from bot.core.understanding.extract import extracts
from bot.evaluation.labelled import Labelled

TEXT: Final = 400
"""Characters from which a report has a text to choose sentences from."""

REPORTS: Final = 3
"""Reports of an event that is measured: two to choose from, one to hold out."""

LEAD: Final = 4
"""Sentences of the report held out that, with its title, are what should have been told."""

WORDS: Final = 50
"""Where both sides are cut, so that telling more is no merit."""

EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """ROUGE-1 and ROUGE-2 as F1 (Lin 2004), 0 to 1, without stemming; the first of the distinct words that count in grouping."""

    rouge_1: float
    rouge_2: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractScores:
    """How one set came out, means over its `events`: the chosen sentences, and as many from the start of the report that has the headline.

    `repeated` is the largest share of its words that one chosen sentence of an event has in common with another, 0 to 1.
    """

    name: str
    events: int
    chosen: Overlap
    lead: Overlap
    repeated: float


def evaluate_extracts(name: str, stream: Sequence[Labelled], advance: Callable[[], None]) -> ExtractScores:
    """Choose sentences from all but the last report of each gold event with enough of them; `advance` is called once an article."""
    events: defaultdict[str, list[Article]] = defaultdict(list)
    for one in stream:
        advance()
        if len(one.article.content.text) > TEXT:
            events[one.event].append(one.article)
    told = [_of_event(articles) for articles in events.values() if len(articles) >= REPORTS]
    return ExtractScores(
        name=name,
        events=len(told),
        chosen=_mean([chosen for chosen, _, _ in told]),
        lead=_mean([lead for _, lead, _ in told]),
        repeated=fsum(repeated for _, _, repeated in told) / (len(told) or 1),
    )


def _of_event(articles: Sequence[Article]) -> tuple[Overlap, Overlap, float]:
    *seen, held_out = articles
    event = overview(Event(id=EventId(1), opened_at=EVER, updated_at=EVER, revision=1, articles=tuple(seen)))
    said = [extract.sentence for extract in extracts(event, EXTRACTS)]
    lead = sentences(event.headline.content.text)[: len(said)]
    wanted = " ".join((held_out.content.title, *sentences(held_out.content.text)[:LEAD]))
    words = list(map(words_of, said))
    shares = [len(one & other) / (min(len(one), len(other)) or 1) for one, other in combinations(words, 2)]
    return _overlap(said, wanted), _overlap(lead, wanted), max(shares, default=0.0)


def _overlap(said: Sequence[str], wanted: str) -> Overlap:
    text = " ".join(" ".join(said).split()[:WORDS])
    return Overlap(
        rouge_1=_f1(Counter(words_of(text)), Counter(words_of(wanted))),
        rouge_2=_f1(_pairs(text), _pairs(wanted)),
    )


def _pairs(text: str) -> Counter[tuple[str, str]]:
    words = _WORD.findall(text.casefold())
    return Counter(pairwise(words))


_T = TypeVar("_T")


def _f1(said: Counter[_T], wanted: Counter[_T]) -> float:
    total = said.total() + wanted.total()
    return 2 * (said & wanted).total() / total if total else 0.0


def _mean(overlaps: Sequence[Overlap]) -> Overlap:
    count = len(overlaps) or 1
    return Overlap(rouge_1=fsum(one.rouge_1 for one in overlaps) / count, rouge_2=fsum(one.rouge_2 for one in overlaps) / count)
