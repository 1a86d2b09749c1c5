"""The numbers of the merge score, written by `make train`; what they measure is said in `features`."""

from typing import Final

from bot.core.grouping.logistic import LogisticModel

MODEL: Final = LogisticModel(
    -0.3315,
    (
        ("words", 4.1826),
        ("above noise", 1.3343),
        ("hours apart", -0.8796),
        ("weekdays", 1.0219),
        ("cohesion", -1.802),
        ("undated", -1.7817),
    ),
)
