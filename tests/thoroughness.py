"""How much a run of the tests tries of what could be tried for hours: a share, or all of it with `make thorough`."""

import os
from typing import Final

THOROUGH: Final = "THOROUGH" in os.environ


def some(of_all: int) -> int:
    """Give how many of so many examples are tried: a third, but two at least."""
    return of_all if THOROUGH else max(2, of_all // 3)
