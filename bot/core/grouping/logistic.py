"""The merge score: for each feature a slope, summed to log-odds that an article belongs to an event. The numbers are in `merge_model`."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.grouping.decision import Contribution


@dataclass(frozen=True, slots=True)
class LogisticModel:
    """Logistic regression: `slopes` are log-odds by unit of each feature, named in the order of `features.FEATURES`."""

    intercept: float
    slopes: tuple[tuple[str, float], ...]

    def logit(self, values: Sequence[float]) -> float:
        """Score one candidate, in log-odds."""
        return self.intercept + sum(slope * value for (_, slope), value in zip(self.slopes, values, strict=True))

    def explain(self, values: Sequence[float]) -> tuple[Contribution, ...]:
        """Say what each feature added, largest first; the intercept is the part that no feature explains."""
        parts = [
            Contribution(feature=feature, value=round(value, 4), logits=round(slope * value, 3) + 0.0)
            for (feature, slope), value in zip(self.slopes, values, strict=True)
        ]
        return tuple(sorted(parts, key=lambda part: (-abs(part.logits), part.feature)))


def probability(logit: float) -> float:
    """Logistic function, safe for any finite argument."""
    return 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0
