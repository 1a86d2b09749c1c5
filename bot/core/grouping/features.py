"""What is measured between an article and an event before the score is taken: one number per feature, each one explainable.

Few on purpose. Tried and left out, because trained without a family of sets they make that family worse or change nothing: the share of
the article, of the title and of the event's core that is covered, the best cosine with a single article, the lead over the next best
event, the rarity of what is shared, names, years and numbers in common; and what tells one labelled set from another better than it
tells events: how many articles an event has, how long they are, hours since its first report, whether the outlet is the same.
"""

import math
from typing import Final

from bot.core.grouping.live import Found, LiveEvent, log_hours
from bot.core.grouping.vectors import Vectors

SAME_DAY: Final = 24.0
"""Hours. Articles closer than this name the same days whatever they tell: only that they do not says something. Measured: if agreement
counted there too, look-alikes of one day were joined, and macro BCubed F1 would be 0.3 points less."""

NOISE: Final = 0.06
NOISE_WEIGHT: Final = 5
"""The cosine to expect of events that have nothing to do with an article, and how many observations that expectation counts for."""

FLOOR: Final = 0.02
"""Added to cosines before their logarithm is taken, so that nothing is infinitely far."""

FEATURES: Final = (
    "words",  # cosine of the article's words with the event's sum
    "above noise",  # ln of that cosine against that of events which have nothing to do with the article
    "hours apart",  # ln(1 + hours) to the nearest end of the event
    "weekdays",  # 1: every article of the event that names days of the week names one of this one's; -1: none does; 0: says nothing
    "cohesion",  # mean cosine of the event's articles when they joined
    "undated",  # the article or the event has no time
)


def measure(article: Vectors, event: LiveEvent, cosine: float, found: Found) -> tuple[float, ...]:
    """Measure one article against one event of what was found, in the order of `FEATURES`."""
    distance = event.distance_hours(article)
    noise = (sum(found.noise) + NOISE_WEIGHT * NOISE) / (len(found.noise) + NOISE_WEIGHT)
    return (
        cosine,
        math.log((cosine + FLOOR) / (noise + FLOOR)),
        log_hours(distance or 0.0),
        _same_weekdays(article, event, distance),
        event.cohesion,
        float(distance is None),
    )


def _same_weekdays(article: Vectors, event: LiveEvent, distance: float | None) -> float:
    """Tell how well the days agree: news says on which day things happened, and two events of one kind seldom share it."""
    own = article.marks.weekdays
    others = [member.marks.weekdays for member in event.members if member.marks.weekdays] if own else []
    if not others:
        return 0.0
    agreement = 2 * sum(not own.isdisjoint(other) for other in others) / len(others) - 1
    return agreement if distance is None or distance >= SAME_DAY else min(agreement, 0.0)
