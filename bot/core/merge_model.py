"""The numbers of the merge score, written by `make train`; what they measure is said in `features`."""

from typing import Final

from bot.core.logistic import LogisticModel

MODEL: Final = LogisticModel(
    -0.3134,
    (
        ("words", 4.402),
        ("above noise", 1.24),
        ("hours apart", -0.8669),
        ("weekdays", 1.0039),
        ("cohesion", -1.8794),
        ("undated", -1.7351),
    ),
)
