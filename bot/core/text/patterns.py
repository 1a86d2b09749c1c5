"""Regular expressions that people type, run by an engine whose time grows with the text and never explodes; nobody else imports it."""

from functools import lru_cache
from typing import Final, Protocol

import re2

from bot.core.errors import UsageError
from bot.core.phrase import phrase

LONGEST_PATTERN: Final = 1_000
"""Characters of an expression. Guess."""

SEARCHED: Final = 10_000
"""Characters of a text that are looked at; news is shorter. A usual expression takes 0.02 ms for them."""

MOST_STEPS: Final = 3_000
"""How long the program of an expression may be. Measured over `SEARCHED` characters: those within it take 11 ms at worst, and
`(?:.{0,50}a){19}b` with 8,574 steps 99 ms. `kyiv.{0,100}drone` has 916, a `\\pL` 1,201."""

MEMORY: Final = 2 << 20
"""Bytes that an expression may use: with less, more of them fall back to the engine that is a hundred times slower."""


class Compiled(Protocol):
    """An expression that is ready to be run, and the length of its program."""

    @property
    def programsize(self) -> int:
        """Count the steps of the program."""

    def search(self, text: bytes, /) -> object | None:
        """Find it anywhere in a text in UTF-8; None when it is not there."""


@lru_cache(maxsize=256)
def compiled(source: str) -> Compiled:
    """Make an expression ready; case does not matter. Raises UsageError with the engine's reason."""
    options = re2.Options()
    options.case_sensitive, options.never_capture, options.log_errors, options.max_mem = False, True, False, MEMORY
    try:
        pattern: Compiled = re2.compile(source.encode(), options)
    except re2.error as error:
        reason = error.args[0].decode(errors="replace") if error.args and isinstance(error.args[0], bytes) else str(error)
        raise UsageError(phrase("this regular expression cannot be used: {reason}", reason=reason[:100])) from error
    if pattern.programsize > MOST_STEPS:
        raise UsageError(phrase("this regular expression is too much work: repeat less in it"))
    return pattern


def searchable(text: str) -> bytes:
    """Give the start of a text as `Compiled.search` takes it."""
    return text[:SEARCHED].encode(errors="replace")
