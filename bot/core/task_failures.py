"""What the caller of a task group is told when a task fails; what is made of it is decided where the failure belongs."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def first_failure() -> Iterator[None]:
    """Raise the first failure of the group instead of the group: the others were cancelled for it, and callers name what they expect."""
    try:
        yield
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from failures
