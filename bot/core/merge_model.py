"""The numbers of the merge score, written by `make train`; what they measure is said in `features`."""

from typing import Final

from bot.core.logistic import LogisticModel

MODEL: Final = LogisticModel(
    -0.325,
    (
        ("words", 4.1713),
        ("above noise", 1.3303),
        ("hours apart", -0.8783),
        ("weekdays", 1.0093),
        ("cohesion", -1.7926),
        ("undated", -1.7946),
    ),
)
