"""How many things may begin now when so many may begin in a minute; who begins them is no matter here."""

from typing import Final

BURST_SECONDS: Final = 5.0
"""What was not used for so long may be made up for at once. Guess: a start is felt to be quick, and no wave of thousands comes of it."""


class Allowance:
    """A token bucket: fills evenly, and holds what `BURST_SECONDS` bring, at least one."""

    def __init__(self, per_minute: int) -> None:
        self._rate = per_minute / 60
        self._most = max(1.0, self._rate * BURST_SECONDS)
        self._left = self._most
        self._at: float | None = None

    def left(self, at: float) -> int:
        """How many may begin at this time, in seconds of a clock that only runs forward."""
        if self._at is not None:
            self._left = min(self._most, self._left + (at - self._at) * self._rate)
        self._at = at
        return int(self._left)

    def spend(self, count: int) -> None:
        """Note that so many began; more than were left is a debt."""
        self._left -= count

    @property
    def wait(self) -> float:
        """Seconds from the last look until the next one may begin; 0 when it may."""
        return max(0.0, (1 - self._left) / self._rate)
