"""Cutting what is too much for one statement."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeVar

A = TypeVar("A")

CHUNK: Final = 500
"""Rows, ids or strings in one statement; SQLite and PostgreSQL take 32,766 values."""


def chunks(items: Iterable[A], size: int = CHUNK) -> Iterator[Sequence[A]]:
    """Cut what there is into what fits into one statement."""
    every = list(items)
    for start in range(0, len(every), size):
        yield every[start : start + size]
