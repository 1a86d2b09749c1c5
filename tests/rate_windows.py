"""Whether times break a limit, found by looking at every window that begins with one of them."""

from collections.abc import Sequence


def exceeded(times: Sequence[float], *, most: int, span: float) -> list[float]:
    """Give the beginnings of all windows of `span` seconds (their end not in them) that hold more than `most`.

    What is a billionth of a second short of a window is not meant: times are sums of floating point numbers.
    """
    ordered = sorted(times)
    return [begin for number, begin in enumerate(ordered[: max(0, len(ordered) - most)]) if ordered[number + most] - begin < span - 1e-9]
