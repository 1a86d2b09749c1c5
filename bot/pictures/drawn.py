"""What comes back from the process that draws."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A picture as PNG, and the names that stand in it as numbers because no font here can write them, the first as 1."""

    png: bytes
    unwritten: tuple[str, ...]
