"""What is measured between an article and an event before the score is taken: one number per feature, each one explainable."""

import math
from typing import Final

from bot.core.live import CORE_TERMS, LiveEvent
from bot.core.vectors import Vectors, dot

FEATURES: Final = (
    "words",  # cosine of all words with the event's sum
    "title",  # cosine of titles
    "names",  # cosine of names
    "nearest words",  # best cosine with one of the event's articles
    "nearest title",
    "farthest words",
    "mean words",  # mean cosine with the event's articles
    "article covered",  # share of the article's heaviest words that the event has
    "core covered",  # share of the event's core that the article has
    "title covered",
    "numbers shared",  # up to five
    "numbers differ",  # both give numbers, none is the same
    "hours since last",  # ln(1 + hours), as the next
    "hours since first",
    "size",  # ln of the event's articles
    "same outlet",
    "lead over rival",  # cosine with this event less that with the nearest other
    "rival ratio",
    "cohesion",  # mean cosine of the event's articles when they joined
    "shared weight",  # ln(1 + nats of rarity shared with the nearest article)
    "shared title weight",
    "article length",  # ln(1 + words)
    "event length",
    "shared names",  # ln(1 + number)
    "undated",  # the article or the event has no time
)


def measure(article: Vectors, event: LiveEvent, cosine: float, rival: float) -> tuple[float, ...]:
    """Measure one article against one event, in the order of `FEATURES`; `rival` is the best cosine with any other event."""
    near = [dot(article.words, member.words) for member in event.members]
    titles = [dot(article.title, member.title) for member in event.members]
    nearest = event.members[near.index(max(near))]
    distance = event.distance_hours(article)
    heaviest = [(term, article.words[term]) for term in article.heaviest]
    core = [(term, event.words[term]) for term in event.heaviest[:CORE_TERMS]]
    shared_numbers = sum(number in event.numbers for number in article.numbers)
    shared = sum(min(weight, other) for term, weight in article.raw.items() if (other := nearest.raw.get(term)))
    shared_title = max(sum(weight for term, weight in article.rarity.items() if term in member.rarity) for member in event.members)
    return (
        cosine,
        dot(article.title, event.title) / event.title_norm if event.title_norm else 0.0,
        dot(article.names, event.names) / event.names_norm if event.names_norm else 0.0,
        max(near),
        max(titles),
        min(near),
        sum(near) / len(near),
        _covered(heaviest, event.words),
        _covered(core, article.words),
        _covered(list(article.rarity.items()), event.words),
        min(shared_numbers, 5),
        float(bool(article.numbers and event.numbers) and not shared_numbers),
        math.log1p(distance or 0.0),
        math.log1p(abs(article.hours - event.first_hours)) if article.hours is not None and event.first_hours is not None else 0.0,
        math.log(event.size),
        float(article.outlet in event.outlets),
        cosine - rival,
        rival / cosine if cosine else 1.0,
        event.cohesion / (event.size - 1) if event.size > 1 else 0.0,
        math.log1p(shared),
        math.log1p(shared_title),
        math.log1p(article.length),
        math.log1p(event.length / event.size),
        math.log1p(sum(name in event.names for name in article.names)),
        float(distance is None),
    )


def _covered(terms: list[tuple[str, float]], other: dict[str, float]) -> float:
    """Share of the weight of `terms` whose term is in `other`."""
    total = sum(weight for _, weight in terms)
    return sum(weight for term, weight in terms if term in other) / total if total else 0.0
