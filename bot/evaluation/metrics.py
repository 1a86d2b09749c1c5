"""How well predicted events match gold events: BCubed and pairwise precision, recall and F1."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Precision, recall and their harmonic mean, each from 0 to 1."""

    precision: float
    recall: float
    f1: float


def score(precision: float, recall: float) -> Score:
    """Add the harmonic mean; 0 when both are 0."""
    total = precision + recall
    return Score(precision=precision, recall=recall, f1=2 * precision * recall / total if total else 0.0)


def bcubed(gold: Sequence[Hashable], predicted: Sequence[Hashable]) -> Score:
    """BCubed over items (Bagga and Baldwin 1998; Amigó et al. 2009): both sequences label the same items in the same order.

    For each item, precision is the share of its predicted cluster that has its gold label, recall the share of its gold
    cluster that has its predicted label; both are averaged over items. No items: all scores are 0.
    """
    if not gold:
        return score(0.0, 0.0)
    gold_sizes, predicted_sizes, both = Counter(gold), Counter(predicted), Counter(zip(gold, predicted, strict=True))
    precision = sum(n * n / predicted_sizes[p] for (_, p), n in both.items()) / len(gold)
    recall = sum(n * n / gold_sizes[g] for (g, _), n in both.items()) / len(gold)
    return score(precision, recall)


def pairwise(gold: Sequence[Hashable], predicted: Sequence[Hashable]) -> Score:
    """Pairwise scores: of the pairs of items put together, how many belong together, and the reverse.

    With no pair predicted (or none in gold) the respective score is 1: nothing wrong was said, nothing was missed.
    """

    def pairs(counts: Counter[Hashable] | Counter[tuple[Hashable, Hashable]]) -> int:
        return sum(n * (n - 1) // 2 for n in counts.values())

    right = pairs(Counter(zip(gold, predicted, strict=True)))
    told, true = pairs(Counter(predicted)), pairs(Counter(gold))
    return score(right / told if told else 1.0, right / true if true else 1.0)
