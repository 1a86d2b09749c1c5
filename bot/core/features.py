"""What is measured between an article and an event before the score is taken: one number per feature, each one explainable.

Left out on purpose: how many articles an event has, how long they are, hours since its first report, whether the outlet is the same. They
tell one labelled set from another better than they tell events; without them a family the model never saw gains 3.8 points.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Final

from bot.core.live import CORE_TERMS, Found, LiveEvent, log_hours
from bot.core.vectors import Vectors, dot

NOISE: Final = 0.06
NOISE_WEIGHT: Final = 5
"""The cosine to expect of events that have nothing to do with an article, and how many observations that expectation counts for."""

FEATURES: Final = (
    "words",  # cosine of the article's words with the event's sum
    "nearest",  # best cosine with one of the event's articles
    "article covered",  # share of the article's heaviest words that the event has
    "core covered",  # share of the event's core that the article has
    "title covered",  # share of the title's words, by rarity, that the event has
    "hours apart",  # ln(1 + hours) to the nearest end of the event
    "lead over rival",  # cosine with this event less that with the nearest other
    "rival ratio",  # cosine with the nearest other by that with this one
    "cohesion",  # mean cosine of the event's articles when they joined
    "shared weight",  # ln(1 + nats of rarity shared with the nearest article)
    "undated",  # the article or the event has no time
    "above noise",  # ln of the cosine against that of events which have nothing to do with the article
)


def measure(article: Vectors, event: LiveEvent, place: int, found: Found) -> tuple[float, ...]:
    """Measure one article against the event at this place of what was found, in the order of `FEATURES`."""
    cosine = found.events[place][0]
    others = found.events[1 if place == 0 else 0 :][:1]
    rival = others[0][0] if len(found.events) > 1 else 0.0
    near = [dot(article.words, member.words) for member in event.members]
    nearest = max(near)
    shared = event.members[len(near) - 1 - near[::-1].index(nearest)].raw
    distance = event.distance_hours(article)
    noise = (sum(found.noise) + NOISE_WEIGHT * NOISE) / (len(found.noise) + NOISE_WEIGHT)
    return (
        cosine,
        nearest,
        _covered(((word, article.words[word]) for word in article.heaviest), event.words),
        _covered(((word, event.words[word]) for word in event.heaviest[:CORE_TERMS]), article.words),
        _covered(article.title.items(), event.words),
        log_hours(distance or 0.0),
        cosine - rival,
        rival / cosine if cosine else 1.0,
        event.cohesion,
        math.log1p(sum(min(weight, other) for word, weight in article.raw.items() if (other := shared.get(word)))),
        float(distance is None),
        math.log((cosine + 0.02) / (noise + 0.02)),
    )


def _covered(words: Iterable[tuple[str, float]], other: Mapping[str, float]) -> float:
    """Share of the weight of some words that falls on words of `other`."""
    total = inside = 0.0
    for word, weight in words:
        total += weight
        if word in other:
            inside += weight
    return inside / total if total else 0.0
