"""The additive score: for each feature a slope and a table of steps, summed to log-odds that an article belongs to an event."""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.decision import Contribution


@dataclass(frozen=True, slots=True)
class Part:
    """What one feature adds: `slope` x value, and the value of the step it falls on.

    `steps` has one entry more than `cuts`; a value equal to a cut falls on the step below it.
    """

    feature: str
    slope: float
    cuts: tuple[float, ...]
    steps: tuple[float, ...]

    def logits(self, value: float) -> float:
        """Natural-log odds for one value."""
        return self.slope * value + self.steps[bisect_left(self.cuts, value)]


@dataclass(frozen=True, slots=True)
class AdditiveModel:
    """A generalised additive model (Hastie and Tibshirani 1986) with the features in the order of `features.FEATURES`."""

    intercept: float
    parts: tuple[Part, ...]

    def logit(self, values: Sequence[float]) -> float:
        """Score one candidate, in log-odds."""
        return self.intercept + sum(part.logits(value) for part, value in zip(self.parts, values, strict=True))

    def explain(self, values: Sequence[float]) -> tuple[Contribution, ...]:
        """Say what each feature added, largest first; the intercept is the part that no feature explains."""
        parts = [
            Contribution(feature=part.feature, value=round(value, 4), logits=round(part.logits(value), 3))
            for part, value in zip(self.parts, values, strict=True)
        ]
        return tuple(sorted(parts, key=lambda part: (-abs(part.logits), part.feature)))


def probability(logit: float) -> float:
    """Logistic function, safe for any finite argument."""
    return 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0
