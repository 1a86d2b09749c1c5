"""The short form of `make crash`: a program that sends messages is killed at the worst moments, and nothing it had written down is lost."""

import pytest
from crash_deliveries import crash
from thoroughness import some


@pytest.mark.parametrize(
    ("deduplicates", "at_once"), [(False, 1), (True, 4)], ids=["one at a time, shown twice", "four at once, nonces are known"]
)
def test_a_program_that_is_killed_again_and_again_loses_nothing(database_url: str, at_once: int, *, deduplicates: bool) -> None:
    """Row 32: at most one copy too many for a kill, none where the platform knows the nonce, and every chat in order."""
    found = crash(database_url, kills=some(12), seed=7, deduplicates=deduplicates, at_once=at_once)
    assert found.written >= 4
    assert (found.lost, found.out_of_order) == (0, 0)
    assert found.worst <= (0 if deduplicates else 1)
