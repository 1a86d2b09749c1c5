"""The figures below which quality may not fall, as a file pins them; where the figures come from is decided in `measurement`."""

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.core.errors import UsageError

MOST: Final = "most_"
"""What the name of a ceiling begins with: `most_foreign = 0`."""

MEAN: Final = "mean"
SETS: Final = "sets"
"""The table of the mean names the sets that it was pinned for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One figure against its floor, or against its ceiling when `is_ceiling`; `subject` is what was measured, such as "events gva"."""

    subject: str
    figure: str
    found: float
    pinned: float
    is_ceiling: bool
    holds: bool

    def __str__(self) -> str:
        side = "rose above its ceiling" if self.is_ceiling else "fell below its floor"
        return f"{self.subject}: {self.figure} {side}: {self.found:.4g}, pinned at {self.pinned:.4g}"


class Floors:
    """A floors file: `[KIND.SET]` tables of figures. A kind is how they were measured, such as events or within."""

    def __init__(self, tables: Mapping[str, Any], file: str) -> None:
        self._tables = tables
        self._file = file

    def check(self, kind: str, measured: Mapping[str, Mapping[str, float]]) -> tuple[Check, ...]:
        """Compare what was measured, as figures by set, with what is pinned of it.

        The table `mean` counts when exactly the sets were measured that it names. Raises UsageError for a figure that does not
        exist, and when nothing that was measured is pinned: a floor that is never looked at would hold for ever.
        """
        pinned = self._table(self._tables, kind)
        names = {name for name in measured if name != MEAN}
        checks: list[Check] = []
        for name, figures in measured.items():
            table = self._table(pinned, name)
            if name == MEAN and not self._is_of(table, names):
                continue
            checks += (self._one(f"{kind} {name}", key, value, figures) for key, value in table.items() if key != SETS)
        if not checks:
            raise UsageError(
                f"{self._file} pins nothing of what was measured: expected a table such as [{kind}.{min(measured, default='…')}]"
            )
        return tuple(checks)

    def _is_of(self, table: Mapping[str, Any], names: set[str]) -> bool:
        """Tell whether a mean was pinned for just these sets."""
        sets = table.get(SETS, [])
        if not isinstance(sets, list):
            raise UsageError(f"{self._file}: {SETS} is {sets!r}, expected a list of the names of sets")
        return names == {str(each) for each in sets}

    def _table(self, tables: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        table = tables.get(name, {})
        if not isinstance(table, dict):
            raise UsageError(f"{self._file}: {name} is a value, expected a table of figures")
        return table

    def _one(self, subject: str, key: str, value: object, figures: Mapping[str, float]) -> Check:
        figure = key.removeprefix(MOST)
        if figure not in figures:
            near = difflib.get_close_matches(figure, figures, n=1)
            hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(figures)}"
            raise UsageError(f"{self._file}: {subject} has no figure {figure}{hint}")
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise UsageError(f"{self._file}: {subject}: {key} is {value!r}, expected a number")
        found, is_ceiling = figures[figure], key.startswith(MOST)
        holds = found <= value if is_ceiling else found >= value
        return Check(subject=subject, figure=figure, found=found, pinned=value, is_ceiling=is_ceiling, holds=holds)


def read_floors(file: Path) -> Floors:
    """Read a floors file; raises UsageError when it is none."""
    try:
        return Floors(tomllib.loads(file.read_text(encoding="utf-8")), str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: the floors cannot be read: {getattr(error, 'strerror', None) or error}") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file}: the floors are no TOML: {error}") from error


def fallen(checks: Sequence[Check]) -> tuple[str, ...]:
    """Say in words which figures do not hold."""
    return tuple(str(check) for check in checks if not check.holds)
