"""What `slugline eval` can be asked to measure, as values; how it is measured is in `measurement`."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from bot.core.grouping.meaning import Embed


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """`floors` is the file of pinned figures to compare with, None for no comparison."""

    floors: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfSets(Compared):
    """Measured on labelled sets."""

    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfEvents(OfSets):
    """Grouping, each set by itself; with `within`, inside the stream of those sets. `memberships`: say where each article ended.

    With `embed`, reports in different languages are compared by what they mean.
    """

    within: tuple[Path, ...] = ()
    memberships: bool = False
    embed: Embed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfFrontier(OfSets):
    """Grouping at several thresholds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfShuffles(OfSets):
    """Grouping in several `orders` of arrival."""

    orders: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfLanguages(OfSets):
    """Grouping with the languages of a set mixed, and each by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfCopies(OfSets):
    """Copies against other reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfArticles(Compared):
    """The recovery of articles from a folder with messy/ and gold.jsonl."""

    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class OfExtracts(OfSets):
    """The sentences of cards against leads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfUnderstanding(OfSets):
    """Figures, credits and changes, as people marked them in articles of the sets; `marks` is the file of the marks."""

    marks: Path


Wanted: TypeAlias = OfEvents | OfFrontier | OfShuffles | OfLanguages | OfCopies | OfArticles | OfExtracts | OfUnderstanding
