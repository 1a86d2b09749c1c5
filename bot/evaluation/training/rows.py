"""What a model learns from: candidates met while streams are grouped by several policies, measured, with whether they were right.

A model that learned only from states without mistakes would not know the states that it makes itself (DAgger: Ross, Gordon and Bagnell
2011): hence noisy states, a plain rule's, and those of a first model, once too eager to join and once too careful.
"""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from bot.core.grouping.decision import Change, Joined, Opened
from bot.core.grouping.features import FEATURES
from bot.core.grouping.grouper import Candidate, Grouper, GroupingSettings
from bot.core.grouping.logistic import LogisticModel, probability
from bot.core.grouping.vectors import Vectors
from bot.core.model import EventId
from bot.evaluation.labelled import Labelled, renumbered
from bot.evaluation.online import Book

MOST: Final = 1_500
"""Candidates that are kept of one stream under one policy."""

OPENED_ANYWAY: Final = 0.15
JOINED_NEAREST: Final = 0.03
"""How often the noisy policy opens an event where it should join, and joins the nearest whatever it is."""

RULE: Final = 0.22
EAGER: Final = 0.35
CAREFUL: Final = 0.7

Row: TypeAlias = tuple[tuple[float, ...], bool]
Policy: TypeAlias = Callable[[Sequence[Candidate], Callable[[Candidate], bool]], Candidate | None]
"""Chooses among candidates without a veto; the function tells whether one is right."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What was measured, whether it was right, and how much each row weighs."""

    values: list[tuple[float, ...]]
    right: list[bool]
    weights: list[float]

    def __add__(self, other: "Rows") -> "Rows":
        return Rows(self.values + other.values, self.right + other.right, self.weights + other.weights)


def rows_of(streams: Sequence[Sequence[Labelled]], policies: Sequence[Policy]) -> Rows:
    """Group each stream by each policy; all streams and policies together weigh 1, each the same."""
    rows = Rows([], [], [])
    for stream in streams:
        for policy in policies:
            met = _meet(stream, policy)
            if len(met) > MOST:
                met = random.Random(1).sample(met, MOST)
            share = 1 / (len(streams) * len(policies) * max(1, len(met)))
            rows += Rows([values for values, _ in met], [right for _, right in met], [share] * len(met))
    return rows


def first_policies() -> tuple[Policy, ...]:
    """What there is to learn from without a model."""
    return _noisy(7), _by_rule


def policies_of(model: LogisticModel) -> tuple[Policy, ...]:
    """What a model does when it is too eager, and when it is too careful."""
    return _by_model(model, EAGER), _by_model(model, CAREFUL)


def _noisy(seed: int) -> Policy:
    rng = random.Random(seed)

    def choose(candidates: Sequence[Candidate], is_right: Callable[[Candidate], bool]) -> Candidate | None:
        chance = rng.random()
        if chance < OPENED_ANYWAY:
            return None
        if chance < OPENED_ANYWAY + JOINED_NEAREST and candidates:
            return candidates[0]
        return next((candidate for candidate in candidates if is_right(candidate)), None)

    return choose


def _by_rule(candidates: Sequence[Candidate], _is_right: Callable[[Candidate], bool]) -> Candidate | None:
    """Join by cosine, less after hours of silence: the best rule without learning, in its own units."""
    words, hours = FEATURES.index("words"), FEATURES.index("hours apart")
    return _best(candidates, lambda one: one.values[words] * math.exp(-((one.values[hours] / 6) ** 2) / 2), RULE)


def _by_model(model: LogisticModel, threshold: float) -> Policy:
    def choose(candidates: Sequence[Candidate], _is_right: Callable[[Candidate], bool]) -> Candidate | None:
        return _best(candidates, lambda one: probability(model.logit(one.values)), threshold)

    return choose


def _best(candidates: Sequence[Candidate], score: Callable[[Candidate], float], least: float) -> Candidate | None:
    scored = [(score(one), -one.event.id, one) for one in candidates]
    best = max(scored, key=lambda item: item[:2], default=None)
    return best[2] if best is not None and best[0] >= least else None


class _Led(Grouper):
    """A grouper that does what a policy says and notes what it met; it merges nothing, so that the states are the policy's own."""

    def __init__(self, policy: Policy) -> None:
        super().__init__(GroupingSettings(), EventId(1))
        self._policy = policy
        self._book = Book()
        self._gold = ""
        self.met: list[Row] = []

    def lead(self, one: Labelled) -> None:
        self._gold = one.event
        for change in self.place(one.article):
            if isinstance(change, Opened | Joined):
                self._book.add(change.event_id, one.event)

    def _choose(self, candidates: Sequence[Candidate], _own: EventId | None) -> Candidate | None:
        free = [candidate for candidate in candidates if candidate.veto is None]
        self.met += [(candidate.values, self._is_right(candidate)) for candidate in free]
        return self._policy(free, self._is_right)

    def _would_weld(self, _article: Vectors, _candidates: Sequence[Candidate], _chosen: Candidate | None) -> bool:
        """Set nothing apart: what would be depends on the model that is shipped, which nothing may be learned from."""
        return False

    def _grown(self, _event_id: EventId) -> list[Change]:
        return []

    def _is_right(self, candidate: Candidate) -> bool:
        return self._book.majority(candidate.event.id) == self._gold


def _meet(stream: Sequence[Labelled], policy: Policy) -> list[Row]:
    grouper = _Led(policy)
    for one in renumbered(stream):
        grouper.lead(one)
    return grouper.met
