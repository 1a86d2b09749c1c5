"""`make train`: learn the merge score from labelled sets, say how it does on sets that it has not seen, and write its numbers down.

    python -m bot.evaluation.training FILE… [--unseen FILE…] [--ablate] [--write]

Each file is a family of its own. `--unseen` files are measured, never learned from.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.core.errors import SluglineError
from bot.core.grouping.features import FEATURES
from bot.core.grouping.grouper import GroupingSettings
from bot.core.grouping.logistic import LogisticModel
from bot.evaluation.labelled import Labelled, load
from bot.evaluation.metrics import Score, bcubed, mean, pairwise
from bot.evaluation.online import place_in_order
from bot.evaluation.training.fit import fit
from bot.evaluation.training.rows import Rows, first_policies, policies_of, rows_of
from bot.evaluation.training.streams import streams_of

WRITTEN: Final = Path(__file__).parents[2] / "core" / "grouping" / "merge_model.py"

_FILE: Final = '''"""The numbers of the merge score, written by `make train`; what they measure is said in `features`."""

from typing import Final

from bot.core.grouping.logistic import LogisticModel

MODEL: Final = LogisticModel(
    {intercept},
    (
{slopes}
    ),
)
'''


@dataclass(frozen=True, slots=True)
class Family:
    """One labelled set: as it is, and as the streams that are learned from."""

    labelled: Sequence[Labelled]
    streams: Sequence[Sequence[Labelled]]


def learn(families: Sequence[Family]) -> tuple[LogisticModel, list[Rows]]:
    """Learn from all of them, each with the same weight, in two rounds; the second meets the states of the first model."""
    first = [rows_of(family.streams, first_policies()) for family in families]
    model = fit(_together(first))
    second = [rows_of(family.streams, policies_of(model)) for family in families]
    both = [one + other for one, other in zip(first, second, strict=True)]
    return fit(_together(both)), both


def score(model: LogisticModel, stream: Sequence[Labelled]) -> tuple[Score, Score]:
    """Give BCubed and pairwise scores of one pass over a stream."""
    run = place_in_order(stream, GroupingSettings(model=model), lambda: None)
    return bcubed(run.gold, run.predicted), pairwise(run.gold, run.predicted)


def main() -> int:
    """Learn, measure and write."""
    words = _words()
    try:
        learned = {file.stem: _family(load(file)) for file in words.files}
        unseen = {file.stem: load(file) for file in words.unseen}
    except SluglineError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    _say("Leave one family out: the model that measures a set has not seen it, nor has the first model that made its states.")
    left_out = {name: learn([family for other, family in learned.items() if other != name]) for name in learned if len(learned) > 1}
    model, rows = learn(list(learned.values()))
    sets = {**{name: family.labelled for name, family in learned.items()}, **unseen}
    _table({name: score(left_out[name][0] if name in left_out else model, stream) for name, stream in sets.items()})
    _say(f"The model that is shipped: learned from {', '.join(learned)}; they have been seen.")
    _table({name: score(model, stream) for name, stream in sets.items()})
    if words.ablate:
        _ablate(sets, learned, rows)
    for feature, slope in (("intercept", model.intercept), *model.slopes):
        _say(f"  {feature:<14} {slope:9.4f}")
    if words.write:
        slopes = "\n".join(f'        ("{feature}", {slope}),' for feature, slope in model.slopes)
        WRITTEN.write_text(_FILE.format(intercept=model.intercept, slopes=slopes), encoding="utf-8")
        _say(f"written to {WRITTEN.name}")
    return 0


def _ablate(sets: Mapping[str, Sequence[Labelled]], learned: Mapping[str, Family], rows: Sequence[Rows]) -> None:
    """Leave out each feature in turn, from the same rows, and score each set by a model that has not learned from it."""
    for feature in (None, *FEATURES):
        blank = [_blanked(one, feature) for one in rows]
        models = {name: fit(_together([one for other, one in zip(learned, blank, strict=True) if other != name])) for name in sets}
        _say(
            f"Unseen families, without {feature}:" if feature else "Unseen families, all features, states made by a model of all families:"
        )
        _table({name: score(models[name], stream) for name, stream in sets.items()})


def _blanked(rows: Rows, feature: str | None) -> Rows:
    """Make a feature say nothing: a constant gets no slope."""
    if feature is None:
        return rows
    place = FEATURES.index(feature)
    return Rows([(*values[:place], 0.0, *values[place + 1 :]) for values in rows.values], rows.right, rows.weights)


def _family(labelled: Sequence[Labelled]) -> Family:
    return Family(labelled, streams_of(labelled))


def _together(rows: Sequence[Rows]) -> Rows:
    return sum(rows, Rows([], [], []))


def _table(scores: Mapping[str, tuple[Score, Score]]) -> None:
    _say(f"  {'set':<14} B³ P     R    F1   pair P     R    F1")
    both = list(scores.values())
    means = (mean([one for one, _ in both]), mean([other for _, other in both]))
    for name, (items, pairs) in (*scores.items(), ("mean", means)):
        figures = "".join(f"{100 * figure:6.1f}" for figure in (items.precision, items.recall, items.f1))
        more = "".join(f"{100 * figure:6.1f}" for figure in (pairs.precision, pairs.recall, pairs.f1))
        _say(f"  {name:<12}{figures}   {more}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.evaluation.training", description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("files", nargs="+", type=Path, help="labelled sets to learn from, each a family of its own")
    parser.add_argument("--unseen", nargs="*", type=Path, default=[], help="labelled sets that are only measured")
    parser.add_argument("--ablate", action="store_true", help="measure also without each feature in turn")
    parser.add_argument("--write", action="store_true", help=f"write the numbers to {WRITTEN.name}; without it nothing changes")
    chosen = parser.parse_args()
    names = [file.stem for file in (*chosen.files, *chosen.unseen)]
    if len(set(names)) < len(names):
        parser.error("two files have the same name")
    return chosen


if __name__ == "__main__":
    sys.exit(main())
