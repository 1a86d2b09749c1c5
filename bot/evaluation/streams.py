"""Streams made of labelled sets: in other orders, one language at a time, a small set inside others; nothing is placed here."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from bot.core.model import Precision
from bot.evaluation.labelled import Labelled, edited, renumbered
from bot.evaluation.metrics import draws

NO_LANGUAGE: Final = "unknown"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def shuffled(stream: Sequence[Labelled], number: int) -> tuple[list[Labelled], list[int]]:
    """Change the order within each day (UTC) by a fixed seed; undated articles, which come first, change theirs among themselves.

    Times stay as they are: articles then arrive up to a day late. The result says for each place where its article stood before.
    """
    lots = draws(f"shuffle {number}", len(stream))
    order = sorted(range(len(stream)), key=lambda place: (_day(stream[place]), lots[place]))
    return renumbered([stream[place] for place in order]), order


def _day(labelled: Labelled) -> date:
    stamp = labelled.article.content.published
    return stamp.at.date() if stamp else date.min


def by_language(stream: Sequence[Labelled]) -> dict[str, list[Labelled]]:
    """Give each language its own stream, those with most articles first; articles without one are `NO_LANGUAGE`."""
    found: defaultdict[str, list[Labelled]] = defaultdict(list)
    for labelled in stream:
        found[labelled.article.content.language or NO_LANGUAGE].append(labelled)
    return {name: renumbered(found[name]) for name in sorted(found, key=lambda name: (-len(found[name]), name))}


def within(small: Sequence[Labelled], others: Sequence[Sequence[Labelled]]) -> tuple[list[Labelled], list[bool]]:
    """Lay a small set into a stream of others by date; the result says which articles are the small set's.

    The dates of each other set are moved by whole days until its middle article meets the small set's, or they would not compete.
    Undated articles arrive evenly over the time of the small set. An undated small set meets all others evenly, by place.
    The gold events of the others are told apart by the number of their set.
    """
    middle = _middle(small)
    times = [arrival for arrival in map(_arrival, small) if arrival is not None]
    first, last = (min(times), max(times)) if times else (0.0, 1.0)
    laid: list[tuple[float, int, Labelled]] = []
    for number, stream in enumerate([small, *others]):
        moved = stream if number == 0 else [replace(one, event=f"{number}: {one.event}") for one in stream]
        other_middle = _middle(stream)
        if number and middle and other_middle:
            moved = [_moved(one, timedelta(days=(middle.date() - other_middle.date()).days)) for one in moved]
        for place, one in enumerate(moved):
            arrival = _arrival(one) if middle else None
            laid.append((first + (last - first) * (place + 0.5) / len(moved) if arrival is None else arrival, number, one))
    laid.sort(key=lambda item: (item[0], item[1]))
    return renumbered([one for _, _, one in laid]), [number == 0 for _, number, _ in laid]


def _middle(stream: Sequence[Labelled]) -> datetime | None:
    """Give the time of the middle one of the dated articles."""
    times = sorted(one.article.content.published.at for one in stream if one.article.content.published)
    return times[len(times) // 2] if times else None


def _arrival(labelled: Labelled) -> float | None:
    """Seconds since 1970; the middle of the day when only the day is known."""
    stamp = labelled.article.content.published
    if stamp is None:
        return None
    return (stamp.at - _EPOCH).total_seconds() + (0 if stamp.precision is Precision.MINUTE else 12 * 3600)


def _moved(labelled: Labelled, by: timedelta) -> Labelled:
    content = labelled.article.content
    if content.published is None:
        return labelled
    try:
        at = content.published.at + by
    except OverflowError:
        return labelled  # At the end of the calendar there is no stream to be moved into.
    return edited(labelled, published=replace(content.published, at=at))
